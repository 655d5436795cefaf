"""Command line of ``bde``: options, help in French, one-sentence failures."""

import argparse
import errno
import os
import re
import signal
import sys

from .ui import BdeError

EPILOG = """\
ENVIRONNEMENT
  ODOO_SOURCE   dossier d'un Odoo 19.0 à utiliser au lieu du paquet Debian
  PGHOST, PGPORT, PGUSER, PGPASSWORD…
                PostgreSQL existant à utiliser au lieu d'un PostgreSQL privé ; le rôle
                doit avoir le droit de créer des bases (CREATEDB)
  BDE_DATA      dossier des données de ce dossier de travail (bases, pièces jointes,
                clés, courriels, journaux) ; par défaut dans ~/.local/share/bde, et
                dans /var/lib/bde pour root
  BDE_CACHE     dossier des téléchargements, commun à tous les dossiers de travail ;
                par défaut ~/.cache/bde

FICHIERS
  <données>/logs/    journaux : odoo.log, install.log, demo.log…
  <données>/keys/    clés de scellement des établissements (hors de la base)
  <données>/mail/    courriels reçus par le receveur local

EXEMPLES
  ./bde start                     tout préparer et démarrer
  ./bde start --port 8070         sur un autre port
  ./bde start --reset             repartir d'une base neuve
  ./bde test -k convention        les seuls tests dont le nom contient « convention »
  ./bde odoo shell                console Python d'Odoo sur la base
  ./bde odoo -u bde_pfmp --stop-after-init

PORTS
  8069 Odoo ; 8072 notifications (avec --workers) ; 8025 page des courriels ; 8026 SMTP.
  Les trois derniers changent s'ils sont pris ; rien n'écoute ailleurs que sur 127.0.0.1.

Chaque commande peut être interrompue (Ctrl+C) et relancée : elle reprend où elle en
était. Aide d'une commande : ./bde COMMANDE --help
"""


# The few sentences of argparse that a user meets.
IN_FRENCH = (
    (r"unrecognized arguments: (.*)", r"option inconnue : \1"),
    (r"argument (\S+): invalid choice: (.*) \(choose from (.*)\)", r"\1 : \2 ? au choix : \3"),
    (r"argument (\S+): invalid int value: (.*)", r"\1 : \2 n'est pas un nombre"),
    (r"argument (\S+): expected one argument", r"\1 : il manque une valeur"),
    (r"argument (\S+): ignored explicit argument (.*)", r"\1 : pas de valeur, \2 est de trop"),
)


class _Parser(argparse.ArgumentParser):
    """argparse, with its own words in French."""

    def __init__(self, *arguments, **options):
        options.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        options["add_help"] = False
        super().__init__(*arguments, **options)
        self._positionals.title = "arguments"
        self._optionals.title = "options"
        self.add_argument("-h", "--help", action="help", help="afficher cette aide")

    def format_usage(self):
        return super().format_usage().replace("usage:", "utilisation :", 1)

    def format_help(self):
        return super().format_help().replace("usage:", "utilisation :", 1)

    def error(self, message):
        for english, french in IN_FRENCH:
            message = re.sub(english, french, message)
        self.exit(2, f"bde : {message}\nVoir : {self.prog} --help\n")


def parser():
    """The whole command line."""
    main_parser = _Parser(
        prog="./bde",
        description="La commande de la suite « bureau des entreprises » : démarrer, "
        "tester, mesurer.",
        epilog=EPILOG,
    )
    commands = main_parser.add_subparsers(title="commandes", metavar="COMMANDE", dest="command")
    _add_start(commands)
    _add(commands, "stop", "arrêter le serveur et le PostgreSQL privé de ce dossier")
    _add_test(commands)
    _add_bench(commands)
    odoo = _add(commands, "odoo", "lancer Odoo lui-même avec la bonne configuration")
    odoo.description = (
        "Tout ce qui suit est passé à Odoo, avec la configuration et la base de ce "
        "dossier. Exemples : ./bde odoo shell ; ./bde odoo -u bde_pfmp --stop-after-init"
    )
    odoo.add_argument("arguments", nargs=argparse.REMAINDER, metavar="…")
    i18n = _add(commands, "i18n", "mettre à jour les traductions (.pot et fr.po)")
    i18n.add_argument(
        "--check",
        action="store_true",
        help="ne rien écrire ; échouer si une traduction manque ou si un .pot est ancien",
    )
    return main_parser


def _add(commands, name, text):
    return commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")


def _add_start(commands):
    start = _add(commands, "start", "tout préparer (Odoo, Python, PostgreSQL, base) et démarrer")
    start.add_argument("--port", type=int, default=8069, help="port web (8069)")
    start.add_argument("--database", default="bde", metavar="NOM", help="base (bde)")
    start.add_argument("--no-demo", action="store_true", help="sans l'académie fictive")
    start.add_argument(
        "--reset", action="store_true", help="effacer la base d'abord (demande avant)"
    )
    start.add_argument("--yes", action="store_true", help="ne rien demander avec --reset")
    start.add_argument(
        "--workers", type=int, default=0, metavar="N", help="processus web (0 : un seul)"
    )
    start.add_argument("--detach", action="store_true", help="rendre la main une fois démarré")


def _add_test(commands):
    test = _add(commands, "test", "vérifier le code et passer tous les tests")
    test.add_argument("-k", metavar="NOM", help="seulement les tests dont le nom contient NOM")
    test.add_argument(
        "--only",
        metavar="PARTIE",
        action="append",
        choices=("lint", "odoo", "i18n", "upgrade", "pytest"),
        help="seulement une partie : lint, odoo, i18n, upgrade, pytest (répétable)",
    )


def _add_bench(commands):
    bench = _add(commands, "bench", "mesurer les performances sur une académie entière")
    bench.add_argument("group", nargs="?", metavar="GROUPE", help="un seul groupe de mesures")
    bench.add_argument(
        "--only",
        metavar="NOM",
        action="append",
        help="une seule mesure du groupe, par exemple : ./bde bench followup --only allowances "
        "(plusieurs : --only A --only B)",
    )
    bench.add_argument("--json", metavar="FICHIER", help="écrire aussi les mesures en JSON")
    bench.add_argument("--data", action="store_true", help="seulement créer les données")


def _run(options):
    # Imported late: --help must answer at once.
    if options.command == "start":
        from .start import start as command
    elif options.command == "stop":
        from .start import stop as command
    elif options.command == "test":
        from .test_run import test as command
    elif options.command == "bench":
        from .bench import bench as command
    elif options.command == "i18n":
        from .i18n import i18n as command
    else:
        from .passthrough import odoo as command
    return command(options)


def main(arguments=None):
    """Run the command; return its exit code, with failures told in one sentence."""
    main_parser = parser()
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    if arguments[:1] == ["odoo"] and arguments[1:] not in (["-h"], ["--help"]):
        # argparse would take Odoo's options for its own
        options = argparse.Namespace(command="odoo", arguments=arguments[1:])
    else:
        options = main_parser.parse_args(arguments)
    if not options.command:
        main_parser.print_help()
        return 2
    # A shell that starts us in the background makes us deaf to Ctrl+C.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        return _run(options)
    except BdeError as error:
        print(f"bde : {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nbde : interrompu ; la même commande reprendra ici.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # Whoever read our lines has left (| head): end without complaint.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        print(
            "bde : disque plein ; libérez de la place, puis relancez la même commande.",
            file=sys.stderr,
        )
    return 1
