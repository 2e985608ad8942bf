"""The checks of shown commands and links, checked: each kind of wrongness is noticed, and nothing else.

Run by `check_shown_commands.py --self-test`. The program is a script that prints its arguments.
"""

from __future__ import annotations

import contextlib
import io
import sys
import tempfile
from pathlib import Path

import check_links
import check_shown_commands as shown

DESCRIPTION = """{"flags": [{"names": ["-q", "--quiet"], "opposite": null}],
 "options": [{"names": ["--profile"], "choices": []}],
 "commands": [
  {"name": "view", "flags": [{"names": ["--yes"], "opposite": "--no"}],
   "options": [{"names": ["-o", "--output"], "choices": ["text", "json"]}], "arguments": []},
  {"name": "lint", "flags": [], "options": [], "arguments": [{"name": "PATH", "repeatable": true}]},
  {"name": "init", "flags": [], "options": [], "arguments": [{"name": "SHELL", "choices": ["bash", "zsh"]}]}]}"""
PROGRAM = f"""#!/bin/sh
if [ "$*" = __describe ]; then
  cat <<'END'
{DESCRIPTION}
END
  exit 0
fi
echo "said $*"
echo complained >&2
case " $* " in *" lint "*) exit 3 ;; esac
"""
GOOD = """# A page

Text with `prefect-config view -o json`, `prefect-config --profile NAME lint PATH...` and `prefect-config`.

<!-- run: profiles -->
```console
$ prefect-config view -q
said view -q
complained

$ prefect-config view --no 2>/dev/null | cat
said view --no
```

<!-- run: profiles, stdout, status 3 -->
```console
$ prefect-config lint x
said …
```

<!-- run: profiles -->
```sh
prefect-config view
```

<!-- not run: it builds -->
```sh
tools/dev/run view
```

<!-- run by: tests/docs/shown_commands_selftest.py -->
```sh
prefect-config init bash >file   # a comment
export A=b
C=d sudo pip install . &
python -m nosuch_module check "$(whatever)" | ./tools/dev/run
```

```sh
# a comment alone
```

<!-- file: not-toml home/.prefect/profiles.toml -->
```toml
active = "cloud"
…
```

```
prefect-config view [-o text|json]
                    [--yes | --no]
```

```yaml
run: prefect-config lint .
```
"""
#: What is changed in the page, into what, and a part of what is said then.
WRONG = [
    ("said view -q\n", "next: prefect-config veiw\nsaid view -q\n", "no command `veiw`"),
    ("said view -q\n", "said view\n", "prints something else"),
    ("complained\n\n", "", "prints something else"),
    ("<!-- run: profiles, stdout, status 3 -->", "<!-- run: profiles, stdout -->", "ends with status 3"),
    ("<!-- run: profiles, stdout, status 3 -->", "<!-- run: profiles, sdout, status 3 -->", "no word of a marker"),
    ("<!-- run: profiles -->\n```console", "```console", "without a comment"),
    ("<!-- run: profiles -->\n```sh", "```sh", "without a comment"),
    ("<!-- not run: it builds -->\n", "", "without a comment"),
    ("<!-- run: profiles -->", "<!-- run: nosuch -->", "no setup `nosuch`"),
    ("it builds", "it is hard", "is no reason"),
    ("tools/dev/run", "tools/dev/nosuch", "there is no tools/dev/nosuch"),
    ("tests/docs/shown_commands_selftest.py", "tests/docs/nosuch.py", "there is no tests/docs/nosuch.py"),
    # Of what is written in two parts here, this file does not have the whole.
    ("pip install", "pip un" "install", "does not have `pip un" "install`"),
    ("python -m nosuch_module check", "python -m nosuch_module un" "check", "does not have `nosuch_module un" "check`"),
    ("prefect-config init bash >file", "prefect-config un" "init bash", "does not have `prefect-config un" "init`"),
    ("<!-- run by: tests/docs/shown_commands_selftest.py -->\n", "", "without a comment"),
    ("# a comment alone", "dask scheduler", "without a comment"),
    ("active = ", "activ = ", "is another file"),
    ("home/.prefect/profiles.toml", "home/nosuch", "has no home/nosuch"),
    ("`prefect-config view -o json`", "`prefect-config veiw -o json`", "no command `veiw`"),
    ("`prefect-config view -o json`", "`prefect-config view -o yaml`", "takes no `yaml`"),
    ("`prefect-config view -o json`", "`prefect-config view --oputput json`", "no option `--oputput`"),
    ("`prefect-config view -o json`", "`prefect-config view json`", "`view` takes no `json`"),
    ("prefect-config init bash", "prefect-config init cash", "takes no `cash`"),
    ("[-o text|json]", "[-o text|jsom]", "takes no `jsom`"),
    ("[--yes | --no]", "[--yes | --nay]", "no option `--nay`"),
    ("run: prefect-config lint .", "run: prefect-config lint . --all", "no option `--all`"),
    ("$ prefect-config view -q\n", "prefect-config view -q\n", "does not begin with"),
]
LINKS_GOOD = "# One\n\n## Two `--x`\n\n[a](#two---x) [b](other.md#there) [c](https://example.com/x) `[d](nosuch.md)`\n"
LINKS_WRONG = [("#two---x", "#two", "no heading"), ("other.md#there", "nosuch.md", "is not there"),
               ("other.md#there", "other.md#gone", "no heading"), ("other.md#there", "/other.md", "absolute")]


def said_of(folder: Path, page: str, update: bool = False) -> tuple[str, str]:
    """What is printed of a page, and the page afterwards."""
    path = folder / "page.md"
    path.write_text(page, encoding="utf-8")
    with contextlib.redirect_stdout(io.StringIO()) as said:
        shown.check_pages([path], folder / "program", update)
    return said.getvalue(), path.read_text(encoding="utf-8")


def self_test() -> int:
    problems, count = [], 0

    def expect(what: str, right: bool) -> None:
        nonlocal count
        count += 1
        if not right:
            problems.append(what)

    with tempfile.TemporaryDirectory(prefix="shown-self-") as name:
        folder = Path(name).resolve()
        (folder / "program").write_text(PROGRAM, encoding="utf-8")
        (folder / "program").chmod(0o755)
        said, _ = said_of(folder, GOOD)
        expect(f"the good page passes: {said}", said.endswith(" passed, 0 failed\n") and "FAIL" not in said)
        for before, after, wanted in WRONG:
            expect(f"{before!r} is in the page", before in GOOD)
            said, _ = said_of(folder, GOOD.replace(before, after, 1))
            expect(f"{after!r} gives `{wanted}`: {said}", wanted in said and " passed, 0 failed" not in said)
        for output in ("said view -q\n", "complained\n\n"):
            said, page = said_of(folder, GOOD.replace(output, "other\n" if output != "complained\n\n" else "\n", 1), update=True)
            expect(f"--update writes the page anew: {said}\n{page}", page == GOOD and "1 updated" in said)
        said, page = said_of(folder, GOOD.replace("said …\n", "…\nnever\n"), update=True)
        expect("--update leaves a block with a line `…` alone", "…\nnever\n" in page and "1 failed" in said)

        (folder / "other.md").write_text("# There\n", encoding="utf-8")
        for before, after, wanted in [("", "", ""), *LINKS_WRONG]:
            path = folder / "links.md"
            path.write_text(LINKS_GOOD.replace(before, after, 1) if before else LINKS_GOOD, encoding="utf-8")
            found = check_links.wrong_links(path, folder)
            expect(f"{after!r}: {found}", len(found) == (1 if before else 0) and all(wanted in one for one in found))
    for problem in problems:
        print(f"FAIL self-test: {problem}")
    print(f"{count - len(problems)} passed, {len(problems)} failed")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(self_test())
