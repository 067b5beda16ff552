"""The measuring tool's own arithmetic, on made-up packets."""

import io
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from lab import events, flow, flv, metrics, picture, rtmp, sync


def packet(ms, payload, track="video", arrival=None):
    return flv.made(track, ms, 0, True, payload, arrival)


def stream(payloads, step=33, arrivals=None):
    return [packet(i * step, p, arrival=arrivals[i] if arrivals else None) for i, p in enumerate(payloads)]


class Identity(unittest.TestCase):
    source = stream([b"a", b"b", b"c", b"d", b"e"])

    def test_a_late_reader_sees_a_contiguous_piece(self):
        found = flow.identity(self.source, stream([b"b", b"c", b"d"]))
        self.assertEqual((found["identical"], found["starts_at"], found["source_left"]), (True, 1, 1))

    def test_a_missing_packet_is_reported_where_it_is(self):
        found = flow.identity(self.source, stream([b"b", b"d", b"e"]))
        self.assertFalse(found["identical"])
        self.assertEqual(found["first_mismatch"]["index"], 1)
        self.assertTrue(found["first_mismatch"]["found_elsewhere"])

    def test_repeated_payloads_take_the_longest_match(self):
        found = flow.identity(stream([b"a", b"b", b"a", b"c", b"d"]), stream([b"a", b"c", b"d"]))
        self.assertEqual((found["identical"], found["starts_at"]), (True, 2))

    def test_nothing_in_common(self):
        self.assertIn("not in the source", flow.identity(self.source, stream([b"x"]))["why"])


class Flow(unittest.TestCase):
    def test_gaps_and_steps_back_are_counted(self):
        found = flow.track_summary([packet(ms, b"x") for ms in (0, 33, 66, 166, 199, 190, 232)])
        self.assertEqual((found["gaps"], found["backwards"], found["largest_step_ms"]), (1, 1, 100))

    def test_a_stall_counts_only_after_the_burst(self):
        found = flow.stalls(stream([b"a", b"b", b"c", b"d"], arrivals=[0.0, 1.9, 3.0, 3.7]))
        self.assertEqual(found["video_ms"], 700)

    def test_latency_leaves_out_payloads_that_repeat(self):
        source = stream([b"s", b"a", b"s", b"b"], arrivals=[0, 3, 4, 5])
        output = stream([b"a", b"s", b"b"], arrivals=[3.1, 4.2, 5.3])
        self.assertEqual([round(v) for _, v in flow.latencies(source, output)], [100, 300])

    def test_latency_of_a_source_that_repeats_itself(self):
        loop = [b"a", b"b", b"c"] * 3
        source = stream(loop, arrivals=[float(i) for i in range(9)])
        output = stream(loop[1:], arrivals=[i + 1.25 for i in range(8)])
        self.assertEqual({round(v) for _, v in flow.latencies_in_order(source, output)}, {250})

    def test_timestamps_go_on_across_the_wrap(self):
        found = flv.unwrapped([packet(0xFFFFFFF0, b"a"), packet(17, b"b")])
        self.assertEqual(found[1].dts_ms - found[0].dts_ms, 33)


class Sync(unittest.TestCase):
    def test_early_sound_is_negative_and_drift_is_per_minute(self):
        flashes = [float(i) for i in range(1, 61)]
        beeps = [t - 0.020 + t * 0.001 / 60 for t in flashes]
        found = sync.summary(sync.pairs(flashes, beeps))
        self.assertAlmostEqual(found["start_ms"], -19.9, delta=0.2)
        self.assertAlmostEqual(found["drift_ms_per_min"], 1.0, delta=0.05)

    def test_a_flash_without_a_beep_is_left_out(self):
        self.assertEqual([f for f, _ in sync.pairs([1.0, 2.0, 3.0], [1.01, 3.01])], [1.0, 3.0])

    def test_an_edge_needs_quiet_before_it(self):
        timed = [(0.0, 9), (0.1, 0), (1.0, 9), (1.05, 0), (1.1, 9), (2.0, 9)]
        self.assertEqual(events.edges(timed, threshold=5, quiet_s=0.3), [1.0, 2.0])


    def test_sound_takes_its_time_from_its_own_packet_when_the_rate_changes(self):
        packets = [packet(round(i * 1024 / 48), b"a") for i in range(100)] + [packet(5000 + round(i * 1024 / 24), b"b") for i in range(100)]
        starts = events.first_samples(packets, 100 * 1024 + 100 * 2048, 48000, [48000] * 100 + [24000] * 100)
        self.assertAlmostEqual(events.time_of(100 * 1024 + 10 * 2048 + 480, packets, starts, 48000), 5 + 10 * 1024 / 24000 + 0.01, delta=0.001)
        self.assertEqual(events.first_samples(packets, 200 * 1024, 48000, ())[150], 150 * 1024)


class Formats(unittest.TestCase):
    def test_an_audio_configuration_says_its_cores_rate(self):
        for config, rate in (("1190", 48000), ("1208", 44100), ("2b118800", 24000), ("eb098800", 24000), ("1780181c90", 12345), ("", None), ("11", None)):
            self.assertEqual(flv.core_rate(bytes.fromhex(config)), rate, config)

    def test_headers_are_configurations(self):
        self.assertEqual(flv.header(flv.AUDIO, bytes([0xAF, 0, 0x12, 0x10])), bytes([0x12, 0x10]))
        self.assertEqual(flv.header(flv.VIDEO, bytes([0x17, 0, 0, 0, 0, 1])), bytes([1]))
        self.assertIsNone(flv.header(flv.AUDIO, bytes([0xAF, 1, 0x12, 0x10])))

    def test_a_tag_comes_back_as_it_was_written(self):
        body = bytes([0x17, 1, 0xFF, 0xFF, 0xDF]) + b"unit"
        found = list(flv.tags(io.BytesIO(flv.HEADER + flv.tag(flv.VIDEO, 0x12345678, body))))
        self.assertEqual(found, [(flv.VIDEO, 0x12345678, body)])
        read = flv.packet(*found[0])
        self.assertEqual((read.pts_ms - read.dts_ms, read.key, read.size), (-33, True, 4))

    def test_headers_are_no_packets(self):
        self.assertIsNone(flv.packet(flv.VIDEO, 0, bytes([0x17, 0, 0, 0, 0, 1])))
        self.assertIsNone(flv.packet(flv.AUDIO, 0, bytes([0xAF, 0, 0x12, 0x10])))

    def test_amf_comes_back_as_it_was_written(self):
        values = ["connect", 1.0, {"app": "live/x", "fpad": False, "nothing": None}]
        self.assertEqual(rtmp.amf_values(rtmp.amf(*values)), values)

    def test_labels_choose_a_series(self):
        line = metrics.LINE.match('worker_fallback_total{stream_id="a",reason="late",} 3.0')
        samples = [(line[1], dict(metrics.LABEL.findall(line[2])), float(line[3]))]
        self.assertEqual(metrics.value(samples, "worker_fallback_total", reason="late"), 3.0)
        self.assertIsNone(metrics.value(samples, "worker_fallback_total", reason="timeout"))

    def test_ticks_are_round_and_cover_the_range(self):
        for low, high in ((-5, 5), (0, 1800), (41, 43.5), (0.1, 0.2)):
            ticks = picture.nice(low, high)
            self.assertTrue(ticks[0] <= low and ticks[-1] >= high and len(ticks) <= 9, (low, high, ticks))


if __name__ == "__main__":
    unittest.main()
