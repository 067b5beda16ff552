"""A small RTMP player. ffmpeg and GStreamer hold packets back while they probe and interleave; this says when each really arrived."""

import os
import socket
import struct
import time
from urllib.parse import urlsplit

COMMAND, SET_CHUNK_SIZE, ACK, USER_CONTROL, WINDOW, BANDWIDTH = 20, 1, 3, 4, 5, 6


class Refused(Exception):
    """The server answered, and does not play this stream (now)."""


class Player:
    """Plays one stream: iterate over `messages()`, each (kind, timestamp_ms, body, arrival_s)."""

    # Whether it waits for the next publisher when one has gone, as long as the connection lasts.
    stays = False

    def __init__(self, url, timeout_s=10.0):
        parts = urlsplit(url)
        if parts.scheme != "rtmp" or not parts.hostname:
            raise ValueError(f"not an rtmp:// URL: {url}")
        path = parts.path.strip("/") + (f"?{parts.query}" if parts.query else "")
        # Application is all before the last slash: so do nginx-rtmp, MediaMTX and GStreamer.
        self.app, _, self.name = path.rpartition("/")
        self.tc_url = f"rtmp://{parts.hostname}:{parts.port or 1935}/{self.app}"
        self.sock = socket.create_connection((parts.hostname, parts.port or 1935), timeout=timeout_s)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = bytearray()
        self.chunk_size = 128
        self.streams = {}
        self.received = self.acked = 0
        self.window = 2_500_000
        self.arrival = 0.0
        self.handshake()
        self.play()

    def close(self):
        self.sock.close()

    def read(self, count):
        while len(self.buffer) < count:
            data = self.sock.recv(65536)
            if not data:
                raise EOFError
            self.arrival = time.monotonic()
            self.received += len(data)
            self.buffer += data
        taken = bytes(self.buffer[:count])
        del self.buffer[:count]
        return taken

    def handshake(self):
        c1 = bytes(8) + os.urandom(1528)
        self.sock.sendall(b"\x03" + c1)
        s0s1 = self.read(1537)
        self.sock.sendall(s0s1[1:])
        self.read(1536)

    def send(self, kind, body, stream=0):
        head = b"\x03\x00\x00\x00" + len(body).to_bytes(3, "big") + bytes([kind]) + struct.pack("<I", stream)
        pieces = [body[i:i + 128] for i in range(0, len(body), 128)]
        self.sock.sendall(head + b"\xc3".join(pieces))

    def play(self):
        self.send(COMMAND, amf("connect", 1.0, {"app": self.app, "flashVer": "LNX 9,0,124,2", "tcUrl": self.tc_url, "fpad": False,
                                                "capabilities": 15.0, "audioCodecs": 4071.0, "videoCodecs": 252.0, "videoFunction": 1.0}))
        self.await_result("connect")
        self.send(COMMAND, amf("createStream", 2.0, None))
        stream = int(self.await_result("createStream")[-1])
        self.send(COMMAND, amf("play", 0.0, None, self.name, -1000.0), stream)

    def await_result(self, what):
        for kind, _, body, _ in self.messages():
            if kind == COMMAND:
                values = amf_values(body)
                if values[0] == "_result":
                    return values
                if values[0] in ("_error", "close"):
                    raise Refused(f"{what}: {values}")
        raise Refused(f"{what}: the connection was closed")

    def messages(self):
        """Until the server ends the stream. Protocol messages are answered here; commands come out as well."""
        while True:
            try:
                kind, stamp, body = self.message()
            except EOFError:
                return
            if self.received - self.acked > self.window // 2:
                self.acked = self.received
                self.send(ACK, struct.pack(">I", self.received & 0xFFFFFFFF))
            if kind == SET_CHUNK_SIZE:
                self.chunk_size = int.from_bytes(body[:4], "big") & 0x7FFFFFFF
            elif kind == WINDOW:
                self.window = int.from_bytes(body[:4], "big")
            elif kind == USER_CONTROL and body[:2] == b"\x00\x06":
                self.send(USER_CONTROL, b"\x00\x07" + body[2:6])
            elif kind == USER_CONTROL and body[:2] == b"\x00\x01":
                if not self.stays:
                    return
            elif kind == COMMAND:
                values = amf_values(body)
                status = values[-1] if isinstance(values[-1], dict) else {}
                code = str(status.get("code", ""))
                if status.get("level") == "error":
                    raise Refused(code)
                if code in ("NetStream.Play.UnpublishNotify", "NetStream.Play.Stop", "NetStream.Play.Complete") and not self.stays:
                    return
                yield kind, stamp, body, self.arrival
            else:
                yield kind, stamp, body, self.arrival

    def message(self):
        """One whole message, put together from its chunks."""
        while True:
            first = self.read(1)[0]
            form, channel = first >> 6, first & 0x3F
            if channel == 0:
                channel = 64 + self.read(1)[0]
            elif channel == 1:
                channel = 64 + int.from_bytes(self.read(2), "little")
            state = self.streams.setdefault(channel, Channel())
            starts = not state.body
            head = self.read((11, 7, 3, 0)[form])
            if form < 3:
                state.field = int.from_bytes(head[:3], "big")
            if form < 2:
                state.length = int.from_bytes(head[3:6], "big")
                state.kind = head[6]
            extended = state.field == 0xFFFFFF
            value = int.from_bytes(self.read(4), "big") if extended else state.field
            if starts:
                if form == 0:
                    state.stamp, state.delta = value, 0
                else:
                    # Form 3 at a message's start repeats the last delta (after a form 0, RTMP says: that timestamp is the delta; none sends it).
                    state.delta = value if form < 3 else state.delta
                    state.stamp = (state.stamp + state.delta) & 0xFFFFFFFF
            state.body += self.read(min(self.chunk_size, state.length - len(state.body)))
            if len(state.body) == state.length:
                body, state.body = bytes(state.body), bytearray()
                return state.kind, state.stamp, body


class Channel:
    """What a chunk stream remembers from its last header."""

    def __init__(self):
        self.field = self.stamp = self.delta = self.length = self.kind = 0
        self.body = bytearray()


def amf(*values):
    return b"".join(map(amf_one, values))


def amf_one(value):
    if value is None:
        return b"\x05"
    if isinstance(value, bool):
        return b"\x01" + bytes([value])
    if isinstance(value, float):
        return b"\x00" + struct.pack(">d", value)
    if isinstance(value, str):
        data = value.encode()
        return b"\x02" + len(data).to_bytes(2, "big") + data
    return b"\x03" + b"".join(len(k).to_bytes(2, "big") + k.encode() + amf_one(v) for k, v in value.items()) + b"\x00\x00\x09"


def amf_values(data):
    values, at = [], 0
    while at < len(data):
        value, at = amf_parse(data, at)
        values.append(value)
    return values


def amf_parse(data, at):
    kind, at = data[at], at + 1
    if kind == 0:
        return struct.unpack_from(">d", data, at)[0], at + 8
    if kind == 1:
        return bool(data[at]), at + 1
    if kind == 2:
        size = int.from_bytes(data[at:at + 2], "big")
        return data[at + 2:at + 2 + size].decode(errors="replace"), at + 2 + size
    if kind in (3, 8):
        at += 4 if kind == 8 else 0
        result = {}
        while data[at:at + 3] != b"\x00\x00\x09":
            size = int.from_bytes(data[at:at + 2], "big")
            key = data[at + 2:at + 2 + size].decode(errors="replace")
            result[key], at = amf_parse(data, at + 2 + size)
        return result, at + 3
    if kind in (5, 6):
        return None, at
    raise ValueError(f"AMF type {kind}")
