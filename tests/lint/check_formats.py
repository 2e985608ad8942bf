#!/usr/bin/env python3
"""Reads every format of `lint` back, as the systems do that it is written for.

usage: check_formats.py --program PATH/TO/prefect-config [PATH...]
       check_formats.py --file FORMAT=PATH...

With --program, `PROGRAM lint -o FORMAT PATH...` is run for each format; without a PATH over a folder made
here, whose names and values are hostile. With --file, outputs that are there already are read.

Checked: JSON against docs/schema/lint.v1.schema.json; SARIF against the schema of SARIF 2.1.0, and the
references inside it; JUnit as XML, and its counts; GitLab by the fields that it documents; GitHub line by
line by the grammar of workflow commands; text by its summary. In all of them: nothing that a terminal, a page
or a CI system would obey, no secret, and as many findings in one format as in another.

Then the checks themselves are checked: each is given outputs with one planted mistake, and must see it.

Needs the Python package jsonschema 4 (Debian: python3-jsonschema).
"""

import argparse
import copy
import json
import os
import re
import subprocess
import sys
import tempfile
import unicodedata
import xml.etree.ElementTree as ElementTree
from pathlib import Path

try:
    from jsonschema import Draft4Validator, Draft202012Validator
except ImportError:
    # The interpreter that runs the tests need not be the one that Debian's packages belong to.
    DEBIAN_PYTHON = "/usr/bin/python3"
    if "CHECK_FORMATS_AGAIN" not in os.environ and os.access(DEBIAN_PYTHON, os.X_OK):
        os.environ["CHECK_FORMATS_AGAIN"] = "1"
        os.execv(DEBIAN_PYTHON, [DEBIAN_PYTHON, *sys.argv])
    sys.exit("check_formats.py: the Python package jsonschema (4.0 or later) is missing; on Debian: apt-get install python3-jsonschema")

HERE = Path(__file__).resolve().parent
LINT_SCHEMA = HERE.parents[1] / "docs" / "schema" / "lint.v1.schema.json"
SARIF_SCHEMA = HERE / "sarif-2.1.0.schema.json"
# Every secret of the made folder holds this text.
CANARY = "TESTsecret"


class Wrong(Exception):
    """What is wrong with an output."""


def need(condition, what) -> None:
    if not condition:
        raise Wrong(str(what)[:400])


def no_key_twice(pairs):
    keys = [key for key, _ in pairs]
    need(len(keys) == len(set(keys)), f"a key twice among {keys}")
    return dict(pairs)


def read_json(text: str):
    try:
        return json.loads(text, object_pairs_hook=no_key_twice)
    except ValueError as error:
        raise Wrong(f"no JSON: {error}") from error


def need_valid(validator, document) -> None:
    for error in validator.iter_errors(document):
        raise Wrong(f"{error.json_path}: {error.message}")


# --- one function a format: an output in, its findings as (file, line, severity) out ------------------------


def check_json(text: str, validator=[]):
    if not validator:
        schema = json.loads(LINT_SCHEMA.read_text("utf-8"))
        Draft202012Validator.check_schema(schema)
        validator.append(Draft202012Validator(schema))
    document = read_json(text)
    need_valid(validator[0], document)
    findings, summary = document["findings"], document["summary"]
    need(summary["findings"] == len(findings), "summary.findings is not how many there are")
    for severity in ("error", "warning"):
        count = sum(finding["severity"] == severity for finding in findings)
        need(summary[severity + "s"] == count, f"summary.{severity}s is not how many there are")
    for finding in findings:
        positions = [finding[key] for key in ("line", "column", "end_line", "end_column")]
        need(all(positions) or not any(positions), f"a position of which a part is missing: {positions}")
        if finding["line"]:
            need(positions[:2] <= positions[2:], f"a span that ends before it begins: {positions}")
        need(finding["docs"] == f"docs/rules/{finding['code']}.md", "docs is not the page of the code")
        for edit in (finding["fix"] or {"edits": []})["edits"]:
            need(edit["begin"] <= edit["end"], "an edit that ends before it begins")
    return [(finding["line"], finding["severity"]) for finding in findings]


SARIF_LEVELS = {"error": "error", "warning": "warning", "note": "info"}
URI = re.compile(r"(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})+")


def check_artifact(location: dict) -> None:
    uri = location["uri"]
    if "uriBaseId" in location:
        need(location["uriBaseId"] == "%SRCROOT%", f"an unknown base {location['uriBaseId']}")
        need(URI.fullmatch(uri) and not uri.startswith("/"), f"no encoded relative path: {uri}")
    else:
        need(uri.startswith("file:///") and URI.fullmatch(uri[7:]), f"no encoded absolute path: {uri}")


def check_sarif_rule(rule: dict) -> None:
    need(re.fullmatch(r"[A-Z][A-Za-z0-9]+", rule["name"]), f"a name that is not in PascalCase: {rule['name']}")
    for key in ("shortDescription", "fullDescription", "help", "defaultConfiguration"):
        need(rule.get(key), f"no {key} of rule {rule['id']}")
    if "helpUri" in rule:  # GitHub refuses the file otherwise
        need(rule["helpUri"].startswith("https://"), f"no absolute URI: {rule['helpUri']}")


def check_sarif_result(result: dict, rules: list) -> None:
    need(rules[result["ruleIndex"]]["id"] == result["ruleId"], "ruleIndex leads to another rule")
    need(list(result["partialFingerprints"]) == ["prefectConfig/v1"], "no fingerprint of ours")
    need(len(result["locations"]) == 1, "not one location")
    related = result.get("relatedLocations", [])
    need(len({place["id"] for place in related}) == len(related), "related locations with the same id")
    for place in [*result["locations"], *related]:
        check_artifact(place["physicalLocation"]["artifactLocation"])
        need(place["physicalLocation"].get("region") != {}, "an empty region")
    for message in [result["message"], *(place["message"] for place in related if "message" in place)]:
        need("](" not in message["text"], f"a link in a message: {message['text']}")
    for fix in result.get("fixes", []):
        for change in fix["artifactChanges"]:
            check_artifact(change["artifactLocation"])
            for replacement in change["replacements"]:
                need(replacement["deletedRegion"].keys() == {"byteOffset", "byteLength"}, "a region that is not in bytes")


def check_sarif(text: str, validator=[]):
    if not validator:
        validator.append(Draft4Validator(json.loads(SARIF_SCHEMA.read_text("utf-8"))))
    document = read_json(text)
    need_valid(validator[0], document)
    need(len(document["runs"]) == 1, "not one run")
    run = document["runs"][0]
    driver = run["tool"]["driver"]
    need(driver["name"] == "prefect-config" and driver["version"], "no name or version")
    need(run["columnKind"] == "unicodeCodePoints", "columns are counted in another unit")
    need("%SRCROOT%" in run["originalUriBaseIds"], "a base that is not declared")
    for rule in driver["rules"]:
        check_sarif_rule(rule)
    for result in run["results"]:
        check_sarif_result(result, driver["rules"])
    need({rule["id"] for rule in driver["rules"]} == {result["ruleId"] for result in run["results"]}, "rules that do not occur")
    lines = [result["locations"][0]["physicalLocation"].get("region", {}).get("startLine") for result in run["results"]]
    return list(zip(lines, (SARIF_LEVELS[result["level"]] for result in run["results"])))


GITHUB = re.compile(r"::(?P<command>error|warning|notice) (?P<properties>[^:]*?)::(?P<data>.+)")
GITHUB_SEVERITIES = {"error": "error", "warning": "warning", "notice": "info"}


def github_decoded(text: str, escapes: str) -> str:
    need(re.fullmatch(rf"(?:[^%]|%(?:{escapes}))*", text), f"a % that is no escape: {text}")
    return re.sub(r"%([0-9A-F]{2})", lambda match: chr(int(match[1], 16)), text)


def check_github(text: str):
    findings = []
    need(not text or text.endswith("\n"), "no line end at the end")
    for line in text.split("\n")[:-1]:
        match = GITHUB.fullmatch(line)
        need(match, f"no workflow command: {line}")
        pairs = [pair.split("=", 1) for pair in match["properties"].split(",")]
        need(all(len(pair) == 2 and pair[1] for pair in pairs), f"a property without a value: {line}")
        properties = {name: github_decoded(value, "25|0D|0A|3A|2C") for name, value in pairs}
        need(len(properties) == len(pairs), f"a property twice: {line}")
        need(properties.keys() <= {"file", "line", "endLine", "col", "endColumn", "title"}, f"an unknown property: {line}")
        need({"file", "title"} <= properties.keys(), f"no file or no title: {line}")
        need(re.fullmatch(r"PC\d{3}", properties["title"]), f"a title that is no code: {line}")
        for name in properties.keys() - {"file", "title"}:
            need(re.fullmatch(r"[1-9]\d*", properties[name]), f"{name} is no number from 1: {line}")
        github_decoded(match["data"], "25|0D|0A")
        number = properties.get("line")
        findings.append((int(number) if number else None, GITHUB_SEVERITIES[match["command"]]))
    return findings


GITLAB_SEVERITIES = {"critical": "error", "major": "warning", "info": "info"}


def check_gitlab(text: str):
    document = read_json(text)
    need(isinstance(document, list), "no array")
    for entry in document:
        need(entry.keys() == {"description", "check_name", "fingerprint", "severity", "location"}, f"other fields: {list(entry)}")
        need(all(isinstance(entry[key], str) and entry[key] for key in entry.keys() - {"location"}), "a field that is empty or no text")
        need(entry["severity"] in GITLAB_SEVERITIES, f"severity {entry['severity']}")
        location = entry["location"]
        need(isinstance(location["path"], str) and location["path"], "no path")
        need(not location["path"].startswith("./"), "a path that begins with ./ is not found")
        begin = location["lines"]["begin"]
        need(isinstance(begin, int) and begin >= 1, f"line {begin}")
    need(len({entry["fingerprint"] for entry in document}) == len(document), "a fingerprint twice")
    # A line is required there: what has none stands at the first one.
    return [(entry["location"]["lines"]["begin"], GITLAB_SEVERITIES[entry["severity"]]) for entry in document]


def check_junit(text: str):
    try:
        root = ElementTree.fromstring(text.encode("utf-8"))
    except ElementTree.ParseError as error:
        raise Wrong(f"no XML: {error}") from error
    need(root.tag == "testsuites" and [child.tag for child in root] == ["testsuite"], "no testsuites with one testsuite")
    cases = list(root[0])
    need(cases, "no test case: CI systems call that an error")
    findings = []
    for case in cases:
        need(case.tag == "testcase" and case.attrib.keys() == {"classname", "name"}, f"no test case: {case.tag}")
        name = re.fullmatch(r"PC\d{3}(?: line ([1-9]\d*))?", case.get("name"))
        if not name:
            need(len(cases) == 1 and not list(case) and case.get("name") == "lint", f"an unknown test case {case.get('name')}")
            continue
        need([child.tag for child in case] in (["failure"], ["system-out"]), "not one outcome")
        outcome = case[0]
        need(not list(outcome) and outcome.text, "no text, or elements in it")
        if outcome.tag == "failure":
            need(outcome.get("type") in ("error", "warning") and outcome.get("message"), "no type or no message of a failure")
        findings.append((int(name[1]) if name[1] else None, outcome.get("type", "info")))
    for suite in (root, root[0]):
        need(suite.get("tests") == str(len(cases)), "tests is not how many there are")
        need(suite.get("failures") == str(len(root.findall(".//failure"))), "failures is not how many there are")
        need(suite.get("errors") == suite.get("skipped") == "0", "errors or skipped")
    return findings


SUMMARY = re.compile(r"(\d+) errors?, (\d+) warnings?, (\d+) notes? in \d+ files? \(\d+ launch(?:es)?\)\n(?:\d+ files? skipped; -v lists (?:it|them)\n)?")


def check_text(text: str):
    *blocks, last = text.split("\n\n")
    summary = SUMMARY.fullmatch(last)
    need(summary, f"no summary at the end: {last}")
    findings = []
    for block in blocks:
        match = re.match(r"(error|warning|info)\[PC\d{3}\]: .+\n(?:  .+\n)*?  --> .+", block)
        need(match, f"no finding: {block}")
        number = re.search(r":(\d+):\d+$", match[0])
        findings.append((int(number[1]) if number else None, match[1]))
    counts = [sum(severity == word for _, severity in findings) for word in ("error", "warning", "info")]
    need(counts == [int(count) for count in summary.groups()], "the summary does not count the findings")
    return findings


CHECKS = {"text": check_text, "json": check_json, "sarif": check_sarif, "github": check_github, "gitlab": check_gitlab, "junit": check_junit}


def check(name: str, data: bytes):
    """The findings of an output; raises Wrong."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Wrong(f"no UTF-8: {error}") from error
    for character in text:
        # Controls, formats (they reorder and hide text), private ones, separators of lines.
        need(character == "\n" or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"), f"the character U+{ord(character):04X}")
    need(CANARY not in text, "a secret")
    if name != "github":
        # `  ::: file` of related places is none: GitHub knows no command `:`.
        need(not re.search(r"##[A-Za-z]*\[|^\s*::(?!: )", text, re.MULTILINE), "a command of a CI system")
    return CHECKS[name](text)


# --- the checks themselves ----------------------------------------------------------------------------------


def planted(name: str, text: str):
    """Outputs with one mistake each, made of a good one."""
    yield "a terminal escape", text.replace("PC", "\x1b[31mPC", 1)
    yield "text in another direction", text.replace("PC", "\u202ePC", 1)
    yield "a secret", text.replace("PC", f"{CANARY} PC", 1)
    yield "the end is missing", text[: len(text) - 3]
    if name != "github":
        yield "a line that is a command", text.replace("\n", "\n::error::x\n", 1)
        yield "a word that is a command", text.replace("PC", "##[error]PC", 1)
    if name in ("json", "sarif", "gitlab"):
        yield from planted_in_json(name, json.loads(text))
    if name == "github":
        yield "a bare percent sign", text.replace("::\n", "", 1)[:-1] + "%\n"
        yield "a line end", text.replace("%0A", "\n", 1)
        yield "an unknown property", text.replace("title=", "name=", 1)
        yield "a property without a value", re.sub("file=[^,]*", "file=", text, 1)
    if name == "junit":
        yield "a wrong count", re.sub('failures="[0-9]+"', 'failures="99"', text, 1)
        yield "an element in a message", re.sub("</failure>|</system-out>", r"<script/>\g<0>", text, 1)
        yield "no outcome", re.sub("(?s)<(failure|system-out).*?</(failure|system-out)>", "", text, 1)


def planted_in_json(name: str, document):
    first = {"json": lambda root: root["findings"][0], "sarif": lambda root: root["runs"][0]["results"][0], "gitlab": lambda root: root[0]}[name]

    def changed(change):
        result = copy.deepcopy(document)
        change(result, first(result))
        return json.dumps(result, indent=2, ensure_ascii=False)

    for key in first(document):
        # SARIF knows results without these.
        if not (name == "sarif" and key in ("relatedLocations", "fixes")):
            yield f"{key} is missing", changed(lambda _, finding, key=key: finding.pop(key))
        yield f"{key} of another type", changed(lambda _, finding, key=key: finding.update({key: 1.5}))
    yield "a key that is not known", changed(lambda _, finding: finding.update(surprise=1))
    if name == "json":
        yield "a wrong count", changed(lambda root, _: root["summary"].update(errors=99))
    if name == "sarif":
        yield "another rule", changed(lambda root, _: root["runs"][0]["tool"]["driver"]["rules"].insert(0, {"id": "PC000"}))
        yield "a link", changed(lambda _, finding: finding["message"].update(text="[x](http://h)"))
        artifact = ("locations", 0, "physicalLocation", "artifactLocation")
        for uri in ("a b", "/a", "a:b", "%ff"):
            def change(_, finding, uri=uri):
                for part in artifact:
                    finding = finding[part]
                finding.update(uri=uri, uriBaseId="%SRCROOT%")
            yield f"the URI {uri}", changed(change)
    if name == "gitlab":
        yield "a fingerprint twice", changed(lambda root, finding: root.append(finding))
        yield "line 0", changed(lambda _, finding: finding["location"]["lines"].update(begin=0))


# --- where outputs come from --------------------------------------------------------------------------------

SAMPLE = {
    ".env": f'export PREFECT_API_URL="http://h:4200/api"\nPREFECT_API_KEY=pnu_{CANARY}000000000000000000000000000\n',
    "compose.yaml": "services:\n  worker:\n    image: prefecthq/prefect:3.8.6-python3.12\n    command: prefect worker start --pool p\n"
    f"    environment:\n      - PREFECT_API_URL='http://localhost:4200/api'\n      - PREFECT_API_KEY=pnu_{CANARY}111111111111111111111111111\n",
    "a\n::error::b,c %0A/\x1b[31m ]]> <script> \u202e [x](http:h)/.env": f"PREFECT_API_AUTH_STRING='admin:{CANARY}'\nPREFECT_API_URL=\n",
    "##[error]x/.env": "PREFECT_API_URL=\"http://h/api\"\n",
}


def make_sample(folder: Path) -> None:
    for name, content in SAMPLE.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    # A name that is no UTF-8.
    (folder / os.fsdecode(b"\xff.env")).write_text('PREFECT_API_URL="http://h/api"\n', encoding="utf-8")


def run(program: str, name: str, paths: list, folder: Path, *options: str) -> bytes:
    env = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "PREFECT_CONFIG_FINGERPRINT_KEY": "TEST-phrase"}
    result = subprocess.run([program, "lint", "-v", "-o", name, *options, *paths], env=env, cwd=folder, capture_output=True, timeout=120, check=False)
    if result.returncode not in (0, 1):
        sys.exit(f"check_formats.py: lint -o {name} ends with {result.returncode}: {result.stderr.decode('utf-8', 'replace')}")
    return result.stdout


def outputs_of(options) -> list:
    if not options.program:
        return [(name, Path(path).read_bytes()) for name, path in (item.split("=", 1) for item in options.file)]
    program = os.path.abspath(options.program)
    if options.paths:
        return [(name, run(program, name, options.paths, Path.cwd())) for name in CHECKS]
    with tempfile.TemporaryDirectory() as folder:
        make_sample(Path(folder))
        with_credentials = ("json", run(program, "json", ["."], Path(folder), "--credentials"))
        return [(name, run(program, name, ["."], Path(folder))) for name in CHECKS] + [with_credentials]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program")
    parser.add_argument("--file", action="append", default=[], metavar="FORMAT=PATH")
    parser.add_argument("paths", nargs="*", metavar="PATH")
    options = parser.parse_args()
    if bool(options.program) == bool(options.file):
        parser.error("give either --program or --file")
    if any(item.split("=", 1)[0] not in CHECKS or "=" not in item for item in options.file):
        parser.error(f"--file takes FORMAT=PATH, FORMAT one of {', '.join(CHECKS)}")

    passed, failures = 0, []
    found = {}
    for name, data in outputs_of(options):
        try:
            found[name] = check(name, data)
            passed += 1
        except (Wrong, KeyError, IndexError, TypeError, AttributeError) as error:
            failures.append(f"{name}: {error!r}")
            continue
        for what, bad in planted(name, data.decode("utf-8")) if found[name] else ():
            try:
                check(name, bad.encode("utf-8"))
                failures.append(f"{name}: not seen: {what}")
            except (Wrong, KeyError, IndexError, TypeError, AttributeError):
                passed += 1
    for name, findings in found.items():
        expected = next(iter(found.values()))
        if name == "gitlab":
            expected = [(line or 1, severity) for line, severity in expected]
        elif next(iter(found)) == "gitlab":
            findings = [(line or 1, severity) for line, severity in findings]
        if findings != expected:
            failures.append(f"{name}: other findings than {next(iter(found))}")
    if options.program and not options.paths and not any(found.values()):
        failures.append("nothing was found in the made folder")
    for failure in failures:
        print(f"FAILED {failure}")
    print(f"{passed} passed, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
