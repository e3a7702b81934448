// SPDX-License-Identifier: Apache-2.0
import QtQuick
import Kith.Ui

// The post that is being answered, in short.
Rectangle {
    id: context

    property string name: ""
    property string text: ""

    implicitHeight: column.height + 2 * Theme.s3
    radius: Theme.radiusMedia
    color: Theme.sunk
    Accessible.role: Accessible.StaticText
    Accessible.name: Words.fill(qsTr("You answer %1: %2"), name, text)

    Rectangle {
        anchors.left: parent.left
        anchors.leftMargin: Theme.s3
        anchors.verticalCenter: parent.verticalCenter
        width: Theme.marker
        height: column.height
        radius: width / 2
        color: Theme.accent
    }
    Column {
        id: column
        anchors.left: parent.left
        anchors.leftMargin: Theme.s6
        anchors.right: parent.right
        anchors.rightMargin: Theme.s3
        anchors.verticalCenter: parent.verticalCenter

        Label {
            width: parent.width
            text: context.name
            scaleName: "small"
            font.weight: Font.DemiBold
            elide: Text.ElideRight
            Accessible.ignored: true
        }
        Label {
            width: parent.width
            text: context.text
            scaleName: "small"
            quiet: true
            wrapMode: Text.Wrap
            maximumLineCount: 3
            elide: Text.ElideRight
            Accessible.ignored: true
        }
    }
}
