#!/usr/bin/env python3
"""Looks at the pages of `-o html` in real headless Chromium.

usage: check_pages.py --program PATH/TO/prefect-config [--update] [--keep FOLDER] [SITUATION ...]

Of each situation (situations.py): the exit status; no secret in the bytes; valid HTML; in Chromium no
request, nothing on the console, nothing run, the same text without scripts, no sideways scroll at 320,
768 and 1280 pixels, everything reached by Tab and seen to be, nothing cut on paper; axe's rules for WCAG
2.2 AA in the light and the dark scheme; and of some a picture like the one in references/ (--update
writes them: look at them). Then the check itself is checked: on pages broken on purpose each of
these must be found.

Needs Chromium and tests/html/prepare, and runs in the environment that this makes.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def enter_environment(folder):
    """Goes on in the environment's own Python."""
    python = folder / "bin" / "python"
    if Path(sys.prefix).resolve() == folder.resolve():
        return
    if not os.access(python, os.X_OK):
        sys.exit(f"check_pages.py: {folder} is missing; tests/html/prepare makes it")
    os.execv(python, [str(python), *sys.argv])


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True, type=lambda path: str(Path(path).resolve()))
    parser.add_argument("--environment", type=Path, default=ROOT / "build" / "html-venv")
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--keep", type=Path, help="write pages and pictures there")
    parser.add_argument("situations", nargs="*", metavar="SITUATION")
    return parser.parse_args()


def check_pictures(browser, path, situation, options):
    import browser as eyes
    import references

    for suffix, data in eyes.pictures(browser, path):
        name = f"{situation.name}-{suffix}.png"
        kept = HERE / "references" / name
        if options.keep:
            (options.keep / name).write_bytes(data)
        if options.update:
            kept.parent.mkdir(exist_ok=True)
            kept.write_bytes(references.small(data))
        elif not kept.exists():
            yield f"{name} is not kept; --update keeps it"
        else:
            for complaint in references.compare(kept.read_bytes(), data):
                yield f"{name}: {complaint}"


def check_situation(browser, situation, folder, options):
    import browser as eyes
    import pages

    data, status, said = pages.make_page(options.program, situation)
    if status != situation.status:
        yield f"exit status {status} and not {situation.status}: {said[:200]!r}"
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        yield f"no UTF-8: {error}"
        return
    path = folder / f"{situation.name}.html"
    path.write_text(text, encoding="utf-8")
    yield from pages.check_page(text, situation)
    yield from eyes.look_at(browser, path, situation)
    # The huge one has nothing that the others have not, and axe takes its time.
    if len(data) < 200_000:
        yield from eyes.judge(browser, path, prints=situation.reference)
    if situation.reference:
        yield from check_pictures(browser, path, situation, options)


def broken_pages(good):
    """(what is broken, the page, a word of the complaint that must come)"""
    from situations import CANARY

    def instead(old, new):
        assert old in good, f"the self-test's page has no {old!r}"
        return good.replace(old, new, 1)

    yield "a script", instead("</main>", "<script>window.__hit = 1</script></main>"), "console says"
    yield "a handler", instead("<h1>", '<h1 onclick="1">'), "attributes"
    yield "a picture", instead("</main>", '<img alt="" src="http://127.0.0.1:9/x.png"></main>'), "may load"
    yield "a style of its own", instead("<h1>", '<h1 style="color:red">'), "console says"
    yield "other rules", instead("--muted: #545d66", "--muted: #c5cdd6"), "axe, light: color-contrast"
    yield "a region without a name", instead('aria-labelledby="matrix" ', ""), "no name"
    yield "a link without words", instead(">Skip to the content<", "><"), "axe, light: link-name"
    yield "no language", instead(' lang="en"', ""), "axe, light: html-has-lang"
    yield "a secret", instead("</main>", f"<p>{CANARY}</p></main>"), "secret"
    yield "a tag that is not closed", instead("</main>", "<div></main>"), "no HTML"
    yield "a link to nothing", instead('href="#main"', 'href="#nothing"'), "leads nowhere"
    yield "a wide line", instead("</main>", f"<pre>{'x' * 3000}</pre></main>"), "wide"
    yield "a control character", instead("</main>", "\u202e</main>"), "U+202E"


def check_the_check(browser, folder, program):
    import browser as eyes
    import pages
    import references
    from situations import SITUATIONS

    situation = next(row for row in SITUATIONS if row.name == "explain")
    good = pages.make_page(program, situation)[0].decode()
    failures, count = [], 0
    for what, text, word in broken_pages(good):
        path = folder / "broken.html"
        path.write_text(text, encoding="utf-8")
        complaints = [*pages.check_page(text, situation)]
        complaints += eyes.judge(browser, path, ("light",)) if word.startswith("axe") else eyes.look_at(browser, path, situation)
        count += 1
        if not any(word in complaint for complaint in complaints):
            failures.append(f"{what} is not found: {complaints}")
    path.write_text(good, encoding="utf-8")
    light, dark, _ = (data for _, data in eyes.pictures(browser, path))
    path.write_text(good.replace("<h2 id=\"sent\">", "<h2 id=\"sent\">" + "<br>x" * 20), encoding="utf-8")
    taller = next(eyes.pictures(browser, path))[1]
    for what, data, is_alike in (("the same", light, True), ("the dark one", dark, False), ("a taller one", taller, False)):
        count += 1
        if is_alike == bool([*references.compare(references.small(light), data)]):
            failures.append(f"compared with a picture, {what} is {'not ' if is_alike else ''}taken for it")
    return failures, count


def main():
    options = arguments()
    enter_environment(options.environment)
    import browser as eyes
    from situations import SITUATIONS

    passed = failed = 0
    with tempfile.TemporaryDirectory() as temporary, eyes.chromium() as browser:
        folder = options.keep or Path(temporary)
        folder.mkdir(exist_ok=True)
        for situation in SITUATIONS:
            if options.situations and situation.name not in options.situations:
                continue
            complaints = [*check_situation(browser, situation, folder, options)]
            for complaint in complaints:
                print(f"{situation.name}: {complaint}")
            passed, failed = passed + (not complaints), failed + bool(complaints)
        if not options.situations:
            failures, count = check_the_check(browser, Path(temporary), options.program)
            for failure in failures:
                print(f"self-test: {failure}")
            passed, failed = passed + count - len(failures), failed + len(failures)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
