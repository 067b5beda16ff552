"""nginx-rtmp with a configuration, ports and a folder of its own."""

from pathlib import Path

from . import processes

MODULE = "/usr/lib/nginx/modules/ngx_rtmp_module.so"

# One application for each stream: nginx-rtmp takes all before the last slash as the application's name.
APPLICATION = """
    application live/{id} {{
      live on; idle_streams {idle}; wait_key on; drop_idle_publisher 10s;
      hls {hls}; hls_path {folder}/hls/{id}; hls_fragment 2s; hls_playlist_length 20s; hls_nested off;
    }}"""

CONFIGURATION = """
daemon off; master_process off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx-error.log {level};
load_module {module};
events {{ worker_connections 1024; }}
rtmp {{ server {{ listen 127.0.0.1:{rtmp}; chunk_size 4096;{applications}
}} }}
http {{
  access_log off;
  client_body_temp_path {folder}/tmp; proxy_temp_path {folder}/tmp; fastcgi_temp_path {folder}/tmp;
  uwsgi_temp_path {folder}/tmp; scgi_temp_path {folder}/tmp;
  server {{
    listen 127.0.0.1:{http};
    location /stat {{ rtmp_stat all; }}
    location /hls {{
      root {folder}; add_header Cache-Control no-cache; add_header Access-Control-Allow-Origin *;
      types {{ application/vnd.apple.mpegurl m3u8; video/mp2t ts; }}
    }}
  }}
}}
"""


class Server:
    """A running server; `url(id, direction)` is the stream's RTMP address. `idle`: players may come before the publisher, and wait."""

    def __init__(self, children, folder, ids, hls=False, rtmp_port=None, idle=False):
        self.rtmp, self.http = processes.free_ports(2)
        if rtmp_port:
            if processes.port_in_use(rtmp_port):
                raise PortInUse(f"port {rtmp_port} is in use: choose another with --port, or none to take a free one")
            self.rtmp = rtmp_port
        folder = Path(folder)
        (folder / "tmp").mkdir(parents=True, exist_ok=True)
        for stream in ids:
            (folder / "hls" / stream).mkdir(parents=True, exist_ok=True)
        applications = "".join(APPLICATION.format(id=i, folder=folder, hls="on" if hls else "off", idle="on" if idle else "off") for i in ids)
        file = folder / "nginx.conf"
        # Who plays what is logged as `info` only; await_players in spoken.py reads it.
        file.write_text(CONFIGURATION.format(level="info" if idle else "notice", folder=folder, module=MODULE, rtmp=self.rtmp, http=self.http, applications=applications))
        self.child = children.start("nginx", ["nginx", "-p", str(folder), "-c", str(file), "-e", str(folder / "nginx-error.log")])
        if not processes.await_port(self.rtmp, self.child):
            raise RuntimeError(f"nginx did not start; see {folder}/nginx.log and nginx-error.log")

    def url(self, stream, direction):
        return f"rtmp://127.0.0.1:{self.rtmp}/live/{stream}/{direction}"

    def hls(self, stream, direction):
        return f"http://127.0.0.1:{self.http}/hls/{stream}/{direction}.m3u8"


class PortInUse(Exception):
    """The port asked for is taken."""
