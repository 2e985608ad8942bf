#!/usr/bin/env python3
"""The real parts of a set-up: Prefect servers, nginx, and the listeners of this folder.

  parts.py [--prefects FOLDER] PART ...      starts these, prints where they are, waits for Control-C

A part is named by words: ``server 3.8.8 auth``, ``nginx b``, ``cloud``, ``closed``, ``hostile bomb``,
``proxy pass``; World.part() knows them. Each is started when it is first asked for, on a free port of
127.0.0.1, is shared, and is ended by its own process id.
"""

from __future__ import annotations

import argparse
import base64
import concurrent.futures
import contextlib
import http.client
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import certificates  # noqa: E402
import cloud  # noqa: E402
import hostile  # noqa: E402
import listeners  # noqa: E402
import nginx_rows  # noqa: E402

AUTH = "admin:TEST-password"
NON_ASCII = "admin:TEST-pässwörd"
GATE = "gate:TEST-gate"
#: How long a server may take to start: a busy machine is slow, a wrong start ends by itself.
START = 120.0
#: What a real server does besides answering, and what is not needed here. The event persister stays:
#: that nothing was created is asked of it.
QUIET = {
    f"PREFECT_SERVER_SERVICES_{name}_ENABLED": "false"
    for name in """CANCELLATION_CLEANUP CLEANUP_RECONCILER FOREMAN LATE_RUNS PAUSE_EXPIRATIONS REPOSSESSOR
    SCHEDULER TASK_RUN_RECORDER TRIGGERS""".split()
} | {"PREFECT_SERVER_SERVICES_EVENT_PERSISTER_FLUSH_INTERVAL": "0.3"}
BASE = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
#: By the last word of ``server VERSION WORD``.
SERVERS: dict[str, dict[str, str]] = {
    "auth": {"PREFECT_SERVER_API_AUTH_STRING": AUTH},
    "open": {},
    "open-ui": {"PREFECT_SERVER_UI_ENABLED": "true"},
    "empty-auth": {"PREFECT_SERVER_API_AUTH_STRING": ""},
    "non-ascii": {"PREFECT_SERVER_API_AUTH_STRING": NON_ASCII},
    "csrf": {"PREFECT_SERVER_API_AUTH_STRING": AUTH, "PREFECT_SERVER_CSRF_PROTECTION_ENABLED": "true"},
    "open-csrf": {"PREFECT_SERVER_CSRF_PROTECTION_ENABLED": "true"},
}


class Missing(Exception):
    """A part that this machine does not have; the text says which, and what makes it."""


GIVEN: set[int] = set()


def free_port() -> int:
    """Below the ports that the kernel gives to clients, so that none takes it before its server does."""
    for _ in range(200):
        port = random.randrange(12000, 32000)
        # A part may bind it later: two rows of nginx on one port would be one row.
        if port in GIVEN:
            continue
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            GIVEN.add(port)
            return port
    raise RuntimeError("no free port")


def basic(auth: str) -> str:
    return "Basic " + base64.b64encode(auth.encode()).decode()


def request(port: int, method: str, path: str, headers=(), body=None, timeout: float = 10.0):
    """(status, body as JSON or bytes)."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        sent = None if body is None else json.dumps(body)
        connection.request(method, path, sent, {"Content-Type": "application/json"} | dict(headers))
        answered = connection.getresponse()
        text = answered.read()
    finally:
        connection.close()
    try:
        return answered.status, json.loads(text)
    except ValueError:
        return answered.status, text


class Process:
    """A program in a folder of its own, ended with all that it started, by its own process id."""

    def __init__(self, arguments: list[str], environment: dict[str, str], folder: pathlib.Path):
        folder.mkdir(parents=True, exist_ok=True)
        self.log = folder / "log"
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                arguments, env=environment, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip

    def end(self) -> None:
        for kind, bound in ((signal.SIGTERM, 8), (signal.SIGKILL, 10)):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, kind)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(bound)
                return

    def said(self) -> str:
        return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-15:])

    def wait_until(self, ready) -> None:
        until = time.monotonic() + START
        while not ready():
            if self.process.poll() is not None or time.monotonic() > until:
                self.end()
                raise RuntimeError(f"{self.process.args[0]} did not start:\n{self.said()}")
            time.sleep(0.1)


class Server:
    """``prefect server start`` of one version, with a work pool ``p`` in its database."""

    def __init__(self, prefects: pathlib.Path, version: str, settings: dict[str, str], folder: pathlib.Path):
        self.program = prefects / version / "bin" / "prefect"
        if not self.program.exists():
            raise Missing(f"Prefect {version} is not at {prefects / version}: tests/conformance/prepare {version}")
        self.prefects, self.version, self.settings, self.folder = prefects, version, settings, folder
        self.port = 0
        self.auth = settings.get("PREFECT_SERVER_API_AUTH_STRING", "")
        self._process: Process | None = None

    def __enter__(self) -> "Server":
        database(self.prefects, self.version, self.folder)
        self._start(self.settings)
        return self

    def __exit__(self, *_) -> None:
        if self._process:
            self._process.end()

    def _start(self, settings: dict[str, str]) -> None:
        home = self.folder / "prefect"
        home.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        environment = BASE | QUIET | {"PREFECT_SERVER_UI_ENABLED": "false", "PREFECT_HOME": str(home)}
        environment |= {"HOME": str(self.folder)} | settings
        arguments = [str(self.program), "server", "start", "--host", "127.0.0.1", "--port", str(self.port)]
        self._process = Process(arguments, environment, self.folder)
        self._process.wait_until(self._healthy)

    def _healthy(self) -> bool:
        with contextlib.suppress(OSError, http.client.HTTPException):
            return request(self.port, "GET", "/api/health") == (200, True)
        return False

    def call(self, method: str, path: str, body=None):
        headers = {"Authorization": basic(self.auth)} if self.auth else {}
        if "PREFECT_SERVER_CSRF_PROTECTION_ENABLED" in self.settings and method != "GET":
            _, token = request(self.port, "GET", "/api/csrf-token?client=probe-test", headers)
            headers |= {"Prefect-Csrf-Token": token["token"], "Prefect-Csrf-Client": "probe-test"}
        return request(self.port, method, "/api" + path, headers, body)

    def holds(self) -> dict[str, object]:
        """What a probe must not add to. None where this server lets nobody ask."""
        held = {}
        for name, path in (
            ("pools", "/work_pools/filter"),
            ("workers", "/work_pools/p/workers/filter"),
            ("flows", "/flows/filter"),
        ):
            status, answered = self.call("POST", path, {})
            held[name] = sorted(one["name"] for one in answered) if status == 200 else None
        status, answered = self.call("POST", "/events/filter", {"filter": {}, "limit": 50})
        held["events"] = answered.get("total") if status == 200 else None
        return held


_databases = threading.Lock()


def database(prefects: pathlib.Path, version: str, folder: pathlib.Path) -> None:
    """Puts a database with work pool ``p`` into ``folder``. Making one takes most of a server's start, so
    each version's is made once, beside the environments, and copied.
    """
    kept = prefects / ".databases" / version
    with _databases:
        if not (kept / "prefect.db").exists():
            with tempfile.TemporaryDirectory(prefix="probe-database-") as made:
                server = Server(prefects, version, {}, pathlib.Path(made))
                try:
                    server._start({})
                    pool = {"name": "p", "type": "process", "base_job_template": {}}
                    status, answered = server.call("POST", "/work_pools/", pool)
                    if status != 201:
                        raise RuntimeError(f"no work pool: {status} {answered}")
                finally:
                    server.__exit__()
                part = kept.with_suffix(".part")
                shutil.rmtree(part, ignore_errors=True)
                part.mkdir(parents=True)
                for file in pathlib.Path(made, "prefect").glob("prefect.db*"):
                    shutil.copy(file, part)
                os.replace(part, kept)
    home = folder / "prefect"
    home.mkdir(parents=True, exist_ok=True)
    for file in kept.glob("prefect.db*"):
        shutil.copy(file, home)


class Nginx:
    """One nginx with every row of nginx_rows.py on a port of its own."""

    def __init__(self, folder: pathlib.Path, names: dict[str, str]):
        if not shutil.which("nginx", path="/usr/sbin:/usr/bin"):
            raise Missing("nginx is not installed: tools/dev/packages tests")
        self.folder = folder
        self.ports = {row: free_port() for row in nginx_rows.ROWS}
        self._names = names

    def __enter__(self) -> "Nginx":
        self.folder.mkdir(parents=True)
        user, _, password = GATE.partition(":")
        gate = self.folder / "htpasswd"
        gate.write_text(f"{user}:{{PLAIN}}{password}\n")
        names = self._names | {"htpasswd": str(gate), "tls": str(self.ports["f4"])}
        written = self.folder / "nginx.conf"
        written.write_text(nginx_rows.configuration(str(self.folder), self.ports, names))
        arguments = ["nginx", "-p", str(self.folder), "-c", str(written), "-e", str(self.folder / "error.log")]
        self._process = Process(arguments, {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}, self.folder)
        self._process.wait_until(self._answers)
        return self

    def __exit__(self, *_) -> None:
        self._process.end()

    def _answers(self) -> bool:
        with contextlib.suppress(OSError, http.client.HTTPException):
            return request(self.ports["i4"], "GET", "/")[0] == 200
        return False


class World:
    """Every part of one run. Starts what is asked for, ends all of it."""

    def __init__(self, prefects: pathlib.Path):
        self.prefects = prefects
        self._lock = threading.RLock()
        self._parts: dict[str, object] = {}
        self._starting: dict[str, threading.Lock] = {}

    def __enter__(self) -> "World":
        if threading.current_thread() is threading.main_thread():
            # Told to end, it ends what it started.
            signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
        self._stack = contextlib.ExitStack()
        self.folder = pathlib.Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="probe-")))
        if not shutil.which("openssl"):
            raise Missing("openssl is not installed: tools/dev/packages tests")
        self.certificates = certificates.Certificates(self.folder / "certificates")
        return self

    def __exit__(self, *_) -> None:
        # Servers take a moment to end: all at once.
        ends = [threading.Thread(target=one.__exit__) for one in self._parts.values()]
        for end in ends:
            end.start()
        for end in ends:
            end.join()
        self._stack.close()

    def part(self, name: str):
        """The part of this name, started if it is not yet."""
        with self._lock:
            if name in self._parts:
                return self._parts[name]
            lock = self._starting.setdefault(name, threading.Lock())
        with lock:
            if name not in self._parts:
                made = self._made(name).__enter__()
                with self._lock:
                    self._parts[name] = made
        return self._parts[name]

    def _made(self, name: str):
        kind, *words = name.split(" ")
        if kind == "server":
            version, settings = words
            return Server(self.prefects, version, SERVERS[settings], self.folder / name.replace(" ", "-"))
        if kind == "nginx":
            return self._nginx()
        if kind == "cloud":
            return cloud.Cloud()
        if kind == "closed":
            return listeners.Closed()
        if kind == "hostile":
            return hostile.Hostile(words[0])
        if kind == "proxy":
            return listeners.Proxy(words[0])
        raise KeyError(name)

    def _nginx(self) -> Nginx:
        names = {
            "up": self.part("server 3.8.8 auth").port,
            "old": self.part("server 3.6.13 auth").port,
            "closed": self.part("closed").port,
            "silent": self.part("hostile silent").port,
            "pem": self.certificates.folder,
            "basic": basic(AUTH),
        }
        return Nginx(self.folder / "nginx", {key: str(value) for key, value in names.items()})

    def port(self, name: str) -> int:
        """Where this part listens. ``nginx ROW`` is a port of the one nginx."""
        if name.startswith("nginx "):
            return self.part("nginx").ports[name.split(" ")[1]]
        return self.part(name).port

    def start(self, names: list[str]) -> None:
        """Starts these, as many at once as there are processors."""
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            # The servers first, longest of all, and nginx, which needs two of them, last.
            for one in [pool.submit(self.port, name) for name in sorted(names, key=lambda n: "server" not in n)]:
                one.result()

    def servers(self) -> list[Server]:
        return [one for one in self._parts.values() if isinstance(one, Server)]

    def prime(self, name: str) -> None:
        """Row g2 lets one request a minute pass: that one."""
        if name.startswith("nginx g2"):
            request(self.port(name), "GET", "/api/health")

    def behind(self, name: str) -> Server | None:
        """The server that is in the end asked, if one is."""
        if name.startswith("server "):
            return self.part(name)
        if name.startswith("nginx ") and not name.endswith((" g1", " g4")):
            return self.part("server 3.6.13 auth" if name == "nginx n" else "server 3.8.8 auth")
        return None


class Place:
    """One set-up as it stands: its environment filled in, and what arrived at its part."""

    #: These know themselves what arrives; before the others stands a Tap.
    BARE = ("closed", "hostile ", "cloud")

    def __init__(self, world: World, setup):
        self.world, self.setup = world, setup
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> "Place":
        setup, world = self.setup, self.world
        world.prime(setup.at)
        port = world.port(setup.at)
        self.tap = None
        if not setup.at.startswith(self.BARE):
            self.tap = self._stack.enter_context(listeners.Tap(port))
            port = self.tap.port
        elif setup.at.startswith("hostile "):
            # One of its own, since it counts.
            self.tap = self._stack.enter_context(hostile.Hostile(setup.at.split(" ")[1]))
            port = self.tap.port
        elif setup.at == "cloud":
            self.tap = self._stack.enter_context(cloud.Cloud())
            port = self.tap.port
        self.proxy = None
        names = {"HTTP": f"http://127.0.0.1:{port}", "HTTPS": f"https://127.0.0.1:{port}", "PORT": str(port)}
        names["CA"] = world.certificates.path("ca.pem")
        names["SELF_SIGNED"] = world.certificates.path("self-signed.pem")
        if setup.proxy == "closed":
            names["PROXY"] = f"127.0.0.1:{world.port('closed')}"
        elif setup.proxy:
            known = {name: port for name in setup.names}
            self.proxy = self._stack.enter_context(listeners.Proxy(setup.proxy.split(" ")[1], known))
            names["PROXY"] = f"127.0.0.1:{self.proxy.port}"
        self.port, self.names = port, names
        return self

    def __exit__(self, *_) -> None:
        self._stack.close()

    @property
    def environment(self) -> list[tuple[str, str]]:
        filled = []
        for name, value in self.setup.environment:
            for key, meant in self.names.items():
                value = value.replace("{" + key + "}", meant)
            filled.append((name, value))
        return filled

    def heads(self) -> list[str]:
        """The requests that arrived, a line each."""
        return self.tap.heads() if self.tap else []


def prefects_of(given: str | None) -> pathlib.Path:
    return pathlib.Path(given or HERE.parent.parent / "build" / "prefect").resolve()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prefects", help="folder of Prefect environments (default build/prefect)")
    parser.add_argument("parts", nargs="+", metavar="PART")
    options = parser.parse_args()
    with World(prefects_of(options.prefects)) as world:
        for name in options.parts:
            print(f"{name}: 127.0.0.1:{world.port(name)}", flush=True)
        print(f"certificates: {world.certificates.folder}", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            signal.pause()
    return 0


if __name__ == "__main__":
    sys.exit(main())
