#!/usr/bin/env python3
"""The tables are complete, the listeners do what they say, symptoms.json holds what it must. Needs no Prefect."""

from __future__ import annotations

import json
import pathlib
import re
import socket
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import check_probe  # noqa: E402
import cloud  # noqa: E402
import hostile  # noqa: E402
import listeners  # noqa: E402
import nginx_rows  # noqa: E402
import parts  # noqa: E402
import record_symptoms  # noqa: E402
import setups  # noqa: E402

RULES = HERE.parent.parent / "lib" / "src" / "checks" / "rules.cpp"


def said(port: int, sent: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(sent)
        answered = b""
        try:
            while some := connection.recv(65536):
                answered += some
        except ConnectionResetError:
            answered += b"(reset)"
    return answered


GET = b"GET /api/health HTTP/1.1\r\nHost: x\r\nAuthorization: %s\r\nConnection: close\r\n\r\n"


class Tables(unittest.TestCase):
    def test_every_nginx_row_is_probed(self):
        probed = {one.at.split(" ")[1] for one in setups.SETUPS if one.at.startswith("nginx ")}
        self.assertEqual(probed, set(nginx_rows.ROWS))

    def test_every_hostile_mode_is_probed(self):
        probed = {one.at.split(" ")[1] for one in setups.SETUPS if one.at.startswith("hostile ")}
        # What makes garbage of an answer, and not of a greeting, is among them by another name.
        self.assertEqual(set(hostile.MODES) - probed, set())

    def test_every_kind_of_server_is_probed(self):
        probed = {one.at.split(" ")[2] for one in setups.SETUPS if one.at.startswith("server ")}
        self.assertEqual(probed, set(parts.SERVERS))

    def test_codes_are_those_of_the_program(self):
        known = set(re.findall(r'"(PC4\d\d)"', RULES.read_text("utf-8")))
        used = {code for one in setups.SETUPS for text in (*one.codes, *one.surfaces.values()) for code in re.findall(r"PC4\d\d", text)}
        self.assertEqual(used - known, set())

    def test_codes_without_a_set_up(self):
        known = set(re.findall(r'"(PC4\d\d)"', RULES.read_text("utf-8")))
        sure = {code for one in setups.SETUPS for text in one.codes if not text.endswith("?") for code in text.split("|")}
        sure |= {text for one in setups.SETUPS for text in one.surfaces.values()}
        # Said where a surface is left out on purpose.
        self.assertEqual(known - sure, {"PC407"})

    def test_exceptions_name_set_ups(self):
        for pattern, client, surface, why in check_probe.EXCEPTIONS:
            self.assertTrue(any(check_probe.fnmatch.fnmatch(one.name, pattern) for one in setups.SETUPS), pattern)
            self.assertTrue(why)


class Symptoms(unittest.TestCase):
    def setUp(self):
        self.text = record_symptoms.SYMPTOMS.read_text("utf-8")
        self.rows = json.loads(self.text)

    def test_every_recorded_set_up_is_there(self):
        wanted = {(one.name, client) for one in setups.SETUPS if one.recorded for client in setups.CLIENTS}
        self.assertEqual({(one["setup"], one["client"]) for one in self.rows}, wanted)

    def test_nothing_of_the_machine_and_no_secret(self):
        # /work_pools is Prefect's.
        found = re.findall(r"/(?:home|root|tmp|usr|work)/[^\s\"]*|127\.0\.0\.1:\d+|TEST[-%]\w+|pnu_\w+", self.text)
        self.assertEqual(found, [])

    def test_a_failure_says_something(self):
        silent = {(one["setup"], one["run"]) for one in self.rows if one["verdict"] == "fails" and not one["said"]}
        still_waiting = {(one["setup"], one["run"]) for one in self.rows if "still waits" in one.get("ended", "")}
        self.assertEqual(silent - still_waiting, set())


class Listeners(unittest.TestCase):
    def test_a_tap_hands_on_and_counts(self):
        with hostile.Hostile("json-500") as there, listeners.Tap(there.port) as tap:
            answered = said(tap.port, GET % b"Basic x")
            self.assertTrue(answered.startswith(b"HTTP/1.1 500"), answered)
            self.assertEqual(tap.heads(), ["GET /api/health HTTP/1.1"])
            self.assertIn(b"Authorization: Basic x", tap.sent())

    def test_a_proxy_passes_and_refuses(self):
        with hostile.Hostile("json-500") as there:
            asked = b"GET http://x.invalid:1/api/health HTTP/1.1\r\nHost: x\r\n\r\n"
            with listeners.Proxy("pass", {"x.invalid:1": there.port}) as proxy:
                self.assertTrue(said(proxy.port, asked).startswith(b"HTTP/1.1 500"))
            with listeners.Proxy("407") as proxy:
                self.assertTrue(said(proxy.port, asked).startswith(b"HTTP/1.1 407"))
            with listeners.Proxy("cut") as proxy:
                self.assertEqual(said(proxy.port, asked), b"(reset)")

    def test_what_echoes_echoes(self):
        for mode in ("echo-reason", "echo-title", "echo-realm", "echo-location", "echo-version", "echo-json"):
            with hostile.Hostile(mode) as there:
                answered = said(there.port, GET % parts.basic("admin:TEST-x").encode())
                self.assertIn(b"admin:TEST-x", answered, mode)

    def test_closed_refuses(self):
        with listeners.Closed() as closed, self.assertRaises(ConnectionRefusedError):
            said(closed.port, b"")

    def test_cloud_judges_the_key(self):
        with cloud.Cloud() as there:
            for key, status in ((cloud.RIGHT, b"200"), (cloud.DENIED, b"403"), (cloud.WRONG, b"401")):
                path = cloud.HERE.encode() + b"/work_pools/p"
                sent = b"GET %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n" % (path, key.encode())
                with socket.create_connection(("127.0.0.1", there.port), timeout=5) as connection:
                    connection.sendall(sent)
                    self.assertEqual(connection.recv(65536).split(b" ")[1], status)


if __name__ == "__main__":
    unittest.main()
