"""A strict STS service for tests, on python-socketio: what it accepts, any server of the protocol accepts.

It checks every field of every message, delivers results in sequence order from 0, counts a fragment as in flight
until its `applied` or `received`, refuses while paused, and writes down everything. It prints its port on the
first line of its output. The doors of the tests are HTTP, beside the protocol:

  GET  /log         {"handshakes": [headers…], "events": [{"connection", "at_ms", "event", "payload"}…],
                     "violations": [text…], "disconnects": n}
  POST /mode        replaces how it behaves, see MODE; absent fields are as there
  POST /emit        {"event", "payload"} to the newest connection
  POST /disconnect  {"how": "goodbye" | "abort"}: by the protocol, or the TCP connection just ends
  POST /reset       forgets the log and the mode
"""

import argparse
import asyncio
import base64
import hashlib
import re
import sys
import time

import socketio
from aiohttp import web

MODE = {
    "connect": True,  # False: refuses the Socket.IO connection
    "ready": True,  # False: stream:init is not answered
    "max_inflight": None,  # in stream:ready; null: as asked for
    "acks": True,  # fragment:ack queued and processing
    "results": True,  # False: fragments are acknowledged and never answered
    "delay_ms": 0,  # from a fragment to its result
    "fail": [],  # {"nth": n from 0 in the session or -1 for all, "code", "as": "failed" | "error", "retryable"?}
    "status": "success",  # or "partial"
    "nulls": True,  # optional fields as explicit null
    "extra": True,  # fields nobody knows
    "audio": [],  # dubbed_audio of the results, in turn by sequence number; empty: the fragment's own bytes
    "bytes": 0,  # result audio of this size instead of the fragment's own bytes
    "complete": True,  # False: stream:end is not answered
}
ID = re.compile(r"^[A-Za-z0-9_-]{1,64}$")


class Session:
    def __init__(self, sid):
        self.sid = sid
        self.init = None
        self.next_number = 0
        self.next_result = 0
        self.results = {}
        self.in_flight = set()
        self.paused = False
        self.ended = False
        self.counts = {"success_count": 0, "partial_count": 0, "failed_count": 0}


class Service:
    def __init__(self, ping_interval, ping_timeout):
        self.io = socketio.AsyncServer(
            async_mode="aiohttp",
            transports=["websocket"],
            max_http_buffer_size=10 * 1024 * 1024,
            ping_interval=ping_interval,
            ping_timeout=ping_timeout,
        )
        self.sessions = {}
        self.newest = None
        self.tasks = set()
        self.reset()
        for name in ("stream:init", "fragment:data", "fragment:ack", "stream:pause", "stream:resume", "stream:end"):
            self.io.on(name, self.handler(name))
        self.io.on("connect", self.connect)
        self.io.on("disconnect", self.disconnect)
        self.io.on("*", self.unknown)

    def reset(self):
        self.mode = dict(MODE)
        self.log = {"handshakes": [], "events": [], "violations": [], "disconnects": 0}

    async def connect(self, sid, environ):
        headers = {k[5:].replace("_", "-").lower(): v for k, v in environ.items() if k.startswith("HTTP_")}
        headers["query"] = environ.get("QUERY_STRING", "")
        self.log["handshakes"].append(headers)
        for name in ("x-stream-id", "x-worker-id"):
            self.must(bool(ID.match(headers.get(name, ""))), f"handshake: {name} is {headers.get(name)}")
        if not self.mode["connect"]:
            return False
        self.sessions[sid] = Session(sid)
        self.sessions[sid].connection = environ["aiohttp.request"].transport
        self.newest = sid
        return True

    async def disconnect(self, sid, reason=None):
        self.log["disconnects"] += 1
        self.sessions.pop(sid, None)

    async def unknown(self, event, sid, *args):
        self.must(False, f"unknown event {event}")

    def handler(self, name):
        method = getattr(self, name.replace(":", "_"))

        async def handle(sid, *args):
            payload = args[0] if args else None
            self.must(len(args) == 1 and isinstance(payload, dict), f"{name}: not one object")
            self.log["events"].append(
                {"connection": sid, "at_ms": int(time.time() * 1000), "event": name, "payload": shortened(payload)}
            )
            session = self.sessions.get(sid)
            if session is not None and isinstance(payload, dict):
                self.must(name == "stream:init" or session.init is not None, f"{name}: before stream:init")
                self.must(not session.ended or name == "fragment:ack", f"{name}: after stream:end")
                await method(session, payload)

        return handle

    def must(self, holds, text):
        if not holds:
            self.log["violations"].append(text)
        return holds

    def fields(self, where, given, **types):
        """Exactly these fields, of exactly these types; a name that ends in _q may be absent."""
        optional = {name[:-2]: kind for name, kind in types.items() if name.endswith("_q")}
        required = {name: kind for name, kind in types.items() if not name.endswith("_q")}
        known = {**optional, **required}
        good = True
        for name in required:
            good &= self.must(name in given, f"{where}: {name} is missing")
        for name, value in given.items():
            if self.must(name in known, f"{where}: {name} is not of the protocol"):
                good &= self.must(type(value) is known[name], f"{where}: {name} is {type(value).__name__}")
            else:
                good = False
        return good

    async def stream_init(self, session, given):
        self.must(session.init is None, "stream:init: twice on one connection")
        good = self.fields("stream:init", given, stream_id=str, worker_id=str, config=dict, max_inflight=int, timeout_ms=int)
        config = given.get("config") or {}
        good &= self.fields(
            "stream:init.config", config, source_language=str, target_language=str, voice_profile=str,
            chunk_duration_ms=int, sample_rate_hz=int, channels=int, format=str)
        if good:
            head = self.log["handshakes"][-1]
            self.must(given["stream_id"] == head.get("x-stream-id"), "stream:init: stream_id is not the header's")
            self.must(given["worker_id"] == head.get("x-worker-id"), "stream:init: worker_id is not the header's")
            self.must(1 <= given["max_inflight"] <= 10, "stream:init: max_inflight")
            self.must(1000 <= given["timeout_ms"] <= 30000, "stream:init: timeout_ms")
            self.must(100 <= config["chunk_duration_ms"] <= 6000, "stream:init: chunk_duration_ms")
            self.must(config["format"] == "m4a", "stream:init: format")
        session.init = given
        session.window = self.mode["max_inflight"] or given.get("max_inflight") or 3
        if self.mode["ready"]:
            await self.say(session, "stream:ready", {
                "stream_id": given.get("stream_id"), "session_id": session.sid,
                "max_inflight": self.mode["max_inflight"], "capabilities": ["m4a"]})

    async def fragment_data(self, session, given):
        good = self.fields(
            "fragment:data", given, fragment_id=str, stream_id=str, sequence_number=int, timestamp=int, audio=dict, metadata=dict)
        audio = given.get("audio") or {}
        good &= self.fields(
            "fragment:data.audio", audio, format=str, sample_rate_hz=int, channels=int, duration_ms=int, data_base64=str)
        good &= self.fields("fragment:data.metadata", given.get("metadata") or {}, pts_ns=int, source_pts_ns=int)
        if not good:
            return
        fragment = given["fragment_id"]
        data = base64.b64decode(audio["data_base64"], validate=True)
        self.must(bool(ID.match(fragment)), "fragment:data: fragment_id")
        self.must(data[4:8] == b"ftyp", "fragment:data: not an MP4 file")
        self.must(abs(given["timestamp"] / 1000 - time.time()) < 60, "fragment:data: timestamp is not Unix time in ms")
        if not self.must(not session.paused, "fragment:data: while paused"):
            return await self.error(session, fragment, "INVALID_CONFIG", None)
        number = given["sequence_number"]
        if not self.must(number == session.next_number, f"fragment:data: {number} where {session.next_number} is due"):
            return await self.error(session, fragment, "INVALID_SEQUENCE", None)
        session.next_number += 1
        session.in_flight.add(fragment)
        self.must(len(session.in_flight) <= session.window, "fragment:data: more in flight than the window")
        if self.mode["acks"]:
            await self.say(session, "fragment:ack", {"fragment_id": fragment, "status": "queued", "queue_position": None})
            await self.say(session, "fragment:ack", {"fragment_id": fragment, "status": "processing"})
        for rule in self.mode["fail"]:
            if rule["nth"] in (-1, number):
                if rule.get("as") == "error":
                    session.in_flight.discard(fragment)
                    # As strict servers do: this number is never delivered, so nothing after it is.
                    return await self.error(session, fragment, rule["code"], rule.get("retryable"))
                return self.later(session, number, self.failed(given, rule))
        if self.mode["results"]:
            self.later(session, number, self.success(given, data))

    def success(self, given, data):
        if self.mode["bytes"]:
            data = b"\0" * self.mode["bytes"]
        audio = dict(given["audio"], data_base64=base64.b64encode(data).decode())
        if self.mode["audio"]:
            audio = self.mode["audio"][given["sequence_number"] % len(self.mode["audio"])]
        result = {"status": self.mode["status"], "dubbed_audio": audio, "processing_time_ms": 5}
        return self.result(given, result, transcript="hello")

    def failed(self, given, rule):
        error = {"code": rule["code"], "message": "simulated", "retryable": rule.get("retryable")}
        return self.result(given, {"status": "failed", "error": error})

    def result(self, given, more, **optional):
        result = {name: given[name] for name in ("fragment_id", "stream_id", "sequence_number")}
        result.update(more)
        if self.mode["nulls"]:
            for name in ("dubbed_audio", "transcript", "translated_text", "stage_timings", "error", "metadata"):
                result.setdefault(name, optional.get(name))
        if self.mode["extra"]:
            result["something_new"] = {"deep": [1, None, "x"]}
        return result

    def later(self, session, number, result):
        async def run():
            await asyncio.sleep(self.mode["delay_ms"] / 1000)
            session.results[number] = result
            while session.next_result in session.results:
                due = session.results.pop(session.next_result)
                session.next_result += 1
                session.counts[due["status"] + "_count"] += 1
                await self.say(session, "fragment:processed", due)

        task = asyncio.ensure_future(run())
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def error(self, session, fragment, code, retryable):
        error = {"error_id": "e1", "stream_id": None, "fragment_id": fragment, "code": code, "message": "refused"}
        await self.say(session, "error", dict(error, severity="error", retryable=retryable, metadata=None))

    async def fragment_ack(self, session, given):
        if self.fields("fragment:ack", given, fragment_id=str, status=str, timestamp=int):
            self.must(given["status"] in ("applied", "received"), "fragment:ack: status")
            session.in_flight.discard(given["fragment_id"])

    async def stream_pause(self, session, given):
        self.fields("stream:pause", given, stream_id=str, reason_q=str)
        self.must(not session.paused, "stream:pause: twice")
        session.paused = True

    async def stream_resume(self, session, given):
        self.fields("stream:resume", given, stream_id=str)
        self.must(session.paused, "stream:resume: without pause")
        session.paused = False

    async def stream_end(self, session, given):
        self.fields("stream:end", given, stream_id=str, reason_q=str)
        session.ended = True
        if self.mode["complete"]:
            await self.say(session, "stream:complete", {
                "stream_id": given.get("stream_id"), "total_fragments": session.next_number,
                "total_duration_ms": None, "statistics": session.counts})

    async def say(self, session, event, payload):
        await self.io.emit(event, payload, to=session.sid)

    async def http_log(self, request):
        return web.json_response(self.log)

    async def http_mode(self, request):
        self.mode = {**MODE, **await request.json()}
        return web.json_response(self.mode)

    async def http_emit(self, request):
        given = await request.json()
        await self.io.emit(given["event"], given.get("payload"), to=self.newest)
        return web.json_response({})

    async def http_disconnect(self, request):
        if (await request.json()).get("how") == "abort":
            self.sessions[self.newest].connection.abort()
        else:
            await self.io.disconnect(self.newest)
        return web.json_response({})

    async def http_reset(self, request):
        self.reset()
        return web.json_response({})


def shortened(value):
    """The audio by its length and hash: a log of megabytes helps nobody."""
    if isinstance(value, dict):
        return {k: digest(v) if k == "data_base64" and isinstance(v, str) else shortened(v) for k, v in value.items()}
    return value


def digest(text):
    return f"{len(text)} characters, sha256 {hashlib.sha256(text.encode()).hexdigest()}"


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--ping-interval", type=float, default=25)
    parser.add_argument("--ping-timeout", type=float, default=10)
    args = parser.parse_args()
    app = web.Application(client_max_size=16 * 1024 * 1024)
    service = Service(args.ping_interval, args.ping_timeout)
    service.io.attach(app)
    app.add_routes([
        web.get("/log", service.http_log), web.post("/mode", service.http_mode), web.post("/emit", service.http_emit),
        web.post("/disconnect", service.http_disconnect), web.post("/reset", service.http_reset)])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", args.port)
    await site.start()
    print(site._server.sockets[0].getsockname()[1], flush=True)
    # Ends with whoever started it: then its input does.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main())
