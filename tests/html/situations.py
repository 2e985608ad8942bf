"""The launches and folders whose pages are looked at, as a table.

What it is not: a check. check_pages.py runs the program on each row and looks at what it makes.

To add a page: a row of SITUATIONS; `reference` where its picture is to be kept, then
`tests/html/check_pages.py --update`, and look at the picture.
"""

from dataclasses import dataclass, field

# In every secret, so that one needle finds any of them: in no page may it be.
CANARY = "TESTcanary7x"
KEY = "pnu_" + CANARY + "Q7" * 12  # of the form that Prefect Cloud's keys have
# What a page must not do anything with.
HOSTILE = (
    "</script></style><script>window.__hit=1;alert(1)</script><img src=x onerror=alert(2)>"
    "<iframe src='javascript:alert(3)'></iframe>\"'><b onmouseover=alert(4)>"
)


@dataclass
class Situation:
    name: str
    command: list
    files: dict = field(default_factory=dict)  # below home/ and work/
    environment: dict = field(default_factory=dict)
    status: int = 0
    reference: bool = False  # its picture is kept
    bound: float = 5.0  # seconds that Chromium may take to open it, on a busy machine
    says: tuple = ()  # texts that stand on the page


CLOUD = "https://api.prefect.cloud/api/accounts/0b1c/workspaces/9f3e"
PROFILES = f"""active = "own"

[profiles.cloud]
PREFECT_API_URL = "{CLOUD}"
PREFECT_API_KEY = "{KEY}"

[profiles.own]
PREFECT_API_URL = "https://prefect.example.com/api"
PREFECT_API_KEY = "{KEY}"
PREFECT_LOGGING_LEVEL = "WARNING"
PREFECT_API_KY = "{KEY}"
"""
BOTH = {
    "PREFECT_API_AUTH_STRING": "admin:" + CANARY,
    "PREFECT_LOGGING_LEVEL": "DEBUG",
    "PREFECT_API_URL": "http://staging.example.com:4200/api",
}
HEADERS = {
    "PREFECT_API_URL": "https://prefect.example.com/api",
    "PREFECT_API_AUTH_STRING": "admin:" + CANARY,
    "PREFECT_CLIENT_CUSTOM_HEADERS": '{"Authorization": "Basic ' + CANARY + '", "X-Gate": "' + CANARY + '"}',
    "HTTPS_PROXY": "http://user:" + CANARY + "@proxy.example.com:3128",
}
BROKEN = f'[profiles.own]\nPREFECT_API_KEY = {KEY}\nPREFECT_API_URL = "https://prefect.example.com/api"\n'
ODD = "a\x1b[31m\u202eevil\u2066\u200b\x07 \u05e9\u05dc\u05d5\u05dd \u0627\u0644\u0639\u0631\u0628\u064a\u0629 e\u0301\ufeff"
HOSTILE_ENVIRONMENT = {
    "PREFECT_API_URL": "https://h.example.com/api?x=" + HOSTILE,
    "PREFECT_LOGGING_LEVEL": ODD,
    "PREFECT_CLIENT_CUSTOM_HEADERS": '{"X-Tok": "the secret one: ' + HOSTILE.replace('"', '\\"') + '"}',
    "PREFECT_HOME": "/srv/" + ODD.replace("\x07", "") + HOSTILE,
    "PREFECT_DEFAULT_WORK_POOL_NAME": "x" * 100_000,
    "PREFECT_UI_URL": "javascript:alert(5)",
}
HOSTILE_PROFILES = (
    'active = "' + HOSTILE.replace('"', '\\"') + '"\n[profiles."' + HOSTILE.replace('"', '\\"') + '"]\n'
    'PREFECT_API_URL = "https://h/api"\n'
    "PREFECT_RESULTS_DEFAULT_STORAGE_BLOCK = '''" + HOSTILE.replace("'", "\"") + "'''\n"
    "PREFECT_NOTHING = '''" + HOSTILE.replace("'", "\"") + "'''\n"
)
COMPOSE = f"""services:
  server:
    image: prefecthq/prefect:3.8.8-python3.12
    environment:
      PREFECT_SERVER_API_AUTH_STRING: "admin:{CANARY}"
  worker:
    image: prefecthq/prefect:3.8.8-python3.12
    command: prefect worker start --pool main
    environment:
      PREFECT_API_URL: http://localhost:4200/api
      PREFECT_API_AUTH_STRING: "admin:other-{CANARY}"
      PREFECT_API_KY: "{KEY}"
"""
WORKFLOW = f"""on: push
jobs:
  deploy:
    runs-on: ubuntu-latest
    env:
      PREFECT_API_KEY: {KEY}
      PREFECT_API_URL: https://app.prefect.cloud/account/0b1c/workspace/9f3e
    steps:
      - run: prefect deploy --all
"""
DOCKERFILE = f'FROM prefecthq/prefect:3-latest\nENV PREFECT_API_KEY={KEY}\nCMD ["prefect", "worker", "start"]\n'
HOME = {"home/.prefect/profiles.toml": PROFILES}


def many_mistakes(files: int, each: int) -> dict:
    line = "PREFECT_API_KEY=" + KEY + "\n"
    return {f"work/team{i:03}/.env": line * each for i in range(files)}


SITUATIONS = [
    Situation("view", ["view"], HOME, BOTH, reference=True,
              says=("https://prefect.example.com/api", "hidden by env", "PREFECT_API_KY", "PC135")),
    Situation("view-defaults", ["view", "--show-defaults"], HOME, BOTH, says=("PREFECT_TASKS_REFRESH_CACHE",)),
    Situation("view-plain", ["view", "--hide-sources"], HOME, BOTH, says=("PREFECT_LOGGING_LEVEL",)),
    Situation("view-broken", ["view"], {"home/.prefect/profiles.toml": BROKEN}, status=1,
              says=("does not start like this", "PC125")),
    Situation("view-hostile", ["view", "-v", "--profile", HOSTILE], {"home/.prefect/profiles.toml": HOSTILE_PROFILES},
              HOSTILE_ENVIRONMENT, status=1, says=("100,002 characters in all", "\\u202e", "\\x1b")),
    Situation("explain", ["explain"], HOME, {"PREFECT_API_AUTH_STRING": "admin:" + CANARY}, reference=True,
              says=("set and not used", "the auth string wins", "self-hosted", "since 3.8.3")),
    Situation("explain-cloud", ["explain", "--profile", "cloud"], HOME, says=("Prefect Cloud", "Bearer ********")),
    Situation("explain-headers", ["explain"], {}, HEADERS, says=("overwritten", "X-Gate")),
    Situation("explain-empty", ["explain"], HOME, {"PREFECT_API_KEY": ""}, says=("set, and empty",)),
    Situation("explain-none", ["explain"], says=("a temporary server on this machine",)),
    Situation("explain-hostile", ["explain"], {}, HOSTILE_ENVIRONMENT, status=1, says=("\\u202e",)),
    Situation("doctor", ["doctor"], HOME, BOTH, says=("PC135",)),
    Situation("doctor-fine", ["doctor"], {}, {"PREFECT_API_URL": "https://prefect.example.com/api"}),
    Situation("doctor-probe", ["doctor", "--probe", "--timeout", "1"], {},
              {"PREFECT_API_URL": "http://127.0.0.1:9/api"}, status=1, reference=True,
              says=("nothing listens", "What the connections showed")),
    Situation("doctor-no-url", ["doctor", "--probe"], says=("nothing was opened",)),
    Situation("lint", ["lint", "."],
              {"work/compose.yaml": COMPOSE, "work/.github/workflows/deploy.yml": WORKFLOW, "work/Dockerfile": DOCKERFILE},
              status=1, reference=True, says=("compose.yaml", "PC", "Findings by file")),
    Situation("lint-nothing", ["lint", "."], {"work/readme.txt": "nothing\n"}, says=("Nothing was found",)),
    Situation("lint-here", ["lint"], HOME, BOTH, says=("this launch",)),
    Situation("lint-hostile", ["lint", "."],
              {"work/<img src=x onerror=alert(1)>\u202e.env": "PREFECT_API_KEY=" + KEY + "\nPREFECT_API_URL=" + HOSTILE + "\n"},
              status=1, says=("\\u202e",)),
    Situation("lint-large", ["lint", "."], many_mistakes(300, 20), status=1, bound=15.0,
              says=("more findings", "team299")),
]
