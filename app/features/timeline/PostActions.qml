// SPDX-License-Identifier: Apache-2.0
import QtQuick
import Kith.Ui

// Reply, quiet numbers, and the menu.
Item {
    id: actions

    required property var post
    readonly property int slot: Math.min(Theme.actionSlot, width / 4)
    signal replied()
    signal menuWanted(Item button)

    implicitHeight: Theme.target

    Row {
        anchors.left: parent.left
        // The icon, not the edge of its target, stands under the text.
        anchors.leftMargin: -Theme.s2

        Item {
            width: actions.slot
            height: Theme.target

            IconButton {
                objectName: "replyButton_" + actions.post.statusId
                anchors.left: parent.left
                iconName: "reply"
                flipped: Theme.rightToLeft
                number: actions.post.repliesCount > 0 ? Words.count(actions.post.repliesCount) : ""
                text: qsTr("Reply to %1").arg(actions.post.authorName)
                Accessible.description: number ? qsTr("Replies so far: %1").arg(actions.post.repliesCount) : ""
                enabled: actions.post.sendState === "sent"
                onClicked: actions.replied()
            }
        }
        Repeater {
            model: [
                { icon: "boost", count: actions.post.boostsCount, mine: actions.post.boosted,
                  words: Words.plural(qsTr("%n boost(s)", "", actions.post.boostsCount), actions.post.boostsCount) },
                { icon: "heart", count: actions.post.favouritesCount, mine: actions.post.favourited,
                  words: Words.plural(qsTr("%n favourite(s)", "", actions.post.favouritesCount), actions.post.favouritesCount) }
            ]
            Item {
                id: tally
                required property var modelData
                width: actions.slot
                height: Theme.target
                visible: modelData.count > 0
                Accessible.role: Accessible.StaticText
                Accessible.name: modelData.words

                Row {
                    anchors.left: parent.left
                    anchors.leftMargin: Theme.s2
                    anchors.verticalCenter: parent.verticalCenter
                    spacing: Theme.s2

                    Icon {
                        width: Theme.icon - 2
                        height: width
                        name: tally.modelData.icon
                        color: tally.modelData.mine ? Theme.accent : Theme.ink2
                    }
                    Label {
                        anchors.verticalCenter: parent.verticalCenter
                        text: Words.count(tally.modelData.count)
                        color: tally.modelData.mine ? Theme.accent : Theme.ink2
                        scaleName: "small"
                        Accessible.ignored: true
                    }
                }
            }
        }
    }
    IconButton {
        id: more
        objectName: "moreButton_" + actions.post.statusId
        anchors.right: parent.right
        anchors.rightMargin: -Theme.s2
        iconName: "more"
        text: qsTr("More about this post")
        visible: actions.post.sendState === "sent"
        onClicked: actions.menuWanted(more)
    }
}
