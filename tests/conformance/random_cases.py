"""Random situations: a pure function of a seed, a number and the settings of one Prefect version.

    python random_cases.py --seed 1 --index 7 --version 3.8.8        shows one

What the settings are called, their types, bounds and allowed values is read from
lib/src/registry/registry.json; what files and variables can look like is below, a method a
source. Nothing here knows what a situation leads to. A method that draws something rare says how
rare; about seven cases in ten load.

Left out, because docs/deviations.md lists it as different on purpose: control characters and rich
markup in values that a view is compared for, integers beyond 64 bits, deep nesting, `~user`.
"""

from __future__ import annotations

import argparse
import functools
import json
import random
import re
import sys

from random_values import SECRET, URL, Values, quoted
from situation import DIRECTORY, HERE, Situation

sys.path.insert(0, str(HERE.parent.parent / "tools" / "registry"))

BUNDLED = ("ephemeral", "local", "test", "cloud")
TEST_MODE = ("PREFECT_TEST_MODE", "PREFECT_UNIT_TEST_MODE", "PREFECT_TESTING_TEST_MODE", "PREFECT_TESTING_UNIT_TEST_MODE")
SSL_FILE = "/etc/ssl/certs/ca-certificates.crt"
#: From these versions on the text of config view is compared; TOML is read by tomllib.
WITH_TEXT, WITH_TOMLLIB = (3, 8, 8), (3, 6, 14)
VIEWS = ("", "--show-defaults --show-secrets")
TRIPLE = ('"""', "'''")
#: Drawn more often: what people set, what is computed from other settings, what merges.
WELL_KNOWN = (
    "api.url", "api.key", "api.auth_string", "api.ssl_cert_file", "home", "ui_url", "debug_mode", "logging.level", "internal.logging_level",
    "logging.config_path", "logging.extra_loggers", "logging.to_api.max_log_size", "logging.to_api.batch_size", "results.local_storage_path",
    "server.memo_store_path", "cloud.api_url", "cloud.ui_url", "cloud.max_log_size", "client.custom_headers", "client.retry_extra_codes",
    "server.ui.api_url", "server.api.host", "server.api.port", "testing.test_mode", "plugins.allow", "experiments.plugins.allow",
    "server.services.db_vacuum.event_retention_overrides", "server.services.db_vacuum.enabled", "tasks.default_retry_delay_seconds",
    "silence_api_url_misconfiguration", "server.database.timeout",
)


@functools.cache
def releases() -> dict:
    from merge import read_registry

    path = HERE.parent.parent / "lib" / "src" / "registry" / "registry.json"
    return read_registry(json.loads(path.read_text(encoding="utf-8")))


def parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


class Case:
    """One situation being drawn."""

    def __init__(self, seed: int, index: int, version: str):
        self.rng = random.Random(f"{seed}/{index}")
        self.name = f"random-{seed}-{index}"
        self.version = version
        self.has_tomllib = parts(version) >= WITH_TOMLLIB
        self.settings = releases()[version].settings
        self.values = Values(self.rng, self.chance_of_bad())
        self.files: dict = {}
        self.env: list[tuple[str, str]] = []
        self.dotenv: list[tuple[str, str]] = []
        self.tomls: dict[str, list] = {"prefect.toml": [], "pyproject.toml": []}
        self.profiles: dict[str, list] = {}
        self.args: list[str] = []
        self.module = False

    def chance_of_bad(self) -> float:
        """Most cases have no bad value at all, or the refusals would hide everything else."""
        return self.rng.choices([0.0, 0.05, 0.3], [70, 18, 12])[0]

    def some(self, chance: float) -> bool:
        return self.rng.random() < chance

    # ---- the whole

    def draw(self) -> Situation:
        rng = self.rng
        self.present = {
            source
            for source, chance in (("env", 0.8), ("dotenv", 0.45), ("prefect.toml", 0.4), ("pyproject.toml", 0.25), ("profile", 0.6))
            if self.some(chance)
        } or {rng.choice(["env", "dotenv", "profile"])}
        if "profile" in self.present:
            self.profiles = {name: [] for name in rng.sample(["m", "other", "prod", *BUNDLED, "with blank", "it's"], rng.choice([1, 1, 2, 2, 3]))}
            if self.some(0.7):
                self.profiles = {"m": []} | self.profiles
        for path in self.choose():
            for _ in range(rng.choice([1, 1, 1, 2, 2, 3])):
                self.put(path)
        if self.some(0.13):
            self.database()
        if self.some(0.12):
            self.group()
        self.places()
        self.odds()
        self.who_is_active()
        self.write_dotenv()
        for name in ("prefect.toml", "pyproject.toml"):
            self.write_toml(name)
        self.write_profiles()
        rng.shuffle(self.env)
        return Situation(self.name, "drawn at random", files=self.files, env=self.unique(self.env), args=self.args, module=self.module, versions=(self.version,))

    @staticmethod
    def unique(env):
        return list(dict(env).items())

    def choose(self) -> list[str]:
        rng, paths = self.rng, sorted(self.settings)
        known = [p for p in WELL_KNOWN if p in self.settings]
        aliased = [p for p in paths if len(self.settings[p]["names"]) > 1]
        found = []
        for _ in range(rng.choice([0, 1, 2, 3, 3, 4, 5, 6, 8])):
            pool = rng.choices([paths, known, aliased or paths], [45, 40, 15])[0]
            found.append(rng.choice(pool))
        return [p for p in dict.fromkeys(found) if p not in ("profiles_path",)]

    # ---- one setting, somewhere

    def spelled(self, path: str) -> str:
        """One of the setting's names, as a profile has it."""
        return self.rng.choice(self.settings[path]["names"])

    def any_case(self, name: str) -> str:
        if self.some(0.87):
            return name
        return self.rng.choice([name.lower(), name.title(), name.swapcase(), "".join(self.rng.choice([c.upper(), c.lower()]) for c in name)])

    def put(self, path: str, text: str | None = None, source: str | None = None) -> None:
        """Writes a value for the setting into one source; other names and spellings at times."""
        source = source or self.rng.choice(sorted(self.present))
        setting = self.settings[path]
        said = lambda: self.values.text(path, setting) if text is None else text  # noqa: E731
        if source in ("env", "dotenv"):
            target = self.env if source == "env" else self.dotenv
            names = self.settings[path]["names"]
            for name in names if self.some(0.15) else [self.rng.choice(names)]:
                target.append((self.any_case(name), said()))
                if self.some(0.05):
                    target.append((self.any_case(name.lower()), said()))
        elif source == "profile":
            profile = self.rng.choice([*self.profiles, *self.profiles][:3] or ["m"])
            names = self.settings[path]["names"]
            for name in names if self.some(0.15) else [self.rng.choice(names)]:
                as_text = text is not None or self.some(0.75)
                value = self.values.string(said()) if as_text else self.values.toml(path, setting)
                self.profiles.setdefault(profile, []).append((name, value))
        else:
            value = self.values.toml(path, setting) if text is None else self.values.string(text)
            self.tomls[source].append((path, value))

    def database(self) -> None:
        """A database's parts together: apart they seldom load."""
        rng = self.rng
        have = {p.rsplit(".", 1)[1] for p in self.settings if re.fullmatch(r"server\.database\.\w+", p)}
        place = rng.choice(sorted(self.present))
        parts_of = {"driver": rng.choice(["postgresql+asyncpg", "postgresql+asyncpg", "sqlite+aiosqlite"])}
        for name, texts, chance in (
            ("host", ["db.example.com", "127.0.0.1", "::1", "h\u00f6st", ""], 0.93),
            ("user", ["prefect", "us er", "a@b", "p:q", ""], 0.93),
            ("name", ["prefect", "my db", "a/b", "dir/x.db", "q?x=1", ""], 0.93),
            ("password", ["TEST-pw", "TEST-p@ss/w:rd", "TEST- blank", "TEST-\u00e9%", ""], 0.85),
            ("port", ["5432", "5433", "0"], 0.5),
        ):
            if rng.random() < chance:
                parts_of[name] = rng.choice(texts[:1] * 3 + texts)
        if self.some(0.35):
            template = rng.choice(["${PREFECT_SERVER_DATABASE_PASSWORD}", "${PREFECT_API_DATABASE_PASSWORD}", "$PREFECT_SERVER_DATABASE_PASSWORD", "TEST-in-url"])
            parts_of["connection_url"] = rng.choice([f"postgresql+asyncpg://u:{template}@h/db", "sqlite+aiosqlite:////tmp/x.db", "sqlite+aiosqlite:///:memory:", f"postgresql+asyncpg://u:{template}@h:5432/db?x={template}"])
            if self.some(0.5):
                parts_of.pop("driver")
        for name, text in parts_of.items():
            if name in have:
                self.put(f"server.database.{name}", text, place if self.some(0.8) else None)

    def group(self) -> None:
        """JSON for a whole group, in one variable."""
        rng = self.rng
        groups = sorted({p.rsplit(".", n)[0] for p in self.settings for n in range(1, p.count(".") + 1)})
        favourites = [g for g in ("api", "client", "logging", "server", "server.database", "server.api", "results") if g in groups]
        group = rng.choice(rng.choice([groups, favourites]))
        inside = [p for p in sorted(self.settings) if p.startswith(group + ".")]
        tree: dict = {}
        for path in rng.sample(inside, min(len(inside), rng.choice([1, 1, 2, 3]))):
            *folders, last = path[len(group) + 1 :].split(".")
            node = tree
            for folder in folders:
                node = node.setdefault(folder, {})
            node[last] = Raw(self.values.json(path, self.settings[path]))
        if self.some(0.15):
            tree["unknown_key"] = Raw("1")
        if self.some(0.2):
            tree = self.respelled(tree)
        text = json_text(tree)
        if rng.random() < 0.02 + self.values.bad:
            text = rng.choice(["", "x", "[]", "5", "null", '"x"', text[:-1], "{", text + "x"])
        name = "PREFECT_" + group.replace(".", "_").upper()
        source = rng.choice(sorted(self.present & {"env", "dotenv", "profile"}) or ["env"])
        if source == "profile":
            self.profiles.setdefault(rng.choice(list(self.profiles) or ["m"]), []).append((name, self.values.string(text)))
        else:
            (self.env if source == "env" else self.dotenv).append((self.any_case(name), text))

    def respelled(self, tree: dict) -> dict:
        """Names in another case, or by an environment name; at times besides the right one."""
        rng, result = self.rng, {}
        aliases = {s["names"][-1].lower() for s in self.settings.values() if len(s["names"]) > 1}
        for key, inner in tree.items():
            inner = self.respelled(inner) if isinstance(inner, dict) else inner
            other = rng.choice([key.upper(), key.capitalize(), key, rng.choice(sorted(name for name in aliases if name.endswith(key)) or [key])])
            if rng.random() < 0.2:
                other = other.title()
            items = [(other, inner)] + ([(key, inner)] if rng.random() < 0.25 else [])
            rng.shuffle(items)
            result.update(items)
        return result

    # ---- where profiles are

    def places(self) -> None:
        rng = self.rng
        self.profile_files = ["home/.prefect/profiles.toml"]
        if self.some(0.16):
            value, folder = rng.choice([
                ("{root}/elsewhere", "elsewhere"), ("{root}/elsewhere/", "elsewhere"), ("~/x", "home/x"), ("~", "home"), ("sub/dir", "work/sub/dir"), ("", "work"),
                (".", "work"), ("../up", "up"), ("{root}//elsewhere/./", "elsewhere"), ("~/a/../b", "home/b"), ("$HOME/x", "home/x"),
            ])
            self.put("home", value, self.source_of_place())
            self.profile_files.append(f"{folder}/profiles.toml")
        if self.some(0.14):
            value, file = rng.choice([
                ("{root}/p/profiles.toml", "p/profiles.toml"), ("$PREFECT_HOME/p.toml", "home/.prefect/p.toml"), ("~/p.toml", "home/p.toml"), ("p.toml", "work/p.toml"),
                ("./sub//p.toml", "work/sub/p.toml"), ("{root}/p/profiles.toml/", "p/profiles.toml"), ("${PREFECT_HOME}/p.toml", "home/.prefect/p.toml"), ("../q.toml", "q.toml"),
            ])
            self.put("profiles_path", value, self.source_of_place())
            self.profile_files.append(file)
            if self.some(0.03):
                self.put("profiles_path", "", rng.choice(["env", "dotenv"]))

    def source_of_place(self) -> str:
        source = self.rng.choice(["env", "env", "env", "dotenv", "prefect.toml", "pyproject.toml", "profile"])
        return source if source != "profile" or self.profiles else "env"

    def who_is_active(self) -> None:
        rng = self.rng
        known = list(self.profiles) or ["m"]
        self.active = rng.choices(
            [rng.choice(known), rng.choice(BUNDLED), "nobody", None, "", rng.choice(known)], [70, 8, 5, 6, 3, 8]
        )[0]
        if self.some(0.15):
            self.env.append(("PREFECT_PROFILE", rng.choice([*known, *known, rng.choice(BUNDLED), "nobody", ""])))
        if self.some(0.09):
            name = rng.choice([*known, *known, *known, rng.choice(BUNDLED), "nobody"])
            self.args = rng.choice([["-p", name], ["-p", name], ["--profile", name], [f"--profile={name}"]])
            self.module = self.some(0.15)

    # ---- the rest

    def odds(self) -> None:
        rng = self.rng
        if self.some(0.04):
            self.env.append((rng.choice(TEST_MODE), rng.choice(["1", "true", "0", "false", ""])))
        if self.some(0.03):
            self.env.append(("SSL_CERT_FILE", rng.choice([SSL_FILE, SSL_FILE, ""])))
        if self.some(0.1):
            self.env.append(rng.choice([("PREFECT_NO_SUCH_SETTING", "x"), ("PREFECTAPI_URL", "x"), ("ENABLED", "true"), ("max_retries", "7"), ("API_URL", "http://no/api"), ("PREFECT_", "x"), ("URL", "http://no/api"), ("HOSTNAME", "h")]))
        if self.dotenv and self.some(0.3):
            name = rng.choice(["HOST_X", "Host_X", "EMPTY_X", "PREFECT_NO_SUCH"])
            self.env.append((name, "" if name == "EMPTY_X" else "env.example"))
            self.dotenv.append(("PREFECT_UI_URL", rng.choice(["http://${%s}/u", "http://${%s:-d.example}/u", "${%s}"]) % rng.choice([name, name, name.lower()])))
        if self.some(0.08):
            self.put("api.url", rng.choice(URL))
        if self.some(0.06):
            self.put("api.key", rng.choice(SECRET))

    # ---- .env

    def write_dotenv(self) -> None:
        rng = self.rng
        if not self.dotenv and not ("dotenv" in self.present and self.some(0.5)):
            return
        lines, texts = [], list(self.dotenv)
        if self.some(0.25):
            texts.insert(rng.randrange(len(texts) + 1), (rng.choice(["X", "HOST", "A_B", "x.y"]), rng.choice(["1", "h.example", "", "a b"])))
        for key, text in texts:
            lines.append(self.dotenv_line(key, text))
        for chance, odd in (
            (0.2, ["# a comment", "", "   ", "  # indented", "#PREFECT_API_URL=http://commented/api"]),
            (0.07, ["PREFECT_API_URL", "export PREFECT_API_KEY", "prefect_debug_mode", "PREFECT_LOGGING_LEVEL # no value"]),
            (0.06, ["PREFECT_API_URL: http://colon/api", '"PREFECT_API_URL"=http://quoted/api', "=x", "just words here", "PREFECT_API_URL='open", 'PREFECT_UI_URL="open', "PREFECT_API_URL=\"a\" b", "PREFECT_API_URL='a'b", "- x", "PREFECT API URL=x", "export", "{", "PREFECT_API_URL=='x'"]),
            (0.06, ["PREFECT_NO_SUCH=1", "FOO=bar", "URL=http://no/api", "PATH=/nowhere"]),
            (0.06, ["PREFECT_API_URL=http://${HOME}/api", "PREFECT_UI_URL='http://${X:-d}/u'", "PREFECT_UI_URL=${PREFECT_API_URL}", "PREFECT_API_URL=http://$X/api", "PREFECT_UI_URL=a${UNSET}b${X:-${HOME}}c", "PREFECT_API_URL=${UNSET:-}", 'PREFECT_UI_URL="\\${HOME}"', "PREFECT_UI_URL=${X-d}", "PREFECT_UI_URL=${}", "PREFECT_UI_URL=${X"]),
        ):
            while self.some(chance):
                lines.insert(rng.randrange(len(lines) + 1), rng.choice(odd))
        ending = rng.choices(["\n", "\r\n", "\r"], [90, 8, 2])[0]
        text = ending.join(lines) + ("" if self.some(0.2) else ending)
        self.files["work/.env"] = self.as_file(text, bom=0.02, broken_bytes=0.006, directory=0.006)

    def dotenv_line(self, key: str, text: str) -> str:
        rng = self.rng
        key = rng.choices([key, f"export {key}", f"  {key}", f"export \t{key}", f"'{key}'"], [80, 9, 5, 2, 4])[0]
        equals = rng.choices(["=", " = ", "= ", " =", "=\t"], [80, 8, 4, 4, 2])[0]
        if "${" not in text and self.some(0.03):
            text = rng.choice([f"${{UNSET_X:-{text}}}", text + "${UNSET_X}", "${PREFECT_PROFILE:-" + text + "}"])
        safe = text == text.strip() and "\n" not in text and " #" not in text and text[:1] not in "'\"#"
        styles = []
        if safe or self.some(0.1):
            styles += [text] * 4 + [text + " # comment", text + "  "]
        doubled = text.replace("\\", "\\\\").replace('"', '\\"')
        styles += [f'"{doubled}"'] * 2 + ['"' + doubled.replace("\n", "\\n") + '"', f'"{doubled}" # comment', f'"{doubled}"   ']
        styles += ["'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"] * 2
        if self.some(0.03):
            styles = [f"'{text}", f'"{text}', f'"{text}" rest', f"'{text}'x", f'"{text}\\t\\u0041\\x41\\a\\v\\q"', f"`{text}`", f"'{text}\\n'", f"'{text}\\'", f"{text}\\n\\t"]
        return key + equals + rng.choice(styles)

    # ---- prefect.toml, pyproject.toml

    def write_toml(self, name: str) -> None:
        rng, entries = self.rng, self.tomls[name]
        if not entries and not (name in self.present and self.some(0.3)):
            return
        wrong = 0.004 + self.values.bad / 4
        head: list = []
        if self.some(0.12):
            known = rng.choice(sorted(self.settings))
            odd = self.settings[known]["names"][-1]
            entries = entries + [rng.choice([("nope", "1"), ("client.nope", '"x"'), ("nothing.here", "true"), (odd, '"5"'), (odd.lower(), "5"), ("api.URL", '"http://no/api"'), ("client." + odd.lower(), "true")])]
        if self.some(wrong):
            entries = entries + [rng.choice([("api", '"x"'), ("server", "5"), ("api.url", "{ x = 1 }"), ("logging.level", "{ x = 1 }"), ("client", "[]"), ("debug_mode", "{}")])]
        if name == "pyproject.toml":
            entries = [(f"tool.prefect.{path}", value) for path, value in entries]
            if self.some(0.5):
                head = [("project.name", '"x"'), ("tool.other.line-length", "100")]
            if self.some(0.01):
                entries = [rng.choice([("tool.prefect", "5"), ("tool", "5"), ("tool.prefect", "[]")])]
        text = self.toml_text(head + entries)
        if self.some(wrong):
            text = rng.choice([text + "x = \n", text + "[unclosed\n", "= 1\n" + text, text + "a = 'x\n", text + "\na.b = 1\na = 2\n", text + '[api]\n[api]\n', text + "k = [1, \n"])
        ending = "\r\n" if self.some(0.06) else "\n"
        self.files[f"work/{name}"] = self.as_file(text.replace("\n", ending), bom=0.008, broken_bytes=0.004, directory=0.004)

    def toml_text(self, entries: list) -> str:
        """Entries by dotted path, as tables, dotted keys or inline tables, whichever is drawn."""
        rng = self.rng
        tree: dict = {}
        for path, value in entries:
            *folders, last = path.split(".")
            node = tree
            for folder in folders:
                node = node.setdefault(folder, {})
                if not isinstance(node, dict):
                    break
            else:
                node[last] = value
        style = rng.choices(["tables", "dotted", "inline", "mixed"], [55, 20, 10, 15])[0]
        lines: list[str] = []
        self.table(tree, [], style, lines)
        text = "\n".join(lines) + "\n"
        return text if not self.some(0.2) else "# a comment\n\n" + text + "\n# the end"

    def table(self, tree: dict, above: list, style: str, lines: list) -> None:
        rng, later = self.rng, []
        for key, value in tree.items():
            how = rng.choice(["tables", "dotted", "inline"]) if style == "mixed" else style
            if not isinstance(value, dict):
                lines.append(f"{self.key(key)} = {value}" + (" # comment" if self.some(0.05) and "\n" not in value else ""))
            elif how == "dotted":
                self.dotted(value, [key], lines)
            elif how == "inline" and self.can_be_inline(value):
                lines.append(f"{self.key(key)} = {self.inline(value)}")
            else:
                later.append((key, value))
        for key, value in later:
            place = [*above, key]
            if self.some(0.05):
                lines.append("")
            lines.append(("  " if self.some(0.05) else "") + "[" + ".".join(map(self.key, place)) + "]")
            self.table(value, place, style, lines)

    def can_be_inline(self, tree: dict) -> bool:
        # The package `toml` 0.10.2 stumbles over tables in inline tables (deviations.md, c).
        plain = self.has_tomllib or not any(isinstance(value, dict) or value[0] not in "-0123456789tf\"'" for value in tree.values())
        return plain and all("\n" not in leaf for leaf in leaves_of(tree))

    def dotted(self, tree: dict, above: list, lines: list) -> None:
        for key, value in tree.items():
            if isinstance(value, dict):
                self.dotted(value, [*above, key], lines)
            else:
                # toml 0.10.2 loses a dotted key with quotes in it, and texts of several lines behind one.
                names = [*above, key]
                if self.has_tomllib:
                    lines.append(".".join(map(self.key, names)) + f" = {value}")
                else:
                    lines.append(".".join(names) + f" = {quoted('one line') if value[:3] in TRIPLE else value}")

    def inline(self, tree: dict) -> str:
        inside = [f"{self.key(k)} = {self.inline(v) if isinstance(v, dict) else v}" for k, v in tree.items()]
        return "{ " + ", ".join(inside) + " }"

    def key(self, key: str) -> str:
        if re.fullmatch(r"[A-Za-z0-9_-]+", key) and not self.some(0.06):
            return key
        return quoted(key) if "'" in key or self.some(0.6) else f"'{key}'"

    # ---- profiles.toml

    def write_profiles(self) -> None:
        rng = self.rng
        if not self.profiles and not self.some(0.15):
            return
        wrong = 0.004 + self.values.bad / 5
        for number, file in enumerate(self.profile_files):
            if number + 1 < len(self.profile_files) and self.some(0.4):
                continue
            lines: list[str] = []
            if self.active is not None:
                lines.append("active = " + (self.values.string(self.active) if self.some(0.3) else quoted(self.active)))
                if self.some(0.01):
                    lines[-1] = rng.choice(["active = 5", "active = true", "active = []"])
            if self.some(0.02):
                lines.append('unknown_top = "x"')
            for name, entries in self.profiles.items():
                entries = [(k, v if number == 0 or self.some(0.5) else quoted(f"TEST-{number}") if "KEY" in k else v) for k, v in dict(entries).items()]
                if self.some(0.05):
                    entries.append(rng.choice([("PREFECT_NO_SUCH", '"x"'), ("prefect_api_url", '"http://lower/api"'), ("api.url", '"http://dotted/api"'), ("FOO", "1")]))
                lines += ["", f"[profiles.{self.key(name)}]"]
                lines += [f"{self.key(k)} = {v}" for k, v in entries]
            if self.some(wrong):
                lines.append(rng.choice(["[profiles]\nx = 5", "x =", "[unclosed", "[profiles.m]\n[profiles.m]", 'profiles = "x"', "a = 'b"]))
            ending = "\r\n" if self.some(0.05) else "\n"
            text = "\n".join(lines).lstrip("\n").replace("\n", ending) + ending
            if file not in self.files:
                self.files[file] = self.as_file(text, bom=0.008, broken_bytes=0.003, directory=0.003)

    def as_file(self, text: str, bom: float, broken_bytes: float, directory: float):
        if self.some(bom):
            text = "\ufeff" + text
        if self.some(directory):
            return DIRECTORY
        if self.some(broken_bytes):
            return text.encode("utf-8").replace(b"{root}", b"/r") + b"# \xff\n"
        return text


class Raw(str):
    """JSON that is written already."""


def json_text(tree) -> str:
    if isinstance(tree, Raw):
        return str(tree)
    return "{" + ", ".join(f"{json.dumps(k)}: {json_text(v)}" for k, v in tree.items()) + "}"


def leaves_of(tree):
    for value in tree.values():
        yield from leaves_of(value) if isinstance(value, dict) else [value]


def draw(seed: int, index: int, version: str) -> Situation:
    return Case(seed, index, version).draw()


#: What rich makes something else of: markup, and what is not printed as it is.
_MARKUP = re.compile(r"\\?\[[a-zA-Z/@#]|:[a-z_]+:|[\x00-\x08\x0b-\x1f\x7f\t]|\\[tnrxvaU\[]")


def texts_of(situation: Situation):
    for content in situation.files.values():
        if isinstance(content, (str, bytes)):
            yield content if isinstance(content, str) else content.decode("utf-8", "replace")
    for _, value in situation.env:
        yield value


#: Sets of texts, whose order differs from process to process (deviation h): their rows under
#: --show-defaults.
_ANY_ORDER = re.compile(r"extra_loggers|plugins|db_vacuum", re.IGNORECASE)
#: A directory there stops the command while it is imported, which a forked child has behind it.
_AT_IMPORT = re.compile(r"config_path|settings_path", re.IGNORECASE)


#: What we mask and Prefect does not: headers, credentials in URLs and in other values.
_IN_CLEAR = re.compile(r"custom_headers|\"x-|authorization|://[^/]*@|prefect_client\b", re.IGNORECASE)


def views_of(situation: Situation, index: int, version: str) -> tuple[str, ...]:
    """The views whose text is compared, where no value is markup."""
    if parts(version) < WITH_TEXT:
        return ()
    if any(_MARKUP.search(re.sub(r"(?m)^\s*\[.*\]\s*$", "", text)) for text in texts_of(situation)):
        return ()
    said = [*texts_of(situation), *(name for name, _ in situation.env)]
    if any(_AT_IMPORT.search(text) for text in said):
        return ()
    views = VIEWS[1:] if any(_IN_CLEAR.search(text) for text in said) else VIEWS
    return views[:-1] if any(_ANY_ORDER.search(text) for text in said) else views


def shown(situation: Situation) -> str:
    """Ready to be pasted into a file of situations/."""
    lines = ["Situation(", f"    {situation.name!r},", f"    {situation.shows!r},"]
    if situation.files:
        files = ", ".join(f"{k!r}: {'DIRECTORY' if v is DIRECTORY else repr(v)}" for k, v in situation.files.items())
        lines.append(f"    files={{{files}}},")
    if situation.env:
        lines.append(f"    env={situation.env!r},")
    if situation.args:
        lines.append(f"    args={situation.args!r},")
    if situation.module:
        lines.append("    module=True,")
    return "\n".join([*lines, f"    versions={situation.versions!r},", "),"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--index", type=int, default=0)
    parser.add_argument("--version", default="3.8.8")
    args = parser.parse_args()
    print(shown(draw(args.seed, args.index, args.version)))


if __name__ == "__main__":
    main()
