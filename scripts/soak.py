"""`./dev soak`: the dubbed stream for a long time, and whether anything creeps: sync, latency, memory, segments."""

import argparse
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path

from lab import analysis, flow, metrics, picture, processes, report, server, sources, summary, worker
from lab.reader import Reader


def options():
    parser = argparse.ArgumentParser(prog="./dev soak", description=__doc__)
    parser.add_argument("minutes", nargs="?", type=float, default=30)
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


def main():
    arguments = options()
    folder = Path(tempfile.mkdtemp(prefix="stream-worker-soak-"))
    folder.chmod(0o755)
    try:
        readers, rss, samples = run(arguments.minutes, folder)
    except KeyboardInterrupt:
        return 130
    except (RuntimeError, OSError) as problem:
        print(f"soak: {problem}; logs are in {folder}", file=sys.stderr)
        return 1
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


if __name__ == "__main__":
    sys.exit(main())
