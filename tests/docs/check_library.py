#!/usr/bin/env python3
"""Compiles the examples of docs/library.md and README.md against the installed package, runs them, compares the output.

usage: check_library.py --build DIR [--cxx COMPILER] [--flags FLAGS] [--update] [PAGE...]

A C++ block with `<!-- compiled: whole -->` before it is a program; one with `<!-- compiled: body -->` is what stands in
main() behind the includes. The next block, of language `text`, is what it prints. `<!-- compiled: cmake -->` is how the
target `app` (all bodies of the page) is linked, else it is linked with the library. They run in the setup `worker` (tests/docs/setups). DIR is a build of
this repository; it is installed into a folder of its own inside of it. A C++ block without such a comment fails.

Prints one line a failure, then "N passed, N failed".
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE.parent / "cli"))

from check_shown_commands import Setup  # noqa: E402
from markdown import Block, blocks_of  # noqa: E402
from run_cases import Case, Stage  # noqa: E402

PAGES = [ROOT / "README.md", ROOT / "docs" / "library.md"]
INCLUDES = "#include <prefect_config/prefect_config.hpp>\n\n#include <iostream>\n#include <utility>\n#include <variant>\n"
LINKED = "find_package(prefect_config REQUIRED)\ntarget_link_libraries(app PRIVATE prefect_config::prefect_config)"
WARNINGS = "-Wall -Wextra -Werror"


@dataclass
class Example:
    code: Block
    output: Block | None
    is_whole: bool
    name: str


def examples_of(page: str, stem: str) -> tuple[list[Example], list[str], list[str]]:
    """The examples, the blocks of CMake, and what is wrong with the page."""
    blocks = blocks_of(page)
    examples, cmake, problems = [], [], []
    for index, block in enumerate(blocks):
        how = block.marker.removeprefix("compiled: ")
        if block.language == "cpp" and how not in ("whole", "body"):
            problems.append(f"{block.line}: an example that is not compiled")
        elif block.language == "cpp":
            after = blocks[index + 1] if index + 1 < len(blocks) else None
            shown = after if after and after.language == "text" else None
            examples.append(Example(block, shown, how == "whole", f"{stem}_{len(examples)}"))
        elif block.language == "cmake" and how == "cmake":
            cmake.append(block.body)
    return examples, cmake, problems


def write_project(folder: Path, examples: list[Example], cmake: list[str]) -> None:
    bodies = [example for example in examples if not example.is_whole]
    lines = ["cmake_minimum_required(VERSION 3.25)", "project(examples LANGUAGES CXX)"]
    calls = ""
    source = INCLUDES + "\n#include <string>\nusing namespace prefect_config;\n"
    for example in bodies:
        source += f"\nstatic void {example.name}() {{\n{example.code.body}}}\n"
        calls += f'  if (std::string(words[1]) == "{example.name}") {example.name}();\n'
    source += f"\nint main(int count, char** words) {{\n  if (count != 2) return 2;\n{calls}}}\n"
    (folder / "app.cpp").write_text(source, encoding="utf-8")
    lines += ["add_executable(app app.cpp)", *cmake]
    for example in examples:
        if example.is_whole:
            (folder / f"{example.name}.cpp").write_text(example.code.body, encoding="utf-8")
            lines += [f"add_executable({example.name} {example.name}.cpp)",
                      f"target_link_libraries({example.name} PRIVATE prefect_config::prefect_config)"]
    (folder / "CMakeLists.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def said(words: list, **more) -> str:
    """What a command printed; raises with it where it failed."""
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False, timeout=600, **more)
    if done.returncode != 0:
        raise RuntimeError(f"{words[0]} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def build(scratch: Path, installed: Path, examples: list[Example], cmake: list[str], arguments) -> Path:
    scratch.mkdir(parents=True)
    write_project(scratch, examples, cmake)
    made = scratch / "build"
    compiler = [f"-DCMAKE_CXX_COMPILER={arguments.cxx}"] if arguments.cxx else []
    said(["cmake", "-S", scratch, "-B", made, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={installed}", *compiler,
          f"-DCMAKE_CXX_FLAGS={WARNINGS} {arguments.flags}"])
    said(["cmake", "--build", made])
    return made


def output_of(example: Example, made: Path) -> str:
    command = [made / example.name] if example.is_whole else [made / "app", example.name]
    with tempfile.TemporaryDirectory(prefix="library-") as folder:
        stage = Stage(Case(Path("worker"), Setup.read("worker").head, []), Path(folder))
        env = {os.fsdecode(name): os.fsdecode(value) for name, value in stage.env.items()}
        return said(command, env=env, cwd=stage.work)


def check(path: Path, scratch: Path, installed: Path, arguments) -> tuple[int, list[str]]:
    page = path.read_text(encoding="utf-8")
    examples, cmake, problems = examples_of(page, path.stem.lower())
    if not examples:
        return 0, problems or ["no example"]
    made = build(scratch / path.stem, installed, examples, cmake or [LINKED], arguments)
    passed, updates = 0, []
    for example in examples:
        printed = output_of(example, made)
        if printed == (example.output.body if example.output else ""):
            passed += 1
        elif arguments.update and example.output:
            updates.append((example.output, printed))
        else:
            problems.append(f"{example.code.line}: prints\n{printed}")
    for block, printed in reversed(updates):
        page = page[:block.start] + printed + page[block.end:]
        path.write_text(page, encoding="utf-8")
    return passed + len(updates), problems


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("--cxx", default="")
    parser.add_argument("--flags", default="")
    parser.add_argument("--update", action="store_true")
    parser.add_argument("pages", nargs="*", type=Path, metavar="PAGE")
    arguments = parser.parse_args()
    scratch = arguments.build.resolve() / "library_examples"
    shutil.rmtree(scratch, ignore_errors=True)
    installed = scratch / "installed"
    passed = failed = 0
    try:
        said(["cmake", "--install", arguments.build, "--prefix", installed])
        for path in arguments.pages or PAGES:
            right, problems = check(path.resolve(), scratch, installed, arguments)
            passed, failed = passed + right, failed + len(problems)
            for problem in problems:
                print(f"FAIL {path.name}: {problem}")
    except RuntimeError as error:
        print(f"FAIL {error}")
        failed += 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
