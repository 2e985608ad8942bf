"""Prints what one installed Prefect 2.20 says of its own settings, in the form of dump.py.

Runs inside the environment of that Prefect. Its settings are objects in one flat table, over a model of
pydantic 1 (``pydantic.v1``); they have no dotted paths, so ``path`` is the name, and merge.py places it.

What it is not: dump.py, which asks Prefect 3.

That pydantic 1 reads values otherwise is no attribute of a setting: ``pydantic_v1`` of
lib/src/sources/quirks.hpp says so for all of them.
"""

from __future__ import annotations

import atexit
import datetime
import importlib.metadata
import json
import logging
import os
import pathlib
import shutil
import sys
import tempfile
import typing
import warnings
from typing import Any

HOME = tempfile.mkdtemp(prefix="registry-home-")
atexit.register(shutil.rmtree, HOME, ignore_errors=True)
for variable in list(os.environ):
    if variable.upper().startswith("PREFECT_") or variable == "SSL_CERT_FILE":
        del os.environ[variable]
os.environ["HOME"] = HOME
os.chdir(HOME)
warnings.simplefilter("ignore")

import prefect  # noqa: E402
import prefect.context  # noqa: E402
import prefect.settings  # noqa: E402
import toml  # noqa: E402

LIBRARIES = ("pydantic", "toml")
Json = Any


def to_json(value: Any) -> Json:
    """As dump.py: what JSON lacks is an object whose one key names the type."""
    if isinstance(value, str):
        return value.replace(HOME, "~")
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, datetime.timedelta):
        return {"timedelta": value.total_seconds()}
    if isinstance(value, pathlib.PurePath):
        return {"path": str(value).replace(HOME, "~")}
    if isinstance(value, (set, frozenset)):
        return {"set": sorted((to_json(v) for v in value), key=str)}
    if isinstance(value, (list, tuple)):
        return [to_json(v) for v in value]
    raise TypeError(f"no JSON form for {type(value)!r}")


def type_name(kind: Any) -> str:
    """The text of a declared type, None apart."""
    if typing.get_origin(kind) is typing.Union:
        return "|".join(type_name(member) for member in typing.get_args(kind) if member is not type(None))
    if typing.get_origin(kind) is typing.Literal:
        return "literal"
    if typing.get_origin(kind) is list:
        return "list[" + ",".join(type_name(item) for item in typing.get_args(kind)) + "]"
    if kind is typing.Any:
        return "Any"
    if isinstance(kind, type) and issubclass(kind, pathlib.PurePath):
        return "path"
    return kind.__name__


def literals(kind: Any) -> list[str]:
    members = typing.get_args(kind) if typing.get_origin(kind) is typing.Union else (kind,)
    return [v for member in members if typing.get_origin(member) is typing.Literal for v in typing.get_args(member)]


def describe(name: str, setting: Any, settings: Any) -> dict[str, Json]:
    field = prefect.settings.Settings.__fields__[name]
    validators = []
    allowed = literals(setting.type)
    for method in (v.func.__name__ for v in field.class_validators.values()):
        validators.append(f"V1Validator:{method}")
        if method == "check_valid_log_level":
            # Any name the logging module knows.
            allowed = sorted(logging._nameToLevel)  # type: ignore[attr-defined]
    if setting.value_callback is not None:
        validators.append(f"Callback:{setting.value_callback.__name__}")
    if setting.deprecated_renamed_to is not None:
        validators.append(f"RenamedTo:{setting.deprecated_renamed_to.name}")
    info = field.field_info
    bounds = {k: getattr(info, k) for k in ("ge", "gt", "le", "lt") if getattr(info, k) is not None}
    value = to_json(setting.value_from(settings))
    return {
        "path": name,
        "name": name,
        "names": [name],
        "type": type_name(setting.type) + ("|none" if field.allow_none and setting.type is not Any else ""),
        "allowed": allowed,
        "constraints": bounds,
        "validators": validators,
        "secret": bool(setting.is_secret),
        "default": to_json(field.get_default()),
        "factory": None,
        "effective": value,
        "fresh": value,
    }


def main() -> None:
    settings = prefect.context.root_settings_context().settings
    bundled = toml.loads(pathlib.Path(prefect.settings.DEFAULT_PROFILES_PATH).read_text(encoding="utf-8"))
    dump = {
        "version": prefect.__version__,
        "python": ".".join(map(str, sys.version_info[:3])),
        "libraries": {name: importlib.metadata.version(name) for name in LIBRARIES},
        "bundled_profiles": bundled,
        "settings": [describe(n, s, settings) for n, s in prefect.settings.SETTING_VARIABLES.items()],
    }
    json.dump(dump, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
