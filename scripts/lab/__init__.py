"""What demo, bench, soak and the measuring tool share. Standard library only; ffmpeg does the decoding."""

import urllib.request

# All that is asked listens on this machine, where a proxy that the environment names has no business.
urllib.request.install_opener(urllib.request.build_opener(urllib.request.ProxyHandler({})))
