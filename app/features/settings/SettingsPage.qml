// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Layouts
import Kith.App
import Kith.SignIn
import Kith.Ui

PageScroll {
    id: page

    readonly property string title: qsTr("Settings")

    function takeFocus() {
        forceActiveFocus(Qt.OtherFocusReason);
    }
    function refresh() {}

    SettingsCard {
        width: parent.width
        height: implicitHeight
        title: qsTr("Appearance")

        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.s3

            SchemeChoice {
                objectName: "themeSystem"
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                scheme: "system"
                iconName: "screen"
                text: qsTr("Like the system")
            }
            SchemeChoice {
                objectName: "themeLight"
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                scheme: "light"
                iconName: "sun"
                text: qsTr("Light")
            }
            SchemeChoice {
                objectName: "themeDark"
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                scheme: "dark"
                iconName: "moon"
                text: qsTr("Dark")
            }
        }
    }
    SettingsCard {
        width: parent.width
        height: implicitHeight
        title: qsTr("Comfort")

        Toggle {
            objectName: "contrastToggle"
            Layout.fillWidth: true
            text: qsTr("High contrast")
            sentence: qsTr("Black and white, and stronger lines.")
            checked: App.highContrast
            onToggled: App.highContrast = checked
        }
        Toggle {
            objectName: "motionToggle"
            Layout.fillWidth: true
            text: qsTr("Reduce motion")
            sentence: qsTr("Nothing fades or slides.")
            checked: App.reduceMotion
            onToggled: App.reduceMotion = checked
        }
    }
    SettingsCard {
        width: parent.width
        height: implicitHeight
        title: qsTr("Your account")

        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.s3

            Avatar {
                initial: App.account.initial || ""
                ground: App.account.color || Theme.ink2
            }
            ColumnLayout {
                Layout.fillWidth: true
                spacing: 0

                Label {
                    Layout.fillWidth: true
                    text: App.account.name || ""
                    font.weight: Font.DemiBold
                    elide: Text.ElideRight
                }
                Label {
                    Layout.fillWidth: true
                    text: App.account.handle || ""
                    scaleName: "small"
                    quiet: true
                    elide: Text.ElideMiddle
                }
            }
        }
        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.s3

            Icon {
                Layout.preferredWidth: Theme.icon
                Layout.preferredHeight: Theme.icon
                name: "server"
                color: Theme.ink2
            }
            Label {
                Layout.fillWidth: true
                text: App.instanceTitle ? Words.fill(qsTr("At home on %1, %2"), App.instanceTitle, Words.host(App.server))
                                        : qsTr("At home on %1").arg(Words.host(App.server))
                quiet: true
                wrapMode: Text.Wrap
            }
        }
        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.s3

            Icon {
                Layout.preferredWidth: Theme.icon
                Layout.preferredHeight: Theme.icon
                name: "lock"
                color: Theme.ink2
            }
            Label {
                Layout.fillWidth: true
                text: qsTr("What Kith keeps on this computer is encrypted.")
                quiet: true
                wrapMode: Text.Wrap
            }
        }
        Divider { Layout.fillWidth: true }
        Button {
            objectName: "signOutButton"
            kind: "outline"
            iconName: "leave"
            text: qsTr("Sign out…")
            onClicked: confirm.open()
        }
    }

    SettingsCard {
        visible: App.recovery.possible
        width: parent.width
        height: visible ? implicitHeight : 0
        title: qsTr("If your keychain is lost")

        Label {
            Layout.fillWidth: true
            text: App.recovery.kept
                ? qsTr("There is a spare key: your recovery passphrase opens what Kith keeps on this computer. Setting another one replaces it.")
                : qsTr("What Kith keeps on this computer is locked, and your system's keychain has the key. If the keychain is ever lost, a recovery passphrase opens the lock too.")
            quiet: true
            wrapMode: Text.Wrap
        }
        RecoveryForm {
            Layout.fillWidth: true
            buttonText: App.recovery.kept ? qsTr("Replace the spare key") : qsTr("Keep a spare key")
        }
    }

    ConfirmDialog {
        id: confirm
        objectName: "signOutDialog"
        title: qsTr("Sign out?")
        sentence: qsTr("What Kith keeps on this computer for %1 is removed, also drafts and posts that still wait to be sent. Your account stays on its server.").arg(App.account.handle || "")
        confirmText: qsTr("Sign out")
        onConfirmed: App.signOut()
    }
}
