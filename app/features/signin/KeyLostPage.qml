// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Layouts
import Kith.App
import Kith.Ui

// There is a store, but no key that opens it. Says why, and what can be done; nothing is lost by looking.
SignInFrame {
    id: page

    readonly property bool spare: App.recovery.kept

    function takeFocus() {
        if (spare)
            passphrase.input.forceActiveFocus(Qt.TabFocusReason);
        else
            again.forceActiveFocus(Qt.TabFocusReason);
    }
    function enter() {
        if (passphrase.text !== "" && !App.busy)
            App.recover(passphrase.text);
    }

    title: qsTr("Kith cannot open what it keeps here")
    sentence: App.failure
    running: App.busy
    Component.onCompleted: takeFocus()

    Field {
        id: passphrase
        visible: page.spare
        Layout.fillWidth: true
        input.objectName: "recoverField"
        label: qsTr("Recovery passphrase")
        secret: true
        input.readOnly: App.busy
        hint: qsTr("It opens what is here, and the key goes back into the keychain.")
        onAccepted: page.enter()
    }
    Label {
        visible: !page.spare
        Layout.fillWidth: true
        text: qsTr("If your keychain is locked, open it and try again. No recovery passphrase was set for this profile.")
        wrapMode: Text.Wrap
    }
    ErrorLine {
        Layout.fillWidth: true
        text: App.busy ? "" : App.signInError
    }
    Button {
        visible: page.spare
        objectName: "recoverButton"
        Layout.fillWidth: true
        large: true
        text: App.busy ? qsTr("One moment…") : qsTr("Open")
        busy: App.busy
        enabled: passphrase.text !== "" && !App.busy
        onClicked: page.enter()
    }
    Button {
        id: again
        objectName: "keychainAgainButton"
        Layout.fillWidth: true
        large: true
        kind: page.spare ? "secondary" : "primary"
        text: qsTr("Try the keychain again")
        enabled: !App.busy
        onClicked: App.tryKeychainAgain()
    }
    StartFreshButton { Layout.fillWidth: true }
}
