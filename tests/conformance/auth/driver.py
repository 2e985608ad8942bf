"""Makes real Prefect open one connection. Runs with the Python of a Prefect environment.

``python driver.py --serve``: a job a line on stdin, an answer a line on stdout. Prefect is imported
once; a forked child takes the job's environment and folder and has Prefect find its settings anew
(by oracle.py's functions), and of that one each job with this environment is a child.
``python driver.py --once JOB``: one job in this process, under the environment it already has.

A job: ``surface``, ``way``, ``environment``, ``cwd``, ``timeout``. An answer: ``outcome`` (returned,
raises, absent), ``error`` (class and text) where it raised, ``why`` where absent. What was sent is
not known here: recorder.py has it. Nothing of Prefect is replaced or imitated: every connection is
opened by the class and in the way in which Prefect itself opens it.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import importlib.util
import inspect
import json
import os
import pathlib
import select
import signal
import sys
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

#: Where they are since 3.7.1, and before.
VERSION_CHECKING = ("prefect._internal.version_checking", "prefect.client._version_checking")
METRICS = ("prefect._internal.metrics", "prefect.telemetry._metrics")
IMPORTS = (
    *VERSION_CHECKING,
    *METRICS,
    "prefect.client.orchestration",
    "prefect.client.cloud",
    "prefect.client.subscriptions",
    "prefect.events.clients",
    "prefect.events.worker",
    "prefect.logging.clients",
    "prefect.workers.process",
    "prefect.telemetry.bootstrap",
    "prefect.telemetry.instrumentation",
    "opentelemetry.exporter.otlp.proto.http.metric_exporter",
    "opentelemetry.instrumentation.system_metrics",
)


class Absent(Exception):
    """This version has no such client; the text says what was looked for."""


def module(name: str):
    try:
        return importlib.import_module(name)
    except ImportError:
        raise Absent(f"no module {name}") from None


def member(of: str, name: str):
    try:
        return getattr(module(of), name)
    except AttributeError:
        raise Absent(f"no {of}.{name}") from None


def first_member(modules: tuple[str, ...], name: str):
    """Of the first of these modules that has it: what is private moves."""
    for of in modules:
        try:
            return member(of, name)
        except Absent:
            pass
    raise Absent(f"no {name} in {' or '.join(modules)}")


def api_url():
    return importlib.import_module("prefect.settings").PREFECT_API_URL.value()


# ---- the surfaces. Each returns once the client has sent what it authenticates with.


async def http_async():
    async with member("prefect.client.orchestration", "get_client")() as client:
        await client._client.get("/hello")
        await client._client.post("/logs/", json=[])


async def http_sync():
    with member("prefect.client.orchestration", "get_client")(sync_client=True) as client:
        client._client.get("/hello")
        client._client.post("/logs/", json=[])


async def version_check():
    check = first_member(VERSION_CHECKING, "check_server_version")
    # As the WebSocket clients call it, but what fails shown: they log it and go on.
    try:
        await check(api_url(), importlib.import_module("logging").getLogger("x"), raise_on_error=True)
    except RuntimeError as error:
        raise error.__cause__ or error
    except importlib.import_module("packaging.version").InvalidVersion:
        pass


async def cloud_client():
    async with member("prefect.client.cloud", "get_cloud_client")() as client:
        await client.read_workspaces()


def event():
    return member("prefect.events.schemas.events", "Event")(
        event="auth.recorded", resource={"prefect.resource.id": "auth.recorded"}
    )


async def events_in():
    client = member("prefect.events.clients", "get_events_client")(reconnection_attempts=0)
    if "Null" in type(client).__name__:
        raise Absent(f"get_events_client gives a {type(client).__name__}")
    async with client:
        await client.emit(event())


async def events_in_emit():
    """As any code emits: through the process's own events worker, which drops what fails."""
    emit = member("prefect.events.utilities", "emit_event")
    worker = member("prefect.events.worker", "EventsWorker").instance()
    if "Null" in worker.client_type.__name__:
        raise Absent(f"EventsWorker takes a {worker.client_type.__name__}")
    try:
        emit(event="auth.recorded", resource={"prefect.resource.id": "auth.recorded"})
        await asyncio.get_running_loop().run_in_executor(None, worker.drain)
    except RuntimeError:
        # Where the client refuses, the worker stops, in its own thread: before this or after.
        pass


async def events_out():
    async with member("prefect.events.clients", "get_events_subscriber")(reconnection_attempts=0):
        pass


async def events_out_account():
    async with member("prefect.events.clients", "PrefectCloudAccountEventSubscriber")(reconnection_attempts=0):
        pass


async def logs_out():
    async with member("prefect.logging.clients", "get_logs_subscriber")(reconnection_attempts=0):
        pass


async def subscriptions():
    """As the task worker subscribes."""
    wanted = member("prefect.client.subscriptions", "Subscription")
    task_run = member("prefect.client.schemas.objects", "TaskRun")
    named = {"base_url": api_url()} if "base_url" in inspect.signature(wanted).parameters else {}
    subscription = wanted(task_run, "/task_runs/subscriptions/scheduled", ["x"], "x", **named)
    await subscription._ensure_connected()
    await subscription._websocket.close()


async def worker_channel():
    channel = member("prefect.workers._worker_channel", "WorkPoolWorkerChannel")
    errors = member("prefect.workers._worker_channel", "WorkerChannelError")
    worker = member("prefect.workers.process", "ProcessWorker")(work_pool_name="x", name="w")
    async with member("prefect.client.orchestration", "get_client")() as client:
        worker._client = client
        worker._ensure_worker_channel()
        assert isinstance(worker._worker_channel, channel)
        transport, protocol = worker._worker_channel._transport, worker._worker_channel._protocol
        try:
            await transport.connect_with_timeout(protocol.handshake)
        except errors as error:
            raise error.__cause__ or error


async def telemetry():
    """prefect.telemetry up to 3.4.13; RunMetrics from 3.6.22 on. Needs the OTLP packages."""
    try:
        setup = member("prefect.telemetry.bootstrap", "setup_telemetry")
    except Absent:
        await run_metrics()
        return
    module("prefect.telemetry.instrumentation")
    providers = setup()
    if providers[0] is None:
        return

    def used_and_shut_down():
        with providers[0].get_tracer("x").start_as_current_span("x"):
            pass
        providers[1].get_meter("x").create_counter("x").add(1)
        for provider in providers[:2]:
            provider.shutdown()

    # In a thread without a loop, where shutting down waits for what is queued.
    await asyncio.get_running_loop().run_in_executor(None, used_and_shut_down)


async def run_metrics():
    metrics = first_member(METRICS, "RunMetrics")
    module("opentelemetry.exporter.otlp.proto.http.metric_exporter")
    module("opentelemetry.instrumentation.system_metrics")
    flow = importlib.import_module("prefect").flow(lambda: None, name="x")
    run = member("prefect.client.schemas.objects", "FlowRun")(flow_id=uuid.uuid4(), name="x")
    with metrics(run, flow):
        pass


SURFACES = {
    ("http", "async"): http_async,
    ("http", "sync"): http_sync,
    ("version-check", ""): version_check,
    ("cloud-client", ""): cloud_client,
    ("events-in", ""): events_in,
    ("events-in", "emit"): events_in_emit,
    ("events-out", ""): events_out,
    ("events-out", "account"): events_out_account,
    ("logs-out", ""): logs_out,
    ("subscriptions", ""): subscriptions,
    ("worker-channel", ""): worker_channel,
    ("telemetry", ""): telemetry,
}


def flow_run_environment() -> dict:
    """What a worker puts into a flow run: of every type (base), and of the process type besides."""
    module("prefect.main" if importlib.util.find_spec("prefect.main") else "prefect")
    objects = module("prefect.client.schemas.objects")
    run = objects.FlowRun(id=uuid.UUID(int=1), flow_id=uuid.UUID(int=2), name="run")
    known = {
        "flow": objects.Flow(id=uuid.UUID(int=2), name="flow"),
        "worker_name": "w",
        "worker_id": uuid.UUID(int=3),
    }
    base = prepared(member("prefect.workers.base", "BaseJobConfiguration"), run, known)
    process = prepared(member("prefect.workers.process", "ProcessJobConfiguration"), run, known)
    return {
        "base": [[name, str(value)] for name, value in base.items()],
        "process": [[name, str(value)] for name, value in process.items()],
    }


def prepared(configuration, run, known: dict) -> dict:
    made = configuration()
    takes = inspect.signature(made.prepare_for_flow_run).parameters
    made.prepare_for_flow_run(run, **{name: value for name, value in known.items() if name in takes})
    return made.env


# ---- running one


def settings_anew() -> None:
    import prefect

    if prefect.__version__.startswith("2."):
        import prefect.context
        import prefect.settings

        prefect.settings._FROM_ENV_CACHE.clear()
        prefect.context.GLOBAL_SETTINGS_CONTEXT = None
        prefect.context.GLOBAL_SETTINGS_CONTEXT = prefect.context.root_settings_context()
    else:
        import oracle

        oracle.settings_anew()


def error_text(error: BaseException) -> str:
    while isinstance(error, BaseException) and hasattr(error, "exceptions"):
        error = error.exceptions[0]
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {' / '.join(lines)}"[:300].rstrip(": ")


def do(job: dict) -> dict:
    if job["surface"] == "flow-run-environment":
        return {"outcome": "returned", **flow_run_environment()}

    async def bounded():
        await asyncio.wait_for(SURFACES[job["surface"], job["way"]](), job["timeout"])

    asyncio.run(bounded())
    return {"outcome": "returned"}


def answer(job: dict) -> dict:
    try:
        return do(job)
    except Absent as absent:
        return {"outcome": "absent", "why": str(absent)}
    except BaseException as error:
        return {"outcome": "raises", "error": error_text(error)}


def in_child(job: dict) -> dict:
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.setsid()
        os.close(reader)
        os.write(writer, json.dumps(answer(job)).encode())
        os._exit(0)
    os.close(writer)
    said = b""
    try:
        while select.select([reader], [], [], job["timeout"] + 3)[0]:
            some = os.read(reader, 65536)
            if not some:
                break
            said += some
    finally:
        os.close(reader)
        try:
            # Itself, if it still runs, and what it has started: without a URL, a server maybe.
            os.killpg(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        os.waitpid(pid, 0)
    return json.loads(said) if said else {"outcome": "raises", "error": "TimeoutError"}


class Under:
    """A forked child under one environment, whose settings Prefect has found; forks for each job."""

    def __init__(self, environment: list, cwd: str):
        self.environment = environment
        job_reader, job_writer = os.pipe()
        answer_reader, answer_writer = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(job_writer)
            os.close(answer_reader)
            try:
                self._run(cwd, os.fdopen(job_reader), os.fdopen(answer_writer, "w"))
            finally:
                os._exit(0)
        os.close(job_reader)
        os.close(answer_writer)
        self.jobs, self.answers = os.fdopen(job_writer, "w"), os.fdopen(answer_reader)

    def _run(self, cwd: str, jobs, answers) -> None:
        null = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(null, number)
        os.environ.clear()
        os.environ.update(dict(self.environment))
        os.chdir(cwd)
        refused = None
        try:
            settings_anew()
        except Exception as error:
            refused = {"outcome": "raises", "error": error_text(error)}
        for line in jobs:
            print(json.dumps(refused or in_child(json.loads(line))), file=answers, flush=True)

    def ask(self, line: str) -> str:
        print(line.rstrip("\n"), file=self.jobs, flush=True)
        return self.answers.readline()

    def close(self) -> None:
        self.jobs.close()
        self.answers.close()
        os.waitpid(self.pid, 0)


def imported() -> dict:
    import importlib.metadata

    import prefect

    for name in IMPORTS:
        try:
            importlib.import_module(name)
        except ImportError:
            pass
    packages = {}
    for name in ("httpx", "websockets"):
        packages[name] = importlib.metadata.version(name)
    return {"version": prefect.__version__, "python": sys.version.split()[0], "packages": packages}


def main() -> None:
    if sys.argv[1] == "--once":
        try:
            # Before the time runs that a connection may take. What fails here fails again below.
            imported()
        except Exception:
            pass
        print(json.dumps(answer(json.loads(sys.argv[2]))), flush=True)
        os._exit(0)
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    print(json.dumps(imported()), file=answers, flush=True)
    # Children that collect garbage would copy every page of it.
    gc.freeze()
    under = None
    for line in sys.stdin:
        job = json.loads(line)
        if under is None or under.environment != job["environment"]:
            if under:
                under.close()
            under = Under(job["environment"], job["cwd"])
        print(under.ask(line).rstrip("\n"), file=answers, flush=True)


if __name__ == "__main__":
    main()
