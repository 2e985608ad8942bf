"""Values computed from others, and checks that look at several."""

from situation import Situation, m, one

CLOUD = "https://api.prefect.cloud/api/accounts/0a0a0a0a-1111-2222-3333-444444444444/workspaces/0b0b0b0b-5555-6666-7777-888888888888"

# A certificate made for this test alone; its key was thrown away.
CA = """-----BEGIN CERTIFICATE-----
MIIBlDCCATmgAwIBAgIUDBM4IxG6VANwA06RWRonuLpp5RcwCgYIKoZIzj0EAwIw
HjEcMBoGA1UEAwwTY29uZm9ybWFuY2UgdGVzdCBDQTAgFw0yNjExMjMyMjU1NTRa
GA8yMTI2MTAzMDIyNTU1NFowHjEcMBoGA1UEAwwTY29uZm9ybWFuY2UgdGVzdCBD
QTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABAa2prDLC2GvCcivNkUdGeMWxE8v
PSeazAuC9Jqvg4guLgJMG+RGjVBffzABejgVUNTfm2LCr9i4CY4jxe/kG1WjUzBR
MB0GA1UdDgQWBBSL4tSOj3vVK/UXzplHzUjA6JCzETAfBgNVHSMEGDAWgBSL4tSO
j3vVK/UXzplHzUjA6JCzETAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0kA
MEYCIQDFNtdyIIa4DeFwaYcnaHk1JK95RVvibMR2in1akd49FwIhAO2FmfuXRwL0
6ALRlHMK0KnKboZVnAOs2lB8DRo1Sldn
-----END CERTIFICATE-----
"""

SITUATIONS = [
    *[
        one(f"ui-url-{label}", what, "PREFECT_API_URL", url)
        for label, what, url in (
            ("cloud", "the UI of a cloud workspace", CLOUD),
            ("self-hosted", "the UI of a server: without the last /api", "http://localhost:4200/api"),
            ("trailing-slash", "/api/ with a slash is not the last /api", "http://localhost:4200/api/"),
            ("trailing-slashes", "several slashes", "http://localhost:4200/api//"),
            ("no-api", "no /api at all", "https://prefect.example.com/prefect"),
            ("api-inside", "every /api/ goes, accounts and workspaces too", "https://p.example.com/api/x/api/accounts/workspaces/api"),
            ("cloud-look-alike", "an address that only starts like the cloud's", "https://api.prefect.cloud/apifoo"),
            ("app-cloud", "the app's address given for the API's: a warning", "https://app.prefect.cloud/account/a/workspace/b"),
            ("upper-case", "the host in capitals is not the cloud's", "https://API.PREFECT.CLOUD/api/accounts/a/workspaces/b"),
        )
    ],
    Situation(
        "ui-url-given",
        "ui_url given beats what would be computed",
        env=[("PREFECT_API_URL", CLOUD), ("PREFECT_UI_URL", "https://ui.example.com")],
    ),
    Situation("url-broken-host", "brackets in the host: the whole load fails", env=[("PREFECT_API_URL", "http://[nope/api")]),
    Situation(
        "cloud-custom-api-url",
        "a cloud of one's own: ui_url follows, and the cap on the log size",
        env=[
            ("PREFECT_CLOUD_API_URL", "https://api.stg.prefect.dev/api"),
            ("PREFECT_API_URL", "https://api.stg.prefect.dev/api/accounts/a/workspaces/b"),
        ],
    ),
    Situation(
        "cloud-custom-plain-host",
        "a cloud address of any host",
        env=[("PREFECT_CLOUD_API_URL", "http://x/api"), ("PREFECT_API_URL", "http://x/api/accounts/a/workspaces/b")],
    ),
    Situation(
        "server-host-port",
        "the server's UI looks to the host and port of the server",
        env=[("PREFECT_SERVER_API_HOST", "0.0.0.0"), ("PREFECT_SERVER_API_PORT", "4999")],
    ),
    Situation(
        "log-size-capped",
        "the cloud caps the size of a log, also one that was set",
        env=[("PREFECT_API_URL", CLOUD), ("PREFECT_LOGGING_TO_API_MAX_LOG_SIZE", "500000"), ("PREFECT_CLOUD_MAX_LOG_SIZE", "30000")],
    ),
    Situation(
        "log-size-below-cap",
        "a smaller size stays",
        env=[("PREFECT_API_URL", CLOUD), ("PREFECT_LOGGING_TO_API_MAX_LOG_SIZE", "1000")],
    ),
    one("log-size-over-batch", "a log larger than a batch is refused", "PREFECT_LOGGING_TO_API_BATCH_SIZE", "999999"),
    Situation(
        "debug-mode-env",
        "debug mode forces the levels, even those that were set",
        env=[("PREFECT_DEBUG_MODE", "1"), ("PREFECT_LOGGING_LEVEL", "ERROR"), ("PREFECT_SERVER_LOGGING_LEVEL", "ERROR")],
    ),
    Situation("debug-mode-profile", "the same from a profile", files=m('PREFECT_DEBUG_MODE = "true"\nPREFECT_INTERNAL_LOGGING_LEVEL = "ERROR"\n')),
    Situation("debug-mode-off", "debug mode said to be off", env=[("PREFECT_DEBUG_MODE", "0"), ("PREFECT_LOGGING_LEVEL", "ERROR")]),
    # -- the database
    Situation(
        "database-parts",
        "a Postgres address from its parts, quoted where needed",
        env=[
            ("PREFECT_SERVER_DATABASE_DRIVER", "postgresql+asyncpg"),
            ("PREFECT_SERVER_DATABASE_HOST", "db.example.com"),
            ("PREFECT_SERVER_DATABASE_PORT", "5433"),
            ("PREFECT_SERVER_DATABASE_USER", "us er@x"),
            ("PREFECT_SERVER_DATABASE_NAME", "pre fect/x"),
            ("PREFECT_SERVER_DATABASE_PASSWORD", "TEST-p@ss:w/ö%"),
        ],
    ),
    Situation(
        "database-parts-profile",
        "the parts by their legacy names in a profile, an IPv6 host, no port",
        files=m(
            'PREFECT_API_DATABASE_DRIVER = "postgresql+asyncpg"\nPREFECT_API_DATABASE_HOST = "::1"\n'
            'PREFECT_API_DATABASE_USER = "u"\nPREFECT_API_DATABASE_NAME = "n"\nPREFECT_API_DATABASE_PASSWORD = "TEST-x"\n'
        ),
    ),
    Situation(
        "database-no-password",
        "no password: refused up to 3.4, fine later",
        env=[
            ("PREFECT_SERVER_DATABASE_DRIVER", "postgresql+asyncpg"),
            ("PREFECT_SERVER_DATABASE_HOST", "db"),
            ("PREFECT_SERVER_DATABASE_USER", "u"),
            ("PREFECT_SERVER_DATABASE_NAME", "n"),
        ],
    ),
    one("database-driver-alone", "a driver without a host is refused", "PREFECT_SERVER_DATABASE_DRIVER", "postgresql+asyncpg"),
    Situation(
        "database-sqlite-name",
        "SQLite with a name",
        env=[("PREFECT_SERVER_DATABASE_DRIVER", "sqlite+aiosqlite"), ("PREFECT_SERVER_DATABASE_NAME", "/data/p.db")],
    ),
    one("database-host-alone", "parts without a driver are not used", "PREFECT_SERVER_DATABASE_HOST", "db"),
    Situation(
        "database-template",
        "the password's place in the address is filled, unquoted",
        files=m(
            'PREFECT_SERVER_DATABASE_CONNECTION_URL = "postgresql+asyncpg://u:${PREFECT_SERVER_DATABASE_PASSWORD}@db/n"\n'
        ),
        env=[("PREFECT_API_DATABASE_PASSWORD", "TEST-p@ss")],
    ),
    Situation(
        "database-template-legacy",
        "the legacy name in the address, and $NAME without braces left as it is",
        env=[
            ("PREFECT_API_DATABASE_CONNECTION_URL", "postgresql+asyncpg://$PREFECT_API_DATABASE_PASSWORD:${PREFECT_API_DATABASE_PASSWORD}@db/n"),
            ("PREFECT_API_DATABASE_PASSWORD", "TEST-pw"),
        ],
    ),
    one(
        "database-template-no-password",
        "a place for a password, and no password: refused",
        "PREFECT_API_DATABASE_CONNECTION_URL",
        "postgresql+asyncpg://u:${PREFECT_API_DATABASE_PASSWORD}@db/n",
    ),
    one("database-url-empty", "an empty address is a value", "PREFECT_API_DATABASE_CONNECTION_URL", ""),
    # -- certificates
    Situation(
        "ssl-cert-file",
        "SSL_CERT_FILE is the default of api.ssl_cert_file",
        files={"ca.pem": CA},
        env=[("SSL_CERT_FILE", "{root}/ca.pem")],
        fresh=True,
    ),
    Situation(
        "ssl-cert-file-beaten",
        "a profile's own certificate beats SSL_CERT_FILE",
        files={"ca.pem": CA, **m('PREFECT_API_SSL_CERT_FILE = "{root}/other.pem"\n')},
        env=[("SSL_CERT_FILE", "{root}/ca.pem")],
        fresh=True,
    ),
    Situation(
        "ssl-cert-file-missing",
        "SSL_CERT_FILE names no file",
        env=[("SSL_CERT_FILE", "{root}/not-there.pem")],
        fresh=True,
    ),
]
