// SPDX-License-Identifier: Apache-2.0
import QtQuick
import Kith.Ui

Rectangle {
    radius: Theme.radiusCard
    color: Theme.surface
    border.width: Theme.hairline
    border.color: Theme.line
}
