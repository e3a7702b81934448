// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Templates as T
import Kith.App
import Kith.SignIn
import Kith.Ui

T.ApplicationWindow {
    id: window

    // Where to go once signed in: home, people, notifications, settings, thread:<status id>, compose.
    property string page: "home"

    function show(name) {
        page = name;
        if (!content.item || !content.item.go)
            return;
        if (name === "compose")
            content.item.compose();
        else if (name.startsWith("thread:"))
            content.item.openThread(name.substring(7));
        else
            content.item.go(name);
    }

    width: Theme.windowWidth
    height: Theme.windowHeight
    minimumWidth: Theme.windowMinimumWidth
    minimumHeight: Theme.windowMinimumHeight
    visible: true
    title: App.unreadNotifications > 0 ? qsTr("Kith (%1)").arg(App.unreadNotifications) : qsTr("Kith")
    color: Theme.bg
    font.family: Theme.fontFamily
    font.pixelSize: Theme.type.body.size
    LayoutMirroring.enabled: Theme.rightToLeft
    LayoutMirroring.childrenInherit: true

    Component { id: opening; OpeningPage {} }
    Component { id: passphrase; PassphrasePage {} }
    Component { id: signIn; SignInPage {} }
    Component { id: keyLost; KeyLostPage {} }
    Component { id: offerRecovery; RecoveryOfferPage {} }
    Component { id: failed; FailurePage {} }
    Component { id: ready; Frame {} }

    Loader {
        id: content
        anchors.fill: parent
        focus: true
        sourceComponent: {
            switch (App.state) {
            case "locked":
            case "needsPassphrase": return passphrase;
            case "keyLost": return keyLost;
            case "offerRecovery": return offerRecovery;
            case "signedOut": return signIn;
            case "ready": return ready;
            case "failed": return failed;
            default: return opening;
            }
        }
        onLoaded: {
            if (item.go && window.page !== "home")
                window.show(window.page);
        }
    }
}
