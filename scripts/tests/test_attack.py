"""The pieces of the attacks: what is sent is as hostile as it should be, and what came back is judged rightly. Without a worker."""

import base64
import json
import struct
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from lab.attack import answers, doors, manners, publishers
from lab.attack.client import body_of, status_of
from lab.attack.websocket import frame

FRAGMENT = {"fragment_id": "f", "stream_id": "s", "sequence_number": 3,
            "audio": {"format": "m4a", "sample_rate_hz": 48000, "channels": 2, "duration_ms": 2000, "data_base64": "AAAA"}}


class Answers(unittest.TestCase):
    def test_each_box_holds_the_next(self):
        data = answers.nested_boxes(depth=5)[len(answers.FTYP):]
        for level in range(5):
            self.assertEqual(struct.unpack(">I", data[8 * level:8 * level + 4])[0], len(data) - 8 * level)

    def test_the_size_of_the_two_files_that_killed(self):
        self.assertAlmostEqual(len(answers.nested_boxes()), 480_000, delta=100)
        self.assertGreater(len(answers.fragment_runs(b"")), 780_000)

    def test_a_patch_stays_inside_its_box(self):
        own = answers.box(b"stsz", bytes(12)) + answers.box(b"stts", bytes(8))
        changed = answers.patched(own, b"stsz", 8, b"\xff\xff\xff\xff")
        self.assertEqual((len(changed), changed[16:20]), (len(own), b"\xff" * 4))
        self.assertEqual(answers.patched(b"none", b"stsz", 0, b"x"), b"none")

    def test_raw_json_takes_the_place_of_one_field(self):
        text = answers.with_raw(FRAGMENT, "processing_time_ms", "1" * 30)
        self.assertEqual(json.loads(text[2:])[1]["processing_time_ms"], int("1" * 30))

    def test_most_wrong_types_are_whole_messages(self):
        self.assertGreater(len([t for t in answers.wrong_types(FRAGMENT) if t.startswith('42["')]), 150)

    def test_every_manner_that_the_quick_part_names_is_there(self):
        import attack
        self.assertLessEqual(set(attack.QUICK_STS), set(manners.ATTACKS))
        self.assertLessEqual(set(attack.QUICK_PUBLISHERS), set(publishers.SCRIPTS))

    def test_audio_is_base64(self):
        self.assertEqual(base64.b64decode(answers.audio(b"abc")["data_base64"]), b"abc")


class Frames(unittest.TestCase):
    def test_lengths(self):
        self.assertEqual(frame("ab"), b"\x81\x02ab")
        self.assertEqual(frame(bytes(200))[:4], b"\x81\x7e\x00\xc8")
        self.assertEqual(frame(bytes(70_000))[:10], b"\x81\x7f" + (70_000).to_bytes(8, "big"))

    def test_a_frame_can_lie(self):
        self.assertEqual(frame(b"x", length=1 << 62)[2:10], (1 << 62).to_bytes(8, "big"))
        self.assertEqual(frame(b"x", opcode=0, fin=False)[0], 0)


class Judging(unittest.TestCase):
    def test_forms_of_a_path(self):
        found = set(doors.forms("/v1/streams"))
        for form in ("/v1;x/streams", "//v1/streams", "/v1/./streams", "/v1/%2e/streams", "/v1%3b/streams", "/V1/streams", "/v1/streams/", "/v1/streams;x"):
            self.assertIn(form, found)

    def test_what_counts_as_having_come_through(self):
        self.assertTrue(doors.reached(200, b'{"streams":[]}'))
        self.assertTrue(doors.reached(422, b""))
        self.assertTrue(doors.reached(200, b"data: x event-stream"))
        self.assertFalse(doors.reached(401, b'{"message":"the secret"}'))
        self.assertFalse(doors.reached(200, b"<!doctype html><html>stream-worker"))
        self.assertFalse(doors.reached(404, b"stream"))

    def test_answers_are_read_without_trust(self):
        self.assertEqual(status_of(b"HTTP/1.1 431 Too large\r\n\r\n"), 431)
        self.assertEqual((status_of(b""), status_of(b"HTTP/1.1 "), status_of(b"junk")), (0, 0, 0))
        self.assertEqual(body_of(b"HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody"), b"body")


if __name__ == "__main__":
    unittest.main()
