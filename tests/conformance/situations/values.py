"""Values: every main type, accepted and refused, as text and as native TOML."""

from situation import Deviation, Situation, m, one, toml

SITUATIONS = [
    Situation(
        "bools-as-text",
        "every spelling of a bool",
        env=[
            ("PREFECT_DEBUG_MODE", "f"),
            ("PREFECT_API_TLS_INSECURE_SKIP_VERIFY", "YES"),
            ("PREFECT_API_ENABLE_HTTP2", "On"),
            ("PREFECT_CLI_COLORS", "n"),
            ("PREFECT_LOGGING_TO_API_ENABLED", "OFF"),
            ("PREFECT_RESULTS_PERSIST_BY_DEFAULT", "1"),
            ("PREFECT_LOGGING_LOG_PRINTS", "T"),
            ("PREFECT_SERVER_UI_ENABLED", "0"),
            ("PREFECT_SERVER_EPHEMERAL_ENABLED", "False"),
        ],
    ),
    Situation(
        "numbers-as-text",
        "integers and floats: blanks, signs, underscores, exponents",
        env=[
            ("PREFECT_CLIENT_MAX_RETRIES", " +7 "),
            ("PREFECT_SERVER_API_PORT", "4_300"),
            ("PREFECT_SERVER_DATABASE_SQLALCHEMY_POOL_SIZE", "08"),
            ("PREFECT_SERVER_DATABASE_SQLALCHEMY_MAX_OVERFLOW", "12.0"),
            ("PREFECT_API_REQUEST_TIMEOUT", "1e3"),
            ("PREFECT_CLIENT_RETRY_JITTER_FACTOR", ".5"),
            ("PREFECT_WORKER_QUERY_SECONDS", "5."),
            ("PREFECT_WORKER_HEARTBEAT_SECONDS", "1_000.5"),
            ("PREFECT_RUNNER_POLL_FREQUENCY", " 15  "),
            ("PREFECT_LOGGING_TO_API_BATCH_INTERVAL", " 1.5\n"),
            ("PREFECT_CLOUD_MAX_LOG_SIZE", "-1"),
        ],
    ),
    Situation(
        "numbers-beyond",
        "infinities, not-a-number, an integer beyond 64 bits",
        env=[
            ("PREFECT_API_REQUEST_TIMEOUT", "inf"),
            ("PREFECT_CLIENT_RETRY_JITTER_FACTOR", "1e400"),
            ("PREFECT_WORKER_QUERY_SECONDS", "nan"),
            ("PREFECT_WORKER_HEARTBEAT_SECONDS", "-Infinity"),
            ("PREFECT_CLIENT_MAX_RETRIES", "123456789012345678901234567890"),
        ],
    ),
    Situation(
        "floats-shortest",
        "floats as Python prints them: exponents, many digits",
        env=[
            ("PREFECT_API_REQUEST_TIMEOUT", "1e16"),
            ("PREFECT_CLIENT_RETRY_JITTER_FACTOR", "0.00001"),
            ("PREFECT_WORKER_QUERY_SECONDS", "123456789.123456789"),
            ("PREFECT_WORKER_HEARTBEAT_SECONDS", "0.1"),
        ],
    ),
    Situation(
        "durations",
        "durations in every accepted form",
        env=[
            ("PREFECT_SERVER_EVENTS_RETENTION_PERIOD", "P7D"),
            ("PREFECT_SERVER_EVENTS_EXPIRED_BUCKET_BUFFER", "00:02:30"),
            ("PREFECT_SERVER_EVENTS_PROACTIVE_GRANULARITY", "PT1,5S"),
            ("PREFECT_SERVER_SERVICES_SCHEDULER_MAX_SCHEDULED_TIME", "3 days, 04:05:06.789"),
            ("PREFECT_SERVER_SERVICES_SCHEDULER_MIN_SCHEDULED_TIME", "-PT30M"),
        ],
    ),
    one("duration-bare-number", "a bare number is no duration", "PREFECT_SERVER_EVENTS_RETENTION_PERIOD", "60"),
    Situation(
        "duration-seconds-kind",
        "a duration that takes seconds as text: since 3.6 a number is taken as it is, before it is not",
        env=[("PREFECT_SERVER_SERVICES_LATE_RUNS_AFTER_SECONDS", "90.5")],
    ),
    Situation(
        "native-values",
        "native TOML values where they fit",
        files=m("""
PREFECT_CLIENT_MAX_RETRIES = 7
PREFECT_API_REQUEST_TIMEOUT = 12.5
PREFECT_LOGGING_LOG_PRINTS = true
PREFECT_CLIENT_RETRY_EXTRA_CODES = [502, 429, 429]
PREFECT_SERVER_API_PORT = 0x10CC
PREFECT_WORKER_QUERY_SECONDS = inf
PREFECT_SERVER_EVENTS_RETENTION_PERIOD = 3600
"""),
    ),
    Situation(
        "native-odd",
        "native TOML values of another type that are taken all the same",
        files=m("""
PREFECT_CLIENT_MAX_RETRIES = true
PREFECT_SERVER_API_PORT = 4300.0
PREFECT_LOGGING_LOG_PRINTS = 1
PREFECT_API_REQUEST_TIMEOUT = false
PREFECT_CLIENT_RETRY_EXTRA_CODES = 429
"""),
    ),
    one("native-int-for-text", "an integer for a text setting", "PREFECT_API_URL = 5"),
    one("native-date-for-text", "a date for a text setting", "PREFECT_API_URL = 2026-01-02"),
    one("native-list-for-number", "a list for a number", "PREFECT_CLIENT_MAX_RETRIES = [1]"),
    one("native-int-for-level", "a number for a log level", "PREFECT_LOGGING_LEVEL = 10"),
    one("native-table-for-dict", "a table for the headers", 'PREFECT_CLIENT_CUSTOM_HEADERS = { X-Team = "TEST-header" }'),
    one("native-table-for-text", "a table for a text setting", 'PREFECT_API_URL = { a = "b" }'),
    one("native-int-for-secret", "an integer for a secret", "PREFECT_API_KEY = 123456"),
    one("bad-bool-env", "no bool, in the environment", "PREFECT_DEBUG_MODE", "maybe"),
    one("bad-bool-blank", "a bool with blanks around it", "PREFECT_DEBUG_MODE", " true "),
    one("bad-bool-profile", "no bool, in a profile", 'PREFECT_DEBUG_MODE = "2"'),
    one("bad-int-env", "no integer, in the environment", "PREFECT_CLIENT_MAX_RETRIES", "1e3"),
    one("bad-int-empty", "an empty integer", "PREFECT_CLIENT_MAX_RETRIES", ""),
    one("bad-int-bounds", "an integer out of bounds, in a profile", 'PREFECT_CLIENT_MAX_RETRIES = "-1"'),
    one("bad-float-profile", "no float, in a profile", 'PREFECT_API_REQUEST_TIMEOUT = "1,5"'),
    one("bad-float-blank-and-underscore", "blanks and an underscore are each fine in a float, together they are not", "PREFECT_WORKER_HEARTBEAT_SECONDS", " 1_000.5"),
    one("int-blank-and-underscore", "the same in an integer", "PREFECT_CLIENT_MAX_RETRIES", " 1_000"),
    one("bad-literal", "a literal in the wrong case", "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW", "WARN"),
    one("bad-level", "a log level that is none", "PREFECT_LOGGING_LEVEL", "WARN"),
    one("bad-level-blank", "a log level with a blank", "PREFECT_LOGGING_LEVEL", "INFO "),
    one("bad-alias-profile", "a wrong value under a legacy name in a profile", 'PREFECT_API_DATABASE_TIMEOUT = "soon"'),
    one("bad-codes", "a status code out of bounds", "PREFECT_CLIENT_RETRY_EXTRA_CODES", "429,999"),
    one("bad-headers-env", "headers that are no JSON", "PREFECT_CLIENT_CUSTOM_HEADERS", "X-Team: TEST-header"),
    one("bad-headers-profile", "headers that are no JSON, in a profile", 'PREFECT_CLIENT_CUSTOM_HEADERS = "X-Team: TEST-header"'),
    one("bad-headers-list", "headers that are a JSON list", "PREFECT_CLIENT_CUSTOM_HEADERS", '["TEST-header"]'),
    Situation("headers-null", "headers that are JSON null", env=[("PREFECT_CLIENT_CUSTOM_HEADERS", "null")]),
    one("bad-secret-beside", "a wrong value beside a secret: the message must not show it", "PREFECT_API_REQUEST_TIMEOUT", "pnu_TEST0000000000000000000000000007"),
    Situation(
        "bad-in-inactive-profile",
        "a wrong value in a profile that is not active harms nobody",
        files=toml("""
            active = "good"
            [profiles.good]
            PREFECT_LOGGING_LEVEL = "ERROR"
            [profiles.bad]
            PREFECT_CLIENT_MAX_RETRIES = "many"
        """),
    ),
    Situation(
        "bad-profile-hidden-by-env",
        "a wrong value in the profile, hidden by the environment",
        files=m('PREFECT_CLIENT_MAX_RETRIES = "many"\n'),
        env=[("PREFECT_CLIENT_MAX_RETRIES", "3")],
    ),
    Situation(
        "bad-canonical-hides-good-alias",
        "a wrong canonical variable is not rescued by a good legacy one",
        env=[("PREFECT_SERVER_DATABASE_TIMEOUT", "soon"), ("PREFECT_API_DATABASE_TIMEOUT", "2")],
    ),
    Situation(
        "levels-any-case",
        "log levels in lower and mixed case",
        env=[("PREFECT_LOGGING_LEVEL", "warning"), ("PREFECT_SERVER_LOGGING_LEVEL", "eRRor"), ("PREFECT_INTERNAL_LOGGING_LEVEL", "critical")],
    ),
    Situation(
        "codes-and-loggers",
        "status codes and extra loggers as lists in text",
        env=[("PREFECT_CLIENT_RETRY_EXTRA_CODES", "502, 429,429, 4_29 "), ("PREFECT_LOGGING_EXTRA_LOGGERS", "zeta, alpha ,,mid")],
    ),
    Situation(
        "lists-empty",
        "empty lists",
        env=[("PREFECT_CLIENT_RETRY_EXTRA_CODES", ""), ("PREFECT_LOGGING_EXTRA_LOGGERS", "")],
    ),
    Situation(
        "lists-json",
        "lists as JSON text",
        env=[("PREFECT_CLIENT_RETRY_EXTRA_CODES", "[429, 502]"), ("PREFECT_LOGGING_EXTRA_LOGGERS", '["b", "a"]')],
    ),
    Situation("retry-delays", "delays of tasks, as list and as number", env=[("PREFECT_TASKS_DEFAULT_RETRY_DELAY_SECONDS", "1, 2.5,,3"), ("PREFECT_FLOWS_DEFAULT_RETRY_DELAY_SECONDS", "5")]),
    Situation("retry-delays-empty", "an empty delay of tasks is no value", env=[("PREFECT_TASKS_DEFAULT_RETRY_DELAY_SECONDS", " ")]),
    Situation(
        "texts-verbatim",
        "blanks, quotes, equals signs, newlines and other scripts stay as they are",
        env=[
            ("PREFECT_SERVER_ANALYTICS_ENABLED", "true"),
            ("PREFECT_DEFAULT_WORK_POOL_NAME", "  a b  "),
            ("PREFECT_DEFAULT_DOCKER_BUILD_NAMESPACE", "it's \"quoted\""),
            ("PREFECT_SERVER_DATABASE_NAME", "a=b=c"),
            ("PREFECT_SERVER_DATABASE_USER", "zoë 東京 🚀"),
            ("PREFECT_SERVER_API_HOST", "first\nsecond"),
            ("PREFECT_UI_URL", ""),
            ("PREFECT_RESULTS_DEFAULT_STORAGE_BLOCK", "back\\slash/ok"),
        ],
    ),
    Situation(
        "texts-verbatim-profile",
        "the same in a profile: escapes, literal and multi-line strings",
        files=m(
            'PREFECT_DEFAULT_WORK_POOL_NAME = "  a b  "\n'
            "PREFECT_DEFAULT_DOCKER_BUILD_NAMESPACE = 'it\\n \"stays\"'\n"
            'PREFECT_SERVER_DATABASE_USER = "zo\\u00eb \\U0001F680"\n'
            'PREFECT_SERVER_API_HOST = """\nfirst\nsecond"""\n'
            "PREFECT_RESULTS_DEFAULT_STORAGE_BLOCK = '''one ''two'' three'''\n"
        ),
    ),
    Situation(
        "paths-normal-form",
        "paths: doubled slashes, dots, a trailing slash, a tilde, empty",
        env=[
            ("PREFECT_RESULTS_LOCAL_STORAGE_PATH", "/a//b/./c/../d/"),
            ("PREFECT_LOGGING_CONFIG_PATH", "~/logging.yml"),
            ("PREFECT_SERVER_MEMO_STORE_PATH", ""),
        ],
    ),
    Situation(
        "markup",
        "rich markup in a value: Prefect's view eats it, ours prints it",
        env=[("PREFECT_DEFAULT_WORK_POOL_NAME", "a [bold]pool[/bold] here")],
        deviation=Deviation(
            "rich markup is printed literally", replace=(("a pool here", "a [bold]pool[/bold] here"),)
        ),
    ),
    Situation(
        "markup-broken",
        "a closing tag with nothing open: Prefect's view dies of it",
        env=[("PREFECT_DEFAULT_WORK_POOL_NAME", "a[/b]")],
        deviation=Deviation("rich markup is printed literally", view_fails=True),
    ),
    Situation(
        "markup-look-alike",
        "brackets that are no markup are kept by both",
        env=[("PREFECT_DEFAULT_WORK_POOL_NAME", "[1] [::1] a[] [ x]")],
    ),
    Situation(
        "tab-in-number",
        "a tab after a number: trimmed from the value, turned into blanks by Prefect's view",
        env=[("PREFECT_RUNNER_POLL_FREQUENCY", "15\t")],
        deviation=Deviation(
            "control characters are printed literally",
            replace=(("FREQUENCY='15       '", "FREQUENCY='15\t'"),),
        ),
    ),
    Situation(
        "emoji-code",
        "an emoji code in a value",
        env=[("PREFECT_DEFAULT_WORK_POOL_NAME", "fast :rocket: pool")],
        deviation=Deviation("emoji codes are printed literally", replace=(("fast 🚀 pool", "fast :rocket: pool"),)),
    ),
]
