"""Servers that do harm, or none at all: each mode is one way to answer badly. Judges nothing.

Modes without ``ws-`` answer every request so. Modes with ``ws-`` answer HTTP as a Prefect server of
VERSION without auth does, and only the WebSocket badly.
"""

from __future__ import annotations

import asyncio
import base64
import functools
import gzip
import hashlib
import json

from listeners import Listener, cut

VERSION = "3.8.8"
FOREVER = 600.0
A_LOT = b"x" * 65536


def answer(status: str, body: bytes, *more: str, kind: str = "application/json") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", "Connection: close", *more]
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body


def frame(opcode: int, payload: bytes, final: bool = True) -> bytes:
    size = len(payload)
    length = bytes([size]) if size < 126 else b"\x7e" + size.to_bytes(2, "big")
    return bytes([128 * final | opcode]) + length + payload


@functools.cache
def bomb() -> bytes:
    """64 MiB, packed."""
    return gzip.compress(b'"' + bytes(64 * 1024 * 1024))


class Request:
    def __init__(self, head: bytes):
        lines = head.decode("utf-8", "surrogateescape").split("\r\n")
        self.method, self.target = lines[0].split(" ")[:2]
        self.headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}

    @property
    def websocket(self) -> bool:
        return "websocket" in self.headers.get("upgrade", "").lower()

    def credentials(self) -> str:
        """What was sent to authenticate, as sent and in the clear, to be said back."""
        value = self.headers.get("authorization", "")
        try:
            clear = base64.b64decode(value.split(" ", 1)[1]).decode("utf-8", "surrogateescape")
        except (IndexError, ValueError):
            clear = ""
        return f"{value} {clear}".strip()


class Hostile(Listener):
    def __init__(self, mode: str):
        super().__init__()
        self.mode = mode
        #: The heads that arrived: what these servers count themselves.
        self.lines: list[str] = []
        if mode == "bomb":
            # Packing takes longer than the client may wait.
            bomb()

    def heads(self) -> list[str]:
        return list(self.lines)

    async def serve(self, reader, writer) -> None:
        if self.mode == "reset":
            cut(writer)
            return
        if self.mode == "garbage-first":
            writer.write(b"SSH-2.0-OpenSSH_9.2p1\r\n")
        if self.mode.startswith("tls-"):
            await reader.readexactly(3)
            await getattr(self, "_" + self.mode.replace("-", "_"))(writer)
            return
        head = await reader.readuntil(b"\r\n\r\n")
        request = Request(head[:-4])
        self.lines.append(head.split(b"\r\n", 1)[0].decode("latin-1"))
        if not self.mode.startswith("ws-"):
            await getattr(self, "_" + self.mode.replace("-", "_"))(request, writer)
        elif request.websocket:
            await getattr(self, "_" + self.mode.replace("-", "_"))(request, reader, writer)
        else:
            writer.write(self._as_prefect(request))
        await writer.drain()

    @staticmethod
    def _as_prefect(request: Request) -> bytes:
        path = request.target.split("?")[0]
        if path.endswith("/admin/version"):
            return answer("200 OK", json.dumps(VERSION).encode())
        if path.endswith("/health"):
            return answer("200 OK", b"true")
        if path == "/ui-settings":
            return answer("200 OK", b'{"api_url":"/api","csrf_enabled":false,"auth":null,"flags":[]}')
        if path.endswith("/csrf-token"):
            return answer("422 Unprocessable Entity", b'{"detail":"CSRF protection is disabled."}')
        return answer("200 OK", b"[]" if request.method == "POST" else b"{}")

    @staticmethod
    async def _for_ever(writer, piece: bytes, pause: float = 0.0) -> None:
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)

    # ---- TLS: after the first bytes of the client's handshake

    async def _tls_reset(self, writer) -> None:
        cut(writer)

    async def _tls_silent(self, _) -> None:
        await asyncio.sleep(FOREVER)

    async def _tls_close(self, _) -> None:
        pass

    # ---- HTTP

    async def _silent(self, _, __) -> None:
        await asyncio.sleep(FOREVER)

    async def _close(self, _, __) -> None:
        pass

    async def _reset_late(self, _, writer) -> None:
        cut(writer)

    async def _garbage(self, _, writer) -> None:
        writer.write(b"\x00\x01\x02 this is no HTTP\r\n\r\n")

    async def _garbage_first(self, _, writer) -> None:
        writer.write(b"Invalid SSH identification string.\r\n")

    async def _endless_body(self, _, writer) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n\"")
        await self._for_ever(writer, A_LOT)

    async def _endless_chunks(self, _, writer) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
        await self._for_ever(writer, b"10000\r\n" + A_LOT + b"\r\n")

    async def _endless_chunk_extension(self, _, writer) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7;a=\"")
        await self._for_ever(writer, A_LOT)

    async def _endless_trailers(self, _, writer) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7\r\n\"3.8.8\"\r\n0\r\n")
        await self._for_ever(writer, b"X-More: " + b"y" * 1000 + b"\r\n")

    async def _endless_announcements(self, _, writer) -> None:
        await self._for_ever(writer, b"HTTP/1.1 103 Early Hints\r\nX: y\r\n\r\n" * 20)

    async def _other_major(self, _, writer) -> None:
        writer.write(answer("200 OK", b'"2.20.3"'))

    async def _cut_version(self, _, writer) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n\"3.8.8\"")

    async def _bad_chunks(self, _, writer) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffffff\r\nx\r\n")

    async def _short_body(self, _, writer) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 4096\r\n\r\n\"3.8")

    async def _slow(self, _, writer) -> None:
        for byte in answer("200 OK", b'"3.8.8"' + b" " * 600):
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(1)

    async def _slow_body(self, _, writer) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 600\r\n\r\n")
        await self._for_ever(writer, b" ", 1.0)

    async def _endless_header(self, _, writer) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        await self._for_ever(writer, b"X-More: " + b"y" * 1000 + b"\r\n")

    async def _huge_header(self, _, writer) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nX-Huge: ")
        await self._for_ever(writer, A_LOT)

    async def _redirect_loop(self, request, writer) -> None:
        writer.write(answer("307 Temporary Redirect", b"", f"Location: {request.target}"))

    async def _redirect_long(self, request, writer) -> None:
        writer.write(answer("302 Found", b"", "Location: http://login.example.com/" + "z" * 200_000))

    async def _bomb(self, _, writer) -> None:
        writer.write(answer("200 OK", bomb(), "Content-Encoding: gzip"))

    async def _deep_json(self, _, writer) -> None:
        writer.write(answer("200 OK", b"[" * 500_000))

    async def _json_500(self, _, writer) -> None:
        """As a Prefect server that fails."""
        writer.write(answer("500 Internal Server Error", b'{"exception_message":"Internal Server Error"}'))

    async def _nul(self, _, writer) -> None:
        writer.write(b"HTTP/1.1 200 O\x00K\r\nX-\x00: \x00\r\nContent-Length: 7\r\n\r\n\"3.8.8\"")

    async def _escapes(self, _, writer) -> None:
        said = "\x1b[2J\x1b]0;title\x07 \u202e"
        body = json.dumps({"exception_message": said}).encode()
        writer.write(answer("401 \x1b[31mred", body, f"WWW-Authenticate: Basic realm=\"{said}\"", "Server: \x1b[5m"))

    # ---- the credential said back

    async def _echo_reason(self, request, writer) -> None:
        writer.write(answer(f"401 {request.credentials()}", json.dumps({"detail": request.credentials()}).encode()))

    async def _echo_title(self, request, writer) -> None:
        page = f"<html><head><title>{request.credentials()}</title></head><body>{request.credentials()}</body></html>"
        writer.write(answer("403 Forbidden", page.encode("utf-8", "surrogateescape"), kind="text/html"))

    async def _echo_realm(self, request, writer) -> None:
        realm = f"WWW-Authenticate: Basic realm=\"{request.credentials()}\""
        writer.write(answer("401 Unauthorized", b"<html></html>", realm, f"Server: {request.credentials()}", kind="text/html"))

    async def _echo_location(self, request, writer) -> None:
        there = f"Location: https://login.example.com/{request.credentials()}?token={request.credentials()}"
        writer.write(answer("302 Found", b"", there))

    async def _echo_version(self, request, writer) -> None:
        writer.write(answer("200 OK", json.dumps(request.credentials()).encode()))

    async def _echo_json(self, request, writer) -> None:
        writer.write(answer("500 Internal", json.dumps({"exception_message": request.credentials()}).encode()))

    # ---- WebSocket

    @staticmethod
    def _accept(request: Request, writer, *more: str) -> None:
        seed = request.headers.get("sec-websocket-key", "") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade", *more]
        lines.append("Sec-WebSocket-Accept: " + base64.b64encode(hashlib.sha1(seed.encode()).digest()).decode())
        if "sec-websocket-protocol" in request.headers:
            lines.append("Sec-WebSocket-Protocol: prefect")
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n")

    async def _ws_reset(self, _, __, writer) -> None:
        cut(writer)

    async def _ws_close(self, _, __, ___) -> None:
        pass

    async def _ws_silent(self, _, __, ___) -> None:
        await asyncio.sleep(FOREVER)

    async def _ws_silent_open(self, request, _, writer) -> None:
        self._accept(request, writer)
        await asyncio.sleep(FOREVER)

    async def _ws_cut_open(self, request, reader, writer) -> None:
        self._accept(request, writer)
        await reader.read(1)
        cut(writer)

    async def _ws_wrong_accept(self, request, _, writer) -> None:
        request.headers["sec-websocket-key"] = "another"
        self._accept(request, writer)
        writer.write(frame(1, b'{"type": "auth_success"}'))
        await asyncio.sleep(FOREVER)

    async def _ws_endless_header(self, _, __, writer) -> None:
        writer.write(b"HTTP/1.1 101 Switching Protocols\r\n")
        await self._for_ever(writer, b"X-More: " + b"y" * 1000 + b"\r\n")

    async def _ws_endless_chunk_extension(self, _, __, writer) -> None:
        writer.write(b"HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n7;a=\"")
        await self._for_ever(writer, A_LOT)

    async def _ws_endless_trailers(self, _, __, writer) -> None:
        writer.write(b"HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n")
        await self._for_ever(writer, b"X-More: " + b"y" * 1000 + b"\r\n")

    async def _ws_endless_refusal(self, _, __, writer) -> None:
        writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\n\r\n<html>")
        await self._for_ever(writer, A_LOT)

    async def _ws_refusal_left_open(self, _, __, writer) -> None:
        writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\n\r\n<html>")
        await asyncio.sleep(FOREVER)

    async def _ws_bad_frames(self, request, _, writer) -> None:
        self._accept(request, writer)
        # All bits are set: reserved ones, an operation that there is not, a length beyond all bounds.
        writer.write(b"\xff" * 64)
        await asyncio.sleep(FOREVER)

    async def _ws_masked(self, request, _, writer) -> None:
        self._accept(request, writer)
        writer.write(b"\x81\x98\0\0\0\0" + b'{"type": "auth_success"}')
        await asyncio.sleep(FOREVER)

    async def _ws_huge_frame(self, request, _, writer) -> None:
        self._accept(request, writer)
        writer.write(b"\x81\x7f" + (1 << 40).to_bytes(8, "big"))
        await self._for_ever(writer, A_LOT)

    async def _ws_endless_pings(self, request, _, writer) -> None:
        self._accept(request, writer)
        await self._for_ever(writer, frame(9, b"p" * 100) * 100)

    async def _ws_endless_pieces(self, request, _, writer) -> None:
        self._accept(request, writer)
        writer.write(frame(1, b"{", final=False))
        await self._for_ever(writer, frame(0, b" " * 60000, final=False))

    async def _ws_slow_frame(self, request, _, writer) -> None:
        self._accept(request, writer)
        for byte in frame(1, b'{"type": "auth_success"}' + b" " * 60):
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(1)

    async def _ws_not_utf8(self, request, _, writer) -> None:
        self._accept(request, writer)
        writer.write(frame(1, b'{"type": "\xff\xfe"}'))
        await asyncio.sleep(FOREVER)

    async def _ws_escapes(self, request, _, writer) -> None:
        self._accept(request, writer)
        writer.write(frame(8, (1008).to_bytes(2, "big") + "\x1b[2J\x07\u202e no".encode()))

    async def _ws_echo_close(self, request, reader, writer) -> None:
        """The token that came as the first message, and the header, as the reason of the close."""
        self._accept(request, writer)
        first = await reader.readexactly(2)
        size = first[1] & 127
        size = int.from_bytes(await reader.readexactly(2), "big") if size == 126 else size
        mask = await reader.readexactly(4)
        said = bytes(byte ^ mask[at % 4] for at, byte in enumerate(await reader.readexactly(size)))
        try:
            token = str(json.loads(said).get("token"))
        except (ValueError, AttributeError):
            token = ""
        reason = f"{token} {request.credentials()}".strip().encode("utf-8", "surrogateescape")[:120]
        writer.write(frame(8, (1008).to_bytes(2, "big") + reason.decode("utf-8", "ignore").encode()))

    async def _ws_echo_status(self, request, _, writer) -> None:
        said = request.credentials() or "none"
        writer.write(answer(f"403 {said}", json.dumps({"detail": said}).encode()))


MODES = tuple(
    name[1:].replace("_", "-")
    for name, value in vars(Hostile).items()
    if name.startswith("_") and not name.startswith("__") and asyncio.iscoroutinefunction(value)
) + ("reset",)
