"""The outputs of a stream in several languages, beside each other: `./dev demo --languages es,fr,original`."""

import re
from pathlib import Path

from . import analysis, flow, metrics

# A target is a language tag with a voice behind a colon, if any, as in WORKER_TARGET_LANGUAGE.
TARGET = re.compile(r"[A-Za-z0-9-]{2,35}(:[^,]{1,64})?")
ORIGINAL = "original"
# Viewers of different languages see the same picture at the same time, to 50 ms.
APART_MS = 50
# A reader that joins late begins at a later keyframe; the source has one each 2 s.
LATE_MS = 2100


def keys(text):
    """The languages' names in paths, from a list as in WORKER_TARGET_LANGUAGE. Raises ValueError for anything else."""
    targets = text.split(",")
    if not all(TARGET.fullmatch(target) for target in targets):
        raise ValueError("--languages is a list such as es,fr:anna,original")
    found = [target.split(":")[0].lower() for target in targets]
    if len(set(found)) < len(found):
        raise ValueError("--languages names a language twice")
    return found


def outputs(languages):
    """{language: name of its path}. The first one has the path that a stream without languages has."""
    return {language: "out" if i == 0 else f"out-{language}" for i, language in enumerate(languages)}


def gather(languages, readers, samples, folder):
    """Figures of each language, one dictionary for each; the first output is what the others are compared with."""
    first = flow.of(readers["out"].packets, "video")
    found = []
    for i, (language, name) in enumerate(outputs(languages).items()):
        own = readers[name].packets
        entry = {"language": language, "output": name, **same_picture(first, flow.of(own, "video"))}
        entry["dubbed"] = metrics.value(samples, "worker_segments_dubbed_total", language=language) or 0
        entry["fallback"] = metrics.by_label(samples, "worker_fallback_total", "reason", language=language)
        suffix = "_audio_dubbed.m4a" if i == 0 else f"_audio_dubbed_{language}.m4a"
        entry["files"] = len(list((Path(folder) / "segments").glob(f"*/*{suffix}")))
        if own and i > 0:
            entry["sync"] = analysis.analyse(readers[name].path, own)[0].get("sync")
        found.append(entry)
    return found


def same_picture(first, other):
    """Whether both have the same pictures with the same stamps where both were read, and how far apart they came."""
    if not first or not other:
        return {"pictures": len(other), "identical": False, "late_ms": None, "apart_ms": None}
    begin, end = max(first[0].dts_ms, other[0].dts_ms), min(first[-1].dts_ms, other[-1].dts_ms)
    a, b = ([p for p in packets if begin <= p.dts_ms <= end] for packets in (first, other))
    identical = bool(a) and [(p.dts_ms, p.pts_ms, p.digest) for p in a] == [(p.dts_ms, p.pts_ms, p.digest) for p in b]
    # The server sends a reader who joins what it has at once: that is not the worker's.
    pairs = [abs(p.arrival_s - q.arrival_s) * 1000 for p, q in zip(a, b) if p.dts_ms > begin + 1000] if identical else []
    return {"pictures": len(other), "identical": identical, "late_ms": other[0].dts_ms - first[0].dts_ms,
            "apart_ms": round(sorted(pairs)[len(pairs) * 99 // 100], 1) if pairs and first is not other else 0.0}


def lines(found):
    for entry in found:
        fallback = sum(entry["fallback"].values())
        sync = entry.get("sync")
        parts = [entry["output"], f"{entry['pictures']} pictures"]
        if entry is not found[0]:
            parts.append("the same with the same stamps" if entry["identical"] else "NOT the first output's")
            parts.append(f"{entry['apart_ms']} ms apart (99 %)")
        parts.append("the source's sound" if entry["language"] == ORIGINAL else
                     f"{entry['dubbed']:g} dubbed on air, {entry['files']} dubbed files, {fallback:g} with original sound")
        if sync:
            parts.append(f"sound − picture {sync['start_ms']:+.1f} … {sync['end_ms']:+.1f} ms")
        yield entry["language"], ", ".join(parts)


def wrong(found, own_ms, most_ms, expected):
    """`own_ms` is the source's distance of sound and picture, `most_ms` how far an output may be from it, `expected` segments at least."""
    for i, entry in enumerate(found):
        name = entry["language"]
        if not entry["identical"]:
            yield f"{name}: not the pictures and stamps of the first output"
            continue
        if abs(entry["late_ms"]) > LATE_MS:
            yield f"{name}: its output begins {entry['late_ms']} ms after the first"
        if entry["apart_ms"] > APART_MS:
            yield f"{name}: its pictures leave {entry['apart_ms']} ms from the first output's"
        if name != ORIGINAL and min(entry["dubbed"], entry["files"]) < expected:
            yield f"{name}: fewer than {expected} segments dubbed"
        if name != ORIGINAL and sum(entry["fallback"].values()):
            yield f"{name}: segments aired with the original audio"
        sync = entry.get("sync")
        if i > 0 and not sync:
            yield f"{name}: no flash with a beep in the output"
        elif sync and any(abs(sync[place] - own_ms) > most_ms for place in ("start_ms", "middle_ms", "end_ms")):
            yield f"{name}: sound and picture are more than {most_ms} ms from the source's own"
