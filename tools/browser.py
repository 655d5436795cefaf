"""Chromium for the browser tests: the machine's own, installed by apt where root may."""

import os
import shutil
from pathlib import Path

from . import apt
from .files import write_atomic
from .ui import BdeError, note, step

NAMES = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
# Odoo's own flags, plus what keeps a closed network quiet.
QUIET = (
    "--no-first-run",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
FLAGS = ("--no-sandbox", "--disable-gpu", *QUIET)


def find_chromium():
    """Path of the machine's Chromium or Chrome, or None."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def ensure_chromium(cache):
    """Folder to put first on PATH for the tests, or None without a browser.

    It holds a ``chromium`` that adds the quiet flags to those of Odoo's test runner.
    """
    if not find_chromium():
        try:
            with step("Installation de Chromium (apt)"):
                apt.system_install(
                    ["chromium"], Path(cache) / "apt-system.log", Path(cache) / "apt-system.lock"
                )
        except BdeError as error:
            note(f"les tests de navigateur seront sautés : {error}")
            return None
    folder = Path(cache) / "bin"
    real = find_chromium()
    if not real:
        return None
    script = f'#!/bin/sh\nexec "{os.path.realpath(real)}" {" ".join(QUIET)} "$@"\n'
    path = folder / "chromium"
    if not path.exists() or path.read_text() != script:
        write_atomic(path, script, mode=0o755)
    return folder
