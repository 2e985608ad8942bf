"""Dataclasses from and to the JSON documents that the program prints with ``-o json``.

What it is not: a list of keys. The dataclasses of ``_results`` are that; a key that none of them
knows, of a newer program, is passed over.
"""

from __future__ import annotations

import dataclasses
from typing import Any, Dict, Mapping, Tuple, Type, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T", bound="Document")

#: Of a member that is no key of the document.
NO_KEY: Mapping[str, Any] = {"key": None}


def renamed(key: str) -> Mapping[str, Any]:
    """Of a member whose key is no name in Python."""
    return {"key": key}


#: Of a member whose key is left out where it is what it is by default.
MAY_BE_ABSENT: Mapping[str, Any] = {"absent": True}


class Document:
    """What every result is: frozen, comparable, hashable, and the same as a part of a JSON document."""

    @classmethod
    def from_json(cls: Type[T], document: Mapping[str, Any]) -> T:
        """The result that a document stands for: what ``json.load`` gives of ``-o json``.

        Keys that this release does not know are passed over.

        Raises:
            KeyError: a key that every such document has is missing.
        """
        members: Dict[str, Any] = {}
        for name, key, may_be_absent, kind, _ in _members(cls):
            if key is None or (may_be_absent and key not in document):
                continue
            members[name] = _read(kind, document[key])
        return cls(**members)

    def to_json(self) -> Dict[str, Any]:
        """The document again, of plain dicts, lists, texts and numbers; a copy."""
        document: Dict[str, Any] = {}
        for name, key, may_be_absent, _, default in _members(type(self)):
            value = getattr(self, name)
            if key is None or (may_be_absent and value == default):
                continue
            document[key] = _plain(value)
        return document


#: Name, key, whether it may be absent, type, default.
_Members = Tuple[Tuple[str, Any, bool, Any, Any], ...]
_KNOWN_MEMBERS: Dict[Type[Any], _Members] = {}


def _members(cls: Type[Any]) -> _Members:
    if cls in _KNOWN_MEMBERS:
        return _KNOWN_MEMBERS[cls]
    kinds = get_type_hints(cls)
    members = tuple(
        (
            one.name,
            one.metadata.get("key", one.name),
            bool(one.metadata.get("absent")),
            kinds[one.name],
            one.default,
        )
        for one in dataclasses.fields(cls)
    )
    _KNOWN_MEMBERS[cls] = members
    return members


def _read(kind: Any, value: Any) -> Any:
    if get_origin(kind) is Union:
        if value is None:
            return None
        kind = next(one for one in get_args(kind) if one is not type(None))
    if get_origin(kind) is tuple:
        return tuple(_read(get_args(kind)[0], one) for one in value)
    if isinstance(kind, type) and issubclass(kind, Document):
        return kind.from_json(value)
    return _plain(value)


def _plain(value: Any) -> Any:
    """Of plain dicts and lists, which are new ones: whoever changes a document changes no result."""
    if isinstance(value, Document):
        return value.to_json()
    if isinstance(value, (tuple, list)):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return value


def finding_line(finding: Any) -> str:
    """A finding on one line, as compilers print it."""
    place = finding.file or ""
    if finding.line is not None:
        place += f":{finding.line}:{finding.column}"
    return f"{finding.severity}[{finding.code}]{' ' + place if place else ''}: {finding.message}"
