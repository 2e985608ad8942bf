"""Says what a real Prefect 2.20 makes of a launch. Runs with the Python of that Prefect's environment.

A job a line on stdin: {"environment": [[name, value]...], "files": {path: text}, "args": [...]}; paths are
below the job's own folder, for which ``{root}`` stands in every text. An answer a line: ``loads``, and
where it does ``profile``, ``profiles_path`` and ``effective``; where it does not the ``error``.

Prefect is imported once; each job runs in a forked child that has it find its settings anew.
A value that fails when it is used counts as one that does not load.
"""

from __future__ import annotations

import datetime
import json
import os
import pathlib
import shutil
import sys
import tempfile
import warnings

warnings.simplefilter("ignore")


def to_json(value):
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if value - value == 0 else repr(value)
    if isinstance(value, datetime.timedelta):
        seconds = value.total_seconds()
        return int(seconds) if seconds == int(seconds) else seconds
    if isinstance(value, pathlib.PurePath):
        return str(value)
    if isinstance(value, (set, frozenset)):
        return sorted(to_json(v) for v in value)
    if isinstance(value, list):
        return [to_json(v) for v in value]
    if isinstance(value, dict):
        return {str(k): to_json(v) for k, v in value.items()}
    return str(value)


def lay_out(job, root: str) -> None:
    for folder in ("home", "work"):
        os.mkdir(os.path.join(root, folder))
    for name, text in job["files"].items():
        path = os.path.join(root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text.replace("{root}", root))


def environment_of(job, root: str) -> list[tuple[str, str]]:
    start = [("HOME", root + "/home"), ("PATH", "/usr/bin:/bin"), ("LANG", "C.UTF-8")]
    return start + [(name, value.replace("{root}", root)) for name, value in job["environment"]]


def answer(job, root: str):
    import prefect.context
    import prefect.settings

    os.environ.clear()
    for name, value in environment_of(job, root):
        os.environ[name] = value
    os.chdir(root + "/work")
    sys.argv = ["/x/bin/prefect", *job["args"], "config", "view"]
    prefect.settings._FROM_ENV_CACHE.clear()
    prefect.context.GLOBAL_SETTINGS_CONTEXT = None
    try:
        context = prefect.context.root_settings_context()
        settings = context.settings
        found = {n: to_json(s.value_from(settings)) for n, s in prefect.settings.SETTING_VARIABLES.items()}
        asked = job["args"][1] if job["args"] else context.profile.name
        if asked != context.profile.name:
            return {"loads": False, "error": "Unknown profile (the command's own check)"}
        return {"loads": True, "profile": context.profile.name, "effective": found}
    except Exception as error:
        return {"loads": False, "error": type(error).__name__}


def asked(job):
    root = os.path.realpath(tempfile.mkdtemp(prefix="conf-v2-"))
    reader, writer = os.pipe()
    try:
        lay_out(job, root)
        pid = os.fork()
        if pid == 0:
            os.close(reader)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            os.dup2(2, 1)
            with os.fdopen(writer, "w") as pipe:
                pipe.write(json.dumps(answer(job, root)))
            os._exit(0)
        os.close(writer)
        with os.fdopen(reader) as pipe:
            text = pipe.read()
        os.waitpid(pid, 0)
        return json.loads(text.replace(root, "{root}"))
    finally:
        shutil.rmtree(root)


def main() -> None:
    home = tempfile.mkdtemp(prefix="conf-v2-home-")
    os.environ["HOME"] = home
    for name in [name for name in os.environ if name.upper().startswith("PREFECT_")]:
        del os.environ[name]
    import prefect.context  # noqa: F401

    shutil.rmtree(home)
    for line in sys.stdin:
        print(json.dumps(asked(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
