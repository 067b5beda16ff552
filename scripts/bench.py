"""`./dev bench`: what a start, one stream and many streams cost; the ways to relay one side by side, from one source over the same window."""

import argparse
import json
import os
import shlex
import shutil
import sys
import tempfile
import time
from pathlib import Path

from lab import firstframe, knee, many, manylanguages, processes, server, soundcost, sources, startup, worker
from lab.reader import Reader

# Start-up, JIT and the first burst are over by then, and the dubbed stream airs (it is 12 s behind by design).
WARM_S = 40
SOURCE = "in"


def options():
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="length of the measured window (60)")
    parser.add_argument("--beside", metavar="COMMAND",
                        help="another build of the worker, such as the native binary, measured beside this one in the same run")
    parser.add_argument("--relays-only", action="store_true", help="only one stream, relayed in these ways")
    parser.add_argument("--streams", type=int, default=20, help="dubbed streams in one `serve`, and the same in a process each; 0 leaves them out (20)")
    parser.add_argument("--streams-seconds", type=int, default=60, help="length of their measured window (60)")
    parser.add_argument("--languages", type=int, default=10, metavar="N",
                        help="one stream in one, two and N languages, beside N streams in one language; 0 leaves them out (10)")
    parser.add_argument("--languages-only", action="store_true", help="only what languages cost")
    parser.add_argument("--knee", type=int, metavar="N",
                        help="only this: N dubbed streams more each time, until one is not dubbed in time or stands still for over 500 ms")
    parser.add_argument("--sound-only", action="store_true", help="only what bed, loudness and cuts at pauses cost")
    parser.add_argument("--start-only", action="store_true", help="only start-up and the first frame")
    parser.add_argument("--json", metavar="FILE", help="write the figures to a file as well")
    return parser.parse_args()


def ffmpeg(children, media, stream, _folder):
    return children.start(stream, ["ffmpeg", "-nostdin", "-v", "error", "-i", media.url(stream, SOURCE), "-c", "copy",
                                   "-f", "flv", media.url(stream, "out")])


# With the usual second of room the sound's queue fills before the first keyframe comes: flvdemux then waits for flvmux, and that for a picture.
QUEUE = ("queue", "max-size-time=10000000000", "max-size-buffers=0", "max-size-bytes=0")


def gst_launch(children, media, stream, _folder):
    return children.start(stream, [
        "gst-launch-1.0", "-q", "rtmp2src", f"location={media.url(stream, SOURCE)}", "!", "flvdemux", "name=d",
        "flvmux", "name=m", "streamable=true", "!", "rtmp2sink", "sync=false", "async=false", f"location={media.url(stream, 'out')}",
        "d.video", "!", *QUEUE, "!", "h264parse", "!", "m.video", "d.audio", "!", *QUEUE, "!", "aacparse", "!", "m.audio"])


def passthrough(command=None):
    return lambda children, media, stream, folder: worker.start(children, media, stream, folder, name=stream, launcher=command)


def dubbed(command=None):
    def begin(children, media, stream, folder):
        # The echo's own work is not counted: it stands for a service elsewhere.
        _, url = worker.echo(children, "--voice", "same", name=f"echo-sts-{stream}")
        return worker.start(children, media, stream, folder, url, name=stream, launcher=command)
    return begin


def relays(beside=None):
    """{stream: (name, what starts it)}; with the other build of the worker beside this one, if there is one."""
    found = {
        "ffmpeg": ("ffmpeg -c copy", ffmpeg),
        "gst": ("gst-launch, rtmp2", gst_launch),
        "passthrough": ("worker, passthrough", passthrough()),
        "dubbed": ("worker, dubbed by the echo", dubbed()),
    }
    if beside:
        other = shlex.split(beside)
        found["beside-passthrough"] = ("beside it, passthrough", passthrough(other))
        found["beside-dubbed"] = ("beside it, dubbed", dubbed(other))
    return found


class Runner:
    """One relay at work: its process, a reader of its output, and what /proc said at both ends of the window."""

    def __init__(self, stream, begin, children, media, folder):
        self.reader = Reader(media.url(stream, "out"), folder / f"{stream}.flv", retry_s=0.02)
        self.child = begin(children, media, stream, folder)
        self.reader.start()
        self.rss = []

    def take(self):
        if self.child.poll() is not None:
            raise RuntimeError(f"{self.child.name} ended with {self.child.returncode} while it was measured")
        return processes.cpu_s(self.child.pid), time.monotonic(), len(self.reader.packets), processes.switches(self.child.pid)

    def window_opens(self):
        self.opened = self.take()

    def window_closes(self):
        cpu, at, packets, switches = (b - a for a, b in zip(self.opened, self.take()))
        aired = self.reader.packets
        pictures = [one.arrival_s for one in aired[self.opened[2]:] if one.track == "video"]
        # 720p30 with 48 kHz AAC is 77 packets a second; a relay that stands still is cheap and means nothing.
        return {
            "cpu_s_per_min": round(cpu / at * 60, 2) if packets > 0.9 * 77 * at else None,
            "rss_mb": round(max(self.rss), 1),
            "switches_per_s": round(switches / at),
            "longest_pause_ms": round(max((b - a for a, b in zip(pictures, pictures[1:])), default=at) * 1000),
            "first_output_s": round(aired[0].arrival_s - self.child.started_s, 2) if aired else None,
            "packets_per_s": round(packets / at, 1),
        }


def measure(seconds, folder, ways):
    source = sources.path_of("plain", 60)
    with processes.Children(folder) as children:
        media = server.Server(children, folder, list(ways))
        for stream in ways:
            # The same file to each, looped: the first one waits for the last.
            children.start(f"publisher-{stream}", ["ffmpeg", "-nostdin", "-v", "error", "-re", "-stream_loop", "-1", "-i", str(source),
                                                   "-c", "copy", "-f", "flv", media.url(stream, SOURCE)])
        time.sleep(3)
        runners = {}
        # One after the other, so that one's start-up does not slow the next one's.
        for stream, (_, begin) in ways.items():
            runners[stream] = Runner(stream, begin, children, media, folder)
            runners[stream].reader.await_packets(0 if stream.endswith("dubbed") else 10)
        print(f"bench: all are running; {WARM_S} s to warm up, then {seconds} s are measured", flush=True)
        time.sleep(WARM_S)
        for runner in runners.values():
            runner.window_opens()
        for _ in range(seconds):
            time.sleep(1)
            for runner in runners.values():
                runner.rss.append(processes.rss_mb(runner.child.pid))
        found = {stream: runner.window_closes() for stream, runner in runners.items()}
        for runner in runners.values():
            runner.reader.stop()
    return found


def table(found, ways):
    base = found["gst"]["cpu_s_per_min"]
    yield f"{'':28}{'CPU s/min':>11}{'of gst':>8}{'RSS MB':>9}{'first output s':>16}{'longest pause ms':>18}{'switches/s':>12}"
    for stream, figures in found.items():
        cpu = figures["cpu_s_per_min"]
        ratio = f"{cpu / base:.2f}" if cpu and base else "–"
        yield (f"{ways[stream][0]:28}{'stalled' if cpu is None else cpu:>11}{ratio:>8}{figures['rss_mb']:>9}"
               f"{figures['first_output_s'] if figures['first_output_s'] is not None else '–':>16}"
               f"{figures['longest_pause_ms']:>18}{figures['switches_per_s']:>12}")
    yield ""
    yield "First output: from the start of the process to the first frame at a reader; a relay that joins waits for a keyframe (up to 2 s),"
    yield "and the dubbed stream is later by design (segment and offset: 12 s). The load of the machine was %s." % Path("/proc/loadavg").read_text()[:14]


def main():
    arguments = options()
    folder = Path(tempfile.mkdtemp(prefix="stream-worker-bench-"))
    folder.chmod(0o755)
    keep = False
    try:
        found = measured(arguments, folder)
    except KeyboardInterrupt:
        print("\nbench: stopped; nothing is left running", file=sys.stderr)
        return 130
    except (RuntimeError, OSError) as problem:
        keep = True
        print(f"bench: {problem}; logs are in {folder}", file=sys.stderr)
        return 1
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(found, indent=2))
    return 0 if all(f["cpu_s_per_min"] is not None for f in found.get("relays", {}).values()) else 1


def measured(arguments, folder):
    """{what: its figures}"""
    if arguments.languages_only:
        return {"languages": languages_cost(arguments, folder)}
    if arguments.knee:
        return {"knee": knee_of(arguments, folder)}
    if arguments.sound_only:
        return {"sound": sound_cost(arguments, folder)}
    if arguments.relays_only:
        return {"relays": relayed(arguments, folder)}
    found = {"start": startup.measure(folder)}
    print("\n".join(startup.table(found["start"])), end="\n\n", flush=True)
    found["first_frame"] = firstframe.measure(folder)
    print("\n".join(firstframe.table(found["first_frame"])), end="\n\n", flush=True)
    if arguments.start_only:
        return found
    found["relays"] = relayed(arguments, folder)
    if arguments.streams:
        found["many"] = {spawn: many_streams(arguments, spawn, folder) for spawn in ("in-process", "process")}
        print("\n".join(many.table(found["many"])), end="\n\n", flush=True)
    if arguments.languages:
        found["languages"] = languages_cost(arguments, folder)
    found["sound"] = sound_cost(arguments, folder)
    return found


def relayed(arguments, folder):
    ways = relays(arguments.beside)
    found = measure(arguments.seconds, folder, ways)
    print("\n".join(table(found, ways)), end="\n\n", flush=True)
    return found


def knee_of(arguments, folder):
    print(f"bench: {arguments.knee} dubbed streams more each time; cores used, of {os.cpu_count()}\n{knee.HEAD}", flush=True)
    rows = knee.measure(arguments.knee, arguments.streams_seconds, knee.MOST, folder, lambda line: print(line, flush=True))
    print(knee.verdict(rows), flush=True)
    return rows


def languages_cost(arguments, folder):
    print(f"bench: languages: four runs, {many.WARM_S} s to warm up and {arguments.streams_seconds} s measured in each", flush=True)
    found = manylanguages.measure(max(2, arguments.languages), arguments.streams_seconds, folder)
    print("\n".join(manylanguages.table(found)), flush=True)
    return found


def sound_cost(arguments, folder):
    print(f"bench: sound: {len(soundcost.OPTIONS)} streams at once, {soundcost.WARM_S} s to warm up, then {arguments.seconds} s are measured", flush=True)
    inner = folder / "sound"
    inner.mkdir()
    inner.chmod(0o755)
    found = soundcost.measure(arguments.seconds, inner)
    print("\n".join(soundcost.table(found)), flush=True)
    return found


def many_streams(arguments, spawn, folder):
    print(f"bench: {arguments.streams} dubbed streams, {spawn}: {many.WARM_S} s to warm up, then {arguments.streams_seconds} s are measured", flush=True)
    inner = folder / spawn
    inner.mkdir()
    inner.chmod(0o755)
    return many.measure(arguments.streams, arguments.streams_seconds, spawn, inner)


if __name__ == "__main__":
    sys.exit(main())
