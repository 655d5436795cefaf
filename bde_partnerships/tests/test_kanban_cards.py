import re

from lxml import etree

from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestKanbanCards(TransactionCase):
    """What only a browser runs into: cards, which phones open instead of lists, and buttons."""

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

    def test_buttons_call_what_takes_records(self):
        """The client hands over the ids of the records, also where none is selected."""
        views = self.env["ir.ui.view"].search([("model", "=like", "bde.%")])
        for view in views:
            arch = etree.fromstring(view.arch_db)
            for button in arch.iter("button"):
                method = getattr(self.env[view.model], button.get("name") or "", None)
                if button.get("type") == "object" and method:
                    with self.subTest(f"{view.name}: {button.get('name')}"):
                        self.assertFalse(getattr(method, "_api_model", False))
