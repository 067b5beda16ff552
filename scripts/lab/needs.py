"""What N dubbed streams need: measured on one stream here, and multiplied."""

import time
from pathlib import Path

from . import flow, metrics, processes
from .faults.stage import Stage

MEASURE_S = 30
FLEETS = (10, 100, 1000)
SEGMENT_S = 6
RETENTION_H = 1
# AAC at 128 kbit/s to the service and back, as base64 in JSON.
STS_KBIT = 128 * 4 / 3
# Of a core and of a link, so that a spike does not stall anything.
HEADROOM = 0.7


def one(children, folder, launcher, languages):
    """CPU s a minute and MB of a stream's process, the same of the media server, Mbit/s of its source, series of its metrics."""
    mode = "languages" if languages > 1 else "dubbed"
    more = {"WORKER_SEGMENT_DURATION": f"{SEGMENT_S}s"}
    with Stage(children, folder, mode, launcher, launcher, env=more) as stage:
        stage.on_air(3)
        worker, media = stage.worker.pid, stage.media.child.pid
        used = processes.cpu_s(worker), processes.cpu_s(media), time.monotonic(), sum(p.size for p in stage.source.packets)
        time.sleep(MEASURE_S)
        seconds = time.monotonic() - used[2]
        source = sum(p.size for p in stage.source.packets)
        samples = metrics.scrape(stage.worker.metrics_port)
        return {"languages": languages, "cpu": (processes.cpu_s(worker) - used[0]) * 60 / seconds, "rss": processes.rss_mb(worker),
                "media_cpu": (processes.cpu_s(media) - used[1]) * 60 / seconds, "media_rss": processes.rss_mb(media),
                "mbit": (source - used[3]) * 8 / seconds / 1e6, "series": len(samples),
                "stall_ms": flow.stalls(stage.output.packets)["any_ms"]}


def rows(found, mbit):
    """A line for each size of fleet and number of languages; `mbit` is the rate of a real source."""
    for each in found:
        for count in FLEETS:
            languages = each["languages"]
            cores, memory = count * each["cpu"] / 60 / HEADROOM, count * each["rss"] / 1000
            into, out = count * mbit, count * languages * mbit
            # The segments: the pictures once, the sound of the source and of each language.
            disk = count * (mbit + 0.128 * (1 + languages)) / 8 * 3600 * RETENTION_H / 1000
            yield [f"{count} × {languages}", f"{cores:.1f}", f"{memory:.1f} GB", f"{into / 1000:.2f} / {out / 1000:.2f} Gbit/s", f"{disk:.0f} GB",
                   f"{count * each['series']:,}", f"{count * languages * 60 / SEGMENT_S:,.0f} a minute, {count * languages * STS_KBIT / 1000:.1f} Mbit/s each way",
                   f"{count * each['media_cpu'] / 60 / HEADROOM:.1f} cores, {(into + into + out) / 1000:.2f} Gbit/s"]


HEAD = ["Streams × languages", "Worker, cores", "Worker, memory", "Worker, network in / out", f"Disk for {RETENTION_H} h", "Prometheus series", "STS: fragments, traffic",
        "Media server without viewers"]


def text(found, mbit, table):
    lines = ["Measured on one stream in a process of its own, as in a Job, in this run:", ""]
    lines += [f"- {each['languages']} language{'s' * (each['languages'] > 1)}: {each['cpu']:.2f} CPU s a minute, {each['rss']:.0f} MB RSS, {each['series']} series; the media server took "
              f"{each['media_cpu']:.2f} CPU s a minute for the source, the outputs and a viewer of each end ({each['mbit']:.2f} Mbit/s, longest pause {each['stall_ms']} ms)" for each in found]
    lines += ["", f"Multiplied, for sources of {mbit:g} Mbit/s, processors filled to {HEADROOM:.0%}:", "", table]
    return "\n".join(lines)


def measure(folder, launcher):
    found = []
    for languages in (1, 2):
        each = Path(folder) / str(languages)
        each.mkdir()
        each.chmod(0o755)
        with processes.Children(each) as children:
            found.append(one(children, each, launcher, languages))
    return found
