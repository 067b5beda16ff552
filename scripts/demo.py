"""`./dev demo`: one live stream, end to end, in front of one's eyes."""

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from lab import flow, flv, languages, metrics, processes, server, sources, spoken, stadium, summary, worker
from lab.reader import Reader

STREAM = "demo"
# Held audio and video are aired after the source has ended: a segment, the offset, the grace time of a source, and some air.
TAIL_S = 40
# The worker needs a moment to start, and then begins at the next keyframe (every 2 s): with this much more source, what it gets
# is at least as long as was asked for, and 60 s are ten whole segments.
LEAD_S = 4


def options():
    parser = argparse.ArgumentParser(prog="./dev demo", description=__doc__)
    parser.add_argument("--passthrough", action="store_true", help="relay only: no STS")
    parser.add_argument("--seconds", type=int, default=60, help="length of the source (60)")
    parser.add_argument("--port", type=int, help="RTMP port of the demo's server (a free one)")
    parser.add_argument("--voice", choices=["robot", "same"], default="robot", help="what the echo STS answers with")
    parser.add_argument("--speak", nargs="?", const="es", metavar="LANGUAGE",
                        help="a real dub of English sentences by examples/sts-offline: es (without a value) or ca")
    parser.add_argument("--languages", metavar="LIST", help="several languages, as es,fr:anna,original: an output for each")
    parser.add_argument("--bed", choices=["duck", "constant", "stem"],
                        help="a commentator over a crowd, and under the dub what WORKER_DUB_BED puts there")
    parser.add_argument("--bed-db", type=int, default=-14, help="level of the original under the dub (-14)")
    parser.add_argument("--loudness", choices=["match"], help="with --bed: the dub, which comes 10 dB too soft, is made as loud as the original")
    parser.add_argument("--pictures", metavar="FOLDER", help="with --bed: write bed.png, the spectrum before and after, and bed.svg, the bed's level")
    parser.add_argument("--keep", action="store_true", help="keep recordings, logs and segments, and say where they are")
    parser.add_argument("--json", metavar="FILE", help="write the figures of the summary to a file as well")
    arguments = parser.parse_args()
    if arguments.seconds < 8:
        parser.error("--seconds must be at least 8: one segment and a bit")
    arguments.keys = []
    if arguments.languages is not None:
        if arguments.speak or arguments.passthrough:
            parser.error("--languages is for the echo STS: without --speak and --passthrough")
        try:
            arguments.keys = languages.keys(arguments.languages)
        except ValueError as wrong:
            parser.error(str(wrong))
        if arguments.keys[0] == languages.ORIGINAL:
            parser.error("--languages begins with a language that is dubbed")
    if arguments.speak and arguments.passthrough:
        parser.error("--speak needs the service that --passthrough leaves out")
    if arguments.bed and (arguments.speak or arguments.passthrough or arguments.languages):
        parser.error("--bed is for the echo STS and one language: without --speak, --passthrough and --languages")
    if arguments.bed and arguments.seconds < 30:
        parser.error("--bed needs --seconds 30 or more: the bed has to go down and come back")
    if (arguments.loudness or arguments.pictures) and not arguments.bed:
        parser.error("--loudness and --pictures are for --bed")
    if arguments.speak and not spoken.PYTHON.exists():
        parser.error("--speak needs what ./dev setup --speak installs")
    return arguments


def main():
    arguments = options()
    folder = Path(tempfile.mkdtemp(prefix="stream-worker-demo-"))
    # nginx's worker must be able to enter it.
    folder.chmod(0o755)
    keep = True
    try:
        with processes.Children(folder) as children:
            good = run(arguments, children, folder)
        keep = arguments.keep or not good
        return 0 if good else 1
    except KeyboardInterrupt:
        keep = arguments.keep
        print("\ndemo: stopped; nothing is left running", flush=True)
        return 130
    except (RuntimeError, subprocess.CalledProcessError) as problem:
        print(f"demo: {problem}", file=sys.stderr)
        return 1
    except server.PortInUse as problem:
        keep = False
        print(f"demo: {problem}", file=sys.stderr)
        return 2
    finally:
        if keep:
            print(f"demo: logs and recordings are in {folder}", flush=True)
        else:
            shutil.rmtree(folder, ignore_errors=True)


def run(arguments, children, folder):
    mode = "passthrough" if arguments.passthrough else "spoken" if arguments.speak else "dubbed"
    print(f"demo: preparing a source of {arguments.seconds + LEAD_S} s (kept in target/sources)", flush=True)
    source = source_of(arguments)
    # A spoken source has a sentence in each segment, and a bed is measured from its beginning: the worker must see the first frame.
    idle = bool(arguments.speak or arguments.bed)
    media = server.Server(children, folder, [STREAM], hls=True, rtmp_port=arguments.port, idle=idle)
    sts_url, record = None, folder / "fragments.jsonl"
    if mode == "dubbed":
        _, sts_url = worker.echo(children, "--voice", arguments.voice, *answers(arguments))
    elif mode == "spoken":
        _, sts_url = spoken.service(children, record)
    print(f"""
  source   {media.url(STREAM, 'in')}
  output   {media.url(STREAM, 'out')}   (ffplay, VLC)
  as HLS   {media.hls(STREAM, 'out')}
  STS      {sts_url or 'none: passthrough'}
""", flush=True)

    names = list(languages.outputs(arguments.keys).values()) or ["out"]
    for name in names[1:]:
        print(f"  and      {media.url(STREAM, name)}", flush=True)
    readers = {name: Reader(media.url(STREAM, name), folder / f"{name}.flv") for name in ("in", *names)}
    for reader in readers.values():
        reader.start()
    child, publisher = begin(arguments, children, media, source, readers, folder, sts_url)
    print(f"  metrics  http://127.0.0.1:{child.metrics_port}/metrics\n", flush=True)
    recorder = Recorder(children, media.url(STREAM, "out"), folder / "recorded.flv")

    samples, sound = watch(arguments, child, readers, recorder, folder)
    exit_code = child.poll()
    for reader in readers.values():
        reader.stop()
    children.stop(publisher)
    recorder.finish()
    if exit_code is None:
        print(f"demo: the worker did not end within {TAIL_S} s of its source; it is ended now", flush=True)
        children.stop(child)
    facts = summary.gather(mode, source, readers, child, exit_code, samples, folder)
    if arguments.speak:
        facts["spoken"] = spoken.report(arguments.speak, source, readers["out"].path, record)
    if arguments.keys:
        facts["languages"] = languages.gather(arguments.keys, readers, samples, folder)
    if arguments.bed:
        facts["bed"] = stadium.gather(arguments.bed, arguments.bed_db, source, readers["out"].path, shift_s(source, readers["out"].packets), sound)
        pictures(arguments, source, readers["out"], facts["bed"])
    text, failures = summary.judge(facts, arguments.loudness)
    print("\n" + text)
    if facts["output"] is None:
        print("the last lines of the worker:\n" + tail(folder / "worker.log"))
    if arguments.json:
        summary.write(facts, failures, arguments.json)
    return not failures


def source_of(arguments):
    seconds = arguments.seconds + LEAD_S
    if arguments.speak:
        return spoken.path_of(seconds)
    return stadium.path_of(seconds) if arguments.bed else sources.path_of("plain", seconds)


def answers(arguments):
    """Options of the echo: with a bed its answers are the sentences of a recording, and not the crowd that they were said over."""
    if not arguments.bed:
        return []
    seconds = arguments.seconds + LEAD_S
    crowd = ["--background", str(stadium.stem(seconds))] if arguments.bed == "stem" else []
    return ["--speech", str(stadium.dub(seconds)), *crowd]


def settings(arguments):
    """Of the worker, beside those of the machine."""
    if arguments.speak:
        return {"WORKER_SOURCE_LANGUAGE": "en", "WORKER_TARGET_LANGUAGE": arguments.speak}
    if arguments.bed:
        match = {"WORKER_DUB_LOUDNESS": "match"} if arguments.loudness else {}
        return {"WORKER_DUB_BED": arguments.bed, "WORKER_DUB_BED_DB": str(arguments.bed_db), **match}
    return {"WORKER_TARGET_LANGUAGE": arguments.languages} if arguments.keys else {}


def shift_s(source, aired):
    """From a time stamp in the source to that of the same picture at a viewer."""
    stamps = {packet.digest: packet.pts_ms for packet in flow.of(flv.packets(source), "video")}
    shifts = sorted(packet.pts_ms - stamps[packet.digest] for packet in flow.of(aired, "video") if packet.digest in stamps)
    if not shifts:
        raise RuntimeError("no picture of the source came out of the worker")
    return shifts[len(shifts) // 2] / 1000


def pictures(arguments, source, reader, found):
    if arguments.pictures:
        folder = Path(arguments.pictures)
        folder.mkdir(parents=True, exist_ok=True)
        stadium.spectrogram(source, reader.path, shift_s(source, reader.packets), 2 * stadium.SLOT_S, 2 * stadium.SLOT_S, folder / "bed.png")
        stadium.level_picture(found, folder / "bed.svg")


def begin(arguments, children, media, source, readers, folder, sts_url):
    """(worker, publisher)"""
    more = settings(arguments)
    first = bool(arguments.speak or arguments.bed)
    if first:
        child = worker.start(children, media, STREAM, folder, sts_url, **more)
        spoken.await_players(folder / "nginx-error.log", STREAM, 2)
    publisher = worker.publish(children, source, media.url(STREAM, "in"))
    if not readers["in"].await_packets(15):
        raise RuntimeError(f"the source did not come through the server; see {folder}")
    if not first:
        child = worker.start(children, media, STREAM, folder, sts_url, **more)
    return child, publisher


def tail(path, lines=8):
    return "\n".join(f"  {line}" for line in path.read_text(errors="replace").splitlines()[-lines:])


class Recorder:
    """An ordinary reader beside ours, as a viewer's would be: ffmpeg, copying. Started once there is something to read."""

    def __init__(self, children, url, path):
        self.children, self.url, self.path, self.child = children, url, path, None

    def start(self):
        if self.child is None:
            self.child = self.children.start("recorder", ["ffmpeg", "-nostdin", "-v", "error", "-i", self.url, "-c", "copy", str(self.path)])

    def finish(self):
        if self.child:
            self.children.stop(self.child)


def watch(arguments, child, readers, recorder, folder):
    """A line a second until the worker has ended. Returns the last samples it gave, for its metrics end with it, and what it said of the
    sound of each dub."""
    begin, latest, sound = time.monotonic(), [], []
    deadline = begin + arguments.seconds + LEAD_S + TAIL_S
    beat = begin
    while child.poll() is None and time.monotonic() < deadline:
        if readers["out"].packets:
            recorder.start()
        if time.monotonic() >= beat:
            latest = metrics.scrape(child.metrics_port) or latest
            sound.append(stadium.Said(*(metrics.value(latest, name) for name in stadium.Said.METRICS)))
            print(summary.progress(time.monotonic() - begin, latest, readers, folder, next(iter(arguments.keys), None)), flush=True)
            beat += 1
        time.sleep(0.1)
    return latest, sound


if __name__ == "__main__":
    sys.exit(main())
