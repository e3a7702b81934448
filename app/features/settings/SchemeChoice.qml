// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Templates as T
import Kith.App
import Kith.Ui

// One of light, dark, and what the system says.
T.RadioButton {
    id: choice

    property string scheme: ""
    property string iconName: ""

    implicitHeight: column.height + 2 * Theme.s4
    implicitWidth: column.width + 2 * Theme.s3
    checked: App.colorScheme === scheme
    Accessible.role: Accessible.RadioButton
    Accessible.name: text
    Accessible.checked: checked
    onClicked: App.colorScheme = scheme
    Keys.onReturnPressed: clicked()
    Keys.onEnterPressed: clicked()

    contentItem: Item {
        Column {
            id: column
            anchors.centerIn: parent
            spacing: Theme.s2

            Icon {
                anchors.horizontalCenter: parent.horizontalCenter
                width: Theme.s6
                height: width
                name: choice.iconName
                color: choice.checked ? Theme.softInk : Theme.ink2
            }
            Label {
                anchors.horizontalCenter: parent.horizontalCenter
                text: choice.text
                scaleName: "small"
                color: choice.checked ? Theme.softInk : Theme.ink
                font.weight: choice.checked ? Font.DemiBold : Font.Medium
            }
        }
    }
    background: Rectangle {
        radius: Theme.radiusMedia
        color: choice.checked ? Theme.soft : choice.hovered ? Theme.hovered(Theme.surface) : Theme.surface
        border.width: choice.checked ? Theme.ringWidth : Theme.hairline
        border.color: choice.checked ? Theme.accent : Theme.line
    }
    FocusRing {
        shown: choice.visualFocus
        inner: Theme.radiusMedia
    }
    HoverHandler { cursorShape: Qt.PointingHandCursor }
}
