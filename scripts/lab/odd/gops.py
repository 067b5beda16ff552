"""Sources with a long way between keyframes: who joins in between gets sound at once and no picture for a while."""

from .case import SCRIPT, VIDEO, Case, by_time, keyframe, survives
from .material import source


def long_gop(rng=None, number=0):
    """250 frames at 30 fps between keyframes (x264's own default); the reader joins 1.9 s after one and waits 6.4 s for the next."""
    if not rng:
        return joined(*source(15, fps=30, gop=250), join_at=1.9)
    fps = rng.choice((24, 25, 30, 50))
    gop_s = (3, 5, 10, 20, 30)[number % 5]
    join_at = round(rng.uniform(0.1, 0.9) * min(gop_s, 12), 2) if gop_s < 30 else 1.0
    secs = gop_s + 5
    headers, tags, truth = source(secs, fps=fps, gop=fps * gop_s)
    how = number // 5 % 4
    note = f"GOP of {gop_s} s at {fps} fps, joined after {join_at} s"
    if how == 1:
        headers, note = [h for h in headers if h[0] != SCRIPT], note + ", no onMetaData"
    elif how == 2:
        # Nothing announces the picture until its keyframe comes.
        config = [h for h in headers if h[0] == VIDEO]
        headers = [h for h in headers if h[0] != VIDEO]
        tags = by_time(tags + [(gop_s - 0.001, k, gop_s * 1000 - 1, p) for k, p in config])
        note += ", AVC sequence header only with the keyframe"
    elif how == 3 and gop_s < 20:
        tags = [t for t in tags if t[0] < gop_s]
        return survives(joined(headers, tags, truth, join_at, gop_s), note + ", ends before the next keyframe", (0, 3, 4))
    case = joined(headers, tags, truth, join_at)
    case.note = note
    return case


def joined(headers, tags, truth, join_at, key_at=None):
    """The case, with what the late reader cannot have."""
    key_at = key_at or next(at for at, k, ts, p in tags if k == VIDEO and at >= join_at and keyframe(p))
    front = sum(t[0] == VIDEO and t[1] < key_at * 1000 for t in truth)
    return Case(headers, tags, truth, join_at=join_at, front=front, lost_sound=int(key_at * 1000 / 21.3) + 6)
