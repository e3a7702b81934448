// SPDX-License-Identifier: Apache-2.0
import QtQuick
import Kith.Ui

// The ground of what floats: menus, dialogs, tooltips. Its shadow is a few soft rings, since it must also paint
// without a graphics card.
Item {
    id: floating

    property int radius: Theme.radiusCard

    Repeater {
        model: 9
        Rectangle {
            required property int index
            anchors.fill: parent
            anchors.margins: -2 * index - 1
            anchors.topMargin: -2 * index + 1
            anchors.bottomMargin: -2 * index - 4
            radius: floating.radius + 2 * index
            color: Theme.shade
        }
    }
    Rectangle {
        anchors.fill: parent
        radius: floating.radius
        color: Theme.raised
        border.width: Theme.hairline
        border.color: Theme.line
    }
}
