"""What ``explain`` gives: an Explanation and its parts (docs/schema/explain.v1.schema.json).

To add a key: as in ``_results``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Optional, Tuple

from ._document import Document, renamed
from ._results import Finding, Origin


@dataclass(frozen=True)
class NotUsed(Document):
    """A surface that passes the credential over.

    Attributes:
        surface: A kind of connection a Prefect process opens.
        reason: Why.
    """

    surface: str
    reason: str


@dataclass(frozen=True)
class Credential(Document):
    """One credential that is set, by any source.

    Attributes:
        id: Which one: ``api_key``, ``auth_string``, ``custom_header:NAME`` or ``url_userinfo``.
        setting: The setting that holds it.
        origin: Where it was written.
        fingerprint: A keyed digest, equal for equal secrets; None where there is no key for it.
        used_on: Surfaces that send it.
        not_used_on: Surfaces that do not, and why.
    """

    id: str
    setting: str
    origin: Optional[Origin]
    fingerprint: Optional[str]
    used_on: Tuple[str, ...]
    not_used_on: Tuple[NotUsed, ...]


@dataclass(frozen=True)
class Header(Document):
    """One header that is sent.

    Attributes:
        name: Its name as sent.
        value: Its value; masked, the scheme kept: ``Bearer ********``.
        from_: The credential it came from; none for the literal ``Bearer None``.
    """

    name: str
    value: str
    from_: str = field(metadata=renamed("from"))


@dataclass(frozen=True)
class Tls(Document):
    """What certificates a connection takes.

    Attributes:
        verify: False where any certificate is taken.
        verify_from: The setting that says so; None where it is the default.
        ca_file: The file of authorities that are believed; None for those that come with
            certifi.
        ca_file_from: The setting that names it; None where it is the default.
    """

    verify: bool
    verify_from: Optional[str]
    ca_file: Optional[str]
    ca_file_from: Optional[str]


@dataclass(frozen=True)
class Proxy(Document):
    """The proxy of a connection.

    Attributes:
        url: Its address; user and password are masked.
        variable: The variable of the environment that names it, as spelled.
    """

    url: str
    variable: str


@dataclass(frozen=True)
class FirstMessage(Document):
    """The first message of a WebSocket connection.

    Attributes:
        type: Always ``auth``.
        token: The token as sent, masked unless empty.
    """

    type: str
    token: Optional[str]


@dataclass(frozen=True)
class AuthRule(Document):
    """The row of the rule table that applies.

    Attributes:
        id: Its name.
        versions: The releases it holds for.
    """

    id: str
    versions: str


@dataclass(frozen=True)
class SurfacePlan(Document):
    """One kind of connection and what it carries.

    Attributes:
        surface: A kind of connection a Prefect process opens.
        outcome: connects; refuses: that Prefect client raises before it sends anything; absent:
            that release opens no such connection to this target: connects, refuses, absent.
        transport: The kind of transport: http, websocket.
        url: The whole URL, user-info masked; None where the connection is absent or there is no
            API URL.
        headers: Headers that carry a credential or are custom, in the order sent; two of one
            name are two entries.
        subprotocols: WebSocket subprotocols offered.
        tls: How the connection is encrypted; None where it is not.
        proxy: The proxy it goes through; None where it goes directly.
        first_message: The JSON text message after the handshake; None where there is none that
            carries authentication.
        rule: The row of the rule table that applies; None where none does.
        notes: Why it refuses or is absent.
    """

    surface: str
    outcome: str
    transport: str
    url: Optional[str]
    headers: Tuple[Header, ...]
    subprotocols: Tuple[str, ...]
    tls: Optional[Tls]
    proxy: Optional[Proxy]
    first_message: Optional[FirstMessage]
    rule: Optional[AuthRule]
    notes: Tuple[str, ...]


@dataclass(frozen=True)
class FlowRunVariable(Document):
    """One variable that a worker hands to its flow runs.

    Attributes:
        name: Its name.
        value: Its text; masked if secret. In parentheses what only the flow run knows.
        secret: True for a secret, which travels in clear.
        from_: Where the setting was written; None for what Prefect adds.
    """

    name: str
    value: str
    secret: bool
    from_: Optional[Origin] = field(metadata=renamed("from"))


@dataclass(frozen=True)
class Explanation(Document):
    """Which credentials a process of one launch sends on each connection, and which are set and not used:
    what ``prefect-config explain`` prints.

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
        target: What the process talks to, as Prefect decides it: ``ephemeral`` is a temporary
            server of its own: cloud, self-hosted, ephemeral, none.
        api_url: The API URL, user-info masked; None where none is set.
        credentials: Every credential that is set.
        surfaces: What each connection carries.
        flow_run_environment: What a worker of this launch puts into the environment of the flow
            runs it starts.
        findings: What is wrong, most severe first.
    """

    schema: str
    prefect_version: str
    loads: bool
    complete: bool
    profile: str
    profiles_path: str
    loader_profiles_path: Optional[str]
    target: str
    api_url: Optional[str]
    credentials: Tuple[Credential, ...]
    surfaces: Tuple[SurfacePlan, ...]
    flow_run_environment: Tuple[FlowRunVariable, ...]
    findings: Tuple[Finding, ...]

    def surface(self, name: str) -> SurfacePlan:
        """The connection of this name: ``http``, ``events-in`` and so on.

        Raises:
            KeyError: there is none of that name.
        """
        for one in self.surfaces:
            if one.surface == name:
                return one
        raise KeyError(name)
