// SPDX-License-Identifier: Apache-2.0
import QtQuick
import Kith.Ui

// The title of the page, marked like a tab, and the way back out of a thread.
Item {
    id: header

    property string title: ""
    property bool canGoBack: false
    signal backWanted()

    implicitHeight: Theme.headerHeight

    IconButton {
        id: back
        objectName: "backButton"
        visible: header.canGoBack
        anchors.left: parent.left
        anchors.leftMargin: Theme.s3
        anchors.verticalCenter: parent.verticalCenter
        iconName: "back"
        flipped: Theme.rightToLeft
        text: qsTr("Back")
        onClicked: header.backWanted()
    }
    Label {
        id: words
        anchors.left: header.canGoBack ? back.right : parent.left
        anchors.leftMargin: header.canGoBack ? Theme.s2 : Theme.s6
        anchors.verticalCenter: parent.verticalCenter
        width: Math.min(implicitWidth, parent.width - Theme.fieldHeight - 2 * Theme.s6)
        text: header.title
        font.weight: Font.DemiBold
        elide: Text.ElideRight
        Accessible.role: Accessible.Heading
        Accessible.name: text
    }
    Divider {
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.bottom: parent.bottom
    }
    Rectangle {
        visible: !header.canGoBack
        anchors.left: words.left
        anchors.bottom: parent.bottom
        width: words.width
        height: Theme.marker
        color: Theme.accent
    }
}
