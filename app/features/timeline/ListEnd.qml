// SPDX-License-Identifier: Apache-2.0
import QtQuick
import Kith.Ui

// What stands below the posts, or in their place: skeletons, a sentence, the end.
Column {
    id: end

    property string phase: "ready"
    property string errorSentence: ""
    property int count: 0
    property bool loadingOlder: false
    property bool atEnd: false
    property alias emptyTitle: empty.title
    property alias emptyText: empty.text
    property alias emptyAction: empty.actionText
    property alias emptyIcon: empty.iconName
    signal emptyActed()
    signal retried()

    readonly property bool bare: count === 0
    readonly property bool failed: phase === "error"

    width: Math.min(Theme.columnWidth, (parent ? parent.width : Theme.columnWidth) - 2 * Theme.s4)
    spacing: Theme.s4

    Repeater {
        model: end.bare && end.phase === "loading" ? 4 : end.loadingOlder ? 1 : 0
        Skeleton {
            required property int index
            width: end.width
            lines: 2 + (index + 1) % 3
        }
    }
    EmptyState {
        id: empty
        width: parent.width
        visible: end.bare && !end.failed && end.phase !== "loading"
        onActed: end.emptyActed()
    }
    EmptyState {
        width: parent.width
        visible: end.bare && end.failed
        iconName: "offline"
        title: qsTr("This did not load")
        text: end.errorSentence
        actionText: qsTr("Try again")
        onActed: end.retried()
    }
    Banner {
        width: parent.width
        visible: !end.bare && end.failed
        text: end.errorSentence
        actionText: qsTr("Try again")
        onActed: end.retried()
    }
    Label {
        width: parent.width
        visible: !end.bare && end.atEnd && !end.failed
        text: qsTr("That is everything. You are up to date.")
        scaleName: "small"
        quiet: true
        wrapMode: Text.Wrap
        horizontalAlignment: Text.AlignHCenter
    }
}
