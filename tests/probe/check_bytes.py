#!/usr/bin/env python3
"""The probe sends what real Prefect sends: against tests/conformance/auth's recordings.

  check_bytes.py --program PATH [--versions V ...] [--odd] [--only TARGET CREDENTIALS] [--show]

Of each version, target and set of credentials of cases.py the probe asks the recorder for every
surface. What arrives for authentication is compared with the recording: headers that carry
credentials, in order and spelling; of a WebSocket also its URL, subprotocols and first message. Where
real Prefect opens nothing, or refuses before it sends, nothing may arrive. What the probe asks besides
(without a credential, health, ...) must carry none. With ``--odd`` also the odd strings, headers, URLs and
proxies of cases.py, in the versions that have them.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
AUTH = HERE.parent / "conformance" / "auth"
sys.path.insert(0, str(AUTH))

import cases  # noqa: E402
import normal  # noqa: E402
import recorder  # noqa: E402

VERSIONS = ("3.0.11", "3.1.15", "3.3.4", "3.4.0", "3.4.19", "3.6.13", "3.6.14", "3.6.28", "3.8.2", "3.8.8", "3.9.1")
#: By surface, how the path that is asked ends. Of http and the version check it may be the same one.
PATHS = {
    "http": ("/admin/version", "/work_pools/x", "/work_pools/filter"),
    "version-check": ("/admin/version",),
    "cloud-client": ("/me/workspaces",),
    "events-in": ("/events/in",),
    "events-out": ("/events/out",),
    "logs-out": ("/logs/out",),
    "subscriptions": ("/task_runs/subscriptions/scheduled",),
    "worker-channel": ("/work_pools/x/workers/connect",),
}
#: Asked by the probe alone, and without a credential.
BESIDES = ("/health", "/ui-settings")
TOGETHER = tuple(surface for surface in PATHS if surface != "version-check")


#: Of the odd inputs: those that need no other server, certificate or folder.
ODD = ("auth: ", "key: ", "headers: ", "url: ", "cloud: ", "proxy: ")


#: In a value of the environment, or written in its JSON: the probe sends none of them, and says PC407.
CONTROL = re.compile(r"[\x00-\x1f\x7f]|\\u00[01]|\\[bfnrt]")


def recorded(version: str, odd: bool) -> dict[tuple[str, str, str], dict]:
    """(surface, target, credentials): the case as recorded; of several ways the first."""
    document = json.loads((AUTH / "recordings" / f"{version}.json").read_text("utf-8"))
    found: dict[tuple[str, str, str], dict] = {}
    for one in document["cases"]:
        name = one["credentials"]
        known = name in cases.SETS or (odd and name.startswith(ODD))
        known = known and "server" not in one and one["surface"] in PATHS
        if known and one.get("way", "") in ("", "async"):
            found.setdefault((one["surface"], one["target"], one["credentials"]), one)
    return found


class Checker:
    def __init__(self, program: str, show: bool, home: str):
        self.program, self.show, self.home = program, show, home
        self.recorder = recorder.Recorder()
        self.names = {"PORT": str(self.recorder.port), "PORT2": str(self.recorder.other_port)}
        self.normal = normal.Normal(self.names, (cases.ACCOUNT, cases.WORKSPACE))
        self.passed, self.failed = 0, 0

    def asked(self, version: str, environment, surfaces) -> tuple[dict, list[dict]]:
        """The document, and what arrived, in order."""
        self.recorder.version = version
        self.recorder.start()
        given = {name: normal.filled(value, self.names) for name, value in environment}
        arguments = ["doctor", "--probe", "-o", "json", "--prefect-version", version, "--pool", "x"]
        arguments += [word for surface in surfaces for word in ("--surface", surface)]
        done = subprocess.run(
            [self.program, *arguments], cwd=self.home, capture_output=True, timeout=60, stdin=subprocess.DEVNULL,
            env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": self.home} | given,
        )  # fmt: skip
        requests = [self.normal.request(one) for one in self.recorder.settle()]
        if done.returncode not in (0, 1):
            raise RuntimeError(f"exit {done.returncode}: {done.stderr.decode()[-300:]}")
        return json.loads(done.stdout), requests

    def case(self, version: str, target: str, credentials: str, known: dict) -> None:
        name = f"{version} {target} {credentials}"
        for surfaces in (TOGETHER, ("version-check",)):
            of = {surface: known.get((surface, target, credentials)) for surface in surfaces}
            first = next((one for one in of.values() if one and one["surface"] != "cloud-client"), None)
            if first is None:
                continue
            # The cloud client's case has one variable more, which says where it goes.
            environment = dict(first["environment"])
            if of.get("cloud-client"):
                environment |= dict(of["cloud-client"]["environment"])
            try:
                document, arrived = self.asked(version, environment.items(), surfaces)
            except RuntimeError as error:
                self.report(name, [str(error)])
                continue
            if self.show:
                print(json.dumps(document.get("probe"), indent=1), *map(json.dumps, arrived), sep="\n")
            for surface, one in of.items():
                if one:
                    self.report(f"{name} {surface}", compared(surface, one, arrived, document))
            self.report(f"{name} besides", besides(arrived))

    def report(self, name: str, found: list[str]) -> None:
        self.passed += not found
        self.failed += bool(found)
        for one in found:
            print(f"FAIL {name}: {one}", flush=True)


def path_of(request: dict) -> str:
    """The end of the URL: a query in the API URL comes before what Prefect adds to it."""
    return request.get("url", "").partition("?client=")[0].rstrip("/")


def sorted_out(headers: list) -> list:
    """Without what says nothing: blanks around a value are no part of it (RFC 9110, 5.5), and
    Proxy-Authorization comes first, since the proxy takes it away.
    """
    bare = [[name, value.strip(" \t")] for name, value in headers or []]
    return sorted(bare, key=lambda header: header[0].lower() != "proxy-authorization")


def compared(surface: str, case: dict, arrived: list[dict], document: dict) -> list[str]:
    websocket = surface not in ("http", "version-check", "cloud-client")
    transport = "websocket" if websocket else "http"
    mine = [one for one in arrived if one["transport"] == transport and path_of(one).endswith(PATHS[surface])]
    if surface == "version-check":
        # Asked alone; a fragment in the API URL swallows its path.
        mine = [one for one in arrived if not path_of(one).endswith((*BESIDES, *PATHS["http"][1:]))]
    wanted = [one for one in case["requests"] if one["transport"] == transport]
    if surface in ("events-in", "events-out", "logs-out"):
        # Before these some versions ask for the server's version: that is the surface version-check.
        wanted = [one for one in wanted if path_of(one).endswith(PATHS[surface])]
    connections = {one["surface"]: one for one in (document.get("probe") or {}).get("connections", [])}
    outcome = connections.get(surface, {}).get("outcome", "not-opened")
    if not wanted:
        found = [f"nothing is opened by real Prefect, and {one['method']} {one['url']} arrived" for one in mine]
        if outcome not in ("not-opened", "unknown", "fails"):
            found.append(f"nothing is opened by real Prefect, and {outcome} is said")
        return found
    control = any(CONTROL.search(value) for _, value in case["environment"])
    if not mine and control and connections.get(surface, {}).get("code") == "PC407":
        return []
    if not mine:
        return [f"{path_of(wanted[0])} did not arrive ({connections.get(surface)})"]
    return differences(websocket, surface, wanted[0], mine[0])


def differences(websocket: bool, surface: str, real: dict, mine: dict) -> list[str]:
    keys = ["headers"]
    if websocket:
        keys += ["url", "subprotocols", "first_message"]
    elif surface != "http":
        keys += ["url", "method"]
    found = []
    real = real | {"headers": sorted_out(real.get("headers"))}
    mine = mine | {"headers": sorted_out(mine.get("headers"))}
    for key in keys:
        # As text: the order within a message counts, too.
        if json.dumps(real.get(key)) != json.dumps(mine.get(key)):
            found.append(f"{key}: {json.dumps(real.get(key))} for real Prefect, {json.dumps(mine.get(key))} from the probe")
    return found


def besides(arrived: list[dict]) -> list[str]:
    found = []
    for one in arrived:
        if path_of(one).endswith(BESIDES) and one["headers"]:
            found.append(f"{one['url']} was asked with {one['headers']}")
    if sum(path_of(one).endswith("/workers/connect") for one in arrived) > 1:
        found.append("the worker channel was opened twice")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--versions", nargs="+", default=VERSIONS, metavar="V")
    parser.add_argument("--odd", action="store_true")
    parser.add_argument("--only", nargs=2, metavar=("TARGET", "CREDENTIALS"))
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="probe-home-") as home:
        return check(options, Checker(str(pathlib.Path(options.program).resolve()), options.show, home))


def check(options, checker: Checker) -> int:
    for version in options.versions:
        known = recorded(version, options.odd)
        for target, credentials in dict.fromkeys(key[1:] for key in known):
            if not options.only or options.only == [target, credentials]:
                checker.case(version, target, credentials, known)
    checker.recorder.close()
    print(f"{checker.passed} passed, {checker.failed} failed")
    return 1 if checker.failed else 0


if __name__ == "__main__":
    sys.exit(main())
