"""Many dubbed streams through one `serve`: all in its process, or each in one of its own."""

import threading
import time
import urllib.request
from pathlib import Path

from . import metrics, processes, rtmp, server, sources, worker
from .languages import outputs

# From the first stream to the window: start-up, the JIT, and the 12 s by which a dubbed stream airs later.
WARM_S = 45
AIRS_WITHIN_S = 120
FLV_VIDEO = 9


class Arrivals(threading.Thread):
    """Watches one output; keeps when pictures came, and nothing of them."""

    def __init__(self, url):
        super().__init__(daemon=True)
        self.url = url
        self.last_s = None
        self.longest_s = 0.0
        self.stalled_at_s = None
        self.lost = None

    def run(self):
        while self.last_s is None:
            try:
                for kind, _, _, arrival in rtmp.Player(self.url).messages():
                    if kind == FLV_VIDEO:
                        self.seen(arrival)
            except (OSError, EOFError, rtmp.Refused) as end:
                self.lost = str(end)
            time.sleep(0.2)

    def seen(self, arrival_s):
        if self.last_s is not None and arrival_s - self.last_s > self.longest_s:
            self.longest_s, self.stalled_at_s = arrival_s - self.last_s, arrival_s
        self.last_s = arrival_s

    def begin_window(self):
        self.longest_s = 0.0


def family(pid):
    """The process and what it started: [pid]."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            children = (task / "children").read_text().split()
        except OSError:
            # A thread that has ended meanwhile; its children are another's now.
            continue
        for child in children:
            found += family(int(child))
    return found


def measure(count, seconds, spawn, folder, languages=("es",)):
    """Figures of `count` streams, each in these languages, over a window, with WORKER_SPAWN=`spawn`."""
    folder = Path(folder)
    ids = [f"many{i:02}" for i in range(count)]
    source = sources.path_of("plain", 60)
    with processes.Children(folder) as children:
        media = server.Server(children, folder, ids)
        # The service stands for one elsewhere: its work is not counted, though it takes its share of this machine.
        _, sts = worker.echo(children, "--voice", "same")
        child, url = worker.serve(children, media, folder, sts, WORKER_SPAWN=spawn, WORKER_MAX_STREAMS=str(count),
                                  WORKER_TARGET_LANGUAGE=",".join(languages), WORKER_MAX_LANGUAGES=str(max(8, len(languages))))
        watched = []
        for stream in ids:
            children.start(f"publisher-{stream}", ["ffmpeg", "-nostdin", "-v", "error", "-re", "-stream_loop", "-1", "-i", str(source),
                                                   "-c", "copy", "-f", "flv", media.url(stream, "in")])
            put(f"{url}/v1/streams/{stream}")
            watched += [Arrivals(media.url(stream, output)) for output in outputs(languages).values()]
        for one in watched:
            one.start()
        await_all(watched, child)
        time.sleep(WARM_S)
        before = {pid: processes.cpu_s(pid) for pid in family(child.pid)}
        opened = time.monotonic()
        for one in watched:
            one.begin_window()
        rss = []
        while time.monotonic() - opened < seconds:
            time.sleep(1)
            rss.append(sum(processes.rss_mb(pid) for pid in family(child.pid)))
        after = {pid: processes.cpu_s(pid) for pid in family(child.pid)}
        took = time.monotonic() - opened
        if set(before) - set(after) or any(time.monotonic() - one.last_s > 2 for one in watched):
            raise RuntimeError(f"a stream or its process ended while it was measured; logs are in {folder}")
        samples = metrics.scrape(child.metrics_port)
        cpu = sum(after[pid] - before.get(pid, 0.0) for pid in after)
        return {
            "streams": count,
            "languages": len(languages),
            "cpu_s_per_min": round(cpu / took * 60, 2),
            "rss_mb": round(max(rss), 1),
            "cpu_s_per_min_and_stream": round(cpu / took * 60 / count, 2),
            "rss_mb_per_stream": round(max(rss) / count, 1),
            "longest_stall_ms": round(max(one.longest_s for one in watched) * 1000),
            "fallbacks": int(metrics.value(samples, "worker_fallback_total") or 0),
            "dubbed": int(metrics.value(samples, "worker_segments_dubbed_total") or 0),
        }


def await_all(watched, child):
    end = time.monotonic() + AIRS_WITHIN_S
    while any(one.last_s is None for one in watched):
        if child.poll() is not None or time.monotonic() > end:
            missing = [one.url for one in watched if one.last_s is None]
            raise RuntimeError(f"no output within {AIRS_WITHIN_S} s: {', '.join(missing)}")
        time.sleep(0.2)


def put(url):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(urllib.request.Request(url, method="PUT", headers={"Content-Type": "application/json"}), timeout=10):
        pass


def table(found):
    yield f"{'dubbed streams':28}{'CPU s/min':>11}{'RSS MB':>9}{'longest stall ms':>18}{'dubbed':>8}{'fallbacks':>11}"
    for spawn, figures in found.items():
        yield (f"{figures['streams']:>3} {spawn:24}{figures['cpu_s_per_min_and_stream']:>11}{figures['rss_mb_per_stream']:>9}"
               f"{figures['longest_stall_ms']:>18}{figures['dubbed']:>8}{figures['fallbacks']:>11}")
    yield "CPU and RSS are for each stream, with the parent's share."
