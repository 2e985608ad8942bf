"""What ``resolve`` gives: a Resolution and its parts (docs/schema/view.v1.schema.json).

What it is not: made here. Each member is a key of the document that the program prints; a test
compares the two.

To add a key: its member, of the same name, in the class of its object.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Dict, Iterator, Mapping, Optional, Tuple

from ._document import MAY_BE_ABSENT, NO_KEY, Document, finding_line


@dataclass(frozen=True)
class Origin(Document):
    """Where one value was written.

    Attributes:
        kind: The kind of source, in Prefect's word for it: profile, pyproject.toml,
            prefect.toml, .env file, env.
        where: The file as it was opened (an absolute path), ``environment``, or a note on the
            profiles bundled with Prefect.
        profile: The profile's name. Present where ``kind`` is ``profile``, and only there.
        laid_over: Present where ``prefect -p NAME`` lays the profile over every other source, and
            only there.
        line: Line of the key, from 1; None where there is no text to point at.
        column: Column of the key in code points, from 1; None where ``line`` is.
        key: The key or variable exactly as spelled. For a value from a group's JSON: the
            variable that holds the JSON.
    """

    kind: str
    where: str
    line: Optional[int]
    column: Optional[int]
    key: str
    profile: Optional[str] = field(default=None, metadata=MAY_BE_ABSENT)
    laid_over: Optional[bool] = field(default=None, metadata=MAY_BE_ABSENT)


@dataclass(frozen=True)
class Candidate(Document):
    """One value that a source offers for a setting.

    Attributes:
        value: The value as written, in Python's text of it; masked if secret.
        source: Prefect's own word for a source, as ``config view`` prints it.
        origin: Where one value was written.
    """

    value: str
    source: str
    origin: Origin


@dataclass(frozen=True)
class MergedKey(Document):
    """One key of a dict value.

    Attributes:
        key: The key; what cannot be a header's name is masked.
        source: The source that gave it.
        origin: Where the key stands, or the name it was written under.
    """

    key: str
    source: str
    origin: Origin


@dataclass(frozen=True)
class Rejected(Document):
    """A value that Prefect refuses, or counts as not set.

    Attributes:
        value: The value as written, in Python's text of it; masked if secret.
        source: Prefect's own word for a source, as ``config view`` prints it.
        origin: Where one value was written.
        reason: Why. It never holds the value.
    """

    value: str
    source: str
    origin: Origin
    reason: str


@dataclass(frozen=True)
class PrefectView(Document):
    """The row of ``prefect config view``.

    Attributes:
        value: The value it shows; masked if secret.
        source: Prefect's own word for a source, as ``config view`` prints it.
    """

    value: str
    source: str


@dataclass(frozen=True)
class Setting(Document):
    """One setting: its value, where it was written, and what became of every other value offered for it.

    Attributes:
        name: The canonical environment name.
        value: The value as ``prefect config view`` prints it: as written, or the effective one
            where nothing wrote it, sources were merged or it is computed. Masked if secret.
        source: Prefect's own word for the source of the value: env, profile, defaults and others.
        path: The dotted path.
        typed_value: The value as Prefect's own settings object holds it: paths as text,
            durations in seconds, sets as sorted arrays, infinities and not-a-number as the
            texts inf, -inf, nan, None as None. Masked if secret.
        secret: Whether the value is masked unless ``show_secrets``: Prefect says so of the
            setting, or a secret stands inside the value.
        origin: Where the winner was written; None where the default stands or the value is
            computed.
        shadowed: Candidates that lost, strongest first.
        keys: Of a dict value that was written, where each of its keys was given, in the value's
            order.
        merged: Weaker candidates whose keys are part of a dict value. Present only where there
            are any.
        rejected: Candidates that Prefect refuses, and why.
        derived_from: What a computed value depends on: paths of settings, and SSL_CERT_FILE of
            the environment.
        prefect_view: What ``prefect config view`` of this launch would show instead; None where it
            has no row for this setting, or shows the same.
        prefect_view_differs: Whether it would show something else, or nothing.
    """

    name: str
    value: str
    path: str
    #: Can be a dict or a list, and so is no part of the hash.
    typed_value: Any = field(hash=False)
    secret: bool
    origin: Optional[Origin]
    shadowed: Tuple[Candidate, ...]
    rejected: Tuple[Rejected, ...]
    derived_from: Tuple[str, ...]
    source: Optional[str] = field(default=None, metadata=MAY_BE_ABSENT)
    keys: Tuple[MergedKey, ...] = field(default=(), metadata=MAY_BE_ABSENT)
    merged: Tuple[Candidate, ...] = field(default=(), metadata=MAY_BE_ABSENT)
    prefect_view: Optional[PrefectView] = field(default=None, metadata=MAY_BE_ABSENT)
    prefect_view_differs: bool = field(default=False, metadata=NO_KEY)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Setting:
        """See Document.from_json; ``prefect_view`` says something by being there and null."""
        read = super().from_json(document)
        return replace(read, prefect_view_differs="prefect_view" in document)

    def to_json(self) -> Dict[str, Any]:
        """The document again."""
        document = super().to_json()
        if self.prefect_view_differs:
            document.setdefault("prefect_view", None)
        return document


@dataclass(frozen=True)
class Related(Document):
    """A place that takes part in a finding.

    Attributes:
        message: What this place has to do with it.
        file: The file, or ``environment``.
        line: Line, from 1; None where there is no text to point at.
        column: Column in code points, from 1; None where ``line`` is.
    """

    message: str
    file: str
    line: Optional[int]
    column: Optional[int]


@dataclass(frozen=True)
class Finding(Document):
    """What is wrong, or worth knowing.

    Attributes:
        code: The rule's code; docs/rules has a page for each.
        severity: How bad it is: error, warning, info.
        message: What was observed.
        file: The file the finding points at, or ``environment``; None where it points at nothing.
        line: First line, from 1; None where there is no text to point at.
        column: First column in code points, from 1; None where ``line`` is.
        end_line: Last line; None where ``line`` is.
        end_column: One past the last column; None where ``line`` is.
        related: Other places that take part.
        help: What to do; empty where the message says it all.
        next: A command to run next; None where there is none.
    """

    code: str
    severity: str
    message: str
    file: Optional[str]
    line: Optional[int]
    column: Optional[int]
    end_line: Optional[int]
    end_column: Optional[int]
    related: Tuple[Related, ...]
    help: str
    next: Optional[str]

    def __str__(self) -> str:
        """``error[PC202] FILE:LINE:COLUMN: MESSAGE``, on one line."""
        return finding_line(self)


@dataclass(frozen=True)
class Resolution(Document):
    """Every setting of one launch, and where each value was written: what ``prefect-config view`` prints.

    It is a mapping in the plain sense: ``resolution["api.url"]`` and ``resolution["PREFECT_API_URL"]``
    are the setting, ``get`` gives None where no source wrote it, ``in``, ``len`` and iteration work on
    its settings.

    Attributes:
        schema: The name and version of this document.
        prefect_version: The Prefect release that is answered for.
        loads: False where that release would refuse to start with these settings; a finding
            says why.
        complete: False where a source could not be read here though Prefect might read it: the
            answer may miss settings, and IncompleteAnswer is raised.
        profile: The active profile, as Prefect's command line names it.
        profiles_path: The profiles file of Prefect's command line, as Prefect has it: it may be
            relative.
        loader_profiles_path: The profiles file that the settings loader reads, as Prefect has
            it; None where it is the one inside the Prefect package.
        settings: One entry a setting that a source offers a value for, by name; with ``show_defaults`` every
            setting of the release.
        findings: What is wrong, most severe first.
        ui_url: The web address that belongs to the API URL, as Prefect guesses it. Present only
            where there is one.
    """

    schema: str
    prefect_version: str
    loads: bool
    complete: bool
    profile: str
    profiles_path: str
    loader_profiles_path: Optional[str]
    settings: Tuple[Setting, ...]
    findings: Tuple[Finding, ...]
    ui_url: Optional[str] = field(default=None, metadata=MAY_BE_ABSENT)

    def get(self, name: str) -> Optional[Setting]:
        """The setting of this path or name; None where it is not among ``settings``."""
        return next((one for one in self.settings if name in (one.path, one.name)), None)

    def __getitem__(self, name: str) -> Setting:
        """The setting of this path or name.

        Raises:
            KeyError: it is not among ``settings``: nothing wrote it (try ``show_defaults=True``), or
                this release has no such setting.
        """
        found = self.get(name)
        if found is None:
            raise KeyError(name)
        return found

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.get(name) is not None

    def __iter__(self) -> Iterator[Setting]:
        return iter(self.settings)

    def __len__(self) -> int:
        return len(self.settings)
