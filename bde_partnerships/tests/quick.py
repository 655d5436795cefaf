"""What a run of tests does once instead of once a class, in a database that is the run's alone.

``./bde test`` says so by ``BDE_TESTS_ALONE=1``, to the runner of Odoo's tests. Without it each
class makes its cast in its own transaction, and nothing is left of it in the database.
"""

import os
from unittest.mock import patch

from passlib.context import CryptContext

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tests.common import get_db_name

from odoo.addons.base.models.ir_qweb import IrQweb

ALONE = os.environ.get("BDE_TESTS_ALONE") == "1"
# What the pages of our tests load, beside our own bundles.
BUNDLES = {
    "web.__assets_tests_call__",
    "web.assets_frontend",
    "web.assets_frontend_lazy",
    "web.assets_frontend_minimal",
    "web.assets_tests",
    "web.assets_web",
    "web.assets_web_print",
}


def keep_cast(case):
    """Commits the cast, unless it is there: making it takes a second, some 400 classes need it.

    :param case: the class that knows how to make it, see ``BdeCase._make``; called before it
        has a cursor of its own
    """
    if not ALONE:
        return
    registry = Registry(get_db_name())
    with registry.cursor() as cr:

        class Maker(case):
            env = api.Environment(cr, SUPERUSER_ID, case.CONTEXT)

        if Maker._is_made():
            return
        # as Odoo's own test case does: rounds are what takes time
        quick = CryptContext(["pbkdf2_sha512", "plaintext"], pbkdf2_sha512__rounds=1)
        with patch.object(registry["res.users"], "_crypt_context", lambda self: quick):
            Maker._make()
    registry.signal_changes()


def compile_few_bundles():
    """Odoo compiles all bundles before the tests, those of its own unit tests included."""
    every = IrQweb._get_bundles_to_pregenarate

    def few(self):
        return tuple(
            {name for name in names if name in BUNDLES or name.startswith("bde_")}
            for names in every(self)
        )

    IrQweb._get_bundles_to_pregenarate = few


if ALONE:
    compile_few_bundles()
