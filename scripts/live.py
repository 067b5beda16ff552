"""`./dev live`: the worker in Quarkus' dev mode beside a generated stream; a file that is saved is in the next answer."""

import argparse
import json
import os
import shutil
import signal
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
# --check: a page and a class, what is replaced in each, and where the answer shows it.
EDITS = [
    ("src/main/resources/META-INF/resources/index.html", "<title>", "<title>live check: ", "/"),
    ("src/main/java/io/livedub/api/StreamAnswers.java", "no such stream", "live check: no such stream", "/v1/streams/none"),
]
CHECK_LIMIT_S = 300


def options():
    parser = argparse.ArgumentParser(prog="./dev live", description=__doc__)
    parser.add_argument("--port", type=int, default=8080, help="of the console and the API (8080)")
    parser.add_argument("--metrics-port", type=int, default=8000, help="of metrics and health (8000)")
    parser.add_argument("--check", action="store_true",
                        help="change a page and a class, wait for the answers with the change, undo it, and end: exit code 1 when one never comes")
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
    command = ["./mvnw", "-q", "quarkus:dev", "-Dquarkus.args=serve", *arguments.maven]
    if not arguments.check:
        maven = subprocess.Popen(command, env=env)
        try:
            return maven.wait()
        finally:
            # Not killed: Maven ends the program that it has started, and nobody else does.
            maven.terminate()
            maven.wait()
    with open(folder / "maven.log", "w") as log:
        maven = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    try:
        return check(url, maven)
    finally:
        os.killpg(maven.pid, signal.SIGTERM)
        maven.wait()


def check(url, maven):
    """Each edit must be in an answer, and must be gone from it when it is undone."""
    for path, old, new, page in EDITS:
        file = Path(path)
        text = file.read_text()
        # Before the first edit this is the time until the worker is up.
        waited = [awaited(url + page, old, maven)]
        try:
            file.write_text(text.replace(old, new))
            waited.append(awaited(url + page, new, maven))
        finally:
            file.write_text(text)
        waited.append(awaited(url + page, new, maven, there=False))
        print(f"{file.name}: answered after {waited[0]:.0f} s, with the change after {waited[1]:.0f} s, "
              f"without it again after {waited[2]:.0f} s", flush=True)
    return 0


def awaited(page, text, maven, there=True):
    """Seconds until a page has, or no longer has, a text. RuntimeError when that never comes."""
    began = time.monotonic()
    while time.monotonic() - began < CHECK_LIMIT_S:
        if maven.poll() is not None:
            raise RuntimeError(f"quarkus:dev ended with {maven.returncode}")
        answer = body(page)
        if answer is not None and (text in answer) == there:
            return time.monotonic() - began
        time.sleep(1)
    raise RuntimeError(f"after {CHECK_LIMIT_S} s {page} {'has not' if there else 'still has'} '{text}': {body(page)}")


def body(page):
    """None where nothing listens, or the worker could not be started."""
    try:
        with urllib.request.urlopen(page, timeout=60) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.read().decode() if refused.code != 500 else None
    except OSError:
        return None


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
