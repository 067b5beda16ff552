"""A TCP proxy on loopback that does to connections what networks do: delay, loss, a low rate, silence, a reset, a refusal.

Loss is what TCP makes of it: a share of the pieces comes later, by the retransmission time that Linux begins with, and all behind them too.
"""

import random
import socket
import struct
import threading
import time
from collections import deque

from .. import clients

PIECE = 16_384
# What is on its way at most; then the sender waits, as with a full window.
WINDOW = 256_000
RETRANSMISSION_S = 0.2


class Conditions:
    """Of one kind of connection."""

    def __init__(self):
        self.delay_s, self.loss, self.bytes_s = 0.0, 0.0, None
        self.silent = self.refused = False


class Proxy:
    """Passes connections on to a port. A connection is of the kind that `tell(first bytes)` says; "any" without it."""

    def __init__(self, target, tell=None, seed=1):
        self.target, self.tell, self.chance = target, tell, random.Random(seed)
        self.conditions = {}
        self.connections = set()
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        clients.each(self.listener, self.connect)

    def of(self, kind):
        with self.lock:
            return self.conditions.setdefault(kind, Conditions())

    def connect(self, client):
        if self.tell is None and self.of("any").refused:
            return reset(client)
        try:
            server = socket.create_connection(("127.0.0.1", self.target), timeout=5)
        except OSError:
            return reset(client)
        connection = Connection(self, client, server)
        with self.lock:
            self.connections.add(connection)
        connection.start()
        return None

    def chosen(self, kind):
        with self.lock:
            return [each for each in self.connections if kind in ("any", each.kind)]

    def reset(self, kind="any"):
        """Every connection of the kind ends with RST."""
        for connection in self.chosen(kind):
            connection.end()

    def half_open(self, kind="any"):
        """What is connected now is never heard of again, as when a firewall forgets it; new connections work."""
        for connection in self.chosen(kind):
            connection.forgotten = True

    def close(self):
        self.listener.close()
        self.reset()


class Connection:
    def __init__(self, proxy, client, server):
        self.proxy, self.client, self.server = proxy, client, server
        self.kind = "any" if proxy.tell is None else None
        self.forgotten = self.ended = False

    def start(self):
        for source, sink, asks in ((self.client, self.server, True), (self.server, self.client, False)):
            source.settimeout(None)
            way = Way(self, source, sink, asks)
            threading.Thread(target=way.read, daemon=True).start()
            threading.Thread(target=way.write, daemon=True).start()

    def conditions(self):
        return self.proxy.of(self.kind or "unknown")

    def heard(self, data):
        """The kind is known as soon as the client says what it wants."""
        if self.kind is None and (kind := self.proxy.tell(data)):
            self.kind = kind
            if self.proxy.of(kind).refused:
                self.end()

    def end(self):
        self.ended = True
        reset(self.client)
        reset(self.server)
        with self.proxy.lock:
            self.proxy.connections.discard(self)


class Way:
    """One direction of a connection."""

    def __init__(self, connection, source, sink, asks):
        self.connection, self.source, self.sink, self.asks = connection, source, sink, asks
        self.pieces, self.held, self.over = deque(), 0, False
        self.changed = threading.Condition()

    def read(self):
        last = 0.0
        try:
            while data := self.source.recv(PIECE):
                if self.asks:
                    self.connection.heard(data)
                now, conditions = time.monotonic(), self.connection.conditions()
                due = now + conditions.delay_s
                if conditions.loss and self.connection.proxy.chance.random() < conditions.loss:
                    due += RETRANSMISSION_S
                last = max(last, due)
                with self.changed:
                    while self.held > WINDOW and not self.connection.ended:
                        self.changed.wait(0.5)
                    self.pieces.append((last, data))
                    self.held += len(data)
                    self.changed.notify_all()
        except OSError:
            pass
        with self.changed:
            self.over = True
            self.changed.notify_all()

    def write(self):
        while not self.connection.ended:
            with self.changed:
                while not self.pieces and not self.over and not self.connection.ended:
                    self.changed.wait(0.5)
                if not self.pieces:
                    break
                due, data = self.pieces[0]
            wait = due - time.monotonic()
            conditions = self.connection.conditions()
            if self.connection.forgotten or conditions.silent:
                time.sleep(0.05)
                continue
            if wait > 0:
                time.sleep(min(wait, 0.05))
                continue
            try:
                self.sink.sendall(data)
            except OSError:
                break
            with self.changed:
                self.pieces.popleft()
                self.held -= len(data)
                self.changed.notify_all()
            if conditions.bytes_s:
                time.sleep(len(data) / conditions.bytes_s)
        # The end of one direction is the end of both: neither RTMP nor HTTP goes on with half a connection.
        if not self.connection.forgotten:
            self.connection.end()


def reset(sock):
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # A thread that reads is woken by the shutdown; close alone would leave it.
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    sock.close()


def rtmp_kind(data):
    """Which end of the stream a worker's connection is."""
    if b"publish" in data or b"FCPublish" in data:
        return "output"
    return "source" if b"play" in data else None
