"""One fragment on its way through the three places. Runs in a worker process; what goes in and out can be pickled."""

import time
from dataclasses import dataclass, field

from . import sound, speech

# The dub may use the fragment up to here: the last word must not touch the first one of the next fragment.
MARGIN_S = 0.1
SHORTEST_ROOM_S = 0.4


@dataclass(frozen=True)
class Job:
    m4a: bytes
    duration_ms: int
    sample_rate_hz: int
    channels: int
    target: str
    profile: str


@dataclass(frozen=True)
class Dubbed:
    m4a: bytes
    transcript: str
    translation: str
    whole: bool
    timings_ms: dict[str, int] = field(default_factory=dict)
    speech: dict[str, int] = field(default_factory=dict)


def dub(job: Job) -> Dubbed:
    timings: dict[str, int] = {}
    began = time.monotonic()

    def done(stage: str) -> None:
        nonlocal began
        now = time.monotonic()
        timings[f"{stage}_ms"] = round((now - began) * 1000)
        began = now

    pcm = sound.decoded(job.m4a)
    done("decode")
    heard = speech.recognise(pcm)
    done("recognise")
    translation = speech.translate(heard.text, job.target)
    done("translate")
    duration_s = job.duration_ms / 1000
    # The dub begins with the first word of the original, and takes as long as that did.
    start_s = max(0.0, min(heard.start_s, duration_s - MARGIN_S - SHORTEST_ROOM_S))
    room_s = max(SHORTEST_ROOM_S, duration_s - MARGIN_S - start_s)
    spoken = speech.Spoken(b"", 0, True)
    if translation:
        spoken = speech.speak(translation, job.target, job.profile, max(SHORTEST_ROOM_S, heard.end_s - heard.start_s), room_s)
    done("speak")
    m4a = sound.encoded(spoken.pcm, start_s, duration_s, job.sample_rate_hz, job.channels)
    done("encode")
    # For whoever wants to prove what is on air: the same text at the same rate is the same sound.
    placed = {
        "words_per_minute": spoken.words_per_minute,
        "original_start_ms": round(heard.start_s * 1000),
        "original_end_ms": round(heard.end_s * 1000),
        "dub_start_ms": round(start_s * 1000),
        "dub_ms": round(len(spoken.pcm) / 2 / speech.SPOKEN_HZ * 1000),
    }
    return Dubbed(m4a, heard.text, translation, spoken.fits, timings, placed)


def warm() -> None:
    """Loads the model before the first fragment waits for it."""
    speech.decoder_of_this_process()
