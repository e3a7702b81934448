# SPDX-License-Identifier: Apache-2.0
"""Requests that are answered once they are durable: posts, and deliveries of other servers."""
import os

from figures.machine import output_of, wrk
from figures.table import at_least, percent

_POST = ('wrk.method = "POST"\n'
         'wrk.body = "status=A+post+for+the+load+run%2C+of+ordinary+length%2C+that+says+nothing."\n'
         'wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"\n')


def _durable_writes(bench, folder):
    """How often per second this disk makes 4 KiB durable, one after the other."""
    command = [bench.binary("bench_fdatasync_loop"), os.path.join(folder, "loop"), str(bench.seconds)]
    return float(output_of(command, within=bench.seconds + 30))


def _posts(bench, table, connections, aim_of):
    with bench.home() as home:
        loop = _durable_writes(bench, home.data)
        load = wrk(home.base + "/api/v1/statuses", bench.seconds, connections, token=home.token, script=bench.file("post.lua", _POST))
    plural = "s" if connections > 1 else ""
    table.add(f"durable posts, {connections} connection{plural}", str(load), f"4 KiB fdatasync loop {loop:,.0f}/s",
              percent(load.rate, loop), aim_of(load.rate, loop))


def posts1(bench, table):
    _posts(bench, table, 1, lambda rate, loop: at_least(40, 100 * rate / loop, " %"))


def posts64(bench, table):
    _posts(bench, table, 64, lambda rate, loop: at_least(3000, rate, "/s"))


def inbox(bench, table):
    """Public posts of somebody who is followed, each signed with RSA-2048, over 32 TLS connections that stay open."""
    applied, checks = map(float, output_of([bench.binary("bench_inbox"), str(bench.deliveries), "32"], within=120).split())
    table.add(f"inbox, {bench.deliveries:,} signed posts, 32 connections", f"{applied:,.0f}/s applied",
              f"RSA checks on two cores {checks:,.0f}/s", percent(applied, checks), at_least(3000, applied, "/s"))
