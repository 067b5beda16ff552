"""Packets of a live stream as they arrive, or of a file: one line each on standard output, for the black-box tests.

    packets.py rtmp://host:port/app/name RECORDING.flv [--stay]
    packets.py FILE

A line is `track dts_ms pts_ms key size digest arrival_ns wall_ns config`; the arrival is CLOCK_MONOTONIC, both are 0 for a file; the configuration
is that of the last sequence header before it, in hex, or `-`. For a live
stream the first line is `clock monotonic_ns wall_ns`. The stream is asked for until it is there; its end is the
program's, and with --stay the connection's: another publisher may go on.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "scripts"))

from lab import flv, rtmp  # noqa: E402

ASK_AGAIN_S = 0.05
# MediaMTX drops parameter sets and delimiters, and puts the current parameter sets before each keyframe: what is compared is the rest.
WITHOUT_PARAMETER_SETS = os.environ.get("MEDIA_SERVER") == "mediamtx"
SEQUENCE_PARAMETER_SET, PICTURE_PARAMETER_SET, DELIMITER = 7, 8, 9
SILENCE_S = 60


def compared(kind, body):
    """The tag's body as it is compared with others."""
    if not WITHOUT_PARAMETER_SETS or kind != flv.VIDEO or body[:1] not in (b"\x17", b"\x27") or body[1:2] != b"\x01":
        return body
    kept, at = body[:5], 5
    while at + 5 <= len(body):
        end = at + 4 + int.from_bytes(body[at:at + 4], "big")
        if body[at + 4] & 0x1F not in (SEQUENCE_PARAMETER_SET, PICTURE_PARAMETER_SET, DELIMITER):
            kept += body[at:end]
        at = end
    return kept


def say(packet, config, arrival_ns=0, wall_ns=0):
    print(packet.track, packet.dts_ms, packet.pts_ms, int(packet.key), packet.size, packet.digest.hex(), arrival_ns, wall_ns,
          config.hex() if config else "-")


def read_once(url, recording, stays):
    """True when at least one packet came."""
    player = rtmp.Player(url)
    player.sock.settimeout(SILENCE_S)
    player.stays = stays
    any_packet = False
    configs = {}
    try:
        with open(recording, "wb") as file:
            file.write(flv.HEADER)
            for kind, stamp, body, arrival_s in player.messages():
                if kind not in (flv.AUDIO, flv.VIDEO):
                    continue
                file.write(flv.tag(kind, stamp, body))
                if config := flv.header(kind, body):
                    configs[kind] = config
                if packet := flv.packet(kind, stamp, compared(kind, body)):
                    any_packet = True
                    age_ns = int((time.monotonic() - arrival_s) * 1e9)
                    say(packet, configs.get(kind), int(arrival_s * 1e9), time.time_ns() - age_ns)
                    sys.stdout.flush()
    except OSError:
        # A server that ends its readers may do it with a reset.
        if not any_packet:
            raise
    finally:
        player.close()
    return any_packet


def read(url, recording, stays):
    print("clock", time.monotonic_ns(), time.time_ns(), flush=True)
    while True:
        try:
            if read_once(url, recording, stays):
                return
        except (OSError, EOFError, rtmp.Refused):
            pass
        time.sleep(ASK_AGAIN_S)


def of_stream(stream):
    """(packet, configuration) of each."""
    configs = {}
    for kind, stamp, body in flv.tags(stream):
        if config := flv.header(kind, body):
            configs[kind] = config
        if packet := flv.packet(kind, stamp, compared(kind, body)):
            yield packet, configs.get(kind)


def of_file(path):
    """ffmpeg on its own leaves out what comes before a file's first keyframe."""
    if Path(path).suffix == ".flv":
        with open(path, "rb") as file:
            found = list(of_stream(file))
        return list(zip(flv.unwrapped([packet for packet, _ in found]), [config for _, config in found]))
    command = ["ffmpeg", "-nostdin", "-v", "error", "-i", path, "-c", "copy", "-copyinkf", "-f", "flv", "-"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as ffmpeg:
        return list(of_stream(ffmpeg.stdout))


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    what = sys.argv[1]
    if what.startswith("rtmp://"):
        read(what, sys.argv[2], "--stay" in sys.argv[3:])
    else:
        for packet, config in of_file(what):
            say(packet, config)


if __name__ == "__main__":
    main()
