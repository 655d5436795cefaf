"""Debian packages fetched and unpacked in the cache, never into the system.

apt is given a private state: it reads the machine's own mirror, keyring and
transport settings, checks signatures and sums as usual, and writes only below
the folder it is told.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

from .files import locked, run_logged, write_atomic
from .ui import BdeError

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
NO_NETWORK = (
    "Le miroir Debian ne répond pas : vérifiez le réseau (ou le mandataire d'apt) puis "
    "relancez la même commande, elle reprendra où elle en était."
)


class PrivateApt:
    """An apt whose lists and downloads live in ``folder``.

    :param suite: Debian suite to read (``sid``), or None for the machine's own.
    """

    def __init__(self, folder, suite=None):
        self.folder = Path(folder)
        self.suite = suite
        self.log = self.folder / "apt.log"
        self.config = self.folder / "apt.conf"

    def prepare(self):
        """Write the private configuration and read the package lists once."""
        if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
            raise BdeError(
                "Cette machine n'a pas apt : indiquez un dossier d'Odoo 19.0 avec "
                "ODOO_SOURCE=<dossier>."
            )
        for name in ("state/lists/partial", "cache/archives/partial", "parts", "debs"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        if self.suite:
            (self.folder / "state/status").touch()
            write_atomic(self.folder / "parts/suite.sources", self._sources())
        write_atomic(self.config, self._configuration())
        self._apt("update", "-qq", failure=NO_NETWORK)

    def download(self, packages, missing_dependencies=False):
        """Fetch packages, verified by apt; return the folder of their .deb files.

        :param missing_dependencies: also fetch what they need and the system lacks.
        """
        debs = self.folder / "debs"
        if missing_dependencies:
            self._apt(
                "install", "-qq", "-y", "--download-only", "--no-install-recommends",
                *packages, failure=NO_NETWORK,
            )  # fmt: skip
            for deb in (self.folder / "cache/archives").glob("*.deb"):
                deb.replace(debs / deb.name)
        else:
            self._apt("download", "-qq", *packages, failure=NO_NETWORK, cwd=debs)
        return debs

    def _apt(self, *arguments, failure, cwd=None):
        env = dict(os.environ, APT_CONFIG=str(self.config), LC_ALL="C")
        command = ["apt-get", *arguments]
        run_logged(command, self.log, failure, env=env, cwd=cwd, details=False)

    def _sources(self):
        signed = f"Signed-By: {KEYRING}\n" if KEYRING.exists() else ""
        return (
            f"Types: deb\nURIs: {debian_mirror()}\nSuites: {self.suite}\nComponents: main\n{signed}"
        )

    def _configuration(self):
        dump = subprocess.run(
            ["apt-config", "dump", "Acquire"], capture_output=True, text=True
        ).stdout
        lines = [line for line in dump.splitlines() if "::IndexTargets" not in line]
        folder = self.folder
        lines += [
            'Dir::Etc::Parts "/dev/null/";',
            'Dir::Etc::Main "/dev/null";',
            f'Dir::State::lists "{folder}/state/lists";',
            f'Dir::Cache "{folder}/cache";',
            'Dir::Cache::pkgcache "";',
            'Dir::Cache::srcpkgcache "";',
            'Debug::NoLocking "true";',
            # else a mirror that does not answer is only a warning
            'APT::Update::Error-Mode "any";',
        ]
        if self.suite:
            lines += [
                f'Dir::State "{folder}/state";',
                f'Dir::State::status "{folder}/state/status";',
                'Dir::Etc::sourcelist "/dev/null";',
                f'Dir::Etc::sourceparts "{folder}/parts";',
            ]
        if os.getuid() == 0:
            lines.append('APT::Sandbox::User "root";')
        return "\n".join(lines) + "\n"


def debian_mirror():
    """Address of the Debian mirror that this machine's apt is set to.

    :raises BdeError: when apt has no Debian source.
    """
    listing = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Identifier: Packages"],
        capture_output=True,
        text=True,
    ).stdout
    for address in listing.split():
        if re.search(r"/debian/?$", address):
            return address
    raise BdeError(
        "Aucun miroir Debian dans la configuration d'apt : indiquez un dossier "
        "d'Odoo 19.0 avec ODOO_SOURCE=<dossier>."
    )


def unpack(debs, target):
    """Unpack every .deb of a folder below ``target``."""
    for deb in sorted(Path(debs).glob("*.deb")):
        result = subprocess.run(
            ["dpkg-deb", "-x", str(deb), str(target)], capture_output=True, text=True
        )
        if result.returncode:
            deb.unlink()
            raise BdeError(
                f"Le paquet {deb.name} ne se déballe pas ({result.stderr.strip()}) ; "
                "libérez de la place si le disque est plein, puis relancez."
            )


def install_command(*packages):
    """The one command a person types to install packages."""
    sudo = "" if os.getuid() == 0 else "sudo "
    return f"{sudo}apt-get install -y --no-install-recommends {' '.join(packages)}"


def system_install(packages, log, lock):
    """Install packages with apt, as root only.

    :raises BdeError: saying the command to type, when not root or when apt fails.
    """
    command = install_command(*packages)
    if os.getuid() or not shutil.which("apt-get"):
        raise BdeError(f"Il manque {', '.join(packages)} ; tapez : {command}")
    env = dict(os.environ, DEBIAN_FRONTEND="noninteractive", LC_ALL="C")
    failure = f"apt n'a pas pu installer {', '.join(packages)} ; essayez : {command}"
    with locked(lock):
        run_logged(["apt-get", "update", "-qq"], log, NO_NETWORK, env=env)
        run_logged(command.split(), log, failure, env=env)
