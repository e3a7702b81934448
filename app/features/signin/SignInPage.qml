// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Layouts
import Kith.App
import Kith.Ui

SignInFrame {
    id: page

    readonly property bool complete: server.text !== "" && name.text !== "" && password.text !== ""

    function takeFocus() {
        (server.text === "" ? server : name).input.forceActiveFocus(Qt.TabFocusReason);
    }
    function enter() {
        if (complete && !App.busy)
            App.signIn(server.text.trim(), name.text.trim(), password.text);
    }

    title: qsTr("Good to see you")
    sentence: qsTr("Kith is made of many home servers, run by friends, clubs and companies. Yours keeps your account.")
    running: App.busy
    Component.onCompleted: takeFocus()

    Field {
        id: server
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
        Layout.fillWidth: true
        input.objectName: "signInName"
        label: qsTr("Your name there")
        placeholder: qsTr("mira")
        input.readOnly: App.busy
        onAccepted: password.input.forceActiveFocus(Qt.TabFocusReason)
    }
    Field {
        id: password
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
        objectName: "signInButton"
        Layout.fillWidth: true
        large: true
        text: App.busy ? qsTr("One moment…") : qsTr("Sign in")
        busy: App.busy
        enabled: page.complete && !App.busy
        onClicked: page.enter()
    }
    Button {
        objectName: "signUpButton"
        Layout.fillWidth: true
        large: true
        kind: "secondary"
        text: qsTr("Create a new account")
        enabled: page.complete && !App.busy
        onClicked: App.signUp(server.text.trim(), name.text.trim(), password.text)
    }
    Label {
        Layout.fillWidth: true
        text: qsTr("New here? Choose a name and a password of at least 8 characters, then press “Create a new account”.")
        scaleName: "small"
        quiet: true
        wrapMode: Text.Wrap
        horizontalAlignment: Text.AlignHCenter
    }
}
