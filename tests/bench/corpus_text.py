"""Ordinary texts of the kinds that repositories hold, and the words that all templates are filled with.

In a template «name» stands for something random, see MAKERS; «base64:600» has a length. What is not
a word in «», such as the marks of make_corpus.py, stays.
"""

import base64
import json
import random
import re
import string

# With "token" among them the words that scanners of secrets look for (key, token, api, secret and such)
# are as frequent as in 42,000 files of public repositories: a thousand in a megabyte.
WORDS = """account alert archive asset batch billing branch bucket cache catalog channel chart claim
client column cursor customer dataset device digest domain driver event export feature field filter
forecast gateway graph grid header image intake index ingest invoice issue label ledger loader market
matrix member merge metric model module network notice object order origin output packet panel
parcel partner path payload pipeline planet player policy portal price product profile quota range
record region report request result review revenue route sample schema score sensor session shard
signal source station store stream supplier table target ticket token topic tracker trade traffic transfer
trip update user vector vendor version vessel volume wallet weather window worker zone""".split()
ALNUM = string.ascii_letters + string.digits
HEX = string.digits + "abcdef"


def alnum(r: random.Random, length: int) -> str:
    return "".join(r.choices(ALNUM, k=length))


def base64_of(r: random.Random, length: int) -> str:
    return base64.b64encode(r.randbytes(length * 3 // 4)).decode()[:length]


def sentence(r: random.Random) -> str:
    words = r.choices(WORDS, k=r.randint(6, 14))
    for i in range(2, len(words), 4):
        words[i] = r.choice(("of the", "and the", "for a", "with its", "before each"))
    return " ".join(words).capitalize()


def key(r: random.Random, prefix: str = "pnu_") -> str:
    """Of the form of a Prefect Cloud key; visibly a test's, and random in all the rest."""
    return prefix + "TEST" + alnum(r, 32)


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


CLOUD = "https://api.prefect.cloud/api/accounts/{}/workspaces/{}"
SHOP = "postgresql://shop:shop@database:5432/shop"


def uuid(r: random.Random) -> str:
    return "-".join("".join(r.choices(HEX, k=k)) for k in (8, 4, 4, 4, 12))


MAKERS = {
    "word": lambda r, n: r.choice(WORDS),
    "name": lambda r, n: "_".join(r.sample(WORDS, 2)),
    "Name": lambda r, n: "".join(word.capitalize() for word in r.sample(WORDS, 2)),
    "n": lambda r, n: str(r.randint(1, 9999)),
    "version": lambda r, n: f"{r.randint(0, 9)}.{r.randint(0, 30)}.{r.randint(0, 20)}",
    "sentence": lambda r, n: sentence(r),
    "alnum": alnum,
    "hex": lambda r, n: "".join(r.choices(HEX, k=n)),
    "base64": base64_of,
    "uuid": lambda r, n: uuid(r),
    "CLOUD": lambda r, n: CLOUD.format(uuid(r), uuid(r)),
    "KEY": lambda r, n: key(r, r.choice(("pnu_", "pnb_"))),
    "PNU": lambda r, n: key(r, "pnu_"),
    "PNB": lambda r, n: key(r, "pnb_"),
    "KEY_HEAD": lambda r, n: key(r)[:20],
    "REST": alnum,
    "KEY64": lambda r, n: encoded(key(r, r.choice(("pnu_", "pnb_")))),
    "KEY64NL": lambda r, n: encoded(key(r, r.choice(("pnu_", "pnb_"))) + "\n"),
    "CLOUD64": lambda r, n: encoded(CLOUD.format(uuid(r), uuid(r))),
    "CLOUD64NL": lambda r, n: encoded(CLOUD.format(uuid(r), uuid(r)) + "\n"),
    "SHOP64": lambda r, n: encoded(SHOP),
    "USER": lambda r, n: r.choice(("admin", "ops", "ci", "prefect-worker", "scheduler")),
    "PASSWORD": lambda r, n: "TEST-" + alnum(r, 14),
}
TOKEN = re.compile(r"«(\w+?)(?::(\d+))?»")


def fill(template: str, r: random.Random) -> str:
    return TOKEN.sub(lambda match: MAKERS[match[1]](r, int(match[2] or 0)), template)


PYTHON = ('''def «name»(«word»s, limit=«n», *, strict=False):
    """«sentence»."""
    found = []
    for position, «word» in enumerate(«word»s):
        if strict and not «word».get("«word»"):
            raise ValueError(f"no «word» at {position}: {«word»!r}")
        found.append({"«word»": «word»["«word»"], "«name»": position * «n»})
    return found[:limit]
''', '''class «Name»(«Name»):
    """«sentence».

    «sentence». «sentence».
    """

    «word»_size: int = «n»
    «word»_path = "data/«word»/«name».parquet"

    def __init__(self, «word», «word»_id=None):
        self._«word» = «word»
        self._token = os.environ["«Name»_TOKEN".upper()]

    def «name»(self) -> dict[str, float]:
        # «sentence»
        rows = self._session.execute(text("SELECT «word», «word»_id FROM «name» WHERE «word» = :value"))
        return {row.«word»: float(row.«word»_id) for row in rows}
''', '''«Name»: dict[str, int] = {
    "«word»": «n», "«name»": «n», "«word»_«word»": «n», "«name»_total": «n»,
}
''', '''@pytest.mark.parametrize("«word», expected", [("«word»", «n»), ("«name»", «n»), ("", None)])
def test_«name»(«word», expected, tmp_path):
    assert «name»(tmp_path / "«word».csv", «word») == expected
''')
MARKDOWN = ('''## «sentence»

«sentence». «sentence». See [«word»](docs/«word».md#«word») and `«name»`.
«sentence».
''', '''```bash
$ python -m «word».«name» --«word» «n» --output «word».json
```
''', '''- «sentence»
- **«word»**: «sentence»
- «sentence» (#«n»)
''', '''| «word» | «word» | «word» |
|---|---|---|
| `«name»` | «n» | «sentence» |
| `«name»` | «n» | «sentence» |
''')
SETTINGS = ('''«name»:
  «word»: «word»
  enabled: true
  «word»s:
    - name: «word»
      size: «n»
    - name: «name»
      path: /srv/«word»/«name»
''',)
RECORDS = ('''# «sentence»
- id: «uuid»
  «word»: "«sentence»"
  labels: {app: «word», tier: «word»}
  run: |
    make «word»
    ./scripts/«name».sh --«word» «n»
''',)
MANIFESTS = ('''---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: «word»-«word»
spec:
  replicas: «n»
  template:
    spec:
      containers:
        - name: «word»
          image: registry.test/«word»/«word»:«version»
          env:
            - name: «Name»_URL
              value: http://«word»:8080/«word»
''',)
TOML = ('''[«word».«word»]
«word» = "«sentence»"
«name» = «n»
enabled = true
''', '''[[«word»]]
name = "«name»"
version = "«version»"
''')
SHELL = ('''«name»() {
  local «word»="$1"
  if [[ ! -d "${«word»}" ]]; then
    echo "no «word»: ${«word»}" >&2
    return 1
  fi
  find "${«word»}" -name '*.«word»' -size +«n»k -print0 | xargs -0 tar czf "/tmp/«name».tgz"
}
''', '''# «sentence»
export «Name»_DIR="${HOME}/«word»/«word»"
curl -fsSL "https://«word».test/«name»/«version».tar.gz" | tar xz -C /opt/«word»
''')
DOCKERFILE = ('''ENV «Name»_HOME=/srv/«word» \\
    «Name»_LEVEL=info
''', '''RUN apt-get update && apt-get install -y --no-install-recommends «word» lib«word»-dev \\
    && rm -rf /var/lib/apt/lists/*
''', '''COPY «word»/ /srv/«word»/
''')
JAVASCRIPT = ('''export async function «Name»({ «word», «word»Id, onChange }) {
  // «sentence»
  const response = await fetch(`/api/«word»/${«word»Id}?limit=«n»`, { headers: { accept: "application/json" } });
  if (!response.ok) throw new Error(`«word» ${response.status}`);
  return (await response.json()).«word»s.map((«word») => ({ ...«word», «name»: «n» }));
}
''', '''const «Name» = { «word»: "«name»", size: «n», icon: "data:image/png;base64,«base64:240»" };
''', '''describe("«sentence»", () => {
  it("«sentence»", () => {
    expect(render(<«Name» «word»={«n»} />).container).toMatchSnapshot();
  });
});
''')
CSS = ('''.«word»-«word» > .«word» {
  color: #«hex:6»;
  padding: «n»px 0.5rem;
  background: url("/static/«word»/«name».svg") no-repeat;
}
''', '''@media (min-width: «n»px) {
  .«word»__«word» { display: grid; grid-template-columns: 1fr «n»fr; }
}
''')
LOCK = ('''[[package]]
name = "«word»-«word»"
version = "«version»"
source = { registry = "https://pypi.org/simple" }
sdist = { url = "https://files.pythonhosted.org/packages/«hex:2»/«hex:2»/«hex:60»/«word»-«version».tar.gz", hash = "sha256:«hex:64»", size = «n» }
wheels = [
    { url = "https://files.pythonhosted.org/packages/«hex:2»/«hex:2»/«hex:60»/«word»-«version»-py3-none-any.whl", hash = "sha256:«hex:64»", size = «n» },
]
''', '''"«word»-«word»@^«version»":
  version "«version»"
  resolved "https://registry.yarnpkg.com/«word»/-/«word»-«version».tgz#«hex:40»"
  integrity sha512-«base64:86»==
''')
CSV = ('''«n»,«word»,«name»,«hex:8»,«n».«n»,"«sentence»"
''',)
# Prefect in healthy hands: what a repository's other files say of it.
FLOWS = ('''from prefect import flow, get_run_logger, task
from prefect.client.orchestration import get_client
''', '''@task(retries=3, retry_delay_seconds=«n»)
def «name»(«word»: str) -> list[dict]:
    """«sentence»."""
    get_run_logger().info("«sentence»: %s", «word»)
    return requests.get(f"https://«word».test/{«word»}", timeout=30).json()
''', '''@flow(name="«word»-«word»", log_prints=True)
def «name»_flow(«word»: str = "«word»"):
    return «name»(«word»)
''', '''if __name__ == "__main__":
    «name»_flow.serve(name="«word»", cron="«n» 4 * * *")
''')
FLOW_NOTES = ('''## Flows

«sentence». Deploy with `prefect deploy --all`; a worker runs with `prefect worker start --pool «word»`.
''', '''«sentence»: see [Prefect's documentation](https://docs.prefect.io/v3/get-started).
''') + MARKDOWN
DEPLOYMENTS = ('''- name: «word»-«word»
  entrypoint: flows/«name».py:«name»_flow
  parameters: {«word»: «word»}
  schedules:
    - cron: "«n» 5 * * *"
      timezone: UTC
  work_pool:
    name: «word»-pool
    job_variables: {image: "registry.test/«word»:«version»"}
''',)

# kind: how often, end of the name, first lines, blocks, how many blocks at least and at most
KINDS = {
    "python": (300, ".py", "import os\n\nimport pytest\n", PYTHON, 3, 11),
    "markdown": (100, ".md", "# «sentence»\n", MARKDOWN, 6, 22),
    "settings": (40, ".yaml", "", SETTINGS, 4, 20),
    "records": (20, ".yaml", "", RECORDS, 4, 16),
    "manifests": (30, ".yaml", "", MANIFESTS, 2, 9),
    "toml": (30, ".toml", "", TOML, 5, 20),
    "shell": (35, ".sh", "#!/usr/bin/env bash\nset -euo pipefail\n", SHELL, 2, 10),
    "dockerfile": (25, ".Dockerfile", "FROM python:3.12-slim\nWORKDIR /srv/«word»\n", DOCKERFILE, 4, 9),
    "javascript": (110, ".tsx", 'import React from "react";\n', JAVASCRIPT, 4, 17),
    "css": (40, ".css", "", CSS, 10, 50),
    "lock": (12, ".lock", "# generated; do not edit\n", LOCK, 40, 160),
    "csv": (30, ".csv", "id,kind,name,digest,value,note\n", CSV, 20, 80),
    "flows": (25, ".py", "", FLOWS, 5, 11),
    "flow_notes": (15, ".md", "# «sentence»\n", FLOW_NOTES, 8, 24),
    "deployments": (8, ".yaml", "name: «word»\ndeployments:\n", DEPLOYMENTS, 2, 8),
    "json": (90, ".json", "", (), 0, 0),
    "notebook": (35, ".ipynb", "", (), 0, 0),
}
POOL = 300  # blocks that are made of each kind, then only chosen from


class Ordinary:
    def __init__(self, r: random.Random):
        self.r = r
        self.pools = {kind: [fill(r.choice(blocks), r) for _ in range(POOL)]
                      for kind, (_, _, _, blocks, _, _) in KINDS.items() if blocks}
        self.pictures = [base64_of(r, r.randint(2_000, 24_000)) for _ in range(40)]

    def any_kind(self) -> str:
        return self.r.choices(list(KINDS), [row[0] for row in KINDS.values()])[0]

    def text(self, kind: str, inside: str = "") -> str:
        """A file of this kind; `inside` stands somewhere between its blocks."""
        if kind == "json":
            return self.json_text()
        if kind == "notebook":
            return self.notebook([])
        _, _, head, _, least, most = KINDS[kind]
        blocks = self.r.choices(self.pools[kind], k=self.r.randint(least, most))
        if inside:
            blocks.insert(self.r.randint(0, len(blocks)), inside)
        separator = "\n" if kind in ("python", "markdown", "javascript", "flows", "flow_notes") else ""
        return separator.join([fill(head, self.r), *blocks])

    def json_text(self) -> str:
        r = self.r
        rows = [{"id": uuid(r), r.choice(WORDS): sentence(r), "path": f"{r.choice(WORDS)}/{r.choice(WORDS)}",
                 "size": r.randint(1, 99999), "digest": "sha256:" + "".join(r.choices(HEX, k=64))}
                for _ in range(r.randint(3, 26))]
        return json.dumps({"version": 1, r.choice(WORDS): rows}, indent=r.choice((None, 2, 2, 4))) + "\n"

    def notebook(self, lines: list[str]) -> str:
        """A notebook with pictures; one of its cells has these lines."""
        r = self.r
        sources = [block.splitlines(keepends=True) for block in r.choices(self.pools["python"], k=4)]
        if lines:
            sources.insert(r.randint(0, 4), [line + "\n" for line in lines])
        cells = [{"cell_type": "code", "execution_count": i, "metadata": {}, "source": source,
                  "outputs": [{"data": {"image/png": r.choice(self.pictures)}, "metadata": {},
                               "output_type": "display_data"}] if r.random() < 0.25 else []}
                 for i, source in enumerate(sources)]
        return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5},
                          indent=1, ensure_ascii=False) + "\n"
