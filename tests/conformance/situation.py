"""One situation: the files, environment and arguments of one process. Standard library only.

The situations themselves are the tables under situations/*.py; this module gives them their
shape, lays one out in a folder of its own and builds its environment. Nothing here knows how a
setting is resolved: what a situation leads to is measured (oracle.py), never written by hand.
"""

from __future__ import annotations

import ctypes
import dataclasses
import importlib.util
import os
import pathlib
import pwd
import shutil
import subprocess
import sys
import tempfile
import textwrap

HERE = pathlib.Path(__file__).resolve().parent
#: Recorded in whole; of the others in recordings/, what they answer otherwise than these.
VERSIONS = ("3.4.19", "3.8.8")
PROFILES = "home/.prefect/profiles.toml"
#: Settings whose items Prefect holds in an order that changes from process to process.
ANY_ORDER = {"logging.extra_loggers"}
#: In ``files``: make a directory there.
DIRECTORY = object()

#: The views recorded for a version, by the flags after ``config view``. The first is run for
#: every situation; the others only where that one succeeds.
VIEWS = {
    "3.4.19": ("",),
    "3.8.8": (
        "",
        "--show-defaults",
        "--show-secrets",
        "--hide-sources",
        "--show-defaults --show-secrets",
        "-o json",
    ),
}
#: Of every later release, whose text is ours to print too.
LATER_VIEWS = ("", "--show-secrets")


def parts(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def views_for(version: str) -> tuple[str, ...]:
    return VIEWS.get(version, LATER_VIEWS if parts(version) > (3, 8, 8) else ())


def stands_for(version: str) -> str:
    """The version recorded in whole that answers most as this one does."""
    return VERSIONS[0] if parts(version) < (3, 5) else VERSIONS[1]


@dataclasses.dataclass(frozen=True)
class Deviation:
    """Where we print something else than Prefect on purpose (``-o prefect``, 3.8.8).

    ``replace``: pairs applied to Prefect's recorded text before the comparison. Each left side
    must occur, or the comparison fails, so a deviation that is no longer one is noticed.
    ``unless_secrets``: the pairs hold only for views without --show-secrets.
    ``view_fails``: Prefect's own view fails although the settings load; ours must not. Then
    the text is not compared, only the exit status 0.
    """

    reason: str
    replace: tuple[tuple[str, str], ...] = ()
    unless_secrets: bool = False
    view_fails: bool = False


@dataclasses.dataclass(frozen=True)
class Situation:
    name: str
    shows: str
    files: dict = dataclasses.field(default_factory=dict)
    env: list = dataclasses.field(default_factory=list)
    args: list = dataclasses.field(default_factory=list)
    versions: tuple = VERSIONS
    modes: dict = dataclasses.field(default_factory=dict)
    home: str | None = "{root}/home"
    deviation: Deviation | None = None
    #: Needs a process of its own even in live.py's quick way.
    fresh: bool = False
    #: Called as ``python -m prefect``, which Prefect tells from ``prefect``.
    module: bool = False


def toml(text: str) -> dict:
    """``files`` with this profiles.toml in the home folder."""
    return {PROFILES: textwrap.dedent(text).lstrip("\n")}


def m(lines: str) -> dict:
    """``files`` with one active profile ``m`` holding these lines."""
    return toml('active = "m"\n\n[profiles.m]\n' + lines)


def env_file(text: str) -> dict:
    """``files`` with this .env in the working directory."""
    return {"work/.env": textwrap.dedent(text).lstrip("\n")}


def prefect_toml(text: str) -> dict:
    return {"work/prefect.toml": textwrap.dedent(text).lstrip("\n")}


def pyproject(text: str) -> dict:
    return {"work/pyproject.toml": textwrap.dedent(text).lstrip("\n")}


def one(name: str, shows: str, setting: str, value: str | None = None) -> Situation:
    """One variable of the environment, or (no ``value``) one line of the active profile."""
    if value is None:
        return Situation(name, shows, files=m(setting + "\n"))
    return Situation(name, shows, env=[(setting, value)])


def load(only: list[str] | None = None) -> list[Situation]:
    found: list[Situation] = []
    sys.path.insert(0, str(HERE))
    for path in sorted((HERE / "situations").glob("*.py")):
        spec = importlib.util.spec_from_file_location(f"situations_{path.stem}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found += module.SITUATIONS
    names = [s.name for s in found]
    twice = {n for n in names if names.count(n) > 1}
    if twice:
        raise SystemExit(f"two situations have one name: {', '.join(sorted(twice))}")
    if only:
        unknown = set(only) - set(names)
        if unknown:
            raise SystemExit(f"no such situation: {', '.join(sorted(unknown))}")
        found = [s for s in found if s.name in only]
    return found


class Layout:
    """A situation laid out in a temporary folder; a context manager that removes it again."""

    def __init__(self, situation: Situation):
        self.situation = situation

    def __enter__(self) -> "Layout":
        self.root = os.path.realpath(tempfile.mkdtemp(prefix="conf-"))
        for folder in ("home", "work"):
            os.mkdir(os.path.join(self.root, folder))
        for name, content in self.situation.files.items():
            path = pathlib.Path(self.root, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            if content is DIRECTORY:
                path.mkdir()
            elif isinstance(content, bytes):
                path.write_bytes(content)
            else:
                path.write_bytes(self.fill(content).encode("utf-8"))
        for name, mode in self.situation.modes.items():
            os.chmod(os.path.join(self.root, name), mode)
        return self

    def __exit__(self, *exc) -> None:
        for name in self.situation.modes:
            os.chmod(os.path.join(self.root, name), 0o700)
        shutil.rmtree(self.root, ignore_errors=True)

    def fill(self, text: str) -> str:
        return text.replace("{root}", self.root)

    def strip(self, text: str) -> str:
        """Machine paths out of a recorded text."""
        text = text.replace(self.root, "{root}")
        account = pwd.getpwuid(os.getuid()).pw_dir.rstrip("/")
        if self.situation.home is None and account:
            text = text.replace(account + "/", "{account}/")
        return text

    @property
    def cwd(self) -> str:
        return os.path.join(self.root, "work")

    @property
    def environment(self) -> dict[str, str]:
        base = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
        if self.situation.home is not None:
            base["HOME"] = self.fill(self.situation.home)
        return base | {name: self.fill(value) for name, value in self.situation.env}

    @property
    def preexec(self):
        """For situations with file modes: what makes root obey them, else None."""
        return _obey_file_modes if self.situation.modes and os.getuid() == 0 else None

    @property
    def modes_are_obeyed(self) -> bool:
        """False where this user reads a mode 000 file anyway: such a situation is skipped."""
        for name, mode in self.situation.modes.items():
            if not mode & 0o400:
                read = subprocess.run(
                    ["/bin/cat", os.path.join(self.root, name)],
                    preexec_fn=self.preexec,
                    capture_output=True,
                )
                if read.returncode == 0:
                    return False
        return True


def _obey_file_modes() -> None:
    # PR_CAPBSET_DROP of CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH: gone after the next exec.
    libc = ctypes.CDLL(None)
    libc.prctl(24, 1, 0, 0, 0)
    libc.prctl(24, 2, 0, 0, 0)
