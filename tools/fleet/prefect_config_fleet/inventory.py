"""What to look at: a file that lists repositories and launches.

What it is not: a look at them. Nothing is opened here but the list itself.

To add a kind of launch: its field in LAUNCH_FIELDS, and its case in work.explain_arguments.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

REPOSITORY_FIELDS = {"name", "path", "url", "ref"}
LAUNCH_FIELDS = ("from", "env_file", "pid", "explanation")  # one of them says where the launch is
LAUNCH_EXTRAS = {"name", "host", "prefect_version", "profile"}
SCHEMES = {"https", "http", "ssh", "git", "file"}

# A branch, a tag, or a commit; nothing that git would read as an option or as two.
REF = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./@+-]*")
SCP = re.compile(r"(?P<user>[A-Za-z0-9._-]+@)?[A-Za-z0-9.-]+:(?!//|:).+")
SECRET_LIKE = re.compile(r"(://)[^/@\s]*@|pn[ub]_[A-Za-z0-9]+|gh[a-z]_[A-Za-z0-9]+|glpat-[\w-]+")


class InventoryError(ValueError):
    """The list cannot be used; says where."""


@dataclass(frozen=True)
class Item:
    """One thing to look at. `trouble` says why it cannot be, where that is known already."""

    kind: str  # repository, launch
    name: str
    how: str  # path, git; from, env_file, pid, explanation
    source: str
    ref: str = ""
    host: str = ""
    prefect_version: str = ""
    profile: str = ""
    trouble: str = ""

    @property
    def id(self) -> str:
        """The same for the same thing, whatever it is called and wherever it stands in the list."""
        parts = (self.kind, self.how, self.source, self.ref, self.host, self.prefect_version, self.profile, self.trouble)
        return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:32]

    def as_dict(self) -> dict:
        return asdict(self)


def without_secrets(text: str, most: int = 500) -> str:
    """A text as it may be shown: no user-info, no key, no control character."""
    text = SECRET_LIKE.sub(lambda match: "://********@" if match.group(1) else "********", text)
    text = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return text if len(text) <= most else text[: most - 1] + "…"


def read(path: str | Path) -> list[Item]:
    """The items of a file, each once, in their order: JSON, YAML, TOML by its name; else a line each."""
    path = Path(path)
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InventoryError(f"{path}: cannot be read: {type(error).__name__}") from None
    document = _parsed(path, text)
    if isinstance(document, list):
        document = {"repositories": document}
    if not isinstance(document, dict) or set(document) - {"repositories", "launches"}:
        raise InventoryError(f"{path}: it has `repositories` and `launches`, and nothing else")
    folder = path.resolve().parent
    items = [_repository(entry, folder) for entry in _entries(document, "repositories", path)]
    items += [_launch(entry, folder) for entry in _entries(document, "launches", path)]
    return _each_once(items)


def _entries(document: dict, key: str, path: Path) -> list:
    entries = document.get(key)
    if entries is None:
        return []
    if not isinstance(entries, list):
        raise InventoryError(f"{path}: `{key}` is a list")
    return entries


def _parsed(path: Path, text: str):
    suffix = path.suffix.lower()
    try:
        if suffix == ".json":
            return json.loads(text)
        if suffix in (".yaml", ".yml"):
            import yaml  # comes with Prefect

            return yaml.safe_load(text) or []
        if suffix == ".toml":
            try:
                import tomllib
            except ModuleNotFoundError:  # Python 3.10; this one comes with Prefect
                import toml as tomllib
            return tomllib.loads(text)
    except Exception as error:  # each parser has its own; what they say may repeat the text
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        line = line + 1 if line is not None else getattr(error, "lineno", None)
        where = f"{path}:{line}" if line else f"{path}"
        raise InventoryError(f"{where}: is no {suffix[1:].upper()}") from None
    return [_of_line(line) for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]


def _of_line(line: str):
    words = line.split()
    return {"url": words[0], "ref": words[1]} if len(words) == 2 else line.strip()


def _each_once(items: list[Item]) -> list[Item]:
    seen: dict[str, Item] = {}
    for item in items:
        seen.setdefault(item.id, item)
    return list(seen.values())


# ---- repositories ----


def _repository(entry, folder: Path) -> Item:
    if isinstance(entry, str):
        entry = {"url": entry}
    if not isinstance(entry, dict) or not all(isinstance(value, str) for value in entry.values()):
        return Item("repository", "an entry that is no text and no mapping of texts", "path", repr(entry)[:80],
                    trouble="the inventory's entry is not understood")
    source = entry.get("url") or entry.get("path") or ""
    ref = entry.get("ref", "")
    shown = without_secrets(source)
    name = without_secrets(entry.get("name", "")) or shown or "(no name)"
    trouble = _trouble_of_repository(entry, source, ref)
    if trouble:  # what is wrong with it may be a secret in it
        return Item("repository", name, "git", shown, without_secrets(ref), trouble=trouble)
    if _is_remote(source):
        return Item("repository", name, "git", source, ref)
    path = str((folder / source).resolve())
    # A folder is looked at as it is, unless a commit of it is asked for; a bare one has no tree.
    how = "git" if ref or _is_bare(Path(path)) else "path"
    return Item("repository", name, how, path, ref)


def _is_remote(source: str) -> bool:
    return "://" in source or (SCP.fullmatch(source) is not None and not source.startswith(("/", ".")))


def _is_bare(path: Path) -> bool:
    return (path / "HEAD").is_file() and (path / "objects").is_dir()


def _trouble_of_repository(entry: dict, source: str, ref: str) -> str:
    if set(entry) - REPOSITORY_FIELDS:
        return "the inventory's entry has fields that are not known"
    if not source or (entry.get("url") and entry.get("path")):
        return "the inventory's entry needs a path or a url"
    if source.startswith("-") or any(not c.isprintable() for c in source):
        return "this is no path and no URL"
    if ref and (not REF.fullmatch(ref) or ".." in ref):
        return "this is no name of a commit"
    if "://" not in source:
        return ""
    try:
        url = urlsplit(source)
        secret = url.password is not None or (url.username is not None and url.scheme in ("http", "https"))
    except ValueError:
        return "this is no URL"
    if url.scheme not in SCHEMES:
        return "a URL of this scheme is not fetched"
    if secret:
        return "its URL has credentials in it: give them to git, by a credential helper or a key of SSH"
    return ""


# ---- launches ----


def _launch(entry, folder: Path) -> Item:
    if isinstance(entry, str):
        entry = {"explanation" if entry.endswith(".json") else "from": entry}
    if not isinstance(entry, dict):
        return Item("launch", "an entry that is no text and no mapping", "from", repr(entry)[:80],
                    trouble="the inventory's entry is not understood")
    entry = {key: str(value) for key, value in entry.items()}
    hows = [how for how in LAUNCH_FIELDS if how in entry]
    name = without_secrets(entry.get("name", ""))
    if len(hows) != 1 or set(entry) - set(LAUNCH_FIELDS) - LAUNCH_EXTRAS:
        return Item("launch", name or "(no name)", "from", without_secrets(json.dumps(entry, sort_keys=True)),
                    trouble="the inventory's entry needs one of: " + ", ".join(LAUNCH_FIELDS))
    how = hows[0]
    source = entry[how]
    trouble = ""
    if how == "pid":
        if not source.isdecimal() or not entry.get("host"):
            trouble = "a pid needs the name of its host"
    else:
        path, hash_, selector = source.partition("#")
        source = str((folder / path).resolve()) + hash_ + selector
    extras = {key: entry.get(key, "") for key in ("host", "prefect_version", "profile")}
    return Item("launch", name or without_secrets(entry[how]), how, source, trouble=trouble, **extras)
