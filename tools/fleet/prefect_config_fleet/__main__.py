"""python -m prefect_config_fleet: looks here, writes a report anew, or puts the flows onto a work pool.

What it is not: where a fleet runs. `here` is one process after the other, for a look at a few and
as the plain way that a fleet's answer is compared with.
"""

from __future__ import annotations

import argparse
import os
import sys

from . import bounded, inventory, report, store, work


def check(arguments) -> int:
    items = inventory.read(arguments.inventory)
    for item in items:
        if item.trouble:
            print(f"{item.kind} {item.name}: {item.trouble}")
    print(f"{len(items)} items, {sum(bool(item.trouble) for item in items)} of which cannot be looked at")
    return 0


def here(arguments) -> int:
    means = bounded.Means(arguments.program, phrase=os.environ.get("PREFECT_CONFIG_FINGERPRINT_KEY", ""))
    results = store.Store(os.path.abspath(arguments.store))
    made = work.made_with(means)
    run_id = f"here {os.getpid()} {os.times().elapsed}"
    for item in inventory.read(arguments.inventory):
        work.look_at(item, means, results, run_id, made)
    return rewrite(arguments)


def rewrite(arguments) -> int:
    summary = report.write(arguments.inventory, os.path.abspath(arguments.store))["summary"]
    print(", ".join(f"{count} {word.replace('_', ' ')}" for word, count in summary.items()))
    return 0


def deploy(arguments) -> int:
    from prefect.deployments.runner import EntrypointType

    from .flow import FLOWS

    for name, flow in FLOWS.items():
        deployment = flow.to_deployment(name=name, work_pool_name=arguments.pool,
                                        entrypoint_type=EntrypointType.MODULE_PATH, enforce_parameter_schema=True)
        deployment.apply()
        print(f"{flow.name}/{name}")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m prefect_config_fleet", description=__doc__.split("\n\n")[0])
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(function, text: str, *, takes_store: bool = False):
        one = commands.add_parser(function.__name__ if function is not rewrite else "report", help=text)
        one.set_defaults(run=function)
        if function is not deploy:
            one.add_argument("inventory", help="the list of repositories and launches")
        if takes_store:
            one.add_argument("store", help="the folder of the results")
        return one

    command(check, "what of an inventory cannot be looked at")
    command(here, "look at everything here, one after the other", takes_store=True).add_argument(
        "--program", default="prefect-config")
    command(rewrite, "write the report again from what is in the store", takes_store=True)
    command(deploy, "make deployments of the flows").add_argument("--pool", required=True, help="the work pool")
    arguments = parser.parse_args()
    try:
        return arguments.run(arguments)
    except (inventory.InventoryError, bounded.NotLookedAt) as error:
        print(f"prefect-config-fleet: {error}", file=sys.stderr)
        return 3


if __name__ == "__main__":
    sys.exit(main())
