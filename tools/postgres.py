"""A PostgreSQL server: the user's own, or a private cluster in the data folder."""

import glob
import json
import os
import pwd
import re
import shutil
import subprocess
from pathlib import Path

from . import apt
from .files import locked, need_space, run_logged, write_atomic
from .ui import BdeError, step

OLDEST = 13
ROLE = "odoo"
PROGRAM_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/local/pgsql/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
)
SETTINGS = {
    "listen_addresses": "''",
    "max_connections": "120",
    "shared_buffers": "'256MB'",
    "work_mem": "'16MB'",
    "maintenance_work_mem": "'128MB'",
    "effective_cache_size": "'2GB'",
    "max_wal_size": "'2GB'",
    "jit": "off",
    "random_page_cost": "1.1",
    "synchronous_commit": "off",  # a power cut may lose the last half second, not more
}
DISPOSABLE = {"fsync": "off", "full_page_writes": "off", "autovacuum_naptime": "'5min'"}


class Postgres:
    """How to reach the server; ``env`` holds the PG* variables of its clients."""

    def __init__(self, python, env, cluster=None):
        self.python = python
        self.env = env
        self.cluster = cluster

    def sql(self, statement, parameters=None, database="postgres", admin=False):
        """Run one statement and return its rows.

        :param admin: as the cluster's superuser (private cluster only).
        :raises BdeError: with the server's own message.
        """
        env = dict(os.environ, **self.env, PGDATABASE=database)
        if admin and self.cluster:
            env["PGUSER"] = "postgres"
        result = subprocess.run(
            [str(self.python), str(Path(__file__).with_name("pgsql.py"))],
            input=json.dumps([[statement, parameters]]),
            capture_output=True,
            text=True,
            env=env,
        )
        if result.returncode:
            raise BdeError(f"PostgreSQL refuse : {result.stderr.strip()}")
        return json.loads(result.stdout or "[]")

    @property
    def role(self):
        return self.env["PGUSER"]

    def stop(self):
        """Stop the private cluster; does nothing to a server of the user's."""
        if self.cluster:
            self.cluster.stop()


class Cluster:
    """A private cluster: its folder, its socket, the account it runs under."""

    def __init__(self, folder, programs, disposable=False):
        self.folder = Path(folder)
        self.programs = Path(programs)
        self.disposable = disposable
        self.account = unprivileged_account() if os.getuid() == 0 else None
        self.data = self.folder / "data"
        self.log = self.folder / "postgres.log"
        self.socket = socket_folder(self.folder)

    def start(self):
        """Create the cluster when new, start it when stopped."""
        with locked(self.folder.parent / f".{self.folder.name}.lock"):
            if not (self.folder / "complete").exists():
                self._create()
            if not self.running():
                self._open_folders()
                self._configure()
                self._pg_ctl(
                    "start", "-w", "-t", "60", "-l", str(self.log),
                    failure="PostgreSQL n'a pas démarré ; son journal dit pourquoi : "
                    f"{self.log}",
                )  # fmt: skip

    def stop(self):
        if self.running():
            self._pg_ctl("stop", "-w", "-m", "fast", failure="PostgreSQL ne s'arrête pas.")

    def running(self):
        """Whether its server answers, told by pg_ctl (a stale pid file is no server)."""
        if not self.data.exists():
            return False
        return self._run([self.programs / "pg_ctl", "-D", self.data, "status"]) == 0

    def _create(self):
        need_space(self.folder, 1500)
        with step("Création d'un PostgreSQL privé"):
            shutil.rmtree(self.folder, ignore_errors=True)
            self._open_folders()
            init = [
                self.programs / "initdb", "-D", self.data, "-U", "postgres", "-E", "UTF8",
                "--locale=C", "--auth=trust",
            ]  # fmt: skip
            if self.disposable:
                init.append("--no-sync")
            run_logged(
                init,
                self.folder.parent / "initdb.log",
                "PostgreSQL n'a pas pu créer ses fichiers.",
                **self._popen(),
            )
            with open(self.data / "postgresql.conf", "a") as conf:
                conf.write("include_if_exists = 'bde.conf'\n")
            (self.folder / "complete").touch()

    def _configure(self):
        settings = dict(SETTINGS, unix_socket_directories=f"'{self.socket}'")
        settings["unix_socket_permissions"] = "0700"
        if self.disposable:
            settings.update(DISPOSABLE)
        text = "".join(f"{key} = {value}\n" for key, value in settings.items())
        write_atomic(self.data / "bde.conf", text)

    def _open_folders(self):
        """Make the folders, and let the unprivileged account reach its own."""
        for folder in (self.folder, self.data, self.socket):
            folder.mkdir(parents=True, exist_ok=True)
            if self.account:
                os.chown(folder, self.account.pw_uid, self.account.pw_gid)
            folder.chmod(0o700)
        if self.account:
            open_path(self.folder.parent, self.account)

    def _pg_ctl(self, *arguments, failure):
        run_logged(
            [self.programs / "pg_ctl", "-D", self.data, *arguments],
            self.folder.parent / "pg_ctl.log",
            failure,
            **self._popen(),
        )

    def _run(self, command):
        return subprocess.run(
            [str(part) for part in command],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **self._popen(),
        ).returncode

    def _popen(self):
        """Arguments that drop the child to the account, in a folder it may enter."""
        clean = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
        if not self.account:
            return {"cwd": "/", "env": clean}
        return {
            "cwd": "/",
            "env": dict(clean, HOME="/", LC_ALL="C"),
            "user": self.account.pw_uid,
            "group": self.account.pw_gid,
            "extra_groups": [],
        }


def unprivileged_account():
    """The account PostgreSQL runs under when bde is run by root."""
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise BdeError(
        "PostgreSQL refuse d'être lancé par root et il n'y a ni compte postgres ni compte "
        "nobody ; créez-en un : useradd --system postgres"
    )


def open_path(folder, account):
    """Let ``account`` traverse ``folder``: its last step only, others are not ours.

    :raises BdeError: when a folder above is closed to the account.
    """
    folder.chmod(folder.stat().st_mode | 0o011)
    probe = subprocess.run(
        ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)],
        user=account.pw_uid,
        group=account.pw_gid,
        extra_groups=[],
        cwd="/",
        stderr=subprocess.DEVNULL,
    )
    if probe.returncode:
        raise BdeError(
            f"Le compte {account.pw_name} ne peut pas entrer dans {folder} : choisissez un "
            "dossier de données ouvert à tous, par exemple BDE_DATA=/var/lib/bde/ici"
        )


def socket_folder(folder):
    """Folder of the socket: the kernel allows 107 bytes for the whole name."""
    natural = Path(folder) / "socket"
    if len(str(natural)) <= 85:
        return natural
    runtime = os.environ.get("XDG_RUNTIME_DIR") if os.getuid() else None
    short = re.sub(r"\W", "", str(folder))[-24:]
    return Path(runtime or "/tmp") / f"bde-{os.getuid()}-{short}"


def server_programs():
    """Folder of the newest server programs of the machine, or None."""
    folders = [Path(found) for pattern in PROGRAM_FOLDERS for found in glob.glob(pattern)]
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    usable = [(major(path), path) for path in folders if (path / "initdb").exists()]
    usable = [pair for pair in usable if pair[0] >= OLDEST and (pair[1] / "pg_ctl").exists()]
    return max(usable)[1] if usable else None


def major(programs):
    """Major version of the server programs in a folder, 0 when it cannot be told."""
    told = subprocess.run(
        [str(programs / "postgres"), "--version"], capture_output=True, text=True
    ).stdout
    found = re.search(r"\) (\d+)", told)
    return int(found[1]) if found else 0


def find_postgres(data, cache, python, kind="start"):
    """Return a running server with pg_trgm and unaccent.

    :param kind: ``test`` gets a cluster of its own that does not care for its data.
    :raises BdeError: none found and none installable, too old, extension missing.
    """
    if is_external():
        server = Postgres(python, _external_env())
        where = "Le PostgreSQL des variables PG* ne convient pas"
    else:
        cluster = private_cluster(data, kind) or _install(data, cache, kind)
        cluster.start()
        env = {"PGHOST": str(cluster.socket), "PGPORT": "5432", "PGUSER": ROLE}
        server = Postgres(python, env, cluster)
        where = "Le PostgreSQL de cette machine ne convient pas"
    _prepare(server, where)
    return server


def is_external(environ=os.environ):
    """Whether the usual PG* variables point to a server of the user's."""
    if environ.get("BDE_PRIVATE_POSTGRES"):
        return False
    return any(environ.get(name) for name in ("PGHOST", "PGPORT", "PGSERVICE"))


def private_cluster(data, kind="start"):
    """The private cluster of a data folder, or None without server programs."""
    programs = server_programs()
    if not programs:
        return None
    folder = Path(data) / ("postgres-test" if kind == "test" else "postgres")
    version = folder / "data/PG_VERSION"
    if version.exists():
        same = Path(f"/usr/lib/postgresql/{version.read_text().strip()}/bin")
        programs = same if (same / "postgres").exists() else programs
    return Cluster(folder, programs, disposable=kind == "test")


def _install(data, cache, kind):
    with step("Installation de PostgreSQL (apt)"):
        apt.system_install(
            ["postgresql", "postgresql-contrib"],
            Path(cache) / "apt-system.log",
            Path(cache) / "apt-system.lock",
        )
    cluster = private_cluster(data, kind)
    if not cluster:
        raise BdeError(f"PostgreSQL {OLDEST} ou plus récent reste introuvable après apt.")
    return cluster


def _external_env():
    names = ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGPASSFILE", "PGSERVICE", "PGSSLMODE")
    env = {name: os.environ[name] for name in names if os.environ.get(name)}
    env.setdefault("PGUSER", pwd.getpwuid(os.getuid()).pw_name)
    if env["PGUSER"] == "postgres":
        raise BdeError(
            "Odoo refuse le rôle postgres : donnez un autre rôle, avec le droit CREATEDB, "
            "dans PGUSER."
        )
    return env


def _prepare(server, where):
    """Check version and extensions; make the role of the private cluster."""
    version = int(server.sql("SHOW server_version_num", admin=True)[0][0]) // 10000
    if version < OLDEST:
        raise BdeError(f"{where} : version {version}, il en faut une de {OLDEST} ou plus.")
    found = server.sql(
        "SELECT name FROM pg_available_extensions WHERE name IN ('pg_trgm', 'unaccent')",
        admin=True,
    )
    missing = {"pg_trgm", "unaccent"} - {row[0] for row in found}
    if missing:
        raise BdeError(
            f"{where} : il y manque {', '.join(sorted(missing))} ; tapez : "
            + apt.install_command("postgresql-contrib")
        )
    if server.cluster and not server.sql(
        "SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE], admin=True
    ):
        server.sql(f"CREATE ROLE {ROLE} LOGIN CREATEDB", admin=True)
