"""Results in a folder that every machine sees: a file each item, written whole or not at all.

An item has one file, named by what it is, so that a task that runs twice, on two machines at once
too, leaves one result. A result says what it was made of (`key`: the commit, the program, the key
of the fingerprints); a run skips what is there with the key that it would make.

What it is not: a database. Two runs at once may share a folder where they look at the same things
the same way; else give each its own.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

SCHEMA = "prefect-config/fleet-result/v1"


class Store:
    def __init__(self, folder: str | Path):
        self.folder = Path(folder)

    def path(self, item_id: str) -> Path:
        # 256 folders: none of them has more names than a file system likes.
        return self.folder / "results" / item_id[:2] / f"{item_id}.json"

    def put(self, result: dict) -> None:
        write_whole(self.path(result["id"]), json.dumps({"schema": SCHEMA, **result}, sort_keys=True) + "\n")

    def get(self, item_id: str) -> dict | None:
        """The result, or None where there is none or it is no result: it is made again then."""
        try:
            result = json.loads(self.path(item_id).read_text("utf-8"))
        except (OSError, ValueError):
            return None
        is_one = isinstance(result, dict) and result.get("schema") == SCHEMA and result.get("id") == item_id
        return result if is_one else None

    def has(self, item_id: str, key: str) -> bool:
        result = self.get(item_id)
        return result is not None and bool(key) and result.get("key") == key

    def count(self) -> int:
        return sum(1 for _ in (self.folder / "results").glob("??/*.json"))


def write_whole(path: Path, text: str, mode: int = 0o644) -> None:
    """Under another name in the same folder first, then in one step: a reader sees all of it, or the old."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(prefix=".new-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, mode)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def sweep(folder: str | Path, seconds: float = 3600) -> int:
    """Takes away what a killed machine left half written, an hour ago or longer. How many."""
    import time

    swept = 0
    for path in Path(folder).glob("results/??/.new-*"):
        try:
            if time.time() - path.stat().st_mtime > seconds:
                path.unlink()
                swept += 1
        except OSError:
            continue  # another machine was quicker
    return swept
