// SPDX-License-Identifier: Apache-2.0
import QtQuick
import Kith.Ui

// How many are new. Zero shows nothing.
Rectangle {
    id: badge

    property int number: 0

    visible: number > 0
    implicitHeight: Theme.badge
    implicitWidth: Math.max(Theme.badge + Theme.s1, words.implicitWidth + Theme.s3)
    radius: height / 2
    color: Theme.accent

    Label {
        id: words
        anchors.centerIn: parent
        text: badge.number > 99 ? qsTr("99+") : badge.number
        color: Theme.accentInk
        scaleName: "tiny"
        font.weight: Font.Bold
        Accessible.ignored: true
    }
}
