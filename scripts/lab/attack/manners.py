"""How a hostile STS service behaves towards one stream: what it does instead of a handshake, and what it says to each fragment."""

import asyncio
import base64
import json
import os

from . import answers
from .answers import audio, event, processed
from .websocket import frame


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
    data = frame(answers.with_raw(fragment, "transcript", answers.long_text(14 * 1024 * 1024)))
    for _ in range(20):
        s.writer.write(data)
        await s.writer.drain()


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
    for rate, channels, duration in ((8000, 1, 2000), (1, 1, 1e15), (48000, 1000, -5), (2**31, 2, 2000)):
        dubbed = {"format": "pcm_s16le", "sample_rate_hz": rate, "channels": channels, "duration_ms": duration, "data_base64": "@"}
        await s.say(event("fragment:processed", processed(fragment, dubbed)).replace('"@"', answers.long_text(9_333_336), 1))


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
    "message_flood": Attack(flood),
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
