"""The three places: `recognise`, `translate`, `speak`. Put Whisper, NLLB and a neural voice here; nothing else has to change.

All three are ordinary blocking functions. They run in a worker process (see dub.py), so a slow model never holds up the
protocol, and a crash of one costs one fragment.
"""

import re
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

HEARD_HZ = 16000
SPOKEN_HZ = 22050
FRAME_S = 0.01
MODES = Path("/usr/share/apertium/modes")
# Target language of the protocol: (Apertium's name of the pair, espeak-ng's voice). Offered where Debian's package of the pair is
# installed: apertium-eng-spa, apertium-eng-cat, apertium-eo-en.
LANGUAGES = {
    "es": ("eng-spa", "es"),
    "ca": ("eng-cat", "ca"),
    "eo": ("en-eo", "eo"),
}
# Words a minute that espeak-ng is understood at; its own usual rate is 175.
SLOWEST, USUAL, FASTEST = 120, 175, 320
PROCESS_LIMIT_S = 10
SHORTEST_SPEECH_S = 0.3
# The recogniser's own starting value of its cepstral mean.
INITIAL_CMN = "40,3,-1"
# Apertium's dictionary has the days and months with a capital letter only; the recogniser writes everything small.
CAPITALS = re.compile(
    r"\b(monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|april|june|july|august|september|october"
    r"|november|december|i)\b"
)


@dataclass(frozen=True)
class Heard:
    """What was said, and from when to when, in seconds of the fragment."""

    text: str
    start_s: float = 0.0
    end_s: float = 0.0


@dataclass(frozen=True)
class Spoken:
    """Mono s16le at SPOKEN_HZ. `fits` is false when even the fastest rate is longer than the room."""

    pcm: bytes
    words_per_minute: int
    fits: bool


def recognise(pcm: bytes) -> Heard:
    """English speech, mono s16le at HEARD_HZ, to text. An empty text means that nobody spoke."""
    # The recogniser finds a word or two even in silence, so something else decides whether anyone speaks.
    if voiced_s(pcm) < SHORTEST_SPEECH_S:
        return Heard("")
    decoder = decoder_of_this_process()
    # Without this the cepstral mean of one fragment, perhaps of another stream, would colour the next: the same
    # fragment must give the same text whatever came before it.
    decoder.set_cmn(INITIAL_CMN)
    decoder.start_utt()
    decoder.process_raw(pcm, full_utt=True)
    decoder.end_utt()
    words = [part for part in decoder.seg() or () if part.word[0] not in "<["]
    if not words:
        return Heard("")
    # A word with several pronunciations comes as `the(2)`.
    text = " ".join(re.sub(r"\(\d+\)$", "", part.word) for part in words)
    return Heard(text, words[0].start_frame * FRAME_S, (words[-1].end_frame + 1) * FRAME_S)


def voiced_s(pcm: bytes) -> float:
    """How many seconds of it sound like a voice."""
    from pocketsphinx import Vad

    vad = Vad(mode=Vad.STRICT)
    frames = (pcm[start : start + vad.frame_bytes] for start in range(0, len(pcm) - vad.frame_bytes + 1, vad.frame_bytes))
    return float(sum(vad.is_speech(frame) for frame in frames) * vad.frame_length)


@cache
def decoder_of_this_process() -> Any:
    """Loading the model takes half a second, so each worker process does it once, and the process that serves never."""
    from pocketsphinx import Decoder

    return Decoder(loglevel="FATAL")


def translate(text: str, target: str) -> str:
    """English text to the target language. A word that the dictionary does not know stays English."""
    if not text:
        return ""
    sentence = CAPITALS.sub(lambda found: found[0].capitalize(), text)
    sentence = sentence[0].upper() + sentence[1:] + "."
    translated = run(["apertium", "-u", direction(target) or ""], sentence.encode()).decode()
    return " ".join(translated.split())


def direction(target: str) -> str | None:
    """Apertium's name for English to `target`, None when that pair is not installed."""
    mode = LANGUAGES[target][0] if target in LANGUAGES else ""
    return mode if mode and (MODES / f"{mode}.mode").exists() else None


def targets() -> list[str]:
    return [target for target in LANGUAGES if direction(target)]


def speak(text: str, target: str, profile: str, wanted_s: float, room_s: float) -> Spoken:
    """Says `text` in about `wanted_s`, the time that the original took, and in no more than `room_s`."""
    voice = LANGUAGES[target][1]
    # espeak-ng has variants of each voice, such as f3 or m2. Any other profile is the plain voice.
    if re.fullmatch("[fm][1-5]", profile):
        voice = f"{voice}+{profile}"
    rate = USUAL
    pcm = say(text, voice, rate)
    # The length is nearly proportional to 1 / rate, but pauses are not: a second step hits what the first one missed.
    for _ in range(3):
        length_s = len(pcm) / 2 / SPOKEN_HZ
        better = round(min(FASTEST, max(SLOWEST, rate * length_s / min(wanted_s, room_s))))
        if better == rate or abs(length_s - wanted_s) < 0.05 and length_s <= room_s:
            break
        rate = better
        pcm = say(text, voice, rate)
    samples = int(room_s * SPOKEN_HZ)
    return Spoken(pcm[: 2 * samples], rate, len(pcm) <= 2 * samples)


def say(text: str, voice: str, words_per_minute: int) -> bytes:
    wav = run(["espeak-ng", "-v", voice, "-s", str(words_per_minute), "--stdin", "--stdout"], text.encode())
    # The WAV is written to a pipe, so the lengths in its header mean nothing: the samples are what follows the data header.
    samples = wav[wav.index(b"data") + 8 :]
    # espeak-ng ends each text with silence, which would count as speech to be fitted.
    return samples.rstrip(b"\0") + b"\0" * (len(samples.rstrip(b"\0")) % 2)


def run(command: list[str], given: bytes) -> bytes:
    """A process with its input on stdin, never on the command line: text of a stranger must not become an option."""
    return subprocess.run(command, input=given, check=True, capture_output=True, timeout=PROCESS_LIMIT_S).stdout
