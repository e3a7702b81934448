// SPDX-License-Identifier: Apache-2.0
import QtQuick
import Kith.App
import Kith.Ui

// The places, and writing in their middle, for narrow windows.
Item {
    id: bar

    property var places: []
    property string place: ""
    signal wanted(string place)
    signal composeWanted()

    readonly property int slots: places.length + 1
    readonly property int middle: Math.floor(places.length / 2)

    implicitHeight: Theme.bottomBarHeight

    Rectangle {
        anchors.fill: parent
        color: Theme.bg
    }
    Divider {
        anchors.left: parent.left
        anchors.right: parent.right
    }
    Row {
        anchors.fill: parent

        Repeater {
            model: bar.slots
            Item {
                id: slot
                required property int index
                readonly property var entry: index === bar.middle ? null
                    : bar.places[index > bar.middle ? index - 1 : index] || null
                width: bar.width / bar.slots
                height: bar.height

                NavigationItem {
                    anchors.centerIn: parent
                    visible: slot.entry !== null
                    wordless: true
                    objectName: slot.entry && bar.visible ? slot.entry.objectName : ""
                    text: slot.entry ? slot.entry.text : ""
                    iconName: slot.entry ? slot.entry.icon : ""
                    current: slot.entry !== null && bar.place === slot.entry.place
                    badge: slot.entry && slot.entry.place === "notifications" && !current ? App.unreadNotifications : 0
                    onClicked: bar.wanted(slot.entry.place)
                }
                RoundButton {
                    anchors.centerIn: parent
                    visible: slot.index === bar.middle
                    objectName: visible ? "composeButton" : ""
                    onClicked: bar.composeWanted()
                }
            }
        }
    }
}
