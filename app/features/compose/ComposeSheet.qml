// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Layouts
import Kith.App
import Kith.Ui

// Writing. The model keeps the draft; closing the sheet never loses a word.
Dialog {
    id: sheet

    readonly property bool replying: (App.compose.replyToId || "") !== ""

    function send() {
        if (!App.compose.canSend)
            return;
        App.compose.send();
        close();
    }
    // The model may change its words by itself (a restored draft, a reply's mentions, after sending).
    function pull() {
        if (words.text !== App.compose.text)
            words.text = App.compose.text;
        if (warning.text !== App.compose.spoilerText)
            warning.text = App.compose.spoilerText;
    }

    objectName: "composeSheet"
    title: replying ? qsTr("Reply") : qsTr("New post")
    preferredWidth: Theme.sheetWidth
    padding: Theme.s5
    topPadding: Theme.s3
    onAboutToShow: pull()
    onOpened: {
        words.forceActiveFocus(Qt.PopupFocusReason);
        words.cursorPosition = words.length;
    }

    Connections {
        target: App.compose
        function onTextChanged() { sheet.pull(); }
        function onSpoilerTextChanged() { sheet.pull(); }
    }

    contentItem: ColumnLayout {
        spacing: Theme.s3
        Keys.onPressed: event => {
            const enter = event.key === Qt.Key_Return || event.key === Qt.Key_Enter;
            if (!enter || !(event.modifiers & Qt.ControlModifier))
                return;
            event.accepted = true;
            sheet.send();
        }

        RowLayout {
            Layout.fillWidth: true

            Label {
                Layout.fillWidth: true
                text: sheet.title
                scaleName: "section"
                font.weight: Font.DemiBold
                elide: Text.ElideRight
                Accessible.role: Accessible.Heading
                Accessible.name: text
            }
            IconButton {
                objectName: "composeClose"
                Layout.rightMargin: -Theme.s2
                iconName: "close"
                text: qsTr("Close, and keep the draft")
                onClicked: sheet.close()
            }
        }
        ReplyContext {
            Layout.fillWidth: true
            visible: sheet.replying
            name: App.compose.replyToName || ""
            text: App.compose.replyToText || ""
        }
        TextField {
            id: warning
            objectName: "composeWarningText"
            Layout.fillWidth: true
            visible: App.compose.spoilerShown
            iconName: "warning"
            placeholderText: qsTr("What should people know before they read on?")
            Accessible.name: qsTr("Content warning")
            onTextChanged: {
                if (App.compose.spoilerText !== text)
                    App.compose.spoilerText = text;
            }
        }
        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.s3

            Avatar {
                Layout.alignment: Qt.AlignTop
                initial: App.account.initial || ""
                ground: App.account.color || Theme.ink2
            }
            Flickable {
                id: paper
                Layout.fillWidth: true
                Layout.preferredHeight: Math.max(Theme.textAreaLeast, Math.min(contentHeight, Theme.textAreaMost))
                Layout.maximumHeight: Theme.textAreaMost
                contentWidth: width
                contentHeight: words.height
                boundsBehavior: Flickable.StopAtBounds
                clip: true
                ScrollBar.vertical: ScrollBar {}

                function reveal(area) {
                    if (area.y < contentY)
                        contentY = area.y;
                    else if (area.y + area.height > contentY + height)
                        contentY = area.y + area.height - height;
                }

                TextArea {
                    id: words
                    objectName: "composeText"
                    width: paper.width
                    height: Math.max(implicitHeight, paper.height)
                    placeholderText: sheet.replying ? qsTr("Write your answer") : qsTr("What is new in your corner?")
                    Accessible.name: sheet.replying ? qsTr("Your answer") : qsTr("Your post")
                    onTextChanged: {
                        if (App.compose.text !== text)
                            App.compose.text = text;
                    }
                    onCursorRectangleChanged: paper.reveal(cursorRectangle)
                    Keys.onTabPressed: event => nextItemInFocusChain(true).forceActiveFocus(Qt.TabFocusReason)
                    Keys.onBacktabPressed: event => nextItemInFocusChain(false).forceActiveFocus(Qt.BacktabFocusReason)
                }
            }
        }
        Label {
            Layout.fillWidth: true
            text: App.compose.audienceSentence
            scaleName: "small"
            quiet: true
            wrapMode: Text.Wrap
        }
        Divider { Layout.fillWidth: true }
        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.s2

            AudienceButton {
                objectName: "composeAudience"
                Layout.maximumWidth: implicitWidth
                Layout.fillWidth: true
            }
            IconButton {
                objectName: "composeWarning"
                iconName: "warning"
                checkable: true
                checked: App.compose.spoilerShown
                text: App.compose.spoilerShown ? qsTr("Remove the content warning") : qsTr("Add a content warning")
                onToggled: App.compose.spoilerShown = checked
            }
            IconButton {
                objectName: "composeDiscard"
                visible: words.length > 0 || warning.length > 0
                iconName: "trash"
                text: qsTr("Throw this draft away")
                onClicked: discard.open()
            }
            Item { Layout.fillWidth: true }
            Label {
                objectName: "composeRemaining"
                text: Number(App.compose.remaining).toLocaleString(Qt.locale(), "f", 0)
                scaleName: "small"
                color: App.compose.remaining < 0 ? Theme.danger : Theme.ink2
                font.weight: App.compose.remaining < 0 ? Font.Bold : Font.Normal
                Accessible.role: Accessible.StaticText
                Accessible.name: App.compose.remaining < 0
                    ? Words.plural(qsTr("%n character(s) too many", "", -App.compose.remaining), -App.compose.remaining)
                    : Words.plural(qsTr("%n character(s) left", "", App.compose.remaining), App.compose.remaining)
            }
            Button {
                objectName: "composeSend"
                iconName: "send"
                text: sheet.replying ? qsTr("Reply") : qsTr("Post")
                enabled: App.compose.canSend
                onClicked: sheet.send()
            }
        }
        Label {
            Layout.fillWidth: true
            text: App.online ? qsTr("Ctrl+Enter sends. You can close this: the draft is kept.")
                             : qsTr("You are offline. The post waits here and is sent once you are back.")
            scaleName: "small"
            quiet: true
            wrapMode: Text.Wrap
        }
    }

    ConfirmDialog {
        id: discard
        title: qsTr("Throw this draft away?")
        sentence: qsTr("What you have written here is gone then.")
        confirmText: qsTr("Throw away")
        onConfirmed: {
            App.compose.discard();
            sheet.close();
        }
    }
}
