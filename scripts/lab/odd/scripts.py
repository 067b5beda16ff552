"""onMetaData as nobody should send it."""

import struct

from .case import SCRIPT, Case, by_time, metadata
from .material import source

SECONDS = 8
NAME = b"\x02\x00\x0aonMetaData"
END = b"\x00\x00\x09"


def key(text):
    return struct.pack(">H", len(text)) + text.encode()


def number(value):
    return b"\x00" + struct.pack(">d", value)


def text(value):
    return b"\x02" + struct.pack(">H", len(value)) + value


def nested(depth, opening=b"\x03\x00\x01a"):
    """Objects in objects, never closed."""
    return opening * depth


def metadata_negative_size(rng=None, count=0):
    """onMetaData says width and height −1; the real size is in the AVC configuration."""
    headers, tags, truth = source(SECONDS)
    if not rng:
        said, note = usual(width=-1.0, height=-1.0), ""
    else:
        said, note = VARIANTS[count % len(VARIANTS)](rng)
    headers = [(SCRIPT, said)] + [h for h in headers if h[0] != SCRIPT]
    if rng and rng.random() < 0.4:
        times = rng.choice((1, 5))
        tags = by_time(tags + [(2 + n, SCRIPT, 2000 + n * 1000, said) for n in range(times)])
        note += f", and {times} more on air"
    return Case(headers, tags, truth, files=True, note=note)


def usual(**values):
    return metadata({"width": 320.0, "height": 180.0, "framerate": 25.0, "videocodecid": 7.0, "audiocodecid": 10.0, **values})


def sizes(rng):
    value = rng.choice((float("nan"), float("inf"), -float("inf"), 0.0, -320.0, 1e308, 2.0 ** 31, 65536.0, 0.5))
    return usual(width=value, height=rng.choice((value, 180.0))), f"width {value}"


def rates(rng):
    value = rng.choice((float("nan"), float("inf"), 0.0, -25.0, 1e300, 1e-300, 4294967296.0))
    return usual(framerate=value, audiosamplerate=value, duration=value, filesize=value, videodatarate=value, audiochannels=value), f"rates of {value}"


def deep(rng):
    depth = rng.choice((1_000, 20_000, 200_000))
    opening, what = rng.choice(((b"\x03\x00\x01a", "objects"), (b"\x0a\x00\x00\x00\x01", "strict arrays"), (b"\x08\x00\x00\x00\x01\x00\x01a", "ECMA arrays")))
    body = nested(min(depth, 800_000 // len(opening)), opening)
    return NAME + b"\x08\x00\x00\x00\x01" + key("x") + body, f"{len(body)} bytes of nested {what}"


def large(rng):
    return usual(encoder=b"\x0c" + struct.pack(">I", 800_000) + b"x" * 800_000), "a long string of 800 KB"


def many(rng):
    count = rng.choice((5_000, 40_000))
    return metadata({f"k{n}": float(n) for n in range(count)}), f"{count} values"


def false_counts(rng):
    count = rng.choice((0, 0xFFFFFFFF, 0x7FFFFFFF))
    return NAME + b"\x08" + struct.pack(">I", count) + key("width") + number(320) + key("height") + number(180) + END, f"an ECMA array that counts {count}"


def strict_count(rng):
    return NAME + b"\x08\x00\x00\x00\x01" + key("keyframes") + b"\x0a\xff\xff\xff\xff" + number(1), "a strict array of 4 294 967 295 that holds one"


def wrong_types(rng):
    values = {k: rng.choice((text(b"\xff\xfe\x00\x01" * 20), b"\x05", b"\x06", b"\x01\x01", b"\x0b" + bytes(10), b"\x07\x00\x09", b"\x0d", b"\x11\x0a\x0b\x01"))
              for k in ("width", "height", "framerate", "videocodecid", "audiocodecid", "duration", "stereo")}
    return metadata(values), "values of the wrong type"


def cut_off(rng):
    whole = usual()
    cut = rng.randrange(1, len(whole) - 1)
    return whole[:cut], f"ends after {cut} of {len(whole)} bytes"


def amf3(rng):
    return NAME + b"\x11" + bytes([0x09, 0x01, 0x01]) + bytes(rng.randrange(256) for _ in range(60)), "AMF3 and then bytes by chance"


def by_chance(rng):
    return bytes(rng.randrange(256) for _ in range(rng.choice((10, 300, 5_000)))), "bytes by chance"


def set_data_frame(rng):
    """Servers hand on what an encoder said to them, sometimes with the command in front."""
    return b"\x02\x00\x0d@setDataFrame" + usual(width=-1.0), "@setDataFrame in front"


def other_codecs(rng):
    """The announcement is wrong and the stream is right: what comes is what counts."""
    return usual(videocodecid=rng.choice((2.0, 4.0, float("nan"), -7.0, 1635135537.0)), audiocodecid=rng.choice((2.0, -1.0, 1e10))), "codec numbers that are not the stream's"


def control_characters(rng):
    return usual(encoder=text(b"\x1b[31mred\x1b[0m\r\nlevel=ERROR forged line\x00\x07")), "control characters in a text"


VARIANTS = (deep, sizes, rates, large, many, false_counts, strict_count, wrong_types, cut_off, amf3, by_chance, set_data_frame, other_codecs, control_characters)
