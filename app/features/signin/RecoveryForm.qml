// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Layouts
import Kith.App
import Kith.Ui

// Sets the recovery passphrase, typed twice: nobody notices a slip until the day it is needed.
ColumnLayout {
    id: form

    readonly property bool same: passphrase.text === again.text
    readonly property bool complete: passphrase.text !== "" && same
    property alias first: passphrase.input
    property string buttonText: qsTr("Keep a spare key")
    signal made()

    function enter() {
        if (complete && !App.recovery.busy)
            App.recovery.make(passphrase.text);
    }

    spacing: Theme.s4

    Connections {
        target: App.recovery
        function onMade() {
            passphrase.text = "";
            again.text = "";
            form.made();
        }
    }
    Field {
        id: passphrase
        Layout.fillWidth: true
        input.objectName: "recoveryField"
        label: qsTr("Recovery passphrase")
        secret: true
        input.readOnly: App.recovery.busy
        hint: qsTr("At least 8 characters. A few words that only you would put together; write them down and keep them somewhere safe.")
        onAccepted: again.input.forceActiveFocus(Qt.TabFocusReason)
    }
    Field {
        id: again
        Layout.fillWidth: true
        input.objectName: "recoveryAgainField"
        label: qsTr("Once more")
        secret: true
        input.readOnly: App.recovery.busy
        wrong: text !== "" && !form.same
        hint: text !== "" && !form.same ? qsTr("That is not the same yet.") : ""
        onAccepted: form.enter()
    }
    ErrorLine {
        Layout.fillWidth: true
        text: App.recovery.busy ? "" : App.recovery.error
    }
    Button {
        objectName: "recoveryButton"
        Layout.fillWidth: true
        large: true
        text: App.recovery.busy ? qsTr("One moment…") : form.buttonText
        busy: App.recovery.busy
        enabled: form.complete && !App.recovery.busy
        onClicked: form.enter()
    }
}
