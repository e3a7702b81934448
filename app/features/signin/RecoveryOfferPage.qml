// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Layouts
import Kith.App
import Kith.Ui

// Once, when a profile is new: what happens when the keychain is lost, and what helps.
SignInFrame {
    id: page

    function takeFocus() {
        form.first.forceActiveFocus(Qt.TabFocusReason);
    }

    title: qsTr("A spare key?")
    sentence: qsTr("What Kith keeps on this computer is locked, and your system's keychain has the key. If the keychain is ever lost, a recovery passphrase opens the lock too.")
    running: App.recovery.busy
    Component.onCompleted: takeFocus()

    RecoveryForm {
        id: form
        Layout.fillWidth: true
        onMade: App.leaveRecoveryOffer()
    }
    Button {
        objectName: "recoveryLaterButton"
        Layout.fillWidth: true
        large: true
        kind: "secondary"
        text: qsTr("Not now")
        enabled: !App.recovery.busy
        onClicked: App.leaveRecoveryOffer()
    }
    Label {
        Layout.fillWidth: true
        text: qsTr("You find this again in the settings.")
        scaleName: "small"
        quiet: true
        wrapMode: Text.Wrap
        horizontalAlignment: Text.AlignHCenter
    }
}
