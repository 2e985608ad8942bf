"""What is done for one item: its tree is fetched, the program runs over it, and its answer is kept.

What it is not: a task. It knows of no Prefect; whoever calls it gets a result and never an exception.

The program and git get an environment of their own: of this process's variables only those in KEPT
(and for git GIT_KEPT), so that no PREFECT_* of the worker is taken for the launch's, or is seen by
what a repository holds. Each is bounded in time, memory, processor time and what it writes.
"""

from __future__ import annotations

import hashlib
import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import tempfile
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
            "-c", "filter.lfs.smudge=", "-c", "filter.lfs.process=", "-c", "filter.lfs.required=false",
            "-c", "advice.detachedHead=false", "-c", "gc.auto=0", "-c", "safe.directory=*")
# The program asks git what is ignored; a tree's own configuration must not start anything then.
GIT_OF_THE_PROGRAM = {"GIT_CONFIG_COUNT": "2", "GIT_CONFIG_KEY_0": "core.fsmonitor", "GIT_CONFIG_VALUE_0": "false",
                      "GIT_CONFIG_KEY_1": "safe.directory", "GIT_CONFIG_VALUE_1": "*"}
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
    output_mib: int = 256
    scratch: str = ""
    phrase: str = field(default="", repr=False)

    def version(self) -> str:
        return run([self.program, "--version"], self).split("\n", 1)[0].strip()


def _bounds(means: Means) -> tuple:
    return (
        (resource.RLIMIT_AS, means.memory_mib * MEBIBYTE),
        (resource.RLIMIT_FSIZE, means.output_mib * MEBIBYTE),
        (resource.RLIMIT_CPU, int(means.timeout) + 5),
        (resource.RLIMIT_CORE, 0),
    )


def _bound(pid: int, means: Means) -> None:
    if not hasattr(resource, "prlimit"):  # Linux alone can bound another process
        return
    for which, most in _bounds(means):
        try:
            resource.prlimit(pid, which, (most, most))
        except (OSError, ValueError):
            continue  # it has ended already, or is bounded lower


def environment(kept=KEPT, **more: str) -> dict[str, str]:
    return {name: os.environ[name] for name in kept if name in os.environ} | more


def run(command: list[str], means: Means, env: dict | None = None, cwd: str | None = None,
        fine: tuple = (0,), what: str = "prefect-config") -> str:
    """stdout of a command; NotLookedAt where it does not end well, or not in time."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        try:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, cwd=cwd,
                                       env=environment() if env is None else env, start_new_session=True)
        except OSError as error:
            raise NotLookedAt(f"{what} cannot be started: {os.strerror(error.errno or 0)}") from None
        _bound(process.pid, means)
        try:
            status = process.wait(means.timeout)
        except subprocess.TimeoutExpired:
            raise NotLookedAt(f"{what} took longer than {means.timeout:g} s") from None
        finally:
            _end(process)
        if status not in fine:
            raise NotLookedAt(f"{what} ended with {_said(status)}{_last_words(err)}")
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
    return f": {without_secrets(lines[-1], 200)}" if lines else ""


# ---- a folder to work in ----


def sweep_scratch(scratch: str) -> int:
    """Trees of processes of this machine that are gone: they were killed. How many."""
    swept = 0
    host = socket.gethostname()
    for path in Path(scratch or tempfile.gettempdir()).glob(f"{PREFIX}{host}-*"):
        pid = path.name[len(f"{PREFIX}{host}-"):].split("-")[0]
        if pid.isdecimal() and not Path("/proc", pid).exists() and Path("/proc/self").exists():
            shutil.rmtree(path, ignore_errors=True)
            swept += 1
    return swept


@contextmanager
def _folder(means: Means):
    prefix = f"{PREFIX}{socket.gethostname()}-{os.getpid()}-"
    if means.scratch:
        os.makedirs(means.scratch, exist_ok=True)
    path = tempfile.mkdtemp(prefix=prefix, dir=means.scratch or None)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


# ---- repositories ----


def git(means: Means, *words: str, cwd: str | None = None) -> str:
    env = environment(KEPT + GIT_KEPT, GIT_TERMINAL_PROMPT="0", GIT_LFS_SKIP_SMUDGE="1", GIT_OPTIONAL_LOCKS="0")
    env.setdefault("GIT_SSH_COMMAND", "ssh -oBatchMode=yes")
    return run(["git", *GIT_SAFE, *words], means, env=env, cwd=cwd, what="git")


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
            raise NotLookedAt("no such folder")
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
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read(64 * MEBIBYTE)
    except OSError as error:
        raise NotLookedAt(f"cannot be read: {os.strerror(error.errno or 0)}") from None
    return _document(text, "prefect-config/explain/v1")


def _told(document: dict) -> dict:
    """Of an explanation what the report needs. One that was saved with --show-secrets has secrets in
    its surfaces and its environment: none of that is taken."""
    keep = ("schema", "prefect_version", "loads", "complete", "target")
    told = {key: document.get(key) for key in keep}
    told["api_url"] = without_secrets(str(document.get("api_url") or ""))
    told["credentials"] = [
        {"id": one.get("id"), "setting": one.get("setting"), "fingerprint": one.get("fingerprint"),
         "origin": _origin(one.get("origin")), "used_on": one.get("used_on") or []}
        for one in document.get("credentials") or []
    ]
    told["findings"] = [
        {"code": one.get("code"), "severity": one.get("severity"), "message": without_secrets(str(one.get("message", ""))),
         **_origin(one.get("origin") or one)}
        for one in document.get("findings") or []
    ]
    return told


def _origin(origin) -> dict:
    origin = origin if isinstance(origin, dict) else {}
    where = str(origin.get("where") or origin.get("file") or "")
    return {"file": without_secrets(where), "line": origin.get("line")}


# ---- one item ----


def key_of(item: Item, commit: str, run_id: str, made_with: str) -> str:
    """What a result depends on. A folder can change at any time: its result counts for one run."""
    return f"{made_with} {commit}" if commit else f"{made_with} run {run_id}"


def made_with(means: Means) -> str:
    """The program and, in 12 bits, which key: another one of either makes everything anew."""
    key = hashlib.blake2b(b"which", key=means.phrase.encode()[:64]).hexdigest()[:3] if means.phrase else "none"
    return f"{means.version()}, key {key},"


def lost(item: Item, store: Store, run_id: str) -> bool:
    """A row for an item whose task never came to its end, unless it has a result of this run."""
    known = store.get(item.id)
    if known and known.get("run") == run_id:
        return False
    store.put({"id": item.id, "kind": item.kind, "name": item.name, "source": without_secrets(item.source),
               "ref": item.ref, "commit": "", "report": None, "run": run_id, "key": "",
               "reason": "every process that looked at it came to an end before it was done"})
    return True


def look_at(item: Item, means: Means, store: Store, run_id: str, made: str) -> bool:
    """Looks at one item and keeps the result; False where it was there. Nothing is raised."""
    result = {"id": item.id, "kind": item.kind, "name": item.name, "source": without_secrets(item.source),
              "ref": item.ref, "commit": "", "report": None, "reason": "", "run": run_id}
    try:
        if store.has(item.id, key_of(item, "", run_id, made)):
            return False
        known = store.get(item.id)
        if known and known.get("commit") and known["key"] == key_of(item, commit_of(item, means), run_id, made):
            return False
        if item.trouble:
            raise NotLookedAt(item.trouble)
        seen = _look_at_repository(item, means) if item.kind == "repository" else _look_at_launch(item, means)
        result.update(seen, key=key_of(item, seen["commit"], run_id, made))
    except NotLookedAt as trouble:
        result.update(reason=without_secrets(str(trouble)), key=key_of(item, "", run_id, made))
    except Exception as error:  # ours: a row, so that one item never stops the others
        result.update(reason=f"{type(error).__name__} while looking at it", key=key_of(item, "", run_id, made))
    store.put(result)
    return True
