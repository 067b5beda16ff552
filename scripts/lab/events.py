"""Finds the flashes in the picture and the beeps in the sound, each on the stream's own timestamps."""

import re
import subprocess
import sys
from array import array
from bisect import bisect_right
from itertools import accumulate

from .sources import BEEP_HZ

# Below 4 kHz there is speech, above only the beep; a robot voice moves it by less than a kilohertz.
HIGH_PASS_HZ = BEEP_HZ - 1000
BLOCK_S = 0.0005
# A new event needs this much quiet before it: the beep lasts 100 ms, and a dubbing voice may make holes in it.
QUIET_S = 0.3
SAMPLES_PER_FRAME = 1024


def flashes(path):
    """Times in s of the first white frame of each flash; the times are the container's, not the frame count's."""
    command = ["ffmpeg", "-nostdin", "-v", "info", "-copyts", "-i", str(path), "-map", "0:v:0", "-vf",
               "scale=16:9:flags=area,format=gray,showinfo", "-fps_mode", "passthrough", "-f", "null", "-"]
    text = subprocess.run(command, capture_output=True, text=True, errors="replace", check=True).stderr
    found = re.findall(r"showinfo.* pts_time:\s*(-?[\d.]+).* mean:\[(\d+)", text)
    frames = sorted((float(t), int(mean)) for t, mean in found)
    return edges(frames, threshold=200, quiet_s=QUIET_S), [t for t, _ in frames]


def beeps(path, packets, rate, core_rates=()):
    """Times in s of the onset of each beep. Each decoded sample takes its time from the packet it came out of, which is how a
    player hears it; ffmpeg's decoder gives exactly one frame for each packet. `core_rates` are the packets' own rates where the file says."""
    command = ["ffmpeg", "-nostdin", "-v", "error", "-i", str(path), "-map", "0:a:0", "-af",
               f"highpass=f={HIGH_PASS_HZ},highpass=f={HIGH_PASS_HZ},aformat=channel_layouts=mono:sample_fmts=s16",
               "-ar", str(rate), "-f", "s16le", "-"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as ffmpeg:
        return onsets(samples(ffmpeg.stdout), packets, rate, core_rates)


def samples(stream):
    while data := stream.read(1 << 20):
        block = array("h", data[:len(data) & ~1])
        if sys.byteorder == "big":
            block.byteswap()
        yield block


def onsets(blocks, packets, rate, core_rates=()):
    """The level of each half millisecond against half of the loudest: (times, samples in all)."""
    step = max(1, round(rate * BLOCK_S))
    levels, rest, total = [], array("h"), 0
    for block in blocks:
        total += len(block)
        rest.extend(block)
        whole = len(rest) // step * step
        levels.extend(max(max(piece), -min(piece)) for i in range(0, whole, step) if (piece := rest[i:i + step]))
        del rest[:whole]
    if not levels:
        return [], 0
    # The 99th percentile instead of the maximum: one click must not hide every beep.
    loud = sorted(levels)[int(len(levels) * 0.99)]
    if loud < 500:
        return [], total
    starts = first_samples(packets, total, rate, core_rates)
    timed = ((time_of(i * step, packets, starts, rate), level) for i, level in enumerate(levels))
    return edges(timed, threshold=loud / 2, quiet_s=QUIET_S), total


def first_samples(packets, total, rate, core_rates):
    """Where in the decoded sound each packet begins. When the encoder's settings change on the way, ffmpeg resamples what follows to the first rate."""
    if len(set(core_rates)) > 1 and len(core_rates) >= len(packets):
        lengths = (SAMPLES_PER_FRAME * rate / core for core in core_rates[:len(packets)])
        return [0, *accumulate(lengths)][:len(packets)]
    per_packet = round(total / len(packets)) if packets else SAMPLES_PER_FRAME
    return [i * per_packet for i in range(len(packets))]


def time_of(sample, packets, starts, rate):
    index = bisect_right(starts, sample) - 1
    return packets[index].pts_ms / 1000 + (sample - starts[index]) / rate


def edges(timed, threshold, quiet_s):
    """Times at which the value rises over the threshold after at least `quiet_s` below it. What was before the beginning is
    not known, so it counts as loud."""
    found, last_loud = [], None
    for t, value in timed:
        if last_loud is None:
            last_loud = t
        if value >= threshold:
            if t - last_loud >= quiet_s:
                found.append(t)
            last_loud = t
    return found
