"""Publishes FLV files to an RTMP server in real time, with the faults that real encoders have. For the black-box tests.

    publish.py rtmp://host:port/app/name FILE… [--start-ms N] [--from S] [--without-audio A:B] [--without-video A:B] [--jump AT:MS]
               [--audio-delay MS] [--audio-ppm N] [--drop-audio N] [--negative-composition MS] [--audio-config HEX]
               [--frames-on-input]

Files follow each other as one stream: the second one's headers come in the middle of it. Options are in seconds of that stream,
--start-ms is the stamp it begins with (stamps wrap at 32 bits), --jump moves all stamps from AT on. Pacing follows the stream, not the
stamps. --audio-delay sends sound that much later than pictures of its time, with the same stamps; --audio-ppm lets its clock run fast, stamps and
pacing; --drop-audio leaves out every Nth frame; --negative-composition decodes pictures that much later than they need, so that some are
shown before their decoding time; --audio-config replaces the AudioSpecificConfig; --frames-on-input sends what is before
the first frame, and goes on when a line comes on standard input. Ends with exit code 0 when all is sent, saying goodbye as an encoder does.
"""

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "scripts"))

from lab import flv  # noqa: E402
from lab.publisher import Publisher  # noqa: E402


# A bit more than MediaMTX looks at.
ANALYSIS_MS = 2500


def span(text):
    begin, end = text.split(":")
    return float(begin) * 1000, float(end) * 1000


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("files", nargs="+")
    parser.add_argument("--start-ms", type=int, default=0)
    parser.add_argument("--from", dest="begin", type=float, default=0)
    parser.add_argument("--without-audio", type=span, default=(0, 0))
    parser.add_argument("--without-video", type=span, default=(0, 0))
    parser.add_argument("--jump", type=lambda text: tuple(map(float, text.split(":"))), default=(float("inf"), 0))
    parser.add_argument("--audio-delay", type=float, default=0)
    parser.add_argument("--audio-ppm", type=float, default=0)
    parser.add_argument("--drop-audio", type=int, default=0)
    parser.add_argument("--negative-composition", type=int, default=0)
    parser.add_argument("--audio-config", type=bytes.fromhex, default=b"")
    parser.add_argument("--frames-on-input", action="store_true")
    return parser.parse_args()


def one_stream(files):
    """(kind, ms, body, is header) of all files, one after the other."""
    base = 0
    for file in files:
        last = 0
        with open(file, "rb") as stream:
            for kind, stamp, body in flv.tags(stream):
                if kind in (flv.AUDIO, flv.VIDEO):
                    last = max(last, stamp)
                    yield kind, base + stamp, body, len(body) > 1 and body[1] == 0 and flv.packet(kind, stamp, body) is None
        base += last + 33


def chosen_tags(chosen):
    """(kind, time to send in ms, stamp in ms, body, is header) of what is to be sent, in the order of the files."""
    begin_ms, frames = chosen.begin * 1000, 0
    waits_for_key = begin_ms > 0
    for kind, ms, body, header in one_stream(chosen.files):
        if not header:
            if ms < begin_ms or waits_for_key and kind == flv.VIDEO and body[0] >> 4 != 1:
                continue
            waits_for_key &= kind != flv.VIDEO
            left, right = chosen.without_audio if kind == flv.AUDIO else chosen.without_video
            frames += kind == flv.AUDIO
            if left <= ms < right or kind == flv.AUDIO and chosen.drop_audio and frames % chosen.drop_audio == 0:
                continue
        at, by = chosen.jump
        jump = by if ms >= at * 1000 else 0
        late = 0
        if kind == flv.AUDIO:
            ms += max(0, ms - begin_ms) * chosen.audio_ppm / 1e6
            # The header goes before all frames.
            late = min(0, chosen.audio_delay) if header else chosen.audio_delay
            body = body[:2] + chosen.audio_config if header and chosen.audio_config else body
        elif not header:
            ms += chosen.negative_composition
            offset = (int.from_bytes(body[2:5], "big", signed=True) - chosen.negative_composition) & 0xFFFFFF
            body = body[:2] + offset.to_bytes(3, "big") + body[5:]
        yield kind, ms + late, max(0, ms - begin_ms) + chosen.start_ms + jump, body, header


def await_input(publisher, chosen, ready):
    """The headers, and again 2 s of stamps later, when MediaMTX has a path ready; then a line of input. No frame goes out before."""
    headers = {kind: body for kind, _, _, body, header in reversed(ready) if header}
    for stamp in 0, chosen.start_ms:
        for kind, body in headers.items():
            publisher.publish(kind, stamp, body)
    sys.stdin.readline()


def main():
    chosen = options()
    if chosen.frames_on_input:
        chosen.start_ms = max(chosen.start_ms, ANALYSIS_MS)
    # Stable: what is not moved stays in the order of the file.
    ready = sorted(chosen_tags(chosen), key=lambda one: one[1])
    publisher = Publisher(chosen.url)
    if chosen.frames_on_input:
        await_input(publisher, chosen, ready)
    zero = time.monotonic() - chosen.begin
    for kind, due_ms, stamp, body, header in ready:
        if not header:
            time.sleep(max(0, zero + due_ms / 1000 - time.monotonic()))
        publisher.publish(kind, int(stamp), body)
    publisher.goodbye()


if __name__ == "__main__":
    main()
