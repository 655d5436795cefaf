from datetime import timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from .common import BdeCase


@tagged("post_install", "-at_install")
class TestHome(BdeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.relation_a = cls.env["bde.relation"]._bde_ensure(cls.employer, cls.school_a)
        cls.relation_b = cls.env["bde.relation"]._bde_ensure(cls.employer, cls.school_b)
        (cls.relation_a | cls.relation_b).status = "active"

    def _home(self, user):
        return self.as_user(user)["bde.home"].get_home()

    def _card(self, user, label):
        cards = [card for section in self._home(user)["sections"].values() for card in section]
        return next((card for card in cards if card["label"] == label), None)

    def test_everyone_has_a_home(self):
        for login, user in self.cast.items():
            with self.subTest(login):
                home = self._home(user)
                self.assertIn(user.name, home["greeting"])
                schools = user.company_ids - self.academy
                self.assertEqual(home["school"].count("Lycée"), len(schools))

    def test_counters_count_what_their_list_shows(self):
        """The domain of each card, played as the user, gives the number on it."""
        for login, user in self.cast.items():
            env = self.as_user(user)
            for cards in self._home(user)["sections"].values():
                for card in cards:
                    if "domain" not in card["action"]:
                        continue
                    with self.subTest(f"{login}: {card['label']}"):
                        action = env["ir.actions.actions"]._for_xml_id(card["action"]["xmlid"])
                        found = env[action["res_model"]].search_count(card["action"]["domain"])
                        self.assertEqual(found, card["count"])

    def test_call_back_is_late_the_day_after(self):
        relation = self.as_user(self.manager_a)["bde.relation"].browse(self.relation_a.id)
        today = self.school_a._bde_today()
        relation.activity_schedule("mail.mail_activity_data_todo", today, user_id=self.manager_a.id)
        self.assertIsNone(self._card(self.manager_a, "Companies to call back"))
        self.assertEqual(self._card(self.manager_a, "Companies to call")["count"], 1)
        self.assertIsNone(self._card(self.manager_b, "Companies to call"))
        with freeze_time(today + timedelta(days=1, hours=12)):
            self.assertEqual(self._card(self.manager_a, "Companies to call back")["count"], 1)

    def test_signatory_is_asked_for(self):
        label = "Companies without signatory"
        self.assertEqual(self._card(self.secretary_a, label)["count"], 1)
        self.assertIsNone(self._card(self.teacher_a, label))
        self.employer._bde_add_contact(self.school_a, {"name": "Anne", "bde_signatory": True})
        self.assertIsNone(self._card(self.secretary_a, label))
        self.assertEqual(self._card(self.manager_b, label)["count"], 1)

    def test_nobody_signs_yet_for_who_is_to_discover(self):
        self.relation_a.status = "prospect"
        self.assertIsNone(self._card(self.secretary_a, "Companies without signatory"))

    def test_companies_to_revive_and_steps_of_colleagues_are_shown(self):
        self.assertIsNone(self._card(self.manager_a, "Companies to revive"))
        self.relation_a.status = "revive"
        self.assertEqual(self._card(self.manager_a, "Companies to revive")["count"], 1)
        self.assertIsNone(self._card(self.manager_b, "Companies to revive"))
        today = self.school_a._bde_today()
        self.relation_a.activity_schedule(
            "mail.mail_activity_data_todo", today - timedelta(days=1), user_id=self.secretary_a.id
        )
        late = "Late steps of your colleagues"
        self.assertEqual(self._card(self.manager_a, late)["count"], 1)
        self.assertIsNone(self._card(self.secretary_a, late), "her own is not told twice")
        self.assertIsNone(self._card(self.manager_a, "Companies to call back"), "not his own")
        self.assertIsNone(self._card(self.teacher_a, late))

    def test_reason_that_ends_within_a_month_is_shown(self):
        today = self.school_a._bde_today()
        self.relation_a.write(
            {
                "status": "avoid",
                "status_reason_id": self.env.ref("bde_partnerships.status_reason_unsafe").id,
                "status_until": today + timedelta(days=31),
            }
        )
        label = "Companies no longer to watch soon"
        self.assertIsNone(self._card(self.manager_a, label))
        self.relation_a.status_until = today + timedelta(days=30)
        self.assertEqual(self._card(self.manager_a, label)["count"], 1)

    def test_beginners_are_told_what_comes_first(self):
        steps = {step["label"]: step["done"] for step in self._home(self.head_b)["steps"]}
        self.assertFalse(steps["Complete the page of your school"])
        self.assertTrue(steps["Invite your colleagues"])
        self.assertFalse(self._home(self.school_life_a)["steps"])

    def test_administrator_sees_schools_without_head(self):
        card = self._card(self.bde_admin, "Schools without head")
        self.assertEqual(card["count"], 1, "school C has none")
        self.assertEqual(self._card(self.correspondent, "Schools")["count"], 3)
        self.assertIsNone(self._card(self.head_a, "Schools"))

    def test_coming_holidays_are_shown(self):
        self.env["bde.holiday"].create(
            {
                "company_id": self.academy.id,
                "school_year_id": self.year.id,
                "zone": "A",
                "name": "Vacances d'essai",
                "date_start": self.school_a._bde_today(),
                "date_end": self.school_a._bde_today(),
            }
        )
        self.assertIn("Vacances d'essai until", self._home(self.manager_a)["holiday"])
        self.assertFalse(self._home(self.correspondent)["holiday"])

    def test_home_costs_the_same_with_many_companies(self):
        env = self.as_user(self.manager_a)

        def count():
            env.invalidate_all()
            before = self.env.cr.sql_log_count
            env["bde.home"].get_home()
            return self.env.cr.sql_log_count - before

        count(), count()  # caches of rules and translations
        few = count()
        partners = self.env["res.partner"].create(
            [{"name": f"E{i}", "is_company": True, "bde_employer": True} for i in range(50)]
        )
        self.env["bde.relation"]._bde_ensure(partners, self.school_a)
        self.env.flush_all()
        self.assertEqual(count(), few)
