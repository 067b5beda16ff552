"""The knee is the last number of streams that went well, and what is said of it names what limits."""

import os
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from lab import knee


def row(streams, **other):
    return {"streams": streams, "cores": {"worker": 0.9, "echo": 0.2, "nginx": 0.3, "publisher": 0.1, "bench": 0.1, "other": 0.0},
            "machine_busy": 0.5, "rss_mb": 100.0, "longest_stall_ms": 120, "stalled": 0, "gone": 0, "fallbacks": 0, "dubbed": 9, **other}


class Knee(unittest.TestCase):
    def test_a_fallback_a_stall_and_an_output_that_ended_are_each_over_it(self):
        self.assertFalse(knee.over(row(10)))
        for trouble in ({"fallbacks": 1}, {"longest_stall_ms": 501}, {"gone": 1}):
            with self.subTest(trouble):
                self.assertTrue(knee.over(row(10, **trouble)))

    def test_it_is_the_last_number_that_went_well(self):
        rows = [row(10), row(20), row(30, fallbacks=2)]
        self.assertEqual(knee.knee(rows), 20)
        self.assertEqual(knee.knee([row(10, fallbacks=2)]), 0)

    def test_the_verdict_names_what_took_most_of_a_busy_machine(self):
        said = knee.verdict([row(10), row(20, fallbacks=2, stalled=1, longest_stall_ms=700, machine_busy=0.97)])
        self.assertIn("Knee: 10 streams", said)
        self.assertIn("2 segments", said)
        self.assertIn("700 ms", said)
        self.assertIn("the worker (0.90 cores)", said)
        self.assertIn("something else limits", knee.verdict([row(10, fallbacks=1)]))
        self.assertIn("No knee up to 30", knee.verdict([row(30)]))

    def test_other_work_on_the_machine_is_no_limit_of_the_worker(self):
        busy = row(30, stalled=1, longest_stall_ms=600, machine_busy=0.99)
        busy["cores"] = {**busy["cores"], "other": 1.4}
        self.assertIn("other work (1.40 cores), so that this is no knee of the worker", knee.verdict([row(20), busy]))

    def test_a_row_has_the_columns_of_the_head(self):
        self.assertEqual(len(knee.line(row(10))), len(knee.HEAD))

    def test_load_counts_what_a_process_used(self):
        load = knee.Load({"worker": [os.getpid()]})
        end = load.before[0]["bench"] + 0.2
        while sum(os.times()[:2]) < end:
            pass
        shares, busy = load.shares()
        self.assertGreater(shares["worker"], 0.05)
        self.assertLessEqual(busy, 1.0)


if __name__ == "__main__":
    unittest.main()
