"""Sound that is not what FLV says it is: ADTS or LATM around the frames, or a configuration with a program config element."""

from .case import AUDIO, Case, header_of, survives
from .material import source

SECONDS = 9


def adts_header(length, crc=False, frequency=3, channels=2):
    """`length`: of the raw AAC frame."""
    n = length + (9 if crc else 7)
    head = bytes([0xFF, 0xF0 if crc else 0xF1, 0x40 | frequency << 2 | channels >> 2, (channels & 3) << 6 | n >> 11, n >> 3 & 255, (n & 7) << 5 | 0x1F, 0xFC])
    return head + (b"\x12\x34" if crc else b"")


def wrapped(p, crc=False):
    return p[:2] + adts_header(len(p) - 2, crc) + p[2:]


def adts_in_flv(rng=None, number=0):
    """Each AAC frame still has its 7-byte ADTS header in front, although FLV (and M4A) carry raw frames."""
    if not rng:
        return with_frames(lambda n, p: wrapped(p), "")
    return VARIANTS[number % len(VARIANTS)](rng)


def with_frames(change, note, headers_change=None, files=True, **due):
    headers, tags, truth = source(SECONDS)
    out, n = [], 0
    for at, kind, ts, p in tags:
        if kind == AUDIO:
            p = change(n, p)
            n += 1
        out.append((at, kind, ts, p))
    if headers_change:
        headers = [(k, headers_change(p) if k == AUDIO else p) for k, p in headers]
    return Case(headers, out, truth, note=note, files=files, **due)


def with_crc(rng):
    return with_frames(lambda n, p: wrapped(p, crc=True), "ADTS with CRC")


def some(rng):
    share, crc = rng.choice((0.02, 0.5, 0.98)), rng.random() < 0.5
    return with_frames(lambda n, p: wrapped(p, crc) if rng.random() < share else p, f"ADTS on {int(share * 100)} % of the frames{', with CRC' if crc else ''}")


def later(rng):
    first = rng.choice((100, 200))
    return with_frames(lambda n, p: wrapped(p) if n >= first else p, f"ADTS from frame {first} on")


def garbage(rng):
    """Frames that are LATM or bytes by chance; the rest is whole."""
    share = rng.choice((0.02, 0.1))
    kind = rng.choice(("LATM", "chance"))
    gone = set()

    def change(n, p):
        if rng.random() >= share:
            return p
        gone.add(n)
        body = bytes(rng.randrange(256) for _ in range(len(p) - 2))
        return p[:2] + (b"\x56\xe0" + bytes([len(body) & 255]) + body if kind == "LATM" else body)
    case = with_frames(change, f"{int(share * 100)} % of the frames of sound are {kind}")
    sound = [i for i, t in enumerate(case.truth) if t[0] == AUDIO]
    dropped = {sound[n] for n in gone}
    case.truth = [t for i, t in enumerate(case.truth) if i not in dropped]
    case.foreign += len(gone)
    case.lost_sound += 2
    return case


def lying_header(rng):
    """The ADTS header says another length than the tag has."""
    def change(n, p):
        return p[:2] + adts_header(max(0, len(p) - 2 + rng.choice((-50, 1, 500, 8000 - len(p))))) + p[2:]
    return survives(with_frames(change, ""), "ADTS headers with a false length")


def only_header(rng):
    return survives(with_frames(lambda n, p: p[:2] + adts_header(0) if n % 3 == 0 else p, ""), "each third frame is an ADTS header and nothing else")


def two_in_one(rng):
    """Two ADTS frames in one tag."""
    headers, tags, truth = source(SECONDS)
    out, held = [], None
    for at, kind, ts, p in tags:
        if kind != AUDIO:
            out.append((at, kind, ts, p))
        elif held is None:
            held = (at, ts, wrapped(p))
        else:
            out.append((at, kind, held[1], held[2] + wrapped(p)[2:]))
            held = None
    return survives(Case(headers, out, truth), "two ADTS frames in one tag")


def program_config(rng):
    """Channel configuration 0: the layout stands in a program config element (one stereo pair in front)."""
    bits = f"{2:05b}{3:04b}{0:04b}" + "000" + f"{0:04b}{1:02b}{3:04b}{1:04b}{0:04b}{0:04b}{0:02b}{0:03b}{0:04b}" + "000" + "1" + f"{0:04b}"
    bits += "0" * (-len(bits) % 8) + f"{0:08b}"
    config = int(bits, 2).to_bytes(len(bits) // 8, "big")
    return with_frames(lambda n, p: p, "AAC with a program config element", lambda p: p[:2] + config, files=False)


def config_variants(rng):
    """Configurations with more behind them: explicit SBR that says no, padding, trailing bytes."""
    tail = rng.choice((b"\x56\xe5\x00", b"\x00", b"\x00\x00\x00", b"\x56\xe5\x00" + bytes(20)))
    return with_frames(lambda n, p: p, f"AudioSpecificConfig with {len(tail)} bytes behind it", lambda p: p[:4] + tail)


def config_in_adts(rng):
    """The sequence header is missing: only the ADTS headers say what the sound is."""
    case = with_frames(lambda n, p: wrapped(p), "")
    header_of(case.headers, AUDIO)
    case.headers = [h for h in case.headers if h[0] != AUDIO]
    return survives(case, "ADTS and no AAC sequence header", (0, 3, 4))


VARIANTS = (with_crc, some, later, garbage, lying_header, only_header, two_in_one, program_config, config_variants, config_in_adts)
