"""What is done for one item: its tree is fetched, the program runs over it, and its answer is kept.

What it is not: a task. It knows of no Prefect; whoever calls it gets a result and never an exception.

The program and git get an environment of their own: of this process's variables only those in KEPT
(and for git GIT_KEPT), so that no PREFECT_* of the worker is taken for the launch's, or is seen by
what a repository holds. Each session is ended after its time. Each process of it is bounded in
address space, processor time and the size of a file that it writes; not how many processes there
are, or what all their files take together, and not what a process starts before it is bounded.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import re
import resource
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from .inventory import Item, without_secrets
from .store import Store

KEPT = ("PATH", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH")
# What git needs to reach a server as its user does.
GIT_KEPT = ("HOME", "XDG_CONFIG_HOME", "SSH_AUTH_SOCK", "GIT_SSH_COMMAND", "GIT_ASKPASS", "SSH_ASKPASS",
            "GIT_CONFIG_GLOBAL", "GIT_SSL_CAINFO", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "https_proxy",
            "http_proxy", "no_proxy")
# A repository is somebody else's: nothing of it runs.
GIT_SAFE = ("-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "protocol.ext.allow=never",
            "-c", "core.attributesFile=/dev/null",
            "-c", "filter.lfs.smudge=", "-c", "filter.lfs.process=", "-c", "filter.lfs.required=false",
            "-c", "advice.detachedHead=false", "-c", "gc.auto=0", "-c", "safe.directory=*")
# The program asks git what is ignored; a tree's own configuration must not start anything then.
GIT_OF_THE_PROGRAM = {"GIT_CONFIG_COUNT": "2", "GIT_CONFIG_KEY_0": "core.fsmonitor", "GIT_CONFIG_VALUE_0": "false",
                      "GIT_CONFIG_KEY_1": "safe.directory", "GIT_CONFIG_VALUE_1": "*"}
PREFIX = "prefect-config-fleet-"
MEBIBYTE = 1 << 20
MOST_SAVED_MIB = 64  # of a saved explanation


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
def _folder(means: Means):
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


# ---- repositories ----


def git(means: Means, *words: str, cwd: str | None = None) -> str:
    env = environment(KEPT + GIT_KEPT, GIT_TERMINAL_PROMPT="0", GIT_LFS_SKIP_SMUDGE="1", GIT_OPTIONAL_LOCKS="0")
    env.setdefault("GIT_SSH_COMMAND", "ssh -oBatchMode=yes")
    return run(["git", *GIT_SAFE, *words], means, env=env, cwd=cwd, what="git",
               file_mib=means.fetch_mib)


def commit_of(item: Item, means: Means) -> str:
    """The commit that a repository has at its ref now, without fetching it; empty where nobody says."""
    if len(item.ref) == 40 and all(c in "0123456789abcdef" for c in item.ref):
        return item.ref
    name = item.ref or "HEAD"
    lines = [line.split("\t") for line in git(means, "ls-remote", "--", item.source, name, name + "^{}").splitlines()]
    found = {words[1]: words[0] for words in lines if len(words) == 2}
    for form in ("{}^{{}}", "refs/tags/{}^{{}}", "refs/heads/{}", "refs/tags/{}", "{}"):
        if form.format(name) in found:
            return found[form.format(name)]
    return ""


def _fetched(item: Item, folder: str, means: Means) -> str:
    """The tree of one commit, without its past. Which commit."""
    git(means, "init", "-q", "--template=", folder)
    # Above every .gitattributes: a filter that the worker's own configuration has does not run over this tree.
    attributes = Path(folder, ".git", "info", "attributes")
    attributes.parent.mkdir(exist_ok=True)
    attributes.write_text("* -filter\n", "ascii")
    git(means, "fetch", "-q", "--depth=1", "--no-tags", "--no-recurse-submodules", "--", item.source,
        item.ref or "HEAD", cwd=folder)
    git(means, "checkout", "-q", "FETCH_HEAD", cwd=folder)
    return Path(folder, ".git", "HEAD").read_text("ascii").strip()  # detached: the commit itself


def _lint(folder: str, means: Means) -> dict:
    # A repository's own policy would decide what the fleet hears of it.
    command = [means.program, "lint", "-o", "json", "--fail-on", "never", "--no-policy", "."]
    env = environment(HOME=folder + "/.no-home", **GIT_OF_THE_PROGRAM)
    if means.phrase:
        command.insert(2, "--credentials")
        env["PREFECT_CONFIG_FINGERPRINT_KEY"] = means.phrase
    return _document(run(command, means, env=env, cwd=folder), "prefect-config/lint/v1")


def _document(text: str, schema: str) -> dict:
    try:
        document = json.loads(text)
    except ValueError:
        document = None
    if not isinstance(document, dict) or document.get("schema") != schema:
        raise NotLookedAt(f"prefect-config said something that is no {schema}")
    return document


def _look_at_repository(item: Item, means: Means) -> dict:
    if item.how == "path":
        if not os.path.isdir(item.source):
            raise NotLookedAt("no such folder, or none that may be looked into")
        return {"commit": "", "report": _lint(item.source, means)}
    with _folder(means) as folder:
        commit = _fetched(item, folder, means)
        return {"commit": commit, "report": _lint(folder, means)}


# ---- launches ----


def explain_arguments(item: Item) -> list[str]:
    arguments = {
        "from": ["--from", item.source],
        "env_file": ["--clean-env", "--env-file", item.source],
        "pid": ["--pid", item.source],
    }[item.how]
    if item.prefect_version:
        arguments += ["--prefect-version", item.prefect_version]
    if item.profile:
        arguments += ["--profile", item.profile]
    return arguments


def _look_at_launch(item: Item, means: Means) -> dict:
    if item.host and item.host != socket.gethostname():
        raise NotLookedAt(f"it is on {item.host}: save `explain -o json` there, and list that")
    if item.how == "explanation":
        document = _saved(item.source)
    else:
        env = environment(HOME=os.environ.get("HOME", "/"))
        if means.phrase:
            env["PREFECT_CONFIG_FINGERPRINT_KEY"] = means.phrase
        else:  # those of this machine's own key could not be compared with others
            env["XDG_CONFIG_HOME"] = "/dev/null/none"
        text = run([means.program, "explain", "-o", "json", "-q", *explain_arguments(item)], means, env=env, fine=(0, 1))
        document = _document(text, "prefect-config/explain/v1")
    return {"commit": "", "report": _told(document)}


def _saved(path: str) -> dict:
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise NotLookedAt("is no file")
        with open(path, "rb") as file:
            data = file.read(MOST_SAVED_MIB * MEBIBYTE + 1)
    except OSError as error:
        raise NotLookedAt(f"cannot be read: {os.strerror(error.errno or 0)}") from None
    if len(data) > MOST_SAVED_MIB * MEBIBYTE:
        raise NotLookedAt(f"is larger than {MOST_SAVED_MIB} MiB")
    return _document(data.decode("utf-8", "replace"), "prefect-config/explain/v1")


ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*://)([^/?#]*)([^?#]*)(.*)", re.DOTALL)
HOST = re.compile(r"[\w.-]+(:\d+)?|\[[0-9A-Fa-f:.]+\](:\d+)?")


def _address(text) -> str:
    """Scheme, host, port and path of a URL; nothing where it cannot be told where the host begins."""
    match = ADDRESS.fullmatch(text) if isinstance(text, str) else None
    if not match or "@" in match[3] + match[4]:
        return ""
    host = match[2].rpartition("@")[2]
    return without_secrets(match[1] + host + match[3]) if HOST.fullmatch(host) else ""


def _told(document: dict) -> dict:
    """Of an explanation what the report needs, each of its type. One that was saved with --show-secrets
    has secrets in its surfaces and its environment: none of that is taken."""
    told = {key: _text_of(document.get(key)) for key in ("schema", "prefect_version", "target")}
    told |= {key: bool(document.get(key)) for key in ("loads", "complete")}
    told["api_url"] = _address(document.get("api_url"))
    told["credentials"] = [
        {"id": _text_of(one.get("id")), "setting": _text_of(one.get("setting")), "fingerprint": _text_of(one.get("fingerprint")),
         "origin": _origin(one.get("origin")),
         "used_on": [without_secrets(word) for word in _list(one.get("used_on")) if isinstance(word, str)]}
        for one in _mappings(document.get("credentials"))
    ]
    told["findings"] = [
        {"code": _text_of(one.get("code")), "severity": _text_of(one.get("severity")),
         "message": _text_of(one.get("message")) or "", **_origin(one.get("origin") or one)}
        for one in _mappings(document.get("findings"))
    ]
    return told


def _text_of(value) -> str | None:
    return without_secrets(value) if isinstance(value, str) else None


def _list(value) -> list:
    return value if isinstance(value, list) else []


def _mappings(value) -> list[dict]:
    return [one for one in _list(value) if isinstance(one, dict)]


def _origin(origin) -> dict:
    origin = origin if isinstance(origin, dict) else {}
    line = origin.get("line")
    return {"file": _text_of(origin.get("where")) or _text_of(origin.get("file")) or "",
            "line": line if type(line) is int and line > 0 else None}


# ---- one item ----


def key_of(item: Item, commit: str, run_id: str, made_with: str) -> str:
    """What a result depends on. A folder can change at any time: its result counts for one run."""
    return f"{made_with} {commit}" if commit else f"{made_with} run {run_id}"


def made_with(means: Means) -> str:
    """The program and, in 12 bits, which key: another one of either makes everything anew."""
    key = hashlib.blake2b(b"which", key=means.phrase.encode()[:64]).hexdigest()[:3] if means.phrase else "none"
    return f"{means.version()}, key {key},"


def _row(item: Item, run_id: str) -> dict:
    return {"id": item.id, "kind": item.kind, "name": item.name, "source": without_secrets(item.source),
            "ref": item.ref, "commit": "", "report": None, "reason": "", "run": run_id, "key": ""}


def _keep_reason(item: Item, store: Store, run_id: str, reason: str, key: str) -> None:
    """Why there is no answer now. One of an earlier run stays, and says that it is one."""
    known = store.get(item.id)
    row = _row(item, run_id) | {"reason": without_secrets(reason), "key": key}
    if known and isinstance(known.get("report"), dict):
        row |= {"report": known["report"], "commit": known.get("commit", ""), "key": known.get("key", ""), "stale": True}
    store.put(row)


LOST = "every process that looked at it came to an end before it was done"


def lost(item: Item, store: Store, run_id: str, reason: str = LOST) -> bool:
    """A row for an item whose task never came to its end, unless it has a result of this run."""
    known = store.get(item.id)
    if known and known.get("run") == run_id:
        return False
    _keep_reason(item, store, run_id, reason, "")
    return True


def _is_known(item: Item, means: Means, store: Store, run_id: str, made: str) -> bool:
    known = store.get(item.id)
    if not known:
        return False
    if known.get("key") == key_of(item, "", run_id, made) or (known.get("stale") and known.get("run") == run_id):
        return True
    if not known.get("commit") or known.get("key") != key_of(item, commit_of(item, means), run_id, made):
        return False
    if known.get("stale"):  # it is what is there now, after all
        store.put({**known, "stale": False, "reason": "", "run": run_id})
    return True


def look_at(item: Item, means: Means, store: Store, run_id: str, made: str) -> bool:
    """Looks at one item and keeps the result; False where it was there. Nothing is raised."""
    try:
        if _is_known(item, means, store, run_id, made):
            return False
        if item.trouble:
            raise NotLookedAt(item.trouble)
        seen = _look_at_repository(item, means) if item.kind == "repository" else _look_at_launch(item, means)
        store.put(_row(item, run_id) | seen | {"key": key_of(item, seen["commit"], run_id, made)})
    except NotLookedAt as trouble:
        _keep_reason(item, store, run_id, str(trouble), key_of(item, "", run_id, made))
    except Exception as error:  # ours: a row, so that one item never stops the others
        _keep_reason(item, store, run_id, f"{type(error).__name__} while looking at it", key_of(item, "", run_id, made))
    return True
