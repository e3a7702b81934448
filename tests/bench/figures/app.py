# SPDX-License-Identifier: Apache-2.0
"""The app's first frame with posts, beside an empty window."""
import os
import statistics
import time

from figures.machine import output_of
from figures.table import at_most, times

RUNS = 5


def _first_frame_ms(command, environment):
    """From before exec to the first frame: the median of some runs, after one that warms the disk's cache."""
    took = []
    for _ in range(RUNS + 1):
        began = time.monotonic() * 1000
        took.append(float(output_of(command, environment, within=30).strip().splitlines()[-1]) - began)
    return statistics.median(took[1:])


def frame(bench, table):
    """From a store that one sign-in has filled."""
    environment = bench.environment(QT_QPA_PLATFORM="offscreen", QT_QUICK_BACKEND="software", XDG_RUNTIME_DIR=bench.folder)
    bare_window, kith = bench.binary("bench_bare_window"), bench.binary("kith")
    profile = [kith, "--profile", os.path.join(bench.folder, "profile"),
               "--passphrase-file", bench.file("passphrase", "a passphrase for the load run\n")]
    with bench.home() as home:
        output_of(profile + ["--sign-in", home.base, "--account", home.name, "--password-file", os.path.join(home.data, "demo-password"),
                             "--screenshot", os.path.join(bench.folder, "home.png")], environment)
        app = _first_frame_ms(profile + ["--first-frame"], environment)
    bare = _first_frame_ms([bare_window], environment)
    table.add("app's first frame, from its store", f"{app:.0f} ms", f"bare window {bare:.0f} ms", times(app, bare),
              at_most(300, app, " ms"))
