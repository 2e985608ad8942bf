"""`-p NAME` and its other spellings: inside the command the profile beats everything else."""

from situation import Deviation, Situation, env_file, prefect_toml, toml

TWO = """
    active = "a"

    [profiles.a]
    PREFECT_API_URL = "http://a/api"
    PREFECT_API_KEY = "TEST-a"

    [profiles.b]
    PREFECT_API_URL = "http://b/api"
    PREFECT_LOGGING_LEVEL = "ERROR"
"""
ENV = [("PREFECT_API_URL", "http://env/api")]


def called(name: str, shows: str, *args: str, files=None, env=ENV, **more) -> Situation:
    return Situation(f"called-{name}", shows, files=toml(TWO) if files is None else files, env=env, args=list(args), **more)


SITUATIONS = [
    called("p", "-p: the profile beats the environment", "-p", "b"),
    called("p-no-env", "-p: what the active profile set stays", "-p", "b", env=[]),
    called("p-active", "-p with the active profile changes nothing", "-p", "a"),
    called("profile-equals", "--profile=NAME is -p", "--profile=b"),
    called("profile-two-words", "--profile NAME is not", "--profile", "b"),
    called("module-profile", "behind python -m prefect it is", "--profile", "b", module=True),
    called("module-p", "-p behind python -m prefect", "-p", "b", module=True),
    called("module-profile-equals", "--profile= behind python -m prefect", "--profile=b", module=True),
    called("prompt-then-profile", "--profile NAME behind another option is -p", "--no-prompt", "--profile", "b"),
    called("p-unknown", "-p with a name that no profile has", "-p", "nope"),
    called("profile-equals-unknown", "the same with --profile=", "--profile=nope"),
    called("p-empty", "-p with an empty name", "-p", ""),
    called("p-bundled", "-p with one of Prefect's own profiles", "-p", "local"),
    called("p-bundled-test", "-p test", "-p", "test", env=[]),
    called("p-bundled-no-file", "without a profiles file", "-p", "local", files={}),
    called("p-default-profile", "-p with the name that is used anyway", "-p", "ephemeral", files={}),
    called("p-prefect-profile", "PREFECT_PROFILE besides", "-p", "b", env=[("PREFECT_PROFILE", "a"), *ENV]),
    called("p-same-as-prefect-profile", "PREFECT_PROFILE names the same", "-p", "b", env=[("PREFECT_PROFILE", "b"), *ENV]),
    called("p-dotenv", "-p beats .env", "-p", "b", files=toml(TWO) | env_file("PREFECT_API_URL=http://dotenv/api\nPREFECT_API_KEY=TEST-dotenv\n"), env=[]),
    called("p-prefect-toml", "-p beats prefect.toml", "-p", "b", files=toml(TWO) | prefect_toml('api.url = "http://toml/api"\napi.key = "TEST-toml"\n'), env=[]),
    called("p-group-json", "-p beats JSON for a group", "-p", "b", env=[("PREFECT_API", '{"url": "http://group/api"}')]),
    called("p-test-mode", "-p in test mode", "-p", "b", env=[("PREFECT_TEST_MODE", "1"), *ENV]),
    called("p-alias", "an older name in the profile", "-p", "b", files=toml('active = "a"\n[profiles.a]\n[profiles.b]\nPREFECT_API_DATABASE_TIMEOUT = "7"\n'), env=[("PREFECT_SERVER_DATABASE_TIMEOUT", "8")]),
    called("p-home", "home in the profile: what follows it", "-p", "b", files=toml('active = "a"\n[profiles.a]\n[profiles.b]\nPREFECT_HOME = "{root}/other"\n'), env=[]),
    called("p-empty-url", "an empty value in the profile", "-p", "b", files=toml('active = "a"\n[profiles.a]\n[profiles.b]\nPREFECT_API_URL = ""\n')),
    called("p-headers", "a dict setting in the profile", "-p", "b", files=toml("active = \"a\"\n[profiles.a]\n[profiles.b]\nPREFECT_CLIENT_CUSTOM_HEADERS = '{\"X-A\": \"b\"}'\n"), env=[("PREFECT_CLIENT_CUSTOM_HEADERS", '{"X-A": "TEST-env"}')], deviation=Deviation("headers' values are masked unless --show-secrets; Prefect shows them", replace=(("TEST-env", "********"),), unless_secrets=True)),
    called("p-bad-value", "a refused value in the profile", "-p", "b", files=toml('active = "a"\n[profiles.a]\n[profiles.b]\nPREFECT_DEBUG_MODE = "maybe"\n')),
    called("p-active-is-broken", "a refused value in the active profile", "-p", "b", files=toml('active = "a"\n[profiles.a]\nPREFECT_DEBUG_MODE = "maybe"\n[profiles.b]\n')),
    called("p-native", "values that are no text", "-p", "b", files=toml('active = "a"\n[profiles.a]\n[profiles.b]\nPREFECT_DEBUG_MODE = true\nPREFECT_CLIENT_MAX_RETRIES = 3\n'), env=[]),
    called("p-database", "the database's address follows", "-p", "b", files=toml('active = "a"\n[profiles.a]\nPREFECT_HOME = "{root}/a"\n[profiles.b]\nPREFECT_SERVER_DATABASE_NAME = "x"\nPREFECT_SERVER_DATABASE_DRIVER = "sqlite+aiosqlite"\n'), env=[]),
]
