// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Layouts
import Kith.Ui

// A sentence about how things are, and at most one thing to do about it.
Rectangle {
    id: banner

    property string iconName: "alert"
    property string text: ""
    property string actionText: ""
    property color inkColor: Theme.ink
    property color ground: Theme.soft
    signal acted()

    implicitHeight: row.implicitHeight + 2 * Theme.s2
    implicitWidth: row.implicitWidth + 2 * Theme.s4
    radius: Theme.radiusMedia
    color: ground
    border.width: Theme.highContrast ? Theme.hairline : 0
    border.color: Theme.line
    Accessible.role: Accessible.AlertMessage
    Accessible.name: text

    RowLayout {
        id: row
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        anchors.leftMargin: Theme.s4
        anchors.rightMargin: banner.actionText ? Theme.s2 : Theme.s4
        spacing: Theme.s3

        Icon {
            Layout.preferredWidth: Theme.icon
            Layout.preferredHeight: Theme.icon
            name: banner.iconName
            color: banner.inkColor
        }
        Label {
            Layout.fillWidth: true
            Layout.minimumHeight: Theme.type.small.line
            text: banner.text
            color: banner.inkColor
            scaleName: "small"
            font.weight: Font.Medium
            wrapMode: Text.Wrap
        }
        Button {
            objectName: "bannerButton"
            visible: banner.actionText !== ""
            kind: "quiet"
            text: banner.actionText
            onClicked: banner.acted()
        }
    }
}
