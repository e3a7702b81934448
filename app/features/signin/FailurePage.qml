// SPDX-License-Identifier: Apache-2.0
import QtQuick
import Kith.App
import Kith.Ui

// Kith could not open at all; says why.
Item {
    function takeFocus() {
        forceActiveFocus();
    }

    EmptyState {
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        iconName: "warning"
        title: qsTr("Kith could not open")
        text: App.failure
        actionText: qsTr("Close Kith")
        onActed: Qt.quit()
    }
}
