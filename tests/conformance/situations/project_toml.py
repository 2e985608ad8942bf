"""prefect.toml and pyproject.toml in the working directory: shapes, names, types, faults."""

from situation import DIRECTORY, Deviation, Situation, m, prefect_toml, pyproject

WHY = "headers' values are masked unless --show-secrets; Prefect shows them"


def masked(value: str) -> Deviation:
    return Deviation(WHY, replace=((value, "********"),), unless_secrets=True)


def toml(name: str, shows: str, text: str, **more) -> Situation:
    return Situation(f"prefect-toml-{name}", shows, files=prefect_toml(text), **more)


def project(name: str, shows: str, text: str, **more) -> Situation:
    return Situation(f"pyproject-{name}", shows, files=pyproject(text), **more)


PROFILES = 'active = "m"\n[profiles.m]\nPREFECT_API_URL = "http://p/api"\n'

SITUATIONS = [
    # ---- their place
    toml("sets", "a table", '[api]\nurl = "http://toml/api"\n'),
    project("sets", "[tool.prefect]", '[tool.prefect.api]\nurl = "http://pyproject/api"\n'),
    Situation("prefect-toml-over-pyproject", "prefect.toml beats pyproject.toml, setting by setting", files=prefect_toml('api.url = "http://toml/api"\n') | pyproject('[tool.prefect]\napi.url = "http://pyproject/api"\napi.key = "TEST-pyproject"\n')),
    Situation("pyproject-over-profile", "pyproject.toml beats the profile", files=pyproject('[tool.prefect]\napi.url = "http://pyproject/api"\n') | m('PREFECT_API_URL = "http://profile/api"\n')),
    Situation("prefect-toml-under-env", "the environment beats both", files=prefect_toml('api.url = "http://toml/api"\n'), env=[("PREFECT_API_URL", "")]),
    Situation("prefect-toml-not-of-parent", "only the working directory's counts", files={"prefect.toml": 'api.url = "http://parent/api"\n', "home/prefect.toml": 'api.url = "http://home/api"\n'}),
    Situation("prefect-toml-over-profile-alias", "a path here beats an older name in the profile", files=prefect_toml("server.database.timeout = 5\n") | m('PREFECT_API_DATABASE_TIMEOUT = "7"\n')),
    Situation("prefect-toml-under-env-alias", "an older name in the environment beats it", files=prefect_toml("server.database.timeout = 5\n"), env=[("PREFECT_API_DATABASE_TIMEOUT", "7")]),
    Situation("prefect-toml-over-bundled-profile", "against Prefect's own profile", files=prefect_toml("server.ephemeral.enabled = false\n")),
    # ---- shapes
    toml("dotted", "dotted keys", 'api.url = "http://toml/api"\nclient.metrics.enabled = true\n'),
    toml("dotted-in-table", "a dotted key in a table", '[client]\nmetrics.enabled = true\nmetrics.port = 5\n'),
    toml("inline", "inline tables", 'api = { url = "http://toml/api", key = "TEST-inline" }\nserver = { api = { host = "h" } }\n'),
    toml("quoted-keys", "quoted keys", '["api"]\n\'url\' = "http://toml/api"\n'),
    toml("multi-line-text", "a text of several lines", '[results]\ndefault_serializer = """one\ntwo"""\n[api]\nurl = """\nhttp://toml/api"""\n'),
    toml("array-of-tables", "an array of tables for a group", "[[server]]\nx = 1\n"),
    toml("scalar-for-group", "a text where a group is due", 'api = "x"\n'),
    toml("number-for-group", "a number where a group is due", "server = 5\n"),
    toml("json-for-group", "JSON where a group is due", "api = '{\"url\": \"http://json/api\"}'\n"),
    toml("table-for-scalar", "a table where a value is due is as good as none", "[api.url]\nx = 1\n"),
    project("tool-is-number", "tool is no table", "tool = 5\n"),
    project("prefect-is-number", "tool.prefect is no table", "[tool]\nprefect = 5\n"),
    project("prefect-is-array", "tool.prefect is an empty array", "[tool]\nprefect = []\n"),
    project("without-prefect", "a pyproject.toml of a project that has no Prefect settings", '[project]\nname = "x"\n\n[tool.other]\nx = 1\n'),
    project("api-outside-of-tool", "tables outside of tool.prefect", '[api]\nurl = "http://outside/api"\n\n[tool.prefect]\ndebug_mode = true\n'),
    # ---- names
    toml("upper-case-key", "keys are case-sensitive", 'api.URL = "http://toml/api"\n[API]\nurl = "http://toml/api"\n'),
    toml("env-name", "the name of the environment is no key", 'PREFECT_API_URL = "http://toml/api"\nprefect_api_url = "http://toml/api"\n'),
    toml("alias-name", "nor is an older name", "prefect_api_database_timeout = 7\n[client]\nenable_metrics = true\nprefect_client_enable_metrics = true\n"),
    toml("alias-inside-group", "an older name inside its group", "[server.database]\nprefect_api_database_timeout = 7\nprefect_server_database_timeout = 8\n"),
    toml("unknown", "unknown keys and tables", 'nope = 1\n[nothing.here]\nx = 1\n[api]\nfoo = "x"\n'),
    # ---- values
    toml("native", "values as TOML has them", "debug_mode = true\n[client]\nmax_retries = 3\nretry_jitter_factor = 0.5\nretry_extra_codes = [429, 502]\n"),
    toml("bool-as-number", "1 and 0.0 for yes and no", "debug_mode = 1\ncli.colors = 0.0\n"),
    toml("number-as-text", "numbers as text", 'client.max_retries = "3"\napi.request_timeout = "1e2"\n'),
    toml("bool-for-int", "true for a whole number", "client.max_retries = true\n"),
    toml("float-for-int", "5.0 for a whole number", "client.max_retries = 5.0\n"),
    toml("number-for-text", "a number for a text is refused", "api.url = 5\n"),
    toml("date-for-text", "a date for a text is refused", "api.url = 1979-05-27\n"),
    toml("number-for-level", "a number for a level", "logging.level = 10\n"),
    toml("number-for-seconds", "a number for a length of time", "server.services.late_runs.after_seconds = 90\nserver.api.csrf_token_expiration = 60.5\n"),
    toml("hex-and-underscore", "whole numbers as TOML spells them", "client.max_retries = 0x10\nserver.api.port = 4_201\n"),
    toml("inf", "inf and nan", "api.request_timeout = inf\nclient.retry_jitter_factor = nan\n"),
    toml("text-list", "a list for a set of texts", 'logging.extra_loggers = ["b", "a"]\n'),
    toml("headers-table", "a table for a dict setting", '[client.custom_headers]\nX-A = "a"\n'),
    toml("headers-text", "JSON text for a dict setting", "client.custom_headers = '{\"X-A\": \"TEST-a\"}'\n", deviation=masked("TEST-a")),
    toml("headers-merge", "a dict setting of two sources", '[client]\ncustom_headers = { X-A = "toml", X-B = "toml" }\n', env=[("PREFECT_CLIENT_CUSTOM_HEADERS", '{"X-A": "TEST-env"}')], deviation=masked("TEST-env")),
    toml("empty-text", "an empty text hides the profile", 'api.url = ""\n'),
    toml("bad-value", "a refused value", 'debug_mode = "maybe"\n'),
    Situation("prefect-toml-bad-value-hidden", "a refused value that a stronger source hides", files=prefect_toml('debug_mode = "maybe"\n'), env=[("PREFECT_DEBUG_MODE", "false")]),
    # ---- where profiles are
    Situation("prefect-toml-profiles-path", "the profiles file is named here", files=prefect_toml('profiles_path = "{root}/p.toml"\n') | {"p.toml": PROFILES}),
    Situation("pyproject-profiles-path", "or there", files=pyproject('[tool.prefect]\nprofiles_path = "{root}/p.toml"\n') | {"p.toml": PROFILES}),
    Situation("prefect-toml-profiles-path-template", "$PREFECT_HOME is expanded for the command line only", files=prefect_toml('profiles_path = "$PREFECT_HOME/p.toml"\n') | {"home/.prefect/p.toml": PROFILES}),
    Situation("prefect-toml-profiles-path-number", "a path that is a number", files=prefect_toml("profiles_path = 5\n")),
    Situation("prefect-toml-home", "home here moves what the command line shows, not what is read", files=prefect_toml('home = "{root}/other"\n') | m('PREFECT_API_URL = "http://m/api"\n') | {"other/profiles.toml": PROFILES}),
    Situation("prefect-toml-profiles-path-over-home-variable", "profiles_path here comes before PREFECT_HOME", files=prefect_toml('profiles_path = "{root}/p.toml"\n') | {"p.toml": PROFILES}, env=[("PREFECT_HOME", "{root}/other")]),
    # ---- faults
    toml("malformed", "no TOML", "api.url = \n"),
    toml("twice", "a key twice", 'api.url = "a"\napi.url = "b"\n'),
    project("malformed", "no TOML there", "[tool.prefect\n"),
    Situation("prefect-toml-bom", "a byte order mark", files={"work/prefect.toml": "\ufeffdebug_mode = true\ncli.colors = false\n"}),
    Situation("prefect-toml-bom-table", "a byte order mark before a table", files={"work/prefect.toml": '\ufeff[api]\nurl = "http://toml/api"\n'}),
    Situation("prefect-toml-crlf", "CR LF", files={"work/prefect.toml": '[api]\r\nurl = "http://toml/api"\r\n'}),
    Situation("prefect-toml-not-utf8", "bytes that are not UTF-8", files={"work/prefect.toml": b'api.url = "http://toml/api"\n# \xff\n'}),
    Situation("prefect-toml-empty", "an empty file", files={"work/prefect.toml": ""}),
    Situation("prefect-toml-mode-000", "a file that may not be read", files=prefect_toml("debug_mode = true\n"), modes={"work/prefect.toml": 0o000}),
    Situation("prefect-toml-directory", "a directory, where the profiles file is looked for in it", files={"work/prefect.toml": DIRECTORY}),
    Situation("pyproject-malformed-test-mode", "no TOML, in test mode", files=pyproject("[tool.prefect\n"), env=[("PREFECT_TEST_MODE", "1")]),
]
