// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Layouts
import Kith.App
import Kith.Ui

// Someone one may follow.
Item {
    id: card

    required property var person
    readonly property string posts: Words.plural(qsTr("%n post(s)", "", person.statusesCount), person.statusesCount)
    readonly property string followers: Words.plural(qsTr("%n follower(s)", "", person.followersCount), person.followersCount)
    readonly property bool following: person.relation === "following"
    readonly property bool requested: person.relation === "requested"

    implicitHeight: body.height + 2 * Theme.s4
    Accessible.role: Accessible.ListItem
    Accessible.name: [person.name, person.handle, followers].join(", ")

    Card { anchors.fill: parent }
    Avatar {
        id: face
        anchors.left: parent.left
        anchors.leftMargin: Theme.cardPadding
        y: Theme.s4
        initial: card.person.initial
        ground: card.person.color
    }
    ColumnLayout {
        id: body
        anchors.left: face.right
        anchors.leftMargin: Theme.s3
        anchors.right: parent.right
        anchors.rightMargin: Theme.cardPadding
        y: Theme.s4
        spacing: Theme.s2

        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.s3

            ColumnLayout {
                Layout.fillWidth: true
                spacing: 0

                Label {
                    Layout.fillWidth: true
                    text: card.person.name
                    font.weight: Font.DemiBold
                    elide: Text.ElideRight
                }
                Label {
                    Layout.fillWidth: true
                    text: card.person.handle
                    scaleName: "small"
                    quiet: true
                    elide: Text.ElideMiddle
                }
            }
            Button {
                objectName: "followButton_" + card.person.handle
                visible: card.person.relation !== "self"
                kind: card.following || card.requested ? "outline" : "secondary"
                iconName: card.following ? "check" : card.requested ? "clock" : ""
                text: card.following ? qsTr("Following") : card.requested ? qsTr("Requested") : qsTr("Follow")
                Accessible.name: card.following ? qsTr("Unfollow %1").arg(card.person.name)
                    : card.requested ? qsTr("Take back your request to follow %1").arg(card.person.name)
                    : qsTr("Follow %1").arg(card.person.name)
                busy: card.person.busy === true
                enabled: card.person.busy !== true
                onClicked: {
                    if (card.following || card.requested)
                        App.people.unfollow(card.person.accountId);
                    else
                        App.people.follow(card.person.accountId);
                }
            }
            Pill {
                visible: card.person.relation === "self"
                text: qsTr("You")
            }
        }
        HtmlText {
            Layout.fillWidth: true
            visible: text !== ""
            text: card.person.noteHtml || ""
        }
        Label {
            Layout.fillWidth: true
            text: [card.posts, card.followers, qsTr("follows %1").arg(card.person.followingCount)].join(" · ")
            scaleName: "small"
            quiet: true
            wrapMode: Text.Wrap
        }
        Label {
            Layout.fillWidth: true
            visible: card.requested
            text: qsTr("Waiting for %1 to let you in.").arg(card.person.name)
            scaleName: "small"
            quiet: true
            wrapMode: Text.Wrap
        }
    }
}
