"""Everything the measuring tool says of one recording, as one dictionary."""

import json
import subprocess

from . import events, flow, flv, sync


def probe(path):
    """What ffprobe says: codec, size, rates of each track."""
    command = ["ffprobe", "-v", "error", "-of", "json", "-show_entries",
               "stream=codec_type,codec_name,profile,width,height,r_frame_rate,sample_rate,channels,has_b_frames:format=format_name", str(path)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def decode_warnings(path):
    """What a decoder complains of, one line each; a clean stream gives none."""
    result = subprocess.run(["ffmpeg", "-nostdin", "-v", "warning", "-i", str(path), "-f", "null", "-"], capture_output=True, text=True, errors="replace")
    # The null muxer's and the demuxer's remarks on timestamps are counted by `gaps` and `backwards`.
    return [line for line in result.stderr.splitlines() if line.strip() and "Application provided duration" not in line]


def analyse(path, packets=None, source=None, live=None, decode=True, warnings=True):
    """`packets` of the recording at `path` (read from it when None), `source` the packets to compare with, `live` whether
    both have arrival times, `decode` whether flash and beep are looked for, `warnings` whether a decoder's are as well. Returns (report, series for a picture)."""
    packets = flv.unwrapped(packets if packets is not None else flv.packets(path))
    video, audio = flow.of(packets, "video"), flow.of(packets, "audio")
    probed = probe(path)
    report = {
        "file": str(path),
        "streams": probed.get("streams", []),
        "video": flow.track_summary(video),
        "audio": flow.track_summary(audio),
    }
    series = {}
    if decode and video and audio:
        report["sync"], series["sync"] = measure_sync(path, probed, audio)
        if warnings:
            report["decode_warnings"] = decode_warnings(path)[:20]
    if packets and packets[0].arrival_s is not None:
        report["stalls"] = flow.stalls(packets)
    if source is not None:
        source = flv.unwrapped(source)
        report["identity"] = {name: flow.identity(flow.of(source, name), flow.of(packets, name)) for name in ("video", "audio")}
        for name in ("video", "audio"):
            report["identity"][name]["in_source"] = flow.common_share(flow.of(source, name), flow.of(packets, name))[0]
        if live and source and source[0].arrival_s is not None:
            # Video alone: dubbed audio has no equal in the source.
            series["latency"] = flow.latencies(flow.of(source, "video"), video)
            report["latency"] = flow.latency_summary(series["latency"])
            # A stall that the source had too is not the worker's.
            report["source_stalls"] = flow.stalls(source)
    return report, series


def measure_sync(path, probed, audio):
    rate = next((int(s["sample_rate"]) for s in probed["streams"] if s["codec_type"] == "audio"), 48000)
    flashes, frames = events.flashes(path)
    beeps, samples = events.beeps(path, audio, rate, flv.audio_rates(path))
    points = sync.pairs(flashes, beeps)
    summary = sync.summary(points)
    if summary:
        summary |= {"flashes": len(flashes), "beeps": len(beeps), "frames_decoded": len(frames), "samples_decoded": samples}
    return summary, points
