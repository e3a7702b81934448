// SPDX-License-Identifier: Apache-2.0
import QtQuick

// Makes a page when it is first wanted, and keeps it then.
Loader {
    property bool shown: false

    anchors.fill: parent
    visible: shown
    active: false
    asynchronous: true
    onShownChanged: active = active || shown
    Component.onCompleted: active = active || shown
}
