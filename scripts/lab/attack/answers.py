"""What a hostile STS service says: MP4 files that eat memory, JSON that eats the stack, messages that never end."""

import base64
import functools
import json
import struct


def box(name, body=b""):
    return struct.pack(">I", 8 + len(body)) + name + body


FTYP = box(b"ftyp", b"M4A \x00\x00\x02\x00isomiso2")


@functools.lru_cache
def nested_boxes(depth=60_000, names=(b"moov",)):
    """480 KB of boxes, each of which holds the next."""
    return FTYP + b"".join(struct.pack(">I", 8 * (depth - i)) + names[i % len(names)] for i in range(depth))


def fragment_runs(own, count=40_000):
    """The fragment's own file and 1 MB of runs behind it, each of which says that it has a million samples."""
    run = box(b"trun", struct.pack(">III", 0, 1_000_000, 0))[:20]
    tfhd = box(b"tfhd", struct.pack(">II", 0x020000, 1))
    moof = box(b"moof", box(b"mfhd", struct.pack(">II", 0, 1)) + box(b"traf", tfhd + run * count))
    return own + moof + box(b"mdat", bytes(100))


@functools.lru_cache
def long_text(length):
    """A JSON string of so many characters, which are base64 of nothing but zeros too."""
    return '"' + "A" * length + '"'


def patched(own, name, at, value):
    """The file with a value written over bytes of its first box of that name; `at` counts from behind the name."""
    i = own.find(name)
    return own if i < 0 else own[:i + 4 + at] + value + own[i + 4 + at + len(value):]


def long_tables(own):
    many = b"\xff\xff\xff\xff"
    yield patched(own, b"stsz", 8, many)
    yield patched(own, b"stts", 4, many)
    yield patched(patched(own, b"stts", 8, many), b"stts", 12, many)
    yield patched(own, b"stsc", 4, many)
    yield patched(own, b"stco", 8, many)
    yield patched(own, b"mdhd", 12, b"\x00\x00\x00\x00" + many)
    yield patched(own, b"stsz", 4, b"\x7f\xff\xff\xff")
    yield patched(own, b"esds", 4, b"\x03\xff\xff\xff\x7f" + bytes(4))
    yield own[:len(own) // 2]


def audio(data, **more):
    return {"format": "m4a", "sample_rate_hz": 48000, "channels": 2, "duration_ms": 2000, "data_base64": base64.b64encode(data).decode(), **more}


def processed(fragment, dubbed=None, **more):
    return {"fragment_id": fragment["fragment_id"], "stream_id": fragment["stream_id"], "sequence_number": fragment["sequence_number"], "status": "success",
            "dubbed_audio": dubbed or fragment["audio"], "transcript": "", "translated_text": "", "processing_time_ms": 10, **more}


def event(name, payload):
    return "42" + json.dumps([name, payload])


def with_raw(fragment, field, raw):
    """A result in which one field is the given text as it stands, valid JSON or not."""
    return event("fragment:processed", processed(fragment, **{field: "@"})).replace('"@"', raw, 1)


WRONG = (None, True, -1, 1e300, "", "x" * 100_000, [], [[]], {}, {"a": {"b": []}})


def wrong_types(fragment):
    """Each field of a result, and of what it holds, as something else."""
    for field in ("fragment_id", "stream_id", "sequence_number", "status", "dubbed_audio", "transcript", "translated_text", "processing_time_ms",
                  "stage_timings", "error", "metadata"):
        for value in WRONG:
            yield event("fragment:processed", processed(fragment, **{field: value}))
    for field in ("format", "sample_rate_hz", "channels", "duration_ms", "data_base64"):
        for value in WRONG:
            yield event("fragment:processed", processed(fragment, {**fragment["audio"], field: value}))
    for value in (None, 7, "text", [], True):
        for name in ("fragment:processed", "fragment:ack", "backpressure", "error", "stream:ready", "stream:complete"):
            yield event(name, value)
    yield from ("42[]", "42", '42["fragment:processed"]', '42["fragment:processed",', "42{}", "42[{}]", "43[]", "4", "9", "", '44{"message":"no"}', '42/x,["a"]',
                '40{"sid":[]}', "42[" + "1," * 50_000 + "1]")
