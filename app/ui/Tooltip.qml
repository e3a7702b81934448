// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Templates as T
import Kith.Ui

T.ToolTip {
    id: control

    x: parent ? Math.round((parent.width - implicitWidth) / 2) : 0
    y: parent ? parent.height + Theme.s1 : 0
    implicitWidth: Math.min(words.implicitWidth, Theme.sentenceWidth) + leftPadding + rightPadding
    implicitHeight: contentHeight + topPadding + bottomPadding
    margins: Theme.s2
    leftPadding: Theme.s3
    rightPadding: Theme.s3
    topPadding: Theme.s2
    bottomPadding: Theme.s2
    delay: Theme.tooltipDelay
    closePolicy: T.Popup.CloseOnEscape | T.Popup.CloseOnPressOutsideParent

    contentItem: Label {
        id: words
        text: control.text
        scaleName: "small"
        wrapMode: Text.Wrap
    }
    background: Floating { radius: Theme.radiusRow }
}
