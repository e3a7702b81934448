// SPDX-License-Identifier: Apache-2.0
import QtQuick
import Kith.App
import Kith.Ui
import Kith.Timeline

ListView {
    id: list

    readonly property string title: qsTr("Notifications")
    signal threadWanted(string statusId)
    signal personWanted(string handle)

    function takeFocus() {
        forceActiveFocus(Qt.OtherFocusReason);
    }
    function refresh() {
        model.refresh();
    }
    function handleKey(event) {
        if (event.modifiers !== Qt.NoModifier || (event.key !== Qt.Key_J && event.key !== Qt.Key_K))
            return false;
        const from = currentItem && currentItem.row.activeFocus ? currentIndex : -1;
        const to = Math.max(0, Math.min(count - 1, from + (event.key === Qt.Key_J ? 1 : -1)));
        if (count > 0) {
            currentIndex = to;
            positionViewAtIndex(to, ListView.Contain);
            currentItem.row.forceActiveFocus(Qt.TabFocusReason);
        }
        return true;
    }

    objectName: "notificationsList"
    model: App.notifications
    spacing: Theme.s3
    clip: true
    reuseItems: true
    boundsBehavior: Flickable.StopAtBounds
    currentIndex: -1
    highlightFollowsCurrentItem: false
    keyNavigationEnabled: false
    Accessible.role: Accessible.List
    Accessible.name: title
    ScrollBar.vertical: ScrollBar {}
    Keys.onPressed: event => event.accepted = handleKey(event)
    // The marks stay while the reader looks at them, and are gone when they come back.
    onVisibleChanged: {
        if (!visible && App.unreadNotifications > 0)
            App.markNotificationsRead();
    }
    onAtYEndChanged: {
        if (atYEnd && count > 0 && model.phase === "ready" && !model.loadingOlder && !model.atEnd)
            model.loadOlder();
    }

    header: Item { height: Theme.s4 }
    delegate: Item {
        required property var model
        required property int index
        property alias row: row
        // What waits to be used again is only not painted: Tab and screen readers would still come upon it.
        ListView.onPooled: visible = false
        ListView.onReused: visible = true

        width: list.width
        height: row.height

        NotificationRow {
            id: row
            width: Math.min(Theme.columnWidth, parent.width - 2 * Theme.s4)
            height: implicitHeight
            anchors.horizontalCenter: parent.horizontalCenter
            note: parent.model
            onActiveFocusChanged: {
                if (activeFocus)
                    list.currentIndex = parent.index;
            }
            onOpened: {
                if (note.statusId)
                    list.threadWanted(note.statusId);
                else
                    list.personWanted(note.fromHandle);
            }
        }
    }
    footer: Item {
        width: list.width
        height: end.height + 2 * Theme.s4

        ListEnd {
            id: end
            y: Theme.s4
            anchors.horizontalCenter: parent.horizontalCenter
            count: list.count
            phase: App.notifications.phase
            errorSentence: App.notifications.errorSentence
            loadingOlder: App.notifications.loadingOlder
            emptyIcon: "bell"
            emptyTitle: qsTr("Nothing new")
            emptyText: qsTr("When someone follows you or mentions you, you read it here.")
            onRetried: list.refresh()
        }
    }
}
