// SPDX-License-Identifier: Apache-2.0
import QtQuick
import Kith.App
import Kith.Ui

// The places, the button that writes, and who is signed in. A rail of icons where there is less room.
Item {
    id: column

    property var places: []
    property string place: ""
    property bool rail: false
    signal wanted(string place)
    signal composeWanted()

    readonly property int inset: rail ? (width - Theme.navigationRow - Theme.s2) / 2 : Theme.s3

    Row {
        id: brand
        anchors.left: parent.left
        anchors.leftMargin: column.rail ? (column.width - Theme.logo) / 2 : Theme.s6
        y: Theme.s5 + 1
        spacing: Theme.s3 - 2
        Accessible.role: Accessible.StaticText
        Accessible.name: "kith"

        Icon {
            width: Theme.logo
            height: width
            name: "logo"
            color: Theme.accent
        }
        Label {
            visible: !column.rail
            anchors.verticalCenter: parent.verticalCenter
            text: "kith"
            scaleName: "page"
            font.weight: Font.Bold
            Accessible.ignored: true
        }
    }
    Column {
        id: list
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.leftMargin: column.inset
        anchors.rightMargin: column.inset
        y: Theme.headerHeight + Theme.s1 + 2
        spacing: 2

        Repeater {
            model: column.places
            NavigationItem {
                required property var modelData
                objectName: modelData.objectName
                width: list.width
                text: modelData.text
                iconName: modelData.icon
                current: column.place === modelData.place
                badge: modelData.place === "notifications" && !current ? App.unreadNotifications : 0
                wordless: column.rail
                onClicked: column.wanted(modelData.place)
            }
        }
    }
    Button {
        objectName: visible ? "composeButton" : ""
        visible: !column.rail
        anchors.left: list.left
        anchors.right: list.right
        y: list.y + list.height + Theme.s4
        large: true
        iconName: "plus"
        text: qsTr("New post")
        onClicked: column.composeWanted()
    }
    RoundButton {
        objectName: visible ? "composeButton" : ""
        visible: column.rail
        anchors.horizontalCenter: list.horizontalCenter
        y: list.y + list.height + Theme.s4
        onClicked: column.composeWanted()
    }
    AccountButton {
        anchors.left: parent.left
        anchors.leftMargin: column.rail ? (column.width - width) / 2 : Theme.s3
        anchors.bottom: parent.bottom
        anchors.bottomMargin: Theme.s5 - Theme.s1
        wordless: column.rail
        onClicked: column.wanted("settings")
    }
}
