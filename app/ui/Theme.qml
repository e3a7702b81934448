// SPDX-License-Identifier: Apache-2.0
pragma Singleton
import QtQuick
import Kith.App
import Kith.Ui

// Every colour, size and duration of the app. Nothing else holds one.
QtObject {
    id: theme

    property SystemPalette system: SystemPalette {}

    // Qt tells the desktop's wish from 6.5 on (2 is dark); before that, the palette's own lightness does.
    readonly property bool systemDark: {
        const scheme = Qt.styleHints ? Qt.styleHints.colorScheme : undefined;
        return scheme ? scheme === 2 : system.window.hslLightness < 0.5;
    }
    readonly property bool dark: App.colorScheme === "dark" || (App.colorScheme !== "light" && systemDark)
    readonly property bool highContrast: App.highContrast === true
    readonly property bool reduceMotion: App.reduceMotion === true
    readonly property bool rightToLeft: Qt.application.layoutDirection === Qt.RightToLeft

    // Colours: [light, dark, high contrast light, high contrast dark]
    function pick(light, dark_, lightHigh, darkHigh) {
        return highContrast ? (dark ? darkHigh : lightHigh) : (dark ? dark_ : light);
    }
    readonly property color bg: pick("#F7F4EF", "#141210", "#FFFFFF", "#000000")
    readonly property color surface: pick("#FFFFFF", "#1C1916", "#FFFFFF", "#000000")
    readonly property color raised: pick("#FFFFFF", "#25211D", "#FFFFFF", "#000000")
    readonly property color sunk: pick("#EFEAE2", "#100E0C", "#F2F2F2", "#1A1A1A")
    readonly property color ink: pick("#1D1915", "#F2EDE6", "#000000", "#FFFFFF")
    readonly property color ink2: pick("#665E55", "#A89F93", "#000000", "#FFFFFF")
    readonly property color line: pick("#E6DFD4", "#322D27", "#000000", "#FFFFFF")
    readonly property color accentBase: pick("#C2410C", "#FF8A5C", "#C2410C", "#FF8A5C")
    readonly property color accent: highContrast ? readable(accentBase, bg, 7) : accentBase
    readonly property color accentInk: pick("#FFFFFF", "#2A1206", "#FFFFFF", "#000000")
    readonly property color soft: pick("#FCE9DF", "#3A2318", "#FFFFFF", "#000000")
    readonly property color safe: pick("#1F7A54", "#6CCB9F", "#0B4A30", "#9BE8C4")
    readonly property color safeSoft: pick("#DFF2E8", "#173327", "#FFFFFF", "#000000")
    readonly property color danger: pick("#B3261E", "#FF8A80", "#7A0F09", "#FFB4AC")
    readonly property color dangerInk: pick("#FFFFFF", "#2B0604", "#FFFFFF", "#000000")
    readonly property color field: pick("#FFFFFF", "#1C1916", "#FFFFFF", "#000000")
    readonly property color scrim: dark ? Qt.rgba(0, 0, 0, 0.6) : Qt.rgba(0.11, 0.1, 0.08, 0.38)
    readonly property color shade: dark ? Qt.rgba(0, 0, 0, 0.07) : Qt.rgba(0.25, 0.17, 0.08, 0.014)
    readonly property color avatarInk: "#FFFFFF"

    // Accent on its soft ground: the drawing's accent falls just short of 4.5:1 there.
    readonly property color softInk: readable(accent, soft, highContrast ? 7 : 4.5)
    readonly property color safeInk: readable(safe, safeSoft, highContrast ? 7 : 4.5)

    function luminance(c) {
        const part = v => v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4);
        return 0.2126 * part(c.r) + 0.7152 * part(c.g) + 0.0722 * part(c.b);
    }
    function contrast(a, b) {
        const one = luminance(a) + 0.05;
        const two = luminance(b) + 0.05;
        return one > two ? one / two : two / one;
    }
    // `front`, darkened or lightened just as far as it must be to reach `ratio` on `ground`.
    function readable(front, ground, ratio) {
        const down = luminance(ground) > 0.18;
        let c = Qt.rgba(front.r, front.g, front.b, 1);
        for (let step = 0; step < 40 && contrast(c, ground) < ratio; ++step)
            c = down ? Qt.darker(c, 1.04) : Qt.tint(c, Qt.rgba(1, 1, 1, 0.05));
        return c;
    }
    function hovered(ground) {
        return Qt.tint(ground, Qt.rgba(ink.r, ink.g, ink.b, 0.05));
    }
    function pressed(ground) {
        return Qt.tint(ground, Qt.rgba(ink.r, ink.g, ink.b, 0.1));
    }

    // Type: size and line height
    readonly property string fontFamily: Desk.hasFont("Inter") ? "Inter" : Qt.application.font.family
    readonly property var type: ({
        tiny: { size: 11, line: 14 },
        small: { size: 13, line: 18 },
        body: { size: 15, line: 22 },
        section: { size: 17, line: 24 },
        page: { size: 22, line: 28 },
        display: { size: 28, line: 34 }
    })

    // Space
    readonly property int s1: 4
    readonly property int s2: 8
    readonly property int s3: 12
    readonly property int s4: 16
    readonly property int s5: 20
    readonly property int s6: 24
    readonly property int s8: 32
    readonly property int cardPadding: 18

    // Shape
    readonly property int hairline: highContrast ? 2 : 1
    readonly property int radiusRow: 10
    readonly property int radiusMedia: 12
    readonly property int radiusCard: 16
    readonly property int radiusBubble: 18
    readonly property int ringWidth: 2
    readonly property int ringGap: 2
    readonly property int marker: 2

    // Motion, in milliseconds
    readonly property int stateMotion: reduceMotion ? 0 : 120
    readonly property int placeMotion: reduceMotion ? 0 : 200
    readonly property int progressMotion: 1200
    readonly property int tooltipDelay: 500
    readonly property int toastTime: 6000
    readonly property int settleDelay: 400

    // Measures
    readonly property int target: 36
    readonly property int buttonLarge: 42
    readonly property int fieldHeight: 44
    readonly property int navigationRow: 40
    readonly property int headerHeight: 60
    readonly property int bottomBarHeight: 60
    readonly property int navigationWidth: 232
    readonly property int railWidth: 72
    readonly property int columnWidth: 640
    readonly property int contextWidth: 316
    readonly property int oneColumnBelow: 720
    readonly property int threeColumnsFrom: 1100
    readonly property int formWidth: 420
    readonly property int dialogWidth: 440
    readonly property int sheetWidth: 600
    readonly property int menuWidth: 220
    readonly property int audienceMenuWidth: 340
    readonly property int sentenceWidth: 400
    readonly property int windowWidth: 1280
    readonly property int windowHeight: 860
    readonly property int windowMinimumWidth: 360
    readonly property int windowMinimumHeight: 480
    readonly property int avatar: 44
    readonly property int avatarSmall: 36
    readonly property int iconSmall: 14
    readonly property int icon: 20
    readonly property int iconLarge: 32
    readonly property int logo: 26
    readonly property int badge: 18
    readonly property int dot: 9
    readonly property int toggleWidth: 44
    readonly property int toggleHeight: 26
    readonly property int scrollBar: 8
    readonly property int actionSlot: 108
    readonly property int threadIndent: 20
    readonly property int threadDepth: 4
    readonly property int textAreaLeast: 110
    readonly property int textAreaMost: 320
    readonly property int loadAhead: 1600
    readonly property int skeletonBar: 12
}
