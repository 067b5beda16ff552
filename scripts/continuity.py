"""What a viewer sees when the process of a stream is killed, taken over by the next one, or restarted by SIGTERM: on a real server, at random instants, as a table.

    continuity.py [--kills N] [--take-overs N | --restarts N] [--streams N] [--seed N] [--only TEXT]
    continuity.py --cost SECONDS

A gap is the longest pause in the arrival of pictures at a reader that keeps asking for the path. There are two: at once, until the process is
back, and one latency later, where the pictures are missing that no process read. Frames are distinguished by their digests, so latency and
sync are those of the same frame at the source and at the output.
"""

import argparse
import json
import os
import random
import re
import shutil
import signal
import statistics
import sys
import tempfile
import threading
import time
import urllib.request
from collections import Counter
from pathlib import Path

from lab import flv, mediamtx, processes, rtmp, server as nginx, sources, spoolcost, worker
from lab.many import family

LATENCY_S = 5
SHORT = {"WORKER_SEGMENT_DURATION": "2s", "WORKER_AV_OFFSET_NS": "3000000000"}
WARM_S = 14
BETWEEN_S = (12, 16)
# From the end of a process: a start of the JVM, and less than what one latency later begins.
AT_ONCE_S = 3


class Packets(threading.Thread):
    """Reads a path for ever, asking again when it is gone; keeps of each packet its track, digest, time stamp, arrival and session."""

    def __init__(self, url):
        super().__init__(daemon=True)
        self.url, self.seen, self.session = url, [], 0
        self.start()

    def run(self):
        while True:
            try:
                for kind, stamp, body, arrival in rtmp.Player(self.url).messages():
                    if kind in (flv.AUDIO, flv.VIDEO) and (packet := flv.packet(kind, stamp, body)):
                        self.seen.append((packet.track, packet.digest, packet.dts_ms, arrival, self.session, packet.pts_ms))
            except (OSError, EOFError, rtmp.Refused):
                pass
            self.session += 1
            time.sleep(0.05)

    def since(self, from_s, to_s):
        return [each for each in list(self.seen) if from_s <= each[3] < to_s]


def longest_pause(packets, from_s, to_s):
    """Of pictures, in seconds: the longest one that reaches into the window."""
    times = [each[3] for each in packets if each[0] == "video"]
    return max((b - a for a, b in zip(times, times[1:]) if b >= from_s and a <= to_s), default=float("nan"))


def against(source, output, from_s, to_s):
    """Median latency in s, and sound minus picture in ms, of the frames that the output showed in a window."""
    came = {each[1]: each for each in list(source.seen)}
    rows = [(each, came[each[1]]) for each in output.since(from_s, to_s) if each[1] in came]
    late = [out[3] - there[3] for out, there in rows if out[0] == "video"]
    shift = {track: [out[5] - there[5] for out, there in rows if out[0] == track] for track in ("video", "audio")}
    if not late or not shift["audio"]:
        return float("nan"), float("nan")
    return statistics.median(late), statistics.median(shift["audio"]) - statistics.median(shift["video"])


def went_back(output):
    """How often a time stamp lies before an earlier one of its track, over all sessions of the reader."""
    last, back = {}, 0
    for track, _, dts, _, _, _ in list(output.seen):
        back += dts < last.get(track, dts)
        last[track] = max(last.get(track, dts), dts)
    return back


class Way:
    """One way to run the stream, and what is killed of it."""

    def __init__(self, name, dubbed, spawn=None, kills_child=False, **env):
        self.name, self.dubbed, self.spawn, self.kills_child, self.env = name, dubbed, spawn, kills_child, env

    def start(self, children, server, folder, sts, name, **more):
        env = {**SHORT, **self.env, "WORKER_STS_MODE": "enabled" if self.dubbed else "passthrough"}
        if self.spawn is None:
            return worker.start(children, server, "a", folder, sts if self.dubbed else None, name=name, **env)
        child, api = worker.serve(children, server, folder, sts, name=name, wait=False, WORKER_SPAWN=self.spawn, **env, **more)
        child.api = api
        return child

    def wish(self, child, stream="a"):
        """The first time somebody has to say that the stream is to run; afterwards the spool says it."""
        if self.spawn is None:
            return
        for _ in range(100):
            try:
                hook = urllib.request.Request(
                    f"{child.api}/v1/mediamtx/events/ready",
                    data=json.dumps({"path": f"live/{stream}/in", "sourceType": "rtmpConn", "sourceId": stream}).encode(), headers={"Content-Type": "application/json"})
                urllib.request.urlopen(hook, timeout=2)
                return
            except OSError:
                time.sleep(0.2)
        raise RuntimeError("serve does not answer")


WAYS = (
    Way("`run`, dubbed", True),
    Way("`run`, passthrough", False),
    Way("`serve`, in its process", True, "in-process"),
    Way("`serve`, process each: the child", True, "process", kills_child=True),
    Way("`serve`, process each: the parent", True, "process"),
)


def play(way, kills, chance, folder):
    """Kills it so often; one row for each kill."""
    rows = []
    with processes.Children(folder) as children:
        server = mediamtx.MediaMtx(children, folder)
        _, sts = worker.echo(children)
        length = int(WARM_S + kills * (BETWEEN_S[1] + 4) + 60)
        source, output = Packets(server.url("a", "in")), Packets(server.url("a", "out"))
        worker.publish(children, sources.path_of("plain", length), server.url("a", "in"))
        running = way.start(children, server, folder, sts, "worker-0")
        way.wish(running)
        time.sleep(WARM_S)
        for kill in range(kills):
            time.sleep(chance.uniform(0, 2))
            before, _ = against(source, output, time.monotonic() - 3, time.monotonic())
            victim = family(running.pid)[-1] if way.kills_child else running.pid
            at = time.monotonic()
            os.kill(victim, signal.SIGKILL)
            if not way.kills_child:
                running.wait()
                running = way.start(children, server, folder, sts, f"worker-{kill + 1}")
            settled = at + chance.uniform(*BETWEEN_S)
            time.sleep(settled - time.monotonic())
            seen = output.since(at - 2, settled)
            after, sync = against(source, output, settled - 3, settled)
            behind = at + (LATENCY_S if way.dubbed else 0)
            rows.append((
                longest_pause(seen, at, min(behind, at + 3.5)), longest_pause(seen, behind - 0.5, settled), before, after, sync,
                went_back(output)))
            print(f"{way.name} kill {kill + 1}: gaps {rows[-1][0]:.2f} {rows[-1][1]:.2f} s, latency {before:.3f} -> {after:.3f} s, "
                  f"sync {sync:+.0f} ms, went back {rows[-1][5]}", file=sys.stderr, flush=True)
    sessions = sum(len(re.findall(r"sts: Connecting", log.read_text(errors="replace"))) for log in Path(folder).glob("worker-*.log"))
    return rows, sessions


def table(results):
    lines = [
        "| what is killed | kills | gap at once, s: median, most | gap one latency later, s: median, most "
        "| latency before / after, s | sync after, ms: most | stamps that went back | STS sessions |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for way, (rows, sessions) in results:
        at_once, later, before, after, sync, back = zip(*rows)
        lines.append(
            f"| {way.name} | {len(rows)} | {statistics.median(at_once):.2f}, {max(at_once):.2f} "
            f"| {statistics.median(later):.2f}, {max(later):.2f} | {statistics.median(before):.3f} / {statistics.median(after):.3f} "
            f"| {max(map(abs, sync)):.0f} | {back[-1]} | {sessions if way.dubbed else '-'} |")
    return "\n".join(lines)


TAKEN_OVER = (
    Way("`serve`, in its process, dubbed", True, "in-process"),
    Way("`serve`, in its process, passthrough", False, "in-process"),
    Way("`serve`, process each, dubbed", True, "process"),
    Way("`serve`, process each, passthrough", False, "process"),
)


def lost(source, output, from_s, to_s):
    """Pictures between the first and the last one of a window that the output showed in none of its sessions."""
    came = [each[1] for each in list(source.seen) if each[0] == "video"]
    often = Counter(came)
    shown = [each[1] for each in output.since(from_s, to_s) if each[0] == "video"]
    # A still scene is coded the same again and again: only a picture that is there once says where the window lies.
    places = [came.index(digest) for digest in shown if often[digest] == 1]
    return sum((Counter(came[min(places):max(places)]) - Counter(shown)).values()) if places else -1


SERVERS = {
    "nginx-rtmp": lambda children, folder, ids: nginx.Server(children, folder, ids, idle=True),
    "MediaMTX": lambda children, folder, ids: mediamtx.MediaMtx(children, folder),
    "MediaMTX, outputs always available": lambda children, folder, ids: mediamtx.MediaMtx(children, folder, ids),
}


def replace(way, server_name, restarts, times, streams, chance, folder):
    """Starts the next process so often, with --take-over, or when the last one has ended by SIGTERM; one row for each time and stream."""
    rows = []
    ids = ["a", *(f"b{number}" for number in range(1, streams))]
    with processes.Children(folder) as children:
        server = SERVERS[server_name](children, folder, ids)
        _, sts = worker.echo(children)
        length = int(WARM_S + times * (BETWEEN_S[1] + 30) + 60)
        read = {stream: (Packets(server.url(stream, "in")), Packets(server.url(stream, "out"))) for stream in ids}
        for stream in ids:
            worker.publish(children, sources.path_of("plain", length), server.url(stream, "in"), name=f"publisher-{stream}")
        running = way.start(children, server, folder, sts, "worker-0", WORKER_MAX_STREAMS=str(streams))
        for stream in ids:
            way.wish(running, stream)
        time.sleep(WARM_S)
        for number in range(times):
            time.sleep(chance.uniform(0, 2))
            at = time.monotonic()
            before = {stream: against(*pair, at - 3, at)[0] for stream, pair in read.items()}
            next_one = {"name": f"worker-{number + 1}", "WORKER_MAX_STREAMS": str(streams)}
            if restarts:
                os.kill(running.pid, signal.SIGTERM)
                code = running.wait(timeout=180)
                ended = time.monotonic()
                following = way.start(children, server, folder, sts, **next_one)
            else:
                following = way.start(children, server, folder, sts, **next_one, WORKER_TAKE_OVER="on")
                code = running.wait(timeout=180)
                ended = time.monotonic()
            settled = time.monotonic() + chance.uniform(*BETWEEN_S)
            time.sleep(settled - time.monotonic())
            for stream, (source, output) in read.items():
                after, sync = against(source, output, settled - 3, settled)
                seen = output.since(at - 2, settled)
                rows.append((
                    longest_pause(seen, at, ended + AT_ONCE_S), longest_pause(seen, at, settled), lost(source, output, at - 2, settled),
                    before[stream], after, sync, went_back(output), code))
                print(f"{server_name} {way.name} {stream} replaced {number + 1}: gaps {rows[-1][0]:.2f} {rows[-1][1]:.2f} s, lost {rows[-1][2]}, "
                      f"latency {before[stream]:.3f} -> {after:.3f} s, sync {sync:+.0f} ms, went back {rows[-1][6]}, exit code {code}",
                      file=sys.stderr, flush=True)
            running = following
    sessions = sum(len(re.findall(r"sts: Connecting", log.read_text(errors="replace"))) for log in Path(folder).glob("worker-*.log"))
    return rows, sessions


def table_of_replaced(results):
    lines = [
        "| server | what is replaced | streams × times | gap at once, s: median, most | longest gap, s: median, most | pictures not seen: median, most | latency before / after, s "
        "| sync after, ms: most | stamps that went back | exit codes | STS sessions |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for server_name, way, streams, (rows, sessions) in results:
        once, gap, gone, before, after, sync, back, codes = zip(*rows)
        lines.append(
            f"| {server_name} | {way.name} | {streams} × {len(rows) // streams} | {statistics.median(once):.2f}, {max(once):.2f} | {statistics.median(gap):.2f}, {max(gap):.2f} | {statistics.median(gone):.0f}, {max(gone)} "
            f"| {statistics.median(before):.3f} / {statistics.median(after):.3f} | {max(map(abs, sync)):.0f} | {max(back)} "
            f"| {', '.join(map(str, sorted(set(codes))))} | {sessions if way.dubbed else '-'} |")
    return "\n".join(lines)


def in_a_folder(act):
    """What it gives. Its folder is kept where it fails: the logs are in it, and all that was recorded."""
    folder = Path(tempfile.mkdtemp(prefix="stream-worker-continuity-"))
    try:
        found = act(folder)
    except Exception:
        print(f"continuity: logs are in {folder}", file=sys.stderr)
        raise
    except KeyboardInterrupt:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    shutil.rmtree(folder, ignore_errors=True)
    return found


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--kills", type=int, default=5, help="of each way")
    options.add_argument("--take-overs", type=int, default=0, help="of each way; nothing is killed then")
    options.add_argument("--restarts", type=int, default=0, help="by SIGTERM, of each way; nothing is killed then")
    options.add_argument("--streams", type=int, default=1, help="that are taken over or restarted together")
    options.add_argument("--cost", type=int, default=0, metavar="SECONDS", help="measures what the spool costs, and nothing else")
    options.add_argument("--seed", type=int, default=14)
    options.add_argument("--only", default="", help="ways whose name, behind that of the server, has this text")
    chosen = options.parse_args()
    if chosen.cost:
        found = in_a_folder(lambda folder: spoolcost.measure(chosen.cost, folder))
        print("\n".join(spoolcost.table(found)))
        return
    if not mediamtx.program():
        sys.exit("needs MediaMTX: name it in MEDIAMTX_BIN")
    results = []
    if chosen.take_overs or chosen.restarts:
        for name in SERVERS:
            for way in TAKEN_OVER:
                if chosen.only in f"{name} {way.name}":
                    chance = random.Random(chosen.seed)
                    times = chosen.restarts or chosen.take_overs
                    rows = in_a_folder(lambda folder: replace(way, name, bool(chosen.restarts), times, chosen.streams, chance, folder))
                    results.append((name, way, chosen.streams, rows))
        print(table_of_replaced(results))
        return
    for way in WAYS:
        if chosen.only in way.name:
            results.append((way, in_a_folder(lambda folder: play(way, chosen.kills, random.Random(chosen.seed), folder))))
    print(table(results))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        print("\ncontinuity: stopped; nothing is left running", file=sys.stderr)
        sys.exit(130)
