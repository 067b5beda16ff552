"""The test sources: generated once, the same bytes each time, kept in target/sources.

Each has a running clock, a white flash of 100 ms and a beep of 100 ms that begin together at every whole second, and speech.
The beep is at 5 kHz and the speech ends below 3 kHz, so that the beep's onset can be found whatever is being said.
"""

import contextlib
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "target" / "sources"
FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf"
BEEP_HZ = 5000
# The tests have smaller ones: encoding and decoding pictures was a fifth of what they take.
WIDTH, HEIGHT = (int(each) for each in os.environ.get("LAB_SOURCE_SIZE", "1280x720").split("x"))

SPEECH = (
    "Good evening and welcome. This is a live broadcast, and what you hear is being translated while we speak. "
    "Every second the picture flashes and a tone sounds, so that anyone can see whether sound and picture still belong together. "
    "The clock in the picture keeps running. Nothing stops, nothing stutters, and no word comes early. "
)


@dataclass(frozen=True)
class Source:
    """One kind of input: `video` and `audio` are ffmpeg encoder options, None for a missing track."""

    about: str
    fps: int = 30
    gop: tuple = ("-g", "60", "-keyint_min", "60")
    b_frames: int = 0
    video: str = "h264"
    audio: str | None = "aac"
    rate: int = 48000
    channels: int = 2
    container: str = "flv"


# Keyframe times of the irregular source: up to 250 frames (8.33 s) apart, none where a segment would like one.
IRREGULAR = (0, 1.1, 9.4, 10.2, 17.8, 18.9, 27.2, 29.7, 38, 39.3, 41.1, 49.4, 51.9, 58.8)

CATALOGUE = {
    "plain": Source("H.264 720p30, GOP 60, AAC 48 kHz stereo"),
    "mono25": Source("H.264 720p25, GOP 50, AAC 44.1 kHz mono", fps=25, gop=("-g", "50", "-keyint_min", "50"), rate=44100, channels=1),
    "bframes": Source("H.264 720p30 with three B-frames, AAC 48 kHz stereo", b_frames=3),
    "irregular": Source(
        "H.264 720p30, keyframes up to 250 frames apart, AAC 48 kHz stereo",
        gop=("-g", "250", "-keyint_min", "1", "-force_key_frames", ",".join(str(t) for t in IRREGULAR)),
    ),
    "silent": Source("H.264 720p30 without an audio track", audio=None),
    "mp3": Source("H.264 720p30, MP3 44.1 kHz stereo", audio="mp3", rate=44100),
    "hevc": Source("HEVC 720p30 in MP4 (FLV of this ffmpeg knows no HEVC), AAC 48 kHz stereo", video="hevc", container="mp4"),
    "he-aac": Source("H.264 720p30, HE-AAC 48 kHz stereo (where ffmpeg has libfdk_aac)", audio="he-aac"),
}


class NoEncoder(Exception):
    """This machine's ffmpeg cannot make that source."""


def path_of(name, seconds=60):
    """The file of a source, generated when it is not there yet."""
    source = CATALOGUE[name]
    other = "" if (WIDTH, HEIGHT) == (1280, 720) else f"-{HEIGHT}p"
    path = FOLDER / f"{name}{other}-{seconds}s.{source.container}"
    if not path.exists():
        generate(source, seconds, path)
    return path


@contextlib.contextmanager
def whole(path):
    """Where to write a file that is to be at the path when it is whole, and nowhere when that was stopped."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.stem}.{os.getpid()}{path.suffix}")
    try:
        yield aside
        aside.rename(path)
    finally:
        aside.unlink(missing_ok=True)


def generate(source, seconds, path):
    command = ["ffmpeg", "-nostdin", "-v", "error", "-y", "-fflags", "+bitexact"]
    command += ["-f", "lavfi", "-i", picture(source, seconds)]
    if source.audio:
        command += ["-stream_loop", "-1", "-i", str(speech()), "-f", "lavfi", "-i", beeps(source, seconds)]
        # normalize=0: amix would otherwise turn the beep down as soon as the speech pauses.
        command += ["-filter_complex", f"[1:a]aresample={source.rate},lowpass=f=2500,lowpass=f=2500,volume=0.45[s];[s][2:a]amix=inputs=2:normalize=0,"
                    f"aformat=channel_layouts={'stereo' if source.channels == 2 else 'mono'}[a]", "-map", "0:v", "-map", "[a]"]
    command += ["-t", str(seconds), *video_options(source), *audio_options(source)]
    with whole(path) as aside:
        subprocess.run([*command, "-flags", "+bitexact", "-map_metadata", "-1", str(aside)], check=True)


def picture(source, seconds):
    # 1 ms is added before the remainder is taken: 6.9999999 is second 7.
    flash = "lt(mod(t+0.001,1),0.1)"
    return (
        f"testsrc2=size={WIDTH}x{HEIGHT}:rate={source.fps}:duration={seconds},"
        f"drawbox=x=0:y=0:w=iw:h=ih:color=white:t=fill:enable='{flash}',"
        f"drawtext=fontfile={FONT}:timecode='00\\:00\\:00\\:00':rate={source.fps}:fontsize={HEIGHT * 96 // 720}:"
        f"fontcolor=white:box=1:boxcolor=black:boxborderw=16:x=(w-tw)/2:y=h-th-48,format=yuv420p"
    )


def beeps(source, seconds):
    one = f"0.5*sin(2*PI*{BEEP_HZ}*t)*lt(mod(t+0.000001,1),0.1)"
    return f"aevalsrc='{'|'.join([one] * source.channels)}':sample_rate={source.rate}:duration={seconds}"


def video_options(source):
    if source.video == "hevc":
        return ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", f"log-level=error:keyint={2 * source.fps}", "-tag:v", "hvc1"]
    # threads: the bytes depend on the number of threads, and with a maxrate also on chance, so maxrate is not set. sc_threshold 0: no keyframe at a flash.
    return ["-c:v", "libx264", "-preset", "veryfast" if HEIGHT >= 720 else "ultrafast", "-b:v", "2500k", "-threads", "2",
            "-sc_threshold", "0", "-bf", str(source.b_frames), *source.gop]


def audio_options(source):
    if source.audio == "aac":
        return ["-c:a", "aac", "-b:a", "128k"]
    if source.audio == "mp3":
        return ["-c:a", "libmp3lame", "-b:a", "128k"]
    if source.audio == "he-aac":
        encoders = subprocess.run(["ffmpeg", "-v", "error", "-encoders"], check=True, capture_output=True, text=True).stdout
        if "libfdk_aac" not in encoders:
            raise NoEncoder("this ffmpeg has no libfdk_aac, and nothing else here encodes HE-AAC")
        return ["-c:a", "libfdk_aac", "-profile:a", "aac_he", "-b:a", "64k"]
    return ["-an"]


def speech():
    path = FOLDER / "speech.wav"
    if not path.exists():
        with whole(path) as aside:
            subprocess.run(["espeak-ng", "-v", "en", "-s", "150", "-w", str(aside), SPEECH], check=True)
    return path
