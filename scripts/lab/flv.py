"""FLV tags: what an RTMP server carries, and the form in which source and output can be compared byte for byte."""

import hashlib
import subprocess
from dataclasses import dataclass

AUDIO, VIDEO, SCRIPT = 8, 9, 18
HEADER = b"FLV\x01\x05\x00\x00\x00\x09\x00\x00\x00\x00"


@dataclass(frozen=True)
class Packet:
    """One access unit or one audio frame. Times in ms on the stream's own clock; `arrival_s` is the reader's monotonic clock."""

    track: str
    dts_ms: int
    pts_ms: int
    key: bool
    size: int
    digest: bytes
    arrival_s: float | None = None


def tag(kind, timestamp_ms, body):
    """A tag as it stands in a file, with the size that follows it."""
    stamp = timestamp_ms & 0xFFFFFFFF
    head = bytes([kind]) + len(body).to_bytes(3, "big") + (stamp & 0xFFFFFF).to_bytes(3, "big") + bytes([stamp >> 24, 0, 0, 0])
    return head + body + (len(head) + len(body)).to_bytes(4, "big")


def packet(kind, timestamp_ms, body, arrival_s=None):
    """The packet in a tag's body, or None when the tag is a header, metadata or an empty NAL."""
    if kind == VIDEO and len(body) > 5:
        if body[0] & 0x0F == 7 and body[1] == 1:
            offset = int.from_bytes(body[2:5], "big")
            offset -= (offset & 0x800000) << 1
            return made("video", timestamp_ms, offset, body[0] >> 4 == 1, body[5:], arrival_s)
        if body[0] & 0x0F not in (7, 0) and body[0] & 0x80 == 0:
            return made("video", timestamp_ms, 0, body[0] >> 4 == 1, body[1:], arrival_s)
    if kind == AUDIO and len(body) > 2:
        if body[0] >> 4 != 10:
            return made("audio", timestamp_ms, 0, True, body[1:], arrival_s)
        if body[1] == 1:
            return made("audio", timestamp_ms, 0, True, body[2:], arrival_s)
    return None


def made(track, dts_ms, offset, key, payload, arrival_s):
    return Packet(track, dts_ms, dts_ms + offset, key, len(payload), hashlib.blake2b(payload, digest_size=12).digest(), arrival_s)


def tags(stream):
    """(kind, timestamp, body) of each whole tag of a file object; a cut-off last tag ends it quietly, as a live recording has one."""
    head = stream.read(9)
    if head[:3] != b"FLV":
        raise ValueError("not an FLV file")
    stream.read(int.from_bytes(head[5:9], "big") - 9 + 4)
    while len(head := stream.read(11)) == 11:
        size = int.from_bytes(head[1:4], "big")
        body = stream.read(size)
        if len(body) < size or len(stream.read(4)) < 4:
            return
        yield head[0] & 0x1F, int.from_bytes(head[4:7], "big") | head[7] << 24, body


def packets(path):
    """All packets of a file in file order. Anything but FLV goes through ffmpeg's copy first: the payloads stay as they are."""
    with open(path, "rb") as file:
        if file.read(3) == b"FLV":
            file.seek(0)
            return [p for kind, stamp, body in tags(file) if (p := packet(kind, stamp, body))]
    command = ["ffmpeg", "-nostdin", "-v", "error", "-i", str(path), "-c", "copy", "-f", "flv", "-"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as ffmpeg:
        found = [p for kind, stamp, body in tags(ffmpeg.stdout) if (p := packet(kind, stamp, body))]
    if ffmpeg.returncode != 0:
        raise ValueError(f"ffmpeg could not read {path}")
    return found


def header(kind, body):
    """The decoder configuration in a tag's body, or None."""
    if kind == VIDEO and len(body) > 5 and body[0] & 0x0F == 7 and body[1] == 0:
        return body[5:]
    if kind == AUDIO and len(body) > 2 and body[0] >> 4 == 10 and body[1] == 0:
        return body[2:]
    return None


AAC_RATES = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350)


def core_rate(config):
    """Sampling rate of an AudioSpecificConfig's core (ISO/IEC 14496-3, table 1.15), in which a frame has 1024 samples; None when it has none."""
    bits = "".join(f"{byte:08b}" for byte in config)
    at = 11 if bits[:5] == "11111" else 5
    index = int(bits[at:at + 4], 2) if len(bits) >= at + 4 else len(AAC_RATES)
    if index == 15 and len(bits) >= at + 28:
        return int(bits[at + 4:at + 28], 2)
    return AAC_RATES[index] if index < len(AAC_RATES) else None


def audio_rates(path):
    """Of each audio packet of an FLV file, its core's sampling rate; nothing of another file, or where a packet has no configuration."""
    rates, rate = [], None
    with open(path, "rb") as file:
        if file.read(3) != b"FLV":
            return []
        file.seek(0)
        for kind, stamp, body in tags(file):
            if kind != AUDIO:
                continue
            if config := header(kind, body):
                rate = core_rate(config)
            elif packet(kind, stamp, body):
                rates.append(rate)
    return [] if None in rates else rates


def unwrapped(found):
    """Timestamps made to go on across the 32-bit wrap (49.7 days), as a player does."""
    turns, last, result = 0, None, []
    for p in found:
        stamp = p.dts_ms + turns
        if last is not None and last - stamp > 1 << 31:
            turns += 1 << 32
            stamp += 1 << 32
        last = stamp
        result.append(Packet(p.track, stamp, p.pts_ms - p.dts_ms + stamp, p.key, p.size, p.digest, p.arrival_s))
    return result
