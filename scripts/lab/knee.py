"""How many dubbed streams one `serve` carries here: streams are added until a segment is not dubbed in time or a picture stands still."""

import os
import time
from pathlib import Path

from . import many, metrics, processes, server, skim, sources, worker

# A picture that stands still for longer is seen by viewers.
STALL_MS = 500
# A new stream airs 12 s after its first frame; then its start must not be part of the window.
SETTLE_S = 8
MOST = 200


def machine_s():
    """(busy, all) CPU seconds of the machine since it started."""
    fields = [int(word) * processes.TICK_S for word in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    return sum(fields) - fields[3] - fields[4], sum(fields)


class Load:
    """CPU time of the parts of the run, and of the machine around them."""

    def __init__(self, parts):
        # `parts`: {name: [pid]}; the children of a process count with it.
        self.parts = parts
        self.before = self.take()

    def take(self):
        found = {name: sum(processes.cpu_s(each) for pid in pids for each in many.family(pid)) for name, pids in self.parts.items()}
        found["bench"] = sum(os.times()[:2])
        return found, machine_s(), time.monotonic()

    def shares(self):
        """{part: cores}, with `other` for what is not of this run, and the part of the machine that was busy, from 0 to 1."""
        (cpu, (busy, whole), at), (cpu_before, (busy_before, whole_before), before) = self.take(), self.before
        shares = {name: (cpu[name] - cpu_before[name]) / (at - before) for name in cpu}
        shares["other"] = max(0.0, (busy - busy_before) / (at - before) - sum(shares.values()))
        return {name: round(cores, 2) for name, cores in shares.items()}, round((busy - busy_before) / (whole - whole_before), 2)


def measure(step, seconds, most, folder, tell=lambda line: None):
    """A row for each number of streams, `step` more each time; the last one is over the knee, or `most` was reached."""
    folder = Path(folder)
    ids = [f"knee{i:03}" for i in range(most)]
    rows = []
    with processes.Children(folder) as children:
        media = server.Server(children, folder, ids)
        echo, sts = worker.echo(children, "--voice", "same")
        child, url = worker.serve(children, media, folder, sts, WORKER_MAX_STREAMS=str(most))
        parts = {"worker": [child.pid], "echo": [echo.pid], "nginx": [media.child.pid], "publisher": []}
        watch = skim.Watch([])
        watch.start()
        while len(watch.outputs) < most:
            added = ids[len(watch.outputs):len(watch.outputs) + step]
            parts["publisher"].append(many.publish(children, media, added, sources.path_of("plain", 60)).pid)
            for stream in added:
                many.put(f"{url}/v1/streams/{stream}")
            watch.outputs += [skim.Output(media.url(stream, "out")) for stream in added]
            many.await_all(watch.outputs, child)
            time.sleep(SETTLE_S)
            rows.append(row(child, watch, parts, seconds))
            tell(line(rows[-1]))
            if over(rows[-1]):
                break
    return rows


def row(child, watch, parts, seconds):
    counted = metrics.scrape(child.metrics_port)
    for one in watch.outputs:
        one.begin_window()
    load = Load(parts)
    rss = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(1)
        rss.append(sum(processes.rss_mb(pid) for pid in many.family(child.pid)))
    shares, busy = load.shares()
    samples = metrics.scrape(child.metrics_port)
    now = time.monotonic()
    gone = sum(now - one.last_s > 2 for one in watch.outputs)
    return {
        "streams": len(watch.outputs),
        "cores": shares,
        "machine_busy": busy,
        "rss_mb": round(max(rss), 1),
        "longest_stall_ms": round(max(max(one.longest_s, now - one.last_s) for one in watch.outputs) * 1000),
        "stalled": sum(max(one.longest_s, now - one.last_s) * 1000 > STALL_MS for one in watch.outputs),
        "gone": gone,
        "fallbacks": growth(counted, samples, "worker_fallback_total"),
        "dubbed": growth(counted, samples, "worker_segments_dubbed_total"),
    }


def growth(before, after, name):
    return int((metrics.value(after, name) or 0) - (metrics.value(before, name) or 0))


def over(found):
    return found["fallbacks"] > 0 or found["longest_stall_ms"] > STALL_MS or found["gone"] > 0


def knee(rows):
    """The most streams that went well; 0 when not even the first number did."""
    return max((found["streams"] for found in rows if not over(found)), default=0)


HEAD = (f"{'streams':>8}{'worker':>9}{'echo':>7}{'nginx':>7}{'others':>8}{'busy':>7}{'RSS MB':>9}{'each MB':>9}{'longest stall ms':>18}"
        f"{'dubbed':>8}{'fallbacks':>11}")


def line(found):
    cores = found["cores"]
    others = cores["publisher"] + cores["bench"] + cores["other"]
    return (f"{found['streams']:>8}{cores['worker']:>9.2f}{cores['echo']:>7.2f}{cores['nginx']:>7.2f}{others:>8.2f}{found['machine_busy']:>7.0%}"
            f"{found['rss_mb']:>9}{found['rss_mb'] / found['streams']:>9.1f}{found['longest_stall_ms']:>18}{found['dubbed']:>8}{found['fallbacks']:>11}")


def verdict(rows):
    last = rows[-1]
    if not over(last):
        return f"No knee up to {last['streams']} streams."
    said = ", ".join(filter(None, (
        f"{last['fallbacks']} segments were not dubbed in time" if last["fallbacks"] else "",
        f"{last['stalled']} outputs stood still, the longest for {last['longest_stall_ms']} ms" if last["stalled"] else "",
        f"{last['gone']} outputs ended" if last["gone"] else "")))
    return f"Knee: {knee(rows)} streams went well. With {last['streams']}: {said}; {limit(last)}."


def limit(found):
    """What the streams lacked. Work that is not of this run says nothing about the worker."""
    cores, busy = found["cores"], found["machine_busy"]
    heaviest = max(cores, key=cores.get)
    if busy <= 0.9:
        return f"the machine was only {busy:.0%} busy: something else limits"
    if heaviest == "other":
        return f"the machine was {busy:.0%} busy, most of it with other work ({cores['other']:.2f} cores), so that this is no knee of the worker"
    return f"the machine was {busy:.0%} busy, most of it with the {heaviest} ({cores[heaviest]:.2f} cores)"
