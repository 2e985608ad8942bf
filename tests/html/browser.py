"""What real Chromium makes of a page: each function yields what is wrong, a sentence each.

Two contexts: one as a reader has it, where nothing may be asked for, said or run; and one in which
axe is let past the page's Content-Security-Policy, for its rules alone.

To add a check: a function of (page), called by `look_at` or `judge`.
"""

import os
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Error, sync_playwright

WIDTHS = (320, 768, 1280)
HEIGHT = 900
PAPER = 718  # CSS pixels of A4 between Chromium's margins
# Above this a page is checked as a whole, and not link by link.
MOST_STOPS = 120
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# One set of fonts wherever the test runs, so that pictures can be compared.
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>/usr/share/fonts/truetype/dejavu</dir><cachedir>{cache}</cachedir>
<include ignore_missing="yes">/etc/fonts/conf.d</include></fontconfig>"""


def started(driver, args, **options):
    """In its sandbox where there can be one. root has none, nor have many containers."""
    attempts = ([args] if os.getuid() != 0 else []) + [[*args, "--no-sandbox"]]
    for more in attempts[:-1]:
        try:
            return driver.chromium.launch(args=more, chromium_sandbox=True, **options)
        except Error:
            pass
    return driver.chromium.launch(args=attempts[-1], **options)


@contextmanager
def chromium(path="/usr/bin/chromium"):
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        fonts = Path(folder) / "fonts.conf"
        fonts.write_text(FONTS.format(cache=folder), encoding="utf-8")
        arguments = ["--disable-dev-shm-usage", "--hide-scrollbars", "--force-color-profile=srgb"]
        environment = {**os.environ, "HOME": folder, "FONTCONFIG_FILE": str(fonts)}
        with sync_playwright() as driver:
            browser = started(driver, executable_path=path, args=arguments, env=environment, timeout=30_000)
            try:
                yield browser
            finally:
                browser.close()


def look_at(browser, path, situation):
    """As a reader has it. Yields (page, complaints): the page is open while the caller looks too."""
    heard = []
    with browser.new_context(viewport={"width": 1280, "height": HEIGHT}, color_scheme="light") as context:
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda message: heard.append(f"the console says: {message.text[:200]}"))
        page.on("pageerror", lambda error: heard.append(f"a script failed: {error}"))
        page.on("dialog", lambda dialog: (heard.append("a dialog opened"), dialog.dismiss()))
        page.on("request", lambda request: None if request.url == path.as_uri()
                else heard.append(f"it asks for {request.url[:100]}"))
        started = time.monotonic()
        page.goto(path.as_uri(), wait_until="load")
        page.evaluate("document.documentElement.scrollHeight")
        took = time.monotonic() - started
        if took > situation.bound:
            yield f"it takes {took:.1f} s to open"
        yield from check_inert(page)
        yield from check_widths(page)
        yield from check_keyboard(page)
        yield from check_print(page)
        shown = page.inner_text("body")
        yield from heard
    with browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": HEIGHT}) as context:
        page = context.new_page()
        page.goto(path.as_uri())
        if page.inner_text("body") != shown:
            yield "without scripts it says something else"


def check_inert(page):
    facts = page.evaluate("""() => ({
        elements: document.querySelectorAll('script,img,iframe,object,embed,link,base,form,video,audio,svg').length,
        styles: document.querySelectorAll('style').length,
        handlers: [...document.querySelectorAll('*')].flatMap(e => e.getAttributeNames())
            .filter(name => name.startsWith('on') || name === 'style'),
        hit: typeof window.__hit,
        styled: getComputedStyle(document.body).backgroundColor,
        links: [...document.querySelectorAll('a')].map(a => a.getAttribute('href'))
            .filter(href => !href.startsWith('#') || !document.getElementById(href.slice(1))),
        unnamed: [...document.querySelectorAll('[role=region], section[aria-labelledby]')]
            .filter(e => !document.getElementById(e.getAttribute('aria-labelledby'))?.textContent.trim()).length,
        ids: [...document.querySelectorAll('[id]')].map(e => e.id),
    })""")
    if facts["elements"]:
        yield f"{facts['elements']} elements that no page of ours has"
    if facts["styles"] != 1 or facts["styled"] == "rgba(0, 0, 0, 0)":
        yield "its style does not count"
    if facts["handlers"]:
        yield f"attributes that no page of ours has: {facts['handlers'][:3]}"
    if facts["hit"] != "undefined":
        yield "a value of the launch ran"
    if facts["links"]:
        yield f"a link leads nowhere on this page: {facts['links'][0]}"
    if facts["unnamed"]:
        yield f"{facts['unnamed']} regions have no name"
    if len(facts["ids"]) != len(set(facts["ids"])):
        yield "two elements have one id"


def check_widths(page):
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        needed = page.evaluate("document.documentElement.scrollWidth")
        if needed > width:
            yield f"at {width} pixels it is {needed} wide"


def check_keyboard(page):
    """Tab comes to everything that can be used, in its order, and one sees where it is."""
    stops = page.evaluate("""() => [...document.querySelectorAll('a[href], summary, [tabindex="0"]')]
        .filter(e => e.checkVisibility()).map((e, i) => { e.dataset.stop = i; return e.tagName })""")
    if len(stops) > MOST_STOPS:
        return
    page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
    for number, tag in enumerate(stops):
        page.keyboard.press("Tab")
        there = page.evaluate("""() => { const e = document.activeElement, style = getComputedStyle(e),
            box = e.getBoundingClientRect();
            return [e.dataset.stop, style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
                    box.bottom > 0 && box.top < innerHeight] }""")
        if there[0] != str(number):
            yield f"Tab does not come to {tag} {number}"
            return
        if not there[1] or not there[2]:
            yield f"one does not see that {tag} {number} has the focus"
            return


def check_print(page):
    page.set_viewport_size({"width": PAPER, "height": HEIGHT})
    page.emulate_media(media="print")
    cut = page.evaluate("""() => [...document.querySelectorAll('main *, header *')].filter(e => {
        if (!e.textContent.trim() || e.closest('.skip')) return false;
        const box = e.getBoundingClientRect();
        return !e.checkVisibility({contentVisibilityAuto: true}) || box.width === 0 || box.right > innerWidth + 1;
    }).map(e => e.outerHTML.slice(0, 80))""")
    if cut:
        yield f"on paper {len(cut)} elements are cut or missing, the first: {cut[0]}"
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 1280, "height": HEIGHT})


def check_pdf(page):
    if not page.pdf(format="A4").startswith(b"%PDF"):
        yield "it cannot be printed"


def judge(browser, path, schemes=("light", "dark"), prints=False):
    """axe, with everything that is folded open: every rule in the first scheme, and that on contrast in the others."""
    with browser.new_context(bypass_csp=True, viewport={"width": 1280, "height": HEIGHT}) as context:
        page = context.new_page()
        page.goto(path.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
        page.evaluate(AXE)
        for scheme in schemes:
            page.emulate_media(color_scheme=scheme)
            only = AXE_TAGS if scheme == schemes[0] else ["color-contrast"]
            result = page.evaluate("only => axe.run(document, {runOnly: only, resultTypes: ['violations']})", only)
            for violation in result["violations"]:
                node = violation["nodes"][0]
                yield f"axe, {scheme}: {violation['id']} ({len(violation['nodes'])}): {node['html'][:120]}"
        if prints:
            yield from check_pdf(page)


def pictures(browser, path):
    """(suffix, PNG bytes) of the page in both schemes and narrow."""
    for suffix, scheme, width in (("light", "light", 1280), ("dark", "dark", 1280), ("narrow", "light", 320)):
        with browser.new_context(color_scheme=scheme, viewport={"width": width, "height": HEIGHT}) as context:
            page = context.new_page()
            page.goto(path.as_uri())
            yield suffix, page.screenshot(full_page=True)


__all__ = ["Error", "chromium", "judge", "look_at", "pictures"]
