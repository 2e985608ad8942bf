"""Values that were asked for with ``show_secrets=True``: they are what they are, and print as masked.

What it is not: protection of the value. ``str(value)`` is the secret; only ``repr`` is not, which is
what tracebacks, logs of objects and a debugger's variables show.
"""

from __future__ import annotations

from typing import Any

MASK = "********"


class _Masked:
    """Gives a value of a plain type another ``repr``."""

    _shown_as: str = repr(MASK)

    def __repr__(self) -> str:
        return self._shown_as


class ShownText(_Masked, str):
    """A text that holds a secret."""


class ShownInteger(_Masked, int):
    """A whole number that is a secret."""

    # Python's own goes by `repr`; `format` goes by this one.
    __str__ = int.__repr__


class ShownNumber(_Masked, float):
    """Any other number that is a secret."""

    __str__ = float.__repr__


_KINDS = {str: ShownText, int: ShownInteger, float: ShownNumber}
_NOTHING = object()


def hide_in_repr(shown: Any, masked: Any = _NOTHING) -> Any:
    """``shown``, with every value that is another one in ``masked`` made to print as that.

    Both are JSON documents. Where the two differ in shape, all of what is there is masked.
    """
    if isinstance(shown, dict):
        same = isinstance(masked, dict)
        return {
            key if same and key in masked else hide_in_repr(key): hide_in_repr(
                value, masked[key] if same and key in masked else _NOTHING
            )
            for key, value in shown.items()
        }
    if isinstance(shown, list):
        same = isinstance(masked, list) and len(masked) == len(shown)
        return [hide_in_repr(value, masked[at] if same else _NOTHING) for at, value in enumerate(shown)]
    kind = _KINDS.get(type(shown))
    if kind is None or (type(shown) is type(masked) and shown == masked):
        return shown
    value = kind(shown)
    value._shown_as = repr(MASK if masked is _NOTHING else masked)
    return value
