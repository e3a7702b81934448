// SPDX-License-Identifier: Apache-2.0
import QtQuick

ListModel {
    property string query: ""
    property string phase: "idle"
    property string errorSentence: ""
    signal asked(string what)
    signal failed(string sentence)

    function search(text) {
        query = text;
        asked("search:" + text);
    }
    function follow(accountId) { asked("follow:" + accountId); }
    function unfollow(accountId) { asked("unfollow:" + accountId); }

    function person(id, name, handle, color, note, relation) {
        return { accountId: id, name: name, handle: handle, initial: name.charAt(0), color: color, noteHtml: note,
            followersCount: 128, followingCount: 94, statusesCount: 1204, relation: relation, busy: false };
    }
    function fill() {
        clear();
        query = "hollow";
        append(person("1", "Tomas Berg", "@tomas@harbour.social", "#74ADCB",
            "Baker by the harbour. Rebuilding an oven from 1911, brick by brick. <a href=\"https://harbour.social\">harbour.social</a>", "none"));
        append(person("2", "Sana Idris", "@sana@hollow.town", "#AE74CB", "Plants, maps, long walks.", "following"));
        append(person("3", "Jonas Weil", "@jonas@hollow.town", "#CBBE74", "", "requested"));
        append(person("4", "Mira Okafor", "@mira@hollow.town", "#CB8F70", "That is you.", "self"));
        phase = "ready";
    }
}
