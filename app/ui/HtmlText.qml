// SPDX-License-Identifier: Apache-2.0
import QtQuick
import Kith.App
import Kith.Ui

// The one place that shows markup: HTML that our sanitiser has made. Links go through App.openLink.
Text {
    id: html

    // body, or section for the post that a thread is about
    property string scaleName: "body"

    textFormat: Text.StyledText
    wrapMode: Text.Wrap
    color: Theme.ink
    linkColor: Theme.accent
    font.family: Theme.fontFamily
    font.pixelSize: Theme.type[scaleName].size
    lineHeightMode: Text.FixedHeight
    lineHeight: Theme.type[scaleName].line
    onLinkActivated: link => App.openLink(link)

    HoverHandler {
        cursorShape: html.hoveredLink ? Qt.PointingHandCursor : Qt.ArrowCursor
    }
}
