"""How long `serve` takes until it is ready, and what it holds when it has nothing to do."""

import statistics
import time
import urllib.error
import urllib.request
from pathlib import Path

from . import processes, worker

RUNS = 5
# After this the start-up's own garbage is gone or stays.
IDLE_S = 10


class NoServer:
    """No media server is needed: nothing is read or published before a stream comes."""

    rtmp = 1


def measure(folder):
    """Medians over some starts: seconds from exec to /health/ready, and RSS and CPU of an idle `serve`."""
    seconds, rss, cpu = [], [], []
    for number in range(RUNS):
        with processes.Children(folder) as children:
            child, _ = worker.serve(children, NoServer, Path(folder), "http://127.0.0.1:1", name=f"start-{number}", wait=False)
            await_ready(child)
            seconds.append(time.monotonic() - child.started_s)
            if number == RUNS - 1:
                time.sleep(IDLE_S)
            rss.append(processes.rss_mb(child.pid))
            cpu.append(processes.cpu_s(child.pid))
    return {"ready_s": round(statistics.median(seconds), 2), "idle_rss_mb": round(rss[-1], 1), "start_cpu_s": round(statistics.median(cpu), 2)}


def await_ready(child):
    end = child.started_s + 60
    while time.monotonic() < end and child.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{child.metrics_port}/health/ready", timeout=2):
                return
        except (OSError, urllib.error.URLError):
            time.sleep(0.01)
    raise RuntimeError(f"{child.name} is not ready after 60 s")


def table(found):
    yield f"{'serve, from exec':28}{'ready s':>11}{'CPU s':>8}{'idle RSS MB':>13}"
    yield f"{' '.join(worker.command())[-27:]:28}{found['ready_s']:>11}{found['start_cpu_s']:>8}{found['idle_rss_mb']:>13}"
