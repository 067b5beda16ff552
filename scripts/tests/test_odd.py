"""The made-up sources: what plays them, and what judges them. Without a worker and without ffmpeg."""

import asyncio
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from lab import rtmp
from lab.odd import adts, case, kinds, run, scripts, verdict
from lab.odd.case import AUDIO, SCRIPT, VIDEO, Case
from lab.odd.stage import Show, Stage


def picture(n, key=False, offset=0):
    body = b"\x65" + n.to_bytes(4, "big") if key else b"\x41" + n.to_bytes(4, "big")
    return case.with_cts(case.with_nals((b"\x17" if key else b"\x27") + b"\x01\x00\x00\x00", [body]), offset)


def sound(n):
    return b"\xaf\x01" + n.to_bytes(4, "big")


def small(seconds=4):
    """25 pictures and 50 frames of sound a second."""
    frames = [(VIDEO, i * 40, picture(i, i % 50 == 0)) for i in range(seconds * 25)] + [(AUDIO, i * 20, sound(i)) for i in range(seconds * 50)]
    frames.sort(key=lambda f: f[1])
    return Case([(VIDEO, b"\x17\x00\x00\x00\x00\x01"), (AUDIO, b"\xaf\x00\x11\x90")], [(ts / 1000, k, ts, p) for k, ts, p in frames],
                [(k, ts, p, 0) for k, ts, p in frames])


def judged(source, published, folder=Path("/nonexistent"), **how):
    show = Show(source)
    show.sessions, show.published = 1, [(ts / 1000, k, ts, p) for k, ts, p in published]
    ended = {"exit_code": 0, "rss_mb": 100, "hung": False, "last_words": "", **how}
    return verdict.judge(source, show, ended, folder)


def relayed(source, change=lambda k, ts, p: [(k, ts + 7000, p)]):
    return [t for k, ts, p, _ in source.truth for t in change(k, ts, p)]


class Verdict(unittest.TestCase):
    def test_a_true_relay_is_right(self):
        record = judged(small(), relayed(small()))
        self.assertEqual(record["faults"], [])
        self.assertEqual((record["pictures"]["matched"], record["sound"]["matched"], record["av_error_ms"]), (100, 200, [0, 0, 0]))

    def test_early_sound_is_negative_and_wrong(self):
        record = judged(small(), relayed(small(), lambda k, ts, p: [(k, ts + (7000 if k == VIDEO else 6900), p)]))
        self.assertEqual(record["av_error_ms"], [-100, -100, -100])
        self.assertIn("sound is -100 ms off", record["faults"][0])

    def test_lost_frames_are_counted_where_they_are_missing(self):
        record = judged(small(), relayed(small(), lambda k, ts, p: [] if k == AUDIO and (ts < 200 or 1000 <= ts < 1100) else [(k, ts, p)]))
        self.assertEqual((record["sound"]["lost_before_first"], record["sound"]["lost_inside"], record["sound"]["lost_after_last"]), (10, 5, 0))
        self.assertIn("15 of 200 frames of sound lost", record["faults"][0])

    def test_foreign_sound_steps_and_steps_back(self):
        broken = [(k, 5000 if n == 30 else ts, p) for n, (k, ts, p) in enumerate(relayed(small(), lambda k, ts, p: [(k, ts, p)]))]
        faults = " ".join(judged(small(), broken + [(AUDIO, 9000 + n, b"\xaf\x01else" + bytes([n])) for n in range(5)])["faults"])
        self.assertIn("5 frames of sound that the source does not have", faults)
        self.assertIn("jump by", faults)
        self.assertIn("stamps go back", faults)

    def test_how_it_ended(self):
        good = relayed(small())
        self.assertIn("exit code 70: boom", judged(small(), good, exit_code=70, last_words="boom")["faults"])
        self.assertIn("the worker did not end", judged(small(), good, hung=True)["faults"])
        self.assertIn("900 MB of memory", judged(small(), good, rss_mb=900)["faults"])

    def test_where_nothing_exact_is_due_only_the_end_and_the_order_count(self):
        source = case.survives(small(), "anything")
        self.assertEqual(judged(source, [])["faults"], [])
        self.assertEqual(judged(source, [], exit_code=4, last_words="no picture")["faults"], [])
        self.assertTrue(judged(source, [], exit_code=4)["faults"])

    def test_an_adts_header_is_no_part_of_a_frame(self):
        for crc in (False, True):
            self.assertEqual(verdict.raw(adts.wrapped(sound(7), crc)), verdict.raw(sound(7)))

    def test_parameter_sets_and_aud_are_no_part_of_a_picture(self):
        plain = picture(3)
        self.assertEqual(verdict.slices(case.with_nals(plain, [b"\x09\xf0", b"\x67abc", b"\x68d", *case.nals(plain)])), verdict.slices(plain))

    def test_the_last_words_are_the_worst_line_and_not_the_last(self):
        said = '{"level":"INFO","message":"a"}\n{"level":"ERROR","message":"b"}\n{"level":"INFO","message":"c"}\n'
        self.assertEqual((run.last_words(said), run.warnings(said)), ("b", ["b"]))
        self.assertEqual(run.last_words("# SIGSEGV (0xb)\n"), "# SIGSEGV (0xb)")


class Pieces(unittest.TestCase):
    def test_the_first_kind_of_every_name_is_there(self):
        due = {"plain", "long_gop", "multitrack_audio", "audio_stamped_in_batches", "composition_far_positive", "two_clocks", "two_clocks_5s",
               "metadata_negative_size", "adts_in_flv"}
        self.assertLessEqual(due, set(kinds.KINDS))

    def test_length_sizes(self):
        for size in (1, 2, 4):
            tag = case.with_nals(b"\x27\x01\x00\x00\x00", [b"ab", b"c"], size)
            self.assertEqual((case.nals(tag, size), len(tag)), ([b"ab", b"c"], 5 + 2 * size + 3))

    def test_composition_offsets_have_a_sign(self):
        for offset in (0, 80, -80, 8_388_607, -8_388_608):
            self.assertEqual(case.cts(picture(1, offset=offset)), offset)

    def test_metadata_is_what_a_plain_reader_reads(self):
        name, values = rtmp.amf_values(scripts.usual(width=-1.0))
        self.assertEqual((name, values["width"], values["height"]), ("onMetaData", -1.0, 180.0))


class Playing(unittest.TestCase):
    def test_the_wire_says_what_the_case_says(self):
        tags = [(0, VIDEO, 4294967295, b"\x17\x01" + bytes(70_000)), (0.01, AUDIO, 16777215, b"\xaf\x01x"), (0.02, SCRIPT, 5, b"\x02\x00\x01a"), (0.03, 99, 6, b"")]
        heard = self.heard(Case([(AUDIO, b"\xaf\x00\x11\x90")], tags, []))
        self.assertEqual(heard, [(AUDIO, 0, b"\xaf\x00\x11\x90")] + [t[1:] for t in tags])

    def test_a_late_reader_gets_no_picture_before_a_keyframe(self):
        tags = [(i / 100, VIDEO, i * 10, picture(i, i % 10 == 0)) for i in range(30)] + [(0.3, AUDIO, 300, sound(1))]
        heard = self.heard(Case([], tags, [], join_at=0.05))
        self.assertEqual([ts for kind, ts, _ in heard if kind == VIDEO], list(range(100, 300, 10)))

    def test_a_stream_that_nobody_plays_is_refused(self):
        with self.assertRaises(rtmp.Refused):
            self.heard(small(), "other")

    def heard(self, source, name="x"):
        return asyncio.run(self.listen(source, name))

    async def listen(self, source, name):
        stage = Stage()
        stage.shows["x"] = Show(source)
        await stage.start()
        try:
            return await asyncio.to_thread(messages, f"rtmp://127.0.0.1:{stage.port}/live/{name}/in")
        finally:
            stage.close()


def messages(url):
    player = rtmp.Player(url, timeout_s=5)
    try:
        return [(kind, stamp, body) for kind, stamp, body, _ in player.messages() if kind not in (rtmp.COMMAND, rtmp.USER_CONTROL)]
    finally:
        player.close()


if __name__ == "__main__":
    unittest.main()
