"""prefect-config over a fleet: `lint` over many repositories, `explain` over many launches, one report.

What it is not: a second engine. Everything that is said of a repository or a launch is said by the
program `prefect-config`; this package finds what to look at, runs the program where there is room,
and puts the answers together.

inventory -> bounded -> saved -> store -> work -> merge -> report      each includes only those before
it; flow.py ties them to Prefect and Dask, and is the only module that imports either.
"""

__all__ = ["bounded", "inventory", "merge", "report", "saved", "store", "work"]
