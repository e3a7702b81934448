// SPDX-License-Identifier: Apache-2.0
import QtQuick
import Kith.Ui

// A thin line that says that something is under way; still under "reduce motion".
Item {
    id: line

    property bool running: true

    implicitHeight: Theme.marker + 1
    implicitWidth: Theme.formWidth
    clip: true
    opacity: running ? 1 : 0
    Accessible.role: Accessible.ProgressBar
    Accessible.name: qsTr("Working")

    Rectangle {
        anchors.fill: parent
        radius: height / 2
        color: Theme.soft
    }
    Rectangle {
        id: runner
        width: parent.width * 0.35
        height: parent.height
        radius: height / 2
        color: Theme.accent
        x: parent.width * 0.3

        NumberAnimation on x {
            running: line.running && line.visible && !Theme.reduceMotion
            from: -runner.width
            to: line.width
            duration: Theme.progressMotion
            loops: Animation.Infinite
        }
    }
}
