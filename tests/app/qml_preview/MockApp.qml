// SPDX-License-Identifier: Apache-2.0
pragma Singleton
import QtQuick

// Stands in for the app's C++: the same names as the real `App`, with invented people and no network. What QML asks
// of it is written down in `calls`.
QtObject {
    id: app

    property var calls: []
    function note(what) {
        calls = calls.concat([what]);
    }

    property string state: "ready"
    property string failure: ""
    property bool online: true
    property string connectionSentence: ""
    property bool signInExpired: false
    property bool waitsForBrowser: false
    property bool serverHasKith: true
    property bool busy: false
    property string signInError: ""
    property var account: ({ accountId: "1", name: "Mira Okafor", handle: "@mira@hollow.town", initial: "M", color: "#CB8F70" })
    property string server: "https://hollow.town"
    property string instanceTitle: "Hollow Town"
    property int unreadNotifications: 3
    property string colorScheme: "light"
    property bool highContrast: false
    property bool reduceMotion: true

    property MockTimeline home: MockTimeline {
        onAsked: what => app.note(what)
    }
    property MockTimeline thread: MockTimeline {}
    property MockNotifications notifications: MockNotifications {
        onAsked: what => app.note(what)
    }
    property MockPeople people: MockPeople {
        onAsked: what => app.note(what)
    }
    property QtObject compose: QtObject {
        property string text: ""
        property string spoilerText: ""
        property bool spoilerShown: false
        property string audience: "public"
        readonly property string audienceSentence: {
            for (const entry of audiences) {
                if (entry.key === audience)
                    return entry.sentence;
            }
            return "";
        }
        property var audiences: [
            { key: "public", name: "Everyone", sentence: "Anyone can read it, and it may be shown on public pages." },
            { key: "unlisted", name: "Everyone, quietly", sentence: "Anyone with the link can read it; it stays off public pages." },
            { key: "followers", name: "Followers", sentence: "Only the people who follow you can read it." },
            { key: "friends", name: "Friends", sentence: "Only people who follow you and whom you follow can read it." },
            { key: "direct", name: "Mentioned people", sentence: "Only the people you mention can read it. It is not encrypted." },
            { key: "self", name: "Only you", sentence: "A note to yourself." }
        ]
        property int limit: 500
        readonly property int remaining: limit - text.length - spoilerText.length
        readonly property bool canSend: text.trim() !== "" && remaining >= 0
        property string replyToId: ""
        property string replyToName: ""
        property string replyToText: ""
        function startReply(statusId) {
            replyToId = statusId;
            replyToName = "Tomas Berg";
            replyToText = "First bread from the wood oven we rebuilt last week. The crust sings when it cools. #sourdough";
            text = "@tomas@harbour.social ";
            if (slow)
                return;
            opened();
        }
        // The real one reads in its store first.
        property bool slow: false
        signal opened()
        signal failed(string sentence)
        function startNew() {
            if (replyToId !== "")
                text = "";
            replyToId = "";
            opened();
        }
        function send() {
            app.note("send:" + text);
            text = "";
        }
        function discard() {
            app.note("discardDraft");
            text = "";
        }
    }

    function signIn(server, name, password) { note("signIn:" + [server, name, password].join(",")); }
    function signUp(server, name, password) { note("signUp:" + [server, name, password].join(",")); }
    function signInWithBrowser(server) { note("signInWithBrowser:" + server); }
    function signInAgainWithBrowser() { note("signInAgainWithBrowser"); }
    function openBrowserAgain() { note("openBrowserAgain"); }
    function cancelSignIn() { note("cancelSignIn"); }
    function signInAgain(password) { note("signInAgain:" + password); }
    function signOut() { note("signOut"); }
    function unlock(passphrase) { note("unlock:" + passphrase); }
    function choosePassphrase(passphrase) { note("choosePassphrase:" + passphrase); }
    property QtObject recovery: QtObject {
        property bool possible: true
        property bool kept: false
        property bool busy: false
        property string error: ""
        signal made()
        function make(passphrase) {
            app.note("makeRecovery:" + passphrase);
            kept = true;
            made();
        }
    }
    function recover(passphrase) { note("recover:" + passphrase); }
    function tryKeychainAgain() { note("tryKeychainAgain"); }
    function startFresh() { note("startFresh"); }
    function leaveRecoveryOffer() { note("leaveRecoveryOffer"); }
    function retryNow() { note("retryNow"); }
    function markNotificationsRead() { note("markNotificationsRead"); }
    function openLink(url) { note("openLink:" + url); }
    function openThread(statusId) {
        note("openThread:" + statusId);
        thread.fillThread(statusId);
    }
    // What the tests start from.
    function fill() {
        calls = [];
        home.fillHome();
        notifications.fill();
    }
}
