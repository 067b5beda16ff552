"""One worker on one case: against the stage, or with a real MediaMTX between."""

import asyncio
import json
import os
import signal
import subprocess
import threading
import time
from pathlib import Path

from .. import processes, rtmp, worker
from ..publisher import Publisher
from . import verdict
from .case import AUDIO, SCRIPT, VIDEO
from .stage import Show

# From the last tag to the end of the worker: the source's grace, what is held, and the ends of sessions.
TAIL_S = 40
# A machine that compiles for others as well may need long to start a JVM.
START_S = 120
LOUD = ("WARN", "WARNING", "ERROR", "FATAL", "SEVERE")


class Run:
    """The worker reads from the stage and publishes to it."""

    def __init__(self, stage, case, folder, sts_url):
        self.stage, self.case, self.sts_url = stage, case, sts_url
        self.id = case.name.replace("~", "-") + ("-dubbed" if sts_url else "")
        self.folder = folder / self.id
        self.folder.mkdir()
        self.show = Show(case)
        self.process = self.exit_code = None
        self.rss_mb = self.cpu_s = 0

    def server(self):
        """Host, RTMP port and application."""
        self.stage.shows[self.id] = self.show
        return "127.0.0.1", self.stage.port, "live"

    def start(self):
        metrics_port, http_port = processes.free_ports(2)
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("WORKER_STS", "WORKER_SEGMENT", "MEDIAMTX_"))}
        host, port, app = self.server()
        env = {**clean, "MEDIAMTX_HOST": host, "MEDIAMTX_RTMP_PORT": str(port), "MEDIAMTX_APP_PATH": app, "LOG_FORMAT": "json",
               "WORKER_SEGMENT_DIR": str(self.folder / "segments"), "WORKER_METRICS_PORT": str(metrics_port), "WORKER_HTTP_PORT": str(http_port),
               "WORKER_SOURCE_GRACE_MS": "2000", "WORKER_SEGMENT_DURATION": "2s", "WORKER_AV_OFFSET_NS": "3000000000",
               **({"WORKER_STS_MODE": "enabled", "WORKER_STS_SERVICE_URL": self.sts_url} if self.sts_url else {"WORKER_STS_MODE": "passthrough"})}
        with open(self.folder / "worker.log", "wb") as log:
            self.process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *worker.command(), "run", "--stream-id", self.id], env=env,
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        self.metrics_port = metrics_port

    def measure(self):
        """Until the process is gone. The high-water mark is the process's own; that of wait4 would begin with the memory of this tool."""
        try:
            status = Path(f"/proc/{self.process.pid}/status").read_text()
            self.rss_mb = next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM")), self.rss_mb)
            self.cpu_s = processes.cpu_s(self.process.pid)
        except OSError:
            pass

    async def play(self):
        begin = time.monotonic()
        self.start()
        limit = START_S
        try:
            while self.process.poll() is None and time.monotonic() - begin < limit:
                self.measure()
                await asyncio.sleep(0.1)
                if self.show.begin is not None:
                    limit = self.show.begin + self.case.join_at - begin + self.case.seconds + TAIL_S
            hung = self.process.poll() is None
        finally:
            self.stop()
        said = (self.folder / "worker.log").read_text(errors="replace")
        run = {"exit_code": self.process.wait(), "rss_mb": round(self.rss_mb), "cpu_s": round(self.cpu_s, 2), "hung": hung,
               "seconds": round(time.monotonic() - begin, 1), "last_words": last_words(said), "warnings": warnings(said)}
        return verdict.judge(self.case, self.show, run, self.folder / "segments", bool(self.sts_url))

    def stop(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.stage.shows.pop(self.id, None)


def lines(said):
    for line in said.splitlines():
        try:
            read = json.loads(line)
        except ValueError:
            read = None
        yield read if isinstance(read, dict) else {"level": "TEXT", "message": line}


def last_words(said):
    """The last line that is a warning or worse, or no log line at all (a crash, a refusal)."""
    bad = [str(line.get("message")) for line in lines(said) if line.get("level") not in ("INFO", "DEBUG", "TRACE")]
    return bad[-1][:200] if bad else ""


def warnings(said):
    return [str(line.get("message"))[:200] for line in lines(said) if line.get("level") in LOUD][:20]


MEDIAMTX = """
logLevel: info
rtsp: false
hls: false
webrtc: false
srt: false
rtmp: true
rtmpAddress: 127.0.0.1:{port}
paths:
  all_others:
"""


class ServerRun(Run):
    """The case is published to a real RTMP server when the worker is up, and its output is read from there like a viewer does. Servers take
    streams apart and put them together again, so only kinds that survive that are of use: long_gop, plain."""

    def __init__(self, stage, case, folder, sts_url, address=None):
        super().__init__(stage, case, folder, sts_url)
        self.address = address

    def server(self):
        return self.address

    def start(self):
        super().start()
        self.gone = threading.Event()
        threading.Thread(target=self.publish, daemon=True).start()
        threading.Thread(target=self.view, daemon=True).start()

    def stop(self):
        self.gone.set()
        super().stop()

    def url(self, direction):
        host, port, app = self.address
        return f"rtmp://{host}:{port}/{app}/{self.id}/{direction}"

    def publish(self):
        # The worker asks for a source that is not there yet again after 1, 2, 4 s; its start-up is over by then.
        processes.await_port(self.metrics_port, self.process, START_S)
        begin = time.monotonic()
        try:
            publisher = Publisher(self.url("in"))
            begin = time.monotonic()
            self.show.begin = begin - self.case.join_at
            for kind, body in self.case.headers:
                if kind != SCRIPT:
                    publisher.publish(kind, 0, body)
            for at, kind, stamp, body in self.case.tags:
                if self.gone.wait(max(0, begin + at - time.monotonic())):
                    return
                publisher.publish(kind, stamp, body)
            publisher.goodbye()
        except (OSError, EOFError, rtmp.Refused):
            # The server is gone or refuses: the verdict says what is missing.
            self.show.begin = self.show.begin or begin

    def view(self):
        while not self.gone.wait(0.05):
            try:
                player = rtmp.Player(self.url("out"))
                for kind, stamp, body, arrival in player.messages():
                    if kind in (AUDIO, VIDEO):
                        self.show.sessions = self.show.sessions or 1
                        self.show.published.append((arrival, kind, stamp, body))
                player.close()
            except (OSError, EOFError, ValueError, IndexError, rtmp.Refused):
                continue


class MediaMtxRun(ServerRun):
    """Through a MediaMTX of its own."""

    def server(self):
        port, = processes.free_ports(1)
        self.address = ("127.0.0.1", port, "live")
        configuration = self.folder / "mediamtx.yml"
        configuration.write_text(MEDIAMTX.format(port=port))
        with open(self.folder / "mediamtx.log", "wb") as log:
            # `moq` of newer versions opens ports of its own; older ones would not know the key, but ignore the variable.
            self.mediamtx = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", os.environ["MEDIAMTX_BIN"], str(configuration)], stdout=log, stderr=log,
                                             env={**os.environ, "MTX_MOQ": "false"}, start_new_session=True)
        if not processes.await_port(port, self.mediamtx):
            raise RuntimeError(f"MediaMTX did not start; see {self.folder}/mediamtx.log")
        return self.address

    def stop(self):
        super().stop()
        os.killpg(self.mediamtx.pid, signal.SIGKILL)
        self.mediamtx.wait()
