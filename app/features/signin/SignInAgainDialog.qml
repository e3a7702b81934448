// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Layouts
import Kith.App
import Kith.Ui

// The server has ended the sign-in: the password again, and everything goes on where it was.
Dialog {
    id: dialog

    readonly property bool expired: App.signInExpired

    function goOn() {
        if (password.text !== "" && !App.busy)
            App.signInAgain(password.text);
    }

    title: qsTr("Sign in again")
    onOpened: (password.visible ? password.input : browser).forceActiveFocus(Qt.PopupFocusReason)
    onClosed: {
        password.text = "";
        if (App.waitsForBrowser)
            App.cancelSignIn();
    }
    onExpiredChanged: {
        if (!expired)
            close();
    }

    contentItem: ColumnLayout {
        spacing: Theme.s3

        Label {
            Layout.fillWidth: true
            text: dialog.title
            scaleName: "section"
            font.weight: Font.DemiBold
            wrapMode: Text.Wrap
            Accessible.role: Accessible.Heading
            Accessible.name: text
        }
        Label {
            Layout.fillWidth: true
            text: qsTr("As %1. Your drafts and what waits to be sent are still here.").arg(App.account.handle || "")
            quiet: true
            wrapMode: Text.Wrap
        }
        BrowserWait {
            id: wait
            visible: App.waitsForBrowser
            Layout.fillWidth: true
        }
        Field {
            id: password
            visible: App.serverHasKith && !wait.visible
            Layout.fillWidth: true
            input.objectName: "againPassword"
            label: qsTr("Password")
            secret: true
            input.readOnly: App.busy
            onAccepted: dialog.goOn()
        }
        ErrorLine {
            Layout.fillWidth: true
            text: App.busy ? "" : App.signInError
        }
        RowLayout {
            visible: !wait.visible
            Layout.fillWidth: true
            spacing: Theme.s2

            Button {
                id: browser
                objectName: "againBrowserButton"
                kind: App.serverHasKith ? "quiet" : "primary"
                text: qsTr("With your browser")
                enabled: !App.busy
                onClicked: App.signInAgainWithBrowser()
            }
            Item { Layout.fillWidth: true }
            Button {
                kind: "quiet"
                text: qsTr("Later")
                onClicked: dialog.close()
            }
            Button {
                visible: App.serverHasKith
                objectName: "againButton"
                text: App.busy ? qsTr("One moment…") : qsTr("Sign in")
                busy: App.busy
                enabled: password.text !== "" && !App.busy
                onClicked: dialog.goOn()
            }
        }
    }
}
