from odoo.tests import TransactionCase, tagged

from ..hooks import NOT_GRANTED, uninstall_hook


@tagged("post_install", "-at_install")
class TestUninstall(TransactionCase):
    def test_core_is_left_as_it_was(self):
        accesses = self.env["ir.model.access"].union(*map(self.env.ref, NOT_GRANTED))
        off = self.env["ir.model.access"].with_context(active_test=False).search(
            [("active", "=", False)]
        )
        self.assertEqual(accesses, off, "what the module switches off, and nothing else")
        uninstall_hook(self.env)
        self.assertTrue(all(accesses.mapped("active")))
        self.assertFalse(self.env["ir.rule"]._bde_optional_rules())
        self.env.cr.execute("SELECT 1 FROM pg_proc WHERE proname = 'bde_journal_refuse'")
        self.assertFalse(self.env.cr.fetchall())
