"""A command with bounds, and a folder to work in that a killed process does not leave behind for good.

What it is not: what is run. That is work.py's.

Each session is ended after its time. Each process of it is bounded in address space, processor time
and the size of a file that it writes; not how many processes there are, or what all their files take
together, and not what a process starts before it is bounded.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from .inventory import without_secrets

KEPT = ("PATH", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH")
PREFIX = "prefect-config-fleet-"
MEBIBYTE = 1 << 20


class NotLookedAt(Exception):
    """Why an item has no answer; a text for people, without secrets."""


@dataclass(frozen=True)
class Means:
    """How a worker looks at things. `phrase` is the key of fingerprints: a secret, never shown."""

    program: str = "prefect-config"
    timeout: float = 300.0
    memory_mib: int = 2048
    output_mib: int = 256  # that the program says
    fetch_mib: int = 4096  # that git writes into one file: a pack, or a file of the tree
    scratch: str = ""
    phrase: str = field(default="", repr=False)

    def version(self) -> str:
        return run([self.program, "--version"], self).split("\n", 1)[0].strip()


def _bounds(means: Means, file_mib: int) -> tuple:
    return (
        (resource.RLIMIT_AS, means.memory_mib * MEBIBYTE),
        (resource.RLIMIT_FSIZE, file_mib * MEBIBYTE),
        (resource.RLIMIT_CPU, int(means.timeout) + 5),
        (resource.RLIMIT_CORE, 0),
    )


def _bound(pid: int, means: Means, file_mib: int) -> None:
    if not hasattr(resource, "prlimit"):  # Linux alone can bound another process
        return
    for which, most in _bounds(means, file_mib):
        try:
            resource.prlimit(pid, which, (most, most))
        except (OSError, ValueError):
            continue  # it has ended already, or is bounded lower


def environment(kept=KEPT, **more: str) -> dict[str, str]:
    return {name: os.environ[name] for name in kept if name in os.environ} | more


def run(command: list[str], means: Means, env: dict | None = None, cwd: str | None = None,
        fine: tuple = (0,), what: str = "prefect-config", file_mib: int | None = None) -> str:
    """stdout of a command; NotLookedAt where it does not end well, or not in time."""
    file_mib = means.output_mib if file_mib is None else file_mib
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        try:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, cwd=cwd,
                                       env=environment() if env is None else env, start_new_session=True)
        except OSError as error:
            raise NotLookedAt(f"{what} cannot be started: {os.strerror(error.errno or 0)}") from None
        _bound(process.pid, means, file_mib)
        try:
            status = process.wait(means.timeout)
        except subprocess.TimeoutExpired:
            raise NotLookedAt(f"{what} took longer than {means.timeout:g} s") from None
        finally:
            _end(process)
        if status not in fine:
            words = _last_words(err)
            if status == -signal.SIGXFSZ or f"signal {int(signal.SIGXFSZ)}" in words or os.strerror(errno.EFBIG) in words:
                words += f" (a file of more than {file_mib} MiB is not written)"
            raise NotLookedAt(f"{what} ended with {_said(status)}{words}")
        out.seek(0)
        return out.read().decode("utf-8", "replace")


def _end(process: subprocess.Popen) -> None:
    """Its whole session: git starts others."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass
    process.wait()


def _said(status: int) -> str:
    return f"status {status}" if status >= 0 else f"signal {-status}"


def _last_words(err) -> str:
    err.seek(0)
    lines = err.read(64 * 1024).decode("utf-8", "replace").strip().splitlines()
    # Of git's complaint about what it started itself the reason stands in the lines before.
    telling = [line for line in lines if "signal" in line or line.startswith("fatal:")][:1] or lines[-1:]
    return f": {without_secrets(telling[0], 200)}" if telling else ""


# ---- a folder to work in ----


# A tree in hand: a folder PREFIX HOST-PID-RANDOM, in which `lock` is locked as long as its process lives,
# wherever that is: PIDs of two containers are not those of one machine.


def sweep_scratch(scratch: str, seconds: float = 3600) -> int:
    """Trees of this machine whose processes are gone: they were killed. How many. One without a lock
    is being made just now, or was left half made."""
    swept = 0
    name = re.compile(re.escape(PREFIX + socket.gethostname()) + r"-\d+-[a-z0-9_]{8}")
    for path in Path(scratch or tempfile.gettempdir()).glob(f"{PREFIX}*"):
        if not name.fullmatch(path.name) or path.is_symlink() or not path.is_dir():
            continue
        try:
            with open(path / "lock", "rb+") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(path, ignore_errors=True)
        except FileNotFoundError:
            if _age(path) < seconds:
                continue
            shutil.rmtree(path, ignore_errors=True)
        except OSError:
            continue  # it is in hand, or another user's
        swept += not path.exists()
    return swept


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0


@contextmanager
def folder_of(means: Means):
    prefix = f"{PREFIX}{socket.gethostname()}-{os.getpid()}-"
    if means.scratch:
        os.makedirs(means.scratch, exist_ok=True)
    path = tempfile.mkdtemp(prefix=prefix, dir=means.scratch or None)
    try:
        # Locked under another name, so that nobody sees a lock that is not taken.
        with open(os.path.join(path, "lock.new"), "xb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            os.rename(lock.name, os.path.join(path, "lock"))
            tree = os.path.join(path, "tree")
            os.mkdir(tree)
            yield tree
    finally:
        shutil.rmtree(path, ignore_errors=True)
