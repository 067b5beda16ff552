"""Many dubbed streams through one `serve`: all in its process, or each in one of its own."""

import time
import urllib.request
from pathlib import Path

from . import metrics, processes, server, skim, sources, worker
from .languages import outputs

# From the first stream to the window: start-up, the JIT, and the 12 s by which a dubbed stream airs later.
WARM_S = 45
AIRS_WITHIN_S = 120


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
        publish(children, media, ids, source)
        for stream in ids:
            put(f"{url}/v1/streams/{stream}")
        watch = skim.Watch([media.url(stream, output) for stream in ids for output in outputs(languages).values()])
        watch.start()
        watched = watch.outputs
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


def publish(children, media, ids, source):
    """One file, looped, to all of these streams by one process: many of them would take more of the machine than what is measured."""
    to = "|".join(f"[f=flv:onfail=ignore]{media.url(stream, 'in')}" for stream in ids)
    return children.start(f"publisher-{ids[0]}", ["ffmpeg", "-nostdin", "-v", "error", "-re", "-stream_loop", "-1", "-i", str(source),
                                        "-map", "0", "-c", "copy", "-f", "tee", to])


def await_all(watched, child):
    end = time.monotonic() + AIRS_WITHIN_S
    while any(one.last_s is None for one in watched):
        if child.poll() is not None or time.monotonic() > end:
            missing = [one.url for one in watched if one.last_s is None]
            raise RuntimeError(f"no output within {AIRS_WITHIN_S} s: {', '.join(missing)}")
        time.sleep(0.2)


def put(url):
    with urllib.request.urlopen(urllib.request.Request(url, method="PUT", headers={"Content-Type": "application/json"}), timeout=10):
        pass


def table(found):
    yield f"{'dubbed streams':28}{'CPU s/min':>11}{'RSS MB':>9}{'longest stall ms':>18}{'dubbed':>8}{'fallbacks':>11}"
    for spawn, figures in found.items():
        yield (f"{figures['streams']:>3} {spawn:24}{figures['cpu_s_per_min_and_stream']:>11}{figures['rss_mb_per_stream']:>9}"
               f"{figures['longest_stall_ms']:>18}{figures['dubbed']:>8}{figures['fallbacks']:>11}")
    yield "CPU and RSS are for each stream, with the parent's share. A stall is exact to 50 ms."
