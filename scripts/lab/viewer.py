"""A viewer who asks again whenever the stream is gone, and what he missed."""

import threading
import time
from statistics import median

from . import flv, rtmp

FRAME_S = 1 / 30


class Viewer(threading.Thread):
    """Reads a path for ever; keeps each packet, and in which session it came."""

    def __init__(self, url):
        super().__init__(name=f"viewer of {url}", daemon=True)
        self.url, self.packets, self.sessions, self.player = url, [], 0, None
        self.stopped = threading.Event()
        self.start()

    def run(self):
        while not self.stopped.is_set():
            first = True
            try:
                self.player = rtmp.Player(self.url)
                # A connection that stays open and says nothing is given up, as a player does.
                self.player.sock.settimeout(10)
                for kind, stamp, body, arrival in self.player.messages():
                    if kind in (flv.AUDIO, flv.VIDEO) and (packet := flv.packet(kind, stamp, body, arrival)):
                        self.packets.append(packet)
                        self.sessions += first
                        first = False
            except (OSError, EOFError, rtmp.Refused, ValueError):
                pass
            finally:
                if self.player:
                    self.player.close()
            self.stopped.wait(0.1)

    def await_packets(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self.packets:
            time.sleep(0.05)
        return bool(self.packets)

    def stop(self):
        self.stopped.set()
        if self.player:
            self.player.close()
        self.join(timeout=5)


def pictures(packets):
    return [packet for packet in packets if packet.track == "video"]


def longest_wait_s(packets, from_s=float("-inf"), to_s=float("inf")):
    """(seconds without a picture, when it began) at most, of the waits that reach into a span of time."""
    times = [packet.arrival_s for packet in pictures(packets)]
    return max(((b - a, a) for a, b in zip(times, times[1:]) if b >= from_s and a <= to_s), default=(0.0, None))


def missed(source, output):
    """(pictures of the source that never came out, between the first and the last that did; how many came out twice)."""
    order, digests, same = {}, [], set()
    for packet in pictures(source):
        if packet.digest in order:
            same.add(packet.digest)
        order.setdefault(packet.digest, len(order))
    # A picture that the source has twice says nothing.
    for digest in same:
        del order[digest]
    order = {digest: at for at, digest in enumerate(order)}
    for packet in pictures(output):
        if packet.digest in order:
            digests.append(order[packet.digest])
    if not digests:
        return None, 0
    seen = set(digests)
    return sum(n not in seen for n in range(min(seen), max(seen) + 1)), len(digests) - len(seen)


def sync_ms(source, output):
    """Sound minus picture at the end: how differently the two tracks of the last frames that are the source's own were shifted in time."""
    stamps, same = {}, set()
    for packet in source:
        key = packet.track, packet.digest
        if key in stamps:
            same.add(key)
        stamps[key] = packet.pts_ms
    # Frames of silence are all alike: they do not say where they are from.
    for key in same:
        del stamps[key]
    shifts = {track: [packet.pts_ms - stamps[track, packet.digest] for packet in output if packet.track == track and (track, packet.digest) in stamps][-40:]
              for track in ("video", "audio")}
    return round(median(shifts["audio"]) - median(shifts["video"])) if shifts["video"] and shifts["audio"] else None
