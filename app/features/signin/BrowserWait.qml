// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Layouts
import Kith.App
import Kith.Ui

// While the person answers the server's page in their browser.
ColumnLayout {
    id: wait

    function takeFocus() {
        again.forceActiveFocus(Qt.TabFocusReason);
    }

    spacing: Theme.s4

    Icon {
        Layout.alignment: Qt.AlignHCenter
        Layout.preferredWidth: Theme.iconLarge
        Layout.preferredHeight: Theme.iconLarge
        name: "globe"
        color: Theme.accent
    }
    Label {
        Layout.fillWidth: true
        text: qsTr("Go on in your browser")
        scaleName: "section"
        font.weight: Font.DemiBold
        wrapMode: Text.Wrap
        horizontalAlignment: Text.AlignHCenter
        Accessible.role: Accessible.AlertMessage
        Accessible.name: text
    }
    Label {
        Layout.fillWidth: true
        text: qsTr("Your server asks there whether Kith may use your account. Then come back here; Kith never sees your password.")
        quiet: true
        wrapMode: Text.Wrap
        horizontalAlignment: Text.AlignHCenter
    }
    Button {
        id: again
        objectName: "browserAgainButton"
        Layout.fillWidth: true
        large: true
        kind: "secondary"
        text: qsTr("Open the page again")
        onClicked: App.openBrowserAgain()
    }
    Button {
        objectName: "browserCancelButton"
        Layout.fillWidth: true
        large: true
        kind: "quiet"
        text: qsTr("Cancel")
        onClicked: App.cancelSignIn()
    }
}
