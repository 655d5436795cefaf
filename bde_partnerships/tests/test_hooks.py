from importlib import import_module
from importlib.util import find_spec

from odoo.tests import TransactionCase, tagged

from ..hooks import NOT_GRANTED, uninstall_hook


@tagged("post_install", "-at_install")
class TestUninstall(TransactionCase):
    def test_core_is_left_as_it_was(self):
        accesses = self.env["ir.model.access"].union(*map(self.env.ref, NOT_GRANTED))
        off = (
            self.env["ir.model.access"]
            .with_context(active_test=False)
            .search([("active", "=", False)])
        )
        self.assertEqual(
            accesses | self.of_modules_above(),
            off,
            "what the modules of the suite switch off, and nothing else",
        )
        uninstall_hook(self.env)
        self.assertTrue(all(accesses.mapped("active")))
        for name in ("event_event_company_rule", "event_registration_company_rule"):
            domain = self.env.ref(f"event.{name}").domain_force
            self.assertEqual(domain, "[('company_id', 'in', company_ids + [False])]")
        self.assertFalse(self.env["ir.rule"]._bde_optional_rules())
        self.env.cr.execute("SELECT 1 FROM pg_proc WHERE proname = 'bde_journal_refuse'")
        self.assertFalse(self.env.cr.fetchall())

    def of_modules_above(self):
        """What the hooks of other modules of the suite say that they switch off."""
        names = [
            xmlid
            for module in self.registry._init_modules
            if module.startswith("bde_") and find_spec(f"odoo.addons.{module}.hooks")
            for xmlid in import_module(f"odoo.addons.{module}.hooks").NOT_GRANTED
        ]
        return self.env["ir.model.access"].union(*map(self.env.ref, names))
