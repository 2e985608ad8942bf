"""A server on loopback that writes down what a client sends: HTTP, WebSocket, TLS, proxy requests.

It is not a Prefect server: it judges no credential and keeps no state. It answers plausibly enough
that real Prefect goes on to the next call. Raw streams, since what is measured is the spelling,
order and repetition of headers. Standard library only.

A request is a dict: ``transport`` (http, websocket, tunnel for a CONNECT, tls for a handshake that
did not end in a request), ``method``, ``url`` (whole, as sent), ``headers`` (those of KEPT, in
order), ``subprotocols``, ``first_message`` (the first text message if it carries authentication),
``first_is`` (auth, other, none) and, where they say something, ``proxy`` (absolute-form, tunnel)
with ``proxy_at``, and ``host`` (a Host header that is not where the connection went).
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import ssl
import threading

#: Every header is received; these, and X-..., can carry authentication. Prefect's own X-Prefect-...
#: say versions and which run or worker calls, nothing else.
KEPT = ("authorization", "proxy-authorization", "cookie", "prefect-csrf-token", "prefect-csrf-client")
BOUND = 30.0

FIXED_ID = "33333333-3333-4333-8333-333333333333"
FIXED_DAY = "2024-01-01T00:00:00+00:00"
WORK_POOL = {
    "id": FIXED_ID,
    "created": FIXED_DAY,
    "updated": FIXED_DAY,
    "name": "x",
    "description": None,
    "type": "process",
    "base_job_template": {"job_configuration": {}, "variables": {"type": "object", "properties": {}}},
    "is_paused": False,
    "concurrency_limit": None,
    "status": "READY",
    "storage_configuration": {},
    "default_queue_id": FIXED_ID,
}


def kept(name: str) -> bool:
    name = name.lower()
    return name in KEPT or (name.startswith("x-") and not name.startswith("x-prefect-"))


class Recorder:
    """Listens on two plain ports and, given a certificate, on a TLS port; runs in its own thread."""

    def __init__(self, certificate: str | None = None):
        self.requests: list[dict] = []
        #: How to answer: "" or one of the words of _redirected() and _answer().
        self.mode = ""
        self.version = "3.0.0"
        self._open: set[asyncio.Task] = set()
        self._failures: list[Exception] = []
        self._certificate = certificate
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.port, self.other_port, self.tls_port = self._call(self._listen())

    def _call(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(BOUND)

    async def _listen(self):
        self._servers = []
        self._tls = None
        if self._certificate:
            self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._tls.load_cert_chain(self._certificate)
        for _ in range(3 if self._tls else 2):
            self._servers.append(await asyncio.start_server(self._client, "127.0.0.1", 0))
        ports = [s.sockets[0].getsockname()[1] for s in self._servers]
        return (*ports, None)[:3]

    def start(self, mode: str = "") -> None:
        """Forgets what was recorded, and answers in this way from now on."""
        self.settle()
        self.mode = mode
        self.requests = []

    def settle(self, bound: float = 3.0) -> list[dict]:
        """What was recorded, once every connection has ended (the client has ended by then)."""

        async def ended():
            await asyncio.sleep(0.01)
            if self._open:
                await asyncio.wait(set(self._open), timeout=bound)
            for task in set(self._open):
                task.cancel()

        self._call(ended())
        if self._failures:
            raise RuntimeError("the recorder itself failed") from self._failures.pop()
        return self.requests

    def close(self) -> None:
        async def close():
            for server in self._servers:
                server.close()
            for task in set(self._open):
                task.cancel()

        self._call(close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(BOUND)

    # ---- one connection

    async def _client(self, reader, writer) -> None:
        task = asyncio.current_task()
        self._open.add(task)
        try:
            await self._requests(reader, writer)
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError, ssl.SSLError):
            pass
        except Exception as error:
            self._failures.append(error)
        finally:
            self._open.discard(task)
            writer.close()

    async def _requests(self, reader, writer) -> None:
        port = writer.get_extra_info("sockname")[1]
        secure = port == self.tls_port
        via = ""
        if secure:
            handshake = {"transport": "tls"}
            self.requests.append(handshake)
            await writer.start_tls(self._tls)
            self.requests.remove(handshake)
        while True:
            start = await reader.readexactly(1)
            if start == b"\x16":
                self.requests.append({"transport": "tls", "proxy": "tunnel"} if via else {"transport": "tls"})
                return
            head = start + await reader.readuntil(b"\r\n\r\n")
            request, headers = self._parse(head, port, secure, via)
            self.requests.append(request)
            if request["transport"] == "tunnel":
                via = request["url"]
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                continue
            await self._body(reader, headers)
            location = self._redirected(request)
            if location:
                await self._write(writer, 307, None, [("Location", location)])
                if request["transport"] == "websocket":
                    return
            elif request["transport"] == "websocket":
                await self._websocket(reader, writer, request, headers)
                return
            else:
                status, value, more = self._answer(request)
                await self._write(writer, status, value, more)

    def _parse(self, head: bytes, port: int, secure: bool, via: str):
        lines = head[:-4].decode("utf-8", "backslashreplace").split("\r\n")
        method, target = lines[0].split(" ", 1)
        target = target.rsplit(" ", 1)[0]
        headers = []
        for line in lines[1:]:
            name, _, value = line.partition(":")
            headers.append((name, value[1:] if value.startswith(" ") else value))
        lower = {name.lower(): value for name, value in headers}
        websocket = "websocket" in lower.get("upgrade", "").lower()
        request = {"transport": "websocket" if websocket else "http", "method": method}
        if method == "CONNECT":
            request["transport"], request["url"] = "tunnel", target
        elif target.startswith("/"):
            host = lower.get("host", "")
            here = via or f"127.0.0.1:{port}"
            if host and host.rsplit(":", 1)[-1] == here.rsplit(":", 1)[-1]:
                here = host
            elif host:
                request["host"] = host
            scheme = ("ws" if websocket else "http") + ("s" if secure else "")
            request["url"] = f"{scheme}://{here}{target}"
        else:
            request["url"], request["proxy"] = target, "absolute-form"
        if via:
            request["proxy"] = "tunnel"
        if "proxy" in request:
            request["proxy_at"] = f"127.0.0.1:{port}"
        request["headers"] = [[name, value] for name, value in headers if kept(name)]
        if "user-agent" in lower:
            request["user_agent"] = lower["user-agent"]
        if websocket:
            offered = [value for name, value in headers if name.lower() == "sec-websocket-protocol"]
            request["subprotocols"] = [one.strip() for value in offered for one in value.split(",")]
            request["first_message"], request["first_is"] = None, "none"
        return request, lower

    @staticmethod
    async def _body(reader, headers: dict) -> None:
        if "chunked" in headers.get("transfer-encoding", ""):
            while True:
                size = int((await reader.readuntil(b"\r\n")).split(b";")[0], 16)
                await reader.readexactly(size + 2)
                if size == 0:
                    return
        await reader.readexactly(int(headers.get("content-length", 0)))

    @staticmethod
    async def _write(writer, status: int, value, more=()) -> None:
        # Bytes are a body as it is, where Prefect does not want JSON.
        body = value if isinstance(value, bytes) else b"" if value is None else json.dumps(value).encode()
        lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", "Content-Type: application/json"]
        if status == 204:
            del lines[1:]
        lines += [f"{name}: {text}" for name, text in more]
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        await writer.drain()

    def _redirected(self, request) -> str | None:
        """Mode ``redirect SCHEME WHERE``: once, to the same path below /moved."""
        if not self.mode.startswith("redirect "):
            return None
        _, scheme, where = self.mode.split()
        path = "/" + request["url"].split("://", 1)[1].partition("/")[2]
        if path.startswith("/moved"):
            return None
        to = {
            "same": f"127.0.0.1:{self.port}",
            "other-port": f"127.0.0.1:{self.other_port}",
            "other-host": f"localhost:{self.port}",
        }[where]
        return f"{scheme}://{to}/moved{path}"

    def _answer(self, request):
        # A query in the API URL comes before the path.
        method, path = request["method"], request["url"].split("?client=")[0].rstrip("/")
        if path.endswith("/csrf-token"):
            if self.mode != "csrf":
                return 422, {"detail": "CSRF protection is disabled."}, ()
            client = request["url"].rsplit("=", 1)[-1]
            token = {"token": "TEST-csrf", "client": client, "expiration": "2099-01-01T00:00:00+00:00"}
            return 200, {"id": FIXED_ID, "created": FIXED_DAY, "updated": FIXED_DAY, **token}, ()
        if path.endswith("/admin/version"):
            return 200, self.version, ()
        if path.endswith("/hello"):
            return 200, "hello", ()
        if path.endswith("/health"):
            return 200, True, ()
        if path.endswith(("/workspaces", "/filter", "/get_scheduled_flow_runs")):
            return 200, [], ()
        if path.endswith(("/work_pools/x", "/work_pools")):
            return 200, WORK_POOL, ()
        if path.endswith("/heartbeat"):
            return 200, FIXED_ID.encode(), ()
        if path.endswith("/logs"):
            return 201, None, ()
        return 200, {} if method == "GET" else [], ()

    # ---- WebSocket

    async def _websocket(self, reader, writer, request, headers: dict) -> None:
        accept = hashlib.sha1(headers["sec-websocket-key"].encode() + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
        lines = [
            "HTTP/1.1 101 Switching Protocols",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Accept: " + base64.b64encode(accept.digest()).decode(),
        ]
        if "prefect" in request["subprotocols"]:
            lines.append("Sec-WebSocket-Protocol: prefect")
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n")
        while True:
            opcode, payload = await self._frame(reader)
            if opcode == 9:
                self._send(writer, 10, payload)
            elif opcode == 8:
                self._send(writer, 8, payload[:2])
                await writer.drain()
                return
            elif opcode in (1, 2):
                self._message(writer, request, payload)

    @staticmethod
    async def _frame(reader):
        first, second = await reader.readexactly(2)
        size = second & 127
        if size >= 126:
            size = int.from_bytes(await reader.readexactly(2 if size == 126 else 8), "big")
        mask = await reader.readexactly(4) if second & 128 else b"\0\0\0\0"
        payload = await reader.readexactly(size)
        return first & 15, bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))

    @staticmethod
    def _send(writer, opcode: int, payload: bytes) -> None:
        size = len(payload)
        length = bytes([size]) if size < 126 else b"\x7e" + size.to_bytes(2, "big")
        writer.write(bytes([128 | opcode]) + length + payload)

    def _message(self, writer, request, payload: bytes) -> None:
        try:
            message = json.loads(payload)
        except ValueError:
            message = None
        kind = message.get("type") if isinstance(message, dict) else None
        if request["first_is"] == "none":
            request["first_is"] = "auth" if kind == "auth" else "other"
            if kind == "auth":
                request["first_message"] = message
        answer = None
        if kind == "auth":
            answer = {"type": "auth_success"}
        elif kind == "worker.hello.v1":
            answer = self._ready(message)
        if answer:
            self._send(writer, 1, json.dumps(answer).encode())

    @staticmethod
    def _ready(hello: dict) -> dict:
        wanted = hello["payload"]
        snapshot = {"snapshot_sequence": 1, "reason": "initial", "work_pool": WORK_POOL}
        payload = {
            "consumer_id": wanted["consumer_id"],
            "worker_id": FIXED_ID,
            "selected_channel_version": wanted["supported_channel_versions"][0],
            "effective_heartbeat_interval_seconds": wanted["heartbeat_interval_seconds"],
            "accepted_capabilities": ["worker_heartbeat.v1", "work_pool_snapshot.v1"],
            "initial_snapshot": snapshot,
        }
        return {"type": "worker.ready.v1", "id": FIXED_ID, "sent_at": FIXED_DAY, "payload": payload}
