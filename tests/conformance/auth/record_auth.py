#!/usr/bin/env python3
"""Records which credentials real Prefect sends, on every connection: recordings/VERSION.json.

  record_auth.py --prefects FOLDER [--versions V ...] [--only SURFACE ... | --missing] [--jobs N]
  record_auth.py --prefects FOLDER --fresh-sample N      compares with processes of their own; writes nothing
  record_auth.py --thin [--versions V ...]               drops what is no case any more; needs no Prefect

FOLDER has an environment of each version (tests/conformance/prepare). ``--only`` records one surface
again, or flow-run-environment, or worker, and keeps the rest of the file. ``--missing`` records the
cases that the file does not have, with the environment that they have now, and drops what is no case.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import dataclasses
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import cases  # noqa: E402
import normal  # noqa: E402
import recorder  # noqa: E402

RECORDINGS = HERE / "recordings"
TIMEOUT = 5
WORKER_SECONDS = 10
#: Not Prefect's to read from, and nothing of the machine's own.
BASE = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "DO_NOT_TRACK": "1"}
OTLP = ("opentelemetry-exporter-otlp-proto-http", "opentelemetry-instrumentation-system-metrics")


class Driver:
    """driver.py in an environment of Prefect."""

    def __init__(self, python: str, path: str | None = None):
        self.python, self.extra = python, {"PYTHONPATH": path} if path else {}
        self.home = tempfile.mkdtemp(prefix="auth-")
        self.process = subprocess.Popen(
            [python, str(HERE / "driver.py"), "--serve"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=BASE | self.extra | {"HOME": self.home, "PYTHONDONTWRITEBYTECODE": "1"},
            cwd=self.home,
        )
        self.about = self._read()

    def _read(self) -> dict:
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.python}: driver.py ended")
        return json.loads(line)

    def ask(self, job: dict, fresh: bool = False) -> dict:
        if not fresh:
            self.process.stdin.write(json.dumps(job).encode() + b"\n")
            self.process.stdin.flush()
            return self._read()
        said = subprocess.run(
            [self.python, str(HERE / "driver.py"), "--once", json.dumps(job)],
            env=dict(job["environment"]) | self.extra,
            cwd=job["cwd"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=120,
        )
        lines = said.stdout.decode().splitlines()
        # A Prefect that does not import has no answer; its last line of complaint is one.
        complaint = said.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or [""]
        return json.loads(lines[-1]) if lines else {"outcome": "raises", "error": complaint[0]}

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(timeout=30)
        shutil.rmtree(self.home, ignore_errors=True)


def certificate(folder: str) -> str:
    """A certificate for 127.0.0.1 that signs itself, with its key; for this run only."""
    path = os.path.join(folder, "ca.pem")
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    made += ["-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost", "-keyout", path + ".key", "-out", path]
    subprocess.run(made, check=True, capture_output=True)
    both = path + ".both"
    with open(both, "wb") as out:
        out.write(pathlib.Path(path + ".key").read_bytes() + pathlib.Path(path).read_bytes())
    return both


class Session:
    """One version: its drivers, and a recorder of its own."""

    def __init__(self, prefects: pathlib.Path, version: str):
        self.version = version
        self.python = str(prefects / version / "bin" / "python")
        self.root = os.path.realpath(tempfile.mkdtemp(prefix="auth-"))
        self.recorder = recorder.Recorder(certificate(self.root))
        self.recorder.version = version
        self.driver = Driver(self.python)
        if self.driver.about["version"] != version:
            raise RuntimeError(f"{self.python} has Prefect {self.driver.about['version']}")
        #: The working folder, while there is nothing in it nor in the home folder.
        self.empty: str | None = None
        self.with_otlp: Driver | None = None
        self.otlp = otlp_folder(prefects, version)
        self.names = {
            "PORT": str(self.recorder.port),
            "PORT2": str(self.recorder.other_port),
            "TLS": str(self.recorder.tls_port),
            "root": self.root,
            "site": str(next((prefects / version / "lib").glob("python3*/site-packages"))),
        }
        self.normal = normal.Normal(self.names, (cases.ACCOUNT, cases.WORKSPACE))

    def environment(self, given) -> list[tuple[str, str]]:
        home = [("HOME", os.path.join(self.root, "home"))]
        return [*BASE.items(), *home, *((name, normal.filled(value, self.names)) for name, value in given)]

    def lay_out(self, files: dict) -> str:
        self.empty = None
        for folder in ("home", "work"):
            shutil.rmtree(os.path.join(self.root, folder), ignore_errors=True)
            os.mkdir(os.path.join(self.root, folder))
        for name, text in files.items():
            path = pathlib.Path(self.root, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return os.path.join(self.root, "work")

    def driver_for(self, surface: str) -> Driver:
        if surface != "telemetry" or self.otlp is None:
            return self.driver
        if self.with_otlp is None:
            self.with_otlp = Driver(self.python, self.otlp)
        return self.with_otlp

    def run(self, case: cases.Case, fresh: bool = False) -> dict:
        job = {"surface": case.surface, "way": case.way, "timeout": TIMEOUT}
        job["cwd"] = self.lay_out({}) if self.empty is None else self.empty
        self.empty = job["cwd"]
        job["environment"] = self.environment(case.environment)
        self.recorder.start(case.server)
        answer = self.driver_for(case.surface).ask(job, fresh)
        return normal.row(self.normal, case, answer, self.recorder.settle())

    def flow_run_environment(self) -> list[dict]:
        found = []
        for name, environment, files in cases.FLOW_RUN:
            cwd = self.lay_out(files)
            job = {"surface": "flow-run-environment", "environment": self.environment(environment), "cwd": cwd}
            # Always afresh: the files are there when Prefect is imported.
            answer = self.driver.ask(job | {"timeout": TIMEOUT, "way": ""}, fresh=True)
            made = {"name": name, "environment": [list(pair) for pair in environment], "files": files}
            if answer["outcome"] != "returned":
                found.append(made | {"outcome": answer["outcome"], "error": self.normal.error(answer["error"])})
                continue
            base = self.normal.value(answer["base"])
            process = [pair for pair in self.normal.value(answer["process"]) if pair[0] not in (*BASE, "HOME")]
            found.append(made | {"base": base, "process": [pair for pair in process if pair not in base]})
        return found

    def worker(self, target: str, credentials: str) -> dict:
        """``prefect worker start``, whole: what it called within WORKER_SECONDS, and whether it still ran."""
        made = cases.case("worker", "", target, credentials, cases.SETS[credentials])
        cwd = self.lay_out({})
        self.recorder.start()
        with open(os.path.join(self.root, "worker.log"), "w+b") as log:
            process = subprocess.Popen(
                [self.python[: -len("python")] + "prefect", "worker", "start", "--pool", "x", "--type", "process", "--name", "w"],
                cwd=cwd,
                env=dict(self.environment(made.environment)),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
            until = time.monotonic() + 3 * WORKER_SECONDS
            # From its first call on, since a start takes longer on a busy machine.
            while time.monotonic() < until and process.poll() is None:
                time.sleep(0.2)
                if self.recorder.requests and until - time.monotonic() > WORKER_SECONDS:
                    until = time.monotonic() + WORKER_SECONDS
            status = process.poll()
            calls = list(self.recorder.requests)
            if status is None:
                process.kill()
            process.wait()
            log.seek(0)
            said = log.read().decode("utf-8", "replace").strip().splitlines()
        self.recorder.settle()
        found = {"target": target, "credentials": credentials, "environment": [list(p) for p in made.environment]}
        found["outcome"] = "runs" if status is None else f"exits {status}"
        if status is not None:
            errors = [line for line in said if "Error: " in line or "Exception: " in line]
            found["error"] = self.normal.error((errors or said or [""])[-1].strip())
        found["requests"] = normal.distinct([self.normal.request(one) for one in calls])
        return found

    def workers(self) -> list[dict]:
        if not has_workers(self.version):
            return []
        return [self.worker(target, name) for target in cases.TARGETS for name in cases.WORKER_SETS]

    def close(self) -> None:
        for driver in (self.driver, self.with_otlp):
            if driver:
                driver.close()
        self.recorder.close()
        shutil.rmtree(self.root, ignore_errors=True)


def otlp_folder(prefects: pathlib.Path, version: str) -> str | None:
    """A folder beside the environments with the OTLP packages, which Prefect does not ask for.

    Apart, since a Prefect that finds them opens other connections.
    """
    folder = prefects / "otlp" / version
    if not (folder / ".complete").exists():
        uv = shutil.which("uv") or str(prefects / ".uv" / "bin" / "uv")
        python = str(prefects / version / "bin" / "python")
        try:
            frozen = subprocess.run([uv, "pip", "freeze", "--python", python], capture_output=True, text=True, check=True)
            folder.mkdir(parents=True, exist_ok=True)
            pins = folder / "pins.txt"
            pins.write_text(frozen.stdout)
            # As of the release, as the environment itself; the pins say the rest.
            until = (prefects / version / ".complete").read_text().split(" until ")[1].split()[0]
            command = [uv, "pip", "install", "--quiet", "--python", python, "--target", str(folder)]
            command += ["--exclude-newer", until, "--constraint", str(pins), *OTLP]
            subprocess.run(command, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"{version}: no OTLP packages: {getattr(error, 'stderr', error)}"[:300], file=sys.stderr)
            return None
        (folder / ".complete").touch()
    return str(folder)


def has_workers(version: str) -> bool:
    return version in cases.WORKER_VERSIONS or version == cases.newest()


def all_cases(version: str) -> list[cases.Case]:
    return cases.standard(version) + (cases.odd(version) if cases.is_full(version) else [])


def document_text(document: dict) -> str:
    """One case a line."""
    lines = ["{"]
    names = list(document)
    for name in names:
        end = "" if name == names[-1] else ","
        if isinstance(document[name], list):
            rows = [json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in document[name]]
            lines.append(f"{json.dumps(name)}:[")
            lines += [row + "," for row in rows[:-1]] + rows[-1:]
            lines.append("]" + end)
        else:
            lines.append(f"{json.dumps(name)}:{json.dumps(document[name], separators=(',', ':'))}{end}")
    return "\n".join([*lines, "}"]) + "\n"


def write(path: pathlib.Path, document: dict) -> None:
    """Whole or not at all: a run that is stopped here leaves the recording that was there."""
    begun = path.with_suffix(".begun")
    begun.write_text(document_text(document), encoding="utf-8")
    os.replace(begun, path)


def in_order(session: Session, wanted: list[cases.Case]) -> list[dict]:
    """Run by environment, since a new one costs more than a case; given back as asked for."""
    rows = {}
    for case in sorted(wanted, key=lambda case: case.environment):
        # Prefect 2 reads this variable when it is imported.
        fresh = session.version.startswith("2.") and "SSL_CERT_FILE" in dict(case.environment)
        rows[case] = session.run(case, fresh)
    return [rows[case] for case in wanted]


def identity(row: dict) -> tuple:
    """Of the case that a row is about; equal to dataclasses.astuple() of it."""
    names = [field.name for field in dataclasses.fields(cases.Case)]
    row = row | {"environment": tuple(map(tuple, row["environment"]))}
    return tuple(row.get(name, "") for name in names)


def record(prefects: pathlib.Path, version: str, only: list[str], missing: bool) -> str:
    began = time.monotonic()
    path = RECORDINGS / f"{version}.json"
    old = json.loads(path.read_text("utf-8")) if (only or missing) and path.exists() else {}
    kept = {identity(row): row for row in old.get("cases", []) if row["surface"] not in only}
    wanted = all_cases(version)
    asked = [case for case in wanted if (case.surface in only if only else dataclasses.astuple(case) not in kept)]
    session = Session(prefects, version)
    try:
        rows = in_order(session, asked)
        kept |= {identity(row): row for row in rows}
        document = dict(session.driver.about)
        # Cases that are new stay out where another surface alone is recorded.
        document["cases"] = [kept[key] for case in wanted if (key := dataclasses.astuple(case)) in kept]
        for name, record_it in (("flow_run_environment", session.flow_run_environment), ("worker", session.workers)):
            again = name.replace("_", "-") in only or not only and (name not in old or not missing)
            document[name] = record_it() if again else old.get(name, [])
    finally:
        session.close()
    RECORDINGS.mkdir(exist_ok=True)
    write(path, document)
    counts = {o: sum(row["outcome"] == o for row in rows) for o in ("connects", "raises", "absent")}
    said = ", ".join(f"{count} {outcome}" for outcome, count in counts.items())
    return f"{version}: {len(rows)} cases, {said}, {len(document['worker'])} workers ({time.monotonic() - began:.0f} s)"


def thin(version: str) -> str:
    """A release that is no longer the newest keeps the standard cases, but for those of FULL."""
    path = RECORDINGS / f"{version}.json"
    document = json.loads(path.read_text("utf-8"))
    wanted = {dataclasses.astuple(case) for case in all_cases(version)}
    before = len(document["cases"]) + len(document["worker"])
    document["cases"] = [row for row in document["cases"] if identity(row) in wanted]
    document["worker"] = document["worker"] if has_workers(version) else []
    dropped = before - len(document["cases"]) - len(document["worker"])
    if dropped:
        write(path, document)
    return f"{version}: {dropped} dropped"


def fresh_sample(prefects: pathlib.Path, version: str, count: int) -> str:
    """The quick way, by forked children, against processes of their own."""
    session = Session(prefects, version)
    differ = []
    try:
        for case in random.Random(version).sample(all_cases(version), count):
            quick, fresh = session.run(case), session.run(case, fresh=True)
            if quick != fresh:
                differ.append(f"\n  {json.dumps(quick)}\n  {json.dumps(fresh)}")
    finally:
        session.close()
    return f"{version}: {count} cases run afresh, {len(differ)} differ" + "".join(differ)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prefects", type=pathlib.Path)
    parser.add_argument("--list-versions", action="store_true", help="those recorded without --versions")
    parser.add_argument("--versions", nargs="+", default=cases.recorded_versions())
    parser.add_argument("--only", nargs="+", default=[], choices=[*cases.SURFACES, "flow-run-environment", "worker"])
    parser.add_argument("--missing", action="store_true")
    parser.add_argument("--thin", action="store_true")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--fresh-sample", type=int, default=0)
    options = parser.parse_args()
    if options.list_versions:
        print(*cases.recorded_versions())
        return 0
    if options.thin:
        print(*map(thin, options.versions), sep="\n")
        return 0
    if not options.prefects:
        parser.error("--prefects is needed")
    prefects = options.prefects.absolute()
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        if options.fresh_sample:
            work = {pool.submit(fresh_sample, prefects, v, options.fresh_sample): v for v in options.versions}
        else:
            work = {pool.submit(record, prefects, v, options.only, options.missing): v for v in options.versions}
        for done in concurrent.futures.as_completed(work):
            try:
                line = done.result()
            except Exception as error:
                line, failed = f"{work[done]}: {type(error).__name__}: {error}", 1
            failed |= " afresh, " in line and " 0 differ" not in line
            print(line, flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
