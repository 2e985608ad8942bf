"""What reviews and random cases found: names inside a group's JSON, merged objects, odd `.env` files."""

from situation import Deviation, Situation, env_file, m, prefect_toml

OVERRIDES = "PREFECT_SERVER_SERVICES_DB_VACUUM_EVENT_RETENTION_OVERRIDES"
MASKED = Deviation("headers' values are masked unless --show-secrets; Prefect shows them", replace=(("TEST-env", "********"),), unless_secrets=True)


def group(name: str, shows: str, text: str, variable: str = "PREFECT_API") -> list[Situation]:
    """The same JSON in the environment, in .env and in a profile."""
    return [
        Situation(f"group-{name}-env", f"{shows}, in the environment", env=[(variable, text)]),
        Situation(f"group-{name}-dotenv", f"{shows}, in .env", files=env_file(f"{variable}='{text}'\n")),
        Situation(f"group-{name}-profile", f"{shows}, in a profile", files=m(f"{variable} = '{text}'\n")),
    ]


SITUATIONS = [
    *group("upper-case-key", "an upper-case key", '{"URL": "http://g/api"}'),
    *group("two-spellings", "two spellings of a key", '{"url": "http://a/api", "Url": "http://b/api"}'),
    *group("two-spellings-other-way", "the same the other way round", '{"Url": "http://a/api", "url": "http://b/api"}'),
    *group("inner-upper-case", "an inner group in upper case", '{"API": {"PORT": 5}}', "PREFECT_SERVER"),
    *group("field-with-names", "the field of a setting with two names, capitalised", '{"Timeout": 5}', "PREFECT_SERVER_DATABASE"),
    *group("name-capitalised", "an environment name, capitalised", '{"Prefect_Api_Database_Timeout": 5}', "PREFECT_SERVER_DATABASE"),
    *group("name-lower-case", "an environment name in lower case", '{"prefect_api_database_timeout": 5}', "PREFECT_SERVER_DATABASE"),
    Situation(
        "merged-bad-value-replaced",
        "a bad value of a mapping that a stronger source replaces",
        files=env_file(OVERRIDES + '={"a": 0}\n'),
        env=[(OVERRIDES, '{"a": 60.5, "b": "PT2H"}')],
    ),
    Situation("merged-bad-value-counts", "a bad value that no stronger source replaces", files=env_file(OVERRIDES + '={"a": 0}\n'), env=[(OVERRIDES, '{"b": 60}')]),
    Situation(
        "merged-nothing-given",
        "a weaker source whose keys are all replaced",
        files=env_file('PREFECT_CLIENT_CUSTOM_HEADERS={"X-A": "TEST-dotenv"}\n'),
        env=[("PREFECT_CLIENT_CUSTOM_HEADERS", '{"X-A": "TEST-env"}')],
        deviation=MASKED,
    ),
    Situation(
        "merged-from-toml",
        "a table, .env and the environment",
        files=prefect_toml('[client.custom_headers]\nX-T = "TEST-env"\n') | env_file('PREFECT_CLIENT_CUSTOM_HEADERS={"X-B": "TEST-env"}\n'),
        env=[("PREFECT_CLIENT_CUSTOM_HEADERS", '{"X-A": "TEST-env"}')],
        deviation=MASKED,
    ),
    Situation("dotenv-spelling-without-value", "a later spelling without a value", files=env_file("prefect_api_url=http://a/api\nPREFECT_API_URL\n")),
    Situation("dotenv-spelling-without-value-first", "an earlier one", files=env_file("PREFECT_API_URL\nprefect_api_url=http://a/api\n")),
    Situation("dotenv-two-boms", "two byte order marks", files={"work/.env": b"\xef\xbb\xbf\xef\xbb\xbfPREFECT_API_URL=http://a/api\n"}),
    Situation(
        "log-size-beyond-64-bits",
        "sizes that no 64-bit integer holds",
        env=[("PREFECT_LOGGING_TO_API_MAX_LOG_SIZE", "9" * 24), ("PREFECT_LOGGING_TO_API_BATCH_SIZE", "9" * 20)],
    ),
    Situation(
        "log-size-beyond-64-bits-in-order",
        "the same, and they go together",
        env=[("PREFECT_LOGGING_TO_API_MAX_LOG_SIZE", "9" * 20), ("PREFECT_LOGGING_TO_API_BATCH_SIZE", "9" * 24)],
    ),
]
