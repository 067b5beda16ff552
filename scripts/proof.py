"""`./dev proof`: what a viewer sees of every fault, in every mode, on the JVM and natively, as one table.

Each row is a stream of its own with a real publisher, a media server (MediaMTX where MEDIAMTX_BIN names one, else nginx-rtmp), the worker and the echo
STS; every connection of the worker goes through a proxy that can delay, lose, thin out, silence and reset it. What is asked for is written
beside what was seen. Exit code 1 when a row is not as it should be.
"""

import argparse
import concurrent.futures
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from lab import mediamtx, processes, tables, viewer, worker
from lab.faults.kinds import FAULTS
from lab.faults.stage import Stage
from lab.sources import ROOT

PAGE = ROOT / "docs" / "proof.md"
HEAD = ["Fault", "Mode", "Build", "Asked: longest wait, pictures lost, end", "Longest wait, s", "Pictures lost", "Dubs lost", "Sync after, ms", "End", "What the worker said", "As asked"]
BEFORE_S = 5
SMALL_MB = 12


def options():
    parser = argparse.ArgumentParser(prog="./dev proof", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="FAULT", help=f"some of them: {', '.join(FAULTS)}")
    parser.add_argument("--native", metavar="COMMAND", help="a native binary's launcher: every row is tried with it as well")
    parser.add_argument("--native-only", action="store_true", help="with --native: not on the JVM")
    parser.add_argument("--mode", choices=["passthrough", "dubbed"], help="one of the modes")
    parser.add_argument("--parallel", type=int, default=3, metavar="N", help="rows side by side (3)")
    parser.add_argument("--settle", type=float, metavar="S", help="seconds after the fault, instead of its own")
    parser.add_argument("--json", type=Path, default=ROOT / "target" / "proof.json", metavar="FILE", help="all figures (target/proof.json)")
    parser.add_argument("--merge", action="store_true", help="rows that are not tried now are taken from --json")
    parser.add_argument("--judge", action="store_true", help="plays nothing: judges the rows of --json again")
    parser.add_argument("--write", action="store_true", help="write the table into docs/proof.md")
    parser.add_argument("--keep", action="store_true", help="keep logs, and say where they are")
    parser.add_argument("--row", nargs=3, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    for name in chosen.names:
        if name not in FAULTS:
            parser.error(f"no fault '{name}'; there are: {', '.join(FAULTS)}")
    if chosen.native_only and not chosen.native:
        parser.error("--native-only needs --native COMMAND")
    return chosen


def launcher(build, chosen):
    return [chosen.native] if build == "native" else worker.command()


def one(chosen, name, mode, build):
    """One row, in a process of its own, as JSON on standard output."""
    fault, folder = FAULTS[name], Path(tempfile.mkdtemp(prefix=f"stream-worker-proof-{name}-"))
    folder.chmod(0o755)
    small, found = folder / "small", {"error": None}
    try:
        if fault.segments == "small":
            small.mkdir()
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL_MB}m", "tmpfs", str(small)], check=True, capture_output=True)
        env = {"WORKER_SEGMENT_MIN_FREE": "0", **fault.env} if fault.segments else fault.env
        with processes.Children(folder) as children, Stage(children, folder, mode, launcher(build, chosen), launcher("native" if chosen.native else "jvm", chosen),
                                                             env=env, segments=small if fault.segments else None) as stage:
            found = measure(stage, fault, chosen)
    except (RuntimeError, OSError, subprocess.SubprocessError) as problem:
        found = {"error": f"{problem}"}
    finally:
        if fault.segments == "small":
            # Twice: a fault lays another one over it.
            for _ in range(2):
                subprocess.run(["umount", "-l", str(small)], capture_output=True)
        if chosen.keep or found.get("error"):
            found["folder"] = str(folder)
        else:
            shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps({"fault": name, "mode": mode, "build": build, **found}))
    return 0


def measure(stage, fault, chosen):
    aired = stage.on_air(BEFORE_S)
    stage.settle(0.6)
    words, before, at = stage.lines() if aired else 0, stage.fallbacks(), time.monotonic()
    published = stage.output.packets[-1].arrival_s if stage.output.packets else at
    fault.do(stage)
    stage.settle(chosen.settle or fault.settle_s)
    end = time.monotonic()
    code = stage.worker.poll()
    wait, _ = viewer.longest_wait_s(stage.output.packets, published)
    last = viewer.pictures(stage.output.packets)[-1].arrival_s if viewer.pictures(stage.output.packets) else at
    if code is None:
        # Still without a picture counts as waiting.
        wait = max(wait, end - last)
    lost, twice = viewer.missed(stage.source.packets, stage.output.packets)
    since = [packet for packet in stage.output.packets if packet.arrival_s >= end - 4]
    return {"wait_s": round(wait, 2), "lost": lost, "twice": twice, "dubs_lost": max(0, stage.fallbacks() - before) if stage.to_sts else None,
            "sync_ms": viewer.sync_ms(stage.source.packets, since), "exit": code, "said": said(stage.words(words)), "error": None}


def said(words):
    """The line that says it: the first error or warning after the fault, else the first line at all."""
    for levels in (("ERROR",), ("WARN",), ("INFO",)):
        for level, message in words:
            if level in levels:
                return f"{level} {message}"
    return "nothing"


def judged(row):
    """(asked for, whether it is so, cells)."""
    fault = FAULTS[row["fault"]]
    wait, lost = fault.asked(row["mode"])
    ends = " or ".join("goes on" if code is None else f"exit code {code}" for code in fault.exits)
    asked = f"≤ {wait:g} s, ≤ {lost}, {ends}"
    if row["error"]:
        return False, [fault.what, row["mode"], row["build"], asked, "–", "–", "–", "–", "–", f"could not be tried: {row['error'][:110]}", "**no**"]
    wrong = row["wait_s"] > wait or (row["lost"] or 0) > lost or row["exit"] not in fault.exits
    wrong = wrong or (row["sync_ms"] is not None and abs(row["sync_ms"]) > 40)
    end = "goes on" if row["exit"] is None else f"exit code {row['exit']}"
    dash = lambda value: "–" if value is None else value
    return not wrong, [fault.what, row["mode"], row["build"], asked, row["wait_s"], dash(row["lost"]), dash(row["dubs_lost"]), dash(row["sync_ms"]), end,
                       row["said"][:130], "**no**" if wrong else "yes"]


def wanted(chosen):
    builds = [*([] if chosen.native_only else ["jvm"]), *(["native"] if chosen.native else [])]
    for name, fault in FAULTS.items():
        if not chosen.names or name in chosen.names:
            for mode in fault.modes:
                for build in builds:
                    if chosen.mode in (None, mode):
                        yield name, mode, build


def play(chosen, name, mode, build):
    """A process for each row: the viewers of one must not wait for those of another."""
    more = [*(["--native", chosen.native] if chosen.native else []), *(["--settle", str(chosen.settle)] if chosen.settle else []), *(["--keep"] if chosen.keep else [])]
    try:
        # Ended with this process, by whatever that is ended.
        done = subprocess.run(["setpriv", "--pdeathsig", "TERM", sys.executable, __file__, *more, "--row", name, mode, build], capture_output=True, text=True, timeout=300)
        return json.loads(done.stdout.splitlines()[-1])
    except (subprocess.TimeoutExpired, IndexError, ValueError) as problem:
        return {"fault": name, "mode": mode, "build": build, "error": f"the row itself failed: {problem}"}


def main():
    chosen = options()
    if chosen.row:
        return one(chosen, *chosen.row)
    print(f"proof: media server {'MediaMTX' if mediamtx.program() else 'nginx-rtmp'}, load {os.getloadavg()[0]:.1f}", flush=True)
    rows, begin = {}, time.monotonic()
    if (chosen.merge or chosen.judge) and chosen.json.exists():
        rows = {(row["fault"], row["mode"], row["build"]): row for row in json.loads(chosen.json.read_text())}
    with concurrent.futures.ThreadPoolExecutor(chosen.parallel) as pool:
        jobs = [pool.submit(play, chosen, *row) for row in (wanted(chosen) if not chosen.judge else [])]
        try:
            for job in concurrent.futures.as_completed(jobs):
                row = job.result()
                rows[row["fault"], row["mode"], row["build"]] = row
                print("  " + " | ".join(str(cell) for cell in judged(row)[1]), flush=True)
                if row.get("folder"):
                    print(f"    logs are in {row['folder']}", flush=True)
        except KeyboardInterrupt:
            # The rows that are played hear the same Ctrl-C; the others must not begin.
            pool.shutdown(cancel_futures=True)
            print("\nproof: stopped; nothing is left running", file=sys.stderr)
            return 130
    order = list(FAULTS)
    ordered = sorted(rows.values(), key=lambda row: (order.index(row["fault"]), row["mode"], row["build"]))
    chosen.json.parent.mkdir(parents=True, exist_ok=True)
    chosen.json.write_text(json.dumps(ordered, indent=1))
    verdicts = [judged(row) for row in ordered]
    if chosen.write:
        tables.put(PAGE, "proof", HEAD, [cells for _, cells in verdicts])
    wrong = sum(not good for good, _ in verdicts)
    print(f"proof: {len(ordered)} rows, {wrong} not as asked, {time.monotonic() - begin:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
