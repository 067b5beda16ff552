"""The arithmetic of the demo that speaks, and what it calls wrong."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from lab import spoken


def row(number=0, **more):
    return {"sequence_number": number, "said": "Good evening.", "own": 0.9, "other": 0.1, "english": 0.1, "off_ms": 3, **more}


class Spoken(unittest.TestCase):
    def test_errors_are_words_wrong_missing_or_too_many(self):
        said = spoken.words("The president will speak on Monday.")
        for heard, wrong in (("the president will speak on monday", 0), ("the president will on monday", 1), ("a president will speak on a monday", 2),
                             ("", 6)):
            with self.subTest(heard):
                self.assertEqual(spoken.errors(said, spoken.words(heard)), wrong)

    def test_a_sentence_belongs_to_its_slot_and_none_to_the_rest(self):
        self.assertEqual(spoken.sentence_at(6.02, "spoken-16s.flv"), spoken.SENTENCES[1])
        self.assertEqual(spoken.sentence_at(12.0, "spoken-16s.flv"), "")

    def test_what_is_wrong(self):
        def wrong(*rows, mistakes=0):
            return list(spoken.wrong({"words": 100, "wrong": mistakes, "sentences": list(rows)}))

        self.assertEqual(wrong(row(), mistakes=5), [])
        self.assertIn("fewer than 95 %", wrong(row(), mistakes=6)[0])
        self.assertIn("does not speak", wrong(row(own=0.5))[0])
        self.assertIn("does not speak", wrong(row(english=0.6))[0])
        self.assertIn("+80 ms", wrong(row(off_ms=80))[0])
        self.assertEqual(wrong(row(said="", own=0.0, off_ms=400)), [])


if __name__ == "__main__":
    unittest.main()
