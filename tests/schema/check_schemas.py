#!/usr/bin/env python3
"""Validates what `-o json` prints against the schemas in docs/schema, in many situations.

usage: check_schemas.py --program PATH/TO/prefect-config [--schemas FOLDER]

Each situation is a temporary home and working directory with made-up secrets; each command is run in it
with and without --show-defaults and --show-secrets; the tables (rules, settings) beside a broken file. Checked of every document: it is JSON without a key
twice, it is valid, the exit status is the one expected, and no secret is in it unless asked for.

Then the check itself is checked: in real documents every key that is required is taken away, and every
object is given a key it does not know; each of these must be found. And every optional part of the schemas
must have been seen at least once.

Needs the Python package jsonschema 4 (Debian: python3-jsonschema).
"""

import argparse
import copy
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

try:
    from jsonschema import Draft202012Validator
except ImportError:
    # The interpreter that runs the tests need not be the one that Debian's packages belong to.
    DEBIAN_PYTHON = "/usr/bin/python3"
    if "CHECK_SCHEMAS_AGAIN" not in os.environ and os.access(DEBIAN_PYTHON, os.X_OK):
        os.environ["CHECK_SCHEMAS_AGAIN"] = "1"
        os.execv(DEBIAN_PYTHON, [DEBIAN_PYTHON, *sys.argv])
    sys.exit("check_schemas.py: the Python package jsonschema (4.0 or later) is missing; on Debian: apt-get install python3-jsonschema")

COMMANDS = (
    "view", "why", "explain", "doctor", "diff", "profile-ls", "profile-inspect", "rules", "rule", "rules-search",
    "settings", "setting", "describe", "lint",
)
# Which documents a command prints as JSON; every command that `__describe` knows to have such an output must be
# here, and every document must be tried below.
DOCUMENTS_OF = {
    "view": ("view",), "why": ("why",), "explain": ("explain",), "lint": ("lint",), "doctor": ("doctor",), "diff": ("diff",),
    "profile": ("profile-ls", "profile-inspect"), "rules": ("rules", "rule", "rules-search"), "settings": ("settings", "setting"),
    "env": ("env",),
}
# The report of tools/fleet, which tests/fleet validates.
OF_THE_FLEET = "fleet"
# Every secret below holds this text, and nothing else does.
CANARY = "TESTsecret"
KEY = f"pnu_{CANARY}000000000000000000000000000"
DIRECTORY = None
SAVED = "saved.json"    # with its secrets
MASKED = "masked.json"


@dataclass
class Situation:
    name: str
    status: int = 0
    profiles: "str | bytes | None" = ""    # home/.prefect/profiles.toml; "" for no such file
    env: dict = field(default_factory=dict)
    args: tuple = ()                       # global options
    files: dict = field(default_factory=dict)
    why: tuple = ("api.key", "api.url", "client.max_retries")
    probe: bool = False                    # its connections are opened; nothing listens


def profile(*lines: str) -> str:
    return 'active = "p"\n\n[profiles.p]\n' + "\n".join(lines) + "\n"


SELF_HOSTED = 'PREFECT_API_URL = "https://prefect.example.com/api"'

SITUATIONS = [
    Situation("no file", why=("api.key", "profiles_path", "PREFECT_SERVER_DATABASE_CONNECTION_URL")),
    Situation(
        "Cloud profile",
        profiles=profile('PREFECT_API_URL = "https://api.prefect.cloud/api/accounts/a/workspaces/w"', f'PREFECT_API_KEY = "{KEY}"'),
        why=("api.key", "ui_url", "PREFECT_API_URL"),
    ),
    Situation(
        "key and auth string",
        profiles=profile(SELF_HOSTED, f'PREFECT_API_KEY = "{KEY}"', "PREFECT_CLIENT_MAX_RETRIES = 7"),
        env={"PREFECT_API_AUTH_STRING": f"admin:{CANARY}"},
    ),
    Situation("a key hidden by an empty one", profiles=profile(SELF_HOSTED, f'PREFECT_API_KEY = "{KEY}"'), env={"PREFECT_API_KEY": ""}),
    Situation("credentials inside a URL", env={"PREFECT_API_URL": f"http://user:{CANARY}@localhost:4200/api", "PREFECT_API_KEY": KEY}),
    Situation("Cloud without a key", env={"PREFECT_API_URL": "https://api.prefect.cloud/api/accounts/a/workspaces/w"}),
    Situation("no scheme", env={"PREFECT_API_URL": "prefect.example.com/api", "PREFECT_API_KEY": KEY}),
    Situation("broken file", status=1, profiles=profile(f'PREFECT_API_KEY = "{KEY}')),
    Situation("profile of the wrong shape", status=1, profiles='active = "m"\n[profiles]\nm = 5\n'),
    Situation("a directory", status=1, profiles=DIRECTORY),
    Situation("bytes that are not UTF-8", status=1, profiles=b'active = "caf\xe9"\n'),
    Situation(
        "invalid values",
        status=1,
        profiles=profile('PREFECT_CLIENT_MAX_RETRIES = "many"', 'PREFECT_LOGGING_LEVEL = "LOUD"', f'PREFECT_API_KEY = ["{CANARY}"]'),
        env={"PREFECT_DEBUG_MODE": "maybe", "PREFECT_CLIENT_RETRY_EXTRA_CODES": "1,2"},
        why=("client.max_retries", "debug_mode", "api.key"),
    ),
    Situation("invalid together", status=1, env={"PREFECT_LOGGING_TO_API_BATCH_SIZE": "1"}),
    Situation(
        "aliases and other cases",
        profiles=profile('PREFECT_CLIENT_ENABLE_METRICS = "false"'),
        env={"PREFECT_CLIENT_ENABLE_METRICS": "true", "prefect_logging_level": "debug", "PREFECT_API_KY": CANARY},
        why=("PREFECT_CLIENT_ENABLE_METRICS", "logging.level", "client.metrics.enabled"),
    ),
    Situation(
        "merged headers",
        profiles=profile(SELF_HOSTED, f"PREFECT_CLIENT_CUSTOM_HEADERS = '{{\"X-Team\": \"{CANARY}\", \"X-Both\": \"{CANARY}\"}}'"),
        env={"PREFECT_CLIENT_CUSTOM_HEADERS": f'{{"X-Both": "{CANARY}", "Authorization": "Bearer {CANARY}"}}'},
        why=("client.custom_headers", "api.url", "api.key"),
    ),
    Situation(
        "JSON for a group",
        env={"PREFECT_API": f'{{"url": "http://localhost:4200/api", "key": "{KEY}"}}', "PREFECT_API_URL": "http://other.example.com/api"},
    ),
    Situation("JSON for a group that is none", status=1, env={"PREFECT_API": f'{{"key": "{CANARY}"'}),
    Situation(
        "values of every type",
        env={
            "PREFECT_CLIENT_RETRY_JITTER_FACTOR": "inf",
            "PREFECT_CLIENT_RETRY_EXTRA_CODES": "429,404",
            "PREFECT_CLIENT_MAX_RETRIES": "99999999999999999999999999",
            "PREFECT_SERVER_SERVICES_LATE_RUNS_AFTER_SECONDS": "1.5",
            "PREFECT_LOGGING_EXTRA_LOGGERS": "b,a",
            "PREFECT_HOME": "~/elsewhere",
            "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"postgresql+asyncpg://u:{CANARY}@h/d",
        },
        why=("home", "client.retry_jitter_factor", "server.services.late_runs.after_seconds"),
    ),
    Situation("control characters", profiles=profile('PREFECT_API_URL = "http://h/\\u001b[31m\\u0007\\u2028\\"/api"'), env={"PREFECT_LOGGING_FORMAT": "\udcff"}),
    Situation("debug mode", profiles=profile('PREFECT_LOGGING_LEVEL = "ERROR"'), env={"PREFECT_DEBUG_MODE": "1"}, why=("logging.level", "debug_mode", "ui_url")),
    Situation(
        "secrets in odd places",
        profiles=f'active = "{KEY}"\n[profiles."{KEY}"]\n"{KEY}" = 1\nPREFECT_UI_URL = "https://h/?token={CANARY}"\n',
        env={
            "PREFECT_LOCAL_STORAGE_PATH": f"/somewhere/{KEY}/x",
            "PREFECT_LOGGING_EXTRA_LOGGERS": f"https://u:a,{CANARY}@h",
            "PREFECT_CLIENT_CUSTOM_HEADERS": f'{{"Authorization: Bearer {CANARY}": ""}}',
            f"PREFECT_{KEY}": "x",
        },
        why=("results.local_storage_path", "logging.extra_loggers", "client.custom_headers"),
    ),
    Situation("unknown profile", profiles='active = "nope"\n'),
    Situation("unknown --profile", status=1, args=("--profile", "nope")),
    Situation("bundled profile", args=("--profile", "local")),
    Situation("-p", profiles=profile('PREFECT_API_KEY = "x"'), args=("--command", "prefect -p local")),
    Situation("a release that is not known", args=("--prefect-version", "3.4.99")),
    Situation(
        "two profiles files",
        profiles=profile('PREFECT_HOME = "~/elsewhere"'),
        files={"home/elsewhere/profiles.toml": 'active = "q"\n[profiles.q]\nPREFECT_API_URL = "http://q/api"\n'},
    ),
    Situation("sources not read yet", files={"work/prefect.toml": '[api]\nurl = "http://h/api"\n', "work/.env": "PREFECT_API_KEY=x\n"}),
    *[
        Situation(
            f"Prefect {version}",
            profiles=profile(SELF_HOSTED, f'PREFECT_API_KEY = "{KEY}"'),
            env={"PREFECT_API_AUTH_STRING": f"admin:{CANARY}"},
            args=("--prefect-version", version),
            why=("api.key", "api.url", "home"),
        )
        for version in ("3.0.0", "3.1.15", "3.4.19", "3.6.14", "3.8.8", "3.99.0")
    ],
    Situation(
        "nothing listens", env={"PREFECT_API_URL": "http://127.0.0.1:9/api", "PREFECT_API_AUTH_STRING": f"admin:{CANARY}"}, probe=True
    ),
    Situation("a file larger than is read", status=3, files={"home/.prefect/profiles.toml": 17 << 20}),
]

# The tables: what is in no launch, whatever stands in its files.
TABLES = [
    Situation(f"tables of Prefect {version}", profiles=profile(f'PREFECT_API_KEY = "{KEY}'), args=("--prefect-version", version))
    for version in ("2.20.0", "3.0.0", "3.4.19", "3.9.1", "3.99.0")
]
TABLE_RUNS = (
    ("rules", ("rules",)), ("rules", ("rules", "PC3")), ("rule", ("rules", "pc202")), ("rule", ("rules", "PC101")),
    ("rules-search", ("rules", "--search", f"server rejected WebSocket connection: HTTP 403 {KEY}")),
    ("describe", ("__describe",)),
    ("settings", ("settings",)), ("settings", ("settings", "server.database")), ("settings", ("settings", "api", "--show-secrets")),
    *[
        ("setting", ("settings", name))
        for name in ("api.key", "PREFECT_CLIENT_RETRY_EXTRA_CODES", "server.database.connection_url", "ui_url", "logging.level", "home")
    ],
)

# Optional parts and alternatives that some situation must show, or the schemas were not tried.
WANTED = {
    "view.ui_url", "setting.merged", "setting.keys", "setting.prefect_view", "prefect_view=null", "origin=null", "origin.profile", "rejected", "shadowed",
    "derived_from", "derivation", "finding.related", "finding.line", "surface=connects", "surface=refuses", "surface=absent",
    "first_message", "token=null", "rule=null", "custom_header", "url_userinfo", "not_used_on",
    "diff.same", "diff.different", "diff.unknown", "diff.document", "diff.change", "diff.default", "setting of one release", "surface=unknown",
    "doctor.probe", "setting=computed", "setting=allowed", "setting=bounds", "setting=default", "setting=until", "history",
}


def lay_out(situation: Situation, root: Path) -> None:
    (root / "work").mkdir()
    home = root / "home" / ".prefect"
    home.mkdir(parents=True)
    target = home / "profiles.toml"
    if situation.profiles is DIRECTORY:
        target.mkdir()
    elif situation.profiles:
        target.write_bytes(situation.profiles if isinstance(situation.profiles, bytes) else situation.profiles.encode())
    for name, content in situation.files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, int):
            with path.open("wb") as file:
                file.truncate(content)
        else:
            path.write_text(content, encoding="utf-8")


def no_key_twice(pairs):
    keys = [key for key, _ in pairs]
    if len(keys) != len(set(keys)):
        raise ValueError(f"a key twice: {sorted(key for key in set(keys) if keys.count(key) > 1)}")
    return dict(pairs)


def no_constant(name):
    raise ValueError(f"{name} is no JSON")


def read(text: bytes):
    return json.loads(text.decode("utf-8"), object_pairs_hook=no_key_twice, parse_constant=no_constant)


def runs_of(situation: Situation):
    """The commands of one situation: name of the schema, arguments, whether secrets may be shown."""
    for secrets in ((), ("--show-secrets",)):
        yield "view", ("view", *secrets), bool(secrets)
        yield "view", ("view", "--show-defaults", *secrets), bool(secrets)
        for name in situation.why:
            yield "why", ("why", name, *secrets), bool(secrets)
        yield "explain", ("explain", *secrets), bool(secrets)
        # Findings show no secret, whatever is asked for.
        yield "doctor", ("doctor", "--fail-on", "never", *secrets), False
        yield "lint", ("lint", "--fail-on", "never", *secrets), False
        if situation.probe:
            yield "doctor", ("doctor", "--probe", "--pool", "p", "--timeout", "5", "--fail-on", "never", *secrets), False
        yield "diff", ("diff", "--prefect-version", "3.0.0..3.8.8", *secrets), bool(secrets)
        if situation.status == 0 and isinstance(situation.profiles, str) and "[profiles.p]" in situation.profiles:
            yield "profile-ls", ("profile", "ls", *secrets), False
            yield "profile-inspect", ("profile", "inspect", "p", *secrets), bool(secrets)
        if "--profile" in situation.args or "--command" in situation.args:
            continue
        yield "diff", ("diff", "p", "local", *secrets), bool(secrets)
        yield "diff", ("diff", SAVED, "p", *secrets), bool(secrets)
        yield "diff", ("diff", SAVED, MASKED, *secrets), bool(secrets)
    yield "view", ("view", "--hide-sources"), False


def note_seen_diff(document: dict, add) -> None:
    add("diff." + document["sides"], True)
    add("diff.document", document["a"]["kind"] == "document")
    for setting in document["settings"]:
        sides = [setting["a"], setting["b"]]
        add("setting of one release", None in sides)
        add("diff.default", None not in sides and all(side["source"] == "defaults" for side in sides))
    for surface in document["surfaces"]:
        add("surface=unknown", surface["sent"] == "unknown")
    for credential in document["credentials"]:
        add("diff.change", credential["changes"])


def note_seen_table(document: dict, add) -> None:
    add("history", len(document.get("history", ())) > 1)
    for row in [*document.get("settings", ()), *document.get("history", ())]:
        add("setting=computed", row["computed"] and row["computed"]["from"])
        add("setting=allowed", row["allowed"])
        add("setting=bounds", row["bounds"]["ge"] is not None)
        add("setting=default", row["default"] not in (None, "", []))
        add("setting=until", row["until"])


def note_seen(command: str, document: dict, seen: set) -> None:
    """Which of WANTED this document shows."""
    def add(what: str, shown) -> None:
        if shown:
            seen.add(what)

    if command == "diff":
        note_seen_diff(document, add)
        return
    if command.startswith(("profile", "describe", "lint")):
        return
    if command in ("rules", "rule", "rules-search", "settings", "setting"):
        note_seen_table(document, add)
        return
    settings = document.get("settings", []) + ([document["setting"]] if "setting" in document else [])
    for setting in settings:
        add("setting.merged", "merged" in setting)
        add("setting.keys", "keys" in setting)
        add("setting.prefect_view", setting.get("prefect_view"))
        add("prefect_view=null", "prefect_view" in setting and setting["prefect_view"] is None)
        add("origin=null", setting["origin"] is None)
        add("origin.profile", setting["origin"] and "profile" in setting["origin"])
        add("derivation", setting.get("derivation"))
        for key in ("rejected", "shadowed", "derived_from"):
            add(key, setting[key])
    for finding in document["findings"]:
        add("finding.related", finding["related"])
        add("finding.line", finding["line"])
    for surface in document.get("surfaces", []):
        add("surface=" + surface["outcome"], True)
        add("rule=null", surface["rule"] is None)
        add("first_message", surface["first_message"])
        add("token=null", surface["first_message"] and surface["first_message"]["token"] is None)
    for credential in document.get("credentials", []):
        add(credential["id"].split(":")[0], True)
        add("not_used_on", credential["not_used_on"])
    add("doctor.probe", document.get("probe"))
    add("view.ui_url", command == "view" and "ui_url" in document)


class Checker:
    def __init__(self, program: str, schemas: Path):
        self.program = program
        self.folder = schemas
        self.passed = 0
        self.failed = 0
        self.seen = set()
        self.samples = {command: {} for command in COMMANDS}  # one document a situation
        self.schemas = {command: json.loads((schemas / f"{command}.v1.schema.json").read_text("utf-8")) for command in COMMANDS}
        self.validators = {command: Draft202012Validator(schema) for command, schema in self.schemas.items()}

    def say(self, what: str, problems: list) -> None:
        if problems:
            self.failed += 1
            print(f"FAILED {what}\n  " + "\n  ".join(problems[:5]))
        else:
            self.passed += 1

    def check_the_schemas(self) -> None:
        shared = {}
        for command, schema in self.schemas.items():
            problems = []
            try:
                Draft202012Validator.check_schema(schema)
            except Exception as error:  # what it raises differs by release of jsonschema
                problems.append(str(error))
            for name in set(schema.get("$defs", {})) - {"setting"}:
                if shared.setdefault(name, schema["$defs"][name]) != schema["$defs"][name]:
                    problems.append(f"$defs/{name} is not the same as in another schema")
            self.say(f"schema {command}", problems)

    def problems_of(self, command: str, document) -> list:
        errors = sorted(self.validators[command].iter_errors(document), key=lambda error: [str(part) for part in error.absolute_path])
        return [f"{error.json_path}: {error.message[:300]}" for error in errors]

    def check_run(self, situation: Situation, root: Path, command: str, arguments: tuple, show: bool) -> None:
        # A command that is for programs prints nothing but JSON.
        words = [*situation.args, *arguments, *(() if command == "describe" else ("-o", "json"))]
        env = {"PATH": "/usr/bin:/bin", "HOME": str(root / "home"), **situation.env}
        result = subprocess.run([self.program, *words], env=env, cwd=root / "work", capture_output=True, timeout=60, check=False)
        problems = []
        # What differs is a negative answer too.
        statuses = (0, 1) if command == "diff" and situation.status != 3 else (situation.status,)
        if command == "lint":  # what cannot be loaded is one more finding
            statuses = (0,)
        if result.returncode not in statuses:
            problems.append(f"exit status {result.returncode}, expected {situation.status}")
        if not show and CANARY.encode() in result.stdout + result.stderr:
            problems.append("a secret is shown")
        try:
            document = read(result.stdout)
        except ValueError as error:
            document = None
            problems.append(f"not JSON: {error}")
        if document is not None:
            invalid = self.problems_of(command, document)
            problems += invalid
            if document.get("schema") != f"prefect-config/{command}/v1":
                problems.append("`schema` is another document's")
            if "loads" in document and command != "diff" and document.get("loads") != (situation.status == 0):
                problems.append(f"loads is {document.get('loads')} where the exit status is {situation.status}")
            if not invalid:
                note_seen(command, document, self.seen)
                self.samples[command].setdefault(situation.name, document)
        self.say(f"{situation.name}: {' '.join(words)}", problems)

    def save_explanation(self, situation: Situation, root: Path) -> None:
        """What `diff` compares with, made as people make it."""
        words = [self.program, *situation.args, "explain", "--quiet", "--output", "json"]
        env = {"PATH": "/usr/bin:/bin", "HOME": str(root / "home"), **situation.env}
        for name, secrets in ((SAVED, "--show-secrets"), (MASKED, "--hide-secrets")):
            with (root / "work" / name).open("wb") as file:
                if name == MASKED:  # without a home of its own the program has no key for fingerprints
                    words += ["--home", env.pop("HOME")]
                subprocess.run([*words, secrets], env=env, cwd=root / "work", stdout=file, timeout=60, check=False)

    def check_situation(self, situation: Situation) -> None:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            lay_out(situation, root)
            self.save_explanation(situation, root)
            for command, arguments, show in runs_of(situation):
                self.check_run(situation, root, command, arguments, show)

    def check_tables(self) -> None:
        for situation in TABLES:
            with tempfile.TemporaryDirectory() as folder:
                lay_out(situation, Path(folder))
                for command, arguments in TABLE_RUNS:
                    self.check_run(situation, Path(folder), command, arguments, False)

    def check_env(self) -> None:
        """Variables, by their names: a document that is made by no table of ours."""
        schema = json.loads((self.folder / "env.v1.schema.json").read_text("utf-8"))
        Draft202012Validator.check_schema(schema)
        validator = Draft202012Validator(schema)
        for situation in SITUATIONS:
            # Whoever asks for variables does not want those of another profile.
            if situation.status or situation.name == "unknown profile" or "--profile" in situation.args or "--command" in situation.args:
                continue
            with tempfile.TemporaryDirectory() as folder:
                root = Path(folder)
                lay_out(situation, root)
                env = {"PATH": "/usr/bin:/bin", "HOME": str(root / "home"), **situation.env}
                words = [self.program, *situation.args, "env", "-f", "json", "--show-secrets"]
                result = subprocess.run(words, env=env, cwd=root / "work", capture_output=True, timeout=60, check=False)
                try:
                    document = read(result.stdout)
                    problems = [error.message for error in validator.iter_errors(document)]
                    problems += [f"found valid: {bad}" for bad in ({**document, "X": 1}, {**document, "a b": ""}, [document]) if validator.is_valid(bad)]
                except ValueError as error:
                    problems = [f"exit status {result.returncode}: {error}: {result.stderr[:200]}"]
                self.say(f"{situation.name}: env -f json", problems)

    def check_every_output(self) -> None:
        """No command prints JSON that nothing here tries."""
        described = self.samples["describe"].get(TABLES[0].name)
        problems = [] if described else ["no description"]
        for command in (described or {"commands": []})["commands"]:
            has = any("json" in option["choices"] or "json" in option["help"] for option in command["options"] if {"--output", "--format"} & set(option["names"]))
            if has and command["name"] not in DOCUMENTS_OF:
                problems.append(f"{command['name']} prints JSON, and DOCUMENTS_OF does not know it")
            if not has and command["name"] in DOCUMENTS_OF:
                problems.append(f"{command['name']} prints no JSON, and DOCUMENTS_OF says so")
        tried = {name for names in DOCUMENTS_OF.values() for name in names} | {"describe"}
        problems += [f"{name} is a document of no command" for name in COMMANDS if name not in tried]
        there = {path.name.split(".")[0] for path in self.folder.glob("*.schema.json")} - {OF_THE_FLEET}
        problems += [f"no schema of {name}" for name in sorted(tried - there)] + [f"nothing tries the schema of {name}" for name in sorted(there - tried)]
        self.say("every output in JSON has its schema", problems)

    def check_the_check(self) -> None:
        """Every tampered document must be found invalid."""
        for command in COMMANDS:
            problems = [] if self.samples[command] else ["no document to tamper with"]
            tampered = 0
            for document in self.samples[command].values():
                for what, bad in tamperings(document):
                    tampered += 1
                    if self.validators[command].is_valid(bad):
                        problems.append(f"found valid: {what}")
            self.say(f"self-check {command}: {tampered} tampered documents", problems)
        self.say("every part of the schemas was tried", [f"never seen: {part}" for part in sorted(WANTED - self.seen)])


OPTIONAL = {"keys", "laid_over", "merged", "prefect_view", "source", "ui_url"}
#: What may hold anything, and what may be any number.
ANYTHING = {"typed_value", "default"}
NUMBERS = {"ge", "gt", "le", "lt"}


def places(value, path=()):
    """The path of every object, but not inside of what may hold anything."""
    if isinstance(value, dict):
        yield path
        for key, child in value.items():
            if key not in ANYTHING:
                yield from places(child, (*path, key))
    elif isinstance(value, list):
        # The first and the last stand for all.
        for index in sorted({0, len(value) - 1}) if value else ():
            yield from places(value[index], (*path, index))


def tamperings(document: dict):
    for path in places(document):
        def changed(change, path=path):
            result = copy.deepcopy(document)
            target = result
            for part in path:
                target = target[part]
            change(target)
            return result

        original = document
        for part in path:
            original = original[part]
        name = "/".join(str(part) for part in path) or "the document"
        yield f"a key that is not known in {name}", changed(lambda target: target.update(surprise=1))
        for key in original:
            if key not in OPTIONAL:
                yield f"{key} taken from {name}", changed(lambda target, key=key: target.pop(key))
            if key not in ANYTHING | NUMBERS:
                yield f"{key} of {name} with a value of another type", changed(lambda target, key=key: target.update({key: 1.5}))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--schemas", type=Path, default=Path(__file__).resolve().parents[2] / "docs" / "schema")
    options = parser.parse_args()
    program = os.path.abspath(options.program)
    if not os.access(program, os.X_OK):
        sys.exit(f"check_schemas.py: {options.program} is no program")

    checker = Checker(program, options.schemas)
    checker.check_the_schemas()
    for situation in SITUATIONS:
        checker.check_situation(situation)
    checker.check_tables()
    checker.check_env()
    checker.check_every_output()
    checker.check_the_check()
    print(f"{checker.passed} passed, {checker.failed} failed")
    return 1 if checker.failed else 0


if __name__ == "__main__":
    sys.exit(main())
