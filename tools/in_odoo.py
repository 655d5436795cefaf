"""What runs inside an Odoo environment. Executed by the environment's Python.

    python tools/in_odoo.py DATABASE FUNCTION [ARGUMENTS]

The configuration is the one of BDE_ODOO_CONF. Lines on standard output are shown
to the user as progress; Odoo's own log goes to standard error.
"""

import importlib
import json
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def french(env):
    """French for the administrator, for new contacts, and for the first company."""
    lang = env["res.lang"]._activate_lang("fr_FR")
    env["ir.default"].set("res.partner", "lang", lang.code)
    env["ir.default"].set("res.partner", "tz", "Europe/Paris")
    users = env["res.users"].with_context(active_test=False).search([])
    users.partner_id.write({"lang": lang.code, "tz": "Europe/Paris"})
    env.company.partner_id.write({"lang": lang.code, "country_id": env.ref("base.fr").id})
    euro = env.ref("base.EUR")
    euro.active = True
    env.company.currency_id = euro
    env.cr.commit()


def pages(env):
    """Compile scripts and styles now rather than under the eyes of the first visitor."""
    for bundle in ("web.assets_web", "web.assets_frontend"):
        env["ir.qweb"]._get_asset_bundle(bundle, css=False, js=True).js()
        env["ir.qweb"]._get_asset_bundle(bundle, css=True, js=False).css()
    env.cr.commit()


def demo(env):
    """The demonstration académie; data/demo.py commits after each of its steps."""
    script = importlib.import_module("data.demo")
    script.build(env, lambda text: print(text, flush=True))
    env.cr.commit()


def translations(env, mode, out, *modules):
    """Update or check the translation files; the result is written to ``out``."""
    from tools import po_files

    result = {module: getattr(po_files, mode)(env, module) for module in modules}
    Path(out).write_text(json.dumps(result))


def main(database, function, *arguments):
    import odoo
    from odoo.modules.registry import Registry
    from odoo.tools import config

    config.parse_config(
        ["-c", os.environ["BDE_ODOO_CONF"], "-d", database, "--no-http"], setup_logging=True
    )
    with Registry(database).cursor() as cr:
        env = odoo.api.Environment(cr, odoo.SUPERUSER_ID, {})
        globals()[function](env, *arguments)


if __name__ == "__main__":
    # The folder of this file would hide the "tools" package behind its modules.
    sys.path[0] = str(ROOT)
    main(*sys.argv[1:])
