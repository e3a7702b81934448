// SPDX-License-Identifier: Apache-2.0
import QtQuick
import Kith.Ui

// A small round sign with a word or a key in it.
Rectangle {
    id: pill

    property string text: ""
    property color ground: Theme.sunk
    property color inkColor: Theme.ink2

    implicitWidth: Math.max(words.implicitWidth + 2 * Theme.s2, implicitHeight)
    implicitHeight: Theme.s6
    radius: height / 2
    color: ground
    border.width: Theme.highContrast ? Theme.hairline : 0
    border.color: inkColor

    Label {
        id: words
        anchors.centerIn: parent
        text: pill.text
        color: pill.inkColor
        scaleName: "small"
        font.weight: Font.Medium
    }
}
