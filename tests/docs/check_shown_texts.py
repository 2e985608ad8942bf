#!/usr/bin/env python3
"""Looks for every text that the pages PC4xx say Prefect shows in what real Prefect was recorded to show.

usage: check_shown_texts.py [RECORDINGS]

A text is a line of a fenced block below "What Prefect itself shows"; `…` in it stands for any text. RECORDINGS is
tests/probe/symptoms.json: a list of runs, each with the lines that it `said`. KNOWN holds the texts that were seen
otherwise. Exit status 1 where a text was never seen, or KNOWN has one that no page has; 77 without RECORDINGS.
"""

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEADING = "## What Prefect itself shows"
BLOCK = re.compile(r"^```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SKIPPED = 77

#: Seen in other runs of real Prefect, and where.
KNOWN = {
    "Unable to connect to the events WebSocket (… HTTP 404) … Upgrade the Prefect client to >=3.6.14 to restore event support":
        "a worker of 3.8.8 as it starts, behind nginx without Upgrade; of a run the recordings keep the last lines",
    "RuntimeError: Found incompatible versions: client: …, server: …. Major versions must match.":
        "a client of 3.9.0 that a server answered as 2.20.3",
    "Unable to connect to 'ws://…/api/events/in'. … Reason: Unable to authenticate to the event stream. … Reason: Invalid token. Set PREFECT_DEBUG_MODE=1 to see the full error.":
        "get_events_client of 3.9.1, at a server that answers to the version and closes the WebSocket with 1008 Invalid token",
}


def texts_of(page: str) -> list:
    """The texts of a page."""
    return [line for block in BLOCK.findall(page.partition(HEADING)[2]) for line in block.splitlines()]


def pattern_of(text: str) -> re.Pattern:
    return re.compile(".*".join(re.escape(part) for part in text.split("…")))


def main() -> int:
    recordings = Path(sys.argv[1]) if sys.argv[1:] else ROOT / "tests" / "probe" / "symptoms.json"
    if not recordings.exists():
        print(f"{recordings.name} is not there")
        return SKIPPED
    said = "\n".join(line for run in json.loads(recordings.read_text(encoding="utf-8")) for line in run["said"])
    # 3.4.19 breaks a line that later releases join.
    said += "\n" + said.replace("\nResponse: ", " - Response: ").replace("\nFor more information", " - For more information")
    found = unknown = 0
    seen = set()
    for path in sorted((ROOT / "docs" / "rules").glob("PC4*.md")):
        for text in texts_of(path.read_text(encoding="utf-8")):
            seen.add(text)
            if text in KNOWN or pattern_of(text).search(said):
                found += 1
            else:
                unknown += 1
                print(f"FAIL {path.name}: never seen: {text}")
    for text in KNOWN.keys() - seen:
        unknown += 1
        print(f"FAIL KNOWN: no page has: {text}")
    print(f"{found} texts seen, {unknown} failed")
    return 1 if unknown or not found else 0


if __name__ == "__main__":
    sys.exit(main())
