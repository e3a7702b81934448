// SPDX-License-Identifier: Apache-2.0
import QtQml
import QtQuick
import Kith.App
import Kith.Ui

// Who the post is for, and the menu that changes it. Each choice says in a sentence what it means.
Button {
    id: control

    function current() {
        const all = App.compose.audiences || [];
        for (const entry of all) {
            if (entry.key === App.compose.audience)
                return entry;
        }
        return null;
    }

    kind: "secondary"
    iconName: Words.audienceIcon(App.compose.audience)
    text: current() ? current().name : Words.audienceName(App.compose.audience)
    Accessible.name: qsTr("Who can see this: %1").arg(text)
    Accessible.description: App.compose.audienceSentence
    Accessible.role: Accessible.ButtonMenu
    onClicked: menu.open()

    Menu {
        id: menu
        objectName: "audienceMenu"
        y: -height - Theme.s1
        preferredWidth: Theme.audienceMenuWidth

        Instantiator {
            model: App.compose.audiences
            delegate: MenuItem {
                required property var modelData
                objectName: "audience_" + modelData.key
                iconName: Words.audienceIcon(modelData.key)
                text: modelData.name
                sentence: modelData.sentence
                chosen: modelData.key === App.compose.audience
                onTriggered: App.compose.audience = modelData.key
            }
            onObjectAdded: (index, object) => menu.insertItem(index, object)
            onObjectRemoved: (index, object) => menu.removeItem(object)
        }
    }
}
