#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The page that asks whether a program may use an account: a real kithd, a real Chromium with scripts switched off.

    authorize_test.py PATH/TO/kithd FOLDER/FOR/SCREENSHOTS

Exit status 77 when Chromium or its driver is not installed.
"""
import base64
import hashlib
import http.server
import json
import os
import secrets
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.parse
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from kithd_server import PASSWORD, PATIENCE, Server  # noqa: E402  # pylint: disable=wrong-import-position
from webdriver import ENTER, SHIFT, TAB, Browser, programs, query_of  # noqa: E402  # pylint: disable=wrong-import-position

KITHD = ""
SCREENSHOTS = ""
NAME = "Gull for the desktop"


class Listener:
    """What a native program opens on 127.0.0.1 to get its code. Sends the browser on to another origin, as some do."""

    def __init__(self):
        self.requests = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):  # pylint: disable=invalid-name
                outer.requests.append(self.path)
                if self.path.startswith("/back"):
                    self.send_response(302)
                    self.send_header("Location", "http://localhost:%d/done" % outer.port)
                    self.end_headers()
                    return
                body = b"<!doctype html><title>Done</title><link rel=icon href=data:,><p id=done>Done."
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format, *args):  # pylint: disable=redefined-builtin
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def wait(self, number=1):
        """The parameters of the request with that number to /back."""
        deadline = time.monotonic() + PATIENCE
        while True:
            came = [path for path in self.requests if path.startswith("/back")]
            if len(came) >= number:
                return query_of(came[number - 1])
            if time.monotonic() > deadline:
                raise AssertionError("nobody came back; there were %r" % self.requests)
            time.sleep(0.02)

    def close(self):
        self._server.shutdown()
        self._server.server_close()


class Program:
    """A program that signs people in with a loopback redirect and PKCE."""

    def __init__(self, base, scopes="read write", redirect_uri=None, port=None):
        self._base = base
        registered = redirect_uri or "http://127.0.0.1/back"
        self.redirect_uri = redirect_uri or "http://127.0.0.1:%d/back" % port
        made = self._post("/api/v1/apps", client_name=NAME, redirect_uris=registered, scopes=scopes)
        self._id, self._secret = made["client_id"], made["client_secret"]
        self.state = secrets.token_urlsafe(8) + " &=é"
        self._verifier = secrets.token_urlsafe(48)

    def _post(self, path, **form):
        with urllib.request.urlopen(self._base + path, urllib.parse.urlencode(form).encode(), PATIENCE) as answer:
            return json.load(answer)

    def address(self, **more):
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self._verifier.encode()).digest()).rstrip(b"=").decode()
        wanted = {"response_type": "code", "client_id": self._id, "redirect_uri": self.redirect_uri, "scope": "read",
                  "state": self.state, "code_challenge": challenge, "code_challenge_method": "S256", **more}
        return self._base + "/oauth/authorize?" + urllib.parse.urlencode(wanted)

    def who(self, code):
        """Trades the code and asks whose token that is."""
        token = self._post("/oauth/token", grant_type="authorization_code", code=code, client_id=self._id,
                           client_secret=self._secret, redirect_uri=self.redirect_uri, code_verifier=self._verifier)
        wanted = urllib.request.Request(self._base + "/api/v1/accounts/verify_credentials",
                                        headers={"Authorization": "Bearer " + token["access_token"]})
        with urllib.request.urlopen(wanted, timeout=PATIENCE) as answer:
            return json.load(answer)["username"]


class PageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="kith-web-", ignore_cleanup_errors=True)
        cls.server = Server(KITHD, cls.folder.name)
        cls.server.add_account("mira")
        cls.browser = Browser(cls.folder.name)

    @classmethod
    def tearDownClass(cls):
        cls.browser.close()
        status = cls.server.stop()
        cls.folder.cleanup()
        if status != 0:
            raise RuntimeError("kithd ended with status %d" % status)

    def setUp(self):
        self.browser.open(self.server.base + "/health/live")
        self.browser.forget_cookies()
        self.browser.look("light")
        self.browser.console()
        self.listener = Listener()
        self.program = Program(self.server.base, port=self.listener.port)

    def tearDown(self):
        self.listener.close()

    def fill_in(self, password=PASSWORD):
        name = self.browser.find("#username")
        name.clear()
        name.type("mira")
        self.browser.find("#password").type(password)
        self.browser.find("button[value=sign_in]").click()

    def ask(self):
        """Signed in, on the page that asks."""
        self.browser.open(self.program.address())
        self.fill_in()
        self.browser.find("button[value=allow]")

    def assert_clean(self):
        """No script on the page, and nothing that the browser complained of."""
        self.assertEqual(0, self.browser.evaluate("return document.scripts.length"))
        self.assertEqual([], self.browser.console())

    def test_signs_in_asks_and_hands_over_a_code(self):
        self.browser.open(self.program.address())
        self.assertIn("Sign in", self.browser.title())
        self.assertIn(NAME, self.browser.find("main").text())
        self.assert_clean()

        self.fill_in("not the password")
        self.assertIn("not right", self.browser.find("[role=alert]").text())
        self.assertEqual("mira", self.browser.find("#username").property("value"))
        self.assertEqual("", self.browser.find("#password").property("value"))
        refused = self.browser.console()  # Chromium reports the status of a page that is no success
        self.assertTrue(all("401" in message for message in refused), refused)

        self.fill_in()
        self.browser.find("button[value=allow]")
        text = self.browser.find("main").text()
        for part in (NAME + " would like to use your account", "@mira@" + self.server.domain, "Read everything", "this device"):
            self.assertIn(part, text)
        self.assert_clean()
        self.browser.find("button[value=allow]").click()

        came = self.listener.wait()
        self.assertEqual(self.program.state, came["state"])
        self.assertEqual(self.server.base, came["iss"])
        self.browser.find("#done")
        self.assertEqual([], self.browser.console(), "form-action lets the redirect through, and those after it")
        self.assertEqual("mira", self.program.who(came["code"]))

        self.browser.open(self.program.address())
        self.assertEqual("mira", self.program.who(self.listener.wait(2)["code"]), "the second visit asks nothing")
        self.browser.open(self.program.address(force_login="true"))
        self.browser.find("#password")
        self.browser.open(self.program.address(scope="read write"))
        self.assertIn("change things in your name", self.browser.find("main").text())

    def test_takes_no_for_an_answer(self):
        self.ask()
        self.browser.find("button[value=deny]").click()
        came = self.listener.wait()
        self.assertEqual("access_denied", came["error"])
        self.assertEqual(self.program.state, came["state"])
        self.assertNotIn("code", came)
        self.browser.find("#done")
        self.assertEqual([], self.browser.console())

    def test_goes_back_without_signing_in(self):
        self.browser.open(self.program.address())
        self.browser.find("a").click()
        self.assertEqual("access_denied", self.listener.wait()["error"])
        self.browser.find("#done")
        self.assertEqual([], self.browser.console())

    def test_signs_out(self):
        self.ask()
        self.browser.find("button[value=sign_out]").click()
        self.browser.find("#password")
        self.browser.open(self.program.address())
        self.browser.find("#password")
        self.assert_clean()

    def test_needs_the_keyboard_only(self):
        self.browser.open(self.program.address())
        self.assertEqual("username", self.browser.focused().attribute("id"), "where one begins to type")
        self.browser.press(*"mira", TAB, *PASSWORD)
        self.assertEqual("password", self.browser.focused().attribute("id"))
        self.browser.press(TAB)
        self.assertEqual("sign_in", self.browser.focused().attribute("value"))
        outline = self.browser.evaluate("return getComputedStyle(document.activeElement).outlineStyle + ' ' + "
                                        "getComputedStyle(document.activeElement).outlineWidth")
        self.assertEqual("solid 2px", outline, "the focus is seen")
        self.browser.press((SHIFT, TAB), ENTER)  # Enter in the field sends the form

        self.browser.find("button[value=allow]")
        stops = []
        for _ in range(3):
            self.browser.press(TAB)
            stops.append(self.browser.focused().attribute("value"))
        self.assertEqual(["allow", "deny", "sign_out"], stops)
        self.browser.press((SHIFT, TAB), (SHIFT, TAB), ENTER)
        self.assertEqual("mira", self.program.who(self.listener.wait()["code"]))

    def test_reads_well_aloud(self):
        self.browser.open(self.program.address())
        self.assertEqual("en", self.browser.find("html").attribute("lang"))
        self.assertEqual(("textbox", "Name"), (self.browser.find("#username").role(), self.browser.find("#username").label()))
        self.assertEqual("Password", self.browser.find("#password").label())
        self.assertEqual(("button", "Sign in"), (self.browser.find("button").role(), self.browser.find("button").label()))
        self.assertEqual(1, len(self.browser.find_all("main")))
        self.assertEqual(1, len(self.browser.find_all("h1")))
        self.fill_in("not the password")
        self.assertEqual("alert", self.browser.find("#notice").role())
        self.assertEqual("notice", self.browser.find("#password").attribute("aria-describedby"))
        self.assertIn("Sign in again", self.browser.title())

    def test_bears_two_tabs(self):
        self.ask()
        first = self.browser.new_tab()
        self.browser.open(self.program.address())
        self.browser.find("button[value=sign_out]").click()
        self.browser.find("#password")
        second = self.browser.switch_tab(first)
        self.browser.find("button[value=allow]").click()
        self.assertIn("out of date", self.browser.find("[role=alert]").text(), "it was shown to somebody signed in")
        self.fill_in()
        self.browser.find("button[value=allow]")
        self.browser.switch_tab(second)
        self.fill_in()
        self.browser.find("button[value=allow]").click()
        self.assertEqual("mira", self.program.who(self.listener.wait()["code"]), "the other tab is simply signed in, too")
        self.browser.close_tab(first)

    def test_says_so_when_cookies_are_off(self):
        self.browser.open(self.program.address())
        self.browser.forget_cookies()
        self.fill_in()
        self.assertIn("cookie", self.browser.find("[role=alert]").text())
        self.fill_in()
        self.browser.find("button[value=allow]")

    def test_sends_nobody_to_strangers(self):
        self.browser.open(self.program.address(redirect_uri="https://evil.example/"))
        self.assertIn("did not register", self.browser.find("[role=alert]").text())
        self.assertEqual([], self.browser.find_all("a"))
        self.browser.console()

    def test_shows_a_code_where_there_is_no_way_back(self):
        self.program = Program(self.server.base, redirect_uri="urn:ietf:wg:oauth:2.0:oob")
        self.ask()
        self.browser.find("button[value=allow]").click()
        self.assertEqual("mira", self.program.who(self.browser.find("#code").text()))
        self.assert_clean()

    def test_stands_in_no_frame(self):
        frame = "<iframe src='%s'></iframe>" % self.program.address().replace("'", "%27")
        self.browser.open("data:text/html;base64," + base64.b64encode(frame.encode()).decode())
        self.browser.enter_frame(0)
        self.assertTrue(self.browser.source(), "something is there: the browser's own words")
        self.assertEqual([], self.browser.find_all("form"))
        self.browser.enter_frame(None)

    def test_fits_every_screen_by_day_and_by_night(self):
        os.makedirs(SCREENSHOTS, exist_ok=True)
        self.browser.open(self.program.address(scope="read write:statuses write:media"))
        self.fill_in("not the password")
        pages = {"sign-in": lambda: None, "consent": self.fill_in}
        for page, reach in pages.items():
            reach()
            self.browser.find("button[value=sign_in]" if page == "sign-in" else "button[value=allow]")
            for scheme, background in (("light", "rgb(247, 244, 239)"), ("dark", "rgb(20, 18, 16)")):
                for width, height in ((1000, 900), (320, 640)):
                    self.browser.look(scheme, width, height)
                    shown = self.browser.evaluate("return [getComputedStyle(document.body).backgroundColor, "
                                                  "document.documentElement.scrollWidth, innerWidth]")
                    self.assertEqual(background, shown[0])
                    self.assertLessEqual(shown[1], shown[2], "nothing to scroll sideways at %d" % width)
                    self.browser.screenshot(os.path.join(SCREENSHOTS, "%s-%s-%d.png" % (page, scheme, width)))


class TlsTest(unittest.TestCase):
    def test_keeps_a_host_cookie(self):
        with tempfile.TemporaryDirectory(prefix="kith-web-", ignore_cleanup_errors=True) as folder:
            certificate, key = os.path.join(folder, "cert.pem"), os.path.join(folder, "key.pem")
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                            "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=localhost",
                            "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True, timeout=PATIENCE)
            server = Server(KITHD, folder, certificate, key)
            try:
                server.add_account("mira")
                self.see_cookies(Browser(folder), server)
            finally:
                server.stop()

    def see_cookies(self, browser, server):
        try:
            redirect_uri = server.base + "/nowhere"
            registration = urllib.parse.urlencode({"client_name": NAME, "redirect_uris": redirect_uri}).encode()
            with urllib.request.urlopen(server.base + "/api/v1/apps", registration, PATIENCE, context=server.tls) as answer:
                client_id = json.load(answer)["client_id"]
            browser.open(server.base + "/oauth/authorize?" + urllib.parse.urlencode(
                {"response_type": "code", "client_id": client_id, "redirect_uri": redirect_uri}))
            browser.find("#username").type("mira")
            browser.find("#password").type(PASSWORD)
            browser.find("button[value=sign_in]").click()
            browser.find("button[value=allow]")
            cookies = {cookie["name"]: cookie for cookie in browser.cookies()}
            self.assertEqual(["__Host-kith"], list(cookies))
            cookie = cookies["__Host-kith"]
            self.assertEqual((True, True, "Lax", "/"), (cookie["httpOnly"], cookie["secure"], cookie["sameSite"], cookie["path"]))
            browser.find("button[value=allow]").click()
            deadline = time.monotonic() + PATIENCE
            while not browser.address().startswith(redirect_uri + "?code=") and time.monotonic() < deadline:
                time.sleep(0.02)
            self.assertIn("code", query_of(browser.address()))
        finally:
            browser.close()


if __name__ == "__main__":
    SCREENSHOTS = os.path.abspath(sys.argv.pop(2))
    KITHD = os.path.abspath(sys.argv.pop(1))
    if None in programs():
        print("SKIPPED: Chromium and its driver are not installed, so the sign-in page was seen by no browser. "
              "packaging/test installs them.")
        sys.exit(77)
    unittest.main(verbosity=2)
