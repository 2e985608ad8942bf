"""Whether a command line that a page shows is one that the program has: its command, options, choices, arguments.

What it is not: a run of it. It asks `prefect-config __describe` once, which is made of the same tables as the program's
own command line.

A word that is no literal passes for any value: one with a capital (`NAME`), `$`, `{`, `…` or `*` in it.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from pathlib import Path

PROGRAM = "prefect-config"
#: Where a command of ours begins in a line: no part of a path, a name or a word.
BEGINS = re.compile(rf"(?:^|(?<=[\s\"'`(|;&$=\[]))(?:[\w.-]*/)*{PROGRAM}(?=[ \t]+[^\s]|[ \t]*$)", re.MULTILINE)
PUNCTUATION = re.compile(r"[();<>|&]+")
OPEN_WORD = re.compile(r"[A-Z${}…*<]")
#: Where the program's name is that of a package: nothing of it runs.
PACKAGE = re.compile(r"\b(?:apt|apt-get|dpkg|pip|pipx|uv)\b[^|;&\n]*$")
#: Commands for programs, which `__describe` leaves out.
HIDDEN = {"__describe", "__complete", "__man"}


def words_until_shell(text: str) -> list[str]:
    """The words of one command: up to a pipe, a redirection, a comment, the end of the line."""
    lexer = shlex.shlex(text, posix=True, punctuation_chars=True)
    lexer.whitespace_split, lexer.commenters = True, ""
    words: list[str] = []
    try:
        for word in lexer:
            if PUNCTUATION.fullmatch(word):
                if word[0] in "<>" and words and words[-1].isdigit():
                    words.pop()
                break
            if word.startswith("#"):
                break
            words.append(word)
    except ValueError:  # a quote that is not closed here: what stood before it
        pass
    return words


def command_lines(text: str):
    """Yields (offset, words behind the program) of every command of ours in a text."""
    # A continued line, with as many characters as before.
    text = re.sub(r"\\\n", "  ", text)
    for begin in BEGINS.finditer(text):
        if PACKAGE.search(text, text.rfind("\n", 0, begin.start()) + 1, begin.start()):
            continue
        rest = text[begin.end():].split("\n", 1)[0]
        quote = text[begin.start() - 1] if begin.start() else ""
        if quote and quote in "\"'`":  # `sh -c "prefect-config …"`: up to the quote's end
            rest = rest.split(quote, 1)[0]
        yield begin.start(), words_until_shell(rest)


def typed_part(text: str) -> str:
    """A console block with blanks where output is, but for commands that it says to type next."""
    kept, is_command = [], False
    for line in text.splitlines(keepends=True):
        is_command = line.startswith("$ ") or (is_command and kept[-1].endswith("\\\n"))
        said = line.find(f"next: {PROGRAM}")
        kept.append(line if is_command else " " * said + line[said:] if said >= 0 else " " * (len(line) - 1) + "\n")
    return "".join(kept)


def synopsis_lines(text: str):
    """Yields (offset, words) of usage lines: brackets and choices are opened, continued lines are indented."""
    text = re.sub(r"\n[ \t]+", lambda blanks: " " * len(blanks[0]), text)
    for line in re.finditer(rf"^{PROGRAM}\b[^\n]*", text, re.MULTILINE):
        opened = re.sub(r"(?<=[\w\]]) \|| \| |[\[\]()]", " ", re.sub(r'"[^"]*"', "TEXT", line[0]).replace("...", ""))
        yield line.start(), [word for word in opened.split()[1:] if word != "|"]


class Commands:
    """What the program takes."""

    def __init__(self, description: dict):
        self.everywhere = description
        self.commands = {command["name"]: command for command in description["commands"]}

    @staticmethod
    def of_program(program: Path) -> "Commands":
        done = subprocess.run([program, "__describe"], capture_output=True, text=True, check=True, timeout=60)
        return Commands(json.loads(done.stdout))

    def options_of(self, command: dict | None) -> dict[str, dict]:
        """Option or flag by each of its names."""
        found: dict[str, dict] = {"-h": {}, "--help": {}}
        for part in (self.everywhere, command or {}):
            for flag in part.get("flags", []):
                found.update({name: {} for name in [*flag["names"], flag.get("opposite")] if name})
            for option in part.get("options", []):
                found.update({name: option for name in option["names"]})
        return found

    def problem(self, words: list[str], synopsis: bool = False) -> str:
        """What is wrong with the words behind the program's name; empty where nothing is."""
        command, arguments = None, []
        rest = list(words)
        while rest:
            word = rest.pop(0)
            if word == "--":
                break
            if word.startswith("-") and word != "-":
                problem = self._option(word, rest, command, words, synopsis)
                if problem:
                    return problem
            elif command is None:
                if word in HIDDEN:
                    return ""
                if word not in self.commands:
                    # `COMMAND`, `lint`, or what follows a shell's word.
                    return "" if OPEN_WORD.search(word) else f"there is no command `{word}`"
                command = self.commands[word]
            else:
                arguments.append(word)
        return "" if command is None or synopsis else self._arguments(command, arguments)

    def _option(self, word: str, rest: list[str], command, words, synopsis: bool) -> str:
        name, equals, value = word.partition("=")
        options = self.options_of(command or next((self.commands[w] for w in words if w in self.commands), None))
        if name not in options and re.fullmatch(r"-\w{2,}", name) and name[:2] in options:
            name, equals, value = name[:2], "=", name[2:]  # `-ojson`, `-qv`
            if not options[name]:
                return ""
        if name not in options:
            if OPEN_WORD.search(name):
                return ""
            return f"{'the command' if command else 'the program'} has no option `{name}`"
        option = options[name]
        if not option:
            return f"`{name}` takes no value" if equals else ""
        if not equals:
            if not rest:
                # A mention of the option alone, as in a table.
                return ""
            value = rest.pop(0)
        choices = option.get("choices") or []
        for one in value.split("|") if synopsis else [value]:
            if choices and not OPEN_WORD.search(one) and one.split("=")[0] not in choices:
                return f"`{name}` takes no `{one}`"
        return ""

    def _arguments(self, command: dict, arguments: list[str]) -> str:
        taken = command.get("arguments", [])
        if len(arguments) > len(taken) and not any(one.get("repeatable") for one in taken):
            return f"`{command['name']}` takes no `{arguments[len(taken)]}`"
        for one, word in zip(taken, arguments):
            choices = one.get("choices") or []
            if choices and word not in choices and not OPEN_WORD.search(word):
                return f"`{command['name']}` takes no `{word}`"
        return ""
