// SPDX-License-Identifier: Apache-2.0
import QtQuick

ListModel {
    property string phase: "ready"
    property string errorSentence: ""
    signal asked(string what)
    signal failed(string sentence)
    property bool loadingOlder: false
    property bool atEnd: false

    function loadOlder() { asked("olderNotifications"); }
    function refresh() { asked("refreshNotifications"); }

    function item(id, kind, name, handle, color, sentence, text, minutes, unread) {
        return { notificationId: id, kind: kind, fromName: name, fromHandle: handle, fromInitial: name.charAt(0), fromColor: color,
            fromAccountId: "a" + id, sentence: sentence, statusId: text ? "s" + id : "", statusText: text,
            createdAt: new Date(Date.now() - minutes * 60000), timeText: minutes + " min", unread: unread };
    }
    function fill() {
        clear();
        append(item("1", "mention", "Tomas Berg", "@tomas@harbour.social", "#74ADCB", "Tomas Berg mentioned you",
            "@mira the oven is warm until seven, come by if you are near the harbour and bring the big basket.", 4, true));
        append(item("2", "follow", "Sana Idris", "@sana@hollow.town", "#AE74CB", "Sana Idris follows you", "", 17, true));
        append(item("3", "follow", "Radio Hollow", "@radio@hollow.town", "#CB7484", "Radio Hollow follows you", "", 41, true));
        append(item("4", "mention", "Ines Carvalho", "@ines@far.example", "#CB749F", "Ines Carvalho mentioned you", "@mira did you finish the book?", 58, false));
    }
}
