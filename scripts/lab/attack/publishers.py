"""What a hostile publisher sends, as the worker gets it from the media server: each is a script of a show (lab.odd.stage).

All go on for some seconds and then end; the worker comes back for more, as it does for every source that was lost.
"""

import asyncio
import functools
import random
import struct

from ..odd import scripts
from ..odd.case import AGGREGATE, AUDIO, SCRIPT, VIDEO, with_cts
from ..odd.material import source
from ..odd.stage import LANES, chunk, command
from ..rtmp import amf

LASTS_S = 8
SCRIPTS = {}


def attack(script):
    SCRIPTS[script.__name__] = script
    return script


def message(kind, stamp, body):
    return chunk(LANES.get(kind, 5), kind, stamp & 0xFFFFFFFF, body)


@functools.lru_cache
def stream():
    """Headers and tags of a sound source, read once: every attack begins with it."""
    headers, tags, _ = source(30)
    return headers, tags


async def live(show, writer, change=None, seconds=LASTS_S, headers=True, speed=1.0):
    """A sound source in true time; `change` makes messages of each tag."""
    begin, loop = asyncio.get_running_loop().time(), asyncio.get_running_loop()
    show.begin = show.begin or begin
    parts, tags = stream()
    if headers:
        for kind, body in parts:
            writer.write(message(kind, 0, body))
    for at, kind, stamp, body in tags:
        if at > seconds:
            return
        await asyncio.sleep(max(0, begin + at / speed - loop.time()))
        writer.write(message(kind, stamp, body) if change is None else change(kind, stamp, body))
        await writer.drain()


async def healthy(show, writer):
    """Nothing is wrong with it, and it does not end."""
    loop = asyncio.get_running_loop()
    show.begin = show.begin or loop.time()
    headers, tags = stream()
    begin, turn = loop.time(), 0
    for kind, body in headers:
        writer.write(message(kind, 0, body))
    while True:
        for at, kind, stamp, body in tags:
            await asyncio.sleep(max(0, begin + turn * 30 + at - loop.time()))
            writer.write(message(kind, stamp + turn * 30_000, body))
            await writer.drain()
        turn += 1


@attack
async def nested_metadata(show, writer):
    """800 KB of objects in objects, then a sound stream, then the same again."""
    said = scripts.NAME + b"\x08\x00\x00\x00\x01" + scripts.key("x") + scripts.nested(200_000)
    writer.write(message(SCRIPT, 0, said))
    await live(show, writer, seconds=4)
    writer.write(message(SCRIPT, 4000, said))
    await live(show, writer, seconds=3, headers=False)


@attack
async def hostile_metadata(show, writer):
    """Every kind of onMetaData that the odd sources have, ten times a second."""
    chance = random.Random(1)

    def change(kind, stamp, body):
        extra = message(SCRIPT, stamp, scripts.VARIANTS[chance.randrange(len(scripts.VARIANTS))](chance)[0]) if chance.random() < 0.1 else b""
        return extra + message(kind, stamp, body)
    await live(show, writer, change)


@attack
async def random_stamps(show, writer):
    chance = random.Random(2)
    await live(show, writer, lambda kind, stamp, body: message(kind, chance.randrange(1 << 32), body))


@attack
async def far_stamps(show, writer):
    """A stamp 20 days ahead, an offset of 2.33 h, and back, ten times a second."""
    chance = random.Random(3)

    def change(kind, stamp, body):
        if chance.random() < 0.1:
            stamp += 1_728_000_000
        if kind == VIDEO and chance.random() < 0.1:
            body = with_cts(body, 8_388_574)
        return message(kind, stamp, body)
    await live(show, writer, change)


@attack
async def giant_tags(show, writer):
    """Pictures, sound and scripts of 16 MB each."""
    await live(show, writer, seconds=2)
    for kind, head in ((VIDEO, b"\x17\x01\x00\x00\x00\x00\xff\xff\xf0\x65"), (AUDIO, b"\xaf\x01"), (SCRIPT, b"\x02\x00\x0aonMetaData\x0c\x00\xff\xff\xff")) * 2:
        writer.write(message(kind, 2000, head + bytes((1 << 24) - 1 - len(head))))
        await writer.drain()
    await live(show, writer, seconds=3, headers=False)


@attack
async def giant_claim(show, writer):
    """Says 16 MB, then a byte each half second; on many channels."""
    await live(show, writer, seconds=1)
    for channel in range(8, 60):
        writer.write(bytes([channel]) + b"\x00\x00\x00\xff\xff\xff\x09" + struct.pack("<I", 1) + bytes(65536))
    for _ in range(LASTS_S * 2):
        writer.write(b"\x00")
        await writer.drain()
        await asyncio.sleep(0.5)


@attack
async def flood(show, writer):
    """The stream a hundred times faster than it says."""
    await live(show, writer, seconds=29, speed=100)
    begin = asyncio.get_running_loop().time()
    key = next(t[3] for t in stream()[1] if t[1] == VIDEO) + bytes(200_000)
    stamp = 30_000
    while asyncio.get_running_loop().time() - begin < 4:
        stamp += 40
        writer.write(message(VIDEO, stamp, key))
        await writer.drain()
        # Drain returns at once while the socket takes it: the healthy stream shares this loop.
        await asyncio.sleep(0.004)


@attack
async def tiny_tags(show, writer):
    """Thousands of tags of no and of one byte a second, all stamped alike."""
    def change(kind, stamp, body):
        return b"".join(message(k, stamp, b) for k in (AUDIO, VIDEO, SCRIPT) for b in (b"", b"\x17", b"\xaf\x01")) * 10 + message(kind, stamp, body)
    await live(show, writer, change)


@attack
async def chunk_sizes(show, writer):
    """Chunk sizes of 0, 2^31, 2^32 − 1 and 1."""
    await live(show, writer, seconds=2)
    for size in (0, 0x80000000, 0xFFFFFFFF, 0x7FFFFFFF, 1):
        writer.write(chunk(2, 1, 0, struct.pack(">I", size), 0))
        writer.write(message(AUDIO, 2000, b"\xaf\x01" + bytes(300)))
        await writer.drain()
        await asyncio.sleep(0.3)
    writer.write(chunk(2, 5, 0, b"\x00\x00\x00\x01", 0) + chunk(2, 3, 0, b"\xff" * 4, 0) + chunk(2, 2, 0, b"\xff" * 4, 0) + chunk(2, 6, 0, b"", 0))
    await live(show, writer, seconds=3, headers=False)


@attack
async def chunks_by_chance(show, writer):
    await live(show, writer, seconds=2)
    writer.write(b"\xc9" + bytes(500) + b"\x00\xff\xff\xff\xff" * 100 + random.Random(4).randbytes(200_000))
    await writer.drain()
    await asyncio.sleep(3)


@attack
async def nested_commands(show, writer):
    """Commands of the server that are deep, long, or not to be expected."""
    await live(show, writer, seconds=1)
    deep = amf("onStatus", 0.0, None) + b"\x03\x00\x01a" * 50_000
    for body in (deep, amf("_result", 99.0, None, "x"), amf("onStatus"), b"\x02\xff\xff", amf("close"), b"\x0a\xff\xff\xff\xff", b""):
        writer.write(chunk(3, 20, 0, body, 1))
    writer.write(chunk(3, 17, 0, b"\x00" + deep, 1) + command("onFCSubscribe", 0.0, None, "x" * 60_000))
    await live(show, writer, seconds=3, headers=False)


@attack
async def configurations(show, writer):
    """Another AVC and AAC configuration before each frame: impossible sizes, wrong lengths, bytes by chance."""
    chance = random.Random(5)
    avc = next(p for k, p in stream()[0] if k == VIDEO)

    def change(kind, stamp, body):
        if kind == VIDEO:
            broken = bytearray(avc)
            for _ in range(chance.randint(1, 8)):
                broken[chance.randrange(5, len(broken))] = chance.randrange(256)
            config = bytes(broken)[:chance.randint(5, len(broken))]
        else:
            config = b"\xaf\x00" + chance.randbytes(chance.randint(0, 20))
        return message(kind, stamp, config) + message(kind, stamp, body)
    await live(show, writer, change)


@attack
async def pictures_by_chance(show, writer):
    """The bytes of pictures and sound are by chance; headers and stamps are right."""
    chance = random.Random(6)

    def change(kind, stamp, body):
        at = 9 if kind == VIDEO else 2
        return message(kind, stamp, body[:at] + chance.randbytes(len(body) - at))
    await live(show, writer, change)


@attack
async def aggregates(show, writer):
    """Aggregates that say more than they hold, and aggregates in aggregates."""
    def change(kind, stamp, body):
        inner = bytes([kind]) + (1 << 23).to_bytes(3, "big") + bytes(7) + body
        return message(AGGREGATE, stamp, inner) + message(AGGREGATE, stamp, (bytes([AGGREGATE]) + len(inner).to_bytes(3, "big") + bytes(7)) * 50 + inner)
    await live(show, writer, change)


@attack
async def silence(show, writer):
    """Says that it plays, and then nothing."""
    show.begin = show.begin or asyncio.get_running_loop().time()
    await asyncio.sleep(LASTS_S)


@attack
async def slow_bytes(show, writer):
    """A stream in pieces of one byte, twenty a second."""
    show.begin = show.begin or asyncio.get_running_loop().time()
    data = b"".join(message(k, 0, p) for k, p in stream()[0])
    for byte in data[:LASTS_S * 20]:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0.05)
