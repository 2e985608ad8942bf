"""Records what one python-dotenv release makes of `.env` texts, as JSON lines.

Runs where that release is installed (``python dotenv_oracle.py > dotenv-VERSION.jsonl``)
and imports nothing else. The texts are the hand-written ones below and seeded random
ones made of grammar pieces; unit tests require the same of the C++ reader.

What it is not: a check of which file Prefect reads, or of who wins over whom.

A line: ``[text, entries, problems]``: entries are ``[key, value]`` in file order with
duplicates, problems are the lines python-dotenv's warnings name. The process environment
is ``ENVIRONMENT`` alone.

To add a case: a text in ``WRITTEN``.
"""

import argparse
import io
import json
import os
import random

ENVIRONMENT = {"E": "env", "EMPTY": "", "a": "from-env"}

from dotenv.main import resolve_variables  # noqa: E402
from dotenv.parser import parse_stream  # noqa: E402

WRITTEN = [
    "", "\n", "export", "export =x", "export A", "export A=1", "exportA=1", "A", "A=", "A= # c",
    "A=#c", "A=1 # c", "A=1#c", "A='x", 'A="x\nB="y"', "A='x\\'", "A='x\\\\'", 'A="x\\\\"\nB=1',
    "\ufeffA=1", "A=\u00a0x\u00a0", "\u2028A=1", "A\x85=1", "A=1\x1c#c", "'a b'=1", "''=1",
    "\n\n'a\n\nA=1", 'A="\\a\\b\\f\\n\\r\\t\\v\\\\\\q"', "A='\\n\\\\\\''", "A=1\nA=${A}2\nB=${A}",
    "A=${E}${X:-d}${EMPTY:-d}${E:x}${${E}}", "A\nB=${A:-d}", "E=${E}x", "A=${E", "A=${:-d}",
    "=1", "#c", " # c\nA=1", 'A="x" y', 'A="x" # y', "A=b=c", "A.b-c=1", "A='${E}'",
    "A=1\r\nB='x\r\ny'\r\nC", "bad line\r\nA=1\r\n?? x\r\n", "A=x\\\ny",
]
PIECES = [
    "A", "B", "a", "E", "export ", "export", "=", "=", "=", "'", '"', "\\", "\\'", '\\"', "\\\\",
    "#", " #", " ", "\t", "\n", "\n", "\n", "\r\n", "\r", "\u00a0", "\u2028", "\x85", "\x1c",
    "\ufeff", "\u00e9", "\U0001f600", "${", "}", ":-", ":", "${A}", "${E}", "${B:-x}", "$", "\\n",
    "\\a", "x", "1", "A=", "\nB=", "='", '="', "'\n", '"\n', "\x0b", "\x0c", "\u200b",
]


def answer(text):
    # As open() with universal newlines gives it.
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    bindings = list(parse_stream(io.StringIO(text, newline="")))
    pairs = [(b.key, b.value) for b in bindings if b.key is not None]
    # resolve_variables keeps the last of each key: resolving every prefix keeps them all.
    entries = [[k, resolve_variables(pairs[: i + 1], True)[k]] for i, (k, _) in enumerate(pairs)]
    return [text, entries, [b.original.line for b in bindings if b.error]]


def texts(seed, count):
    yield from WRITTEN
    chance = random.Random(seed)
    for _ in range(count):
        yield "".join(chance.choice(PIECES) for _ in range(chance.randint(1, 14)))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--random", type=int, default=2000)
    arguments = parser.parse_args()
    os.environ.clear()
    os.environ.update(ENVIRONMENT)
    for text in texts(arguments.seed, arguments.random):
        print(json.dumps(answer(text), separators=(",", ":")))


if __name__ == "__main__":
    main()
