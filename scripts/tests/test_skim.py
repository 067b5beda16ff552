"""The cheap reader steps over what it does not keep, wherever the socket cuts it."""

import socket
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from lab import rtmp, skim


class Piecewise(skim.Skimmer):
    """Reads from one end of a socket pair, as if its handshake were over."""

    def __init__(self, sock):
        self.left, self.behind, self.channel = {}, 0, 0
        self.sock, self.buffer, self.chunk_size, self.streams = sock, bytearray(), 128, {}
        self.received = self.acked = 0
        self.window = 2_500_000


def message(kind, body, channel=4, chunk=128, stamp=0):
    extended = stamp.to_bytes(4, "big") if stamp >= 0xFFFFFF else b""
    head = bytes([channel]) + min(stamp, 0xFFFFFF).to_bytes(3, "big") + len(body).to_bytes(3, "big") + bytes([kind]) + bytes(4) + extended
    between = bytes([0xC0 | channel]) + extended
    return head + between.join(body[i:i + chunk] for i in range(0, len(body), chunk))


class Skimming(unittest.TestCase):
    def setUp(self):
        self.near, far = socket.socketpair()
        self.addCleanup(self.near.close)
        self.addCleanup(far.close)
        self.player = Piecewise(far)

    def kinds(self, data, piece):
        found = []
        for at in range(0, len(data), piece):
            self.near.sendall(data[at:at + piece])
            found += self.player.take()
        return found

    def test_messages_are_counted_however_they_are_cut(self):
        data = message(9, bytes(1000)) + message(8, bytes(10), channel=6) + message(9, b"x", stamp=0x1FFFFFF) + message(9, bytes(300), stamp=0x1FFFFFF)
        for piece in (1, 7, 127, 128, 129, len(data)):
            with self.subTest(piece=piece):
                self.assertEqual(self.kinds(data, piece), [9, 8, 9, 9])

    def test_a_new_chunk_size_is_followed(self):
        data = message(rtmp.SET_CHUNK_SIZE, (4096).to_bytes(4, "big"), channel=2) + message(9, bytes(9000), chunk=4096) + message(8, b"a")
        self.assertEqual(self.kinds(data, 50), [rtmp.SET_CHUNK_SIZE, 9, 8])

    def test_interleaved_channels_stay_apart(self):
        video, audio = message(9, bytes(200)), message(8, bytes(200), channel=6)
        # The header and the first chunk of each, then the rest of each.
        cut = 1 + 11 + 128
        self.assertEqual(self.kinds(video[:cut] + audio[:cut] + audio[cut:] + video[cut:], 33), [8, 9])

    def test_nothing_of_a_picture_is_kept(self):
        self.kinds(message(9, bytes(100_000)), 4096)
        self.assertEqual((len(self.player.buffer), [len(c.body) for c in self.player.streams.values()]), (0, [0]))

    def test_the_end_of_the_connection_is_told(self):
        self.near.close()
        with self.assertRaises(EOFError):
            self.player.take()


if __name__ == "__main__":
    unittest.main()
