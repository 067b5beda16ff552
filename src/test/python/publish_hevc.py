"""Publishes HEVC and AAC until it is ended, which no ffmpeg before 6.1 and no GStreamer before 1.26 can.

    publish_hevc.py rtmp://host:port/app/name HEVC.mp4

HEVC as codec 12 of classic FLV, as many encoders send it: nginx-rtmp lets enhanced RTMP's form not through. The decoder configuration is
the file's; the pictures are of no use, for nobody here gets to decode them.
"""

import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "scripts"))

from lab import flv, rtmp  # noqa: E402

KEY, OTHER = 0x1C, 0x2C
START, FRAME = b"\x00\x00\x00\x00", b"\x01\x00\x00\x00"
# AAC-LC, 48 kHz, stereo; and its frame of silence.
AAC_CONFIG = b"\xaf\x00\x11\x90"
AAC_SILENCE = b"\xaf\x01\x21\x10\x04\x60\x8c\x1c"


class Publisher(rtmp.Player):
    """The same connection; it publishes where a player plays."""

    def play(self):
        self.send(rtmp.COMMAND, rtmp.amf("connect", 1.0, {"app": self.app, "tcUrl": self.tc_url, "type": "nonprivate"}))
        self.await_result("connect")
        self.send(rtmp.COMMAND, rtmp.amf("createStream", 2.0, None))
        self.stream = int(self.await_result("createStream")[-1])
        self.send(rtmp.COMMAND, rtmp.amf("publish", 0.0, None, self.name, "live"), self.stream)

    def tag(self, kind, stamp_ms, body):
        head = bytes([6 if kind == flv.VIDEO else 4]) + stamp_ms.to_bytes(3, "big") + len(body).to_bytes(3, "big") + bytes([kind])
        head += self.stream.to_bytes(4, "little")
        pieces = [body[i:i + 128] for i in range(0, len(body), 128)]
        self.sock.sendall(head + bytes([0xC0 | head[0]]).join(pieces))


def configuration(path):
    data = Path(path).read_bytes()
    at = data.index(b"hvcC")
    return data[at + 4:at - 4 + int.from_bytes(data[at - 4:at], "big")]


def main():
    publisher = Publisher(sys.argv[1])
    publisher.tag(flv.VIDEO, 0, bytes([KEY]) + START + configuration(sys.argv[2]))
    publisher.tag(flv.AUDIO, 0, AAC_CONFIG)
    begin = time.monotonic()
    for frame in range(30 * 60):
        stamp_ms = frame * 1000 // 30
        kind = KEY if frame % 30 == 0 else OTHER
        publisher.tag(flv.VIDEO, stamp_ms, bytes([kind]) + FRAME + bytes(1000))
        publisher.tag(flv.AUDIO, stamp_ms, AAC_SILENCE)
        time.sleep(max(0, begin + stamp_ms / 1000 - time.monotonic()))


if __name__ == "__main__":
    main()
