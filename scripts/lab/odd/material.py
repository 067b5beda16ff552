"""The material of the made-up sources: a test picture, noise and a tone, encoded once by ffmpeg and kept in target/sources/odd."""

import hashlib
import subprocess

from .. import flv
from ..sources import FOLDER, whole
from .case import AUDIO, SCRIPT, VIDEO, cts

# Noise, so that no two frames of sound have the same bytes; a tone that is on for half of each second, so that a listener hears where he is.
TONE = "0.15*(random(%d)-0.5)+0.2*sin(2*PI*440*t)*lt(mod(t\\,1)\\,0.5)"


def material(secs, fps=25, gop=50, bf=0, x264="", size="320x180", rate=48000, channels=2):
    """(headers, frames): sequence headers and metadata, then [(kind, stamp_ms, payload)] in the order of the stamps."""
    spec = f"{secs}-{fps}-{gop}-{bf}-{size}-{rate}-{channels}-{x264}"
    path = FOLDER / "odd" / f"{hashlib.sha1(spec.encode()).hexdigest()[:12]}.flv"
    if not path.exists():
        generate(path, secs, fps, gop, bf, x264, size, rate, channels)
    headers, frames = [], []
    with open(path, "rb") as file:
        for kind, ts, p in flv.tags(file):
            if kind == SCRIPT or p[1] == 0:
                headers.append((kind, p))
            elif not (kind == VIDEO and p[1] == 2):
                frames.append((kind, ts, p))
    return headers, sorted(frames, key=lambda f: f[1])


def generate(path, secs, fps, gop, bf, x264, size, rate, channels):
    sound = "|".join(TONE % n for n in range(channels))
    command = ["ffmpeg", "-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", f"testsrc2=s={size}:r={fps}:d={secs}",
               "-f", "lavfi", "-i", f"aevalsrc='{sound}':s={rate}:d={secs}", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p",
               "-g", str(gop), "-keyint_min", str(gop), "-bf", str(bf), "-sc_threshold", "0", "-b:v", "300k",
               *(["-x264-params", x264] if x264 else []), "-c:a", "aac", "-b:a", "64k", "-flvflags", "no_duration_filesize"]
    with whole(path) as aside:
        subprocess.run([*command, str(aside)], check=True)


def source(secs, **how):
    """(headers, tags, truth) of a source with which nothing is wrong."""
    headers, frames = material(secs, **how)
    frames = [f for f in frames if f[1] < secs * 1000]
    return (headers, [(ts / 1000, kind, ts, p) for kind, ts, p in frames],
            [(kind, ts, p, cts(p) if kind == VIDEO else 0) for kind, ts, p in frames])


def frame_ms(rate=48000):
    return 1024_000 / rate


def sounds(tags):
    return [t for t in tags if t[1] == AUDIO]


def pictures(tags):
    return [t for t in tags if t[1] == VIDEO]
