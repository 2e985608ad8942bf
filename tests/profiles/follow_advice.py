#!/usr/bin/env python3
"""Types what `doctor` says to type next, again and again, until nothing is wrong.

usage: follow_advice.py --program PATH/TO/prefect-config

Each situation is a profiles.toml and an environment. Every `next:` is run by a shell as it stands. Then no
error may be left, and the file must be the one that is expected. Prints "N passed, N failed".
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

CLOUD = "https://api.prefect.cloud/api/accounts/a1/workspaces/w1"
KEY = "pnu_TEST0001"
HEAD = 'active = "p"\n\n[profiles.p]\n'
#: what is wrong, the profile, the environment, the profile that must come of it
SITUATIONS = (
    ("web application", f'PREFECT_API_URL = "https://app.prefect.cloud/account/a1/workspace/w1" # pasted\nPREFECT_API_KEY = "{KEY}"\n', {},
     f'PREFECT_API_URL = "{CLOUD}" # pasted\nPREFECT_API_KEY = "{KEY}"\n'),
    ("singular names", f"PREFECT_API_URL = 'https://api.prefect.cloud/api/account/a1/workspace/w1'\nPREFECT_API_KEY = '{KEY}'\n", {},
     f"PREFECT_API_URL = '{CLOUD}'\nPREFECT_API_KEY = '{KEY}'\n"),
    ("plain http to Cloud", f'PREFECT_API_URL = "http://api.prefect.cloud/api/accounts/a1/workspaces/w1"\nPREFECT_API_KEY = "{KEY}"\n', {},
     f'PREFECT_API_URL = "{CLOUD}"\nPREFECT_API_KEY = "{KEY}"\n'),
    ("no /api", 'PREFECT_API_URL = "https://prefect.example.com"\nPREFECT_API_AUTH_STRING = "a:TEST"\n', {},
     'PREFECT_API_URL = "https://prefect.example.com/api"\nPREFECT_API_AUTH_STRING = "a:TEST"\n'),
    ("no scheme", 'PREFECT_API_URL = "prefect:4200/api"\n', {}, 'PREFECT_API_URL = "http://prefect:4200/api"\n'),
    ("both, on Cloud", f'PREFECT_API_URL = "{CLOUD}"\nPREFECT_API_KEY = "{KEY}"\nPREFECT_API_AUTH_STRING = "a:TEST"\n', {},
     f'PREFECT_API_URL = "{CLOUD}"\nPREFECT_API_KEY = "{KEY}"\n'),
    ("both, self-hosted", f'PREFECT_API_URL = "https://prefect.example.com/api"\nPREFECT_API_KEY = "{KEY}" # old\nPREFECT_API_AUTH_STRING = "a:TEST"\n', {},
     'PREFECT_API_URL = "https://prefect.example.com/api"\nPREFECT_API_AUTH_STRING = "a:TEST"\n'),
    ("an empty key in the environment", f'PREFECT_API_URL = "{CLOUD}"\nPREFECT_API_KEY = "{KEY}"\n', {"PREFECT_API_KEY": ""},
     f'PREFECT_API_URL = "{CLOUD}"\nPREFECT_API_KEY = "{KEY}"\n'),
    ("a URL from elsewhere takes no key away", f'PREFECT_API_URL = "{CLOUD}"\nPREFECT_API_KEY = "{KEY}"\n',
     {"PREFECT_API_URL": "https://prefect.example.com/api"}, f'PREFECT_API_URL = "{CLOUD}"\nPREFECT_API_KEY = "{KEY}"\n'),
    ("certificates not verified", 'PREFECT_API_URL = "https://prefect.example.com/api"\nPREFECT_API_TLS_INSECURE_SKIP_VERIFY = "true"\n', {},
     'PREFECT_API_URL = "https://prefect.example.com/api"\n'),
    ("others can read it", f'PREFECT_API_URL = "{CLOUD}"\nPREFECT_API_KEY = "{KEY}"\n', {"MODE": "644"},
     f'PREFECT_API_URL = "{CLOUD}"\nPREFECT_API_KEY = "{KEY}"\n'),
)
# One shell for all steps, so that `unset` and `export` last.
SCRIPT = r"""
for step in 1 2 3 4 5 6; do
  next=$(prefect-config doctor --prefect-version 3.9.1 | sed -n 's/^   = next: //p' | head -n 1)
  [ -n "$next" ] || break
  echo "> $next"
  eval "$next" || echo "fails"
done
prefect-config doctor --prefect-version 3.9.1 -o json
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    options = parser.parse_args()
    passed = failed = 0
    for what, profile, environment, expected in SITUATIONS:
        with tempfile.TemporaryDirectory(prefix="advice-") as folder:
            Path(folder).chmod(0o755)
            file = Path(folder, ".prefect", "profiles.toml")
            file.parent.mkdir(mode=0o755)
            file.write_text(HEAD + profile)
            mode = environment.get("MODE", "600")
            file.chmod(int(mode, 8))
            Path(folder, "bin").mkdir()
            Path(folder, "bin", "prefect-config").symlink_to(os.path.abspath(options.program))
            env = {"HOME": folder, "PATH": f"{folder}/bin:/usr/bin:/bin", **{n: v for n, v in environment.items() if n != "MODE"}}
            done = subprocess.run(["sh", "-c", SCRIPT], env=env, cwd=folder, capture_output=True, text=True)
            problems = []
            if file.read_text() != HEAD + expected:
                problems.append(f"the file is {file.read_text()!r}")
            if '"severity": "error"' in done.stdout or "fails" in done.stdout or '"summary"' not in done.stdout:
                problems.append(done.stdout + done.stderr)
            if mode != "600" and file.stat().st_mode & 0o077:
                problems.append("others can still read it")
            passed, failed = passed + (not problems), failed + bool(problems)
            if problems:
                print(f"FAIL {what}: {'; '.join(problems)}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
