"""Which commands of a shown block a test does not have, where the block says `<!-- run by: TEST -->`.

Of a command count the program and the word behind it that names a subcommand, and of NESTED the one behind that too:
`pip install`, `prefect work-pool create`. They have to follow each other in the test's text, in one line or as the arguments of a call:
`run(venv / "bin" / "pip", "install", wheel)`. `python -m NAME` is NAME, or `python -m NAME` in the test.

What it is not: a proof that the test runs them. It notices a command that is shown and that the test never had, or has
no more.
"""

from __future__ import annotations

import re
import shlex

#: Programs whose subcommands have subcommands.
NESTED = {"docker", "prefect"}
#: What a shell does itself, and what stands before a command.
SHELL_WORDS = {"export", "unset", "cd", "set", "source", ".", "echo", "printf", "wait", "kill", "true", "if", "then", "else", "fi", "for", "while", "in", "do", "done"}
BEFORE = {"sudo", "exec", "time", "nohup", "env"}
ASSIGNMENT = re.compile(r"\w+=")
PROGRAM = re.compile(r"[\w./-]+")
SUBCOMMAND = re.compile(r"[a-z][a-z0-9_-]*")


def commands_in(script: str) -> list[list[str]]:
    """The words of each command of a script, without redirections and comments."""
    script = re.sub(r"(^|\s)#[^\n]*", r"\1", script.replace("\\\n", " "))
    lexer = shlex.shlex(script, posix=True, punctuation_chars="();<>|&\n")
    lexer.whitespace, lexer.whitespace_split, lexer.commenters = " \t\r", True, ""
    commands: list[list[str]] = [[]]
    is_target = False
    for word in lexer:
        if set(word) <= set("();<>|&\n"):
            is_target = word[-1] in "<>" or word.endswith(">&")
            if not is_target:
                commands.append([])
        elif is_target:
            is_target = False
        else:
            commands[-1].append(word)
    return [command for command in commands if command]


def named(command: list[str]) -> str:
    """The program and its subcommand; empty for what the shell does itself."""
    words = list(command)
    while words and (ASSIGNMENT.match(words[0]) or words[0] in BEFORE):
        words.pop(0)
    if not words or words[0] in SHELL_WORDS:
        return ""
    if re.fullmatch(r"(.*/)?python[\d.]*", words[0]) and words[1:2] == ["-m"]:
        words = words[2:]
    kept = [words[0].removeprefix("./")] if words and PROGRAM.fullmatch(words[0]) else []
    for word in words[1 : 3 if kept and kept[0] in NESTED else 2]:
        if not kept or not SUBCOMMAND.fullmatch(word):
            break
        kept.append(word)
    return " ".join(kept)


def normalised(text: str) -> str:
    """Blanks for what stands between the arguments of a call."""
    return " ".join(re.sub(r"""["'`,\[\](){}\\]|\bf(?=")""", " ", text).split())


def missing(script: str, test: str) -> list[str]:
    """The commands of a script that the test's text does not have."""
    text = normalised(test)
    names = dict.fromkeys(name for name in map(named, commands_in(script)) if name)
    return [name for name in names if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text)]
