"""What pyproject.toml cannot say: the package takes the style of the pages from the repository it is built in.

What it is not: where the package is described. Built elsewhere (of an archive of this folder alone), it
has the shorter report.css that lies beside its template.
"""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

STYLE = Path(__file__).resolve().parents[2] / "lib/src/report/html/report.css"


class WithStyle(build_py):
    def run(self):
        super().run()
        target = Path(self.build_lib, "prefect_config_fleet", "report.css")
        if STYLE.is_file() and target.is_file():
            shutil.copyfile(STYLE, target)


setup(cmdclass={"build_py": WithStyle})
