"""What ``lint`` gives: a LintReport and its parts (docs/schema/lint.v1.schema.json).

To add a key: as in ``_results``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Optional, Tuple

from ._document import MAY_BE_ABSENT, NO_KEY, Document, finding_line


@dataclass(frozen=True)
class LintSummary(Document):
    """How many files, launches and findings there are.

    Attributes:
        files: Files that were looked at.
        launches: Launches that were found in them.
        findings: All findings.
        errors: Those that are errors.
        warnings: Those that are warnings.
        skipped: Files that were passed over; ``notes`` says why.
    """

    files: int
    launches: int
    findings: int
    errors: int
    warnings: int
    skipped: int


@dataclass(frozen=True)
class LintRelated(Document):
    """A place that takes part in a finding.

    Attributes:
        message: What this place has to do with it.
        file: The file, relative to the folder that was linted.
        line: Line, from 1; None where it is about the whole file.
        column: Column in code points, from 1; None where ``line`` is.
    """

    message: str
    file: str
    line: Optional[int]
    column: Optional[int]


@dataclass(frozen=True)
class LintEdit(Document):
    """One stretch of a file and what to put in its place.

    Attributes:
        file: The file, relative to the folder that was linted.
        begin: Offset of its first byte, from 0.
        end: Offset one past its last byte; as ``begin`` where text is put in between.
        text: What stands there afterwards; empty where it is taken away.
    """

    file: str
    begin: int
    end: int
    text: str


@dataclass(frozen=True)
class LintFix(Document):
    """Changes that belong together.

    Attributes:
        safe: True where the changed files mean the same, or what was meant beyond doubt.
        edits: The changes; all of them count in the files as they are.
    """

    safe: bool
    edits: Tuple[LintEdit, ...]


@dataclass(frozen=True)
class LintFinding(Document):
    """What is wrong, or worth knowing.

    Attributes:
        code: The rule's code; docs/rules has a page for each.
        severity: How bad it is: error, warning, info.
        message: What was observed.
        file: The file the finding points at, relative to the folder that was linted.
        line: First line, from 1; None where it is about the whole file.
        column: First column in code points, from 1; None where ``line`` is.
        end_line: Last line; None where ``line`` is.
        end_column: One past the last column; None where ``line`` is.
        launch: Which launch it is about, such as ``compose service worker``; None where it is
            about the file.
        related: Other places that take part.
        help: What to do; empty where the message says it all.
        fix: Edits that a program can make; None where there are none.
        fingerprint: The same for the same finding at another time, whatever its line.
        docs: The page that explains the rule.
    """

    code: str
    severity: str
    message: str
    file: str
    line: Optional[int]
    column: Optional[int]
    end_line: Optional[int]
    end_column: Optional[int]
    launch: Optional[str]
    related: Tuple[LintRelated, ...]
    help: str
    fix: Optional[LintFix]
    fingerprint: str
    docs: str

    def __str__(self) -> str:
        """``error[PC202] FILE:LINE:COLUMN: MESSAGE``, on one line."""
        return finding_line(self)


@dataclass(frozen=True)
class LintCredential(Document):
    """A credential that stands in the clear at one place, for one launch.

    Attributes:
        id: Which one, as ``explain`` calls it; also ``database_password``, and ``custom_header``
            without a name where no launch is known to send it.
        fingerprint: A keyed digest, equal for equal secrets: that of ``explain``.
        file: The file, relative to the folder that was linted.
        line: Line, from 1; None where it is about the whole file.
        column: Column in code points, from 1; None where ``line`` is.
        launch: The launch that has it; None where none is known to.
        used_on: The connections on which that launch sends it.
    """

    id: str
    fingerprint: str
    file: str
    line: Optional[int]
    column: Optional[int]
    launch: Optional[str]
    used_on: Tuple[str, ...]


@dataclass(frozen=True)
class LintReport(Document):
    """What is wrong in files, or with a launch: what ``prefect-config lint`` prints.

    Attributes:
        schema: The name and version of this document.
        summary: How many there are.
        findings: By file, line, column and code.
        notes: What was skipped, and why.
        credentials: What stands in the clear, by place; None where it was not asked for.
        failed: Whether a finding is at or above ``fail_on``; no key of the document.
        problems: What could not be linted, a sentence each; no key of the document.
        warnings: What makes the answer less than it seems; no key of the document.
    """

    schema: str
    summary: LintSummary
    findings: Tuple[LintFinding, ...]
    notes: Tuple[str, ...]
    credentials: Optional[Tuple[LintCredential, ...]] = field(default=None, metadata=MAY_BE_ABSENT)
    failed: bool = field(default=False, metadata=NO_KEY)
    problems: Tuple[str, ...] = field(default=(), metadata=NO_KEY)
    warnings: Tuple[str, ...] = field(default=(), metadata=NO_KEY)
