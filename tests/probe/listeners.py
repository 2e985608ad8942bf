"""Listeners on loopback that run inside this process: a pass-through, a forward proxy, plain faults.

All of them live in one event loop in a thread of its own, and each is a context manager with a
``port``. Standard library only.
"""

from __future__ import annotations

import asyncio
import re
import socket
import struct
import threading

BOUND = 30.0
#: What is kept of one direction of one connection.
KEPT = 64 * 1024
HEAD = re.compile(rb"^[A-Z]{3,8} [^\r\n]{1,8192} HTTP/1\.[01]\r\n", re.MULTILINE)


class Loop:
    """One event loop for every listener of this process."""

    _only: "Loop | None" = None

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()

    @classmethod
    def get(cls) -> "Loop":
        cls._only = cls._only or cls()
        return cls._only

    def call(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(BOUND)


class Listener:
    """A TCP listener; ``serve`` says what happens to one connection."""

    def __init__(self):
        self.port = 0
        self._open: set[asyncio.Task] = set()

    def __enter__(self):
        self._loop = Loop.get()
        self._loop.call(self._listen())
        return self

    def __exit__(self, *_) -> None:
        self._loop.call(self._stop())

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._connection, "127.0.0.1", 0, backlog=128)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _stop(self) -> None:
        self._server.close()
        for task in set(self._open):
            task.cancel()

    async def _connection(self, reader, writer) -> None:
        task = asyncio.current_task()
        self._open.add(task)
        try:
            await self.serve(reader, writer)
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError, asyncio.CancelledError):
            pass
        finally:
            self._open.discard(task)
            writer.close()

    async def serve(self, reader, writer) -> None:
        raise NotImplementedError


def cut(writer) -> None:
    """Ends the connection with a reset instead of an end."""
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


class Exchange:
    """What went through one connection, each direction cut at KEPT."""

    def __init__(self):
        self.sent, self.answered = bytearray(), bytearray()

    def heads(self) -> list[str]:
        return [found.decode("latin-1").rstrip() for found in HEAD.findall(bytes(self.sent))]


async def pump(reader, writer, kept: bytearray) -> None:
    try:
        while some := await reader.read(65536):
            if len(kept) < KEPT:
                kept += some
            writer.write(some)
            await writer.drain()
        writer.write_eof()
    except OSError:
        cut(writer)


class Tap(Listener):
    """Hands every byte on to ``target`` and keeps what went by: the requests are counted here."""

    def __init__(self, target: int):
        super().__init__()
        self.target = target
        self.exchanges: list[Exchange] = []

    async def serve(self, reader, writer) -> None:
        exchange = Exchange()
        self.exchanges.append(exchange)
        try:
            there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            cut(writer)
            return
        try:
            await asyncio.gather(
                pump(reader, there_writer, exchange.sent), pump(there_reader, writer, exchange.answered)
            )
        finally:
            there_writer.close()

    def heads(self) -> list[str]:
        return [head for exchange in list(self.exchanges) for head in exchange.heads()]

    def sent(self) -> bytes:
        return b"".join(bytes(one.sent) for one in list(self.exchanges))


class Proxy(Listener):
    """A forward proxy: CONNECT and absolute-form. ``names`` maps host:port as asked to a port here.

    ``mode``: ``pass``; a status (``403``, ``502``) to refuse everything with; ``407``, which wants
    ``admin:TEST-proxy``; ``no-connect``, which takes plain requests and refuses CONNECT; ``cut``,
    which ends the connection once it has read the request.
    """

    WANTED = b"Basic YWRtaW46VEVTVC1wcm94eQ=="

    def __init__(self, mode: str = "pass", names: dict[str, int] | None = None):
        super().__init__()
        self.mode, self.names = mode, names or {}
        self.lines: list[str] = []

    async def serve(self, reader, writer) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        first = head.split(b"\r\n", 1)[0]
        self.lines.append(first.decode("latin-1"))
        method, target, _ = first.split(b" ", 2)
        refused = self._refusal(method, head)
        if refused == "cut":
            cut(writer)
            return
        if refused:
            body = b"<html><head><title>" + refused.encode() + b"</title></head></html>"
            wants = b"Proxy-Authenticate: Basic realm=\"proxy\"\r\n" if refused.startswith("407") else b""
            writer.write(
                b"HTTP/1.1 " + refused.encode() + b"\r\nContent-Type: text/html\r\n" + wants
                + b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body
            )
            await writer.drain()
            return
        place = target.decode("latin-1") if method == b"CONNECT" else target.decode("latin-1").split("/")[2]
        there = await self._open_there(place)
        if there is None:
            writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            await writer.drain()
            return
        there_reader, there_writer = there
        if method == b"CONNECT":
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            path = b"/" + target.split(b"/", 3)[3]
            there_writer.write(method + b" " + path + b" HTTP/1.1\r\nConnection: close\r\n" + self._for_server(head))
        await asyncio.gather(
            pump(reader, there_writer, bytearray(KEPT)), pump(there_reader, writer, bytearray(KEPT))
        )
        there_writer.close()

    def _refusal(self, method: bytes, head: bytes) -> str:
        if self.mode == "407":
            return "" if self.WANTED in head else "407 Proxy Authentication Required"
        if self.mode == "no-connect":
            return "405 Method Not Allowed" if method == b"CONNECT" else ""
        names = {"403": "403 Forbidden", "502": "502 Bad Gateway", "cut": "cut"}
        return names.get(self.mode, "")

    async def _open_there(self, place: str):
        host, _, port = place.rpartition(":")
        try:
            return await asyncio.open_connection("127.0.0.1", self.names.get(place) or int(port))
        except (OSError, ValueError):
            return None

    @staticmethod
    def _for_server(head: bytes) -> bytes:
        lines = head.split(b"\r\n")[1:]
        away = (b"proxy-", b"connection:")
        return b"\r\n".join(line for line in lines if not line.lower().startswith(away))


class Closed:
    """A port on which nothing listens, kept from everybody else."""

    def __enter__(self):
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        return self

    def __exit__(self, *_) -> None:
        self._socket.close()
