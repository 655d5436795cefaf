"""The upgraded database, as ``./bde test`` leaves it; see README.md."""

import os

import pytest


@pytest.fixture(scope="session")
def registry():
    """Registry of the upgraded database."""
    database = os.environ.get("BDE_UPGRADE_DATABASE")
    if not database:
        pytest.skip("joué par ./bde test, qui restaure la base d'abord")
    from odoo.modules.registry import Registry
    from odoo.tools import config

    config.parse_config(
        ["-c", os.environ["BDE_ODOO_CONF"], "-d", database, "--no-http"], setup_logging=False
    )
    return Registry(database)


@pytest.fixture
def env(registry):
    """Environment of the superuser in the upgraded database; nothing of it is kept."""
    from odoo import SUPERUSER_ID, api

    with registry.cursor() as cr:
        yield api.Environment(cr, SUPERUSER_ID, {"active_test": False})
        cr.rollback()
