// SPDX-License-Identifier: Apache-2.0
import QtQuick
import Kith.App
import Kith.Ui

Item {
    id: page

    property bool placed: false
    signal threadWanted(string statusId)
    signal replyWanted(string statusId)
    signal composeWanted()
    signal peopleWanted()

    readonly property string title: qsTr("Home")

    function takeFocus() {
        list.takeFocus();
    }
    function handleKey(event) {
        return list.handleKey(event);
    }
    function refresh() {
        App.home.refresh();
    }
    // Opens where the reader was.
    function restorePlace() {
        if (placed || list.count === 0)
            return;
        placed = true;
        const row = App.home.anchorId ? Desk.rowOf(App.home, "statusId", App.home.anchorId) : -1;
        if (row < 0)
            return;
        list.positionViewAtIndex(row, ListView.Beginning);
        list.scrollBy(App.home.anchorOffset);
    }
    function keepPlace() {
        if (!placed || list.count === 0)
            return;
        const middle = list.width / 2;
        let row = list.indexAt(middle, list.contentY);
        if (row < 0)
            row = list.indexAt(middle, list.contentY + list.spacing);
        const item = row < 0 ? null : list.itemAtIndex(row);
        if (list.atYBeginning || !item)
            App.home.rememberPlace("", 0);
        else
            App.home.rememberPlace(item.card.post.statusId, Math.round(list.contentY - item.y));
    }
    function loadMore() {
        const below = list.originY + list.contentHeight - list.contentY - list.height;
        if (below < Theme.loadAhead && list.count > 0 && App.home.phase === "ready"
            && !App.home.loadingOlder && !App.home.atEnd)
            App.home.loadOlder();
    }

    PostList {
        id: list
        objectName: "homeList"
        anchors.fill: parent
        model: App.home
        Accessible.name: page.title
        onThreadWanted: statusId => page.threadWanted(statusId)
        onReplyWanted: statusId => page.replyWanted(statusId)
        onContentYChanged: {
            settle.restart();
            page.loadMore();
        }
        onContentHeightChanged: page.loadMore()
        onCountChanged: page.restorePlace()
        Component.onCompleted: page.restorePlace()

        header: Item {
            width: list.width
            height: prompt.height + 2 * Theme.s4

            ComposePrompt {
                id: prompt
                objectName: "composePrompt"
                y: Theme.s4
                width: Math.min(Theme.columnWidth, parent.width - 2 * Theme.s4)
                anchors.horizontalCenter: parent.horizontalCenter
                onClicked: page.composeWanted()
            }
        }
        footer: Item {
            width: list.width
            height: end.height + 2 * Theme.s4

            ListEnd {
                id: end
                y: list.count > 0 ? Theme.s4 : 0
                anchors.horizontalCenter: parent.horizontalCenter
                count: list.count
                phase: App.home.phase
                errorSentence: App.home.errorSentence
                loadingOlder: App.home.loadingOlder
                atEnd: App.home.atEnd
                emptyTitle: qsTr("It is quiet here")
                emptyText: qsTr("Posts by the people you follow appear here. Find someone you know, or write the first one.")
                emptyAction: qsTr("Find people")
                onEmptyActed: page.peopleWanted()
                onRetried: page.refresh()
            }
        }
    }
    Binding {
        target: App.home
        property: "atTop"
        value: list.atYBeginning
    }
    Timer {
        id: settle
        interval: Theme.settleDelay
        onTriggered: page.keepPlace()
    }
    // A reader at the top stays at the top: what arrives there is what they want to see.
    Connections {
        target: App.home
        property bool wasAtTop: true
        function onRowsAboutToBeInserted(parent, first, last) {
            wasAtTop = first === 0 && list.atYBeginning;
        }
        function onRowsInserted(parent, first, last) {
            if (wasAtTop)
                Qt.callLater(list.positionViewAtBeginning);
        }
    }
    Button {
        objectName: "newPostsPill"
        anchors.horizontalCenter: parent.horizontalCenter
        y: Theme.s3
        visible: App.home.newCount > 0
        iconName: "up"
        text: Words.plural(qsTr("%n new post(s)", "", App.home.newCount), App.home.newCount)
        onClicked: {
            App.home.showNew();
            list.positionViewAtBeginning();
            list.takeFocus();
        }
    }
}
