"""Records what one installed Prefect makes of written values, as JSON lines.

Runs inside the environment of that Prefect (``VENV/bin/python coerce_oracle.py >
coerce-VERSION.jsonl``) and imports nothing but Prefect and what it brings. Each case
is written to one source (environment, active profile, prefect.toml, or the JSON of a
group's variable), a settings object is made, and the value is taken from that object:
the answer is the program's own. Unit tests require the same of the C++ coercion.

What it is not: a check of precedence or of `config view`; one value is set at a time.

A line: ``path``, ``source`` (env, profile, toml, group), ``written``, and one of
``value``, ``unset`` (the source offered nothing) and ``error`` (``type``, ``fails``:
true where Prefect dies before validation). JSON's own types stand for themselves;
what it lacks is an object with one key: int, float, path, us (microseconds of a
timedelta), set, dict, moment, bytes. The user's home reads
``/home/me``.

To add a case: a row in one of the tables below. ``--random N`` adds N cases a type
from small alphabets, which is how the rules were found.
"""

from __future__ import annotations

import argparse
import datetime
import enum
import json
import os
import pathlib
import random
import sys
import tempfile
import warnings

BASE = tempfile.mkdtemp(prefix="coerce-")
HOME = os.path.join(BASE, "home")
PLACEHOLDER = "/home/me"
os.mkdir(HOME)
for name in list(os.environ):
    if name.upper().startswith("PREFECT_") or name == "SSL_CERT_FILE":
        del os.environ[name]
os.environ["HOME"] = HOME
os.chdir(BASE)
warnings.simplefilter("ignore")

import prefect.settings  # noqa: E402
from pydantic import BaseModel, Secret, SecretStr, ValidationError  # noqa: E402

Settings = prefect.settings.Settings

try:
    import tomllib

    parse_toml = tomllib.loads
    if not hasattr(prefect.settings.sources, "tomllib"):
        raise ImportError
except ImportError:
    import toml

    parse_toml = toml.loads

BLANKS = ["", " ", "\t", "\u00a0", "\u3000"]
BOOLEANS = [
    "true", "false", "True", "FALSE", "tRuE", "t", "f", "T", "F", "yes", "no", "Yes", "y", "n", "Y", "on", "off",
    "ON", "1", "0", " true", "true ", "01", "1.0", "2", "-1", "None", "null", "enable", "\uff11", "o\u212a",
]
INTEGERS = [
    "5", "+5", "-5", " 5 ", "\t5\n", "\u00a05\u2003", "\x1c5", "\x0b5\x0c", "\u20285", "\u200b5", "05", "005", "-05", "+05", "- 5", "--5", "+-5", "5.0",
    "5.00", "0.0", "-0.0", "-0", "+0", "00", "0_0", "5.", ".0", ".", "-", "+", "5.5", "1e3", "1E3", "0x10", "0b1",
    "0o7", "1_000", "1__0", "_1", "1_", "1_0_0", "0_1", "1_.0", "1._0", "1.0_0", "1_0.0", "5.0_", "1,000", "1 000",
    "\u0663", "\uff15", "five", "inf", "nan", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
    "-9223372036854775809", "123456789012345678901234567890", "100000000000000000000.0", "1_000_000_000_000_000_000_000",
    "000000000000000000000000000001", "9" * 4299, "9" * 4300, "9" * 4301, "0" * 4301, "+" + "9" * 4300, "-" + "9" * 4300, " " + "9" * 4300,
    "1" * 4290 + ".00", "true", "None", "5.0.0", "5.0e0", "0.", "00.0", "000", "0_", "_0", "0-5", "0+5", "-0-5", "0--5", "0-05", "0-0.0", "0_-50", "0__5", "0_.0", "9" * 4301 + ".0", " " + "9" * 4301, "+" + "9" * 4301, "-_1", "+_1", "-00012", "0-1", "5-", "1" + "0" * 30 + ".000",
]
FLOATS = [
    "5", "+5", "-5", " 5 ", "\t5.5\n", "\u00a05", "\x1c5", "1e3", "1E3", "1e+3", "1e-3", ".5", "5.", ".", "-.5", "+.5", "-5.", "1_000.5",
    "1_0e1_0", "1__0", "_1.5", "1.5_", "1_.5", "1._5", "1_e5", "1e_5", "0x10", "1,5", "1e", "e5", "1e+", "inf",
    "Infinity", "INF", "-inf", "+inf", "+Infinity", "infin", "nan", "NaN", "-nan", "+nan", "i_nf", " 1_5", "1_5 ", "+_1", "1_.", "1e400", "-1e400", "1e-400", "1e308", "1.7976931348623159e308",
    "5e-324", "2e-324", "0.1", "0.30000000000000004", "123456789.123456789", "1e16", "1e15", "123456789012345680", "0.0001", "0.00001",
    "-0.0", "-0", "0", "00.5", "None", "true", "\u0663", "abc", "5 5", "5.5.5", "9" * 400, "0." + "0" * 400 + "1", "5f", "1d3", "1e5.5", "-", "+", "- 5", "\uff11",
]
DURATIONS = [
    "P1D", "P1W", "P1M", "P1Y", "P1DT1H", "PT1H", "PT1M", "PT1S", "PT1.5S", "PT1,5S", "PT0.5M", "PT1.5H", "P1.5D", "P0.5W", "P0.5Y", "P1.5DT1H", "PT1.5H1M",
    "-P1D", "+P1D", "-PT1S", "--P1D", "P", "PT", "P1", "P1T", "P1DT", "PD", "PTS", "T1H", "1H", "P1H", "PT1D", "PT1Y", "PTT1S", "PT1ST1S", "P1D1D", "PT1S1M", "P1D1Y",
    "P1M1W", "p1d", "P1d", "Pt1s", "P 1D", " P1D", "P1D ", "P-1D", "PT-1S", "PT.5S", "PT1.S", "PT1.5", "PT0S", "P0D", "-PT0S", "PT0.000001S", "PT0.0000001S", "PT0.0000005S", "PT0.9999999S", "PT0.1234567S",
    "PT60M", "PT3600S", "PT90000S", "P999999999D", "P1000000000D", "-P999999999D", "P2739726Y", "P2739727Y", "P99999999999D", "PT4294967295S", "PT4294967296S", "PT99999999999S", "PT1193046H", "PT1193047H", "P1DT86399S", "P1DT86400S",
    "PT1_0S", "P1D,", "P1Dfoo", "P1DX", "PT1SX", "P1.1.1D", "P106751991D", "P106751992D", "PT1.999999999S", "P0.1D", "P0.3333333D", "P1W2D", "P1Y2M3W4DT5H6M7S", "P1Y2M3W4DT5H6M7.89S",
    "10:20", "1:20", "10:20:30", "1:02:03", "1:2:3", "10:2", "10:20:3", "10:20:", "10:", ":20", "10:60", "10:20:60", "10:59:59", "25:00", "99:59", "100:00", "1000:00:00", "24:00:00", "9999999999:00", "23999999976:00:00", "24000000000:00", "00:00", "00:00:00", "0:00",
    "0:00:00.5", "10:20:30.123456", "10:20:30.1234567", "10:20:30.123456789abc", "10:20:30.12345x", "10:20:30.", "10:20:30,5", "10:20:30.5", "10:20.5", "10:20:30.123456 ", "2400000000:00", "2400000001:00", "0000000001:00", "00000000001:00", "0-5", "PT28.9893305S", "1d 023:59", "1d24:00", "PT1." + "9" * 400 + "S", "10:20:30 ", "10:20:30.12 ", "-10:20", "+10:20", "-10:20:30.5", "- 10:20", " 10:20", "10:20 ", "10:20Z", "10:20:30Z", "10:20:30+01:00", "10 20", "1020", "10-20",
    "1 day", "1 days", "2 days", "2 day", "1d", "1D", "1 d", "1DAY", "1 Days", "1 DAYS", "1 daYs", "1 DAYs", "1 dAYS", ":20:01", "1d:20:01", "1d :20", "1days", "1day", "-1 day", "+1 day", "-1d", "1  day", "1 dayy", "1 da", "1 dy", "1 day ", "1 day,", "1 day, ", "1 day,10:20", "1 day, 10:20", "1 day 10:20", "1 day10:20", "1d10:20", "1d,10:20", "1d, 10:20", "1d 10:20", "1 d 10:20:30", "1 day, 10:20:30.123456", "1 day, 10:20:30.1234567",
    "1 day, 25:00", "1 day, 1:20", "1 day, 1:2", "1 day, 99", "1 day,  10:20", "1 day,, 10:20", "1 day T10:20", "1dT10:20", "-1 day, 10:20", "-1 day, 23:59:55", "1 day, -10:20", "1 day, +10:20", "1 day -10:20", "1 days, 0:00:00", "999999999 days", "1000000000 days", "999999999 days, 23:59:59.999999", "999999999 days, 24:00:00", "-999999999 days", "4294967296 days", "99999999999999999999d", "01 day", "1.5 days", "1_0 days", "day", "d", " 1 day", "1\tday", "1,day", "0d", "0 days",
    "60", "5", "1.5", "1e3", "-5", "+5", " 60 ", "1_000", "1h", "5 minutes", "10s", "inf", "nan", "-inf", "0", "3600", "7200", "3600.000001", "1e10", "1e14", "86399999999999", "86400000000000", "-86399999913600", "1e15", "1e20", "1e400", "0.1", "0.0000005", "0.0000015", "2.5e-6", "1.0000005", "-0.0000005", "-1.5", ".5", "5.", "0x10", "1__0", "_1",
    "\u0663", "\uff16\uff10", "\u0661.\u0665", "\u20035\u2003", "\x1c5\x1c", "\u00b2", "\u0661_\u0662", "123456789.123456789", "1__", "INF", "Infinity", "PT1H\u00a0", "forever", "P\u0661D", "\u0661 day",
]
LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL", "debug", "Info", "wArNiNg", "\u0131nfo", "\u0131NFO", "cr\u0131t\u0131cal", "\u0130nfo", "in\ufb01o", " INFO", "INFO ", "WARN", "FATAL", "NOTSET", "10", "", "None", "\uff29NFO"]
TEXTS = ["", " ", "a", " a ", "a\tb\nc", "None", "null", "5", "true", "\u00e9", "\U0001f680", "$HOME", "~", "'q'", '"q"', "a,b", "[1]", "{}", "\x7f", "\x1b[0m"]
PATHS = ["", ".", "..", "/", "//", "///", "a", "a/", "a//b", "./a", "a/.", "a/./b", "a/../b", "/a//b/", "//a/b", "///a/b", "~", "~/x", "~//x", "./~", "./~/x", "~/", "~/../x", "a/~", " a ", "$HOME/x", "\u00e9", "a\\b", "/..", "./.", "...", "a/..."]
PROFILE_PATHS = ["$PREFECT_HOME/p.toml", "x/$PREFECT_HOME/p", "$PREFECT_HOME$PREFECT_HOME", "${PREFECT_HOME}/p", "$PREFECT_HOMEX/p", "a//p.toml", "~/p.toml", "$prefect_home/p"]
CODES = ["429", "429,502", "429, 502", " 429 ,502 ", "[429,502]", "[429, 502, 429]", "429,429", "4_29", "429.0", "429.5", "", " ", ",", "429,", ",429", "429,,502", "99", "100", "599", "600", "-429", "429,99", "[]", "[99]", "{}", "{\"429\":1}", "null", "true", "false", "0", "0.0", "-0", "\"\"", "\"429\"", "\"429,502\"", "[\"429\"]", "[\"429,502\"]", "[429.0]", "[429.5]", "[true]", "[null]", "[[429]]", "429.0,502.00", "+429", "0429", "429;502", "[429,502", "[429,]", "NaN", "Infinity", "1e2", "429e0", "\u0664\u0662\u0669", "429\u00a0", "\u3000429", "429,\x1c502", "abc", "502,503,504", "100,108,116,124,132,500,429,502,503,504", "408\n,429", "[429] ", " [429]", "[429]x", "999999999999999999999"]
TEXT_SETS = ["", " ", ",", "a", "a,b", " a , b ", "a,,b", "a,", ",a", "a,a", "[\"a\",\"b\"]", "[\"a\",\"a\"]", "[]", "{}", "[1]", "[\"a\",1]", "[null]", "[[\"a\"]]", "5", "0", "true", "false", "null", "\"a,b\"", "\"\"", "\" \"", "{\"a\":1}", "[\"\\ud800\"]", "[\" a \"]", "a;b", "a.b,c.d", "\u00a0a\u00a0,b", "\x1ca,b", "\u00e9,a", "NaN", "1.5", "[\"a\"", "['a']", "a\nb", "\"\\ud800\"", "\ufeff[\"a\"]"]
TEXT_DICTS = ["{}", "{\"a\":\"b\"}", "{\"a\":\"b\",\"c\":\"d\"}", "{\"a\":\"b\",\"a\":\"c\"}", "{\"b\":\"1\",\"a\":\"2\",\"b\":\"3\"}", " {\"a\":\"b\"} ", "{\"a\":1}", "{\"a\":null}", "{\"a\":true}", "{\"a\":[\"b\"]}", "{\"a\":{\"b\":\"c\"}}", "[]", "[\"a\"]", "[[\"a\",\"b\"]]", "null", "true", "5", "0", "1.5", "NaN", "\"\"", "\"a\"", "\"{\\\"a\\\":\\\"b\\\"}\"", "\"{\\\"a\\\":1}\"", "\"{\\\"a\\\":NaN}\"", "\"null\"", "\"[]\"", "\"\\\"x\\\"\"", "\" {} \"", "\"{\\\"a\\\":\\\"\\\\ud800\\\"}\"", "", " ", "{", "}", "{a:b}", "{'a':'b'}", "{\"a\":\"b\",}", "{\"a\":\"b\"}x", "{\"a\" \"b\"}", "a=b", "{\"\":\"\"}", "{\"a\":\"\\ud800\"}", "{\"\\ud800\":\"a\"}", "{\"a\":\"\\ud83d\\ude80\"}", "{\"a\":\"\\u00e9\"}", "{\"a\":\"\u00e9\"}", "{\"a\":\"\\n\\t\\\\\\\"\\/\"}", "{\"a\":\"x\ty\"}", "{\"a\":\"x\ny\"}", "{\"a\":\"\x7f\"}", "{\"a\":\"\\x41\"}", "{\"a\":\"\\u12\"}", "{\"a\":1e400}", "{\"a\":-Infinity}", "{\"a\":NaN}", "{\"a\":01}", "{\"a\":-}", "\ufeff{}", "\u00a0{}", "\x0c{}", "{\"a\":{\"b\":[1,{\"c\":null}]}}", "[" * 200 + "]" * 200, "{\"a\":\"1\"} {}", "//x\n{}", "{\"a\":" + "9" * 4301 + "}", "{\"a\":" + "9" * 4300 + "}", "nul", "True", "{\"a\":.5}", "{\"a\":5.}", "{\"a\":1e}", "{\"a\":+1}", "{\"a\":\"b\"\u00a0}"]
DURATION_DICTS = ["{}", "{\"a\":60}", "{\"a\":60.5}", "{\"a\":\"60\"}", "{\"a\":\"P1D\"}", "{\"a\":\"1 day, 10:20\"}", "{\"a\":60,\"b\":\"PT1H\"}", "{\"a\":60,\"a\":120}", "{\"a\":0}", "{\"a\":-1}", "{\"a\":\"-P1D\"}", "{\"a\":\"0:00\"}", "{\"a\":true}", "{\"a\":false}", "{\"a\":null}", "{\"a\":[]}", "{\"a\":{}}", "{\"a\":\"x\"}", "{\"a\":\"\"}", "{\"a\":NaN}", "{\"a\":Infinity}", "{\"a\":1e20}", "{\"a\":1e400}", "{\"a\":\"inf\"}", "{\"a\":\"nan\"}", "{\"a\":123456789012345678901234567890}", "{\"a\":86399999999999}", "{\"a\":86400000000000}", "{\"a\":0.0000004}", "{\"a\":0.0000006}", "{\"\":1}", "{\"\\ud800\":1}", "null", "[]", "", "5", "\"{\\\"a\\\":60}\"", "{\"a\":\" 60 \"}", "{\"a\":-1,\"b\":\"x\"}", "{\"a\":\"\\ud800\"}"]
DELAYS = ["5", "5.0", "5.5", "1e3", "-5", "0", "-0", "-0.0", " 5 ", "5 ", "+5", "05", "5_0", "5.", ".5", "1_0.5", "[1,2]", "[1.5]", "[]", "[\"1\"]", "[\"a\"]", "[true]", "[null]", "[[1]]", "[1,", "1,2", "1, 2", "", " ", ",", ",,", "5,", ",5", "1,,2", "1,a", "a", "true", "false", "null", "\"5\"", "\"5.0\"", "\"1,2\"", "\"\"", "\"a\"", "{}", "{\"a\":1}", "inf", "Infinity", "-Infinity", "nan", "NaN", "[NaN]", "[1e400]", "[123456789012345678901234567890]", "123456789012345678901234567890", "1" + "0" * 400, "[1" + "0" * 400 + "]", "1e400", "\u0663", "1;2", "[\"1_0\"]", "1_0,2", "\u00a05\u00a0", "\x1c5", "yes", "0x10", "1,inf", "1.0", "\"1.0\"", "9" * 4301, "5\x00".replace("\x00", "\x01"), "1\n,2"]
FLAGS = ["", " ", "true", "false", "True", "FALSE", " true ", "1", "0", "1.0", "0.0", "5", "-1", "yes", "no", "on", "events", "events,flow_runs", " events , flow_runs ", "a,,b", ",", "a,a", "[]", "[\"events\"]", "[\"a\",\"a\"]", "[\"\"]", "[1]", "[true]", "{}", "{\"a\":1}", "null", "\"\"", "\"true\"", "\"a,b\"", "\"1\"", "1.5", "NaN", "\"\\ud800\"", "[\"\\ud800\"]", "TR\u00dcE", "true,false", "t", "\"yes\"", "\x1ctrue", "none", "2", "fal\u017fe"]
ANY = ["", "5", "true", "null", "[1]", "{\"a\":1}", " x "]

TOML_VALUES = [
    "true", "false", "0", "1", "2", "-1", "5", "429", "86400", "100000000000000000000", "0x10", "1_000", "0.0", "-0.0", "1.0", "0.5", "5.5", "429.0", "1e3", "1e15", "1e16", "9223372036854775807", "9223372036854775808", "9.3e18", "1e19", "1e20", "1e22", "1e300", "-1e19",
    "inf", "-inf", "nan", "1" + "0" * 400, "371085174460805", "-371085174374400", "2.5e-6", "3.5e-6", "1.0000005", "0.9999999", "-1.5", "3600", "3601", "86399999999999", "86400000000000", "-86399999913600", "-86400000000000", "1e13", "1e14",
    "[]", "[1]", "[429, 502]", "[1.5, 2.5]", '["a", "b"]', '["a", "a"]', '[" a ", ""]', '["429"]', "[[1]]", "[true]", '[["a", "b"]]', "[nan]", "{}", '{a = "b"}', "{a = 1}", "{a = 60.5}", "1979-05-27", "1979-05-27T07:32:00Z", "07:32:00",
    '""', '"5"', '"5.0"', '" 5 "', '"true"', '"[1]"', '"[429, 502]"', '"{}"', "'{\"a\": \"b\"}'", "'{\"a\": 60}'", "'\"{}\"'", '"null"', '"a,b"', '"1,2"', '"PT1H"', '"INFO"', '"info"', '"x"', "'[\"a\"]'", '"abc"', '"NaN"', '"429"', '"1"', '"0"',
]
GROUP_VALUES = ["true", "1", "1.0", "5", "5.5", "429", "\"5\"", "\"\"", "null", "[]", "[429]", "[\"a\"]", "\"[429]\"", "\"429,502\"", "{}", "{\"a\":\"b\"}", "\"{\\\"a\\\":\\\"b\\\"}\"", "\"{\\\"a\\\":60}\"", "{\"a\":60}", "NaN", "\"P1D\"", "\"true\"", "\"x\"", "\"null\"", "\"info\"", "Infinity", "\"\\ud800\"", "[\"\\ud800\"]", "123456789012345678901234567890"]

# What is offered to a setting as text, by path; paths a release lacks are skipped.
TEXT_CASES = {
    "debug_mode": BOOLEANS + BLANKS,
    "cli.prompt": ["true", "n", "", "None", "null"],
    "client.metrics.port": INTEGERS + BLANKS,
    "client.max_retries": ["0", "-1", "1", "-0", "-0.0", "-9223372036854775809", "123456789012345678901234567890", "x"],
    "server.events.websocket_backfill_page_size": ["0", "1", "-1", "0.0", "00"],
    "server.services.event_persister.batch_size": ["0", "1", "-123456789012345678901"],
    "flows.heartbeat_frequency": ["29", "30", "", "None", "null", "31.0"],
    "runner.heartbeat_frequency": ["29", "30", "", "None", "null", "31.0"],
    "tasks.runner.thread_pool_max_workers": ["0", "1", "null", ""],
    "api.request_timeout": FLOATS + BLANKS,
    "client.retry_jitter_factor": ["0", "-0.0", "-1", "nan", "inf", "-inf", "-1e-400", "1e400"],
    "server.services.event_persister.flush_interval": ["0", "0.1", "-0.0", "nan", "inf", "-inf", "1e-400", "5e-324"],
    "server.concurrency.initial_deployment_lease_duration": ["30", "29.999", "3600", "3600.0001", "nan", "inf", "-inf"],
    "server.database.timeout": ["", "null", "1", "nan"],
    "server.database.migration_timeout": ["0", "1", "nan", "null"],
    "server.api.csrf_token_expiration": DURATIONS + BLANKS,
    "server.services.late_runs.after_seconds": DURATIONS + BLANKS,
    "server.services.db_vacuum.retention_period": ["3600", "3601", "3600.000001", "PT1H", "PT1H1S", "1:00", "1:01", "0", "-5", "nan", "inf", "P91D", "3600.0000001"],
    "logging.level": LEVELS,
    "runner.server.log_level": LEVELS,
    "logging.to_api.when_missing_flow": ["warn", "error", "ignore", "WARN", " warn", "warn ", "", "x", "None"],
    "server.database.driver": ["sqlite+aiosqlite", "SQLITE+AIOSQLITE", "sqlite", "", "null"],
    "results.default_serializer": TEXTS,
    "api.key": TEXTS,
    "server.memo_store_path": PATHS,
    "results.local_storage_path": ["", "a//b/", "~/x", "$PREFECT_HOME/x"],
    "home": PATHS,
    "profiles_path": PATHS + PROFILE_PATHS,
    "client.retry_extra_codes": CODES,
    "logging.extra_loggers": TEXT_SETS,
    "plugins.allow": TEXT_SETS,
    "client.custom_headers": TEXT_DICTS,
    "server.services.db_vacuum.event_retention_overrides": DURATION_DICTS,
    "flows.default_retry_delay_seconds": DELAYS,
    "tasks.default_retry_delay_seconds": DELAYS,
    "server.services.db_vacuum.enabled": FLAGS,
    "testing.test_setting": ANY,
}
# Where one setting of a type shows what the type does with native values.
NATIVE_PATHS = {
    "debug_mode", "client.metrics.port", "flows.heartbeat_frequency", "api.request_timeout", "server.api.csrf_token_expiration",
    "server.services.late_runs.after_seconds", "logging.level", "logging.to_api.when_missing_flow", "results.default_serializer",
    "api.key", "server.memo_store_path", "home", "client.retry_extra_codes", "logging.extra_loggers", "plugins.allow",
    "client.custom_headers", "server.services.db_vacuum.event_retention_overrides", "flows.default_retry_delay_seconds",
    "tasks.default_retry_delay_seconds", "server.services.db_vacuum.enabled", "testing.test_setting",
}
# Bytes that are not UTF-8 reach Python as lone surrogates.
BYTES = [b"\xff", b"a\xff", b"\xed\xa0\x80", b"\xc3\xa9", b"\xc0\x80", b"\xf4\x90\x80\x80"]
BYTE_PATHS = ["results.default_serializer", "api.key", "debug_mode", "client.metrics.port", "api.request_timeout", "server.memo_store_path", "home", "profiles_path", "logging.level", "logging.to_api.when_missing_flow", "server.api.csrf_token_expiration", "server.services.late_runs.after_seconds", "client.retry_extra_codes", "logging.extra_loggers", "plugins.allow", "client.custom_headers", "flows.default_retry_delay_seconds", "server.services.db_vacuum.enabled", "testing.test_setting"]
# What follows a value besides its own type, so that a case would not measure that alone.
NOT_IN_PROFILE = ("profiles_path",)  # the loader reads it before the profile
ALPHABETS = {
    "client.metrics.port": "0015_._-+ e",
    "api.request_timeout": "0015_._-+eE infa",
    "server.api.csrf_token_expiration": "PT1205.,:YMWDHS dayDs-+",
    "server.services.late_runs.after_seconds": "PT105.,:DHMS days-+_e",
    "client.retry_extra_codes": "42905.,[]\" _",
    "logging.extra_loggers": "ab,[]\" ",
    "client.custom_headers": "{}\"a:,[] 1\\",
    "tasks.default_retry_delay_seconds": "105.,[]\" _e",
    "flows.default_retry_delay_seconds": "105.,[]\" _e",
    "server.services.db_vacuum.enabled": "10a,[]\" true",
    "server.memo_store_path": "/.a~",
}
TEMPLATES = {
    "server.api.csrf_token_expiration": ["P{n}D", "P{n}Y{n}M", "PT{n}S", "PT{n}.{n}S", "P{n}.{n}D", "PT{n}.{n}H", "P{n}W", "PT{n}.{n}M", "P{n}.{n}Y", "{n}:{n}", "{n}:{n}:{n}", "{n}:{n}:{n}.{n}", "{n} days, {n}:{n}", "{n}d{n}:{n}:{n}.{n}", "-{n} day {n}:{n}", "{n}D", "P{n}DT{n}H{n}M{n}S"],
    "server.services.late_runs.after_seconds": ["{n}.{n}", "{n}e{n}", "-{n}.{n}", "{n}_{n}", "{n}e-{n}", "0.{n}"],
}


def tagged(value):
    """A value as JSON; what JSON lacks becomes an object with one key that names the type."""
    if isinstance(value, (SecretStr, Secret)):
        return tagged(value.get_secret_value())
    if isinstance(value, enum.Enum):
        return tagged(value.value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        if any(0xD800 <= ord(c) <= 0xDFFF for c in value):
            return {"bytes": value.encode("utf-8", "surrogateescape" if all(not 0xD800 <= ord(c) <= 0xDC7F for c in value) else "surrogatepass").hex()}
        return value.replace(HOME, PLACEHOLDER)
    if isinstance(value, int):
        return value if abs(value) < 2**53 else {"int": str_of(value)}
    if isinstance(value, float):
        return {"float": repr(value)}
    if isinstance(value, datetime.timedelta):
        return {"us": str((value.days * 86400 + value.seconds) * 10**6 + value.microseconds)}
    if isinstance(value, pathlib.PurePath):
        return {"path": tagged(str(value))}
    if isinstance(value, (set, frozenset)):
        return {"set": sorted((tagged(v) for v in value), key=str)}
    if isinstance(value, (list, tuple)):
        return [tagged(v) for v in value]
    if isinstance(value, dict):
        return {"dict": [[tagged(k), tagged(v)] for k, v in value.items()]}
    if isinstance(value, (datetime.date, datetime.time)):
        return {"moment": str(value)}
    raise TypeError(type(value))


def str_of(integer):
    sys.set_int_max_str_digits(0)
    text = str(integer)
    sys.set_int_max_str_digits(4300)
    return text


def leaves(model, prefix=()):
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from leaves(field.annotation, (*prefix, name))
        else:
            yield ".".join((*prefix, name))


def measure(path, name):
    try:
        settings = Settings()
    except IsADirectoryError:
        return None  # the search for profiles.toml, not coercion
    except ValidationError as error:
        return {"error": {"type": error.errors()[0]["type"], "fails": False}}
    except Exception as error:
        return {"error": {"type": type(error).__name__, "fails": True}}
    *groups, last = path.split(".")
    for group in groups:
        settings = getattr(settings, group)
    if last not in settings.model_fields_set:
        return {"unset": True}
    value = getattr(settings, last)
    # Python orders texts in a set differently in every process.
    if path == "logging.extra_loggers" and isinstance(value, list):
        value = sorted(value)
    return {"value": tagged(value)}


class Oracle:
    def __init__(self):
        self.paths = set(leaves(Settings))
        self.count = 0

    def name(self, path):
        return "PREFECT_" + path.replace(".", "_").upper()

    def emit(self, path, source, written, result):
        if result is None:
            return
        print(json.dumps({"path": path, "source": source, "written": written, **result}))

    def environment(self, path, text):
        name = self.name(path)
        os.environ[name] = text
        self.emit(path, "env", tagged(text), measure(path, name))
        del os.environ[name]

    def group(self, path, text):
        if "." not in path:
            return
        groups, last = path.rsplit(".", 1)
        if "." in groups:
            return
        name = "PREFECT_" + groups.upper()
        os.environ[name] = '{"%s": %s}' % (last, text)
        self.emit(path, "group", tagged(json.loads(text)), measure(path, name))
        del os.environ[name]

    def profile(self, path, toml_text):
        self.count += 1
        file = pathlib.Path(BASE) / f"profiles-{self.count}.toml"
        text = f'active = "p"\n[profiles.p]\n{self.name(path)} = {toml_text}\n'
        file.write_text(text, encoding="utf-8")
        try:
            written = parse_toml(text)["profiles"]["p"][self.name(path)]
        except Exception:
            return
        os.environ["PREFECT_PROFILES_PATH"] = str(file)
        self.emit(path, "profile", tagged(written), measure(path, self.name(path)))
        del os.environ["PREFECT_PROFILES_PATH"]
        file.unlink()

    def toml(self, path, toml_text):
        self.count += 1
        groups, _, last = path.rpartition(".")
        text = (f"[{groups}]\n" if groups else "") + f"{last} = {toml_text}\n"
        try:
            written = parse_toml(text)
        except Exception:
            return
        for part in path.split("."):
            written = written[part]
        file = pathlib.Path("prefect.toml")
        file.write_text(text, encoding="utf-8")
        # Prefect keeps what it read by path and time of change.
        os.utime(file, (self.count, self.count))
        self.emit(path, "toml", tagged(written), measure(path, self.name(path)))
        file.unlink()


def toml_string(text):
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def random_text(path):
    templates = TEMPLATES.get(path)
    if templates and random.random() < 0.6:
        text = random.choice(templates)
        while "{n}" in text:
            number = random.choice([random.randrange(10), random.randrange(100), random.randrange(70), random.randrange(10**7), random.randrange(10**11)])
            text = text.replace("{n}", str(number).zfill(random.choice([1, 2, 2, 6])), 1)
        return text
    alphabet = ALPHABETS[path]
    return "".join(random.choice(alphabet) for _ in range(random.randrange(1, 9)))


def native(oracle, path):
    for toml_text in TOML_VALUES:
        oracle.profile(path, toml_text)
        # The two kinds of TOML file differ in tables and in text that is JSON.
        if toml_text[0] in "[{'\"" or toml_text in ("true", "5", "5.5"):
            oracle.toml(path, toml_text)
    for text in GROUP_VALUES:
        oracle.group(path, text)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--random", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    oracle = Oracle()
    if arguments.random:
        random.seed(arguments.seed)
        for path in ALPHABETS:
            if path in oracle.paths:
                for _ in range(arguments.random):
                    oracle.environment(path, random_text(path))
        return
    for path, texts in TEXT_CASES.items():
        if path not in oracle.paths:
            continue
        for text in dict.fromkeys(texts):
            oracle.environment(path, text)
        if path in NOT_IN_PROFILE:
            continue
        # A profile's text differs from the environment's in what is decoded; a few of each type show it.
        for text in [t for t in dict.fromkeys(texts) if len(t) < 60][:25]:
            oracle.profile(path, toml_string(text))
        if path in NATIVE_PATHS:
            native(oracle, path)
    for path in BYTE_PATHS:
        for written in BYTES:
            if path in oracle.paths:
                oracle.environment(path, os.fsdecode(written))


if __name__ == "__main__":
    main()
