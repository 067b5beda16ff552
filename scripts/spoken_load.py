"""`./dev spoken-load`: how many streams the offline speech-to-speech service dubs at once, and what happens beyond that."""

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from lab import many, metrics, processes, server, skim, spoken, worker

WORK = ("decode_ms", "recognise_ms", "translate_ms", "speak_ms", "encode_ms")


def main():
    parser = argparse.ArgumentParser(prog="./dev spoken-load", description=__doc__)
    parser.add_argument("--streams", type=int, nargs="+", default=[1, 3, 6], help="how many at once, each in turn (1 3 6)")
    parser.add_argument("--seconds", type=int, default=60, help="how long each is counted (60)")
    parser.add_argument("--json", metavar="FILE", help="write the figures to a file as well")
    arguments = parser.parse_args()
    found = []
    print(f"{'streams':>7}{'segments':>10}{'dubbed':>8}{'in time':>9}{'s of work':>11}{'could do':>10}{'goodput':>9}  originals by reason", flush=True)
    for count in arguments.streams:
        with tempfile.TemporaryDirectory(prefix="stream-worker-spoken-load-") as folder:
            Path(folder).chmod(0o755)
            found.append(measure(count, arguments.seconds, Path(folder)))
        print(line(found[-1]), flush=True)
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(found, indent=2))
    return 0


def measure(count, seconds, folder):
    """Figures of `count` streams over a window that begins when all are on air."""
    ids = [f"spoken{number:02}" for number in range(count)]
    record = folder / "fragments.jsonl"
    with processes.Children(folder) as children:
        media = server.Server(children, folder, ids, idle=True)
        _, sts = spoken.service(children, record)
        child, url = worker.serve(children, media, folder, sts, WORKER_MAX_STREAMS=str(count))
        for stream in ids:
            many.put(f"{url}/v1/streams/{stream}")
        many.publish(children, media, ids, spoken.path_of(60))
        watch = skim.Watch([media.url(stream, "out") for stream in ids])
        watch.start()
        many.await_all(watch.outputs, child)
        before, answers = metrics.scrape(child.metrics_port), lines(record)
        time.sleep(seconds)
        after, answers = metrics.scrape(child.metrics_port), lines(record)[len(answers):]
    dubbed = grown(before, after, "worker_segments_dubbed_total")
    reasons = {reason: grown(before, after, "worker_fallback_total", reason=reason)
               for reason in metrics.by_label(after, "worker_fallback_total", "reason")}
    work_s = sum(sum(row.get("stage_timings", {}).get(stage, 0) for stage in WORK) for row in answers) / 1000 / max(1, len(answers))
    segments = dubbed + sum(reasons.values())
    # What workers that are never idle, one for each core, could have done in that time, and never more than there was to do.
    could = min(segments, (os.cpu_count() or 1) * seconds / work_s) if work_s else 0
    return {
        "streams": count, "segments": segments, "dubbed": dubbed, "work_s": round(work_s, 2), "could": round(could, 1),
        "goodput": round(dubbed / could, 2) if could else None,
        "reasons": {reason: number for reason, number in reasons.items() if number},
    }


def grown(before, after, name, **labels):
    return int((metrics.value(after, name, **labels) or 0) - (metrics.value(before, name, **labels) or 0))


def lines(path):
    return [json.loads(text) for text in path.read_text().splitlines()] if path.exists() else []


def line(found):
    share = f"{100 * found['dubbed'] / found['segments']:.0f} %" if found["segments"] else "–"
    reasons = ", ".join(f"{reason} {number}" for reason, number in found["reasons"].items()) or "none"
    return (f"{found['streams']:>7}{found['segments']:>10}{found['dubbed']:>8}{share:>9}{found['work_s']:>11}{found['could']:>10}"
            f"{found['goodput'] or '–':>9}  {reasons}")


if __name__ == "__main__":
    sys.exit(main())
