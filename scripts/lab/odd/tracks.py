"""Foreign tracks beside classic H.264 and AAC: enhanced RTMP, multitrack, codec numbers that nobody knows."""

from .case import AUDIO, VIDEO, Case, header_of
from .material import source

SECONDS = 9
EX_AUDIO, MULTITRACK_AUDIO = 0x90, 0x95
SEQUENCE_START, CODED_FRAMES, CODED_FRAMES_X, MULTITRACK_VIDEO = 0, 1, 3, 6


def multitrack_audio(rng=None, number=0):
    """Classic H.264 and AAC, and a second AAC track as an enhanced RTMP multitrack message (one track, `mp4a`, track 1) behind each frame."""
    headers, tags, truth = source(SECONDS)
    if not rng:
        return beside(headers, tags, truth, one_audio_track(b"mp4a", 1), 0, False)
    if number % (len(VARIANTS) + 1) == len(VARIANTS):
        return wrapped(rng)
    make, note = VARIANTS[number % (len(VARIANTS) + 1)](rng)
    begin = rng.choice((0, 0, 3.2))
    first = rng.random() < 0.3
    case = beside(headers, tags, truth, make, begin, first)
    case.note = note + (f", from {begin} s on" if begin else ", from the start") + (", sent before the classic frames" if first else "")
    return case


def beside(headers, tags, truth, make, begin, first):
    """`make(kind, is_header, data)` gives the foreign tags [(kind, payload)] that go with a classic one."""
    config = {k: header_of(headers, k) for k in (AUDIO, VIDEO)}
    raw = lambda kind, p: p[2:] if kind == AUDIO else p[5:]
    extra = [t for kind in (AUDIO, VIDEO) for t in make(kind, True, raw(kind, config[kind]))]
    out, announced = [], begin == 0
    for at, kind, ts, p in tags:
        foreign = []
        if at >= begin:
            if not announced:
                announced = True
                foreign += extra
            foreign += make(kind, False, raw(kind, p))
        mine = [(at, kind, ts, p)]
        theirs = [(at, k, ts, q) for k, q in foreign]
        out += theirs + mine if first else mine + theirs
    if begin == 0:
        headers = extra + headers if first else headers + extra
    return Case(headers, out, truth)


def one_audio_track(fourcc, track, kind_of_track=0):
    def make(kind, header, data):
        if kind != AUDIO:
            return []
        return [(AUDIO, bytes([MULTITRACK_AUDIO, kind_of_track << 4 | (SEQUENCE_START if header else CODED_FRAMES)]) + fourcc + bytes([track]) + data)]
    return make


def multitrack_of_other_codec(rng):
    fourcc, track = rng.choice((b"Opus", b"fLaC", b"ac-3", b"ec-3", b".mp3", b"mp4a", b"zzzz")), rng.choice((1, 2, 7, 255))
    return one_audio_track(fourcc, track), f"{fourcc.decode()} as track {track}"


def many_tracks(rng):
    """Several tracks in one message, of one codec or each with its own."""
    count, own_codec = rng.choice((2, 3, 8)), rng.random() < 0.5

    def make(kind, header, data):
        if kind != AUDIO:
            return []
        packet = SEQUENCE_START if header else CODED_FRAMES
        body = bytes([MULTITRACK_AUDIO, (2 if own_codec else 1) << 4 | packet]) + (b"" if own_codec else b"mp4a")
        for track in range(1, count + 1):
            body += (b"Opus" if own_codec else b"") + bytes([track]) + len(data).to_bytes(3, "big") + data
        return [(AUDIO, body)]
    return make, f"{count} tracks in one message, {'each with its codec' if own_codec else 'of one codec'}"


def enhanced_audio(rng):
    fourcc = rng.choice((b"Opus", b"fLaC", b"ac-3"))

    def make(kind, header, data):
        return [(AUDIO, bytes([EX_AUDIO | (SEQUENCE_START if header else CODED_FRAMES)]) + fourcc + data)] if kind == AUDIO else []
    return make, f"enhanced RTMP sound in {fourcc.decode()}"


def enhanced_video(rng):
    fourcc, multi = rng.choice((b"hvc1", b"av01", b"vp09", b"avc1")), rng.random() < 0.5
    multi = multi or fourcc == b"avc1"

    def make(kind, header, data):
        if kind != VIDEO:
            return []
        packet = SEQUENCE_START if header else CODED_FRAMES_X
        if multi:
            return [(VIDEO, bytes([0x90 | MULTITRACK_VIDEO, packet]) + fourcc + b"\x01" + data)]
        return [(VIDEO, bytes([0x90 | packet]) + fourcc + data)]
    return make, f"enhanced RTMP picture in {fourcc.decode()}{' as track 1' if multi else ''}"


def classic_audio(rng):
    number = rng.choice((0, 1, 2, 3, 5, 7, 8, 11, 12, 13, 14, 15))

    def make(kind, header, data):
        return [(AUDIO, bytes([number << 4 | 0x0F]) + data)] if kind == AUDIO and not header else []
    return make, f"sound of codec number {number}"


def classic_video(rng):
    number = rng.choice((0, 1, 2, 3, 4, 5, 6, 8, 12, 13, 15))

    def make(kind, header, data):
        return [(VIDEO, bytes([0x10 | number, 0 if header else 1, 0, 0, 0]) + data)] if kind == VIDEO else []
    return make, f"picture of codec number {number}"


def extensions(rng):
    """ModEx, colour information and packet types that are not defined."""
    packet = rng.choice((2, 4, 7, 8, 15))

    def make(kind, header, data):
        if kind == AUDIO:
            return [(AUDIO, bytes([EX_AUDIO | packet]) + bytes(rng.randrange(256) for _ in range(rng.randrange(20))))]
        return [(VIDEO, bytes([0x90 | packet]) + b"hvc1" + bytes(rng.randrange(256) for _ in range(rng.randrange(20))))]
    return make, f"enhanced packets of type {packet} with bytes by chance"


def wrapped(rng):
    """The only tracks are in multitrack form, as track 0, or stand behind a ModEx extension."""
    def message(kind, p):
        header = p[1] == 0
        first, codec = (EX_AUDIO, b"mp4a") if kind == AUDIO else (0x80 | p[0] & 0x70, b"avc1")
        packet = SEQUENCE_START if header else CODED_FRAMES
        data = p[2:] if kind == AUDIO or not header else p[5:]
        if extension:
            return bytes([first | packet]) + codec + data if header else bytes([first | 7, 2, 0, 0, 100, packet]) + codec + data
        multitrack = first | (MULTITRACK_AUDIO & 15 if kind == AUDIO else MULTITRACK_VIDEO)
        if one:
            return bytes([multitrack, packet]) + codec + b"\x00" + data
        return bytes([multitrack, 0x10 | packet]) + codec + b"".join(bytes([n]) + len(data).to_bytes(3, "big") + data for n in (0, 1))
    extension, one = rng.random() < 0.3, rng.random() < 0.5
    headers, tags, truth = source(SECONDS)
    return Case([(k, message(k, p) if k in (AUDIO, VIDEO) else p) for k, p in headers], [(at, k, ts, message(k, p)) for at, k, ts, p in tags], truth,
                note="behind a ModEx extension" if extension else f"track 0 of a multitrack message of {'one track' if one else 'two'}")


VARIANTS = (multitrack_of_other_codec, many_tracks, enhanced_audio, enhanced_video, classic_audio, classic_video, extensions)
