"""Sound whose stamps are those of batches: phone encoders stamp some AAC frames once."""

from .case import AUDIO, Case, by_time
from .material import frame_ms, source

SECONDS = 10


def audio_stamped_in_batches(rng=None, number=0):
    """AAC frames leave four at a time, when the fourth is there, all under the stamp of the first."""
    if not rng:
        return batches(4, "first")
    if number % 4 == 3:
        return bursts(rng)
    size = rng.randint(2, 12)
    how = ("first", "last", "jitter")[number % 4]
    rate, channels = rng.choice(((48000, 2), (44100, 2), (44100, 1)))
    return batches(size, how, rng, rate, channels)


def batches(size, how, rng=None, rate=48000, channels=2):
    headers, tags, truth = source(SECONDS, rate=rate, channels=channels)
    sound = [t for t in tags if t[1] == AUDIO]
    out = [t for t in tags if t[1] != AUDIO]
    one = frame_ms(rate)
    for i in range(0, len(sound), size):
        group = sound[i:i + size]
        at = group[0][0] + len(group) * one / 1000
        stamp = group[-1][2] if how == "last" else group[0][2]
        for _, kind, ts, p in group:
            if how == "jitter":
                stamp = max(0, ts + rng.randint(-15, 15))
            out.append((at, kind, stamp, p))
    # A batch under the stamp of its last frame is taken for one under that of its first: nobody can tell them apart.
    late = (size - 1) * one if how == "last" else 0
    # The sound then begins that much after the picture, and a dubbed stream is silent until it does.
    silent = 4 + (size - 1 if how == "last" else 0)
    return Case(headers, by_time(out), truth, lost_sound=2 * size + 2, foreign=silent, av=(-45 - (15 if how == "jitter" else 0), 45 + 15 + late),
                note=f"batches of {size} frames at {rate} Hz stamped {how}")


def bursts(rng):
    """Nothing for a while, then everything at once, as over a phone's network; the stamps are right."""
    pause = rng.choice((0.4, 0.8, 1.4))
    only_sound = rng.random() < 0.5
    headers, tags, truth = source(SECONDS)
    out = [((int(at / pause) + 1) * pause if kind == AUDIO or not only_sound else at, kind, ts, p) for at, kind, ts, p in tags]
    # A frame that comes too late for its place is lost; how late is too late is the worker's to say.
    return Case(headers, by_time(out), truth, lost_sound=6, lost_pictures=2, foreign=8, note=f"bursts each {pause} s{' of sound' if only_sound else ''}")
