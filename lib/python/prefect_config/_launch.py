"""The keywords that say which launch is meant, as a request to the library.

What it is not: their meaning. The library has it, once, for the program and for this package.

To add a keyword: a row of ``Launch``, its row in lib/python/module.cpp, its line in the docstrings.
"""

from __future__ import annotations

import os
import re
import sys
from typing import Any, Dict, Iterator, List, Mapping, Optional, Tuple, Union

from . import _core
from ._errors import LaunchError

Path = Union[str, "os.PathLike[str]"]

#: What the program's options are called here.
_KEYWORDS = {
    "--profile": "profile",
    "--prefect-version": "prefect_version",
    "--venv": "venv",
    "--cwd": "cwd",
    "--home": "home",
    "--env-file": "env_file",
    "--clean-env": "clean_env",
    "--pid": "pid",
    "--from": "from_file",
    "--command": "command",
    "--show-defaults": "show_defaults",
    "--show-secrets": "show_secrets",
    "--select": "select",
    "--ignore": "ignore",
    "--fail-on": "fail_on",
    "--policy": "policy",
    "--no-policy": "policy=False",
    "--baseline": "baseline",
    "--changed": "changed",
    "--no-ignore": "respect_ignore_files=False",
    "--history": "history",
    "--credentials": "credentials",
}
#: An option in a sentence, and what stands for its value: `--from FILE#NAME`. In backticks it is one of
#: Prefect's own command line, and stays.
_OPTION = re.compile(r"(?<![^\s(])(--[a-z-]+)(?: ([A-Z]+(?:[#/][A-Z]+)*)(?![\w.#/-]))?")


def _keyword(option: re.Match[str]) -> str:
    name = _KEYWORDS.get(option[1])
    if name is None:
        return option[0]
    return name if option[2] is None else f'{name}="{option[2]}"'


def in_words_of_python(text: str) -> str:
    """A sentence of the library with options as keywords.

    ``--from a.yaml: it holds …; say which one: --from FILE#NAME`` is
    ``from_file: a.yaml: it holds …; say which one: from_file="FILE#NAME"``.
    """
    word, _, rest = text.partition(" ")
    name = _KEYWORDS.get(word.rstrip(":"))
    if name is None or not rest or rest.startswith("and --"):
        return _OPTION.sub(_keyword, text)
    return f"{name}: {_OPTION.sub(_keyword, rest)}"


def encoded(value: Path, name: str) -> bytes:
    """A text or a path as the bytes that the system takes it for."""
    try:
        data = os.fsencode(value)
    except TypeError:
        raise TypeError(f"{name} takes a str or a path, not {type(value).__name__}") from None
    except UnicodeError:
        # What Python says of it quotes it.
        raise ValueError(f"{name} cannot be written in the encoding of file names") from None
    if b"\0" in data:
        raise ValueError(f"{name} holds a NUL")
    return data


def encoded_some(value: Path, name: str) -> bytes:
    """The same, of what must not be empty."""
    data = encoded(value, name)
    if not data:
        raise ValueError(f"{name} is empty")
    return data


def _text(value: object, name: str) -> bytes:
    if not isinstance(value, str):
        raise TypeError(f"{name} takes a str, not {type(value).__name__}")
    return encoded(value, name)


def _variables(env: Mapping[str, str]) -> Iterator[Tuple[bytes, bytes]]:
    if not isinstance(env, Mapping):
        raise TypeError(f"env takes a mapping of names to values, not {type(env).__name__}")
    for name, value in env.items():
        if not isinstance(name, str) or not isinstance(value, str):
            raise TypeError("env takes a mapping of str to str")
        if not name or "=" in name:
            raise ValueError("env has a name that is empty or holds `=`")
        yield encoded(name, "a name in env"), encoded(value, "a value in env")


def request(
    profile: Optional[str],
    prefect_version: Optional[str],
    venv: Optional[Path],
    cwd: Optional[Path],
    home: Optional[Path],
    env: Optional[Mapping[str, str]],
    env_file: Optional[Path],
    clean_env: bool,
    pid: Optional[int],
    from_file: Optional[Path],
    command: Optional[str],
) -> Dict[str, Any]:
    """The launch of these keywords, for ``_core``."""
    if pid is not None and from_file is not None:
        raise ValueError("pid and from_file: a launch is one of them")
    if profile is not None and command is not None:
        raise ValueError("profile and command: say the profile in the command")
    if env is not None and (pid is not None or from_file is not None):
        raise ValueError("env: a launch of pid or from_file has an environment of its own")
    if not isinstance(clean_env, bool):
        raise TypeError(f"clean_env takes True or False, not {type(clean_env).__name__}")
    asked: Dict[str, Any] = {"clean_env": clean_env}
    for name, text in (("profile", profile), ("prefect_version", prefect_version), ("command", command)):
        if text is not None:
            asked[name] = _text(text, name)
    for name, path in (("venv", venv), ("cwd", cwd), ("home", home), ("env_file", env_file), ("from_file", from_file)):
        if path is not None:
            asked[name] = encoded_some(path, name)
    if pid is not None:
        if isinstance(pid, bool) or not isinstance(pid, int):
            raise TypeError(f"pid takes an int, not {type(pid).__name__}")
        if pid <= 0:
            raise ValueError("pid is not the number of a process: they begin at 1")
        asked["pid"] = str(pid).encode()
        return asked
    # A copy, so that no other thread changes it meanwhile.
    variables: List[Tuple[bytes, bytes]] = list(_variables(dict(os.environ) if env is None else env))
    asked["env"] = variables
    is_this_process = env is None and not clean_env and from_file is None and command is None
    if is_this_process and prefect_version is None and venv is None and sys.executable:
        asked["python"] = os.fsencode(sys.executable)
    return asked


def call(function: Any, *arguments: Any) -> Any:
    """Calls ``_core`` and turns what it raises into this package's errors."""
    try:
        return function(*arguments)
    except _core.WrongRequest as error:
        raise ValueError(in_words_of_python(str(error))) from None
    except _core.NoLaunch as error:
        raise LaunchError(in_words_of_python(str(error))) from None
