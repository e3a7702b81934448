// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Templates as T
import Kith.Ui

T.Menu {
    id: menu

    property int preferredWidth: Theme.menuWidth

    implicitWidth: preferredWidth
    implicitHeight: contentItem.implicitHeight + topPadding + bottomPadding
    margins: Theme.s2
    padding: Theme.s1 + 2
    modal: true
    dim: false

    delegate: MenuItem {}
    contentItem: ListView {
        implicitHeight: contentHeight
        model: menu.contentModel
        interactive: contentHeight > height
        currentIndex: menu.currentIndex
        clip: interactive
        Accessible.role: Accessible.PopupMenu
        Accessible.name: menu.title
    }
    background: Floating { radius: Theme.radiusMedia }
    enter: Transition {
        NumberAnimation { property: "opacity"; from: 0; to: 1; duration: Theme.stateMotion; easing.type: Easing.OutQuad }
    }
}
