"""Launches for Prefect 2.20: a table that is recorded, and any number of seeded random ones."""

from __future__ import annotations

import random

PROFILES = "home/.prefect/profiles.toml"


def job(environment=(), toml=None, args=(), files=None):
    found = dict(files or {})
    if toml is not None:
        found[PROFILES] = toml
    return {"environment": [list(pair) for pair in environment], "files": found, "args": list(args)}


def active(lines: str) -> str:
    return f'active = "m"\n\n[profiles.m]\n{lines}\n\n[profiles.other]\nPREFECT_API_URL = "http://other/api"\n'


API = "PREFECT_API_URL"
URL = 'PREFECT_API_URL = "http://profile/api"'
CLOUD = "https://api.prefect.cloud/api/accounts/a/workspaces/w"

PROFILE_SITUATIONS = [
    job(),
    job(toml=active(URL)),
    job([(API, "http://env/api")], active(URL)),
    job([("prefect_api_url", "http://lower/api")], active(URL)),
    job([("prefect_api_url", "http://lower/api")]),
    job([(API, "http://env/api"), ("prefect_api_url", "http://lower/api")], active(URL)),
    job([("prefect_api_url", "http://lower/api"), (API, "http://env/api")]),
    job([("PREFECT_PROFILE", "other")], active(URL)),
    job([("PREFECT_PROFILE", "")], active(URL)),
    job([("PREFECT_PROFILE", "none")], active(URL)),
    job([("prefect_profile", "other")], active(URL)),
    job([(API, "http://env/api")], active(URL), ["--profile", "other"]),
    job([], active(URL), ["--profile", "none"]),
    job([], active(URL), ["--profile", "default"]),
    job([("PREFECT_PROFILE", "m")], active(URL), ["--profile", "other"]),
    job(toml="[profiles.default]\n" + URL),
    job(toml='active = "gone"\n[profiles.default]\n' + URL),
    job(toml='active = ""\n[profiles.m]\n' + URL),
    job(toml="active = 5\n[profiles.5]\n" + URL),
    job(toml="active = []\n[profiles.m]\n" + URL),
    job(toml='active = ["m"]\n[profiles.m]\n' + URL),
    job([("PREFECT_PROFILE", "m")], 'active = ["m"]\n[profiles.m]\n' + URL),
    job(toml="active = "),
    job(toml=""),
    job(toml="profiles = 5"),
    job(toml="[profiles]\nm = 5"),
    job(toml=active('PREFECT_UNKNOWN = "1"')),
    job(toml='active = "a"\n[profiles.a]\n[profiles.b]\nPREFECT_UNKNOWN = 1'),
    job(toml=active('prefect_api_url = "x"')),
    job(toml=active('PREFECT_EXPERIMENTAL_ENABLE_EVENTS_CLIENT = "1"')),
    job([("PREFECT_HOME", "{root}/h2")], files={"h2/profiles.toml": active(URL)}),
    job([("prefect_home", "{root}/h2")], files={"h2/profiles.toml": active(URL)}),
    job([("PREFECT_HOME", "~/h3")], files={"home/h3/profiles.toml": active(URL)}),
    job([("PREFECT_PROFILES_PATH", "{root}/p.toml")], files={"p.toml": active(URL)}),
    job([("PREFECT_PROFILES_PATH", "p.toml")], files={"work/p.toml": active(URL)}),
    job([("PREFECT_PROFILES_PATH", "${PREFECT_HOME}/q.toml")], files={"home/.prefect/q.toml": active(URL)}),
    job([("PREFECT_PROFILES_PATH", "$OTHER/q.toml")], active(URL)),
    job([("PREFECT_PROFILES_PATH", "")], active(URL)),
    job([("PREFECT_PROFILES_PATH", "{root}/nothing.toml")], active(URL)),
    job(toml=active('PREFECT_PROFILES_PATH = "/elsewhere.toml"')),
    job(toml=active('PREFECT_HOME = "{root}/h4"')),
    job([("PREFECT_TEST_MODE", "1")], active(URL)),
    job([("PREFECT_API", '{"url": "x"}')], active(URL)),
    job([("PREFECT_DEBUG_MODE", "1"), ("PREFECT_LOGGING_LEVEL", "ERROR")]),
    job([("PREFECT_TEST_MODE", "1"), ("PREFECT_TEST_SETTING", "x")]),
    job([("PREFECT_TEST_SETTING", "x")]),
    job([("PREFECT_CLOUD_URL", "https://old/api")]),
    job([("PREFECT_CLOUD_URL", ""), ("PREFECT_CLOUD_API_URL", "https://new/api")]),
    job([(API, CLOUD)]),
    job([(API, CLOUD), ("PREFECT_CLOUD_UI_URL", "https://ui")]),
    job([(API, "")]),
    job([(API, "http://[x/api")]),
    job([("PREFECT_API_DATABASE_PASSWORD", "TEST-pw")]),
    job(
        [
            ("PREFECT_API_DATABASE_PASSWORD", "TEST-pw"),
            ("PREFECT_API_DATABASE_CONNECTION_URL", "postgresql://u:${PREFECT_API_DATABASE_PASSWORD}@h/db"),
        ]
    ),
    job([("PREFECT_API_DATABASE_CONNECTION_URL", "postgresql://u:${PREFECT_API_DATABASE_PASSWORD}@h/db")]),
    job([("PREFECT_API_DATABASE_CONNECTION_URL", "sqlite:///$PREFECT_HOME/$x/$$")]),
    job([("PREFECT_UI_API_URL", "http://$PREFECT_SERVER_API_HOST:${PREFECT_SERVER_API_PORT}/api")]),
    job([("PREFECT_UI_API_URL", "${PREFECT_API_URL}")]),
    job([("PREFECT_LOGGING_TO_API_MAX_LOG_SIZE", "9000000")]),
    job([("PREFECT_LOGGING_TO_API_MAX_LOG_SIZE", "9000000")], active("PREFECT_LOGGING_TO_API_BATCH_SIZE = 9000001")),
    job([("PREFECT_CLI_COLORS", "maybe")], active("PREFECT_CLI_COLORS = true")),
    job([("prefect_cli_colors", "maybe")], active("PREFECT_CLI_COLORS = true")),
    job([("PREFECT_LOCAL_STORAGE_PATH", "$PREFECT_HOME/x"), ("PREFECT_MEMO_STORE_PATH", "a//b/./c")]),
]

#: By the kind of value: names, texts of the environment, TOML values.
KINDS = [
    (
        ["PREFECT_CLI_COLORS", "PREFECT_CLI_PROMPT", "PREFECT_DEBUG_MODE", "PREFECT_TEST_MODE"],
        ["1", "0", "TRUE", "yes", "Off", "t", "", " true", "2", "1.0", "null"],
        ["true", "false", "1", "0", "2", "1.0", '"on"', "[1]", '""'],
    ),
    (
        ["PREFECT_SERVER_API_PORT", "PREFECT_API_DEFAULT_LIMIT", "PREFECT_DEFAULT_WORK_QUEUE_LIMIT"],
        ["5", " 5 ", "+5", "-7", "007", "1_000", "1__0", "1.0", "", "x", "1e3", "true", "123456789012345678901"],
        ["5", "-7", "5.9", "-5.9", "true", '" 5 "', '"1.0"', "[5]"],
    ),
    (
        ["PREFECT_API_REQUEST_TIMEOUT", "PREFECT_API_DATABASE_TIMEOUT"],
        ["5", " 5.5 ", "1e3", "nan", "inf", "-inf", "1_0", "", "x", "true", ".5"],
        ["5", "5.5", "true", '"5.5"', "[]"],
    ),
    (
        ["PREFECT_API_SERVICES_EVENT_PERSISTER_BATCH_SIZE", "PREFECT_API_SERVICES_EVENT_PERSISTER_FLUSH_INTERVAL"],
        ["5", "0", "-1", "0.5", "1"],
        ["5", "0", "-1", "0.5"],
    ),
    (
        ["PREFECT_EVENTS_RETENTION_PERIOD", "PREFECT_API_SERVICES_FOREMAN_DEPLOYMENT_LAST_POLLED_TIMEOUT_SECONDS"],
        ["60", "0:10:00", "1 day, 2:03:04", "2 days 1:00", "PT10M", "-P1DT2.5S", "P1D", "1.5", "-5", "5:00.25", "", "x"]
        + [" 5", "1:2:3.1234567", "-1.5", "inf", "P", "PT1x5S", "1 days, ", "1e3", "P1W", "5 days 3"],
        ["60", "1.5", "-1.25", "true", '"PT1H"', "[]"],
    ),
    (
        ["PREFECT_EVENTS_EXPIRED_BUCKET_BUFFER", "PREFECT_EVENTS_PROACTIVE_GRANULARITY"],
        ["60", "0:10:00", "3.000001", "99999999999999", "PT0.5S", "-0:00:05"],
        ["60", "0.1", "2.5"],
    ),
    (
        ["PREFECT_API_KEY", "PREFECT_UI_URL", "PREFECT_CLOUD_API_URL", "PREFECT_LOGGING_COLORS", "PREFECT_API_URL"],
        ["", "pnu_TEST", "http://x/api", CLOUD, "https://api.prefect.cloud", "1"],
        ['"pnu_TEST"', "5", "5.50", "true", '"http://y/api/x"', "1979-05-27", "[1]"],
    ),
    (
        ["PREFECT_LOGGING_LEVEL", "PREFECT_LOGGING_SERVER_LEVEL", "PREFECT_LOGGING_INTERNAL_LEVEL"],
        ["debug", "WARN", "fatal", "NOTSET", "10", "", "trace", "Info"],
        ['"debug"', "10", "true"],
    ),
    (
        ["PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW"],
        ["warn", "error", "ignore", "WARN", ""],
        ['"error"', "5", "[]"],
    ),
    (["PREFECT_LOGGING_EXTRA_LOGGERS"], ["", "a", "a, b,a", " , ", '["a"]'], ['"a,b"', "5", '["a"]']),
    (
        ["PREFECT_CLIENT_RETRY_EXTRA_CODES"],
        ["", "429", "429, 500,429", "0429", "99", "600", "x", "429,"],
        ["429", '"500"', "[429]"],
    ),
    (
        ["PREFECT_TASK_DEFAULT_RETRY_DELAY_SECONDS", "PREFECT_FLOW_DEFAULT_RETRY_DELAY_SECONDS"],
        ["5", "5.5", "[1, 2.5]", "1,2", "null", "true", '"5"', "nan", "inf", "", "x", '["1", true]', "{}", " 7 "],
        ["5", "5.5", "true", "[1.0, 2.5]", '"5.5"', '"[1]"', '["x"]'],
    ),
    (
        ["PREFECT_HOME", "PREFECT_LOCAL_STORAGE_PATH", "PREFECT_LOGGING_SETTINGS_PATH", "PREFECT_MEMO_STORE_PATH"],
        ["{root}/a", "~/b", "rel//x/", "", "$PREFECT_HOME/z", "a$$b", "$x", "${PREFECT_HOME}y", "//two", "$PREFECT_HOMEX"],
        ['"/p/q"', "5", '"~/p"', '"$PREFECT_HOME/k"'],
    ),
    (
        ["PREFECT_SERVER_API_HOST", "PREFECT_UI_API_URL", "PREFECT_API_DATABASE_CONNECTION_URL"],
        ["h", "", "$PREFECT_API_URL", "x${PREFECT_SERVER_API_HOST}y", "$PREFECT_HOME/d.db", "$nope", "a$"],
        ['"h"', '"$PREFECT_SERVER_API_PORT"', "8"],
    ),
    (["PREFECT_SILENCE_API_URL_MISCONFIGURATION"], ["1", "0"], ["true", "false"]),
    (["PREFECT_LOGGING_TO_API_BATCH_SIZE", "PREFECT_LOGGING_TO_API_MAX_LOG_SIZE"], ["5", "9000000", "1000000"], ["7"]),
    (["PREFECT_API_SSL_CERT_FILE", "PREFECT_API_DATABASE_PASSWORD"], ["", "TEST-x"], ['"TEST-y"', '""']),
    (["PREFECT_TEST_SETTING"], ["x", "5", ""], ["5", "true", '"x"', "1.5"]),
]


def value_situations():
    for names, texts, values in KINDS:
        for text in texts:
            yield job([(name, text) for name in names[:1]])
        for value in values:
            yield job(toml=active(f"{names[0]} = {value}"))


SITUATIONS = PROFILE_SITUATIONS + list(value_situations())


def random_job(chance: random.Random):
    environment, lines = [], {}
    if chance.random() < 0.15:
        environment.append(("PREFECT_PROFILE", chance.choice(["m", "other", "default", "none", ""])))
    for _ in range(chance.randint(0, 4)):
        names, texts, values = chance.choice(KINDS)
        name = chance.choice(names)
        # Values that do not load hide everything else, so the first, mild ones come more often.
        pick = chance.randint(0, 3)
        where = chance.random()
        if where < 0.6:
            text = texts[min(pick, len(texts) - 1)] if chance.random() < 0.6 else chance.choice(texts)
            environment.append((name.lower() if chance.random() < 0.2 else name, text))
        if where > 0.4:
            lines[name] = values[0] if chance.random() < 0.5 else chance.choice(values)
    args = ["--profile", chance.choice(["m", "other", "default", "none"])] if chance.random() < 0.15 else []
    toml = None
    if lines or chance.random() < 0.5:
        toml = active("\n".join(f"{name} = {value}" for name, value in lines.items()))
        if chance.random() < 0.1:
            toml = toml.replace('"m"', chance.choice(['"other"', '"gone"', "5", '""']), 1)
    # One spelling of a name once, as an environment has it.
    return job(list(dict(environment).items()), toml, args)


def random_jobs(seed: int, count: int):
    chance = random.Random(seed)
    return [random_job(chance) for _ in range(count)]
