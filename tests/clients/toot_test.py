#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""toot, a Mastodon client for the terminal (Debian package `toot`), against a real kithd.

    toot_test.py PATH/TO/kithd

Signs in as a person does: toot prints an address, a browser opens it, the person fills in the form and copies the code
back. Then posts, reads, answers, follows, searches, deletes. Exit status 77 when toot is not installed.
"""
import html.parser
import http.cookiejar
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import urllib.parse
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from kithd_server import PASSWORD, PATIENCE, Server  # noqa: E402  # pylint: disable=wrong-import-position

KITHD = ""


class Form(html.parser.HTMLParser):
    """The first form of a page, and the text of the element with the id "code"."""

    def __init__(self, page):
        super().__init__()
        self.action = None
        self.fields = {}
        self.code = ""
        self._in_code = False
        self._in_form = False
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        if tag == "form" and self.action is None:
            self.action = found["action"]
            self._in_form = True
        elif tag == "input" and self._in_form:
            self.fields[found["name"]] = found.get("value") or ""
        self._in_code = found.get("id") == "code"

    def handle_endtag(self, tag):
        self._in_code = False
        if tag == "form":
            self._in_form = False

    def handle_data(self, data):
        if self._in_code:
            self.code += data


def plain_http(server):
    """How toot is told which server and that it speaks no TLS: with an option until 0.38, by the address since."""
    switch = "--disable-https"
    help_text = subprocess.run(["toot", "login", "--help"], text=True, capture_output=True, timeout=PATIENCE, check=True).stdout
    return [server.domain, switch] if switch in help_text else [server.base]


class Toot:
    """toot with settings of its own, signed in as one person."""

    def __init__(self, server, name, folder):
        self._name = name
        self._environment = {"HOME": folder, "XDG_CONFIG_HOME": folder, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
        self._sign_in(server)

    def _sign_in(self, server):
        with subprocess.Popen(["toot", "login", "--instance", *plain_http(server)], env=self._environment, text=True,
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as toot:
            output = ""
            while "Open link in default browser?" not in output:
                piece = toot.stdout.read(1)
                if not piece:
                    raise RuntimeError("toot gave up:\n" + output)
                output += piece
            address = re.search(r"^(http://\S+/oauth/authorize\S*)$", output, re.M).group(1)
            rest, _ = toot.communicate("n\n" + self._code(address) + "\n", timeout=PATIENCE)
            if toot.returncode != 0 or "Successfully logged in" not in rest:
                raise RuntimeError("toot could not sign in:\n" + output + rest)

    def _code(self, address):
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

        def press(page, decision, **filled):
            form = Form(page)
            fields = {**form.fields, **filled, "decision": decision}
            target = urllib.parse.urljoin(address, form.action)
            with browser.open(target, urllib.parse.urlencode(fields).encode(), timeout=PATIENCE) as answer:
                return answer.read().decode()

        with browser.open(address, timeout=PATIENCE) as answer:
            page = answer.read().decode()
        page = press(page, "sign_in", username=self._name, password=PASSWORD)
        return Form(press(page, "allow")).code

    def run(self, *arguments):
        done = subprocess.run(["toot", *arguments], env=self._environment, text=True, capture_output=True,
                              stdin=subprocess.DEVNULL, timeout=PATIENCE, check=False)
        if done.returncode != 0:
            raise RuntimeError("toot %s failed:\n%s%s" % (" ".join(arguments), done.stdout, done.stderr))
        return done.stdout + done.stderr

    def post(self, text, *options):
        """Posts and answers the post's id."""
        return re.search(r"/(\d+)\s*$", self.run("post", text, *options)).group(1)

    def home(self):
        return self.run("timeline", "--once")


class TootTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="kith-toot-")
        cls.server = Server(KITHD, cls.folder.name)
        cls.people = []
        for name in ("mira", "tomas"):
            cls.server.add_account(name)
            home = os.path.join(cls.folder.name, name)
            os.mkdir(home)
            cls.people.append(Toot(cls.server, name, home))
        cls.mira, cls.tomas = cls.people

    @classmethod
    def tearDownClass(cls):
        status = cls.server.stop()
        cls.folder.cleanup()
        if status != 0:
            raise RuntimeError("kithd ended with status %d" % status)

    def test_knows_who_it_is(self):
        self.assertIn("@mira", self.mira.run("whoami"))
        self.assertIn("mira@" + self.server.domain, self.mira.run("auth"))
        self.assertIn("Kith", self.mira.run("instance", *plain_http(self.server)))

    def test_posts_reads_and_deletes(self):
        post = self.mira.post("Fresh bread at the corner #bakery")
        self.assertIn("Fresh bread at the corner", self.mira.home())
        self.assertIn("Fresh bread", self.tomas.run("timeline", "--public", "--local", "--once"))
        self.assertIn("Fresh bread", self.tomas.run("timeline", "--tag", "bakery", "--once"))
        self.assertIn("deleted", self.mira.run("delete", post))
        self.assertNotIn("Fresh bread", self.mira.home())

    def test_posts_with_all_options(self):
        post = self.mira.post("Spoilers inside", "--spoiler-text", "The last episode", "--sensitive", "--visibility", "unlisted",
                              "--language", "en")
        with urllib.request.urlopen(self.server.base + "/api/v1/statuses/" + post, timeout=PATIENCE) as answer:
            made = json.load(answer)
        self.assertEqual(("The last episode", True, "unlisted", "en"),
                         (made["spoiler_text"], made["sensitive"], made["visibility"], made["language"]))
        self.assertIn("Spoilers inside", self.mira.home())
        self.assertNotIn("Spoilers inside", self.tomas.run("timeline", "--public", "--once"))

    def test_answers_and_hears_of_answers(self):
        post = self.mira.post("Who is coming tonight?")
        answer = self.tomas.post("@mira I am!", "--reply-to", post)
        thread = self.mira.run("thread", answer)
        self.assertIn("Who is coming tonight?", thread)
        self.assertIn("I am!", thread)
        told = self.mira.run("notifications")
        self.assertIn("tomas", told)
        self.assertIn("mentioned you", told)

    def test_follows_and_unfollows(self):
        self.assertIn("now following", self.tomas.run("follow", "mira"))
        self.mira.post("For those who follow me", "--visibility", "private")
        self.assertIn("For those who follow me", self.tomas.home())
        self.assertIn("tomas", self.mira.run("followers", "mira"))
        self.assertIn("mira", self.tomas.run("following", "tomas@" + self.server.domain))
        self.assertIn("now follows you", self.mira.run("notifications"))
        self.assertNotIn("now follows you", self.mira.run("notifications", "--mentions"))
        self.assertIn("no longer following", self.tomas.run("unfollow", "mira"))
        self.assertNotIn("For those who follow me", self.tomas.home())

    def test_searches(self):
        self.assertIn("@tomas", self.mira.run("search", "tomas"))
        self.assertIn("@tomas", self.mira.run("search", "@tomas@" + self.server.domain))
        self.assertIn("@tomas", self.mira.run("whois", "tomas"))

    def test_clears_notifications(self):
        self.mira.post("@tomas look")
        self.assertIn("mira", self.tomas.run("notifications"))
        self.tomas.run("notifications", "--clear")
        self.assertIn("no notification", self.tomas.run("notifications").lower())


if __name__ == "__main__":
    KITHD = os.path.abspath(sys.argv.pop(1))
    if shutil.which("toot", path="/usr/bin:/bin") is None:
        print("toot is not installed; packaging/test installs it.")
        sys.exit(77)
    unittest.main(verbosity=2)
