// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Layouts
import Kith.Ui

// Where an own post is on its way out: waiting and why, being sent, or refused. What is not being sent can be withdrawn.
RowLayout {
    id: state

    required property var post
    readonly property bool failed: post.sendState === "failed"
    signal retried()
    signal discarded()

    visible: post.sendState !== "sent"
    height: Math.max(implicitHeight, Theme.target)
    spacing: Theme.s2

    Icon {
        Layout.preferredWidth: Theme.icon - 2
        Layout.preferredHeight: Theme.icon - 2
        name: state.failed ? "alert" : "clock"
        color: state.failed ? Theme.danger : Theme.ink2
    }
    Label {
        Layout.fillWidth: true
        text: state.failed ? state.post.sendError || qsTr("This post could not be sent.")
            : state.post.sendState === "sending" ? qsTr("Being sent…")
            : state.post.sendError ? qsTr("Waiting to be sent. %1").arg(state.post.sendError) : qsTr("Waiting to be sent")
        color: state.failed ? Theme.danger : Theme.ink2
        scaleName: "small"
        wrapMode: Text.Wrap
        Accessible.role: Accessible.StaticText
        Accessible.name: text
    }
    Button {
        objectName: "retryButton_" + state.post.statusId
        visible: state.failed
        kind: "secondary"
        text: qsTr("Retry")
        onClicked: state.retried()
    }
    Button {
        objectName: "discardButton_" + state.post.statusId
        visible: state.post.sendState !== "sending"
        kind: "quiet"
        text: qsTr("Discard")
        onClicked: state.discarded()
    }
}
