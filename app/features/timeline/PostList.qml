// SPDX-License-Identifier: Apache-2.0
import QtQuick
import Kith.App
import Kith.Ui

// Posts under each other, with the keys to walk them: J and K move, Enter opens, R replies.
ListView {
    id: list

    property bool threaded: false
    // What the reader has unfolded, by status id: cards are reused, so they cannot remember.
    property var unfolded: ({})
    signal threadWanted(string statusId)
    signal replyWanted(string statusId)

    function takeFocus() {
        forceActiveFocus(Qt.OtherFocusReason);
    }
    function select(row) {
        if (row < 0 || row >= count)
            return;
        currentIndex = row;
        positionViewAtIndex(row, ListView.Contain);
        if (currentItem)
            currentItem.card.forceActiveFocus(Qt.TabFocusReason);
    }
    // The row that J and K start from: the focused one, else the first that is in sight.
    function startRow() {
        if (currentItem && currentItem.card.activeFocus)
            return currentIndex;
        return Math.max(-1, indexAt(width / 2, contentY + Theme.s8) - 1);
    }
    function handleKey(event) {
        if (event.modifiers !== Qt.NoModifier)
            return false;
        const post = currentItem && currentItem.card.activeFocus ? currentItem.card.post : null;
        switch (event.key) {
        case Qt.Key_J:
            select(startRow() + 1);
            return true;
        case Qt.Key_K:
            select(startRow() - 1);
            return true;
        case Qt.Key_Return:
        case Qt.Key_Enter:
            if (post && post.sendState === "sent")
                threadWanted(post.statusId);
            return post !== null;
        case Qt.Key_R:
            if (post && post.sendState === "sent")
                replyWanted(post.statusId);
            return post !== null;
        case Qt.Key_Home:
            positionViewAtBeginning();
            return true;
        case Qt.Key_End:
            positionViewAtEnd();
            return true;
        case Qt.Key_PageDown:
        case Qt.Key_PageUp:
            scrollBy((event.key === Qt.Key_PageDown ? 1 : -1) * (height - Theme.headerHeight));
            return true;
        }
        return false;
    }
    function scrollBy(distance) {
        contentY = Math.max(originY, Math.min(contentY + distance, originY + contentHeight - height));
    }
    function toggle(statusId) {
        const next = Object.assign({}, unfolded);
        next[statusId] = !next[statusId];
        unfolded = next;
    }

    spacing: Theme.s4
    clip: true
    reuseItems: true
    cacheBuffer: Theme.loadAhead / 2
    boundsBehavior: Flickable.StopAtBounds
    currentIndex: -1
    highlightFollowsCurrentItem: false
    keyNavigationEnabled: false
    Accessible.role: Accessible.List
    ScrollBar.vertical: ScrollBar {}
    Keys.onPressed: event => event.accepted = handleKey(event)

    delegate: Item {
        id: row

        required property var model
        required property int index
        property alias card: card
        readonly property int indent: list.threaded ? Math.min(model.depth, Theme.threadDepth) * Theme.threadIndent : 0

        width: list.width
        height: card.height
        // What waits to be used again is only not painted: Tab and screen readers would still come upon it.
        ListView.onPooled: {
            if (card.activeFocus)
                list.takeFocus();
            visible = false;
        }
        ListView.onReused: visible = true

        Item {
            id: column
            width: Math.min(Theme.columnWidth, parent.width - 2 * Theme.s4)
            height: card.height
            anchors.horizontalCenter: parent.horizontalCenter

            Divider {
                visible: row.indent > 0
                anchors.left: parent.left
                anchors.leftMargin: row.indent - Theme.threadIndent / 2
                width: Theme.marker
                y: -Theme.s4
                height: parent.height + Theme.s4
            }
            PostCard {
                id: card
                anchors.left: parent.left
                anchors.leftMargin: row.indent
                anchors.right: parent.right
                height: implicitHeight
                post: row.model
                threaded: list.threaded
                large: list.threaded && row.model.focused === true
                unfolded: list.unfolded[row.model.statusId] === true
                onActiveFocusChanged: {
                    if (activeFocus)
                        list.currentIndex = row.index;
                }
                onOpened: list.threadWanted(post.statusId)
                onReplied: list.replyWanted(post.statusId)
                onFoldToggled: list.toggle(post.statusId)
                onMenuWanted: button => menu.openFor(post, button)
                onRetried: App.home.retrySend(post.statusId)
                onDiscarded: App.home.discard(post.statusId)
            }
        }
    }

    PostMenu {
        id: menu
        onRemoveWanted: statusId => {
            confirm.statusId = statusId;
            confirm.open();
        }
    }
    ConfirmDialog {
        id: confirm
        property string statusId: ""
        title: qsTr("Delete this post?")
        sentence: qsTr("It goes from your server, and other servers are asked to remove their copies. This cannot be undone.")
        confirmText: qsTr("Delete")
        onConfirmed: App.home.remove(statusId)
    }
}
