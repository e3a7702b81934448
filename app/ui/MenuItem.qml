// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Kith.Ui

// A row of a menu: icon, words, and a sentence below them where there is more to say.
T.MenuItem {
    id: item

    property string iconName: ""
    property string sentence: ""
    property bool dangerous: false
    property bool chosen: false

    implicitWidth: Theme.menuWidth
    implicitHeight: Math.max(Theme.target, row.implicitHeight + 2 * Theme.s2)
    leftPadding: Theme.s3
    rightPadding: Theme.s3
    // A hidden item takes no room.
    height: visible ? implicitHeight : 0
    Accessible.role: Accessible.MenuItem
    Accessible.name: text
    Accessible.description: sentence

    contentItem: RowLayout {
        id: row
        spacing: Theme.s3

        Icon {
            visible: item.iconName !== ""
            Layout.preferredWidth: Theme.icon
            Layout.preferredHeight: Theme.icon
            name: item.iconName
            color: item.dangerous ? Theme.danger : item.chosen ? Theme.accent : Theme.ink2
        }
        ColumnLayout {
            spacing: 0
            Layout.fillWidth: true

            Label {
                Layout.fillWidth: true
                text: item.text
                color: item.dangerous ? Theme.danger : Theme.ink
                font.weight: item.sentence ? Font.DemiBold : Font.Normal
                elide: Text.ElideRight
            }
            Label {
                Layout.fillWidth: true
                visible: text !== ""
                text: item.sentence
                scaleName: "small"
                quiet: true
                wrapMode: Text.Wrap
            }
        }
        Icon {
            visible: item.chosen
            Layout.preferredWidth: Theme.icon
            Layout.preferredHeight: Theme.icon
            name: "check"
            color: Theme.accent
        }
    }
    background: Rectangle {
        radius: Theme.radiusRow
        color: item.highlighted || item.hovered ? Theme.hovered(Theme.raised) : Theme.raised
        border.width: item.visualFocus ? Theme.ringWidth : 0
        border.color: Theme.accent
    }
}
