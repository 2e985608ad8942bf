"""Certificates for one run, made by the openssl program: one authority, and what can be wrong."""

from __future__ import annotations

import pathlib
import subprocess

HERE = "IP:127.0.0.1,DNS:localhost"
ELSEWHERE = "DNS:prefect.example.com"


class Certificates:
    """``NAME.pem`` and ``NAME.key`` in ``folder`` for ca, good, other-host, expired, self-signed, other-ca."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._authority("ca", "Probe test authority")
        self._authority("client-ca", "Probe test authority for clients")
        self._signed("good", HERE, "2")
        self._signed("other-host", ELSEWHERE, "2")
        # Ended a day before it began: what is looked at is the end.
        self._signed("expired", HERE, "-1")
        self._own("self-signed", "127.0.0.1", HERE)

    def path(self, name: str) -> str:
        return str(self.folder / name)

    def _openssl(self, *arguments: str) -> None:
        done = subprocess.run(["openssl", *arguments], cwd=self.folder, capture_output=True, timeout=60)
        if done.returncode != 0:
            raise RuntimeError(f"openssl {arguments[0]}: {done.stderr.decode(errors='replace')[-500:]}")

    def _own(self, name: str, subject: str, names: str = "", *more: str) -> None:
        made = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
        made += ["-subj", f"/CN={subject}", "-keyout", f"{name}.key", "-out", f"{name}.pem"]
        self._openssl(*made, *(("-addext", f"subjectAltName={names}") if names else ()), *more)

    def _authority(self, name: str, subject: str) -> None:
        self._own(name, subject, "", "-addext", "keyUsage=critical,keyCertSign,cRLSign")

    def _signed(self, name: str, names: str, days: str) -> None:
        request = ["req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        self._openssl(*request, "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.csr")
        (self.folder / f"{name}.ext").write_text(f"subjectAltName={names}\nbasicConstraints=CA:FALSE\n")
        signed = ["x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"]
        self._openssl(*signed, "-days", days, "-extfile", f"{name}.ext", "-out", f"{name}.pem")
