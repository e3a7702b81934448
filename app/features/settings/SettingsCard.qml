// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Layouts
import Kith.Ui

// A titled group of settings.
Card {
    id: card

    property string title: ""
    default property alias content: column.data

    implicitHeight: column.height + 2 * Theme.s5

    ColumnLayout {
        id: column
        x: Theme.s5
        y: Theme.s5
        width: parent.width - 2 * Theme.s5
        spacing: Theme.s4

        Label {
            Layout.fillWidth: true
            text: card.title
            scaleName: "section"
            font.weight: Font.DemiBold
            elide: Text.ElideRight
            Accessible.role: Accessible.Heading
            Accessible.name: text
        }
    }
}
