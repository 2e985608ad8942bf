"""profiles.toml as a file: broken, unreadable, oddly encoded, oddly shaped."""

from situation import DIRECTORY, PROFILES, Situation, m, toml

GOOD = b'active = "m"\n[profiles.m]\nPREFECT_LOGGING_LEVEL = "ERROR"\n'

SITUATIONS = [
    Situation("file-empty", "an empty file", files={PROFILES: ""}),
    Situation("file-comments", "nothing but comments", files={PROFILES: "# later\n\n  # more\n"}),
    Situation("file-no-profiles", "an active key and no table", files={PROFILES: 'active = "m"\n'}),
    Situation("file-crlf", "lines that end in CR LF", files={PROFILES: GOOD.replace(b"\n", b"\r\n")}),
    Situation("file-no-last-newline", "no newline at the end", files={PROFILES: GOOD.rstrip()}),
    Situation("file-bom", "a byte order mark first", files={PROFILES: b"\xef\xbb\xbf" + GOOD}),
    Situation("file-utf16", "UTF-16", files={PROFILES: GOOD.decode().encode("utf-16")}),
    Situation("file-bad-utf8", "a byte that is no UTF-8, in a comment", files={PROFILES: GOOD + b"# caf\xe9\n"}),
    Situation("file-nul", "a NUL byte inside a string", files={PROFILES: GOOD.replace(b"ERROR", b"ERR\0OR")}),
    Situation("file-directory", "a directory in the file's place", files={PROFILES: DIRECTORY}),
    Situation("file-mode-000", "a file nobody may read", files={PROFILES: GOOD}, modes={PROFILES: 0o000}),
    Situation(
        "file-directory-by-variable",
        "PREFECT_PROFILES_PATH names a directory",
        env=[("PREFECT_PROFILES_PATH", "{root}/home")],
    ),
    Situation("toml-unclosed-string", "a string that is not closed", files=m('PREFECT_API_KEY = "pnu_TEST0000000000000000000000000008\n')),
    Situation("toml-no-quotes", "a value without quotes", files=m("PREFECT_API_URL = http://localhost:4200/api\n")),
    Situation("toml-no-value", "a key without a value", files=m("PREFECT_API_URL =\n")),
    Situation("toml-duplicate-key", "one key twice", files=m('PREFECT_LOGGING_LEVEL = "INFO"\nPREFECT_LOGGING_LEVEL = "ERROR"\n')),
    Situation("toml-duplicate-table", "one table twice", files=toml('active = "m"\n[profiles.m]\n[profiles.m]\n')),
    Situation("toml-open-header", "a header that is not closed", files=toml('active = "m"\n[profiles.m\nPREFECT_LOGGING_LEVEL = "INFO"\n')),
    Situation("toml-bad-escape", "an escape TOML does not know", files=m('PREFECT_HOME = "C:\\Users\\me"\n')),
    Situation("toml-text", "a text file that is no TOML", files={PROFILES: "Hello there\n"}),
    Situation("shape-profile-number", "[profiles] m = 5, active", files=toml('active = "m"\n[profiles]\nm = 5\n')),
    Situation("shape-inactive-number", "[profiles] m = 5, not active", files=toml('active = "n"\n[profiles]\nm = 5\n[profiles.n]\n')),
    Situation("shape-profiles-number", "profiles = 5", files=toml('active = "m"\nprofiles = 5\n')),
    Situation("shape-profiles-array", "[[profiles]]", files=toml('active = "m"\n[[profiles]]\nm = 1\n')),
    Situation("shape-profile-array", "[[profiles.m]]", files=toml('active = "m"\n[[profiles.m]]\nPREFECT_LOGGING_LEVEL = "ERROR"\n')),
    Situation("shape-table-inside", "a table inside a profile", files=m('[profiles.m.api]\nurl = "http://inner:4200/api"\n')),
    Situation(
        "broken-but-test-mode",
        "a broken file in test mode: the loader does not read it, the CLI does",
        files=toml("active = \n"),
        env=[("PREFECT_TEST_MODE", "1")],
    ),
    Situation(
        "broken-but-elsewhere",
        "a broken file in the home while PREFECT_PROFILES_PATH names a good one",
        files={PROFILES: "active = \n", "good.toml": GOOD},
        env=[("PREFECT_PROFILES_PATH", "{root}/good.toml")],
    ),
]
