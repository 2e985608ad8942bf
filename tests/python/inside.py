"""Run by the Python that has the wheel: what check_wheel.py asks of it, as one JSON document on stdout.

usage: inside.py documents < REQUESTS      each request's result, as a document again
       inside.py api DOCS                  the rest: members, errors, leaks, threads, examples

What it is not: a judge of `documents`; check_wheel.py compares them with the program's own.
"""

import ast
import asyncio
import concurrent.futures
import copy
import dataclasses
import doctest
import inspect
import io
import json
import os
import pickle
import re
import sys
import tempfile
import traceback
import typing
from pathlib import Path

import prefect_config
from prefect_config import _launch, _shown
from prefect_config import IncompleteAnswer, LaunchError, LintError, SettingsRefused, explain, lint, resolve

SECRET = "TEST-canary-secret"
KEY = "pnu_TESTcanary00000000000000000000000"
URL = "https://prefect.example.com/api"


def documents():
    functions = {"view": resolve, "explain": explain, "lint": lint}
    answers = []
    for command, positional, keywords in json.load(sys.stdin):
        answer = functions[command](*positional, check=False, **keywords)
        # What is no key of the document is not in it.
        more = {"failed": False, "problems": (), "warnings": ()} if command == "lint" else {}
        assert type(answer).from_json(answer.to_json()) == dataclasses.replace(answer, **more), "a result is not what its document says"
        answers.append(answer.to_json())
    json.dump(answers, sys.stdout)


# --- members: every key of the schemas has one, and none is made up ------------------------------------


def objects_of(schema, place, definitions):
    """The object that a schema describes at a place: itself, behind a reference, an item, or one of several."""
    if "$ref" in schema:
        return objects_of(definitions[schema["$ref"].split("/")[-1]], place, definitions)
    if "properties" in schema:
        return schema
    for inner in [*schema.get("anyOf", ()), *([schema["items"]] if "items" in schema else ())]:
        found = objects_of(inner, place, definitions)
        if found:
            return found
    return None


def class_in(kind):
    if dataclasses.is_dataclass(kind):
        return kind
    return next((found for found in map(class_in, typing.get_args(kind)) if found), None)


def compare_members(cls, schema, definitions, problems, seen):
    if cls in seen:
        return
    seen.add(cls)
    kinds = typing.get_type_hints(cls)
    members = {one.metadata.get("key", one.name): one.name for one in dataclasses.fields(cls)}
    members.pop(None, None)
    if members.keys() != schema["properties"].keys():
        problems.append(f"{cls.__name__}: keys and members differ: {sorted(members.keys() ^ schema['properties'].keys())}")
    for key, inner in schema["properties"].items():
        target = objects_of(inner, key, definitions)
        if key in members and (target is None) != (class_in(kinds[members[key]]) is None):
            problems.append(f"{cls.__name__}.{members[key]}: an object in one of document and class only")
        elif target is not None and key in members:
            compare_members(class_in(kinds[members[key]]), target, definitions, problems, seen)
    for name in members.values():
        if f"{name}:" not in (cls.__doc__ or ""):
            problems.append(f"{cls.__name__}.{name} is not in its docstring")


def check_members(docs):
    problems, seen = [], set()
    pairs = (("view", prefect_config.Resolution), ("explain", prefect_config.Explanation), ("lint", prefect_config.LintReport))
    for name, cls in pairs:
        schema = json.loads((Path(docs) / "schema" / f"{name}.v1.schema.json").read_text("utf-8"))
        compare_members(cls, schema, schema["$defs"], problems, seen)
        more = copy.deepcopy(schema)
        more["properties"]["surprise"] = {"type": "string"}
        found = []
        compare_members(cls, more, more["$defs"], found, set())
        if not found:
            problems.append(f"a new key of {name} would not be noticed")
    named = {getattr(prefect_config, name) for name in prefect_config.__all__}
    problems += [f"{cls.__name__} is not exported" for cls in seen - named]
    return problems


def check_unknown_keys(_):
    document = resolve(env=base(), cwd="/", show_defaults=True).to_json()
    more = json.loads(json.dumps(document), object_hook=lambda one: {**one, "key of tomorrow": 1})
    return [] if prefect_config.Resolution.from_json(more).to_json().keys() == document.keys() else ["an unknown key disturbs"]


# --- errors --------------------------------------------------------------------------------------------


def base(**more):
    return {"HOME": "/nonexistent", "PATH": "/nonexistent", "PREFECT_API_URL": URL, **more}


def from_two_services():
    """One of two launches in a file, and it is not said which."""
    one = "    image: prefecthq/prefect:3.8.8-python3.12\n    command: prefect worker start --pool a\n"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "compose.yaml")
        file.write_text(f"services:\n  worker:\n{one}  web:\n{one}")
        return resolve(from_file=file)


def without_key(call):
    """A call where no key of fingerprints can be had, nor a place for one."""
    names = ("HOME", "XDG_CONFIG_HOME", "PREFECT_CONFIG_FINGERPRINT_KEY")
    kept = {name: os.environ.pop(name) for name in names if name in os.environ}
    os.environ["XDG_CONFIG_HOME"] = "/proc/nonexistent"
    try:
        return call()
    finally:
        del os.environ["XDG_CONFIG_HOME"]
        os.environ.update(kept)


ERRORS = (
    (ValueError, "3.0.0 to ", lambda: resolve(prefect_version="tomorrow")),
    (ValueError, "pid and from_file", lambda: resolve(pid=1, from_file="x")),
    (ValueError, "profile and command", lambda: resolve(profile="a", command="prefect x")),
    (ValueError, "has an environment of its own", lambda: resolve(pid=1, env={})),
    (ValueError, "they begin at 1", lambda: resolve(pid=0)),
    (ValueError, "NUL", lambda: resolve(profile="a\0b")),
    (ValueError, "env has a name", lambda: resolve(env={"A=B": "x"})),
    (ValueError, "error, warning, info, never", lambda: lint(fail_on="sometimes")),
    (ValueError, "there is no rule `PC999`", lambda: lint(".", select="PC999")),
    (ValueError, "history", lambda: lint(".", history=True, changed="HEAD")),
    (ValueError, "history takes no credentials", lambda: lint(".", history=True, credentials=True)),
    (ValueError, "no path: paths is empty", lambda: lint([])),
    (ValueError, "no path: paths is empty", lambda: lint(path for path in ())),
    (ValueError, "a path in paths is empty", lambda: lint("")),
    (ValueError, "a path in paths is empty", lambda: lint([".", ""])),
    (ValueError, "policy is empty", lambda: lint(".", policy="")),
    (ValueError, "baseline is empty", lambda: lint(".", baseline="")),
    (ValueError, "changed is empty", lambda: lint(".", changed="")),
    (ValueError, "fail_on takes one of", lambda: lint(".", fail_on="")),
    (ValueError, "select: names no rule", lambda: lint(".", select="")),
    (ValueError, "env_file is empty", lambda: resolve(env_file="")),
    (TypeError, "profile takes a str, not int", lambda: resolve(profile=3)),
    (TypeError, "env takes a mapping of str to str", lambda: resolve(env={"A": 1})),
    (TypeError, "cwd takes a str or a path, not int", lambda: resolve(cwd=7)),
    (TypeError, "unexpected keyword", lambda: resolve(surprise=1)),
    (LaunchError, "no such directory", lambda: resolve(cwd="/nonexistent/folder")),
    (LaunchError, "from_file: /nonexistent/compose.yaml", lambda: resolve(from_file="/nonexistent/compose.yaml#x")),
    (LaunchError, "env_file: /nonexistent/x.env", lambda: explain(env_file="/nonexistent/x.env")),
    (LaunchError, "pid: ", lambda: resolve(pid=2**30)),
    (LaunchError, "command: ", lambda: resolve(command="ls")),
    (LaunchError, "refuses it: `--profile` needs a name", lambda: resolve(command="prefect --profile")),
    (LaunchError, 'web; say which one: from_file="FILE#NAME"', from_two_services),
    (LintError, "no key for fingerprints", lambda: without_key(lambda: lint(".", credentials=True))),
    (LintError, "/nonexistent/file", lambda: lint("/nonexistent/file")),
    (LintError, "/nonexistent/base", lambda: lint(".", baseline="/nonexistent/base")),
    (SettingsRefused, "refuses these settings: error[PC", lambda: resolve(env=base(PREFECT_CLIENT_MAX_RETRIES="many"), prefect_version="3.8.8")),
    (SettingsRefused, "refuses these settings: error[PC", lambda: explain(env=base(PREFECT_CLIENT_MAX_RETRIES="many"), prefect_version="3.8.8")),
)


def check_errors(_):
    problems = []
    for number, (kind, words, call) in enumerate(ERRORS):
        try:
            call()
        except Exception as error:  # what it raises is what is asked
            if type(error) is not kind or words not in str(error):
                problems.append(f"errors, row {number}: {type(error).__name__}: {error}")
            if kind.__module__.startswith("prefect_config") and str(pickle.loads(pickle.dumps(error))) != str(error):
                problems.append(f"errors, row {number}: another one after pickling")
            if re.search(r"(?<![`\w-])--[a-z]", str(error)):
                problems.append(f"errors, row {number}: in words of the command line: {error}")
        else:
            problems.append(f"errors, row {number}: nothing is raised")
    return problems


SENTENCES = (
    ("--from a.yaml: it holds b; say which one: --from FILE#NAME", 'from_file: a.yaml: it holds b; say which one: from_file="FILE#NAME"'),
    ("--pid and --from: a launch is one of them", "pid and from_file: a launch is one of them"),
    ("say its release with --prefect-version", "say its release with prefect_version"),
    ("--command: say its release with --prefect-version", "command: say its release with prefect_version"),
    ("--select names no rule", "select: names no rule"),
    ("--env-file FILE: no such file", "env_file: FILE: no such file"),
    ("give it (--home DIR)", 'give it (home="DIR")'),
    ("go on with --no-policy, or not", "go on with policy=False, or not"),
    ("`--profile` is given twice", "`--profile` is given twice"),
    ("git fetch --unshallow, my--from", "git fetch --unshallow, my--from"),
)


def check_words(_):
    """The options in the library's sentences are keywords; every keyword that has an option is known."""
    said = [(text, _launch.in_words_of_python(text), expected) for text, expected in SENTENCES]
    problems = [f"{text}: {ours}" for text, ours, expected in said if ours != expected]
    taken = {name for function in (resolve, explain, lint) for name in inspect.signature(function).parameters}
    known = {word.split("=")[0] for word in _launch._KEYWORDS.values()}
    if known != taken - {"paths", "env", "check"}:
        problems.append(f"keywords without an option, or the reverse: {sorted(known ^ taken)}")
    return problems


def check_refusals(_):
    problems = []
    env = base(PREFECT_CLIENT_MAX_RETRIES="many")
    for function, member in ((resolve, "resolution"), (explain, "explanation")):
        calm = function(env=env, prefect_version="3.8.8", check=False)
        try:
            function(env=env, prefect_version="3.8.8")
        except SettingsRefused as error:
            if getattr(error, member) != calm or error.finding is None or error.finding not in error.findings:
                problems.append(f"{function.__name__}: the error does not carry the best answer")
        if calm.loads:
            problems.append(f"{function.__name__}: loads is True")
    with tempfile.TemporaryDirectory() as home:
        Path(home, ".prefect", "profiles.toml").mkdir(parents=True)
        try:
            resolve(env={"HOME": home}, prefect_version="2.20.27")
        except (IncompleteAnswer, SettingsRefused):
            pass
        else:
            problems.append("a profiles file that cannot be read raises nothing")
    return problems


# --- leaks ---------------------------------------------------------------------------------------------

LEAKY = (
    base(PREFECT_API_KEY=KEY),
    base(PREFECT_API_AUTH_STRING=f"admin:{SECRET}"),
    base(PREFECT_API_URL=f"https://user:{SECRET}@prefect.example.com/api"),
    base(PREFECT_CLIENT_CUSTOM_HEADERS=json.dumps({"X-Token": SECRET})),
    base(PREFECT_SERVER_DATABASE_CONNECTION_URL=f"postgresql+asyncpg://me:{SECRET}@db/prefect"),
    base(PREFECT_API_KEY=KEY, PREFECT_CLIENT_MAX_RETRIES=KEY),
    base(PREFECT_API_AUTH_STRING="TEST-12345678", PREFECT_API_KEY=SECRET, HTTPS_PROXY=f"http://u:{SECRET}@proxy:1"),
)


def texts_of(value):
    yield repr(value)
    yield str(value)
    yield f"{value!r:s}"
    if dataclasses.is_dataclass(value):
        for one in dataclasses.fields(value):
            yield repr(getattr(value, one.name))


def leaks_in(texts):
    return any(secret in text for text in texts for secret in (SECRET, KEY))


def raised_inside(env, show_secrets):
    """What tracebacks with local variables show of an error with a result at hand."""
    def fail(result):
        raise RuntimeError("anything")
    try:
        result = resolve(env=env, cwd="/", prefect_version="3.8.8", show_secrets=show_secrets, check=False)
        fail(result)
    except RuntimeError as error:
        told = traceback.TracebackException.from_exception(error, capture_locals=True)
        # The environment that the test itself made is no result.
        frames = [frame for frame in told.stack if frame.name == "fail"]
        return "".join(repr(frame.locals) for frame in frames)


def check_leaks(_):
    problems = []
    for number, env in enumerate(LEAKY):
        for function in (resolve, explain):
            masked = function(env=env, cwd="/", prefect_version="3.8.8", check=False)
            shown = function(env=env, cwd="/", prefect_version="3.8.8", show_secrets=True, check=False)
            where = f"leaks, row {number}, {function.__name__}"
            if leaks_in([json.dumps(masked.to_json()), *texts_of(masked)]):
                problems.append(f"{where}: a secret where none was asked for")
            if leaks_in(texts_of(shown)) or leaks_in(repr(copy.deepcopy(shown)).splitlines()):
                problems.append(f"{where}: a secret in repr or str")
            if not leaks_in([json.dumps(shown.to_json())]):
                problems.append(f"{where}: no secret though it was asked for: the row tests nothing")
            if repr(shown) != repr(masked) and repr(shown).count("********") < repr(masked).count("********"):
                problems.append(f"{where}: repr masks less with show_secrets")
            try:
                function(env={**env, "PREFECT_CLIENT_MAX_RETRIES": KEY}, cwd="/", prefect_version="3.8.8", show_secrets=True)
            except SettingsRefused as error:
                if leaks_in([str(error), repr(error), repr(error.finding), repr(error.result)]):
                    problems.append(f"{where}: a secret in an error")
            else:
                problems.append(f"{where}: nothing is raised")
        if leaks_in([raised_inside(env, True), raised_inside(env, False)]):
            problems.append(f"leaks, row {number}: a secret in a traceback with local variables")
    return problems


def check_shown(_):
    """The values are the secrets, as texts."""
    setting = resolve(env=LEAKY[0], cwd="/", show_secrets=True)["api.key"]
    problems = [] if setting.value == KEY and isinstance(setting.value, str) and f"{setting.value}" == KEY else ["the key is not given"]
    if repr(setting.value) != "'********'":
        problems.append("a shown value's repr is not masked")
    texts = (("str", str), ("format", format), ("an f-string", lambda one: f"{one}"), ("%", lambda one: "%s" % (one,)), ("json", json.dumps))
    for value in (SECRET, 5, -(2**70), 2.5, 1e300, float("inf")):
        shown = _shown.hide_in_repr(value, "********")
        problems += [f"{name} of a shown {type(value).__name__} is another one" for name, text in texts if text(shown) != text(value)]
        if shown != value or {repr(shown), repr([shown]), repr(pickle.loads(pickle.dumps(shown)))} - {"'********'", "['********']"}:
            problems.append(f"repr of a shown {type(value).__name__}")
    if f"{_shown.hide_in_repr(255, '********'):#06x}" != "0x00ff":
        problems.append("a shown number is not formatted as one")
    return problems


# --- threads, asyncio, the process's state -----------------------------------------------------------------


def check_threads(_):
    problems = []
    expected = {n: resolve(env=base(PREFECT_API_URL=f"http://h{n}/api"), cwd="/").to_json() for n in range(16)}

    def one(n):
        return resolve(env=base(PREFECT_API_URL=f"http://h{n % 16}/api"), cwd="/").to_json() == expected[n % 16]

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        if not all(pool.map(one, range(200))):
            problems.append("threads disturb each other")

    async def several():
        return await asyncio.gather(*(asyncio.to_thread(one, n) for n in range(16)))

    if not all(asyncio.run(several())):
        problems.append("asyncio.to_thread")
    return problems


def check_pure(_):
    def state():
        return dict(os.environ), os.getcwd(), os.umask(os.umask(0o22))

    before = state()
    with tempfile.TemporaryDirectory() as folder:
        resolve(cwd=folder, home=folder, env=base(), check=False)
        explain(cwd=folder, clean_env=True, check=False)
        lint(folder)
    problems = [] if state() == before else ["a call changed the process"]
    os.environ["PREFECT_LOGGING_LEVEL"] = "ERROR"
    if resolve(check=False)["PREFECT_LOGGING_LEVEL"].value != "ERROR":
        problems.append("os.environ as it is now does not count")
    del os.environ["PREFECT_LOGGING_LEVEL"]
    return problems


def check_mapping(_):
    resolution = resolve(env=base(), cwd="/", prefect_version="3.8.8")
    every = resolve(env=base(), cwd="/", prefect_version="3.8.8", show_defaults=True)
    problems = []
    if "api.url" not in resolution or "api.key" in resolution or resolution["PREFECT_API_URL"] is not resolution["api.url"]:
        problems.append("a setting is not found by its path and by its name")
    if len(every) < 100 or every["api.key"].typed_value is not None or len(list(every)) != len(every):
        problems.append("show_defaults")
    try:
        resolution["no.such"]
        problems.append("no KeyError")
    except KeyError:
        pass
    try:
        resolution.loads = False
        problems.append("a result can be changed")
    except dataclasses.FrozenInstanceError:
        pass
    return problems


def check_copies(_):
    """Results can be members of a set, and no document is a part of one."""
    problems = []
    env = base(PREFECT_CLIENT_CUSTOM_HEADERS='{"X-A": "1"}', PREFECT_LOGGING_EXTRA_LOGGERS="a,b")
    for show_secrets in (False, True):
        one, other = (resolve(env=env, cwd="/", prefect_version="3.8.8", show_defaults=True, show_secrets=show_secrets) for _ in range(2))
        changeable = [setting for setting in one if isinstance(setting.typed_value, (dict, list))]
        if {type(setting.typed_value) for setting in changeable} != {dict, list}:
            problems.append("no dict and no list among the values: this tests nothing")
        if len({one, other}) != 1 or len({*one, *other}) != len(one) or len({explain(env=env, check=False), lint(env=env)}) != 2:
            problems.append("equal results are two members of a set")
        for setting in changeable:
            given, kept = setting.to_json(), copy.deepcopy(setting.typed_value)
            read = type(setting).from_json(given)
            given["typed_value"].clear()
            if setting.typed_value != kept or read.typed_value != kept or not kept and given["typed_value"] is setting.typed_value:
                problems.append(f"{setting.path}: a changed document changes the result")
    return problems


def check_credentials(_):
    """Those that lint lists have the fingerprints of explain: of the key in os.environ as it is then."""
    problems, seen = [], set()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "worker.env")
        file.write_text(f"PREFECT_API_URL={URL}\nPREFECT_API_KEY={KEY}\n")
        for key in ("TEST-one", "TEST-two"):
            os.environ["PREFECT_CONFIG_FINGERPRINT_KEY"] = key
            listed = [one.fingerprint for one in lint(file, credentials=True).credentials if one.id == "api_key"]
            expected = [one.fingerprint for one in explain(env=base(PREFECT_API_KEY=KEY), cwd="/").credentials]
            seen.update(listed)
            if not listed or listed != expected:
                problems.append(f"{key}: {listed} and not {expected}")
        del os.environ["PREFECT_CONFIG_FINGERPRINT_KEY"]
    return problems if len(seen) == 2 else [*problems, "the key does not count"]


def check_examples(docs):
    """Those of the docstrings and those of docs/python.md."""
    said = io.StringIO()
    tests = doctest.DocTestFinder().find(prefect_config, "prefect_config")
    page = Path(docs, "python.md").read_text("utf-8").replace("```pycon", "").replace("```", "")
    tests.append(doctest.DocTestParser().get_doctest(page, {}, "docs/python.md", "docs/python.md", 0))
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    for test in tests:
        runner.run(test, out=said.write)
    if runner.tries < 25:
        return [f"only {runner.tries} examples were found"]
    return [said.getvalue()] if runner.failures else []


def check_stub(_):
    """nanobind's functions are none to stubtest: their arguments and results against the stub."""
    core = prefect_config._core
    stub = ast.parse(Path(core.__file__).with_name("_core.pyi").read_text("utf-8"))
    functions = {one.name: one for one in stub.body if isinstance(one, ast.FunctionDef)}
    own = {name for name in vars(core) if type(getattr(core, name)).__name__ == "nb_func"}
    problems = [f"{name}: in stub or module only" for name in sorted(own ^ functions.keys())]
    for name in sorted(own & functions.keys()):
        (signature, *_), *others = getattr(core, name).__nb_signature__
        real = ast.parse(signature + ": ...").body[0]
        arguments = [[one.arg for one in function.args.args] for function in (real, functions[name])]
        results = [ast.unparse(function.returns).split("[")[0] for function in (real, functions[name])]
        if others or arguments[0] != arguments[1] or results[0] != results[1]:
            problems.append(f"{name}: {signature}")
    return problems


def check_docstrings(_):
    problems = []
    for name in prefect_config.__all__:
        one = getattr(prefect_config, name)
        if callable(one) and not (one.__doc__ or "").strip():
            problems.append(f"{name} has no docstring")
    count = 0
    for file in sorted(Path(prefect_config.__file__).parent.glob("*.py*")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node):
                count += 1
                # Two mark code; of an odd number somewhere, one is open.
                marks = re.findall("`+", ast.get_docstring(node))
                if {len(mark) for mark in marks} - {2} or len(marks) % 2:
                    problems.append(f"{file.name}:{node.body[0].lineno}: backticks that are not two and two")
    return problems if count > 40 else [*problems, f"only {count} docstrings were found"]


CHECKS = (
    check_members, check_unknown_keys, check_errors, check_words, check_refusals, check_leaks, check_shown, check_threads,
    check_pure, check_mapping, check_copies, check_credentials, check_examples, check_stub, check_docstrings,
)


if __name__ == "__main__":
    if sys.argv[1] == "documents":
        documents()
    else:
        json.dump({check.__name__: check(sys.argv[2]) for check in CHECKS}, sys.stdout)
