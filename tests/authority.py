"""An authority for time stamps (RFC 3161) on loopback: ``openssl ts`` behind HTTP, with a root certificate of its own."""

import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

CONFIG = """[tsa]
default_tsa = authority
[authority]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
certs = {folder}/root.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
"""


class Authority:
    """``answer``, if set, is what it answers instead; ``asked`` counts."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.root, self.url = folder, folder / "root.pem", ""
        self.asked, self.status, self.answer = 0, 200, b""
        config = folder / "tsa.cnf"
        config.write_text(CONFIG.format(folder=folder))
        (folder / "serial").write_text("01\n")
        (folder / "eku").write_text(
            "extendedKeyUsage = critical,timeStamping\nkeyUsage = critical,digitalSignature\nbasicConstraints = CA:FALSE\n"
        )
        name = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        self.openssl(
            "req",
            "-x509",
            *name,
            "-keyout",
            "root.key",
            "-out",
            "root.pem",
            "-days",
            "3650",
            "-subj",
            "/CN=Test root",
            "-addext",
            "keyUsage=critical,keyCertSign",
        )
        self.openssl("req", *name, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=Test authority")
        self.openssl(
            "x509",
            "-req",
            "-in",
            "tsa.csr",
            "-CA",
            "root.pem",
            "-CAkey",
            "root.key",
            "-CAcreateserial",
            "-days",
            "3650",
            "-extfile",
            "eku",
            "-out",
            "tsa.pem",
        )

    def openssl(self, *args: str) -> None:
        subprocess.run(["openssl", *args], cwd=self.folder, check=True, capture_output=True)

    def reply(self, question: bytes) -> bytes:
        (self.folder / "question").write_bytes(question)
        self.openssl("ts", "-reply", "-queryfile", "question", "-config", "tsa.cnf", "-section", "authority", "-out", "reply")
        return (self.folder / "reply").read_bytes()

    def is_of(self, answer: bytes, data: bytes) -> bool:
        """Ask openssl itself whether an answer holds."""
        (self.folder / "data").write_bytes(data)
        (self.folder / "answer").write_bytes(answer)
        done = subprocess.run(
            ["openssl", "ts", "-verify", "-data", "data", "-in", "answer", "-CAfile", "root.pem"],
            cwd=self.folder,
            capture_output=True,
            check=False,
        )
        return done.returncode == 0


@contextmanager
def authority(folder: Path) -> Iterator[Authority]:
    """Give one for the length of the ``with``; skips where there is no openssl."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl")
    one = Authority(folder)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            question = self.rfile.read(int(self.headers["Content-Length"]))
            one.asked += 1
            assert self.headers["Content-Type"] == "application/timestamp-query"
            answer = one.answer or one.reply(question)
            self.send_response(one.status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    one.url = f"http://127.0.0.1:{server.server_port}/tsr"
    try:
        yield one
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
