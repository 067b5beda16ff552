"""Starts the worker under test, the echo STS, a publisher."""

import os
import re
import shlex
import time

from . import processes
from .sources import ROOT


def command():
    """The worker: this build's launcher, or what WORKER_COMMAND says (a native binary, a stand-in)."""
    return shlex.split(os.environ.get("WORKER_COMMAND", "")) or [str(ROOT / "target" / "stream-worker")]


def surroundings(server, folder, metrics_port, http_port):
    """Where the media server is, and what the worker may write and listen on."""
    return {
        "MEDIAMTX_HOST": "127.0.0.1",
        "MEDIAMTX_RTMP_PORT": str(server.rtmp),
        "MEDIAMTX_APP_PATH": "live",
        "WORKER_SEGMENT_DIR": str(folder / "segments"),
        "WORKER_METRICS_PORT": str(metrics_port),
        "WORKER_HTTP_PORT": str(http_port),
    }


def start(children, server, stream, folder, sts_url=None, name="worker", launcher=None, **more):
    """`run` for one stream; the child has `metrics_port`. Without an STS URL it is passthrough. `launcher` is another build's."""
    metrics_port, http_port = processes.free_ports(2)
    env = {
        **surroundings(server, folder, metrics_port, http_port),
        "WORKER_STS_MODE": "enabled" if sts_url else "passthrough",
        **({"WORKER_STS_SERVICE_URL": sts_url} if sts_url else {}),
        **more,
    }
    child = children.start(name, [*(launcher or command()), "run", "--stream-id", stream], env=env)
    child.metrics_port = metrics_port
    return child


def serve(children, server, folder, sts_url, name="serve", wait=True, **more):
    """`serve` on loopback, with what it answers on: (child, URL of its API); the child has `metrics_port`."""
    metrics_port, http_port = processes.free_ports(2)
    env = {
        **surroundings(server, folder, metrics_port, http_port),
        "WORKER_HTTP_HOST": "127.0.0.1",
        "WORKER_STS_SERVICE_URL": sts_url,
        **more,
    }
    child = children.start(name, [*command(), "serve"], env=env)
    child.metrics_port = metrics_port
    if wait and not processes.await_port(http_port, child, 30):
        raise RuntimeError(f"serve did not start; see {folder}/{name}.log")
    return child, f"http://127.0.0.1:{http_port}"


def echo(children, *options, name="echo-sts"):
    """`echo-sts` on a free port; (child, URL). The URL is what its first line says."""
    log = children.folder / f"{name}.log"
    child = children.start(name, [*command(), "echo-sts", "--port", "0", *options])
    end = time.monotonic() + 20
    while time.monotonic() < end and child.poll() is None:
        if found := re.search(r"listening on (http://\S+)", log.read_text(errors="replace")):
            return child, found[1]
        time.sleep(0.05)
    raise RuntimeError(f"echo-sts did not start; see {log}")


def publish(children, file, url, name="publisher"):
    """In real time, untouched."""
    return children.start(name, ["ffmpeg", "-nostdin", "-v", "error", "-re", "-i", str(file), "-c", "copy", "-f", "flv", url])
