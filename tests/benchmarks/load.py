"""Visitors at a fixed rate of arrival, and the server that they visit.

Whoever comes late because the server is slow does not wait for the others: each visit begins at
its own time, and what it waited before it could begin counts (no coordinated omission).
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

from tests.visitor import CODE, Visitor
from tools import ports

ROOT = Path(__file__).resolve().parents[2]
VISITORS = 128


@contextlib.contextmanager
def server(database, workers=2):
    """Odoo in several processes without jobs, and a mail catcher: (address, address of mails)."""
    port = ports.free()
    mail_port, smtp_port = ports.free(avoid={port}), ports.free(avoid={port, port + 1})
    folder = tempfile.mkdtemp(prefix="bde-bench-mail-")
    catcher = subprocess.Popen(
        [sys.executable, "-m", "tools.mailcatcher", str(mail_port), str(smtp_port), folder],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    command = [sys.executable, "-m", "odoo", "server", "-d", database]
    if os.environ.get("BDE_ODOO_CONF"):
        command += ["-c", os.environ["BDE_ODOO_CONF"]]
    log = Path(folder) / "odoo.log"
    odoo = subprocess.Popen(
        [
            *command, f"--workers={workers}", "--max-cron-threads=0", f"--http-port={port}",
            f"--gevent-port={ports.free(avoid={port, mail_port, smtp_port})}",
            f"--smtp-port={smtp_port}", f"--db-filter=^{database}$", "--log-level=warn",
            "--unaccent", f"--logfile={log}",
        ],
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address, odoo, log)
        yield address, f"http://127.0.0.1:{mail_port}"
    finally:
        for process in (odoo, catcher):
            process.terminate()
        for process in (odoo, catcher):
            process.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(address, process, log, patience=120):
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(requests.ConnectionError):
            if requests.get(f"{address}/web/health", timeout=5).ok:
                return
        time.sleep(0.3)
    raise RuntimeError(f"le serveur du banc n'a pas démarré : {log.read_text()[-500:]}")


def arrivals(visit, guests, rate):
    """Lets guests in, so many a second, each in a thread of its own.

    :param visit: called with a guest; returns the seconds that count, or None to count all of
        its visit from the moment it was due
    :return: (seconds of each visit, errors as texts)
    """
    seconds, errors, lock = [], [], threading.Lock()
    start = time.perf_counter() + 0.2

    def come(number, guest):
        due = start + number / rate
        time.sleep(max(0.0, due - time.perf_counter()))
        try:
            spent = visit(guest)
        except Exception as error:  # noqa: BLE001 - an error of one guest is a result
            with lock:
                errors.append(f"{type(error).__name__}: {error}"[:200])
            return
        with lock:
            seconds.append(time.perf_counter() - due if spent is None else spent)

    with ThreadPoolExecutor(VISITORS) as pool:
        list(pool.map(come, range(len(guests)), guests))
    return seconds, errors


def percentile(seconds, rank=95):
    """Value that so many per cent of the visits do not exceed."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(len(ordered) * rank / 100))]


class Signer(Visitor):
    """A visitor whose signature is timed by itself."""

    def __init__(self, address, token):
        super().__init__(f"{address}/bde/s/{token}")

    def sign(self, code):
        """Seconds of the signature itself."""
        start = time.perf_counter()
        answer = self.send_signature(code, "Signature du banc")
        spent = time.perf_counter() - start
        assert answer.status_code == 303, f"sign: {answer.status_code}"
        return spent


def code_of(mails, address):
    """The code in the newest message to an address."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        found = requests.get(f"{mails}/api/messages", params={"to": address}, timeout=30).json()
        for message in found:
            if code := CODE.search(message["subject"]):
                return code[0]
        time.sleep(0.1)
    raise AssertionError("no code came")
