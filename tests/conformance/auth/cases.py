"""What is recorded: which surface, with which credentials, against which target. Tables only.

A case is everything that the client is given: its environment is complete, apart from HOME (an
empty folder), PATH and LANG. ``{PORT}`` is the recorder's port, ``{PORT2}`` another port of it,
``{TLS}`` its TLS port, ``{root}`` the case's folder. Every credential is made up.
"""

from __future__ import annotations

import dataclasses
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[2] / "tools" / "registry"))

from releases import newest, parts  # noqa: E402

ACCOUNT = "11111111-1111-4111-8111-111111111111"
WORKSPACE = "22222222-2222-4222-8222-222222222222"
KEY = "pnu_TESTkey0123456789"
AUTH = "admin:TEST-password"

URL, CLOUD_URL = "PREFECT_API_URL", "PREFECT_CLOUD_API_URL"
API_KEY, AUTH_STRING, HEADERS = "PREFECT_API_KEY", "PREFECT_API_AUTH_STRING", "PREFECT_CLIENT_CUSTOM_HEADERS"

#: Versions on which everything is recorded, besides the newest; on the others the standard cases.
FULL = ("2.20.27", "3.0.11", "3.4.19", "3.6.28", "3.8.8", "3.9.1")


def is_full(version: str) -> bool:
    return version in FULL or version == newest()


def recorded_versions() -> list[str]:
    """Those that have a recording, oldest first. A new one is recorded by naming it."""
    return sorted((path.stem for path in (HERE / "recordings").glob("*.json")), key=parts)


@dataclasses.dataclass(frozen=True)
class Case:
    surface: str
    way: str
    target: str
    credentials: str
    environment: tuple[tuple[str, str], ...]
    #: How the recorder answers (recorder.py), where that matters.
    server: str = ""


#: surface, way: what opens it (driver.py).
WAYS = (
    ("http", "async"),
    ("http", "sync"),
    ("version-check", ""),
    ("cloud-client", ""),
    ("events-in", ""),
    ("events-in", "emit"),
    ("events-out", ""),
    ("events-out", "account"),
    ("logs-out", ""),
    ("subscriptions", ""),
    ("worker-channel", ""),
    ("telemetry", ""),
)
SURFACES = tuple(dict.fromkeys(surface for surface, _ in WAYS))
#: One way a surface, for the odd cases.
ONE_WAY = tuple(way for way in WAYS if way[1] not in ("sync", "emit", "account"))


def key(value: str = KEY):
    return (API_KEY, value)


def auth(value: str = AUTH):
    return (AUTH_STRING, value)


def headers(**named: str):
    return (HEADERS, json.dumps({name.replace("_", "-"): value for name, value in named.items()}))


CUSTOM = headers(Authorization="Custom TEST")
SETS = {
    "none": (),
    "key": (key(),),
    "auth": (auth(),),
    "both": (key(), auth()),
    "custom": (CUSTOM,),
    "key+custom": (key(), CUSTOM),
    "auth+custom": (auth(), CUSTOM),
    "both+custom": (key(), auth(), CUSTOM),
    "both+custom-lower-case": (key(), auth(), headers(authorization="Custom TEST")),
    "both+custom-other": (key(), auth(), headers(X_Tok="TEST-tok")),
    "empty-key": (key(""),),
    "empty-auth": (auth(""),),
    "empty-auth+key": (key(), auth("")),
    "empty-key+auth": (key(""), auth()),
}

TARGETS = {
    "self-hosted": ((URL, "http://127.0.0.1:{PORT}/api"),),
    "cloud": (
        (URL, f"http://127.0.0.1:{{PORT}}/api/accounts/{ACCOUNT}/workspaces/{WORKSPACE}"),
        (CLOUD_URL, "http://127.0.0.1:{PORT}/api"),
    ),
}
#: The cloud client goes to PREFECT_CLOUD_API_URL wherever the API is.
CLOUD_BESIDE = ((CLOUD_URL, "http://127.0.0.1:{PORT}/cloud/api"),)
#: Without it prefect.telemetry is off: 3.1.1 on have the first, later ones the second, those
#: after 3.4.13 ignore both.
TELEMETRY = (
    ("PREFECT_EXPERIMENTS_TELEMETRY_ENABLED", "true"),
    ("PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY", "true"),
)
#: The HTTP clients try again and again, with pauses, where nothing could be sent.
NO_RETRIES = (("PREFECT_CLIENT_MAX_RETRIES", "0"),)
#: Without it 2.20 has no events on a self-hosted server.
EXPERIMENTAL = (("PREFECT_EXPERIMENTAL_EVENTS", "true"),)


def case(surface, way, target, credentials, environment, extra=(), server="") -> Case:
    """``environment`` overrides the target's; ``extra`` comes last."""
    base = dict(TARGETS[target])
    if surface == "cloud-client" and target == "self-hosted":
        base |= dict(CLOUD_BESIDE)
    if surface == "telemetry":
        base |= dict(TELEMETRY)
    if surface != "worker":
        base |= dict(NO_RETRIES)
    base |= dict(environment) | dict(extra)
    return Case(surface, way, target, credentials, tuple(base.items()), server)


def standard(version: str) -> list[Case]:
    found = [
        case(surface, way, target, name, environment)
        for surface, way in WAYS
        for target in TARGETS
        for name, environment in SETS.items()
        if (way, target) != ("account", "self-hosted")
    ]
    for name, setting in (("neither setting", ()), ("experiments", TELEMETRY[:1]), ("cloud", TELEMETRY[1:])):
        made = case("telemetry", "", "cloud", f"key, telemetry: {name}", ())
        environment = (*TARGETS["cloud"], *SETS["key"], *setting)
        found.append(dataclasses.replace(made, environment=environment))
    if version.startswith("2."):
        found += [
            case(surface, way, "self-hosted", f"{name}, experimental events", environment, EXPERIMENTAL)
            for surface, way in (("events-in", ""), ("events-in", "emit"), ("events-out", ""))
            for name, environment in SETS.items()
        ]
    return found


# ---- odd inputs: (name, environment)

AUTH_FORMS = {
    "no colon": "TEST-only",
    "two colons": "admin:TEST-a:b",
    "non-ASCII": "admin:TEST-pässwörd€",
    "blanks around": "  admin:TEST-password  ",
    "blank inside": "admin:TEST pass word",
    "newline at the end": "admin:TEST-password\n",
    "already base64": "YWRtaW46VEVTVC1wYXNzd29yZA==",
    "with Basic before it": "Basic YWRtaW46VEVTVC1wYXNzd29yZA==",
    "double quotes around": '"admin:TEST-password"',
    "single quotes around": "'admin:TEST-password'",
    "one blank": " ",
    "only a colon": ":",
    "long": "admin:TEST-" + "p" * 90,
}
KEY_FORMS = {
    "blanks around": "  pnu_TESTkey  ",
    "blank inside": "pnu_TEST key",
    "newline at the end": "pnu_TESTkey\n",
    "non-ASCII": "pnu_TESTé€",
    "with Bearer before it": "Bearer pnu_TESTkey",
    "double quotes around": '"pnu_TESTkey"',
    "one blank": " ",
    "no prefix": "TEST-key",
}
HEADER_FORMS = {
    "Authorization after another": {"X-Tok": "TEST", "Authorization": "Custom TEST"},
    "vertical tab": {"X-Tok": "TEST\x0bx"},
    "bell": {"X-Tok": "TEST\x07x"},
    "sec-websocket-foo": {"Sec-WebSocket-Foo": "TEST"},
    "empty value": {"Authorization": ""},
    "upper case": {"AUTHORIZATION": "Custom TEST"},
    "two spellings": {"Authorization": "Custom TEST-1", "authorization": "Custom TEST-2"},
    "non-ASCII": {"Authorization": "Custom TEST-é"},
    "non-ASCII X": {"X-Tok": "TEST-é"},
    "blanks around": {"Authorization": "  Custom TEST  "},
    "newline": {"Authorization": "Custom TEST\n"},
    "cookie": {"Cookie": "session=TEST-cookie"},
    "proxy-authorization": {"Proxy-Authorization": "Basic TEST-proxy"},
    "User-Agent": {"User-Agent": "TEST-agent"},
    "Host": {"Host": "other.example"},
    "Prefect-Csrf-Token": {"Prefect-Csrf-Token": "TEST-csrf"},
    "Prefect-Csrf-Client": {"Prefect-Csrf-Client": "TEST-csrf"},
    "Sec-WebSocket-Protocol": {"Sec-WebSocket-Protocol": "TEST-other"},
    "no headers": {},
}
AT = "127.0.0.1:{PORT}"
URL_FORMS = {
    "empty user": f"http://@{AT}/api",
    "empty user and password": f"http://:@{AT}/api",
    "non-ASCII user and password": f"http://TEST-u:TEST-pä@{AT}/api",
    "percent-encoded byte in user and password": f"http://TEST-u:TEST%ff@{AT}/api",
    "port that is no number": "http://127.0.0.1:TEST/api",
    "no host": "http:///api",
    "upper-case WebSocket": f"WS://{AT}/api",
    "user and password": f"http://TEST-u:TEST-p@{AT}/api",
    "user alone": f"http://TEST-u@{AT}/api",
    "percent-encoded user": f"http://TEST-u%40x:TEST-p%3Aq@{AT}/api",
    "query": f"http://{AT}/api?x=1",
    "fragment": f"http://{AT}/api#x",
    "trailing slash": f"http://{AT}/api/",
    "two trailing slashes": f"http://{AT}/api//",
    "no api": f"http://{AT}",
    "no api, slash": f"http://{AT}/",
    "upper-case scheme": f"HTTP://{AT}/api",
    "upper-case host": "http://LOCALHOST:{PORT}/api",
    "blanks around": f" http://{AT}/api ",
    "blank at the end": f"http://{AT}/api ",
    "newline at the end": f"http://{AT}/api\n",
    "no scheme": f"{AT}/api",
    "ws scheme": f"ws://{AT}/api",
    "blank in the path": f"http://{AT}/my api",
    "non-ASCII path": f"http://{AT}/äpi",
    "percent-encoded path": f"http://{AT}/a%70i",
    "http in the path": f"http://{AT}/http://api",
    "quotes around": f'"http://{AT}/api"',
}
CLOUD_AT = f"/accounts/{ACCOUNT}/workspaces/{WORKSPACE}"
#: name: (API URL, cloud URL)
CLOUD_FORMS = {
    "no slash at the boundary": (f"http://{AT}/api-other/api", f"http://{AT}/api"),
    "no workspace": (f"http://{AT}/api", f"http://{AT}/api"),
    "trailing slash": (f"http://{AT}/api{CLOUD_AT}/", f"http://{AT}/api"),
    "cloud url with trailing slash": (f"http://{AT}/api{CLOUD_AT}", f"http://{AT}/api/"),
    "cloud url with trailing slash, no workspace": (f"http://{AT}/api", f"http://{AT}/api/"),
    "upper-case scheme": (f"HTTP://{AT}/api{CLOUD_AT}", f"http://{AT}/api"),
    "user and password": (f"http://TEST-u:TEST-p@{AT}/api{CLOUD_AT}", f"http://TEST-u:TEST-p@{AT}/api"),
    "user in the API URL alone": (f"http://TEST-u:TEST-p@{AT}/api{CLOUD_AT}", f"http://{AT}/api"),
    "other account spelling": (f"http://{AT}/api/account/{ACCOUNT}/workspace/{WORKSPACE}", f"http://{AT}/api"),
    "query": (f"http://{AT}/api{CLOUD_AT}?x=1", f"http://{AT}/api"),
}
PROXY = "http://TEST-pu:TEST-pp@127.0.0.1:{PORT}"
LOCALHOST = ((URL, "http://localhost:{PORT}/api"),)
PROXIES = {
    "HTTP_PROXY": (("HTTP_PROXY", PROXY),),
    "http_proxy": (("http_proxy", PROXY),),
    "HTTP_PROXY without credentials": (("HTTP_PROXY", "http://127.0.0.1:{PORT}"),),
    "HTTP_PROXY, percent-encoded": (("HTTP_PROXY", "http://TEST%40pu:TEST%3App@127.0.0.1:{PORT}"),),
    "HTTP_PROXY without scheme": (("HTTP_PROXY", "127.0.0.1:{PORT}"),),
    "HTTPS_PROXY": (("HTTPS_PROXY", PROXY),),
    "https_proxy": (("https_proxy", PROXY),),
    "ALL_PROXY": (("ALL_PROXY", PROXY),),
    "all_proxy": (("all_proxy", PROXY),),
    "WS_PROXY": (("WS_PROXY", PROXY),),
    "HTTP_PROXY, NO_PROXY host": (("HTTP_PROXY", PROXY), ("NO_PROXY", "127.0.0.1")),
    "HTTP_PROXY, no_proxy host": (("HTTP_PROXY", PROXY), ("no_proxy", "127.0.0.1")),
    "HTTP_PROXY, NO_PROXY star": (("HTTP_PROXY", PROXY), ("NO_PROXY", "*")),
    "HTTP_PROXY, NO_PROXY other": (("HTTP_PROXY", PROXY), ("NO_PROXY", "example.com")),
    "HTTP_PROXY, NO_PROXY network": (("HTTP_PROXY", PROXY), ("NO_PROXY", "127.0.0.0/8")),
    "HTTP_PROXY, NO_PROXY leading dot": (*LOCALHOST, ("HTTP_PROXY", PROXY), ("NO_PROXY", ".localhost")),
    "HTTP_PROXY, NO_PROXY end of a word": (*LOCALHOST, ("HTTP_PROXY", PROXY), ("NO_PROXY", "ocalhost")),
    "HTTP_PROXY, NO_PROXY star in a list": (*LOCALHOST, ("HTTP_PROXY", PROXY), ("NO_PROXY", "example.com,*")),
    "HTTP_PROXY, NO_PROXY with port": (*LOCALHOST, ("HTTP_PROXY", PROXY), ("NO_PROXY", "localhost:{PORT}")),
    "HTTP_PROXY, NO_PROXY URL": (*LOCALHOST, ("HTTP_PROXY", PROXY), ("NO_PROXY", "http://localhost")),
    "HTTP_PROXY, NO_PROXY IPv6 in brackets": (*LOCALHOST, ("HTTP_PROXY", PROXY), ("NO_PROXY", "[::1],localhost")),
    "HTTP_PROXY with a path": (("HTTP_PROXY", PROXY + "/path"),),
    "HTTP_PROXY, a user alone": (("HTTP_PROXY", "http://TEST-pu@127.0.0.1:{PORT}"),),
    "ALL_PROXY of SOCKS": (("ALL_PROXY", "socks5://127.0.0.1:{PORT}"),),
    "HTTP_PROXY of FTP": (("HTTP_PROXY", "ftp://127.0.0.1:{PORT}"),),
    "HTTP_PROXY and http_proxy, other ports": (("HTTP_PROXY", PROXY), ("http_proxy", "http://127.0.0.1:{PORT2}")),
    "HTTP_PROXY and HTTPS_PROXY, other ports": (("HTTP_PROXY", PROXY), ("HTTPS_PROXY", "http://127.0.0.1:{PORT2}")),
    "empty HTTP_PROXY": (("HTTP_PROXY", ""),),
    "HTTP_PROXY, and CGI": (("HTTP_PROXY", PROXY), ("REQUEST_METHOD", "GET")),
}
TLS_URL = ((URL, "https://127.0.0.1:{TLS}/api"),)
TLS_CLOUD = ((URL, "https://127.0.0.1:{TLS}/api" + CLOUD_AT), (CLOUD_URL, "https://127.0.0.1:{TLS}/api"))
TLS = {
    "no setting": (),
    "skip verify": (("PREFECT_API_TLS_INSECURE_SKIP_VERIFY", "true"),),
    "cert file": (("PREFECT_API_SSL_CERT_FILE", "{root}/ca.pem"),),
    "empty cert file": (("PREFECT_API_SSL_CERT_FILE", ""),),
    "missing cert file": (("PREFECT_API_SSL_CERT_FILE", "{root}/missing.pem"),),
    "SSL_CERT_FILE": (("SSL_CERT_FILE", "{root}/ca.pem"),),
    "SSL_CERT_DIR": (("SSL_CERT_DIR", "{root}"),),
    "skip verify and missing cert file": (
        ("PREFECT_API_TLS_INSECURE_SKIP_VERIFY", "true"),
        ("PREFECT_API_SSL_CERT_FILE", "{root}/missing.pem"),
    ),
    "skip verify, not encrypted": ((URL, f"http://{AT}/api"), ("PREFECT_API_TLS_INSECURE_SKIP_VERIFY", "true")),
    "HTTPS_PROXY, skip verify": (("PREFECT_API_TLS_INSECURE_SKIP_VERIFY", "true"), ("HTTPS_PROXY", PROXY)),
    "HTTP_PROXY, skip verify": (("PREFECT_API_TLS_INSECURE_SKIP_VERIFY", "true"), ("HTTP_PROXY", PROXY)),
    "REQUESTS_CA_BUNDLE": (("REQUESTS_CA_BUNDLE", "{root}/ca.pem"),),
}
COLLECTORS = {
    "base": ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:{PORT2}/otel/"),
    "metrics": ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://127.0.0.1:{PORT2}/metrics"),
}
REDIRECTS = tuple(
    f"redirect {scheme} {where}" for scheme in ("http", "ws") for where in ("same", "other-port", "other-host")
)
#: The surfaces that go to a self-hosted API, too.
API_WAYS = tuple(way for way in ONE_WAY if way[0] not in ("cloud-client", "telemetry"))


def odd(version: str) -> list[Case]:
    found: list[Case] = []

    def add(ways, target, name, environment, server=""):
        extra = EXPERIMENTAL if version.startswith("2.") and target == "self-hosted" else ()
        for surface, way in ways:
            found.append(case(surface, way, target, name, environment, extra, server))

    only_http = (("http", "async"), ("http", "sync"))
    takes_key = tuple(w for w in API_WAYS if w[0] in ("http", "version-check", "subscriptions", "worker-channel"))
    for name, value in AUTH_FORMS.items():
        add(API_WAYS, "self-hosted", f"auth: {name}", [auth(value)])
    for name, value in KEY_FORMS.items():
        add(ONE_WAY, "cloud", f"key: {name}", [key(value)])
        add(takes_key, "self-hosted", f"key: {name}", [key(value)])
    for name, value in HEADER_FORMS.items():
        said = (HEADERS, json.dumps(value))
        add(API_WAYS, "self-hosted", f"headers: {name}", [auth(), said])
        add(ONE_WAY, "cloud", f"headers: {name}", [key(), said])
    for name, text in (("not JSON", "{TEST"), ("a list", "[]"), ("a number as value", '{"X-Tok": 1}')):
        add(API_WAYS, "self-hosted", f"headers: {name}", [auth(), (HEADERS, text)])
    for name, url in URL_FORMS.items():
        add(API_WAYS, "self-hosted", f"url: {name}, auth", [(URL, url), auth()])
        if "user" in name:
            add(API_WAYS, "self-hosted", f"url: {name}, none", [(URL, url)])
            add(API_WAYS, "self-hosted", f"url: {name}, key", [(URL, url), key()])
    for name in ("custom", "both"):
        add(API_WAYS, "self-hosted", f"url: user and password, {name}", [(URL, URL_FORMS["user and password"]), *SETS[name]])
    # 3.0 cannot be kept from starting a server here: the bundled profile beats the environment.
    for name, value in () if version.startswith(("2.", "3.0.")) else (("unset", None), ("empty", "")):
        off = ("PREFECT_SERVER_ALLOW_EPHEMERAL_MODE", "PREFECT_SERVER_EPHEMERAL_ENABLED")
        environment = {URL: value or "", **dict.fromkeys(off, "false")}
        for surface, way in API_WAYS:
            made = case(surface, way, "self-hosted", f"url: {name}, key", [*environment.items(), key()])
            kept = tuple((n, v) for n, v in made.environment if (n, value) != (URL, None))
            found.append(dataclasses.replace(made, environment=kept))
    for name, (url, cloud) in CLOUD_FORMS.items():
        add(ONE_WAY, "cloud", f"cloud: {name}, both", [(URL, url), (CLOUD_URL, cloud), key(), auth()])
    unsendable = key("pnu_TESTké")
    add(takes_key, "self-hosted", "key: non-ASCII, and custom", [unsendable, CUSTOM])
    add(ONE_WAY, "cloud", "key: non-ASCII, and custom", [unsendable, CUSTOM])
    off = ("PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED", "false")
    add((("version-check", ""),), "self-hosted", "version check off", [auth(), off])
    for name, collector in COLLECTORS.items():
        add((("telemetry", ""),), "cloud", f"collector: {name}", [key(), collector])
        add((("telemetry", ""),), "self-hosted", f"collector: {name}", [auth(), collector])
    add(only_http, "self-hosted", "csrf, auth", [auth()], "csrf")
    add(only_http, "self-hosted", "csrf, custom", [auth(), CUSTOM], "csrf")
    add(only_http, "self-hosted", "csrf off", [auth(), ("PREFECT_CLIENT_CSRF_SUPPORT_ENABLED", "false")])
    for server in REDIRECTS:
        ways = [w for w in ONE_WAY if w[0] != "telemetry"]
        if " ws " in server:
            ways = [w for w in ways if w[0] not in ("http", "version-check", "cloud-client")]
        add(ways, "self-hosted", "both", SETS["both"], server)
        add(ways, "cloud", "key", SETS["key"], server)
        add(ways, "self-hosted", "both+custom", SETS["both+custom"], server)
        add(ways, "self-hosted", "both+custom-other", SETS["both+custom-other"], server)
    for name, environment in PROXIES.items():
        add(API_WAYS, "self-hosted", f"proxy: {name}", [auth(), *environment])
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "HTTP_PROXY, NO_PROXY host"):
        add(ONE_WAY, "cloud", f"proxy: {name}", [key(), *PROXIES[name]])
    for name, environment in TLS.items():
        add(API_WAYS, "self-hosted", f"tls: {name}", [*TLS_URL, auth(), *environment])
    for name in ("no setting", "skip verify", "cert file"):
        add(ONE_WAY, "cloud", f"tls: {name}", [*TLS_CLOUD, key(), *TLS[name]])
    return found


# ---- what a worker puts into flow runs: (name, environment, files)

PROFILE = "home/.prefect/profiles.toml"
FLOW_RUN = (
    ("nothing", (), {}),
    (
        "not in order, not ASCII",
        (
            *TARGETS["self-hosted"],
            headers(X_Tok="TEST-é\U0001f600"),
            ("PREFECT_CLIENT_RETRY_EXTRA_CODES", "429,504"),
            ("PREFECT_TASKS_DEFAULT_RETRY_DELAY_SECONDS", "[10, 2]"),
        ),
        {},
    ),
    (
        "environment",
        (*TARGETS["self-hosted"], key(), auth(), CUSTOM, ("PREFECT_LOGGING_LEVEL", "DEBUG")),
        {},
    ),
    (
        "every source",
        (auth(), CUSTOM, ("PREFECT_SERVER_DATABASE_CONNECTION_URL", "postgresql+asyncpg://u:TEST-db@db/prefect")),
        {
            PROFILE: 'active = "prod"\n\n[profiles.prod]\nPREFECT_API_URL = "http://127.0.0.1:4200/api"\n'
            f'PREFECT_API_KEY = "{KEY}"\nPREFECT_LOGGING_TO_API_ENABLED = "false"\n',
            "work/.env": "PREFECT_TASKS_REFRESH_CACHE=true\n",
            "work/prefect.toml": '[logging]\nlevel = "WARNING"\n',
        },
    ),
    (
        "profile alone",
        (),
        {PROFILE: f'active = "a"\n\n[profiles.a]\nPREFECT_API_KEY = "{KEY}"\nPREFECT_API_AUTH_STRING = "{AUTH}"\n'},
    ),
    (
        "the environment hides the profile",
        (key(""), ("PREFECT_API_URL", "http://127.0.0.1:4200/api")),
        {PROFILE: f'active = "a"\n\n[profiles.a]\nPREFECT_API_KEY = "{KEY}"\nPREFECT_API_AUTH_STRING = "{AUTH}"\n'},
    ),
    (
        "other names and kinds of value",
        (
            ("PREFECT_HOME", "{root}/home/other"),
            ("PREFECT_PROFILE", "ephemeral"),
            ("PREFECT_NO_SUCH_SETTING", "TEST-unknown"),
            ("PREFECT_SERVER_ALLOW_EPHEMERAL_MODE", "false"),
            ("PREFECT_LOCAL_STORAGE_PATH", "{root}/storage"),
            ("PREFECT_CLIENT_RETRY_EXTRA_CODES", "429,503"),
            ("PREFECT_LOGGING_EXTRA_LOGGERS", "one"),
            ("PREFECT_API_REQUEST_TIMEOUT", "30"),
            ("PREFECT_RESULTS_PERSIST_BY_DEFAULT", "1"),
            ("PREFECT_SERVER_DATABASE_PASSWORD", "TEST-db"),
            ("PREFECT_DEFAULT_WORK_POOL_NAME", "x"),
            ("PREFECT_DEBUG_MODE", "true"),
            ("OTHER_VARIABLE", "x"),
        ),
        {},
    ),
    (
        "dotenv and project files alone",
        (),
        {
            "work/.env": f"PREFECT_API_URL=http://127.0.0.1:4200/api\nPREFECT_API_KEY={KEY}\n",
            "work/pyproject.toml": '[tool.prefect]\nclient.custom_headers = { X-Tok = "TEST-tok" }\n',
        },
    ),
)

#: The whole worker: versions, besides the newest, and (target, credentials).
WORKER_VERSIONS = ("3.0.11", "3.4.19", "3.6.28", "3.7.8", "3.8.8", "3.9.0", "3.9.1")
WORKER_SETS = ("none", "key", "auth", "both", "custom")
