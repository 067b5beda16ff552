"""Which text does a recording speak? Compares the sound, sample by sample, with what espeak-ng makes of each text.

    heard.py RECORDING SOURCE RECORD TARGET     the worker's output, its source, the service's --record, the language

espeak-ng makes the same samples of the same text at the same rate, so a recording that holds them correlates with them, and
with no other text. For each segment, three figures from -1 to 1: with its own translation, with the best of all other
translations, and with the original English sound. Prints one JSON list.
"""

import json
import subprocess
import sys
from typing import Any

import numpy as np
import numpy.typing as npt

from sts_offline import speech

Sound = npt.NDArray[np.float64]
HZ = 8000
PAD_S = 0.5


def main() -> None:
    recording, source, record, target = sys.argv[1:5]
    with open(record) as file:
        rows = [row for row in map(json.loads, file) if row.get("ack") == "applied"]
    # first_pts=0 makes the sample's place in the array its time on the stream.
    aired, original = (from_file(path, ["-af", f"aresample={HZ}:async=1:first_pts=0"]) for path in (recording, source))
    voices = [voice(row, target) for row in rows]
    # Time stamps on the wire begin where the worker likes. The first segment begins with the first picture.
    zero_s = first_picture_s(recording)
    print(json.dumps([judged(index, row, rows, voices, aired, zero_s, original) for index, row in enumerate(rows)], ensure_ascii=False))


def first_picture_s(path: str) -> float:
    command = ["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", "stream=start_time", "-of", "csv=p=0", path]
    return float(subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout)


def voice(row: dict[str, Any], target: str) -> Sound:
    """The dub as it should sound, from its text alone."""
    rate = row["metadata"]["words_per_minute"]
    pcm = speech.say(row["translated_text"], speech.LANGUAGES[target][1], rate) if rate else b""
    command = ["ffmpeg", "-v", "error", "-f", "s16le", "-ar", str(speech.SPOKEN_HZ), "-ac", "1", "-i", "-"]
    return samples(command + ["-f", "f64le", "-ar", str(HZ), "-"], pcm)


def from_file(path: str, filters: list[str]) -> Sound:
    return samples(["ffmpeg", "-nostdin", "-v", "error", "-copyts", "-i", path, "-vn", *filters, "-ac", "1", "-f", "f64le", "-"], b"")


def samples(command: list[str], given: bytes) -> Sound:
    return np.frombuffer(subprocess.run(command, input=given, check=True, capture_output=True, timeout=120).stdout)


def judged(index: int, row: dict[str, Any], rows: list[dict[str, Any]], voices: list[Sound], aired: Sound, zero_s: float, original: Sound) -> dict[str, Any]:
    placed = row["metadata"]
    length_s = 6 + 2 * PAD_S
    window = cut(aired, zero_s + placed["pts_ns"] / 1e9 - PAD_S, length_s)
    own, at = best(window, voices[index])
    others = [best(window, sound)[0] for other, sound in enumerate(voices) if rows[other]["translated_text"] != row["translated_text"]]
    begin_s = placed["original_start_ms"] / 1000
    english = cut(original, placed["source_pts_ns"] / 1e9 + begin_s, placed["original_end_ms"] / 1000 - begin_s)
    return {
        "sequence_number": row["sequence_number"],
        "transcript": row["transcript"],
        "translated_text": row["translated_text"],
        "own": round(own, 3),
        "other": round(max(others, default=0.0), 3),
        "english": round(best(window, english)[0], 3),
        # Where the dub begins, against where its original word began on the output's timeline.
        "off_ms": round((at / HZ - PAD_S) * 1000 - placed["dub_start_ms"]),
    }


def cut(sound: Sound, start_s: float, length_s: float) -> Sound:
    start = round(start_s * HZ)
    before = np.zeros(max(0, -start))
    return np.concatenate([before, sound[max(0, start) : max(0, start + round(length_s * HZ))]])


def best(window: Sound, sound: Sound) -> tuple[float, int]:
    """(the highest normalised correlation, the sample at which it is)."""
    if not len(sound) or not np.any(sound) or len(window) < len(sound):
        return 0.0, 0
    size = 1 << (len(window) + len(sound) - 1).bit_length()
    product = np.fft.irfft(np.fft.rfft(window, size) * np.conj(np.fft.rfft(sound, size)), size)[: len(window) - len(sound) + 1]
    power = np.concatenate([[0.0], np.cumsum(window**2)])
    # A stretch of near silence must not win by being divided by nearly nothing.
    energy = np.maximum(power[len(sound) :] - power[: -len(sound)], power[-1] / 100)
    scores = product / np.sqrt(energy * np.sum(sound**2))
    place = int(np.argmax(scores))
    return float(scores[place]), place


if __name__ == "__main__":
    main()
