// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Templates as T
import Kith.App
import Kith.Ui

// Who is signed in, at the foot of the navigation. Leads to the settings.
T.Button {
    id: control

    property bool wordless: false

    implicitHeight: Theme.avatarSmall + 2 * Theme.s2
    implicitWidth: wordless ? Theme.avatarSmall + 2 * Theme.s2 : Theme.navigationWidth - 2 * Theme.s3
    focusPolicy: Qt.TabFocus
    text: qsTr("Your account, %1").arg(App.account.handle || "")
    Accessible.role: Accessible.Button
    Accessible.name: text
    Keys.onReturnPressed: clicked()
    Keys.onEnterPressed: clicked()

    background: Rectangle {
        radius: Theme.radiusRow
        color: control.hovered ? Theme.hovered(Theme.bg) : Theme.bg
    }
    contentItem: Item {
        Avatar {
            id: face
            anchors.left: parent.left
            anchors.leftMargin: control.wordless ? Theme.s2 : Theme.s3
            anchors.verticalCenter: parent.verticalCenter
            implicitWidth: Theme.avatarSmall
            initial: App.account.initial || ""
            ground: App.account.color || Theme.ink2
        }
        Column {
            visible: !control.wordless
            anchors.left: face.right
            anchors.leftMargin: Theme.s3 - 2
            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter

            Label {
                width: parent.width
                text: App.account.name || ""
                scaleName: "small"
                font.weight: Font.DemiBold
                elide: Text.ElideRight
            }
            Label {
                width: parent.width
                text: App.account.handle || ""
                scaleName: "small"
                quiet: true
                elide: Text.ElideRight
            }
        }
    }
    FocusRing {
        shown: control.visualFocus
        inner: Theme.radiusRow
    }
    HoverHandler { cursorShape: Qt.PointingHandCursor }
}
