"""Makes the page of a situation, and looks at its bytes.

What it is not: a browser (browser.py). Each function yields what is wrong, a sentence each.

To add a check of bytes: a function of (text, situation) in CHECKS.
"""

import base64
import re
import subprocess
import tempfile
import warnings
from pathlib import Path

import html5lib
from situations import CANARY

RELEASE = "3.8.8"
LARGEST = 3_000_000  # bytes: a page is to be opened


def make_page(program, situation):
    """The page's bytes, the exit status, and what stands on stderr."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        # Below the home, so that the page names no folder of this machine.
        work = home / "work"
        work.mkdir(parents=True)
        for name, text in situation.files.items():
            root, _, below = name.partition("/")
            path = (work if root == "work" else home) / below
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        done = subprocess.run(
            [program, *situation.command, "--prefect-version", RELEASE, "-o", "html", "-q"],
            cwd=work, env={"HOME": str(home), "PATH": "/usr/bin:/bin", **situation.environment},
            capture_output=True, timeout=60, check=False)
    return done.stdout, done.returncode, done.stderr


def check_secrets(text, _situation):
    needles = {CANARY}
    for before in range(3):
        # base64 of the canary behind so many bytes, without what depends on its neighbours.
        coded = base64.b64encode(b"x" * before + CANARY.encode()).decode()
        needles.add(coded[4 if before else 0:-4])
    for needle in sorted(needles):
        if needle in text:
            yield "a secret is on the page"


def check_texts(text, situation):
    for said in situation.says:
        if said not in text:
            yield f"`{said}` is not on the page"


def check_markup(text, _situation):
    parser = html5lib.HTMLParser(strict=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parser.parse(text)
    for (line, column), code, _ in parser.errors[:3]:
        yield f"no HTML: {code} at {line}:{column}"


def check_bytes(text, _situation):
    if len(text.encode()) > LARGEST:
        yield f"the page has {len(text.encode())} bytes"
    odd = re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069\ufeff\ufffd]", text)
    if odd:
        yield f"the page holds U+{ord(odd[0]):04X}"
    addresses = re.findall(r"(?:src|srcset|action|data|poster|background)\s*=\s*[\"']|@import|url\(", strip_texts(text))
    for address in addresses[:3]:
        yield f"the page may load something: {address}"


def strip_texts(text):
    """The tags and the style alone: what stands between tags is a text, whatever it says."""
    style = "".join(re.findall(r"<style>(.*?)</style>", text, re.S))
    return style + "".join(re.findall(r"<[a-z!/][^>]*>", text))


CHECKS = (check_secrets, check_texts, check_markup, check_bytes)


def check_page(text, situation):
    for check in CHECKS:
        yield from check(text, situation)
