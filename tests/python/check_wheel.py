#!/usr/bin/env python3
"""Builds the wheel and checks what it is: installed alone, against the program, beside real Prefect.

usage: check_wheel.py --folder FOLDER [--compiler CXX] [--prefects FOLDER] [--wheel FILE]

FOLDER keeps the wheel and the environments between runs: where nothing changed, nothing is built. The
first time it needs PyPI, for what pyproject.toml asks for and for mypy. --compiler is that of the other
builds: Python's own has another name, under which ccache knows no file. --wheel takes a wheel as it is.

What the installed package says is compared with what the installed program prints, over the situations
of tests/schema; the comparison itself is checked by documents with one value changed. inside.py has what
is asked inside of the environment, beside_prefect.py what is asked beside real Prefect.
"""

import argparse
import copy
import hashlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE.parent / "schema"))
import check_schemas  # noqa: E402

SOURCES = ("CMakeLists.txt", "pyproject.toml", "LICENSE", "cmake", "lib", "tools/prefect_config", "docs/rules", "docs/python.md")
#: Exact, so that a release elsewhere turns nothing red. To renew: `pip install` the first two in a new environment, then
#: its `pip freeze`; BUILD is what `pip index versions` says of each.
TOOLS = ("mypy==2.4.1", "scikit-build-core==1.1.2", "ast-serialize==0.13.1", "librt==0.17.0", "mypy-extensions==1.2.0", "packaging==26.4", "pathspec==1.1.1",
         "typing-extensions==4.16.0")
#: What pyproject.toml asks for, where it is tested.
BUILD = ("nanobind==3.1.0", *TOOLS[1:])
BESIDE = "3.9.1"

#: Shared libraries that each file may ask for.
NEEDED = {
    "_core": {"libc.so.6", "libm.so.6", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"},
    "prefect-config": set(),
    "prefect-config-probe": {"libssl.so.3", "libcrypto.so.3", "libstdc++.so.6", "libgcc_s.so.1", "libm.so.6", "libc.so.6", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"},
}

#: An option of the command line as a keyword.
KEYWORDS = {
    "--profile": "profile", "--prefect-version": "prefect_version", "--command": "command", "--env-file": "env_file",
    "--cwd": "cwd", "--home": "home", "--venv": "venv", "--from": "from_file",
}

USER_SCRIPT = '''\
from __future__ import annotations
import prefect_config
from prefect_config import Resolution, SettingsRefused

def url(resolution: Resolution) -> str | None:
    setting = resolution.get("api.url")
    return setting.value if setting else None

try:
    print(url(prefect_config.resolve(env={"A": "b"}, profile="p")))
except SettingsRefused as error:
    if error.finding is not None and error.finding.line is not None:
        print(error.finding.code.lower(), error.finding.line + 1)
for plan in prefect_config.explain(check=False).surfaces:
    print(plan.surface.upper(), [header.from_ for header in plan.headers])
print(prefect_config.lint(["a", "b"], select="PC3", policy=False).summary.errors + 1)
'''
WRONG_SCRIPT = "import prefect_config\nprefect_config.resolve(profile=3)\nprefect_config.lint().summary.eror\n"


class Checker:
    def __init__(self):
        self.passed = 0
        self.failed = 0

    def say(self, what, problems):
        if problems:
            self.failed += 1
            print(f"FAILED {what}\n  " + "\n  ".join(str(one) for one in problems[:6]), flush=True)
        else:
            self.passed += 1


def run(*words, **more):
    more = {"capture_output": True, "text": True, "timeout": 900, "check": False, **more}
    return subprocess.run([str(word) for word in words], **more)


def must(*words, **more):
    result = run(*words, **more)
    if result.returncode != 0:
        sys.exit(f"check_wheel.py: {' '.join(str(word) for word in words[:6])}\n{result.stdout}{result.stderr}")
    return result


# --- building ------------------------------------------------------------------------------------------


def state_of_sources():
    digest = hashlib.sha256((sys.version + " ".join(BUILD)).encode())
    for name in SOURCES:
        path = ROOT / name
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def environment(folder, *packages):
    """A virtual environment with these packages, made once."""
    stamp = folder / ".packages"
    if not stamp.is_file() or stamp.read_text() != " ".join(packages):
        shutil.rmtree(folder, ignore_errors=True)
        must(sys.executable, "-m", "venv", folder)
        if packages:
            must(folder / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", *packages)
        stamp.write_text(" ".join(packages))
    return folder / "bin"


def wheel_of(folder, compiler):
    """The wheel of the sources as they are, and whether it had to be built."""
    dist, stamp = folder / "dist", folder / "dist" / ".sources"
    state = state_of_sources()
    built = sorted(dist.glob("*.whl"))
    if len(built) == 1 and stamp.is_file() and stamp.read_text() == state:
        return built[0]
    shutil.rmtree(dist, ignore_errors=True)
    tools = environment(folder / "tools", *TOOLS)
    constraints = folder / "constraints.txt"
    constraints.write_text("\n".join(BUILD) + "\n")
    # The one for pip before 25.3, the other for it and later ones.
    env = {**os.environ, "PIP_CONSTRAINT": str(constraints), "PIP_BUILD_CONSTRAINT": str(constraints), **({"CXX": compiler} if compiler else {})}
    must(tools / "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps", "-w", dist, ROOT, env=env)
    stamp.write_text(state)
    return next(dist.glob("*.whl"))


def check_sdist(folder):
    """Every file that is kept under version control and takes part, and nothing that is not."""
    tools = environment(folder / "tools", *TOOLS)
    with tempfile.TemporaryDirectory() as target:
        must(tools / "python", "-c", f"from scikit_build_core.build import build_sdist; build_sdist({target!r})", cwd=ROOT)
        names = must("tar", "tzf", next(Path(target).glob("*.tar.gz"))).stdout.split()
    held = {name.partition("/")[2] for name in names if not name.endswith("/")}
    kept = {str(file.relative_to(ROOT)) for name in SOURCES for file in ([ROOT / name] if (ROOT / name).is_file() else (ROOT / name).rglob("*")) if file.is_file() and "__pycache__" not in file.parts}
    problems = [f"not in it: {name}" for name in sorted(kept - held)]
    problems += [f"in it: {name}" for name in sorted(held) if name.startswith(("tests/", "build/", "tools/dev", "tools/registry", ".git"))]
    return problems


# --- what the wheel is ---------------------------------------------------------------------------------


def needed_by(path):
    return set(re.findall(r"\(NEEDED\).*\[([^]]+)\]", must("readelf", "-d", path).stdout))


def check_listing(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = {re.sub(r"^prefect_config-[^/]+\.(data|dist-info)/", r"\1/", name) for name in archive.namelist()}
    module = {name for name in names if re.fullmatch(r"prefect_config/_core[.\w-]*\.so", name)}
    own = {f"prefect_config/{file.name}" for file in (ROOT / "lib" / "python" / "prefect_config").iterdir() if file.is_file()}
    expected = own | {"data/scripts/prefect-config", "data/data/libexec/prefect-config/prefect-config-probe",
                      "dist-info/licenses/LICENSE", "dist-info/licenses/lib/python/NOTICES"}
    info = {name for name in names if name.startswith("dist-info/")}
    problems = [f"missing: {name}" for name in sorted(expected - names)]
    problems += [f"too much: {name}" for name in sorted(names - expected - module - info)]
    if len(module) != 1:
        problems.append(f"modules: {sorted(module)}")
    return problems


def check_libraries(venv):
    files = [next(venv.glob("lib/python*/site-packages/prefect_config/_core*.so")), venv / "bin" / "prefect-config", venv / "libexec" / "prefect-config" / "prefect-config-probe"]
    problems = []
    for file in files:
        more = needed_by(file) - NEEDED[file.name.split(".")[0]]
        if more:
            problems.append(f"{file.name} needs {sorted(more)}")
    exported = [line.split()[-1] for line in must("readelf", "-W", "--dyn-syms", files[0]).stdout.splitlines() if " GLOBAL " in line and " UND " not in line]
    if exported != ["PyInit__core"]:
        problems.append(f"the module gives out more than its start: {exported[:4]}")
    return problems


def check_program(venv, home):
    env = {"PATH": "/usr/bin:/bin", "HOME": str(home)}
    program = venv / "bin" / "prefect-config"
    problems = []
    version = re.search(r"VERSION (\d+\.\d+\.\d+)", (ROOT / "CMakeLists.txt").read_text())[1]
    if f"prefect-config {version} " not in run(program, "--version", env=env).stdout:
        problems.append("--version")
    for line in ("prefect-config view", "prefect-config explain"):
        # By its name, as docs/python.md shows it.
        result = run(*line.split(), "-o", "json", env={**env, "PATH": f"{program.parent}:/usr/bin:/bin"})
        if result.returncode != 0 or json.loads(result.stdout)["schema"] != f"{line.replace(' ', '/')}/v1":
            problems.append(f"{line}: {result.returncode} {result.stderr}")
    with socket.socket() as closed:  # bound and not listening: nobody else gets it
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/api"
        result = run(program, "doctor", "--probe", "--timeout", "10", "-o", "json", env={**env, "PREFECT_API_URL": url})
    document = json.loads(result.stdout or "{}")
    if result.returncode != 1 or not document.get("probe") or not any(one["code"].startswith("PC4") for one in document["findings"]):
        problems.append(f"doctor --probe to a closed port: {result.returncode} {result.stderr[:300]}")
    return problems


def check_readme(venv):
    """README's example in Python, in the home and with the variables that README speaks of; its last line is what it prints."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    profiles = re.search(r"^```toml\n(.*?)^```", readme, re.M | re.S)
    examples = re.findall(r"^```python\n(.*?)^```", readme, re.M | re.S)
    problems = [] if profiles and examples else ["README.md shows no profiles, or no example in Python"]
    for example in examples:
        printed = re.search(r"^# (.*\n)\Z", example, re.M)
        with tempfile.TemporaryDirectory() as home:
            (Path(home) / ".prefect").mkdir()
            (Path(home) / ".prefect" / "profiles.toml").write_text(profiles[1], encoding="utf-8")
            env = {"PATH": "/usr/bin:/bin", "HOME": home, "PREFECT_API_AUTH_STRING": "admin:TEST-password", "PREFECT_LOGGING_LEVEL": "DEBUG"}
            result = run(venv / "bin" / "python", "-I", "-c", example, env=env, cwd=home)
        if not printed or (result.returncode, result.stdout) != (0, printed[1]):
            problems.append(f"README.md shows {printed and printed[1]!r}; printed is {result.stdout!r} {result.stderr[-400:]}")
    return problems


# --- the package against the program ----------------------------------------------------------------------


def keywords_of(arguments):
    """The global options of a situation as keywords; None where one has no counterpart."""
    keywords, words = {}, list(arguments)
    while words:
        word = words.pop(0)
        if word == "--clean-env":
            keywords["clean_env"] = True
        elif word in KEYWORDS:
            keywords[KEYWORDS[word]] = words.pop(0)
        else:
            raise KeyError(word)
    return keywords


def difference(ours, theirs, where=""):
    """Where two documents differ first; empty where they do not."""
    if type(ours) is not type(theirs):
        return f"{where}: {type(ours).__name__}, {type(theirs).__name__} of the program"
    if isinstance(ours, dict):
        if ours.keys() != theirs.keys():
            return f"{where}: keys {sorted(ours.keys() ^ theirs.keys())}"
        return next((found for key in ours if (found := difference(ours[key], theirs[key], f"{where}.{key}"))), "")
    if isinstance(ours, list):
        if len(ours) != len(theirs):
            return f"{where}: {len(ours)} and {len(theirs)} items"
        return next((found for at, one in enumerate(ours) if (found := difference(one, theirs[at], f"{where}[{at}]"))), "")
    return "" if ours == theirs else f"{where}: another value"


def changed_documents(document, path=()):
    """The document with one value changed, for every value."""
    value = document
    for part in path:
        value = value[part]
    if isinstance(value, (dict, list)):
        for part in value if isinstance(value, dict) else range(len(value)):
            yield from changed_documents(document, (*path, part))
        return
    other = copy.deepcopy(document)
    target = other
    for part in path[:-1]:
        target = target[part]
    target[path[-1]] = "something else"
    yield other


def requests_of(situation, root):
    env = {"PATH": "/usr/bin:/bin", "HOME": str(root / "home"), **situation.env}
    common = {"cwd": str(root / "work"), "env": env, **keywords_of(situation.args)}
    for secrets in (False, True):
        more = {"show_secrets": True} if secrets else {}
        words = ["--show-secrets"] if secrets else []
        yield env, ["view", *words], ["view", [], {**common, **more}]
        yield env, ["view", "--show-defaults", *words], ["view", [], {**common, "show_defaults": True, **more}]
        yield env, ["explain", *words], ["explain", [], {**common, **more}]
    yield env, ["lint"], ["lint", [], {**common, "policy": False}]


def check_situation(situation, venv):
    problems = []
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        check_schemas.lay_out(situation, root)
        asked = list(requests_of(situation, root))
        # The key of fingerprints and the place of the work are the process's own.
        own = {"PATH": "/usr/bin:/bin", "HOME": str(root / "home"), "PREFECT_CONFIG_FINGERPRINT_KEY": "TEST-key"}
        answered = run(venv / "bin" / "python", HERE / "inside.py", "documents", env=own, cwd=root / "work", input=json.dumps([one for _, _, one in asked]))
        if answered.returncode != 0:
            return [answered.stderr[-600:]], None
        document = None
        for (env, words, _), ours in zip(asked, json.loads(answered.stdout)):
            more = ["--no-policy"] if words == ["lint"] else []
            printed = run(venv / "bin" / "prefect-config", *situation.args, *words, *more, "-o", "json", env={**env, "PREFECT_CONFIG_FINGERPRINT_KEY": "TEST-key"}, cwd=root / "work")
            theirs = json.loads(printed.stdout)
            found = difference(ours, theirs)
            if found:
                problems.append(f"{' '.join(words)}: {found}")
            document = ours if words == ["view"] else document
    return problems, document


def check_files(venv):
    """Files to lint: the fuzzer's own, which are odd, by the program and by the package."""
    folder = HERE.parent / "fuzz" / "corpus"
    problems = []
    for more, words in (({}, []), ({"select": ["PC3"]}, ["--select", "PC3"]), ({"ignore": "PC2", "prefect_version": "3.4.19"}, ["--ignore", "PC2", "--prefect-version", "3.4.19"])):
        ours = must(venv / "bin" / "python", HERE / "inside.py", "documents", cwd=folder, input=json.dumps([["lint", ["lint"], {"policy": False, **more}]]))
        theirs = run(venv / "bin" / "prefect-config", "lint", "lint", "--no-policy", "-o", "json", *words, cwd=folder)
        ours, theirs = json.loads(ours.stdout)[0], json.loads(theirs.stdout)
        found = difference(ours, theirs)
        problems += [f"{words}: {found}"] if found else []
        problems += [] if ours["findings"] else [f"{words}: nothing is found: this tests nothing"]
    return problems


# --- types, Prefect, leaving ---------------------------------------------------------------------------


def check_types(folder, venv):
    tools = environment(folder / "tools", *TOOLS)
    site = next(venv.glob("lib/python*/site-packages"))
    env = {**os.environ, "MYPYPATH": str(site)}
    problems = []
    with tempfile.TemporaryDirectory() as work:
        for name, text, is_fine in (("fine.py", USER_SCRIPT, True), ("wrong.py", WRONG_SCRIPT, False)):
            Path(work, name).write_text(text)
            result = run(tools / "mypy", "--strict", "--python-executable", venv / "bin" / "python", "--cache-dir", folder / "mypy", name, cwd=work)
            if (result.returncode == 0) != is_fine or (not is_fine and "Found 2 errors" not in result.stdout):
                problems.append(f"mypy --strict {name}: {result.stdout}{result.stderr}")
        result = run(tools / "mypy", "--strict", "--cache-dir", folder / "mypy", site / "prefect_config", cwd=work)
        problems += [result.stdout + result.stderr] if result.returncode != 0 else []
        # nanobind's functions are none to it; inside.py compares those.
        Path(work, "allowed").write_text(r"prefect_config\._core\.(explain|known_releases|lint|view)" + "\n")
        result = run(tools / "python", "-m", "mypy.stubtest", "prefect_config._core", "--allowlist", "allowed", cwd=work, env={**env, "PYTHONPATH": str(site)})
        problems += [f"stubtest: {result.stdout}{result.stderr}"] if result.returncode != 0 else []
    return problems


PROFILES = 'active = "a"\n[profiles.a]\nPREFECT_API_URL = "https://a.example.com/api"\nPREFECT_API_KEY = "pnu_TESTa"\n[profiles.b]\nPREFECT_API_URL = "https://b.example.com/api"\n'
BESIDES = (
    {},
    {"PREFECT_PROFILE": "b"},
    {"PREFECT_LOGGING_LEVEL": "DEBUG", "PREFECT_CLIENT_MAX_RETRIES": "9"},
    {"PREFECT_API_KEY": "", "PREFECT_API_REQUEST_TIMEOUT": "2.5"},
    {"PREFECT_PROFILES_PATH": "/nonexistent/profiles.toml"},
    {"PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true"},
    {"PREFECT_API_URL": "https://api.prefect.cloud/api/accounts/a/workspaces/w"},
)


def check_beside_prefect(checker, wheel, prefect, tools):
    if not (prefect / "bin" / "python").exists():
        checker.say("beside Prefect", [f"no {prefect}: tests/conformance/prepare makes it"])
        return
    with tempfile.TemporaryDirectory() as folder:
        target, home = Path(folder, "site"), Path(folder, "home")
        (home / ".prefect").mkdir(parents=True)
        (home / ".prefect" / "profiles.toml").write_text(PROFILES)
        # Debian's own Python has no pip.
        must(tools / "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index", "--no-deps", "--target", target, wheel)
        answers = []
        for number, more in enumerate(BESIDES):
            # Its Python is found by itself and not by the PATH.
            env = {"PATH": "/usr/bin:/bin", "HOME": str(home), "PYTHONPATH": str(target), **more}
            result = run(prefect / "bin" / "python", HERE / "beside_prefect.py", env=env, cwd=home)
            answer = json.loads(result.stdout) if result.returncode == 0 else {"ours": result.stderr[-600:], "theirs": None, "release": None}
            answers.append(answer)
            problems = [] if answer["release"] == BESIDE else [f"release: {answer['release']}"]
            problems += [f"ours {answer['ours']}\n  theirs {answer['theirs']}"] if answer["ours"] != answer["theirs"] else []
            checker.say(f"beside Prefect {BESIDE}, situation {number}", problems)
        distinct = {json.dumps(answer["theirs"], sort_keys=True) for answer in answers}
        checker.say("beside Prefect: the situations differ", [] if len(distinct) == len(BESIDES) else [f"{len(distinct)} answers to {len(BESIDES)} situations"])


def files_below(venv):
    return {str(path.relative_to(venv)) for path in venv.rglob("*") if path.is_file() and "__pycache__" not in path.parts}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--compiler")
    parser.add_argument("--prefects", type=Path)
    parser.add_argument("--wheel", type=Path)
    options = parser.parse_args()
    folder = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    wheel = options.wheel.resolve() if options.wheel else wheel_of(folder, options.compiler)
    checker = Checker()

    checker.say("what the wheel holds", check_listing(wheel))
    checker.say("what the sdist holds", check_sdist(folder))
    with tempfile.TemporaryDirectory() as work:
        venv = Path(work, "venv").resolve()
        must(sys.executable, "-m", "venv", venv)
        before = files_below(venv)
        must(venv / "bin" / "pip", "install", "--quiet", "--no-index", "--no-deps", wheel)
        checker.say("shared libraries", check_libraries(venv))
        checker.say("the program", check_program(venv, Path(work)))
        checker.say("README's example", check_readme(venv))
        inside = must(venv / "bin" / "python", HERE / "inside.py", "api", ROOT / "docs", cwd=work, env={"PATH": "/usr/bin:/bin", "HOME": work})
        for name, problems in json.loads(inside.stdout).items():
            checker.say(name, problems)
        documents = []
        for situation in check_schemas.SITUATIONS:
            problems, document = check_situation(situation, venv)
            checker.say(f"as the program: {situation.name}", problems)
            documents += [document] if document else []
        checker.say("as the program: files", check_files(venv))
        missed = [1 for one in documents[:5] for other in changed_documents(one) if not difference(other, one)]
        checker.say("a changed document is another one", [f"{len(missed)} changes are not seen"] if missed or not documents else [])
        checker.say("types", check_types(folder, venv))
        must(venv / "bin" / "pip", "uninstall", "--quiet", "--yes", "prefect-config")
        checker.say("uninstalled", sorted(files_below(venv) - before))
    if options.prefects:
        check_beside_prefect(checker, wheel, options.prefects / BESIDE, environment(folder / "tools", *TOOLS))
    print(f"{checker.passed} passed, {checker.failed} failed")
    return 1 if checker.failed else 0


if __name__ == "__main__":
    sys.exit(main())
