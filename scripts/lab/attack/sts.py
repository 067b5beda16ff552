"""An STS service on bare sockets: polite to the healthy stream, hostile to the others, each in the way that its id says (`sts-NAME`).

Bare sockets, because a library would not let us send what is wrong.
"""

import asyncio
import base64
import hashlib
import json
import os
import struct

from .answers import event
from .manners import ATTACKS
from .websocket import frame

GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
OPEN = {"sid": "s", "upgrades": [], "pingInterval": 25000, "pingTimeout": 10000, "maxPayload": 10_000_000}


class Service:
    def __init__(self):
        self.server = self.trap = None
        self.port = self.trap_port = None
        self.trapped = 0
        self.fragments = {}  # by stream: how many came
        self.newest = {}  # by stream: the newest fragment

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
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError, ValueError, KeyError, TimeoutError,
                asyncio.CancelledError):
            pass  # The end of the connection; or ours, of which asyncio's server would print a trace for each.
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
