import re

from lxml import etree

from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestKanbanCards(TransactionCase):
    """Cards, which phones open instead of lists, name no field that their view does not read."""

    def test_cards_read_what_they_ask_of_a_record(self):
        views = self.env["ir.ui.view"].search(
            [("type", "=", "kanban"), ("model", "=like", "bde.%"), ("mode", "=", "primary")]
        )
        self.assertTrue(views)
        for view in views:
            arch = etree.fromstring(view.get_combined_arch())
            declared = {field.get("name") for field in arch.iter("field")}
            asked = set(re.findall(r"\brecord\.(\w+)\.", etree.tostring(arch).decode()))
            with self.subTest(view.name):
                self.assertLessEqual(asked, declared)
