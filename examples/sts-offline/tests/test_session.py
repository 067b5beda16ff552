"""Numbers, order, window and counts of one session; what may be said; what the load asks for."""

import base64
import unittest

from sts_offline import load, protocol
from sts_offline.protocol import Fragment, Init, Message, Refused
from sts_offline.session import Session


def fragment(number: int, name: str | None = None) -> Fragment:
    return Fragment(name or f"f{number}", number, b"", 6000, 48000, 2, {})


def result(number: int, status: str = "success") -> Message:
    return {"sequence_number": number, "status": status}


class SessionTest(unittest.TestCase):
    def setUp(self) -> None:
        self.session = Session(Init("s", "es", "default", 2, 6))

    def refusal(self, fragment: Fragment) -> str:
        with self.assertRaises(Refused) as caught:
            self.session.accept(fragment)
        self.assertEqual(caught.exception.fragment_id, fragment.fragment_id)
        return caught.exception.code

    def test_an_answer_that_was_not_aired_shows_how_long_is_too_long(self) -> None:
        for number, (took_s, status) in enumerate(((5.5, "received"), (5.0, "applied"), (1.0, "received"))):
            self.session.accept(fragment(number))
            self.session.took_s[f"f{number}"] = took_s
            self.session.acknowledged(f"f{number}", status)
            expected = (5.225, 5.3295, 3.0)[number]
            self.assertAlmostEqual(self.session.patience_s, expected)
        self.assertEqual(self.session.took_s, {})

    def test_results_are_delivered_in_order_whichever_ends_first(self) -> None:
        for number in (0, 1):
            self.session.accept(fragment(number))
        self.assertEqual(self.session.finished(1, result(1)), [])
        self.assertFalse(self.session.answered())
        self.assertEqual(self.session.finished(0, result(0)), [result(0), result(1)])
        self.assertTrue(self.session.answered())

    def test_a_gap_and_a_repeated_number_are_refused_and_change_nothing(self) -> None:
        self.assertEqual(self.refusal(fragment(1)), "INVALID_SEQUENCE")
        self.session.accept(fragment(0))
        self.assertEqual(self.refusal(fragment(0)), "INVALID_SEQUENCE")
        self.assertEqual(self.refusal(fragment(1, "f0")), "INVALID_SEQUENCE")
        self.session.accept(fragment(1))

    def test_a_fragment_is_in_flight_until_it_is_acknowledged(self) -> None:
        for number in (0, 1):
            self.session.accept(fragment(number))
            self.session.finished(number, result(number))
        self.assertEqual(self.refusal(fragment(2)), "RATE_LIMIT")
        self.assertTrue(self.session.acknowledged("f0", "applied"))
        self.assertFalse(self.session.acknowledged("f0", "applied"))
        self.session.accept(fragment(3))

    def test_a_refused_number_does_not_block_what_follows(self) -> None:
        for number in (0, 1):
            self.session.accept(fragment(number))
        self.assertEqual(self.refusal(fragment(2)), "RATE_LIMIT")
        self.session.acknowledged("f0", "received")
        self.session.accept(fragment(3))
        delivered = [one["sequence_number"] for number in (3, 0, 1) for one in self.session.finished(number, result(number))]
        self.assertEqual(delivered, [0, 1, 3])
        self.assertTrue(self.session.answered())

    def test_nothing_is_taken_while_paused_or_after_the_end(self) -> None:
        self.session.paused = True
        self.assertEqual(self.refusal(fragment(0)), "INVALID_CONFIG")
        self.session.paused, self.session.ended = False, True
        self.assertEqual(self.refusal(fragment(0)), "INVALID_CONFIG")

    def test_the_end_tells_what_became_of_all(self) -> None:
        for number, status in enumerate(("success", "failed")):
            self.session.accept(fragment(number))
            self.session.finished(number, result(number, status))
        self.session.acknowledged("f0", "applied")
        complete = self.session.complete()
        self.assertEqual(complete["total_fragments"], 2)
        self.assertEqual(
            complete["statistics"],
            {"success_count": 1, "partial_count": 0, "failed_count": 1, "applied_count": 1, "received_count": 0},
        )


class ProtocolTest(unittest.TestCase):
    CONFIG: Message = {
        "source_language": "en-GB",
        "target_language": "es-ES",
        "voice_profile": None,
        "chunk_duration_ms": 6000,
        "sample_rate_hz": 44100,
        "channels": 1,
        "format": "m4a",
    }
    AUDIO: Message = {"format": "m4a", "sample_rate_hz": 48000, "channels": 2, "duration_ms": 6000, "data_base64": "AAAA"}

    def init(self, **config: object) -> Init:
        return protocol.init({"stream_id": "s", "max_inflight": None, "unknown": 1, "config": {**self.CONFIG, **config}}, ["es"])

    def fragment(self, audio: object, **more: object) -> Fragment:
        return protocol.fragment({"fragment_id": "f", "sequence_number": 0, "audio": audio, **more})

    def test_null_is_the_default_and_unknown_fields_are_ignored(self) -> None:
        self.assertEqual(self.init(), Init("s", "es", "default", 3, 6.0))

    def test_a_config_that_cannot_be_served_is_refused(self) -> None:
        wrong: list[Message] = [{"source_language": "de"}, {"target_language": "ja"}, {"channels": 0}, {"channels": True}, {"format": "wav"}]
        for config in wrong:
            with self.subTest(config), self.assertRaisesRegex(Refused, "INVALID_CONFIG"):
                self.init(**config)
        whole: list[object] = [None, [], "text", {"stream_id": "s"}, {"stream_id": "s", "config": 7}]
        for given in whole:
            with self.subTest(given), self.assertRaisesRegex(Refused, "INVALID_CONFIG"):
                protocol.init(given, ["es"])

    def test_a_fragment_that_cannot_be_read_is_refused_by_name(self) -> None:
        wrong: list[tuple[object, str]] = [
            (None, "INVALID_CONFIG"),
            ({**self.AUDIO, "data_base64": "%"}, "INVALID_CONFIG"),
            ({**self.AUDIO, "data_base64": None}, "INVALID_CONFIG"),
            ({**self.AUDIO, "duration_ms": 3_600_000}, "INVALID_CONFIG"),
            ({**self.AUDIO, "data_base64": "A" * 8_000_000}, "FRAGMENT_TOO_LARGE"),
        ]
        for audio, code in wrong:
            with self.subTest(code), self.assertRaises(Refused) as caught:
                self.fragment(audio)
            self.assertEqual((caught.exception.code, caught.exception.fragment_id), (code, "f"))
        with self.assertRaises(Refused):
            self.fragment(self.AUDIO, metadata=[1])

    def test_of_the_metadata_two_figures_are_kept(self) -> None:
        found = self.fragment(self.AUDIO, metadata={"pts_ns": 7, "source_pts_ns": "8", "more": "x" * 1000})
        self.assertEqual(found.metadata, {"pts_ns": 7})
        self.assertEqual(found.m4a, base64.b64decode("AAAA"))


class LoadTest(unittest.TestCase):
    def test_an_answer_takes_longer_the_more_wait(self) -> None:
        busy = load.Load(workers=2, work_s=2)
        answers = []
        for busy.jobs in range(5):
            answers.append(busy.answer_s())
        self.assertEqual(answers, [2, 2, 3, 4, 5])

    def test_there_is_room_while_one_more_would_be_answered_in_time(self) -> None:
        busy, found = load.Load(workers=2, work_s=2), []
        for busy.jobs in range(6):
            found.append(busy.has_room(6))
        self.assertEqual(found, [True, True, True, True, True, False])
        busy.jobs = 2
        self.assertEqual([busy.has_room(6, before) for before in range(4)], [True, True, True, False])

    def test_a_service_that_is_slower_than_anybody_waits_still_tries(self) -> None:
        slow = load.Load(workers=1, work_s=9)
        self.assertTrue(slow.has_room(6))
        self.assertTrue(slow.is_worth(0.1, 6))
        slow.jobs = 1
        self.assertFalse(slow.has_room(6))

    def test_a_turn_that_comes_too_late_is_worth_nothing(self) -> None:
        self.assertEqual([load.Load(1, work_s=2).is_worth(waited_s, 6) for waited_s in (0, 3.3, 3.5)], [True, True, False])


if __name__ == "__main__":
    unittest.main()
