"""Real Prefect as a client. Runs with the Python of a Prefect environment, for record_symptoms.py.

``python client.py --serve``: a job a line on stdin, an answer a line on stdout. Prefect is imported
once; each job is a forked child that has Prefect find its settings anew under the job's environment
(tests/conformance/auth/driver.py does the same) and then does what a user does: a call of the client,
a command. What it prints is the answer, with how it ended. Nothing of Prefect is replaced.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import pathlib
import runpy
import signal
import sys
import tempfile
import time
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "conformance" / "auth"))

import driver  # noqa: E402


async def http() -> None:
    async with driver.member("prefect.client.orchestration", "get_client")() as client:
        await client.read_work_pools()


async def events_in() -> None:
    client = driver.member("prefect.events.clients", "get_events_client")(reconnection_attempts=0)
    event = driver.member("prefect.events.schemas.events", "Event")(
        event="probe.recorded", resource={"prefect.resource.id": "probe.recorded"}
    )
    async with client:
        await client.emit(event)


async def worker_channel() -> None:
    """As the worker opens it, to the end of the handshake: a worker of this name is then known."""
    errors = driver.member("prefect.workers._worker_channel", "WorkerChannelError")
    worker = driver.member("prefect.workers.process", "ProcessWorker")(work_pool_name="p", name=f"recorded-{os.getpid()}")
    async with driver.member("prefect.client.orchestration", "get_client")() as client:
        worker._client = client
        worker._ensure_worker_channel()
        transport, protocol = worker._worker_channel._transport, worker._worker_channel._protocol
        try:
            await transport.connect_with_timeout(protocol.handshake)
        except errors as error:
            raise error.__cause__ or error


CALLS = {"http": http, "events-in": events_in, "events-out": driver.events_out, "worker-channel": worker_channel}


def command(words: list[str]) -> None:
    program = str(pathlib.Path(sys.executable).parent / "prefect")
    sys.argv = [program, *words]
    runpy.run_path(program, run_name="__main__")


def do(job: dict) -> int:
    """In the child: 0 works, 3 this version has no such client."""
    try:
        driver.settings_anew()
        if job["do"] in CALLS:
            asyncio.run(CALLS[job["do"]]())
        else:
            command(job["do"].split(" ")[1:])
        return 0
    except driver.Absent as absent:
        print(absent)
        return 3
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0 if ended.code is None else 1
    except BaseException:
        traceback.print_exc()
        return 1
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()


def answer(job: dict) -> dict:
    with tempfile.TemporaryFile() as said:
        pid = os.fork()
        if pid == 0:
            os.setsid()
            for number in (1, 2):
                os.dup2(said.fileno(), number)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.environ.clear()
            os.environ.update(dict(job["environment"]))
            os.chdir(job["cwd"])
            os._exit(do(job))
        status = ended(pid, job["timeout"])
        said.seek(0)
        text = said.read().decode("utf-8", "replace")
    return {"status": status, "said": text}


def ended(pid: int, bound: float) -> int | None:
    """The exit status; None where it had to be ended."""
    until = time.monotonic() + bound
    status = None
    while time.monotonic() < until and status is None:
        done, code = os.waitpid(pid, os.WNOHANG)
        if done:
            status = os.waitstatus_to_exitcode(code)
            break
        time.sleep(0.02)
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    if status is None:
        os.waitpid(pid, 0)
    return status


def settled(job: dict) -> dict:
    """Once more where the server's database was busy: several clients are recorded at once."""
    said = answer(job)
    return answer(job) if "transient_server_error" in said["said"] else said


def main() -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    about = driver.imported()
    import prefect.cli  # noqa: F401

    print(json.dumps(about), file=answers, flush=True)
    gc.freeze()
    for line in sys.stdin:
        print(json.dumps(settled(json.loads(line))), file=answers, flush=True)


if __name__ == "__main__":
    main()
