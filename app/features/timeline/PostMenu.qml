// SPDX-License-Identifier: Apache-2.0
import QtQuick
import Kith.App
import Kith.Ui

// What else one can do with a post. One menu serves a whole list, so it copies what it needs when it opens.
Menu {
    id: menu

    property string statusId: ""
    property string url: ""
    property string words: ""
    property bool own: false
    signal removeWanted(string statusId)

    function openFor(post, button) {
        statusId = post.statusId;
        url = post.url || "";
        words = post.plainText;
        own = post.isOwn;
        parent = button;
        x = Theme.rightToLeft ? 0 : button.width - width;
        y = button.height;
        open();
    }

    MenuItem {
        objectName: "menuOpenLink"
        visible: menu.url !== ""
        iconName: "open"
        text: qsTr("Open in the browser")
        onTriggered: App.openLink(menu.url)
    }
    MenuItem {
        objectName: "menuCopyLink"
        visible: menu.url !== ""
        iconName: "link"
        text: qsTr("Copy link")
        onTriggered: Desk.copy(menu.url)
    }
    MenuItem {
        objectName: "menuCopyText"
        iconName: "copy"
        text: qsTr("Copy text")
        onTriggered: Desk.copy(menu.words)
    }
    MenuItem {
        objectName: "menuDelete"
        visible: menu.own
        iconName: "trash"
        dangerous: true
        text: qsTr("Delete…")
        onTriggered: menu.removeWanted(menu.statusId)
    }
}
