// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Templates as T
import Kith.Ui

T.TextArea {
    id: control

    implicitWidth: Theme.formWidth
    implicitHeight: Math.max(contentHeight + topPadding + bottomPadding, Theme.target)
    padding: 0
    topPadding: Theme.s2
    bottomPadding: Theme.s2
    color: Theme.ink
    selectionColor: Theme.accent
    selectedTextColor: Theme.accentInk
    placeholderTextColor: Theme.ink2
    wrapMode: TextEdit.Wrap
    selectByMouse: true
    textFormat: TextEdit.PlainText
    font.family: Theme.fontFamily
    font.pixelSize: Theme.type.section.size
    activeFocusOnTab: true
    Accessible.role: Accessible.EditableText
    Accessible.name: placeholderText
    Accessible.multiLine: true
    KeyNavigation.priority: KeyNavigation.BeforeItem

    Label {
        anchors.left: parent.left
        anchors.right: parent.right
        y: control.topPadding
        visible: !control.length && !control.preeditText
        text: control.placeholderText
        color: control.placeholderTextColor
        font.pixelSize: control.font.pixelSize
        elide: Text.ElideRight
        Accessible.ignored: true
    }
}
