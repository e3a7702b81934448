// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Layouts
import Kith.App
import Kith.Ui

// What stands beside the page where there is room: the way to people, where one is at home, and the keys.
Flickable {
    id: column

    signal searched(string text)

    contentWidth: width
    contentHeight: content.height + 2 * Theme.s4
    boundsBehavior: Flickable.StopAtBounds
    clip: true
    ScrollBar.vertical: ScrollBar {}

    Column {
        id: content
        anchors.right: parent.right
        anchors.rightMargin: Theme.s6
        y: Theme.s4
        width: parent.width - Theme.s6
        spacing: Theme.s4

        TextField {
            objectName: "contextSearch"
            width: parent.width
            round: true
            iconName: "search"
            placeholderText: qsTr("Find people…")
            Accessible.name: qsTr("Find people by name or handle")
            onAccepted: {
                if (text.trim() !== "")
                    column.searched(text.trim());
                clear();
            }
        }
        Card {
            width: parent.width
            height: home.height + 2 * Theme.cardPadding

            Column {
                id: home
                x: Theme.cardPadding
                y: Theme.cardPadding
                width: parent.width - 2 * Theme.cardPadding
                spacing: Theme.s2

                Label {
                    width: parent.width
                    text: qsTr("At home on %1").arg(App.instanceTitle || Words.host(App.server))
                    font.weight: Font.DemiBold
                    wrapMode: Text.Wrap
                    Accessible.role: Accessible.Heading
                    Accessible.name: text
                }
                Label {
                    width: parent.width
                    text: qsTr("Your server keeps your posts and carries them to the people who follow you, wherever they are at home.")
                    scaleName: "small"
                    quiet: true
                    wrapMode: Text.Wrap
                }
            }
        }
        Card {
            width: parent.width
            height: keys.height + 2 * Theme.cardPadding

            Column {
                id: keys
                x: Theme.cardPadding
                y: Theme.cardPadding
                width: parent.width - 2 * Theme.cardPadding
                spacing: Theme.s2

                Label {
                    width: parent.width
                    text: qsTr("Quick keys")
                    font.weight: Font.DemiBold
                    elide: Text.ElideRight
                    Accessible.role: Accessible.Heading
                    Accessible.name: text
                }
                Repeater {
                    model: [
                        { keys: qsTr("Ctrl+N"), text: qsTr("New post") },
                        { keys: qsTr("J / K"), text: qsTr("Next post, the one before") },
                        { keys: qsTr("Enter"), text: qsTr("Open the thread") },
                        { keys: qsTr("R"), text: qsTr("Reply") },
                        { keys: qsTr("F5"), text: qsTr("Look for new posts") }
                    ]
                    RowLayout {
                        id: line
                        required property var modelData
                        width: parent.width
                        spacing: Theme.s1
                        Accessible.role: Accessible.StaticText
                        Accessible.name: modelData.text + ": " + modelData.keys

                        Label {
                            Layout.fillWidth: true
                            text: line.modelData.text
                            scaleName: "small"
                            quiet: true
                            elide: Text.ElideRight
                            Accessible.ignored: true
                        }
                        Pill { text: line.modelData.keys }
                    }
                }
            }
        }
    }
}
