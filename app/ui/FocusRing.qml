// SPDX-License-Identifier: Apache-2.0
import QtQuick
import Kith.Ui

// Two pixels of accent, two pixels away from what has the keyboard.
Rectangle {
    property bool shown: false
    property real inner: Theme.radiusRow

    anchors.fill: parent
    anchors.margins: -(Theme.ringGap + Theme.ringWidth)
    radius: inner + Theme.ringGap + Theme.ringWidth
    color: "transparent"
    border.width: Theme.ringWidth
    border.color: Theme.accent
    visible: shown
}
