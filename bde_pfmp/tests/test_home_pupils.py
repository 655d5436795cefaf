"""What the home screen says about pupils and imports."""

from datetime import datetime, time, timedelta

from odoo.tests import tagged

from .placement_common import PlacementCase


@tagged("post_install", "-at_install")
class TestHomePupils(PlacementCase):
    def cards(self, login):
        """Counts by label, for the user."""
        cards = self.as_user(self.cast[login])["bde.home"]._home_cards()
        return {card["label"]: card["count"] for card in cards}

    def test_pupils(self):
        cards = self.cards("secretary_a")
        self.assertEqual(cards["Pupils at the school"], 5)
        self.assertEqual(cards["Pupils without class"], 0)
        # Aline, Chloé and Emma are minors; nobody is beside them yet
        minors = len(
            (self.aline | self.chloe | self.emma | self.dany).filtered(lambda s: not s.is_adult)
        )
        self.assertEqual(cards["Minors without legal guardian"], minors)
        self.assertEqual(cards["Teachers without e-mail"], 2)
        self.emma.schooling_ids.division_id = False
        self.assertEqual(self.cards("manager_a")["Pupils without class"], 1)
        self.emma.schooling_ids.date_end = self.school_a._bde_today()
        self.assertEqual(self.cards("head_a")["Pupils without class"], 0)

    def test_card_opens_what_it_counts(self):
        self.emma.schooling_ids.division_id = False
        env = self.as_user(self.secretary_a)
        for card in env["bde.home"]._home_pupil_cards(self.school_a.ids):
            action = env["ir.actions.act_window"]._for_xml_id(card["action"]["xmlid"])
            domain = card["action"].get("domain")
            if domain:
                with self.subTest(card["label"]):
                    found = env[action["res_model"]].search_count(domain)
                    self.assertEqual(found, card["count"])

    def test_not_for_lists_and_teachers(self):
        for login in ("teacher_a", "school_life_a", "intendance_a", "correspondent"):
            with self.subTest(login):
                self.assertNotIn("Pupils without class", self.cards(login))

    def test_last_import(self):
        def age(days):
            day = self.school_a._bde_today() - timedelta(days=days)
            self.env["bde.import"].create(
                {
                    "company_id": self.school_a.id,
                    "state": "applied",
                    # a time that is the same day at the school, in summer and in winter
                    "applied_on": datetime.combine(day, time(12)),
                }
            )
            return self.cards("secretary_a").get("Days since the last import")

        self.assertNotIn("Days since the last import", self.cards("secretary_a"))
        self.assertEqual(age(45), 45)
        self.assertIsNone(age(3))

    def test_steps(self):
        def done(user):
            steps = self.as_user(user)["bde.home"]._home_steps()
            return {step["label"]: step["done"] for step in steps}

        self.assertTrue(done(self.manager_a)["Import your pupils and teachers"])
        self.farid.placement_ids.unlink()
        self.farid.unlink()
        self.assertFalse(done(self.manager_b)["Import your pupils and teachers"])

    def test_trainings_that_no_convention_can_leave_for(self):
        """Hours and competences are asked before the first sending; the manager types them."""
        label = "Trainings to complete"
        training, Activity = self.training_a, self.env["bde.training.activity"]
        training.hours = 0
        training.activity_ids.unlink()
        self.assertEqual(training.convention_gaps, "Yearly hours, Competences")
        Activity.create({"training_id": training.id, "kind": "task", "name": "Wires a panel"})
        before = self.cards("manager_a")[label]
        training.hours = 840
        self.assertEqual(training.convention_gaps, "Competences")
        self.assertEqual(self.cards("manager_a")[label], before, "no competence yet")
        Activity.create({"training_id": training.id, "kind": "competence", "name": "Measures"})
        self.assertFalse(training.convention_gaps)
        self.assertEqual(self.cards("manager_a")[label], before - 1)
        self.assertNotIn(label, self.cards("secretary_a"), "who cannot write them")

    def test_stays_without_mandatory_mentions_ask_nothing_of_a_training(self):
        self.training_a.write({"hours": 0, "diploma": "seconde_gt"})
        self.assertFalse(self.training_a.convention_gaps)
        found = self.env["bde.training"].search(self.env["bde.training"]._gaps_domain())
        self.assertNotIn(self.training_a, found)
