# SPDX-License-Identifier: Apache-2.0
"""Debian's chromium, driven through its own DevTools protocol over a pair of pipes: no port is opened
and nothing but the standard library is needed."""

import base64
import contextlib
import json
import os
import select
import shutil
import subprocess
import tempfile
import time


class Browser:
    """A chromium without a window."""

    def __init__(self, *flags):
        program = shutil.which("chromium")
        if program is None:
            raise RuntimeError("chromium is missing: apt-get install chromium")
        self.profile = tempfile.mkdtemp(prefix="nobat-pages-")
        to_browser, self.to_browser = os.pipe()
        self.from_browser, from_browser = os.pipe()

        def give_pipes():
            # chromium reads from descriptor 3 and writes to descriptor 4.
            high = os.dup(to_browser), os.dup(from_browser)
            os.dup2(high[0], 3)
            os.dup2(high[1], 4)

        arguments = [
            program, "--headless=new", "--remote-debugging-pipe", "--no-first-run", "--disable-gpu",
            "--disable-dev-shm-usage", "--no-sandbox", "--hide-scrollbars",
            "--disable-background-networking", "--disable-component-update", "--mute-audio",
            f"--user-data-dir={self.profile}", *flags, "about:blank",
        ]
        self.process = subprocess.Popen(
            arguments, preexec_fn=give_pipes, close_fds=False, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self.last_id = 0
        self.buffer = b""
        self.events = []

    def close(self):
        with contextlib.suppress(Exception):
            self.call("Browser.close", timeout=5)
        with contextlib.suppress(Exception):
            self.process.wait(10)
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.to_browser)
        os.close(self.from_browser)
        shutil.rmtree(self.profile, ignore_errors=True)

    def call(self, method, parameters=None, session=None, timeout=30):
        self.last_id += 1
        message = {"id": self.last_id, "method": method, "params": parameters or {}}
        if session:
            message["sessionId"] = session
        os.write(self.to_browser, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + timeout
        while True:
            answer = self.read(deadline - time.monotonic())
            if answer is None:
                raise TimeoutError(f"no answer to {method} within {timeout} s")
            if answer.get("id") == self.last_id:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            if "method" in answer:
                self.events.append(answer)

    def read(self, timeout):
        while b"\0" not in self.buffer:
            ready, _, _ = select.select([self.from_browser], [], [], max(timeout, 0))
            if not ready:
                return None
            part = os.read(self.from_browser, 1 << 16)
            if not part:
                raise RuntimeError("chromium has ended")
            self.buffer += part
        line, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(line)

    def page(self, width=1920, height=1080, features=(), mobile=False):
        return Page(self, width, height, features, mobile)


class Page:
    """One page of the browser, of a size in CSS pixels."""

    def __init__(self, browser, width, height, features, mobile):
        self.browser = browser
        # A busy machine starts a browser slowly.
        target = browser.call(
            "Target.createTarget", {"url": "about:blank"}, timeout=120)["targetId"]
        self.target = target
        self.session = browser.call(
            "Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.resize(width, height, mobile)
        self.call("Emulation.setEmulatedMedia", {
            "features": [{"name": name, "value": value} for name, value in features]})

    def call(self, method, parameters=None, timeout=30):
        return self.browser.call(method, parameters, self.session, timeout)

    def close(self):
        self.browser.call("Target.closeTarget", {"targetId": self.target})

    def resize(self, width, height, mobile=False):
        self.call("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile})

    def open(self, address, ready="document.readyState === 'complete'"):
        self.call("Page.navigate", {"url": address})
        self.wait(f"location.href !== 'about:blank' && ({ready})")

    def value(self, expression):
        """What an expression of JavaScript is in the page, awaited."""
        result = self.call("Runtime.evaluate", {
            "expression": expression, "returnByValue": True, "awaitPromise": True})
        if "exceptionDetails" in result:
            details = result["exceptionDetails"]
            said = details.get("exception", {}).get("description", details["text"])
            raise RuntimeError(f"{expression}: {said}")
        return result["result"].get("value")

    def wait(self, expression, seconds=20):
        """Until an expression is true."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with contextlib.suppress(RuntimeError):
                if self.value(expression):
                    return
            time.sleep(0.05)
        raise AssertionError(f"not so within {seconds} s: {expression}")

    def text(self, selector):
        return self.value(f"document.querySelector({json.dumps(selector)})?.innerText ?? ''").strip()

    def type(self, text):
        self.call("Input.insertText", {"text": text})

    def click(self, selector):
        """Touches the middle of an element, as a person does."""
        self.wait(f"document.querySelector({json.dumps(selector)}) !== null")
        x, y = self.value(f"""(() => {{
          const element = document.querySelector({json.dumps(selector)});
          element.scrollIntoView({{ block: "center" }});
          const box = element.getBoundingClientRect();
          return [box.left + box.width / 2, box.top + box.height / 2];
        }})()""")
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", {
                "type": kind, "x": x, "y": y, "button": "left", "clickCount": 1})

    def press(self, key):
        code = {"Tab": 9, "Enter": 13, "Escape": 27}[key]
        for kind in ("keyDown", "keyUp"):
            parameters = {
                "type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code}
            if kind == "keyDown" and key == "Enter":
                parameters["text"] = "\r"
            self.call("Input.dispatchKeyEvent", parameters)

    def picture(self, path, whole=False):
        """The window as it is seen, or the page in its whole length."""
        os.makedirs(os.path.dirname(path), exist_ok=True)
        data = self.call("Page.captureScreenshot", {
            "format": "png", "captureBeyondViewport": whole})["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))

    def roles(self):
        """The accessibility tree as a screen reader gets it: role, name and properties of each node."""
        nodes = self.call("Accessibility.getFullAXTree")["nodes"]
        rows = []
        for node in nodes:
            if node.get("ignored"):
                continue
            properties = {
                item["name"]: item["value"].get("value") for item in node.get("properties", [])}
            rows.append((
                node.get("role", {}).get("value"), node.get("name", {}).get("value", ""),
                properties))
        return rows

    def complaints(self):
        """What the browser said of the page: errors, refused resources, exceptions."""
        found = []
        for event in self.browser.events:
            if event.get("sessionId") != self.session:
                continue
            parameters = event["params"]
            if event["method"] == "Log.entryAdded" and parameters["entry"]["level"] == "error":
                found.append(f"{parameters['entry']['text']} {parameters['entry'].get('url', '')}")
            if event["method"] == "Runtime.exceptionThrown":
                found.append(parameters["exceptionDetails"]["text"])
        return found

    def requests(self):
        """The addresses that the page asked for."""
        return [
            event["params"]["request"]["url"] for event in self.browser.events
            if event.get("sessionId") == self.session
            and event["method"] == "Network.requestWillBeSent"]
