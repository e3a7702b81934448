// SPDX-License-Identifier: Apache-2.0
import QtQuick
import Kith.Ui

// A page that scrolls as a whole, its content in one centred column.
Flickable {
    id: page

    property int columnLimit: Theme.columnWidth
    property int gap: Theme.s4
    // Centres the column in the height too, while it fits.
    property bool middle: false
    default property alias content: column.data

    contentWidth: width
    contentHeight: Math.max(height, column.height + 2 * Theme.s4)
    boundsBehavior: Flickable.StopAtBounds
    clip: true
    ScrollBar.vertical: ScrollBar {}

    Column {
        id: column
        width: Math.min(page.columnLimit, page.width - 2 * Theme.s4)
        anchors.horizontalCenter: parent.horizontalCenter
        y: page.middle ? Math.max(Theme.s4, (page.height - height) / 2) : Theme.s4
        spacing: page.gap
    }
}
