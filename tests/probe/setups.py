"""What is probed: parts x client environment x release, and what must be said of it. Tables only.

In an environment ``{HTTP}`` and ``{HTTPS}`` are the place of the set-up's part with that scheme,
``{PROXY}`` the place of its proxy, ``{CA}`` the run's authority, ``{PORT}`` the part's port. Every
credential is made up.

What is expected of a surface: ``works``, ``not-opened``, ``unknown``; ``fails`` with any code; a code,
which is ``fails`` with it; or several of these with a blank between, of which one must hold. A surface
that is not named is not looked at. ``codes``: exactly the PC4xx codes among the findings; alternatives
are written ``PC403|PC405``, and ``PC482?`` may be there.
"""

from __future__ import annotations

import base64
import dataclasses
import json

import cloud
import hostile
from parts import AUTH, GATE, NON_ASCII

#: The clients that record_symptoms.py drives.
CLIENTS = ("3.4.19", "3.8.8", "3.9.1")
SURFACES = ("http", "events-in", "worker-channel", "events-out")
WRONG = "admin:TEST-wrong"
KEY = "pnu_TESTkey0123456789"
WORKER = "prefect worker start --pool p --type process"
WORKS = dict.fromkeys(SURFACES, "works")
#: With --pool the pool is asked for in the place of events-out.
POOL = dict.fromkeys(("http", "events-in", "worker-channel"), "works")


@dataclasses.dataclass(frozen=True)
class Setup:
    name: str
    at: str
    environment: tuple[tuple[str, str], ...]
    surfaces: dict[str, str]
    codes: tuple[str, ...] = ()
    release: str = "3.8.8"
    arguments: tuple[str, ...] = ()
    #: What stands between, by the words of a proxy part; it is told the names of ``names``.
    proxy: str = ""
    names: tuple[str, ...] = ()
    #: Real clients were driven through it: their verdict is asked for, too.
    recorded: bool = False
    #: ``prefect worker start`` as well, in these words.
    worker: str = ""

    @property
    def healthy(self) -> bool:
        return set(self.surfaces.values()) <= {"works", "not-opened"} and not any("?" not in one for one in self.codes)

    def secrets(self) -> set[str]:
        """No piece of these may be printed."""
        found = {AUTH, WRONG, "TEST-password", "TEST-wrong", "TEST-gate", "TEST-proxy", "pässwörd"}
        for _, value in self.environment:
            if "TEST" in value:
                found |= {value, base64.b64encode(value.encode()).decode()}
        found |= {base64.b64encode(one.encode()).decode() for one in (AUTH, WRONG, GATE, NON_ASCII)}
        return {one for one in found if "TEST" in one or len(one) > 7}


def url(path: str = "/api", scheme: str = "HTTP") -> tuple[str, str]:
    return ("PREFECT_API_URL", "{" + scheme + "}" + path)


def auth(value: str = AUTH) -> tuple[str, str]:
    return ("PREFECT_API_AUTH_STRING", value)


def key(value: str = KEY) -> tuple[str, str]:
    return ("PREFECT_API_KEY", value)


def headers(**named: str) -> tuple[str, str]:
    return ("PREFECT_CLIENT_CUSTOM_HEADERS", json.dumps({k.replace("_", "-"): v for k, v in named.items()}))


def basic(value: str) -> str:
    return "Basic " + base64.b64encode(value.encode()).decode()


def all_of(expected: str) -> dict[str, str]:
    return dict.fromkeys(SURFACES, expected)


def websockets(expected: str, http: str = "works") -> dict[str, str]:
    return all_of(expected) | {"http": http}


CA = ("PREFECT_API_SSL_CERT_FILE", "{CA}")
RIGHT = (url(), auth())
TLS = (url(scheme="HTTPS"), auth(), CA)
GATED = headers(Authorization=basic(GATE))
SKIP = ("PREFECT_API_TLS_INSECURE_SKIP_VERIFY", "true")


def _nginx() -> list[Setup]:
    def row(name, surfaces, *codes, at="", environment=RIGHT, worker="", **more):
        more = {"recorded": True, "worker": worker} | more
        return Setup(f"nginx-{name}", at or f"nginx {name}", tuple(environment), surfaces, codes, **more)

    return [
        row("a", WORKS, worker=WORKER),
        row("b", websockets("PC401"), "PC401", worker=WORKER),
        row("b2", websockets("PC401"), "PC401"),
        row("c", {"http": "PC444"}, "PC444", worker=WORKER),
        row("d", WORKS),
        row("e1", all_of("fails") | {"http": "PC452"}, "PC452"),
        row("e2", all_of("fails") | {"http": "PC451"}, "PC451"),
        row("e3", all_of("fails") | {"http": "PC452"}, "PC452"),
        row("e4", {"http": "works", "events-in": "PC448", "events-out": "PC448"}, "PC448", "PC401?", worker=WORKER),
        row("f1", all_of("PC422"), "PC422", environment=(url(scheme="HTTPS"), auth()), worker=WORKER),
        row("f2", all_of("PC421"), "PC421", environment=TLS),
        row("f3", all_of("PC420"), "PC420", environment=TLS),
        row("f4", WORKS, environment=TLS),
        row("f4b", all_of("PC422"), "PC422", at="nginx f4", environment=(url(scheme="HTTPS"), auth())),
        row("f5", all_of("PC423"), "PC423", environment=TLS),
        row("f6", all_of("PC424"), "PC424", at="nginx a", environment=TLS),
        row("f7", all_of("PC425"), "PC425", at="nginx f4"),
        # Not verified, and yet on this machine: nobody is between.
        row("f8", all_of("PC426"), "PC426", environment=TLS),
        row("f1-skip", {"http": "works unknown not-opened"}, "PC406?", at="nginx f1", recorded=False,
            environment=(url(scheme="HTTPS"), auth(), SKIP)),
        row("f1-skip-insecure", WORKS, at="nginx f1", environment=(url(scheme="HTTPS"), auth(), SKIP),
            arguments=("--allow-insecure",)),
        row("f1-cert-file", WORKS, at="nginx f1", recorded=False,
            environment=(url(scheme="HTTPS"), auth(), ("PREFECT_API_SSL_CERT_FILE", "{SELF_SIGNED}"))),
        row("g1", all_of("PC461"), "PC461", worker=WORKER),
        row("g2", all_of("PC460"), "PC460"),
        row("g2-503", all_of("fails") | {"http": "PC461"}, "PC461"),
        row("g3", WORKS),
        row("g4", all_of("PC461"), "PC461"),
        row("g4-short", all_of("PC403"), "PC403", at="nginx g4", arguments=("--timeout", "1"), recorded=False),
        row("h1", all_of("PC443"), "PC443"),
        # The version check sends the auth string, which is not the gate's password.
        row("h1-gate", {"http": "PC445", "version-check": "PC443"}, "PC443", "PC445", at="nginx h1", environment=(*RIGHT, GATED)),
        row("h2", all_of("PC443"), "PC443"),
        # The events clients ask for the version first, without custom headers: the gate wants them.
        row("h2-gate", {"http": "works", "version-check": "PC443", "events-in": "fails", "worker-channel": "works"},
            "PC443", at="nginx h2", environment=(*RIGHT, GATED)),
        row("i1", all_of("PC440"), "PC440", worker=WORKER),
        row("i2", all_of("PC440"), "PC440"),
        row("i3", all_of("PC441"), "PC441", worker=WORKER),
        row("i4", all_of("PC442"), "PC442", worker=WORKER),
        row("j", WORKS),
        row("k", WORKS),
        row("l1", websockets("PC446"), "PC446", worker=WORKER),
        row("l2", WORKS),
        row("m", websockets("PC447"), "PC447"),
        row("n", {"http": "works", "events-in": "PC480", "events-out": "works"}, "PC480", "PC482?", "PC483?"),
        row("o", all_of("PC449"), "PC449"),
        row("no-api", all_of("fails") | {"http": "PC450"}, "PC450", at="nginx a", environment=(url(""), auth())),
    ]  # fmt: skip


#: name: (variables, what is expected with auth on, its code)
FORMS = {
    "right": ((auth(),), "", ""),
    "missing": ((), "PC470", "PC470"),
    "wrong": ((auth(WRONG),), "PC471", "PC471"),
    "key-only": ((key(),), "PC472 PC471", "PC472|PC471"),
    "base64": ((auth(base64.b64encode(AUTH.encode()).decode()),), "PC472 PC471", "PC472|PC471"),
    "with-Basic": ((auth(basic(AUTH)),), "PC472 PC471", "PC472|PC471"),
    "quotes": ((auth(f'"{AUTH}"'),), "PC472 PC471", "PC472|PC471"),
    "line-end": ((auth(AUTH + "\n"),), "PC472 PC471", "PC472|PC471"),
    "non-ASCII": ((auth(NON_ASCII),), "PC473", "PC473"),
}


def _servers() -> list[Setup]:
    made = []
    for version in ("3.6.13", "3.6.29", "3.8.8", "3.9.1"):
        old = version == "3.6.13"
        channel = {} if version in ("3.8.8", "3.9.1") else {"worker-channel": "not-opened"}
        for name, (variables, expected, code) in FORMS.items():
            environment = (url(), *variables)
            if not expected:
                surfaces, codes = WORKS | channel, ()
            elif name == "non-ASCII" and old:
                surfaces, codes = {"http": "PC471", "events-out": "PC471", "events-in": "works"}, ("PC471",)
            elif old:
                # It takes events from anybody.
                surfaces, codes = {"http": expected, "events-in": "works", "events-out": "fails"}, (code,)
            else:
                surfaces, codes = all_of("fails") | {"http": expected} | channel, (code,)
            made.append(
                Setup(f"server-{version}-{name}", f"server {version} auth", environment, surfaces, codes,
                      release=version, recorded=version == "3.9.1")
            )  # fmt: skip
        for name in ("missing", "right", "key-only"):
            codes = () if name == "missing" else ("PC477",)
            made.append(
                Setup(f"server-{version}-off-{name}", f"server {version} open", (url(), *FORMS[name][0]),
                      WORKS | channel, codes, release=version)
            )  # fmt: skip
    return made


def _pairs() -> list[Setup]:
    def pair(client, server, mode, surfaces, *codes, environment=RIGHT, **more):
        given = environment if mode == "auth" else environment[:1]
        return Setup(f"pair-{client}-to-{server}-{mode}", f"server {server} {mode}", given, surfaces, codes,
                     release=client, recorded=client in CLIENTS, **more)  # fmt: skip

    no_channel = {"worker-channel": "not-opened"}
    old = WORKS | no_channel
    lost = {"http": "works", "events-in": "PC480", "events-out": "works"}
    return [
        pair("3.4.19", "3.8.8", "auth", old | {"events-in": "PC481"}, "PC481", worker=WORKER),
        pair("3.4.19", "3.8.8", "open", old),
        pair("3.4.19", "3.6.13", "auth", old),
        pair("3.6.13", "3.6.29", "auth", old | {"events-in": "PC481"}, "PC481"),
        pair("3.6.13", "3.9.1", "open", old),
        pair("3.8.8", "3.6.13", "auth", lost, "PC480", "PC482?", "PC483?", worker=WORKER),
        pair("3.8.8", "3.6.13", "open", lost, "PC480", "PC482?", "PC483?"),
        pair("3.9.1", "3.6.13", "auth", lost, "PC480", "PC482?", "PC483?", worker=WORKER),
        pair("3.6.29", "3.6.13", "auth", lost | no_channel, "PC480", "PC482?"),
        pair("3.8.8", "3.6.29", "auth", {"http": "works", "events-in": "works", "events-out": "works"}, "PC483",
             "PC482?"),
        pair("3.9.1", "3.8.8", "auth", WORKS, "PC482"),
        pair("3.8.8", "3.9.1", "auth", WORKS),
        pair("3.9.1", "3.9.1", "auth", WORKS, worker=WORKER),
        # Before 3.1.8 there is no auth string; before 3.3.5 the events subscriber sends null with one.
        pair("3.0.11", "3.6.13", "open", old),
        pair("3.1.15", "3.6.13", "auth", {"http": "works", "events-in": "works", "events-out": "PC476"}, "PC476"),
        pair("3.3.4", "3.8.8", "auth", {"http": "works", "events-in": "PC481", "events-out": "PC476"}, "PC476",
             "PC481"),
        pair("3.3.5", "3.8.8", "auth", {"http": "works", "events-in": "PC481", "events-out": "works"}, "PC481"),
    ]  # fmt: skip


def _odd_servers() -> list[Setup]:
    no_csrf = ("PREFECT_CLIENT_CSRF_SUPPORT_ENABLED", "false")

    def odd(name, at, environment, surfaces, *codes, **more):
        return Setup(name, at, tuple(environment), surfaces, codes, **({"recorded": True, "release": "3.9.1"} | more))

    return [
        odd("server-auth-empty", "server 3.9.1 empty-auth", RIGHT, {"http": "PC474"}, "PC474"),
        odd("server-auth-empty-missing", "server 3.9.1 empty-auth", [url()], {"http": "PC474"}, "PC474"),
        odd("server-auth-non-ASCII", "server 3.9.1 non-ascii", [url(), auth(NON_ASCII)], {"http": "PC473"}, "PC473"),
        odd("csrf", "server 3.9.1 csrf", RIGHT, WORKS),
        odd("csrf-off-here", "server 3.9.1 csrf", [*RIGHT, no_csrf], {"http": "PC475"}, "PC475"),
        odd("csrf-open", "server 3.9.1 open-csrf", [url()], WORKS),
        odd("csrf-open-off-here", "server 3.9.1 open-csrf", [url(), no_csrf], {"http": "PC475"}, "PC475"),
        odd("no-api", "server 3.8.8 auth", [url(""), auth()], {"http": "PC450"}, "PC450", release="3.8.8"),
        odd("no-api-ui", "server 3.6.29 open-ui", [url("")], {"http": "PC450"}, "PC450", release="3.6.29"),
        odd("api-twice", "server 3.8.8 auth", [url("/api/api"), auth()], {"http": "PC451"}, "PC451", release="3.8.8"),
        odd("api-twice-missing", "server 3.8.8 auth", [url("/api/api")], {"http": "PC451 PC470"}, "PC451|PC470",
            release="3.8.8"),
        odd("slash-at-the-end", "server 3.8.8 auth", [url("/api/"), auth()], {"http": "works"}, release="3.8.8"),
        odd("pool", "server 3.8.8 auth", RIGHT, POOL, arguments=("--pool", "p"), recorded=False, release="3.8.8"),
        odd("pool-not-found", "server 3.8.8 auth", RIGHT, {"http": "works PC413"}, "PC413",
            arguments=("--pool", "nope"), worker="prefect worker start --pool nope --no-create-pool-if-not-found",
            release="3.8.8"),
        # Unless told not to, a worker makes the pool that it does not find, and waits there.
        odd("pool-made", "server 3.8.8 auth", RIGHT, {"http": "works PC413"}, "PC413", release="3.8.8",
            arguments=("--pool", "nope"), worker="prefect worker start --pool nope-{client} --type process"),
    ]  # fmt: skip


def _ways() -> list[Setup]:
    """Names, connections, proxies."""

    def way(name, at, environment, surfaces, *codes, **more):
        return Setup(name, at, tuple(environment), surfaces, codes, **({"recorded": True} | more))

    def proxied(name, proxy, surfaces, *codes, variable="HTTP_PROXY", value="http://{PROXY}", **more):
        return way(f"proxy-{name}", "server 3.8.8 auth", [*RIGHT, (variable, value)], surfaces, *codes,
                   proxy=proxy, **more)  # fmt: skip

    invalid = ("PREFECT_API_URL", "http://prefect.invalid/api")
    # Known to the proxy alone.
    hidden = [("PREFECT_API_URL", "http://prefect.invalid:4200/api"), auth()]
    https_hidden = ("PREFECT_API_URL", "https://prefect.invalid:4200/api")
    known = {"proxy": "proxy pass", "names": ("prefect.invalid:4200",), "arguments": ("--allow-insecure",)}
    quick = ("PREFECT_API_REQUEST_TIMEOUT", "4")
    with_password = "http://admin:TEST-proxy@{PROXY}"
    return [
        way("dns", "closed", [invalid, auth()], all_of("PC400"), "PC400", worker=WORKER),
        way("dns-https", "closed", [("PREFECT_API_URL", "https://prefect.invalid/api")], all_of("PC400"), "PC400"),
        way("refused", "closed", RIGHT, all_of("PC402"), "PC402", worker=WORKER),
        way("silent", "hostile silent", [*RIGHT, quick], all_of("PC403"), "PC403", arguments=("--timeout", "1")),
        way("reset", "hostile reset", RIGHT, all_of("PC404"), "PC404"),
        way("reset-late", "hostile reset-late", RIGHT, all_of("PC404"), "PC404"),
        way("close", "hostile close", RIGHT, all_of("PC404"), "PC404"),
        way("tls-reset", "hostile tls-reset", TLS, all_of("PC404 PC426"), "PC404|PC426"),
        way("garbage", "hostile garbage-first", RIGHT, all_of("PC405"), "PC405"),
        proxied("pass", "proxy pass", WORKS),
        proxied("dead", "closed", all_of("PC430"), "PC430"),
        # Of a plain request that goes through a proxy nobody can tell whose 403 it is.
        proxied("403", "proxy 403", websockets("PC431", "PC431 PC449"), "PC431", "PC449?"),
        proxied("407", "proxy 407", all_of("PC431"), "PC431"),
        proxied("407-right", "proxy 407", WORKS, value=with_password),
        proxied("502", "proxy 502", websockets("PC431", "PC431 PC461"), "PC431", "PC461?"),
        proxied("cut", "proxy cut", all_of("PC404 PC430 PC431 PC405"), "PC404|PC430|PC431|PC405"),
        proxied("no-connect", "proxy no-connect", websockets("PC431"), "PC431", "PC432?"),
        proxied("https-dead", "closed", websockets("PC430"), "PC430|PC432", "PC432?", variable="HTTPS_PROXY"),
        way("proxy-not-for-us", "server 3.8.8 auth",
                 [*RIGHT, ("HTTP_PROXY", "http://{PROXY}"), ("NO_PROXY", "127.0.0.1")], WORKS, proxy="closed"),
        way("proxy-tls", "nginx f4", [*TLS, ("HTTPS_PROXY", "http://{PROXY}")], WORKS, proxy="proxy pass"),
        way("proxy-tls-self-signed", "nginx f1", [*TLS, ("HTTPS_PROXY", "http://{PROXY}")], all_of("PC422"), "PC422",
            proxy="proxy pass"),
        way("proxy-tls-403", "nginx f4", [*TLS, ("HTTPS_PROXY", "http://{PROXY}")], all_of("PC431"), "PC431",
            proxy="proxy 403"),
        way("proxy-tls-407", "nginx f4", [*TLS, ("HTTPS_PROXY", "http://{PROXY}")], all_of("PC431"), "PC431",
            proxy="proxy 407"),
        way("proxy-tls-dead", "nginx f4", [*TLS, ("HTTPS_PROXY", "http://{PROXY}")], all_of("PC430"), "PC430",
            proxy="closed"),
        # Where it has two addresses, one of them listens.
        way("localhost", "server 3.8.8 auth", [("PREFECT_API_URL", "http://localhost:{PORT}/api"), auth()], WORKS),
        way("localhost-refused", "closed", [("PREFECT_API_URL", "http://localhost:{PORT}/api"), auth()],
            all_of("PC402"), "PC402"),
        way("proxy-all-only", "server 3.8.8 auth", [*hidden, ("ALL_PROXY", "http://{PROXY}")],
            websockets("PC400 PC432"), "PC400|PC432", "PC432?", **known),
        way("proxy-hidden", "server 3.8.8 auth", [*hidden, ("HTTP_PROXY", "http://{PROXY}")], WORKS, **known),
        way("proxy-hidden-old-client", "server 3.6.13 open", [hidden[0], ("HTTP_PROXY", "http://{PROXY}")],
            {"http": "works", "events-out": "PC400 PC432"}, "PC400|PC432", "PC432?", release="3.0.11",
            **(known | {"recorded": False})),
        way("not-verified", "nginx f1", [https_hidden, auth(), ("HTTPS_PROXY", "http://{PROXY}"), SKIP], {}, "PC406",
            **(known | {"arguments": (), "recorded": False})),
        way("not-verified-insecure", "nginx f1", [https_hidden, auth(), ("HTTPS_PROXY", "http://{PROXY}"), SKIP],
            WORKS, **(known | {"recorded": False})),
        way("not-in-clear", "server 3.8.8 auth", [*hidden, ("HTTP_PROXY", "http://{PROXY}")], {}, "PC406",
            **(known | {"arguments": (), "recorded": False})),
    ]  # fmt: skip


def _cloud() -> list[Setup]:
    here = (("PREFECT_API_URL", "{HTTP}" + cloud.HERE), ("PREFECT_CLOUD_API_URL", "{HTTP}/api"))

    def row(name, variables, surfaces, *codes, **more):
        return Setup(f"cloud-{name}", "cloud", (*here, *variables), surfaces, codes, **({"recorded": True} | more))

    return [
        row("right", [key(cloud.RIGHT)], WORKS),
        row("wrong", [key(cloud.WRONG)], all_of("fails") | {"http": "PC412"}, "PC412", worker=WORKER),
        row("denied", [key(cloud.DENIED)], all_of("fails") | {"http": "PC410"}, "PC410", worker=WORKER),
        row("other-workspace", [key(cloud.OTHERS)], all_of("fails") | {"http": "PC411"}, "PC411"),
        row("no-key", [], {"http": "PC470"}, "PC470"),
        row("key-and-auth-string", [key(cloud.RIGHT), auth()], {"http": "PC472 PC412", "events-in": "works"},
            "PC472|PC412", "PC476?"),
        row("pool", [key(cloud.RIGHT)], POOL, arguments=("--pool", "p"), recorded=False),
        row("pool-not-found", [key(cloud.RIGHT)], {"http": "works PC413"}, "PC413", arguments=("--pool", "nope"),
            recorded=False),
        row("right-3.4.19", [key(cloud.RIGHT)], WORKS | {"worker-channel": "not-opened"}, release="3.4.19",
            recorded=False),
    ]  # fmt: skip


#: What may be said of a hostile server's HTTP: it does harm in a way that has no code of its own.
_STRANGE = "PC403 PC404 PC405 PC442 PC449 PC452"
HOSTILE = {
    "silent": "PC403",
    "slow": "PC403",
    "slow-body": "PC403",
    "garbage": "PC405",
    "bad-chunks": "PC405 PC404",
    "short-body": "PC404 PC405",
    "endless-header": "PC405",
    "huge-header": "PC405",
    "endless-body": _STRANGE,
    "endless-chunks": _STRANGE,
    "endless-chunk-extension": "PC405",
    "endless-trailers": "PC405",
    "endless-announcements": _STRANGE,
    "cut-version": "PC404 PC405",
    "other-major": "PC484",
    "redirect-loop": "PC441 PC440",
    "redirect-long": "PC441 PC405",
    "bomb": "PC442 PC405",
    "deep-json": "PC442 PC405",
    "json-500": "PC462",
    "nul": _STRANGE + " works",
    "escapes": "fails",
    "echo-reason": "fails",
    "echo-title": "fails",
    "echo-realm": "fails",
    "echo-location": "PC441",
    "echo-version": "fails works unknown",
    "echo-json": "PC462",
    "tls-silent": "PC403",
    "tls-close": "PC404 PC426",
}
WEBSOCKETS = {
    "ws-reset": "PC404",
    "ws-close": "PC404",
    "ws-silent": "PC403",
    "ws-silent-open": "PC403",
    "ws-cut-open": "PC404",
    "ws-wrong-accept": "PC405",
    "ws-endless-header": "PC405",
    "ws-bad-frames": "PC405",
    "ws-masked": "PC405",
    "ws-huge-frame": "PC405 PC403",
    "ws-endless-chunk-extension": "PC446 PC447",
    "ws-endless-trailers": "PC447",
    "ws-endless-refusal": "PC447",
    "ws-refusal-left-open": "PC447",
    "ws-endless-pings": "PC403 PC405",
    "ws-endless-pieces": "PC405 PC403",
    "ws-slow-frame": "PC403",
    "ws-not-utf8": "PC405",
    "ws-escapes": "fails",
    "ws-echo-close": "fails",
    "ws-echo-status": "fails",
}


def _hostile() -> list[Setup]:
    made = []
    short = ("--timeout", "1")
    for mode, expected in HOSTILE.items():
        environment = TLS if mode.startswith("tls-") else RIGHT
        made.append(Setup(f"hostile-{mode}", f"hostile {mode}", environment, {"http": expected}, ("*",), arguments=short))
    for mode, expected in WEBSOCKETS.items():
        surfaces = {"events-in": expected, "events-out": expected}
        made.append(Setup(f"hostile-{mode}", f"hostile {mode}", RIGHT, surfaces, ("*",), arguments=short))
    missing = set(hostile.MODES) - {one.at.split()[1] for one in made} - {"reset", "reset-late", "close", "tls-reset"}
    assert missing == {"garbage-first"}, missing
    return made


SETUPS: tuple[Setup, ...] = (*_nginx(), *_servers(), *_pairs(), *_odd_servers(), *_ways(), *_cloud(), *_hostile())
assert len({one.name for one in SETUPS}) == len(SETUPS)
