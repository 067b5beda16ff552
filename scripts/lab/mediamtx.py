"""A MediaMTX with RTMP and nothing else, when this machine has one."""

import os
import shutil
from pathlib import Path

from . import processes

CONFIGURATION = """
logLevel: info
rtsp: false
hls: false
webrtc: false
srt: false
rtmp: true
rtmpAddress: 127.0.0.1:{rtmp}
paths:
  all_others:
"""


# The server takes it for paths with a name only, and with the sound that will come.
ALWAYS_AVAILABLE = """  live/{stream}/out:
    overridePublisher: false
    alwaysAvailable: true
    alwaysAvailableTracks:
      - codec: H264
      - codec: MPEG4Audio
        sampleRate: 48000
        channelCount: 2
"""


def program():
    """What MEDIAMTX_BIN names, or `mediamtx` on the PATH; None when there is none."""
    return os.environ.get("MEDIAMTX_BIN") or shutil.which("mediamtx")


class MediaMtx:
    """A running server; `url(id, direction)` is the stream's RTMP address. The outputs of the streams in `available` are always available."""

    def __init__(self, children, folder, available=()):
        self.rtmp, = processes.free_ports(1)
        file = Path(folder) / "mediamtx.yml"
        file.write_text(CONFIGURATION.format(rtmp=self.rtmp) + "".join(ALWAYS_AVAILABLE.format(stream=stream) for stream in available))
        # Newer versions open ports of their own for `moq`; older ones would refuse the key in the file.
        self.child = children.start("mediamtx", [program(), str(file)], env={"MTX_MOQ": "false"})
        if not processes.await_port(self.rtmp, self.child):
            raise RuntimeError(f"MediaMTX did not start; see {folder}/mediamtx.log")

    def url(self, stream, direction):
        return f"rtmp://127.0.0.1:{self.rtmp}/live/{stream}/{direction}"
