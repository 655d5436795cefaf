"""Where things live: the cache shared by checkouts, the data of this one."""

import hashlib
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def cache_dir(environ=os.environ):
    """Folder of downloads and Python environments, shared between checkouts."""
    if environ.get("BDE_CACHE"):
        return Path(environ["BDE_CACHE"]).expanduser().absolute()
    base = environ.get("XDG_CACHE_HOME") or Path(environ.get("HOME", "/")) / ".cache"
    return Path(base) / "bde"


def data_dir(environ=os.environ, root=ROOT, uid=None):
    """Folder of this checkout's databases, files, keys, mail and logs.

    Root's own home is closed to the unprivileged user that PostgreSQL runs as,
    so root's data goes to /var/lib/bde unless BDE_DATA says otherwise.
    """
    if environ.get("BDE_DATA"):
        return Path(environ["BDE_DATA"]).expanduser().absolute()
    uid = os.getuid() if uid is None else uid
    if uid == 0:
        base = Path("/var/lib/bde")
    elif environ.get("XDG_DATA_HOME"):
        base = Path(environ["XDG_DATA_HOME"]) / "bde"
    else:
        base = Path(environ.get("HOME", "/")) / ".local" / "share" / "bde"
    return base / checkout_name(root)


def checkout_name(root=ROOT):
    """Name of the data sub-folder of a checkout: its folder and a hash of its path."""
    real = str(Path(root).resolve())
    return f"{Path(real).name}-{hashlib.sha256(real.encode()).hexdigest()[:10]}"


def our_modules(root=ROOT):
    """Names of the suite's modules present in the tree, lowest first."""
    names = ["bde_partnerships", "bde_pfmp", "bde_alumni"]
    return [name for name in names if (root / name / "__manifest__.py").is_file()]
