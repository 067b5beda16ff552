"""The events of the protocol without a network and without models."""

import asyncio
import base64
import json
import tempfile
import unittest
from collections.abc import Awaitable, Callable
from pathlib import Path

from sts_offline import load
from sts_offline.dub import Dubbed, Job
from sts_offline.protocol import Message, Refused
from sts_offline.service import Service

CONFIG: Message = {
    "source_language": "en",
    "target_language": "es",
    "voice_profile": "default",
    "chunk_duration_ms": 6000,
    "sample_rate_hz": 48000,
    "channels": 2,
    "format": "m4a",
}


class StandIn:
    """Ends a fragment when the test says so, in the order that the test chooses."""

    def __init__(self) -> None:
        self.load = load.Load(workers=1, work_s=1)
        self.ends: dict[bytes, asyncio.Future[Dubbed]] = {}

    async def run(self, job: Job, is_wanted: Callable[[], bool], started: Callable[[], Awaitable[None]]) -> Dubbed:
        await started()
        self.ends[job.m4a] = asyncio.get_running_loop().create_future()
        return await self.ends[job.m4a]


class Heard(Service):
    """Keeps what it would send."""

    def __init__(self, dubber: StandIn, record: Path) -> None:
        super().__init__(dubber, ["es"], record)
        self.said: list[tuple[str, Message]] = []

    async def say(self, sid: str, event: str, payload: Message) -> None:
        self.said.append((event, payload))

    def of(self, event: str, field: str) -> list[object]:
        return [payload[field] for name, payload in self.said if name == event]


class ServiceTest(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.record = Path(folder.name, "fragments.jsonl")
        self.work = StandIn()
        self.service = Heard(self.work, self.record)

    async def hear(self, event: str, payload: object) -> None:
        await self.service.handler(event)("sid", payload)
        await self.settle()

    async def settle(self) -> None:
        for _ in range(10):
            await asyncio.sleep(0)

    async def begin(self) -> None:
        await self.hear("stream:init", {"stream_id": "s", "config": CONFIG, "max_inflight": 3, "timeout_ms": 8000})

    async def send(self, number: int) -> None:
        audio = {"format": "m4a", "sample_rate_hz": 48000, "channels": 2, "duration_ms": 6000}
        audio["data_base64"] = base64.b64encode(b"%d" % number).decode()
        await self.hear("fragment:data", {"fragment_id": f"f{number}", "sequence_number": number, "audio": audio, "metadata": None})

    async def end(self, number: int, failure: Exception | None = None) -> None:
        future = self.work.ends[b"%d" % number]
        if failure:
            future.set_exception(failure)
        else:
            future.set_result(Dubbed(b"m4a", "hello", "hola", True, {"recognise_ms": 1}, {"words_per_minute": 175}))
        await self.settle()

    async def test_results_come_in_order_with_sound_and_both_texts(self) -> None:
        await self.begin()
        for number in (0, 1):
            await self.send(number)
        self.assertEqual(self.service.of("fragment:ack", "status"), ["queued", "processing"] * 2)
        await self.end(1)
        self.assertEqual(self.service.of("fragment:processed", "sequence_number"), [])
        await self.end(0)
        self.assertEqual(self.service.of("fragment:processed", "sequence_number"), [0, 1])
        self.assertEqual(self.service.of("fragment:processed", "translated_text"), ["hola", "hola"])

    async def test_whatever_a_model_does_wrong_is_an_answer(self) -> None:
        await self.begin()
        for number, failure in enumerate((ValueError("bug"), Refused("TIMEOUT", "too late"))):
            await self.send(number)
            with self.assertLogs("sts-offline") if number == 0 else self.assertNoLogs("sts-offline"):
                await self.end(number, failure)
        errors = [payload["error"] for event, payload in self.service.said if event == "fragment:processed"]
        self.assertEqual([(error["code"], error["retryable"]) for error in errors], [("MODEL_ERROR", True), ("TIMEOUT", True)])

    async def test_what_is_refused_for_the_load_blocks_nothing(self) -> None:
        await self.begin()
        await self.send(0)
        self.work.load.work_s = 20
        with self.assertLogs("sts-offline"):
            await self.send(1)
        self.work.load.work_s = 1
        await self.send(2)
        await self.end(2)
        await self.end(0)
        self.assertEqual(self.service.of("error", "code"), ["QUEUE_FULL"])
        self.assertEqual(self.service.of("fragment:processed", "sequence_number"), [0, 2])

    async def test_a_client_that_obeys_a_pause_hears_of_its_end(self) -> None:
        await self.begin()
        self.work.load.work_s = 3
        await self.send(0)
        self.assertEqual(self.service.of("backpressure", "action"), ["pause"])
        await self.end(0)
        self.assertEqual(self.service.of("backpressure", "action"), ["pause", "none"])

    async def test_who_was_turned_away_goes_on_first_and_no_more_than_there_is_room_for(self) -> None:
        for sid in "abc":
            await self.service.handler("stream:init")(sid, {"stream_id": sid, "config": CONFIG})
        self.work.load.work_s = 2
        sids = []

        async def say(sid: str, event: str, payload: Message) -> None:
            if event == "backpressure":
                sids.append((sid, payload["action"]))

        self.service.say = say  # type: ignore[method-assign]
        for number, sid in enumerate("abc"):
            audio = {"format": "m4a", "sample_rate_hz": 48000, "channels": 2, "duration_ms": 6000, "data_base64": base64.b64encode(sid.encode()).decode()}
            with self.assertLogs("sts-offline") if sid == "c" else self.assertNoLogs("sts-offline"):
                await self.service.handler("fragment:data")(sid, {"fragment_id": f"f{number}", "sequence_number": 0, "audio": audio})
            await self.settle()
        self.assertEqual(sids, [("a", "pause"), ("b", "pause"), ("c", "pause")])
        sids.clear()
        self.work.ends[b"a"].set_result(Dubbed(b"m4a", "", "", True))
        await self.settle()
        self.assertEqual(sids, [("c", "none")])

    async def test_the_end_waits_for_what_is_being_worked_on(self) -> None:
        await self.begin()
        await self.send(0)
        ending = asyncio.ensure_future(self.service.handler("stream:end")("sid", {"stream_id": "s"}))
        await self.settle()
        self.assertEqual(self.service.of("stream:complete", "total_fragments"), [])
        await self.end(0)
        await ending
        self.assertEqual(self.service.of("stream:complete", "total_fragments"), [1])
        self.assertEqual([event for event, _ in self.service.said][-2:], ["fragment:processed", "stream:complete"])

    async def test_what_became_of_a_fragment_is_recorded_without_its_sound(self) -> None:
        await self.begin()
        await self.send(0)
        await self.end(0)
        await self.hear("fragment:ack", {"fragment_id": "f0", "status": "applied"})
        row = json.loads(self.record.read_text())
        self.assertEqual((row["ack"], row["transcript"], row["metadata"]), ("applied", "hello", {"words_per_minute": 175}))
        self.assertNotIn("dubbed_audio", row)

    async def test_events_out_of_place_are_errors_by_code(self) -> None:
        with self.assertLogs("sts-offline"):
            await self.send(0)
            await self.begin()
            await self.begin()
            await self.send(7)
            await self.hear("fragment:ack", {"fragment_id": "f0", "status": "eaten"})
        expected = ["STREAM_NOT_FOUND", "INVALID_CONFIG", "INVALID_SEQUENCE", "INVALID_CONFIG"]
        self.assertEqual(self.service.of("error", "code"), expected)


if __name__ == "__main__":
    unittest.main()
