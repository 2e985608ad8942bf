#!/usr/bin/env python3
"""Types into real shells on a pseudo-terminal: completion, the prompt segment, a secret, widths.

usage: in_shells.py --program PATH [--share FOLDER]

For bash, zsh and fish the script of `shell-init` is loaded, or found where a package installs it, and command lines are completed with the
Tab key; what stands on the screen is read. For `set NAME --prompt`: nothing of the secret is shown,
the file gets it, and the terminal echoes again after an answer, after Ctrl-C and after a kill. Exit
status: 0 all as expected, 1 not, 77 where there are no pseudo-terminals, and the rest was as expected. A shell that is not installed is an error: the test would be none.
"""

import argparse
import fcntl
import os
import pty
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
from pathlib import Path

import pyte

PATIENCE_SECONDS = 30
COLUMNS, ROWS = 160, 50

PROFILES = """active = "prod"

[profiles.prod]
PREFECT_API_URL = "https://prefect.example.com/api"

[profiles."my staging"]
PREFECT_API_URL = "http://127.0.0.1:4200/api"
PREFECT_LOGGING_LEVEL = "DEBUG"

[profiles."$(touch INJECTED)"]

[profiles."x';touch INJECTED;'y"]

[profiles."100%"]
PREFECT_API_URL = "https://api.prefect.cloud/api/accounts/a/workspaces/b"
"""

# What is typed before Tab, and what then stands in the line. `{dir}` is a folder of the test.
LINES = [
    ("prefect-config vie", "prefect-config view "),
    ("prefect-config profile popul", "prefect-config profile populate-defaults "),
    ("prefect-config profile use pro", "prefect-config profile use prod "),
    ("prefect-config --profile pro", "prefect-config --profile prod "),
    ("prefect-config view --profile=pro", "prefect-config view --profile=prod "),
    ("prefect-config why PREFECT_API_U", "prefect-config why PREFECT_API_URL "),
    ("prefect-config why api.ur", "prefect-config why api.url "),
    ("prefect-config set PREFECT_API_U", "prefect-config set PREFECT_API_URL="),
    ("prefect-config explain --surface worker-c", "prefect-config explain --surface worker-channel "),
    ("prefect-config --profile 'my staging' unset PREFECT_L",
     "prefect-config --profile 'my staging' unset PREFECT_LOGGING_LEVEL "),
    ("prefect-config view --cwd {dir}/fold", "prefect-config view --cwd {dir}/folder/"),
    ("prefect-config exec -- prefect-conf", "prefect-config exec -- prefect-config "),
    ("prefect-config view --cwd={dir}/fold", "prefect-config view --cwd={dir}/folder/"),
    ("prefect-config exec -- cat folder/a-f", "prefect-config exec -- cat folder/a-file "),
    ("prefect-config set PREFECT_API_URL=", "prefect-config set PREFECT_API_URL="),
    ("prefect-config set --prompt PREFECT_API_K", "prefect-config set --prompt PREFECT_API_KEY "),
    ("prefect-config set api.ur", "prefect-config set api.url="),
    ("prefect-config rules PC39", "prefect-config rules PC390 "),
    ("prefect-config rules pc39", "prefect-config rules pc390 "),
    ("prefect-config settings api.ur", "prefect-config settings api.url "),
    ("prefect-config nonsense --p", "prefect-config nonsense --p"),
    # A blank in a name is quoted, each shell in its own way.
    ("prefect-config profile use my", "prefect-config profile use my\\ staging "),
]

HOSTILE = ["$", "\\$", "'$", '"$', "x", "'x", '"x', "x\\'"]

SHELLS = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], 'eval "$(prefect-config shell-init bash)"'),
    "zsh": (["zsh", "-f", "-i"], 'autoload -Uz compinit; compinit -u -D; eval "$(prefect-config shell-init zsh)"; PS2='),
    "fish": (["fish", "--no-config", "-i"], "prefect-config shell-init fish | source"),
}
PROMPTS = {
    "bash": "PS1='$(prefect_config_prompt)$?@@ '",
    "zsh": "setopt prompt_subst prompt_bang; PS1='$(prefect_config_prompt)%?@@ '",
    "fish": "function fish_prompt; prefect_config_prompt; echo -n $status; echo -n '@@ '; end",
}


# Where an installation has its completions, and how each shell is told of a folder with them. Nothing is
# evaluated then: the shell finds the file by its name, when it completes the command for the first time.
INSTALLED = {
    "bash": ("bash-completion/completions/prefect-config",
             "XDG_DATA_DIRS={share}; source /usr/share/bash-completion/bash_completion; PS1='@@ '"),
    "zsh": ("zsh/vendor-completions/_prefect-config",
            "fpath=({share}/zsh/vendor-completions $fpath); autoload -Uz compinit; compinit -u -D; PS2=; PS1='@@ '"),
    "fish": ("fish/vendor_completions.d/prefect-config.fish",
             "set -p fish_complete_path {share}/fish/vendor_completions.d; function fish_prompt; echo -n '@@ '; end"),
}
SOURCES = Path(__file__).resolve().parents[2] / "tools/prefect_config/shell"


class Terminal:
    """A program on a terminal, and what stands on its screen."""

    def __init__(self, arguments, env, cwd):
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self.stream = pyte.ByteStream(self.screen)
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            os.chdir(cwd)
            os.execvpe(arguments[0], arguments, env)
        size = struct.pack("HHHH", ROWS, COLUMNS, 0, 0)
        fcntl.ioctl(self.descriptor, termios.TIOCSWINSZ, size)
        self.raw = b""

    def type(self, text):
        os.write(self.descriptor, text.encode())

    def seen(self):
        return "\n".join(line.rstrip() for line in self.screen.display).rstrip()

    def last_line(self):
        """With the blanks up to the cursor."""
        at = self.screen.cursor
        return self.screen.display[at.y][: at.x]

    def read(self, seconds):
        ready, _, _ = select.select([self.descriptor], [], [], seconds)
        if not ready:
            return False
        try:
            got = os.read(self.descriptor, 65536)
        except OSError:
            return False
        self.raw += got
        self.stream.feed(got)
        # fish asks the terminal who it is, and waits for an answer.
        if b"\x1b[c" in got or b"\x1b[0c" in got:
            self.type("\x1b[?62;c")
        return bool(got)

    def wait_for_line(self, end_of_line):
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            if self.last_line().endswith(end_of_line):
                return True
            self.read(0.2)
        return False

    def wait_for(self, text):
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            if text in self.seen():
                return True
            self.read(0.2)
        return False

    def wait_for_quiet(self):
        while self.read(0.3):
            pass

    def echoes(self):
        return bool(termios.tcgetattr(self.descriptor)[3] & termios.ECHO)

    def wait_for_echo(self, wanted):
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            if self.echoes() == wanted:
                return True
            self.read(0.05)
        return False

    def end(self):
        """The exit status; the program is killed where it does not end by itself."""
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            done, status = os.waitpid(self.pid, os.WNOHANG)
            if done:
                os.close(self.descriptor)
                return status
            self.read(0.05)
        self.kill()
        return None

    def kill(self):
        try:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass
        os.close(self.descriptor)


class Check:
    def __init__(self):
        self.done = 0
        self.failed = []

    def __call__(self, what, fine, detail=""):
        self.done += 1
        if not fine:
            self.failed.append(f"{what}: {detail}")


def make_home(folder: Path, program: Path):
    home = folder / "home"
    (home / ".prefect").mkdir(parents=True)
    (home / ".prefect/profiles.toml").write_text(PROFILES, encoding="utf-8")
    (folder / "bin").mkdir()
    (folder / "bin/prefect-config").symlink_to(program)
    (folder / "work/folder").mkdir(parents=True)
    (folder / "work/folder/a-file").touch()
    env = {"HOME": str(home), "PATH": f"{folder / 'bin'}:/usr/bin:/bin", "TERM": "xterm",
           "LANG": "C.UTF-8", "XDG_CONFIG_HOME": str(home / ".config"),
           "XDG_DATA_HOME": str(home / ".local/share")}
    return env


def check_shell(name, folder: Path, env, check: Check):
    arguments, load = SHELLS[name]
    if not shutil.which(name):
        check(name, False, "not installed")
        return
    work = folder / "work"
    terminal = Terminal(arguments, env, work)
    try:
        terminal.type(load + "\n" + PROMPTS[name] + "\n")
        check(f"{name}: prompt", terminal.wait_for_line("prod (self-hosted)0@@ "), terminal.seen())
        for typed, wanted in LINES:
            typed = typed.replace("{dir}", str(work))
            wanted = "@@ " + wanted.replace("{dir}", str(work))
            terminal.type("\x0c")  # a clear screen
            terminal.wait_for_line("@@ ")
            terminal.type(typed + "\t")
            check(f"{name}: {typed}<Tab>", terminal.wait_for_line(wanted), terminal.seen())
            terminal.type("\x15\x0b")  # a clear line
            terminal.wait_for_line("@@ ")
        terminal.type("false\n")
        check(f"{name}: $? is kept", terminal.wait_for_line("prod (self-hosted)1@@ "), terminal.seen())
        terminal.type("prefect-config profile use '100%'\n")
        check(f"{name}: prompt with %", terminal.wait_for_line("100% (cloud) !0@@ "), terminal.seen())
        terminal.type("prefect-config profile use prod\n")
        terminal.wait_for_line("prod (self-hosted)0@@ ")
    finally:
        terminal.kill()
    # A name is completed, and not obeyed.
    for typed in HOSTILE:
        terminal = Terminal(arguments, env, work)
        try:
            terminal.type(load + "\n" + PROMPTS[name] + "\n")
            terminal.wait_for_line("prod (self-hosted)0@@ ")
            terminal.type(f"prefect-config profile inspect {typed}\t")
            terminal.wait_for_quiet()
            terminal.type("\n")
            terminal.wait_for_quiet()
            check(f"{name}: {typed}<Tab> runs nothing", not (work / "INJECTED").exists())
        finally:
            terminal.kill()


def lay_out_completions(share: Path):
    """As an installation has them."""
    for name, (file, _) in INSTALLED.items():
        (share / file).parent.mkdir(parents=True)
        shutil.copy(SOURCES / f"prefect-config.{name}", share / file)


def check_installed(name, folder: Path, env, share: Path, check: Check):
    """Twice each: the first Tab loads the file, the second one uses what is loaded."""
    file, load = INSTALLED[name]
    check(f"{name}: {file}", (share / file).is_file(), "not installed")
    terminal = Terminal(SHELLS[name][0], env, folder / "work")
    try:
        terminal.type(load.replace("{share}", str(share)) + "\n")
        terminal.wait_for_line("@@ ")
        for typed, wanted in (LINES[0], LINES[2], LINES[5]) * 2:
            terminal.type("\x0c")
            terminal.wait_for_line("@@ ")
            terminal.type(typed + "\t")
            check(f"{name}, installed: {typed}<Tab>", terminal.wait_for_line("@@ " + wanted), terminal.seen())
            terminal.type("\x15\x0b")
            terminal.wait_for_line("@@ ")
    finally:
        terminal.kill()


def check_secret(folder: Path, env, program: Path, check: Check):
    secret = "TEST-typed-secret"
    file = folder / "home/.prefect/profiles.toml"
    ask = [str(program), "set", "PREFECT_API_AUTH_STRING", "--prompt"]

    terminal = Terminal(ask, env, folder)
    check("question", terminal.wait_for_line("PREFECT_API_AUTH_STRING: "), terminal.seen())
    check("no echo", not terminal.echoes())
    terminal.type(secret + "\n")
    # The other end keeps the terminal's modes readable after the program has ended.
    check("answer taken", terminal.wait_for("Set 'PREFECT_API_AUTH_STRING'"), terminal.seen())
    check("echo is back", terminal.wait_for_echo(True))
    check("status", terminal.end() == 0)
    check("not shown", secret.encode() not in terminal.raw)
    check("in the file", secret in file.read_text(encoding="utf-8"))

    # Stopped, continued by a shell, and asked again: bash gives the terminal its own modes between.
    terminal = Terminal(SHELLS["bash"][0], env, folder)
    try:
        terminal.type("PS1='@@ '\nprefect-config set PREFECT_API_AUTH_STRING --prompt\n")
        check("question in bash", terminal.wait_for_line("PREFECT_API_AUTH_STRING: "), terminal.seen())
        terminal.type("\x1a")
        check("stopped", terminal.wait_for_line("@@ "), terminal.seen())
        terminal.type("\x0c")
        terminal.wait_for_line("@@ ")
        terminal.type("fg\n")
        check("asked again", terminal.wait_for_line("PREFECT_API_AUTH_STRING: "), terminal.seen())
        terminal.type(secret + "2\n")
        check("taken then", terminal.wait_for("Updated profile"), terminal.seen())
        check("not shown then", secret.encode() not in terminal.raw)
        check("in the file then", secret + "2" in file.read_text(encoding="utf-8"))
    finally:
        terminal.kill()

    for number in (signal.SIGINT, signal.SIGTERM):
        before = file.read_bytes()
        holder, tty = pty.openpty()
        done = start_on(ask, env, folder, tty)
        check(f"{number.name}: no echo", wait_for_echo_of(holder, False))
        if number == signal.SIGINT:
            os.write(holder, b"half\x03")
        else:
            os.kill(done, number)
        _, status = os.waitpid(done, 0)
        check(f"{number.name}: ended by it", os.WIFSIGNALED(status) and os.WTERMSIG(status) == number,
              str(status))
        check(f"{number.name}: echo is back", bool(termios.tcgetattr(holder)[3] & termios.ECHO))
        check(f"{number.name}: file", file.read_bytes() == before)
        os.close(holder)
        os.close(tty)


def printed_at(arguments, env, cwd, columns):
    """What a program prints on a terminal of so many columns, as lines."""
    holder, tty = pty.openpty()
    fcntl.ioctl(tty, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, columns, 0, 0))
    with subprocess.Popen(arguments, env=env, cwd=cwd, stdout=tty) as running:
        os.close(tty)
        printed = b""
        while running.poll() is None or select.select([holder], [], [], 0)[0]:
            try:
                printed += os.read(holder, 65536)
            except OSError:  # nobody has the other end any more
                break
    os.close(holder)
    return printed.decode().replace("\r\n", "\n").splitlines()


def check_width(env, work: Path, program: Path, check: Check):
    for columns, wanted in ((60, 60), (90, 90), (20, 40), (250, 100)):
        for words in (("rules",), ("settings", "api")):
            lines = printed_at([str(program), *words], env, work, columns)
            widest = max(map(len, lines), default=0)
            check(f"{' '.join(words)} at {columns} columns", 0 < widest <= wanted, f"{widest} columns: {lines}")
        # But for code, which stays as it is, four blanks in.
        page = printed_at([str(program), "rules", "PC210"], env, work, columns)
        widest = max((len(line) for line in page if not line.startswith("    ")), default=0)
        check(f"rules PC210 at {columns} columns", wanted - 20 < widest <= wanted, f"{widest} columns: {page}")


def wait_for_echo_of(holder, wanted):
    end = time.monotonic() + PATIENCE_SECONDS
    while bool(termios.tcgetattr(holder)[3] & termios.ECHO) != wanted:
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def start_on(arguments, env, cwd, tty):
    """A child whose controlling terminal is `tty`, which we keep open: its modes stay readable."""
    pid = os.fork()
    if pid == 0:
        os.setsid()
        fcntl.ioctl(tty, termios.TIOCSCTTY, 0)
        for descriptor in (0, 1, 2):
            os.dup2(tty, descriptor)
        os.chdir(cwd)
        os.execve(arguments[0], arguments, env)
    return pid


def check_without_terminal(env, work: Path, check: Check):
    """What can be seen without one: that the scripts load, and what they would offer."""
    typed = ["prefect-config", "profile", "use", "pro"]
    loads = {
        "bash": 'eval "$(prefect-config shell-init bash)"; COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}; '
                'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _prefect_config_complete; printf "%s\\n" "${COMPREPLY[@]}"',
        "fish": 'prefect-config shell-init fish | source; complete -C "$argv"',
    }
    for shell, script in loads.items():
        words = [shell, "-c", script, *(["bash"] if shell == "bash" else []), *typed]
        done = subprocess.run(words, env=env, cwd=work, capture_output=True, text=True, check=False)
        check(f"{shell}: {' '.join(typed)}", done.stdout.strip() == "prod", done.stdout + done.stderr)
    done = subprocess.run(["zsh", "-f", "-c", 'eval "$(prefect-config shell-init zsh)"; prefect_config_prompt'],
                          env=env, cwd=work, capture_output=True, text=True, check=False)
    check("zsh: prompt", done.stdout == "prod (self-hosted)", done.stdout + done.stderr)


def has_terminals() -> bool:
    try:
        for descriptor in pty.openpty():
            os.close(descriptor)
    except OSError:
        return False
    return True


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("--share", type=Path, help="check only the completions installed in this folder")
    options = parser.parse_args()
    program = options.program.resolve()
    check = Check()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        env = make_home(folder, program)
        share = options.share or folder / "share"
        if not options.share:
            lay_out_completions(share)
            check_without_terminal(env, folder / "work", check)
        for shell in SHELLS if has_terminals() else ():
            check_installed(shell, folder, env, share.resolve(), check)
            if options.share:
                continue
            script = subprocess.run([program, "shell-init", shell], env=env, capture_output=True,
                                    check=True, text=True).stdout
            check(f"{shell}: script", "prefect_config_prompt" in script)
            check_shell(shell, folder, env, check)
        if has_terminals() and not options.share:
            check_secret(folder, env, program, check)
            check_width(env, folder / "work", program, check)
    for failure in check.failed:
        print("FAILED", failure)
    print(f"{check.done} checked, {len(check.failed)} failed")
    if not check.failed and not has_terminals():
        print("skipped: there are no pseudo-terminals here to type on")
        return 77
    return 1 if check.failed else 0


if __name__ == "__main__":
    sys.exit(main())
