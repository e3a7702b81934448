// SPDX-License-Identifier: Apache-2.0
import QtQuick
import Kith.App
import Kith.Ui

// The last way out when a profile does not open: a new one, while the old one is kept aside. Asks first.
Button {
    objectName: "startFreshButton"
    large: true
    kind: "quiet"
    text: qsTr("Start fresh")
    enabled: !App.busy
    onClicked: confirm.open()

    ConfirmDialog {
        id: confirm
        objectName: "startFreshDialog"
        title: qsTr("Start fresh?")
        sentence: qsTr("You sign in again on this computer. What was kept here stays in a folder of its own beside it, still locked; nothing is deleted. Posts that waited to be sent stay in there too.")
        confirmText: qsTr("Start fresh")
        onConfirmed: App.startFresh()
    }
}
