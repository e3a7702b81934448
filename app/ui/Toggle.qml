// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Templates as T
import Kith.Ui

// On or off, with a name and a sentence about it.
T.Switch {
    id: control

    property string sentence: ""

    implicitHeight: Math.max(Theme.target, column.height)
    implicitWidth: Theme.formWidth
    Accessible.role: Accessible.CheckBox
    Accessible.name: text
    Accessible.description: sentence
    Accessible.checked: checked
    Keys.onReturnPressed: flip()
    Keys.onEnterPressed: flip()

    function flip() {
        toggle();
        toggled();
    }

    contentItem: Item {
        Column {
            id: column
            anchors.left: parent.left
            anchors.right: parent.right
            anchors.rightMargin: Theme.toggleWidth + Theme.s4
            anchors.verticalCenter: parent.verticalCenter

            Label {
                width: parent.width
                text: control.text
                elide: Text.ElideRight
            }
            Label {
                width: parent.width
                text: control.sentence
                scaleName: "small"
                quiet: true
                wrapMode: Text.Wrap
            }
        }
    }
    indicator: Rectangle {
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        width: Theme.toggleWidth
        height: Theme.toggleHeight
        radius: height / 2
        color: control.checked ? Theme.accent : Theme.sunk
        border.width: control.checked ? 0 : Theme.hairline
        border.color: Theme.ink2

        Rectangle {
            x: control.checked !== control.mirrored ? parent.width - width - Theme.s1 : Theme.s1
            y: Theme.s1
            width: Theme.toggleHeight - Theme.s2
            height: width
            radius: width / 2
            color: control.checked ? Theme.accentInk : Theme.ink2
        }
        FocusRing {
            shown: control.visualFocus
            inner: parent.height / 2
        }
    }
    HoverHandler { cursorShape: Qt.PointingHandCursor }
}
