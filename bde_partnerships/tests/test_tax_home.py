from odoo.tests import tagged

from .test_tax_report import TaxReportCase

MISSING = "Promises not received"
ROWS = "Rows of SOLTéA to settle"
ANSWERS = "Answers about the tax to read"


@tagged("post_install", "-at_install")
class TestTaxHome(TaxReportCase):
    """What the tax asks for this morning, to those who work on it."""

    def cards(self, user):
        sections = self.as_user(user)["bde.home"].get_home()["sections"]
        return {card["label"]: card for cards in sections.values() for card in cards}

    def test_counters_count_what_their_list_shows(self):
        self.answer()
        self.row()
        self.pledge().action_give_up()
        env = self.as_user(self.manager_a)
        for card in self.cards(self.manager_a).values():
            if "domain" in card["action"]:
                action = env["ir.actions.actions"]._for_xml_id(card["action"]["xmlid"])
                found = env[action["res_model"]].search_count(card["action"]["domain"])
                self.assertEqual(found, card["count"], card["label"])

    def vals(self, name):
        target = self.targets[name]
        return {
            "campaign_id": self.campaign.id,
            "target_id": target.id,
            "relation_id": target.relation_id.id,
        }

    def pledge(self):
        return self.env["bde.pledge"].create({**self.vals("bravo"), "amount": 200})

    def answer(self):
        return self.env["bde.tax.answer"].create(
            {"target_id": self.targets["delta"].id, "kind": "will"}
        )

    def row(self):
        """A row of an export whose company nobody recognised."""
        record = self.env["bde.tax.import"].create(
            {
                "company_id": self.school_a.id,
                "campaign_id": self.campaign.id,
                "filename": "export.csv",
            }
        )
        return self.env["bde.tax.import.line"].create(
            {
                "import_id": record.id,
                "campaign_id": self.campaign.id,
                "name": "Inconnue",
                "amount": 100,
                "status": "unmatched",
            }
        )

    def test_promises_that_did_not_come(self):
        pledge = self.pledge()
        self.assertNotIn(MISSING, self.cards(self.manager_a))
        pledge.action_give_up()
        self.assertEqual(self.cards(self.manager_a)[MISSING]["count"], 1)
        self.assertNotIn(MISSING, self.cards(self.manager_b), "another school's")
        self.campaign.state = "closed"
        self.assertNotIn(MISSING, self.cards(self.manager_a), "the campaign is over")

    def test_rows_and_answers_that_wait(self):
        self.assertNotIn(ROWS, self.cards(self.secretary_a))
        self.row()
        self.answer()
        cards = self.cards(self.secretary_a)
        self.assertEqual((cards[ROWS]["count"], cards[ANSWERS]["count"]), (1, 1))
        for user in (self.teacher_a, self.manager_b, self.correspondent):
            self.assertFalse({ROWS, ANSWERS} & self.cards(user).keys(), user.login)
