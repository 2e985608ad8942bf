"""Our `explain` against the recordings: URL, headers, subprotocols and first message of every case;
and what a worker hands to its flow runs.

    python3 replay.py --program PATH [--versions V ...] [--only SURFACE] [--limit 30] [--rules] [--update]

Needs no Prefect. A case is predicted where our plan of its surface is what was sent: nothing where
nothing was sent, else the same URL, the same headers that carry credentials in the same order, the
same subprotocols and first message, and a proxy where one was used. One line a difference, with the
row of the rule table that it speaks against, then "N passed, N failed"; exit status 1 when anything
failed. --rules first says of each row how many connections it predicts. A whole run also compares evidence.json, which
has this by release, and of which docs/credentials.md is made; --update writes it.

What it is not: a judge of what real servers make of it.
"""

from __future__ import annotations

import argparse
import collections
import concurrent.futures
import json
import pathlib
import re
import subprocess
import sys
import tempfile

from cases import ACCOUNT, WORKSPACE

HERE = pathlib.Path(__file__).parent
PORTS = {"{PORT}": "4200", "{PORT2}": "4201", "{TLS}": "4243"}
POOL = "/work_pools/x/"
#: What can carry a credential; the rest of a recorded request is about other things.
CARRIES = ("authorization", "cookie")


def filled(text: str, root: str) -> str:
    for slot, port in PORTS.items():
        text = text.replace(slot, port)
    return text.replace("{root}", root)


def explain(program: str, version: str, environment, root: str, home: str = "", cwd: str = "") -> dict:
    given = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": root + home}
    for name, value in environment:
        given[name] = filled(value, root)
    command = [program, "explain", "-o", "json", "--show-secrets", "-q", "--prefect-version", version]
    done = subprocess.run(command, cwd=root + cwd, env=given, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20)
    return json.loads(done.stdout)


def carried(headers) -> list:
    return [[name, value] for name, value in headers if name.lower() in CARRIES or name.lower().startswith("x-")]


def of_surface(case: dict) -> list[dict]:
    """The requests that are the surface's own: a version check comes before some of the others."""
    found = [r for r in case.get("requests", []) if "url" in r]
    if case["surface"] in ("http", "version-check", "cloud-client", "telemetry"):
        return [r for r in found if r["transport"] == "http"]
    found = [r for r in found if r["transport"] == "websocket"]
    # The account's subscriber goes to another path, with what the other sends.
    return [r | {"url": r["url"].replace(f"/accounts/{ACCOUNT}/events", f"/accounts/{ACCOUNT}/workspaces/{WORKSPACE}/events")} for r in found]


def tls_difference(case: dict, plan: dict, root: str) -> str:
    """The recorder's certificate signs itself: who talked to it took any, or took it for an authority."""
    if not case["credentials"].startswith("tls: ") or plan["outcome"] != "connects" or plan["tls"] is None:
        return ""
    takes_it = not plan["tls"]["verify"] or plan["tls"]["ca_file"] == f"{root}/ca.pem"
    refused = "CERTIFICATE_VERIFY_FAILED" in (case.get("error") or "")
    talked = any(r["url"].startswith(("https:", "wss:")) for r in of_surface(case))
    return f"tls: {case.get('error')}, ours {plan['tls']}" if (takes_it and refused) or (talked and not takes_it) else ""


def differences(case: dict, plan: dict, loads: bool, root: str) -> list[str]:
    requests = of_surface(case)
    if not loads:
        return ["the settings do not load, and something was sent"] if requests else []
    if tls := tls_difference(case, plan, root):
        return [tls]
    if not requests:
        reached = any(r["transport"] in ("tls", "tunnel") for r in case.get("requests", []))
        if plan["outcome"] == "connects" and not reached:
            return [f"connects, and nothing was sent ({case.get('error') or case.get('why')})"]
        return []
    if plan["outcome"] != "connects":
        return [f"{plan['outcome']} ({'; '.join(plan['notes'])}), and {requests[0]['url']} was asked for"]
    found = []
    # Telemetry has two addresses; of the others the first request is the one that is planned.
    first = next((r for r in requests if filled(r["url"], root) == plan["url"]), requests[0])
    # User and password go into a header: no request line has them.
    ours = re.sub(r"^(\s*\w+://)[^/?#]*@", r"\1", (plan["url"] or "").replace("/work_pools/<pool>/", POOL))
    theirs = filled(first["url"], root)
    if plan["transport"] == "websocket" or case["surface"] == "version-check":
        if theirs != ours:
            found.append(f"url: {theirs}, ours {ours}")
    elif not theirs.lower().startswith(ours.rstrip("/").lower()):
        found.append(f"url: {theirs}, ours {ours}")
    headers = [[h["name"], h["value"]] for h in plan["headers"]]
    if case["surface"] == "telemetry":  # requests writes Latin-1, of which the recorder shows the bytes
        headers = [[name, value.encode("latin-1").decode("utf-8", "backslashreplace")] for name, value in headers]
    if carried(first["headers"]) != carried(headers):
        found.append(f"headers: {carried(first['headers'])}, ours {carried(headers)}")
    if plan["transport"] == "websocket":
        if first.get("subprotocols", []) != plan["subprotocols"]:
            found.append(f"subprotocols: {first.get('subprotocols')}, ours {plan['subprotocols']}")
        # Where the handshake is answered by a redirect, the message goes to the place it names.
        redirected = case.get("server", "").startswith("redirect")
        if not redirected and first.get("first_message") != plan["first_message"]:
            found.append(f"first message: {first.get('first_message')}, ours {plan['first_message']}")
    if ("proxy" in first) != (plan["proxy"] is not None):
        found.append(f"proxy: {first.get('proxy')}, ours {plan['proxy']}")
    elif "proxy" in first and filled(first["proxy_at"].replace("127.0.0.1:", ""), root) not in plan["proxy"]["url"]:
        found.append(f"proxy: {first['proxy_at']}, ours {plan['proxy']}")
    return found


def version_of(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(".")))


def flow_run_differences(program: str, version: str, recorded: dict) -> list[str]:
    """What a worker of this launch injects, by name; ids and names that only the run knows aside."""
    with tempfile.TemporaryDirectory(prefix="conf-auth-") as root:
        for folder in ("home", "work"):
            pathlib.Path(root, folder).mkdir()
        for name, text in recorded["files"].items():
            place = pathlib.Path(root, name)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(filled(text, root), encoding="utf-8")
        answer = explain(program, version, recorded["environment"], root, "/home", "/work")
        theirs = {name: filled(value, root) for name, value in recorded["base"]}
        ours = {one["name"]: one["value"] for one in answer["flow_run_environment"]}
        # A recorded run has no deployment.
        ours = {name: value for name, value in ours.items() if not name.startswith("PREFECT__DEPLOYMENT_")}
        known = {name for name in theirs | ours if not name.startswith("PREFECT__")}
        if version_of(version) < (3, 4, 25):
            # Sets are written in the order of their hashes (docs/deviations.md).
            codes = "PREFECT_CLIENT_RETRY_EXTRA_CODES"
            theirs, ours = (d | {codes: sorted(re.findall(r"\d+", d[codes]))} if codes in d else d for d in (theirs, ours))
        found = [f"{n}: {theirs.get(n)!r}, ours {ours.get(n)!r}" for n in sorted(known) if theirs.get(n) != ours.get(n)]
        if set(theirs) != set(ours):
            found.append(f"names: {sorted(set(theirs) ^ set(ours))}")
        return found


def row_of(plan: dict) -> str:
    """The row of the rule table behind a plan, as one names it."""
    return f"row {plan['rule']['id']}, {plan['rule']['versions']}" if plan["rule"] else "no row of the rule table"


def replay(args, path: pathlib.Path) -> tuple[int, list[str], set[str], dict, collections.Counter]:
    document = json.loads(path.read_text(encoding="utf-8"))
    version, passed, failed, rules = document["version"], 0, [], set()
    #: Row: connections that it predicts, and that it does not.
    rows = collections.defaultdict(lambda: [0, 0])
    evidence: collections.Counter = collections.Counter()  # by rule: the connections that it predicts
    by_environment = collections.defaultdict(list)
    for case in document["cases"]:
        if not args.only or case["surface"] in args.only:
            by_environment[json.dumps(case["environment"])].append(case)
    with tempfile.TemporaryDirectory(prefix="conf-auth-") as root:
        pathlib.Path(root, "ca.pem").touch()
        for environment, cases in by_environment.items():
            answer = explain(args.program, version, json.loads(environment), root)
            plans = {plan["surface"]: plan for plan in answer["surfaces"]}
            for case in cases:
                plan = plans[case["surface"]]
                found = differences(case, plan, answer["loads"], root)
                # Where the settings do not load, nothing of a rule was compared.
                if plan["rule"] and answer["loads"]:
                    rules.add(plan["rule"]["id"])
                name = f"{version} {case['surface']} {case.get('way', '')} {case['target']} [{case['credentials']}] {case.get('server', '')}"
                row = row_of(plan) + ("" if plan["rule"] else f" for {case['surface']} {case['target']}")
                rows[row][bool(found)] += 1
                if not found:
                    passed += 1
                    if plan["rule"] and answer["loads"]:
                        evidence[plan["rule"]["id"]] += 1
                else:
                    failed.append(f"{' '.join(name.split())}: {found[0]} ({row})")
    # One whose settings do not load has no environment to hand on.
    for recorded in [r for r in document["flow_run_environment"] if "base" in r] if not args.only else []:
        if found := flow_run_differences(args.program, version, recorded):
            failed.append(f"{version} flow-run-environment [{recorded['name']}]: {found[0]}")
        else:
            passed += 1
    return passed, failed, rules, rows, evidence


def evidence_differs(found: dict, update: bool) -> bool:
    """Whether evidence.json is another one: one line a rule, in the order of their names; releases from the oldest."""
    lines = [f"{json.dumps(rule)}: {json.dumps(dict(sorted(counts.items(), key=lambda one: version_of(one[0]))))}"
             for rule, counts in sorted(found.items())]
    place, text = HERE / "evidence.json", "{\n" + ",\n".join(lines) + "\n}\n"
    if update:
        place.write_text(text, encoding="utf-8")
    return not place.exists() or place.read_text(encoding="utf-8") != text


def unreached(rules: set[str]) -> list[str]:
    """Rows of the rule table that no recorded case has come to."""
    table = (HERE.parents[2] / "lib" / "src" / "auth" / "rules.cpp").read_text(encoding="utf-8")
    named = re.findall(r'\b(?:row|absent|http|cloud_client|events_in|events_out|logs_out|subscriptions|worker_channel)\(\s*"([a-z0-9-]+)"', table)
    return [f"no recording reaches the rule {name}" for name in named if name not in rules]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--versions", nargs="+")
    parser.add_argument("--only", nargs="+", help="surfaces")
    parser.add_argument("--limit", type=int, default=20, help="differences shown a version")
    parser.add_argument("--update", action="store_true", help="write evidence.json")
    parser.add_argument("--rules", action="store_true", help="count for each row of the rule table")
    args = parser.parse_args()
    args.program = str(pathlib.Path(args.program).absolute())
    paths = sorted((HERE / "recordings").glob("*.json"))
    if args.versions:
        paths = [path for path in paths if path.stem in args.versions]
    passed = failed = 0
    rules: set[str] = set()
    evidence: dict = collections.defaultdict(dict)
    whole = not (args.versions or args.only)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        answers = pool.map(lambda path: replay(args, path), paths)
        for path, (right, wrong, reached, rows, counts) in zip(paths, answers):
            for rule, count in counts.items():
                evidence[rule][path.stem] = count
            passed, failed, rules = passed + right, failed + len(wrong), rules | reached
            for row, (predicts, does_not) in sorted(rows.items()) if args.rules else []:
                print(f"{'WRONG' if does_not else 'right'} {row}: predicts {predicts}, not {does_not}")
            for line in wrong[: args.limit]:
                print("FAIL", line)
            if len(wrong) > args.limit:
                print(f"FAIL {wrong[-1].split()[0]}: and {len(wrong) - args.limit} more (--limit)")
    for line in unreached(rules) if whole else []:
        print("FAIL", line)
        failed += 1
    if whole and evidence_differs(evidence, args.update):
        print("FAIL evidence.json is not what this run found: --update writes it")
        failed += 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
