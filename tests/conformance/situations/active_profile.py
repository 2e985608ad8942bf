"""Which file holds the profiles, and which of them is active."""

from situation import PROFILES, Situation, toml

PROD_DEV = """
    active = "dev"

    [profiles.prod]
    PREFECT_API_URL = "https://prod.example.com/api"

    [profiles.dev]
    PREFECT_API_URL = "http://dev.example.com/api"
"""

SHADOWS_BUNDLED = """
    active = "dev"

    [profiles.dev]
    PREFECT_API_URL = "http://dev.example.com/api"

    [profiles.local]
    PREFECT_LOGGING_LEVEL = "DEBUG"

    [profiles.test]
    PREFECT_API_URL = "http://test.example.com/api"

    [profiles.ephemeral]
    PREFECT_LOGGING_LEVEL = "ERROR"

    [profiles.cloud]
"""

ONE = '[profiles.one]\nPREFECT_API_URL = "http://{}:4200/api"\n'



SITUATIONS = [
    Situation("flag-known", "--profile names a profile of the file", files=toml(PROD_DEV), args=["--profile", "prod"]),
    Situation("flag-unknown", "--profile names no profile at all", files=toml(PROD_DEV), args=["--profile", "nope"]),
    Situation("flag-unknown-no-file", "the same without any file", args=["--profile", "nope"]),
    Situation("flag-empty", "--profile with an empty name", files=toml(PROD_DEV), args=["--profile", ""]),
    Situation(
        "flag-bundled",
        "--profile names a bundled profile the file does not have",
        files=toml(PROD_DEV),
        args=["--profile", "local"],
    ),
    Situation("flag-bundled-no-file", "the same without any file", args=["--profile", "local"]),
    Situation(
        "flag-over-variable",
        "--profile beats PREFECT_PROFILE",
        files=toml(PROD_DEV),
        env=[("PREFECT_PROFILE", "dev")],
        args=["--profile", "prod"],
    ),
    Situation(
        "flag-over-unknown-variable",
        "--profile beats a PREFECT_PROFILE that names nothing",
        files=toml(PROD_DEV),
        env=[("PREFECT_PROFILE", "nope")],
        args=["--profile", "prod"],
    ),
    Situation(
        "flag-and-environment",
        "with --profile the environment still beats the profile",
        files=toml(PROD_DEV),
        env=[("PREFECT_API_URL", "http://env.example.com/api")],
        args=["--profile", "prod"],
    ),
    Situation("variable-known", "PREFECT_PROFILE names a profile", files=toml(PROD_DEV), env=[("PREFECT_PROFILE", "prod")]),
    Situation(
        "variable-empty",
        "PREFECT_PROFILE is empty: values are of the active profile, the name is not",
        files=toml(PROD_DEV),
        env=[("PREFECT_PROFILE", "")],
    ),
    Situation(
        "variable-unknown", "PREFECT_PROFILE names nothing", files=toml(PROD_DEV), env=[("PREFECT_PROFILE", "nope")]
    ),
    Situation(
        "variable-lower-case",
        "prefect_profile is not PREFECT_PROFILE",
        files=toml(PROD_DEV),
        env=[("prefect_profile", "prod")],
    ),
    *[
        Situation(
            f"variable-bundled-{name}",
            f"PREFECT_PROFILE={name}, and the file has no such table",
            files=toml(PROD_DEV),
            env=[("PREFECT_PROFILE", name)],
        )
        for name in ("ephemeral", "local", "test", "cloud")
    ],
    *[
        Situation(
            f"variable-bundled-{name}-own-table",
            f"PREFECT_PROFILE={name}, and the file has its own table of that name",
            files=toml(SHADOWS_BUNDLED),
            env=[("PREFECT_PROFILE", name)],
        )
        for name in ("ephemeral", "local", "test", "cloud")
    ],
    Situation(
        "active-missing",
        "profiles, but no active key",
        files=toml('[profiles.prod]\nPREFECT_API_URL = "https://prod.example.com/api"\n'),
    ),
    Situation(
        "active-empty",
        "active is empty text",
        files=toml('active = ""\n[profiles.prod]\nPREFECT_API_URL = "https://prod.example.com/api"\n'),
    ),
    Situation(
        "active-unknown",
        "active names no table",
        files=toml('active = "nope"\n[profiles.prod]\nPREFECT_API_URL = "https://prod.example.com/api"\n'),
    ),
    Situation("active-bundled", "active names a bundled profile without a table", files=toml('active = "local"\n')),
    Situation("active-number", "active is a number", files=toml('active = 5\n[profiles.prod]\n')),
    Situation("active-empty-table", "the active profile sets nothing", files=toml('active = "e"\n[profiles.e]\n')),
    Situation(
        "name-with-apostrophe",
        "a profile's name with an apostrophe",
        files=toml("""
            active = "it's"
            [profiles."it's"]
            PREFECT_LOGGING_LEVEL = "ERROR"
        """),
    ),
    Situation(
        "name-with-both-quotes",
        "a profile's name with both kinds of quote and a backslash",
        files=toml(r"""
            active = "a'b\"c\\d"
            [profiles."a'b\"c\\d"]
            PREFECT_LOGGING_LEVEL = "ERROR"
        """),
        # 3.4.19 reads with `toml` 0.10.2, which takes no such header (docs/deviations.md).
        versions=("3.8.8",),
    ),
    Situation(
        "name-unicode",
        "a profile's name beyond ASCII, by flag",
        files=toml("""
            active = "x"
            [profiles."größe 東京"]
            PREFECT_LOGGING_LEVEL = "ERROR"
        """),
        args=["--profile", "größe 東京"],
    ),
    Situation(
        "name-with-dots",
        "a quoted name with dots and blanks",
        files=toml("""
            active = "eu.prod 1"
            [profiles."eu.prod 1"]
            PREFECT_LOGGING_LEVEL = "ERROR"
        """),
    ),
    # -- the file
    Situation(
        "home-absolute",
        "PREFECT_HOME in the environment moves the file and the computed paths",
        files={"elsewhere/profiles.toml": 'active = "one"\n' + ONE.format("elsewhere")},
        env=[("PREFECT_HOME", "{root}/elsewhere")],
    ),
    Situation(
        "home-relative",
        "a relative PREFECT_HOME is taken from the working directory and stays relative",
        files={"work/conf/profiles.toml": 'active = "one"\n' + ONE.format("relative")},
        env=[("PREFECT_HOME", "conf")],
    ),
    Situation(
        "home-tilde",
        "PREFECT_HOME=~/x: the loader does not expand it, the CLI does: two files",
        files={
            "home/x/profiles.toml": 'active = "one"\n' + ONE.format("expanded"),
            "work/~/x/profiles.toml": 'active = "one"\n' + ONE.format("literal"),
        },
        env=[("PREFECT_HOME", "~/x")],
    ),
    Situation(
        "home-tilde-only-expanded",
        "PREFECT_HOME=~/x, with the file only where the CLI looks",
        files={"home/x/profiles.toml": 'active = "one"\n' + ONE.format("expanded")},
        env=[("PREFECT_HOME", "~/x")],
    ),
    Situation(
        "home-empty",
        "PREFECT_HOME is empty",
        files={**toml('active = "one"\n' + ONE.format("home")), "work/profiles.toml": 'active = "one"\n' + ONE.format("work")},
        env=[("PREFECT_HOME", "")],
    ),
    Situation(
        "home-missing-folder",
        "PREFECT_HOME names a folder that is not there",
        files=toml(PROD_DEV),
        env=[("PREFECT_HOME", "{root}/not-there")],
    ),
    Situation(
        "home-odd-spelling",
        "PREFECT_HOME with doubled and trailing slashes",
        files={"elsewhere/profiles.toml": 'active = "one"\n' + ONE.format("elsewhere")},
        env=[("PREFECT_HOME", "{root}//elsewhere/./")],
    ),
    Situation(
        "home-lower-case-name",
        "prefect_home: a value for the setting, unseen by the loader",
        files={**toml(PROD_DEV), "elsewhere/profiles.toml": 'active = "one"\n' + ONE.format("elsewhere")},
        env=[("prefect_home", "{root}/elsewhere")],
    ),
    Situation(
        "home-in-profile",
        "PREFECT_HOME in the profile: the CLI then reads another file",
        files={
            **toml('active = "m"\n[profiles.m]\nPREFECT_HOME = "{root}/elsewhere"\nPREFECT_LOGGING_LEVEL = "ERROR"\n'),
            "elsewhere/profiles.toml": 'active = "one"\n' + ONE.format("elsewhere"),
        },
    ),
    Situation(
        "path-absolute",
        "PREFECT_PROFILES_PATH names another file",
        files={**toml(PROD_DEV), "other/p.toml": 'active = "one"\n' + ONE.format("other")},
        env=[("PREFECT_PROFILES_PATH", "{root}/other/p.toml")],
    ),
    Situation(
        "path-relative",
        "a relative PREFECT_PROFILES_PATH is taken from the working directory",
        files={**toml(PROD_DEV), "work/p.toml": 'active = "one"\n' + ONE.format("relative")},
        env=[("PREFECT_PROFILES_PATH", "p.toml")],
    ),
    Situation(
        "path-missing",
        "PREFECT_PROFILES_PATH names no file",
        files=toml(PROD_DEV),
        env=[("PREFECT_PROFILES_PATH", "{root}/other/p.toml")],
    ),
    Situation(
        "path-home-template",
        "PREFECT_PROFILES_PATH=$PREFECT_HOME/x.toml: only the CLI puts the home in",
        files={"home/.prefect/x.toml": 'active = "one"\n' + ONE.format("template")},
        env=[("PREFECT_PROFILES_PATH", "$PREFECT_HOME/x.toml")],
    ),
    Situation(
        "path-tilde",
        "PREFECT_PROFILES_PATH=~/p.toml is expanded by neither",
        files={"home/p.toml": 'active = "one"\n' + ONE.format("tilde")},
        env=[("PREFECT_PROFILES_PATH", "~/p.toml")],
    ),
    Situation("path-empty", "PREFECT_PROFILES_PATH is empty", files=toml(PROD_DEV), env=[("PREFECT_PROFILES_PATH", "")]),
    Situation(
        "path-in-profile",
        "PREFECT_PROFILES_PATH inside a profile: two files",
        files={
            **toml('active = "one"\n[profiles.one]\nPREFECT_PROFILES_PATH = "{root}/other.toml"\n'),
            "other.toml": 'active = "one"\n' + ONE.format("second-file"),
        },
    ),
    Situation(
        "path-lower-case-name",
        "prefect_profiles_path: only the CLI's file changes",
        files={**toml(PROD_DEV), "other.toml": 'active = "one"\n' + ONE.format("second-file")},
        env=[("prefect_profiles_path", "{root}/other.toml")],
    ),
    Situation(
        "path-and-home",
        "PREFECT_PROFILES_PATH beats PREFECT_HOME for the file, not for the other paths",
        files={
            "elsewhere/profiles.toml": 'active = "one"\n' + ONE.format("elsewhere"),
            "other.toml": 'active = "one"\n' + ONE.format("other"),
        },
        env=[("PREFECT_PROFILES_PATH", "{root}/other.toml"), ("PREFECT_HOME", "{root}/elsewhere")],
    ),
    Situation(
        "no-home-variable",
        "HOME unset: the account's home is used for what PREFECT_HOME does not move",
        files={"elsewhere/profiles.toml": 'active = "one"\n' + ONE.format("elsewhere")},
        env=[("PREFECT_HOME", "{root}/elsewhere")],
        home=None,
    ),
    Situation(
        "empty-home-variable",
        "HOME empty",
        files={"elsewhere/profiles.toml": 'active = "one"\n' + ONE.format("elsewhere")},
        env=[("PREFECT_HOME", "{root}/elsewhere")],
        home="",
    ),
    # -- test mode: the loader reads no profile at all
    *[
        Situation(
            f"test-mode-{label}",
            f"{name}={value!r}: {what}",
            files=toml(PROD_DEV),
            env=[(name, value)],
        )
        for label, name, value, what in (
            ("on", "PREFECT_TEST_MODE", "1", "no profile values, log level DEBUG"),
            ("zero", "PREFECT_TEST_MODE", "0", "still counts as set for the loader"),
            ("canonical", "PREFECT_TESTING_TEST_MODE", "true", "the canonical name does the same"),
            ("unit", "PREFECT_UNIT_TEST_MODE", "1", "no profile values, no DEBUG"),
            ("unit-canonical-false", "PREFECT_TESTING_UNIT_TEST_MODE", "false", "counts as set for the loader"),
            ("empty", "PREFECT_TEST_MODE", "", "an empty text is no bool"),
            ("lower-case-name", "prefect_test_mode", "1", "the loader does not see it, the setting does"),
        )
    ],
    Situation(
        "test-mode-in-profile",
        "test mode set by a profile: the setting only",
        files=toml('active = "t"\n[profiles.t]\nPREFECT_TEST_MODE = "true"\nPREFECT_LOGGING_LEVEL = "ERROR"\n'),
    ),
    Situation(
        "bytes-other-file-too",
        "a file in the working directory called profiles.toml is nobody's",
        files={PROFILES: 'active = "one"\n' + ONE.format("home"), "work/profiles.toml": 'active = "two"\n'},
    ),
]
