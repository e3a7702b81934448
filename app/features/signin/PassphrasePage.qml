// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Layouts
import Kith.App
import Kith.Ui

// Asks for the passphrase of the store, or for a new one where the system has no keychain.
SignInFrame {
    id: page

    readonly property bool choosing: App.state === "needsPassphrase"

    function takeFocus() {
        passphrase.input.forceActiveFocus(Qt.TabFocusReason);
    }
    function enter() {
        if (passphrase.text === "" || App.busy)
            return;
        if (choosing)
            App.choosePassphrase(passphrase.text);
        else
            App.unlock(passphrase.text);
    }

    title: choosing ? qsTr("Choose a passphrase") : qsTr("Welcome back")
    sentence: choosing
        ? qsTr("This computer has no keychain, so a passphrase of yours locks what Kith keeps here.")
        : qsTr("What Kith keeps on this computer is locked. Your passphrase opens it.")
    running: App.busy
    Component.onCompleted: takeFocus()

    Field {
        id: passphrase
        Layout.fillWidth: true
        input.objectName: "passphraseField"
        label: qsTr("Passphrase")
        secret: true
        input.readOnly: App.busy
        hint: page.choosing ? qsTr("A few words that only you would put together. Nobody can recover it for you.") : ""
        onAccepted: page.enter()
    }
    ErrorLine {
        Layout.fillWidth: true
        text: App.busy ? "" : App.signInError || App.failure
    }
    Button {
        objectName: "passphraseButton"
        Layout.fillWidth: true
        large: true
        text: App.busy ? qsTr("One moment…") : page.choosing ? qsTr("Use this passphrase") : qsTr("Open")
        busy: App.busy
        enabled: passphrase.text !== "" && !App.busy
        onClicked: page.enter()
    }
    StartFreshButton {
        visible: !page.choosing
        Layout.fillWidth: true
    }
}
