"""Shared libraries and fonts of the PDF engine, without touching the system."""

import ctypes
import ctypes.util
import shutil
from pathlib import Path

from . import apt
from .files import build_folder, locked, write_atomic
from .ui import BdeError, step

LIBRARIES = ("gobject-2.0", "pango-1.0", "pangoft2-1.0", "harfbuzz", "fontconfig")
PACKAGES = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz0b", "libharfbuzz-subset0"]
FONTS_CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
{folders}
  <cachedir>{cache}</cachedir>
{aliases}
  <match target="pattern">
    <edit name="family" mode="append_last"><string>DejaVu Sans</string></edit>
  </match>
</fontconfig>
"""
FAMILIES = {
    "sans-serif": "Liberation Sans",
    "Arial": "Liberation Sans",
    "Helvetica": "Liberation Sans",
    "serif": "Liberation Serif",
    "Times New Roman": "Liberation Serif",
    "monospace": "Liberation Mono",
}


def native_environment(cache, share=None):
    """Environment variables that give WeasyPrint its libraries and fonts.

    :param share: ``usr/share`` of the unpacked packages, whose fonts make the PDFs
        the same on every machine; None with a checkout of the user's, where a
        font package is fetched apart.
    :raises BdeError: libraries missing and not to be fetched.
    """
    env = {}
    if not all(_loads(name) for name in LIBRARIES):
        root = _fetched(cache, "native", PACKAGES, "bibliothèques du moteur PDF")
        folders = sorted({str(path.parent) for path in root.glob("usr/lib/**/*.so.*")})
        env["LD_LIBRARY_PATH"] = ":".join(folders)
    if share is None:
        packages = ["fonts-dejavu-core", "fonts-liberation"]
        share = _fetched(cache, "fonts", packages, "polices des PDF") / "usr/share"
    env["FONTCONFIG_FILE"] = str(_fonts_conf(cache, share))
    return env


def _loads(name):
    try:
        return bool(ctypes.CDLL(ctypes.util.find_library(name) or f"lib{name}.so.0"))
    except OSError:
        return False


def _fetched(cache, name, packages, what):
    root = Path(cache) / name
    with locked(Path(cache) / f"{name}.lock"):
        if not root.is_dir():
            with step(f"Téléchargement : {what}"):
                private = apt.PrivateApt(Path(cache) / f"apt-{name}")
                try:
                    private.prepare()
                    debs = private.download(packages, missing_dependencies=name == "native")
                except BdeError as error:
                    raise BdeError(
                        f"Il manque les {what} ; tapez : {apt.install_command(*packages)}"
                    ) from error
                with build_folder(root) as temporary:
                    apt.unpack(debs, temporary)
                shutil.rmtree(private.folder)
    return root


def _fonts_conf(cache, share):
    path = Path(cache) / "fonts.conf"
    folders = [share / "fonts", share / "fonts-font-awesome"]
    aliases = "\n".join(
        f'  <alias binding="same"><family>{asked}</family>'
        f"<prefer><family>{given}</family></prefer></alias>"
        for asked, given in FAMILIES.items()
    )
    text = FONTS_CONF.format(
        folders="\n".join(f"  <dir>{folder}</dir>" for folder in folders),
        cache=Path(cache) / "fontconfig",
        aliases=aliases,
    )
    if not path.exists() or path.read_text() != text:
        write_atomic(path, text)
    return path
