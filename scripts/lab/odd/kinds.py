"""All kinds of made-up sources by name, and their mutations by number."""

import random

from .adts import adts_in_flv
from .batches import audio_stamped_in_batches
from .clocks import stray_stamps, two_clocks, two_clocks_5s
from .composition import composition_far_positive
from .gops import joined, long_gop
from .material import source
from .scripts import metadata_negative_size
from .tracks import multitrack_audio
from .units import plain

# The longest first: several are played side by side.
KINDS = {f.__name__: f for f in (long_gop, two_clocks, two_clocks_5s, audio_stamped_in_batches, composition_far_positive, multitrack_audio,
                                 adts_in_flv, metadata_negative_size, plain, stray_stamps)}


def build(kind, number=0):
    """The base case, or the mutation with that number (from 1 on): the same each time."""
    make = KINDS[kind]
    case = make(random.Random(f"{kind} {number}"), number) if number else make()
    case.kind, case.number = kind, number
    case.note = case.note or " ".join((make.__doc__ or "").split())
    return case


def named(name):
    """`long_gop`, or `long_gop~7` for a mutation."""
    kind, _, number = name.partition("~")
    return build(kind, int(number or 0))


def through_server(name):
    """The case as it can be played through a real server, which shows a path 2 s after its publisher began and a picture from a keyframe on:
    the worker comes in the first GOP and begins with the second; a viewer of its output may have to wait for the third."""
    if name == "long_gop":
        case = joined(*source(16, gop=125), join_at=0.0, key_at=10.0)
    else:
        case = named(name)
        case.front, case.lost_sound = case.front + 200, case.lost_sound + 400
    case.kind = name
    return case
