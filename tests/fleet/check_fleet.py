#!/usr/bin/env python3
"""The fleet on real parts: a Prefect server, a process worker, Dask with two workers; one is killed.

usage: check_fleet.py --program PATH [--venv FOLDER] [--repositories N] [--files N] [--speed]
                      [--keep]

200 repositories with secrets in known places are looked at through a deployment; half-way one Dask
worker gets SIGKILL. Then: nothing is lost, nothing counted twice, the totals are those of a plain
loop of `prefect-config lint`, each secret's fingerprint has all its places and no other, and no
secret is in anything that Prefect, Dask or the report keeps. How fast two workers were, and one, is
printed; --speed measures that by runs of its own, for docs/fleet.md.
Prints a line a failure, then `N passed, N failed`. Fails where the environment of tests/fleet/prepare
is missing: a check that did not run is none.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
from pathlib import Path
from urllib.parse import quote

import made_fleet
from parts import ROOT, PartError, Parts, command_lines, wait_until

PHRASE = "TEST-phrase-of-the-fleet"
SECONDS = 200  # that a run may take
CANARY = "TEST-canary-in-a-url"


class Check:
    def __init__(self):
        self.passed = self.failed = 0

    def __call__(self, what: str, is_so: bool, why: object = "") -> None:
        self.passed += bool(is_so)
        self.failed += not is_so
        if not is_so:
            print(f"FAILED {what}: {why}"[:1500])


class Fleet:
    """The fleet that is looked at, and the deployment that looks."""

    def __init__(self, parts: Parts, made: made_fleet.Fleet, check: Check):
        self.parts, self.made, self.check = parts, made, check
        self.inventory = parts.folder / "inventory.json"
        self.seen_commands = ""

    def write_inventory(self) -> None:
        launches = self.parts.folder / "launches"
        launches.mkdir()
        rows = []
        for number, secret in enumerate(self.made.keys[:6]):
            file = launches / f"worker-{number}.env"
            file.write_text(f"PREFECT_API_URL=https://api.prefect.cloud/api/accounts/a1/workspaces/w1\nPREFECT_API_KEY={secret}\n")
            rows.append({"name": f"worker-{number}", "env_file": str(file)})
        repositories = [{"name": name, "url": str(path)} for name, path in self.made.paths.items()]
        repositories += [repositories[0], {"name": "gone", "url": str(self.parts.folder / "gone.git"), "ref": "main"},
                         {"name": "with a token", "url": f"https://x:{CANARY}@127.0.0.1:9/a.git"}]
        self.inventory.write_text(json.dumps({"repositories": repositories, "launches": rows}))

    def run(self, store: str, seconds: float = SECONDS, half_way=None, flow: str = "fleet/fleet", **options) -> dict:
        """A run of the deployment to its end; `half_way` is called once half of the results are there."""
        folder = self.parts.folder / store
        parameters = {"inventory": str(self.inventory), "store": str(folder),
                      "options": {"program": str(self.parts.program), "dask": self.parts.dask, "chunk": 10,
                                  "scratch": str(self.parts.folder / "scratch")} | options}
        name, deployment = flow.split("/")
        found = self.parts.ask("GET", f"/deployments/name/{quote(name)}/{deployment}")
        run = self.parts.ask("POST", f"/deployments/{found['id']}/create_flow_run",
                             {"parameters": parameters, "state": {"type": "SCHEDULED"}})
        half = len(self.made.paths) // 2

        def ended():
            nonlocal half_way
            self.seen_commands += command_lines()
            if half_way and len(list(folder.glob("results/??/*.json"))) >= half:
                half_way()
                half_way = None
            state = self.parts.ask("GET", f"/flow_runs/{run['id']}")["state"]
            return state if state["type"] in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED") else None

        return wait_until(f"the run of {store}", ended, seconds)

    def report(self, store: str) -> dict:
        return json.loads((self.parts.folder / store / "report.json").read_text())

    def times(self, store: str) -> list[float]:
        """When each result was written, the first one first."""
        return sorted(path.stat().st_mtime for path in (self.parts.folder / store).glob("results/??/*.json"))


def fingerprints(parts: Parts, secrets: list[str]) -> dict[str, str]:
    """What `explain` says of each: another way to it than the fleet's."""
    found = {}
    for secret in secrets:
        variable = "PREFECT_API_KEY" if secret.startswith("pnu_") else "PREFECT_API_AUTH_STRING"
        env = {"HOME": str(parts.folder / "home"), "PATH": os.environ["PATH"], "PREFECT_CONFIG_FINGERPRINT_KEY": PHRASE,
               variable: secret, "PREFECT_API_URL": "https://prefect.example.com/api"}
        done = subprocess.run([parts.program, "explain", "-o", "json", "-q"], env=env, capture_output=True, check=False)
        found[secret] = json.loads(done.stdout)["credentials"][0]["fingerprint"]
    return found


def plain_loop(parts: Parts, made: made_fleet.Fleet) -> tuple[int, int, int, int]:
    """`prefect-config lint` of each repository's files, one after the other: how many, and findings by severity."""
    totals = [0, 0, 0, 0]
    env = {"HOME": str(parts.folder / "home"), "PATH": os.environ["PATH"]}
    for name, files in made.files.items():
        folder = parts.folder / "plain" / name
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text)
        done = subprocess.run([parts.program, "lint", "-o", "json", "."], cwd=folder, env=env, capture_output=True, check=False)
        document = json.loads(done.stdout)
        summary = document["summary"]
        notes = summary["findings"] - summary["errors"] - summary["warnings"]
        for index, count in enumerate((summary["files"], summary["errors"], summary["warnings"], notes)):
            totals[index] += count
    return tuple(totals)


def check_report(fleet: Fleet, state: dict, plain: tuple, prints: dict[str, str]) -> None:
    check, made = fleet.check, fleet.made
    report = fleet.report("store")
    check("the run completes", state["type"] == "COMPLETED", (state, fleet.parts.logs()))
    rows = [row["name"] for row in report["items"] if row["kind"] == "repository"]
    check("each repository is there once", sorted(rows) == sorted(made.paths), (len(rows), len(set(rows))))
    check("each launch is there once", sum(row["kind"] == "launch" for row in report["items"]) == 6)
    missing = {row["name"]: row["reason"] for row in report["not_looked_at"]}
    check("what cannot be looked at is told, with its reason",
          sorted(missing) == ["gone", "with a token"] and all(missing.values()), missing)
    summary = report["summary"]
    launched = sum(row["errors"] + row["warnings"] + row["notes"] for row in report["items"] if row["kind"] == "launch")
    told = (summary["files"], *(sum(row[word] for row in report["items"] if row["kind"] == "repository")
                                for word in ("errors", "warnings", "notes")))
    check("totals are those of a plain loop", told == plain, (told, plain))
    check("the sum of the rows is the summary", summary["findings"] == sum(plain[1:]) + launched, summary)
    check("all findings are listed", len(report["findings"]) + report["findings_left_out"] == summary["findings"])
    check_places(fleet, report, prints)
    exposure = [(-row["in_files"], -len(row["places"])) for row in report["rotation"]]
    check("the most exposed credential comes first", exposure == sorted(exposure))
    ranks = [("error", "warning", "info").index(one["severity"]) for one in report["findings"]]
    check("the worst findings come first", ranks == sorted(ranks))


def check_places(fleet: Fleet, report: dict, prints: dict[str, str]) -> None:
    told = {row["fingerprint"]: {(place["item"], place["file"], place["line"]) for place in row["places"]
                                 if place["kind"] == "repository"} for row in report["rotation"] if row["in_files"]}
    wanted = {prints[secret]: places for secret, places in fleet.made.truth.items()}
    fleet.check("every secret has all its places, and no other has any", told == wanted,
                sorted((told.keys() ^ wanted.keys()))[:3] or
                [(p, sorted(told[p] ^ wanted[p])[:3]) for p in told if told[p] != wanted[p]][:3])
    launched = {place["item"] for row in report["rotation"] for place in row["places"] if place["kind"] == "launch"}
    fleet.check("launches are places too", launched == {f"worker-{number}" for number in range(6)}, launched)


# What the test itself puts there, with secrets in it: everything else is somebody's who should keep none.
PLANTED = ("repositories", "plain", "launches", "inventory.json", "block.py")


def check_secrets(fleet: Fleet) -> None:
    """In what is kept, wherever that is: the server's database, logs, results, reports, Dask's local
    folders, homes; and in command lines."""
    secrets = [*fleet.made.secrets(), PHRASE, CANARY]
    words = [form for secret in secrets for form in (secret.encode(), base64.b64encode(secret.encode()).rstrip(b"="))]
    top = [path for path in fleet.parts.folder.iterdir() if path.name not in PLANTED]
    kept = [path for folder in top for path in (folder, *folder.rglob("*")) if path.is_file() and not path.is_symlink()]
    fleet.check("Dask's local folders are looked into", {"dask-1", "dask-2"} <= {path.name for path in top}, top)
    names = {path.name for path in kept}
    fleet.check("there is a database to look into", "prefect.db" in names, names)
    found = [f"{path}" for path in kept if any(word in (data := path.read_bytes()) for word in words)]
    fleet.check("no secret is in what is kept", not found, found)
    commands = fleet.seen_commands.encode()
    fleet.check("command lines were seen", b"dask" in commands)
    fleet.check("no secret is in a command line", not any(word in commands for word in words))
    trees = list((fleet.parts.folder / "scratch").glob("*"))
    fleet.check("no tree is left", not trees or all(path.name.startswith("prefect-config-fleet-") for path in trees) and
                len(trees) <= 1, trees)


def check_resume(fleet: Fleet) -> None:
    """A second run: nothing is done again where the commit is the same; what changed on disk is one file."""
    times = {path.name: path.stat().st_mtime_ns for path in (fleet.parts.folder / "store").glob("results/??/*.json")}
    before = fleet.report("store")
    state = fleet.run("store")
    fleet.check("a second run completes", state["type"] == "COMPLETED", state)
    again = {path.name: path.stat().st_mtime_ns for path in (fleet.parts.folder / "store").glob("results/??/*.json")}
    made_anew = sum(times.get(name) != time_ for name, time_ in again.items())
    # Launches and what could not be fetched have no commit.
    fleet.check("a second run makes only what has no commit", made_anew == 8, made_anew)
    after = fleet.report("store")
    fleet.check("and says the same", after == before, [(before[key], after[key]) for key in before if before[key] != after[key]])


def check_parameters(fleet: Fleet) -> None:
    """The key of fingerprints is no parameter: one that is given is refused before it is kept."""
    found = fleet.parts.ask("GET", "/deployments/name/fleet/fleet")
    try:
        fleet.parts.ask("POST", f"/deployments/{found['id']}/create_flow_run",
                        {"parameters": {"inventory": "i", "store": "s", "options": {"fingerprint_key": PHRASE}}})
        said = "taken"
    except urllib.error.HTTPError as error:
        said = error.code
    fleet.check("a key among the parameters is refused", said in (409, 422), said)


def check_no_program(fleet: Fleet) -> None:
    """A run that can look at nothing says so, and takes nothing away."""
    before = fleet.report("store")
    state = fleet.run("store", program="/no/such/prefect-config", retries=0)
    fleet.check("a run without the program fails, with the reason", state["type"] == "FAILED" and
                "cannot be started" in (state["message"] or ""), state)
    again = json.loads((fleet.parts.folder / "store/report.json").read_text())
    kept = [json.loads(path.read_text())["reason"] for path in (fleet.parts.folder / "store").glob("results/??/*.json")]
    fleet.check("and leaves report and results as they were", again == before and not any("cannot be started" in one for one in kept))


# The key from a Secret block, as a worker without one in its environment takes it.
BLOCK = f"""
from prefect.blocks.system import Secret
from prefect_config_fleet.flow import Options
Secret(value={PHRASE!r}).save("fleet-key")
print(Options(key_block="fleet-key").means().phrase == {PHRASE!r}, Options().means().phrase == "")
"""


def check_block(fleet: Fleet) -> None:
    script = fleet.parts.folder / "block.py"
    script.write_text(BLOCK)
    said = fleet.parts.call(fleet.parts.venv / "bin/python", script)
    fleet.check("a Secret block gives the key", said.split() == ["True", "True"], said)


def rate(times: list[float]) -> float:
    return (len(times) - 1) / max(times[-1] - times[0], 1e-3) if len(times) > 1 else 0.0


def tell_rates(fleet: Fleet, killed_at: float) -> None:
    """Of the one run: before a worker was killed, and after."""
    times = fleet.times("store")
    two = rate([time_ for time_ in times if time_ <= killed_at])
    one = rate([time_ for time_ in times if time_ > killed_at])
    print(f"two workers: {two:.1f} a second; one, from its first result on: {one:.1f}; {two / max(one, 1e-3):.2f} times")


def throughput(fleet: Fleet, chunks=(1, 10, 50)) -> None:
    """The same repositories with one Dask worker, then with two, in tasks of several sizes."""
    count = len(fleet.made.paths)
    for workers in (1, 2):
        if workers == 2:
            fleet.parts.dask_worker("dask-3", PREFECT_CONFIG_FINGERPRINT_KEY=PHRASE)
            time.sleep(3)
        for chunk in chunks:
            database = sum(path.stat().st_size for path in (fleet.parts.folder / "prefect").glob("prefect.db*"))
            state = fleet.run(f"speed-{workers}-{chunk}", 600, flow="lint fleet/lint", chunk=chunk)
            fleet.check(f"a run with {workers} completes", state["type"] == "COMPLETED", state)
            database = sum(path.stat().st_size for path in (fleet.parts.folder / "prefect").glob("prefect.db*")) - database
            speed = rate(fleet.times(f"speed-{workers}-{chunk}"))
            print(f"{workers} Dask worker{'s' * (workers > 1)}, {chunk} a task: {speed:.1f} repositories a second, "
                  f"{1000 * workers / speed:.0f} ms of a worker each; database +{database / 1e3:.0f} kB", flush=True)


def check_all(parts: Parts, check: Check, arguments) -> None:
    started = time.monotonic()

    def say(what: str) -> None:
        print(f"{time.monotonic() - started:5.1f} s  {what}", flush=True)

    parts.server()
    parts.scheduler()
    for name in ("dask-1", "dask-2"):
        parts.dask_worker(name, PREFECT_CONFIG_FINGERPRINT_KEY=PHRASE)
    made = made_fleet.Fleet(parts.folder / "repositories", arguments.repositories, arguments.files)
    fleet = Fleet(parts, made, check)
    fleet.write_inventory()
    parts.wait()
    say("server, Dask and repositories are there")
    parts.call(parts.venv / "bin/prefect", "work-pool", "create", "fleet", "--type", "process")
    parts.prefect_worker("fleet")
    parts.call(parts.venv / "bin/python", "-m", "prefect_config_fleet", "deploy", "--pool", "fleet")
    prints = fingerprints(parts, made.secrets())
    say("deployed")
    killed = []

    def kill():
        parts.kill("dask-1")
        killed.append(time.time())

    state = fleet.run("store", half_way=kill)
    say("a run with a worker killed half-way")
    check("a worker was killed half-way", killed)
    if killed:
        tell_rates(fleet, killed[0])
    plain = plain_loop(parts, made)
    say("the plain loop")
    check_report(fleet, state, plain, prints)
    check_parameters(fleet)
    check_block(fleet)
    check_resume(fleet)
    say("a second run")
    check_no_program(fleet)
    say("a run without the program")
    if arguments.speed:
        throughput(fleet)
        say("throughput")
    check_secrets(fleet)
    say("what is kept was looked into")
    print(f"the server's database: {(parts.folder / 'prefect/prefect.db').stat().st_size / 1e6:.1f} MB")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--program", required=True, type=Path)
    parser.add_argument("--venv", type=Path, default=ROOT / "build/fleet-venv")
    parser.add_argument("--repositories", type=int, default=200)
    parser.add_argument("--files", type=int, default=12, help="of a repository, besides those with secrets")
    parser.add_argument("--speed", action="store_true", help="measure throughput too; minutes")
    parser.add_argument("--keep", action="store_true", help="leave the folder, and say where it is")
    arguments = parser.parse_args()
    if not (arguments.venv / "bin/dask").exists():
        print("FAILED no environment for the fleet: tests/fleet/prepare makes it")
        return 1
    check = Check()
    folder = Path(tempfile.mkdtemp(prefix="fleet-test-"))
    parts = Parts(folder, arguments.venv.absolute(), arguments.program.resolve())
    try:
        check_all(parts, check, arguments)
    except PartError as error:
        check("the parts work", False, error)
        print(parts.logs())
    finally:
        parts.stop()
        if arguments.keep:
            print(folder)
        else:
            shutil.rmtree(folder, ignore_errors=True)
    print(f"{check.passed} passed, {check.failed} failed")
    return 1 if check.failed else 0


if __name__ == "__main__":
    sys.exit(main())
