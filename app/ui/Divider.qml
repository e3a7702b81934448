// SPDX-License-Identifier: Apache-2.0
import QtQuick
import Kith.Ui

Rectangle {
    implicitWidth: Theme.hairline
    implicitHeight: Theme.hairline
    color: Theme.line
}
