"""Composition offsets that cannot be, and some that can."""

from .case import VIDEO, Case, cts, keyframe, survives, with_cts
from .material import source

SECONDS = 10


def composition_far_positive(rng=None, number=0):
    """B-frames; five pictures after the third second have a composition offset of +8 388 574 ms (a negative one written without its sign)."""
    if not rng:
        return strays([8_388_574] * 5, 2)
    how = number % 5
    if how == 0:
        return strays([rng.choice((8_388_574, 8_388_607, rng.randint(20_000, 8_388_607))) for _ in range(rng.randint(1, 20))], 2)
    if how == 1:
        return strays([rng.choice((-8_388_608, -8_388_607, rng.randint(-8_388_608, -20_000))) for _ in range(rng.randint(1, 20))], rng.choice((0, 2)))
    if how == 2:
        return strays([(1 if n % 2 else -1) * rng.choice((8_388_607, 3_600_000, 65_536, 11_000)) for n in range(rng.randint(2, 30))], 2)
    if how == 3:
        return shifted(rng)
    return all_impossible(rng)


def base(bf):
    return source(SECONDS, bf=bf, x264="b-pyramid=normal" if bf else "")


def strays(values, bf):
    """Some pictures have one of these offsets; the worker may leave those pictures out."""
    headers, tags, truth = base(bf)
    candidates = [i for i, t in enumerate(tags) if t[1] == VIDEO and t[0] > 3 and not keyframe(t[3])]
    step = max(1, len(candidates) // (len(values) + 1))
    out = list(tags)
    for n, value in enumerate(values):
        at, kind, ts, p = out[candidates[n * step]]
        out[candidates[n * step]] = (at, kind, ts, with_cts(p, value))
    return Case(headers, out, truth, lost_pictures=len(values), note=f"{len(values)} pictures with offsets such as {values[0]} ms")


def shifted(rng):
    """Legal: all pictures are decoded later, so that some are shown before their decoding time (negative offsets)."""
    by = rng.choice((40, 80, 120))
    headers, tags, truth = base(2)
    out = [(at, k, ts + by, with_cts(p, cts(p) - by)) if k == VIDEO else (at, k, ts, p) for at, k, ts, p in tags]
    out = [(at + (by / 1000 if k == VIDEO else 0), k, ts, p) for at, k, ts, p in out]
    return Case(headers, sorted(out, key=lambda t: t[0]), truth, note=f"decoding times {by} ms late, offsets down to −{by} ms")


def all_impossible(rng):
    value = rng.choice((8_388_607, -8_388_608, 600_000, -600_000))
    share = rng.choice((0.5, 1))
    headers, tags, truth = base(rng.choice((0, 2)))
    out = [(at, k, ts, with_cts(p, value) if k == VIDEO and rng.random() < share else p) for at, k, ts, p in tags]
    return survives(Case(headers, out, truth), f"{'all' if share == 1 else 'half of the'} pictures have an offset of {value} ms")
