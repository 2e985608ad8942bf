#!/usr/bin/env python3
"""A server on 127.0.0.1 that answers what a script says: what the examples of docs/rules talk to.

usage: scripted_server.py SCRIPT [--port N] [--folder DIR]   plays a file until it is interrupted
       scripted_server.py --self-test

A script is one line an answer, and the first line that fits a request answers it:

  METHOD PATH [with NAME | without NAME] ANSWER

  GET /api/admin/version  with Authorization  200 "3.9.1"
  GET /api/admin/version  401 {"exception_message":"Unauthorized"}
  WS /api/events/out      101 auth 1008 Invalid token

METHOD  GET, POST and the like; WS, a WebSocket handshake; CONNECT, which a proxy is asked for, with
        HOST:PORT as its path; `*`, any of them. A handshake that no line WS takes is answered as the
        GET that it is. `?` is what is no HTTP: TLS to a port that is not encrypted.
PATH    without its query; `*` in it stands for any text. What a proxy is asked for is its path.
with    only a request that has the header NAME, or that has it not. One such condition a line.
ANSWER  STATUS [NAME: VALUE]... BODY   a whole answer. The body is the rest of the line, and may be
                                       missing; what it begins with says what it is: HTML, JSON, text.
                                       `{path}` in a header is the path that was asked for
        101 STEP...                    a WebSocket is opened (the subprotocol `prefect` with it, where
                                       it is offered), and then the steps are gone through:
                                         auth          waits for a message
                                         auth_success  says that it is accepted
                                         CODE REASON   closes; the reason is the rest of the line
                                         cut           closes TCP, and says nothing
                                         garbage       sends what is no frame
                                       After the last one it stays open, and says nothing.
        200 to a CONNECT               what comes then over the connection is answered by the script
        reset                          cuts the connection off: ECONNRESET at the other end
        silence                        says nothing, for good
        garbage TEXT                   the text, which is no HTTP

The first line can be `TLS KIND`; the server speaks TLS then, with a certificate for 127.0.0.1 that is
signed by the authority of authority.pem, a file in DIR:

  good            as it should be
  expired         it was, and has expired
  other-host      for prefect.example.org, not for this host
  self-signed     signed by itself, and not by the authority
  client-wanted   good, and a client without a certificate is refused
  old             TLS 1.1 at most

Certificates are made by the program openssl, anew in each run: none is kept in the tree.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import fnmatch
import hashlib
import http.client
import json
import random
import re
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import warnings
from dataclasses import dataclass, field
from pathlib import Path

KINDS = ("good", "expired", "other-host", "self-signed", "client-wanted", "old")
LINE = re.compile(r"(?P<method>[A-Z]+|[*?])\s+(?P<path>\S+)\s+(?:(?P<has>with|without)\s+(?P<name>[\w-]+)\s+)?(?P<answer>\S.*)")
HEADER = re.compile(r"\[(?P<name>[\w-]+): (?P<value>[^\]]*)\]\s*")
PATIENCE = 20  # seconds that one read waits; no test takes so long
WHOLE_REQUEST = 1 << 20
HANDSHAKE_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
TEXT, CLOSE = 1, 8
UNKNOWN = "500 this is not in the script"


class ScriptError(ValueError):
    """What stands in a script and is no line of one."""


@dataclass
class Line:
    """One line of a script, and how often it answered."""

    text: str
    method: str
    path: str
    has: "bool | None"  # whether the header must be there
    name: str
    answer: str
    used: int = 0

    def fits(self, method: str, path: str, headers: dict) -> bool:
        if self.method not in ("*", method) or not fnmatch.fnmatchcase(path, self.path.replace("[", "[[]")):
            return False
        return self.has is None or (self.name.lower() in headers) == self.has


@dataclass
class Script:
    tls: "str | None" = None
    lines: list = field(default_factory=list)

    @staticmethod
    def parse(text: str) -> "Script":
        script = Script()
        for number, line in enumerate(text.splitlines(), start=1):
            line = line.strip()
            if not line:
                continue
            if line.startswith("TLS "):
                kind = line.removeprefix("TLS ").strip()
                if kind not in KINDS or script.tls or script.lines:
                    raise ScriptError(f"line {number}: TLS stands first, and with one of {', '.join(KINDS)}")
                script.tls = kind
                continue
            match = LINE.fullmatch(line)
            if not match:
                raise ScriptError(f"line {number} is no answer: {line}")
            has = None if match["has"] is None else match["has"] == "with"
            script.lines.append(Line(line, match["method"], match["path"], has, match["name"] or "", match["answer"]))
            check_answer(script.lines[-1], number)
        return script

    def find(self, method: str, path: str, headers: dict) -> "Line | None":
        return next((line for line in self.lines if line.fits(method, path, headers)), None)


def check_answer(line: Line, number: int) -> None:
    word = line.answer.split()[0]
    if word in ("reset", "silence", "garbage"):
        return
    if not re.fullmatch(r"[1-5]\d\d", word):
        raise ScriptError(f"line {number}: `{word}` is no answer")
    if word == "101":
        for step, _ in steps_of(line.answer):
            if step not in ("auth", "auth_success", "cut", "garbage") and not re.fullmatch(r"\d{4}", step):
                raise ScriptError(f"line {number}: `{step}` is no step")


def steps_of(answer: str):
    """The steps behind `101`, each with what follows it on the line."""
    rest = answer.split(maxsplit=1)[1:]
    while rest:
        step, *rest = rest[0].split(maxsplit=1)
        yield step, "".join(rest)
        if step.isdigit():
            return


class Gone(Exception):
    """The other end has closed, or says no more."""


class Connection:
    """One connection, from its first byte to its end."""

    def __init__(self, server: "ScriptedServer", peer: socket.socket):
        self.server = server
        self.peer = peer
        self.buffer = b""

    def receive(self, until) -> bytes:
        """Reads until `until(buffer)` is a length, and takes that many bytes."""
        while (length := until(self.buffer)) is None:
            data = self.peer.recv(65536)
            if not data or len(self.buffer) > WHOLE_REQUEST:
                raise Gone
            self.buffer += data
        taken, self.buffer = self.buffer[:length], self.buffer[length:]
        return taken

    def receive_exactly(self, count: int, keep: bool = False) -> bytes:
        taken = self.receive(lambda buffer: count if len(buffer) >= count else None)
        self.buffer = taken + self.buffer if keep else self.buffer
        return taken

    def run(self) -> None:
        while self.answer_one():
            pass

    def answer_one(self) -> bool:
        """Answers one request; whether another one may follow."""
        if not self.receive_exactly(1, keep=True).isalpha():
            line = self.server.take(False, "?", "*", {})
            self.send_answer(line.answer if line else UNKNOWN)
            return False
        end = b"\r\n\r\n"
        head = self.receive(lambda buffer: buffer.find(end) + len(end) if end in buffer else None).decode("latin-1")
        first, *rest = head.rstrip("\r\n").split("\r\n")
        method, target, *_ = first.split(" ")
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
        with contextlib.suppress(ValueError):
            self.receive_exactly(int(headers.get("content-length", "0")))
        path = target if method == "CONNECT" else re.sub(r"^https?://[^/]+", "", target).partition("?")[0]
        is_handshake = headers.get("upgrade", "").lower() == "websocket" and "upgrade" in headers.get("connection", "").lower()
        line = self.server.take(is_handshake, method, path, headers)
        if line is None:
            self.send_answer(UNKNOWN)
            return False
        word, _, text = line.answer.partition(" ")
        if word == "reset":
            self.peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif word == "silence":
            self.receive(lambda _: None)
        elif word == "garbage":
            self.peer.sendall(text.encode() + b"\r\n")
        elif word == "101":
            self.open_websocket(headers)
            self.go_through(line.answer)
        else:
            self.send_answer(line.answer, path)
            return method == "CONNECT" and word == "200"
        return False

    def send_answer(self, answer: str, path: str = "") -> None:
        status, _, rest = answer.partition(" ")
        rest = rest.strip()
        headers = []
        while match := HEADER.match(rest):
            headers.append(f"{match['name']}: {match['value'].replace('{path}', path)}")
            rest = rest[match.end() :]
        body = rest.encode()
        if body:
            is_json = rest[0] in '{["' or rest in ("true", "false", "null") or rest[0].isdigit()
            kind = "text/html" if rest[0] == "<" else "application/json" if is_json else "text/plain"
            headers.append(f"Content-Type: {kind}; charset=utf-8")
        head = f"HTTP/1.1 {status} {http.client.responses.get(int(status), '')}\r\n"
        is_tunnel = status == "200" and not rest and not headers
        # A tunnel has no body, and goes on.
        if not is_tunnel:
            headers += [f"Content-Length: {len(body)}", "Connection: close"]
        self.peer.sendall((head + "".join(f"{header}\r\n" for header in headers) + "\r\n").encode() + body)

    def open_websocket(self, headers: dict) -> None:
        accept = base64.b64encode(hashlib.sha1((headers.get("sec-websocket-key", "") + HANDSHAKE_GUID).encode()).digest())
        offered = [name.strip() for name in headers.get("sec-websocket-protocol", "").split(",")]
        echo = "Sec-WebSocket-Protocol: prefect\r\n" if "prefect" in offered else ""
        head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        self.peer.sendall(f"{head}Sec-WebSocket-Accept: {accept.decode()}\r\n{echo}\r\n".encode())

    def go_through(self, answer: str) -> None:
        for step, rest in steps_of(answer):
            if step == "auth":
                self.receive_message()
            elif step == "auth_success":
                self.send_frame(TEXT, json.dumps({"type": "auth_success"}).encode())
            elif step == "cut":
                return
            elif step == "garbage":
                self.peer.sendall(b"\xff\xffthis is no frame")
                return
            else:
                self.send_frame(CLOSE, struct.pack("!H", int(step)) + rest.encode())
        while True:
            self.receive_message()

    def send_frame(self, kind: int, payload: bytes) -> None:
        self.peer.sendall(bytes([0x80 | kind, len(payload)]) + payload)

    def receive_message(self) -> bytes:
        while True:
            kind, length = self.receive_exactly(2)
            kind, is_masked, length = kind & 0x0F, length & 0x80, length & 0x7F
            if length >= 126:
                size, form = (2, "!H") if length == 126 else (8, "!Q")
                length = struct.unpack(form, self.receive_exactly(size))[0]
            mask = self.receive_exactly(4 if is_masked else 0)
            payload = self.receive_exactly(length)
            if is_masked:
                payload = bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))
            if kind == CLOSE:
                with contextlib.suppress(OSError):
                    self.send_frame(CLOSE, payload[:2])
                raise Gone
            if kind == TEXT:
                return payload


class ScriptedServer:
    """Plays a script while it is used as a context; `port` is where."""

    def __init__(self, script: "Script | str", port: int = 0, folder: "Path | None" = None):
        self.script = script if isinstance(script, Script) else Script.parse(script)
        self.unmatched = []
        self.lock = threading.Lock()
        self.context = make_context(self.script.tls, folder) if self.script.tls else None
        self.listener = socket.create_server(("127.0.0.1", port))
        self.port = self.listener.getsockname()[1]

    def __enter__(self) -> "ScriptedServer":
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_) -> None:
        # Closing alone does not wake the thread that accepts.
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def accept(self) -> None:
        while True:
            try:
                peer, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(peer,), daemon=True).start()

    def serve(self, peer: socket.socket) -> None:
        peer.settimeout(PATIENCE)
        with contextlib.suppress(OSError, Gone, ValueError):
            if self.context:
                peer = self.context.wrap_socket(peer, server_side=True, do_handshake_on_connect=False)
                peer.do_handshake()
            Connection(self, peer).run()
        end(peer)

    def take(self, is_handshake: bool, method: str, path: str, headers: dict) -> "Line | None":
        """The line that answers; what none answers is kept."""
        with self.lock:
            line = self.script.find("WS", path, headers) if is_handshake else None
            line = line or self.script.find(method, path, headers)
            if line:
                line.used += 1
            else:
                self.unmatched.append(f"{'WS' if is_handshake else method} {path}")
            return line

    def problems(self) -> list:
        """What was asked for and is not in the script, and what is in it and nobody asked for."""
        with self.lock:
            asked = [f"the server was asked for what its script has not: {request}" for request in self.unmatched]
            return asked + [f"nobody asked the server for: {line.text}" for line in self.script.lines if not line.used]


def end(peer: socket.socket) -> None:
    """Closes; what was sent last arrives, though the other end's words may not have been read."""
    with contextlib.suppress(OSError, ValueError), peer:
        is_reset = peer.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8) != bytes(8)
        if is_reset:
            return
        peer.settimeout(1)
        socket.socket.shutdown(peer, socket.SHUT_WR)
        while socket.socket.recv(peer, 65536):
            pass


def openssl(folder: Path, *words: str) -> None:
    done = subprocess.run(["openssl", *words], cwd=folder, capture_output=True, text=True, check=False, timeout=60)
    if done.returncode != 0:
        raise RuntimeError(f"openssl {words[0]}: {done.stderr}")


AUTHORITY = """[ca]
default_ca = here
[here]
dir = .
database = index.txt
serial = serial
new_certs_dir = .
certificate = authority.pem
private_key = authority.key
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
"""


def make_certificate(kind: str, folder: Path) -> None:
    """authority.pem, and server.pem with server.key, of this kind."""
    new_key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    name, alternative = ("prefect.example.org", "DNS:prefect.example.org") if kind == "other-host" else ("localhost", "IP:127.0.0.1,DNS:localhost")
    openssl(folder, "req", "-x509", *new_key, "-keyout", "authority.key", "-out", "authority.pem", "-days", "2", "-subj", "/CN=Example authority")
    if kind == "self-signed":
        openssl(
            folder, "req", "-x509", *new_key, "-keyout", "server.key", "-out", "server.pem", "-days", "2", "-subj", f"/CN={name}",
            "-addext", f"subjectAltName={alternative}",
        )
        return
    openssl(folder, "req", "-new", *new_key, "-keyout", "server.key", "-out", "server.csr", "-subj", f"/CN={name}")
    (folder / "ca.cnf").write_text(AUTHORITY)
    (folder / "index.txt").write_text("")
    (folder / "serial").write_text("1000\n")
    (folder / "names.cnf").write_text(f"subjectAltName={alternative}\n")
    # `openssl x509` of these years cannot make a certificate of the past; `openssl ca` can.
    valid = ("-startdate", "20200101000000Z", "-enddate", "20210101000000Z") if kind == "expired" else ("-days", "2")
    openssl(folder, "ca", "-batch", "-config", "ca.cnf", "-in", "server.csr", "-out", "server.pem", "-notext", "-extfile", "names.cnf", *valid)


def make_context(kind: str, folder: "Path | None") -> ssl.SSLContext:
    with tempfile.TemporaryDirectory() as made:
        make_certificate(kind, Path(made))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(Path(made, "server.pem"), Path(made, "server.key"))
        authority = Path(made, "authority.pem").read_bytes()
        if kind == "client-wanted":
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(Path(made, "authority.pem"))
    if kind == "old":
        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
            context.maximum_version = ssl.TLSVersion.TLSv1_1
    if folder:
        (folder / "authority.pem").write_bytes(authority)
    return context


def free_port(like: int) -> int:
    """A port that nothing listens at, with as many digits as another: texts keep their width."""
    digits = len(str(like))
    for _ in range(1000):
        port = random.randrange(max(1024, 10 ** (digits - 1)), min(65536, 10**digits))
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise RuntimeError(f"no free port of {digits} digits")


# --- self-test ---------------------------------------------------------------------------------------

SELF_TEST = """
GET /api/admin/version  with Authorization  200 "3.9.1"
GET /api/admin/version  401 [WWW-Authenticate: Basic realm="gate"] {"exception_message":"Unauthorized"}
GET /old/*              301 [Location: https://127.0.0.1{path}]
? *                     400 no HTTP
GET /login              200 <html>log in</html>
POST /api/x             204
WS /api/events/in       without Sec-WebSocket-Protocol  403
WS /api/events/in       101 auth auth_success
WS /api/events/out      101 auth 1008 Invalid token
WS /api/logs/out        101 auth cut
WS /api/garbage         101 garbage
GET /api/events/lost    404 {"detail":"Not Found"}
GET /reset              reset
GET /garbage            garbage SSH-2.0-OpenSSH_9.2
CONNECT good:443        200
CONNECT *               403 denied
"""


CLOSING = b"\x88\x0f\x03\xf0Invalid token"


def exchange(port: int, request: "str | bytes", context: "ssl.SSLContext | None" = None) -> bytes:
    """All that comes back for one request."""
    answer = b""
    with contextlib.ExitStack() as stack:
        peer = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5))
        if context:
            peer = stack.enter_context(context.wrap_socket(peer, server_hostname="127.0.0.1"))
        peer.sendall(request.encode() if isinstance(request, str) else request)
        try:
            while data := peer.recv(4096):
                answer += data
                if CLOSING in answer:
                    break
        except ConnectionResetError:
            answer += b"RESET"
        except TimeoutError:
            answer += b"OPEN"
    return answer


def handshake(path: str, *headers: str) -> str:
    lines = ["Host: x", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", *headers]
    return f"GET {path} HTTP/1.1\r\n" + "".join(f"{line}\r\n" for line in lines) + "\r\n"


def self_test() -> int:
    failures = []

    def expect(what: str, answer: bytes, *parts: bytes) -> None:
        if missing := [part for part in parts if part not in answer]:
            failures.append(f"{what}: {missing} not in {answer!r}")

    token = b"\x81\x02{}"  # a message; this server does not insist on a mask
    with ScriptedServer(SELF_TEST) as server:
        get = lambda path, *headers: exchange(server.port, f"GET {path} HTTP/1.1\r\n" + "".join(f"{h}\r\n" for h in headers) + "\r\n")
        ws = lambda path, *headers: exchange(server.port, handshake(path, *headers).encode() + token)
        protocol = "Sec-WebSocket-Protocol: prefect"
        expect("with", get("/api/admin/version?x=1", "authorization: x"), b"200 OK", b'"3.9.1"', b"application/json")
        expect("without", get("/api/admin/version"), b"401 Unauthorized", b'WWW-Authenticate: Basic realm="gate"\r\n', b'"Unauthorized"}')
        expect("pattern", get("/old/thing"), b"301", b"Location: https://127.0.0.1/old/thing\r\n", b"Content-Length: 0")
        expect("html", get("/login"), b"text/html", b"log in")
        expect("proxy's form", get("http://other.example.com/login"), b"log in")
        expect("body", exchange(server.port, "POST /api/x HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}"), b"204")
        expect("no subprotocol", ws("/api/events/in"), b"403")
        expect("1008", ws("/api/events/out", protocol), b"101", protocol.encode(), CLOSING)
        expect("cut", ws("/api/logs/out", protocol), b"101")
        expect("no frame", ws("/api/garbage")[:200], b"\xff\xff")
        expect("a handshake as GET", ws("/api/events/lost"), b"404 Not Found")
        expect("reset", get("/reset"), b"RESET")
        expect("garbage", get("/garbage"), b"SSH-2.0-OpenSSH_9.2")
        expect("tunnel", exchange(server.port, "CONNECT good:443 HTTP/1.1\r\n\r\nGET /login HTTP/1.1\r\n\r\n"), b"200 OK\r\n\r\n", b"log in")
        expect("no tunnel", exchange(server.port, "CONNECT bad:443 HTTP/1.1\r\n\r\n"), b"403", b"denied")
        expect("no HTTP", exchange(server.port, b"\x16\x03\x01\x00"), b"400", b"no HTTP")
        expect("unknown", get("/nowhere"), b"500")
        wanted = ["the server was asked for what its script has not: GET /nowhere", "nobody asked the server for: WS /api/events/in       101 auth auth_success"]
        if server.problems() != wanted:
            failures.append(f"problems: {server.problems()}")
    for kind in KINDS:
        with tempfile.TemporaryDirectory() as folder, ScriptedServer(f"TLS {kind}\nGET / 200 true", folder=Path(folder)) as server:
            context = ssl.create_default_context(cafile=str(Path(folder, "authority.pem")))
            try:
                said = exchange(server.port, "GET / HTTP/1.1\r\n\r\n", context)
            except OSError as error:
                said = str(error).encode()
            expected = {
                "good": b"true", "expired": b"has expired", "other-host": b"mismatch", "self-signed": b"self-signed",
                "client-wanted": b"certificate required", "old": b"[ssl",
            }
            expect(f"TLS {kind}", said.lower(), expected[kind])
    for wrong in ("GET", "GET /", "GET / 700", "WS / 101 dance", "GET / 200\nTLS good", "TLS best"):
        try:
            Script.parse(wrong)
            failures.append(f"taken for a script: {wrong!r}")
        except ScriptError:
            pass
    print("\n".join(failures) or "every line of the script was played")
    return 1 if failures else 0


def main() -> int:
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("script", type=Path)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--folder", type=Path, default=Path())
    options = parser.parse_args()
    with ScriptedServer(options.script.read_text(encoding="utf-8"), options.port, options.folder) as server:
        print(f"http{'s' if server.script.tls else ''}://127.0.0.1:{server.port}", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
