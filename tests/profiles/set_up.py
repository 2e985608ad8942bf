#!/usr/bin/env python3
"""Sets up profiles for Prefect Cloud and for a server of one's own: `profile create` with --cloud and --url.

usage: set_up.py --program PATH/TO/prefect-config [--prefects FOLDER [--versions V ...]]

A server on loopback answers as Prefect Cloud and as a Prefect server do, and as hostile ones might. Each case
has a home of its own: what is printed, what is written and what is asked must be what is meant, and no secret
may be in any output. With --prefects nothing of this, but real `prefect cloud login -k KEY -w WORKSPACE`
against the same server: what it writes and what we write must hold the same settings. FOLDER has environments
of Prefect (tests/conformance/prepare). Prints "N passed, N failed".
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import shutil
import socketserver
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
from pathlib import Path

KEY = "pnu_TEST-of-the-set-up-0001"
AUTH = "admin:TEST-password"
ACCOUNT, OTHER = "0b1c0000-0000-4000-8000-00000000000a", "0b1c0000-0000-4000-8000-00000000000b"
PROD, DEV = "9f3e0000-0000-4000-8000-0000000000c1", "9f3e0000-0000-4000-8000-0000000000c2"
BEFORE = '# ours\nactive = "a"   # for now\n\n[profiles.a]\nPREFECT_API_URL = \'http://a.example.com/api\'\n'


def workspace(account: str, account_handle: str, workspace_id: str, handle: str) -> dict:
    return {
        "account_id": account, "account_name": "An account", "account_handle": account_handle,
        "workspace_id": workspace_id, "workspace_name": "A workspace", "workspace_description": "", "workspace_handle": handle,
    }


WORKSPACES = [workspace(ACCOUNT, "acme", PROD, "prod"), workspace(ACCOUNT, "acme", DEV, "dev"), workspace(OTHER, "Other-Co", PROD, "prod")]
MANY = [workspace(ACCOUNT, "many", f"9f3e0000-0000-4000-8000-{i:012x}", f"w{i:02}") for i in range(30)]


class Server(socketserver.ThreadingTCPServer):
    """Answers as `mode` says; keeps the paths that were asked for."""

    allow_reuse_address = daemon_threads = True

    def __init__(self, certificate: str | None = None):
        super().__init__(("127.0.0.1", 0), Handler)
        self.scheme = "https" if certificate else "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.mode, self.workspaces, self.auth, self.gate, self.asked = "", WORKSPACES, "", "", []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def api(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server_address[1]}/api"


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        try:
            while self.one():
                pass
        except OSError:
            pass  # clients may leave

    def one(self) -> bool:
        line = self.rfile.readline(65536).split()
        if len(line) != 3:
            return False
        headers = {}
        while (raw := self.rfile.readline(65536).strip()):
            name, _, value = raw.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        self.rfile.read(int(headers.get("content-length", 0)))
        path = line[1].decode().partition("?")[0]
        if line[0] == b"CONNECT":  # to ourselves
            self.wfile.write(b"HTTP/1.1 200 X\r\n\r\n")
            return True
        if path.startswith("http://"):
            path = "/proxied/" + path.partition("//")[2].partition("/")[2]
            self.server.asked.append(f"PROXY {path}")
            path = path.removeprefix("/proxied")
        self.server.asked.append(f"{line[0].decode()} {path}")
        if self.server.gate and headers.get("x-gate") != self.server.gate:
            return self.answer(403, b"<html><title>Forbidden</title></html>", "text/html")
        if "upgrade" in headers:
            self.websocket(path, headers)
            return False
        return self.cloud(headers, path) if path.startswith(("/api/me/", "/api/accounts/")) else self.own(headers, path)

    def answer(self, status: int, body, content_type: str = "application/json") -> bool:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.wfile.write(f"HTTP/1.1 {status} X\r\nContent-Type: {content_type}\r\nContent-Length: {len(data)}\r\n\r\n".encode() + data)
        return True

    def cloud(self, headers: dict, path: str) -> bool:
        mode = self.server.mode
        if headers.get("authorization") != f"Bearer {KEY}":
            return self.answer(401, {"detail": "Invalid authentication credentials"})
        if not path.endswith("/me/workspaces"):
            return self.answer(403, {"detail": "Forbidden"}) if mode == "no role" else self.answer(200, [])
        if mode == "denied":
            return self.answer(403, {"detail": "Forbidden"})
        if mode == "not json":
            return self.answer(200, b"\x1b[31m[{" + KEY.encode())
        if mode == "no list":
            return self.answer(200, {"workspaces": []})
        if mode == "page":
            return self.answer(200, b"<html><title>Log in \x1b[2J</title></html>", "text/html")
        if mode == "huge":
            return self.answer(200, [workspace(ACCOUNT, "acme", PROD, "x" * 1000)] * 20000)
        if mode == "endless":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[")
            while True:
                self.wfile.write(b" " * 65536)
        if mode == "slow":
            for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b" " * 1000:
                self.wfile.write(bytes([byte]))
                time.sleep(1)
        return self.answer(200, self.server.workspaces)

    def own(self, headers: dict, path: str) -> bool:
        if path == "/api/health":
            return self.answer(200, True)
        if path == "/ui-settings":
            return self.answer(200, {"api_url": "/api", "csrf_enabled": False, "auth": "BASIC" if self.server.auth else None})
        if self.server.auth and headers.get("authorization") != "Basic " + base64.b64encode(self.server.auth.encode()).decode():
            return self.answer(401, {"exception_message": "Unauthorized"})
        if path == "/api/admin/version":
            return self.answer(200, "3.9.1")
        return self.answer(404, {"detail": "Not Found"})

    def websocket(self, path: str, headers: dict) -> None:
        digest = hashlib.sha1(headers["sec-websocket-key"].encode() + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()
        accept = base64.b64encode(digest).decode()
        self.wfile.write(f"HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: prefect\r\nSec-WebSocket-Accept: {accept}\r\n\r\n".encode())
        message = self.frame()
        token = json.loads(message).get("token") if message else None
        wanted = KEY if "/accounts/" in path else self.server.auth
        if not wanted or token == wanted:
            self.send(1, b'{"type":"auth_success"}')
        else:
            self.send(8, (1008).to_bytes(2, "big") + (b"Invalid token" if token else b"Auth required but no token provided"))
        self.frame()

    def frame(self) -> bytes:
        head = self.rfile.read(2)
        if len(head) < 2:
            return b""
        size = head[1] & 127
        if size == 126:
            size = int.from_bytes(self.rfile.read(2), "big")
        mask, payload = self.rfile.read(4), self.rfile.read(size)
        is_text = head[0] & 15 == 1
        return bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload)) if is_text else b""

    def send(self, opcode: int, payload: bytes) -> None:
        self.wfile.write(bytes([128 | opcode, len(payload)]) + payload)


def forms(secret: str) -> list[str]:
    """A secret as it could come out: whole, its password, in base64."""
    found = [secret, base64.b64encode(secret.encode()).decode()]
    return found + ([secret.partition(":")[2]] if ":" in secret else [])


class Checker:
    def __init__(self, program: str, server: Server):
        self.program, self.server = program, server
        self.passed = self.failed = 0

    def count(self, what: str, problems: list[str]) -> None:
        self.passed, self.failed = self.passed + (not problems), self.failed + bool(problems)
        if problems:
            print(f"FAIL {what}: " + "; ".join(problems))

    def run(self, what: str, words: list[str], given: str | bytes = "", status: int = 0, says: tuple = (), hides: tuple = (), holds: dict | None = None,
            before: str | None = BEFORE, environment: dict | None = None, files: dict | None = None, asks: int | None = None, within: float = 30, proxied: bool = False, **server) -> None:
        """`holds`: the settings of the new profile `new`; None where nothing may be written."""
        self.server.mode, self.server.workspaces, self.server.auth, self.server.gate, self.server.asked = "", WORKSPACES, "", "", []
        for name, value in server.items():
            setattr(self.server, name, value)
        with tempfile.TemporaryDirectory(prefix="set-up-") as home:
            file = Path(home, ".prefect", "profiles.toml")
            if before is not None:
                file.parent.mkdir()
                file.write_text(before)
                file.chmod(0o640)
            for name, text in (files or {}).items():
                Path(home, name).write_text(text)
            env = {"HOME": home, "PATH": "/usr/bin:/bin", "PREFECT_CLOUD_API_URL": self.server.api if "--cloud" in words else "https://cloud.invalid/api", **(environment or {})}
            env = {name: value for name, value in env.items() if value is not None}
            start = time.monotonic()
            data = given if isinstance(given, bytes) else given.encode()
            done = subprocess.run([self.program, "profile", "create", "new", "--prefect-version", "3.9.1", *words], env=env, cwd=home, input=data, capture_output=True)
            took = time.monotonic() - start
            out = (done.stdout + done.stderr).decode(errors="replace")
            problems = [f"status {done.returncode}"] * (done.returncode != status)
            problems += [f"does not say {text!r}" for text in says if text not in out]
            problems += [f"says {text!r}" for text in hides if text in out]
            problems += ["a secret is in the output" for secret in (KEY, AUTH, "TEST-other-secret") for form in forms(secret) if form in out]
            problems += [f"prints {char!r}" for char in out if char < " " and char != "\n"]
            problems += [f"took {took:.1f} s"] * (took > within)
            problems += [f"asked {self.server.asked}"] * (asks is not None and len(self.server.asked) != asks)
            problems += [f"not by the proxy: {self.server.asked}"] * (proxied and not any(asked.startswith("PROXY") for asked in self.server.asked))
            text = file.read_text() if file.exists() else None
            if holds is None:
                problems += [f"the file is {text!r}"] * (text != before)
            elif text is None:
                problems.append("nothing was written")
            else:
                meant = {name: value.replace("{api}", self.server.api) for name, value in holds.items()}
                written = tomllib.loads(text)["profiles"].get("new")
                problems += [f"wrote {written}, meant {meant}"] * (written != meant)
                problems += ["other bytes changed"] * (not text.startswith(before or ""))
                mode = file.stat().st_mode & 0o777
                problems += [f"mode {mode:o}"] * (mode != (0o600 if before is None else 0o640))
            self.count(what, problems + ([out] if problems else []))


def cloud_cases(check: Checker) -> None:
    cloud = ["--cloud", "--key-stdin"]
    in_prod = cloud + ["--workspace", "acme/prod"]
    prod = {"PREFECT_API_URL": f"{{api}}/accounts/{ACCOUNT}/workspaces/{PROD}", "PREFECT_API_KEY": KEY}
    dev = {**prod, "PREFECT_API_URL": f"{{api}}/accounts/{ACCOUNT}/workspaces/{DEV}"}
    done = ("Created profile 'new' for workspace 'acme/prod'.\nnext: prefect-config profile use 'new'\n",)

    check.run("by handle", in_prod, KEY + "\n", holds=prod, says=(*done, "note: checked with PREFECT_CLOUD_API_URL of the environment, which the profile does not hold\n"))
    check.run("no line end", in_prod, KEY, holds=prod, says=done)
    check.run("a carriage return", in_prod, KEY + "\r\n", holds=prod, says=done)
    check.run("a new file", in_prod, KEY, before=None, holds=prod, says=done)
    check.run("by ids", cloud + ["--workspace", f"{ACCOUNT}/{DEV.upper()}"], KEY, holds=dev, says=("'acme/dev'",))
    check.run("at most six requests", in_prod, KEY, holds=prod, asks=6)
    check.run("the environment's settings do not hide it", in_prod, KEY, holds=prod,
              environment={"PREFECT_API_URL": "http://nowhere.invalid/api", "PREFECT_API_KEY": "TEST-other-secret", "PREFECT_LOGGING_LEVEL": "nonsense", "PREFECT_PROFILE": "nope"},
              says=(*done, "note: PREFECT_API_KEY is also set in environment, which hides the profile's value: unset PREFECT_API_KEY"))
    check.run("nor do project files", in_prod, KEY, holds=prod,
              files={".env": "PREFECT_API_KEY=TEST-other-secret\nPREFECT_PROFILES_PATH=/nowhere\n", "prefect.toml": '[api]\nurl = "http://nowhere.invalid/api"\n'}, environment={"PREFECT_PROFILES_PATH": ".prefect/profiles.toml"},
              says=(*done, "note: PREFECT_API_KEY is also set in"))

    toml = f'[cloud]\napi_url = "{check.server.api}"\n'
    check.run("which Cloud it is may stand in one", in_prod, KEY, holds=prod, files={"prefect.toml": toml}, environment={"PREFECT_CLOUD_API_URL": None}, says=(*done, "note: checked with PREFECT_CLOUD_API_URL of prefect.toml, which the profile does not hold\n"))
    check.run("a proxy", in_prod, KEY, holds=prod, environment={"HTTP_PROXY": check.server.api.removesuffix("/api"), "NO_PROXY": ""}, says=(*done, "note: checked with PREFECT_CLOUD_API_URL, HTTP_PROXY of the environment, which"), proxied=True)
    for address in (f"https://app.prefect.cloud/account/{ACCOUNT}/workspace/{DEV}/dashboard?g=1", f"{check.server.api}/accounts/{ACCOUNT}/workspaces/{DEV}", f"/accounts/{ACCOUNT}/workspaces/{DEV.upper()}/"):
        check.run(f"an address: {address}", cloud + ["--workspace", address], KEY, holds=dev, says=("'acme/dev'",))
        check.run(f"without a probe: {address}", cloud + ["--workspace", address, "--no-probe"], KEY, holds=dev, asks=0)
    check.run("an address of another workspace", cloud + ["--workspace", "https://app.prefect.cloud/account/a1/workspace/w1"], KEY, 1, asks=1, says=("there is no workspace `a1/w1` among",))
    check.run("an address with a password", cloud + ["--workspace", f"https://{AUTH}@app.prefect.cloud/"], KEY, 1, says=("there is no workspace `",))

    check.run("not found, and near", cloud + ["--workspace", "acme/prdo"], KEY, 1, asks=1,
              says=("there is no workspace `acme/prdo` among those of the key\n  did you mean acme/prod?\n  it sees acme/dev, Other-Co/prod\nthe file is as it was\n",))
    check.run("handles have a case", cloud + ["--workspace", "Acme/prod"], KEY, 1, says=("did you mean acme/prod?",))
    check.run("the workspace alone", cloud + ["--workspace", "prod"], KEY, 1, says=("did you mean acme/prod?\n  did you mean Other-Co/prod?\n  it sees acme/dev\n",))
    check.run("ten of many", cloud + ["--workspace", "x/y"], KEY, 1, workspaces=MANY, says=("many/w09 and 20 more\n",), hides=("many/w10",))
    check.run("near ones are among the ten", cloud + ["--workspace", "many/w2"], KEY, 1, workspaces=MANY, says=("did you mean many/w02?\n  did you mean many/w12?\n  did you mean many/w20?\n  it sees many/w00, many/w01,", " and 20 more\n"))
    check.run("none to see", in_prod, KEY, 1, workspaces=[], says=("the key sees no workspace\n",))
    check.run("the only one", cloud, KEY, holds=prod, workspaces=WORKSPACES[:1], says=("note: 'acme/prod' is the only workspace that the key sees\n", *done))
    check.run("which of them", cloud, KEY, 1, says=("the key sees 3 workspaces: say which with --workspace ACCOUNT/WORKSPACE\n  it sees acme/prod, acme/dev, Other-Co/prod\n",))
    check.run("a key for a workspace", cloud + ["--workspace", KEY], "", 1)

    same = ("to save it all the same: --no-probe", "the file is as it was\n")
    check.run("a wrong key", in_prod, "pnu_TEST-other-secret", 1, asks=1,
              says=("error[PC412]: Prefect Cloud refuses the API key", "--no-probe --workspace ACCOUNT_ID/WORKSPACE_ID\n", same[1]), hides=("profiles.toml:", "next:"))
    check.run("a wrong key, quietly", in_prod + ["-q"], "pnu_TEST-other-secret", 1, says=("error[PC412]",))
    check.run("what is no key", in_prod, "admin:TEST-other-secret", 1, says=("warning[PC224]", "\nerror[PC4", "PREFECT_API_KEY"), hides=(same[0],))
    check.run("a key in quotes", in_prod, f'"{KEY}"', 1, asks=1, says=("warning[PC220]", "\nerror[PC4", same[1]), hides=(same[0],))
    check.run("a key behind its scheme", in_prod, f"Bearer {KEY}", 1, asks=1, says=("warning[PC224]", "\nerror[PC4", same[1]), hides=(same[0],))
    check.run("denied its workspaces", in_prod, KEY, 1, mode="denied", says=("error[PC410]", *same))
    check.run("denied this workspace", in_prod, KEY, 1, mode="no role", says=("error[PC410]", f"--no-probe --workspace {ACCOUNT}/{PROD}\n", same[1]))
    for mode in ("not json", "no list", "page", "huge"):
        check.run(f"a list that is none: {mode}", in_prod, KEY, 1, mode=mode, says=("error[PC442]", *same), within=5)
    for mode in ("slow", "endless"):
        check.run(f"a list that does not end: {mode}", in_prod + ["--timeout", "1"], KEY, 1, mode=mode, says=("error[PC4", *same), within=5)
    hostile = [workspace(ACCOUNT, "acme", "../../../x", "prod"), workspace("x", "acme", PROD, "prod"), {"account_id": 1}, None, "x",
               workspace(ACCOUNT, KEY, PROD, "\x1b[2J\n" + base64.b64encode(KEY.encode()).decode()), workspace(ACCOUNT, "y" * 100000, DEV, "z")]
    check.run("a hostile list", in_prod, KEY, 1, workspaces=hostile, says=("there is no workspace `acme/prod`", "********"), hides=("y" * 200,))
    check.run("many thousands", in_prod, KEY, 1, workspaces=[workspace(ACCOUNT, "acme", PROD, f"prod{i}") for i in range(15000)], says=("did you mean acme/prod0?", "14990 more"), within=10)
    check.run("nothing listens", in_prod, KEY, 1, environment={"PREFECT_CLOUD_API_URL": "http://127.0.0.1:9/api"}, says=("error[PC402]", *same))

    ids = cloud + ["--workspace", f"{ACCOUNT}/{PROD.upper()}", "--no-probe"]
    check.run("without a probe", ids, "pnu_TEST-other-secret", holds={**prod, "PREFECT_API_KEY": "pnu_TEST-other-secret"}, asks=0,
              says=("Created profile 'new'.\n", "note: made with PREFECT_CLOUD_API_URL of the environment, which the profile does not hold\n"))
    check.run("without a probe, by handle", in_prod + ["--no-probe"], KEY, 2, asks=0, says=("--workspace ACCOUNT_ID/WORKSPACE_ID",))
    check.run("no key", in_prod, "\n", 1, asks=0, says=("nothing came on standard input\n",))
    check.run("a key with a NUL", in_prod, b"TEST\0x", 1, asks=0, says=("has a NUL",))
    check.run("a key that is not UTF-8", in_prod, b"TEST\xff", 1, asks=0, says=("is not UTF-8",))
    check.run("too long a key", in_prod, "x" * (1 << 21), 3, asks=0, says=("longer than 1 MiB",))
    check.run("a key of two lines", in_prod, KEY + "\nx\n", 1, asks=0, says=("prefect-config: Prefect Cloud cannot be asked: ", "error[PC221]", same[1]), hides=(same[0],))
    check.run("the name is there", in_prod, KEY, 1, before=BEFORE + "[profiles.new]\n", asks=0, says=("profile `new` already exists\n", same[1]))
    check.run("a file that is no TOML", in_prod, KEY, 1, before="[profiles", asks=0, says=("error[PC125]",))


def own_cases(check: Checker) -> None:
    url = ["--url", check.server.api]
    plain = {"PREFECT_API_URL": "{api}"}
    done = "Created profile 'new' for Prefect server 3.9.1.\nnext: prefect-config profile use 'new'\n"
    check.run("a server without auth", url, holds=plain, says=(done,), hides=("note:",))
    check.run("a new file for it", url, before=None, holds=plain, says=(done,))
    check.run("the right auth string", url + ["--auth-stdin"], AUTH + "\n", holds={**plain, "PREFECT_API_AUTH_STRING": AUTH}, auth=AUTH, says=(done,))
    check.run("a wrong one", url + ["--auth-stdin"], "admin:TEST-other-secret", 1, auth=AUTH, says=("error[PC471]", "the new profile sends another one\n", "to save it all the same: --no-probe\nthe file is as it was\n"), hides=("profiles.toml:", "prefect-config why"))
    for what, given, code in (("in quotes", f'"{AUTH}"', "PC220"), ("with a line end", AUTH + "\n\n", "PC221"), ("behind a scheme", "Basic " + AUTH, "PC224")):
        check.run(f"one {what}", url + ["--auth-stdin"], given, 1, auth=AUTH, says=(f"warning[{code}]", "\nerror[PC47"), hides=("all the same", "prefect-config why"))
        check.run(f"one {what}, quietly", url + ["--auth-stdin", "-q"], given, 1, auth=AUTH, says=("error[PC47",), hides=("warning",))
    check.run("one without a colon", url + ["--auth-stdin"], "TEST-other-secret", 1, auth=AUTH, says=("warning[PC225]", "\nerror[PC471]", "all the same"))
    with_user = check.server.api.replace("http://", "http://admin:TEST-other-secret@")
    check.run("a user in the URL", ["--url", with_user], "", 1, auth=AUTH, says=("warning[PC226]", "\nerror[PC471]", "all the same"), hides=("prefect-config explain",))
    check.run("none, and it is asked for", url, "", 1, auth=AUTH, says=("error[PC470]",))
    check.run("the environment's auth string does not help", url, "", 1, auth=AUTH, environment={"PREFECT_API_AUTH_STRING": AUTH}, says=("error[PC470]",))
    gate = "TEST-other-secret"
    check.run("a gate before it", url, "", 1, gate=gate, says=("error[PC449]",))
    check.run("its header from the environment", url, gate=gate, holds=plain, environment={"PREFECT_CLIENT_CUSTOM_HEADERS": json.dumps({"X-Gate": gate})},
              says=(done, "note: checked with PREFECT_CLIENT_CUSTOM_HEADERS of the environment, which the profile does not hold\n"))
    check.run("one that nobody asks for", url + ["--auth-stdin", "-v"], AUTH, holds={**plain, "PREFECT_API_AUTH_STRING": AUTH}, says=(done, "info[PC477]"))
    check.run("nothing listens there", ["--url", "http://127.0.0.1:9/api"], "", 1, says=("error[PC402]",))
    check.run("no /api", ["--url", check.server.api.removesuffix("/api")], "", 1, says=("error[PC45",))
    check.run("no URL", ["--url", "nonsense"], "", 1, asks=0, says=("prefect-config: there is nobody to ask: the URL", "error[PC114]", "the file is as it was\n"), hides=("all the same",))
    quoted = '"http://127.0.0.1:9/api"'
    check.run("a URL in quotes", ["--url", quoted], "", 1, asks=0, says=("error[PC220]",), hides=("all the same",))

    ids = f"--cloud --workspace {ACCOUNT}/{PROD} --key-stdin\nthe file is as it was\n"
    refused = "prefect-config: this is a workspace of Prefect Cloud\n"
    for probing in ([], ["--no-probe"], ["--auth-stdin"]):
        check.run(f"a workspace of Prefect Cloud {probing}", ["--url", f"https://api.prefect.cloud/api/accounts/{ACCOUNT}/workspaces/{PROD.upper()}", *probing], AUTH, 1, asks=0, says=(refused + "next: prefect-config profile create 'new' " + ids,))
    check.run("one of the web application", ["--url", f"https://app.prefect.cloud/account/{ACCOUNT}/workspace/{PROD}/runs"], "", 1, says=(refused + "next: prefect-config profile create 'new' " + ids,))
    check.run("one of another Prefect Cloud", ["--url", f"{check.server.api}/accounts/{ACCOUNT}/workspaces/{PROD}"], "", 1, asks=0,
              says=(f"{refused}next: PREFECT_CLOUD_API_URL='{check.server.api}' prefect-config profile create 'new' {ids}",))
    check.run("one of it behind a password", ["--url", f"{with_user}/accounts/{ACCOUNT}/workspaces/{PROD}"], "", 1, asks=0, says=("next: prefect-config profile create 'new' " + ids,))
    check.run("ids that are none", ["--url", "https://api.prefect.cloud/api/accounts/a1/workspaces/w1"], "", 1, says=(refused, "--workspace ACCOUNT_ID/WORKSPACE_ID --key-stdin\n"))
    check.run("Prefect Cloud, and no workspace", ["--url", "https://api.prefect.cloud/api", "--no-probe"], "", 1, environment={"PREFECT_CLOUD_API_URL": None}, says=("this is an address of Prefect Cloud, and of no workspace\n", "--workspace ACCOUNT/WORKSPACE --key-stdin\n"))
    check.run("a server where no Prefect Cloud is named", url + ["--no-probe"], holds=plain, environment={"PREFECT_CLOUD_API_URL": ""})
    two_lines = "admin:TEST\nx"
    check.run("an auth string of two lines", url + ["--auth-stdin"], two_lines, holds={**plain, "PREFECT_API_AUTH_STRING": two_lines}, auth=two_lines, says=(done, "warning[PC221]"))
    check.run("saved all the same", ["--url", "http://127.0.0.1:9/api", "--auth-stdin", "--no-probe"], AUTH, holds={"PREFECT_API_URL": "http://127.0.0.1:9/api", "PREFECT_API_AUTH_STRING": AUTH}, says=("Created profile 'new'.\n",))
    check.run("a proxy that no probe speaks", ["--url", "http://prefect.invalid/api"], holds={"PREFECT_API_URL": "http://prefect.invalid/api"}, environment={"HTTP_PROXY": "https://proxy.invalid"},
              says=("Created profile 'new'.\n", "info[PC407]"))
    check.run("an open way", ["--url", "http://prefect.invalid/api", "--auth-stdin"], AUTH, 1, says=("error[PC400]",))


def tls_cases(check: Checker) -> None:
    """The same over TLS, with an authority that only the environment names."""
    plain_server = check.server
    with tempfile.TemporaryDirectory(prefix="set-up-") as folder:
        certificate = str(Path(folder, "both.pem"))
        made = subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1",
                               "-keyout", certificate + ".key", "-out", certificate], capture_output=True)
        if made.returncode:
            return check.count("a certificate", [made.stderr.decode()])
        with open(certificate, "a") as both:
            both.write(Path(certificate + ".key").read_text())
        check.server = Server(certificate)
        url = ["--url", check.server.api, "--auth-stdin"]
        holds = {"PREFECT_API_URL": "{api}", "PREFECT_API_AUTH_STRING": AUTH}
        check.run("an authority that nobody knows", url, AUTH, 1, auth=AUTH, says=("error[PC422]",))
        check.run("one that the environment names", url, AUTH, auth=AUTH, holds=holds, environment={"PREFECT_API_SSL_CERT_FILE": certificate},
                  says=("for Prefect server 3.9.1.\n", "note: checked with PREFECT_API_SSL_CERT_FILE of the environment, which the profile does not hold\n"), hides=(certificate,))
        check.run("one of SSL_CERT_FILE", url, AUTH, auth=AUTH, holds=holds, environment={"SSL_CERT_FILE": certificate}, says=("note: checked with SSL_CERT_FILE of the environment, which",))
        check.run("one that a project file names", url, AUTH, auth=AUTH, holds=holds, files={"prefect.toml": f"[api]\nssl_cert_file = '{certificate}'\n"}, says=("note: checked with PREFECT_API_SSL_CERT_FILE of prefect.toml, which",))
        check.run("one that is not looked at", ["--url", plain_server.api], holds={"PREFECT_API_URL": plain_server.api}, environment={"PREFECT_API_SSL_CERT_FILE": certificate}, hides=("note:",))
        skip = {"PREFECT_API_TLS_INSECURE_SKIP_VERIFY": "true"}
        check.run("not verified, on this machine", url, AUTH, auth=AUTH, environment=skip, holds=holds, says=("for Prefect server 3.9.1.\n", "note: checked with PREFECT_API_TLS_INSECURE_SKIP_VERIFY of the environment, which"))
        check.run("--allow-insecure", url + ["--allow-insecure"], "admin:TEST-other-secret", 1, auth=AUTH, environment=skip, says=("error[PC471]",))
        check.server.shutdown()
    check.server = plain_server


def login(python_folder: Path, server: Server, words: list[str]) -> tuple[dict, str]:
    """What real `prefect cloud login` writes into an empty profile, and what it prints."""
    with tempfile.TemporaryDirectory(prefix="login-") as home:
        file = Path(home, ".prefect", "profiles.toml")
        file.parent.mkdir()
        file.write_text('active = "new"\n\n[profiles.new]\n')
        env = {"HOME": home, "PATH": "/usr/bin:/bin", "PREFECT_CLOUD_API_URL": server.api, "DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
        done = subprocess.run([str(python_folder / "bin" / "prefect"), "cloud", "login", *words], env=env, cwd=home, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=120)
        return tomllib.loads(file.read_text())["profiles"]["new"], done.stdout + done.stderr


def compare_with(check: Checker, prefects: Path, versions: list[str]) -> None:
    wanted = [v for v in versions if (prefects / v / "bin" / "prefect").exists()]
    if not wanted:
        check.count("real Prefect", [f"none of {', '.join(versions)} is in {prefects}"])
    for version in wanted:
        for meant in ("acme/prod", "Other-Co/prod", "Acme/prod", f"{ACCOUNT}/{DEV}", "prod", "acme/prod/"):
            check.server.mode, check.server.workspaces = "", WORKSPACES
            theirs, printed = login(prefects / version, check.server, ["-k", KEY, "-w", meant])
            ours = ours_for(check, version, meant)
            # We take ids too.
            expected = {} if "-" in meant and meant.startswith(ACCOUNT) else ours
            check.count(f"{version}: -w {meant}", [] if theirs == expected else [f"Prefect wrote {theirs}, we {ours}: {printed}"])


def ours_for(check: Checker, version: str, meant: str) -> dict:
    with tempfile.TemporaryDirectory(prefix="set-up-") as home:
        env = {"HOME": home, "PATH": "/usr/bin:/bin", "PREFECT_CLOUD_API_URL": check.server.api}
        words = ["profile", "create", "new", "--cloud", "--workspace", meant, "--key-stdin", "--prefect-version", version]
        subprocess.run([check.program, *words], env=env, cwd=home, input=KEY.encode(), capture_output=True)
        file = Path(home, ".prefect", "profiles.toml")
        return tomllib.loads(file.read_text())["profiles"]["new"] if file.exists() else {}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--prefects", type=Path)
    parser.add_argument("--versions", nargs="+", default=["3.4.19", "3.8.8", "3.9.1"])
    options = parser.parse_args()
    server = Server()
    check = Checker(os.path.abspath(options.program), server)
    if options.prefects:
        compare_with(check, options.prefects.resolve(), options.versions)
    else:
        cloud_cases(check)
        own_cases(check)
        if shutil.which("openssl"):
            tls_cases(check)
    server.shutdown()
    print(f"{check.passed} passed, {check.failed} failed")
    return 1 if check.failed or not check.passed else 0


if __name__ == "__main__":
    sys.exit(main())
