// SPDX-License-Identifier: Apache-2.0
import QtQuick
import Kith.App
import Kith.Compose
import Kith.Notifications
import Kith.People
import Kith.Settings
import Kith.SignIn
import Kith.Timeline
import Kith.Ui

// The app once someone is signed in: places, pages, writing, keys.
Item {
    id: frame

    property string place: "home"
    // Opened threads, the newest last; the last one is shown above its place.
    property var trail: []
    readonly property bool narrow: width < Theme.oneColumnBelow
    readonly property bool wide: width >= Theme.threeColumnsFrom
    readonly property bool inThread: trail.length > 0
    readonly property Item page: inThread ? thread.item
        : ({ home: home, people: people.item, notifications: notifications.item, settings: settings.item })[place] || null
    readonly property var places: [
        { place: "home", icon: "home", text: qsTr("Home"), objectName: "navHome" },
        { place: "people", icon: "explore", text: qsTr("Find people"), objectName: "navPeople" },
        { place: "notifications", icon: "bell", text: qsTr("Notifications"), objectName: "navNotifications" },
        { place: "settings", icon: "gear", text: qsTr("Settings"), objectName: "navSettings" }
    ]

    function go(name) {
        trail = [];
        place = name;
        focusPage();
    }
    function focusPage() {
        Qt.callLater(() => {
            if (frame.page && !sheet.opened)
                frame.page.takeFocus();
        });
    }
    function openThread(statusId) {
        App.openThread(statusId);
        trail = trail.concat([statusId]);
        focusPage();
    }
    function back() {
        trail = trail.slice(0, -1);
        if (inThread)
            App.openThread(trail[trail.length - 1]);
        focusPage();
    }
    // The sheet opens once the model has the right draft.
    function compose() {
        App.compose.startNew();
    }
    function reply(statusId) {
        App.compose.startReply(statusId);
    }
    function findPerson(text) {
        go("people");
        App.people.search(text);
    }

    focus: true
    Component.onCompleted: focusPage()
    // Pages are made while the window goes on answering, so they may come a little later than they are wanted.
    onPageChanged: focusPage()
    Keys.onPressed: event => {
        if (page && page.handleKey)
            event.accepted = page.handleKey(event);
    }

    Shortcut {
        sequence: "Ctrl+N"
        onActivated: frame.compose()
    }
    Shortcut {
        sequence: "F5"
        onActivated: {
            if (frame.page)
                frame.page.refresh();
        }
    }
    Shortcut {
        sequence: "Escape"
        enabled: frame.inThread && !sheet.visible
        onActivated: frame.back()
    }
    Repeater {
        model: frame.places
        Item {
            id: key
            required property var modelData
            required property int index

            Shortcut {
                sequence: "Alt+" + (key.index + 1)
                onActivated: frame.go(key.modelData.place)
            }
        }
    }

    NavigationColumn {
        id: navigation
        visible: !frame.narrow
        anchors.left: parent.left
        anchors.top: parent.top
        anchors.bottom: parent.bottom
        width: frame.narrow ? 0 : frame.wide ? Theme.navigationWidth - Theme.hairline : Theme.railWidth - Theme.hairline
        rail: !frame.wide
        places: visible ? frame.places : []
        place: frame.inThread ? "" : frame.place
        onWanted: name => frame.go(name)
        onComposeWanted: frame.compose()
    }
    Divider {
        id: edge
        visible: !frame.narrow
        anchors.left: navigation.right
        anchors.top: parent.top
        anchors.bottom: parent.bottom
        width: visible ? Theme.hairline : 0
    }
    PageHeader {
        id: header
        anchors.left: edge.right
        anchors.right: parent.right
        title: frame.page ? frame.page.title : ""
        canGoBack: frame.inThread
        onBackWanted: frame.back()
    }
    Banner {
        id: offline
        objectName: "offlineBanner"
        visible: App.connectionSentence !== ""
        anchors.left: edge.right
        anchors.right: context.visible ? context.left : parent.right
        anchors.top: header.bottom
        anchors.leftMargin: Math.max(Theme.s4, (pages.width - Theme.columnWidth) / 2)
        anchors.rightMargin: anchors.leftMargin
        anchors.topMargin: visible ? Theme.s3 : 0
        height: visible ? implicitHeight : 0
        iconName: App.signInExpired ? "lock" : "offline"
        text: App.connectionSentence
        actionText: App.signInExpired ? qsTr("Sign in again") : qsTr("Try now")
        onActed: {
            if (App.signInExpired)
                again.open();
            else
                App.retryNow();
        }
    }
    Item {
        id: pages
        anchors.left: edge.right
        anchors.right: context.visible ? context.left : parent.right
        anchors.top: offline.bottom
        anchors.bottom: bar.visible ? bar.top : parent.bottom

        HomePage {
            id: home
            anchors.fill: parent
            visible: !frame.inThread && frame.place === "home"
            onThreadWanted: statusId => frame.openThread(statusId)
            onReplyWanted: statusId => frame.reply(statusId)
            onComposeWanted: frame.compose()
            onPeopleWanted: frame.go("people")
        }
        PlaceLoader {
            id: people
            shown: !frame.inThread && frame.place === "people"
            sourceComponent: PeoplePage {}
        }
        PlaceLoader {
            id: notifications
            shown: !frame.inThread && frame.place === "notifications"
            sourceComponent: NotificationsPage {
                onThreadWanted: statusId => frame.openThread(statusId)
                onPersonWanted: handle => frame.findPerson(handle)
            }
        }
        PlaceLoader {
            id: settings
            shown: !frame.inThread && frame.place === "settings"
            sourceComponent: SettingsPage {}
        }
        PlaceLoader {
            id: thread
            shown: frame.inThread
            sourceComponent: ThreadPage {
                onBackWanted: frame.back()
                onThreadWanted: statusId => frame.openThread(statusId)
                onReplyWanted: statusId => frame.reply(statusId)
            }
        }
    }
    ContextColumn {
        id: context
        visible: frame.wide
        anchors.right: parent.right
        anchors.top: header.bottom
        anchors.bottom: parent.bottom
        width: Theme.contextWidth
        onSearched: text => frame.findPerson(text)
    }
    BottomBar {
        id: bar
        visible: frame.narrow
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.bottom: parent.bottom
        places: visible ? frame.places : []
        place: frame.inThread ? "" : frame.place
        onWanted: name => frame.go(name)
        onComposeWanted: frame.compose()
    }
    // What was asked for and did not work is said in passing.
    Repeater {
        model: [App.home, App.thread, App.notifications, App.people, App.compose]
        Item {
            id: speaker
            required property var modelData

            Connections {
                target: speaker.modelData
                function onFailed(sentence) { toast.say(sentence); }
            }
        }
    }
    Toast {
        id: toast
        objectName: "toast"
        anchors.horizontalCenter: pages.horizontalCenter
        anchors.bottom: pages.bottom
        anchors.bottomMargin: Theme.s5
        widest: pages.width - 2 * Theme.s4
    }
    SignInAgainDialog {
        id: again
        objectName: "signInAgainDialog"
        onClosed: frame.focusPage()
    }
    Connections {
        target: App.compose
        function onOpened() { sheet.open(); }
    }
    // Where no page and no dialog shows it.
    Connections {
        target: App
        function onSignInErrorChanged() {
            if (App.signInError !== "" && !again.visible)
                toast.say(App.signInError);
        }
    }
    ComposeSheet {
        id: sheet
        onClosed: frame.focusPage()
    }
}
