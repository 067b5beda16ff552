"""`./dev measure`: what a stream or a recording is really like."""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from lab import analysis, flv, picture, report, rtmp
from lab.reader import Reader


def options():
    parser = argparse.ArgumentParser(
        prog="./dev measure",
        description="Measures a recording, or a live stream for a while: flash and beep offset, drift, gaps, stalls; "
                    "with --source also byte-identity, and latency when both are live.")
    parser.add_argument("what", metavar="URL|FILE", help="rtmp://… or a file")
    parser.add_argument("--source", metavar="URL|FILE", help="what it was made of")
    parser.add_argument("--seconds", type=float, default=30, help="how long a live stream is read (30); it may end earlier")
    parser.add_argument("--wait", type=float, default=30, help="how long to wait for a live stream to begin (30)")
    parser.add_argument("--save", metavar="FILE", help="keep the recording of the live stream as FLV")
    parser.add_argument("--svg", metavar="FILE", help="draw sync and latency over time")
    parser.add_argument("--png", metavar="FILE", help="the same as PNG")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--no-decode", action="store_true", help="leave out flash and beep")
    parser.add_argument("--no-warnings", action="store_true", help="leave out what a decoder complains of, which takes as long as all the rest")
    return parser.parse_args()


def is_live(what):
    return what.startswith("rtmp://")


def record(urls, folder, seconds, wait):
    """Reads them side by side; a URL that never begins is an error."""
    readers = {name: Reader(url, Path(folder) / f"{name}.flv") for name, url in urls.items()}
    for reader in readers.values():
        reader.start()
    try:
        for reader in readers.values():
            if not reader.await_packets(wait):
                raise SystemExit(f"measure: nothing came from {reader.url} in {wait:g} s ({reader.problem or 'no such stream yet'})")
        readers["output"].join(timeout=seconds)
    finally:
        for reader in readers.values():
            reader.stop()
    return readers


def main():
    arguments = options()
    for what in filter(None, (arguments.what, arguments.source)):
        if not is_live(what) and ("://" in what or not Path(what).is_file()):
            print(f"measure: neither an rtmp:// URL nor a file: {what}", file=sys.stderr)
            return 2
    with tempfile.TemporaryDirectory() as folder:
        urls = {name: url for name, url in [("output", arguments.what), ("source", arguments.source)] if url and is_live(url)}
        if "source" in urls and "output" not in urls:
            print("measure: a live --source needs a live stream to compare with", file=sys.stderr)
            return 2
        readers = record(urls, folder, arguments.seconds, arguments.wait) if urls else {}
        path = readers["output"].path if readers else Path(arguments.what)
        source = None
        if arguments.source:
            source = readers["source"].packets if "source" in readers else flv.packets(arguments.source)
        found, series = analysis.analyse(path, readers["output"].packets if readers else None, source, live="source" in readers,
                                         decode=not arguments.no_decode, warnings=not arguments.no_warnings)
        found["file"] = arguments.what
        if arguments.save and readers:
            Path(arguments.save).write_bytes(path.read_bytes())
    if arguments.svg:
        picture.svg(series, arguments.svg, arguments.what)
    if arguments.png:
        picture.png(series, arguments.png, arguments.what)
    print(json.dumps(found, indent=2) if arguments.json else report.table(found))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
    except (OSError, ValueError, rtmp.Refused) as problem:
        print(f"measure: {problem}", file=sys.stderr)
        sys.exit(1)
