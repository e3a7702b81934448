// SPDX-License-Identifier: Apache-2.0
import QtQuick
import Kith.Ui

// A person's initial on their colour. The name always stands beside it, so screen readers skip it.
Rectangle {
    id: avatar

    property string initial: ""
    property color ground: Theme.ink2

    implicitWidth: Theme.avatar
    implicitHeight: implicitWidth
    width: implicitWidth
    height: width
    radius: width / 2
    color: ground

    Label {
        anchors.centerIn: parent
        text: avatar.initial
        color: Theme.avatarInk
        font.pixelSize: Math.round(avatar.width * 0.4)
        font.weight: Font.DemiBold
        Accessible.ignored: true
    }
}
