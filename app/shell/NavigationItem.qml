// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Templates as T
import Kith.Ui

// A place one can go to: a row with words, an icon in the rail, or a tab of the bottom bar.
T.Button {
    id: item

    property string iconName: ""
    property bool current: false
    property bool wordless: false
    property int badge: 0

    implicitHeight: Theme.navigationRow
    implicitWidth: wordless ? Theme.navigationRow + Theme.s2 : Theme.navigationWidth - 2 * Theme.s3
    focusPolicy: Qt.TabFocus
    Accessible.role: Accessible.PageTab
    Accessible.name: badge > 0 ? qsTr("%1, %n new", "", badge).arg(text) : text
    Accessible.selected: current
    Keys.onReturnPressed: clicked()
    Keys.onEnterPressed: clicked()

    background: Rectangle {
        radius: Theme.radiusRow
        color: item.current ? Theme.soft : item.hovered ? Theme.hovered(Theme.bg) : Theme.bg
        border.width: Theme.highContrast && item.current ? Theme.hairline : 0
        border.color: Theme.accent
        Behavior on color { ColorAnimation { duration: Theme.stateMotion; easing.type: Easing.OutQuad } }
    }
    contentItem: Item {
        Icon {
            id: sign
            anchors.verticalCenter: parent.verticalCenter
            anchors.left: parent.left
            anchors.leftMargin: item.wordless ? (parent.width - width) / 2 : Theme.s3
            width: Theme.icon
            height: width
            name: item.iconName
            color: item.current ? Theme.softInk : Theme.ink2
        }
        Label {
            visible: !item.wordless
            anchors.verticalCenter: parent.verticalCenter
            anchors.left: sign.right
            anchors.leftMargin: Theme.s3 + 2
            anchors.right: count.left
            anchors.rightMargin: Theme.s2
            text: item.text
            color: item.current ? Theme.softInk : Theme.ink2
            font.weight: item.current ? Font.DemiBold : Font.Medium
            elide: Text.ElideRight
        }
        Badge {
            id: count
            anchors.right: item.wordless ? sign.right : parent.right
            anchors.rightMargin: item.wordless ? -Theme.s3 : Theme.s3
            anchors.verticalCenter: parent.verticalCenter
            anchors.verticalCenterOffset: item.wordless ? -Theme.s2 : 0
            number: item.badge
        }
    }
    FocusRing {
        shown: item.visualFocus
        inner: Theme.radiusRow
    }
    Loader {
        active: item.wordless && (item.hovered || item.visualFocus)
        sourceComponent: Tooltip {
            parent: item
            text: item.text
            visible: true
        }
    }
    HoverHandler { cursorShape: Qt.PointingHandCursor }
}
