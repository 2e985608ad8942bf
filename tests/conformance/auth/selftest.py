#!/usr/bin/env python3
"""The recorder notes what a client sends, as it was sent; recordings hold what they must. Needs no Prefect."""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import re
import socket
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import cases  # noqa: E402
import normal  # noqa: E402
import record_auth  # noqa: E402
import recorder  # noqa: E402

UPGRADE = (
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
)


class Client:
    """A connection that sends exactly the bytes it is given."""

    def __init__(self, port: int):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=5)

    def request(self, line: str, *headers: str, body: bytes = b"") -> str:
        self.socket.sendall("\r\n".join([line, *headers]).encode() + b"\r\n\r\n" + body)
        return self.answer()

    def answer(self) -> str:
        said = b""
        while b"\r\n\r\n" not in said:
            said += self.exactly(1)
        length = re.search(rb"Content-Length: (\d+)", said)
        return (said + self.exactly(int(length[1]) if length else 0)).decode()

    def exactly(self, count: int) -> bytes:
        said = b""
        while len(said) < count:
            some = self.socket.recv(count - len(said))
            if not some:
                raise ConnectionError("closed")
            said += some
        return said

    def message(self, text: str) -> None:
        payload, mask = text.encode(), os.urandom(4)
        size = len(payload)
        length = bytes([128 | size]) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
        self.socket.sendall(b"\x81" + length + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(payload)))

    def frame(self):
        first, size = self.exactly(2)
        return first & 15, self.exactly(size)


class RecorderTest(unittest.TestCase):
    def setUp(self):
        self.recorder = recorder.Recorder()
        self.addCleanup(self.recorder.close)
        self.recorder.start()
        self.client = Client(self.recorder.port)
        self.addCleanup(self.client.socket.close)
        self.host = f"Host: 127.0.0.1:{self.recorder.port}"

    def requests(self):
        self.client.socket.close()
        return self.recorder.settle()

    def test_headers_keep_spelling_order_and_repetition(self):
        sent = ("authorization: Basic TEST", "X-Tok:  two blanks ", "Authorization: Custom TEST", "Accept: */*")
        self.client.request("GET /api/hello?a=%20b HTTP/1.1", self.host, *sent)
        (one,) = self.requests()
        wanted = [["authorization", "Basic TEST"], ["X-Tok", " two blanks "], ["Authorization", "Custom TEST"]]
        self.assertEqual(one["headers"], wanted)
        self.assertEqual(one["url"], f"http://127.0.0.1:{self.recorder.port}/api/hello?a=%20b")
        self.assertEqual((one["transport"], one["method"]), ("http", "GET"))

    def test_a_bare_newline_in_a_header_stays(self):
        self.client.request("GET /x HTTP/1.1", self.host, "Authorization: bearer TEST\n")
        self.assertEqual(self.requests()[0]["headers"], [["Authorization", "bearer TEST\n"]])

    def test_bodies_are_passed_over(self):
        self.client.request("POST /a HTTP/1.1", self.host, "Content-Length: 5", body=b"GET /")
        chunks = b"3\r\nabc\r\n0\r\n\r\n"
        self.client.request("POST /b HTTP/1.1", self.host, "Transfer-Encoding: chunked", body=chunks)
        self.client.request("GET /c HTTP/1.1", self.host)
        self.assertEqual([one["url"][-1] for one in self.requests()], ["a", "b", "c"])

    def test_a_websocket_that_authenticates_first(self):
        said = self.client.request("GET /events/in HTTP/1.1", self.host, *UPGRADE, "Sec-WebSocket-Protocol: prefect, x")
        self.assertIn("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", said)
        self.assertIn("Sec-WebSocket-Protocol: prefect\r\n", said)
        self.client.message(json.dumps({"type": "auth", "token": "TEST-é" * 40}))
        opcode, payload = self.client.frame()
        self.assertEqual((opcode, json.loads(payload)), (1, {"type": "auth_success"}))
        self.client.message('{"type": "auth", "token": "another"}')
        (one,) = self.requests()
        self.assertEqual(one["subprotocols"], ["prefect", "x"])
        self.assertEqual(one["first_message"], {"type": "auth", "token": "TEST-é" * 40})
        self.assertEqual(one["url"], f"ws://127.0.0.1:{self.recorder.port}/events/in")

    def test_a_websocket_that_sends_something_else_or_nothing(self):
        self.client.request("GET /events/in HTTP/1.1", self.host, *UPGRADE)
        self.client.message('{"id": "x"}')
        second = Client(self.recorder.port)
        second.request("GET /events/in HTTP/1.1", self.host, *UPGRADE)
        second.socket.close()
        first, second = self.requests()
        self.assertEqual((first["first_is"], first["first_message"]), ("other", None))
        self.assertEqual((second["first_is"], second["subprotocols"]), ("none", []))

    def test_a_proxy(self):
        self.client.request("GET http://example.com/api HTTP/1.1", "Host: example.com", "Proxy-Authorization: Basic TEST")
        self.assertIn(" 200 ", self.client.request("CONNECT example.com:80 HTTP/1.1", "Host: example.com:80"))
        self.client.request("GET /api HTTP/1.1", "Host: example.com:80")
        absolute, tunnel, inside = self.requests()
        self.assertEqual((absolute["proxy"], absolute["url"]), ("absolute-form", "http://example.com/api"))
        self.assertEqual(absolute["headers"], [["Proxy-Authorization", "Basic TEST"]])
        self.assertEqual((tunnel["transport"], tunnel["url"]), ("tunnel", "example.com:80"))
        self.assertEqual((inside["proxy"], inside["url"]), ("tunnel", "http://example.com:80/api"))

    def test_a_host_header_that_is_not_the_connection(self):
        self.client.request("GET /api HTTP/1.1", "Host: other.example")
        (one,) = self.requests()
        self.assertEqual((one["host"], one["url"]), ("other.example", f"http://127.0.0.1:{self.recorder.port}/api"))

    def test_redirects_once(self):
        self.recorder.mode = "redirect ws other-port"
        said = self.client.request("GET /api/x?q HTTP/1.1", self.host)
        self.assertIn(f"Location: ws://127.0.0.1:{self.recorder.other_port}/moved/api/x?q\r\n", said)
        self.assertIn(" 200 ", self.client.request("GET /moved/api/x HTTP/1.1", self.host))

    def test_csrf(self):
        asked = "GET /api/csrf-token?client=x HTTP/1.1"
        self.assertIn(" 422 ", self.client.request(asked, self.host))
        self.recorder.mode = "csrf"
        self.assertIn('"token": "TEST-csrf"', self.client.request(asked, self.host))

    def test_a_fault_of_its_own_is_not_silent(self):
        self.client.socket.sendall(b"nonsense\r\n\r\n")
        with self.assertRaises(RuntimeError):
            self.requests()


class NormalTest(unittest.TestCase):
    def setUp(self):
        names = {"PORT": "41234", "root": "/t/auth-x"}
        self.normal = normal.Normal(names, (cases.ACCOUNT,))

    def test_what_differs_from_run_to_run(self):
        made = self.normal.text(f"ws://h:41234/{cases.ACCOUNT}/{cases.WORKSPACE}?x=/t/auth-x/y&n=141234")
        self.assertEqual(made, f"ws://h:{{PORT}}/{cases.ACCOUNT}/{{uuid}}?x={{root}}/y&n=141234")

    def test_secrets_leave_errors_and_nothing_else(self):
        self.assertEqual(self.normal.error(f"bad b'Bearer {cases.KEY}'"), "bad b'Bearer ********'")
        self.assertEqual(self.normal.text(cases.AUTH), cases.AUTH)

    def test_outcomes(self):
        case = cases.standard(cases.newest())[0]
        sent = [{"transport": "http", "method": "GET", "url": "http://h:41234/", "headers": []}]
        for answer, requests, wanted in (
            ({"outcome": "returned"}, sent, "connects"),
            ({"outcome": "returned"}, [], "absent"),
            ({"outcome": "returned"}, [{"transport": "tls"}], "raises"),
            ({"outcome": "absent", "why": "no module x"}, [], "absent"),
            ({"outcome": "raises", "error": "ValueError: x"}, sent, "raises"),
        ):
            self.assertEqual(normal.row(self.normal, case, answer, requests)["outcome"], wanted)

    def test_distinct(self):
        one, other = {"transport": "http", "url": "b"}, {"transport": "http", "url": "a"}
        self.assertEqual(normal.distinct([one, other, dict(one)]), [other, one])
        silent, speaks = ({"transport": "websocket", "first_is": said} for said in ("none", "other"))
        self.assertEqual(normal.distinct([silent, speaks]), [speaks])
        self.assertEqual(normal.distinct([silent]), [silent])


class RecordingsTest(unittest.TestCase):
    """Of every file committed: complete for the cases as they are now, reproducible, nothing of a machine."""

    def test_recordings(self):
        found = sorted(record_auth.RECORDINGS.glob("*.json"))
        self.assertTrue(found)
        for path in found:
            with self.subTest(path.name):
                text = path.read_text("utf-8")
                document = json.loads(text)
                self.assertEqual(document["version"], path.stem)
                self.assertEqual(record_auth.document_text(document), text)
                rows = [record_auth.identity(row) for row in document["cases"]]
                self.assertEqual(rows, [dataclasses.astuple(case) for case in record_auth.all_cases(path.stem)])
                # Identifiers of the machine or of the run.
                self.assertNotRegex(text, r"/tmp/|/root/|/venv/|(127\.0\.0\.1|localhost):(?!4200\b)\d")
                timed_out = [r for r in document["cases"] if r.get("error", "").startswith("TimeoutError")]
                self.assertEqual(timed_out, [])


if __name__ == "__main__":
    unittest.main()
