"""The measuring of a bed, on levels and sounds that are known."""

import array
import math
import shutil
import sys
import tempfile
import unittest
import wave
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from lab import soundcost, sources, stadium


def course(*points):
    """Straight lines between (time, level), each 4 ms."""
    found = []
    for (begin, low), (end, high) in zip(points, points[1:]):
        steps = round((end - begin) / 0.004)
        found += [(begin + (end - begin) * i / steps, low + (high - low) * i / steps) for i in range(steps)]
    return found


DUCKED = course((0, 0), (1.45, 0), (1.5, -14), (6, -14), (6.5, 0), (9, 0), (9.05, -14), (12, -14), (12.5, 0), (14, 0))


class Moves(unittest.TestCase):
    def test_depth_attack_and_release_are_those_of_the_lines(self):
        found = stadium.moves(DUCKED)
        self.assertAlmostEqual(found["depth_db"], -14, places=1)
        self.assertAlmostEqual(found["full_db"], 0, places=1)
        self.assertEqual(len(found["attack_ms"]), 2)
        self.assertEqual(len(found["release_ms"]), 2)
        for time in found["attack_ms"]:
            self.assertAlmostEqual(time, 50, delta=2)
        for time in found["release_ms"]:
            self.assertAlmostEqual(time, 500, delta=5)

    def test_a_bed_that_never_moves_has_no_ways(self):
        found = stadium.moves(course((0, -14), (10, -14)))
        self.assertEqual((found["depth_db"], found["full_db"], found["attack_ms"], found["release_ms"]), (-14, None, [], []))

    def test_a_way_that_is_broken_off_is_none(self):
        found = stadium.moves(course((0, 0), (1, 0), (1.02, -6), (1.04, 0), (3, 0), (3.05, -14), (8, -14)))
        self.assertEqual(len(found["attack_ms"]), 1)


class Corners(unittest.TestCase):
    def test_straight_lines_are_drawn_by_their_ends(self):
        found = stadium.corners(DUCKED)
        self.assertLess(len(found), 20)
        self.assertIn((0.0, 0.0), found)
        self.assertIn(-14, [level for _, level in found])


class Tone(unittest.TestCase):
    def test_its_level_is_measured_beside_other_sounds(self):
        samples = array.array("h", (round(32767 * (0.03 * math.sin(2 * math.pi * stadium.PILOT_HZ * i / stadium.RATE)
                                                   + 0.4 * math.sin(2 * math.pi * 440 * i / stadium.RATE))) for i in range(4800)))
        for _, level in stadium.tone(samples, stadium.PILOT_HZ):
            self.assertAlmostEqual(level, 20 * math.log10(0.03), delta=0.1)


class Judged(unittest.TestCase):
    def found(self, **more):
        return {"bed": "duck", "wanted_db": -14, "original_lufs": -23.0, "dub_lufs": -23.4, "apart_lu": 0.4, "fits_ms": [90.0, 100.0, 120.0], **stadium.moves(DUCKED), **more}

    def test_what_the_contract_asks_for_is_right(self):
        self.assertEqual(list(stadium.wrong(self.found(), "match")), [])

    def test_what_is_off_is_said(self):
        self.assertEqual(list(stadium.wrong(self.found(depth_db=-12.5), None)), ["the bed is not within 1 dB of -14 dB"])
        self.assertEqual(list(stadium.wrong(self.found(attack_ms=[]), None)), ["no attack of the bed was seen"])
        self.assertEqual(list(stadium.wrong(self.found(release_ms=[430, 440, 450]), None)), ["the release does not take 500 ms"])
        self.assertEqual(list(stadium.wrong(self.found(apart_lu=8.0), "match")), ["the dub is not as loud as the original"])

    def test_the_lines_name_the_figures(self):
        text = "\n".join(f"{name} {figure}" for name, figure in stadium.lines(self.found()))
        self.assertIn("duck: -14.0 dB under the dub (wanted -14)", text)
        self.assertRegex(text, r"attack median (49|50|51) ms of 2")
        self.assertIn("original -23.0 LUFS, dub -23.4 LUFS", text)
        self.assertIn("median 100 ms, longest 120 ms", text)


class Cost(unittest.TestCase):
    def test_the_table_holds_what_each_option_takes_more_than_off(self):
        row = {"fits": 10, "fit_median_ms": 20, "fit_longest_ms": 31, "dubbed": 15, "fallbacks": 0}
        text = "\n".join(soundcost.table([{"option": "off", "cpu_s_per_min": 1.5, **row},
                                          {"option": "bed duck", "cpu_s_per_min": 2.75, **row, "fit_median_ms": None, "fit_longest_ms": None}]))
        self.assertRegex(text, r"off +1\.5 +\+0\.00 +20 +31 +15 +0")
        self.assertRegex(text, r"bed duck +2\.75 +\+1\.25 +– +– +15 +0")


@unittest.skipUnless(shutil.which("ffmpeg"), "no ffmpeg here")
class Stem(unittest.TestCase):
    def test_is_a_frame_behind_the_sound_that_the_source_was_made_of(self):
        with tempfile.TemporaryDirectory() as folder, mock.patch.object(sources, "FOLDER", Path(folder)):
            made, behind = ([*wave.open(str(path)).readframes(10_000)] for path in (stadium.background(1), stadium.stem(1)))
        self.assertTrue(any(made))
        self.assertEqual(behind[4 * stadium.AAC_FRAME:], made[:len(behind) - 4 * stadium.AAC_FRAME])
        self.assertFalse(any(behind[:4 * stadium.AAC_FRAME]))


if __name__ == "__main__":
    unittest.main()
