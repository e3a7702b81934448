// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Templates as T
import Kith.Ui

// An icon to press, at least 36 px wide. Its `text` is the tooltip and what screen readers say; `number` stands beside it.
T.Button {
    id: control

    property string iconName: ""
    property string number: ""
    property color inkColor: Theme.ink2
    property bool flipped: false

    implicitWidth: Math.max(Theme.target, row.implicitWidth + 2 * Theme.s2)
    implicitHeight: Theme.target
    opacity: enabled ? 1 : 0.5
    focusPolicy: Qt.StrongFocus
    Accessible.role: Accessible.Button
    Accessible.name: text
    Keys.onReturnPressed: clicked()
    Keys.onEnterPressed: clicked()

    contentItem: Item {
        Row {
            id: row
            anchors.verticalCenter: parent.verticalCenter
            anchors.horizontalCenter: parent.horizontalCenter
            spacing: Theme.s2

            Icon {
                anchors.verticalCenter: parent.verticalCenter
                name: control.iconName
                color: control.hovered || control.checked ? Theme.accent : control.inkColor
                flipped: control.flipped
                width: Theme.icon
                height: width
            }
            Label {
                visible: text !== ""
                anchors.verticalCenter: parent.verticalCenter
                text: control.number
                color: control.hovered ? Theme.accent : control.inkColor
                scaleName: "small"
            }
        }
    }
    background: Rectangle {
        radius: height / 2
        color: control.checked ? Theme.soft
             : Qt.rgba(Theme.ink.r, Theme.ink.g, Theme.ink.b, control.down ? 0.1 : control.hovered ? 0.05 : 0)
        Behavior on color { ColorAnimation { duration: Theme.stateMotion; easing.type: Easing.OutQuad } }
    }
    FocusRing {
        shown: control.visualFocus
        inner: control.height / 2
    }
    Loader {
        active: control.hovered || control.visualFocus
        sourceComponent: Tooltip {
            parent: control
            text: control.text
            visible: true
        }
    }
    HoverHandler { cursorShape: Qt.PointingHandCursor }
}
