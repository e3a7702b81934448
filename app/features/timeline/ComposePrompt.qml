// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Templates as T
import Kith.App
import Kith.Ui

// The open door to writing, above the posts.
T.Button {
    id: prompt

    // People are greeted by their first word, "Mira Okafor" as "Mira".
    readonly property string firstName: String(App.account.name || "").split(" ")[0]

    implicitHeight: Theme.avatarSmall + 2 * Theme.s3 + 2 * Theme.hairline
    text: firstName ? qsTr("What is new in your corner, %1?").arg(firstName) : qsTr("What is new in your corner?")
    Accessible.role: Accessible.Button
    Accessible.name: qsTr("Write a new post")
    Keys.onReturnPressed: clicked()
    Keys.onEnterPressed: clicked()

    background: Card {
        color: prompt.hovered ? Theme.hovered(Theme.surface) : Theme.surface
    }
    contentItem: Item {
        Avatar {
            id: face
            anchors.left: parent.left
            anchors.leftMargin: Theme.cardPadding
            anchors.verticalCenter: parent.verticalCenter
            implicitWidth: Theme.avatarSmall
            initial: App.account.initial || ""
            ground: App.account.color || Theme.ink2
        }
        Label {
            anchors.left: face.right
            anchors.leftMargin: Theme.s3
            anchors.right: parent.right
            anchors.rightMargin: Theme.cardPadding
            anchors.verticalCenter: parent.verticalCenter
            text: prompt.text
            quiet: true
            elide: Text.ElideRight
        }
    }
    FocusRing {
        shown: prompt.visualFocus
        inner: Theme.radiusCard
    }
    HoverHandler { cursorShape: Qt.PointingHandCursor }
}
