"""Locks, free space, atomic writes and child processes with a log."""

import contextlib
import fcntl
import os
import re
import shutil
import subprocess
from pathlib import Path

from .ui import BdeError, note

ROUTINE = re.compile(r"^\d{4}-\d\d-\d\d \S+ \d+ (INFO|DEBUG) ")


@contextlib.contextmanager
def locked(path):
    """Hold an exclusive lock on ``path``: two runs at once wait for each other."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            note("une autre exécution de bde y travaille déjà ; attente…")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def need_space(folder, megabytes):
    """Refuse to begin what would fill the disk half-way.

    :raises BdeError: when less than ``megabytes`` are free where ``folder`` is.
    """
    folder = Path(folder)
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free // 2**20
    if free < megabytes:
        raise BdeError(
            f"Disque plein : il reste {free} Mo sous {folder} et il en faut "
            f"{megabytes} ; libérez de la place ou choisissez un autre dossier avec "
            "BDE_CACHE et BDE_DATA."
        )


def write_atomic(path, text, mode=0o644):
    """Write a text file whole or not at all."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with open(os.open(temporary, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, mode), "w") as out:
        out.write(text)
    temporary.replace(path)


@contextlib.contextmanager
def build_folder(target):
    """Yield a temporary folder that becomes ``target`` only when all went well."""
    target = Path(target)
    temporary = target.with_name(f".{target.name}.partial")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    try:
        yield temporary
        temporary.rename(target)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def run_logged(command, log, failure, env=None, cwd=None, details=True, **kwargs):
    """Run a command with its output in ``log``.

    :param failure: French sentence told when it fails.
    :param details: tell the log's last lines as well.
    :raises BdeError: with that sentence.
    """
    log = Path(log)
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "ab") as out:
        start = out.tell()
        result = subprocess.run(
            [str(part) for part in command],
            stdout=out,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env=env,
            cwd=cwd,
            **kwargs,
        )
    if result.returncode:
        raise command_failed(failure, log, start, details)


def command_failed(failure, log, start=0, details=True):
    """The error to raise for a command that failed: a full disk explains any failure."""
    lines = excerpt(log, start)
    if "No space left on device" in lines:
        failure = "Disque plein : libérez de la place, puis relancez la même commande."
    shown = f"{failure}\n{lines}" if details else failure
    return BdeError(f"{shown}\n    journal : {log}")


def excerpt(log, start=0, lines=15):
    """Last lines that a command wrote in its log, Odoo's routine ones left out."""
    with open(log, "rb") as handle:
        handle.seek(start)
        text = handle.read().decode(errors="replace")
    kept = [line for line in text.splitlines() if line.strip() and not ROUTINE.match(line)]
    return "\n".join(f"    | {line}" for line in kept[-lines:])
