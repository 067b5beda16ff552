"""Watches many outputs cheaply: one thread that looks at all of them in turn and keeps of each when pictures came, and nothing of them."""

import threading
import time

from . import rtmp

AUDIO, VIDEO = 8, 9
# One look at all outputs: what is found is exact to this, and a reader's work no longer grows with the packets of each stream.
LOOK_S = 0.05
RECEIVE_BYTES = 1 << 18
# Chunk headers by their form: bytes behind the basic header.
HEADER_BYTES = (11, 7, 3, 0)


class Skimmer(rtmp.Player):
    """A player that takes what has come without waiting, and steps over sound and pictures instead of putting them together."""

    def __init__(self, url):
        self.left = {}
        self.behind = 0
        self.channel = 0
        super().__init__(url)

    def take(self):
        """Kinds of the messages that have come to their end since the last call. Raises EOFError at the end of the connection."""
        found = []
        self.sock.setblocking(False)
        try:
            while data := self.sock.recv(RECEIVE_BYTES):
                self.received += len(data)
                self.buffer += data
                self.skim(found)
            raise EOFError
        except BlockingIOError:
            pass
        finally:
            self.sock.setblocking(True)
        self.skim(found)
        if self.received - self.acked > self.window // 2:
            self.acked = self.received
            self.send(rtmp.ACK, (self.received & 0xFFFFFFFF).to_bytes(4, "big"))
        return found

    def skim(self, found):
        at = 0
        while True:
            taken = min(self.behind, len(self.buffer) - at)
            state = self.streams.get(self.channel)
            if taken and state.kind not in (AUDIO, VIDEO):
                state.body += self.buffer[at:at + taken]
            at += taken
            self.behind -= taken
            if self.behind:
                break
            if state and self.left.get(self.channel) == 0:
                del self.left[self.channel]
                self.ended(state, found)
            begun = self.header(at)
            if begun == at:
                break
            at = begun
        del self.buffer[:at]

    def header(self, at):
        """Reads a chunk's header; where its payload begins, or `at` when not all of it is there."""
        buffer = self.buffer
        if len(buffer) <= at:
            return at
        form, channel = buffer[at] >> 6, buffer[at] & 0x3F
        start = at + (1, 2, 3)[(channel == 0) + 2 * (channel == 1)]
        end = start + HEADER_BYTES[form]
        if len(buffer) < end:
            return at
        if channel < 2:
            channel = 64 + int.from_bytes(buffer[at + 1:start], "little")
        state = self.streams.setdefault(channel, rtmp.Channel())
        field = int.from_bytes(buffer[start:start + 3], "big") if form < 3 else state.field
        if field == 0xFFFFFF:
            end += 4
            if len(buffer) < end:
                return at
        state.field = field
        if form < 2:
            state.length = int.from_bytes(buffer[start + 3:start + 6], "big")
            state.kind = buffer[start + 6]
        left = self.left.setdefault(channel, state.length - len(state.body))
        self.channel, self.behind = channel, min(self.chunk_size, left)
        self.left[channel] = left - self.behind
        return end

    def ended(self, state, found):
        body, state.body = bytes(state.body), bytearray()
        if state.kind == rtmp.SET_CHUNK_SIZE:
            self.chunk_size = int.from_bytes(body[:4], "big") & 0x7FFFFFFF
        elif state.kind == rtmp.USER_CONTROL and body[:2] == b"\x00\x06":
            self.send(rtmp.USER_CONTROL, b"\x00\x07" + body[2:6])
        elif state.kind == rtmp.USER_CONTROL and body[:2] == b"\x00\x01":
            raise EOFError
        found.append(state.kind)


class Output:
    """One output, and the longest time without a picture in it."""

    def __init__(self, url):
        self.url = url
        self.player = None
        self.retry_s = 0.0
        self.last_s = None
        self.longest_s = 0.0
        self.stalled_at_s = None
        self.lost = None

    def look(self, now_s):
        try:
            if self.player is None:
                if self.last_s is not None or now_s < self.retry_s:
                    return
                self.player = Skimmer(self.url)
            if VIDEO in self.player.take():
                self.seen(now_s)
        except (OSError, EOFError, rtmp.Refused) as end:
            self.lost, self.player, self.retry_s = str(end), None, now_s + 0.2

    def seen(self, arrival_s):
        if self.last_s is not None and arrival_s - self.last_s > self.longest_s:
            self.longest_s, self.stalled_at_s = arrival_s - self.last_s, arrival_s
        self.last_s = arrival_s

    def begin_window(self):
        self.longest_s = 0.0


class Watch(threading.Thread):
    """Looks at all of these outputs, each 50 ms."""

    def __init__(self, urls):
        super().__init__(daemon=True)
        self.outputs = [Output(url) for url in urls]

    def run(self):
        while True:
            for output in self.outputs:
                output.look(time.monotonic())
            time.sleep(LOOK_S)
