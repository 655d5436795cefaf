"""``bde odoo``: Odoo's own command line with this folder's configuration."""

import os
import subprocess
import sys

from . import server, workspace

SUBCOMMANDS = {"shell", "db", "module", "i18n", "neutralize", "populate", "server"}


def odoo(options):
    """Run Odoo with what the user typed; its exit code is ours."""
    space = workspace.prepare("start")
    found = server.running(space.data)
    if found:
        space.write_conf(smtp_port=found.smtp_port)
    arguments = list(options.arguments)
    subcommand = "server"
    if arguments and not arguments[0].startswith("-"):
        subcommand = arguments.pop(0)
    command = space.odoo_command(subcommand)
    if subcommand in SUBCOMMANDS:
        command += ["-c", str(space.conf)]
        if not {"-d", "--database"} & set(arguments) and subcommand != "db":
            command += ["-d", os.environ.get("BDE_DATABASE", "bde")]
    if subcommand == "shell" and "--no-http" not in arguments:
        command.append("--no-http")
    return subprocess.run(
        [*command, *arguments], env=space.env, cwd=os.getcwd(), stdin=sys.stdin
    ).returncode
