// SPDX-License-Identifier: Apache-2.0
import QtQuick
import Kith.App
import Kith.Ui

// A post among what it answers and what answers it.
Item {
    id: page

    property bool placed: false
    signal threadWanted(string statusId)
    signal replyWanted(string statusId)
    signal backWanted()

    readonly property string title: qsTr("Thread")

    function takeFocus() {
        list.takeFocus();
    }
    function handleKey(event) {
        return list.handleKey(event);
    }
    function refresh() {
        if (App.thread && App.thread.refresh)
            App.thread.refresh();
    }
    // The post that was opened comes into sight once.
    function showFocused() {
        const row = Desk.rowOf(App.thread, "focused", true);
        if (row > 0) {
            list.positionViewAtIndex(row, ListView.Beginning);
            list.scrollBy(-Theme.s4);
        }
        placed = placed || row >= 0;
    }

    PostList {
        id: list
        objectName: "threadList"
        anchors.fill: parent
        threaded: true
        model: App.thread
        Accessible.name: page.title
        header: Item { height: Theme.s4 }
        onThreadWanted: statusId => page.threadWanted(statusId)
        onReplyWanted: statusId => page.replyWanted(statusId)
        onCountChanged: {
            if (count === 0)
                page.placed = false;
            else if (!page.placed)
                Qt.callLater(page.showFocused);
        }

        footer: Item {
            width: list.width
            height: end.height + 2 * Theme.s4

            ListEnd {
                id: end
                y: Theme.s4
                anchors.horizontalCenter: parent.horizontalCenter
                count: list.count
                phase: App.thread && App.thread.phase ? App.thread.phase : "ready"
                errorSentence: App.thread && App.thread.errorSentence ? App.thread.errorSentence : ""
                emptyIcon: "search"
                emptyTitle: qsTr("This post is gone")
                emptyText: qsTr("It may have been deleted, or it is not for you to see.")
                emptyAction: qsTr("Go back")
                onEmptyActed: page.backWanted()
                onRetried: page.refresh()
            }
        }
    }
}
