// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Templates as T
import Kith.Ui

// A window over the page, in the middle, closed by Escape.
T.Popup {
    id: dialog

    property string title: ""
    property int preferredWidth: Theme.dialogWidth
    readonly property Item overlay: T.Overlay.overlay

    parent: overlay
    anchors.centerIn: parent
    width: Math.min(preferredWidth, overlay ? overlay.width - 2 * Theme.s4 : preferredWidth)
    implicitHeight: contentHeight + topPadding + bottomPadding
    padding: Theme.s6
    modal: true
    focus: true
    closePolicy: T.Popup.CloseOnEscape | T.Popup.CloseOnPressOutside

    T.Overlay.modal: Rectangle {
        color: Theme.scrim
    }
    background: Floating {
        Accessible.role: Accessible.Dialog
        Accessible.name: dialog.title
    }
    enter: Transition {
        NumberAnimation { property: "opacity"; from: 0; to: 1; duration: Theme.stateMotion; easing.type: Easing.OutQuad }
    }
    exit: Transition {
        NumberAnimation { property: "opacity"; from: 1; to: 0; duration: Theme.stateMotion; easing.type: Easing.OutQuad }
    }
}
