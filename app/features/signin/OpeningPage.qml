// SPDX-License-Identifier: Apache-2.0
import QtQuick
import Kith.Ui

// Shown for the blink of an eye while the store opens.
Item {
    function takeFocus() {
        forceActiveFocus();
    }

    Icon {
        anchors.centerIn: parent
        width: 2 * Theme.iconLarge
        height: width
        name: "logo"
        color: Theme.accent
    }
}
