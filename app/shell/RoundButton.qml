// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Templates as T
import Kith.Ui

// "New post" where there is no room for words.
T.Button {
    id: control

    implicitWidth: Theme.fieldHeight
    implicitHeight: Theme.fieldHeight
    focusPolicy: Qt.TabFocus
    text: qsTr("New post")
    Accessible.role: Accessible.Button
    Accessible.name: text
    Keys.onReturnPressed: clicked()
    Keys.onEnterPressed: clicked()

    background: Rectangle {
        radius: height / 2
        color: control.down ? Theme.pressed(Theme.accent) : control.hovered ? Theme.hovered(Theme.accent) : Theme.accent
    }
    contentItem: Item {
        Icon {
            anchors.centerIn: parent
            width: Theme.icon
            height: width
            name: "plus"
            color: Theme.accentInk
        }
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
