#!/usr/bin/env python3
"""Installs the Debian packages into a clean Debian 12, uses them, and removes them again.

usage: check_deb.py [--packages FOLDER] [--root FOLDER]

The packages are those of tools/dev/package --as-built, which is run first unless --packages is given. Checked: their
fields and modes; lintian; that packing again gives the same bytes; the bill of materials against the schema of
CycloneDX and against the files; the completions, typed into shells; the library, by the consumer of
tests/package. Then in a root that holds nothing but Debian's smallest system: apt-get install, every main
command, the manual pages, the documents against the installed schemas, an upgrade, apt-get purge, and that no
file is there that was not there before. In the end a package that is spoiled on purpose must be found so.

The root is made once, in build/deb_root. Needs root; without, all else is checked, and the exit status is 77.
"""

import argparse
import gzip
import hashlib
import json
import os
import random
import re
import shutil
import string
import sys
import tempfile
import time
from pathlib import Path

import clean_root
from bounded import run
from jsonschema import Draft7Validator, Draft202012Validator, RefResolver

HERE = Path(__file__).resolve().parent
SOURCES = HERE.parents[1]
PROGRAM = "prefect-config"
LIBRARY = "libprefect-config-dev"
WANTED = [
    "usr/bin/prefect-config", "usr/libexec/prefect-config/prefect-config-probe", "usr/share/man/man1/prefect-config.1.gz",
    "usr/share/man/man1/prefect-config-lint.1.gz", "usr/share/bash-completion/completions/prefect-config",
    "usr/share/zsh/vendor-completions/_prefect-config", "usr/share/fish/vendor_completions.d/prefect-config.fish",
    "usr/share/prefect-config/schema/explain.v1.schema.json", "usr/share/doc/prefect-config/copyright",
    "usr/share/doc/prefect-config/changelog.Debian.gz", "usr/share/doc/prefect-config/sbom.cdx.json",
]
#: What is set in the root while the program is tried. Nothing listens on port 9.
KEY = "pnu_TEST" + "".join(random.Random(5).choices(string.ascii_letters + string.digits, k=32))
# HOME is where no package puts anything: what a user's own commands leave is no part of a package.
SETTINGS = {"HOME": "/tmp", "PREFECT_API_URL": "http://127.0.0.1:9/api", "PREFECT_API_KEY": KEY}
DOCUMENTS = {"view": ["view"], "explain": ["explain"], "doctor": ["doctor", "--probe", "--fail-on", "never", "--timeout", "5"],
             "why": ["why", "api.key"], "lint": ["lint"], "settings": ["settings"], "rules": ["rules"]}


class Checker:
    def __init__(self):
        self.passed = 0
        self.failed = 0

    def say(self, what, problems):
        if problems:
            self.failed += 1
            print(f"FAILED {what}\n  " + "\n  ".join(str(one) for one in problems[:8]))
        else:
            self.passed += 1


def field(deb: Path, name: str) -> str:
    return run("dpkg-deb", "-f", deb, name).stdout.strip()


def depends(deb: Path) -> list:
    """The names alone."""
    return sorted({one.split()[0] for one in field(deb, "Depends").split(", ")})


def upstream(deb: Path) -> str:
    """Without Debian's own number."""
    return field(deb, "Version").rsplit("-", 1)[0]


def find(folder: Path, package: str) -> Path:
    found = sorted(folder.glob(f"{package}_*.deb"))
    if len(found) != 1:
        sys.exit(f"check_deb.py: {len(found)} packages {package} in {folder}")
    return found[0]


# ---- the packages as files

def check_fields(deb: Path, depends: list) -> list:
    problems = [f"no {name}" for name in ("Package", "Version", "Architecture", "Maintainer", "Section", "Priority", "Description", "Installed-Size") if not field(deb, name)]
    has = field(deb, "Depends")
    problems += [f"does not depend on {one}: {has}" for one in depends if not re.search(rf"(^|, ){re.escape(one)} \(>= ", has)]
    for line in run("dpkg-deb", "-c", deb).stdout.splitlines():
        mode, owner, _, _, _, name = line.split(None, 5)
        is_program = name.startswith("./usr/bin/prefect") or name.startswith("./usr/libexec/prefect-config/prefect")
        wanted = "drwxr-xr-x" if mode[0] == "d" else "-rwxr-xr-x" if is_program else "-rw-r--r--"
        if mode != wanted or owner != "root/root":
            problems.append(f"{name}: {mode} {owner}")
    return problems


def check_sums(folder: Path) -> list:
    """Every file has its sum, and no other has one."""
    wanted = {}
    for line in (folder / "DEBIAN/md5sums").read_text("utf-8").splitlines():
        digest, name = line.split(None, 1)
        wanted[name] = digest
    files = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file() and "DEBIAN" not in path.parts}
    problems = [f"no sum: {name}" for name in files if name not in wanted]
    return problems + [f"another sum: {name}" for name, digest in wanted.items()
                       if name not in files or hashlib.md5(files[name].read_bytes()).hexdigest() != digest]


def bill_validator() -> Draft7Validator:
    """The schema of CycloneDX with those it refers to, which are beside it."""
    folder = HERE / "cyclonedx"
    schema = json.loads((folder / "bom-1.5.SNAPSHOT.schema.json").read_text("utf-8"))
    others = {f"http://cyclonedx.org/schema/{path.name}": json.loads(path.read_text("utf-8")) for path in folder.glob("*.json")}
    return Draft7Validator(schema, resolver=RefResolver.from_schema(schema, store=others))


def check_bill(folder: Path) -> list:
    document = json.loads((folder / "usr/share/doc/prefect-config/sbom.cdx.json").read_text("utf-8"))
    validator = bill_validator()
    problems = [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(document)]
    files = {one["name"]: one["hashes"][0]["content"] for one in document["components"] if one["type"] == "file"}
    there = {str(path.relative_to(folder)): path for part in ("bin", "libexec") for path in (folder / "usr" / part).rglob("*") if path.is_file()}
    problems += [f"not in the bill: {name}" for name in there if name not in files]
    problems += [f"another digest: {name}" for name, digest in files.items()
                 if name not in there or hashlib.sha256(there[name].read_bytes()).hexdigest() != digest]
    rows = json.loads((SOURCES / "cmake/libraries.json").read_text("utf-8"))["libraries"]
    names = {one["name"] for one in document["components"]}
    problems += [f"not in the bill: {row['name']}" for row in rows if row["used"] in ("static", "headers", "system") and row["name"] not in names]
    # A licence that SPDX does not know is in another schema than the document.
    bad = json.loads(json.dumps(document).replace('"BSL-1.0"', '"Nonsense-1.0"'))
    return problems + (["the schema takes everything"] if validator.is_valid(bad) else [])


def check_man(folder: Path) -> list:
    """A page a command, and nothing else."""
    described = json.loads(run(folder / "usr/bin/prefect-config", "__describe").stdout)
    wanted = {"prefect-config.1.gz", *(f"prefect-config-{one['name']}.1.gz" for one in described["commands"])}
    there = {path.name for path in (folder / "usr/share/man/man1").iterdir()}
    problems = [f"differs: {name}" for name in sorted(wanted ^ there)]
    return problems + [f"{name} is no page" for name in sorted(wanted & there)
                       if not gzip.open(folder / "usr/share/man/man1" / name, "rt", encoding="utf-8").read().startswith(".TH PREFECT-CONFIG")]


def check_consumer(program: Path, library: Path) -> list:
    """Both packages laid out in one folder, and used from there alone."""
    with tempfile.TemporaryDirectory() as name:
        for deb in (program, library):
            run("dpkg-deb", "-x", deb, Path(name) / "root")
        build = Path(name) / "build"
        steps = (["cmake", "-S", HERE, "-B", build, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={name}/root/usr", f"-DWANTED_VERSION={upstream(library)}"],
                 ["cmake", "--build", build], [build / "consumer"], [build / "prober"])
        for step in steps:
            result = run(*step)
            if result.returncode != 0:
                return [f"{step[0]} {step[1] if len(step) > 1 else ''}: {result.stdout[-500:]}{result.stderr[-500:]}"]
    return []


def check_files(check: Checker, program: Path, library: Path) -> None:
    check.say("fields of the program", check_fields(program, ["libc6", "libssl3", "libstdc++6"]))
    rows = json.loads((SOURCES / "cmake/libraries.json").read_text("utf-8"))["libraries"]
    linked = [row["package"] for row in rows if row["used"] in ("static", "system") and row["in"][0] in ("library", "probe")]
    check.say("fields of the library", check_fields(library, linked))
    for deb in (program, library):
        result = run("lintian", "--allow-root", "--tag-display-limit", "0", "--fail-on", "error,warning", deb)
        check.say(f"lintian {deb.name}", [result.stdout + result.stderr] if result.returncode else [])
        with tempfile.TemporaryDirectory() as name:
            run("dpkg-deb", "-R", deb, name)
            check.say(f"sums of {deb.name}", check_sums(Path(name)))
            if deb is not program:
                continue
            check.say("bill of materials", check_bill(Path(name)))
            check.say("manual pages", check_man(Path(name)))
            check.say("files", [f"missing: {one}" for one in WANTED if not (Path(name) / one).is_file()])
            result = run(sys.executable, SOURCES / "tests/shell/in_shells.py", "--program", Path(name) / "usr/bin/prefect-config",
                         "--share", Path(name) / "usr/share")
            check.say("completions", [result.stdout[-2000:] + result.stderr[-500:]] if result.returncode not in (0, 77) else [])
    check.say("the library, used", check_consumer(program, library))


def check_same_bytes(folder: Path) -> list:
    """Packed again, under another umask."""
    first = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.deb")}
    (folder / ".made").unlink()
    result = run("sh", "-c", f"umask 077; exec '{SOURCES}/tools/dev/package' --as-built")
    if result.returncode != 0:
        return [result.stderr]
    second = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.deb")}
    return [f"other bytes: {name}" for name in first if first[name] != second.get(name)]


# ---- in the clean root

def expect(root, arguments, status=0, wanted="") -> list:
    result = root.run(*arguments, env=SETTINGS)
    said = result.stdout + result.stderr
    problems = [f"{' '.join(arguments)}: exit status {result.returncode}: {said[-500:]}"] if result.returncode != status else []
    if wanted not in said:
        problems.append(f"{' '.join(arguments)}: no `{wanted}` in: {said[-500:]}")
    if KEY in said:
        problems.append(f"{' '.join(arguments)}: a secret is shown")
    return problems


def use(root, version: str) -> list:
    problems = [f"missing: {one}" for one in WANTED if not (root.path / one).is_file()]
    if problems:
        return problems
    problems += expect(root, ["prefect-config", "--version"], wanted=f"prefect-config {version} ")
    problems += expect(root, ["prefect-config", "view"], wanted="PREFECT_API_URL='http://127.0.0.1:9/api'")
    problems += expect(root, ["prefect-config", "explain"], wanted="Authorization: Bearer")
    problems += expect(root, ["prefect-config", "doctor", "--probe", "--timeout", "5"], 1, "PC4")
    (root.path / "tmp/leak.env").write_text(f"PREFECT_API_KEY={KEY}\n", "utf-8")
    problems += expect(root, ["prefect-config", "lint", "/tmp/leak.env"], 1, "PC3")
    for name, arguments in DOCUMENTS.items():
        result = root.run("prefect-config", *arguments, "-o", "json", env=SETTINGS)
        schema = json.loads((root.path / f"usr/share/prefect-config/schema/{name}.v1.schema.json").read_text("utf-8"))
        try:
            errors = list(Draft202012Validator(schema).iter_errors(json.loads(result.stdout)))
            problems += [f"{name}: {error.json_path}: {error.message[:200]}" for error in errors]
        except ValueError as error:
            problems.append(f"{name}: {error}: {result.stderr[-300:]}")
    return problems


def install(root, deb: Path, *options) -> list:
    (root.path / "packages").mkdir(exist_ok=True)
    shutil.copy(deb, root.path / "packages")
    return expect(root, ["apt-get", "install", "-y", "--no-install-recommends", *options, f"/packages/{deb.name}"])


def held(root, deb: Path) -> list:
    """Each file of the package is in the root, as it is in the package."""
    with tempfile.TemporaryDirectory() as name:
        run("dpkg-deb", "-x", deb, name)
        files = [path for path in Path(name).rglob("*") if path.is_file()]
        return [f"not as in the package: {path.relative_to(name)}" for path in files
                if not (there := root.path / path.relative_to(name)).is_file() or there.read_bytes() != path.read_bytes()] or \
               ([] if files else ["no files"])


def remove(root, before: dict, *names) -> list:
    problems = expect(root, ["apt-get", "purge", "-y", *names]) + expect(root, ["apt-get", "autoremove", "-y", "--purge"])
    after = root.files()
    problems += [f"left behind: {name}" for name in sorted(set(after) - set(before))]
    problems += [f"gone: {name}" for name in sorted(set(before) - set(after))]
    # What the dynamic linker notes of itself is written anew by each package with a library.
    return problems + [f"changed: {name}" for name in sorted(set(before) & set(after)) if before[name] != after[name] and name != "etc/ld.so.cache"]


def check_in_root(check: Checker, base: Path, program: Path, library: Path) -> None:
    version = upstream(program)
    with clean_root.Root(base) as root:
        before = root.files()
        check.say("install", install(root, program))
        check.say("use", use(root, version))
        check.say("install again", install(root, program, "--reinstall"))
        check.say("use again", use(root, version))
        shutil.copy(library, root.path / "packages")
        check.say("what the library depends on", expect(root, ["apt-get", "install", "-s", f"/packages/{library.name}"], wanted=f"Inst {LIBRARY}"))
        # Without the headers of Boost, which take longer than all else here: they are not ours.
        check.say("unpack the library", expect(root, ["dpkg", "--unpack", f"/packages/{library.name}"]) or held(root, library))
        check.say("purge both", remove(root, before, PROGRAM, LIBRARY))


def spoiled(deb: Path, folder: Path) -> Path:
    """Without the part that opens connections, and with a file that nobody removes."""
    run("dpkg-deb", "-R", deb, folder / "spoiled")
    shutil.rmtree(folder / "spoiled/usr/libexec")
    (folder / "spoiled/usr/bin/prefect-config").chmod(0o775)
    script = folder / "spoiled/DEBIAN/postinst"
    script.write_text("#!/bin/sh\necho left >/etc/left-behind\n", "utf-8")
    script.chmod(0o755)
    result = folder / deb.name
    run("dpkg-deb", "--root-owner-group", "-Znone", "-b", folder / "spoiled", result)
    return result


def check_the_check(check: Checker, base: Path, program: Path) -> None:
    with tempfile.TemporaryDirectory() as name, clean_root.Root(base) as root:
        deb = spoiled(program, Path(name))
        before = root.files()
        results = {
            "a mode": check_fields(deb, []), "sums": check_sums(Path(name) / "spoiled"), "bill of materials": check_bill(Path(name) / "spoiled"),
            "install": [] if install(root, deb) else ["fine"], "use": use(root, "0"), "purge": remove(root, before, PROGRAM), "files": held(root, program),
        }
    check.say("self-check", [f"not seen: {what}" for what, problems in results.items() if not problems])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--packages", type=Path, help="instead of those of tools/dev/package")
    parser.add_argument("--root", type=Path, default=SOURCES / "build/deb_root/base")
    options = parser.parse_args()
    check = Checker()
    folder = options.packages or SOURCES / "build/package"
    started = time.monotonic()
    if not options.packages:
        result = run(SOURCES / "tools/dev/package", "--as-built")
        check.say("tools/dev/package", [result.stderr] if result.returncode else [])
    program, library = find(folder, PROGRAM), find(folder, LIBRARY)
    check_files(check, program, library)
    if not options.packages:
        check.say("the same bytes", check_same_bytes(folder))
    why = clean_root.why_not()
    if not why:
        clean_root.make(options.root, [*depends(program), "ca-certificates", "git"])
        check_in_root(check, options.root, program, library)
        check_the_check(check, options.root, program)
    print(f"{check.passed} passed, {check.failed} failed, {time.monotonic() - started:.0f} s")
    if check.failed:
        return 1
    if why:
        print(f"skipped: no clean root: {why}")
        return 77
    return 0


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main())
