"""A headless Chromium with one page, by its DevTools protocol over two pipes: no port, and no library for WebSockets."""

import base64
import json
import os
import shutil
import subprocess
import tempfile
import time


class Browser:
    """A context: the browser and its profile are gone after it."""

    def __init__(self, width, height):
        self.size = width, height
        self.last, self.buffer, self.session = 0, b"", None

    def __enter__(self):
        self.profile = tempfile.mkdtemp(prefix="stream-worker-browser-")
        there, self.to = os.pipe()
        self.of, back = os.pipe()
        # The browser reads 3 and writes 4. A shell puts them there: Popen hands descriptors on under their own numbers.
        self.process = subprocess.Popen(
            ["bash", "-c", f'exec "$@" 3<&{there} 4>&{back}', "browser", "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
             "--no-first-run", "--disable-background-networking", f"--user-data-dir={self.profile}", "--remote-debugging-pipe", "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, pass_fds=(there, back))
        os.close(there)
        os.close(back)
        page = next(each for each in self.call("Target.getTargets")["targetInfos"] if each["type"] == "page")
        self.session = self.call("Target.attachToTarget", targetId=page["targetId"], flatten=True)["sessionId"]
        self.call("Page.enable")
        self.call("Emulation.setDeviceMetricsOverride", width=self.size[0], height=self.size[1], deviceScaleFactor=1, mobile=False)
        self.call("Emulation.setScrollbarsHidden", hidden=True)
        return self

    def __exit__(self, *_):
        for end in (self.to, self.of):
            os.close(end)
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)

    def call(self, method, **parameters):
        self.last += 1
        message = {"id": self.last, "method": method, "params": parameters, **({"sessionId": self.session} if self.session else {})}
        os.write(self.to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.read()
            if answer.get("id") == self.last:
                if "error" in answer:
                    raise RuntimeError(f"the browser's {method}: {answer['error'].get('message')}")
                return answer["result"]

    def read(self):
        while b"\0" not in self.buffer:
            part = os.read(self.of, 1 << 20)
            if not part:
                raise RuntimeError("the browser has ended")
            self.buffer += part
        message, _, self.buffer = self.buffer.partition(b"\0")
        return json.loads(message)

    def open(self, url):
        self.call("Page.navigate", url=url)
        self.wait("document.readyState === 'complete'", 30)

    def show(self, html):
        self.call("Page.setDocumentContent", frameId=self.call("Page.getFrameTree")["frameTree"]["frame"]["id"], html=html)

    def eval(self, expression):
        found = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in found:
            raise RuntimeError(f"{expression[:80]}: {found['exceptionDetails'].get('text')}")
        return found["result"].get("value")

    def wait(self, expression, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.eval(f"Boolean({expression})"):
                return
            time.sleep(0.2)
        raise RuntimeError(f"the page does not come to {expression[:120]} within {seconds} s: {self.eval('document.body.innerText')[:400]}")

    def picture(self, selector):
        """PNG of the first element."""
        box = self.eval(f"(r => ({{x: r.x + scrollX, y: r.y + scrollY, width: r.width, height: r.height}}))(document.querySelector({json.dumps(selector)}).getBoundingClientRect())")
        return base64.b64decode(self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip={**box, "scale": 1})["data"])
