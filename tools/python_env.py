"""The locked Python packages, in a virtual environment of the cache."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from .files import command_failed, locked, need_space
from .paths import ROOT
from .ui import BdeError, note, step

LOCKS = {
    "run": ROOT / "tools/requirements.lock",
    "test": ROOT / "tools/requirements-test.lock",
}
NO_INDEX = (
    "Les paquets Python n'ont pas pu être installés : vérifiez le réseau (ou les réglages "
    "de pip) puis relancez la même commande."
)


def python_environment(cache, kind="run"):
    """Return the environment's Python, installing the locked packages if needed.

    One environment serves both kinds: ``test`` adds its packages to those of ``run``.

    :raises BdeError: no venv module, no network, disk full.
    """
    digest = hashlib.sha256(LOCKS["run"].read_bytes() + LOCKS["test"].read_bytes())
    name = f"py{sys.version_info[0]}.{sys.version_info[1]}-{digest.hexdigest()[:12]}"
    folder = Path(cache) / "venv" / name
    python = folder / "bin/python"
    done = folder / f".{kind}-complete"
    if done.exists() and _runs(python):
        return python
    with locked(Path(cache) / "venv.lock"):
        if not (done.exists() and _runs(python)):
            _install(folder, python, LOCKS[kind], Path(cache) / f"pip-{kind}.log")
            done.touch()
    return python


def _runs(python):
    # The interpreter it was made with may have been removed since.
    return python.exists() and os.access(python.resolve(), os.X_OK)


def _install(folder, python, lock, log):
    need_space(folder, 1200)
    with step("Installation des paquets Python verrouillés"):
        if not _runs(python) or not (folder / ".venv-complete").exists():
            made = subprocess.run(
                [sys.executable, "-m", "venv", "--clear", str(folder)],
                capture_output=True,
                text=True,
            )
            if made.returncode:
                raise BdeError(
                    "Python ne sait pas créer d'environnement virtuel ; tapez : "
                    "sudo apt-get install -y python3-venv"
                )
            (folder / ".venv-complete").touch()
        _pip(python, lock, log)


def _pip(python, lock, log):
    wanted = sum(1 for line in lock.read_text().splitlines() if "==" in line)
    command = [
        str(python), "-m", "pip", "install", "--require-hashes", "--no-input",
        "--disable-pip-version-check", "-r", str(lock),
    ]  # fmt: skip
    seen = 0
    with open(log, "w") as out:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        for line in process.stdout:
            out.write(line)
            if line.startswith("Collecting"):
                seen += 1
                if not seen % 25:
                    note(f"{seen} paquets sur {wanted} au plus")
            elif line.startswith("Installing collected"):
                note("tous téléchargés et vérifiés, installation")
        process.wait()
    if process.returncode:
        raise command_failed(NO_INDEX, log, details=False)
