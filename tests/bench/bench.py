#!/usr/bin/env python3
"""Measures the program and says which bars are met.

usage: bench.py --build DIR [--prefect PATH] [--rounds N] [--strict]

Whole processes are measured from fork to reaped, alternating with what they are compared with, so
that a busy moment hits both; a ratio is that of the medians. Prefect runs once before it is
measured, so that its bytecode is cached. Memory is the kernel's own peak of the process, asked by
peak_memory.cpp.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

# What `prefect cloud login` and a self-hosted user leave behind; keys that open nothing.
PROFILES = """active = "cloud"

[profiles.ephemeral]
PREFECT_SERVER_ALLOW_EPHEMERAL_MODE = "true"

[profiles.local]
PREFECT_API_URL = "http://127.0.0.1:4200/api"

[profiles.cloud]
PREFECT_API_URL = "https://api.prefect.cloud/api/accounts/0b1c2d3e-0000-4000-8000-000000000001/workspaces/0b1c2d3e-0000-4000-8000-000000000002"
PREFECT_API_KEY = "pnu_000000000000000000000000000000000000"

[profiles.self-hosted]
PREFECT_API_URL = "https://prefect.example.com/api"
PREFECT_API_AUTH_STRING = "admin:not-a-password"
"""
# Every other source, in the working directory and the environment.
PROJECT = {
    ".env": "# of the project\nPREFECT_LOGGING_LEVEL=DEBUG\nexport PREFECT_API_URL=http://${HOST:-127.0.0.1}:4200/api\n",
    "prefect.toml": "[client]\nretry_extra_codes = [429, 502]\n[client.custom_headers]\nX-A = \"1\"\n",
    "pyproject.toml": "[project]\nname = \"x\"\n[tool.prefect.results]\npersist_by_default = true\n",
}
ENVIRONMENT = {"PREFECT_CLIENT_CUSTOM_HEADERS": '{"X-B": "2"}', "prefect_debug_mode": "false", "PREFECT_SERVER_API": '{"port": 4201}'}
VIEW = ("view", "--show-sources")


class Process:
    """One command, run again and again in the same small environment."""

    def __init__(self, arguments, home: Path, variables=(), typed=b""):
        self.arguments = [os.fspath(argument) for argument in arguments]
        self.typed = typed
        self.env = {"HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"} | dict(variables)
        self.seconds = []

    def run(self):
        null = os.open(os.devnull, os.O_RDWR)
        streams = [(os.POSIX_SPAWN_DUP2, null, fd) for fd in (0, 1, 2)]
        if self.typed:
            inside, outside = os.pipe()
            os.write(outside, self.typed)
            os.close(outside)
            streams[0] = (os.POSIX_SPAWN_DUP2, inside, 0)
        started = time.perf_counter()
        pid = os.posix_spawn(self.arguments[0], self.arguments, self.env, file_actions=streams)
        _, status = os.waitpid(pid, 0)
        self.seconds.append(time.perf_counter() - started)
        os.close(null)
        if self.typed:
            os.close(inside)
        if os.waitstatus_to_exitcode(status) != 0:
            shown = subprocess.run(self.arguments, env=self.env, capture_output=True, check=False)
            sys.exit(f"{' '.join(self.arguments)} failed:\n{shown.stderr.decode(errors='replace')}")

    def peak_mebibytes(self, peak_memory: Path) -> float:
        done = subprocess.run([peak_memory, *self.arguments], env=self.env, capture_output=True,
                              check=True)
        return int(done.stdout) / 1024

    def median(self) -> float:
        return statistics.median(self.seconds)


def alternate(first: Process, second: Process, rounds: int, before=lambda: None) -> float:
    """How many times longer `first` takes than `second`; `before` each run, something is made ready."""
    for process in (first, second):
        before()
        process.run()  # not counted: fills caches, and Prefect writes its bytecode
        process.seconds.clear()
    for _ in range(rounds):
        before()
        first.run()
        before()
        second.run()
    return first.median() / second.median()


COMPLETIONS = (("completion of a command", ["complete"], b"vie\0"),
               ("completion of a profile", ["complete"], b"profile\0use\0clo\0"),
               ("completion of a setting", ["complete"], b"set\0PREFECT_API_\0"))


def switch_back(program: Path, home: Path):
    return Process([program, "profile", "use", "cloud"], home).run


def with_profiles(program: Path, home: Path, count: int, words) -> Process:
    """`profile WORDS` in a home of its own, of so many profiles."""
    (home / ".prefect").mkdir(parents=True)
    text = 'active = "p0"\n' + "".join(
        f'\n# number {i}\n[profiles.p{i}]\nPREFECT_API_URL = "https://p{i}.example.com/api"\n'
        for i in range(count))
    (home / ".prefect/profiles.toml").write_text(text, encoding="utf-8")
    return Process([program, "profile", *words], home)


def undo_use(program: Path, *processes: Process):
    """`use` writes nothing where there is nothing to change: another profile is made active first."""
    if "use" not in processes[0].arguments:
        return lambda: None
    backs = [Process([program, "profile", "use", "p0"], Path(p.env["HOME"])) for p in processes]
    return lambda: [back.run() for back in backs]


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.2f} ms"


class Table:
    def __init__(self):
        self.rows = [("", "measured", "bar", "", "")]
        self.missed = 0

    def add(self, what: str, measured: str, bar: str, met: bool, detail: str):
        self.missed += not met
        self.rows.append((what, measured, bar, "met" if met else "MISSED", detail))

    def skip(self, what: str, bar: str, why: str):
        self.missed += 1
        self.rows.append((what, "-", bar, "not run", why))

    def print(self):
        widths = [max(map(len, column)) for column in zip(*self.rows)]
        for row in self.rows:
            print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def resolve_microseconds(benchmark: Path) -> float:
    done = subprocess.run([benchmark, "--benchmark_format=json"], capture_output=True, check=True)
    runs = json.loads(done.stdout)["benchmarks"]
    # Google Benchmark reports in the unit each benchmark asks for.
    scale = {"ns": 1e-3, "us": 1.0, "ms": 1e3, "s": 1e6}
    return max(run["real_time"] * scale[run["time_unit"]] for run in runs)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=Path, required=True, help="a Release build folder")
    parser.add_argument("--prefect", type=Path, help="the `prefect` to compare with")
    parser.add_argument("--rounds", type=int, default=200, help="of /bin/true; Prefect gets 1/20")
    parser.add_argument("--strict", action="store_true", help="exit 1 where a bar is missed")
    arguments = parser.parse_args()
    program = arguments.build.resolve() / "tools/prefect_config/prefect-config"
    benches = arguments.build.resolve() / "tests/bench"

    table = Table()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / ".prefect").mkdir()
        (home / ".prefect/profiles.toml").write_text(PROFILES, encoding="utf-8")

        view = Process([program, *VIEW], home)
        nothing = Process(["/bin/true"], home)
        ratio = alternate(view, nothing, arguments.rounds)
        table.add("view --show-sources, times /bin/true", f"{ratio:.2f}", "< 3", ratio < 3,
                  f"{milliseconds(view.median())} and {milliseconds(nothing.median())}")
        peak = view.peak_mebibytes(benches / "peak_memory")
        table.add("its peak memory", f"{peak:.1f} MiB", "< 8 MiB", peak < 8, "")

        project = home / "project"
        project.mkdir()
        for name, text in PROJECT.items():
            (project / name).write_text(text, encoding="utf-8")
        everything = Process([program, *VIEW, "--cwd", project], home, ENVIRONMENT.items())
        ratio = alternate(everything, nothing, arguments.rounds)
        table.add("with every source, times /bin/true", f"{ratio:.2f}", "< 3", ratio < 3,
                  f"{milliseconds(everything.median())}")
        peak = everything.peak_mebibytes(benches / "peak_memory")
        table.add("its peak memory", f"{peak:.1f} MiB", "< 8 MiB", peak < 8, "")

        bar = ">= 500"
        if arguments.prefect and arguments.prefect.exists():
            prefect = Process([arguments.prefect, "config", *VIEW], home)
            ours = Process([program, *VIEW], home)
            ratio = alternate(prefect, ours, max(5, arguments.rounds // 20))
            table.add("times faster than prefect config view", f"{ratio:.0f}", bar, ratio >= 500,
                      f"{milliseconds(prefect.median())} and {milliseconds(ours.median())}")
            # A profile each time that is not the active one; Prefect asks a server of neither.
            theirs = Process([arguments.prefect, "profile", "use", "ephemeral"], home)
            use = Process([program, "profile", "use", "ephemeral"], home)
            ratio = alternate(theirs, use, max(5, arguments.rounds // 20), switch_back(program, home))
            table.add("times faster than prefect profile use", f"{ratio:.0f}", bar, ratio >= 500,
                      f"{milliseconds(theirs.median())} and {milliseconds(use.median())}")
        else:
            for what in ("config view", "profile use"):
                table.skip(f"times faster than prefect {what}", bar, "no Prefect to compare with")

        for what, arguments_of, typed in (("prompt", ["prompt"], b""), *COMPLETIONS):
            process = Process([program, *arguments_of], home, typed=typed)
            ratio = alternate(process, view, arguments.rounds)
            table.add(f"{what}, times view", f"{ratio:.2f}", "< 1.5", ratio < 1.5,
                      f"{milliseconds(process.median())} and {milliseconds(view.median())}")

        for what, words in (("ls", ["ls"]), ("use", ["use", "p7"])):
            few, many = (with_profiles(program, Path(folder) / f"{what}-{count}", count, words)
                         for count in (1_000, 10_000))
            ratio = alternate(many, few, max(5, arguments.rounds // 20), undo_use(program, many, few))
            table.add(f"profile {what}, 10,000 of 1,000 profiles", f"{ratio:.1f}", "< 12", ratio < 12,
                      f"{milliseconds(many.median())} and {milliseconds(few.median())}")

    benchmark = benches / "bench_resolve"
    if benchmark.exists():
        took = resolve_microseconds(benchmark)
        table.add("resolve, in-process", f"{took:.1f} us", "< 100 us", took < 100, "")
    else:
        table.skip("resolve, in-process", "< 100 us", "bench_resolve is not built")

    table.print()
    return 1 if arguments.strict and table.missed else 0


if __name__ == "__main__":
    sys.exit(main())
