"""M4A in, M4A out, by ffmpeg. MP4 wants a file it can seek in, so both go through a temporary folder."""

import subprocess
import tempfile
from pathlib import Path

from .speech import HEARD_HZ, SPOKEN_HZ

# A fragment is at most 6 s; a file that claims an hour is cut here, before it fills the memory.
LONGEST_S = 10
LIMIT_S = 10
FFMPEG = ["ffmpeg", "-v", "error", "-y", "-threads", "1", "-protocol_whitelist", "file,pipe"]


class NoSound(Exception):
    """The bytes of the fragment are no M4A that ffmpeg can decode."""


def decoded(m4a: bytes) -> bytes:
    """Mono s16le at HEARD_HZ."""
    with tempfile.TemporaryDirectory(prefix="sts-offline-") as folder:
        file = Path(folder, "in.m4a")
        file.write_bytes(m4a)
        # The demuxer is named: a playlist or a concat script that calls itself M4A must not be followed.
        command = [*FFMPEG, "-f", "mp4", "-i", str(file), "-t", str(LONGEST_S), "-vn", "-ac", "1", "-ar", str(HEARD_HZ), "-f", "s16le", "-"]
        ffmpeg = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT_S)
        if ffmpeg.returncode != 0 or not ffmpeg.stdout:
            raise NoSound("ffmpeg cannot decode it" if ffmpeg.returncode else "there is no sound in it")
        return ffmpeg.stdout


def encoded(pcm: bytes, start_s: float, duration_s: float, rate_hz: int, channels: int) -> bytes:
    """Mono s16le at SPOKEN_HZ from `start_s` on, silence before and after it, as M4A of exactly `duration_s`."""
    place = f"adelay={round(start_s * 1000)}:all=1,aresample={rate_hz},apad,atrim=end_sample={round(duration_s * rate_hz)}"
    with tempfile.TemporaryDirectory(prefix="sts-offline-") as folder:
        file = Path(folder, "out.m4a")
        command = [*FFMPEG, "-f", "s16le", "-ar", str(SPOKEN_HZ), "-ac", "1", "-i", "-", "-af", place, "-ac", str(channels)]
        command += ["-c:a", "aac", "-profile:a", "aac_low", "-b:a", f"{64 * channels}k", "-f", "ipod", str(file)]
        subprocess.run(command, input=pcm, check=True, capture_output=True, timeout=LIMIT_S)
        return file.read_bytes()
