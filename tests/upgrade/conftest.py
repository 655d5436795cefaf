"""The upgraded database, as ``./bde test`` leaves it; see README.md."""

import os

import pytest


@pytest.fixture(scope="session")
def env():
    """Environment of the superuser in the upgraded database; nothing of it is kept."""
    database = os.environ.get("BDE_UPGRADE_DATABASE")
    if not database:
        pytest.skip("joué par ./bde test, qui restaure la base d'abord")
    import odoo
    from odoo.modules.registry import Registry
    from odoo.tools import config

    config.parse_config(
        ["-c", os.environ["BDE_ODOO_CONF"], "-d", database, "--no-http"], setup_logging=False
    )
    with Registry(database).cursor() as cr:
        yield odoo.api.Environment(cr, odoo.SUPERUSER_ID, {"active_test": False})
        cr.rollback()
