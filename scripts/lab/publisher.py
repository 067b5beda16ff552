"""A small RTMP publisher that sends tags exactly as they are given."""

import socket
import threading

from . import flv, rtmp

CHUNK = 4096
AUDIO_CHANNEL, VIDEO_CHANNEL = 4, 6


class Publisher(rtmp.Player):
    """The player's handshake and commands, the other way round."""

    def play(self):
        self.send(rtmp.COMMAND, rtmp.amf("connect", 1.0, {"app": self.app, "type": "nonprivate", "flashVer": "FMLE/3.0", "tcUrl": self.tc_url}))
        self.await_result("connect")
        self.send(rtmp.COMMAND, rtmp.amf("createStream", 2.0, None))
        self.stream = int(self.await_result("createStream")[-1])
        self.send(rtmp.COMMAND, rtmp.amf("publish", 3.0, None, self.name, "live"), self.stream)
        for kind, _, body, _ in self.messages():
            if kind == rtmp.COMMAND and rtmp.amf_values(body)[0] == "onStatus":
                break
        self.send(rtmp.SET_CHUNK_SIZE, CHUNK.to_bytes(4, "big"))
        # What the server says from now on is read, so that it never waits for us.
        self.sock.settimeout(None)
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        try:
            for _ in self.messages():
                pass
        except (OSError, EOFError, rtmp.Refused, ValueError):
            pass  # The connection's end is seen by who writes.

    def publish(self, kind, stamp, body):
        channel = AUDIO_CHANNEL if kind == flv.AUDIO else VIDEO_CHANNEL
        stamp &= 0xFFFFFFFF
        extended = stamp.to_bytes(4, "big") if stamp >= 0xFFFFFF else b""
        head = min(stamp, 0xFFFFFF).to_bytes(3, "big") + len(body).to_bytes(3, "big") + bytes([kind]) + self.stream.to_bytes(4, "little")
        pieces = [body[at:at + CHUNK] for at in range(0, len(body), CHUNK)] or [b""]
        self.sock.sendall(bytes([channel]) + head + extended + (bytes([0xC0 | channel]) + extended).join(pieces))

    def goodbye(self):
        self.send(rtmp.COMMAND, rtmp.amf("deleteStream", 4.0, None, float(self.stream)))
        # Closing alone would leave the connection open while another thread waits for what the server says.
        self.sock.shutdown(socket.SHUT_RDWR)
        self.close()
