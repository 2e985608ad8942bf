"""A bare Debian 12 root to install packages into: made once by mmdebstrap, copied for each use.

What it is not: a container. Programs in it see the machine's network and processes; only its files are its
own. It works as root, with /proc from the machine; `why_not()` says why it would not work here.

The root keeps its package lists and the archives of what packages of ours depend on, so that a second run
downloads nothing. It is made anew where they depend on something else.
"""

import os
import re
import shlex
import shutil
import tempfile
from pathlib import Path

from bounded import run

ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LANG": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}
#: What apt and mmdebstrap need of the one who calls, to get through to the archive.
PROXY = re.compile(r"^(https?|no)_proxy$", re.I)
#: A mount namespace of its own, so that nothing stays mounted. How changes spread is left as it is: inside of a
#: chroot / need not be a mount point, and cannot be told. What spread from there is unmounted by unmount().
APART = ("unshare", "--mount", "--propagation", "unchanged", "sh", "-c", 'mount --make-rprivate / 2>/dev/null; exec "$@"', "sh")
#: /proc is what a program finds itself by.
ENTER = 'mount --bind /proc "$1/proc" && exec chroot "$@"'

#: What making and entering takes, in a mount namespace of its own. Containers refuse one or the other.
TRIALS = {
    "no mount namespace": "true",
    "/proc cannot be mounted": 'mkdir "$1/proc"; mount --bind /proc "$1/proc"',
    "no device can be made": 'mknod "$1/null" c 1 3',
}


def why_not() -> str:
    """Empty where a root can be made and entered here."""
    if os.geteuid() != 0:
        return "only root makes and enters another root"
    for program in ("mmdebstrap", "unshare", "chroot"):
        if not shutil.which(program):
            return f"{program} is not installed"
    with tempfile.TemporaryDirectory() as folder:
        for what, line in TRIALS.items():
            result = run(*APART, "sh", "-ec", line, "sh", folder, timeout=20)
            unmount(Path(folder))
            if result.returncode:
                return f"{what}: {result.stderr.strip()}"
    return ""


def mounted(folder: Path) -> list:
    """What is mounted below it in the namespace of the test, the deepest first. It has to be nothing."""
    lines = Path("/proc/self/mountinfo").read_text("utf-8", errors="surrogateescape").splitlines()
    points = [re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), line.split()[4]) for line in lines]
    return sorted((one for one in points if one.startswith(f"{folder.resolve()}/")), key=len, reverse=True)


def unmount(folder: Path) -> None:
    """Before anything below it is removed: what is behind a mount is not ours."""
    for point in mounted(folder):
        run("umount", "--lazy", point, timeout=20)
    if mounted(folder):
        raise RuntimeError(f"still mounted: {mounted(folder)}")


def environment() -> dict:
    return {**ENVIRONMENT, **{name: value for name, value in os.environ.items() if PROXY.match(name)}}


def sources() -> list:
    """The machine's own lists with Debian's archive; without any, mmdebstrap takes the usual one."""
    candidates = [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*"))]
    return [str(path) for path in candidates if path.is_file() and "bookworm-updates" in path.read_text("utf-8", errors="replace")]


def apt_options(folder: Path) -> list:
    """The machine's own settings of apt: a proxy, or whom it trusts. Its certificates are outside of the root."""
    dump = run("apt-config", "dump", "--format", '%f "%v";%n', "Acquire", timeout=20).stdout
    lines = [line for line in dump.splitlines() if not line.endswith('"";') and not re.match("Acquire::(Languages|CompressionTypes|IndexTargets|Changelogs)", line)]
    trusted = [line for line in lines if re.match("Acquire::(https?|Retries)", line)]
    if not trusted:
        return []
    path = folder / "apt.conf"
    path.write_text("\n".join(trusted) + "\n", "utf-8")
    # A certificate that a setting names is read inside too.
    named = [value for line in trusted for value in re.findall(r'"(/[^"]+)"', line) if Path(value).is_file()]
    return [f"--aptopt={path}", *(f'--essential-hook=install -D -m 644 {shlex.quote(one)} "$1"{shlex.quote(one)}' for one in sorted(set(named)))]


def make(base: Path, downloaded: list) -> None:
    """Once; a root that is half made is none. `downloaded` is not installed: the test is that apt finds out what is needed."""
    stamp, wanted = base.with_name(f"{base.name}.downloaded"), " ".join(downloaded)
    if (base / "bin/sh").exists() and stamp.is_file() and stamp.read_text("utf-8") == wanted:
        return
    stamp.unlink(missing_ok=True)
    if base.exists():
        unmount(base)
        shutil.rmtree(base)
    base.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=base.parent) as name:
        scratch = Path(name) / "root"
        command = [*APART, "mmdebstrap", "--mode=root", "--variant=minbase", "--format=directory",
                   "--skip=cleanup/apt/lists,cleanup/apt/cache,cleanup/tmp", *apt_options(Path(name)),
                   '--customize-hook=chroot "$1" apt-get install -y -d ' + wanted,
                   "bookworm", str(scratch), *sources()]
        result = run(*command, env=environment(), timeout=400)
        unmount(scratch)
        if result.returncode != 0:
            raise RuntimeError(f"mmdebstrap: {result.stderr.strip()[-2000:]}")
        scratch.rename(base)
    stamp.write_text(wanted, "utf-8")


class Root:
    """A copy of the base; a context manager, which removes it."""

    def __init__(self, base: Path):
        self.holder = tempfile.TemporaryDirectory(dir=base.parent)
        self.path = Path(self.holder.name) / "root"
        copied = run("cp", "-a", "--reflink=auto", base, self.path, timeout=120)
        if copied.returncode:
            raise RuntimeError(f"cp: {copied.stderr.strip()[-2000:]}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        unmount(self.path)
        self.holder.cleanup()

    def run(self, *arguments, env=None, timeout=200):
        try:
            return run(*APART, "sh", "-c", ENTER, "sh", self.path, *arguments, env={**environment(), **(env or {})}, timeout=timeout)
        finally:
            unmount(self.path)

    def files(self) -> dict:
        """Every file with what it is, but what package management itself notes, and what is not of files."""
        skipped = ("proc", "sys", "dev", "tmp", "run", "packages", "var/cache", "var/lib/apt", "var/lib/dpkg", "var/log")
        found = {}
        for folder, folders, names in os.walk(self.path):
            inside = os.path.relpath(folder, self.path)
            folders[:] = [one for one in folders if os.path.normpath(os.path.join(inside, one)) not in skipped]
            for name in [*folders, *names]:
                path = Path(folder) / name
                status = path.lstat()
                found[os.path.normpath(os.path.join(inside, name))] = (status.st_mode, status.st_uid, 0 if path.is_dir() else status.st_size)
        return found
