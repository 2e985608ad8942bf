"""What the functions raise.

What it is not: a place for values. What an error says comes from findings and reasons, which never
hold a secret, whatever was asked for.
"""

from __future__ import annotations

from typing import Optional, Tuple, Union

from ._explanation import Explanation
from ._lint_report import LintReport
from ._results import Finding, Resolution

__all__ = ["IncompleteAnswer", "LaunchError", "LintError", "PrefectConfigError", "SettingsRefused"]


class PrefectConfigError(Exception):
    """The base of every error of this package, but for wrong arguments (ValueError, TypeError)."""


class LaunchError(PrefectConfigError):
    """The launch that was asked for cannot be had: no such process, folder, file or name in it.

    Attributes:
        reason: one sentence, without a value of the launch.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _AnswerError(PrefectConfigError):
    """There is an answer, and it is not what was hoped for.

    Attributes:
        result: the best answer, a Resolution or an Explanation.
        findings: all findings of it, most severe first.
    """

    def __init__(self, result: Union[Resolution, Explanation]) -> None:
        self.result = result
        self.findings: Tuple[Finding, ...] = result.findings
        super().__init__(self._text())

    @property
    def finding(self) -> Optional[Finding]:
        """The first error among the findings; None where there is none."""
        return next((one for one in self.findings if one.severity == "error"), None)

    @property
    def resolution(self) -> Optional[Resolution]:
        """The best resolution, where ``resolve`` raised this."""
        return self.result if isinstance(self.result, Resolution) else None

    @property
    def explanation(self) -> Optional[Explanation]:
        """The best explanation, where ``explain`` raised this."""
        return self.result if isinstance(self.result, Explanation) else None

    def _first(self) -> str:
        return "no finding says why" if self.finding is None else str(self.finding)

    def _text(self) -> str:
        return self._first()

    def __reduce__(self) -> Tuple[object, ...]:
        return type(self), (self.result,)


class SettingsRefused(_AnswerError):
    """That Prefect would not start with these settings; ``finding`` says why, and where."""

    def _text(self) -> str:
        return f"Prefect {self.result.prefect_version} refuses these settings: {self._first()}"


class IncompleteAnswer(_AnswerError):
    """A source could not be read here though Prefect might read it: settings may be missing."""

    def _text(self) -> str:
        return f"a source of settings could not be read: {self._first()}"


class LintError(PrefectConfigError):
    """Something that was to be linted, or a former report, could not be read.

    Attributes:
        problems: a sentence each.
        report: what was found all the same; None where nothing was linted.
    """

    def __init__(self, problems: Tuple[str, ...], report: Optional[LintReport] = None) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems
        self.report = report

    def __reduce__(self) -> Tuple[object, ...]:
        return type(self), (self.problems, self.report)
