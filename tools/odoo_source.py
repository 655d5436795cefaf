"""Find Odoo 19.0 Community: a checkout of the user's, else Debian's package."""

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from . import apt
from .files import build_folder, locked, need_space
from .ui import BdeError, note, step

SERIES = "19.0"
# Debian links Odoo's fonts and scripts to these; the last two are for our PDFs.
COMPANIONS = [
    "fonts-font-awesome",
    "fonts-roboto-unhinted",
    "fonts-montserrat",
    "fonts-inconsolata",
    "fonts-ocr-b",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-dejavu-core",
    "fonts-liberation",
]
STUB = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"


@dataclass
class OdooSource:
    """Where Odoo's Python package and its addons are."""

    package: Path  # the folder named "odoo"
    addons: list
    version: str
    origin: str
    share: Path | None = None  # usr/share of the unpacked Debian packages

    @property
    def python_path(self):
        return self.package.parent


def read_version(package):
    """Version told by ``release.py``, read as text: nothing is imported.

    :raises BdeError: when the folder holds no Odoo.
    """
    release = Path(package) / "release.py"
    if not release.is_file():
        raise BdeError(f"Il n'y a pas d'Odoo dans {package} (fichier release.py absent).")
    found = re.search(r"^version_info\s*=\s*\((.+?)\)", release.read_text(), re.M)
    parts = [part.strip(" '\"") for part in found[1].split(",")] if found else []
    if len(parts) < 2:
        raise BdeError(f"La version d'Odoo est illisible dans {release}.")
    return ".".join(parts[:3]) if len(parts) > 2 else ".".join(parts)


def check_version(version, where):
    """Refuse what is not the 19.0 series.

    :raises BdeError: naming the version found.
    """
    if ".".join(version.split(".")[:2]) != SERIES:
        raise BdeError(
            f"Odoo {version} trouvé dans {where}, mais la suite demande Odoo {SERIES} : "
            f"indiquez un dossier d'Odoo {SERIES} avec ODOO_SOURCE, ou retirez ODOO_SOURCE "
            "pour qu'il soit téléchargé."
        )


def find_odoo(cache):
    """Return Odoo's source, fetching Debian's package when there is none.

    :raises BdeError: wrong version, no network, disk full.
    """
    if os.environ.get("ODOO_SOURCE"):
        return _from_checkout(Path(os.environ["ODOO_SOURCE"]).expanduser().absolute())
    root = Path(cache) / "odoo" / SERIES
    with locked(Path(cache) / "odoo.lock"):
        if not root.is_dir():
            _fetch(cache, root)
        return _from_debian(root)


def _from_checkout(folder):
    package = folder / "odoo" if (folder / "odoo/release.py").is_file() else folder
    version = read_version(package)
    check_version(version, folder)
    candidates = [package.parent / "addons", package / "addons"]
    addons = [path for path in candidates if (path / "web/__manifest__.py").is_file()]
    if not addons:
        raise BdeError(f"Les modules d'Odoo (addons/web) manquent dans {folder}.")
    return OdooSource(package, addons, version, str(folder))


def _from_debian(root):
    package = root / "usr/lib/python3/dist-packages/odoo"
    version = read_version(package)
    check_version(version, root)
    _stub(package / "addons")
    label = (root / "package-version").read_text().strip()
    return OdooSource(
        package, [package / "addons"], version, f"paquet Debian {label}", root / "usr/share"
    )


def _fetch(cache, root):
    need_space(cache, 2500)
    with step(f"Téléchargement d'Odoo {SERIES} (paquet Debian, environ 150 Mo)"):
        private = apt.PrivateApt(Path(cache) / "apt-odoo", suite="sid")
        private.prepare()
        shutil.rmtree(private.folder / "debs")
        (private.folder / "debs").mkdir()
        debs = private.download(["odoo-19", *COMPANIONS])
    with step("Déballage d'Odoo dans le cache (1,2 Go)"), build_folder(root) as temporary:
        apt.unpack(debs, temporary)
        deb = next(debs.glob("odoo-19_*.deb"))
        (temporary / "package-version").write_text(deb.name.split("_")[1] + "\n")
        check_version(read_version(temporary / "usr/lib/python3/dist-packages/odoo"), deb.name)
    shutil.rmtree(private.folder)


def _stub(addons):
    """Stand in for the one script that Debian removed and a manifest still lists.

    Without it every page of the back office logs an error in the browser, which
    fails every browser test. Only ever written in our own unpacked copy.
    """
    path = addons / STUB
    if (addons / "mail/__manifest__.py").is_file() and not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("/* retiré par Debian (non libre) ; fichier vide posé par bde */\n")
        note(f"fichier absent du paquet Debian remplacé par un fichier vide : {STUB}")
