"""An explanation that somebody saved: `explain -o json`, of which only what the report needs is taken.

What it is not: trust. The file may be damaged, hostile, or full of secrets: each value is taken by its
type, and what is not named here is not taken.
"""

from __future__ import annotations

import json
import os
import re
import stat

from .bounded import MEBIBYTE, NotLookedAt
from .inventory import without_secrets

MOST_SAVED_MIB = 64


def document_of(text: str, schema: str) -> dict:
    try:
        document = json.loads(text)
    except ValueError:
        document = None
    if not isinstance(document, dict) or document.get("schema") != schema:
        raise NotLookedAt(f"prefect-config said something that is no {schema}")
    return document


def read(path: str) -> dict:
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise NotLookedAt("is no file")
        with open(path, "rb") as file:
            data = file.read(MOST_SAVED_MIB * MEBIBYTE + 1)
    except OSError as error:
        raise NotLookedAt(f"cannot be read: {os.strerror(error.errno or 0)}") from None
    if len(data) > MOST_SAVED_MIB * MEBIBYTE:
        raise NotLookedAt(f"is larger than {MOST_SAVED_MIB} MiB")
    return document_of(data.decode("utf-8", "replace"), "prefect-config/explain/v1")


ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*://)([^/?#]*)([^?#]*)(.*)", re.DOTALL)
HOST = re.compile(r"[\w.-]+(:\d+)?|\[[0-9A-Fa-f:.]+\](:\d+)?")


def address_of(text) -> str:
    """Scheme, host, port and path of a URL; nothing where it cannot be told where the host begins."""
    match = ADDRESS.fullmatch(text) if isinstance(text, str) else None
    if not match or "@" in match[3] + match[4]:
        return ""
    host = match[2].rpartition("@")[2]
    return without_secrets(match[1] + host + match[3]) if HOST.fullmatch(host) else ""


def told_of(document: dict) -> dict:
    """Of an explanation what the report needs, each of its type. One that was saved with --show-secrets
    has secrets in its surfaces and its environment: none of that is taken."""
    told = {key: _text_of(document.get(key)) for key in ("schema", "prefect_version", "target")}
    told |= {key: bool(document.get(key)) for key in ("loads", "complete")}
    told["api_url"] = address_of(document.get("api_url"))
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
