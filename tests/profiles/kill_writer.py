#!/usr/bin/env python3
"""Kills a writer of profiles.toml at every system call, lets every system call fail, and runs many at once.

usage: kill_writer.py --program PATH/TO/prefect-config [--seconds N]

How: the program runs under ptrace (PTRACE_SYSCALL), which stops it before and after each system call. A run
is killed (SIGKILL) at stop N, for every N of an undisturbed run; another gets, at the entry of call N, a
number that is no system call, and at its exit the error to see (ENOSPC, EDQUOT, EROFS, EACCES, EIO). Then
the file must be the old one or the new one, byte for byte, the exit status must fit, the mode must be the
old one, and the next edit must work. Also 50 processes of 20 edits each at once, none of which may be lost.

A writer syncs, and after a build a disk may take seconds for that: the homes stand in memory where there
is /dev/shm, and after --seconds what is left is left out, and said so. The stops are taken in an order that
leaves the gaps small.

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
import time
from pathlib import Path

TRACEME, SYSCALL, GETREGSET, SETREGSET, SETOPTIONS = 0, 24, 0x4204, 0x4205, 0x4200
NT_PRSTATUS, NT_ARM_SYSTEM_CALL, O_TRACESYSGOOD, O_EXITKILL = 1, 0x404, 1, 0x100000
#: How waitpid names a stop at a system call under O_TRACESYSGOOD.
AT_SYSTEM_CALL = signal.SIGTRAP | 0x80
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
#: One traced run; it takes milliseconds.
RUN_SECONDS = 60
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
        self.folder = tempfile.TemporaryDirectory(prefix="kill-", dir=MEMORY)
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
    ptrace(SETOPTIONS, pid, None, ctypes.c_void_p(O_EXITKILL | O_TRACESYSGOOD))
    stops, is_entry, status, to_deliver = 0, True, 0, 0
    # The kill makes waitpid return: a run without an end fails, and does not stop the test.
    signal.signal(signal.SIGALRM, lambda *_: os.kill(pid, signal.SIGKILL))
    signal.alarm(RUN_SECONDS)
    while True:
        try:
            ptrace(SYSCALL, pid, None, ctypes.c_void_p(to_deliver))
        except ProcessLookupError:
            pass  # killed while it stood
        _, status = os.waitpid(pid, 0)
        if os.WIFEXITED(status) or os.WIFSIGNALED(status):
            break
        to_deliver = 0
        if os.WSTOPSIG(status) != AT_SYSTEM_CALL:
            to_deliver = os.WSTOPSIG(status)
            continue
        at_stop(stops, is_entry, pid)
        stops, is_entry = stops + 1, not is_entry
        if at_stop.ended:
            _, status = os.waitpid(pid, 0)
            break
    signal.alarm(0)
    with os.fdopen(read_end, "rb") as pipe:
        said = pipe.read().decode()
    return (os.waitstatus_to_exitcode(status), stops, said)


class Watch:
    """Counts, and notes which calls there are."""

    ended = False

    def __init__(self):
        self.names: list[str] = []

    def __call__(self, stop: int, is_entry: bool, pid: int) -> None:
        if is_entry:
            self.names.append(Registers(pid).name)


class Kill:
    def __init__(self, at: int):
        self.at, self.ended = at, False

    def __call__(self, stop: int, is_entry: bool, pid: int) -> None:
        if stop == self.at:
            os.kill(pid, signal.SIGKILL)
            self.ended = True


class Fail:
    """Lets the ``at``-th call of ``name`` fail. Stops do not count here: runs differ in how often they ask
    for memory, and a failing `brk` is another test."""

    ended = False

    def __init__(self, name: str, at: int, error: int):
        self.name, self.to_come, self.error, self.fails_now = name, at, error, False

    def __call__(self, stop: int, is_entry: bool, pid: int) -> None:
        if self.fails_now:
            Registers(pid).set_result(-self.error)
            self.fails_now = False
        elif is_entry and (registers := Registers(pid)).name == self.name:
            if self.to_come == 0:
                registers.skip_call()
                self.fails_now = True
            self.to_come -= 1


def spread(items: list) -> list:
    """The same items: the middle one first, then the middles of the halves, and so on."""
    order, parts = [], [(0, len(items))]
    for first, end in parts:
        if first < end:
            middle = (first + end) // 2
            order.append(items[middle])
            parts += [(first, middle), (middle + 1, end)]
    return order


class Test:
    def __init__(self, program: str, seconds: float):
        self.program, self.passed, self.failed = program, 0, 0
        self.end = time.monotonic() + seconds

    def left(self, share: float, items: list, what: str):
        """The items, spread, until this share of the time that is left is over."""
        end = time.monotonic() + share * (self.end - time.monotonic())
        for done, item in enumerate(spread(items)):
            if time.monotonic() > end:
                print(f"out of time: {done} of {len(items)} {what}")
                return
            yield item

    def check(self, what: str, *problems: str) -> None:
        found = [problem for problem in problems if problem]
        if found:
            self.failed += 1
            print(f"FAIL {what}: {'; '.join(found)}")
        else:
            self.passed += 1

    def next_edit(self, home: Home) -> str:
        """A writer that died must not stand in the next one's way, and leaves nothing behind for long."""
        done = subprocess.run([self.program, "profile", "use", "a", "-q"], env=home.environment(), capture_output=True, timeout=RUN_SECONDS)
        done2 = subprocess.run([self.program, "set", "PREFECT_LOGGING_LEVEL=INFO", "-q"], env=home.environment(), capture_output=True, timeout=RUN_SECONDS)
        left = sorted(p.name for p in home.file.parent.iterdir() if p.name not in ("profiles.toml", ".profiles.toml.lock"))
        if done.returncode or done2.returncode:
            return f"the next edit fails: {done.stderr!r} {done2.stderr!r}"
        return f"left behind: {left}" if left else ""

    def kills(self, stops: int) -> None:
        for stop in self.left(0.4, list(range(stops)), "kills"):
            home = Home()
            traced(self.program, home, Kill(stop))
            text = home.text()
            self.check(
                f"killed at stop {stop}",
                "" if text in (OLD, NEW) else f"the file is neither: {text!r}",
                "" if home.mode() == 0o640 else f"mode {home.mode():o}",
                self.next_edit(home),
            )

    def failures(self, names: list[str]) -> None:
        # From the lock on: before it only files are read.
        first = names.index("flock")
        failing = [(name, names[:at].count(name)) for at, name in enumerate(names) if at >= first and name in FAILING]
        for name, at in self.left(0.6, failing, "failing calls"):
            for error in ERRORS:
                home = Home()
                status, _, said = traced(self.program, home, Fail(name, at, error))
                text = home.text()
                # What is said of the new file can get lost; of the old one it must not.
                told = "standard output" in said
                fits = text == (NEW if status == 0 or told else OLD) and status in (0, 3)
                says = status == 0 or told or "as it was" in said
                self.check(
                    f"{name} {at} fails with {errno.errorcode[error]}",
                    "" if fits else f"status {status}, and the file is {'new' if text == NEW else 'old' if text == OLD else text!r}",
                    "" if says else f"does not say so: {said!r}",
                    "" if home.mode() == 0o640 else f"mode {home.mode():o}",
                    self.next_edit(home),
                )

    def new_file(self) -> None:
        home = Home(None)
        done = subprocess.run([self.program, *EDIT], env=home.environment(), capture_output=True, timeout=RUN_SECONDS)
        self.check("a new file is its owner's alone", "" if done.returncode == 0 and home.mode() == 0o600 else f"{done} {home.mode():o}")

    def link(self) -> None:
        home = Home(None)
        target = Path(home.folder.name, "elsewhere.toml")
        target.write_text(OLD)
        home.file.symlink_to("../elsewhere.toml")
        done = subprocess.run([self.program, *EDIT], env=home.environment(), capture_output=True, timeout=RUN_SECONDS)
        good = done.returncode == 0 and home.file.is_symlink() and target.read_text() == NEW
        self.check("a link stays, and its target is edited", "" if good else f"{done} {target.read_text()!r}")

    def dangling_link(self) -> None:
        home = Home(None)
        home.file.symlink_to("nowhere.toml")
        done = subprocess.run([self.program, *EDIT], env=home.environment(), capture_output=True, timeout=RUN_SECONDS)
        self.check("a link to nothing is not followed", "" if done.returncode != 0 and home.file.is_symlink() else f"{done}")

    def at_once(self, processes: int, edits: int) -> None:
        home = Home()
        # Each tells how many of its edits were done when the time was over.
        script = f"""
            for i in $(seq {edits}); do
              [ "$(date +%s)" -lt {int(time.time() + max(10, self.end - time.monotonic()))} ] || exit 0
              {self.program} profile create p$0-$i -q > /dev/null || exit 1
              echo $i
            done"""
        running = [subprocess.Popen(["sh", "-c", script, str(n)], env=home.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                   for n in range(processes)]
        ended = [(*p.communicate(), p.returncode) for p in running]
        text = home.text()
        done = [len(out.split()) for out, _, _ in ended]
        if sum(done) < processes * edits:
            print(f"out of time: {sum(done)} of {processes * edits} edits")
        lost = [f"p{n}-{i}" for n in range(processes) for i in range(1, done[n] + 1) if f"[profiles.p{n}-{i}]" not in text]
        self.check(
            f"{processes} processes of {edits} edits",
            "" if all(status == 0 for _, _, status in ended) else f"{next(e for e in ended if e[2])}",
            f"{len(lost)} are lost" if lost else "",
            "" if text.startswith(OLD) else "what was there has changed",
        )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--seconds", type=float, default=120, help="for all of it, about (%(default)s)")
    options = parser.parse_args()
    test = Test(os.path.abspath(options.program), options.seconds)
    home, watch = Home(), Watch()
    status, stops, said = traced(test.program, home, watch)
    test.check("undisturbed", "" if status == 0 and home.text() == NEW else f"{status} {said} {home.text()!r}")
    test.check("the calls of an edit are seen", "" if {"flock", "write", "fsync"} <= set(watch.names) else f"{sorted(set(watch.names))}")
    test.kills(stops)
    test.failures(watch.names)
    test.new_file()
    test.link()
    test.dangling_link()
    test.at_once(50, 20)
    print(f"{test.passed} passed, {test.failed} failed")
    return 1 if test.failed else 0


if __name__ == "__main__":
    sys.exit(main())
