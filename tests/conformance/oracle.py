"""Says, from inside a real Prefect environment, what Prefect makes of one process's start.

Two ways to run it, both with the Python of that environment:

``python oracle.py [--module] [ARGUMENT ...]``
    a fresh process, in the situation's own environment and folder; prints one JSON record.
``python oracle.py --serve``
    the quick way: Prefect is imported once; each job (a JSON line on stdin) runs in a forked child
    that takes the job's environment and has Prefect find its settings anew, by its own function.
    Where that fails, the view runs in a child that imports Prefect itself under the job's
    environment. The answer (a JSON line) has the record and the text of the views asked for.
    live.py compares what this gives with recordings made by fresh processes: they are equal.

A record: ``loads``; ``error`` where it does not; else ``profile``, ``profiles_path`` (the
effective one), ``loader_profiles_path`` (the file the settings loader reads) and ``effective``:
every setting by its dotted path, as the settings object holds it, in JSON.
"""

from __future__ import annotations

import datetime
import enum
import importlib
import json
import os
import pathlib
import re
import runpy
import sys
import tempfile
import traceback

# Prefect looks at how it was called: ``.../prefect --profile NAME`` counts, nothing else does.
CALLED_AS = "/x/bin/prefect"
MODULE = "/x/prefect/__main__.py"


def to_json(value):
    """design: paths as text, durations in seconds, sets as sorted arrays, inf and nan as text."""
    if hasattr(value, "get_secret_value"):
        return to_json(value.get_secret_value())
    if isinstance(value, enum.Enum):
        return to_json(value.value)
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if value - value == 0 else repr(value)
    if isinstance(value, datetime.timedelta):
        return value.total_seconds()
    if isinstance(value, (pathlib.PurePath, datetime.date, datetime.time)):
        return str(value)
    if isinstance(value, (set, frozenset)):
        return sorted((to_json(v) for v in value), key=lambda v: (str(type(v)), v))
    if isinstance(value, (list, tuple)):
        return [to_json(v) for v in value]
    if isinstance(value, dict):
        return {str(k): to_json(v) for k, v in value.items()}
    raise TypeError(f"no JSON form for {type(value)!r}")


def leaves(model, base, prefix=""):
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, base):
            yield from leaves(value, base, f"{prefix}{name}.")
        else:
            yield prefix + name, to_json(value)


# The settings object has had three shapes: nested models from 3.0.11 on; before that one model of
# fields, at the end with a first group in it (3.0.5); before that variables with callbacks (3.0.0).
# Of the older two a value is given by its variable's name; prefect_runs.py knows the path.


def every_setting(settings):
    import prefect.settings

    if hasattr(prefect.settings, "sources"):
        from prefect.settings.base import PrefectBaseSettings

        yield from leaves(settings, PrefectBaseSettings)
    elif "PREFECT_API_URL" in type(settings).model_fields:
        for name in type(settings).model_fields:
            yield name, to_json(variables()[name].value_from(settings))
    else:
        base = getattr(prefect.settings, "PrefectBaseSettings", prefect.settings.Settings)
        for path, value in leaves(settings, base):
            yield "PREFECT_" + path.replace(".", "_").upper(), value


def variables():
    import prefect.settings

    return prefect.settings.SETTING_VARIABLES


def cli_profiles_path(settings) -> str:
    if hasattr(settings, "profiles_path"):
        return str(settings.profiles_path)
    return str(variables()["PREFECT_PROFILES_PATH"].value_from(settings))


def loader_profiles_path(settings) -> str:
    import prefect.settings

    home = getattr(prefect.settings, "sources", prefect.settings)
    if hasattr(home, "_get_profiles_path"):
        path = str(home._get_profiles_path())
    else:
        # Only one way leads to the profiles there.
        path = cli_profiles_path(settings)
        path = path if os.path.exists(path) else str(home.DEFAULT_PROFILES_PATH)
    return "{bundled}" if path == str(home.DEFAULT_PROFILES_PATH) else path


def no_secrets(text: str) -> str:
    return re.sub(r"pnu_TEST\w*|TEST-[\w.%-]*", "********", text)


def error_of(exc: BaseException) -> dict:
    lines = [line.rstrip() for line in no_secrets(str(exc)).splitlines() if line.strip()]
    error = {"class": f"{type(exc).__module__}.{type(exc).__qualname__}"}
    if error["class"].endswith(".ValidationError"):
        # "1 validation error for X", then place, message and address, again and again.
        error["first"] = lines[0]
        error["at"] = [line for line in lines[1:] if not line.startswith(" ")]
        said = [line for line in lines if line.startswith("  ") and "errors.pydantic" not in line]
        error["last"] = said[-1].strip() if said else lines[-1]
    else:
        error["last"] = lines[-1] if lines else ""
    return error


def record(args: list[str], start=lambda: None, module: bool = False) -> dict:
    sys.argv = [MODULE if module else CALLED_AS, *args, "config", "view"]
    try:
        start()
        import prefect.context

        context = prefect.context.get_settings_context()
        loader_path = loader_profiles_path(context.settings)
        result = {"loads": True}
        if args:
            result["starts"], context, said = inside(context)
            if not result["starts"]:
                result["error"] = said
        return result | {
            "profile": context.profile.name,
            "profiles_path": cli_profiles_path(context.settings),
            "loader_profiles_path": loader_path,
            "effective": dict(every_setting(context.settings)),
        }
    except Exception as exc:
        return {"loads": False, "error": error_of(exc)}


class Arrived(BaseException):
    """Raised by the first thing that ``config view`` does; no handler of Prefect's takes it."""


def inside(outer):
    """The context that the command sees, by running the command line up to the command."""
    import prefect.cli
    import prefect.context

    find = prefect.context.get_settings_context
    seen = []

    def watch():
        context = find()
        if sys._getframe(1).f_code.co_name == "view":
            seen.append(context)
            raise Arrived
        return context

    prefect.context.get_settings_context = watch
    said = {"class": "returned", "last": ""}
    try:
        prefect.cli.app()
    except Arrived:
        return True, seen[0], None
    except SystemExit as exc:
        said = {"class": f"exit {exc.code}", "last": ""}
    except Exception as exc:
        said = error_of(exc)
    finally:
        prefect.context.get_settings_context = find
    return False, outer, said


# --------------------------------------------------------------------------------------------
# The quick way


def in_child(work, out_path=None, err_path=None):
    """Runs ``work`` in a forked child; returns (exit status, what it returned)."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            os.close(reader)
            for path, target in ((os.devnull, 0), (out_path, 1), (err_path, 2)):
                if path:
                    onto(path, target)
            try:
                with os.fdopen(writer, "w") as pipe:
                    json.dump(work(), pipe)
                code = 0
            except SystemExit as exc:
                code = exc.code if isinstance(exc.code, int) else 0 if exc.code is None else 1
            except BaseException:
                traceback.print_exc()
        finally:
            for stream in (sys.stdout, sys.stderr):
                try:
                    stream.flush()
                except Exception:
                    pass
            os._exit(code)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        answer = pipe.read()
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return status, json.loads(answer) if answer else None


def onto(path: str, number: int) -> None:
    fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    os.dup2(fd, number)
    os.close(fd)


def script() -> str:
    return str(pathlib.Path(sys.executable).parent / "prefect")


def enter(job) -> None:
    os.environ.clear()
    for name, value in job["environment"]:
        os.environ[name] = value
    os.chdir(job["cwd"])


def nowhere() -> dict:
    """A job with nothing in it, to import things under."""
    home = tempfile.mkdtemp(prefix="conf-serve-")
    return {
        "environment": [["HOME", home], ["PATH", "/usr/bin:/bin"], ["LANG", "C.UTF-8"]],
        "cwd": home,
        "args": [],
    }


def view(job, flags: str) -> None:
    sys.argv = [script(), *job["args"], "config", "view", *flags.split()]
    if job.get("module"):
        runpy.run_module("prefect", run_name="__main__", alter_sys=True)
    else:
        runpy.run_path(script(), run_name="__main__")


def text_of_view(job, flags: str, scratch: str, before: str = "", prepare=lambda: None) -> dict:
    paths = [os.path.join(scratch, name) for name in ("out", "err")]

    def work():
        prepare()
        view(job, flags)

    status, _ = in_child(work, *paths)
    out, err = (pathlib.Path(p).read_bytes() for p in paths)
    for path in paths:
        os.unlink(path)
    return {
        "exit": status,
        "stdout": out.decode("utf-8"),
        "stderr": before + err.decode("utf-8", "replace"),
    }


def settings_anew() -> None:
    """What happens when prefect.context is imported, again, under this environment."""
    import prefect.context

    home = pathlib.Path.home() / ".prefect"
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] == "prefect":
            if "DEFAULT_PREFECT_HOME" in vars(module):
                module.DEFAULT_PREFECT_HOME = home
            if name.startswith("prefect.settings"):
                for thing in list(vars(module).values()):
                    if hasattr(thing, "cache_clear"):
                        thing.cache_clear()
                getattr(module, "_FROM_ENV_CACHE", {}).clear()
    default_of_ssl_cert_file()
    # As on import: while the profiles are looked for there is no context yet.
    prefect.context.GLOBAL_SETTINGS_CONTEXT = None
    prefect.context.GLOBAL_SETTINGS_CONTEXT = prefect.context.root_settings_context()


def default_of_ssl_cert_file() -> None:
    """The one default that is taken from the environment when the class is made."""
    from prefect.settings import Settings

    now = os.environ.get("SSL_CERT_FILE")
    api = Settings.model_fields["api"].annotation if "api" in Settings.model_fields else Settings
    field = next(f for n, f in api.model_fields.items() if n.lower().endswith("ssl_cert_file"))
    if field.default != now:
        field.default = now
        api.model_rebuild(force=True)
        Settings.model_rebuild(force=True)


def answer(job, scratch: str) -> dict:
    """In a child with Prefect imported: the record first, then each view in a child of its own."""
    enter(job)
    said = os.path.join(scratch, "said")
    onto(said, 2)
    result = record(job["args"], settings_anew, job.get("module", False))
    sys.stderr.flush()
    before = pathlib.Path(said).read_text("utf-8", "replace")
    if result["loads"]:
        result["views"] = {
            flags: text_of_view(job, flags, scratch, before) for flags in job["views"]
        }
    return result


class Warm:
    """A forked process that has imported Prefect; a job a line in, an answer a line out."""

    def __init__(self):
        job_reader, self.jobs = os.pipe()
        self.answers, answer_writer = os.pipe()
        if os.fork() == 0:
            os.close(self.jobs)
            os.close(self.answers)
            try:
                self._run(os.fdopen(job_reader), os.fdopen(answer_writer, "w"))
            finally:
                os._exit(0)
        os.close(job_reader)
        os.close(answer_writer)
        self.jobs, self.answers = os.fdopen(self.jobs, "w"), os.fdopen(self.answers)

    @staticmethod
    def _run(jobs, answers) -> None:
        enter(nowhere())
        sys.argv = [script(), "config", "view"]
        import prefect.cli  # noqa: F401
        import prefect.context  # noqa: F401
        import prefect.cli.config  # noqa: F401
        import prefect.logging.configuration  # noqa: F401

        for line in jobs:
            with tempfile.TemporaryDirectory(prefix="conf-out-") as scratch:
                _, result = in_child(lambda: answer(json.loads(line), scratch), os.devnull)
            print(json.dumps(result), file=answers, flush=True)

    def ask(self, job):
        print(json.dumps(job), file=self.jobs, flush=True)
        return json.loads(self.answers.readline())


def serve() -> None:
    def needed():
        enter(nowhere())
        try:
            view(nowhere(), "")
        except SystemExit:
            pass
        return [name for name in sys.modules if name.split(".")[0] not in ("prefect", "__main__")]

    def import_needed():
        """What Prefect needs of other packages, for the children that import Prefect themselves."""
        for name in in_child(needed, os.devnull, os.devnull)[1]:
            try:
                importlib.import_module(name)
            except Exception:
                pass
        assert not any(name.split(".")[0] == "prefect" for name in sys.modules)

    warm, ready = Warm(), False
    for line in sys.stdin:
        job = json.loads(line)
        result = warm.ask(job)
        if result is not None and not result["loads"] and not job.get("values_only"):
            if not ready:
                import_needed()
                ready = True
            with tempfile.TemporaryDirectory(prefix="conf-out-") as scratch:
                result["views"] = {
                    flags: text_of_view(job, flags, scratch, prepare=lambda: enter(job))
                    for flags in job["views"][:1]
                }
        print(json.dumps(result), flush=True)


if __name__ == "__main__":
    if sys.argv[1:] == ["--serve"]:
        serve()
    else:
        as_module = sys.argv[1:2] == ["--module"]
        # What the command line prints must not mix with the record.
        answers = os.fdopen(os.dup(1), "w")
        os.dup2(2, 1)
        print(json.dumps(record(sys.argv[2 if as_module else 1 :], module=as_module)), file=answers)
        answers.close()
        sys.stdout.flush()
        os._exit(0)
