"""Runs a program and says what it took: ``python3 -IS launch.py DESCRIPTOR PROGRAM ARGUMENT ...``.

A process of its own, since what a child is said to have used at most includes the memory of the one
that started it.
"""

import json
import os
import sys

descriptor, program = int(sys.argv[1]), sys.argv[2]
os.set_inheritable(descriptor, False)
pid = os.posix_spawn(program, sys.argv[2:], os.environ)
_, status, used = os.wait4(pid, 0)
os.write(descriptor, json.dumps({"status": os.waitstatus_to_exitcode(status), "kib": used.ru_maxrss}).encode())
