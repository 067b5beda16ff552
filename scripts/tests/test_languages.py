"""What the demo says of several languages."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from lab import languages
from lab.flv import Packet


def pictures(begin, end, late_s=0.0, other=None):
    return [Packet("video", t, t, t % 2000 == 0, 1, bytes([t // 40 % 251, 1 if t == other else 0]), t / 1000 + late_s)
            for t in range(begin, end, 40)]


class LanguagesTest(unittest.TestCase):
    def test_targets(self):
        self.assertEqual(languages.keys("es,fr:anna,pt-BR,original"), ["es", "fr", "pt-br", "original"])
        self.assertEqual(languages.outputs(["es", "fr"]), {"es": "out", "fr": "out-fr"})
        for text in ("es,,fr", "es,ES", "", "x y"):
            with self.assertRaises(ValueError):
                languages.keys(text)

    def test_equal_pictures(self):
        found = languages.same_picture(pictures(0, 10000), pictures(2000, 9000, 0.02))
        self.assertTrue(found["identical"])
        self.assertEqual((found["late_ms"], found["apart_ms"]), (2000, 20.0))

    def test_another_picture_or_stamp_is_seen(self):
        self.assertFalse(languages.same_picture(pictures(0, 10000), pictures(0, 10000, other=4000))["identical"])
        moved = [Packet(p.track, p.dts_ms + 1, p.pts_ms + 1, p.key, 1, p.digest, p.arrival_s) for p in pictures(0, 10000)]
        self.assertFalse(languages.same_picture(pictures(0, 10000), moved)["identical"])
        self.assertFalse(languages.same_picture(pictures(0, 10000), [])["identical"])

    def test_what_is_wrong_is_said(self):
        good = {"language": "fr", "identical": True, "late_ms": 0, "apart_ms": 1.0, "dubbed": 9, "files": 9, "fallback": {},
                "sync": {"start_ms": 1.0, "middle_ms": 1.0, "end_ms": 1.0}}
        first = {**good, "language": "es", "sync": None}
        self.assertEqual(list(languages.wrong([first, good], 0, 24, 9)), [])
        for change, words in (({"identical": False}, "pictures"), ({"apart_ms": 60.0}, "leave"), ({"files": 8}, "fewer"),
                              ({"fallback": {"late": 1.0}}, "original audio"), ({"sync": None}, "no flash"), ({"late_ms": 4000}, "begins")):
            self.assertIn(words, " ".join(languages.wrong([first, {**good, **change}], 0, 24, 9)))


if __name__ == "__main__":
    unittest.main()
