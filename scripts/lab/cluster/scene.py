"""One stream through the cluster: published, watched, and what `serve` and the cluster say of it meanwhile."""

import socket
import subprocess
import time
import urllib.parse

from .. import sources, viewer
from .node import PASSWORDS

# Nobody waits longer than this for something that has to happen.
PATIENCE_S = 60


class Scene:
    """A context: the publisher and both viewers end with it."""

    def __init__(self, node, stream, seconds):
        self.node, self.stream, self.seconds = node, stream, seconds
        self.said = []

    def __enter__(self):
        self.host = self.node.services()["mediamtx"]
        # A rollout that is complete is not yet in the rules by which a service's address is reached.
        self.node.wait(self.server_answers, PATIENCE_S, "the media server does not answer")
        self.node.wait(lambda: self.node.api("/v1/streams")[0], PATIENCE_S, "`serve` does not answer")
        self.begin = time.monotonic()
        file = sources.path_of("plain", 124)
        self.publisher = subprocess.Popen(
            ["ffmpeg", "-nostdin", "-v", "error", "-re", "-i", str(file), "-t", str(self.seconds), "-c", "copy", "-f", "flv",
             self.url("in", "publisher")], stdin=subprocess.DEVNULL)
        self.source = viewer.Viewer(self.url("in", "worker"))
        self.output = viewer.Viewer(self.url("out", "viewer"))
        return self

    def __exit__(self, *_):
        self.publisher.terminate()
        self.publisher.wait()
        for each in (self.source, self.output):
            each.stop()
        # The next row finds the cluster empty: a Job that is on air drains within its time.
        self.node.kubectl("delete", "jobs", "--all", "--wait=true", "--timeout=90s", check=False, timeout=120)

    def server_answers(self):
        try:
            socket.create_connection((self.host, 1935), timeout=2).close()
            return True
        except OSError:
            return False

    def url(self, direction, user):
        login = urllib.parse.urlencode({"user": user, "pass": PASSWORDS[user]})
        return f"rtmp://{self.host}:1935/live/{self.stream}/{direction}?{login}"

    def at(self):
        return time.monotonic() - self.begin

    def on_air(self, seconds=3):
        """Waits until the output has been on air so long; seconds from the start of the publisher to the first picture."""
        def lasts():
            packets = self.output.packets
            return packets and time.monotonic() - packets[0].arrival_s >= seconds and time.monotonic() - packets[-1].arrival_s < 1

        self.node.wait(lasts, PATIENCE_S, f"no output of {self.stream}: {self.state()}")
        return self.output.packets[0].arrival_s - self.begin

    def back(self, since, seconds=PATIENCE_S):
        """Waits for pictures that came two seconds after an instant at least, and that still come."""
        def flows():
            packets = self.output.packets
            return packets[-1].arrival_s > since + 2 and time.monotonic() - packets[-1].arrival_s < 1
        self.node.wait(flows, seconds, f"{self.stream} did not come back: {self.state()}")

    def state(self):
        found = self.node.stream(self.stream)
        text = f"{found.get('state', 'none')}" + (f": {found['reason']}" if found.get("reason") else "")
        if not self.said or self.said[-1] != text:
            self.said.append(text)
        return text

    def watch(self, seconds):
        """Notes what `serve` says, for some time or until the source ends."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.state()
            time.sleep(0.3)

    def jobs(self):
        return [item["metadata"]["name"] for item in self.node.items("jobs")]

    def pods(self):
        return self.node.items("pods", "app.kubernetes.io/component=stream")

    def job_pod(self):
        found = [pod for pod in self.pods() if not pod["metadata"].get("deletionTimestamp")]
        return found[0]["metadata"]["name"] if found else None

    def dubs(self):
        found = self.node.stream(self.stream)
        return f"{found.get('dubbed', 0)} dubbed, fallback {sum((found.get('fallbacks') or {}).values())}"

    def seen(self, since=None):
        """What a viewer saw from an instant on, as text and as figures."""
        wait, _ = viewer.longest_wait_s(self.output.packets, since or float("-inf"))
        lost, twice = viewer.missed(self.source.packets, self.output.packets)
        text = f"longest wait {wait:.1f} s, {lost} pictures lost" + (f", {twice} twice" if twice else "") + f", {self.output.sessions} publication{'s' * (self.output.sessions > 1)}"
        return text, wait, lost
