# SPDX-License-Identifier: Apache-2.0
"""A headless Chromium, steered over WebDriver (https://www.w3.org/TR/webdriver2/) with Python's standard library."""
import base64
import http.client
import json
import os
import shutil
import subprocess
import time
import urllib.parse

from kithd_server import PATIENCE, free_port

TAB, ENTER, SHIFT = "\ue004", "\ue007", "\ue008"
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


def programs():
    """Paths of browser and driver, or None for what is not installed."""
    path = os.environ.get("PATH", "") + ":/usr/bin:/bin"
    browser = shutil.which("chromium", path=path) or shutil.which("google-chrome", path=path)
    return browser, shutil.which("chromedriver", path=path)


class WebDriverError(RuntimeError):
    pass


class Element:
    def __init__(self, browser, reference):
        self._browser = browser
        self._path = "/element/" + reference
        self.reference = {ELEMENT: reference}

    def click(self):
        self._browser.call("POST", self._path + "/click", {})

    def type(self, text):
        self._browser.call("POST", self._path + "/value", {"text": text})

    def clear(self):
        self._browser.call("POST", self._path + "/clear", {})

    def text(self):
        return self._browser.call("GET", self._path + "/text")

    def attribute(self, name):
        return self._browser.call("GET", self._path + "/attribute/" + name)

    def property(self, name):
        return self._browser.call("GET", self._path + "/property/" + name)

    def label(self):
        """What a screen reader calls it."""
        return self._browser.call("GET", self._path + "/computedlabel")

    def role(self):
        return self._browser.call("GET", self._path + "/computedrole")


class Browser:
    """Scripts of pages are switched off: what works here works without them."""

    def __init__(self, folder):
        browser, driver = programs()
        self._port = free_port()
        environment = {"HOME": folder, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TMPDIR": folder}
        self._log = open(os.path.join(folder, "chromedriver.log"), "w", encoding="utf-8")
        self._driver = subprocess.Popen([driver, "--port=%d" % self._port], env=environment, stdin=subprocess.DEVNULL,
                                        stdout=self._log, stderr=subprocess.STDOUT)
        self._session = ""
        self._wait_for_driver()
        # Chromium refuses its sandbox to root, and in some containers it has none. It sees no pages but ours.
        sandboxes = [["--no-sandbox"]] if os.geteuid() == 0 else [[], ["--no-sandbox"]]
        for attempt, sandbox in enumerate(sandboxes):
            try:
                self._session = "/session/" + self._begin(browser, sandbox + ["--user-data-dir=%s/profile%d" % (folder, attempt)])
                return
            except WebDriverError:
                if attempt + 1 == len(sandboxes):
                    raise

    def _begin(self, browser, arguments):
        arguments = ["--headless=new", "--disable-gpu", "--window-size=1000,900", "--no-first-run", "--disable-extensions",
                     "--disable-dev-shm-usage"] + arguments
        options = {"binary": browser, "args": arguments,
                   "prefs": {"profile.managed_default_content_settings.javascript": 2}}
        return self.call("POST", "/session", {"capabilities": {"alwaysMatch": {
            "acceptInsecureCerts": True, "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL"}}}})["sessionId"]

    def _wait_for_driver(self):
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                if self.call("GET", "/status")["ready"]:
                    return
            except OSError:
                pass
            if self._driver.poll() is not None or time.monotonic() > deadline:
                raise WebDriverError("chromedriver does not answer")
            time.sleep(0.05)

    def call(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        try:
            payload = None if body is None else json.dumps(body)
            connection.request(method, self._session + path, payload, {"Content-Type": "application/json"})
            value = json.loads(connection.getresponse().read())["value"]
        finally:
            connection.close()
        if isinstance(value, dict) and "error" in value and "message" in value:
            raise WebDriverError("%s %s: %s: %s" % (method, path, value["error"], value["message"].split("\n")[0]))
        return value

    def open(self, address):
        self.call("POST", "/url", {"url": address})

    def address(self):
        return self.call("GET", "/url")

    def title(self):
        return self.call("GET", "/title")

    def source(self):
        return self.call("GET", "/source")

    def new_tab(self):
        """Opens another tab and goes there; answers the one that was left."""
        left = self.call("GET", "/window")
        self.call("POST", "/window", {"handle": self.call("POST", "/window/new", {"type": "tab"})["handle"]})
        return left

    def close_tab(self, go_to):
        self.call("DELETE", "/window")
        self.call("POST", "/window", {"handle": go_to})

    def switch_tab(self, tab):
        """Answers the one that was left."""
        left = self.call("GET", "/window")
        self.call("POST", "/window", {"handle": tab})
        return left

    def enter_frame(self, number):
        """The frame with that number, or the whole page for None."""
        self.call("POST", "/frame", {"id": number})

    def find_all(self, selector):
        found = self.call("POST", "/elements", {"using": "css selector", "value": selector})
        return [Element(self, reference[ELEMENT]) for reference in found]

    def find(self, selector):
        """The one element that fits, as soon as it is there."""
        deadline = time.monotonic() + PATIENCE
        while True:
            found = self.find_all(selector)
            if len(found) == 1:
                return found[0]
            if time.monotonic() > deadline:
                raise WebDriverError("%d elements fit %s at %s:\n%s" % (len(found), selector, self.address(), self.source()))
            time.sleep(0.02)

    def focused(self):
        return Element(self, self.call("GET", "/element/active")[ELEMENT])

    def press(self, *keys):
        """Keys one after the other, where the focus is. (SHIFT, TAB) as a pair holds the first."""
        actions = []
        for key in keys:
            held = key if isinstance(key, tuple) else (key,)
            actions += [{"type": "keyDown", "value": one} for one in held]
            actions += [{"type": "keyUp", "value": one} for one in reversed(held)]
        self.call("POST", "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]})

    def evaluate(self, script, *arguments):
        """The driver may run scripts where pages may not."""
        return self.call("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def cookies(self):
        return self.call("GET", "/cookie")

    def forget_cookies(self):
        self.call("DELETE", "/cookie")

    def devtools(self, command, **parameters):
        return self.call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def look(self, scheme, width=1000, height=900):
        """"light" or "dark", and a size of the window."""
        self.devtools("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def console(self):
        """What the console said since the last call: messages of the policy, failed loads, errors."""
        return [entry["message"] for entry in self.call("POST", "/se/log", {"type": "browser"})]

    def screenshot(self, file):
        with open(file, "wb") as out:
            out.write(base64.b64decode(self.call("GET", "/screenshot")))

    def close(self):
        try:
            self.call("DELETE", "")
        finally:
            self._driver.terminate()
            self._driver.wait(PATIENCE)
            self._log.close()


def query_of(address):
    """The parameters of an address, each once."""
    pairs = urllib.parse.parse_qsl(urllib.parse.urlsplit(address).query, keep_blank_values=True)
    if len(dict(pairs)) != len(pairs):
        raise AssertionError("a parameter is there twice: " + address)
    return dict(pairs)
