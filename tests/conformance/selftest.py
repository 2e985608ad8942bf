"""Shows that replay.py passes what is right and fails what is wrong. No Prefect, no program.

    python selftest.py

A fake program answers from the recordings (fake_program.py): rightly, for one situation of each
kind, and then with one fault at a time, each of which must be noticed; also where the answer due
is that of the version that stands for another.
"""

from __future__ import annotations

import pathlib
import subprocess
import sys
import tempfile

import recording
from comparison import starts
from fake_program import FAULTS
from situation import HERE, VERSIONS, load

LOADING = "both-cloud-active"
REFUSED = "bad-bool-env"
#: Faults a refused start can show; the others need values or a text.
IN_REFUSAL = ("loads-turned", "wrong-exit", "no-json", "killed", "changes-a-file")
#: Answers LOADING and REFUSED as its stand-in does, so neither is in its file.
STOOD_FOR = "3.1.15"
IN_VALUES = ("wrong-value", "missing-path", "wrong-profile", "wrong-profiles-path", "wrong-loader-path", "loads-turned")


def replay(name: str, fault: str | None, folder: str, versions=VERSIONS):
    program = pathlib.Path(folder, f"fake-{name}-{fault}")
    program.write_text(
        f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(HERE)!r})\n"
        f"import fake_program\nsys.exit(fake_program.main({name!r}, {fault!r}))\n"
    )
    program.chmod(0o755)
    return subprocess.run(
        [sys.executable, str(HERE / "replay.py"), "--program", str(program), "--only", name, "--versions", *versions],
        capture_output=True,
        text=True,
    )


def main() -> int:
    recorded = recording.read("3.8.8")
    situations = {s.name: s for s in load()}
    refused = [n for n in recorded if n in situations and not starts(recorded[n], situations[n])]
    deviating = [n for n, s in situations.items() if s.deviation]
    right = [LOADING, "called-p", "no-files", "no-home-variable", "flag-unknown", *refused[::9], *deviating]
    wrong = []
    with tempfile.TemporaryDirectory(prefix="conf-self-") as folder:
        for name in dict.fromkeys(right):
            done = replay(name, None, folder)
            if done.returncode != 0 or "replay: 2 passed, 0 failed" not in done.stdout:
                wrong.append(f"{name}: the right answer failed\n{done.stdout}{done.stderr}")
        for name, faults in ((LOADING, FAULTS), (REFUSED, IN_REFUSAL)):
            for fault in faults:
                done = replay(name, fault, folder)
                if done.returncode != 1 or "FAIL " not in done.stdout:
                    wrong.append(f"{name}: {fault} was not noticed\n{done.stdout}{done.stderr}")
        own = recording.read(STOOD_FOR)
        for name, faults in ((LOADING, (None, *IN_VALUES)), (REFUSED, (None, *IN_REFUSAL))):
            for fault in faults:
                done = replay(name, fault, folder, [STOOD_FOR])
                asked = f"replay: {int(not fault)} passed, {int(bool(fault))} failed" in done.stdout
                if name in own or not asked:
                    wrong.append(f"{STOOD_FOR} {name}: {fault or 'the right answer'} was misjudged\n{done.stdout}{done.stderr}")
    stood_for = 2 + len(IN_VALUES) + len(IN_REFUSAL)
    for text in wrong:
        print(f"FAIL {text}".rstrip())
    cases = len(dict.fromkeys(right)) + len(FAULTS) + len(IN_REFUSAL) + stood_for
    print(f"selftest: {cases - len(wrong)} passed, {len(wrong)} failed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
