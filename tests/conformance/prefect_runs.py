"""Runs one situation through a real Prefect, in fresh processes or through oracle.py --serve."""

from __future__ import annotations

import json
import pathlib
import re
import subprocess

from oracle import no_secrets
from situation import ANY_ORDER, HERE, Layout, Situation, views_for

TIMEOUT = 120


class Prefect:
    """One Prefect environment (a virtual environment's folder)."""

    def __init__(self, folder: str, version: str):
        self.version = version
        self.python = str(pathlib.Path(folder).absolute() / "bin" / "python")
        self.script = str(pathlib.Path(folder).absolute() / "bin" / "prefect")
        asked = "import importlib.metadata as m, prefect; print(m.version('prefect')); print(list(prefect.__path__)[0])"
        said = subprocess.run(
            [self.python, "-c", asked],
            capture_output=True,
            text=True,
            env={"HOME": "/nonexistent", "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
        )
        if said.returncode != 0:
            raise SystemExit(f"{folder} holds no Prefect that starts: {said.stderr.strip()[-300:]}")
        found, self.package = said.stdout.split("\n")[:2]
        if found != version:
            raise SystemExit(f"{folder} holds Prefect {found}, not {version}")
        self.server: subprocess.Popen | None = None

    # ---- both ways give the same entry

    def entry(self, situation: Situation, views=None, fresh=True, values_only=False) -> dict | None:
        """What Prefect makes of the situation, machine paths stripped; None if it cannot be laid out here.

        ``values_only``: where the settings do not load, a forked child's word for it is enough.
        """
        views = list(views_for(self.version) if views is None else views)
        with Layout(situation) as layout:
            if not layout.modes_are_obeyed:
                return None
            if fresh or situation.fresh or situation.modes:
                raw = self._fresh(situation, layout, views)
            else:
                raw = self._quick(situation, layout, views, values_only)
            return self._clean(raw, layout)

    def _run(self, command: list[str], layout: Layout):
        return subprocess.run(
            [self.python, *command],
            cwd=layout.cwd,
            env=layout.environment,
            preexec_fn=layout.preexec,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIMEOUT,
        )

    def _fresh(self, situation: Situation, layout: Layout, views: list[str]) -> dict:
        module = ["--module"] if situation.module else []
        done = self._run([str(HERE / "oracle.py"), *module, *situation.args], layout)
        if done.returncode != 0:
            raise RuntimeError(f"{situation.name}: oracle.py failed: {done.stderr.decode()[-500:]}")
        raw = json.loads(done.stdout.decode().splitlines()[-1])
        raw["views"] = {}
        for flags in views if raw["loads"] else views[:1]:
            called = ["-m", "prefect"] if situation.module else [self.script]
            done = self._run([*called, *situation.args, "config", "view", *flags.split()], layout)
            raw["views"][flags] = {
                "exit": done.returncode,
                "stdout": done.stdout.decode("utf-8"),
                "stderr": done.stderr.decode("utf-8", "replace"),
            }
        return raw

    def _quick(self, situation: Situation, layout: Layout, views: list[str], values_only: bool) -> dict:
        if self.server is None:
            self.server = subprocess.Popen(
                [self.python, str(HERE / "oracle.py"), "--serve"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={"HOME": "/nonexistent", "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
            )
        job = {
            "environment": list(layout.environment.items()),
            "cwd": layout.cwd,
            "args": situation.args,
            "module": situation.module,
            "views": views,
            "values_only": values_only,
        }
        self.server.stdin.write(json.dumps(job).encode() + b"\n")
        self.server.stdin.flush()
        line = self.server.stdout.readline()
        result = json.loads(line) if line else None
        if result is None:
            raise RuntimeError(f"{situation.name}: oracle.py --serve gave no answer")
        return result

    def _clean(self, raw: dict, layout: Layout) -> dict:
        def strip(value):
            if isinstance(value, str):
                return layout.strip(value).replace(self.package, "{prefect}")
            if isinstance(value, list):
                return [strip(v) for v in value]
            if isinstance(value, dict):
                return {strip(k): strip(v) for k, v in value.items()}
            return value

        raw = strip(raw)
        raw.setdefault("views", {})
        if any(name.startswith("PREFECT_") for name in raw.get("effective", {})):
            raw["effective"] = self._by_path(raw["effective"])
        for path in ANY_ORDER & raw.get("effective", {}).keys():
            if isinstance(raw["effective"][path], list):
                raw["effective"][path].sort(key=str)
        plain = next(iter(raw["views"].values()), {"stderr": "", "exit": 0})
        messages = []
        for line in plain["stderr"].splitlines():
            if found := re.match(r"(?:.*: )?(\w+Warning: .*|WARNING: .*|Unknown profile .*)$", line):
                message = no_secrets(found[1].rstrip())
                if message not in messages:
                    messages.append(message)
        if messages:
            raw["messages"] = messages
        for one in raw["views"].values():
            lines = [line for line in one.pop("stderr").splitlines() if line.strip()]
            if one["exit"] != 0 and lines:
                one["stderr_last"] = no_secrets(lines[-1].strip())
        return raw

    def _by_path(self, by_name: dict) -> dict:
        """The flat settings of 3.0.0 to 3.0.10, each by the path that it has had since 3.0.11."""
        from random_cases import releases

        paths = {s["name"]: path for path, s in releases()[self.version].settings.items()}
        return {paths[name]: value for name, value in by_name.items()}

    def close(self) -> None:
        if self.server is not None:
            self.server.stdin.close()
            self.server.wait(timeout=TIMEOUT)
            self.server = None
