"""Everything a command needs, found or fetched: the set-up of start and test."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from . import native, odoo_source, postgres, python_env
from .files import write_atomic
from .paths import ROOT, cache_dir, data_dir
from .ui import BdeError, say


@dataclass
class Workspace:
    """A ready environment: Odoo, Python, PostgreSQL and the folders."""

    cache: Path
    data: Path
    odoo: odoo_source.OdooSource
    python: Path
    postgres: postgres.Postgres
    native: dict
    kind: str
    browser: Path | None = None  # folder of the tests' chromium
    conf_name: str = "odoo.conf"

    @property
    def conf(self):
        return self.data / ("odoo-test.conf" if self.kind == "test" else self.conf_name)

    @property
    def files(self):
        """Odoo's data_dir (attachments and sessions)."""
        return self.data / ("files-test" if self.kind == "test" else "files")

    @property
    def keys(self):
        """Folder of the sealing keys; those of tests never mix with the others."""
        if self.kind == "test" or self.conf_name != "odoo.conf":
            return self.data / f"keys-{self.kind if self.kind == 'test' else 'bench'}"
        return self.data / "keys"

    @property
    def env(self):
        """Environment of every process that runs Odoo."""
        foreign = {name for name in os.environ if name.startswith(("PG", "ODOO_"))}
        foreign.discard("ODOO_SOURCE")
        clean = {k: v for k, v in os.environ.items() if k not in foreign}
        paths = [str(self.odoo.python_path), str(ROOT)]
        venv = self.python.parent.parent
        return {
            **clean,
            **self.postgres.env,
            **self.native,
            "PYTHONPATH": os.pathsep.join(paths),
            "PATH": os.pathsep.join([str(self.python.parent), clean.get("PATH", "")]),
            "VIRTUAL_ENV": str(venv),
            "BDE_ODOO_CONF": str(self.conf),
            "BDE_KEY_DIR": str(self.keys),
            "BDE_DATA": str(self.data),
            "BDE_CACHE": str(self.cache),
            # PG* then tell of our own cluster: a nested run must not take it for a server
            # of the user's.
            "BDE_PRIVATE_POSTGRES": "1" if self.postgres.cluster else "",
            "PYTHONWARNINGS": "ignore::DeprecationWarning",
            "TZ": "UTC",
            "LC_ALL": "C.UTF-8",
        }

    @property
    def test_env(self):
        """Environment of the tests: the browser, and PostgreSQL's own programs."""
        env = self.env
        folders = [self.browser] if self.browser else []
        if self.postgres.cluster:
            folders.append(self.postgres.cluster.programs)
        env["PATH"] = os.pathsep.join([*map(str, folders), env["PATH"]])
        env["BDE_TEST_DATABASE"] = "bde_test"
        return env

    def odoo_command(self, *arguments):
        """Command line of Odoo's server with this workspace's configuration."""
        return [str(self.python), "-m", "odoo", *arguments]

    def server_command(self, database, *arguments):
        return self.odoo_command("server", "-c", str(self.conf), "-d", database, *arguments)

    def write_conf(self, **extra):
        """Write odoo.conf afresh, keeping its random master password."""
        for folder in (self.keys, self.files, self.data / "logs"):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)
        options = {
            "addons_path": ",".join(str(path) for path in [*self.odoo.addons, ROOT]),
            "admin_passwd": self._master_password(),
            "bde_key_dir": self.keys,
            "data_dir": self.files,
            "db_host": self.postgres.env.get("PGHOST", ""),
            "db_port": self.postgres.env.get("PGPORT", "5432"),
            "db_user": self.postgres.role,
            "db_maxconn": 32,
            "email_from": "ne-pas-repondre@bde.example",
            "http_interface": "127.0.0.1",
            "limit_memory_hard": 4 * 2**30,
            "limit_memory_soft": 3 * 2**30,
            "limit_time_cpu": 600,
            "limit_time_real": 1200,
            "list_db": "False",
            "max_cron_threads": 1,
            # Mail goes to the catcher or nowhere: nothing listens on port 1.
            "smtp_server": "127.0.0.1",
            "smtp_port": 1,
            "unaccent": "True",
            "with_demo": "False",
            **extra,
        }
        if self.postgres.env.get("PGPASSWORD"):
            options["db_password"] = self.postgres.env["PGPASSWORD"]
        lines = "".join(f"{key} = {value}\n" for key, value in sorted(options.items()))
        write_atomic(self.conf, f"[options]\n{lines}", mode=0o600)
        return self.conf

    def _master_password(self):
        path = self.data / "master-password"
        if not path.exists():
            write_atomic(path, secrets.token_urlsafe(24), mode=0o600)
        return path.read_text()


def prepare(kind="start", packages="run"):
    """Find or fetch all that is needed and return it.

    :param kind: ``test`` for a separate, disposable PostgreSQL and file store.
    :param packages: ``test`` to add the linters and pytest.
    :raises BdeError: one sentence on what to do.
    """
    cache, data = cache_dir(), data_dir()
    make_folder(cache)
    make_folder(data)
    odoo = odoo_source.find_odoo(cache)
    say(f"Odoo {odoo.version} ({odoo.origin})")
    python = python_env.python_environment(cache, "run")
    if packages == "test":
        python = python_env.python_environment(cache, "test")
    libraries = native.native_environment(cache, odoo.share)
    server = postgres.find_postgres(data, cache, python, kind)
    workspace = Workspace(cache, data, odoo, python, server, libraries, kind)
    workspace.write_conf()
    return workspace


def make_folder(folder):
    """Create a folder of ours.

    :raises BdeError: when the user may not write there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".write-test").touch()
        (folder / ".write-test").unlink()
    except OSError as error:
        raise BdeError(
            f"Impossible d'écrire dans {folder} ({error.strerror}) : choisissez un autre "
            "dossier avec BDE_CACHE (téléchargements) ou BDE_DATA (données)."
        ) from error
