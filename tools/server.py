"""The running processes: Odoo and the mail catcher."""

import contextlib
import json
import os
import signal
import subprocess
import time
import urllib.request
from dataclasses import asdict, dataclass
from pathlib import Path

from . import ports
from .files import excerpt, write_atomic
from .ui import BdeError

WEB_MAIL, SMTP = 8025, 8026


@dataclass
class Running:
    """A started server, as its record in the data folder tells it."""

    pid: int
    mail_pid: int
    port: int
    database: str
    mail_port: int
    smtp_port: int
    demo: bool = False  # whether it holds the demonstration académie

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def mail_url(self):
        return f"http://127.0.0.1:{self.mail_port}"


def record_path(data):
    return Path(data) / "run/server.json"


def running(data):
    """The server of this data folder that is alive, or None."""
    try:
        found = Running(**json.loads(record_path(data).read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return found if alive(found.pid, str(data)) else None


def alive(pid, word):
    """Whether a process of that number exists and is ours (``word`` in its command)."""
    try:
        return word.encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        if Path("/proc/self").exists():
            return False
    try:  # no /proc here
        os.kill(pid, 0)
    except OSError:
        return False
    return True


@dataclass
class Catcher:
    """The mail catcher's process and its ports."""

    process: subprocess.Popen
    web: int
    smtp: int


def start_catcher(workspace, folder=None, avoid=(), usual=False):
    """Start the mail catcher.

    :param folder: where it keeps the messages; the data folder's by default.
    :param usual: try the usual ports first.
    """
    web = ports.free(WEB_MAIL if usual else None, avoid)
    smtp = ports.free(SMTP if usual else None, {web, *avoid})
    store = Path(folder) if folder else workspace.data / "mail"
    command = [str(workspace.python), "-m", "tools.mailcatcher", str(web), str(smtp), str(store)]
    return Catcher(_spawn(command, workspace, "mailcatcher"), web, smtp)


def start_odoo(workspace, database, port, catcher, workers=0, log="odoo"):
    """Start Odoo with its mail going to the catcher; return once it answers.

    :return: the ``Running`` record and Odoo's process.
    :raises BdeError: with the end of Odoo's log when it stops or does not answer.
    """
    gevent = ports.free(port + 3, {port, catcher.web, catcher.smtp})
    command = workspace.server_command(
        database,
        f"--http-port={port}",
        f"--gevent-port={gevent}",
        f"--workers={workers}",
        f"--smtp-port={catcher.smtp}",
        f"--db-filter=^{database}$",
    )
    odoo = _spawn(command, workspace, log)
    found = Running(odoo.pid, catcher.process.pid, port, database, catcher.web, catcher.smtp)
    try:
        wait_ready(found, odoo, catcher.process, workspace.data / "logs" / f"{log}.log")
    except BaseException:
        stop_processes(odoo.pid)
        raise
    return found, odoo


def record(data, found):
    """Note the running server in the data folder, for the other commands."""
    write_atomic(record_path(data), json.dumps(asdict(found)))


def wait_ready(found, odoo, catcher, log, limit=180):
    """Wait until the sign-in page answers: then the registry is loaded as well."""
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        if odoo.poll() is not None:
            raise BdeError(f"Odoo s'est arrêté.\n{excerpt(log)}\n    journal : {log}")
        if catcher.poll() is not None:
            raise BdeError("Le receveur de courriels s'est arrêté ; voir mailcatcher.log.")
        with contextlib.suppress(OSError):
            health = f"{found.url}/web/health"
            if urllib.request.urlopen(health, timeout=10).status == 200:
                login = f"{found.url}/web/login"
                urllib.request.urlopen(login, timeout=limit).read(1)
                return
        time.sleep(0.2)
    raise BdeError(f"Odoo ne répond pas après {limit} s.\n{excerpt(log)}\n    journal : {log}")


def stop(data):
    """Stop the recorded server; return whether there was one."""
    found = running(data)
    # First: the bde that waits for the server then knows that it was asked to end.
    record_path(data).unlink(missing_ok=True)
    if found:
        stop_processes(found.pid, found.mail_pid)
    return bool(found)


def stop_processes(*pids, patience=15):
    """Ask processes that we started to end, then make those that linger."""
    left = list(pids)
    for pid in left:
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + patience
    while left and time.monotonic() < deadline:
        left = [pid for pid in left if _exists(pid)]
        time.sleep(0.1)
    for pid in left:
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)


def _exists(pid):
    with contextlib.suppress(OSError):
        os.waitpid(pid, os.WNOHANG)  # a child that ended must be reaped to vanish
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def _spawn(command, workspace, log):
    path = workspace.data / "logs" / f"{log}.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "ab") as out:
        return subprocess.Popen(
            command,
            stdout=out,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env=workspace.env,
            cwd=workspace.data,
            start_new_session=True,
        )
