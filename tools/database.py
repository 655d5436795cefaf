"""Databases: the template with Odoo's part, copies of it, our modules, the demo."""

import ast
import hashlib
import json
import os
import shutil
import subprocess

from .files import command_failed, locked, need_space, run_logged
from .paths import ROOT, our_modules
from .postgres import ROLE
from .ui import BdeError, note, step

TEMPLATE_PREFIX = "bde_template_"
NEVER = {"account", "sale", "website"}  # see docs: they must not come by accident


def manifest(module, root=ROOT):
    """The manifest of one of our modules, as a dict."""
    return ast.literal_eval((root / module / "__manifest__.py").read_text())


def core_dependencies(root=ROOT):
    """Modules of Odoo that ours depend on, read from the manifests."""
    ours = set(our_modules(root))
    wanted = {name for module in ours for name in manifest(module, root).get("depends", [])}
    return sorted(wanted - ours) or ["base"]


def template_name(workspace, root=ROOT):
    """Name of the template: changes with Odoo's version and the dependencies."""
    seed = f"{workspace.odoo.version} {workspace.odoo.origin} {core_dependencies(root)} v2"
    return TEMPLATE_PREFIX + hashlib.sha256(seed.encode()).hexdigest()[:10]


def exists(workspace, name):
    return bool(workspace.postgres.sql("SELECT 1 FROM pg_database WHERE datname = %s", [name]))


def drop(workspace, name):
    """Drop a database and its files; does nothing when there is none."""
    workspace.postgres.sql(f'DROP DATABASE IF EXISTS "{_checked(name)}" WITH (FORCE)')
    shutil.rmtree(filestore(workspace, name), ignore_errors=True)


def copy(workspace, source, name):
    """Copy a database, files included (hard links: Odoo never rewrites a file)."""
    target = filestore(workspace, name)
    shutil.rmtree(target, ignore_errors=True)
    if filestore(workspace, source).is_dir():
        shutil.copytree(filestore(workspace, source), target, copy_function=_link)
    workspace.postgres.sql(f'CREATE DATABASE "{_checked(name)}" TEMPLATE "{_checked(source)}"')


def filestore(workspace, name):
    return workspace.files / "filestore" / name


def ensure_template(workspace):
    """Return the name of the template, building it when it is missing.

    Built under another name and renamed at the end, so that an interrupted build is
    never taken for a template. A dump of it is kept in the cache: the next
    checkout, or the cluster of the tests, restores it instead of installing.
    """
    name = template_name(workspace)
    if exists(workspace, name):
        return name
    with locked(workspace.cache / "template.lock"):
        if not exists(workspace, name):
            need_space(workspace.data, 800)
            building = f"{name}_building"
            drop(workspace, building)
            create_empty(workspace, building)
            if not _restore(workspace, name, building):
                modules = core_dependencies()
                with step(f"Installation des modules d'Odoo en français ({len(modules)})"):
                    install(workspace, building, modules, "template")
                _dump(workspace, name, building)
            _finish_template(workspace, building, name)
    return name


def install(workspace, name, modules, log="install", update=()):
    """Install (and update) modules in a database, with French."""
    arguments = ["--stop-after-init", "--no-http", "--load-language", "fr_FR"]
    if modules:
        arguments += ["-i", ",".join(modules)]
    if update:
        arguments += ["-u", ",".join(update)]
    run_logged(
        workspace.server_command(name, *arguments),
        workspace.data / "logs" / f"{log}.log",
        f"L'installation de {', '.join([*modules, *update])} a échoué.",
        env=workspace.env,
        cwd=workspace.data,
    )


def run_in_odoo(workspace, name, function, *arguments, log=None):
    """Call a function of tools/in_odoo.py in an Odoo environment of a database.

    Its lines are shown as they come; what Odoo logs goes to the log file.
    """
    command = [workspace.python, ROOT / "tools/in_odoo.py", name, function, *arguments]
    _run_showing(command, workspace, log or function)


def ensure_database(workspace, name, demo=True, french=True, address=None):
    """Bring a database to its final state; each step is skipped when already done.

    :param address: of the server to come: the demonstration's QR codes and mails hold it
    :param french: make French the language of the administrator and of new contacts;
        the databases of tests stay neutral.

    :raises BdeError: when a step fails; the same command then takes it up again.
    """
    if not exists(workspace, name):
        template = ensure_template(workspace)
        with step(f"Création de la base {name}"):
            copy(workspace, template, name)
    state = _state(workspace, name)
    wanted = {module: tree_hash(module) for module in our_modules()}
    missing = [module for module in wanted if state["modules"].get(module) != "installed"]
    known = json.loads(state["parameters"].get("bde.tools.trees", "{}"))
    stale = [
        module
        for module, digest in wanted.items()
        if module not in missing and known.get(module) != digest
    ]
    if missing or stale:
        with step(f"Installation des modules {', '.join(missing or stale)}"):
            install(workspace, name, missing, update=stale)
        remember_trees(workspace, name)
    if french and "bde.tools.french" not in state["parameters"]:
        run_in_odoo(workspace, name, "french")
        _remember(workspace, name, "bde.tools.french", "1")
    if demo and (ROOT / "data/demo.py").is_file():
        if "bde.tools.demo" not in state["parameters"]:
            if address:
                set_address(workspace, name, address)
            with step("Académie de démonstration"):
                run_in_odoo(workspace, name, "demo")
            _remember(workspace, name, "bde.tools.demo", "1")
    if french and (missing or stale or "bde.tools.pages" not in state["parameters"]):
        with step("Préparation des pages"):
            run_in_odoo(workspace, name, "pages")
        _remember(workspace, name, "bde.tools.pages", "1")


def ensure_test_database(workspace, name):
    """A database of the tests: our modules and French, no data, from this very code.

    One of other code is made anew instead of updated: what that code left there, a view
    that went since for instance, is no subject of the tests and may stop an update.
    """
    with locked(workspace.data / f"{name}.lock"):  # pytest, beside us, may want it as well
        if exists(workspace, name) and not is_current(workspace, name):
            drop(workspace, name)
        ensure_template(workspace)
        ensure_database(workspace, name, demo=False, french=False)


def remember_trees(workspace, name):
    """Note in the database which code its modules were installed from."""
    if _has_odoo(workspace, name):
        trees = {module: tree_hash(module) for module in our_modules()}
        _remember(workspace, name, "bde.tools.trees", json.dumps(trees))


def is_current(workspace, name):
    """Whether all our modules are installed there from the code as it is now."""
    if not _has_odoo(workspace, name):
        return False
    state = _state(workspace, name)
    known = json.loads(state["parameters"].get("bde.tools.trees", "{}"))
    return all(
        state["modules"].get(module) == "installed" and known.get(module) == tree_hash(module)
        for module in our_modules()
    )


def missing_modules(workspace, name):
    """Our modules that are not installed in a database of Odoo."""
    known = _state(workspace, name)["modules"]
    return [module for module in our_modules() if known.get(module) != "installed"]


def has_demo(workspace, name):
    return "bde.tools.demo" in _state(workspace, name)["parameters"]


def set_address(workspace, name, address):
    """Make the links of mails point to the server's address."""
    for key in ("web.base.url", "report.url"):
        _remember(workspace, name, key, address)


def tree_hash(module, root=ROOT):
    """Hash of what an update of the module would load; tests and assets left out."""
    digest = hashlib.sha256()
    for path in sorted((root / module).rglob("*")):
        parts = path.relative_to(root / module).parts
        if path.is_file() and not {"tests", "__pycache__", "static"} & set(parts):
            digest.update("/".join(parts).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _checked(name):
    if not name.replace("_", "").replace("-", "").isalnum():
        raise BdeError(f"Nom de base refusé : {name!r} ; lettres, chiffres, - et _ seulement.")
    return name


def _link(source, target):
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def create_empty(workspace, name):
    """Create a database with the extensions that Odoo uses and nothing else."""
    server = workspace.postgres
    owner = f' OWNER "{ROLE}"' if server.cluster else ""
    server.sql(
        f'CREATE DATABASE "{_checked(name)}"{owner} TEMPLATE template0 '
        "ENCODING 'UTF8' LC_COLLATE 'C'",
        admin=True,
    )
    for statement in (
        "CREATE EXTENSION IF NOT EXISTS pg_trgm",
        "CREATE EXTENSION IF NOT EXISTS unaccent",
        # Odoo indexes unaccent(...) only when the function is declared immutable
        "ALTER FUNCTION unaccent(text) IMMUTABLE",
    ):
        try:
            server.sql(statement, database=name, admin=True)
        except BdeError as error:
            note(f"{statement} : {error} (on continue sans)")


def _dump_paths(workspace, name):
    if not workspace.postgres.cluster:
        return None, None
    programs = workspace.postgres.cluster.programs
    version = programs.parent.name
    return programs, workspace.cache / "templates" / f"{name}-pg{version}"


def _dump(workspace, name, database):
    """Keep a copy of the new template in the cache."""
    programs, folder = _dump_paths(workspace, name)
    if not programs or folder.exists():
        return
    temporary = folder.with_name(f".{folder.name}.{os.getpid()}")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    if filestore(workspace, database).is_dir():
        shutil.copytree(
            filestore(workspace, database), temporary / "filestore", copy_function=_link
        )
    run_logged(
        [programs / "pg_dump", "-Fc", "-Z1", "-d", database, "-f", temporary / "dump"],
        workspace.data / "logs/template.log",
        "La copie de la base modèle dans le cache a échoué.",
        env=dict(workspace.env, PGUSER="postgres"),
    )
    try:
        temporary.rename(folder)
    except OSError:  # another run was faster
        shutil.rmtree(temporary)


def _restore(workspace, name, database):
    """Fill an empty database from the cache; False when there is nothing usable."""
    programs, folder = _dump_paths(workspace, name)
    if not programs or not (folder / "dump").exists():
        return False
    restore = [programs / "pg_restore", "-j2", "-d", database, folder / "dump"]
    env = dict(workspace.env, PGUSER="postgres")
    with step("Base modèle reprise du cache"):
        try:
            run_logged(restore, workspace.data / "logs/template.log", "", env=env)
        except BdeError as error:
            note(f"inutilisable, on la refait : {error}")
            shutil.rmtree(folder)
            drop(workspace, database)
            create_empty(workspace, database)
            return False
        if (folder / "filestore").is_dir():
            shutil.copytree(
                folder / "filestore", filestore(workspace, database), copy_function=_link
            )
    return True


def _finish_template(workspace, building, name):
    source, target = filestore(workspace, building), filestore(workspace, name)
    if source.is_dir():
        shutil.rmtree(target, ignore_errors=True)
        source.rename(target)
    workspace.postgres.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
        [building],
        admin=True,
    )
    workspace.postgres.sql(f'ALTER DATABASE "{building}" RENAME TO "{name}"', admin=True)
    if not workspace.postgres.cluster:
        return  # a server of the user's may hold the templates of other checkouts
    for row in workspace.postgres.sql(
        "SELECT datname FROM pg_database WHERE datname LIKE %s AND datname <> %s",
        [TEMPLATE_PREFIX.replace("_", r"\_") + "%", name],
    ):
        drop(workspace, row[0])


def _state(workspace, name):
    """Which of our modules are installed and what the earlier runs remembered."""
    sql = workspace.postgres.sql
    if not _has_odoo(workspace, name):
        raise BdeError(
            f"La base {name} n'est pas une base d'Odoo ; choisissez-en une autre avec "
            "--database, ou recréez-la avec --reset."
        )
    modules = sql("SELECT name, state FROM ir_module_module WHERE name LIKE 'bde%%'", database=name)
    parameters = sql(
        "SELECT key, value FROM ir_config_parameter WHERE key LIKE 'bde.tools.%%'",
        database=name,
    )
    return {"modules": dict(modules), "parameters": dict(parameters)}


def _has_odoo(workspace, name):
    return bool(
        workspace.postgres.sql(
            "SELECT 1 FROM pg_tables WHERE tablename = 'ir_config_parameter'", database=name
        )
    )


def _remember(workspace, name, key, value):
    workspace.postgres.sql(
        "INSERT INTO ir_config_parameter (key, value) VALUES (%s, %s) "
        "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        [key, value],
        database=name,
    )


def _run_showing(command, workspace, log):
    path = workspace.data / "logs" / f"{log}.log"
    with open(path, "ab") as errors:
        start = errors.tell()
        process = subprocess.Popen(
            [str(part) for part in command],
            stdout=subprocess.PIPE,
            stderr=errors,
            stdin=subprocess.DEVNULL,
            env=workspace.env,
            cwd=workspace.data,
            text=True,
        )
        for line in process.stdout:
            note(line.rstrip())
    if process.wait():
        failure = f"L'étape « {log} » a échoué ; relancez la même commande après correction."
        raise command_failed(failure, path, start)
