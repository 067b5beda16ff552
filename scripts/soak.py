"""`./dev soak`: the dubbed stream for a long time, and whether anything creeps: sync, latency, memory, segments."""

import argparse
import contextlib
import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from lab import analysis, flow, metrics, picture, processes, report, server, soaking, sources, summary, tables, worker
from lab.reader import Reader
from lab.sources import ROOT

PAGE = ROOT / "docs" / "proof.md"


def options():
    parser = argparse.ArgumentParser(prog="./dev soak", description=__doc__)
    parser.add_argument("minutes", nargs="?", type=float, default=30)
    parser.add_argument("--faults", action="store_true", help="several streams, each with a fault of ./dev proof every half minute: what creeps?")
    parser.add_argument("--streams", type=int, default=3, help="with --faults: how many, each in a process of its own (3)")
    parser.add_argument("--seed", type=int, default=1, help="with --faults: of the choice of faults (1)")
    parser.add_argument("--write", action="store_true", help="with --faults: write the table into docs/proof.md")
    parser.add_argument("--svg", metavar="FILE", help="draw sync, latency and memory over time")
    parser.add_argument("--png", metavar="FILE", help="the same as PNG")
    parser.add_argument("--json", metavar="FILE", help="write the figures to a file as well")
    return parser.parse_args()


def run(minutes, folder):
    """(readers, [(seconds, MB)], last metrics)."""
    source = sources.path_of("plain", 60)
    with processes.Children(folder) as children:
        media = server.Server(children, folder, ["soak"])
        _, url = worker.echo(children, "--voice", "same")
        # The loop is seamless in time: ffmpeg goes on counting, so nothing jumps.
        children.start("publisher", ["ffmpeg", "-nostdin", "-v", "error", "-re", "-stream_loop", "-1", "-i", str(source),
                                     "-c", "copy", "-f", "flv", media.url("soak", "in")])
        readers = {name: Reader(media.url("soak", name), folder / f"{name}.flv") for name in ("in", "out")}
        readers["in"].start()
        if not readers["in"].await_packets(15):
            raise RuntimeError("the source did not come through the server")
        child = worker.start(children, media, "soak", folder, url, WORKER_SEGMENT_RETENTION="2m")
        readers["out"].start()
        if not readers["out"].await_packets(40):
            raise RuntimeError("nothing came out of the worker")
        rss, begin, samples = [], time.monotonic(), []
        while (elapsed := time.monotonic() - begin) < minutes * 60:
            if child.poll() is not None:
                raise RuntimeError(f"the worker ended with {child.returncode} after {elapsed:.0f} s")
            rss.append((elapsed, processes.rss_mb(child.pid)))
            samples = metrics.scrape(child.metrics_port) or samples
            if len(rss) % 6 == 1:
                print(f"{rss[-1][1]:6.0f} MB" + summary.progress(elapsed, samples, readers, folder), flush=True)
            time.sleep(10)
        for reader in readers.values():
            reader.stop()
    return readers, rss, samples


def with_faults(arguments, folder):
    build = "native" if Path(worker.command()[0]).with_name("stream-worker-runner").exists() else "JVM"
    began = time.monotonic()
    with contextlib.ExitStack() as stack:
        rows = soaking.run(arguments.minutes, arguments.streams, arguments.seed, folder, lambda own: stack.enter_context(processes.Children(own)))
    table = tables.table(soaking.HEAD, [cells for cells, _, _ in rows])
    wrong = [line for _, lines, _ in rows for line in lines]
    words = f"{arguments.streams} streams for {(time.monotonic() - began) / 60:.0f} minutes, {build}, load {os.getloadavg()[2]:.0f}:"
    print(f"{words}\n{table}\nfaults: {sum(len(faults) for _, _, faults in rows)}")
    for line in wrong:
        print(f"soak: {line}", file=sys.stderr)
    if arguments.write:
        tables.write(PAGE, f"soak-{build.lower()}", f"{words}\n\n{table}")
    if wrong:
        print(f"soak: logs are in {folder}", file=sys.stderr)
    else:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if wrong else 0


def steady(arguments, folder):
    readers, rss, samples = run(arguments.minutes, folder)
    out, source = readers["out"].packets, readers["in"].packets
    found, series = analysis.analyse(readers["out"].path, out, None, decode=True)
    # The looped source has every payload once a minute, so it is matched in order instead of by payload alone.
    series["latency"] = flow.latencies_in_order(flow.of(source, "video"), flow.of(out, "video"))
    found["latency"] = flow.latency_summary(series["latency"])
    found["fallback"] = metrics.by_label(samples, "worker_fallback_total", "reason")
    series["rss"] = rss
    found["rss_mb"] = {"start": round(rss[0][1], 1), "end": round(rss[-1][1], 1), "max": round(max(m for _, m in rss), 1)}
    shutil.rmtree(folder, ignore_errors=True)
    print(report.table(found))
    print("memory {start} MB at the start, {end} at the end, {max} at most".format(**found["rss_mb"]))
    print(f"fallback {sum(found['fallback'].values()):g}")
    for draw, path in ((picture.svg, arguments.svg), (picture.png, arguments.png)):
        if path:
            draw(series, path, f"soak, {arguments.minutes:g} minutes")
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(found, indent=2))
    return 0


def main():
    arguments = options()
    folder = Path(tempfile.mkdtemp(prefix="stream-worker-soak-"))
    folder.chmod(0o755)
    try:
        return with_faults(arguments, folder) if arguments.faults else steady(arguments, folder)
    except KeyboardInterrupt:
        # Half an hour of recordings is a gigabyte.
        shutil.rmtree(folder, ignore_errors=True)
        print("\nsoak: stopped; nothing is left running", file=sys.stderr)
        return 130
    except (RuntimeError, OSError) as problem:
        print(f"soak: {problem}; logs are in {folder}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
