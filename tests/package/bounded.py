"""Runs programs, bounded in time; who takes too long is killed with all that it started.

What it is not: a shell. All share one end, which is before ctest's own bound for the test: then the test
still says where it was, and cleans up.
"""

import os
import signal
import subprocess
import time

#: Below the TIMEOUT of package.deb in tests/CMakeLists.txt.
WHOLE = 1080
#: As timeout(1) has it.
TOO_LONG = 124
ENDS = time.monotonic() + WHOLE


def run(*arguments, timeout=300, **keywords) -> subprocess.CompletedProcess:
    """In a session of its own, so that the whole group can be killed. What was said until then is in the result."""
    words = [str(one) for one in arguments]
    timeout = max(1.0, min(timeout, ENDS - time.monotonic()))
    with subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace",
                          start_new_session=True, **keywords) as process:
        try:
            said, complained = process.communicate(timeout=timeout)
            return subprocess.CompletedProcess(words, process.returncode, said, complained)
        except subprocess.TimeoutExpired:
            kill(process.pid)
            said, complained = process.communicate()
            return subprocess.CompletedProcess(words, TOO_LONG, said, f"{complained}\nkilled after {timeout:.0f} s: {' '.join(words[:6])}")
        except BaseException:
            kill(process.pid)
            raise


def kill(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        pass
