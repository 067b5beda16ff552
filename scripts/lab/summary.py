"""What the demo says at its end, and whether that is as it should be."""

import json
from pathlib import Path

from . import analysis, flow, flv, languages, metrics, report, spoken, stadium

SEGMENT_S = 6
# Sound early is noticed from 45 ms on (ITU-R BT.1359); one AAC frame is 21 ms, and measuring takes up to 1 ms on each side.
SYNC_MS = 24


def progress(elapsed_s, samples, readers, folder, language=None):
    """`language` is the first one: with several of them a sum of latencies says nothing."""
    own = {"language": language} if language else {}

    def number(name, **labels):
        value = metrics.value(samples, name, **labels)
        return "–" if value is None else f"{value:g}"

    out = readers["out"].packets
    aired = f"{(out[-1].pts_ms - out[0].pts_ms) / 1000:5.1f} s" if out else "   –   "
    return (f"  {elapsed_s:5.1f} s  in {len(readers['in'].packets):5} packets  out {aired}  segments {segments(folder)[0]}"
            f"  fallback {number('worker_fallback_total')}  in flight {number('worker_inflight_fragments')}"
            f"  latency {number('worker_latency_ms', **own)} ms  A/V {number('worker_av_sync_delta_ms', **own)} ms")


def segments(folder):
    """(video files, audio files, dubbed files) under their final names."""
    return tuple(len(list((Path(folder) / "segments").glob(f"*/*{ending}"))) for ending in ("_video.mp4", "_audio.m4a", "_audio_dubbed.m4a"))


def gather(mode, source, readers, child, exit_code, samples, folder):
    """All figures as one dictionary."""
    original, _ = analysis.analyse(source)
    recorded = Path(folder) / "recorded.flv"
    out = readers["out"].packets
    measured = None
    if out:
        measured, _ = analysis.analyse(readers["out"].path, out, readers["in"].packets, live=True)
        if mode == "spoken":
            # The dub replaces the ticks; where it begins is measured instead, see spoken.py.
            del measured["sync"]
    video, audio, dubbed = segments(folder)
    return {
        "mode": mode,
        "exit_code": exit_code,
        "segments": {"video": video, "audio": audio, "dubbed": dubbed},
        "completed": metrics.value(samples, "worker_audio_fragments_total"),
        "fallback": metrics.by_label(samples, "worker_fallback_total", "reason"),
        "first_output_s": round(out[0].arrival_s - child.started_s, 2) if out else None,
        "source": original,
        "source_end_ms": last_ms(flv.packets(source)),
        "output": measured,
        "source_rest": rest(readers["in"].packets, out),
        "recorded": analysis.probe(recorded)["streams"] if recorded.exists() and recorded.stat().st_size else [],
    }


def last_ms(packets):
    return max(p.pts_ms for p in packets)


def rest(source, output):
    """Source packets read beside the worker that came before the first and after the last one aired (video)."""
    same = flow.identity(flow.of(source, "video"), flow.of(output, "video")) if output else {}
    return {"before": same.get("starts_at"), "after": same.get("source_left")}


def judge(facts, loudness=None):
    """(text, list of what is wrong). The source is our own, so what must come out is known."""
    failures = [f"exit code {facts['exit_code']}"] if facts["exit_code"] != 0 else []
    output = facts["output"]
    if output is None or not output["video"]:
        failures.append("nothing came out of the worker")
        return "summary\n  result  NOT as it should be: " + "; ".join(failures), failures
    failures += list(wrong(facts, output))
    if facts.get("bed"):
        failures += list(stadium.wrong(facts["bed"], loudness))
    lines = [("mode", facts["mode"]), ("segments", "{video} video, {audio} audio files, {dubbed} dubbed".format(**facts["segments"])),
             ("first output", f"{facts['first_output_s']} s after the worker was started")]
    if facts["mode"] != "passthrough":
        lines.append(("fallback", ", ".join(f"{reason} {count:g}" for reason, count in facts["fallback"].items() if count) or "none"))
    lines += [("output, seen by ffprobe", ", ".join(stream_text(s) for s in facts["recorded"]) or "nothing recorded"), *report.rows(output)]
    if facts["mode"] == "spoken":
        lines += spoken.lines(facts["spoken"], output["audio"] and output["audio"]["duration_ms"])
    elif original := facts["source"].get("sync"):
        lines.append(("the source's own", f"{original['mean_ms']:+.1f} ms sound − picture"))
    if facts.get("languages"):
        lines += languages.lines(facts["languages"])
    if facts.get("bed"):
        lines += stadium.lines(facts["bed"])
    lines.append(("result", "as it should be" if not failures else "NOT as it should be: " + "; ".join(failures)))
    width = max(len(name) for name, _ in lines)
    return "\n".join(["summary", *(f"  {name:{width}}  {figure}" for name, figure in lines)]), failures


def wrong(facts, output):
    for name in ("video", "audio"):
        track = output[name]
        if not track:
            yield f"no {name} in the output"
        elif track["backwards"]:
            yield f"{name} timestamps go backwards {track['backwards']} times"
    if not output["identity"]["video"]["identical"]:
        yield "the picture is not the source's, byte for byte"
    sync, own = output.get("sync"), facts["source"]["sync"]
    if facts["mode"] == "spoken":
        yield from spoken.wrong(facts["spoken"])
    elif not sync:
        yield "no flash with a beep in the output"
    elif any(abs(sync[place] - own["mean_ms"]) > SYNC_MS for place in ("start_ms", "middle_ms", "end_ms")):
        yield f"sound and picture are more than {SYNC_MS} ms from the source's own"
    if not facts["recorded"]:
        yield "an ordinary reader (ffmpeg) recorded nothing"
    if facts.get("languages"):
        yield from languages.wrong(facts["languages"], own["mean_ms"], SYNC_MS, expected_segments(facts))
    yield from (passthrough_wrong if facts["mode"] == "passthrough" else dubbed_wrong)(facts, output)


def expected_segments(facts):
    """Whole segments in what the worker could see: it starts some seconds into the source, at a keyframe."""
    return int((facts["output"]["video"]["duration_ms"] + 100) // (SEGMENT_S * 1000))


def dubbed_wrong(facts, output):
    expected = expected_segments(facts)
    if min(facts["segments"]["video"], facts["segments"]["audio"]) < expected:
        yield f"fewer than {expected} segments on disk"
    if facts["segments"]["dubbed"] < expected:
        yield f"fewer than {expected} dubbed"
    if any(facts["fallback"].values()):
        yield "segments aired with the original audio"
    # The last packets may still be on their way to a reader when the server closes the stream.
    if (facts["source_rest"]["after"] or 0) > 3:
        yield f"the last {facts['source_rest']['after']} pictures did not air"


def passthrough_wrong(facts, output):
    if not output["identity"]["audio"]["identical"]:
        yield "the sound is not the source's, byte for byte"
    if facts["first_output_s"] > 5:
        yield "first output later than 5 s"
    if output.get("latency") and output["latency"]["median_ms"] > 300:
        yield "more than 300 ms of latency"
    # What the source itself held back (ffmpeg's pacing, a busy machine) is not the worker's.
    if output["stalls"]["any_ms"] > max(500, output.get("source_stalls", {}).get("any_ms", 0) + 200):
        yield "a stall of more than 500 ms"


def stream_text(stream):
    if stream["codec_type"] == "video":
        return f"{stream['codec_name']} {stream.get('profile')} {stream['width']}×{stream['height']} {stream['r_frame_rate']}"
    return f"{stream['codec_name']} {stream.get('profile')} {stream.get('sample_rate')} Hz {stream.get('channels')} channels"


def write(facts, failures, path):
    bed = {"bed": {name: figure for name, figure in facts["bed"].items() if name != "course"}} if facts.get("bed") else {}
    Path(path).write_text(json.dumps({**facts, **bed, "failures": failures}, indent=2))
