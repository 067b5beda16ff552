"""Attacks one running `serve` as a hostile publisher, a hostile STS service and a hostile HTTP client, with a healthy dubbed stream beside it.

The table says of each attack: how much was tried and refused, whether `serve` survived and the healthy stream lost nothing, memory and threads
before and after. Exit code 1 when anything is wrong. All on loopback.
"""

import argparse
import asyncio
import json
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path

from lab import processes
from lab.attack import doors, manners, publishers
from lab.attack.scene import Scene
from lab.sources import ROOT

MAX_RSS_MB = 700
MAX_MORE_THREADS = 24
STREAM_S = 14
QUICK_PUBLISHERS = ("nested_metadata", "random_stamps", "far_stamps", "giant_tags", "flood", "chunk_sizes", "configurations", "tiny_tags")
QUICK_STS = ("nested_mp4", "fragment_runs", "long_tables", "big_numbers", "deep_json", "message_flood", "redirect", "wrong_types", "attachments", "wrong_ids", "endless")
COLUMNS = "{door:10} {attack:60.60} {tried:>6} {refused:>7} {survived:>8} {rss:>13} {peak:>6} {threads:>9}  {verdict}"


def options():
    parser = argparse.ArgumentParser(prog="./dev attack", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="ATTACK", help="only these (all but with --quick)")
    parser.add_argument("--quick", action="store_true", help="a part of it, many at once, in half a minute")
    parser.add_argument("--parallel", type=int, default=4, metavar="N", help="hostile streams side by side (4)")
    parser.add_argument("--json", type=Path, default=ROOT / "target" / "attack.json", metavar="FILE", help="the table as JSON (target/attack.json)")
    parser.add_argument("--keep", action="store_true", help="keep the logs, and say where they are")
    return parser.parse_args()


class Table:
    def __init__(self, scene):
        self.scene, self.rows = scene, []
        print(COLUMNS.format(door="door", attack="attack", tried="tried", refused="refused", survived="survived", rss="RSS MB", peak="peak", threads="threads",
                             verdict="verdict"), flush=True)

    async def row(self, door, attack, doing):
        """Runs it; it gives (tried, refused, faults, note)."""
        scene = self.scene
        before = scene.measure()
        scene.peak_mb = before[0]
        watch = asyncio.ensure_future(scene.watch())
        try:
            tried, refused, faults, note = await doing
        except (OSError, TimeoutError, asyncio.TimeoutError, RuntimeError) as problem:
            tried, refused, faults, note = 1, 0, [f"{type(problem).__name__}: {problem}"], ""
        finally:
            watch.cancel()
        harm = await scene.harm()
        after = scene.measure()
        faults = harm + faults
        if scene.peak_mb > MAX_RSS_MB:
            faults.append(f"{scene.peak_mb} MB of memory")
        record = {"door": door, "attack": attack, "tried": tried, "refused": refused, "survived": not harm, "rss_before_mb": before[0], "rss_after_mb": after[0],
                  "rss_peak_mb": scene.peak_mb, "threads_before": before[1], "threads_after": after[1], "note": note, "faults": faults}
        self.rows.append(record)
        shown = "; ".join(faults[:4]) + (f"; and {len(faults) - 4} more" if len(faults) > 4 else "")
        print(COLUMNS.format(door=door, attack=attack, tried=tried, refused=refused, survived="yes" if not harm else "NO", rss=f"{before[0]} > {after[0]}",
                             peak=scene.peak_mb, threads=f"{before[1]} > {after[1]}", verdict=shown or note or "right"), flush=True)
        return record


async def hostile_streams(scene, streams, seconds):
    """Streams that are hostile from the source or from the service, side by side. `refused` counts those that are not live at the end."""
    faults, note = [], []
    for stream, script in streams:
        scene.add(stream, script)
        status = await scene.begin(stream)
        if status >= 300:
            faults.append(f"{stream} was not started: {status}")
    end = time.monotonic() + seconds
    while time.monotonic() < end and scene.alive():
        await asyncio.sleep(0.2)
    if not scene.alive():
        return len(streams), 0, faults, ""
    views = {stream: await scene.view(stream) for stream, _ in streams}
    for stream, view in views.items():
        said = f"{view.get('state')} {view.get('reason') or view.get('last_failure') or ''}".strip()
        note.append(said if len(streams) == 1 else f"{stream}: {said}")
        if "internal" in said or "defect" in said or "Exception" in said:
            faults.append(f"{stream}: {said}")
    gone = await asyncio.gather(*(scene.end(stream) for stream, _ in streams))
    faults += [f"{stream} could not be stopped" for (stream, _), is_gone in zip(streams, gone) if not is_gone]
    return len(streams), sum(v.get("state") != "live" for v in views.values()), faults, "; ".join(note)


def publisher_stream(name):
    return f"pub-{name.replace('_', '-')}", publishers.SCRIPTS[name]


def sts_stream(name):
    return f"sts-{name.replace('_', '-')}", publishers.healthy


def trapped(scene, result):
    tried, refused, faults, note = result
    if scene.service.trapped:
        faults = [*faults, f"{scene.service.trapped} redirects to another host were followed"]
        scene.service.trapped = 0
    return tried, refused, faults, note


async def publisher_attack(scene, names, seconds):
    return await hostile_streams(scene, [publisher_stream(n) for n in names], seconds)


async def sts_attack(scene, names, seconds):
    return trapped(scene, await hostile_streams(scene, [sts_stream(n) for n in names], seconds))


async def quick(scene, table):
    """Everything hostile at once: who did the harm is for the whole command to find out."""
    await table.row("publisher", f"{len(QUICK_PUBLISHERS)} at once", publisher_attack(scene, QUICK_PUBLISHERS, 6))
    if scene.alive():
        await scene.revive()
        await table.row("STS", f"{len(QUICK_STS)} at once", sts_attack(scene, QUICK_STS, 7))
    for name, doing in (("bypass forms", lambda: doors.bypass(scene.doors, share=8)), ("pages elsewhere", lambda: doors.foreign_pages(scene.doors)),
                        ("heads", lambda: doors.heads(scene.doors)), ("listeners that reset", lambda: doors.listeners(scene.doors)),
                        ("slow connections", lambda: doors.slow_connections(scene.doors, 300, 2))):
        if scene.alive():
            await scene.revive()
            await table.row("HTTP", name, doing())


def http_attacks(scene):
    return {"bypass": lambda: doors.bypass(scene.doors), "pages_elsewhere": lambda: doors.foreign_pages(scene.doors), "bodies": lambda: doors.bodies(scene.doors),
            "heads": lambda: doors.heads(scene.doors), "listeners": lambda: doors.listeners(scene.doors), "pipelined": lambda: doors.pipelined(scene.doors),
            "slow_connections": lambda: doors.slow_connections(scene.doors)}


async def whole(scene, table, chosen):
    """Some hostile streams of one kind side by side; where they did harm, each of them alone, so that the table says which it was."""
    wanted = lambda name: not chosen.names or name in chosen.names
    for name, doing in http_attacks(scene).items():
        if wanted(name):
            await table.row("HTTP", name, doing())
            await scene.revive()
    kinds = (("publisher", [n for n in publishers.SCRIPTS if wanted(n)], publisher_attack), ("STS", [n for n in manners.ATTACKS if n != "polite" and wanted(n)], sts_attack))
    for door, names, doing in kinds:
        for i in range(0, len(names), chosen.parallel):
            group = names[i:i + chosen.parallel]
            record = await table.row(door, ", ".join(group), doing(scene, group, STREAM_S))
            await scene.revive()
            for name in group if record["faults"] and len(group) > 1 else ():
                await table.row(door, name, doing(scene, [name], STREAM_S))
                await scene.revive()


async def attack(chosen, folder):
    processes.signals_cancel()
    scene = Scene(folder)
    try:
        await scene.start()
        table = Table(scene)
        first = scene.measure()
        await (quick(scene, table) if chosen.quick else whole(scene, table, chosen))
        if scene.alive():
            await settled(scene, table, first)
        return table.rows
    finally:
        scene.close()


async def settled(scene, table, first):
    """What is left when all is over."""
    async def look():
        end = time.monotonic() + (10 if table.rows and len(table.rows) > 10 else 4)
        while time.monotonic() < end and scene.measure()[1] > first[1] + MAX_MORE_THREADS // 2:
            await asyncio.sleep(0.5)
        rss, threads = scene.measure()
        faults = [f"{threads - first[1]} threads more than before"] if threads > first[1] + MAX_MORE_THREADS else []
        view = await scene.view("healthy")
        return 1, 0, faults, f"RSS {first[0]} before, {rss} after; threads {first[1]} before, {threads} after; healthy stream dubbed {view.get('dubbed')} segments"
    await table.row("all", "what is left", look())


def main():
    chosen = options()
    # Thousands of connections from one process; 1024 files is the usual soft limit.
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    folder = Path(tempfile.mkdtemp(prefix="stream-worker-attack-"))
    begin = time.monotonic()
    rows = []
    try:
        with processes.Children(folder):
            rows = asyncio.run(attack(chosen, folder))
    except (KeyboardInterrupt, asyncio.CancelledError):
        print("attack: stopped; nothing is left running", file=sys.stderr)
        return 130
    except RuntimeError as problem:
        chosen.keep = True
        print(f"attack: {problem}", file=sys.stderr)
        return 1
    finally:
        if chosen.keep:
            print(f"attack: logs are in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    wrong = [r for r in rows if r["faults"]]
    chosen.json.parent.mkdir(parents=True, exist_ok=True)
    chosen.json.write_text(json.dumps({"attacks": rows}, indent=1))
    print(f"attack: {len(rows) - len(wrong)} of {len(rows)} right, {sum(r['tried'] for r in rows)} tried, {time.monotonic() - begin:.0f} s; the table is in {chosen.json}")
    return 1 if wrong or not rows else 0


if __name__ == "__main__":
    sys.exit(main())
