#!/usr/bin/env python3
"""The fleet's parts without a server: inventory, store, merge, report, and what is run how.

usage: check_parts.py --program PATH [--venv FOLDER] [--seed N]

Prints a line a failure, then `N passed, N failed`. Needs jinja2, PyYAML and jsonschema; no Prefect. A
Python without them starts it again with that of --venv, which tests/fleet/prepare makes; where that is
missing too, it fails: a check that did not run is none.
To add a check: a function whose name begins with `check_`.
"""

from __future__ import annotations

import argparse
import fcntl
import html.parser
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools/fleet"))

try:
    import jinja2  # noqa: F401
    import jsonschema
    import yaml  # noqa: F401
    from prefect_config_fleet import bounded, inventory, merge, report, saved, store, work
except ImportError as missing:
    venv = next((after for word, after in zip(sys.argv, sys.argv[1:]) if word == "--venv"), str(ROOT / "build/fleet-venv"))
    python = os.path.join(os.path.abspath(venv), "bin/python")
    if os.path.exists(python) and os.path.abspath(sys.executable) != python:
        os.execv(python, [python, *sys.argv])
    print(f"FAILED {missing}: tests/fleet/prepare makes an environment that has it")
    sys.exit(1)

SECRET = "TEST-canary-" + "9" * 8
HOSTILE = ("</script><script>alert(1)</script>", "\x1b[31m\x07", "\u202egnirts", "&<>\"'", "x" * 5000, "\ud800", "\u2028")


class Check:
    def __init__(self, program: str, seed: int):
        self.passed = self.failed = 0
        self.program, self.random = program, random.Random(seed)
        self.folder = Path(tempfile.mkdtemp(prefix="fleet-parts-"))

    def __call__(self, what: str, is_so: bool, why: object = "") -> None:
        self.passed += bool(is_so)
        self.failed += not is_so
        if not is_so:
            print(f"FAILED {what}: {why}"[:800])

    def means(self, **more) -> bounded.Means:
        return bounded.Means(**{"program": self.program, "phrase": "TEST-phrase", "scratch": str(self.folder / "scratch")} | more)


# ---- inventory ----


def read_text(check: Check, name: str, text: str) -> list[inventory.Item]:
    path = check.folder / name
    path.write_text(text)
    return inventory.read(path)


def check_formats(check: Check) -> None:
    wanted = [("git", "https://example.com/a.git", ""), ("git", "git@example.com:team/b.git", "v1"),
              ("path", str((check.folder / "c").resolve()), "")]
    texts = {
        "a.txt": "# a list\nhttps://example.com/a.git\ngit@example.com:team/b.git v1\n\nc\n",
        "a.json": json.dumps(["https://example.com/a.git", {"url": "git@example.com:team/b.git", "ref": "v1"}, {"path": "c"}]),
        "a.yaml": "repositories:\n- https://example.com/a.git\n- {url: 'git@example.com:team/b.git', ref: v1}\n- path: c\n",
        "a.toml": 'repositories = ["https://example.com/a.git", {url = "git@example.com:team/b.git", ref = "v1"}, {path = "c"}]\n',
    }
    for name, text in texts.items():
        items = read_text(check, name, text)
        check(f"{name} is read", [(item.how, item.source, item.ref) for item in items] == wanted, items)
    twice = read_text(check, "twice.txt", "c\nhttps://example.com/a.git\nc\n./c\n")
    check("what is named twice is one", len(twice) == 2, twice)


def check_broken_lists(check: Check) -> None:
    for name, text in {"b.json": "{", "b.yaml": "a: [", "b.toml": "=", "c.json": '{"repos": []}', "d.json": '{"repositories": 5}',
                       "e.json": f'["{SECRET}'}.items():
        try:
            read_text(check, name, text)
            said = None
        except inventory.InventoryError as error:
            said = str(error)
        check(f"{name} is refused, and not repeated", said and SECRET not in said, said)


def check_lines(check: Check) -> None:
    items = read_text(check, "lines.txt", "a # the first\n  # none\nhttps://example.com/a.git v1 # tagged\na b c\nb#c\n")
    check("a comment ends a line", [(item.how, Path(item.source).name, item.ref) for item in items[:2]] ==
          [("path", "a", ""), ("git", "a.git", "v1")], items)
    check("more than two words are none", items[2].trouble and items[2].name == "entry 3: a line of more than two words", items[2])
    check("a # in a word is part of it", Path(items[3].source).name == "b#c" and not items[3].trouble, items[3])


def check_refused_sources(check: Check) -> None:
    """What is refused is a row of its own; nothing of it is in any text of it."""
    s, url = SECRET, "https://example.com/a"
    bad = [{"url": f"https://user:{s}@example.com/a.git"}, {"url": f"https://{s}@example.com/a.git"},
           {"url": "ext::sh -c id"}, {"url": "ext://sh"}, {"url": "--upload-pack=id"}, {"url": url, "ref": "--x"},
           {"url": url, "ref": "a:b"}, {"url": "a", "path": "b"}, {"name": "n"}, {"url": "a", "more": "b"}, 5, s + "\0",
           {"url": f"https://me:pass/word{s}@h/x.git"}, {"url": f"https://h/x.git?private_token={s}"}, f"HTTPS://h/x.git#{s}",
           {"url": f"https://me:a?{s}@h/x"}, {"url": f"ssh://git:{s}@h/x"}, {"url": f"ssh://git:a/{s}@h/x"}, f"https:/me:{s}@h/x",
           f"me:{s}@h:x.git", f"ssh://h/x?{s}", {"name": "w", "env": {"PREFECT_API_AUTH_STRING": f"admin:{s}"}},
           {"path": "a", s: "b"}, {"path": "a", "name": [s]}, [s], [[s]], None, True, 1.5, "", " ", {"path": ""}, {"path": None},
           {"path": s * 30}, {"path": "a", "name": "\x1b" + s}, {"url": f"http://a b:{s}@h/x"}, f"\ud800{s}", {}]
    items = read_text(check, "bad.json", json.dumps(bad))
    check("each is a row", len(items) == len(bad) == len({item.id for item in items}), len(items))
    for entry, item in zip(bad, items):
        check(f"{entry!r} cannot be looked at", item.trouble, item)
        check(f"{item.name} says no secret", s not in json.dumps(item.as_dict()), item)
    check("its fields are named", items[21].source == "entry 22: env, name" == items[21].name, items[21])
    check("what is no name of a field is counted", items[22].source == "entry 23: path, another field", items[22])
    for fine in ("ssh://git@h:22/x.git", "git@h:x.git", "https://h:8443/x.git", "file:///srv/x.git", "https://h/a:b"):
        item = read_text(check, "fine.json", json.dumps([fine]))[0]
        check(f"{fine} is fetched", not item.trouble and item.how == "git", item)
    loop = check.folder / "loop"
    loop.symlink_to(loop)
    check("a loop of links is a row", read_text(check, "loop.txt", "loop/x\n")[0].trouble.startswith("its path cannot"))
    bad = [{"pid": "1"}, {"name": "x"}, {"from": "a", "pid": "1"}, 7, [s], {"from": {"a": s}}, {"env_file": None}, {"env_file": ""},
           {"name": "w", "env": {"K": s}}, {"from": "#x"}, {"from": "a\0"}, {"from": "x" * 300}, {"pid": 1, "host": ""},
           {"from": "a", "profile": "--show-secrets"}, {"pid": True, "host": "h"}, {"pid": "\u0661", "host": "h"}, ""]
    launches = read_text(check, "l.json", json.dumps({"launches": bad}))
    check("launches too", len(launches) == len(bad) and all(item.trouble for item in launches),
          [item for item in launches if not item.trouble])
    check("and none of them says a secret", s not in json.dumps([item.as_dict() for item in launches]))
    check("a pid may be a number", not read_text(check, "p.json", '{"launches": [{"pid": 42, "host": "h"}]}')[0].trouble)


def check_masks(check: Check) -> None:
    for text in (f"fatal: 'https://me:pass/word{SECRET}@h/x.git'", f"https://h/x?private_token={SECRET} is gone", f"me:{SECRET}@h:x",
                 f"https://me:a@{SECRET}@h/x", f"ssh://git:{SECRET}@h", f"https://h/x?a={SECRET}&b=c@d"):
        said = inventory.without_secrets(text)
        check(f"{text} is masked", SECRET not in said and "********" in said, said)
    for text in ("git@h: Permission denied (publickey).", "git@h:team/x.git", "https://h:8080/a/b.git", "what? error: me@h"):
        check(f"{text} is left", inventory.without_secrets(text) == text, inventory.without_secrets(text))


# ---- store ----


def check_store(check: Check) -> None:
    kept = store.Store(check.folder / "store")
    result = {"id": "a" * 32, "key": "k", "report": None, "text": "\ud800 ü"}
    check("what is not there is None", kept.get("a" * 32) is None)
    kept.put(result)
    kept.put(result)
    check("twice is one", kept.count() == 1 and kept.has("a" * 32, "k") and not kept.has("a" * 32, "other"))
    check("an empty key is never known", not kept.has("a" * 32, ""))
    path = kept.path("a" * 32)
    for broken in (b"", b"{", b"[]", b'{"schema": "other"}', path.read_bytes()[:-20], b"\xff"):
        path.write_bytes(broken)
        check(f"{broken[:12]!r} is no result", kept.get("a" * 32) is None)
    left = path.parent / ".new-left"
    left.write_text("half")
    os.utime(left, (0, 0))
    check("what a killed writer left is swept", store.sweep(kept.folder) == 1 and not left.exists())


# ---- merge ----


def random_result(source: random.Random, items: int = 12) -> dict:
    number = source.randrange(items)
    kind = "launch" if number % 4 == 0 else "repository"
    result = {"id": f"{number:032x}", "kind": kind, "name": f"item {number % 5}", "commit": "", "source": "s", "report": None,
              "reason": source.choice(["gone", "slow"])}
    if source.random() < 0.8:
        place = {"file": source.choice("abc"), "line": source.choice([None, 1, 2])}
        findings = [{"code": f"PC{source.choice([110, 301, 302])}", "severity": source.choice(merge.SEVERITIES),
                     "message": source.choice("mn"), "launch": None, **place} for _ in range(source.randrange(5))]
        credentials = [{"id": "api_key", "fingerprint": f"abc.{source.choice('ab') * 8}", "launch": source.choice([None, "w"]),
                        "used_on": source.sample(["http", "events-in"], source.randrange(3)), "origin": place, **place}
                       for _ in range(source.randrange(4))]
        result["report"] = {"findings": findings, "credentials": credentials, "summary": {"files": 3, "launches": 1}}
    if source.random() < 0.4:
        _spoil(source, result["report"] or {})
        result["commit"], result["stale"] = source.choice(ODD), source.choice([True, *ODD])
    return result


ODD = (None, True, -1, 1.5, "", "x", [], [1], ["x"], {}, {"file": [1]}, {"line": [1]}, [{"origin": {"line": "x"}, "fingerprint": [1]}])


def _spoil(source: random.Random, value) -> None:
    """Some values of a report become of another type than theirs."""
    for key in list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        if source.random() < 0.2:
            value[key] = source.choice(ODD)
        else:
            _spoil(source, value[key])


def check_merge_laws(check: Check) -> None:
    for _ in range(300):
        a, b, c = ({**random_result(check.random), "id": "0" * 32} for _ in range(3))
        check("join commutes", merge.join(a, b) == merge.join(b, a))
        check("join associates", merge.join(merge.join(a, b), c) == merge.join(a, merge.join(b, c)))
        check("join is idempotent", merge.join(a, a) == a and merge.join(merge.join(a, b), b) == merge.join(a, b))
        check("None is neutral", merge.join(a, None) == a == merge.join(None, a))
        check("an answer beats none", (merge.join(a, b)["report"] is None) == (a["report"] is None and b["report"] is None))


def check_reports(check: Check) -> None:
    schema = jsonschema.Draft202012Validator(json.loads((ROOT / "docs/schema/fleet.v1.schema.json").read_text()))
    for _ in range(60):
        results = [random_result(check.random) for _ in range(30)]
        whole = merge.report_of(results)
        check("it keeps its schema", schema.is_valid(whole), next(iter(schema.iter_errors(whole)), ""))
        again = results + check.random.choices(results, k=10)
        check.random.shuffle(again)
        check("order and repetition do not count", merge.report_of(again) == whole)
        summary, kept = whole["summary"], merge.join_all(results).values()
        told = [finding for result in kept for finding in merge._findings(result)]
        check("each finding counts once", summary["findings"] == len(told) == sum(row["findings"] for row in whole["rules"]))
        check("each item is there once", len(whole["items"]) + len(whole["not_looked_at"]) == len(kept) == summary["items"])
        few = merge.report_of(results, 3)
        check("fewer findings are the worst ones", few["findings"] == whole["findings"][:3] and few["summary"] == summary and
              few["findings_left_out"] == max(0, len(told) - 3))
        ranks = [merge.RANK[finding["severity"]] for finding in whole["findings"]]
        check("errors come first", ranks == sorted(ranks))
        in_files = [row["in_files"] for row in whole["rotation"]]
        check("what is in files comes first", in_files == sorted(in_files, reverse=True))


# ---- report ----


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.loads = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.loads += [value for name, value in attrs if name in ("src", "href", "style", "srcset") or name.startswith("on")]


def check_page(check: Check) -> None:
    results = []
    for number, text in enumerate(HOSTILE):
        finding = {"code": text if number else "PC301", "severity": "error", "message": text, "file": text, "line": 1, "launch": text}
        credential = {"id": text, "fingerprint": "abc.aaaaaaaa", "file": text, "line": 2, "launch": text, "used_on": []}
        results.append({"id": f"{number:032x}", "kind": "repository", "name": text, "commit": "", "source": text,
                        "report": {"findings": [finding], "credentials": [credential], "summary": {"files": 1, "launches": 1}}})
        results.append({"id": f"{number + 50:032x}", "kind": "launch", "name": text, "source": text, "report": None, "reason": text})
    made = merge.report_of(results)
    text = report.as_html(made)
    page = Page()
    page.feed(text)
    check("no element of a value is one", not {"script", "img", "iframe", "link", "form"} & set(page.tags), set(page.tags))
    check("nothing is loaded", all(value == "#main" for value in page.loads), page.loads)
    check("a policy forbids it", "default-src 'none'" in text)
    bad = [c for c in text if c != "\n" and not report._is_plain(c)]
    check("nothing that cannot be seen is on the page", not bad, bad[:5])
    check("what is long is cut", "x" * 600 not in text and "more characters)" in text)
    check("JSON is plain ASCII", report.as_json(made).isascii() and json.loads(report.as_json(made)) == made)
    nothing = report.as_html(merge.report_of([]))
    check("a report of nothing says so", "Nothing was found" in nothing and "not compared" in nothing)
    places = [{**results[0]["report"]["credentials"][0], "file": f"f{number}"} for number in range(5)]
    folded = report.as_html(merge.report_of([{**results[0], "report": {"credentials": places, "findings": []}}]))
    check("many places are folded, and counted", "5 places in 1 item<" in folded and "built-in" not in folded)
    many = merge.report_of([{**random_result(check.random), "id": f"{n:032x}"} for n in range(300)])
    short = report.as_html(many, most_rows=20)
    check("tables are cut, and say so", short.count("<article") == 20 and "has them all" in short)
    few = report.as_html(merge.report_of(results, 3))
    check("what the JSON has not is not said to be there", "has them all" not in few and f"{len(HOSTILE) - 3} more are counted" in few)
    launch = {"id": "e" * 32, "kind": "launch", "name": "w", "stale": True, "reason": "gone & away",
              "report": {"credentials": [{"fingerprint": "abc.aaaaaaaa", "origin": {"file": "/srv/w.env", "line": 1}}]}}
    told = report.as_html(merge.report_of([launch]))
    check("a credential in a launch's file is not called fine", "in no repository" in told and "✓ in" not in told and "used" not in told.split("<main")[1])
    check("what an earlier run found says so", "as of an earlier run: <bdi>gone &amp; away" in told and "Of an earlier run" in told)


def check_style(check: Check) -> None:
    """The package's own style, for where nothing was copied into it, knows each class of the page."""
    template = (report.HERE / "report.html.j2").read_text()
    classes = set(re.findall(r"[a-z-]+", " ".join(re.findall(r'class="([^"{]*)', template)))) | {"error", "warning", "info", "nothing", "refused", "absent"}
    rules = set(re.findall(r"\.([a-z][a-z-]*)", (report.HERE / "report.css").read_text()))
    check("each class has a rule", not classes - rules, classes - rules)


# ---- work ----


def check_one_repository(check: Check) -> None:
    tree = check.folder / "tree"
    tree.mkdir()
    key = "pnu_" + "TESTaB3dE5gH7jK9mN1pQ3sT5vW7xY9zA2c4"
    (tree / "worker.env").write_text(f"PREFECT_API_KEY={key}\n")
    # What would decide what the fleet hears, or start something.
    (tree / ".prefect-config.yaml").write_text("severity: {PC3: off}\n")
    kept = store.Store(check.folder / "work")
    item = read_text(check, "one.json", json.dumps([{"path": str(tree)}]))[0]
    os.environ["PREFECT_API_KEY"] = SECRET
    check("it is looked at", work.look_at(item, check.means(), kept, "run 1", "made"))
    check("and not twice in a run", not work.look_at(item, check.means(), kept, "run 1", "made"))
    check("and again in another", work.look_at(item, check.means(), kept, "run 2", "made"))
    result = kept.get(item.id)
    check("a repository's policy keeps nothing back", [one["code"] for one in result["report"]["findings"]] == ["PC301"], result)
    check("its credential has a fingerprint", len(result["report"]["credentials"]) == 1)
    text = kept.path(item.id).read_text()
    check("no secret is kept", key not in text and SECRET not in text and "TEST-phrase" not in text)
    check("a key is in no text of Means", "TEST-phrase" not in repr(check.means()))
    bare = work.look_at(item, check.means(phrase=""), kept, "run 3", "made") and kept.get(item.id)
    check("without a key nothing is compared", "credentials" not in bare["report"])


def check_git(check: Check) -> None:
    tree, mirror = check.folder / "origin", check.folder / "origin.git"
    env = {**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_AUTHOR_NAME": "t", "GIT_AUTHOR_EMAIL": "t@example.com",
           "GIT_COMMITTER_NAME": "t", "GIT_COMMITTER_EMAIL": "t@example.com"}

    def git(*words):
        subprocess.run(["git", "-C", str(tree), *words], env=env, check=True, capture_output=True)

    tree.mkdir()
    git("init", "-q", "-b", "main")
    url = "PREFECT_API_URL=https://app.prefect.cloud/account/a1/workspace/w1\n"
    (tree / "a.env").write_text(url)
    git("add", "."), git("commit", "-qm", "one"), git("tag", "-a", "v1", "-m", "v1")
    (tree / "b.env").write_text(url)
    git("add", "."), git("commit", "-qm", "two")
    subprocess.run(["git", "clone", "-q", "--bare", str(tree), str(mirror)], env=env, check=True, capture_output=True)
    items = read_text(check, "git.json", json.dumps([{"path": str(mirror)}, {"path": str(mirror), "ref": "v1"}, {"url": str(check.folder / "no.git"), "ref": "x"}]))
    kept = store.Store(check.folder / "git")
    for item in items:
        check(f"{item.ref} is done", work.look_at(item, check.means(), kept, "run 1", "made"))
    main, tagged, gone = (kept.get(item.id) for item in items)
    check("each ref has its own files", (main["report"]["summary"]["files"], tagged["report"]["summary"]["files"]) == (2, 1))
    check("what cannot be fetched says why", gone["report"] is None and gone["reason"].startswith("git ended with status"), gone)
    check("the same commit is known in another run", not work.look_at(items[0], check.means(), kept, "run 2", "made"))
    check("a tag too", not work.look_at(items[1], check.means(), kept, "run 2", "made"))
    check("another program looks anew", work.look_at(items[0], check.means(), kept, "run 2", "newer"))
    (tree / "c.env").write_text(url)
    git("add", "."), git("commit", "-qm", "three"), git("push", "-q", str(mirror), "main")
    check("a new commit is looked at", work.look_at(items[0], check.means(), kept, "run 3", "newer") and
          kept.get(items[0].id)["report"]["summary"]["files"] == 3)
    check("no tree is left", not list((check.folder / "scratch").iterdir()))


def check_filters(check: Check) -> None:
    """What the worker's own git would run over a tree does not run over a stranger's."""
    tree, ran = check.folder / "filtered", check.folder / "ran"
    env = {**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null"}
    tree.mkdir()
    (tree / ".gitattributes").write_text("* filter=evil\n")
    (tree / "a.env").write_text("A=1\n")
    for words in (("init", "-q"), ("add", "."), ("-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-qm", "one")):
        subprocess.run(["git", "-C", str(tree), *words], env=env, check=True, capture_output=True)
    attributes, config = check.folder / "attributes", check.folder / "gitconfig"
    attributes.write_text("* filter=evil\n")
    config.write_text(f'[filter "evil"]\nsmudge = touch {ran}; cat\n[core]\nattributesFile = {attributes}\n')
    subprocess.run(["git", "clone", "-q", str(tree), str(check.folder / "as-usual")], check=True, capture_output=True,
                   env={**os.environ, "GIT_CONFIG_GLOBAL": str(config)})
    check("the filter runs where nothing keeps it", ran.exists())
    ran.unlink()
    kept = store.Store(check.folder / "filters")
    item = read_text(check, "filtered.json", json.dumps([{"path": str(tree), "ref": "HEAD"}]))[0]
    os.environ["GIT_CONFIG_GLOBAL"] = str(config)
    try:
        work.look_at(item, check.means(), kept, "run", "made")
    finally:
        del os.environ["GIT_CONFIG_GLOBAL"]
    check("a filter does not run over a tree", kept.get(item.id)["report"] and not ran.exists(), kept.get(item.id))
    (tree / "large").write_bytes(check.random.randbytes(3 << 20))
    for words in (("add", "."), ("-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-qm", "two")):
        subprocess.run(["git", "-C", str(tree), *words], env=env, check=True, capture_output=True)
    work.look_at(item, check.means(output_mib=1), kept, "run 2", "made")
    check("what the program may say does not bound git", kept.get(item.id)["reason"] == "", kept.get(item.id))
    work.look_at(item, check.means(fetch_mib=2), store.Store(check.folder / "large"), "run 2", "made")
    said = store.Store(check.folder / "large").get(item.id)["reason"]
    check("a pack that is too large says so, and how large", "more than 2 MiB" in said, said)


def check_stale(check: Check) -> None:
    """A failure takes no result away."""
    tree = check.folder / "stale"
    tree.mkdir()
    (tree / "a.env").write_text("PREFECT_API_URL=https://app.prefect.cloud/account/a1/workspace/w1\n")
    kept, listed = store.Store(check.folder / "stale-store"), check.folder / "stale.json"
    item = read_text(check, "stale.json", json.dumps([{"path": str(tree)}]))[0]
    work.look_at(item, check.means(), kept, "run 1", "made")
    good = kept.get(item.id)
    work.look_at(item, check.means(program="/no/such"), kept, "run 2", "made")
    bad = kept.get(item.id)
    check("a failure keeps the report", bad["report"] == good["report"] and bad["stale"] and "cannot be started" in bad["reason"], bad)
    check("and is not tried twice in a run", not work.look_at(item, check.means(), kept, "run 2", "made"))
    check("a lost one too", work.lost(item, kept, "run 3", "no program") and kept.get(item.id)["report"] == good["report"])
    row = report.write(str(listed), str(kept.folder))
    check("the report says both", row["items"][0]["errors"] == 1 and row["items"][0]["stale"] == "no program" and
          row["summary"]["of_an_earlier_run"] == 1 and not row["not_looked_at"], row["items"])
    check("a good run makes it a good one", work.look_at(item, check.means(), kept, "run 4", "made") and not kept.get(item.id).get("stale"))
    fetched = inventory.Item("repository", "f", "git", str(check.folder / "origin.git"), "main")
    work.look_at(fetched, check.means(), kept, "run 1", "made")
    work.lost(fetched, kept, "run 2")
    check("a lost one at its commit is known again", not work.look_at(fetched, check.means(), kept, "run 3", "made") and
          not kept.get(fetched.id)["stale"] and kept.get(fetched.id)["reason"] == "", kept.get(fetched.id))
    fresh, stale = {**good, "name": "a"}, {**bad, "name": "z"}
    check("what is there now beats an earlier run's", merge.join(fresh, stale) == fresh == merge.join(stale, fresh))
    for kinds, name in ((["repository"], "report-lint"), (["launch"], "report-explain")):
        report.write(str(listed), str(kept.folder), kinds)
        check(f"{name} is a file of its own", (kept.folder / f"{name}.html").exists() and (kept.folder / f"{name}.json").exists())
    check("and the whole one is as it was", json.loads((kept.folder / "report.json").read_text()) == row)


def check_sweep(check: Check) -> None:
    scratch = check.folder / "sweep"
    host = bounded.socket.gethostname()
    names = {name: scratch / f"{bounded.PREFIX}{name}" for name in (f"{host}-1-abcdefgh", f"{host}-2-abcdefgh", f"{host}-9999-3-abcdefgh",
                                                                  f"{host}-4-abcdefgh", f"{host}-5-abcdefgh.old")}
    for path in names.values():
        (path / "tree").mkdir(parents=True)
        (path / "lock").touch()
    dead, held, other, unlocked, no_name = names.values()
    (unlocked / "lock").unlink()
    with open(held / "lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with bounded.folder_of(check.means(scratch=str(scratch))) as live:
            check("only what nobody holds is swept", bounded.sweep_scratch(str(scratch)) == 1 and not dead.exists() and held.exists() and
                  other.exists() and unlocked.exists() and no_name.exists() and os.path.isdir(live), list(scratch.iterdir()))
    check("a tree is gone after its use", not os.path.exists(live) and not Path(live).parent.exists())
    check("what is held no longer is swept, and what was left half made", bounded.sweep_scratch(str(scratch), -1) == 2 and not held.exists())


def check_bounds(check: Check) -> None:
    tree = check.folder / "bounds"
    tree.mkdir()
    item = read_text(check, "bounds.json", json.dumps([{"path": str(tree)}]))[0]
    programs = {
        "sleeps": ("sleep 60", "longer than"), "writes": ("exec head -c 9000000 /dev/zero", "signal 25"),
        "fails": (f"echo 'https://u:{SECRET}@h/' >&2; exit 3", "status 3"), "lies": ("echo '{}'", "is no prefect-config"),
        "grows": ("exec python3 -c 'a = bytearray(900 << 20)'", "status 1"),
    }
    for name, (line, wanted) in programs.items():
        program = check.folder / name
        program.write_text(f"#!/bin/sh\n{line}\n")
        program.chmod(0o755)
        kept = store.Store(check.folder / "bounded")
        started = time.monotonic()
        means = check.means(program=str(program), timeout=1.5, memory_mib=512, output_mib=1)
        work.look_at(item, means, kept, name, "made")
        result = kept.get(item.id)
        check(f"a program that {name} is a row", result["report"] is None and wanted in result["reason"], result["reason"])
        check(f"one that {name} ends in time", time.monotonic() - started < 5)
        check(f"one that {name} says no secret", SECRET not in kept.path(item.id).read_text())
    work.look_at(item, check.means(program="/no/such"), kept, "none", "made")
    check("no program is a row", "cannot be started" in kept.get(item.id)["reason"])
    check("a lost item is one", work.lost(item, kept, "later") and not work.lost(item, kept, "later"))


def check_launches(check: Check) -> None:
    env_file = check.folder / "w.env"
    env_file.write_text("PREFECT_API_URL=https://prefect.example.com/api\nPREFECT_API_AUTH_STRING=admin:TEST-password-7\n")
    env = {"PATH": os.environ["PATH"], "HOME": str(check.folder), "PREFECT_CONFIG_FINGERPRINT_KEY": "TEST-phrase"}
    shown = subprocess.run([check.program, "explain", "-o", "json", "-q", "--show-secrets", "--clean-env", "--env-file", env_file],
                           env=env, capture_output=True, text=True, check=True).stdout
    (check.folder / "saved.json").write_text(shown)
    check("the saved one does show secrets", "TEST-password-7" in shown)
    items = read_text(check, "launches.json", json.dumps({"launches": [{"env_file": "w.env"}, "saved.json", {"from": "w.env"},
                                                                      {"pid": "1", "host": "elsewhere"}]}))
    kept = store.Store(check.folder / "launches")
    for item in items:
        work.look_at(item, check.means(), kept, "run", "made")
    results = [kept.get(item.id) for item in items]
    prints = [{one["fingerprint"] for one in result["report"]["credentials"]} for result in results[:3]]
    check("the same credential has one fingerprint", len(prints[0]) == 1 and prints[0] == prints[1] == prints[2], prints)
    check("a pid of another machine says so", "is on elsewhere" in results[3]["reason"], results[3])
    texts = "".join(path.read_text() for path in (check.folder / "launches").rglob("*.json"))
    check("nothing of a secret is taken over", "TEST-password-7" not in texts)
    work.look_at(items[0], check.means(phrase=""), kept, "keyless", "made")
    check("without a key there is no fingerprint", kept.get(items[0].id)["report"]["credentials"][0]["fingerprint"] is None)


def check_saved(check: Check) -> None:
    """Explanations that are none, or hold what they should not."""
    whole = {"schema": "prefect-config/explain/v1", "prefect_version": "3.8.8", "loads": True, "complete": True, "target": "cloud",
             "api_url": "https://h/api", "credentials": [{"id": "api_key", "setting": "s", "fingerprint": "abc.aaaaaaaa", "used_on": ["http"],
                                                          "origin": {"where": "/srv/w.env", "line": 3}}],
             "findings": [{"code": "PC301", "severity": "error", "message": "m", "origin": {"file": "f", "line": 2}}]}
    validator = jsonschema.Draft202012Validator(json.loads((ROOT / "docs/schema/fleet.v1.schema.json").read_text()))
    for number in range(150):
        document = json.loads(json.dumps(whole))
        if number:
            _spoil(check.random, document)
        document["schema"] = whole["schema"]
        (check.folder / "odd.json").write_text(json.dumps(document))
        item = read_text(check, "odd-list.json", json.dumps({"launches": ["odd.json"]}))[0]
        kept = store.Store(check.folder / "odd-store")
        work.look_at(item, check.means(), kept, f"run {number}", "made")
        result = kept.get(item.id)
        made = merge.report_of([result])
        check("an odd explanation is taken as far as it goes", result["reason"] == "" and validator.is_valid(made), (document, result))
        if not number:
            check("a whole one wholly", made["summary"]["credentials"] == 1 and made["findings"][0]["line"] == 2 and
                  result["report"]["api_url"] == "https://h/api", made)
    for url in (f"https://me:{SECRET}@h:4200/api?token={SECRET}#{SECRET}", f"https://h/api?a={SECRET}@b", f"https://a:b?{SECRET}@h/x",
                f"https://me:pass/{SECRET}@h/x", f"https://{SECRET} x@h/y", f"{SECRET}", f"me:{SECRET}@h"):
        check(f"{url} is an address alone", SECRET not in saved.address_of(url), saved.address_of(url))
    check("which is kept", saved.address_of(f"https://me:{SECRET}@h:4200/api?x={SECRET}") == "https://h:4200/api")
    check("and an ordinary one too", saved.address_of("http://[::1]:4200/api") == "http://[::1]:4200/api")
    most, saved.MOST_SAVED_MIB = saved.MOST_SAVED_MIB, 0
    check("a large one says so", _refusal(lambda: saved.read(str(check.folder / "odd.json"))) == "is larger than 0 MiB")
    saved.MOST_SAVED_MIB = most
    os.mkfifo(check.folder / "pipe")
    check("what is no file does not hang", _refusal(lambda: saved.read(str(check.folder / "pipe"))) == "is no file")


def _refusal(function) -> str:
    try:
        function()
    except bounded.NotLookedAt as reason:
        return str(reason)
    return ""


def check_commands(check: Check) -> None:
    tree, folder = check.folder / "commands", check.folder / "by-command"
    tree.mkdir()
    (tree / "a.env").write_text("PREFECT_API_URL=https://app.prefect.cloud/account/a1/workspace/w1\n")
    listed = check.folder / "commands.json"
    listed.write_text(json.dumps([{"path": str(tree)}, {"url": f"https://u:{SECRET}@example.com/a"}]))

    def run(*words) -> tuple[int, str]:
        env = {"PATH": os.environ["PATH"], "HOME": str(check.folder), "PYTHONPATH": str(ROOT / "tools/fleet")}
        done = subprocess.run([sys.executable, "-m", "prefect_config_fleet", *map(str, words)], env=env, text=True,
                              capture_output=True, check=False)
        return done.returncode, done.stdout + done.stderr

    status, said = run("check", listed)
    check("`check` tells what cannot be looked at", status == 0 and "2 items, 1 of which" in said and SECRET not in said, said)
    status, said = run("here", listed, folder, "--program", check.program)
    check("`here` looks", status == 0 and "1 repositories" in said and "1 not looked at" in said and "1 errors" in said, said)
    first = (folder / "report.json").read_text()
    (folder / "report.json").unlink()
    check("`report` writes it again", run("report", listed, folder)[0] == 0 and (folder / "report.json").read_text() == first)
    check("a list that is none is status 3", run("check", check.folder / "none.json")[0] == 3)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--program", required=True, type=os.path.abspath)
    parser.add_argument("--venv", help="of tests/fleet/prepare, for a Python without the packages")
    parser.add_argument("--seed", type=int, default=9)
    arguments = parser.parse_args()
    check = Check(arguments.program, arguments.seed)
    try:
        for name, function in list(globals().items()):
            if name.startswith("check_"):
                function(check)
    finally:
        subprocess.run(["rm", "-rf", str(check.folder)], check=False)
    print(f"{check.passed} passed, {check.failed} failed")
    return 1 if check.failed else 0


if __name__ == "__main__":
    sys.exit(main())
