"""Names in the environment: case, aliases, whole groups, and against the profile."""

from situation import Situation, m, toml


SITUATIONS = [
    Situation(
        "env-over-profile",
        "the environment beats the profile, setting by setting",
        files=m('PREFECT_API_URL = "http://profile:4200/api"\nPREFECT_LOGGING_LEVEL = "ERROR"\n'),
        env=[("PREFECT_API_URL", "http://env:4200/api")],
    ),
    Situation("env-lower-case", "a lower-case name counts, and the view does not show it", env=[("prefect_api_url", "http://lower:4200/api")]),
    Situation("env-mixed-case", "a mixed-case name counts", env=[("Prefect_Api_Url", "http://mixed:4200/api")]),
    Situation(
        "env-two-spellings-upper-first",
        "two spellings of one name: the later one wins",
        env=[("PREFECT_API_URL", "http://upper:4200/api"), ("prefect_api_url", "http://lower:4200/api")],
    ),
    Situation(
        "env-two-spellings-upper-last",
        "the same the other way round",
        env=[("prefect_api_url", "http://lower:4200/api"), ("PREFECT_API_URL", "http://upper:4200/api")],
    ),
    Situation(
        "env-lower-case-over-profile",
        "a lower-case name beats the profile although the view says profile",
        files=m('PREFECT_API_URL = "http://profile:4200/api"\n'),
        env=[("prefect_api_url", "http://lower:4200/api")],
    ),
    Situation(
        "env-alias-and-canonical",
        "legacy and canonical name in the environment, legacy first",
        env=[("PREFECT_LOCAL_STORAGE_PATH", "/legacy"), ("PREFECT_RESULTS_LOCAL_STORAGE_PATH", "/canonical")],
    ),
    Situation(
        "env-canonical-and-alias",
        "the same, canonical first: the order does not matter",
        env=[("PREFECT_RESULTS_LOCAL_STORAGE_PATH", "/canonical"), ("PREFECT_LOCAL_STORAGE_PATH", "/legacy")],
    ),
    Situation(
        "env-alias-against-lower-case-canonical",
        "the canonical name in lower case against the legacy one in capitals",
        env=[("prefect_results_local_storage_path", "/canonical"), ("PREFECT_LOCAL_STORAGE_PATH", "/legacy")],
    ),
    Situation(
        "env-alias-over-profile-canonical",
        "source comes before name: the legacy name in the environment beats the profile's canonical one",
        files=m('PREFECT_SERVER_DATABASE_TIMEOUT = "1"\n'),
        env=[("PREFECT_API_DATABASE_TIMEOUT", "2")],
    ),
    Situation(
        "env-canonical-over-profile-alias",
        "the canonical name in the environment beats the profile's legacy one",
        files=m('PREFECT_API_DATABASE_TIMEOUT = "1"\n'),
        env=[("PREFECT_SERVER_DATABASE_TIMEOUT", "2")],
    ),
    Situation(
        "env-empty-alias",
        "an empty legacy variable hides the profile's canonical value",
        files=m('PREFECT_SERVER_DATABASE_HOST = "db"\n'),
        env=[("PREFECT_API_DATABASE_HOST", "")],
    ),
    Situation(
        "env-unknown-names",
        "names Prefect does not know, and bare field names, are nothing",
        env=[
            ("PREFECT_API_ULR", "http://typo:4200/api"),
            ("PREFECT_FOO_BAR", "1"),
            ("API_URL", "http://bare:4200/api"),
            ("URL", "http://bare:4200/api"),
            ("MAX_RETRIES", "1"),
            ("DEBUG_MODE", "1"),
            ("PREFECT__API__URL", "http://old:4200/api"),
            ("XPREFECT_API_URL", "http://x:4200/api"),
        ],
    ),
    Situation(
        "env-group-json",
        "PREFECT_API as JSON for the whole group beats the flat name; what it lacks is filled in",
        files=m('PREFECT_API_URL = "http://profile:4200/api"\nPREFECT_API_ENABLE_HTTP2 = "true"\n'),
        env=[
            ("PREFECT_API", '{"url": "http://group:4200/api", "request_timeout": 7}'),
            ("PREFECT_API_URL", "http://flat:4200/api"),
            ("PREFECT_API_KEY", "pnu_TEST0000000000000000000000000006"),
        ],
    ),
    Situation("env-group-nested", "a group inside a group by JSON", env=[("PREFECT_LOGGING", '{"level": "error", "to_api": {"enabled": false}}')]),
    Situation("env-group-inner", "the inner group's own variable", env=[("PREFECT_LOGGING_TO_API", '{"batch_interval": 0.5}')]),
    Situation("env-group-unknown-key", "an unknown key in a group's JSON", env=[("PREFECT_API", '{"urll": "x", "PREFECT_API_URL": "y"}')]),
    Situation("env-group-bad-json", "a group variable that is no JSON", env=[("PREFECT_API", "http://not-json:4200/api")]),
    Situation("env-group-empty", "a group variable that is empty", env=[("PREFECT_API", "")]),
    Situation("env-group-list", "a group variable that is a JSON list", env=[("PREFECT_API", "[1]")]),
    Situation("env-group-bad-value", "a wrong value inside a group's JSON", env=[("PREFECT_API", '{"request_timeout": "soon"}')]),
    Situation("env-group-lower-case", "a group variable in lower case", env=[("prefect_api", '{"url": "http://group:4200/api"}')]),
    Situation(
        "profile-group-json",
        "a group as JSON in a profile",
        files=m("""PREFECT_API = '{"url": "http://group:4200/api"}'\nPREFECT_API_URL = "http://flat:4200/api"\n"""),
    ),
    Situation("profile-alias", "a legacy name in a profile", files=m('PREFECT_LOCAL_STORAGE_PATH = "/legacy"\n')),
    Situation(
        "profile-alias-and-canonical",
        "both names in one profile, legacy first",
        files=m('PREFECT_LOCAL_STORAGE_PATH = "/legacy"\nPREFECT_RESULTS_LOCAL_STORAGE_PATH = "/canonical"\n'),
    ),
    Situation(
        "profile-canonical-and-alias",
        "both names in one profile, canonical first",
        files=m('PREFECT_RESULTS_LOCAL_STORAGE_PATH = "/canonical"\nPREFECT_LOCAL_STORAGE_PATH = "/legacy"\n'),
    ),
    Situation(
        "profile-unknown-names",
        "unknown keys in the active and in another profile",
        files=toml("""
            active = "m"
            [profiles.m]
            PREFECT_API_ULR = "http://typo:4200/api"
            PREFECT_LOGGING_LEVEL = "ERROR"
            [profiles.other]
            PREFECT_NOT_A_SETTING = "1"
        """),
    ),
    Situation(
        "profile-key-spellings",
        "lower-case, dotted and quoted keys",
        files=m("""
prefect_api_url = "http://lower:4200/api"
"api.url" = "http://quoted-dots:4200/api"
"PREFECT_LOGGING_LEVEL" = "ERROR"
'PREFECT_API_REQUEST_TIMEOUT' = "3"
"""),
    ),
    Situation("profile-dotted-key", "an unquoted dotted key makes a table", files=m('api.url = "http://dots:4200/api"\n')),
    Situation(
        "profile-inline-table",
        "profiles written as inline tables",
        files=toml("""
            active = "m"
            profiles = { m = { PREFECT_LOGGING_LEVEL = "ERROR" }, n = {} }
        """),
    ),
    Situation(
        "profile-dotted-header",
        "profiles written as dotted keys",
        files=toml("""
            active = "m"
            profiles.m.PREFECT_LOGGING_LEVEL = "ERROR"
            profiles.m."PREFECT_API_REQUEST_TIMEOUT" = "3"
        """),
    ),
    Situation(
        "profile-header-blanks",
        "a header with blanks and quotes, tables out of order, other top-level keys",
        files=toml("""
            title = "mine"
            active = "m"
            [ profiles . "m" ]
            PREFECT_LOGGING_LEVEL = "ERROR"
            [unrelated]
            PREFECT_API_URL = "http://unrelated:4200/api"
        """),
    ),
]
