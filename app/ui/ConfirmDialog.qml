// SPDX-License-Identifier: Apache-2.0
import QtQuick
import Kith.Ui

// Asks once more before something that cannot be undone. The safe answer has the keyboard.
Dialog {
    id: dialog

    property string sentence: ""
    property string confirmText: ""
    signal confirmed()

    onOpened: keep.forceActiveFocus(Qt.PopupFocusReason)

    contentItem: Column {
        spacing: Theme.s3

        Label {
            width: parent.width
            text: dialog.title
            scaleName: "section"
            font.weight: Font.DemiBold
            wrapMode: Text.Wrap
            Accessible.role: Accessible.Heading
            Accessible.name: text
        }
        Label {
            width: parent.width
            text: dialog.sentence
            quiet: true
            wrapMode: Text.Wrap
        }
        Item {
            width: parent.width
            height: buttons.height + Theme.s2

            Row {
                id: buttons
                anchors.right: parent.right
                anchors.bottom: parent.bottom
                spacing: Theme.s2

                Button {
                    id: keep
                    kind: "quiet"
                    text: qsTr("Cancel")
                    onClicked: dialog.close()
                }
                Button {
                    objectName: "confirmButton"
                    kind: "danger"
                    text: dialog.confirmText
                    onClicked: {
                        dialog.close();
                        dialog.confirmed();
                    }
                }
            }
        }
    }
}
