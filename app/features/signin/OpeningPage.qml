// SPDX-License-Identifier: Apache-2.0
import QtQuick
import Kith.Ui

// Shown for the blink of an eye while the store opens; longer only when the keychain asks its own question first.
Item {
    id: page

    function takeFocus() {
        forceActiveFocus();
    }

    Icon {
        id: sign
        anchors.centerIn: parent
        width: 2 * Theme.iconLarge
        height: width
        name: "logo"
        color: Theme.accent
    }
    Label {
        id: hint
        visible: false
        anchors.top: sign.bottom
        anchors.topMargin: Theme.s5
        anchors.horizontalCenter: parent.horizontalCenter
        width: Math.min(parent.width - 2 * Theme.s4, Theme.formWidth)
        text: qsTr("Your system's keychain may be asking for its password.")
        quiet: true
        wrapMode: Text.Wrap
        horizontalAlignment: Text.AlignHCenter
        Accessible.role: Accessible.AlertMessage
        Accessible.name: text
    }
    Timer {
        running: true
        interval: Theme.toastTime
        onTriggered: hint.visible = true
    }
}
