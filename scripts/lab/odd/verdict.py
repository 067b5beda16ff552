"""What came out of a made-up source: every frame found again by hash, and what is wrong with the whole."""

import bisect
import hashlib

from .case import AUDIO, VIDEO, cts, nals

MAX_RSS_MB = 320


def raw(p):
    """The AAC frame without its ADTS header, if any."""
    return p[9 if p[3] & 1 else 11:] if p[2:3] == b"\xff" and len(p) > 3 and p[3] & 0xF6 == 0xF0 else p[2:]


def slices(p, length_size=4):
    """The slices of a picture, without parameter sets, AUD and SEI."""
    return b"".join(u for u in nals(p, length_size) if u and u[0] & 31 in (1, 2, 3, 4, 5))


def key(kind, p, length_size=4):
    return hashlib.blake2b(slices(p, length_size) if kind == VIDEO else raw(p), digest_size=12).digest()


def length_size(published):
    """How long the lengths of NAL units are on the output: its own configuration says so, and a worker may hand on that of the source."""
    return next((t[3][9] % 4 + 1 for t in published if t[1] == VIDEO and len(t[3]) > 9 and t[3][1] == 0), 4)


def shown(kind, stamp, p):
    return stamp + (cts(p) if kind == VIDEO else 0)


def track(kind, truth, published):
    """(figures, [(stamp on the output, its shift against the truth, true stamp)] of the frames found)."""
    want = {}
    for n, (_, stamp, p, offset) in enumerate(t for t in truth if t[0] == kind):
        want.setdefault(key(kind, p), (n, stamp + offset))
    numbers_due = {n for n, _ in want.values()}
    size = length_size(published)
    out = [t for t in published if t[1] == kind and len(t[3]) > 5 and t[3][1] == 1 and (kind == AUDIO or slices(t[3], size))]
    found = [(want[k], t) for k, t in ((key(kind, t[3], size), t) for t in out) if k in want]
    numbers = {n for (n, _), _ in found}
    lost = numbers_due - numbers
    before = sum(n < min(numbers) for n in lost) if numbers else len(lost)
    after = sum(n > max(numbers) for n in lost) if numbers else 0
    steps = [b[2] - a[2] for a, b in zip(out, out[1:])]
    figures = {"in_source": len(want), "came_out": len(out), "matched": len(numbers), "lost_before_first": before,
               "lost_inside": len(lost) - before - after, "lost_after_last": after, "not_from_source": len(out) - len(found),
               "longest_step_ms": max(steps, default=0), "backwards": sum(s < 0 for s in steps),
               "longest_pause_s": round(max((b[0] - a[0] for a, b in zip(out, out[1:])), default=0), 2)}
    return figures, sorted((shown(kind, t[2], t[3]), shown(kind, t[2], t[3]) - true, true) for (_, true), t in found)


def apart(pictures, sound, skip=(0, 0)):
    """Each frame of sound against the nearest picture: [3rd percentile, median, 97th], ms; negative: sound early."""
    at, out = [p[0] for p in pictures], []
    for stamp, shift, true in sound:
        if skip[0] <= true < skip[1]:
            continue
        i = bisect.bisect(at, stamp)
        near = min((pictures[j] for j in (i - 1, i) if 0 <= j < len(at)), key=lambda p: abs(p[0] - stamp), default=None)
        if near and abs(near[0] - stamp) < 100 and not skip[0] <= near[2] < skip[1]:
            out.append(shift - near[1])
    out.sort()
    return [out[len(out) * 3 // 100], out[len(out) // 2], out[len(out) - 1 - len(out) * 3 // 100]] if out else None


def segment_files(folder):
    """How many files of each track, and how many of sound carry ADTS headers."""
    def adts(path):
        data = path.read_bytes()
        i = data.find(b"mdat")
        return i >= 0 and data[i + 4:i + 5] == b"\xff" and data[i + 5] & 0xF6 == 0xF0
    video, audio = sorted(folder.rglob("*_video.mp4")), sorted(folder.rglob("*_audio.m4a"))
    return {"video": len(video), "audio": len(audio), "audio_with_adts": sum(map(adts, audio))}


def judge(case, show, run, folder, dubbed=False):
    """The record of one case; `run` says how the worker ended (exit_code, rss_mb, hung, said)."""
    pictures, shown_pictures = track(VIDEO, case.truth, show.published)
    sound, shown_sound = track(AUDIO, case.truth, show.published)
    record = {"case": case.name, "mode": "dubbed" if dubbed else "passthrough", "note": case.note, "reads": show.reads, "sessions": show.sessions,
              "pictures": pictures, "sound": sound, "av_error_ms": apart(shown_pictures, shown_sound, case.av_skip), "segment_files": segment_files(folder),
              **run}
    record["faults"] = ended_badly(case, run) + backwards(pictures, sound) + ([] if case.survive else not_as_due(case, record))
    return record


def ended_badly(case, run):
    faults = []
    if run["hung"]:
        faults.append("the worker did not end")
    elif run["exit_code"] not in case.exits:
        faults.append(f"exit code {run['exit_code']}: {run['last_words']}")
    elif run["exit_code"] and not run["last_words"]:
        faults.append(f"exit code {run['exit_code']} without a word")
    if run["rss_mb"] > MAX_RSS_MB:
        faults.append(f"{run['rss_mb']} MB of memory")
    return faults


def backwards(*tracks):
    return [f"stamps go back {t['backwards']} times" for t in tracks if t["backwards"]]


def lost(figures):
    return sum(figures["lost_" + where] for where in ("before_first", "inside", "after_last"))


def not_as_due(case, record):
    pictures, sound, faults = record["pictures"], record["sound"], []
    if not record["sessions"]:
        return ["nothing was published"]
    # The last picture may be held back by a reader that waits for its successor to know that it is whole.
    if lost(pictures) > case.front + case.lost_pictures + 1:
        faults.append(f"{lost(pictures)} pictures lost, {case.front + case.lost_pictures + 1} may be")
    if lost(sound) > case.lost_sound:
        faults.append(f"{lost(sound)} of {sound['in_source']} frames of sound lost, {case.lost_sound} may be")
    if sound["not_from_source"] > case.foreign:
        faults.append(f"{sound['not_from_source']} frames of sound that the source does not have, {case.foreign} may be")
    av = record["av_error_ms"]
    if av and (av[0] < case.av[0] or av[2] > case.av[1]):
        faults.append(f"sound is {av[1]} ms off its picture (from {av[0]} to {av[2]})")
    for name, figures in (("picture", pictures), ("sound", sound)):
        if figures["longest_step_ms"] > case.step_ms:
            faults.append(f"stamps of the {name} jump by {figures['longest_step_ms']} ms")
    if record["sessions"] > 1:
        faults.append(f"{record['sessions']} sessions")
    files = record["segment_files"]
    if case.files and (not files["audio"] or files["video"] != files["audio"]):
        faults.append(f"{files['video']} video files, {files['audio']} audio files")
    if files["audio_with_adts"]:
        faults.append(f"{files['audio_with_adts']} audio files carry ADTS")
    return faults
