#!/usr/bin/env python3
"""Records what the libraries behind Prefect's clients make of NO_PROXY: tests/data/no_proxy.tsv.

  record_no_proxy.py --prefects FOLDER

FOLDER has environments of Prefect (tests/conformance/prepare). The Python of each asks httpx (the API
client), requests (OpenTelemetry's exporter) and urllib (as websockets asks it, and as Prefect's own
WebSocket client asks it) whether each URL goes through the proxy. Nothing is connected. Columns:
release, library, NO_PROXY as JSON, URL, answer (proxy, direct, raises).
"""

from __future__ import annotations

import argparse
import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
#: Releases, and which of their libraries are asked: httpx 0.27 and 0.28, requests before and since 2.34.
ASKED = (("3.0.11", "httpx"), ("3.1.15", "prefect"), ("3.6.28", "requests"), ("3.9.1", "httpx requests websockets"))
LISTS = """
example.com .example.com ..example.com *.example.com *example.com EXAMPLE.com e.com ample.com
example.com:443 example.com:4200 .example.com:4200 example.com:80 example.com: example.com:x example.com/api
http://example.com https://example.com HTTPS://Example.com http://example.com:4200 https://*.example.com ftp://example.com
all://example.com https:// http:// all:// https://* api
localhost .localhost Localhost localhost:4200 ocalhost
10.0.0.1 10.0.0.1:4200 10.0.0.0/8 10.0.0.0/33 10.0.0.1/32 .10.0.0.1 10. 0.0.1 999.0.0.1 http://999.0.0.1 10.0.0
::1 [::1] [::1]:4200 ::1/128 http://[::1] http://[::1]:4200 http://[x] fd00::/8
* ** other,* *,other other,example.com ,, com .com . a@example.com user:pw@example.com
""".split() + ["", " ", "other, example.com", " example.com ", "other example.com", "example.com\t,x", "ex ample.com", "b\u00fccher.example", ";example.com"]
URLS = """
https://example.com/api http://example.com/api http://example.com:4200/api https://api.example.com/api https://myexample.com/api
http://localhost:4200/api http://localhost/api http://10.0.0.1:4200/api https://10.0.0.1/api http://[::1]:4200/api http://[::1]/api
https://EXAMPLE.com:443/api
""".split()

ASK = r'''
import os, sys, json, urllib.request, urllib.parse
import httpx, requests.utils
lists, urls, libraries = json.load(sys.stdin)
P = "http://127.0.0.1:9"
def by_httpx(url):
    try:
        client = httpx.Client()
    except Exception:
        return "raises"
    transport = client._transport_for_url(httpx.URL(url))
    return "direct" if transport is client._transport else "proxy"
def by_requests(url):
    found = requests.utils.select_proxy(url, requests.utils.get_environ_proxies(url))
    return "proxy" if found else "direct"
def parts(url):
    u = urllib.parse.urlparse(url)
    return u.hostname, u.port or (443 if u.scheme == "https" else 80)
def by_websockets(url):
    return "direct" if urllib.request.proxy_bypass("%s:%s" % parts(url)) else "proxy"
def by_prefect(url):
    return "direct" if urllib.request.proxy_bypass(parts(url)[0]) else "proxy"
for name in ("HTTP_PROXY", "HTTPS_PROXY"):
    os.environ[name] = P
for one in lists:
    os.environ["NO_PROXY"] = one
    for library in libraries.split():
        ask = globals()["by_" + library]
        for url in urls:
            print(library, json.dumps(one), url, ask(url), sep="\t")
'''


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prefects", type=pathlib.Path, required=True)
    options = parser.parse_args()
    rows = []
    for release, libraries in ASKED:
        python = options.prefects / release / "bin" / "python"
        asked = json.dumps([LISTS, URLS, libraries])
        environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
        said = subprocess.run(
            [str(python), "-c", ASK], input=asked, env=environment, stdout=subprocess.PIPE, text=True, check=True
        )
        rows += [f"{release}\t{row}\n" for row in said.stdout.splitlines()]
    (HERE.parents[1] / "data" / "no_proxy.tsv").write_text("".join(rows), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
