"""The demo of a bed: a commentator over a crowd, a dub that is known, and what the bed does, measured on what a viewer gets.

The crowd holds a quiet tone at 9 kHz that is in no dub. The level of that tone at a viewer, beside its level in the source, is the gain of the bed.
"""

import array
import math
import subprocess
import sys
import wave
from dataclasses import dataclass
from operator import mul
from statistics import median
from typing import ClassVar

from . import picture, sources

PILOT_HZ = 9000
PILOT_PEAK = 0.03
RATE = 48000
AAC_FRAME = 1024
# The commentator is silent for the rest of each slot: long enough for the original to come back.
SLOT_S = 9
BEGIN_S = 1.5
# The level of the tone each 4 ms, from 12 ms under a Hann window: an AAC encoder's own ripple is a tenth of a decibel.
HOP, WINDOW = RATE * 4 // 1000, RATE * 12 // 1000

SILENT = -120
# Left out at both ends: 0.2 s.
END = 50

COMMENTARY = (
    "And they come forward on the left, there is space on the wing.",
    "A long ball to the far side, and the keeper is out in time.",
    "Corner from the right. The tall one goes up, and it is over the bar.",
    "The referee looks at his watch, and the crowd begins to sing.",
)
DUB = (
    "Y avanzan por la izquierda, hay espacio en la banda.",
    "Balón largo al otro lado, y el portero sale a tiempo.",
    "Córner desde la derecha. El más alto salta, y va por encima.",
    "El árbitro mira su reloj, y la grada empieza a cantar.",
)

# What the contract asks for (docs/sound.md); the bed's level is what the worker was told.
DEPTH_DB, ATTACK_MS, RELEASE_MS = 1.0, 20, 20
ATTACK, RELEASE = 50, 500


def path_of(seconds):
    """The source: picture and beeps of the usual ones, a crowd, and a commentator."""
    path = sources.FOLDER / f"stadium-{seconds}s.flv"
    if path.exists():
        return path
    plain = sources.CATALOGUE["plain"]
    command = ["ffmpeg", "-nostdin", "-v", "error", "-y", "-fflags", "+bitexact", "-f", "lavfi", "-i", sources.picture(plain, seconds),
               "-i", str(spoken("commentary", "en", COMMENTARY, seconds)), "-i", str(background(seconds)),
               "-filter_complex", "[1:a]volume=0.9[s];[s][2:a]amix=inputs=2:normalize=0:duration=longest,aformat=channel_layouts=stereo[a]",
               "-map", "0:v", "-map", "[a]", "-t", str(seconds), *sources.video_options(plain), *sources.audio_options(plain),
               "-flags", "+bitexact", "-map_metadata", "-1"]
    with sources.whole(path) as aside:
        subprocess.run([*command, str(aside)], check=True)
    return path


def dub(seconds):
    """What the service answers with: the same sentences in Spanish, at the same instants, without the crowd."""
    return spoken("dub", "es", DUB, seconds)


def background(seconds):
    """The crowd with the beeps and the tone, and nobody's words: also what a service would send as the background."""
    path = sources.FOLDER / f"stadium-background-{seconds}s.wav"
    if not path.exists():
        plain = sources.CATALOGUE["plain"]
        crowd = (f"anoisesrc=color=pink:amplitude=0.7:seed=11:r={RATE}:d={seconds},highpass=f=150,lowpass=f=3000,lowpass=f=3000,"
                 "tremolo=f=0.2:d=0.3,volume=0.6")
        tone = f"aevalsrc={PILOT_PEAK}*sin(2*PI*{PILOT_HZ}*t):s={RATE}:d={seconds}"
        with sources.whole(path) as aside:
            subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", "-fflags", "+bitexact", "-f", "lavfi", "-i", crowd, "-f", "lavfi", "-i", tone,
                            "-f", "lavfi", "-i", sources.beeps(plain, seconds).replace("0.5*", "0.25*"),
                            "-filter_complex", "amix=inputs=3:normalize=0,aformat=channel_layouts=stereo:sample_fmts=s16", "-flags", "+bitexact",
                            "-map_metadata", "-1", str(aside)], check=True)
    return path


def stem(seconds):
    """The background by the source's own time stamps: its encoder begins a frame early, so that there all sound is a frame later."""
    path = sources.FOLDER / f"stadium-stem-{seconds}s.wav"
    if not path.exists():
        with sources.whole(path) as aside:
            subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", "-fflags", "+bitexact", "-i", str(background(seconds)), "-af",
                            f"adelay={AAC_FRAME}S:all=1", "-flags", "+bitexact", "-map_metadata", "-1", str(aside)], check=True)
    return path


def spoken(name, voice, sentences, seconds):
    """A WAV file with a sentence in each slot, in one channel."""
    path = sources.FOLDER / f"stadium-{name}-{seconds}s.wav"
    if path.exists():
        return path
    samples = array.array("h", bytes(2 * RATE * seconds))
    for slot in range(math.ceil((seconds - BEGIN_S) / SLOT_S)):
        said = sentence(voice, sentences[slot % len(sentences)])
        at = int((slot * SLOT_S + BEGIN_S) * RATE)
        said = said[:max(0, len(samples) - at)]
        samples[at:at + len(said)] = said
    with sources.whole(path) as aside, wave.open(str(aside), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(little(samples).tobytes())
    return path


def sentence(voice, text):
    said = subprocess.run(["espeak-ng", "-v", voice, "-s", "165", "--stdout", text], check=True, capture_output=True).stdout
    raw = subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-i", "pipe:0", "-af", "lowpass=f=4000,volume=0.7", "-ac", "1", "-ar", str(RATE), "-f", "s16le", "-"],
                         input=said, check=True, capture_output=True).stdout
    return little(array.array("h", raw))


def little(samples):
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def levels(path):
    """[(time in s, level of the tone in dB of full scale)] by the file's own time stamps, from its first sample on."""
    first = subprocess.run(["ffprobe", "-v", "error", "-select_streams", "a:0", "-show_entries", "packet=pts_time", "-read_intervals", "%+#1",
                            "-of", "csv=p=0", str(path)], check=True, capture_output=True, text=True).stdout.split()
    raw = subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-i", str(path), "-map", "0:a:0", "-ac", "1", "-ar", str(RATE), "-f", "s16le", "-"],
                         check=True, capture_output=True).stdout
    samples = little(array.array("h", raw[:len(raw) & ~1]))
    at = float(first[0].strip(",")) if first else 0.0
    return list(tone(samples, PILOT_HZ, at))


def tone(samples, hz, first_s=0.0):
    window = [math.sin(math.pi * i / WINDOW) ** 2 for i in range(WINDOW)]
    cosine = [w * math.cos(2 * math.pi * hz * i / RATE) for i, w in enumerate(window)]
    sine = [w * math.sin(2 * math.pi * hz * i / RATE) for i, w in enumerate(window)]
    for begin in range(0, len(samples) - WINDOW, HOP):
        part = samples[begin:begin + WINDOW]
        level = math.hypot(sum(map(mul, part, cosine)), sum(map(mul, part, sine))) / (WINDOW / 4) / 32768
        yield first_s + (begin + WINDOW / 2) / RATE, 20 * math.log10(max(level, 1e-6))


@dataclass(frozen=True)
class Said:
    """What a worker says of its last dub; None before the first one."""

    METRICS: ClassVar = ("worker_original_lufs", "worker_dub_lufs", "worker_dub_fit_ms")
    original_lufs: float | None
    dub_lufs: float | None
    fit_ms: float | None


def gather(bed, bed_db, source, output, shift_s, said):
    """Figures of the bed. `shift_s`: from a time stamp at the source to the same at the output; `said`: what the worker said each second."""
    own = median(level for _, level in levels(source))
    # At both ends of a file the tone comes up and goes down with the file.
    course = [(t - shift_s, level - own) for t, level in levels(output)][END:-END]
    found = {"bed": bed, "wanted_db": bed_db, "course": course, **moves(course)}
    # A segment in which nobody speaks has a dub of -120 LUFS.
    spoken = [one for one in said if one.dub_lufs is not None and one.dub_lufs > SILENT]
    found["original_lufs"] = median(one.original_lufs for one in spoken) if spoken else None
    found["dub_lufs"] = median(one.dub_lufs for one in spoken) if spoken else None
    found["apart_lu"] = median(abs(one.dub_lufs - one.original_lufs) for one in spoken) if spoken else None
    found["fits_ms"] = sorted({one.fit_ms for one in said if one.fit_ms is not None})
    return found


def moves(course):
    """Depth, and how long each way down and up takes. The ways are straight lines in dB, so the middle 80 % of one say how long all of it is."""
    low = [level for _, level in course if level < -3]
    high = [level for _, level in course if level >= -3]
    found = {"down_share": len(low) / max(1, len(course)), "full_db": round(median(high), 2) if high else None,
             "depth_db": round(median(low), 2) if low else None, "attack_ms": [], "release_ms": []}
    if not low or not high:
        return found
    near, far = found["depth_db"] * 0.1, found["depth_db"] * 0.9
    begun = None
    for (before_s, before), (now_s, now) in zip(course, course[1:]):
        if before >= near > now:
            begun = ("attack_ms", crossing(before_s, before, now_s, now, near))
        elif before <= far < now:
            begun = ("release_ms", crossing(before_s, before, now_s, now, far))
        if begun and begun[0] == "attack_ms" and before >= far > now:
            found["attack_ms"].append(round((crossing(before_s, before, now_s, now, far) - begun[1]) / 0.8 * 1000))
            begun = None
        elif begun and begun[0] == "release_ms" and before <= near < now:
            found["release_ms"].append(round((crossing(before_s, before, now_s, now, near) - begun[1]) / 0.8 * 1000))
            begun = None
    return found


def crossing(before_s, before, now_s, now, level):
    return before_s + (now_s - before_s) * (level - before) / (now - before)


def lines(found):
    if found["depth_db"] is not None and found["bed"] != "stem":
        yield "bed", f"{found['bed']}: {found['depth_db']:+.1f} dB under the dub (wanted {found['wanted_db']:+d}), {found['down_share'] * 100:.0f} % of the time"
    else:
        yield "bed", f"{found['bed']}: {found['full_db']:+.1f} dB throughout" if found["full_db"] is not None else f"{found['bed']}: not heard"
    for name, wanted in (("attack", ATTACK), ("release", RELEASE)):
        if times := found[f"{name}_ms"]:
            yield f"  {name}", f"median {median(times):.0f} ms of {len(times)} ({min(times)} … {max(times)}; wanted {wanted})"
    if found["original_lufs"] is not None and found["dub_lufs"] is not None:
        yield "loudness", f"original {found['original_lufs']:.1f} LUFS, dub {found['dub_lufs']:.1f} LUFS"
    if found["fits_ms"]:
        yield "a fit", f"median {median(found['fits_ms']):.0f} ms, longest {max(found['fits_ms']):.0f} ms"


def wrong(found, match):
    depth = found["full_db"] if found["bed"] == "stem" else found["depth_db"]
    wanted = 0 if found["bed"] == "stem" else found["wanted_db"]
    if depth is None or abs(depth - wanted) > DEPTH_DB:
        yield f"the bed is not within {DEPTH_DB:g} dB of {wanted} dB"
    if found["bed"] == "duck":
        for name, due, within in (("attack", ATTACK, ATTACK_MS), ("release", RELEASE, RELEASE_MS)):
            if not found[f"{name}_ms"]:
                yield f"no {name} of the bed was seen"
            elif abs(median(found[f"{name}_ms"]) - due) > within:
                yield f"the {name} does not take {due} ms"
    if match and (found["apart_lu"] is None or found["apart_lu"] > 1):
        yield "the dub is not as loud as the original"


def first_s(path):
    """The least time stamp in a file."""
    said = subprocess.run(["ffprobe", "-v", "error", "-show_entries", "format=start_time", "-of", "csv=p=0", str(path)],
                          check=True, capture_output=True, text=True).stdout
    return float(said)


def spectrogram(source, output, shift_s, begin_s, length_s, path):
    """The same seconds of the source and of what a viewer hears, one over the other."""
    def shown(label, index):
        # The picture of the spectrum, without a legend, in few colours: it is for a page of the documentation.
        return (f"[{index}:a]aformat=channel_layouts=mono,aresample=20000,showspectrumpic=s=800x150:legend=0:drange=80:color=magma[raw{index}];"
                f"[raw{index}]drawtext=fontfile={sources.FONT}:text='{label}':fontsize=14:fontcolor=white:x=8:y=6[s{index}]")
    inputs = []
    for file, at in ((source, begin_s), (output, begin_s + shift_s)):
        # ffmpeg counts from the file's own beginning.
        inputs += ["-ss", f"{max(0, at - first_s(file)):.3f}", "-t", str(length_s), "-i", str(file)]
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", *inputs, "-filter_complex",
                    f"{shown('the source, up to 10 kHz', 0)};{shown('what a viewer hears', 1)};[s0][s1]vstack,split[a][b];"
                    "[a]palettegen=max_colors=48[p];[b][p]paletteuse=dither=none", "-frames:v", "1", str(path)], check=True)


def level_picture(found, path):
    """The bed's level over three slots, as a viewer hears it; 0 dB is the source's own."""
    begin_s, end_s = 2 * SLOT_S, 5 * SLOT_S
    course = [(t, level) for t, level in found["course"] if begin_s <= t < end_s]
    picture.svg({"bed": corners(course)}, path, f"the original under the dub: {found['bed']}, {found['wanted_db']:d} dB")


def corners(course, within_db=1.0):
    """The points between which straight lines are within a decibel of all others: a picture of few bytes."""
    if len(course) < 3:
        return course
    (first_s, first), (last_s, last) = course[0], course[-1]

    def off(point):
        return abs(point[1] - first - (last - first) * (point[0] - first_s) / (last_s - first_s))

    at = max(range(1, len(course) - 1), key=lambda i: off(course[i]))
    if off(course[at]) <= within_db:
        return [course[0], course[-1]]
    return corners(course[:at + 1], within_db) + corners(course[at:], within_db)[1:]
