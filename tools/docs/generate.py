#!/usr/bin/env python3
"""Writes the parts of the documentation that are made from the program's own tables; --check only compares.

usage: generate.py --program PATH [--check]

What stands between `<!-- generated: NAME -->` and `<!-- end generated -->` in a page is made here:

  docs/cli.md           commands: the table of commands; options NAME: a command's arguments and options; options: those of
                        every command; statuses. Each command has its part
  docs/credentials.md   rules SURFACE: the rows of the rule table, with the recordings that each stands on (evidence: how many)
  docs/upgrading.md     changes: the releases in which a connection began to send something else
  docs/rules/README.md  rules: every rule, by its code

docs/settings.md is written by tools/registry/generate.py. To add a part: its function in PARTS, its two comments in a page.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
EVIDENCE = ROOT / "tests" / "conformance" / "auth" / "evidence.json"
PART = re.compile(r"(?P<begin><!-- generated: (?P<name>[^>]+?) -->\n)(?P<body>.*?)(?P<end><!-- end generated -->\n)", re.DOTALL)


class Wrong(Exception):
    """What is wrong with a page, for people."""


def cell(text: str) -> str:
    """A text as a cell of a table; `<` would begin a tag."""
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def code(text: str) -> str:
    return "`" + text.replace("|", "\\|") + "`"


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("|" + "|".join(f" {one} " if one != "---" else one for one in line) + "|\n" for line in lines)


@dataclass
class Data:
    """What the program says of itself."""

    line: dict  # the command line
    rules: list  # of findings
    credentials: list
    evidence: dict

    @staticmethod
    def of(program: Path) -> "Data":
        def said(*words: str) -> dict:
            done = subprocess.run([program, *words], capture_output=True, text=True, check=True, timeout=60)
            return json.loads(done.stdout)

        return Data(said("__describe"), said("rules", "-o", "json")["rules"], said("__describe", "credentials")["rules"],
                    json.loads(EVIDENCE.read_text(encoding="utf-8")))

    def command(self, name: str) -> dict:
        for command in self.line["commands"]:
            if command["name"] == name:
                return command
        raise Wrong(f"there is no command `{name}`")


# --- docs/cli.md ---------------------------------------------------------------------------------------------------------


def commands_part(data: Data, _: str) -> str:
    rows = [[f"[`{one['name']}`](#{SECTIONS.get(one['name'], one['name'])})", cell(one["help"])] for one in data.line["commands"]]
    return table(["command", "what it does"], rows)


#: Commands that share a section with another one.
SECTIONS = {"set": "set-and-unset", "unset": "set-and-unset", "env": "env-exec-and-validate", "exec": "env-exec-and-validate",
            "validate": "env-exec-and-validate", "shell-init": "shell-init-prompt", "prompt": "shell-init-prompt"}


def option_rows(part: dict) -> list[list[str]]:
    rows = []
    for one in part.get("arguments", []):
        rows.append([code(one["name"]), explained(one)])
    for one in part.get("options", []):
        value = "|".join(one["choices"]) if one["choices"] and len(one["choices"]) <= 4 else one["value"]
        rows.append([", ".join(code(name) for name in one["names"][:-1]) + (", " if one["names"][1:] else "")
                     + code(f"{one['names'][-1]} {value}"), explained(one)])
    for one in part.get("flags", []):
        opposite = f" ({code(one['opposite'])}: not)" if one["opposite"] else ""
        rows.append([", ".join(map(code, one["names"])) + opposite, cell(one["help"])])
    return rows


def explained(one: dict) -> str:
    more = []
    if len(one["choices"]) > 4:
        more.append("one of " + ", ".join(map(code, one["choices"])))
    if one["repeatable"] and "repeatable" not in one["help"]:
        more.append("repeatable")
    if one["required"]:
        more.append("required")
    return cell(one["help"]) + (f" ({'; '.join(more)})" if more else "")


def options_part(data: Data, name: str) -> str:
    if not name:
        return table(["option", "meaning"], option_rows(data.line))
    rows = option_rows(data.command(name))
    return table([f"`{name}`", "meaning"], rows) if rows else f"`{name}` has no options of its own.\n"


def statuses_part(data: Data, _: str) -> str:
    return table(["status", "meaning"], [[str(one["status"]), cell(one["meaning"])] for one in data.line["exit_statuses"]])


# --- docs/rules/README.md ------------------------------------------------------------------------------------------------


def rules_part(data: Data, surface: str) -> str:
    if surface:
        return credentials_part(data, surface)
    rows = [[f"[{one['code']}]({one['code']}.md)", one["severity"], one["title"].replace("|", "\\|")] for one in data.rules]
    return table(["code", "severity", "title"], rows)


# --- docs/credentials.md -------------------------------------------------------------------------------------------------


def stands_on(data: Data, rule: dict) -> str:
    counts = data.evidence.get(rule["id"], {})
    if not counts:
        raise Wrong(f"no recording reaches the rule {rule['id']}")
    releases = list(counts)
    span = releases[0] if len(releases) == 1 else f"{len(releases)} releases, {releases[0]} to {releases[-1]}"
    return f"{sum(counts.values())} of {span}"


def sends(rule: dict) -> list[str]:
    """Header, first message, custom headers, and what else decides."""
    if rule["absent"]:
        return ["not opened", "", "", cell(rule["absent"])]
    notes = []
    if rule["needs_setting"]:
        what = "refuses" if rule["refuses_without"] else "not opened"
        notes.append(f"{what} unless `{rule['needs_setting']}` is true")
    if rule["needs_key"]:
        notes.append("refuses without a key")
    if rule["subprotocol"]:
        notes.append("subprotocol `prefect`")
    header = code(rule["header"]) if rule["header"] else "none"
    return [header, code(rule["token"]) if rule["token"] else "", rule["custom_headers"], "; ".join(notes)]


def credentials_part(data: Data, surface: str) -> str:
    mine = [rule for rule in data.credentials if rule["surface"] == surface]
    if not mine:
        raise Wrong(f"no rule is about `{surface}`")
    rows = [[rule["target"], rule["versions"], *sends(rule), f"`{rule['id']}`", stands_on(data, rule)] for rule in mine]
    head = ["target", "releases", "`Authorization`", "first message", "custom headers", "besides", "rule", "recorded connections"]
    return table(head, rows)


def evidence_part(data: Data, _: str) -> str:
    releases = {release for counts in data.evidence.values() for release in counts}
    total = sum(sum(counts.values()) for counts in data.evidence.values())
    return f"{len(data.credentials)} rules predict {total:,} connections, recorded of {len(releases)} releases of Prefect.\n"


# --- docs/upgrading.md ---------------------------------------------------------------------------------------------------

#: What of a rule is told where it changes, and its name; nothing of it reads as the second word.
TOLD = {"header": ("`Authorization`", "none"), "token": ("first message", "none"), "custom_headers": ("custom headers", "not sent"),
        "needs_key": ("without a key", "connects"), "needs_setting": ("needs", "nothing")}


def told(rule: dict, key: str) -> str:
    value, nothing = rule[key], TOLD[key][1]
    if key == "needs_key":
        return "refuses" if value else nothing
    return value if key == "custom_headers" else code(value) if value else nothing


def change_between(old: dict, new: dict) -> str:
    if old["absent"] or new["absent"]:
        return f"no more: {new['absent']}" if new["absent"] else "new; " + ", ".join(
            f"{TOLD[key][0]} {told(new, key)}" for key in ("header", "token") if new[key])
    return "; ".join(f"{name}: {told(old, key)} → {told(new, key)}" for key, (name, _) in TOLD.items() if told(old, key) != told(new, key))


def version_of(rule: dict) -> tuple[int, ...]:
    return tuple(map(int, rule["first"].split(".")))


def changes_part(data: Data, _: str) -> str:
    """A row for each rule that follows another one of its connection; the same for both targets is one row."""
    found: dict[tuple, dict[str, str]] = {}
    for old in data.credentials:
        later = [rule for rule in data.credentials if rule["surface"] == old["surface"] and rule["target"] == old["target"]
                 and version_of(rule) > version_of(old)]
        if later:
            new = min(later, key=version_of)
            found.setdefault((version_of(new), new["surface"]), {})[new["target"]] = change_between(old, new)
    rows = []
    for (version, surface), changes in sorted(found.items()):
        one = set(changes.values())
        for target, change in ([("both", one.pop())] if len(changes) == 2 and len(one) == 1 else sorted(changes.items())):
            rows.append([".".join(map(str, version)), f"`{surface}`", target, change or "nothing of these"])
    return table(["since", "connection", "target", "what is sent"], rows)


PARTS = {"changes": changes_part, "commands": commands_part, "options": options_part, "statuses": statuses_part, "rules": rules_part, "evidence": evidence_part}


def wanted(page: str, data: Data) -> str:
    def part(match: re.Match) -> str:
        name, _, what = match["name"].partition(" ")
        if name not in PARTS:
            raise Wrong(f"there is no part `{name}`")
        return f"{match['begin']}\n{PARTS[name](data, what)}\n{match['end']}"

    return PART.sub(part, page)


def missing(data: Data, pages: dict[Path, str]) -> list[str]:
    """Parts that a page has to have, and has not."""
    found = {match["name"] for page in pages.values() for match in PART.finditer(page)}
    needed = {f"options {command['name']}" for command in data.line["commands"]}
    needed |= {f"rules {rule['surface']}" for rule in data.credentials} | {"commands", "options", "rules", "statuses", "evidence", "changes"}
    return sorted(needed - found)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("--check", action="store_true", help="only compare")
    arguments = parser.parse_args()
    data = Data.of(arguments.program.resolve())
    pages = {path: path.read_text(encoding="utf-8") for path in sorted(DOCS.rglob("*.md"))}
    problems = [f"no page has the part `{name}`" for name in missing(data, pages)]
    for path, page in pages.items():
        try:
            made = wanted(page, data)
        except Wrong as error:
            problems.append(f"{path.relative_to(ROOT)}: {error}")
            continue
        if made != page and arguments.check:
            problems.append(f"{path.relative_to(ROOT)} is not as the program's tables say: tools/docs/generate.py writes it")
        elif made != page:
            path.write_text(made, encoding="utf-8")
            print(f"wrote {path.relative_to(ROOT)}")
    for problem in problems:
        print(f"FAIL {problem}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
