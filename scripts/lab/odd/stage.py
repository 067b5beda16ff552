"""An RTMP server on loopback that plays made-up sources to the worker, exactly as they are, and records what it publishes.

One server has many streams: `live/{id}/in` is played from the show of that id, `live/{id}/out` is recorded in it. A show plays a Case in true time,
or whatever bytes a function of its own writes (the attacks).
"""

import asyncio
import os
import struct
import time

from ..rtmp import amf, amf_values
from .case import AGGREGATE, AUDIO, SCRIPT, VIDEO, keyframe

CHUNK = 65536
# Channels of the chunk stream; a kind without one of its own shares that of the script tags.
LANES = {AUDIO: 4, VIDEO: 6, SCRIPT: 5, AGGREGATE: 7}
LATE_S = 0.02


def chunk(channel, kind, stamp, body, stream=1, size=CHUNK):
    """A whole message, each with a full header."""
    extended = struct.pack(">I", stamp) if stamp >= 0xFFFFFF else b""
    out = [bytes([channel]), struct.pack(">I", min(stamp, 0xFFFFFF))[1:], struct.pack(">I", len(body))[1:], bytes([kind]), struct.pack("<I", stream),
           extended, body[:size]]
    for i in range(size, len(body), size):
        out += [bytes([0xC0 | channel]), extended, body[i:i + size]]
    return b"".join(out)


def command(*values, channel=5, stream=1):
    return chunk(channel, 20, 0, amf(*values), stream)


def status(level, code):
    return command("onStatus", 0.0, None, {"level": level, "code": code, "description": code})


class Show:
    """One stream: what is played, and what has been published."""

    def __init__(self, case=None, script=None):
        self.case, self.script = case, script
        self.begin = self.over = None
        self.published = []  # (arrival_s, kind, stamp_ms, body)
        self.reads = self.sessions = 0
        self.connections = 0

    def is_over(self):
        return self.over is not None or self.case and self.begin is not None and time.monotonic() - self.begin > self.case.tags[-1][0]

    async def play(self, writer):
        try:
            if self.script:
                await self.script(self, writer)
            else:
                await self.play_case(writer)
            self.over = time.monotonic()
            writer.close()
        except (ConnectionError, RuntimeError):
            pass  # The reader went away.

    async def play_case(self, writer):
        case = self.case
        late = self.begin is not None or case.join_at > 0
        self.begin = self.begin or time.monotonic() - case.join_at
        where = time.monotonic() - self.begin
        for kind, body in case.headers:
            writer.write(chunk(LANES.get(kind, 5), kind, 0, body))
        for at, kind, stamp, body in case.tags:
            if at < where - LATE_S:
                continue
            if late and kind == VIDEO and len(body) > 5 and body[1] == 1:
                # As media servers do: no picture before a keyframe.
                if not keyframe(body):
                    continue
                late = False
            await asyncio.sleep(max(0, self.begin + at - time.monotonic()))
            writer.write(chunk(LANES.get(kind, 5), kind, stamp & 0xFFFFFFFF, body))
            await writer.drain()
        writer.write(chunk(2, 4, 0, struct.pack(">HI", 1, 1), 0))
        await writer.drain()
        await asyncio.sleep(0.3)


class Stage:
    """The server. `start()` before the first worker; add shows at any time."""

    def __init__(self):
        self.shows = {}
        self.port = None
        self.server = None
        self.tasks = set()

    async def start(self):
        self.server = await asyncio.start_server(self.client, "127.0.0.1", 0, limit=1 << 24)
        self.port = self.server.sockets[0].getsockname()[1]

    def close(self):
        self.server.close()
        for task in self.tasks:
            task.cancel()

    async def client(self, reader, writer):
        connection = Connection(self, reader, writer)
        try:
            await connection.talk()
        except (asyncio.IncompleteReadError, ConnectionError, ValueError, IndexError, struct.error, asyncio.CancelledError):
            pass  # The end of the connection; or ours, of which asyncio's server would print a trace for each.
        finally:
            if connection.show:
                connection.show.connections -= 1
            writer.close()


class Connection:
    def __init__(self, stage, reader, writer):
        self.stage, self.reader, self.writer = stage, reader, writer
        self.show = None
        self.app = ""
        self.publishing = False
        self.chunk_size, self.received, self.acked = 128, 0, 0

    async def talk(self):
        c1 = (await self.reader.readexactly(1537))[1:]
        self.writer.write(b"\x03" + bytes(8) + os.urandom(1528) + c1)
        await self.reader.readexactly(1536)
        self.writer.write(chunk(2, 5, 0, struct.pack(">I", 50_000_000), 0) + chunk(2, 6, 0, struct.pack(">IB", 50_000_000, 2), 0)
                          + chunk(2, 1, 0, struct.pack(">I", CHUNK), 0))
        channels = {}
        while True:
            message = await self.message(channels)
            if message:
                self.handle(*message)

    async def message(self, channels):
        """One chunk; the message when it is whole."""
        first = (await self.reader.readexactly(1))[0]
        form, number = first >> 6, first & 63
        if number < 2:
            number = 64 + int.from_bytes(await self.reader.readexactly(number + 1), "little")
        c = channels.setdefault(number, {"stamp": 0, "field": 0, "length": 0, "kind": 0, "body": b"", "extended": False})
        if form < 3:
            head = await self.reader.readexactly((11, 7, 3)[form])
            if form < 2:
                c["length"], c["kind"] = int.from_bytes(head[3:6], "big"), head[6]
            c["field"] = int.from_bytes(head[:3], "big")
            c["extended"] = c["field"] == 0xFFFFFF
            if c["extended"]:
                c["field"] = struct.unpack(">I", await self.reader.readexactly(4))[0]
        elif c["extended"]:
            await self.reader.readexactly(4)
        if not c["body"]:
            c["stamp"] = c["field"] if form == 0 else (c["stamp"] + c["field"]) & 0xFFFFFFFF
        count = min(self.chunk_size, c["length"] - len(c["body"]))
        c["body"] += await self.reader.readexactly(count)
        self.acknowledge(count)
        if len(c["body"]) < c["length"]:
            return None
        body, c["body"] = c["body"], b""
        return c["kind"], c["stamp"], body

    def acknowledge(self, count):
        self.received += count
        if self.received - self.acked > 1_000_000:
            self.acked = self.received
            self.writer.write(chunk(2, 3, 0, struct.pack(">I", self.received & 0xFFFFFFFF), 0))

    def handle(self, kind, stamp, body):
        if kind == 1:
            self.chunk_size = struct.unpack(">I", body)[0]
        elif kind in (AUDIO, VIDEO, SCRIPT) and self.publishing:
            self.show.published.append((time.monotonic(), kind, stamp, body))
        elif kind == 20:
            self.command(amf_values(body))

    def command(self, values):
        name = values[0]
        if name == "connect":
            self.app = str(values[2].get("app", ""))
            self.writer.write(command("_result", values[1], {"fmsVer": "FMS/3,0,1,123", "capabilities": 31.0},
                                      {"level": "status", "code": "NetConnection.Connect.Success", "objectEncoding": 0.0}, channel=3, stream=0))
        elif name == "createStream":
            self.writer.write(command("_result", values[1], None, 1.0, channel=3, stream=0))
        elif name in ("play", "publish"):
            self.enter(f"{self.app}/{values[3]}".partition("?")[0].split("/"))
            self.play() if name == "play" else self.publish()

    def enter(self, path):
        if self.show is None and len(path) > 1 and path[1] in self.stage.shows:
            self.show = self.stage.shows[path[1]]
            self.show.connections += 1

    def play(self):
        if self.show is None or self.show.is_over():
            self.writer.write(status("error", "NetStream.Play.StreamNotFound"))
            return
        self.writer.write(chunk(2, 4, 0, struct.pack(">HI", 0, 1), 0) + status("status", "NetStream.Play.Start"))
        self.show.reads += 1
        task = asyncio.ensure_future(self.show.play(self.writer))
        # Held, or asyncio forgets it while it runs.
        self.stage.tasks.add(task)
        task.add_done_callback(self.stage.tasks.discard)

    def publish(self):
        if self.show is None:
            self.writer.write(status("error", "NetStream.Publish.BadName"))
            return
        self.publishing = True
        self.show.sessions += 1
        self.writer.write(status("status", "NetStream.Publish.Start"))
