"""A stand-in for prefect-config that answers from the recordings; for selftest.py only.

selftest.py makes small scripts that call ``main(name, fault)``: the situation whose recording to
answer from, and what to do wrong on purpose.
"""

from __future__ import annotations

import json
import os
import pwd
import sys

import recording
from comparison import launched, starts
from situation import load

FAULTS = (
    "wrong-value",
    "bool-as-number",
    "missing-path",
    "extra-path",
    "wrong-profile",
    "wrong-profiles-path",
    "wrong-loader-path",
    "wrong-ui-url",
    "loads-turned",
    "wrong-exit",
    "one-byte-of-text",
    "no-last-newline",
    "no-json",
    "killed",
    "changes-a-file",
)


def main(name: str, fault: str | None) -> int:
    situation = load([name])[0]
    arguments = sys.argv[1:]
    called = launched(situation)
    if arguments[: len(called)] != called:
        return 2
    _, version, command, *flags = arguments[len(called) :]
    assert command == "view"
    entry = recording.answers(version)[name]

    def restored(text: str) -> str:
        text = text.replace("{root}", os.path.dirname(os.getcwd()))
        return text.replace("{account}/", pwd.getpwuid(os.getuid()).pw_dir + "/")

    if fault == "killed":
        os.kill(os.getpid(), 11)
    if fault == "changes-a-file":
        with open("left-behind", "w"):
            pass
    if "json" in flags:
        document = json.loads(restored(json.dumps(answer(entry, situation, flags))))
        break_document(document, fault)
        text = json.dumps(document)
        status = 0 if document["loads"] else 1
        if fault == "no-json":
            text = text[:-1]
    elif starts(entry, situation):
        shown = " ".join(flag for flag in flags if flag not in ("-o", "prefect"))
        text = restored(entry["views"][shown]["stdout"])
        deviation = situation.deviation
        if deviation and not (deviation.unless_secrets and "--show-secrets" in shown):
            for recorded, ours in deviation.replace:
                text = text.replace(recorded, ours)
        if fault == "one-byte-of-text":
            text = text.replace("=", "-", 1)
        if fault == "no-last-newline":
            text = text[:-1]
        status = 0
    else:
        text, status = "", 1
    sys.stdout.write(text)
    return 1 - status if fault == "wrong-exit" else status


def answer(entry: dict, situation, flags: list[str]) -> dict:
    if not starts(entry, situation):
        return {"loads": False, "settings": [], "findings": [{"message": "it does not load"}]}
    document = {
        "loads": True,
        "profile": entry["profile"],
        "profiles_path": entry["profiles_path"],
        "loader_profiles_path": None if entry["loader_profiles_path"] == "{bundled}" else entry["loader_profiles_path"],
        "settings": [],
        "findings": [],
    }
    if url := entry["effective"]["ui_url"]:
        document["ui_url"] = url
        deviation = situation.deviation
        if deviation and deviation.unless_secrets and "--show-secrets" not in flags:
            for recorded, ours in deviation.replace:
                document["ui_url"] = document["ui_url"].replace(recorded, ours)
    if "--show-defaults" in flags:
        document["settings"] = [
            {"path": path, "typed_value": value} for path, value in entry["effective"].items()
        ]
    return document


def break_document(document: dict, fault: str | None) -> None:
    rows = {row["path"]: row for row in document["settings"]}
    if fault == "wrong-value" and rows:
        rows["client.max_retries"]["typed_value"] = 4711
    if fault == "bool-as-number" and rows:
        rows["debug_mode"]["typed_value"] = int(rows["debug_mode"]["typed_value"])
    if fault == "missing-path":
        document["settings"] = document["settings"][:-1]
    if fault == "extra-path" and rows:
        document["settings"].append({"path": "api.urll", "typed_value": None})
    if fault == "wrong-profile":
        document["profile"] = "somebody"
    if fault == "wrong-profiles-path":
        document["profiles_path"] = "/else/where"
    if fault == "wrong-loader-path":
        document["loader_profiles_path"] = "/else/where"
    if fault == "wrong-ui-url":
        document["ui_url"] = "http://else.where"
    if fault == "loads-turned":
        document["loads"] = not document["loads"]
