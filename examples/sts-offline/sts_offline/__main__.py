"""python -m sts_offline: starts the service, and says where it listens once its models are loaded."""

import argparse
import asyncio
import logging
import os
import socket
from pathlib import Path

import socketio
import uvicorn

from . import speech
from .pool import Pool
from .service import LARGEST_MESSAGE, Service


def main() -> None:
    parser = argparse.ArgumentParser(prog="sts_offline", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8090, help="0 takes a free one (8090)")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="fragments at a time (one for each core)")
    parser.add_argument("--record", type=Path, metavar="FILE", help="a line of JSON for each fragment that the client has acknowledged")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    targets = speech.targets()
    if not targets:
        parser.error("no language pair of Apertium is installed, such as apertium-eng-spa")
    asyncio.run(serve(options, targets))


async def serve(options: argparse.Namespace, targets: list[str]) -> None:
    pool = Pool(options.workers)
    try:
        await pool.warm()
        service = Service(pool, targets, options.record)
        config = uvicorn.Config(
            socketio.ASGIApp(service.io),
            ws_max_size=LARGEST_MESSAGE,
            # Heartbeats are those of Engine.IO; the WebSocket library's own would be a second, unknown limit.
            ws_ping_interval=None,
            lifespan="off",
            log_level="warning",
            timeout_graceful_shutdown=5,
        )
        with socket.create_server((options.host, options.port)) as listening:
            print(f"sts-offline listening on http://{options.host}:{listening.getsockname()[1]} (en to {', '.join(targets)})", flush=True)
            await uvicorn.Server(config).serve(sockets=[listening])
    finally:
        pool.close()


if __name__ == "__main__":
    main()
