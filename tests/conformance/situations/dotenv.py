"""`.env` in the working directory: python-dotenv's grammar, names, and its place among the sources."""

from situation import DIRECTORY, Deviation, Situation, env_file, m, prefect_toml

MASKED = Deviation("headers' values are masked unless --show-secrets; Prefect shows them", replace=(("TEST-env", "********"),), unless_secrets=True)


def line(name: str, shows: str, text: str, **more) -> Situation:
    """One .env that is this text."""
    return Situation(f"dotenv-{name}", shows, files={"work/.env": text}, **more)


def url(name: str, shows: str, written: str, **more) -> Situation:
    """One line, PREFECT_API_URL= and this."""
    return line(name, shows, f"PREFECT_API_URL={written}\n", **more)


SITUATIONS = [
    # ---- its place
    url("sets", "a name counts", "http://dotenv:4200/api"),
    Situation("dotenv-under-env", "the environment beats it", files=env_file("PREFECT_API_URL=http://dotenv/api\n"), env=[("PREFECT_API_URL", "http://env/api")]),
    Situation("dotenv-over-prefect-toml", "it beats prefect.toml", files=env_file("PREFECT_API_URL=http://dotenv/api\n") | prefect_toml('api.url = "http://toml/api"\n')),
    Situation("dotenv-over-profile", "it beats the profile", files=env_file("PREFECT_API_URL=http://dotenv/api\n") | m('PREFECT_API_URL = "http://profile/api"\n')),
    Situation("dotenv-not-of-parent", "only the working directory's counts", files={".env": "PREFECT_API_URL=http://parent/api\n", "home/.env": "PREFECT_API_URL=http://home/api\n"}),
    Situation("dotenv-empty-hides-profile", "an empty value is a value", files=env_file("PREFECT_API_URL=\n") | m('PREFECT_API_URL = "http://profile/api"\n')),
    Situation("dotenv-no-equals-sign", "a name without = is not set", files=env_file("PREFECT_API_URL\n") | m('PREFECT_API_URL = "http://profile/api"\n')),
    line("lower-case", "names count in any case", "prefect_api_url=http://lower/api\nPrefect_Api_Key=TEST-mixed\n"),
    line("two-spellings", "of two spellings the later counts", "PREFECT_API_URL=http://upper/api\nprefect_api_url=http://lower/api\n"),
    line("two-spellings-other-way", "the same the other way round", "prefect_api_url=http://lower/api\nPREFECT_API_URL=http://upper/api\n"),
    line("twice", "the last of two lines counts", "PREFECT_API_URL=http://one/api\nPREFECT_API_URL=http://two/api\n"),
    line("twice-last-without-value", "the last has no value", "PREFECT_API_URL=http://one/api\nPREFECT_API_URL\n"),
    line("alias", "an older name", "PREFECT_API_DATABASE_TIMEOUT=7\n"),
    line("alias-and-canonical", "both names: the canonical one, in whatever order", "PREFECT_SERVER_DATABASE_TIMEOUT=8\nPREFECT_API_DATABASE_TIMEOUT=7\n"),
    Situation("dotenv-canonical-under-env-alias", "the source decides before the name", files=env_file("PREFECT_SERVER_DATABASE_TIMEOUT=8\n"), env=[("PREFECT_API_DATABASE_TIMEOUT", "7")]),
    Situation("dotenv-alias-over-profile", "an older name here, any name in the profile", files=env_file("PREFECT_API_DATABASE_TIMEOUT=7\n") | m('PREFECT_SERVER_DATABASE_TIMEOUT = "8"\n')),
    Situation("dotenv-alias-over-bundled-profile", "an older name here against Prefect's own profile", files=env_file("PREFECT_SERVER_ALLOW_EPHEMERAL_MODE=false\n")),
    line("bare-names", "field names alone", "URL=http://bare/api\nHOST=bare.example\nhome=/bare\nENABLED=true\n"),
    line("bare-name-empty", "a field name alone, empty", "URL=\nHOST=\n"),
    line("unknown", "a name that no setting has", "PREFECT_NO_SUCH=1\nFOO=bar\n"),
    line("group-json", "JSON for a group", 'PREFECT_API=\'{"url": "http://group/api"}\'\nPREFECT_API_URL=http://flat/api\n'),
    line("group-json-bad", "no JSON for a group", "PREFECT_API=x\n"),
    line("bad-value", "a refused value", "PREFECT_DEBUG_MODE=maybe\n"),
    line("headers-merge", "a dict setting of two sources", 'PREFECT_CLIENT_CUSTOM_HEADERS={"X-A": "TEST-dotenv", "X-B": "TEST-dotenv"}\n', env=[("PREFECT_CLIENT_CUSTOM_HEADERS", '{"X-A": "TEST-env"}')], deviation=MASKED),
    # ---- where profiles are
    Situation("dotenv-profiles-path", "the profiles file is named here", files=env_file("PREFECT_PROFILES_PATH={root}/p.toml\n") | {"p.toml": 'active = "m"\n[profiles.m]\nPREFECT_API_URL = "http://p/api"\n'}),
    Situation("dotenv-profiles-path-lower-case", "in lower case only the command line finds it", files=env_file("prefect_profiles_path={root}/p.toml\n") | {"p.toml": 'active = "m"\n[profiles.m]\nPREFECT_API_URL = "http://p/api"\n'}),
    Situation("dotenv-home", "PREFECT_HOME here moves what the command line shows, not what is read", files=env_file("PREFECT_HOME={root}/other\n") | m('PREFECT_API_URL = "http://m/api"\n') | {"other/profiles.toml": 'active = "o"\n[profiles.o]\nPREFECT_API_URL = "http://o/api"\n'}),
    line("profile-name", "PREFECT_PROFILE here chooses nothing", "PREFECT_PROFILE=test\n"),
    Situation("dotenv-test-mode", "test mode here is a setting only", files=env_file("PREFECT_TEST_MODE=1\n") | m('PREFECT_API_URL = "http://m/api"\n')),
    # ---- the grammar
    url("blanks", "blanks around an unquoted value go", "  http://h/api  "),
    line("blanks-around-equals", "blanks around =", "PREFECT_API_URL = http://h/api\n  PREFECT_API_KEY\t=\tTEST-a\n"),
    line("export", "export in front", "export PREFECT_API_URL=http://h/api\nexport \t PREFECT_API_KEY=TEST-a\n"),
    line("quoted-key", "a name in single quotes counts, in double quotes not", "'PREFECT_API_URL'=http://h/api\n\"PREFECT_API_KEY\"=TEST-a\n"),
    url("comment", "a # behind a blank starts a comment", "http://h/api # note"),
    url("hash-inside", "a # behind anything else does not", "http://h/api#note"),
    url("double-quoted", "escapes are decoded in double quotes", r'"a\\c\"d\n\u0041\x41\q"'),
    url("single-quoted", r"only \' and \\ are in single quotes", r"'a\tb\\c\'d\n'"),
    url("unquoted-escapes", "no escape is decoded without quotes", r"a\tb\\c"),
    url("double-quoted-lines", "a quoted value can have several lines", '"one\ntwo"'),
    url("single-quoted-lines", "the same in single quotes", "'one\ntwo'"),
    url("quoted-then-comment", "a comment behind a closing quote", '"http://h/api" # note'),
    line("quoted-then-text", "text behind a closing quote spoils the line, not the next", 'PREFECT_API_URL="http://h/api" x\nPREFECT_API_KEY=TEST-a\n'),
    line("unterminated", "a quote that nothing closes spoils its line only", "PREFECT_API_URL='http://h/api\nPREFECT_API_KEY=TEST-a\n"),
    line("unterminated-closed-later", "a quote that a later line closes", "PREFECT_API_URL='http://h/api\nPREFECT_API_KEY='TEST-a'\nPREFECT_UI_URL=http://u\n"),
    line("bad-lines", "lines that are no assignment", "PREFECT_API_URL: http://h/api\n= x\njust words\nPREFECT_API_KEY=TEST-a\n"),
    line("crlf", "CR LF ends a line", "PREFECT_API_URL=http://h/api\r\nPREFECT_API_KEY=TEST-a\r\n"),
    line("cr", "so does CR alone", "PREFECT_API_URL=http://h/api\rPREFECT_API_KEY=TEST-a\r"),
    line("bom", "a byte order mark in front of the first name", "\ufeffPREFECT_API_URL=http://h/api\nPREFECT_API_KEY=TEST-a\n"),
    line("not-utf8", "bytes that are not UTF-8", b"PREFECT_API_URL=http://h/api\n# \xff\n"),
    Situation("dotenv-directory", "a directory is as good as none", files={"work/.env": DIRECTORY}),
    Situation("dotenv-mode-000", "a file that may not be read", files=env_file("PREFECT_API_URL=http://h/api\n"), modes={"work/.env": 0o000}),
    # ---- ${NAME}
    line("expand-env", "a variable of the environment", "PREFECT_API_URL=http://${HOST_X}/api\n", env=[("HOST_X", "env.example")]),
    line("expand-earlier-line", "an earlier line comes before the environment", "HOST_X=line.example\nPREFECT_API_URL=http://${HOST_X}/api\n", env=[("HOST_X", "env.example")]),
    line("expand-later-line", "a later line does not count", "PREFECT_API_URL=http://${HOST_X}/api\nHOST_X=line.example\n"),
    url("expand-default", "a default", "http://${UNSET_X:-d.example}/api"),
    url("expand-default-empty", "a default for what is set and empty", "http://${EMPTY_X:-d.example}/api", env=[("EMPTY_X", "")]),
    url("expand-nested", "the first brace ends a default", "http://${UNSET_X:-${HOME}}/api"),
    url("expand-in-single-quotes", "single quotes do not protect it", "'http://${UNSET_X:-d}/api'"),
    url("expand-behind-backslash", "nor does a backslash", r"\${UNSET_X:-d}"),
    url("expand-no-braces", "$NAME is not expanded", "http://$HOST_X/api", env=[("HOST_X", "env.example")]),
    url("expand-other-case", "names in braces are case-sensitive", "http://${host_x}/api", env=[("HOST_X", "env.example")]),
    line("expand-password-template", "the database template is expanded before Prefect sees it", "PREFECT_SERVER_DATABASE_PASSWORD=TEST-pw\nPREFECT_SERVER_DATABASE_CONNECTION_URL='postgresql+asyncpg://u:${PREFECT_SERVER_DATABASE_PASSWORD}@h/db'\n"),
]
