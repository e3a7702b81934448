# SPDX-License-Identifier: Apache-2.0
"""Requests that read, beside bare Beast with the same bytes."""
import hashlib
import json
import subprocess
import urllib.parse

from figures.machine import NotMeasured, fetch, read_wrk, wrk, wrk_command
from figures.table import at_least, at_most, percent, times


def _beside_bare_beast(bench, table, what, path, aim_of, signed_in=True):
    with bench.home() as home:
        token = home.token if signed_in else None
        body = fetch(home.base + path, token)
        load = wrk(home.base + path, bench.seconds, 64, token=token)
    bare = bench.bare_beast(body)
    table.add(f"{what}, {len(body):,} bytes, 64 connections", str(load), f"bare Beast {bare.rate:,.0f}/s",
              percent(load.rate, bare.rate), aim_of(load.rate, bare.rate))


def home(bench, table):
    _beside_bare_beast(bench, table, "home", "/api/v1/timelines/home?limit=20",
                       lambda rate, bare: at_least(45, 100 * rate / bare, " %"))


def verify(bench, table):
    _beside_bare_beast(bench, table, "verify_credentials", "/api/v1/accounts/verify_credentials",
                       lambda rate, bare: at_least(50000, rate, "/s"))


def webfinger(bench, table):
    _beside_bare_beast(bench, table, "WebFinger", f"/.well-known/webfinger?resource=acct:{bench.NAME}@{bench.domain}",
                       lambda rate, bare: at_least(60000, rate, "/s"), signed_in=False)


def _text(size):
    """Words that compress about as well as a page of posts."""
    words = [hashlib.sha256(str(i % 97).encode()).hexdigest()[:5 + i % 9] for i in range(10000)]
    return json.dumps(" ".join(words)).encode()[:size]


def static(bench, table):
    """server/http without a database."""
    for size in (8 << 10, 300):
        body = _text(size)
        with bench.serving("bench_http", body) as (_, address):
            load = wrk(address, bench.seconds, 64)
        bare = bench.bare_beast(body)
        ratio = 100 * load.rate / bare.rate
        table.add(f"static body, {size:,} bytes, 64 connections", str(load), f"bare Beast {bare.rate:,.0f}/s",
                  percent(load.rate, bare.rate), at_least(80, ratio, " %") if size == 8 << 10 else ("", ""))


def compression(bench, table):
    with bench.serving("bench_http", _text(43 << 10)) as (_, address):
        plain = wrk(address, bench.seconds, 64)
        for coding in ("zstd", "gzip"):
            load = wrk(address, bench.seconds, 64, headers=(f"Accept-Encoding: {coding}",))
            table.add(f"43 KiB of text as {coding}, 64 connections", str(load), f"as it is {plain.rate:,.0f}/s",
                      percent(load.rate, plain.rate))


def signins(bench, table):
    """Home beside sign-ins that keep the password pool full: two are hashed, fourteen wait."""
    with bench.home() as home_server:
        form = urllib.parse.urlencode({"username": home_server.name, "password": home_server.password})
        script = bench.file("session.lua", f'wrk.method = "POST"\nwrk.body = "{form}"\n'
                                           'wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"\n')
        address = home_server.base + "/api/v1/timelines/home?limit=20"
        alone = wrk(address, bench.seconds, 64, token=home_server.token)
        only_sign_ins = wrk(home_server.session, bench.seconds, 16, script=script)
        # One second longer, so that not one request of home is measured without sign-ins.
        command = wrk_command(home_server.session, bench.seconds + 1, 16, script=script)
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as others:
            try:
                load = wrk(address, bench.seconds, 64, token=home_server.token)
                sign_ins = read_wrk(others.communicate(timeout=bench.seconds + 30)[0])
            except subprocess.TimeoutExpired:
                raise NotMeasured("the sign-ins did not end") from None
            finally:
                others.kill()
    table.add("p99 of home, 64 connections, while all sign in", f"{load.p99_ms:.1f} ms at {load.rate:,.0f}/s",
              f"nobody signs in {alone.p99_ms:.1f} ms, {alone.rate:,.0f}/s", times(load.p99_ms, alone.p99_ms),
              at_most(10, load.p99_ms, " ms"))
    table.add("sign-ins meanwhile, 16 connections", str(sign_ins), f"nothing else {only_sign_ins.rate:,.0f}/s",
              percent(sign_ins.rate, only_sign_ins.rate))
