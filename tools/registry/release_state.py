"""What tools/dev/new-release may go on from: a tree without somebody's own work in it, a recording that is whole.

A run that began in a clean tree writes down at which commit (build/new-release/VERSION/began). Until something is
committed, whatever differs is its own or was edited because of it, so that the same command goes on.

What it is not: an undo. `git diff` shows what a run changed, `git restore` takes it back.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

#: What is named of a tree that is not clean.
MOST_NAMES = 5


def git(root: Path, *words: str) -> str | None:
    """What git says; nothing where it cannot say."""
    try:
        done = subprocess.run(["git", "-C", str(root), *words], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    except OSError:
        return None
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None


def refusal(root: Path, logs: Path) -> str:
    """Why a run must not begin here; empty where it may. Notes that it began clean."""
    began = logs / "began"
    commit, changed = git(root, "rev-parse", "HEAD"), git(root, "status", "--porcelain")
    if commit is None or changed is None:
        return "git does not say what is changed here"
    if not changed:
        logs.mkdir(parents=True, exist_ok=True)
        began.write_text(commit, "utf-8")
    elif not began.exists() or began.read_text("utf-8") != commit:
        names = [line[3:] for line in changed.splitlines()]
        more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
        return f"there are changes that are not committed: {', '.join(names[:MOST_NAMES])}{more}"
    return ""


def is_whole(path: Path, part: str) -> bool:
    """Whether a recording is there and can be read; one that was cut off is removed, to be made again."""
    try:
        if part in json.loads(path.read_text("utf-8")):
            return True
    except FileNotFoundError:
        return False
    except (ValueError, TypeError):
        pass
    path.unlink()
    return False
