"""The proxy that makes faults, what a viewer is said to have missed, and tables in pages."""

import socket
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from lab import clients, flv, tables, viewer
from lab.faults import proxy
from lab.faults.kinds import FAULTS


def packet(ms, payload, track="video", arrival=None):
    return flv.made(track, ms, 0, True, payload, arrival)


class Echo:
    """A server that says what it hears."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        clients.each(self.listener, self.answer)

    @staticmethod
    def answer(client):
        try:
            while data := client.recv(1000):
                client.sendall(data)
        except OSError:
            pass


class Through(unittest.TestCase):
    def setUp(self):
        self.echo = Echo()
        self.proxy = proxy.Proxy(self.echo.port, lambda data: "output" if b"publish" in data else "source")
        self.addCleanup(self.echo.listener.close)
        self.addCleanup(self.proxy.close)

    def connect(self, word):
        client = socket.create_connection(("127.0.0.1", self.proxy.port), timeout=5)
        self.addCleanup(client.close)
        client.sendall(word)
        return client

    def test_what_is_sent_comes_back(self):
        self.assertEqual(self.connect(b"play").recv(100), b"play")

    def test_only_the_kind_that_is_meant_is_reset(self):
        source, output = self.connect(b"play"), self.connect(b"publish")
        source.recv(100), output.recv(100)
        self.proxy.reset("output")
        with self.assertRaises(OSError):
            if not output.recv(100):
                raise OSError("closed")
        source.sendall(b"more")
        self.assertEqual(source.recv(100), b"more")

    def test_a_refused_kind_is_ended_as_soon_as_it_is_known(self):
        self.proxy.of("output").refused = True
        refused = self.connect(b"publish")
        with self.assertRaises(OSError):
            if not refused.recv(100):
                raise OSError("closed")
        self.assertEqual(self.connect(b"play").recv(100), b"play")

    def test_a_half_open_connection_says_nothing_and_a_new_one_works(self):
        old = self.connect(b"play")
        old.recv(100)
        self.proxy.half_open("source")
        old.sendall(b"lost")
        old.settimeout(0.3)
        with self.assertRaises(TimeoutError):
            old.recv(100)
        self.assertEqual(self.connect(b"play").recv(100), b"play")

    def test_nothing_is_lost_by_silence_delay_and_loss(self):
        client = self.connect(b"play")
        client.recv(100)
        conditions = self.proxy.of("source")
        conditions.silent, conditions.delay_s, conditions.loss = True, 0.05, 0.5
        client.sendall(b"x" * 50_000)
        conditions.silent = False
        got = 0
        while got < 50_000:
            got += len(client.recv(65_536))
        self.assertEqual(got, 50_000)


class Missed(unittest.TestCase):
    source = [packet(n * 33, bytes([n])) for n in range(10)]

    def test_pictures_between_the_first_and_the_last_that_came_count(self):
        seen = [packet(n * 33, bytes([n])) for n in (2, 3, 6, 7)]
        self.assertEqual(viewer.missed(self.source, seen), (2, 0))

    def test_a_picture_that_came_twice_is_told_apart_from_one_that_the_source_has_twice(self):
        source = [*self.source, packet(400, bytes([5]))]
        seen = [packet(n * 33, bytes([n])) for n in (4, 5, 5, 6, 6)]
        self.assertEqual(viewer.missed(source, seen), (0, 1))

    def test_nothing_that_is_the_sources_is_no_figure(self):
        self.assertEqual(viewer.missed(self.source, [packet(0, b"other")]), (None, 0))

    def test_sync_is_told_by_frames_that_occur_once(self):
        sound = [packet(0, b"a", "audio"), packet(21, b"silence", "audio"), packet(500, b"silence", "audio"), packet(42, b"b", "audio")]
        seen = [packet(5033, bytes([1])), packet(5021, b"silence", "audio"), packet(5052, b"b", "audio")]
        self.assertEqual(viewer.sync_ms([*self.source, *sound], seen), 10)

    def test_the_longest_wait_may_have_begun_before_the_span(self):
        seen = [packet(n, bytes([n]), arrival=at) for n, at in enumerate((0.0, 1.0, 5.0, 5.1))]
        self.assertEqual(viewer.longest_wait_s(seen, from_s=3.0), (4.0, 1.0))


class Pages(unittest.TestCase):
    def test_a_table_takes_the_place_of_the_one_before(self):
        with tempfile.TemporaryDirectory() as folder:
            page = Path(folder) / "page.md"
            page.write_text("before\n<!-- t -->\nold\n<!-- /t -->\nafter\n")
            tables.put(page, "t", ["a"], [["x | y"]])
            self.assertEqual(page.read_text(), "before\n<!-- t -->\n| a |\n|---|\n| x \\| y |\n<!-- /t -->\nafter\n")

    def test_a_page_without_the_place_is_an_error(self):
        with tempfile.TemporaryDirectory() as folder:
            page = Path(folder) / "page.md"
            page.write_text("nothing")
            with self.assertRaises(RuntimeError):
                tables.put(page, "t", ["a"], [])


class Kinds(unittest.TestCase):
    def test_there_are_at_least_40_rows(self):
        self.assertGreaterEqual(sum(len(fault.modes) for fault in FAULTS.values()), 40)


if __name__ == "__main__":
    unittest.main()
