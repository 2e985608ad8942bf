"""What was recorded, without what differs from run to run: ports, folders, identifiers, secrets in errors."""

from __future__ import annotations

import re

UUID = re.compile(r"(?<![0-9a-fA-F])[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![0-9a-fA-F])")
SECRET = re.compile(r"pnu_TEST\w*|TEST[-%][\w.%€+-]*")


def filled(text: str, names: dict[str, str]) -> str:
    """``{PORT}`` and the like replaced by what they are in this run."""
    for name, value in names.items():
        text = text.replace("{" + name + "}", value)
    return text


class Normal:
    """``names``: what placeholders stand for; ``ids``: identifiers that stay as they are."""

    def __init__(self, names: dict[str, str], ids: tuple[str, ...] = ()):
        # The longest first: one folder may be below another.
        self.names = sorted(names.items(), key=lambda item: -len(item[1]))
        self.ids = ids

    def text(self, text: str) -> str:
        for name, value in self.names:
            if value.isdigit():
                text = re.sub(rf"(?<!\d){value}(?!\d)", "{" + name + "}", text)
            else:
                text = text.replace(value, "{" + name + "}")
        return UUID.sub(lambda found: found[0] if found[0] in self.ids else "{uuid}", text)

    def error(self, text: str) -> str:
        text = self.text(SECRET.sub("********", text))
        return re.sub(r"0x[0-9a-f]{6,}", "0x{address}", text)

    def value(self, value):
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.value(one) for one in value]
        if isinstance(value, dict):
            return {name: self.value(one) for name, one in value.items()}
        return value

    def request(self, request: dict, agents: bool = False) -> dict:
        """``user_agent`` only where custom headers are about it, and without its versions."""
        made = {name: value for name, value in request.items() if name != "user_agent" or agents}
        if "user_agent" in made:
            made["user_agent"] = re.sub(r"/\d[\d.]*", "/{version}", made["user_agent"])
        if not made.get("headers") and made["transport"] != "tls":
            made["headers"] = []
        return self.value(made)


def row(normal: Normal, case, answer: dict, requests: list[dict]) -> dict:
    """A line of a recording. A client that returned without sending anything is absent here too."""
    made = {"surface": case.surface, "way": case.way, "target": case.target, "credentials": case.credentials}
    if case.server:
        made["server"] = case.server
    made["environment"] = [list(pair) for pair in case.environment]
    if answer["outcome"] == "raises":
        made["outcome"] = "raises"
        made["error"] = normal.error(answer["error"])
    elif requests and all(one["transport"] in ("tls", "tunnel") for one in requests):
        made["outcome"] = "raises"
        made["error"] = "nothing was raised, and nothing sent"
    elif answer["outcome"] == "absent" or not requests:
        made["outcome"] = "absent"
        made["why"] = answer.get("why", "nothing was sent")
    else:
        made["outcome"] = "connects"
    agents = any("User-Agent" in value for _, value in case.environment)
    made["requests"] = [normal.request(one, agents) for one in requests]
    if not case.way:
        del made["way"]
    return made


def distinct(requests: list[dict]) -> list[dict]:
    """Each different request once, in an order of its own: those of a whole process come in any.

    A WebSocket opened twice counts once, though nothing was sent on one of the two so far.
    """
    started = [one | {"first_is": "none"} for one in requests if one.get("first_is") == "other"]
    seen = {repr(one): one for one in requests if one not in started}
    return sorted(seen.values(), key=lambda one: (one["transport"], one.get("url", ""), one.get("method", ""), repr(one)))
