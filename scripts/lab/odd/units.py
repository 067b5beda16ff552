"""Mutations of a sound stream whose tags and access units are odd but legal, or broken in a way that a reader can step over."""

import struct

from .case import (AGGREGATE, AUDIO, SCRIPT, VIDEO, Case, by_time, header_of, keyframe, metadata, nals, parameter_sets, survives, with_nals)
from .material import source

SECONDS = 9
AUD, SEI = b"\x09\xf0", b"\x06\x05\x10" + bytes(range(16)) + b"\x80"


def plain(rng=None, number=0):
    """Nothing is wrong with it: the control. Its mutations have odd tags and access units."""
    if not rng:
        return Case(*source(SECONDS), files=True)
    return VARIANTS[number % len(VARIANTS)](rng)


def small_lengths(rng):
    """NAL unit lengths of one byte need slices below 256 bytes; two bytes are enough for any slice here."""
    size = rng.choice((1, 2))
    headers, tags, truth = source(SECONDS, x264="slice-max-size=180" if size == 1 else "")
    config = header_of(headers, VIDEO)
    config = config[:9] + bytes([0xFC | size - 1]) + config[10:]
    # The encoder's own text (SEI) is longer than a byte can say.
    cut = lambda p: with_nals(p, [u for u in nals(p) if len(u) < 256 ** size], size)
    return Case([(k, config if k == VIDEO else p) for k, p in headers], [(at, k, ts, cut(p) if k == VIDEO else p) for at, k, ts, p in tags], truth,
                note=f"NAL unit lengths of {size} byte(s)")


def header_again(rng):
    every = rng.choice((1, 7, 25, 50))
    headers, tags, truth = source(SECONDS)
    out, n = [], 0
    for at, kind, ts, p in tags:
        if kind == VIDEO:
            if n % every == 0:
                out += [(at, k, ts, h) for k, h in headers if k != SCRIPT]
            n += 1
        out.append((at, kind, ts, p))
    return Case(headers, out, truth, note=f"sequence headers again before each {every}. picture")


def header_late(rng):
    """Pictures come before the configuration that they need: nobody can show them."""
    late_ms = rng.choice((300, 1100, 2500))
    headers, tags, truth = source(SECONDS)
    config = header_of(headers, VIDEO)
    first_key = next(ts for at, k, ts, p in tags if k == VIDEO and ts >= late_ms and keyframe(p))
    front = sum(k == VIDEO and ts < first_key for at, k, ts, p in tags)
    out = by_time(tags + [(late_ms / 1000, VIDEO, late_ms, config)])
    return Case([h for h in headers if h[0] != VIDEO], out, truth, front=front, lost_sound=first_key // 21 + 4,
                note=f"AVC sequence header only after {late_ms} ms")


def new_size(rng):
    """Another size on air, with its new sequence header: as when somebody changes a scene's resolution."""
    first, second = source(SECONDS), source(SECONDS, size=rng.choice(("160x90", "640x360")))
    at_ms = rng.choice((2000, 4000))
    pick = lambda which, ts: which == (ts >= at_ms)
    tags = [t for which, s in ((False, first), (True, second)) for t in s[1] if t[1] == VIDEO and pick(which, t[2])]
    truth = [t for which, s in ((False, first), (True, second)) for t in s[2] if t[0] == VIDEO and pick(which, t[1])]
    tags += [t for t in first[1] if t[1] == AUDIO]
    truth += [t for t in first[2] if t[0] == AUDIO]
    tags.append((at_ms / 1000 - 0.001, VIDEO, at_ms, header_of(second[0], VIDEO)))
    return Case(first[0], by_time(tags), sorted(truth, key=lambda t: t[1]), lost_pictures=3, lost_sound=6, note="another picture size on air")


def aud_and_sei(rng):
    headers, tags, truth = source(SECONDS)
    own_tag = rng.random() < 0.5
    every = rng.choice((1, 3, 10))
    out, n = [], 0
    for at, kind, ts, p in tags:
        if kind == VIDEO:
            n += 1
            if n % every == 0:
                if own_tag:  # an access unit without a picture
                    out.append((at, kind, max(0, ts - 1), b"\x27\x01\x00\x00\x00" + with_nals(p, [AUD, SEI])[5:]))
                else:
                    p = with_nals(p, [AUD, SEI, *nals(p)])
        out.append((at, kind, ts, p))
    return Case(headers, out, truth, note=f"AUD and SEI {'as tags without a picture' if own_tag else 'in front'} at each {every}. picture")


def inband(rng):
    headers, tags, truth = source(SECONDS)
    sps, pps = parameter_sets(header_of(headers, VIDEO))
    all_of_them = rng.random() < 0.5
    out = [(at, k, ts, with_nals(p, [sps, pps, *nals(p)]) if k == VIDEO and (all_of_them or keyframe(p)) else p) for at, k, ts, p in tags]
    return Case(headers, out, truth, note=f"SPS and PPS inside {'each picture' if all_of_them else 'keyframes'}")


def scattered(tags, rng, make, share=0.1):
    """The tags, and now and then what `make` gives before one."""
    out = []
    for t in tags:
        if rng.random() < share:
            out += [(t[0], kind, t[2], p) for kind, p in make(rng)]
        out.append(t)
    return out


def stumps(rng):
    headers, tags, truth = source(SECONDS)
    whole = [b"", b"\x17", b"\x27\x01", b"\x27\x01\x00\x00", b"\x27\x01\x00\x00\x00", b"\x17\x00\x00\x00\x00", b"\x17\x00\x00\x00\x00\x01\x42"]
    make = lambda r: [(VIDEO, r.choice(whole))] if r.random() < 0.5 else [(r.choice((AUDIO, SCRIPT)), r.choice((b"", b"\xaf", b"\xaf\x01", b"\xaf\x00", b"\x02")))]
    return Case(headers, scattered(tags, rng, make), truth, note="tags of 0 to 7 bytes between the others")


def lying_lengths(rng):
    """A NAL unit that says it is longer than its tag."""
    headers, tags, truth = source(SECONDS)
    make = lambda r: [(VIDEO, b"\x27\x01\x00\x00\x00" + struct.pack(">I", r.choice((100, 65536, 0x7FFFFFFF, 0xFFFFFFFF))) + bytes([0x41, 0x9A, r.randrange(256)]))]
    return Case(headers, scattered(tags, rng, make, 0.03), truth, lost_pictures=2, note="NAL units longer than their tag")


def ends(rng):
    headers, tags, truth = source(SECONDS)
    return Case(headers, scattered(tags, rng, lambda r: [(VIDEO, b"\x17\x02\x00\x00\x00")], 0.05), truth, note="end-of-sequence tags in the middle")


def no_key_flag(rng):
    headers, tags, truth = source(SECONDS)
    return Case(headers, [(at, k, ts, b"\x27" + p[1:] if k == VIDEO else p) for at, k, ts, p in tags], truth, front=50, lost_sound=100,
                note="no picture has the keyframe flag")


def all_key_flags(rng):
    headers, tags, truth = source(SECONDS)
    share = rng.choice((0.1, 1))
    out = [(at, k, ts, b"\x17" + p[1:] if k == VIDEO and rng.random() < share else p) for at, k, ts, p in tags]
    return Case(headers, out, truth, note="pictures that are no IDR have the keyframe flag")


def aggregates(rng):
    """Tags put together in messages of type 22; servers take them apart or hand them on."""
    headers, tags, truth = source(SECONDS)
    size, out = rng.choice((2, 5, 9)), []
    for i in range(0, len(tags), size):
        group = tags[i:i + size]
        out.append((group[-1][0], AGGREGATE, group[0][2], b"".join(
            bytes([k]) + len(p).to_bytes(3, "big") + (ts & 0xFFFFFF).to_bytes(3, "big") + bytes([ts >> 24 & 255, 0, 0, 0]) + p + struct.pack(">I", 11 + len(p))
            for at, k, ts, p in group)))
    return survives(Case(headers, out, truth), f"aggregate messages of {size} tags", (0, 3, 4))


def command_frames(rng):
    headers, tags, truth = source(SECONDS)
    return Case(headers, scattered(tags, rng, lambda r: [(VIDEO, r.choice((b"\x57\x00", b"\x57\x01", b"\x50\x00")))], 0.05), truth,
                note="video info and command frames (frame type 5)")


def no_metadata(rng):
    headers, tags, truth = source(SECONDS)
    order = [h for h in headers if h[0] != SCRIPT]
    rng.shuffle(order)
    return Case(order, tags, truth, note="no onMetaData")


def other_messages(rng):
    headers, tags, truth = source(SECONDS)
    cue = b"\x02\x00\x0aonCuePoint\x08\x00\x00\x00\x00\x00\x00\x09"
    make = lambda r: [(r.choice((15, 16, 17, 19, 99)), bytes(r.randrange(256) for _ in range(r.randrange(40))))] if r.random() < 0.5 else [(SCRIPT, cue)]
    return Case(headers, scattered(tags, rng, make, 0.05), truth, note="shared objects, AMF3 data and message types that do not exist")


def other_sound(rng):
    rate, channels = rng.choice(((44100, 2), (44100, 1), (22050, 1), (32000, 2), (16000, 1)))
    headers, tags, truth = source(SECONDS, rate=rate, channels=channels)
    return Case(headers, tags, truth, note=f"AAC {rate} Hz, {channels} channel(s)", av=(-70, 70) if rate < 32000 else (-45, 45))


def many_slices(rng):
    """Slices that fit network packets: a keyframe has far more than 50."""
    size = rng.choice((60, 90))
    headers, tags, truth = source(SECONDS, x264=f"slice-max-size={size}")
    return Case(headers, tags, truth, note=f"slices of at most {size} bytes")


def sets_in_band(rng):
    """No sequence header that can be used: SPS and PPS stand in front of each keyframe, as in MPEG-TS."""
    how = rng.choice(("no sequence header", "a sequence header without parameter sets", "a sequence header with start codes"))
    headers, tags, truth = source(SECONDS)
    tag = header_of(headers, VIDEO)
    sps, pps = parameter_sets(tag)
    start = b"\x00\x00\x00\x01"
    instead = {"no": [], "a sequence header without": [tag[:10] + b"\xe0\x00"], "a sequence header with": [tag[:5] + start + sps + start + pps]}
    made = next(v for k, v in instead.items() if how.startswith(k + " "))
    out = [(at, k, ts, with_nals(p, [AUD, sps, pps, *nals(p)]) if k == VIDEO and keyframe(p) else p) for at, k, ts, p in tags]
    return Case([(VIDEO, p) for p in made] + [h for h in headers if h[0] != VIDEO], out, truth, note=f"SPS and PPS in keyframes, {how}")


def intra_refresh(rng):
    """No I picture after the first: the reader comes later, and may begin at a recovery point."""
    headers, tags, truth = source(SECONDS, x264="intra-refresh=1")
    join_at = round(rng.uniform(0.2, 1.8), 2)
    key_ms = next(ts for at, k, ts, p in tags if k == VIDEO and at >= join_at and keyframe(p))
    return Case(headers, tags, truth, join_at=join_at, front=sum(t[0] == VIDEO and t[1] < key_ms for t in truth), lost_sound=key_ms // 21 + 6,
                note=f"intra refresh, joined after {join_at} s")


def metadata_between(rng):
    headers, tags, truth = source(SECONDS)
    again = metadata({"width": 320.0, "height": 180.0, "framerate": 25.0, "videocodecid": 7.0, "audiocodecid": 10.0})
    return Case(headers, scattered(tags, rng, lambda r: [(SCRIPT, again)], 0.2), truth, note="onMetaData again and again")


VARIANTS = (small_lengths, header_again, header_late, new_size, aud_and_sei, inband, stumps, lying_lengths, ends, no_key_flag, all_key_flags,
            aggregates, command_frames, no_metadata, other_messages, other_sound, metadata_between, many_slices, sets_in_band, intra_refresh)
