// SPDX-License-Identifier: Apache-2.0
import QtQuick
import Kith.Ui

// The shape of a post (or of a person) that is on its way. It holds still.
Card {
    id: skeleton

    property int lines: 3

    implicitHeight: Theme.avatar + 2 * Theme.s4 + Math.max(0, lines - 1) * Theme.type.body.line
    implicitWidth: Theme.columnWidth
    Accessible.role: Accessible.Indicator
    Accessible.name: qsTr("Loading")

    Rectangle {
        id: face
        anchors.left: parent.left
        anchors.leftMargin: Theme.cardPadding
        y: Theme.s4
        width: Theme.avatar
        height: width
        radius: width / 2
        color: Theme.sunk
    }
    Column {
        anchors.left: face.right
        anchors.leftMargin: Theme.s3
        anchors.right: parent.right
        anchors.rightMargin: Theme.cardPadding
        y: Theme.s5
        spacing: Theme.type.body.line - Theme.skeletonBar

        Repeater {
            model: skeleton.lines
            Rectangle {
                required property int index
                width: parent.width * [0.35, 0.95, 0.7, 0.5][index % 4]
                height: Theme.skeletonBar
                radius: height / 2
                color: Theme.sunk
            }
        }
    }
}
