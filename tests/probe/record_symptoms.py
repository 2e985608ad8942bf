#!/usr/bin/env python3
"""Drives real Prefect clients through the set-ups and writes down what a user sees: symptoms.json.

  record_symptoms.py --prefects FOLDER [--only NAME ...] [--clients V ...]
                     [--no-workers | --workers-alone]

Of each recorded set-up and each client: ``http`` (get_client, then read_work_pools), ``events-in``
(get_events_client, one event), ``events-out`` (get_events_subscriber), ``worker-channel`` (as the
worker opens it), ``prefect work-pool ls``, and where the set-up has a worker ``prefect worker start``
for WORKER seconds. ``--only`` and ``--clients`` keep the rest of the file.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent / "conformance" / "auth"))

import normal  # noqa: E402
import parts  # noqa: E402
import setups  # noqa: E402

SYMPTOMS = HERE / "symptoms.json"
JOBS = ("http", "events-in", "events-out", "worker-channel", "prefect work-pool ls")
TIMEOUT = 12
WORKER = 16
LINES = 12
#: The HTTP clients try again and again, with pauses, where nothing comes back.
NO_RETRIES = ("PREFECT_CLIENT_MAX_RETRIES", "0")


class Client:
    """client.py in an environment of Prefect."""

    def __init__(self, prefects: pathlib.Path, version: str, home: str):
        self.version, self.folder = version, prefects / version
        if not (self.folder / "bin" / "python").exists():
            raise parts.Missing(f"Prefect {version} is not at {self.folder}: tests/conformance/prepare {version}")
        self.home = home
        self.process = subprocess.Popen(
            [str(self.folder / "bin" / "python"), str(HERE / "client.py"), "--serve"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=home,
            env=parts.BASE | {"HOME": home, "PYTHONDONTWRITEBYTECODE": "1"},
        )  # fmt: skip
        self.about = self._read()

    def _read(self) -> dict:
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.folder}: client.py ended")
        return json.loads(line)

    def environment(self, place: parts.Place) -> list[tuple[str, str]]:
        base = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "DO_NOT_TRACK": "1", "HOME": self.home, "COLUMNS": "200"}
        return [*base.items(), NO_RETRIES, *place.environment]

    def ask(self, place: parts.Place, do: str) -> dict:
        job = {"do": do, "environment": self.environment(place), "cwd": self.home, "timeout": TIMEOUT}
        self.process.stdin.write(json.dumps(job).encode() + b"\n")
        self.process.stdin.flush()
        return self._read()

    def worker_words(self, setup: setups.Setup) -> str:
        return setup.worker.replace("{client}", self.version)

    def worker(self, place: parts.Place) -> dict:
        arguments = [str(self.folder / "bin" / "prefect"), *self.worker_words(place.setup).split(" ")[1:]]
        with tempfile.TemporaryDirectory(prefix="probe-worker-") as folder:
            process = parts.Process([*arguments, "--name", "w"], dict(self.environment(place)), pathlib.Path(folder))
            started = begun = time.monotonic()
            # Counted from its first request: a start takes longer on a busy machine.
            while process.process.poll() is None and time.monotonic() - started < 3 * WORKER:
                time.sleep(0.2)
                if not place.heads() and time.monotonic() - started < 2 * WORKER:
                    begun = time.monotonic()
                if time.monotonic() - begun > WORKER:
                    break
            status = process.process.poll()
            # Before it is told to end: what it says then, no user sees.
            said = process.log.read_text("utf-8", "replace")
            process.end()
        return {"status": status, "said": said, "worker": True}

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(30)


def shortened(text: str) -> list[str]:
    """The last lines, without the frames of tracebacks and without the boxes drawn around them."""
    kept, inside = [], False
    for line in text.splitlines():
        line = re.sub(r"\x1b\[[0-9;]*m", "", line).rstrip()
        if line.startswith("Traceback (most recent call last)") or re.match(r"\s*[+|] Exception Group Traceback", line):
            inside = True
            kept.append(line)
        elif inside and line.startswith((" ", "\t")) and not line.lstrip().startswith(("|", "+-", "Response:")):
            continue
        elif re.match(r"\s+\|\s+(File |\^|    )", line) or re.fullmatch(r"[\s|+^~\-]*", line):
            continue
        else:
            inside = inside and line.startswith(" ")
            kept.append(line)
    return kept[-LINES:]


class Text:
    """What was printed, without what differs from run to run, and without secrets."""

    def __init__(self, place: parts.Place, client: Client):
        secrets = sorted(place.setup.secrets(), key=len, reverse=True)
        self.secrets = [one for one in secrets if "{" not in one]
        names = {place.names.get("PROXY", "no proxy"): "{PROXY}", f"127.0.0.1:{place.port}": "{HOST}"}
        names |= {str(client.folder): "{prefect}", client.home: "{home}", str(place.world.folder): "{folder}"}
        self.names = names
        self.ids = ("11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222")

    def line(self, text: str) -> str:
        for name, placeholder in self.names.items():
            text = text.replace(name, placeholder)
        for secret in self.secrets:
            text = text.replace(secret, "********")
        text = normal.SECRET.sub("********", text)
        text = normal.UUID.sub(lambda found: found[0] if found[0] in self.ids else "{uuid}", text)
        text = re.sub(r"\b\d\d:\d\d:\d\d\.\d{3}\b", "{time}", text)
        text = re.sub(r"/tmp/[\w./-]+", "{path}", text)
        text = re.sub(r"127\.0\.0\.1:\d{4,5}", "127.0.0.1:{port}", text)
        text = re.sub(r"\('127\.0\.0\.1', \d+\)|port=\d{4,5}|localhost:\d{4,5}", "{address}", text)
        return re.sub(r"0x[0-9a-f]{6,}", "0x{address}", text)


def verdict(answer: dict) -> str:
    if answer.get("worker"):
        # Some go on for ever, and say that nothing works.
        complains = re.search(r"\| ERROR|Unable to|rejected|not found!", answer["said"])
        return "works" if answer["status"] is None and "started!" in answer["said"] and not complains else "fails"
    return {0: "works", 3: "absent"}.get(answer["status"], "fails")


def how(answer: dict) -> str:
    if answer["status"] is None:
        return "still runs" if answer.get("worker") else f"still waits after {TIMEOUT} s"
    return f"exit {answer['status']}"


def row(place: parts.Place, client: Client, do: str, answer: dict) -> dict:
    text = Text(place, client)
    made = {"setup": place.setup.name, "client": client.version, "run": do, "verdict": verdict(answer)}
    if made["verdict"] != "works" or answer.get("worker"):
        made["ended"] = how(answer)
    lines = [text.line(line) for line in shortened(answer["said"])]
    if made["verdict"] == "works" and not answer.get("worker"):
        # What a command prints when all is well says nothing.
        lines = [line for line in lines if re.search(r"WARNING|ERROR|Error", line)]
    made["said"] = lines
    return made


def of_client(client: Client, world: parts.World, wanted) -> list[dict]:
    rows = []
    for setup in wanted:
        of_this = len(rows)
        with parts.Place(world, setup) as place:
            for do in JOBS:
                world.prime(setup.at)
                answer = client.ask(place, do)
                if verdict(answer) != "absent":
                    rows.append(row(place, client, do, answer))
        print(f"{client.version} {setup.name}: " + " ".join(one["verdict"] for one in rows[of_this:]), flush=True)
    return rows


def worker_of(client: Client, world: parts.World, setup) -> list[dict]:
    with parts.Place(world, setup) as place:
        made = row(place, client, client.worker_words(setup), client.worker(place))
    print(f"{client.version} {setup.name}: worker {made['verdict']}", flush=True)
    # Not every release has every option.
    return [] if any("No such option" in line for line in made["said"]) else [made]


def write(found: list[dict], kept: list[dict]) -> None:
    order = {setup.name: number for number, setup in enumerate(setups.SETUPS)}
    fresh = {(one["setup"], one["client"], one["run"].split(" --")[0]) for one in found}
    rows = found + [one for one in kept if (one["setup"], one["client"], one["run"].split(" --")[0]) not in fresh]
    rows = [one for one in rows if one["setup"] in order]
    runs = (*JOBS, "prefect worker start")
    rows.sort(key=lambda one: (order[one["setup"]], setups.CLIENTS.index(one["client"]), runs.index(one["run"].split(" --")[0])))
    lines = ",\n".join(json.dumps(one, ensure_ascii=False) for one in rows)
    SYMPTOMS.write_text("[\n" + lines + "\n]\n", encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prefects")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME")
    parser.add_argument("--clients", nargs="+", default=setups.CLIENTS, metavar="V")
    parser.add_argument("--no-workers", action="store_true")
    parser.add_argument("--workers-alone", action="store_true")
    options = parser.parse_args()
    prefects = parts.prefects_of(options.prefects)
    wanted = [one for one in setups.SETUPS if one.recorded and (not options.only or one.name in options.only)]
    kept = json.loads(SYMPTOMS.read_text("utf-8")) if SYMPTOMS.exists() else []
    found: list[dict] = []
    lock = threading.Lock()

    def add(rows: list[dict]) -> None:
        with lock:
            found.extend(rows)
            write(found, kept)

    with parts.World(prefects) as world, tempfile.TemporaryDirectory(prefix="probe-home-") as home:
        clients = [Client(prefects, version, home) for version in options.clients]
        with concurrent.futures.ThreadPoolExecutor(len(clients)) as pool:
            jobs = [pool.submit(of_client, client, world, wanted) for client in clients if not options.workers_alone]
            for job in concurrent.futures.as_completed(jobs):
                add(job.result())
        if not options.no_workers:
            with concurrent.futures.ThreadPoolExecutor(4) as pool:
                jobs = [pool.submit(worker_of, client, world, one) for one in wanted if one.worker for client in clients]
                for job in concurrent.futures.as_completed(jobs):
                    add(job.result())
        for client in clients:
            client.close()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except parts.Missing as missing:
        print(missing, file=sys.stderr)
        sys.exit(77)
