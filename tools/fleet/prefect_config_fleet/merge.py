"""Results become one report. Pure: no file, no clock, no order of arrival.

`join` is how two results of one item become one: commutative, associative, idempotent, so that a
task that ran twice and folders that are put together change nothing. `report_of` counts each item
once, whatever comes in whichever order.

What it is not: `lint --merge`, which puts parts of one folder together. Files of different
repositories have the same names, and credentials are compared across them here.
"""

from __future__ import annotations

import heapq
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable

SCHEMA = "prefect-config/fleet/v1"
SEVERITIES = ("error", "warning", "info")
RANK = {severity: rank for rank, severity in enumerate(SEVERITIES)}


# A result may hold what a damaged or a foreign file said: what is of another form is passed over.
CODE = re.compile(r"PC[0-9]{3}")
FINGERPRINT = re.compile(r"[a-z2-7]{3}\.[a-z2-7]{8}")


def _rank(result: dict) -> tuple:
    return (_report(result) is not None, result.get("stale") is not True, json.dumps(result, sort_keys=True))


def join(one: dict | None, other: dict | None) -> dict | None:
    """Of two results of one item the one that says more; of equals always the same one."""
    if one is None or other is None:
        return other if one is None else one
    return max(one, other, key=_rank)


def join_all(results: Iterable[dict]) -> dict[str, dict]:
    joined: dict[str, dict] = {}
    for result in results:
        joined[result["id"]] = join(joined.get(result["id"]), result)
    return joined


def _report(result: dict) -> dict | None:
    report = result.get("report")
    return report if isinstance(report, dict) else None


def _text(value, default: str = "") -> str:
    return value if isinstance(value, str) and value else default


def _of_form(form: re.Pattern, value, default: str = "") -> str:
    return value if isinstance(value, str) and form.fullmatch(value) else default


def _line(value) -> int | None:
    return value if type(value) is int and value > 0 else None


def _count(value, default: int = 0) -> int:
    return value if type(value) is int and value >= 0 else default


def _texts(value) -> list[str]:
    return [one for one in value if _text(one)] if isinstance(value, list) else []


def _mapping(value) -> dict:
    return value if isinstance(value, dict) else {}


def _mappings(result: dict, key: str) -> list[dict]:
    value = (_report(result) or {}).get(key)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _name(result: dict) -> str:
    return _text(result.get("name"), "?")


def _findings(result: dict) -> Iterable[dict]:
    for finding in _mappings(result, "findings"):
        severity = _text(finding.get("severity"))
        yield {
            "item": _name(result),
            "item_id": result["id"],
            "code": _of_form(CODE, finding.get("code"), "PC000"),
            "severity": severity if severity in RANK else "info",
            "message": _text(finding.get("message"), "?"),
            "file": _text(finding.get("file")),
            "line": _line(finding.get("line")),
            "launch": _text(finding.get("launch")) or None,
        }


class _Credentials:
    """Each credential once, with its places: one a file and line of an item, with all its launches."""

    def __init__(self):
        self._all: dict[str, dict] = {}

    def add(self, result: dict) -> None:
        is_in_files = result["kind"] == "repository"
        for one in _mappings(result, "credentials"):
            fingerprint = _of_form(FINGERPRINT, one.get("fingerprint"))
            if not fingerprint:
                continue
            origin = one if is_in_files else _mapping(one.get("origin"))
            entry = self._all.setdefault(fingerprint, {"ids": set(), "places": {}})
            entry["ids"].add(_text(one.get("id"), "?"))
            where = (result["id"], _text(origin.get("file")), _line(origin.get("line")) or 0)
            place = entry["places"].setdefault(where, {"item": _name(result), "kind": result["kind"],
                                                       "launches": set(), "used_on": set()})
            launch = _text(one.get("launch")) if is_in_files else _name(result)
            if launch:
                place["launches"].add(launch)
            place["used_on"].update(_texts(one.get("used_on")))

    def rotation(self) -> list[dict]:
        """What to change first: what lies in files, then what is in most places."""
        return sorted((self._row(*entry) for entry in self._all.items()), key=lambda row: (
            -row["in_files"], -len(row["places"]), row["fingerprint"]))

    @staticmethod
    def _row(fingerprint: str, entry: dict) -> dict:
        places = [
            {"item": place["item"], "item_id": where[0], "kind": place["kind"], "file": where[1],
             "line": where[2] or None, "launches": sorted(place["launches"]), "used_on": sorted(place["used_on"])}
            for where, place in entry["places"].items()
        ]
        places.sort(key=lambda place: (RANK_OF_KIND[place["kind"]], place["item"], place["item_id"], place["file"],
                                       place["line"] or 0))
        return {"fingerprint": fingerprint, "ids": sorted(entry["ids"]),
                "in_files": sum(place["kind"] == "repository" for place in places),
                "items": len({place["item_id"] for place in places}),
                "used_on": sorted({surface for place in places for surface in place["used_on"]}),
                "places": places}


RANK_OF_KIND = {"repository": 0, "launch": 1}


def _item_row(result: dict) -> dict:
    counts = Counter(finding["severity"] for finding in _findings(result))
    report = _report(result) or {}
    summary = _mapping(report.get("summary"))
    prints = {_of_form(FINGERPRINT, one.get("fingerprint")) for one in _mappings(result, "credentials")} - {""}
    return {"id": result["id"], "kind": result["kind"], "name": _name(result), "source": _text(result.get("source")),
            "commit": _text(result.get("commit")) or None, "stale": _stale(result), "errors": counts["error"],
            "warnings": counts["warning"], "notes": counts["info"], "credentials": len(prints),
            "files": _count(summary.get("files")),
            "launches": _count(summary.get("launches"), 0 if result["kind"] == "repository" else 1),
            "target": _text(report.get("target")) or None}


def _stale(result: dict) -> str | None:
    """Why this is what an earlier run found; nothing where it is what is there now."""
    return _text(result.get("reason"), "no reason given") if result.get("stale") is True else None


def report_of(results: Callable[[], Iterable[dict]] | Iterable[dict], most_findings: int = 10_000) -> dict:
    """The report. `results` gives each item once; a function that gives them anew is called twice, so
    that memory holds the worst findings and the credentials, and not all that was ever said."""
    if not callable(results):
        kept = list(join_all(results).values())
        return report_of(lambda: kept, most_findings)
    rules: dict[tuple, dict] = {}
    credentials = _Credentials()
    rows, missing, keys = [], [], set()
    for result in results():
        if _report(result) is None:
            missing.append({"id": result["id"], "kind": result["kind"], "name": _name(result),
                            "source": _text(result.get("source")), "reason": _text(result.get("reason"), "no reason given")})
            continue
        rows.append(_item_row(result))
        credentials.add(result)
        _count_rules(rules, result)
    rotation = credentials.rotation()
    keys = sorted({row["fingerprint"].partition(".")[0] for row in rotation})
    counts = Counter()
    for (severity, _), rule in rules.items():
        counts[severity] += rule["findings"]
    total = sum(counts.values())
    worst = _worst(results, rules, most_findings)
    return {
        "schema": SCHEMA,
        "summary": _summary(rows, missing, counts, total, rotation),
        "fingerprint_keys": keys,
        "rotation": rotation,
        "rules": _rule_rows(rules),
        "findings": worst,
        "findings_left_out": total - len(worst),
        "items": sorted(rows, key=lambda row: (-row["errors"], -row["warnings"], -row["notes"], row["name"], row["id"])),
        "not_looked_at": sorted(missing, key=lambda row: (row["reason"], row["name"], row["id"])),
    }


def _count_rules(rules: dict, result: dict) -> None:
    seen = set()
    for finding in _findings(result):
        key = (finding["severity"], finding["code"])
        rule = rules.setdefault(key, {"findings": 0, "items": 0})
        rule["findings"] += 1
        rule["items"] += key not in seen
        seen.add(key)


def _rule_rows(rules: dict) -> list[dict]:
    rows = [{"code": code, "severity": severity, **counts} for (severity, code), counts in rules.items()]
    return sorted(rows, key=lambda row: (RANK[row["severity"]], -row["findings"], row["code"]))


def _worst(results, rules: dict, most: int) -> list[dict]:
    """Errors first; of one severity the rule that is broken most often; then by place."""

    def order(finding: dict) -> tuple:
        key = (finding["severity"], finding["code"])
        return (RANK[finding["severity"]], -rules[key]["findings"], finding["code"], finding["item"],
                finding["item_id"], finding["file"], finding["line"] or 0, finding["message"])

    return heapq.nsmallest(most, (finding for result in results() for finding in _findings(result)), key=order)


def _summary(rows, missing, counts, total, rotation) -> dict:
    return {
        "items": len(rows) + len(missing),
        "repositories": sum(row["kind"] == "repository" for row in rows),
        "launches": sum(row["kind"] == "launch" for row in rows),
        "not_looked_at": len(missing),
        "of_an_earlier_run": sum(row["stale"] is not None for row in rows),
        "files": sum(row["files"] for row in rows),
        "launches_in_files": sum(row["launches"] for row in rows if row["kind"] == "repository"),
        "findings": total,
        "errors": counts["error"],
        "warnings": counts["warning"],
        "notes": counts["info"],
        "credentials": len(rotation),
        "credentials_in_files": sum(row["in_files"] > 0 for row in rotation),
    }
