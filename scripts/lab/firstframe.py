"""How long a viewer waits for the first frame of a relayed stream on MediaMTX, and what takes the time."""

import json
import statistics
import subprocess
import time
import urllib.request
from datetime import datetime

from . import mediamtx, processes, reader, sources, worker

RUNS = 3
GOP_S = 1.0


def measure(folder):
    """Medians over some starts, seconds: from the worker's exec (`run`) and from the request (`serve`); None without a MediaMTX."""
    if not mediamtx.program():
        return None
    source = sources.FOLDER / "first-frame.flv"
    make(source)
    found = {"run": [], "serve": []}
    with processes.Children(folder) as children:
        server = mediamtx.MediaMtx(children, folder)
        serve, api = worker.serve(children, server, folder, "http://127.0.0.1:1", WORKER_STS_MODE="passthrough", LOG_FORMAT="json")
        for number in range(RUNS):
            for kind in found:
                stream = f"{kind}{number}"
                publisher = worker.publish(children, source, server.url(stream, "in"), f"publisher-{stream}")
                await_packets(server.url(stream, "in"), folder / f"{stream}-in.flv")
                view = reader.Reader(server.url(stream, "out"), folder / f"{stream}.flv", retry_s=0.01)
                view.start()
                log = folder / f"{stream}.log"
                began, wall = time.monotonic(), time.time()
                if kind == "run":
                    child = worker.start(children, server, stream, folder, name=stream, LOG_FORMAT="json")
                else:
                    log = folder / "serve.log"
                    put(api, stream)
                await_keyframe(view)
                found[kind].append(figures(view, began, wall, log, stream))
                if kind == "run":
                    children.stop(child)
                children.stop(publisher)
                view.stop()
    return {kind: {name: median([run[name] for run in runs]) for name in runs[0]} for kind, runs in found.items()}


def make(file):
    if not file.exists():
        with sources.whole(file) as aside:
            subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=size=640x360:rate=30", "-f", "lavfi", "-i",
                            "sine=sample_rate=48000", "-t", "60", "-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "ultrafast", "-g", "30", "-bf", "0",
                            "-b:v", "800k", "-c:a", "aac", "-ac", "2", str(aside)], check=True)


def await_packets(url, file):
    probe = reader.Reader(url, file)
    probe.start()
    if not probe.await_packets(20):
        raise RuntimeError(f"nothing comes from {url}")
    probe.stop()


def await_keyframe(view):
    end = time.monotonic() + 30
    while time.monotonic() < end and not any(packet.track == "video" and packet.key for packet in list(view.packets)):
        time.sleep(0.01)


def put(api, stream):
    request = urllib.request.Request(f"{api}/v1/streams/{stream}", method="PUT", data=b"", headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10):
        pass


def figures(view, began, wall, log, stream):
    packets = list(view.packets)
    keys = [packet.arrival_s for packet in packets if packet.track == "video" and packet.key]
    return {
        "source_s": at(log, wall, stream, lambda m: m.startswith("source: H.264")),
        "first_frame_s": round(packets[0].arrival_s - began, 2) if packets else None,
        "first_picture_s": round(keys[0] - began, 2) if keys else None,
    }


def at(log, wall, stream, wanted):
    """Seconds until the first line of the stream whose message is wanted."""
    for line in log.read_text(errors="replace").splitlines():
        try:
            said = json.loads(line)
        except ValueError:
            continue
        if said.get("streamId") == stream and wanted(said.get("message", "")):
            return round(seconds(said["timestamp"]) - wall, 2)
    return None


def seconds(timestamp):
    return datetime.fromisoformat(timestamp.replace("Z", "+00:00")).timestamp()


def median(values):
    known = [value for value in values if value is not None]
    return round(statistics.median(known), 2) if known else None


def table(found):
    if found is None:
        yield "First frame on MediaMTX: not measured, set MEDIAMTX_BIN."
        return
    yield f"{'passthrough on MediaMTX':28}{'source known s':>16}{'first frame s':>15}{'first picture s':>17}"
    for kind, label in (("run", "run, from exec"), ("serve", "serve, from the request")):
        row = found[kind]
        yield f"{label:28}{shown(row['source_s']):>16}{shown(row['first_frame_s']):>15}{shown(row['first_picture_s']):>17}"
    yield f"A source with a keyframe each {GOP_S:.0f} s: the worker waits for one, and so does the reader that joins."


def shown(value):
    return "–" if value is None else f"{value:.2f}"
