// SPDX-License-Identifier: Apache-2.0
import QtQuick

ListModel {
    id: posts

    property string phase: "ready"
    property string errorSentence: ""
    property int newCount: 0
    property bool loadingOlder: false
    property bool atEnd: true
    property bool atTop: true
    property string anchorId: ""
    property real anchorOffset: 0
    signal asked(string what)
    signal failed(string sentence)

    function showNew() { newCount = 0; asked("showNew"); }
    function loadOlder() { asked("loadOlder"); }
    function refresh() { asked("refresh"); }
    function retrySend(statusId) { asked("retrySend:" + statusId); }
    function discard(statusId) { asked("discard:" + statusId); }
    // ListModel has its own remove(index); a post is removed by its id.
    function remove(statusId) { asked("remove:" + statusId); }
    function rememberPlace(statusId, offset) { asked("rememberPlace:" + statusId); }

    // One more on top, as if it came in live.
    function arrive(id) {
        insert(0, post(id, "Arno Weiss", "@arno@hollow.town", "#9FCB74", 0, "The first frost is here."));
    }

    function post(id, name, handle, color, minutes, html, more) {
        return Object.assign({
            statusId: id, accountId: "a" + id, authorName: name, authorHandle: handle,
            authorInitial: name.charAt(0), authorColor: color,
            createdAt: new Date(Date.now() - minutes * 60000),
            timeText: minutes < 60 ? minutes + " min" : Math.floor(minutes / 60) + " h",
            contentHtml: html, plainText: html.replace(/<[^>]*>/g, ""), spoilerText: "", sensitive: false,
            audience: "public", audienceSentence: "Anyone can read this.",
            repliesCount: 0, boostsCount: 0, favouritesCount: 0, favourited: false, boosted: false,
            boostedBy: "", replyToName: "", language: "en", sendState: "sent", sendError: "", isOwn: false,
            url: "https://harbour.social/@tomas/" + id, depth: 0, focused: false
        }, more || {});
    }
    function fillHome() {
        clear();
        append(post("101", "Tomas Berg", "@tomas@harbour.social", "#74ADCB", 12,
            "First bread from the wood oven we rebuilt last week. The crust sings when it cools. <a href=\"https://harbour.social/tags/sourdough\">#sourdough</a>",
            { repliesCount: 4, boostsCount: 9, favouritesCount: 57, favourited: true }));
        append(post("102", "Neighbours of Mill Street", "@millstreet@hollow.town", "#74CB93", 61,
            "We meet at dusk, bring a light and something warm to drink.",
            { audience: "friends", audienceSentence: "Only friends of Neighbours of Mill Street can read this.", repliesCount: 12 }));
        append(post("103", "Mira Okafor", "@mira@hollow.town", "#CB8F70", 1, "On my way, with two thermoses.",
            { sendState: "waiting", isOwn: true, sendError: "hollow.town cannot be reached right now.", audience: "followers", audienceSentence: "Only your followers can read this." }));
        append(post("104", "Mira Okafor", "@mira@hollow.town", "#CB8F70", 3, "And a very long list of everything that is in my bag.",
            { sendState: "failed", isOwn: true, sendError: "Your server says that this post is too long." }));
        append(post("105", "Ines Carvalho", "@ines@far.example", "#CB749F", 95,
            "The lighthouse keeper was the painter all along. I did not see it coming, and I read the last page twice.",
            { spoilerText: "The end of “The Salt Room”", repliesCount: 2, replyToName: "Book club" }));
        append(post("106", "Kofi Mensah", "@kofi@hollow.town", "#74CB93", 180,
            "<p>Three things I learned from a year of mending bicycles:</p><p>Clean before you oil. Listen before you turn a screw. And the noise is <b>never</b> where you think it is.</p>",
            { boostedBy: "Leila", boostsCount: 1240, favouritesCount: 20300, audience: "unlisted", audienceSentence: "Anyone with the link can read this." }));
        append(post("107", "عمر", "@omar@bayt.example", "#9FCB74", 240, "مساء الخير من الميناء. البحر هادئ الليلة.", { language: "ar" }));
        append(post("108", "Someone with a name that simply does not want to end anywhere soon", "@someone.with.a.very.long.handle@a.very.long.server.name.example", "#9074CB", 300,
            "https://example.org/a/very/long/path/that/has/no/place/to/break/at/all/and/goes/on/and/on/and/on/and/on/until/the/edge 🔥🍞", {}));
        append(post("109", "Mira Okafor", "@mira@hollow.town", "#CB8F70", 320, "My window faces the canal again.", { isOwn: true }));
        for (let i = 0; i < 12; ++i)
            append(post(String(200 + i), "Leila Haddad", "@leila@hollow.town", "#CB8074", 400 + 60 * i, "A short note, number " + (i + 1) + ".", { repliesCount: i }));
    }
    function fillThread(statusId) {
        clear();
        phase = statusId === "gone" ? "empty" : "ready";
        if (statusId === "gone")
            return;
        append(post("90", "Book club", "@bookclub@hollow.town", "#9074CB", 300, "What did you bake this week?", { repliesCount: 1 }));
        append(post("101", "Tomas Berg", "@tomas@harbour.social", "#74ADCB", 12,
            "First bread from the wood oven we rebuilt last week. The crust sings when it cools. <a href=\"https://harbour.social/tags/sourdough\">#sourdough</a>",
            { repliesCount: 4, boostsCount: 9, favouritesCount: 57, focused: true, replyToName: "Book club" }));
        const names = ["Ines Carvalho", "Kofi Mensah", "Leila Haddad", "Arno Weiss", "Sana Idris", "Jonas Weil"];
        for (let i = 0; i < names.length; ++i)
            append(post(String(110 + i), names[i], "@" + names[i].split(" ")[0].toLowerCase() + "@hollow.town", ["#CB749F", "#74CB93"][i % 2], 9 - i,
                "Save me a slice, please! I bring butter.", { depth: i + 1, replyToName: "Tomas Berg" }));
    }
}
