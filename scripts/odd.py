"""Plays sources as real encoders send them, and worse, to the worker and compares what comes out. `./dev odd --help`.

Each case is a stream of its own of a small RTMP server on loopback and a `run` of its own; several are played side by side. A name with a number,
`long_gop~7`, is one mutation: the same each time. Exit code 1 when anything is wrong.
"""

import argparse
import asyncio
import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from lab import processes, worker
from lab.odd import kinds
from lab.odd.run import MediaMtxRun, Run, ServerRun
from lab.odd.stage import Stage
from lab.sources import ROOT

COLUMNS = "{case:28} {mode:11} {pictures:>9} {sound:>9} {foreign:>7} {av:>14} {step:>7} {rss:>5} {exit:>4}  {verdict}"


def options():
    parser = argparse.ArgumentParser(prog="./dev odd", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="KIND", help=f"kinds, or mutations such as long_gop~7; all kinds: {', '.join(kinds.KINDS)}")
    parser.add_argument("--mutations", type=int, default=0, metavar="N", help="N mutations of each kind as well")
    parser.add_argument("--seed", type=int, default=1, help="number of the first mutation (1)")
    parser.add_argument("--dubbed", action="store_true", help="through the worker's echo-sts, which gives back the sound as it was")
    parser.add_argument("--both", action="store_true", help="passthrough and dubbed")
    parser.add_argument("--parallel", type=int, default=4, metavar="N", help="cases side by side (4)")
    parser.add_argument("--json", type=Path, default=ROOT / "target" / "odd.json", metavar="FILE", help="everything that was found (target/odd.json)")
    parser.add_argument("--mediamtx", action="store_true", help="through a real MediaMTX (MEDIAMTX_BIN); only of use for long_gop and plain")
    parser.add_argument("--server", type=address, metavar="HOST:PORT[/APP]",
                        help="through an RTMP server that runs already (application: live); only of use for long_gop and plain")
    parser.add_argument("--keep", action="store_true", help="keep logs, segments and recordings, and say where they are")
    chosen = parser.parse_args()
    for name in chosen.names:
        if name.partition("~")[0] not in kinds.KINDS:
            parser.error(f"no kind '{name}'; there are: {', '.join(kinds.KINDS)}")
    if chosen.mediamtx and not os.access(os.environ.get("MEDIAMTX_BIN", ""), os.X_OK):
        parser.error("--mediamtx needs the server: set MEDIAMTX_BIN")
    return chosen


def address(text):
    """127.0.0.1:1935/live as (host, port, application)."""
    where, _, app = text.partition("/")
    host, _, port = where.rpartition(":")
    if not host or not port.isdigit():
        raise argparse.ArgumentTypeError(f"not HOST:PORT[/APP]: {text}")
    return host, int(port), app or "live"


def run(chosen, stage, case, folder, sts_url):
    if chosen.server:
        return ServerRun(stage, case, folder, sts_url, chosen.server)
    return (MediaMtxRun if chosen.mediamtx else Run)(stage, case, folder, sts_url)


def chosen_cases(chosen):
    for name in chosen.names or kinds.KINDS:
        yield name
        if "~" not in name:
            yield from (f"{name}~{n}" for n in range(chosen.seed, chosen.seed + chosen.mutations))


def row(record):
    pictures, sound, av = record["pictures"], record["sound"], record["av_error_ms"]
    return COLUMNS.format(
        case=record["case"], mode=record["mode"], pictures=f"{pictures['matched']}/{pictures['in_source']}", sound=f"{sound['matched']}/{sound['in_source']}",
        foreign=sound["not_from_source"], av="/".join(f"{v:.0f}" for v in av) if av else "-", step=max(pictures["longest_step_ms"], sound["longest_step_ms"]),
        rss=record["rss_mb"], exit=record["exit_code"], verdict="; ".join(record["faults"]) or "right")


async def play_all(chosen, folder, sts_url):
    processes.signals_cancel()
    stage = Stage()
    await stage.start()
    places = asyncio.Semaphore(chosen.parallel)
    modes = [None, sts_url] if chosen.both else [sts_url]

    async def one(name, mode):
        async with places:
            # Encoding and mutating take a moment in which the others must go on.
            case = await asyncio.to_thread(kinds.through_server if chosen.mediamtx or chosen.server else kinds.named, name)
            record = await run(chosen, stage, case, folder, mode).play()
            print(row(record), flush=True)
            return record

    print(COLUMNS.format(case="case", mode="mode", pictures="pictures", sound="sound", foreign="foreign", av="A/V ms", step="step ms", rss="MB", exit="exit",
                         verdict="verdict"), flush=True)
    try:
        return await asyncio.gather(*(one(name, mode) for name in chosen_cases(chosen) for mode in modes))
    finally:
        stage.close()


def main():
    chosen = options()
    folder = Path(tempfile.mkdtemp(prefix="stream-worker-odd-"))
    begin = time.monotonic()
    records = []
    try:
        with processes.Children(folder) as children:
            sts_url = worker.echo(children)[1] if chosen.dubbed or chosen.both else None
            # Material first: an encoder beside live streams would disturb their clocks.
            for name in chosen_cases(chosen):
                kinds.named(name)
            records = asyncio.run(play_all(chosen, folder, sts_url))
    except (KeyboardInterrupt, asyncio.CancelledError):
        print("odd: stopped; nothing is left running", file=sys.stderr)
        return 130
    finally:
        if chosen.keep:
            print(f"odd: logs and segments are in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    wrong = [r for r in records if r["faults"]]
    chosen.json.parent.mkdir(parents=True, exist_ok=True)
    chosen.json.write_text(json.dumps({"cases": records}, indent=1))
    print(f"odd: {len(records) - len(wrong)} of {len(records)} right, {time.monotonic() - begin:.0f} s; everything is in {chosen.json}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
