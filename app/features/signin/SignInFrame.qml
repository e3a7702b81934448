// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Layouts
import Kith.Ui

// What the pages before the app have in common: the sign, a title, a sentence, and a card in the middle.
PageScroll {
    id: frame

    property string title: ""
    property string sentence: ""
    property bool running: false
    default property alias form: form.data

    columnLimit: Theme.formWidth
    gap: Theme.s5
    middle: true

    content: [
        Row {
            anchors.horizontalCenter: parent.horizontalCenter
            spacing: Theme.s3

            Icon {
                width: Theme.iconLarge
                height: width
                name: "logo"
                color: Theme.accent
            }
            Label {
                anchors.verticalCenter: parent.verticalCenter
                text: "kith"
                scaleName: "display"
                font.weight: Font.Bold
            }
        },
        Label {
            width: parent.width
            text: frame.title
            scaleName: "page"
            font.weight: Font.DemiBold
            wrapMode: Text.Wrap
            horizontalAlignment: Text.AlignHCenter
            Accessible.role: Accessible.Heading
            Accessible.name: text
        },
        Label {
            width: parent.width
            text: frame.sentence
            quiet: true
            wrapMode: Text.Wrap
            horizontalAlignment: Text.AlignHCenter
        },
        Card {
            width: parent.width
            height: form.height + 2 * Theme.s6
            ProgressLine {
                anchors.top: parent.top
                anchors.left: parent.left
                anchors.right: parent.right
                anchors.margins: Theme.radiusCard
                anchors.topMargin: 0
                visible: frame.running
                running: frame.running
            }
            ColumnLayout {
                id: form
                x: Theme.s6
                y: Theme.s6
                width: parent.width - 2 * Theme.s6
                spacing: Theme.s4
            }
        }
    ]
}
