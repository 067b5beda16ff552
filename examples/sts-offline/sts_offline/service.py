"""The protocol on Socket.IO: one session for each connection, results in order, back pressure from the real load."""

import asyncio
import base64
import json
import logging
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import socketio

from . import load, protocol
from .dub import Dubbed, Job
from .protocol import Fragment, Message, Refused
from .session import Session
from .sound import NoSound

LARGEST_MESSAGE = 10 * 1024 * 1024
MOST_SESSIONS = 32
# The client waits 10 s for stream:complete.
END_LIMIT_S = 8
EVENTS = ("stream:init", "fragment:data", "fragment:ack", "stream:pause", "stream:resume", "stream:end")
LOG = logging.getLogger("sts-offline")


class Dubber(Protocol):
    """What does the work: pool.Pool, or a stand-in of the tests."""

    load: load.Load

    async def run(self, job: Job, is_wanted: Callable[[], bool], started: Callable[[], Awaitable[None]]) -> Dubbed: ...


@dataclass
class Client:
    sid: str
    session: Session
    # Results are sent under this lock: two that end together must not overtake each other.
    sending: asyncio.Lock = field(default_factory=asyncio.Lock)
    idle: asyncio.Event = field(default_factory=asyncio.Event)
    records: dict[str, Message] = field(default_factory=dict)


class Service:
    def __init__(self, dubber: Dubber, targets: list[str], record: Path | None = None) -> None:
        self.dubber, self.targets, self.record = dubber, targets, record
        self.clients: dict[str, Client] = {}
        # Clients that were asked to pause, in the order in which they are let go on.
        self.paused: list[Client] = []
        self.tasks: set[asyncio.Task[None]] = set()
        self.io: Any = socketio.AsyncServer(
            async_mode="asgi",
            transports=["websocket"],
            max_http_buffer_size=LARGEST_MESSAGE,
            ping_interval=25,
            ping_timeout=10,
        )
        self.io.on("connect", self.connected)
        self.io.on("disconnect", self.disconnected)
        for event in EVENTS:
            self.io.on(event, self.handler(event))

    def handler(self, event: str) -> Callable[..., Awaitable[None]]:
        method = getattr(self, event.replace(":", "_"))

        async def handle(sid: str, *given: object) -> None:
            try:
                await method(sid, given[0] if given else None)
            except Refused as refused:
                await self.refuse(sid, refused)

        return handle

    async def connected(self, sid: str, environ: Message) -> bool:
        # A connection without a session costs little; what is bounded is sessions, in stream_init.
        return True

    async def disconnected(self, sid: str, reason: object = None) -> None:
        client = self.clients.pop(sid, None)
        if client:
            if client in self.paused:
                self.paused.remove(client)
            # What still waits for a model is not worth its time any more.
            client.session.closed = True
            LOG.info("%s: disconnected (%s); %s", client.session.init.stream_id, reason, client.session.counts)

    async def stream_init(self, sid: str, given: object) -> None:
        if sid in self.clients:
            raise Refused("INVALID_CONFIG", "stream:init came already; a new session needs a new connection")
        if len(self.clients) >= MOST_SESSIONS:
            raise Refused("QUEUE_FULL", f"{MOST_SESSIONS} sessions are open")
        init = protocol.init(given, self.targets)
        self.clients[sid] = Client(sid, Session(init))
        LOG.info("%s: en to %s, %d in flight at most", init.stream_id, init.target, init.max_inflight)
        ready = {"stream_id": init.stream_id, "session_id": sid, "max_inflight": init.max_inflight}
        await self.say(sid, "stream:ready", {**ready, "capabilities": {"target_languages": self.targets, "formats": ["m4a"]}})

    def client(self, sid: str) -> Client:
        if sid not in self.clients:
            raise Refused("STREAM_NOT_FOUND", "stream:init must come first")
        return self.clients[sid]

    async def fragment_data(self, sid: str, given: object) -> None:
        client = self.client(sid)
        fragment = protocol.fragment(given)
        session = client.session
        try:
            session.accept(fragment)
            if not self.dubber.load.has_room(session.patience_s):
                session.in_flight.discard(fragment.fragment_id)
                session.waiting[fragment.number] = None
                await self.pause(client, first=True)
                await self.press()
                raise Refused("QUEUE_FULL", "every worker has more than it can do in time", fragment.fragment_id)
        except Refused as refused:
            await self.deliver(client, session.due())
            raise refused
        session.duration_ms += fragment.duration_ms
        client.idle.clear()
        answer_ms = round(self.dubber.load.answer_s() * 1000)
        queued = {"fragment_id": fragment.fragment_id, "status": "queued", "queue_position": self.dubber.load.jobs}
        await self.say(sid, "fragment:ack", {**queued, "estimated_completion_ms": answer_ms, "timestamp": now_ms()})
        self.dubber.load.jobs += 1
        task = asyncio.create_task(self.answer(client, fragment))
        # The loop itself keeps only weak references to its tasks.
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        await self.press()

    async def answer(self, client: Client, fragment: Fragment) -> None:
        session, arrived = client.session, time.monotonic()
        job = Job(fragment.m4a, fragment.duration_ms, fragment.sample_rate_hz, fragment.channels, session.init.target, session.init.profile)

        def is_wanted() -> bool:
            return not session.closed and self.dubber.load.is_worth(time.monotonic() - arrived, session.patience_s)

        async def started() -> None:
            await self.say(client.sid, "fragment:ack", {"fragment_id": fragment.fragment_id, "status": "processing", "timestamp": now_ms()})

        result: Message = {
            "fragment_id": fragment.fragment_id,
            "stream_id": session.init.stream_id,
            "sequence_number": fragment.number,
            "metadata": fragment.metadata,
        }
        try:
            result |= success(await self.dubber.run(job, is_wanted, started), fragment)
            session.took_s[fragment.fragment_id] = time.monotonic() - arrived
        except Refused as refused:
            result |= failed(refused.code, refused.message)
        except NoSound as unusable:
            result |= failed("INVALID_CONFIG", f"audio is not an M4A that can be decoded: {unusable}")
        except Exception as failure:  # Whatever a model does wrong must end as an answer, not as silence.
            LOG.exception("%s: fragment %d", session.init.stream_id, fragment.number)
            result |= failed("MODEL_ERROR", type(failure).__name__)
        finally:
            self.dubber.load.jobs -= 1
        result["processing_time_ms"] = round((time.monotonic() - arrived) * 1000)
        if self.record and not session.closed:
            client.records[fragment.fragment_id] = {name: value for name, value in result.items() if name != "dubbed_audio"}
        await self.deliver(client, session.finished(fragment.number, result))
        await self.press()

    async def deliver(self, client: Client, results: list[Message]) -> None:
        async with client.sending:
            for result in results:
                await self.say(client.sid, "fragment:processed", result)
        if client.session.answered():
            client.idle.set()

    async def fragment_ack(self, sid: str, given: object) -> None:
        client = self.client(sid)
        message = protocol.an_object(given, "fragment:ack")
        fragment_id, status = protocol.an_id(message, "fragment_id"), protocol.text(message, "status")
        if status not in ("applied", "received"):
            raise Refused("INVALID_CONFIG", "status must be applied or received")
        client.session.acknowledged(fragment_id, status)
        record = client.records.pop(fragment_id, None)
        if record and self.record:
            with self.record.open("a") as file:
                file.write(json.dumps({**record, "ack": status}, ensure_ascii=False) + "\n")

    async def stream_pause(self, sid: str, given: object) -> None:
        self.client(sid).session.paused = True

    async def stream_resume(self, sid: str, given: object) -> None:
        self.client(sid).session.paused = False

    async def stream_end(self, sid: str, given: object) -> None:
        client = self.client(sid)
        client.session.ended = True
        if not client.session.answered():
            try:
                await asyncio.wait_for(client.idle.wait(), END_LIMIT_S)
            except TimeoutError:
                LOG.warning("%s: ended with fragments that have no answer", client.session.init.stream_id)
        await self.say(sid, "stream:complete", client.session.complete())

    async def press(self) -> None:
        """Asks everybody to pause while one more fragment would come too late, and lets as many go on as there is room for.
        Asked after each arrival and after each answer: a client that obeys a pause sends nothing, so arrivals alone would
        never end it. `slow_down` is never asked for: to wait before each fragment makes a live client late, and the service no faster."""
        promised = 0
        for client in list(self.paused):
            if self.dubber.load.jobs and not self.dubber.load.has_room(client.session.patience_s, promised):
                break
            promised += 1
            self.paused.remove(client)
            await self.advise(client, "none", "low")
        for client in list(self.clients.values()):
            if not self.dubber.load.has_room(client.session.patience_s):
                await self.pause(client)

    async def pause(self, client: Client, first: bool = False) -> None:
        """`first`: it was turned away, so it is the next to go on."""
        is_new = client not in self.paused
        if first and not is_new:
            self.paused.remove(client)
        if first or is_new:
            self.paused.insert(0 if first else len(self.paused), client)
        if is_new:
            await self.advise(client, "pause", "high")

    async def advise(self, client: Client, action: str, severity: str) -> None:
        message: Message = {"stream_id": client.session.init.stream_id, "severity": severity, "action": action}
        message |= {"current_inflight": len(client.session.in_flight), "queue_depth": self.dubber.load.jobs}
        await self.say(client.sid, "backpressure", message)

    async def refuse(self, sid: str, refused: Refused) -> None:
        client = self.clients.get(sid)
        stream_id = client.session.init.stream_id if client else None
        LOG.warning("%s: %s", stream_id, refused)
        error: Message = {"error_id": str(uuid.uuid4()), "stream_id": stream_id, "fragment_id": refused.fragment_id, "severity": "error"}
        error |= {"code": refused.code, "message": refused.message, "retryable": refused.code in protocol.RETRYABLE}
        await self.say(sid, "error", error)

    async def say(self, sid: str, event: str, payload: Message) -> None:
        await self.io.emit(event, payload, to=sid)


def success(dubbed: Dubbed, fragment: Fragment) -> Message:
    return {
        "status": "success" if dubbed.whole else "partial",
        "dubbed_audio": {
            "format": "m4a",
            "sample_rate_hz": fragment.sample_rate_hz,
            "channels": fragment.channels,
            "duration_ms": fragment.duration_ms,
            "data_base64": base64.b64encode(dubbed.m4a).decode(),
        },
        "transcript": dubbed.transcript,
        "translated_text": dubbed.translation,
        "stage_timings": dubbed.timings_ms,
        "metadata": {**fragment.metadata, **dubbed.speech},
    }


def failed(code: str, message: str) -> Message:
    return {"status": "failed", "error": {"code": code, "message": message, "retryable": code in protocol.RETRYABLE}}


def now_ms() -> int:
    return round(time.time() * 1000)
