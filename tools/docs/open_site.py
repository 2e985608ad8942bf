#!/usr/bin/env python3
"""Opens pages of a built site in Chromium, and says which requests leave the site or fail.

usage: open_site.py DIR [PAGE...]        in the environment of tests/html/prepare, which has playwright

What a script fetches stands in no attribute: here it is seen. The site is served on loopback, for a search fetches its
index; whatever is asked of another place is not let out. Started by check_site.py, where that environment is there.
Prints a line a failure, then "N pages opened, N failed".
"""

from __future__ import annotations

import functools
import http.server
import os
import sys
import tempfile
import threading
from pathlib import Path

from playwright.sync_api import Error, sync_playwright

CHROMIUM = "/usr/bin/chromium"
#: The start, and the page with the most on it.
PAGES = ("index.html", "cli.html")
#: Typed into the search, as a reader would.
WORDS = "auth string"


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def wrong_on(browser, origin: str, page_name: str) -> list[str]:
    """What one page asks of another place, and what it does not get."""
    found: list[str] = []
    with browser.new_context() as context:
        context.route(lambda url: not url.startswith((origin, "data:", "blob:")), lambda route: route.abort())
        context.on("request", lambda request: None if request.url.startswith((origin, "data:", "blob:"))
                   else found.append(f"asks for {request.url[:120]}"))
        context.on("response", lambda response: found.append(f"{response.url[len(origin):]}: status {response.status}")
                   if response.status >= 400 else None)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.goto(f"{origin}{page_name}", wait_until="networkidle")
        search = page.locator("input[name=query]")
        if search.count():
            search.first.evaluate("(field, words) => { field.focus(); field.value = words; field.dispatchEvent(new KeyboardEvent('keyup', {bubbles: true})); }", WORDS)
            page.wait_for_timeout(500)
            page.wait_for_load_state("networkidle")
    return list(dict.fromkeys(found))


def main() -> int:
    root, pages = Path(sys.argv[1]).resolve(), sys.argv[2:] or list(PAGES)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(root)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    arguments = ["--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
    arguments += ["--no-sandbox"] if os.getuid() == 0 else []
    failed = 0
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=arguments, env={**os.environ, "HOME": home}, timeout=60_000)
        for name in pages:
            try:
                problems = wrong_on(browser, f"http://127.0.0.1:{server.server_port}/", name)
            except Error as error:
                problems = [str(error).splitlines()[0]]
            failed += len(problems)
            for problem in problems:
                print(f"FAIL {name}: {problem}")
        browser.close()
    server.shutdown()
    print(f"{len(pages)} pages opened, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
