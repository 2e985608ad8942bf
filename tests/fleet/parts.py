"""The parts of a fleet, as processes of this machine: a Prefect server, a process worker, Dask.

What it is not: a test. Each part is started with a bound on its start, and ends with this process,
whatever becomes of it: by its own process group here, and by PR_SET_PDEATHSIG where this is killed.
That reaches direct children only: what they started themselves may outlive this process if it is killed.

To add a part: a method of Parts that calls `start`, and in `wait` how it is seen that it answers.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIBC = ctypes.CDLL(None)


class PartError(Exception):
    """A part that did not start, or did not answer."""


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_until(what: str, is_so, seconds: float, pause: float = 0.1):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = is_so()
        if answer:
            return answer
        time.sleep(pause)
    raise PartError(f"{what}: not within {seconds:g} s")


def _dies_with_us():
    LIBC.prctl(1, signal.SIGKILL)


class Parts:
    def __init__(self, folder: Path, venv: Path, program: Path):
        self.folder, self.venv, self.program = folder, venv, program
        self.processes: dict[str, subprocess.Popen] = {}
        self.api = f"http://127.0.0.1:{free_port()}/api"
        self.dask = f"tcp://127.0.0.1:{free_port()}"
        (folder / "logs").mkdir(parents=True)
        (folder / "home").mkdir()

    def environment(self, **more: str) -> dict[str, str]:
        base = {"PATH": f"{self.venv}/bin:{os.environ['PATH']}", "HOME": str(self.folder / "home"), "LANG": "C.UTF-8",
                "PREFECT_HOME": str(self.folder / "prefect"), "PREFECT_API_URL": self.api,
                "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "PREFECT_LOGGING_LEVEL": "INFO", "NO_COLOR": "1",
                "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "false", "DO_NOT_TRACK": "1",
                "PREFECT_WORKER_QUERY_SECONDS": "1", "PYTHONPATH": str(ROOT / "tools/fleet")}
        return base | more

    def start(self, name: str, words: list, **more: str) -> subprocess.Popen:
        log = open(self.folder / "logs" / f"{name}.log", "ab")
        with log:
            process = subprocess.Popen([str(word) for word in words], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                       env=self.environment(**more), cwd=self.folder, start_new_session=True,
                                       preexec_fn=_dies_with_us)
        self.processes[name] = process
        return process

    def call(self, *words, timeout: float = 60) -> str:
        """A command that ends; PartError with what it said where it fails."""
        try:
            done = subprocess.run([str(word) for word in words], env=self.environment(), cwd=self.folder, text=True,
                                  capture_output=True, timeout=timeout, stdin=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            raise PartError(f"{words[0]} {words[1]}: not within {timeout:g} s") from None
        if done.returncode != 0:
            raise PartError(f"{' '.join(map(str, words[:4]))}: {done.returncode}: {(done.stdout + done.stderr)[-1500:]}")
        return done.stdout

    def ask(self, method: str, path: str, body: dict | None = None):
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.api + path, data, {"Content-Type": "application/json"}, method=method)
        # A server that is busy says 503, and Prefect's own clients ask again too.
        for _ in range(20):
            try:
                with urllib.request.urlopen(request, timeout=20) as answer:
                    return json.loads(answer.read() or b"null")
            except urllib.error.HTTPError as error:
                if error.code != 503:
                    raise
                time.sleep(1)
        raise PartError(f"{method} {path}: 503, 20 times")

    def _answers(self, path: str) -> bool:
        try:
            with urllib.request.urlopen(self.api + path, timeout=5):
                return True
        except OSError:
            return False

    # ---- the parts ----

    def server(self) -> None:
        port = self.api.split(":")[2].split("/")[0]
        self.start("server", [self.venv / "bin/prefect", "server", "start", "--host", "127.0.0.1", "--port", port,
                              "--no-ui"])

    def scheduler(self) -> None:
        port = int(self.dask.rsplit(":", 1)[1])
        self.start("scheduler", [self.venv / "bin/dask", "scheduler", "--host", "127.0.0.1", "--port", port,
                                 "--no-dashboard"])

    def wait(self) -> None:
        """Until both answer. Dask's workers wait by themselves."""
        host, port = self.dask.removeprefix("tcp://").split(":")

        def listens():
            with socket.socket() as probe:
                return probe.connect_ex((host, int(port))) == 0

        wait_until("Dask's scheduler", listens, 120)
        wait_until("the server", lambda: self._answers("/health"), 120)

    def dask_worker(self, name: str, **more: str) -> subprocess.Popen:
        # Without a nanny: what is killed stays away.
        return self.start(name, [self.venv / "bin/dask", "worker", self.dask, "--nthreads", "1", "--no-nanny",
                                 "--no-dashboard", "--host", "127.0.0.1", "--local-directory", self.folder / name], **more)

    def prefect_worker(self, pool: str) -> None:
        self.start("prefect-worker", [self.venv / "bin/prefect", "worker", "start", "--pool", pool, "--type", "process",
                                      "--name", "test"])

    def kill(self, name: str) -> None:
        os.kill(self.processes[name].pid, signal.SIGKILL)
        self.processes.pop(name).wait()

    def stop(self) -> None:
        """All of them, with what they started themselves: asked to end, and after 5 seconds not asked."""
        for sign, seconds in ((signal.SIGTERM, 5), (signal.SIGKILL, 10)):
            for process in self.processes.values():
                try:
                    os.killpg(process.pid, sign)
                except ProcessLookupError:
                    continue
            end = time.monotonic() + seconds
            while time.monotonic() < end and any(process.poll() is None for process in self.processes.values()):
                time.sleep(0.05)
        self.processes.clear()

    def logs(self, lines: int = 15) -> str:
        text = ""
        for path in sorted((self.folder / "logs").glob("*.log")):
            text += f"--- {path.name}\n" + "\n".join(path.read_text("utf-8", "replace").splitlines()[-lines:]) + "\n"
        return text


def command_lines() -> str:
    """Of all processes here, as anybody may read them."""
    text = b""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            text += path.read_bytes() + b"\n"
        except OSError:
            continue
    return text.decode("utf-8", "replace")
