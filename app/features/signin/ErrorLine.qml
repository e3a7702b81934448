// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Layouts
import Kith.Ui

// What went wrong, where it went wrong.
RowLayout {
    id: line

    property string text: ""

    visible: text !== ""
    spacing: Theme.s2
    Accessible.role: Accessible.AlertMessage
    Accessible.name: text

    Icon {
        Layout.alignment: Qt.AlignTop
        Layout.preferredWidth: Theme.icon
        Layout.preferredHeight: Theme.icon
        name: "alert"
        color: Theme.danger
    }
    Label {
        objectName: "errorSentence"
        Layout.fillWidth: true
        text: line.text
        color: Theme.danger
        scaleName: "small"
        wrapMode: Text.Wrap
    }
}
