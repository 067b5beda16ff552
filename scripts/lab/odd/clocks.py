"""Two clocks in one stream, clocks that jump, and stamps by chance."""

from .case import AUDIO, VIDEO, Case, by_time, survives
from .material import source

SECONDS = 12
WRAP = 1 << 32


def two_clocks(rng=None, number=0):
    """Picture stamped from 100 000 s on (uptime), sound from 0; what belongs together arrives together."""
    if not rng:
        return apart(100_000_000, VIDEO)
    ms = rng.choice((30_000, 3_600_000, 100_000_000, 1_900_000_000, rng.randint(20_000, 2_100_000_000)))
    ahead = rng.choice((VIDEO, AUDIO))
    if number % 4 == 3:
        return late_track(ms, ahead, rng)
    base = (0, 5_000, WRAP - 6_000)[number % 3]
    return apart(ms, ahead, base)


def two_clocks_5s(rng=None, number=0):
    """The same with a picture that is stamped only 5 s ahead of its sound."""
    if not rng:
        return apart(5_000, VIDEO)
    if number % 2:
        return jumping(rng)
    return apart(rng.choice((3_000, 4_000, 5_000, 7_500, 12_000, 19_000)), rng.choice((VIDEO, AUDIO)), rng.choice((0, 90_000)))


def apart(ms, ahead, base=0):
    headers, tags, truth = source(SECONDS)
    return Case(headers, [(at, k, base + ts + (ms if k == ahead else 0), p) for at, k, ts, p in tags], truth, lost_pictures=5, lost_sound=100,
                av=(-100, 100), note=f"{'picture' if ahead == VIDEO else 'sound'} stamped {ms} ms ahead of the other, from {base} on")


def late_track(ms, ahead, rng):
    """One track begins some seconds after the other, and has a clock of its own."""
    late = rng.choice((AUDIO, VIDEO))
    begin = 2.0
    headers, tags, truth = source(SECONDS)
    tags = [(at, k, ts + (ms if k == ahead else 0), p) for at, k, ts, p in tags if k != late or at >= begin]
    truth = [t for t in truth if t[0] != late or t[1] >= begin * 1000]
    return Case(headers, tags, truth, front=60 if late == AUDIO else 0, lost_pictures=5, lost_sound=200 if late == VIDEO else 100, foreign=150, av=(-100, 100),
                note=f"{'sound' if late == AUDIO else 'picture'} begins {begin} s late; {'picture' if ahead == VIDEO else 'sound'} stamped {ms} ms ahead")


def jumping(rng):
    """One of two clocks that agreed jumps on air and stays there."""
    ms = rng.choice((3_000, 5_000, 60_000, 86_400_000, -3_000, -5_000))
    who = rng.choice((VIDEO, AUDIO))
    headers, tags, truth = source(SECONDS)
    base = 100_000
    out = [(at, k, base + ts + (ms if k == who and at >= 5 else 0), p) for at, k, ts, p in tags]
    return Case(headers, out, truth, lost_pictures=75, lost_sound=150, foreign=150, av=(-100, 100), av_skip=(4_500, 9_000), step_ms=1_500,
                note=f"the {'picture' if who == VIDEO else 'sound'}'s clock jumps by {ms} ms after 5 s")


def stray_stamps(rng=None, number=0):
    """One picture and one frame of sound are stamped 20 days ahead."""
    if not rng:
        return some_ahead([VIDEO, AUDIO], 1_728_000_000)
    return STRAYS[number % len(STRAYS)](rng)


def some_ahead(kinds, ms):
    headers, tags, truth = source(SECONDS)
    out, done = [], 0
    for n, (at, k, ts, p) in enumerate(tags):
        if done < len(kinds) and at > 3 + done * 0.31 and k == kinds[done]:
            ts, done = ts + ms, done + 1
        out.append((at, k, ts, p))
    return Case(headers, out, truth, lost_pictures=done, lost_sound=done + 2, foreign=4 + done, note=f"{done} tags stamped {ms} ms off")


def single_ahead(rng):
    ms = rng.choice((1_728_000_000, 60_000, 3_600_000, 2_147_000_000))
    return some_ahead([rng.choice((VIDEO, AUDIO)) for _ in range(rng.randint(1, 12))], ms)


def single_behind(rng):
    return some_ahead([rng.choice((VIDEO, AUDIO)) for _ in range(rng.randint(1, 12))], -rng.choice((500, 2_000, 3_000)))


def by_chance(rng):
    share = rng.choice((0.2, 1))
    headers, tags, truth = source(SECONDS)
    out = [(at, k, rng.randrange(WRAP) if rng.random() < share else ts, p) for at, k, ts, p in tags]
    return survives(Case(headers, out, truth), f"{int(share * 100)} % of the stamps by chance")


def wraps(rng):
    at_ms = rng.choice((WRAP, 1 << 31, 1 << 24))
    begin = at_ms - rng.randint(2_000, 8_000)
    headers, tags, truth = source(SECONDS)
    return Case(headers, [(at, k, begin + ts, p) for at, k, ts, p in tags], truth, note=f"stamps begin at {begin} and pass {at_ms}")


def repeated(rng):
    """Stamps as coarse as a slow timer's: several tags share one."""
    grid = rng.choice((40, 100, 200))
    headers, tags, truth = source(SECONDS)
    return Case(headers, [(at, k, ts - ts % grid, p) for at, k, ts, p in tags], truth, lost_sound=12, lost_pictures=5, foreign=8, av=(-45 - grid, 45 + grid),
                note=f"stamps in steps of {grid} ms")


def backwards(rng):
    """A run of tags goes back and the stamps then go on where they were."""
    back, length, who = rng.choice((300, 1_000, 3_000)), rng.randint(3, 15), rng.choice((VIDEO, AUDIO, None))
    headers, tags, truth = source(SECONDS)
    run = [i for i, t in enumerate(tags) if t[0] > 4 and who in (None, t[1])][:length]
    out = [(at, k, max(0, ts - back) if i in run else ts, p) for i, (at, k, ts, p) in enumerate(tags)]
    return Case(headers, out, truth, lost_pictures=length, lost_sound=length + 3, foreign=length + 4, step_ms=600 if length > 5 else 300,
                note=f"{length} tags go back by {back} ms")


def both_jump(rng):
    """Both clocks jump, as when a publisher is started again behind a server that keeps the path."""
    ms = rng.choice((-4_000, 3_600_000, -1_000, 10_000, 1_728_000_000))
    headers, tags, truth = source(SECONDS)
    base = 500_000
    return Case(headers, [(at, k, base + ts + (ms if at >= 5 else 0), p) for at, k, ts, p in tags], truth, lost_pictures=12, lost_sound=12, foreign=16, step_ms=400,
                note=f"both clocks jump by {ms} ms after 5 s")


def gap(rng):
    """Nothing of one track for a while."""
    who, length = rng.choice((VIDEO, AUDIO)), rng.choice((0.5, 1.5, 3))
    headers, tags, truth = source(SECONDS)
    gone = lambda k, at: k == who and 4 <= at < 4 + length
    # Pictures come again with the next keyframe at the latest; silence stands where sound is missing.
    return Case(headers, by_time(t for t in tags if not gone(t[1], t[0])), [t for t in truth if not gone(t[0], t[1] / 1000)], lost_pictures=60 if who == VIDEO else 0,
                lost_sound=6, foreign=int(length * 47) + 8, step_ms=200 + (int(length * 1000) + 2_500 if who == VIDEO else 0),
                note=f"no {'picture' if who == VIDEO else 'sound'} for {length} s")


def standing(rng):
    """A clock that stands: all stamps alike, or whole seconds."""
    grid, both = rng.choice((1_000, 1 << 32)), rng.random() < 0.5
    headers, tags, truth = source(SECONDS)
    out = [(at, k, ts - ts % grid if both or k == VIDEO else ts, p) for at, k, ts, p in tags]
    # That the clock stands is known after a quarter of a second.
    return Case(headers, out, truth, av=(-100, 100), av_skip=(0, 600), step_ms=700, note=f"stamps {'in steps of 1 s' if grid == 1_000 else 'all alike'}, of {'both tracks' if both else 'the picture'}")


STRAYS = (single_ahead, by_chance, wraps, repeated, backwards, both_jump, single_behind, gap, standing)
