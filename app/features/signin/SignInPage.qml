// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Layouts
import Kith.App
import Kith.Ui

SignInFrame {
    id: page

    readonly property bool complete: server.text !== "" && name.text !== "" && password.text !== ""

    function takeFocus() {
        if (App.waitsForBrowser)
            wait.takeFocus();
        else
            (server.text === "" ? server : name).input.forceActiveFocus(Qt.TabFocusReason);
    }
    function enter() {
        if (complete && !App.busy)
            App.signIn(server.text.trim(), name.text.trim(), password.text);
    }
    function enterWithBrowser() {
        if (server.text.trim() !== "" && !App.busy)
            App.signInWithBrowser(server.text.trim());
    }

    title: qsTr("Good to see you")
    sentence: qsTr("Kith is made of many home servers, run by friends, clubs and companies. Yours keeps your account.")
    running: App.busy
    Component.onCompleted: takeFocus()

    Connections {
        target: App
        function onBusyChanged() {
            if (App.waitsForBrowser)
                wait.takeFocus();
        }
    }
    BrowserWait {
        id: wait
        visible: App.waitsForBrowser
        Layout.fillWidth: true
    }
    Field {
        id: server
        visible: !wait.visible
        Layout.fillWidth: true
        input.objectName: "signInServer"
        label: qsTr("Home server")
        placeholder: qsTr("hollow.town")
        text: Words.host(App.server)
        input.readOnly: App.busy
        hint: qsTr("The part after the second @ in your handle.")
        onAccepted: name.input.forceActiveFocus(Qt.TabFocusReason)
    }
    Field {
        id: name
        visible: !wait.visible
        Layout.fillWidth: true
        input.objectName: "signInName"
        label: qsTr("Your name there")
        placeholder: qsTr("mira")
        input.readOnly: App.busy
        onAccepted: password.input.forceActiveFocus(Qt.TabFocusReason)
    }
    Field {
        id: password
        visible: !wait.visible
        Layout.fillWidth: true
        input.objectName: "signInPassword"
        label: qsTr("Password")
        secret: true
        input.readOnly: App.busy
        onAccepted: page.enter()
    }
    ErrorLine {
        Layout.fillWidth: true
        text: App.busy ? "" : App.signInError
    }
    Button {
        visible: !wait.visible
        objectName: "signInButton"
        Layout.fillWidth: true
        large: true
        text: App.busy ? qsTr("One moment…") : qsTr("Sign in")
        busy: App.busy
        enabled: page.complete && !App.busy
        onClicked: page.enter()
    }
    Button {
        visible: !wait.visible
        objectName: "browserButton"
        Layout.fillWidth: true
        large: true
        kind: "secondary"
        text: qsTr("Sign in with your browser")
        enabled: server.text.trim() !== "" && !App.busy
        onClicked: page.enterWithBrowser()
    }
    Button {
        visible: !wait.visible
        objectName: "signUpButton"
        Layout.fillWidth: true
        large: true
        kind: "quiet"
        text: qsTr("Create a new account")
        enabled: page.complete && !App.busy
        onClicked: App.signUp(server.text.trim(), name.text.trim(), password.text)
    }
    Label {
        visible: !wait.visible
        Layout.fillWidth: true
        text: qsTr("Your browser signs you in on Mastodon and every server like it, without a name and password here. New on Kith? Choose a name and a password of at least 8 characters, then press “Create a new account”.")
        scaleName: "small"
        quiet: true
        wrapMode: Text.Wrap
        horizontalAlignment: Text.AlignHCenter
    }
}
