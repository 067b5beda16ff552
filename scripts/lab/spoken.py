"""The demo that speaks: a source of known English sentences, the offline service, and the proof of what is on air."""

import array
import json
import re
import subprocess
import tempfile
import time
import wave
from pathlib import Path

from . import sources

EXAMPLE = sources.ROOT / "examples" / "sts-offline"
PYTHON = EXAMPLE / ".venv" / "bin" / "python"
# flite's voice `rms`, because the recogniser understands it best of those that Debian has: slt loses a word of eight, espeak-ng nearly all.
VOICE = "rms"
VOICE_HZ = 16000
SENTENCES = (
    "The president will speak to the people of the country this afternoon.",
    "The government says that the new law will help small companies.",
    "Our team won the last game of the year by two points.",
    "The minister wants to change the law before the end of the year.",
    "The bank says that prices will rise again this year.",
    "The police are looking for a man who took money from the bank.",
    "More than one hundred people came to the meeting on Monday.",
    "The company will build a new hospital near the river.",
    "The teachers say that the children are happy in the new school.",
    "That is all for today and we will be back tomorrow.",
)
# One sentence in each segment: a word that a segment's end cuts in two is understood by no recogniser.
SLOT_S = 6
BEGIN_S = 0.4
WORDS_UNDERSTOOD = 0.95
# Of the sound of the translation that should be on air; other texts and the original stay far below it.
OWN_LEAST, OTHER_MOST = 0.7, 0.4
# The dub begins with the first word of its original, as exactly as one AAC frame on each side.
PLACE_MS = 50


def path_of(seconds):
    """A clock that ticks in picture and sound, and a sentence in each whole slot."""
    path = sources.FOLDER / f"spoken-{seconds}s.flv"
    if path.exists():
        return path
    plain = sources.CATALOGUE["plain"]
    with tempfile.TemporaryDirectory(prefix="stream-worker-spoken-") as folder, sources.whole(path) as aside:
        speech = say(seconds, Path(folder))
        command = ["ffmpeg", "-nostdin", "-v", "error", "-y", "-fflags", "+bitexact", "-f", "lavfi", "-i", sources.picture(plain, seconds)]
        command += ["-i", str(speech), *ticking(plain.rate, seconds, 1), "-map", "0:v", "-map", "[a]", "-t", str(seconds)]
        command += [*sources.video_options(plain), *sources.audio_options(plain), "-flags", "+bitexact", "-map_metadata", "-1", str(aside)]
        subprocess.run(command, check=True)
    return path


def ticking(rate, seconds, speech):
    """Options that mix a tick each second into that input's speech, as [a]. The ticks are the next input."""
    tick = f"aevalsrc='0.02*sin(2*PI*2000*t)*lt(mod(t,1),0.02)':sample_rate={rate}:duration={seconds}"
    mix = f"[{speech}:a]aresample={rate},apad[s];[s][{speech + 1}:a]amix=inputs=2:normalize=0:duration=shortest,aformat=channel_layouts=stereo[a]"
    return ["-f", "lavfi", "-i", tick, "-filter_complex", mix]


def say(seconds, folder):
    sound = array.array("h", bytes(2 * VOICE_HZ * seconds))
    for slot in range(seconds // SLOT_S):
        file = folder / "sentence.wav"
        subprocess.run(["flite", "-voice", VOICE, "-t", SENTENCES[slot % len(SENTENCES)], "-o", str(file)], check=True)
        with wave.open(str(file)) as sentence:
            samples = array.array("h", sentence.readframes(int((SLOT_S - BEGIN_S) * VOICE_HZ)))
        start = int((slot * SLOT_S + BEGIN_S) * VOICE_HZ)
        sound[start:start + len(samples)] = samples
    path = folder / "speech.wav"
    with wave.open(str(path), "wb") as whole:
        whole.setparams((1, 2, VOICE_HZ, 0, "NONE", ""))
        whole.writeframes(sound.tobytes())
    return path


def service(children, record):
    """The offline service on a free port; (child, URL)."""
    command = [str(PYTHON), "-m", "sts_offline", "--port", "0", "--record", str(record)]
    child = children.start("sts-offline", command, env={"PYTHONPATH": str(EXAMPLE)})
    log = children.folder / "sts-offline.log"
    end = time.monotonic() + 60
    while time.monotonic() < end and child.poll() is None:
        if found := re.search(r"listening on (http://[^ ]+)", log.read_text(errors="replace")):
            return child, found[1]
        time.sleep(0.05)
    raise RuntimeError(f"sts-offline did not start; see {log}")


def await_players(server_log, stream, count, seconds=90):
    """Until that many play the source. They wait for it, so that its first frame begins the first segment."""
    end = time.monotonic() + seconds
    while server_log.read_text(errors="replace").count("play: name='in'") < count:
        if time.monotonic() > end:
            raise RuntimeError(f"the worker did not ask for {stream} within {seconds} s")
        time.sleep(0.05)


def report(target, source, recording, record):
    """What was said, understood, translated and is on air."""
    rows = [json.loads(line) for line in record.read_text().splitlines()] if record.exists() else []
    done = [row for row in rows if row["ack"] == "applied"]
    said = [sentence_at(row["metadata"]["source_pts_ns"] / 1e9, source) for row in done]
    wrong = errors(words(" ".join(said)), words(" ".join(row["transcript"] for row in done)))
    command = [str(PYTHON), str(EXAMPLE / "heard.py"), str(recording), str(source), str(record), target]
    heard = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout) if done else []
    return {
        "target": target,
        "answers": len(rows),
        "words": len(words(" ".join(said))),
        "wrong": wrong,
        "round_trips_ms": sorted(row["processing_time_ms"] for row in rows),
        "spoken_ms": sum(row["metadata"]["dub_ms"] for row in done),
        "sentences": [{"said": text, "words_per_minute": row["metadata"]["words_per_minute"], **proof}
                      for text, row, proof in zip(said, done, heard)],
    }


def sentence_at(start_s, source):
    """What is said from there on for one slot; nothing in what is left after the last whole one."""
    slot = round(start_s / SLOT_S)
    slots = int(re.search(r"-(\d+)s\.", Path(source).name)[1]) // SLOT_S
    return SENTENCES[slot % len(SENTENCES)] if slot < slots else ""


def words(text):
    return re.findall(r"[a-z']+", text.lower())


def errors(said, heard):
    """Words wrong, missing or too many: the fewest changes that make one of the other."""
    row = list(range(len(heard) + 1))
    for i, word in enumerate(said, 1):
        corner, row[0] = row[0], i
        for j, other in enumerate(heard, 1):
            corner, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, corner + (word != other))
    return row[-1]


def lines(found, aired_ms):
    """For the summary: (what, figure)."""
    yield "words understood", f"{found['words'] - found['wrong']} of {found['words']} (word error rate {100 * rate(found):.1f} %)"
    for row in found["sentences"]:
        if row["said"]:
            yield "  said", row["said"]
            yield "  understood", row["transcript"]
            yield f"  {found['target']}", f"{row['translated_text']}   ({row['words_per_minute']} words/min)"
            yield "  on air", (f"correlation {row['own']:.2f} with this text, {row['other']:.2f} with the nearest other, {row['english']:.2f} with the"
                               f" English; begins {row['off_ms']:+d} ms from its place")
    if trips := found["round_trips_ms"]:
        yield "round trips", f"median {trips[len(trips) // 2]} ms, longest {trips[-1]} ms, {len(trips)} answers"
    if aired_ms:
        yield "the dub spoke", f"{found['spoken_ms'] / 1000:.1f} s of {aired_ms / 1000:.1f} s ({100 * found['spoken_ms'] / aired_ms:.0f} %)"


def rate(found):
    return found["wrong"] / found["words"] if found["words"] else 1.0


def wrong(found):
    if 1 - rate(found) < WORDS_UNDERSTOOD:
        yield f"fewer than {100 * WORDS_UNDERSTOOD:.0f} % of the words were understood"
    for row in found["sentences"]:
        if row["said"] and not (row["own"] >= OWN_LEAST and row["other"] <= OTHER_MOST and row["english"] <= OTHER_MOST):
            yield f"segment {row['sequence_number']} does not speak its translation"
        elif row["said"] and abs(row["off_ms"]) > PLACE_MS:
            yield f"segment {row['sequence_number']} speaks {row['off_ms']:+d} ms from its place"
