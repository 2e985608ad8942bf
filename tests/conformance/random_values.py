"""Values for settings, good and bad, as text and as TOML, drawn at random by type.

A table a type: what Prefect takes, what it refuses, and odd spellings of both. Which of them is
which is measured, not believed: a value in the wrong column makes cases a little more or less
likely to load, and nothing else. Settings, bounds and allowed values come from the registry.
"""

from __future__ import annotations

import dataclasses
import json
import random

#: One value: how a text source writes it, and how TOML does. None: there is no such form.
@dataclasses.dataclass(frozen=True)
class Value:
    text: str
    toml: str


BOOL = (
    ["true", "false", "True", "FALSE", "t", "F", "yes", "No", "y", "n", "on", "OFF", "1", "0", "tRuE"],
    ["", " true", "true ", "2", "-1", "1.0", "01", "None", "null", "enable", "\uff11"],
)
INT_BAD = ["", " ", "5.", ".0", "1e3", "0x10", "0b1", "1__0", "_1", "1_", "5.5", "1,000", "five", "None", "inf", "--5", "\u0665"]
FLOAT = (
    ["1e3", ".5", "5.", "1_000.5", " 5 ", "+5", "05", "0.1", "1E+2", "123456789.123456789", "1e16", "7", "2.50", "1_0e1_0", "3600", "30"],
    ["", "1__0", "_1.5", "0x10", "1,5", "None", "1e", "abc", "5 5", "inf", "nan", "-inf", "1e400", "-0.0", "-5", "1e-400", "Infinity"],
)
DURATION = (
    ["P1D", "PT1H30M", "P1W", "P1M", "P1Y", "PT1,5S", "-P1D", "P1DT12H", "PT0.5M", "10:20", "1:02:03", "25:00", "0:00:05.25",
     "1 day", "2 days, 3:04:05", "1d", "1D, 10:20", "-1 day, 23:59:55", "00:00", "1 day 10:20", "10:20:30.1234567", "P2DT3H4M5.5S", "PT3700S"],
    ["1h", "5 minutes", "1:2:3", "p1d", "1.5 days", " P1D", "P1D ", "10:60", "", "P", "PT", "10:2", "forever", "None", "\u0661 day"],
)
SECONDS = ["60", "1.5", "1e3", " 60 ", "1_000", "-5", "+5", "0", "3600", "7200", ".5"]
TEXT = [
    "", "a", "plain", "two words", " padded ", "None", "null", "5", "true", "\u00e9t\u00e9", "\U0001f680", "$HOME", "~", "it's", 'say "hi"',
    "a,b", "[1]", "{}", "a#b", "a #b", "x=y", "back\\slash", "C:\\new\\table", "a\nb", "http://h/x?y=1&z=%20", "ends\\", "`tick`", "$HOME/${X}", "semi;colon", "%41", "a: b",
]
PATH = [
    "", ".", "..", "/data/prefect", "rel/dir", "~/x", "~", "$PREFECT_HOME/x", "a//b/", "./a", "a/./b", "a/../b", "/a//b/", "//a/b", "dir with blank", "{root}/x", "{root}/x/", "\u00e9/x", "~/a/../b", "${PREFECT_HOME}/y",
]
URL = [
    "https://api.prefect.cloud/api/accounts/00000000-0000-0000-0000-00000000000a/workspaces/00000000-0000-0000-0000-00000000000b",
    "https://api.prefect.cloud/api", "https://api.prefect.cloud/apifoo", "https://api.prefect.cloud/api/", "https://api.prefect.cloud",
    "https://api.stg.prefect.dev/api", "https://api.stg.prefect.dev/api/accounts/a/workspaces/b", "https://app.prefect.cloud/account/a/workspace/b",
    "http://127.0.0.1:4200/api", "http://localhost:4200/api/", "http://localhost:4200", "https://prefect.example.com/api", "https://prefect.example.com/api/api/x",
    "https://admin:TEST-url@prefect.example.com/api", "http://[::1]:4200/api", "HTTP://UPPER.example.com/API", "x", "", " http://blank/api ", "http://h/api?x=1#f",
    "https://api.prefect.cloud/accounts/a/workspaces/b", "http://h/api/accounts/a/api/workspaces/w/api", "ephemeral", "http://\u00e9.example/api",
]
CLOUD_API = ["https://api.prefect.cloud/api", "https://api.stg.prefect.dev/api", "http://x/api", "https://api.example.prefect.io", "https://apifoo.prefect.x/api", "http://127.0.0.1:4200/api", "https://api.prefect.cloud/api/", "", "no url"]
SECRET = ["pnu_TEST0000000000000000000000000000000a", "pnb_TEST00000000000000000000000000000000", "admin:TEST-pass", "TEST-secret", "", " TEST-blank ", "TEST-a:b:c", "TEST-\u00e9", "TEST-p@ss/w:rd", "TEST-%41 x"]
CODES = (
    ["429", "429,502", "429, 502", " 429 ,502 ", "[429,502]", "429,429", "4_29", "429.0", "", "[]", "100", "599", '["429"]', "[429.0, 502]"],
    [" ", ",", "429,", "99", "600", "abc", "[99]", "{}", "null", "429.5", "[429,", "429;502", "true"],
)
TEXTS = (
    ["", "a", "a,b", " a , b ", "a,,b", "a,", ",", '["a","b"]', "[]", "a.b,c.d", "a;b", "a,a", '["a","a"]', "events", "x y"],
    ["{}", "[1]", '["a",1]', "[null]", "5", "true", '{"a":1}', '["a"'],
)
HEADERS = (
    ["{}", '{"X-A": "1"}', '{"X-A": "2", "X-B": "b"}', '{"X-C": ""}', '{"X-A":"x","X-A":"y"}', "null", ' {"X-D": "d"} ', '{"Authorization": "Bearer TEST-header"}', '{"x-a": "lower"}', '{"X-E": "\\u00e9\\n"}'],
    ['"{\\"X-A\\": \\"s\\"}"', "", "{", "[]", "5", '{"a": 1}', "{'a': 'b'}", "a=b", '{"a": null}', '["a"]', "true", '"x"', "{}x"],
)
DURATIONS = (
    ["{}", '{"a": 60}', '{"a": 60.5, "b": "PT2H"}', '{"a": "P1D"}', '{"c": "3600"}', '{"prefect.flow-run.heartbeat": 86400}', "null"],
    ["", '{"a": 0}', '{"a": -1}', '{"a": "x"}', "[]", "5", '{"a": null}', '"{\\"a\\": 60}"'],
)
DELAYS = (
    ["5", "5.5", "[1,2]", "[1.5]", "0", "[]", "-5", "1e3", " 5 ", '["1"]'],
    ["1,2", "1, 2", "", ",", "abc", "[1,", "5,", '["a"]', "true", "null", "{}", "inf"],
)
VACUUM = (["true", "false", "events", "events,flow_runs", "1", "0", "yes", '["events"]', "[]"], ["", " ", "5", "None", "a,,b", '{"a":1}', "[1]"])
ANYTHING = ["", "5", "true", "null", "[1]", '{"a":1}', " x ", "x"]

#: Settings whose text says more than their type does.
BY_PATH = {"api.url": URL, "ui_url": URL, "server.ui.api_url": URL, "cloud.api_url": CLOUD_API, "cloud.ui_url": CLOUD_API}


def quoted(text: str) -> str:
    """A TOML basic string."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


class Values:
    def __init__(self, rng: random.Random, bad: float):
        self.rng, self.bad = rng, bad

    def pick(self, good: list, refused: list):
        return self.rng.choice(refused if refused and self.rng.random() < self.bad else good)

    def number(self, setting: dict, whole: bool):
        """A number within the setting's bounds, or (rarely) beside them."""
        bounds = {k: (v["timedelta"] if isinstance(v, dict) else v) for k, v in setting["constraints"].items()}
        low = bounds.get("ge", bounds.get("gt", 0))
        high = bounds.get("le", bounds.get("lt", low + self.rng.choice([10, 100, 5000, 10**6, 10**12])))
        if self.rng.random() < self.bad:
            return self.rng.choice([low - 1, low, high, high + 1, -1, 0])
        if whole:
            return self.rng.randint(int(low) + 1, max(int(low) + 1, int(high) - 1))
        return round(self.rng.uniform(low, high), self.rng.choice([1, 2, 6]))

    def integer_text(self, setting: dict) -> str:
        if self.rng.random() < self.bad:
            return self.rng.choice(INT_BAD)
        plain = str(self.number(setting, True))
        return self.rng.choice([plain] * 6 + [f"+{plain}", f" {plain} ", f"0{plain}", f"{plain}.0", f"{plain}.00", f"\t{plain}\n", f"{plain[:1]}_{plain[1:]}" if len(plain) > 1 else plain])

    def text(self, path: str, setting: dict) -> str:
        """As an environment variable or a quoted string would hold it."""
        rng, kinds = self.rng, setting["type"].split("|")
        if path in BY_PATH:
            return rng.choice(BY_PATH[path])
        if setting["allowed"]:
            return self.allowed(setting)
        if path.endswith("retry_extra_codes"):
            return self.pick(*CODES)
        if path.endswith("default_retry_delay_seconds"):
            return self.pick(*DELAYS)
        if "set[str]" in kinds and "bool" in kinds:
            return self.pick(*VACUUM)
        if "set[str]" in kinds or "list[str]" in kinds:
            return self.pick(*TEXTS)
        if "dict[str,str]" in kinds:
            return self.pick(*HEADERS)
        if "dict[str,timedelta]" in kinds:
            return self.pick(*DURATIONS)
        if "bool" in kinds:
            return self.pick(*BOOL)
        if "int" in kinds:
            return self.integer_text(setting)
        if "float" in kinds:
            return str(self.number(setting, False)) if rng.random() < 0.5 else self.pick(*FLOAT)
        if "timedelta" in kinds:
            if any("seconds" in v for v in setting["validators"]) and rng.random() < 0.5:
                return rng.choice(SECONDS)
            return self.pick(DURATION[0] + SECONDS[: rng.random() < self.bad], DURATION[1])
        if "SecretStr" in kinds or setting["secret"]:
            return rng.choice(SECRET)
        if "path" in kinds:
            return rng.choice(PATH)
        if "Any" in kinds:
            return rng.choice(ANYTHING)
        return rng.choice(TEXT)

    def allowed(self, setting: dict) -> str:
        values, rng = setting["allowed"], self.rng
        if rng.random() < self.bad:
            return rng.choice(["", "WARN", " INFO", "10", "None", "x", values[0].swapcase(), values[0] + " "])
        one = rng.choice(values)
        folds = any("lambda" in v for v in setting["validators"])
        return rng.choice([one, one.lower(), one.capitalize()]) if folds else one

    def toml(self, path: str, setting: dict) -> str:
        """As a TOML value: native where the type has such, else a string."""
        rng, kinds = self.rng, setting["type"].split("|")
        if rng.random() < self.bad:
            return rng.choice(["true", "5", "5.5", "[]", "[1]", '["a"]', "1979-05-27", "1979-05-27T07:32:00Z", "07:32:00", "inf", "nan", '""', "{}", "[[1]]", "0", "[true]"])
        if rng.random() < 0.45:
            return self.string(self.text(path, setting))
        if setting["allowed"]:
            return self.string(self.allowed(setting))
        if path.endswith("retry_extra_codes"):
            return rng.choice(["429", "[429, 502]", "[]", "[429.0]", '["429"]'])
        if path.endswith("default_retry_delay_seconds"):
            return rng.choice(["5", "5.5", "[1, 2]", "[1.5]", "0"])
        if "dict[str,str]" in kinds:
            return rng.choice(['{ "X-T" = "t" }', '{ X-A = "toml", X-U = "u" }', "{}"])
        if "dict[str,timedelta]" in kinds:
            return rng.choice(["{ a = 3600 }", '{ a = "P1D", b = 60.5 }', "{}"])
        if "set[str]" in kinds or "list[str]" in kinds:
            return rng.choice(['["a", "b"]', "[]", '["a", "a"]', '[ "x" ]', '[\n  "a", # one\n  "b",\n]'])
        if "bool" in kinds:
            return rng.choice(["true", "false", "true", "false", "1", "0", "1.0", "0.0"])
        if "int" in kinds:
            plain = str(self.number(setting, True))
            return rng.choice([plain] * 4 + [f"{plain}.0", f"+{plain}", "0x10", "true" if "bool" not in kinds else plain, "1_000"])
        if "float" in kinds:
            return rng.choice([str(self.number(setting, False)), "5", "1e3", "1.5", "true", "6.25e-1", "+2.5"])
        if "timedelta" in kinds:
            return rng.choice(["60", "3700", "90.5", "7200", "1e4", "0"])
        return self.string(self.text(path, setting))

    def string(self, text: str) -> str:
        """One of TOML's four strings."""
        rng = self.rng
        styles = [quoted(text)] * 5
        plain = all(c.isprintable() for c in text)
        if plain and "'" not in text:
            styles += [f"'{text}'"] * 2
        if "'''" not in text and not text.endswith("'") and all(c.isprintable() or c == "\n" for c in text):
            styles.append(f"'''{text}'''")
        if text and plain:
            styles.append('"""' + quoted(text)[1:-1] + '"""')
            styles.append('"""\n' + quoted(text)[1:-1] + '"""')
        return rng.choice(styles)

    def json(self, path: str, setting: dict) -> str:
        """As JSON, inside a group's variable."""
        rng, kinds = self.rng, setting["type"].split("|")
        if rng.random() < self.bad:
            return rng.choice(["null", "[]", "{}", "5", '"x"', "true", "NaN", "[1]"])
        if rng.random() < 0.5:
            if "bool" in kinds:
                return rng.choice(["true", "false", "1", "0"])
            if "int" in kinds:
                return str(self.number(setting, True))
            if "float" in kinds:
                return str(self.number(setting, False))
            if "dict[str,str]" in kinds:
                return '{"X-J": "j"}'
            if "set[str]" in kinds:
                return '["a", "b"]'
            if "none" in kinds and rng.random() < 0.2:
                return "null"
        return json.dumps(self.text(path, setting), ensure_ascii=rng.random() < 0.5)
