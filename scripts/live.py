"""`./dev live`: the worker in Quarkus' dev mode beside a generated stream; a file that is saved is in the next answer."""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

from lab import processes, server, sources, worker

STREAM = "live"
SOURCE_S = 60
LOOK_EACH_S = 2


def options():
    parser = argparse.ArgumentParser(prog="./dev live", description=__doc__)
    parser.add_argument("--port", type=int, default=8080, help="of the console and the API (8080)")
    parser.add_argument("--metrics-port", type=int, default=8000, help="of metrics and health (8000)")
    parser.add_argument("maven", nargs="*", metavar="MAVEN OPTION", help="behind --, such as -Dsuspend=y")
    return parser.parse_args()


def main():
    arguments = options()
    for port in (arguments.port, arguments.metrics_port):
        if processes.port_in_use(port):
            print(f"live: port {port} is in use: choose another with --port and --metrics-port", file=sys.stderr)
            return 2
    folder = Path(tempfile.mkdtemp(prefix="stream-worker-live-"))
    # nginx's worker must be able to enter it.
    folder.chmod(0o755)
    try:
        with processes.Children(folder) as children:
            return run(arguments, children, folder)
    except KeyboardInterrupt:
        return 130
    except RuntimeError as problem:
        print(f"live: {problem}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(arguments, children, folder):
    media = server.Server(children, folder, [STREAM], hls=True)
    _, sts_url = worker.echo(children)
    source = sources.path_of("plain", SOURCE_S)
    children.start("publisher", ["ffmpeg", "-nostdin", "-v", "error", "-re", "-stream_loop", "-1", "-i", str(source),
                                 "-c", "copy", "-f", "flv", media.url(STREAM, "in")])
    env = {
        **os.environ,
        **worker.surroundings(media, folder, arguments.metrics_port, arguments.port),
        "WORKER_HTTP_HOST": "127.0.0.1",
        "WORKER_STS_SERVICE_URL": sts_url,
        # What is held airs before the program starts anew: little is held.
        "WORKER_SEGMENT_DURATION": "1s",
        "WORKER_AV_OFFSET_NS": "1000000000",
    }
    url = f"http://127.0.0.1:{arguments.port}"
    print(f"""
  console  {url}/
  API      {url}/q/swagger-ui/
  output   {media.url(STREAM, 'out')}   (ffplay, VLC)
  as HLS   {media.hls(STREAM, 'out')}

Save a file: the next request starts the worker anew with it. `q` or Ctrl-C ends everything.
""", flush=True)
    threading.Thread(target=keep, args=(url,), daemon=True).start()
    return subprocess.run(["./mvnw", "-q", "quarkus:dev", "-Dquarkus.args=serve", *arguments.maven], env=env, check=False).returncode


def keep(url):
    """A worker that was started anew knows no stream; no hook tells of one, since nginx sends none."""
    stream = f"{url}/v1/streams/{STREAM}"
    while True:
        try:
            urllib.request.urlopen(stream, timeout=60).close()
        except urllib.error.HTTPError as answer:
            if answer.code == 404:
                start(stream)
        except OSError:
            pass  # It is being started.
        time.sleep(LOOK_EACH_S)


def start(stream):
    request = urllib.request.Request(stream, json.dumps({}).encode(), {"Content-Type": "application/json"}, method="PUT")
    try:
        urllib.request.urlopen(request, timeout=60).close()
    except OSError as refused:
        print(f"live: the stream cannot be started: {refused}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
