"""Prefect Cloud as far as its credentials go, on tests/conformance/auth's recorder: it judges the key.

Made up, since the real Cloud is not asked: that a wrong key is 401, and a known key without a role in
the workspace 403, on HTTP and in the WebSocket handshake; that a token is refused by a close 1008.
What is recorded is everything that the client sends.
"""

from __future__ import annotations

import http
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "conformance" / "auth"))

import recorder  # noqa: E402

ACCOUNT = "11111111-1111-4111-8111-111111111111"
WORKSPACE = "22222222-2222-4222-8222-222222222222"
OTHER = "44444444-4444-4444-8444-444444444444"

RIGHT, DENIED, OTHERS, WRONG = "pnu_TESTright", "pnu_TESTdenied", "pnu_TESTothers", "pnu_TESTwrong"
SEEN = {RIGHT: (WORKSPACE,), DENIED: (WORKSPACE,), OTHERS: (OTHER,)}
HERE = f"/api/accounts/{ACCOUNT}/workspaces/{WORKSPACE}"
TEXT = {401: "Unauthorized", 403: "Forbidden"}


class Cloud(recorder.Recorder):
    """``lines``: a request a line, besides ``requests`` of the recorder."""

    def __enter__(self):
        return self

    def __exit__(self, *_) -> None:
        self.settle(0.2)
        self.close()

    def heads(self) -> list[str]:
        return [f"{one['method']} {one['url']}" for one in self.requests if one["transport"] in ("http", "websocket")]

    @staticmethod
    def _key(request: dict) -> str:
        value = next((value for name, value in request["headers"] if name.lower() == "authorization"), "")
        scheme, _, key = value.partition(" ")
        return key if scheme.lower() == "bearer" else ""

    @staticmethod
    def _path(request: dict) -> str:
        return "/" + request["url"].split("://", 1)[-1].partition("/")[2].partition("?")[0]

    @staticmethod
    def _status(key: str) -> int:
        return 401 if key not in SEEN else 200 if key == RIGHT else 403

    def _answer(self, request):
        key, path = self._key(request), self._path(request)
        if path == "/api/me/workspaces":
            if key not in SEEN:
                return 401, {"detail": "Unauthorized"}, ()
            return 200, [self._workspace(one) for one in SEEN[key]], ()
        status = self._status(key)
        if status != 200:
            return status, {"detail": TEXT[status]}, ()
        if not path.startswith(HERE):
            return 404, {"detail": "Not Found"}, ()
        if "/work_pools/" in path and not path.endswith(("/work_pools/filter", "/work_pools/p")) and request["method"] == "GET":
            return 404, {"detail": "Worker pool not found"}, ()
        if path.endswith("/work_pools/p"):
            return 200, recorder.WORK_POOL | {"name": "p"}, ()
        return super()._answer(request)

    @staticmethod
    def _workspace(identifier: str) -> dict:
        return {
            "account_id": ACCOUNT, "account_name": "account", "account_handle": "account",
            "workspace_id": identifier, "workspace_name": "workspace", "workspace_handle": "workspace",
            "workspace_description": "",
        }  # fmt: skip

    async def _websocket(self, reader, writer, request, headers: dict) -> None:
        """Where the key comes as a header (events/in) it is judged before the connection opens."""
        key = self._key(request)
        status = self._status(key) if key or self._path(request).endswith("/events/in") else 200
        if status != 200:
            await self._write(writer, status, {"detail": TEXT[status]})
            return
        await super()._websocket(reader, writer, request, headers)

    @staticmethod
    async def _write(writer, status: int, value, more=()) -> None:
        """As the recorder does, with the reasons that clients print."""
        body = value if isinstance(value, bytes) else b"" if value is None else json.dumps(value).encode()
        lines = [f"HTTP/1.1 {status} {http.HTTPStatus(status).phrase}", f"Content-Length: {len(body)}"]
        lines += ["Content-Type: application/json", *(f"{name}: {text}" for name, text in more)]
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        await writer.drain()

    def _message(self, writer, request, payload: bytes) -> None:
        try:
            message = json.loads(payload)
        except ValueError:
            message = None
        if isinstance(message, dict) and message.get("type") == "auth" and self._status(str(message.get("token"))) != 200:
            request["first_is"], request["first_message"] = "auth", message
            self._send(writer, 8, (1008).to_bytes(2, "big") + b"Invalid token")
            return
        super()._message(writer, request, payload)
