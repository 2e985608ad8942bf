"""The flows: `lint_fleet` over repositories, `explain_fleet` over launches, `fleet` over both.

A flow reads the inventory, cuts it into tasks of some items each, gives them to Dask, and writes
the report from the store. What Prefect keeps of a run (parameters, logs, states, results) names
files and counts: no finding, no credential, and not the key of fingerprints, which a worker takes
from its own environment or from a Secret block.

What it is not: the work itself (work.py), or the report (merge.py): both run without Prefect.
"""

from __future__ import annotations

import os

from prefect import flow, get_run_logger, task, unmapped
from prefect.artifacts import create_markdown_artifact
from prefect.blocks.system import Secret
from prefect.cache_policies import NO_CACHE
from prefect.runtime import flow_run
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner
from pydantic import BaseModel, ConfigDict, Field

from . import bounded, inventory, report, store, work

PHRASE = "PREFECT_CONFIG_FINGERPRINT_KEY"


class Options(BaseModel):
    """How to look. There is no option for the key of fingerprints: Prefect shows what is given here."""

    model_config = ConfigDict(extra="forbid")

    program: str = Field("prefect-config", description="The program, on every worker: a path, or a name on its PATH.")
    dask: str | None = Field(None, description="Address of a Dask scheduler; without one a cluster is started here.")
    workers: int = Field(2, ge=1, le=256, description="Processes of the cluster that is started here; 0 of a scheduler.")
    chunk: int = Field(20, ge=1, le=10_000, description="How many repositories or launches one task looks at.")
    retries: int = Field(2, ge=0, le=10, description="How often Prefect starts a task again that failed.")
    timeout: float = Field(300, gt=0, description="Seconds that git and the program each have for one repository.")
    memory_mib: int = Field(2048, ge=64, description="Memory that each may take.")
    fetch_mib: int = Field(4096, ge=1, description="No file that git writes may be larger: a pack, or a file of a tree.")
    scratch: str = Field("", description="Where trees are fetched to, on each worker; without it the folder for temporary files.")
    key_block: str | None = Field(None, description=f"Secret block with the key of fingerprints; else {PHRASE} of the worker.")
    most_findings: int = Field(10_000, ge=0, description="The report lists so many findings, the worst; it counts all.")

    def means(self) -> bounded.Means:
        """On the machine where it is called: the key is asked for there, and goes nowhere."""
        try:
            phrase = Secret.load(self.key_block).get() if self.key_block else os.environ.get(PHRASE, "")
        except Exception as error:  # Prefect's, of many kinds; what they say is not ours to repeat
            raise bounded.NotLookedAt(f"the Secret block with the key cannot be loaded: {type(error).__name__}") from None
        return bounded.Means(self.program, self.timeout, self.memory_mib, fetch_mib=self.fetch_mib, scratch=self.scratch,
                          phrase=str(phrase))

    def task_runner(self) -> TaskRunner:
        if self.dask == "threads":  # of this process: for a look at a few
            return ThreadPoolTaskRunner(max_workers=self.workers)
        from prefect_dask import DaskTaskRunner

        if self.dask:
            return DaskTaskRunner(address=self.dask)
        return DaskTaskRunner(cluster_kwargs={"n_workers": self.workers, "threads_per_worker": 1,
                                              "dashboard_address": None})


@task(name="look whether it can be done", cache_policy=NO_CACHE, persist_result=False, log_prints=False)
def why_not(options: Options) -> str:
    """A task, since the program and the key are the workers': why none could look at anything; else nothing."""
    try:
        work.made_with(options.means())
    except bounded.NotLookedAt as reason:
        return str(reason)
    return ""


@task(name="look at some", task_run_name="look at {number}", cache_policy=NO_CACHE, persist_result=False, log_prints=False)
def look_at_some(number: str, items: list[dict], options: Options, folder: str, run_id: str) -> dict:
    """A task: some items, each kept as soon as it is done. Started again it goes on where it was. Of a
    worker without the program or the key the reason comes back, and nothing is kept."""
    try:
        means = options.means()
        made = work.made_with(means)
    except bounded.NotLookedAt as reason:
        return {"looked_at": 0, "known": 0, "why_not": str(reason)}
    bounded.sweep_scratch(means.scratch)
    results = store.Store(folder)
    looked = sum(work.look_at(inventory.Item(**item), means, results, run_id, made) for item in items)
    return {"looked_at": looked, "known": len(items) - looked}


def _pieces(items: list, size: int) -> list[list]:
    return [items[at : at + size] for at in range(0, len(items), size)]


def _round(name: str, items: list[inventory.Item], size: int, options: Options, folder: str, run_id: str) -> tuple:
    """One task a piece. What they counted, and of those that did not come to their end the items, with why."""
    pieces = _pieces(items, size)
    futures = look_at_some.with_options(retries=options.retries, retry_delay_seconds=1).map(
        [f"{name}{number}" for number in range(1, len(pieces) + 1)],
        [[item.as_dict() for item in piece] for piece in pieces],
        unmapped(options), unmapped(folder), unmapped(run_id))
    counts, left = {"looked_at": 0, "known": 0}, []
    for piece, future in zip(pieces, futures):
        try:
            counted = future.result()
        except Exception:  # the task's, Prefect's or Dask's: all that matters is that it has no end
            left += [(item, work.LOST) for item in piece]
        else:
            if counted.get("why_not"):  # another worker may have what this one has not
                left += [(item, counted["why_not"]) for item in piece]
            counts = {word: count + counted[word] for word, count in counts.items()}
    return counts, left


@flow(name="look at a fleet", persist_result=False, validate_parameters=False)
def look_at_all(inventory_file: str, kinds: list[str], options: Options, folder: str, run_id: str) -> dict[str, int]:
    items = [item for item in inventory.read(inventory_file) if item.kind in kinds]
    logger = get_run_logger()
    reason = why_not.with_options(retries=options.retries, retry_delay_seconds=1).submit(options).result()
    if reason:
        raise bounded.NotLookedAt(f"nothing was looked at, and results of earlier runs are as they were: {reason}")
    logger.info("%d to look at, %d a task", len(items), options.chunk)
    counts, left = _round("", items, options.chunk, options, folder, run_id)
    if left:
        # Something in there may end every process that looks at it: each by itself, so that it ends no other's.
        logger.warning("%d were in tasks that came to no end: each again by itself", len(left))
        more, left = _round("again ", [item for item, _ in left], 1, options, folder, run_id)
        counts = {word: count + more[word] for word, count in counts.items()}
    results = store.Store(folder)
    counts["lost"] = sum(work.lost(item, results, run_id, why) for item, why in left)
    return counts


def _run(inventory_file: str, folder: str, kinds: list[str], options: Options) -> dict:
    inventory_file, folder = os.path.abspath(inventory_file), os.path.abspath(folder)
    inventory.read(inventory_file)  # what cannot be used ends here
    store.sweep(folder)
    run_id = flow_run.get_root_flow_run_id() or flow_run.get_id() or "none"
    counts = look_at_all.with_options(task_runner=options.task_runner())(
        inventory_file, kinds, options, folder, str(run_id))
    made = report.write(inventory_file, folder, kinds, options.most_findings)
    summary = made["summary"]
    get_run_logger().info("looked at %d, knew %d, lost %d; %d errors, %d credentials in files, %d not looked at",
                          counts["looked_at"], counts["known"], counts["lost"], summary["errors"],
                          summary["credentials_in_files"], summary["not_looked_at"])
    create_markdown_artifact(key="prefect-config-fleet", markdown=_markdown(summary, folder, report.name_of(kinds)))
    return counts | summary


def _markdown(summary: dict, folder: str, name: str) -> str:
    rows = "\n".join(f"| {word.replace('_', ' ')} | {count} |" for word, count in summary.items())
    return f"| what | how many |\n|---|---|\n{rows}\n\nThe report: `{name}.html` and `{name}.json` in `{folder}`\n"


@flow(name="lint fleet", persist_result=False)
def lint_fleet(inventory: str, store: str, options: Options = Options()) -> dict:  # noqa: B008
    """`lint` over the repositories of an inventory."""
    return _run(inventory, store, ["repository"], options)


@flow(name="explain fleet", persist_result=False)
def explain_fleet(inventory: str, store: str, options: Options = Options()) -> dict:  # noqa: B008
    """`explain` over the launches of an inventory."""
    return _run(inventory, store, ["launch"], options)


@flow(name="fleet", persist_result=False)
def fleet(inventory: str, store: str, options: Options = Options()) -> dict:  # noqa: B008
    """Both, in one report: which credential is used where, and what to rotate first."""
    return _run(inventory, store, ["repository", "launch"], options)


FLOWS = {"lint": lint_fleet, "explain": explain_fleet, "fleet": fleet}
