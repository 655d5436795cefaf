"""Public holidays: one list for all parts, in the lower module."""

from odoo.addons.bde_partnerships.rules.public_holidays import (
    public_holidays,  # noqa: F401  (one name for the rules of placements)
)
