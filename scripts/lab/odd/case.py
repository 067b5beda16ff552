"""What a made-up source is: the tags as they go over the wire, and what a viewer should get of them."""

import dataclasses
import struct

VIDEO, AUDIO, SCRIPT, AGGREGATE = 9, 8, 18, 22


@dataclasses.dataclass
class Case:
    """A tag is (at_s, kind, stamp_ms, payload): when it is sent, counted from the beginning of the source, and what the wire says.
    The truth is what a viewer should get: (kind, true stamp_ms, payload, true composition offset)."""

    headers: list  # [(kind, payload)], sent to the reader first with stamp 0
    tags: list
    truth: list
    join_at: float = 0.0  # the reader joins so many seconds after the source began; it gets no picture before the next keyframe
    front: int = 0  # pictures that a late reader cannot have
    lost_pictures: int = 0  # so many more may be missing
    lost_sound: int = 2  # frames of the source's sound that may be missing
    foreign: int = 4  # frames of sound that the source does not have: silence at the beginning and the end, and what replaces damage
    av: tuple = (-45, 45)  # sound against picture in ms, negative when the sound is early; holds for the middle 94 % of the frames
    av_skip: tuple = (0, 0)  # true times in ms between which A/V is not judged: the source has just changed its clock
    step_ms: int = 200  # the largest step of stamps on the output
    files: bool = False  # the segment files are part of the case: as many of the picture as of the sound
    survive: bool = False  # nothing exact is due: the worker ends by itself with an exit code that is allowed, its memory is bounded
    exits: tuple = (0,)
    note: str = ""  # what the mutation does
    kind: str = ""
    number: int = 0

    @property
    def name(self):
        return f"{self.kind}~{self.number}" if self.number else self.kind

    @property
    def seconds(self):
        return max((t[0] for t in self.tags), default=0) - self.join_at


def survives(case, note, exits=(0, 4)):
    case.survive, case.note, case.exits = True, note, exits
    return case


def cts(p):
    """The composition offset of an AVC tag, in ms."""
    return int.from_bytes(p[2:5], "big", signed=True)


def with_cts(p, offset):
    return p[:2] + (offset & 0xFFFFFF).to_bytes(3, "big") + p[5:]


def keyframe(p):
    return p[0] >> 4 & 7 == 1


def nals(p, length_size=4):
    """The NAL units of an AVC tag."""
    i, out = 5, []
    while i + length_size <= len(p):
        n = int.from_bytes(p[i:i + length_size], "big")
        out.append(p[i + length_size:i + length_size + n])
        i += length_size + n
    return out


def with_nals(p, units, length_size=4):
    return p[:5] + b"".join(len(u).to_bytes(length_size, "big") + u for u in units)


def parameter_sets(config_tag):
    """The SPS and PPS of an AVC sequence header tag with one of each."""
    config = config_tag[5:]
    n = int.from_bytes(config[6:8], "big")
    sps, at = config[8:8 + n], 8 + n + 1
    m = int.from_bytes(config[at:at + 2], "big")
    return sps, config[at + 2:at + 2 + m]


def header_of(headers, kind):
    return next(p for k, p in headers if k == kind)


def by_time(tags):
    return sorted(tags, key=lambda t: t[0])


def metadata(values):
    """onMetaData with an ECMA array; a value is a number, or AMF0 as it should stand on the wire."""
    out = b"\x02\x00\x0aonMetaData\x08" + struct.pack(">I", len(values))
    for k, v in values.items():
        out += struct.pack(">H", len(k)) + k.encode() + (v if isinstance(v, bytes) else b"\x00" + struct.pack(">d", v))
    return out + b"\x00\x00\x09"
