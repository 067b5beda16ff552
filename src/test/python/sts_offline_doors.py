"""The protocol of examples/sts-offline behind the doors of sts_server.py, with a stand-in for its models.

Everything that speaks and checks the protocol is the example's own code. The stand-in answers with the fragment's bytes,
because the tests' fragments hold no speech. A mode that it does not know is an error, not ignored.
"""

import argparse
import asyncio
import json
import socket
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "examples" / "sts-offline"))

import socketio
import uvicorn
from sts_offline import load, protocol, service
from sts_offline.dub import Dubbed

MODE = {"connect": True, "ready": True, "max_inflight": None, "results": True, "delay_ms": 0, "fail": [], "status": "success", "bytes": 0,
        "complete": True}
NEVER_S = 3600


class StandIn:
    """Instead of pool.Pool."""

    def __init__(self, doors):
        # Answers at once: the service's own first guess of a second would ask the tests' impatient client to slow down.
        self.doors, self.load = doors, load.Load(4, work_s=0.0)

    def is_full(self):
        return False

    async def run(self, job, is_wanted, started):
        mode = self.doors.mode
        await started()
        await asyncio.sleep(mode["delay_ms"] / 1000 if mode["results"] else NEVER_S)
        m4a = b"\0" * mode["bytes"] if mode["bytes"] else job.m4a
        return Dubbed(m4a, "hello", "hola", mode["status"] == "success")


class Doors(service.Service):
    def __init__(self):
        super().__init__(StandIn(self), ["es"])
        self.newest = None
        self.server = None
        self.reset()

    def reset(self):
        self.mode = dict(MODE)
        self.log = {"handshakes": [], "events": [], "violations": []}

    async def connected(self, sid, environ):
        self.log["handshakes"].append({"query": environ.get("QUERY_STRING", "")})
        self.newest = sid
        return self.mode["connect"]

    def handler(self, event):
        inner = super().handler(event)

        async def handle(sid, *given):
            self.log["events"].append({"connection": sid, "at_ms": int(time.time() * 1000), "event": event, "payload": without_sound(given[0])})
            await inner(sid, *given)

        return handle

    async def stream_init(self, sid, given):
        window = self.mode["max_inflight"]
        await super().stream_init(sid, {**given, "max_inflight": window} if window else given)

    async def fragment_data(self, sid, given):
        for rule in self.mode["fail"]:
            if rule["nth"] in (-1, given["sequence_number"]):
                return await self.simulated(self.client(sid), given, rule)
        await super().fragment_data(sid, given)

    async def simulated(self, client, given, rule):
        session, fragment = client.session, protocol.fragment(given)
        session.accept(fragment)
        if rule["as"] == "error":
            # As strict servers do: this number is never delivered, so nothing after it is.
            session.in_flight.discard(fragment.fragment_id)
            return await super().refuse(client.sid, protocol.Refused(rule["code"], "simulated", fragment.fragment_id))
        result = {name: given[name] for name in ("fragment_id", "stream_id", "sequence_number")}
        await self.deliver(client, session.finished(fragment.number, {**result, **service.failed(rule["code"], "simulated")}))

    async def refuse(self, sid, refused):
        self.log["violations"].append(str(refused))
        await super().refuse(sid, refused)

    async def say(self, sid, event, payload):
        hidden = event == "stream:ready" and not self.mode["ready"] or event == "stream:complete" and not self.mode["complete"]
        if not hidden:
            await super().say(sid, event, payload)

    async def __call__(self, scope, receive, send):
        """The doors, as an ASGI application beside Socket.IO."""
        body = b""
        while (message := await receive()).get("more_body") or message.get("body"):
            body += message["body"]
            if not message.get("more_body"):
                break
        answer = await self.door(scope["path"], json.loads(body or b"{}"))
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": json.dumps(answer).encode()})

    async def door(self, path, given):
        if path == "/log":
            return self.log
        if path == "/mode":
            unknown = set(given) - set(MODE)
            if unknown:
                raise ValueError(f"no mode {unknown}")
            self.mode = {**MODE, **given}
        elif path == "/emit":
            await self.io.emit(given["event"], given.get("payload"), to=self.newest)
        elif path == "/disconnect" and given.get("how") == "abort":
            for connection in list(self.server.server_state.connections):
                if "WebSocket" in type(connection).__name__:
                    connection.transport.abort()
        elif path == "/disconnect":
            await self.io.disconnect(self.newest)
        elif path == "/reset":
            self.reset()
        else:
            raise ValueError(path)
        return {}


def without_sound(value):
    if isinstance(value, dict):
        return {k: f"{len(v)} characters" if k == "data_base64" else without_sound(v) for k, v in value.items()}
    return value


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    args = parser.parse_args()
    doors = Doors()
    app = socketio.ASGIApp(doors.io, other_asgi_app=doors)
    config = uvicorn.Config(app, lifespan="off", log_level="warning", ws_max_size=service.LARGEST_MESSAGE, ws_ping_interval=None)
    doors.server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", args.port)) as listening:
        print(listening.getsockname()[1], flush=True)
        serving = asyncio.ensure_future(doors.server.serve(sockets=[listening]))
        # Ends with whoever started it: then its input does.
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
        doors.server.should_exit = doors.server.force_exit = True
        await serving


asyncio.run(main())
