// SPDX-License-Identifier: Apache-2.0
import QtQuick
import Kith.Ui

// All text that did not come from our sanitiser. Never reads markup.
Text {
    // tiny, small, body, section, page, display
    property string scaleName: "body"
    property bool quiet: false

    textFormat: Text.PlainText
    color: quiet ? Theme.ink2 : Theme.ink
    font.family: Theme.fontFamily
    font.pixelSize: Theme.type[scaleName].size
    lineHeightMode: wrapMode === Text.NoWrap ? Text.ProportionalHeight : Text.FixedHeight
    lineHeight: wrapMode === Text.NoWrap ? 1 : Theme.type[scaleName].line
    horizontalAlignment: Text.AlignLeft
}
