"""An STS service on bare sockets: polite to the healthy stream, hostile to the others, each in the way that its id says (`sts-NAME`).

Bare sockets, because a library would not let us send what is wrong.
"""

import asyncio
import base64
import hashlib
import json
import os
import struct

from . import answers
from .answers import audio, event, processed

GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
OPEN = {"sid": "s", "upgrades": [], "pingInterval": 25000, "pingTimeout": 10000, "maxPayload": 10_000_000}


def frame(data, opcode=1, fin=True, length=None):
    """A server's frame; `length` is what it says of its length."""
    data = data.encode() if isinstance(data, str) else data
    n = len(data) if length is None else length
    head = bytes([(0x80 if fin else 0) | opcode])
    head += bytes([n]) if n < 126 else b"\x7e" + struct.pack(">H", n) if n < 65536 else b"\x7f" + struct.pack(">Q", n)
    return head + data


class Service:
    def __init__(self):
        self.server = self.trap = None
        self.port = self.trap_port = None
        self.trapped = 0
        self.fragments = {}  # by stream: how many came
        self.newest = {}  # by stream: the newest fragment
        self.open = set()

    async def start(self):
        self.server = await asyncio.start_server(self.client, "127.0.0.1", 0, limit=1 << 26)
        self.port = self.server.sockets[0].getsockname()[1]
        self.trap = await asyncio.start_server(self.caught, "127.0.0.1", 0)
        self.trap_port = self.trap.sockets[0].getsockname()[1]

    def close(self):
        self.server.close()
        self.trap.close()

    async def caught(self, _reader, writer):
        """Who comes here has followed a redirect to a host that nobody configured."""
        self.trapped += 1
        writer.close()

    async def client(self, reader, writer):
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin1")
            headers = {k.strip().lower(): v.strip() for k, _, v in (line.partition(":") for line in head.split("\r\n")[1:])}
            session = Session(self, reader, writer, headers)
            await session.run()
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError, ValueError, KeyError, TimeoutError):
            pass
        finally:
            writer.close()


class Session:
    def __init__(self, service, reader, writer, headers):
        self.service, self.reader, self.writer, self.headers = service, reader, writer, headers
        self.stream = headers.get("x-stream-id", "")
        name = self.stream.partition("sts-")[2].replace("-", "_") if self.stream.startswith("sts-") else "polite"
        self.attack = ATTACKS[name]
        self.tasks = set()

    async def run(self):
        if self.attack.handshake:
            await self.attack.handshake(self)
            return
        accept = base64.b64encode(hashlib.sha1((self.headers["sec-websocket-key"] + GUID).encode()).digest()).decode()
        self.writer.write(f"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n".encode())
        await self.say("0" + json.dumps({**OPEN, **self.attack.opening}))
        beat = asyncio.ensure_future(self.beat())
        try:
            while True:
                opcode, data = await self.message()
                if opcode == 8:
                    return
                if opcode == 1:
                    await self.heard(data.decode())
        finally:
            beat.cancel()
            for task in self.tasks:
                task.cancel()

    async def beat(self):
        while True:
            await asyncio.sleep(25)
            await self.say("2")

    async def say(self, text):
        self.writer.write(frame(text))
        await self.writer.drain()

    async def message(self):
        """A whole message; the client's frames are masked."""
        whole, kind = b"", None
        while True:
            a, b = await self.reader.readexactly(2)
            n = b & 127
            n = struct.unpack(">H", await self.reader.readexactly(2))[0] if n == 126 else struct.unpack(">Q", await self.reader.readexactly(8))[0] if n == 127 else n
            mask = await self.reader.readexactly(4) if b & 128 else bytes(4)
            data = await self.reader.readexactly(n)
            pad = mask * (n // 4 + 1)
            data = (int.from_bytes(data, "big") ^ int.from_bytes(pad[:n], "big")).to_bytes(n, "big") if n else b""
            if a & 15 >= 8:
                return a & 15, data
            kind = kind or a & 15
            whole += data
            if a & 128:
                return kind, whole

    async def heard(self, text):
        if text.startswith("40"):
            await self.say('40{"sid":"' + os.urandom(6).hex() + '"}')
        elif text.startswith("42"):
            name, payload = (json.loads(text[2:]) + [{}])[:2]
            if name == "stream:init":
                await self.say(event("stream:ready", {"stream_id": self.stream, "session_id": "s", "max_inflight": 3, "capabilities": {}, **self.attack.ready}))
            elif name == "fragment:data":
                self.service.fragments[self.stream] = self.service.fragments.get(self.stream, 0) + 1
                self.service.newest[self.stream] = payload
                task = asyncio.ensure_future(self.answer(payload))
                self.tasks.add(task)
                task.add_done_callback(self.tasks.discard)
            elif name == "stream:end":
                await self.say(event("stream:complete", {"stream_id": self.stream, "total_fragments": 1, "total_duration_ms": 1, "statistics": {}}))

    async def answer(self, fragment):
        try:
            await self.attack.answer(self, fragment)
        except (ConnectionError, RuntimeError):
            pass  # The worker has closed.


class Attack:
    """How the service behaves towards one stream."""

    def __init__(self, answer=None, handshake=None, opening=None, ready=None):
        self.answer = answer or polite
        self.handshake, self.opening, self.ready = handshake, opening or {}, ready or {}


async def polite(s, fragment):
    await s.say(event("fragment:processed", processed(fragment)))


def own(fragment):
    return base64.b64decode(fragment["audio"]["data_base64"])


def dubbed_by(make, **more):
    async def answer(s, fragment):
        await s.say(event("fragment:processed", processed(fragment, audio(make(own(fragment)), **more))))
    return answer


async def tables(s, fragment):
    n = s.service.fragments[s.stream]
    choice = list(answers.long_tables(own(fragment)))
    await s.say(event("fragment:processed", processed(fragment, audio(choice[n % len(choice)]))))


async def big_numbers(s, fragment):
    digits = "1" * 1_000_000
    for field in ("processing_time_ms", "sequence_number", "metadata", "no_such_field"):
        await s.say(answers.with_raw(fragment, field, digits))
    await s.say(answers.with_raw(fragment, "processing_time_ms", "1e999999999"))
    await s.say(answers.with_raw(fragment, "processing_time_ms", "0." + digits))
    await s.say("42" + digits + '["a"]')
    await s.say(digits)


async def deep_json(s, fragment):
    depth = 200_000
    await s.say(answers.with_raw(fragment, "metadata", "[" * depth + "]" * depth))
    await s.say(answers.with_raw(fragment, "metadata", '{"a":' * depth + "1" + "}" * depth))
    await s.say("42" + "[" * 1_000_000)


async def flood(s, fragment):
    """20 messages of 14 MiB at each fragment."""
    text = event("fragment:processed", processed(fragment, {**fragment["audio"], "data_base64": "A" * 14 * 1024 * 1024}))
    for _ in range(20):
        await s.say(text)


async def wrong(s, fragment):
    for text in answers.wrong_types(fragment):
        await s.say(text)


async def attachments(s, fragment):
    result = processed(fragment, {**fragment["audio"], "data_base64": {"_placeholder": True, "num": 0}})
    await s.say("451-" + json.dumps(["fragment:processed", result]))
    for n in range(64):
        s.writer.write(frame(bytes(1 << 20), opcode=2))
        await s.writer.drain()
    await s.say("45999999999-" + json.dumps(["fragment:processed", result]))
    await s.say("451-" + json.dumps(["fragment:processed", result]))


async def endless(s, fragment):
    """Sound of minutes for a segment of seconds, at rates that do not exist."""
    pcm = base64.b64encode(bytes(7_000_000)).decode()
    for rate, channels, duration in ((8000, 1, 2000), (1, 1, 1e15), (48000, 1000, -5), (2**31, 2, 2000)):
        await s.say(event("fragment:processed", processed(fragment, {"format": "pcm_s16le", "sample_rate_hz": rate, "channels": channels, "duration_ms": duration,
                                                                     "data_base64": pcm})))


async def late(s, fragment):
    await asyncio.sleep(9)
    await polite(s, fragment)


async def duplicates(s, fragment):
    for _ in range(50):
        await polite(s, fragment)
    await asyncio.sleep(3)
    for _ in range(50):
        await polite(s, fragment)


async def wrong_ids(s, fragment):
    """Results for fragments of the healthy stream, and for none."""
    other = s.service.newest.get("healthy", fragment)
    silence = {"format": "pcm_s16le", "sample_rate_hz": 48000, "channels": 2, "duration_ms": 2000, "data_base64": base64.b64encode(bytes(384_000)).decode()}
    for _ in range(20):
        await s.say(event("fragment:processed", processed(other, silence)))
        await s.say(event("error", {"stream_id": "healthy", "fragment_id": other["fragment_id"], "code": "MODEL_ERROR", "message": "not yours"}))
        await s.say(event("fragment:processed", processed({**fragment, "fragment_id": os.urandom(16).hex()})))
        await s.say(event("stream:complete", {"stream_id": "healthy", "total_fragments": 0}))
    await polite(s, fragment)


async def pressure(s, fragment):
    for n in range(20_000):
        s.writer.write(frame(event("backpressure", {"stream_id": s.stream, "severity": "x" * (n % 50), "action": ("pause", "slow_down", "none", "?")[n % 4],
                                                    "recommended_delay_ms": (-1, 1e300, 10**18, 0)[n % 4]})))
        await s.writer.drain()


async def forged_log(s, fragment):
    text = "no\r\n{\"level\":\"ERROR\",\"message\":\"forged\"}\n\x1b[31mred\x1b]0;title\x07\x00" + "x" * 1_000_000
    await s.say(event("error", {"stream_id": s.stream, "fragment_id": fragment["fragment_id"], "code": text, "message": text, "retryable": False}))
    await s.say(event("fragment:processed", processed(fragment, transcript=text, translated_text=text)))


async def frames(s, fragment):
    """Pings without end, continuations without end, and a frame that says it is of 2^62 bytes."""
    for _ in range(20_000):
        s.writer.write(frame(b"x" * 100, opcode=9))
    await s.writer.drain()
    s.writer.write(frame(b"42[", fin=False))
    for _ in range(64):
        s.writer.write(frame(b"x" * (1 << 20), opcode=0, fin=False))
        await s.writer.drain()
    s.writer.write(frame(b"x", length=1 << 62))
    await s.writer.drain()


async def redirect(s):
    kind = s.service.trapped % 2
    where = f"{'http' if kind else 'ws'}://127.0.0.1:{s.service.trap_port}/socket.io/?EIO=4&transport=websocket"
    s.writer.write(f"HTTP/1.1 {302 if kind else 307} Found\r\nLocation: {where}\r\nContent-Length: 0\r\n\r\n".encode())
    await s.writer.drain()


async def no_answer(s):
    await asyncio.sleep(60)


async def slow_answer(s):
    for _ in range(60):
        s.writer.write(b"H")
        await s.writer.drain()
        await asyncio.sleep(0.5)


async def big_answer(s):
    s.writer.write(b"HTTP/1.1 101 Switching Protocols\r\n")
    for _ in range(64):
        s.writer.write(b"X-A: " + b"a" * (1 << 20) + b"\r\n")
        await s.writer.drain()


ATTACKS = {
    "polite": Attack(),
    "nested_mp4": Attack(dubbed_by(lambda _: answers.nested_boxes())),
    "nested_mp4_kinds": Attack(dubbed_by(lambda _: answers.nested_boxes(names=(b"moov", b"trak", b"mdia", b"minf", b"stbl", b"udta", b"meta")))),
    "fragment_runs": Attack(dubbed_by(answers.fragment_runs)),
    "long_tables": Attack(tables),
    "big_numbers": Attack(big_numbers),
    "deep_json": Attack(deep_json),
    "flood": Attack(flood),
    "wrong_types": Attack(wrong),
    "attachments": Attack(attachments),
    "endless": Attack(endless),
    "late": Attack(late),
    "duplicates": Attack(duplicates),
    "wrong_ids": Attack(wrong_ids),
    "pressure": Attack(pressure),
    "forged_log": Attack(forged_log),
    "frames": Attack(frames),
    "redirect": Attack(handshake=redirect),
    "no_answer": Attack(handshake=no_answer),
    "slow_answer": Attack(handshake=slow_answer),
    "big_answer": Attack(handshake=big_answer),
    "odd_opening": Attack(opening={"pingInterval": 0, "pingTimeout": -1, "maxPayload": 1, "sid": None}),
    "odd_numbers": Attack(opening={"pingInterval": 10**30, "maxPayload": "x"}, ready={"max_inflight": 10**12, "session_id": "x" * 1_000_000}),
    "odd_ready": Attack(ready={"max_inflight": -1, "capabilities": [[[]]] * 1000, "stream_id": "healthy"}),
}
