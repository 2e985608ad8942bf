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

REPOSITORY_FIELDS = {"name", "path", "url", "ref"}
LAUNCH_FIELDS = ("from", "env_file", "pid", "explanation")  # one of them says where the launch is
LAUNCH_EXTRAS = {"name", "host", "prefect_version", "profile"}
SCHEMES = {"https", "http", "ssh", "git", "file"}

# A branch, a tag, or a commit; nothing that git would read as an option or as two.
REF = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./@+-]*")
SCP = re.compile(r"(?P<user>[A-Za-z0-9._-]+@)?[A-Za-z0-9.-]+:(?!//|:)(?P<path>.+)")
URL = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<rest>.*)", re.DOTALL)
# Of a token all before its last @, since a password may hold what ends a host; then what a server is asked.
USER_INFO = re.compile(r"://\S*@|(?<![\w.-])[\w.-]+:(?!//)[^\s@]\S*@")
QUERY = re.compile(r"(://[^\s?]*)\?\S*")
SECRET_LIKE = re.compile(r"pn[ub]_[A-Za-z0-9]+|gh[a-z]_[A-Za-z0-9]+|glpat-[\w-]+")
FIELD_LIKE = re.compile(r"[a-z][a-z_]{0,23}|[A-Z][A-Z_]{0,39}")
SHAPES = {list: "a list", tuple: "a line of more than two words", str: "a text", bool: "a truth value", int: "a number",
          float: "a number", type(None): "nothing"}


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
    place: str = ""  # of one with trouble: which list, and its number there

    @property
    def id(self) -> str:
        """The same for the same thing, whatever it is called and wherever it stands in the list. One with
        trouble is known by its place alone: a digest of what it says could be guessed back."""
        parts = (self.kind, self.how, self.source, self.ref, self.host, self.prefect_version, self.profile)
        if self.trouble:
            parts = ("trouble", self.kind, self.place)
        return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:32]

    def as_dict(self) -> dict:
        return asdict(self)


def without_secrets(text: str, most: int = 500) -> str:
    """A text as it may be shown: no user-info, no query of a URL, no key, no control character."""
    text = text[: 16 * most]  # of more nothing would be shown
    text = USER_INFO.sub(lambda match: ("://" if match.group().startswith("://") else "") + "********@", text)
    text = QUERY.sub(r"\1?********", text)
    text = SECRET_LIKE.sub("********", text)
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
    items = [_item(kind, entry, number, folder, path.name)
             for kind, key in (("repository", "repositories"), ("launch", "launches"))
             for number, entry in enumerate(_entries(document, key, path), 1)]
    return _each_once(items)


class _Refused(ValueError):
    """Why an entry cannot be looked at: our words alone, nothing of the entry."""


def _item(kind: str, entry, number: int, folder: Path, inventory: str) -> Item:
    """An entry, or a row that says why it is none. Nothing of a refused one is shown but the name it
    gives itself where all its fields are known: what is wrong with it may be a secret in it."""
    what = f"entry {number}: {_shape(entry)}"
    name = ""
    try:
        fields = _fields(entry, kind)
        name = without_secrets(fields.get("name", ""))
        return (_repository if kind == "repository" else _launch)(fields, folder)
    except _Refused as refused:
        trouble = str(refused)
    except (OSError, ValueError, RuntimeError) as error:  # too long, a loop of links, not to be read
        trouble = f"its path cannot be used: {type(error).__name__}"
    how = "git" if kind == "repository" else "from"
    return Item(kind, name or what, how, what, trouble=trouble, place=f"{inventory} {number}")


def _shape(entry) -> str:
    """What an entry looks like, without anything that it says: the names of its fields."""
    if not isinstance(entry, dict):
        return SHAPES.get(type(entry), "no mapping")
    known = REPOSITORY_FIELDS | set(LAUNCH_FIELDS) | LAUNCH_EXTRAS
    names = sorted(key for key in entry if isinstance(key, str) and (key in known or FIELD_LIKE.fullmatch(key)))[:12]
    others = len(entry) - len(names)
    return ", ".join(names + ([f"{others} other fields" if others > 1 else "another field"] if others else [])) or "no field"


def _path(folder: Path, text: str) -> str:
    path = (folder / text).resolve()
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        pass  # the worker says so; a name that no file can have is refused here
    return str(path)


def _fields(entry, kind: str) -> dict[str, str]:
    if isinstance(entry, str):
        is_saved = kind == "launch" and entry.endswith(".json")
        entry = {"url" if kind == "repository" else "explanation" if is_saved else "from": entry}
    if not isinstance(entry, dict):
        raise _Refused("the inventory's entry is not understood")
    if set(entry) - (REPOSITORY_FIELDS if kind == "repository" else set(LAUNCH_FIELDS) | LAUNCH_EXTRAS):
        raise _Refused("the inventory's entry has fields that are not known")
    entry = {key: str(value) if key == "pid" and type(value) is int else value for key, value in entry.items()}
    for value in entry.values():
        if not isinstance(value, str) or not value.strip() or not value.isprintable():
            raise _Refused("the inventory's entry has a value that is empty, no text, or cannot be printed")
    return entry


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
    words = re.split(r"\s#", line, maxsplit=1)[0].split()
    return words[0] if len(words) == 1 else {"url": words[0], "ref": words[1]} if len(words) == 2 else tuple(words)


def _each_once(items: list[Item]) -> list[Item]:
    seen: dict[str, Item] = {}
    for item in items:
        seen.setdefault(item.id, item)
    return list(seen.values())


# ---- repositories ----


def _repository(entry: dict[str, str], folder: Path) -> Item:
    if ("url" in entry) == ("path" in entry):
        raise _Refused("the inventory's entry needs a path or a url")
    source = entry.get("url") or entry["path"]
    ref = entry.get("ref", "")
    if ref and (not REF.fullmatch(ref) or ".." in ref):
        raise _Refused("this is no name of a commit")
    if re.match(r"\w+::", source):  # a helper of git's, which runs what is behind it
        raise _Refused("a URL of this scheme is not fetched")
    if source.startswith("-"):
        raise _Refused("this is no path and no URL")
    name = without_secrets(entry.get("name", "") or source)
    if _is_remote(source):
        _refuse_secrets(source)
        return Item("repository", name, "git", source, ref)
    path = _path(folder, source)
    # A folder is looked at as it is, unless a commit of it is asked for; a bare one has no tree.
    how = "git" if ref or _is_bare(Path(path)) else "path"
    return Item("repository", name, how, path, ref)


def _is_remote(source: str) -> bool:
    return "://" in source or (SCP.fullmatch(source) is not None and not source.startswith(("/", ".")))


def _refuse_secrets(source: str) -> None:
    """What git is given is in its command line, and in the report: it has no place for a secret."""
    given = "it has credentials in it: give them to git, by a credential helper or a key of SSH"
    if "://" not in source:
        if "@" in SCP.fullmatch(source)["path"]:  # what looks like a host is a user, then
            raise _Refused(given)
        return
    url = URL.fullmatch(source)
    scheme = url["scheme"].lower() if url else ""
    if scheme not in SCHEMES:
        raise _Refused("a URL of this scheme is not fetched")
    before, at, _ = url["rest"].rpartition("@")
    if at and (scheme in ("http", "https") or ":" in before):
        raise _Refused(given)
    if "?" in source or "#" in source:
        raise _Refused("a URL with a query or a fragment is not fetched: it may be a token")


def _is_bare(path: Path) -> bool:
    try:
        return (path / "HEAD").is_file() and (path / "objects").is_dir()
    except PermissionError:  # the worker's user may look into it, and says so if not
        return False


# ---- launches ----


def _launch(entry: dict[str, str], folder: Path) -> Item:
    hows = [how for how in LAUNCH_FIELDS if how in entry]
    if len(hows) != 1:
        raise _Refused("the inventory's entry needs one of: " + ", ".join(LAUNCH_FIELDS))
    how = hows[0]
    source = entry[how]
    extras = {key: entry.get(key, "") for key in ("host", "prefect_version", "profile")}
    if any(value.startswith("-") for value in extras.values()):
        raise _Refused("a host, a version or a profile does not begin with -")
    if how == "pid":
        if not (source.isascii() and source.isdecimal()) or not extras["host"]:
            raise _Refused("a pid needs the name of its host")
    else:
        path, hash_, selector = source.partition("#") if how == "from" else (source, "", "")
        if not path:
            raise _Refused("the inventory's entry needs a file")
        source = _path(folder, path) + hash_ + selector
    return Item("launch", without_secrets(entry.get("name", "") or entry[how]), how, source, **extras)
