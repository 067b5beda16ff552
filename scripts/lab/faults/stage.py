"""One stream with everything around it that can fail: publisher, media server, worker, STS, and a proxy on each connection of the worker."""

import json
import os
import shutil
import signal
import time
from pathlib import Path

from .. import mediamtx, metrics, processes, server, sources, viewer, worker
from .proxy import Proxy, rtmp_kind

STREAM = "proof"
# Short, so that a row takes half a minute: what a viewer sees is 5 s behind the source.
SHORT = {"WORKER_SEGMENT_DURATION": "2s", "WORKER_AV_OFFSET_NS": "3000000000"}
# As `serve` has it: a lost source or output is waited for.
PATIENT = {"WORKER_SOURCE_GRACE_MS": "20000", "WORKER_OUTPUT_GRACE_MS": "20000", "WORKER_STS_LOSS": "original"}
SOURCE_S = 124
# More than five hours of it.
TIMES = 150
STARTS_S = 60


class Stage:
    """A context; `mode` is passthrough, dubbed or languages."""

    def __init__(self, children, folder, mode, launcher, echo_launcher, env=None, segments=None, loop=False):
        self.children, self.folder, self.mode, self.launcher = children, Path(folder), mode, launcher
        self.env = {**SHORT, **PATIENT, **(env or {})}
        self.echo_launcher, self.segments = echo_launcher, segments
        self.loop = loop
        self.count = self.published = 0
        self.samples = []

    def __enter__(self):
        self.media = (mediamtx.MediaMtx if mediamtx.program() else lambda c, f: server.Server(c, f, [STREAM]))(self.children, self.folder)
        self.to_media = Proxy(self.media.rtmp, rtmp_kind)
        self.to_sts = None
        if self.mode != "passthrough":
            self.sts, url = self.echo()
            self.to_sts = Proxy(int(url.rpartition(":")[2]))
        self.publish()
        self.source = viewer.Viewer(self.media.url(STREAM, "in"))
        if not self.source.await_packets(STARTS_S):
            raise RuntimeError("the source did not come through the server")
        self.start()
        self.output = viewer.Viewer(self.media.url(STREAM, "out"))
        return self

    def __exit__(self, *_):
        for each in (self.source, self.output):
            each.stop()
        for proxy in (self.to_media, self.to_sts):
            if proxy:
                proxy.close()
        # A process that is stopped hears no SIGTERM.
        for child in self.children.started:
            processes.signal_group(child, signal.SIGCONT)

    def echo(self, *options):
        old = os.environ.get("WORKER_COMMAND")
        os.environ["WORKER_COMMAND"] = " ".join(self.echo_launcher)
        try:
            return worker.echo(self.children, "--voice", "same", *options)
        finally:
            os.environ.pop("WORKER_COMMAND")
            if old:
                os.environ["WORKER_COMMAND"] = old

    def publish(self, skip_s=0):
        self.published += 1
        command = ["ffmpeg", "-nostdin", "-v", "error", "-re", *self.material(skip_s), "-c", "copy", "-f", "flv", self.media.url(STREAM, "in")]
        self.publisher = self.children.start(f"publisher-{self.published}", command)

    def material(self, skip_s):
        """What ffmpeg reads. For hours it is the file again and again: as a list, because -stream_loop after -ss sends a minute in one burst with
        one time stamp."""
        path = sources.path_of("plain", SOURCE_S)
        if not self.loop:
            return [*(["-ss", str(skip_s)] if skip_s else []), "-i", str(path)]
        entries = self.folder / f"publisher-{self.published}.txt"
        entries.write_text(f"file '{path}'\ninpoint {skip_s}\n" + f"file '{path}'\n" * TIMES)
        return ["-f", "concat", "-safe", "0", "-i", str(entries)]

    def start(self):
        """The worker, behind the proxies."""
        self.count += 1
        self.log = self.folder / f"worker-{self.count}.log"
        more = dict(self.env)
        if self.mode == "languages":
            more["WORKER_TARGET_LANGUAGE"] = "es,fr"
        if self.segments:
            more["WORKER_SEGMENT_DIR"] = str(self.segments)

        class Through:
            rtmp = self.to_media.port

        self.worker = worker.start(self.children, Through, STREAM, self.folder, f"http://127.0.0.1:{self.to_sts.port}" if self.to_sts else None,
                                   name=f"worker-{self.count}", launcher=self.launcher, LOG_FORMAT="json", **more)

    def on_air(self, seconds):
        """Until the output has been on air so long. Raises when it never is."""
        end = time.monotonic() + STARTS_S
        while time.monotonic() < end:
            packets = self.output.packets
            if packets and time.monotonic() - packets[0].arrival_s >= seconds:
                return True
            if self.worker.poll() is not None:
                return False
            time.sleep(0.1)
        raise RuntimeError(f"nothing came out; see {self.log}")

    def settle(self, seconds):
        """Waits, and notes the figures of the worker while it has any."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.samples = metrics.scrape(self.worker.metrics_port) or self.samples
            if self.worker.poll() is not None and seconds > 3:
                end = min(end, time.monotonic() + 3)
            time.sleep(0.5)

    def fallbacks(self):
        return int(metrics.value(self.samples, "worker_fallback_total") or 0)

    def stop_for(self, child, seconds):
        processes.signal_group(child, signal.SIGSTOP)
        time.sleep(seconds)
        processes.signal_group(child, signal.SIGCONT)

    def kill(self, child):
        processes.signal_group(child, signal.SIGKILL)
        child.wait()

    def restart_media(self, seconds):
        """The media server dies and is there again after a while, on the same port; the encoder connects again as encoders do."""
        self.kill(self.media.child)
        time.sleep(seconds)
        command, environment = self.media_command()
        self.media.child = self.children.start("media-again", command, env=environment)
        if not processes.await_port(self.media.rtmp, self.media.child):
            raise RuntimeError("the media server did not come back")
        self.children.stop(self.publisher)
        self.publish(skip_s=int(seconds + 14) % SOURCE_S)

    def media_command(self):
        if mediamtx.program():
            return [mediamtx.program(), str(self.folder / "mediamtx.yml")], {"MTX_MOQ": "false"}
        return ["nginx", "-p", str(self.folder), "-c", str(self.folder / "nginx.conf"), "-e", str(self.folder / "nginx-error.log")], {}

    def words(self, since):
        """What the worker said after so many lines of its logs: [(level, message)]."""
        found = []
        for line in self.text()[since:]:
            try:
                said = json.loads(line)
            except ValueError:
                continue
            found.append((said.get("level", ""), said.get("message", "")))
        return found

    def text(self):
        return [line for number in range(1, self.count + 1)
                for line in (self.folder / f"worker-{number}.log").read_text(errors="replace").splitlines()]

    def lines(self):
        return len(self.text())


def folder_full(path):
    """Fills a file system until nothing can be written."""
    with open(path / "filler", "wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 65_536)
        except OSError:
            pass


def remove(path):
    shutil.rmtree(path, ignore_errors=True)
