#!/usr/bin/env python3
"""Writes a repository of mixed files with planted findings and decoys, the same for the same seed.

usage: make_corpus.py --files N --seed S OUT

Beside OUT it writes truth.json: "findings" (file, line, kind, also: lines where the finding may stand as
well), "decoys" (file, line, why) and "healthy" (every file in which nothing is planted). Of the files
6 % have a finding and as many a decoy; 10,000 have about 36 MB. What is planted is in
corpus_plants.py, the rest in corpus_text.py.
"""

import argparse
import codecs
import json
import random
from pathlib import Path

from corpus_plants import DECOYS, FINDINGS, Plant
from corpus_text import KINDS, WORDS, Ordinary, fill

SHARE = 0.06  # of files with a finding, and of those with a decoy
MARKS = "!+?"
BOMS = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}


def unmarked(text: str) -> tuple[str, dict[str, list[int]]]:
    """The text without marks, and the lines of each mark."""
    marked = {mark: [] for mark in MARKS}
    for number, line in enumerate(text.split("\n"), 1):
        for mark in MARKS:
            if f"«{mark}»" in line:
                marked[mark].append(number)
    for mark in MARKS:
        text = text.replace(f"«{mark}»", "")
    return text, marked


class Repository:
    def __init__(self, out: Path, r: random.Random):
        self.out = out
        self.r = r
        self.ordinary = Ordinary(r)
        self.truth = {"findings": [], "decoys": [], "healthy": []}
        self.bytes = 0

    def write(self, path: str, data: bytes):
        file = self.out / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        self.bytes += len(data)

    def name(self, kind: str, number: int) -> str:
        return f"{self.r.choice(WORDS)}_{number}{KINDS[kind][1]}"

    def add_ordinary(self, number: int):
        kind = self.ordinary.any_kind()
        path = f"src/{number // 40}/{self.r.choice(WORDS)}/{self.name(kind, number)}"
        self.write(path, self.ordinary.text(kind).encode())
        self.truth["healthy"].append(path)

    def add_plant(self, plant: Plant, number: int):
        """In a folder of its own: what other files say of Prefect must not take part."""
        folder = f"{self.r.choice(('apps', 'services', 'deploy'))}/{self.r.choice(WORDS)}-{number}"
        text = fill(plant.text, self.r)
        if plant.path == "notebook":
            text = self.ordinary.notebook(text.split("\n"))
        elif plant.path in KINDS:
            text = self.ordinary.text(plant.path, text)
        inside = plant.path in KINDS
        path = f"{folder}/{self.name(plant.path, number) if inside else plant.path}"
        text, marked = unmarked(text)
        if not marked["?"] and self.r.random() < 0.1:
            text = text.rstrip("\n")
        self.write(path, BOMS.get(plant.encoding, b"") + text.encode(plant.encoding))
        self.truth["findings"] += [{"file": path, "line": line, "kind": plant.kind, "also": marked["+"]}
                                   for line in marked["!"]]
        self.truth["decoys"] += [{"file": path, "line": line, "why": plant.kind} for line in marked["?"]]
        if not marked["!"]:
            self.truth["healthy"].append(path)


def in_turn(plants: list[Plant], r: random.Random):
    """Every one as often as every other, in an order of chance."""
    while True:
        yield from r.sample(plants, len(plants))


def make_corpus(files: int, seed: int, out: Path) -> Repository:
    r = random.Random(seed)
    repository = Repository(out, r)
    planted = round(files * SHARE)
    roles = ["finding"] * planted + ["decoy"] * planted + ["ordinary"] * (files - 2 * planted)
    r.shuffle(roles)
    findings, decoys = in_turn(FINDINGS, r), in_turn(DECOYS, r)
    for number, role in enumerate(roles):
        if role == "ordinary":
            repository.add_ordinary(number)
        else:
            repository.add_plant(next(findings if role == "finding" else decoys), number)
    (out.parent / "truth.json").write_text(json.dumps(repository.truth, indent=0))
    return repository


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    made = make_corpus(arguments.files, arguments.seed, arguments.out)
    print(f"{arguments.files} files, {made.bytes / 1e6:.1f} MB, {len(made.truth['findings'])} findings, "
          f"{len(made.truth['decoys'])} lines of decoys")


if __name__ == "__main__":
    main()
