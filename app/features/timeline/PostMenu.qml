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
    // The addresses in the post: in the text itself only a pointer reaches them.
    property var links: []
    signal removeWanted(string statusId)

    // The post's markup comes from our own writer: this is all that a link can look like.
    function linksOf(html) {
        const found = [];
        const anchor = /<a href="([^"]*)"/g;
        for (let match = anchor.exec(html || ""); match; match = anchor.exec(html)) {
            const link = match[1].replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&quot;/g, "\"").replace(/&amp;/g, "&");
            if (found.length < 20 && !found.includes(link))
                found.push(link);
        }
        return found;
    }
    function openFor(post, button) {
        statusId = post.statusId;
        url = post.url || "";
        words = post.plainText;
        own = post.isOwn;
        links = linksOf(post.contentHtml);
        parent = button;
        x = Theme.rightToLeft ? 0 : button.width - width;
        y = button.height;
        open();
    }

    Instantiator {
        model: menu.links
        delegate: MenuItem {
            required property string modelData
            required property int index

            objectName: "menuLink_" + index
            iconName: "link"
            text: qsTr("Open %1").arg(modelData.replace(/^https?:\/\//, ""))
            onTriggered: App.openLink(modelData)
        }
        onObjectAdded: (index, object) => menu.insertItem(index, object)
        onObjectRemoved: (index, object) => menu.removeItem(object)
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
