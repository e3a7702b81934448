// SPDX-License-Identifier: Apache-2.0
import QtQuick
import Kith.Ui

// A sentence that stays a moment and leaves by itself.
Item {
    id: toast

    property string text: ""
    property int widest: Theme.columnWidth

    function say(sentence) {
        text = sentence;
        leave.restart();
    }

    visible: text !== ""
    width: Math.min(Math.ceil(measure.implicitWidth) + 2 * Theme.s4 + Theme.target, widest, Theme.columnWidth)
    height: words.height + 2 * Theme.s3
    Accessible.role: Accessible.AlertMessage
    Accessible.name: text

    Floating {
        anchors.fill: parent
        radius: Theme.radiusMedia
    }
    Label {
        id: measure
        visible: false
        text: toast.text
        scaleName: "small"
    }
    Label {
        id: words
        anchors.left: parent.left
        anchors.leftMargin: Theme.s4
        anchors.right: close.left
        anchors.verticalCenter: parent.verticalCenter
        text: toast.text
        scaleName: "small"
        wrapMode: Text.Wrap
        Accessible.ignored: true
    }
    IconButton {
        id: close
        objectName: "toastClose"
        anchors.right: parent.right
        anchors.rightMargin: Theme.s1
        anchors.verticalCenter: parent.verticalCenter
        iconName: "close"
        text: qsTr("Close this message")
        onClicked: toast.text = ""
    }
    HoverHandler { id: hover }
    Timer {
        id: leave
        interval: Theme.toastTime
        onTriggered: {
            if (hover.hovered || close.activeFocus)
                restart();
            else
                toast.text = "";
        }
    }
}
