"""What is attacked: one `serve` with a healthy dubbed stream, and what it shows of itself before, while and after."""

import asyncio
import os
import signal
import subprocess
import time
from pathlib import Path

from .. import processes, worker
from ..odd.case import VIDEO
from ..odd.stage import Show, Stage
from . import publishers
from .client import Doors
from .sts import Service

SECRET = "attack-me-if-you-can"
HEALTHY = "healthy"
# The longest time without a picture at a viewer of the healthy stream. It shares this tool's process with the attacks.
MAX_PAUSE_S = 1.0
MAX_OWN_LAG_S = 1.5
# Beyond this the attack has won; the machine that it runs on is spared the rest.
KILL_MB = 1_500


class Scene:
    def __init__(self, folder):
        self.folder = Path(folder)
        self.stage, self.service, self.doors = Stage(), Service(), None
        self.serve = self.open_serve = None
        self.rss_mb = self.peak_mb = self.threads = 0
        self.told = 0
        self.own_lag_s = 0.0
        self.killed = False

    async def start(self):
        # Material first: an encoder beside live streams would disturb them.
        publishers.stream()
        await self.stage.start()
        await self.service.start()
        api, metrics, open_api, open_metrics = processes.free_ports(4)
        more = {"WORKER_STS_MODE": "enabled", "WORKER_STS_SERVICE_URL": f"http://127.0.0.1:{self.service.port}", "WORKER_HOOK_SECRET": SECRET,
                "WORKER_SEGMENT_DURATION": "2s", "WORKER_AV_OFFSET_NS": "5000000000", "WORKER_MAX_STREAMS": "100", "WORKER_SOURCE_GRACE_MS": "2000"}
        self.serve = self.run("serve", api, metrics, more)
        self.open_serve = self.run("open", open_api, open_metrics, {"WORKER_STS_MODE": "passthrough"})
        self.doors = Doors(api, metrics, SECRET, open_api)
        await self.up(self.serve, api)
        await self.up(self.open_serve, open_api)
        self.more = (api, metrics, more)
        await self.heal()

    async def revive(self):
        """Another `serve` in the place of one that died, another healthy stream in the place of one that was ended."""
        if self.alive():
            if (await self.view(HEALTHY)).get("state") != "live":
                await self.heal()
            return
        api, metrics, more = self.more
        self.serve = self.run("serve", api, metrics, more)
        await self.up(self.serve, api)
        await self.heal()

    async def heal(self):
        """The healthy stream is dubbed, and its viewer has a picture: a segment is dubbed seconds before it airs."""
        self.add(HEALTHY, publishers.healthy)
        await self.begin(HEALTHY)
        end = time.monotonic() + 40
        while (await self.view(HEALTHY)).get("dubbed", 0) < 1 or not self.viewer_has_picture():
            if time.monotonic() > end:
                raise RuntimeError(f"the healthy stream is not dubbed: {await self.view(HEALTHY)}; see {self.folder}")
            await asyncio.sleep(0.3)
        self.told = sum(((await self.view(HEALTHY)).get("fallbacks") or {}).values())
        self.undisturbed_since = time.monotonic()

    def run(self, name, http_port, metrics_port, more):
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("WORKER_STS", "WORKER_SEGMENT", "WORKER_HOOK", "MEDIAMTX_"))}
        env = {**clean, "MEDIAMTX_HOST": "127.0.0.1", "MEDIAMTX_RTMP_PORT": str(self.stage.port), "MEDIAMTX_APP_PATH": "live", "LOG_FORMAT": "json",
               "WORKER_HTTP_HOST": "127.0.0.1", "WORKER_HTTP_PORT": str(http_port), "WORKER_METRICS_PORT": str(metrics_port),
               "WORKER_SEGMENT_DIR": str(self.folder / f"{name}-segments"), **more}
        with open(self.folder / f"{name}.log", "ab") as log:
            return subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *worker.command(), "serve"], env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                    start_new_session=True)

    async def up(self, process, port):
        end = time.monotonic() + 40
        while time.monotonic() < end and process.poll() is None:
            if (await self.doors.ask("GET", "/v1/streams", self.doors.bearer, port=port, limit_s=2))[0] == 200:
                return
            await asyncio.sleep(0.2)
        raise RuntimeError(f"serve did not start; see {self.folder}")

    def add(self, stream, script):
        self.stage.shows[stream] = Show(script=script)

    async def begin(self, stream):
        return (await self.doors.api("PUT", f"/v1/streams/{stream}"))[0]

    async def end(self, stream):
        """True when the stream is gone within 30 s."""
        self.stage.shows.pop(stream, None)
        await self.doors.api("DELETE", f"/v1/streams/{stream}")
        limit = time.monotonic() + 30
        while time.monotonic() < limit:
            if (await self.doors.api("GET", f"/v1/streams/{stream}"))[0] == 404:
                return True
            await asyncio.sleep(0.5)
        return False

    async def view(self, stream):
        return (await self.doors.api("GET", f"/v1/streams/{stream}"))[1]

    def alive(self):
        return self.serve.poll() is None

    def measure(self):
        """RSS and number of threads of `serve`, now."""
        try:
            status = dict(line.split(":", 1) for line in Path(f"/proc/{self.serve.pid}/status").read_text().splitlines() if ":" in line)
            self.rss_mb, self.threads = int(status["VmRSS"].split()[0]) // 1024, int(status["Threads"])
            self.peak_mb = max(self.peak_mb, self.rss_mb)
        except (OSError, KeyError, ValueError):
            self.rss_mb = self.threads = 0
        return self.rss_mb, self.threads

    async def watch(self):
        """The peak of memory while something goes on, and how late this process itself is; to be cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            if self.measure()[0] > KILL_MB:
                self.killed = True
                os.killpg(self.serve.pid, signal.SIGKILL)
                self.serve.wait()
                return
            begin = loop.time()
            await asyncio.sleep(0.1)
            self.own_lag_s = max(self.own_lag_s, loop.time() - begin - 0.1)

    async def harm(self):
        """What has happened to `serve` or to the healthy stream since this was last asked."""
        if self.killed:
            self.killed = False
            return [f"serve took more than {KILL_MB} MB and was ended by this tool"]
        if not self.alive():
            return [f"serve ended with {self.serve.poll()}: {last_line(self.folder / 'serve.log')}"]
        faults, view = [], await self.view(HEALTHY)
        if view.get("state") != "live":
            faults.append(f"the healthy stream is {view.get('state', 'gone')}")
        lost = sum((view.get("fallbacks") or {}).values())
        # An answer of ours that was late by as much as a dub may be is no fault of the worker.
        if lost > self.told and self.own_lag_s < MAX_OWN_LAG_S:
            faults.append(f"the healthy stream lost {lost - self.told} dubs: {view.get('fallbacks')}")
        self.told = lost
        pause = self.longest_pause()
        # The source of the healthy stream and its viewer are in this process: what it was late itself is no stall of the worker.
        if pause > MAX_PAUSE_S + 2 * self.own_lag_s:
            faults.append(f"the healthy stream's viewer had no picture for {pause:.1f} s")
        self.undisturbed_since, self.own_lag_s = time.monotonic(), 0.0
        live, _ = await self.doors.ask("GET", "/health/live", port=self.doors.metrics_port)
        if live != 200:
            faults.append(f"/health/live answers {live}")
        return faults

    def viewer_has_picture(self):
        return any(t[1] == VIDEO for t in self.stage.shows[HEALTHY].published)

    def longest_pause(self):
        published = self.stage.shows[HEALTHY].published
        times = [self.undisturbed_since] + [t[0] for t in published if t[1] == VIDEO and t[0] > self.undisturbed_since] + [time.monotonic()]
        # What has been looked at is not kept: the attacks last for minutes.
        published.clear()
        return max(b - a for a, b in zip(times, times[1:]))

    def close(self):
        self.stage.close()
        self.service.close()
        for process in (self.serve, self.open_serve):
            if process and process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def last_line(path):
    lines = [line for line in path.read_text(errors="replace").splitlines() if line.strip()]
    crash = [line for line in lines if "SIGSEGV" in line or "SIGABRT" in line or "OutOfMemory" in line]
    return (crash or lines or [""])[-1][:200]
