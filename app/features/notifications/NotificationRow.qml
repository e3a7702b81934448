// SPDX-License-Identifier: Apache-2.0
import QtQuick
import Kith.Ui

// Something that someone did, and that concerns you.
Item {
    id: row

    required property var note
    signal opened()

    readonly property string sign: ({ follow: "person", follow_request: "person", mention: "reply", favourite: "heart",
                                      reblog: "boost" })[note.kind] || "bell"

    implicitHeight: Math.max(body.height, face.height) + 2 * Theme.s4
    objectName: "notification_" + note.notificationId
    activeFocusOnTab: true
    Accessible.role: Accessible.ListItem
    Accessible.focusable: true
    Accessible.name: [note.unread ? qsTr("New") : "", note.sentence, note.statusText, Words.ago(note.createdAt)]
        .filter(part => part).join(". ")
    Accessible.onPressAction: row.opened()
    Keys.onReturnPressed: opened()
    Keys.onEnterPressed: opened()

    Card {
        anchors.fill: parent
        color: area.containsMouse ? Theme.hovered(Theme.surface) : Theme.surface
    }
    MouseArea {
        id: area
        anchors.fill: parent
        hoverEnabled: true
        cursorShape: Qt.PointingHandCursor
        onClicked: row.opened()
    }
    FocusRing {
        shown: row.activeFocus
        inner: Theme.radiusCard
    }
    Avatar {
        id: face
        anchors.left: parent.left
        anchors.leftMargin: Theme.cardPadding
        y: Theme.s4
        initial: row.note.fromInitial
        ground: row.note.fromColor

        Rectangle {
            anchors.right: parent.right
            anchors.bottom: parent.bottom
            anchors.margins: -Theme.s1
            width: Theme.icon + 2
            height: width
            radius: width / 2
            color: Theme.soft
            border.width: Theme.marker
            border.color: Theme.surface

            Icon {
                anchors.centerIn: parent
                width: Theme.iconSmall - 2
                height: width
                name: row.sign
                color: Theme.softInk
            }
        }
    }
    Column {
        id: body
        anchors.left: face.right
        anchors.leftMargin: Theme.s3
        anchors.right: dot.left
        anchors.rightMargin: Theme.s3
        y: Theme.s4

        Label {
            width: parent.width
            text: row.note.sentence
            font.weight: row.note.unread ? Font.DemiBold : Font.Normal
            wrapMode: Text.Wrap
        }
        Label {
            width: parent.width
            text: Words.fill(qsTr("%1 · %2", "handle, then time"), row.note.fromHandle, row.note.timeText)
            scaleName: "small"
            quiet: true
            elide: Text.ElideMiddle
        }
        Label {
            width: parent.width
            visible: text !== ""
            topPadding: Theme.s2
            text: row.note.statusText || ""
            quiet: true
            wrapMode: Text.Wrap
            maximumLineCount: 3
            elide: Text.ElideRight
        }
    }
    Rectangle {
        id: dot
        anchors.right: parent.right
        anchors.rightMargin: Theme.cardPadding
        y: Theme.s4 + (Theme.type.body.line - height) / 2
        width: Theme.dot
        height: width
        radius: width / 2
        color: Theme.accent
        opacity: row.note.unread ? 1 : 0
    }
}
