# SPDX-License-Identifier: Apache-2.0
"""The one table that a run prints: each figure beside its baseline of the same run, and beside what is aimed at."""

HEADINGS = ("what", "value", "baseline of this run", "ratio", "aim", "")


def at_least(aim, seen, unit=""):
    """The aim as text, and whether it was met."""
    return f"≥ {aim:,}{unit}", "met" if seen >= aim else "missed"


def at_most(aim, seen, unit=""):
    return f"≤ {aim:,}{unit}", "met" if seen <= aim else "missed"


def percent(part, whole):
    return f"{100 * part / whole:.0f} %"


def times(value, baseline):
    return f"{value / baseline:.1f} x"


class Table:
    """Prints each row when it is known, and counts the aims that were met and missed."""

    WIDTHS = (46, 28, 38, 8, 16, 0)

    def __init__(self):
        self._verdicts = []
        self._line(HEADINGS)
        self._line(["-" * len(heading) for heading in HEADINGS])

    def add(self, what, value, baseline="", ratio="", aim=("", "")):
        self._verdicts.append(aim[1])
        self._line((what, value, baseline, ratio, *aim))

    def not_measured(self, what, why):
        self._verdicts.append("not measured")
        self._line((what, "not measured: " + why, "", "", "", ""))

    def finish(self):
        """The last line; whether everything was measured."""
        counts = {verdict: self._verdicts.count(verdict) for verdict in ("met", "missed", "not measured")}
        print("\n" + ", ".join(f"{count} {verdict}" for verdict, count in counts.items()), flush=True)
        return counts["not measured"] == 0

    def _line(self, cells):
        print(" ".join(f"{cell:<{width}}" for cell, width in zip(cells, self.WIDTHS)).rstrip(), flush=True)
