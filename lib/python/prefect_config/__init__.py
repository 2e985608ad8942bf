"""prefect-config: what every Prefect setting is in one launch, where each value was written, which
credentials are sent on each connection, and what is wrong with that.

Three functions, which do what the program's commands of the same kind do:

* ``resolve``: every setting (``prefect-config view``)
* ``explain``: the credentials (``prefect-config explain``)
* ``lint``: what is wrong in files (``prefect-config lint``)

They read files and never write any, but for the key of fingerprints that the program makes once for
each user. No connection is opened, no environment variable or working directory changed. They may be
called from several threads; in asyncio, call them with ``asyncio.to_thread``. Secrets are masked
unless ``show_secrets=True``; ``repr`` masks them then too.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from typing import Any, Dict, Iterable, List, Mapping, Optional, Tuple, Type, TypeVar, Union

from . import _core
from ._document import Document
from ._errors import IncompleteAnswer, LaunchError, LintError, PrefectConfigError, SettingsRefused
from ._explanation import (
    AuthRule,
    Credential,
    Explanation,
    FirstMessage,
    FlowRunVariable,
    Header,
    NotUsed,
    Proxy,
    SurfacePlan,
    Tls,
)
from ._launch import Path, call, encoded, encoded_some, in_words_of_python, request
from ._lint_report import LintCredential, LintEdit, LintFinding, LintFix, LintRelated, LintReport, LintSummary
from ._results import (
    Candidate,
    Finding,
    MergedKey,
    Origin,
    PrefectView,
    Rejected,
    Related,
    Resolution,
    Setting,
)
from ._shown import hide_in_repr

__all__ = [
    "AuthRule",
    "Candidate",
    "Credential",
    "Explanation",
    "Finding",
    "FirstMessage",
    "FlowRunVariable",
    "Header",
    "IncompleteAnswer",
    "LaunchError",
    "LintCredential",
    "LintEdit",
    "LintError",
    "LintFinding",
    "LintFix",
    "LintRelated",
    "LintReport",
    "LintSummary",
    "MergedKey",
    "NotUsed",
    "Origin",
    "PrefectConfigError",
    "PrefectView",
    "Proxy",
    "Rejected",
    "Related",
    "Resolution",
    "Setting",
    "SettingsRefused",
    "SurfacePlan",
    "Tls",
    "__version__",
    "explain",
    "lint",
    "resolve",
]

__version__: str = _core.__version__

_SEVERITIES = ("error", "warning", "info", "never")
_Answer = TypeVar("_Answer", Resolution, Explanation)


def _read(kind: Type[_Answer], documents: Tuple[bytes, Optional[bytes]], check: bool) -> _Answer:
    asked, masked = documents
    document = json.loads(asked)
    if masked is not None:
        document = hide_in_repr(document, json.loads(masked))
    answer = kind.from_json(document)
    if check and not answer.complete:
        raise IncompleteAnswer(answer)
    if check and not answer.loads:
        raise SettingsRefused(answer)
    return answer


def resolve(
    *,
    profile: Optional[str] = None,
    prefect_version: Optional[str] = None,
    venv: Optional[Path] = None,
    cwd: Optional[Path] = None,
    home: Optional[Path] = None,
    env: Optional[Mapping[str, str]] = None,
    env_file: Optional[Path] = None,
    clean_env: bool = False,
    pid: Optional[int] = None,
    from_file: Optional[Path] = None,
    command: Optional[str] = None,
    show_defaults: bool = False,
    show_secrets: bool = False,
    check: bool = True,
) -> Resolution:
    """Every setting of one launch, its value, and where that was written.

    Without arguments the launch is this process: its environment, its working directory, and the
    Prefect that its Python has; where it has none, the ``prefect`` on the PATH, else the newest
    release that is known.

    Args:
        profile: Use this profile, as ``prefect --profile NAME`` does.
        prefect_version: Answer for this release, as ``"3.8.8"``; ``"auto"``: the ``prefect`` on the
            PATH of the launch.
        venv: The Prefect of this virtual environment.
        cwd: Start in this directory.
        home: Let ``~`` stand for this directory.
        env: The environment, instead of this process's. The Prefect is then looked for on its PATH.
        env_file: Lay the variables of this file over the environment.
        clean_env: Start from an empty environment; ``~`` stays what it is.
        pid: The launch that a running process is (Linux).
        from_file: A launch that a file holds: ``"compose.yaml#worker"``.
        command: Start this from there: ``"prefect -p NAME worker start"``.
        show_defaults: List every setting of the release, and not only what some source wrote.
        show_secrets: Give secrets instead of ``********``. ``repr`` masks them all the same.
        check: Raise where Prefect would refuse the settings, or a source could not be read; else
            the best answer is returned, with ``loads`` or ``complete`` False.

    Raises:
        SettingsRefused: That Prefect would not start; ``error.finding`` says why,
            ``error.resolution`` is the best answer.
        IncompleteAnswer: A source could not be read here.
        LaunchError: There is no such launch.
        ValueError, TypeError: An argument is none of those that are accepted.

    Durations in ``typed_value`` are in seconds, as in Prefect; lines and columns count from 1,
    columns in code points.

    >>> env = {"HOME": "/nonexistent", "PREFECT_API_URL": "http://127.0.0.1:4200/api"}
    >>> resolution = resolve(env=env, cwd="/", prefect_version="3.8.8")
    >>> resolution["api.url"].value
    'http://127.0.0.1:4200/api'
    >>> resolution["api.url"].source
    'env'
    >>> resolution.get("api.key") is None
    True
    >>> [setting.name for setting in resolution]
    ['PREFECT_API_URL', 'PREFECT_SERVER_EPHEMERAL_ENABLED']
    """
    launch = request(profile, prefect_version, venv, cwd, home, env, env_file, clean_env, pid, from_file, command)
    return _read(Resolution, call(_core.view, launch, bool(show_defaults), bool(show_secrets)), check)


def explain(
    *,
    profile: Optional[str] = None,
    prefect_version: Optional[str] = None,
    venv: Optional[Path] = None,
    cwd: Optional[Path] = None,
    home: Optional[Path] = None,
    env: Optional[Mapping[str, str]] = None,
    env_file: Optional[Path] = None,
    clean_env: bool = False,
    pid: Optional[int] = None,
    from_file: Optional[Path] = None,
    command: Optional[str] = None,
    show_secrets: bool = False,
    check: bool = True,
) -> Explanation:
    """Which credentials a process of one launch sends on each connection, and which it does not.

    No connection is opened. The arguments, and what is raised, are those of ``resolve``;
    ``error.explanation`` is the best answer where the settings are refused.

    >>> env = {"HOME": "/nonexistent", "PREFECT_API_URL": "http://127.0.0.1:4200/api",
    ...        "PREFECT_API_AUTH_STRING": "admin:TEST-password"}
    >>> explanation = explain(env=env, cwd="/", prefect_version="3.8.8")
    >>> explanation.target
    'self-hosted'
    >>> explanation.surface("http").headers[0].value
    'Basic ********'
    >>> [credential.id for credential in explanation.credentials]
    ['auth_string']
    """
    launch = request(profile, prefect_version, venv, cwd, home, env, env_file, clean_env, pid, from_file, command)
    return _read(Explanation, call(_core.explain, launch, bool(show_secrets)), check)


def _codes(codes: Union[str, Iterable[str]], name: str) -> List[bytes]:
    words = [codes] if isinstance(codes, str) else list(codes)
    if not all(isinstance(word, str) for word in words):
        raise TypeError(f"{name} takes codes, or their beginnings, as str")
    return [encoded(word, name) for word in words]


def _paths(paths: Union[Path, Iterable[Path], None]) -> List[bytes]:
    if paths is None:
        return []
    named = [paths] if isinstance(paths, (str, os.PathLike)) else list(paths)
    if not named:
        # Of a list that was made: nothing was found, which is not the wish to have the launch linted.
        raise ValueError("no path: paths is empty; without it, the launch is linted")
    return [encoded_some(path, "a path in paths") for path in named]


def lint(
    paths: Union[Path, Iterable[Path], None] = None,
    *,
    select: Union[str, Iterable[str]] = (),
    ignore: Union[str, Iterable[str]] = (),
    fail_on: Optional[str] = None,
    policy: Union[Path, bool] = True,
    baseline: Optional[Path] = None,
    changed: Optional[str] = None,
    respect_ignore_files: bool = True,
    history: bool = False,
    credentials: bool = False,
    profile: Optional[str] = None,
    prefect_version: Optional[str] = None,
    venv: Optional[Path] = None,
    cwd: Optional[Path] = None,
    home: Optional[Path] = None,
    env: Optional[Mapping[str, str]] = None,
    env_file: Optional[Path] = None,
    clean_env: bool = False,
    pid: Optional[int] = None,
    from_file: Optional[Path] = None,
    command: Optional[str] = None,
    check: bool = True,
) -> LintReport:
    """Wrong, conflicting or leaked credentials in files; without a path, in the launch.

    Findings are the answer and not an error: see ``failed`` and ``findings`` of the report.

    Args:
        paths: Files and folders, relative to this process's working directory; None: the launch. An
            empty list is an error and not the launch.
        select: Only these rules, or those whose codes begin so: ``["PC3", "PC202"]``.
        ignore: Without these.
        fail_on: From which severity on ``failed`` is True: ``"error"``, ``"warning"``, ``"info"`` or
            ``"never"``; None: what the policy says, else ``"error"``.
        policy: A file instead of the project's ``.prefect-config.yaml``; False: none at all.
        baseline: A former report in JSON, SARIF or GitLab's format: what is in it is not told again.
        changed: Only files that git says differ from this commit.
        respect_ignore_files: False: also files that ``.gitignore`` names.
        history: Secrets of all commits instead.
        credentials: Also list which credentials stand where in the clear, by fingerprint.
        check: Raise where something could not be read; else ``problems`` says so.

    Ctrl-C is seen when it is done and not before.

    The other arguments say which launch, as those of ``resolve``; ``prefect_version`` also is the
    release for files that do not say which.

    Raises:
        LintError: A path or a baseline could not be read; ``error.report`` has what was found.
        LaunchError: There is no such launch.
        ValueError, TypeError: An argument is none of those that are accepted, or a policy is wrong.

    >>> import pathlib, tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> file = pathlib.Path(folder.name, "worker.env")
    >>> _ = file.write_text("PREFECT_API_URL=https://prefect.example.com\\n")
    >>> report = lint(file)
    >>> [(finding.code, finding.line) for finding in report.findings]
    [('PC113', 1)]
    >>> report.failed
    False
    >>> folder.cleanup()
    """
    if fail_on is not None and fail_on not in _SEVERITIES:
        raise ValueError("fail_on takes one of " + ", ".join(_SEVERITIES))
    if history and (changed is not None or not respect_ignore_files):
        raise ValueError("history takes no changed and no respect_ignore_files=False")
    if history and credentials:
        raise ValueError("history takes no credentials")
    named = _paths(paths)
    asked: Dict[str, Any] = {
        "paths": named,
        "select": _codes(select, "select"),
        "ignore": _codes(ignore, "ignore"),
        "takes_policy": policy is not False,
        "respects_ignore_files": bool(respect_ignore_files),
        "history": bool(history),
        "credentials": bool(credentials),
        "fail_on": (fail_on or "").encode(),
    }
    if not isinstance(policy, bool):
        asked["policy"] = encoded_some(policy, "policy")
    if baseline is not None:
        asked["baseline"] = encoded_some(baseline, "baseline")
    if changed is not None:
        asked["changed"] = encoded_some(changed, "changed")
    launch = request(profile, prefect_version, venv, cwd, home, env, env_file, clean_env, pid, from_file, command)
    if named:
        launch.pop("python", None)
    try:
        text, failed, problems, warnings = call(_core.lint, launch, asked)
    except _core.NotRead as error:
        raise LintError((in_words_of_python(str(error)),)) from None
    return _lint_report(text, failed, tuple(problems), tuple(warnings), check)


def _lint_report(
    text: bytes, failed: bool, problems: Tuple[str, ...], warnings: Tuple[str, ...], check: bool
) -> LintReport:
    read = LintReport.from_json(json.loads(text))
    report = replace(read, failed=failed, problems=problems, warnings=warnings)
    if check and problems:
        raise LintError(problems, report)
    return report
