#!/usr/bin/env python3
"""The program's probe against real servers, proxies and hostile listeners: setups.py, all of it.

  check_probe.py --program PATH [--prefects FOLDER] [--only NAME ...] [--show] [--no-judge]

Of each set-up: every expected diagnosis on its surface and no other PC4xx code; no secret and no
control character in what is printed; its time and memory bounded; where all is well at most REQUESTS
requests, counted where they arrive. Of each server: nothing was created on it. Of each recorded set-up
and client (symptoms.json): works or fails as for the real client, but for EXCEPTIONS. ``--only`` takes
names and beginnings of names with a star. ``--show`` prints the document and the raw exchange.

Exit status 1 on a failure; 77 with a sentence where a part is missing.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import dataclasses
import fnmatch
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import parts  # noqa: E402
import setups  # noqa: E402

#: On a server where all is well.
REQUESTS = 5
#: Generous, since machines are busy: what is looked for is a program that does not end.
BOUND = 10.0
SECONDS_TO_END = 40.0
KIB = 64 * 1024
JUDGED = ("http", "events-in", "events-out", "worker-channel")

#: Where the program may say otherwise than the real client: set-up, client, surface (patterns), why.
EXCEPTIONS: tuple[tuple[str, str, str, str], ...] = (
    ("cloud-no-key", "*", "events-*", "the client raises before it opens anything, which the probe calls not-opened"),
)


@dataclasses.dataclass
class Run:
    status: int | None
    out: str
    err: str
    seconds: float
    kib: int

    @property
    def document(self) -> dict:
        try:
            return json.loads(self.out)
        except ValueError:
            return {}

    def codes(self) -> set[str]:
        return {one["code"] for one in self.document.get("findings", []) if one["code"].startswith("PC4")}

    def connections(self) -> dict[str, dict]:
        return {one["surface"]: one for one in (self.document.get("probe") or {}).get("connections", [])}


def run(program: str, arguments: list[str], environment: list[tuple[str, str]], home: str) -> Run:
    reader, writer = os.pipe()
    base = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": home}
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-IS", str(HERE / "launch.py"), str(writer), program, *arguments],
        env=base | dict(environment), cwd=home, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, pass_fds=(writer,), start_new_session=True,
    )  # fmt: skip
    os.close(writer)
    try:
        out, err = process.communicate(timeout=SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        out, err = process.communicate()
    seconds = time.monotonic() - started
    with os.fdopen(reader) as said:
        text = said.read()
    took = json.loads(text) if text else {"status": None, "kib": 0}
    return Run(took["status"], out.decode("utf-8", "replace"), err.decode("utf-8", "replace"), seconds, took["kib"])


# ---- what is wrong with one run


def of_process(setup: setups.Setup, made: Run, text: bool = False) -> list[str]:
    found = []
    if made.status is None:
        return [f"did not end within {SECONDS_TO_END:.0f} s"]
    if made.status not in (0, 1) or (not text and not made.document):
        return [f"exit {made.status}: {made.err.strip()[-300:]}"]
    errors = [one for one in made.document.get("findings", []) if one["severity"] == "error"]
    if not text and made.status != (1 if errors else 0):
        found.append(f"exit {made.status} with {len(errors)} errors")
    if setup.at.startswith("hostile") and made.seconds > BOUND:
        found.append(f"took {made.seconds:.1f} s")
    if made.kib > KIB:
        found.append(f"took {made.kib // 1024} MiB")
    said = made.out + made.err + json.dumps(made.document, ensure_ascii=False)
    found += [f"prints the secret {one!r}" for one in sorted(setup.secrets()) if one in said]
    # JSON may hold what turns the direction of text; a terminal may not.
    bad = "\x7f\u202e" if text else "\x7f"
    if control := {one for one in made.out + made.err if (ord(one) < 32 and one != "\n") or one in bad}:
        found.append(f"prints control characters {sorted(control)}")
    return found


def of_surfaces(setup: setups.Setup, made: Run) -> list[str]:
    found = []
    connections = made.connections()
    for surface, expected in setup.surfaces.items():
        got = connections.get(surface)
        if got is None:
            # A surface that the release does not have is not spoken of.
            if "not-opened" not in expected.split():
                found.append(f"{surface}: nothing is said")
            continue
        said = {got["outcome"], got["code"]} if got["outcome"] == "fails" else {got["outcome"]}
        if not said & set(expected.split()):
            found.append(f"{surface}: {expected} expected, got {got['outcome']} {got['code']} ({got['note']})")
    return found


def of_codes(setup: setups.Setup, made: Run) -> list[str]:
    if setup.codes == ("*",):
        return []
    got, found = made.codes(), []
    for wanted in setup.codes:
        names = set(wanted.rstrip("?").split("|"))
        if not wanted.endswith("?") and not names & got:
            found.append(f"{wanted} expected, got {sorted(got)}")
        got -= names
    if got:
        found.append(f"not expected: {sorted(got)}")
    return found


def of_server(setup: setups.Setup, made: Run) -> list[str]:
    """What is said of the server where it is asked without anything between, and HTTP works."""
    if not setup.at.startswith("server ") or made.connections().get("http", {}).get("outcome") != "works":
        return []
    _, version, mode = setup.at.split(" ")
    said = made.document["probe"]
    found = []
    if said["server_version"] != version:
        found.append(f"the server is {version}, not {said['server_version']}")
    if said["asks_for_auth"] is not None and said["asks_for_auth"] != (mode in ("auth", "csrf")):
        found.append(f"asks_for_auth is {said['asks_for_auth']} of {setup.at}")
    return found


def of_requests(setup: setups.Setup, made: Run, place: parts.Place) -> list[str]:
    if not setup.healthy:
        return []
    heads = place.heads()
    said = (made.document.get("probe") or {}).get("requests")
    encrypted = dict(setup.environment)["PREFECT_API_URL"].startswith(("{HTTPS}", "https:"))
    if encrypted:
        heads = heads or [""] * said
    found = []
    if len(heads) > REQUESTS + ("--pool" in setup.arguments):
        found.append(f"{len(heads)} requests arrived: {heads}")
    if not encrypted and said != len(heads):
        found.append(f"says {said} requests, and {len(heads)} arrived: {heads}")
    return found


# ---- the judge


def symptoms() -> dict[tuple[str, str], dict[str, str]]:
    """(set-up, client): what was run: works or fails."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for row in json.loads((HERE / "symptoms.json").read_text("utf-8")):
        found.setdefault((row["setup"], row["client"]), {})[row["run"]] = row["verdict"]
    return found


def excepted(setup: str, client: str, surface: str) -> str:
    for a_setup, a_client, a_surface, why in EXCEPTIONS:
        if fnmatch.fnmatch(setup, a_setup) and fnmatch.fnmatch(client, a_client) and fnmatch.fnmatch(surface, a_surface):
            return why
    return ""


def of_judge(setup: setups.Setup, client: str, made: Run, verdicts: dict[str, str]) -> list[str]:
    found = []
    connections = made.connections()
    for surface in JUDGED:
        if surface == "events-out" and surface not in connections and ("--pool" in setup.arguments or "version-check" in connections):
            # The pool, or the version with other headers, is asked for in its place.
            continue
        got = connections.get(surface, {"outcome": "not-opened", "code": None, "note": ""})
        real = verdicts.get(surface, "not-opened")
        agree = got["outcome"] == real
        if agree == bool(excepted(setup.name, client, surface)):
            said = f"{got['outcome']} {got['code']} ({got['note']})"
            found.append(f"{surface}: {real} for real Prefect {client}, got {said}" if not agree else
                         f"{surface}: is no exception any longer for {client}")  # fmt: skip
    return found


# ---- all of it


class Check:
    def __init__(self, options, world: parts.World, home: str):
        self.options, self.world, self.home = options, world, home
        self.passed, self.failed = 0, 0
        self.before: dict[str, dict] = {}

    def arguments(self, setup: setups.Setup, release: str, output: str = "json") -> list[str]:
        return ["doctor", "--probe", "-o", output, "--prefect-version", release, *setup.arguments]

    def prepared(self, setup: setups.Setup) -> None:
        server = self.world.behind(setup.at)
        if server and server.folder.name not in self.before:
            self.before[server.folder.name] = server.holds()

    def one(self, setup: setups.Setup, release: str, verdicts: dict[str, str] | None) -> list[str]:
        """``verdicts``: of the real client of this release, which may be another than the set-up's."""
        with parts.Place(self.world, setup) as place:
            made = run(self.options.program, self.arguments(setup, release), place.environment, self.home)
            found = of_process(setup, made)
            if release == setup.release and made.document:
                found += of_surfaces(setup, made) + of_codes(setup, made) + of_server(setup, made)
                found += of_requests(setup, made, place)
            if verdicts and made.document:
                found += of_judge(setup, release, made, verdicts)
            if release == setup.release and (not setup.at.startswith("hostile") or "echo" in setup.name or "escapes" in setup.name):
                again = run(self.options.program, self.arguments(setup, release, "text"), place.environment, self.home)
                found += [f"as text: {one}" for one in of_process(setup, again, text=True)]
            if self.options.show:
                show(setup, release, place, made)
        return found

    def report(self, name: str, found: list[str]) -> None:
        self.passed += not found
        self.failed += bool(found)
        for one in found:
            print(f"FAIL {name}: {one}", flush=True)

    def created(self) -> None:
        """Whether the servers hold what they held."""
        time.sleep(2)
        for server in {id(one): one for one in self.world.servers()}.values():
            before = self.before.get(server.folder.name)
            if before is not None:
                after = server.holds()
                self.report(f"{server.folder.name} afterwards", [] if after == before else [f"{before} became {after}"])


def show(setup: setups.Setup, release: str, place: parts.Place, made: Run) -> None:
    print(f"---- {setup.name}, {release}: exit {made.status}, {made.seconds:.2f} s, {made.kib} KiB")
    print(" ".join(f"{name}={value!r}" for name, value in place.environment))
    print(made.out + made.err)
    for exchange in getattr(place.tap, "exchanges", []):
        print("> " + repr(bytes(exchange.sent[:1500])) + "\n< " + repr(bytes(exchange.answered[:1500])))


def chosen(only: list[str]) -> list[setups.Setup]:
    return [one for one in setups.SETUPS if not only or any(fnmatch.fnmatch(one.name, name) for name in only)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--prefects", help="folder of Prefect environments (default build/prefect)")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME")
    parser.add_argument("--show", action="store_true", help="print documents and exchanges; for --only")
    parser.add_argument("--no-judge", action="store_true", help="leave symptoms.json out")
    options = parser.parse_args()
    options.program = str(pathlib.Path(options.program).resolve())
    wanted = chosen(options.only)
    judged = {} if options.no_judge else symptoms()
    jobs = []
    for setup in wanted:
        clients = [client for name, client in judged if name == setup.name]
        jobs += [(setup, client) for client in dict.fromkeys([setup.release, *clients])]
    with parts.World(parts.prefects_of(options.prefects)) as world, tempfile.TemporaryDirectory(prefix="probe-home-") as home:
        check = Check(options, world, home)
        world.start(sorted({setup.at for setup in wanted}))
        for setup in wanted:
            check.prepared(setup)
        with concurrent.futures.ThreadPoolExecutor(1 if options.show else 4) as pool:
            started = [(job, pool.submit(check.one, *job, judged.get((job[0].name, job[1])))) for job in jobs]
            for (setup, release), done in started:
                check.report(f"{setup.name} ({release})", done.result())
        check.created()
    print(f"{check.passed} passed, {check.failed} failed")
    return 1 if check.failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except parts.Missing as missing:
        print(missing, file=sys.stderr)
        sys.exit(77)
