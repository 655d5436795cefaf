"""Following placements: home, departures, who has to sign, reminders."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.bde_partnerships.tests.common import SIRET_OTHER

from .convention_common import ConventionCase
from .placement_common import WEEK_35


@tagged("post_install", "-at_install")
class TestPlacementFollow(ConventionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # the classes of a period that begins in five days, inside the year whatever the day
        cls.today = cls.school_a._bde_today()
        if cls.today + timedelta(days=60) > cls.year.date_end:
            cls.env["bde.school.year"].create(
                {
                    "company_id": cls.academy.id,
                    "date_start": cls.year.date_end + timedelta(days=1),
                }
            )
        last = cls.year.date_end
        soon = min(cls.today + timedelta(days=5), last - timedelta(days=2))
        cls.placements.write({"date_start": soon, "date_end": min(soon + timedelta(18), last)})

    def cards(self, user):
        """{label: count} of the home of a user."""
        home = self.as_user(user)["bde.home"].get_home()
        return {
            card["label"]: card["count"] for cards in home["sections"].values() for card in cards
        }

    # ------------------------------------------------------------------
    # Home
    # ------------------------------------------------------------------

    def test_pupils_without_host(self):
        self.placement.host_id = False
        for user, count in (
            (self.manager_a, 1),
            (self.teacher_a, 1),
            (self.two_roles, None),
            (self.school_life_a, None),
            (self.manager_b, None),
            (self.correspondent, None),
        ):
            with self.subTest(user=user.login):
                self.assertEqual(self.cards(user).get("Pupils without a host"), count)

    def test_card_opens_what_it_counts(self):
        home = self.as_user(self.manager_a)["bde.home"].get_home()
        seen = 0
        for card in sum(home["sections"].values(), []):
            if (
                card["action"]["xmlid"].startswith("bde_pfmp.action_")
                and "domain" in card["action"]
            ):
                model = self.env.ref(card["action"]["xmlid"]).res_model
                domain = card["action"]["domain"]
                found = self.as_user(self.manager_a)[model].search_count(domain)
                self.assertEqual(found, card["count"], card["label"])
                seen += 1
        self.assertGreaterEqual(seen, 3)

    def test_agreements_to_check(self):
        hosting = self.placement._ensure_hostings()
        self.assertNotIn("Agreements to check", self.cards(self.teacher_a))
        hosting.state = "submitted"
        self.assertEqual(self.cards(self.teacher_a)["Agreements to check"], 1)
        self.assertEqual(self.cards(self.secretary_a)["Agreements to check"], 1)
        hosting.write({"state": "returned", "returned_on": self.today - timedelta(days=9)})
        self.assertEqual(self.cards(self.secretary_a)["Hosts who have not corrected"], 1)

    def test_bureau_cards(self):
        cards = self.cards(self.secretary_a)
        self.assertEqual(cards["Conventions to make"], 3)
        self.assertNotIn("Conventions to check and send", cards)
        self.make()
        cards = self.cards(self.secretary_a)
        self.assertEqual(cards["Conventions to check and send"], 3)
        self.assertNotIn("Conventions to make", self.cards(self.teacher_a))
        self.placement_adult.convention_id.action_cancel("x")
        self.placement_adult.referent_id = False
        self.assertEqual(self.cards(self.secretary_a)["Pupils without a referent teacher"], 1)

    def test_begun_without_a_signed_convention(self):
        label = "Period begun, convention not signed"
        self.assertNotIn(label, self.cards(self.secretary_a))
        yesterday = max(self.today - timedelta(days=1), self.year.date_start)
        self.placements.write({"date_start": yesterday, "date_end": self.today})
        begun = 3 if yesterday < self.today else None
        self.assertEqual(self.cards(self.secretary_a).get(label), begun)
        # without a host nobody is away: the pupil is at school
        self.placement.host_id = False
        self.assertEqual(self.cards(self.secretary_a).get(label), begun and 2)
        self.assertNotIn(label, self.cards(self.teacher_a))

    def test_attestations_to_get_back(self):
        label = "Attestations to get back"
        self.make()
        self.assertNotIn(label, self.cards(self.secretary_a))
        self.placement.convention_id.document_id.sudo()._set_state("ended")
        self.assertEqual(self.cards(self.secretary_a)[label], 1)

    def test_departures(self):
        label = "Leave within 7 days, not signed"
        for user in (self.school_life_a, self.intendance_a, self.manager_a, self.teacher_a):
            with self.subTest(user=user.login):
                self.assertEqual(self.cards(user)[label], 3)
        self.assertNotIn(label, self.cards(self.manager_b))

    def test_first_period_is_a_step(self):
        steps = self.as_user(self.manager_b)["bde.home"].get_home()["steps"]
        step = next(one for one in steps if one["label"] == "Open the first period")
        self.assertFalse(step["done"])

    def test_home_takes_constant_queries(self):
        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            env = self.as_user(self.manager_a)
            env["bde.home"].get_home()
            before = env.cr.sql_log_count
            env["bde.home"].get_home()
            return env.cr.sql_log_count - before

        few = queries()
        for index in range(10):
            pupil = self.new_pupil(f"R{index}", self.division_a, self.start.year - 17)
            self.new_placement(pupil)
        self.assertEqual(queries(), few)

    # ------------------------------------------------------------------
    # Departures and signatures
    # ------------------------------------------------------------------

    def test_who_leaves(self):
        """School life reads who leaves and whose signature is missing, not the convention."""
        conventions = self.make(self.placement | self.placement_adult)
        self.placement_ase.host_id = False
        conventions.action_send()
        self.sign_all(self.placement_adult.convention_id)
        env = self.as_user(self.school_life_a)
        rows = env["bde.placement"].search_read(
            [("id", "in", self.placements.ids)],
            ["departure", "waiting_for", "next_step", "state"],
            order="student_name",
        )
        self.assertEqual([row["departure"] for row in rows], ["unsigned", "ready", "no_host"])
        self.assertTrue(rows[0]["waiting_for"])
        self.assertIn(rows[0]["waiting_for"], rows[0]["next_step"])
        self.assertFalse(rows[1]["waiting_for"])
        self.assertFalse(env["bde.convention"].has_access("read"))

    def test_stage_counts_of_the_period(self):
        self.make(self.placement).action_send()
        self.assertEqual(
            [
                self.period_a[f"{stage}_count"]
                for stage in ("to_place", "hosting", "to_make", "to_sign", "signed")
            ],
            [0, 0, 2, 1, 0],
        )

    def test_signatures_of_a_period(self):
        self.make().action_send()
        action = self.period_a.with_env(self.as_manager).action_view_signatures()
        found = self.as_manager["bde.document.signature"].search(action["domain"])
        self.assertEqual(found.document_id, self.placements.convention_id.document_id)
        other = self.period_a.copy({"name": "Empty"}).action_view_signatures()
        self.assertFalse(self.env["bde.document.signature"].search(other["domain"]))

    def test_send_from_the_list(self):
        placements = self.placements.with_env(self.as_manager)
        with self.assertRaisesRegex(UserError, "has a convention to send"):
            placements.action_send_conventions()
        self.make()
        placements.action_send_conventions()
        self.assertEqual(set(self.placements.mapped("state")), {"to_sign"})

    def test_remind_in_one_click(self):
        period = self.period_a.with_env(self.as_manager)
        with self.assertRaisesRegex(UserError, "Nobody has to sign"):
            period.action_remind_signers()
        self.make().action_send()
        signatures = self.placements.convention_id.sudo().signature_ids
        waiting = signatures.filtered(lambda one: one.state == "to_sign" and one.email)
        self.assertTrue(waiting)
        waiting.write({"notified_on": self.today - timedelta(days=3), "since": self.today})
        period.action_remind_signers()
        self.assertTrue(all(one.reminder_count == 1 for one in waiting), waiting)

    def test_board_takes_constant_queries(self):
        """One card or many: what a card shows is read for all of them together."""
        self.make(self.placement | self.placement_adult).action_send()
        for index in range(8):
            pupil = self.new_pupil(f"B{index}", self.division_a, self.start.year - 17)
            placement = self.new_placement(pupil, **self.complete_vals())
            if index % 2:
                self.make(placement).action_send()
            else:
                placement._ensure_hostings()
        many = {"display_name": {}}
        card = {
            "student_id": {"fields": many},
            "division_id": {"fields": many},
            "host_id": {"fields": many},
            "referent_id": {"fields": many},
            "state": {},
            "next_step": {},
            "waiting_for": {},
            "departure": {},
            "days_left": {},
            "alert_level": {},
        }

        def queries(domain, user):
            env = self.as_user(user)
            env["bde.placement"].web_search_read(domain, card)
            env.flush_all()
            env.invalidate_all()
            before = env.cr.sql_log_count
            found = env["bde.placement"].web_search_read(domain, card)
            return len(found["records"]), env.cr.sql_log_count - before

        for user in (self.manager_a, self.teacher_a):
            with self.subTest(user=user.login):
                few = queries([("id", "in", self.placement.ids)], user)
                all_of_them = queries([("period_id", "=", self.period_a.id)], user)
                self.assertEqual((few[0], all_of_them[0]), (1, 11))
                self.assertLessEqual(all_of_them[1], few[1] + 3)

    # ------------------------------------------------------------------
    # New company from a placement
    # ------------------------------------------------------------------

    def register(self, user):
        pupil = self.new_pupil("Sam", self.division_a, self.start.year - 17)
        placement = self.new_placement(pupil).with_env(self.as_user(user))
        action = placement.action_new_host()
        wizard = (
            placement.env["bde.employer.register"]
            .with_context(**action["context"])
            .create({"name": "Garage Voisin", "siret": SIRET_OTHER, "activity": "Garage"})
        )
        wizard.contact_ids.create(
            {
                "wizard_id": wizard.id,
                "name": "Rémi Voisin",
                "email": "remi@voisin.example",
                "bde_signatory": True,
                "bde_tutor": True,
            }
        )
        return placement, wizard.action_register()

    def test_new_company_becomes_the_host(self):
        placement, action = self.register(self.secretary_a)
        self.assertEqual(action["type"], "ir.actions.act_window_close")
        self.assertEqual(placement.host_id.name, "Garage Voisin")
        self.assertEqual(placement.signatory_id.name, "Rémi Voisin")
        self.assertEqual(placement.tutor_id, placement.signatory_id)
        self.assertEqual(placement.state, "agreed")

    def test_new_company_for_a_placement_of_another_school(self):
        with self.assertRaises(AccessError):
            self.placement.with_env(self.as_user(self.manager_b)).action_new_host()

    def test_terms_of_a_convention_out_for_signature(self):
        """The placement does not change under the pen."""
        self.make(self.placement).action_send()
        with self.assertRaisesRegex(UserError, "out for signature"):
            self.placement.with_env(self.as_manager).schedule = {"mon": WEEK_35["mon"]}
