// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Templates as T
import Kith.Ui

T.ScrollBar {
    id: control

    implicitWidth: Theme.scrollBar + 2 * padding
    implicitHeight: implicitWidth
    padding: 2
    minimumSize: 0.06
    visible: size < 1
    focusPolicy: Qt.NoFocus

    contentItem: Rectangle {
        implicitWidth: Theme.scrollBar
        implicitHeight: Theme.scrollBar
        radius: width / 2
        color: control.pressed || control.hovered ? Theme.ink2 : Theme.line
        opacity: control.active || control.hovered || Theme.highContrast ? 1 : 0
        Behavior on opacity { NumberAnimation { duration: Theme.placeMotion; easing.type: Easing.OutQuad } }
    }
}
