"""``bde start`` and ``bde stop``."""

import ast
import contextlib
import json
import os
import shutil
import signal
import sys

from . import database, ports, server, workspace
from .paths import ROOT, data_dir
from .postgres import private_cluster
from .ui import BdeError, confirm, note, say, step


def start(options):
    """Bring everything up, print where and with which sign-ins, and stay."""
    data = data_dir()
    found = server.running(data)
    if found and not options.reset:
        return _already(found, options)
    if not found:
        ports.wanted(options.port)
    space = workspace.prepare("start")
    if options.reset:
        _reset(space, options)
    _release_stale_catcher(data)
    # Before the demonstration is built: it sends mail, which must go nowhere else.
    catcher = server.start_catcher(space, avoid={options.port}, usual=True)
    try:
        space.write_conf(smtp_port=catcher.smtp)
        address = f"http://127.0.0.1:{options.port}"
        database.ensure_database(space, options.database, demo=not options.no_demo, address=address)
        database.set_address(space, options.database, address)
        with step("Démarrage du serveur"):
            running, odoo = server.start_odoo(
                space, options.database, ports.wanted(options.port), catcher, options.workers
            )
        running.demo = database.has_demo(space, options.database)
        server.record(data, running)
    except BaseException:
        server.stop_processes(catcher.process.pid)
        space.postgres.stop()
        raise
    _show(running)
    if options.detach:
        say("Le serveur tourne en arrière-plan ; pour l'arrêter : ./bde stop")
        return 0
    say("Ctrl+C arrête tout.")
    return _stay(space, odoo, catcher.process)


def stop(_options):
    """Stop the server, the mail catcher and the private PostgreSQL."""
    data = data_dir()
    was = server.stop(data)
    for kind in ("start", "test"):
        cluster = private_cluster(data, kind)
        if cluster and (cluster.folder / "complete").exists() and cluster.running():
            cluster.stop()
            was = True
    say("Arrêté." if was else "Rien ne tournait.")
    return 0


def sign_ins(path=ROOT / "data/demo.py"):
    """(role, login, password) of the demonstration, from SIGN_INS of data/demo.py.

    Read without running the file: it may import Odoo, which this Python does not have.
    """
    if not path.is_file():
        return []
    for node in ast.parse(path.read_text()).body:
        targets = [ast.unparse(target) for target in getattr(node, "targets", [])]
        if isinstance(node, ast.AnnAssign):
            targets = [ast.unparse(node.target)]
        if "SIGN_INS" in targets:
            with contextlib.suppress(ValueError):
                return [tuple(account) for account in ast.literal_eval(node.value)]
            note("SIGN_INS de data/demo.py n'est pas une liste écrite en toutes lettres")
    return []


def _already(found, options):
    if found.database != options.database:
        raise BdeError(
            f"Le serveur de ce dossier tourne déjà, sur la base {found.database} : "
            "arrêtez-le d'abord avec ./bde stop."
        )
    say("Le serveur tourne déjà.")
    _show(found)
    return 0


def _reset(space, options):
    name = options.database
    if database.exists(space, name):
        question = f"Effacer la base {name}, ses fichiers et les courriels reçus ?"
        if not (options.yes or confirm(question)):
            raise BdeError("Rien n'a été effacé (répondez « oui », ou ajoutez --yes).")
        server.stop(space.data)
        database.drop(space, name)
        shutil.rmtree(space.data / "mail", ignore_errors=True)


def _release_stale_catcher(data):
    """End a mail catcher of ours that outlived a killed server."""
    path = server.record_path(data)
    if path.exists():
        with contextlib.suppress(ValueError, KeyError):
            pid = json.loads(path.read_text())["mail_pid"]
            if server.alive(pid, str(data)):
                server.stop_processes(pid)
        path.unlink(missing_ok=True)


def _show(running):
    say()
    say(f"  Odoo        {running.url}")
    say(f"  Courriels   {running.mail_url}")
    say(f"  Base        {running.database}")
    accounts = sign_ins() if running.demo else []
    accounts = [*accounts, ("Administrateur d'Odoo", "admin", "admin")]
    width = max(len(role) for role, *_rest in accounts)
    login_width = max(len(login) for _role, login, _password in accounts)
    say()
    say(f"  {'Rôle':<{width}}  {'Identifiant':<{login_width}}  Mot de passe")
    for role, login, password in accounts:
        say(f"  {role:<{width}}  {login:<{login_width}}  {password}")
    say()


def _stay(space, odoo, catcher):
    """Wait for Ctrl+C, ``bde stop`` or the end of Odoo; then stop the rest."""
    signal.signal(signal.SIGHUP, lambda *_: sys.exit(0))
    asked = False
    try:
        odoo.wait()
    except (KeyboardInterrupt, SystemExit):
        asked = True
        say("\nArrêt…")
    finally:
        stopped_elsewhere = not server.record_path(space.data).exists()
        server.stop_processes(odoo.pid, catcher.pid)
        server.record_path(space.data).unlink(missing_ok=True)
        if not stopped_elsewhere:
            space.postgres.stop()
    if asked or stopped_elsewhere or os.WIFSIGNALED(odoo.returncode or 0):
        return 0
    raise BdeError(f"Odoo s'est arrêté ; voir {space.data / 'logs/odoo.log'}")
