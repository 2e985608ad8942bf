#!/usr/bin/env python3
"""Kills a writer of profiles.toml at every system call, lets every system call fail, and runs many at once.

usage: kill_writer.py --program PATH/TO/prefect-config [--quick]

How: the program runs under ptrace (PTRACE_SYSCALL), which stops it before and after each system call. A run
is killed (SIGKILL) at stop N, for every N of an undisturbed run; another gets, at the entry of call N, a
number that is no system call, and at its exit the error to see (ENOSPC, EDQUOT, EROFS, EACCES, EIO). Then
the file must be the old one or the new one, byte for byte, the exit status must fit, the mode must be the
old one, and the next edit must work. Also 50 processes of 20 edits each at once, none of which may be lost.

Prints "N passed, N failed". Linux on x86-64 and aarch64.
"""

from __future__ import annotations

import argparse
import ctypes
import errno
import os
import platform
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

TRACEME, SYSCALL, GETREGSET, SETREGSET, SETOPTIONS = 0, 24, 0x4204, 0x4205, 0x4200
NT_PRSTATUS, NT_ARM_SYSTEM_CALL, O_EXITKILL = 1, 0x404, 0x100000
LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
LIBC.ptrace.restype = ctypes.c_long

#: By architecture: system call numbers, and where in the registers number and result are.
MACHINES = {
    "x86_64": {
        "names": {0: "read", 1: "write", 3: "close", 73: "flock", 74: "fsync", 82: "rename", 87: "unlink", 83: "mkdir",
                  91: "fchmod", 93: "fchown", 257: "openat", 316: "renameat2", 263: "unlinkat"},
        "number": 15, "result": 10, "count": 27,
    },
    "aarch64": {
        "names": {63: "read", 64: "write", 57: "close", 32: "flock", 82: "fsync", 38: "renameat", 276: "renameat2",
                  35: "unlinkat", 34: "mkdirat", 52: "fchmod", 55: "fchown", 56: "openat"},
        "number": 8, "result": 0, "count": 34,
    },
}
MACHINE = MACHINES[platform.machine()]
ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EIO)
#: What can fail of an edit. Reading files fails elsewhere, with answers of its own.
FAILING = ("write", "fsync", "rename", "renameat", "renameat2", "flock", "fchmod", "fchown", "openat", "close")

OLD = '# mine\nactive = "a"\n\n[profiles.a] # first\nPREFECT_API_URL = \'http://old.example.com/api\'\n'
NEW = OLD.replace("http://old.example.com/api", "http://new.example.com/api")
EDIT = ["set", "PREFECT_API_URL=http://new.example.com/api", "--prefect-version", "3.9.1", "-q"]


class IoVec(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


def ptrace(request: int, pid: int, address=None, data=None) -> None:
    if LIBC.ptrace(request, pid, address, data) != 0:
        raise OSError(ctypes.get_errno(), f"ptrace {request}")


class Registers:
    def __init__(self, pid: int):
        self.pid = pid
        self.values = (ctypes.c_ulonglong * MACHINE["count"])()
        self._run(GETREGSET)

    def _run(self, request: int) -> None:
        vector = IoVec(ctypes.cast(self.values, ctypes.c_void_p), ctypes.sizeof(self.values))
        ptrace(request, self.pid, NT_PRSTATUS, ctypes.cast(ctypes.pointer(vector), ctypes.c_void_p))

    @property
    def name(self) -> str:
        return MACHINE["names"].get(self.values[MACHINE["number"]], "")

    def skip_call(self) -> None:
        if platform.machine() == "aarch64":
            number = ctypes.c_int(-1)
            vector = IoVec(ctypes.cast(ctypes.pointer(number), ctypes.c_void_p), 4)
            ptrace(SETREGSET, self.pid, NT_ARM_SYSTEM_CALL, ctypes.cast(ctypes.pointer(vector), ctypes.c_void_p))
            return
        self.values[MACHINE["number"]] = ctypes.c_ulonglong(-1).value
        self._run(SETREGSET)

    def set_result(self, value: int) -> None:
        self.values[MACHINE["result"]] = ctypes.c_ulonglong(value).value
        self._run(SETREGSET)


class Home:
    def __init__(self, text: str | None = OLD, mode: int = 0o640):
        self.folder = tempfile.TemporaryDirectory(prefix="kill-")
        self.file = Path(self.folder.name, ".prefect", "profiles.toml")
        self.file.parent.mkdir()
        if text is not None:
            self.file.write_text(text)
            self.file.chmod(mode)

    def environment(self) -> dict:
        return {"HOME": self.folder.name, "PATH": "/usr/bin:/bin"}

    def text(self) -> str | None:
        return self.file.read_text() if self.file.exists() else None

    def mode(self) -> int:
        return stat.S_IMODE(self.file.stat().st_mode)


def traced(program: str, home: Home, at_stop, arguments=EDIT) -> tuple[int, int, str]:
    """Runs an edit; ``at_stop(index, is_entry, pid)`` at every stop. Exit status, number of stops, stderr."""
    read_end, write_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.dup2(write_end, 2)
        os.dup2(os.open("/dev/null", os.O_RDWR), 1)
        os.chdir(home.folder.name)
        LIBC.ptrace(TRACEME, 0, None, None)
        os.execve(program, [program, *arguments], home.environment())
    os.close(write_end)
    os.waitpid(pid, 0)  # at exec
    ptrace(SETOPTIONS, pid, None, ctypes.c_void_p(O_EXITKILL))
    stops, is_entry, status = 0, True, 0
    while True:
        ptrace(SYSCALL, pid, None, None)
        _, status = os.waitpid(pid, 0)
        if os.WIFEXITED(status) or os.WIFSIGNALED(status):
            break
        at_stop(stops, is_entry, pid)
        stops, is_entry = stops + 1, not is_entry
        if at_stop.ended:
            _, status = os.waitpid(pid, 0)
            break
    with os.fdopen(read_end, "rb") as pipe:
        said = pipe.read().decode()
    return (os.waitstatus_to_exitcode(status), stops, said)


class Watch:
    """Counts, and notes which calls there are."""

    ended = False

    def __init__(self):
        self.calls: list[tuple[int, str]] = []

    def __call__(self, stop: int, is_entry: bool, pid: int) -> None:
        if is_entry:
            self.calls.append((stop, Registers(pid).name))


class Kill:
    def __init__(self, at: int):
        self.at, self.ended = at, False

    def __call__(self, stop: int, is_entry: bool, pid: int) -> None:
        if stop == self.at:
            os.kill(pid, signal.SIGKILL)
            self.ended = True


class Fail:
    ended = False

    def __init__(self, at: int, error: int):
        self.at, self.error = at, error

    def __call__(self, stop: int, is_entry: bool, pid: int) -> None:
        if stop == self.at:
            Registers(pid).skip_call()
        elif stop == self.at + 1:
            Registers(pid).set_result(-self.error)


class Test:
    def __init__(self, program: str):
        self.program, self.passed, self.failed = program, 0, 0

    def check(self, what: str, *problems: str) -> None:
        found = [problem for problem in problems if problem]
        if found:
            self.failed += 1
            print(f"FAIL {what}: {'; '.join(found)}")
        else:
            self.passed += 1

    def next_edit(self, home: Home) -> str:
        """A writer that died must not stand in the next one's way, and leaves nothing behind for long."""
        done = subprocess.run([self.program, "profile", "use", "a", "-q"], env=home.environment(), capture_output=True)
        done2 = subprocess.run([self.program, "set", "PREFECT_LOGGING_LEVEL=INFO", "-q"], env=home.environment(), capture_output=True)
        left = sorted(p.name for p in home.file.parent.iterdir() if p.name not in ("profiles.toml", ".profiles.toml.lock"))
        if done.returncode or done2.returncode:
            return f"the next edit fails: {done.stderr!r} {done2.stderr!r}"
        return f"left behind: {left}" if left else ""

    def kills(self, calls, stops: int, step: int) -> None:
        for stop in range(0, stops, step):
            home = Home()
            traced(self.program, home, Kill(stop))
            text = home.text()
            self.check(
                f"killed at stop {stop}",
                "" if text in (OLD, NEW) else f"the file is neither: {text!r}",
                "" if home.mode() == 0o640 else f"mode {home.mode():o}",
                self.next_edit(home),
            )

    def failures(self, calls, stops: int) -> None:
        # From the lock on: before it only files are read.
        first = next(stop for stop, name in calls if name == "flock")
        for stop, name in calls:
            if stop < first or name not in FAILING:
                continue
            for error in ERRORS:
                home = Home()
                status, _, said = traced(self.program, home, Fail(stop, error))
                text = home.text()
                # What is said of the new file can get lost; of the old one it must not.
                told = "standard output" in said
                fits = text == (NEW if status == 0 or told else OLD) and status in (0, 3)
                says = status == 0 or told or "as it was" in said
                self.check(
                    f"{name} at stop {stop} fails with {errno.errorcode[error]}",
                    "" if fits else f"status {status}, and the file is {'new' if text == NEW else 'old' if text == OLD else text!r}",
                    "" if says else f"does not say so: {said!r}",
                    "" if home.mode() == 0o640 else f"mode {home.mode():o}",
                    self.next_edit(home),
                )

    def new_file(self) -> None:
        home = Home(None)
        done = subprocess.run([self.program, *EDIT], env=home.environment(), capture_output=True)
        self.check("a new file is its owner's alone", "" if done.returncode == 0 and home.mode() == 0o600 else f"{done} {home.mode():o}")

    def link(self) -> None:
        home = Home(None)
        target = Path(home.folder.name, "elsewhere.toml")
        target.write_text(OLD)
        home.file.symlink_to("../elsewhere.toml")
        done = subprocess.run([self.program, *EDIT], env=home.environment(), capture_output=True)
        good = done.returncode == 0 and home.file.is_symlink() and target.read_text() == NEW
        self.check("a link stays, and its target is edited", "" if good else f"{done} {target.read_text()!r}")

    def dangling_link(self) -> None:
        home = Home(None)
        home.file.symlink_to("nowhere.toml")
        done = subprocess.run([self.program, *EDIT], env=home.environment(), capture_output=True)
        self.check("a link to nothing is not followed", "" if done.returncode != 0 and home.file.is_symlink() else f"{done}")

    def at_once(self, processes: int, edits: int) -> None:
        home = Home()
        script = f"for i in $(seq {edits}); do {self.program} profile create p$0-$i -q || exit 1; done"
        running = [subprocess.Popen(["sh", "-c", script, str(n)], env=home.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
                   for n in range(processes)]
        ended = [(p.wait(), p.stderr.read()) for p in running]
        text = home.text()
        lost = [f"p{n}-{i}" for n in range(processes) for i in range(1, edits + 1) if f"[profiles.p{n}-{i}]" not in text]
        self.check(
            f"{processes} processes of {edits} edits",
            "" if all(status == 0 for status, _ in ended) else f"{next(e for e in ended if e[0])}",
            f"{len(lost)} are lost" if lost else "",
            "" if text.startswith(OLD) else "what was there has changed",
        )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--quick", action="store_true", help="kill at every third stop")
    options = parser.parse_args()
    test = Test(os.path.abspath(options.program))
    home, watch = Home(), Watch()
    status, stops, said = traced(test.program, home, watch)
    test.check("undisturbed", "" if status == 0 and home.text() == NEW else f"{status} {said} {home.text()!r}")
    names = [name for _, name in watch.calls]
    test.check("the calls of an edit are seen", "" if {"flock", "write", "fsync"} <= set(names) else f"{sorted(set(names))}")
    test.kills(watch.calls, stops, 3 if options.quick else 1)
    test.failures(watch.calls, stops)
    test.new_file()
    test.link()
    test.dangling_link()
    test.at_once(50, 20)
    print(f"{test.passed} passed, {test.failed} failed")
    return 1 if test.failed else 0


if __name__ == "__main__":
    sys.exit(main())
