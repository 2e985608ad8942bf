#!/usr/bin/env python3
"""What an edit leaves of a file and of its folder: attributes, access lists, links, other files.

usage: keep_file.py --program PATH/TO/prefect-config

Prints "N passed, N failed, N skipped": where the file system of the temporary folder has no extended
attributes, what is about them is skipped, and said.
"""

from __future__ import annotations

import argparse
import os
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

TEXT = 'active = "a"\n\n[profiles.a]\nPREFECT_API_URL = "http://a.example.com/api"\n'
ACL = "system.posix_acl_%s"


def access_list(*entries: tuple[int, int, int]) -> bytes:
    """Tag, permissions, user: as Linux keeps them."""
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    program = os.path.abspath(parser.parse_args().program)
    counts = {"passed": 0, "failed": 0, "skipped": 0}

    def check(what: str, good: bool, seen="") -> None:
        counts["passed" if good else "failed"] += 1
        if not good:
            print(f"FAIL {what}: {seen!r}")

    def fresh(home: str) -> Path:
        file = Path(home, ".prefect", "profiles.toml")
        file.parent.mkdir()
        file.write_text(TEXT)
        file.chmod(0o640)
        return file

    def edit(file: Path):
        return subprocess.run([program, "--prefect-version", "3.9.1", "set", "PREFECT_LOGGING_LEVEL=DEBUG"],
                              env={"HOME": str(file.parent.parent), "PATH": "/usr/bin:/bin"}, capture_output=True, text=True)

    with tempfile.TemporaryDirectory(prefix="keep-") as home:
        file = fresh(home)
        others = [file.parent / name for name in (".profiles.toml.new-backup", ".profiles.toml.prefect-config-mine",
                                                  ".profiles.toml.prefect-config-AB12c", "profiles.toml~")]
        for other in others:
            other.write_text("mine")
        leftover = file.parent / ".profiles.toml.prefect-config-aB12Cd"
        leftover.write_text("a killed writer's")
        link = file.parent / "hard"
        os.link(file, link)
        done = edit(file)
        check("done", done.returncode == 0 and "DEBUG" in file.read_text(), done.stderr)
        check("mode", file.stat().st_mode & 0o777 == 0o640, oct(file.stat().st_mode))
        check("other files stay", all(other.read_text() == "mine" for other in others))
        check("what a killed writer left goes", not leftover.exists())
        check("of another hard link is spoken", "hard links" in done.stderr and link.read_text() == TEXT, done.stderr)
        check("the lock is as open as the file", (file.parent / ".profiles.toml.lock").stat().st_mode & 0o777 == 0o640)

    with tempfile.TemporaryDirectory(prefix="keep-") as home:
        file = fresh(home)
        (file.parent / ".profiles.toml.lock").symlink_to(Path(home, "elsewhere"))
        done = edit(file)
        check("no lock through a link", done.returncode == 3 and not Path(home, "elsewhere").exists() and file.read_text() == TEXT, done.stderr)

    with tempfile.TemporaryDirectory(prefix="keep-") as home:
        file = fresh(home)
        try:
            os.setxattr(file, "user.note", b"kept")
        except OSError as error:
            counts["skipped"] += 1
            print(f"skipped: no extended attributes here ({error.strerror})")
        else:
            edit(file)
            check("an attribute stays", os.getxattr(file, "user.note") == b"kept")
        try:
            os.setxattr(file.parent, ACL % "default", access_list((1, 7, 2**32 - 1), (2, 7, 65534), (4, 0, 2**32 - 1), (16, 7, 2**32 - 1), (32, 0, 2**32 - 1)))
        except OSError as error:
            counts["skipped"] += 1
            print(f"skipped: no access lists here ({error.strerror})")
        else:
            file.write_text(TEXT)
            edit(file)
            check("the folder's access list lets nobody in", ACL % "access" not in os.listxattr(file), os.listxattr(file))
            check("mode below an access list", file.stat().st_mode & 0o777 == 0o640)

    if os.geteuid() == 0:
        with tempfile.TemporaryDirectory(prefix="keep-") as home:
            folder = Path(home, ".prefect")
            folder.mkdir()
            os.chown(folder, 65534, 65534)
            done = edit(folder / "profiles.toml")
            subprocess.run([program, "profile", "create", "z"], env={"HOME": home}, capture_output=True, check=True)
            owners = {path.name: path.stat().st_uid for path in folder.iterdir()}
            check("what root makes is the folder's owner's", owners == {"profiles.toml": 65534, ".profiles.toml.lock": 65534}, owners)
    else:
        counts["skipped"] += 1
        with tempfile.TemporaryDirectory(prefix="keep-") as home:
            file = fresh(home)
            file.chmod(0o440)
            done = edit(file)
            check("a read-only file is not replaced", done.returncode == 3 and file.read_text() == TEXT, done.stderr)
    print(", ".join(f"{number} {what}" for what, number in counts.items()))
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
