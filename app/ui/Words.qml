// SPDX-License-Identifier: Apache-2.0
pragma Singleton
import QtQuick

// Words and signs that several pages share.
QtObject {
    function audienceIcon(audience) {
        const icons = { "public": "globe", "unlisted": "unlock", "followers": "lock", "friends": "people",
            "custom": "group", "direct": "envelope", "self": "person" };
        return icons[audience] || "lock";
    }
    function audienceName(audience) {
        switch (audience) {
        case "public": return qsTr("public");
        case "unlisted": return qsTr("unlisted");
        case "followers": return qsTr("followers only");
        case "friends": return qsTr("friends only");
        case "custom": return qsTr("chosen people");
        case "direct": return qsTr("mentioned people only");
        default: return qsTr("only you");
        }
    }
    // English has no file of translations, so its plurals are made here: "%n post(s)" is "1 post" or "2 posts". Other
    // languages bring their own forms, which have no "(s)".
    function plural(text, number) {
        return text.replace(/\(s\)/g, number === 1 ? "" : "s");
    }
    // Fills %1, %2, … at once. With one arg() after the other, a name like "50%2" would swallow what comes next.
    function fill(text, ...values) {
        return text.replace(/%([1-9])/g, (place, number) => number <= values.length ? values[number - 1] : place);
    }
    // "https://hollow.town" → "hollow.town"
    function host(url) {
        return String(url || "").replace(/^https?:\/\//, "").replace(/\/$/, "");
    }
    // 1234 → "1.2k": counts stay quiet and narrow.
    function count(number) {
        if (number < 1000)
            return String(number);
        const thousands = number < 10000 ? Math.floor(number / 100) / 10 : Math.floor(number / 1000);
        return qsTr("%1k", "thousands").arg(thousands.toLocaleString(Qt.locale(), "f", number < 10000 ? 1 : 0));
    }
    // For screen readers: "12 minutes ago".
    function ago(date) {
        const minutes = Math.floor((Date.now() - date.getTime()) / 60000);
        if (isNaN(minutes))
            return "";
        if (minutes < 1)
            return qsTr("just now");
        if (minutes < 60)
            return plural(qsTr("%n minute(s) ago", "", minutes), minutes);
        const hours = Math.floor(minutes / 60);
        if (hours < 24)
            return plural(qsTr("%n hour(s) ago", "", hours), hours);
        const days = Math.floor(hours / 24);
        if (days < 7)
            return plural(qsTr("%n day(s) ago", "", days), days);
        return date.toLocaleDateString(Qt.locale(), Locale.LongFormat);
    }
}
