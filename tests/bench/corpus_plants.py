"""What the benchmark's repository has planted: findings, by kind, and decoys, by what they are.

Marks in a line: «!» a finding is wanted here, «+» its place may as well be here (the other half of a
conflict, the header over a wrong key), «?» a decoy: no finding may be here. Secrets are random and
begin with TEST: they open nothing, and are no placeholders. Around a mark everything is healthy.

To add one: a row at the end of FINDINGS or DECOYS.
"""

import textwrap
from typing import NamedTuple


class Plant(NamedTuple):
    kind: str  # of a decoy: what it is
    path: str  # in a folder of its own; an ordinary kind of file where the text stands inside one
    text: str
    encoding: str = "utf-8"


def indent(text: str, by: int) -> str:
    return textwrap.indent(textwrap.dedent(text).strip("\n"), " " * by)


def compose(worker: str = "", server: str = "") -> str:
    """The environments of a worker and of a server, where there is one; each a map or a list."""
    text = "services:\n"
    for name, command, environment in (("prefect-server", "server start --host 0.0.0.0", server),
                                       ("worker", "worker start --pool «word»", worker)):
        if environment:
            text += (f"  {name}:\n    image: prefecthq/prefect:3-latest\n    command: prefect {command}\n"
                     f"    environment:\n{indent(environment, 6)}\n    restart: unless-stopped\n")
    return text


WORKER, SERVER = "prefect, worker, start, --pool, «word»", "prefect, server, start, --host, 0.0.0.0"
HEALTHY_SERVER = "PREFECT_SERVER_API_HOST: 0.0.0.0"
GUARDED_SERVER = "PREFECT_SERVER_API_AUTH_STRING: ${PREFECT_SERVER_API_AUTH_STRING:?}"
IN_CLUSTER = "http://prefect-server.prefect.svc.cluster.local:4200/api"


def kubernetes(env: str, url: str = "", command: str = WORKER, field: str = "env") -> str:
    items = f"- name: PREFECT_API_URL\n  value: {url}\n" if url else ""
    return ("apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: prefect-«word»\nspec:\n"
            "  selector: {matchLabels: {app: prefect}}\n  template:\n"
            "    metadata: {labels: {app: prefect}}\n    spec:\n      containers:\n"
            "        - name: prefect\n          image: prefecthq/prefect:3-latest\n"
            f"          command: [{command}]\n          {field}:\n"
            + indent(items + textwrap.dedent(env).strip("\n"), 12) + "\n")


def secret(data: str, kind: str = "Secret", field: str = "data") -> str:
    return (f"apiVersion: v1\nkind: {kind}\nmetadata:\n  name: prefect-«word»\n  namespace: «word»\n"
            f"type: Opaque\n{field}:\n" + indent(data, 2) + "\n")


def workflow(env: str = "", run: str = "prefect deploy --all") -> str:
    text = ("name: deploy «word»\non:\n  push:\n    branches: [main]\njobs:\n  deploy:\n"
            "    runs-on: ubuntu-latest\n")
    text += f"    env:\n{indent(env, 6)}\n" if env else ""
    return (text + "    steps:\n      - uses: actions/checkout@v4\n      - run: pip install prefect\n"
            f"      - run: |\n{indent(run, 10)}\n")


def dockerfile(lines: str) -> str:
    return (f"FROM prefecthq/prefect:3-latest\nWORKDIR /srv/«word»\n{lines}\nCOPY flows/ flows/\n"
            'CMD ["prefect", "worker", "start", "--pool", "«word»"]\n')


def unit(lines: str) -> str:
    return ("[Unit]\nDescription=Prefect worker for «word»\nAfter=network-online.target\n\n[Service]\n"
            f"User=prefect\n{lines}\nExecStart=/opt/«word»/.venv/bin/prefect worker start --pool «word»\n"
            "Restart=always\n\n[Install]\nWantedBy=multi-user.target\n")


COMPOSE, CI = "docker-compose.yml", ".github/workflows/deploy.yml"
DEPLOYMENT, SECRET, UNIT = "k8s/deployment.yaml", "k8s/secret.yaml", "prefect-worker.service"

KEYS = [
    Plant("key in YAML env", COMPOSE, compose("""
        PREFECT_API_URL: «CLOUD»
        PREFECT_API_KEY: «KEY»«!»""")),
    Plant("key in YAML env", COMPOSE, compose("""
        PREFECT_API_KEY: "«KEY»"  # of the «word» account«!»
        PREFECT_API_URL: «CLOUD»""")),
    Plant("key in YAML env", COMPOSE, "x-prefect: &prefect\n  PREFECT_API_URL: «CLOUD»\n"
          "  PREFECT_API_KEY: '«KEY»'«!»\n" + compose("<<: *prefect\nLEVEL: info")),
    Plant("key in YAML env", DEPLOYMENT, kubernetes("""
        - name: PREFECT_API_URL
          value: «CLOUD»
        - name: PREFECT_API_KEY
          value: «KEY»«!»""")),
    Plant("key in YAML env", DEPLOYMENT, kubernetes("""
        - {name: PREFECT_API_URL, value: "«CLOUD»"}
        - {name: PREFECT_API_KEY, value: «KEY»}«!»""")),
    Plant("key in YAML env", CI, workflow("""
        PREFECT_API_URL: «CLOUD»
        PREFECT_API_KEY: «KEY»«!»""")),
    Plant("key in YAML list", COMPOSE, compose("""
        - PREFECT_API_URL=«CLOUD»
        - PREFECT_API_KEY=«KEY»«!»""")),
    Plant("key in YAML list", COMPOSE, compose("""
        - "PREFECT_API_KEY=«KEY»"«!»
        - 'PREFECT_API_URL=«CLOUD»'""")),
    Plant("key in .env", ".env", "LEVEL=info\nPREFECT_API_URL=«CLOUD»\nPREFECT_API_KEY=«KEY»«!»\n"),
    Plant("key in .env", ".env", "# «sentence»\nexport PREFECT_API_URL='«CLOUD»'\n"
          "export PREFECT_API_KEY='«KEY»'«!»\nLEVEL=debug\n"),
    Plant("key in .env", "env.production", 'PREFECT_API_KEY="«KEY»" # «word»«!»\nPREFECT_API_URL="«CLOUD»"\n'),
    Plant("key in TOML", "profiles.toml", 'active = "production"\n\n[profiles.production]\n'
          'PREFECT_API_URL = "«CLOUD»"\nPREFECT_API_KEY = "«KEY»"«!»\n'),
    Plant("key in TOML", "prefect.toml", '[api]\nurl = "«CLOUD»"\nkey = \'«KEY»\'«!»\n'),
    Plant("key in TOML", "pyproject.toml", '[project]\nname = "«word»"\nversion = "«version»"\n\n'
          '[tool.prefect]\napi.url = "«CLOUD»"\napi.key = "«KEY»"«!»\n'),
    Plant("key in Python", "python", 'PREFECT_KEY = "«KEY»"«!»\n'),
    Plant("key in Python", "python", 'os.environ["PREFECT_API_KEY"] = \'«KEY»\'«!»\n'),
    Plant("key in Python", "flows", 'client = get_client(headers={"Authorization": "Bearer «KEY»"})«!»\n'),
    Plant("key in JSON", ".mcp.json", '{\n  "mcpServers": {\n    "prefect": {\n      "command": "uvx",\n'
          '      "env": {\n        "PREFECT_API_URL": "«CLOUD»",\n        "PREFECT_API_KEY": "«KEY»"«!»\n'
          '      }\n    }\n  }\n}\n'),
    Plant("key in JSON", "task-definition.json", '{"family": "«word»", "containerDefinitions": [{\n'
          '  "name": "prefect", "image": "prefecthq/prefect:3-latest",\n  "environment": [\n'
          '    {"name": "PREFECT_API_URL", "value": "«CLOUD»"},\n'
          '    {"name": "PREFECT_API_KEY", "value": "«KEY»"}«!»\n  ]\n}]}\n'),
    Plant("key in a notebook", "notebook", "import os\nos.environ['PREFECT_API_KEY'] = '«KEY»'«!»"),
    Plant("key in a notebook", "notebook", "!prefect cloud login -k «KEY»«!»\nfrom prefect import flow"),
    Plant("key in a README", "markdown", "```bash\nexport PREFECT_API_KEY=«KEY»«!»\n```\n"),
    Plant("key in a README", "markdown", "«sentence»: `«KEY»`«!»\n"),
    Plant("key in a README", "markdown", "| key | «KEY» |«!»\n|---|---|\n"),
    Plant("key in a shell script", "shell", 'export PREFECT_API_KEY="«KEY»"«!»\n'),
    Plant("key in a shell script", "shell", "PREFECT_API_KEY=«KEY» python -m flows.«word»«!»\n"),
    Plant("key in a shell script", "shell", "cat > /etc/«word».env <<EOF\nPREFECT_API_KEY=«KEY»«!»\nEOF\n"),
    Plant("key in a command", "shell", "prefect cloud login -k «KEY» -w «word»/«word»«!»\n"),
    Plant("key in a command", "shell", "prefect config set PREFECT_API_KEY=«KEY»«!»\n"),
    Plant("key in a command", "markdown", "```\n$ docker run -e PREFECT_API_KEY=«KEY» «word»:«version»«!»\n```\n"),
    Plant("key in a command", CI, workflow(run="prefect cloud login --key «KEY» --workspace «word»/«word»«!»")),
    Plant("key in a command", "shell", 'curl -H "Authorization: Bearer «KEY»" https://api.prefect.cloud/api/me/«!»\n'),
    Plant("key in a URL", "shell", "git clone https://«KEY»@git.«word».test/«word».git«!»\n"),
    Plant("key in a URL", "python", 'SOURCE = "https://«KEY»@api.«word».test/«word»"«!»\n'),
    Plant("key in a URL", "markdown", "See https://«word».test/start?key=«KEY»#«word» for more.«!»\n"),
]
# A key is whole before each of these signs, whatever the file.
SIGNS = [("@", "https://«KEY»@«word».test"), (",", "«KEY», «word»"), (")", "login(«KEY»)"),
         ("}", "{key: «KEY»}"), ("]", "[«KEY»]"), ("<", "<key>«KEY»</key>"), ("&", "?key=«KEY»&page=2"),
         (":", "«KEY»:x"), (".", "It is «KEY»."), ('\\"', '{\\"key\\": \\"«KEY»\\"}')]
KEYS += [Plant(f"key before {sign}", kind, f"{before}{text}«!»\n")
         for sign, text in SIGNS
         for kind, before in (("python", "# "), ("markdown", "«sentence» "), ("shell", "# «word»: "))]
KEYS += [Plant(f"key after {sign}", kind, f"{before}«word»{sign}«KEY»«!»\n") for sign in "_="
         for kind, before in (("python", "# "), ("markdown", ""), ("shell", ": "))]
KEYS += [Plant("key in UTF-16", path, text, encoding)
         for encoding in ("utf-16-le", "utf-16-be")
         for path, text in ((".env", "PREFECT_API_URL=«CLOUD»\r\nPREFECT_API_KEY=«KEY»«!»\r\n"),
                            ("start.ps1", '# «sentence»\r\n$env:PREFECT_API_KEY = "«KEY»"«!»\r\n'),
                            ("notes.txt", "«sentence»\n«sentence»\n\n«KEY»«!»\n"))]
KEYS += [
    Plant("key folded in YAML", COMPOSE, compose('''
        PREFECT_API_URL: «CLOUD»
        PREFECT_API_KEY: "«KEY_HEAD»\\«!»
          «REST:20»"«+»''')),
    Plant("key folded in YAML", DEPLOYMENT, kubernetes('''
        - name: PREFECT_API_URL
          value: «CLOUD»
        - name: PREFECT_API_KEY
          value: "«KEY_HEAD»\\«!»
            «REST:20»"«+»''')),
    Plant("key folded in YAML", COMPOSE, compose('''
        PREFECT_API_URL: «CLOUD»
        PREFECT_API_KEY: >-«+»
          «KEY_HEAD»«!»
          «REST:20»«+»''')),
    Plant("key in base64", SECRET, secret("api-key: «KEY64»«!»")),
    Plant("key in base64", SECRET, secret('PREFECT_API_KEY: "«KEY64»"«!»\nLEVEL: aW5mbw==')),
    Plant("key in base64", SECRET, kubernetes("", IN_CLUSTER) + "---\n" + secret("token: «KEY64»«!»")),
    Plant("key in base64", SECRET, secret("api-key: «KEY64NL»«!»")),
    Plant("key in base64", SECRET, secret("LEVEL: aW5mbw==\nPREFECT_API_KEY: «KEY64NL»«!»")),
]

AUTH = "«USER»:«PASSWORD»"
AUTHS = [
    Plant("auth string in compose", COMPOSE, compose(server=f"PREFECT_SERVER_API_AUTH_STRING: {AUTH}«!»")),
    Plant("auth string in compose", COMPOSE, compose(server=f'- "PREFECT_SERVER_API_AUTH_STRING={AUTH}"«!»')),
    Plant("auth string in compose", COMPOSE, compose(f"""
        PREFECT_API_URL: http://prefect-server:4200/api
        PREFECT_API_AUTH_STRING: "{AUTH}"«!»""", GUARDED_SERVER)),
    Plant("auth string in compose", COMPOSE, compose(f"""
        - PREFECT_API_URL=http://prefect-server:4200/api
        - PREFECT_API_AUTH_STRING={AUTH}«!»""", GUARDED_SERVER)),
    Plant("auth string in Kubernetes", DEPLOYMENT, kubernetes(f"""
        - name: PREFECT_API_AUTH_STRING
          value: {AUTH}«!»""", IN_CLUSTER)),
    Plant("auth string in Kubernetes", DEPLOYMENT, kubernetes(f"""
        - name: PREFECT_SERVER_API_AUTH_STRING
          value: "{AUTH}"«!»""", command=SERVER)),
    Plant("auth string in .env", ".env", "PREFECT_API_URL=https://prefect.«word».test/api\n"
          f"PREFECT_API_AUTH_STRING={AUTH}«!»\n"),
    Plant("auth string in .env", ".env", f'# «sentence»\nPREFECT_SERVER_API_AUTH_STRING="{AUTH}"«!»\nLEVEL=info\n'),
    Plant("auth string in a workflow", CI, workflow(f"""
        PREFECT_API_URL: https://prefect.«word».test/api
        PREFECT_API_AUTH_STRING: {AUTH}«!»""")),
    Plant("auth string in a workflow", CI, workflow(run=f"""
        export PREFECT_API_URL=https://prefect.«word».test/api
        export PREFECT_API_AUTH_STRING='{AUTH}'«!»
        prefect deploy --all""")),
    Plant("auth string in a shell script", "shell", f'export PREFECT_API_AUTH_STRING="{AUTH}"«!»\n'),
    Plant("auth string in a shell script", "shell", f"PREFECT_SERVER_API_AUTH_STRING={AUTH} prefect server start«!»\n"),
    Plant("auth string in a shell script", "shell", f"prefect config set PREFECT_API_AUTH_STRING='{AUTH}'«!»\n"),
    Plant("auth string in systemd", UNIT, unit("Environment=PREFECT_API_URL=https://prefect.«word».test/api\n"
                                               f"Environment=PREFECT_API_AUTH_STRING={AUTH}«!»")),
    Plant("auth string in systemd", UNIT, unit('Environment="PREFECT_API_URL=https://prefect.«word».test/api"\n'
                                               f'Environment="PREFECT_API_AUTH_STRING={AUTH}" LEVEL=info«!»')),
    Plant("auth string in TOML", "profiles.toml", 'active = "production"\n\n[profiles.production]\n'
          f'PREFECT_API_URL = "https://prefect.«word».test/api"\nPREFECT_API_AUTH_STRING = "{AUTH}"«!»\n'),
    Plant("auth string in TOML", "prefect.toml", f'[server.api]\nhost = "0.0.0.0"\nauth_string = "{AUTH}"«!»\n'),
]
BEARER = '{"Authorization": "Bearer «alnum:40»"}'
HEADERS = [
    Plant("custom header", COMPOSE, compose(f"""
        PREFECT_API_URL: https://prefect.«word».test/api
        PREFECT_CLIENT_CUSTOM_HEADERS: '{BEARER}'«!»""")),
    Plant("custom header", ".env", "PREFECT_API_URL=https://prefect.«word».test/api\n"
          f"PREFECT_CLIENT_CUSTOM_HEADERS='{BEARER}'«!»\n"),
    Plant("custom header", DEPLOYMENT, kubernetes(f"""
        - name: PREFECT_CLIENT_CUSTOM_HEADERS
          value: '{BEARER}'«!»""", IN_CLUSTER)),
    Plant("custom header", "shell", f"export PREFECT_CLIENT_CUSTOM_HEADERS='{BEARER}'«!»\n"),
]
URL = "postgresql+asyncpg://prefect:«PASSWORD»@database:5432/prefect"
DATABASES = [
    Plant("database password", COMPOSE, compose(server=f"PREFECT_SERVER_DATABASE_CONNECTION_URL: {URL}«!»")),
    Plant("database password", COMPOSE, compose(server=f"- PREFECT_API_DATABASE_CONNECTION_URL={URL}«!»")),
    Plant("database password", ".env", f"PREFECT_SERVER_DATABASE_CONNECTION_URL={URL}«!»\nLEVEL=info\n"),
    Plant("database password", DEPLOYMENT, kubernetes(f"""
        - name: PREFECT_API_DATABASE_CONNECTION_URL
          value: {URL}«!»""", command=SERVER)),
    Plant("database password", "profiles.toml", 'active = "production"\n\n[profiles.production]\n'
          f'PREFECT_API_DATABASE_CONNECTION_URL = "{URL}"«!»\n'),
    Plant("database password", "shell", f'prefect config set PREFECT_SERVER_DATABASE_CONNECTION_URL="{URL}"«!»\n'),
]
# Both are set, by reference only: there is no secret that could be found in their place.
CONFLICTS = [
    Plant("key and auth string", COMPOSE, compose("""
        PREFECT_API_URL: «CLOUD»
        PREFECT_API_KEY: ${PREFECT_API_KEY:?}«!»
        PREFECT_API_AUTH_STRING: ${PREFECT_API_AUTH_STRING:?}«+»""")),
    Plant("key and auth string", DEPLOYMENT, kubernetes("""
        - name: PREFECT_API_KEY«!»
          valueFrom: {secretKeyRef: {name: prefect, key: api-key}}«+»
        - name: PREFECT_API_AUTH_STRING«+»
          valueFrom: {secretKeyRef: {name: prefect, key: auth-string}}«+»""", "«CLOUD»")),
    Plant("key and auth string", CI, workflow("""
        PREFECT_API_URL: ${{ vars.PREFECT_API_URL }}
        PREFECT_API_KEY: ${{ secrets.PREFECT_API_KEY }}«!»
        PREFECT_API_AUTH_STRING: ${{ secrets.PREFECT_API_AUTH_STRING }}«+»""")),
]
BAKED = [
    Plant("key in an image", "Dockerfile", dockerfile("ENV PREFECT_API_URL=«CLOUD»\nENV PREFECT_API_KEY=«KEY»«!»")),
    Plant("key in an image", "Dockerfile", dockerfile("ENV LEVEL=info \\\n    PREFECT_API_KEY=\"«KEY»\"«!»")),
    Plant("key in an image", "Dockerfile", dockerfile("ENV PREFECT_API_KEY «KEY»«!»")),
    Plant("key in an image", "Dockerfile", dockerfile("ARG PREFECT_API_KEY«+»\nENV PREFECT_API_KEY=$PREFECT_API_KEY«!»")),
    Plant("key in an image", "Dockerfile", dockerfile("ARG PREFECT_API_KEY«+»\nRUN prefect cloud login --key ${PREFECT_API_KEY}«!»")),
    Plant("ENV without substitution", "Dockerfile", dockerfile("ENV PREFECT_API_KEY=$(cat /run/secrets/prefect)«!»")),
    Plant("ENV without substitution", "Dockerfile", dockerfile("ENV LEVEL=info\nENV PREFECT_API_URL=$(curl -s http://«word».test/url)«!»")),
]
SETTINGS_SECRET = ("---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: prefect-settings\ndata:\n"
                   "  {}: «CLOUD64NL»«!»\n")
OTHERS = [
    Plant("quotes kept", COMPOSE, compose("""
        - PREFECT_API_URL="http://prefect-server:4200/api"«!»""", HEALTHY_SERVER)),
    Plant("quotes kept", COMPOSE, compose("""
        - PREFECT_API_AUTH_STRING="${PREFECT_AUTH:?}"«!»
        - PREFECT_API_URL=http://prefect-server:4200/api""", GUARDED_SERVER)),
    Plant("loopback on a worker", COMPOSE, compose("PREFECT_API_URL: http://localhost:4200/api«!»", HEALTHY_SERVER)),
    Plant("loopback on a worker", COMPOSE, compose("- PREFECT_API_URL=http://127.0.0.1:4200/api«!»", HEALTHY_SERVER)),
    Plant("TOML that does nothing", "prefect.toml", '[logging]\nlevel = "INFO"\n\n[ui]«!»\n'
          'api_url = "http://localhost:4200/api"«+»\n'),
    Plant("TOML that does nothing", "prefect.toml", '[server]\nhost = "0.0.0.0"«!»\n'),
    Plant("TOML that does nothing", "prefect.toml", "[core]«!»\ntelemetry = false«+»\n\n[api]\nrequest_timeout = 30\n"),
    Plant("TOML that does nothing", "prefect.toml", '# «sentence»\nPREFECT_API_URL = "http://127.0.0.1:4200/api"«!»\n'),
    Plant("newline in a secret", SECRET, kubernetes("- secretRef: {name: prefect-settings}", field="envFrom")
          + SETTINGS_SECRET.replace("{}", "PREFECT_API_URL")),
    Plant("newline in a secret", SECRET, kubernetes("""
        - name: PREFECT_API_URL«+»
          valueFrom: {secretKeyRef: {name: prefect-settings, key: url}}«+»""")
          + SETTINGS_SECRET.replace("{}", "url")),
    Plant("0.0.0.0 as an address", COMPOSE, compose("PREFECT_API_URL: http://0.0.0.0:4200/api«!»", HEALTHY_SERVER)),
    Plant("0.0.0.0 as an address", COMPOSE, compose("- PREFECT_API_URL=http://0.0.0.0:4200/api«!»", HEALTHY_SERVER)),
    Plant("0.0.0.0 as an address", DEPLOYMENT, kubernetes("""
        - name: PREFECT_API_URL«+»
          value: http://0.0.0.0:4200/api«!»""")),
]
FINDINGS = KEYS + AUTHS + HEADERS + DATABASES + CONFLICTS + BAKED + OTHERS

ENV_EXAMPLE, README = ".env.example", "markdown"
PLACEHOLDERS = ("pnu_" + "x" * 36, "pnb_" + "X" * 36, "pnu_" + "0" * 36,
                "pnu_1234567890abcdefghijklmnopqrstuvwxyz", "pnu_your_key_here_as_cloud_has_shown_it_to_")
DECOYS = [
    *(Plant("placeholder of a key's length", path, text.replace("PLACEHOLDER", placeholder))
      for placeholder in PLACEHOLDERS
      for path, text in ((README, "```\nexport PREFECT_API_KEY=PLACEHOLDER«?»\n```\n"),
                         (ENV_EXAMPLE, "PREFECT_API_URL=«CLOUD»\nPREFECT_API_KEY=PLACEHOLDER«?»\n"),
                         ("python", 'assert «name»("PLACEHOLDER") is None«?»\n'))),
    Plant("placeholder in words", ENV_EXAMPLE, "PREFECT_API_AUTH_STRING=<user>:<password>«?»\n"
          "# or, for Prefect Cloud\nPREFECT_API_KEY=your-api-key«?»\n"),
    Plant("placeholder in words", ENV_EXAMPLE, "PREFECT_API_AUTH_STRING=admin:change-me«?»\nPREFECT_API_KEY=«?»\n"),
    Plant("reference", COMPOSE, compose("PREFECT_API_URL: «CLOUD»\nPREFECT_API_KEY: ${PREFECT_API_KEY}«?»")),
    Plant("reference", COMPOSE, compose("""
        - PREFECT_API_URL=${PREFECT_API_URL:?set it in .env, it's required}«?»
        - PREFECT_API_KEY=${PREFECT_API_KEY:?}«?»""")),
    Plant("reference", COMPOSE, compose(server="""
        PREFECT_SERVER_API_AUTH_STRING: ${PREFECT_USER}:${PREFECT_PASSWORD}«?»
        PREFECT_SERVER_DATABASE_CONNECTION_URL: postgresql+asyncpg://${DB_USER}:${DB_PASSWORD}@database:5432/prefect«?»""")),
    Plant("reference", CI, workflow("""
        PREFECT_API_KEY: ${{ secrets.PREFECT_API_KEY }}«?»
        PREFECT_API_URL: ${{secrets.PREFECT_API_URL}}«?»""")),
    Plant("reference", CI, workflow(run="prefect cloud login -k ${{ secrets.PREFECT_API_KEY }} -w «word»/«word»«?»")),
    Plant("reference", "shell", 'export PREFECT_API_KEY="$(vault read -field=key secret/«word»)"«?»\n'),
    Plant("reference", "shell", ': "${PREFECT_API_AUTH_STRING:?set user:password}"«?»\n'),
    Plant("secretKeyRef", DEPLOYMENT, kubernetes("""
        - name: PREFECT_API_KEY«?»
          valueFrom:
            secretKeyRef: {name: prefect-«word», key: api-key}«?»""", "«CLOUD»")),
    Plant("sealed secret", SECRET, secret("PREFECT_API_KEY: Ag«base64:600»«?»", "SealedSecret", "encryptedData")),
    Plant("sealed secret", "secrets.enc.yaml", "PREFECT_API_AUTH_STRING: ENC[AES256_GCM,data:«base64:24»,"
          "iv:«base64:44»,tag:«base64:24»,type:str]«?»\nsops:\n  version: 3.9.0\n"),
    Plant("commented example", COMPOSE, compose("""
        PREFECT_API_URL: http://prefect-server:4200/api
        # PREFECT_API_AUTH_STRING: username:password«?»
        # PREFECT_API_KEY: pnu_your_key«?»""", HEALTHY_SERVER)),
    Plant("commented example", ENV_EXAMPLE, "# PREFECT_API_KEY=pnu_xxxxxxxxxxxx«?»\n"
          "#PREFECT_SERVER_API_AUTH_STRING=admin:admin«?»\nLEVEL=info\n"),
    Plant("documented default password", COMPOSE, compose(server="""
        PREFECT_SERVER_API_HOST: 0.0.0.0
        PREFECT_API_DATABASE_CONNECTION_URL: postgresql+asyncpg://prefect:prefect@database:5432/prefect«?»""")),
    Plant("documented default password", COMPOSE, compose(server="""
        - PREFECT_SERVER_DATABASE_CONNECTION_URL=postgresql+asyncpg://postgres:postgres@database:5432/prefect«?»""")),
    Plant("documented default password", "values.yaml", "worker:\n  apiConfig: selfHostedServer\n"
          f"  selfHostedServerApiConfig:\n    apiUrl: {IN_CLUSTER}\n    basicAuth:\n      enabled: false\n"
          '      authString: "admin:pass"«?»\n  config:\n    workPool: «word»\n'),
    Plant("documented default password", README, '```\nPREFECT_SERVER_API_AUTH_STRING="admin:pass"«?»\n```\n'),
    Plant("loopback on the server", COMPOSE, compose(server="""
        - PREFECT_API_URL=http://localhost:4200/api«?»
        - PREFECT_UI_API_URL=http://127.0.0.1:4200/api«?»
        - PREFECT_SERVER_API_HOST=0.0.0.0«?»""")),
    Plant("loopback in a job", CI, workflow("PREFECT_API_URL: http://127.0.0.1:4200/api«?»",
                                            "prefect server start &\nprefect deploy --all")),
    Plant("loopback on one machine", UNIT, unit("Environment=PREFECT_API_URL=http://127.0.0.1:4200/api«?»")),
    Plant("user's own variable", ".env", "PREFECT_WORK_POOL=«word»«?»\nPREFECT_DB_USER=«word»«?»\n"
          "PREFECT_VERSION=3.4.7«?»\nPREFECT_DOMAIN=«word».test«?»\n"),
    Plant("user's own variable", COMPOSE, compose("""
        PREFECT_API_URL: http://prefect-server:4200/api
        PREFECT_WORK_POOL_NAME: «word»«?»
        PREFECT_API_AUTH_STRING: ${PREFECT_AUTH_STRING}«?»""", GUARDED_SERVER)),
    Plant("alias", COMPOSE, compose(server="""
        PREFECT_API_DATABASE_CONNECTION_URL: sqlite+aiosqlite:////data/prefect.db«?»
        PREFECT_UI_API_URL: /api«?»
        PREFECT_LOGGING_SERVER_LEVEL: WARNING«?»""")),
    Plant("setting of an integration", COMPOSE, compose(server="""
        PREFECT_MESSAGING_BROKER: prefect_redis.messaging«?»
        PREFECT_MESSAGING_CACHE: prefect_redis.messaging«?»
        PREFECT_REDIS_MESSAGING_HOST: redis«?»
        PREFECT_REDIS_MESSAGING_PORT: 6379«?»""")),
    Plant("prefix in prose", README, "Keys of users begin with `pnu_`, those of service accounts with pnb_.«?»\n"),
    Plant("prefix in a name", "python", 'def pnu_prefix_length(pnb_args, pnu_: str = "pnu_") -> int:«?»\n'
          "    return len(pnu_) + len(pnb_args)\n"),
    Plant("hash", "checksums.txt", "«hex:64»  prefect-«version».tar.gz«?»\n"
          "sha512-«base64:86»==  prefect-«version».whl«?»\n"),
    Plant("hash", "python", 'DIGEST = "«alnum:20»pnu_«alnum:11»-«alnum:9»_«alnum:30»"  # prefect«?»\n'),
    Plant("picture in base64", README, "![prefect](data:image/png;base64,«base64:2000»cG51X«base64:1200»)«?»\n"),
    Plant("base64 without a key", SECRET, secret("prefect-shop: «SHOP64»«?»\nPREFECT_API_URL: «CLOUD64»«?»")),
    Plant("test token of others", "python", 'PREFECT_UPLOAD = ("AKIAIOSFODNN7EXAMPLE", "sk_test_«alnum:24»", "ghp_«alnum:36»")«?»\n'),
    Plant("http inside a network", COMPOSE, compose("""
        PREFECT_API_URL: http://prefect-server:4200/api«?»
        PREFECT_API_AUTH_STRING: ${PREFECT_API_AUTH_STRING:?}«?»""", GUARDED_SERVER)),
]
