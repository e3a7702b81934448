// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Templates as T
import Kith.Ui

T.TextField {
    id: control

    property bool round: false
    property bool wrong: false
    property string iconName: ""

    implicitWidth: Theme.formWidth
    implicitHeight: Theme.fieldHeight
    leftPadding: iconName && !Theme.rightToLeft ? Theme.fieldHeight : Theme.s3
    rightPadding: iconName && Theme.rightToLeft ? Theme.fieldHeight : Theme.s3
    verticalAlignment: TextInput.AlignVCenter
    color: Theme.ink
    selectionColor: Theme.accent
    selectedTextColor: Theme.accentInk
    placeholderTextColor: Theme.ink2
    selectByMouse: true
    font.family: Theme.fontFamily
    font.pixelSize: Theme.type.body.size
    activeFocusOnTab: true
    Accessible.role: Accessible.EditableText
    Accessible.name: placeholderText

    Icon {
        objectName: "fieldIcon"
        visible: control.iconName !== ""
        anchors.left: parent.left
        anchors.leftMargin: Theme.s4
        anchors.verticalCenter: parent.verticalCenter
        width: Theme.icon
        height: width
        name: control.iconName
        color: Theme.ink2
    }
    Label {
        // Not by anchors: those are mirrored, paddings are not.
        objectName: "fieldPlaceholder"
        x: control.leftPadding
        width: control.width - control.leftPadding - control.rightPadding
        height: control.height
        visible: !control.length && !control.preeditText
        verticalAlignment: Text.AlignVCenter
        text: control.placeholderText
        color: control.placeholderTextColor
        elide: Text.ElideRight
        Accessible.ignored: true
    }
    background: Rectangle {
        radius: control.round ? height / 2 : Theme.radiusMedia
        color: Theme.field
        border.width: control.activeFocus || control.wrong ? Theme.ringWidth : Theme.hairline
        border.color: control.wrong ? Theme.danger : control.activeFocus ? Theme.accent : Theme.line
    }
}
