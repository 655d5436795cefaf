from lxml import etree

from odoo.tests import TransactionCase, tagged

OURS = ("bde_partnerships", "bde_pfmp", "bde_alumni")


@tagged("post_install", "-at_install")
class TestButtons(TransactionCase):
    def test_buttons_call_methods_of_records(self):
        """A button gives the ids of the screen, be there none: ``@api.model`` takes no ids."""
        views = self.env["ir.model.data"].search(
            [("module", "in", OURS), ("model", "=", "ir.ui.view")]
        )
        views = self.env["ir.ui.view"].browse(views.mapped("res_id")).exists()
        wrong, seen = [], 0
        for view in views.filtered(lambda one: one.model in self.env):
            for button in etree.fromstring(view.arch).xpath("//*[@type='object'][@name]"):
                method = getattr(self.env.registry[view.model], button.get("name"), None)
                seen += 1
                if getattr(method, "_api_model", False):
                    wrong.append(f"{view.xml_id}: {button.get('name')}")
        self.assertGreater(seen, 100)
        self.assertFalse(wrong)
