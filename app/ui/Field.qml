// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Layouts
import Kith.Ui

// A labelled field with a hint below it. A secret one can be revealed.
ColumnLayout {
    id: field

    property alias label: caption.text
    property alias text: input.text
    property alias input: input
    property alias placeholder: input.placeholderText
    property alias wrong: input.wrong
    property string hint: ""
    property bool secret: false
    property bool revealed: false
    signal accepted()

    spacing: Theme.s1

    Label {
        id: caption
        scaleName: "small"
        font.weight: Font.DemiBold
        Layout.fillWidth: true
        elide: Text.ElideRight
        Accessible.ignored: true
    }
    TextField {
        id: input
        Layout.fillWidth: true
        rightPadding: field.secret && !Theme.rightToLeft ? Theme.fieldHeight : Theme.s3
        leftPadding: field.secret && Theme.rightToLeft ? Theme.fieldHeight : Theme.s3
        echoMode: field.secret && !field.revealed ? TextInput.Password : TextInput.Normal
        inputMethodHints: field.secret ? Qt.ImhSensitiveData | Qt.ImhNoPredictiveText | Qt.ImhNoAutoUppercase
                                       : Qt.ImhNoAutoUppercase
        Accessible.name: field.label
        Accessible.description: field.hint
        onAccepted: field.accepted()

        IconButton {
            visible: field.secret
            anchors.right: parent.right
            anchors.rightMargin: Theme.s1
            anchors.verticalCenter: parent.verticalCenter
            iconName: field.revealed ? "eye-off" : "eye"
            text: field.revealed ? qsTr("Hide %1").arg(field.label) : qsTr("Show %1").arg(field.label)
            onClicked: field.revealed = !field.revealed
        }
    }
    Label {
        visible: text !== ""
        text: field.hint
        scaleName: "small"
        quiet: true
        wrapMode: Text.Wrap
        Layout.fillWidth: true
    }
}
