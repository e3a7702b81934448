// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Layouts
import Kith.Ui

// Who, when, and for whom.
RowLayout {
    id: header

    required property var post

    spacing: Theme.s2
    height: Math.max(implicitHeight, Theme.type.body.line)

    Label {
        text: header.post.authorName
        font.weight: Font.DemiBold
        elide: Text.ElideRight
        Layout.fillWidth: true
        Layout.minimumWidth: Math.min(implicitWidth, Theme.avatar)
        Layout.maximumWidth: Math.ceil(implicitWidth)
        Layout.preferredWidth: implicitWidth
    }
    Label {
        text: header.post.authorHandle
        scaleName: "small"
        quiet: true
        elide: Text.ElideRight
        Layout.fillWidth: true
        Layout.preferredWidth: implicitWidth
        Layout.topMargin: 1
    }
    Label {
        text: qsTr("%1 ·", "time, then the sign of the audience").arg(header.post.timeText)
        scaleName: "small"
        quiet: true
        Layout.topMargin: 1
    }
    Item {
        Layout.preferredWidth: Theme.iconSmall
        Layout.preferredHeight: Theme.iconSmall
        Layout.leftMargin: -Theme.s1
        Layout.topMargin: 1
        Accessible.role: Accessible.Graphic
        Accessible.name: header.post.audienceSentence

        Icon {
            anchors.fill: parent
            name: Words.audienceIcon(header.post.audience)
            color: Theme.ink2
        }
        HoverHandler {
            id: hover
            margin: Theme.s2
        }
        Loader {
            active: hover.hovered
            sourceComponent: Tooltip {
                text: header.post.audienceSentence
                visible: true
            }
        }
    }
}
