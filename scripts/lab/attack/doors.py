"""Attacks over HTTP, on the doors of `serve`. Each gives (tried, refused, faults, note)."""

import asyncio
import json
import socket
import struct

from .client import raw

ROUTES = (("GET", "/v1/streams"), ("GET", "/v1/streams/healthy"), ("GET", "/v1/streams/events"), ("GET", "/v1/streams/healthy/captions.vtt"),
          ("PUT", "/v1/streams/intruder"), ("POST", "/v1/streams/intruder"), ("DELETE", "/v1/streams/healthy"),
          ("POST", "/v1/mediamtx/events/ready"), ("POST", "/v1/mediamtx/events/not-ready"))
HOOK = {"path": "live/intruder/in", "sourceType": "rtmpConn", "sourceId": "1"}
REFUSED = {400, 401, 403, 404, 405, 406, 411, 413, 414, 415, 417, 421, 426, 429, 431, 500, 501, 505}


def forms(path):
    """Other ways to write a path."""
    parts = path.strip("/").split("/")
    yield path
    for i in range(1, len(parts) + 1):
        head, tail = "/" + "/".join(parts[:i]), ("/" + "/".join(parts[i:])) if parts[i:] else ""
        yield from (f"{head};x{tail}", f"{head};a=b;c=d{tail}", f"{head};{tail}", f"{head}%3b{tail}", f"{head}%3Bx=1{tail}", f"{head}/{tail}" if tail else f"{head}/",
                    f"{head}/.{tail}", f"{head}/x/..{tail}", f"{head}/%2e{tail}", f"{head}/x/%2e%2e{tail}", f"{head}%2f{tail[1:]}", f"{head}%00{tail}",
                    f"{head}%20{tail}", f"{head}/;{tail}", f"{head}/;/..{head}{tail}"[:2000], f"{head}\\{tail[1:]}", f"{head}%5c{tail[1:]}")
    yield from ("/" + path, "//" + path, "/." + path, "/;" + path, "/x/.." + path, "/%2e" + path, "/q/.." + path, "/q/..;" + path, "/console/.." + path, "/..;" + path,
                path.upper(), path.replace("/v1", "/V1"), path.replace("v1", "%76%31"), path.replace("streams", "%73treams"), path.replace("s", "%73"),
                path + "?", path + "?x=/q/", path + "#/q", path + "%23", path + ".json", path + "%2ejson", path + "..;/", "http://127.0.0.1" + path,
                "http://evil.example" + path, "*" + path, path[1:])


async def bypass(doors, share=1):
    """Every route in every form, with its method and others, without the secret and with a wrong one."""
    tried, faults, statuses = 0, [], {}
    gate = asyncio.Semaphore(16)
    before = await doors.api("GET", "/v1/streams")

    async def one(method, target, headers):
        nonlocal tried
        async with gate:
            body = json.dumps(HOOK).encode() if method in ("POST", "PUT") else b""
            status, answer = await doors.ask(method, target, {**headers, **({"Content-Type": "application/json"} if body else {})}, body)
            tried += 1
            statuses[status] = statuses.get(status, 0) + 1
            if reached(status, answer):
                faults.append(f"{method} {target} answered {status}: {answer[:60]!r}")
    tasks, n = [], 0
    for method, path in ROUTES:
        for target in dict.fromkeys(forms(path)):
            for how in (method, *({"GET": ("HEAD", "OPTIONS"), "POST": ("TRACE",)}.get(method, ("PATCH",)))):
                for headers in ({}, {"Authorization": "Bearer wrong"}, {"X-Original-URL": path, "X-Rewrite-URL": path, "X-HTTP-Method-Override": "GET"}):
                    n += 1
                    if n % share == 0:
                        tasks.append(one(how, target, headers))
    await asyncio.gather(*tasks)
    after = await doors.api("GET", "/v1/streams")
    ids = lambda answer: {s.get("stream_id", s.get("id")) for s in answer[1].get("streams", [])}
    if "intruder" in ids(after) or "healthy" in ids(before) and "healthy" not in ids(after):
        faults.append(f"the streams were changed: {ids(before)} became {ids(after)}")
    return tried, tried - len(faults), faults, "statuses " + " ".join(f"{k}:{v}" for k, v in sorted(statuses.items()))


def reached(status, answer):
    """Whether the resource itself answered. Pages that are open to all are no fault: they are HTML and say nothing of streams."""
    if status in (422, 409, 503) or status == 400 and b"sourceType" in answer:
        return True
    return 200 <= status < 400 and (b"stream" in answer and b"<html" not in answer.lower() and b"openapi" not in answer or b"WEBVTT" in answer
                                    or b"worker_started" in answer or b"event-stream" in answer)


async def foreign_pages(doors):
    """What a page elsewhere can make a browser send to a worker without a secret."""
    port, faults, tried = doors.open_port, [], 0
    hook = json.dumps(HOOK).encode()
    simple = [{"Content-Type": t} for t in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain; application/json", "")] + [{}]
    for host in ("127.0.0.1", f"localhost:{port}"):
        for headers in simple:
            for method, path in (("POST", "/v1/mediamtx/events/ready"), ("POST", "/v1/streams/intruder")):
                tried += 1
                status, answer = await doors.ask(method, path, {**headers, "Origin": "http://evil.example"}, hook, port=port, host=host)
                if status not in REFUSED:
                    faults.append(f"{method} {path} as {headers.get('Content-Type', 'nothing')} answered {status}")
    json_type = {"Content-Type": "application/json"}
    for host in ("evil.example", "evil.example:80", f"127.0.0.1.evil.example:{port}", "", "169.254.169.254", "[::ffff:1.2.3.4]", "localhost.evil.example", "127.0.0.1, evil.example"):
        for method, path in (("GET", "/v1/streams"), ("PUT", "/v1/streams/intruder"), ("POST", "/v1/mediamtx/events/ready"), ("DELETE", "/v1/streams/intruder")):
            tried += 1
            status, answer = await doors.ask(method, path, json_type if method != "GET" else {}, hook if method in ("POST", "PUT") else b"", port=port, host=host)
            if status not in REFUSED:
                faults.append(f"{method} {path} for the host '{host}' answered {status}")
    status, answer = await doors.ask("GET", "/v1/streams", port=port, host=f"127.0.0.1:{port}")
    if status != 200:
        faults.append(f"its own host is answered {status}")
    if b"intruder" in answer:
        faults.append("a page elsewhere started a stream")
    return tried, tried - len(faults), faults, ""


async def bodies(doors, heavy=True):
    """Bodies that are large, deep, wrong or never end; with the secret, so that they are read."""
    path, faults = "/v1/mediamtx/events/ready", []
    auth = {**doors.bearer, "Content-Type": "application/json"}
    size = 100_000_000 if heavy else 5_000_000
    chunked = {**auth, "Transfer-Encoding": "chunked"}
    cases = [
        ("a large body", auth, b'{"path":"' + b"x" * size),
        ("nested arrays", auth, b"[" * 60_000),
        ("nested objects", auth, b'{"a":' * 10_000 + b"1" + b"}" * 10_000),
        ("a long number", auth, b'{"path":' + b"9" * 60_000 + b"}"),
        ("a long exponent", auth, b'{"path":1e999999999}'),
        ("wrong types", auth, b'{"path":["live/x/in"],"sourceType":{},"sourceId":7}'),
        ("path of others", auth, b'{"path":"live/../../etc/in","sourceType":"a","sourceId":"b"}'),
        ("null bytes", auth, b'{"path":"live/a\\u0000/in","sourceType":"a","sourceId":"b"}'),
        ("not UTF-8", auth, b'{"path":"live/\xff\xfe/in"}'),
        ("a length that lies", {**auth, "Content-Length": "999999999999999999"}, b"{}"),
        ("a negative length", {**auth, "Content-Length": "-5"}, b"{}"),
        ("two lengths", {**auth, "Content-Length": "2\r\nContent-Length: 20"}, b"{}"),
        ("length and chunks", {**chunked, "Content-Length": "2"}, b"5\r\n{}{}{\r\n0\r\n\r\n"),
        ("a bad chunk", {**chunked, "Content-Length": "0"}, b"zzzz\r\n{}"),
        ("a chunk of 2^60", {**chunked, "Content-Length": "0"}, b"1000000000000000\r\n{}"),
    ]
    answers = await asyncio.gather(*(doors.ask("POST", path, headers, body) for _, headers, body in cases))
    for (what, _, _), (status, answer) in zip(cases, answers):
        if status not in REFUSED | {422, 0, -1} or status == 500:
            faults.append(f"{what} answered {status}: {answer[:60]!r}")
    return len(cases), len(cases) - len(faults), faults, " ".join(str(status) for status, _ in answers)


async def heads(doors):
    """Request lines and headers that are large, many or wrong, on both ports."""
    faults = []
    ok = b"Host: 127.0.0.1\r\nConnection: close\r\n"
    requests = [
        b"GET /" + b"a" * 1_000_000 + b" HTTP/1.1\r\n" + ok + b"\r\n",
        b"GET /v1/streams?" + b"a" * 100_000 + b" HTTP/1.1\r\n" + ok + b"\r\n",
        b"GET /v1/streams HTTP/1.1\r\n" + ok + b"X: " + b"a" * 1_000_000 + b"\r\n\r\n",
        b"GET /v1/streams HTTP/1.1\r\n" + ok + b"".join(b"X%d: y\r\n" % n for n in range(50_000)) + b"\r\n",
        b"GET /v1/streams HTTP/9.9\r\n" + ok + b"\r\n",
        b"GET /v1/streams HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n",
        b"GET /v1/streams\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500),
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(9),
        b"GET /v1/streams HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n",
        b"CONNECT evil.example:80 HTTP/1.1\r\n" + ok + b"\r\n",
        b"\x00" * 10_000,
        b"GET /v1/streams HTTP/1.1\r\n" + ok + b"X : y\r\n z\r\n\r\n",
    ]
    tries = [(port, data) for port in (doors.port, doors.metrics_port) for data in requests]
    # Side by side: some are answered by nothing but the end of a time limit.
    seen = [status for status, _ in await asyncio.gather(*(raw(port, data, 4.0) for port, data in tries))]
    for (port, data), status in zip(tries, seen):
        if status == 101 or 200 <= status < 300 and port == doors.port or status == 500:
            faults.append(f"{data[:50]!r} on port {'of metrics' if port == doors.metrics_port else 'of the API'} answered {status}")
    return len(tries), len(tries) - len(faults), faults, " ".join(map(str, seen))


async def listeners(doors, count=150):
    """Live updates are asked for and the connections reset; then an honest listener comes."""
    request = f"GET /v1/streams/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {doors.secret}\r\nAccept: text/event-stream\r\n\r\n".encode()
    got = 0
    for _ in range(count // 10):
        group = []
        for _ in range(10):
            s = await connected(doors.port)
            if s:
                s.send(request)
                group.append(s)
        await asyncio.sleep(0.1)
        for s in group:
            got += 1
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            s.close()
    faults, begin, status = [], asyncio.get_running_loop().time(), 0
    while asyncio.get_running_loop().time() - begin < 12:
        status, _ = await raw(doors.port, request, 3.0)
        if status == 200:
            break
        await asyncio.sleep(0.5)
    waited = asyncio.get_running_loop().time() - begin
    if status != 200:
        faults.append(f"an honest listener is answered {status} for {waited:.0f} s after")
    return got, got, faults, f"an honest listener had a place after {waited:.1f} s"


async def connected(port):
    s = socket.socket()
    s.setblocking(False)
    try:
        await asyncio.wait_for(asyncio.get_running_loop().sock_connect(s, ("127.0.0.1", port)), 2)
        return s
    except (OSError, TimeoutError, asyncio.TimeoutError):
        s.close()
        return None


async def slow_connections(doors, count=2000, seconds=40):
    """Connections that say a byte now and then, on both ports. Others must be answered meanwhile, and the places must come back."""
    held, faults = [], []
    for n in range(count):
        s = await connected(doors.port if n % 4 else doors.metrics_port)
        if s:
            held.append(s)
        if n % 100 == 99:
            await asyncio.sleep(0)
    opened, loop = len(held), asyncio.get_running_loop()
    end, worst, failed, text, sent = loop.time() + seconds, 0.0, 0, b"GET /v1/streams HTTP/1.1\r\nX-Slow: " + b"a" * 1000, 0
    while loop.time() < end:
        for s in list(held):
            try:
                s.send(text[sent:sent + 1])
                # An end that has come is only seen by reading.
                if s.recv(4096) == b"":
                    raise ConnectionError
            except BlockingIOError:
                continue
            except OSError:
                held.remove(s)
                s.close()
        sent += 1
        begin = loop.time()
        status, _ = await doors.ask("GET", "/v1/streams", doors.bearer, limit_s=5)
        worst = max(worst, loop.time() - begin)
        failed += status != 200
        await asyncio.sleep(2)
    left = len(held)
    for s in held:
        s.close()
    if failed > 2:
        faults.append(f"{failed} honest requests were not answered")
    if seconds >= 40 and left > opened // 10:
        faults.append(f"{left} of {opened} slow connections are held after {seconds} s")
    return count, count - left, faults, f"{opened} opened, {left} left after {seconds} s; honest requests answered in {worst:.2f} s at most, {failed} not"


async def pipelined(doors, count=5000):
    """Thousands of requests on one connection whose answers nobody reads."""
    request = f"GET /v1/streams HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {doors.secret}\r\n\r\n".encode()
    s = await connected(doors.port)
    if not s:
        return count, 0, ["no connection"], ""
    try:
        await asyncio.wait_for(asyncio.get_running_loop().sock_sendall(s, request * count), 5)
    except (OSError, TimeoutError, asyncio.TimeoutError):
        pass  # It does not take more than it can answer: right.
    status, _ = await doors.ask("GET", "/v1/streams", doors.bearer)
    s.close()
    return count, count, [] if status == 200 else [f"an honest request is answered {status}"], ""
