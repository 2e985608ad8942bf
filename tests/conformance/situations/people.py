"""What real users have: a login, a server of their own, a worker's environment."""

from situation import Deviation, Situation, toml

CLOUD = "https://api.prefect.cloud/api/accounts/0a0a0a0a-1111-2222-3333-444444444444/workspaces/0b0b0b0b-5555-6666-7777-888888888888"

TWO_PROFILES = f"""
    active = "cloud-login"

    [profiles.cloud-login]
    PREFECT_API_URL = "{CLOUD}"
    PREFECT_API_KEY = "pnu_TEST0000000000000000000000000001"

    # our own server
    [profiles.self-hosted]
    PREFECT_API_URL = "https://prefect.example.com/api"
    PREFECT_API_AUTH_STRING = "admin:TEST-self-hosted"
"""

MASKED_HEADERS = "custom header values are masked unless --show-secrets; Prefect shows them in clear"

SITUATIONS = [
    Situation("no-files", "no profiles.toml and no variable: the bundled ephemeral profile"),
    Situation(
        "cloud-login",
        "what `prefect cloud login` leaves",
        files=toml(
            f"""
            active = "cloud-login"

            [profiles.cloud-login]
            PREFECT_API_URL = "{CLOUD}"
            PREFECT_API_KEY = "pnu_TEST0000000000000000000000000001"
            """
        ),
    ),
    Situation(
        "self-hosted",
        "a server of one's own behind basic authentication",
        files=toml(
            """
            active = "self-hosted"

            [profiles.self-hosted]
            PREFECT_API_URL = "https://prefect.example.com/api"
            PREFECT_API_AUTH_STRING = "admin:TEST-self-hosted"
            """
        ),
    ),
    Situation("both-cloud-active", "cloud login and own server, the login active", files=toml(TWO_PROFILES)),
    Situation(
        "both-flag-self-hosted",
        "the same file, the other profile by --profile",
        files=toml(TWO_PROFILES),
        args=["--profile", "self-hosted"],
    ),
    Situation(
        "both-env-self-hosted",
        "the same file, the other profile by PREFECT_PROFILE",
        files=toml(TWO_PROFILES),
        env=[("PREFECT_PROFILE", "self-hosted")],
    ),
    Situation(
        "key-and-auth-string",
        "API key and auth string in one profile",
        files=toml(
            """
            active = "mixed"
            [profiles.mixed]
            PREFECT_API_URL = "https://prefect.example.com/api"
            PREFECT_API_KEY = "pnu_TEST0000000000000000000000000002"
            PREFECT_API_AUTH_STRING = "admin:TEST-mixed"
            """
        ),
    ),
    Situation(
        "worker-environment",
        "a container's worker: everything in the environment, no file",
        env=[
            ("PREFECT_API_URL", "http://prefect-server:4200/api"),
            ("PREFECT_API_AUTH_STRING", "admin:TEST-worker"),
            ("PREFECT_LOGGING_LEVEL", "WARNING"),
            ("PREFECT_WORKER_QUERY_SECONDS", "5"),
            ("PREFECT_WORKER_HEARTBEAT_SECONDS", "15"),
            ("PREFECT_LOCAL_STORAGE_PATH", "/var/lib/prefect/storage"),
            ("PREFECT_RUNNER_PROCESS_LIMIT", "10"),
        ],
    ),
    Situation(
        "server-environment",
        "a server's environment: Postgres, host, port, its own auth string",
        env=[
            ("PREFECT_SERVER_API_HOST", "0.0.0.0"),
            ("PREFECT_SERVER_API_PORT", "4300"),
            ("PREFECT_SERVER_API_AUTH_STRING", "admin:TEST-server"),
            (
                "PREFECT_API_DATABASE_CONNECTION_URL",
                "postgresql+asyncpg://prefect:TEST-db-password@postgres:5432/prefect",
            ),
            ("PREFECT_SERVER_UI_API_URL", "https://prefect.example.com/api"),
            ("PREFECT_SERVER_ANALYTICS_ENABLED", "false"),
        ],
    ),
    Situation(
        "environment-beats-login",
        "a worker's key in the environment over the profile's",
        files=toml(TWO_PROFILES),
        env=[("PREFECT_API_KEY", "pnu_TEST0000000000000000000000000003")],
    ),
    Situation(
        "empty-key-hides-profile",
        "an empty variable is a value: the profile's key is not used",
        files=toml(TWO_PROFILES),
        env=[("PREFECT_API_KEY", "")],
    ),
    Situation(
        "empty-url-hides-profile",
        "an empty URL hides the profile's: no ui_url, and the server's UI looks to host and port",
        files=toml(TWO_PROFILES),
        env=[("PREFECT_API_URL", "")],
    ),
    Situation(
        "every-secret-in-profile",
        "every secret setting, by its canonical name, in a profile",
        files=toml(
            """
            active = "secrets"
            [profiles.secrets]
            PREFECT_API_KEY = "pnu_TEST0000000000000000000000000004"
            PREFECT_API_AUTH_STRING = "admin:TEST-api"
            PREFECT_SERVER_API_AUTH_STRING = "admin:TEST-server"
            PREFECT_SERVER_DATABASE_CONNECTION_URL = "postgresql+asyncpg://u:TEST-url@db/x"
            PREFECT_SERVER_DATABASE_PASSWORD = "TEST-password"
            """
        ),
    ),
    Situation(
        "every-secret-in-environment",
        "the same in the environment, by the legacy names where there are any",
        env=[
            ("PREFECT_API_KEY", "pnu_TEST0000000000000000000000000005"),
            ("PREFECT_API_AUTH_STRING", "admin:TEST-api"),
            ("PREFECT_SERVER_API_AUTH_STRING", "admin:TEST-server"),
            ("PREFECT_API_DATABASE_CONNECTION_URL", "postgresql+asyncpg://u:TEST-url@db/x"),
            ("PREFECT_API_DATABASE_PASSWORD", "TEST-url"),
        ],
    ),
    Situation(
        "headers-in-environment",
        "custom headers as a JSON object in a variable",
        env=[("PREFECT_CLIENT_CUSTOM_HEADERS", '{"X-Team": "TEST-header-one", "CF-Access-Client-Secret": "TEST-header-two"}')],
        deviation=Deviation(
            MASKED_HEADERS,
            replace=(("TEST-header-one", "********"), ("TEST-header-two", "********")),
            unless_secrets=True,
        ),
    ),
    Situation(
        "headers-in-profile",
        "custom headers as JSON text in a profile",
        files=toml(
            """
            active = "h"
            [profiles.h]
            PREFECT_CLIENT_CUSTOM_HEADERS = '{"X-Team": "TEST-header-one"}'
            """
        ),
        deviation=Deviation(MASKED_HEADERS, replace=(("TEST-header-one", "********"),), unless_secrets=True),
    ),
    Situation(
        "headers-in-both",
        "custom headers in profile and environment: merged by key or not",
        files=toml(
            """
            active = "h"
            [profiles.h]
            PREFECT_CLIENT_CUSTOM_HEADERS = '{"X-Profile": "TEST-header-one", "X-Both": "TEST-header-two"}'
            """
        ),
        env=[("PREFECT_CLIENT_CUSTOM_HEADERS", '{"X-Environment": "TEST-header-three", "X-Both": "TEST-header-four"}')],
        deviation=Deviation(
            MASKED_HEADERS,
            replace=(("TEST-header-three", "********"), ("TEST-header-four", "********")),
            unless_secrets=True,
        ),
    ),
    Situation(
        "password-in-url",
        "user name and password inside the API URL",
        files=toml(
            """
            active = "u"
            [profiles.u]
            PREFECT_API_URL = "https://admin:TEST-in-url@prefect.example.com/api"
            """
        ),
        deviation=Deviation(
            "user and password inside a URL are masked unless --show-secrets; Prefect shows them",
            replace=(("admin:TEST-in-url", "********"),),
            unless_secrets=True,
        ),
    ),
    Situation(
        "many-profiles",
        "forty profiles, the last one active",
        files=toml(
            'active = "p39"\n'
            + "\n".join(
                f'[profiles.p{i}]\nPREFECT_API_URL = "http://h{i}:4200/api"\nPREFECT_LOGGING_LEVEL = "ERROR"\n'
                for i in range(40)
            )
        ),
    ),
]
