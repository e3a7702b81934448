// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Templates as T
import Kith.Ui

// A round button with words. `kind` says how loud it is: primary, secondary, quiet, outline, danger.
T.Button {
    id: control

    property string kind: "primary"
    property string iconName: ""
    property bool large: false
    property bool busy: false

    readonly property color ground: {
        switch (kind) {
        case "primary": return Theme.accent;
        case "secondary": return Theme.soft;
        case "danger": return Theme.danger;
        case "outline": return Theme.surface;
        default: return Qt.rgba(Theme.ink.r, Theme.ink.g, Theme.ink.b, 0);
        }
    }
    readonly property color inkColor: {
        switch (kind) {
        case "primary": return Theme.accentInk;
        case "secondary": return Theme.softInk;
        case "danger": return Theme.dangerInk;
        case "outline": return Theme.ink;
        default: return Theme.ink2;
        }
    }

    implicitWidth: Math.max(implicitContentWidth + leftPadding + rightPadding, Theme.target)
    implicitHeight: large ? Theme.buttonLarge : Theme.target
    leftPadding: large ? Theme.s5 : Theme.s4
    rightPadding: leftPadding
    opacity: enabled || busy ? 1 : 0.5
    focusPolicy: Qt.StrongFocus
    Accessible.role: Accessible.Button
    Accessible.name: text
    Keys.onReturnPressed: clicked()
    Keys.onEnterPressed: clicked()

    contentItem: Item {
        readonly property int iconRoom: control.iconName ? sign.width + row.spacing : 0
        implicitWidth: Math.ceil(words.implicitWidth) + iconRoom + 1
        implicitHeight: row.implicitHeight

        Row {
            id: row
            anchors.centerIn: parent
            spacing: Theme.s2

            Icon {
                id: sign
                visible: control.iconName !== ""
                anchors.verticalCenter: parent.verticalCenter
                name: control.iconName
                color: control.inkColor
                width: control.large ? Theme.icon : Theme.icon - 2
                height: width
            }
            Label {
                id: words
                anchors.verticalCenter: parent.verticalCenter
                text: control.text
                color: control.inkColor
                scaleName: control.large ? "body" : "small"
                font.weight: Font.DemiBold
                elide: Text.ElideRight
                width: Math.min(Math.ceil(implicitWidth), Math.max(0, control.availableWidth - row.parent.iconRoom))
            }
        }
    }
    background: Rectangle {
        radius: height / 2
        color: control.down ? Theme.pressed(control.ground)
             : control.hovered && control.enabled ? Theme.hovered(control.ground) : control.ground
        border.width: control.kind === "outline" || Theme.highContrast ? Theme.hairline : 0
        border.color: control.kind === "outline" ? Theme.line : control.inkColor
        Behavior on color { ColorAnimation { duration: Theme.stateMotion; easing.type: Easing.OutQuad } }
    }
    FocusRing {
        shown: control.visualFocus
        inner: control.height / 2
    }
    HoverHandler { cursorShape: Qt.PointingHandCursor }
}
