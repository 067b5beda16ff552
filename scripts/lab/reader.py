"""Reads a live stream, keeps it as FLV, and knows when each packet arrived."""

import socket
import threading
import time

from . import flv, rtmp


class Reader(threading.Thread):
    """Tries until the stream is there, then reads until it ends or `stop()` is called."""

    def __init__(self, url, path, retry_s=0.05):
        super().__init__(name=f"reader of {url}", daemon=True)
        self.url, self.path, self.retry_s = url, path, retry_s
        self.packets = []
        self.player = None
        self.stopped = threading.Event()
        self.problem = None

    def run(self):
        while not self.stopped.is_set() and not self.packets:
            try:
                self.read_once()
            except (OSError, EOFError, rtmp.Refused) as problem:
                self.problem = problem
            self.stopped.wait(self.retry_s)

    def read_once(self):
        self.player = rtmp.Player(self.url)
        try:
            # Nothing for 30 s on a connection that stays open is an end too.
            self.player.sock.settimeout(30)
            with open(self.path, "wb") as file:
                file.write(flv.HEADER)
                for kind, stamp, body, arrival in self.player.messages():
                    if kind in (flv.AUDIO, flv.VIDEO):
                        file.write(flv.tag(kind, stamp, body))
                        if packet := flv.packet(kind, stamp, body, arrival):
                            self.packets.append(packet)
        finally:
            self.player.close()

    def stop(self):
        self.stopped.set()
        if self.player:
            try:
                self.player.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self.join(timeout=5)

    def await_packets(self, seconds):
        """True as soon as the first packet is there."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self.packets and self.is_alive():
            time.sleep(0.01)
        return bool(self.packets)
