"""A fleet for the tests: bare git repositories from a seed, with secrets whose places are known.

What it is not: a corpus. Every file is made up; keys have the form of Prefect Cloud's and begin
with TEST behind `pnu_`, and are drawn here so that no file of this tree holds a whole one.

To add a plant: a method `_plant_NAME` of Repository, and its line in PLANTS.
"""

from __future__ import annotations

import base64
import random
import string
import subprocess
from pathlib import Path

WORDS = "flow task run state block pool queue deploy schedule retry cache result log agent image volume".split()


def key(source: random.Random) -> str:
    # A made-up key is drawn, since one of few or ordered letters is taken for an example's.
    return "pnu_TEST" + "".join(source.choices(string.ascii_letters + string.digits, k=32))


class Repository:
    """The files of one repository, and where its secrets stand: (secret, file, line)."""

    def __init__(self, number: int, seed: int, keys: list[str], auths: list[str]):
        self.name = f"repo-{number:03}"
        self.files: dict[str, str] = {}
        self.truth: list[tuple[str, str, int]] = []
        self._random = random.Random(f"{seed} {number}")
        self._keys, self._auths, self._number = keys, auths, number

    def fill(self, files: int) -> None:
        for number in range(files):
            lines = [f"def {self._random.choice(WORDS)}_{line}(x):\n    return x + {line}\n" for line in range(60)]
            if number % 10 == 0:
                lines.insert(0, "from prefect import flow, task\n")
            self.files[f"src/module_{number}.py"] = "".join(lines)
        for index, plant in enumerate(PLANTS):
            if self._number % (index + 2) == 0:
                plant(self)

    def _add(self, path: str, text: str, secret: str = "", inside: str = "") -> None:
        self.files[path] = text
        if secret:
            line = next(n for n, line in enumerate(text.splitlines(), 1) if (inside or secret) in line)
            self.truth.append((secret, path, line))

    def _plant_compose(self) -> None:
        secret = self._keys[self._number // 2 % len(self._keys)]
        self._add("deploy/compose.yaml", "services:\n  worker:\n    image: prefecthq/prefect:3.8.8-python3.12\n"
                  "    command: prefect worker start --pool p\n    environment:\n"
                  "      PREFECT_API_URL: https://api.prefect.cloud/api/accounts/a1/workspaces/w1\n"
                  f"      PREFECT_API_KEY: {secret}\n", secret)

    def _plant_note(self) -> None:
        secret = self._keys[(self._number * 7) % len(self._keys)]
        self._add("NOTES.md", f"# Notes\n\nThe old key was `{secret}`.\n", secret)

    def _plant_base64(self) -> None:
        secret = self._keys[(self._number * 3 + 1) % len(self._keys)]
        hidden = base64.b64encode(secret.encode()).decode()
        self._add("k8s/secret.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: prefect}\ndata:\n"
                  f"  PREFECT_API_KEY: {hidden}\n", secret, hidden)

    def _plant_auth(self) -> None:
        secret = self._auths[self._number // 5 % len(self._auths)]
        self._add("worker.env", "PREFECT_API_URL=https://prefect.example.com/api\n"
                  f"PREFECT_API_AUTH_STRING={secret}\n", secret)

    def _plant_wrong_url(self) -> None:
        self._add("run.sh", "#!/bin/sh\nexport PREFECT_API_URL=https://app.prefect.cloud/account/a1/workspace/w1\n"
                  "prefect worker start --pool p\n")

    def make(self, folder: Path) -> Path:
        """A bare repository with one commit on main."""
        path = folder / f"{self.name}.git"
        subprocess.run(["git", "init", "-q", "--bare", "--template=", "--initial-branch=main", path], check=True)
        stream = b"commit refs/heads/main\ncommitter T <t@example.com> 1700000000 +0000\ndata 1\nx\n"
        for name, text in self.files.items():
            data = text.encode()
            stream += f"M 100644 inline {name}\ndata {len(data)}\n".encode() + data + b"\n"
        subprocess.run(["git", "fast-import", "--quiet"], cwd=path, input=stream, check=True)
        return path


PLANTS = (Repository._plant_compose, Repository._plant_note, Repository._plant_base64, Repository._plant_auth,
          Repository._plant_wrong_url)


class Fleet:
    """All repositories, and what has to be found in them."""

    def __init__(self, folder: Path, count: int, files: int, seed: int = 9):
        source = random.Random(seed)
        self.keys = [key(source) for _ in range(12)]
        self.auths = [f"admin:TEST-{source.getrandbits(64):016x}" for _ in range(5)]
        self.paths: dict[str, Path] = {}
        self.files: dict[str, dict[str, str]] = {}
        self.truth: dict[str, set] = {}
        folder.mkdir(parents=True)
        for number in range(count):
            repository = Repository(number, seed, self.keys, self.auths)
            repository.fill(files)
            self.paths[repository.name] = repository.make(folder)
            self.files[repository.name] = repository.files
            for secret, file, line in repository.truth:
                self.truth.setdefault(secret, set()).add((repository.name, file, line))

    def secrets(self) -> list[str]:
        return self.keys + self.auths
