"""An HTTP client that sends anything, right or wrong."""

import asyncio
import json


class Doors:
    """`serve` with a secret on `port` and, for what only a browser's page can do, one without on `open_port`."""

    def __init__(self, port, metrics_port, secret, open_port):
        self.port, self.metrics_port, self.secret, self.open_port = port, metrics_port, secret, open_port
        self.bearer = {"Authorization": f"Bearer {secret}"}

    async def ask(self, method, target, headers=None, body=b"", port=None, limit_s=6.0, host="127.0.0.1"):
        """(status, body): status 0 when the connection was closed without an answer, −1 when nothing came in time."""
        lines = {"Host": host, "Connection": "close", **({"Content-Length": str(len(body))} if body or method != "GET" else {}), **(headers or {})}
        head = f"{method} {target} HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in lines.items()) + "\r\n"
        return await raw(port or self.port, head.encode("latin1") + body, limit_s)

    async def api(self, method, path, body=b"{}"):
        headers = {**self.bearer, **({"Content-Type": "application/json"} if method != "GET" else {})}
        status, answer = await self.ask(method, path, headers, body if method != "GET" else b"", limit_s=10)
        try:
            return status, json.loads(answer) if answer else {}
        except ValueError:
            return status, {}


async def raw(port, data, limit_s=6.0, pieces=False):
    """Sends, and reads until the end, 64 KB or the limit."""
    answer, writer = b"", None
    try:
        reader, writer = await asyncio.wait_for(asyncio.open_connection("127.0.0.1", port), limit_s)
        end = asyncio.get_running_loop().time() + limit_s
        sending = asyncio.ensure_future(send(writer, data))
        try:
            while len(answer) < 65536:
                more = await asyncio.wait_for(reader.read(65536), max(0.01, end - asyncio.get_running_loop().time()))
                if not more:
                    break
                answer += more
                if b"text/event-stream" in answer:
                    break
        except (TimeoutError, asyncio.TimeoutError):
            return (status_of(answer) or -1), body_of(answer)
        finally:
            sending.cancel()
    except (ConnectionError, OSError, TimeoutError, asyncio.TimeoutError):
        pass
    finally:
        if writer:
            writer.close()
    return status_of(answer), body_of(answer)


async def send(writer, data):
    try:
        for piece in data if not isinstance(data, bytes) else (data,):
            writer.write(piece)
            await writer.drain()
    except (ConnectionError, RuntimeError):
        pass  # Refused while we send: the answer says so, if there is one.


def status_of(answer):
    parts = answer.split(b" ", 2)
    return int(parts[1]) if answer.startswith(b"HTTP/1.") and len(parts) > 1 and parts[1][:3].isdigit() else 0


def body_of(answer):
    return answer.partition(b"\r\n\r\n")[2]
