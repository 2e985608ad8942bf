"""What is done for one item: its tree is fetched, the program runs over it, and its answer is kept.

What it is not: a task. It knows of no Prefect; whoever calls it gets a result and never an exception.

The program and git get an environment of their own: of this process's variables only those in KEPT
(and for git GIT_KEPT), so that no PREFECT_* of the worker is taken for the launch's, or is seen by
what a repository holds. bounded.py says how each is bounded.
"""

from __future__ import annotations

import hashlib
import os
import socket
from pathlib import Path

from . import saved
from .bounded import KEPT, Means, NotLookedAt, environment, folder_of, run
from .inventory import Item, without_secrets
from .store import Store

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
    return saved.document_of(run(command, means, env=env, cwd=folder), "prefect-config/lint/v1")


def _look_at_repository(item: Item, means: Means) -> dict:
    if item.how == "path":
        if not os.path.isdir(item.source):
            raise NotLookedAt("no such folder, or none that may be looked into")
        return {"commit": "", "report": _lint(item.source, means)}
    with folder_of(means) as folder:
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
        document = saved.read(item.source)
    else:
        env = environment(HOME=os.environ.get("HOME", "/"))
        if means.phrase:
            env["PREFECT_CONFIG_FINGERPRINT_KEY"] = means.phrase
        else:  # those of this machine's own key could not be compared with others
            env["XDG_CONFIG_HOME"] = "/dev/null/none"
        text = run([means.program, "explain", "-o", "json", "-q", *explain_arguments(item)], means, env=env, fine=(0, 1))
        document = saved.document_of(text, "prefect-config/explain/v1")
    return {"commit": "", "report": saved.told_of(document)}


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
