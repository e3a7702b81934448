// SPDX-License-Identifier: Apache-2.0
import QtQuick
import Kith.Ui

// A post. Shows what the model says and tells what the reader pressed; decides nothing.
Item {
    id: card

    // The row of the model (TimelineModel or ThreadModel).
    required property var post
    property bool large: false
    property bool unfolded: false
    // In a thread its place says what it answers.
    property bool threaded: false
    readonly property bool folded: (post.spoilerText || "") !== "" && !unfolded
    signal opened()
    signal replied()
    signal foldToggled()
    signal menuWanted(Item button)
    signal retried()
    signal discarded()

    objectName: "postCard_" + post.statusId
    implicitHeight: body.y + body.height + Theme.s2
    activeFocusOnTab: true
    Accessible.role: Accessible.ListItem
    Accessible.focusable: true
    Accessible.name: {
        const parts = [post.authorName, Words.ago(post.createdAt), Words.audienceName(post.audience)];
        const text = card.folded ? qsTr("hidden behind a warning: %1").arg(post.spoilerText) : post.plainText;
        return Words.fill(qsTr("%1: %2", "who, when, audience: text"), parts.filter(part => part).join(", "), text);
    }
    Accessible.onPressAction: card.opened()

    Card {
        anchors.fill: parent
        border.color: card.large ? Theme.accent : Theme.line
    }
    MouseArea {
        anchors.fill: parent
        enabled: card.post.sendState === "sent" && !card.large
        onClicked: card.opened()
    }
    FocusRing {
        shown: card.activeFocus
        inner: Theme.radiusCard
    }
    Row {
        id: reason
        anchors.left: body.left
        y: Theme.s3
        spacing: Theme.s2
        visible: words.text !== ""
        height: visible ? Theme.type.small.line : 0

        Icon {
            anchors.verticalCenter: parent.verticalCenter
            width: Theme.iconSmall
            height: width
            name: card.post.boostedBy ? "boost" : "reply"
            color: Theme.ink2
            flipped: Theme.rightToLeft
        }
        Label {
            id: words
            anchors.verticalCenter: parent.verticalCenter
            width: Math.min(implicitWidth, body.width - Theme.s6)
            text: card.post.boostedBy ? qsTr("%1 boosted").arg(card.post.boostedBy)
                : card.post.replyToName && !card.threaded ? qsTr("In reply to %1").arg(card.post.replyToName) : ""
            scaleName: "small"
            quiet: true
            elide: Text.ElideRight
        }
    }
    Avatar {
        id: face
        anchors.left: parent.left
        anchors.leftMargin: Theme.cardPadding
        y: body.y
        initial: card.post.authorInitial
        ground: card.post.authorColor
    }
    Column {
        id: body
        anchors.left: face.right
        anchors.leftMargin: Theme.s3
        anchors.right: parent.right
        anchors.rightMargin: Theme.cardPadding
        y: reason.visible ? reason.y + reason.height + Theme.s2 : Theme.s4
        spacing: Theme.s1 / 2

        PostHeader {
            width: parent.width
            post: card.post
        }
        Flow {
            width: parent.width
            spacing: Theme.s2
            visible: (card.post.spoilerText || "") !== ""

            Label {
                width: Math.min(implicitWidth, parent.width)
                topPadding: Theme.s2 - 1
                text: card.post.spoilerText || ""
                font.weight: Font.Medium
                wrapMode: Text.Wrap
            }
            Button {
                objectName: "foldButton_" + card.post.statusId
                kind: "secondary"
                text: card.folded ? qsTr("Show") : qsTr("Hide")
                Accessible.description: card.post.spoilerText || ""
                onClicked: card.foldToggled()
            }
        }
        HtmlText {
            width: parent.width
            visible: !card.folded
            text: card.post.contentHtml
            scaleName: card.large ? "section" : "body"
        }
        PostState {
            width: parent.width
            post: card.post
            onRetried: card.retried()
            onDiscarded: card.discarded()
        }
        PostActions {
            width: parent.width
            visible: card.post.sendState === "sent"
            post: card.post
            onReplied: card.replied()
            onMenuWanted: button => card.menuWanted(button)
        }
    }
}
