// SPDX-License-Identifier: Apache-2.0
import QtQuick
import Kith.Ui

// What is so, and the one useful thing to do.
Item {
    id: state

    property string iconName: "people"
    property string title: ""
    property string text: ""
    property string actionText: ""
    signal acted()

    implicitHeight: column.implicitHeight + 2 * Theme.s8
    implicitWidth: Theme.sentenceWidth

    Column {
        id: column
        anchors.centerIn: parent
        width: Math.min(parent.width - 2 * Theme.s4, Theme.sentenceWidth)
        spacing: Theme.s3

        Rectangle {
            anchors.horizontalCenter: parent.horizontalCenter
            width: 2 * Theme.iconLarge
            height: width
            radius: width / 2
            color: Theme.soft

            Icon {
                anchors.centerIn: parent
                width: Theme.iconLarge
                height: width
                name: state.iconName
                color: Theme.softInk
            }
        }
        Label {
            width: parent.width
            text: state.title
            scaleName: "section"
            font.weight: Font.DemiBold
            wrapMode: Text.Wrap
            horizontalAlignment: Text.AlignHCenter
            Accessible.role: Accessible.Heading
            Accessible.name: text
        }
        Label {
            width: parent.width
            visible: text !== ""
            text: state.text
            quiet: true
            wrapMode: Text.Wrap
            horizontalAlignment: Text.AlignHCenter
        }
        Button {
            anchors.horizontalCenter: parent.horizontalCenter
            visible: text !== ""
            kind: "secondary"
            text: state.actionText
            onClicked: state.acted()
        }
    }
}
