// SPDX-License-Identifier: Apache-2.0
import QtQuick
import QtQuick.Layouts
import Kith.App
import Kith.Ui

PageScroll {
    id: page

    readonly property string title: qsTr("Find people")

    function takeFocus() {
        field.forceActiveFocus(Qt.TabFocusReason);
    }
    function refresh() {
        search();
    }
    function search() {
        const text = field.text.trim();
        if (text !== "")
            App.people.search(text);
    }

    RowLayout {
        width: parent.width
        spacing: Theme.s2

        TextField {
            id: field
            objectName: "peopleField"
            Layout.fillWidth: true
            round: true
            iconName: "search"
            text: App.people.query || ""
            placeholderText: qsTr("A name or a handle, such as @tomas@harbour.social")
            inputMethodHints: Qt.ImhNoAutoUppercase | Qt.ImhNoPredictiveText
            Accessible.name: qsTr("Find people by name or handle")
            onAccepted: page.search()
        }
        Button {
            objectName: "peopleSearch"
            large: true
            text: qsTr("Search")
            enabled: field.text.trim() !== "" && App.people.phase !== "searching"
            onClicked: page.search()
        }
    }
    Repeater {
        model: App.people.phase === "searching" ? 2 : 0
        Skeleton {
            required property int index
            width: parent.width
        }
    }
    Repeater {
        model: App.people.phase === "ready" ? App.people : null
        PersonCard {
            required property var model
            width: parent.width
            height: implicitHeight
            person: model
        }
    }
    EmptyState {
        width: parent.width
        visible: App.people.phase === "idle"
        iconName: "people"
        title: qsTr("Who do you know?")
        text: qsTr("Ask them for their handle. It looks like @tomas@harbour.social: a name, and the server they call home. Kith finds them there, wherever that is.")
    }
    EmptyState {
        width: parent.width
        visible: App.people.phase === "none"
        iconName: "search"
        title: qsTr("Nobody found")
        text: qsTr("No one answers to “%1”. A whole handle finds people on other servers: @name@their.server. Mind the spelling of both parts.").arg(App.people.query || "")
    }
    EmptyState {
        width: parent.width
        visible: App.people.phase === "error"
        iconName: "offline"
        title: qsTr("The search did not work")
        text: App.people.errorSentence || ""
        actionText: qsTr("Try again")
        onActed: page.search()
    }
}
