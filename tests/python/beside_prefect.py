"""Run by a Python that has a real Prefect, with the wheel beside it: one situation, both answers.

usage: beside_prefect.py     in the environment of the situation; a JSON document on stdout

What it is not: a test of every setting (tests/conformance): it shows that `resolve()` without
arguments speaks of the very process that it is called in.
"""

import json

import prefect_config
from prefect.settings import get_current_settings

PATHS = ("api.url", "api.key", "logging.level", "client.max_retries", "api.request_timeout", "server.ephemeral.enabled", "home", "cloud.ui_url")


def plain(value):
    value = value.get_secret_value() if hasattr(value, "get_secret_value") else value
    return value if value is None or isinstance(value, (bool, int, float)) else str(value)


def theirs(path):
    value = get_current_settings()
    for part in path.split("."):
        value = getattr(value, part)
    return plain(value)


resolution = prefect_config.resolve(show_defaults=True, show_secrets=True)
print(json.dumps({
    "ours": {path: plain(resolution[path].typed_value) for path in PATHS},
    "theirs": {path: theirs(path) for path in PATHS},
    "release": resolution.prefect_version,
}))
