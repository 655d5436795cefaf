import base64
from datetime import date
from io import BytesIO

from freezegun import freeze_time
from PIL import Image

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .tax_common import TaxCase

RULES = mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")


def picture(color):
    """A small picture, as a field of Odoo holds it."""
    output = BytesIO()
    Image.new("RGB", (8, 8), color).save(output, "PNG")
    return base64.b64encode(output.getvalue())


@tagged("post_install", "-at_install")
class TestTaxCampaign(TaxCase):
    """Complete before the first letter; who may do what."""

    def new(self, user=None, year=2026, **vals):
        env = self.as_user(user or self.manager_a)
        tax_year = self.env["bde.tax.year"]._of(self.school_a, year)
        return env["bde.tax.campaign"].create({"tax_year_id": tax_year.id} | vals)

    def test_a_form_without_a_year_has_no_name(self):
        """It was called "0" where the years to come were all taken."""
        draft = self.as_user(self.manager_a)["bde.tax.campaign"].new({"tax_year_id": False})
        self.assertFalse(draft.name)

    def test_begins_with_what_is_known(self):
        campaign = self.new()
        self.assertEqual(campaign.name, "Taxe d'apprentissage 2026")
        self.assertEqual(campaign.soltea_name, "Lycée Ampère")
        self.assertEqual(campaign.soltea_uai, "0330994B")
        self.assertEqual((campaign.user_id, campaign.state), (self.manager_a, "preparing"))
        self.assertEqual(campaign.company_id, self.school_a)

    def test_the_year_is_that_of_today_then_the_next_one(self):
        self.env["bde.membership"].search([]).date_from = date(2024, 1, 1)
        with freeze_time("2024-06-10 10:00:00"):
            default = self.as_user(self.manager_a)["bde.tax.campaign"]._default_tax_year()
        self.assertEqual(default.year, 2024)
        with freeze_time("2025-06-10 10:00:00"):
            default = self.as_user(self.manager_a)["bde.tax.campaign"]._default_tax_year()
        self.assertEqual(default.year, 2026)

    def test_one_a_year(self):
        with self.assertRaisesRegex(Exception, "already"), mute_logger("odoo.sql_db"):
            self.new(year=2025)

    def test_says_what_lacks(self):
        campaign = self.new(soltea_siret="123", soltea_uai="0330994X")
        gaps = "\n".join(campaign._identity_gaps())
        for piece in (
            "123 is not a SIRET", "0330994X is not a UAI", "Add the courses",
            "Compare name, numbers and courses", "prefect's list names the school",
        ):  # fmt: skip
            self.assertIn(piece, gaps)
        self.assertEqual(campaign.gap_count, 5)
        self.assertIn("<li>123 is not a SIRET", campaign.gaps)
        with self.assertRaisesRegex(UserError, "Add the courses"):
            campaign.action_start()
        with self.assertRaisesRegex(UserError, "123 is not a SIRET"):
            campaign.action_confirm_identity()
        self.assertFalse(campaign.identity_checked_on)

    def test_becomes_complete_and_starts(self):
        campaign = self.new(soltea_siret="193 309 945 00015", soltea_uai="0330994 b")
        self.assertEqual(campaign.soltea_siret, "19330994500015")
        self.assertEqual(campaign.soltea_uai, "0330994B")
        campaign.action_fill_courses()
        self.assertEqual(campaign.course_ids.training_id, self.training_a)
        # twice is once
        campaign.action_fill_courses()
        self.assertEqual(len(campaign.course_ids), 1)
        self.assertEqual(campaign.course_ids.level, "4 (baccalauréat)")
        with self.assertRaisesRegex(UserError, "RNCP number missing for: Métiers"):
            campaign.action_confirm_identity()
        campaign.course_ids.rncp = "rncp 38878"
        self.assertEqual(campaign.course_ids.rncp, "RNCP38878")
        campaign.action_confirm_identity()
        self.assertEqual(campaign.identity_checked_by_id, self.manager_a)
        campaign.eligible_state = "applied"
        self.assertIn("once the prefect's list", campaign._identity_gaps()[0])
        campaign.eligible_state = "listed"
        self.assertEqual(campaign._identity_gaps(), [])
        self.assertEqual(campaign._obstacles_to_solicit(), ["Start the campaign first."])
        with self.assertRaisesRegex(UserError, "Start the campaign first"):
            campaign._check_may_solicit()
        campaign.action_start()
        self.assertEqual(campaign.state, "running")
        self.assertEqual(campaign._obstacles_to_solicit(), [])

    def test_a_course_without_rncp_says_so(self):
        self.campaign.course_ids = [Command.create({"name": "SECONDE PRO"})]
        self.assertIn("SECONDE PRO", self.campaign._obstacles_to_solicit()[0])
        self.campaign.course_ids[-1].no_rncp = True
        self.assertEqual(self.campaign._obstacles_to_solicit(), [])

    def test_another_name_is_compared_again(self):
        self.campaign.soltea_name = self.campaign.soltea_name
        self.assertTrue(self.campaign.identity_checked_on)
        self.campaign.soltea_name = "LYCEE AMPERE BORDEAUX"
        self.assertFalse(self.campaign.identity_checked_on)
        self.assertIn("Compare", self.campaign._obstacles_to_solicit()[0])

    def test_not_on_the_list(self):
        self.campaign.eligible_state = "not_listed"
        self.assertIn("not on the prefect's list", self.campaign._obstacles_to_solicit()[0])

    def test_statement_about_the_picture(self):
        with self.assertRaisesRegex(UserError, "Add the picture first"):
            self.campaign.picture_checked = True
        campaign = self.campaign.with_env(self.as_user(self.manager_a))
        campaign.write({"story_picture": picture("red"), "picture_checked": True})
        self.assertEqual(campaign.picture_checked_by_id, self.manager_a)
        self.assertEqual(campaign.picture_checked_on, self.school_a._bde_today())
        # the statement was about that picture
        campaign.story_picture = picture("blue")
        self.assertFalse(campaign.picture_checked)
        self.assertFalse(campaign.picture_checked_on)

    def test_copy_of_last_year(self):
        self.campaign.write(
            {
                "target_amount": 12000,
                "component_ids": [Command.create({"name": "CFA AMPERE", "is_cfa": True})],
            }
        )
        self.campaign.course_ids.component_id = self.campaign.component_ids
        campaign = self.new()
        self.assertTrue(campaign.has_previous)
        self.assertEqual(campaign._previous(), self.campaign)
        campaign.action_copy_previous()
        self.assertEqual(campaign.soltea_name, "LYCEE AMPÈRE")
        self.assertEqual(campaign.soltea_siret, "19330994500015")
        self.assertEqual(campaign.target_amount, 12000)
        self.assertEqual(campaign.course_ids.name, "BAC PRO MELEC")
        self.assertEqual(campaign.course_ids.component_id, campaign.component_ids)
        self.assertEqual(campaign.component_ids.campaign_id, campaign)
        self.assertTrue(campaign.component_ids.is_cfa)
        # this year's SOLTéA and prefect's list are to be looked at
        self.assertFalse(campaign.identity_checked_on)
        self.assertEqual(campaign.eligible_state, "unknown")
        campaign.action_copy_previous()
        self.assertEqual(len(campaign.course_ids), 1)
        with self.assertRaisesRegex(UserError, "no earlier campaign"):
            self.campaign.action_copy_previous()

    def test_courses_take_components_of_their_campaign(self):
        other = self.new()
        other.component_ids = [Command.create({"name": "CFA"})]
        with self.assertRaises(ValidationError):
            self.campaign.course_ids.component_id = other.component_ids
        with self.assertRaisesRegex(ValidationError, "not a UAI"):
            other.component_ids.uai = "0330994X"

    def test_windows(self):
        self.assertEqual(self.campaign._current_window(self.IN_PERIOD_1), self.window("period1"))
        between = date(2025, 7, 5)
        self.assertFalse(self.campaign._current_window(between))
        self.assertEqual(self.campaign._next_window(between), self.window("period2"))
        self.assertFalse(self.campaign._next_window(date(2025, 10, 25)))
        self.assertEqual(
            self.campaign._windows().mapped("kind"),
            ["opening", "period1", "transfer1", "period2", "transfer2", "rest"],
        )

    def test_sentence_of_the_calendar(self):
        for day, piece in (
            ("2025-10-14", r"is open until (10/24|24/10)/2025 \(days left: 10\)"),
            ("2025-07-05", r"period 2 \(2025\) begins on (07/14|14/07)/2025"),
            ("2025-10-25", "are over"),
        ):  # fmt: skip
            with freeze_time(f"{day} 10:00:00"):
                self.assertRegex(self.campaign._window_sentence(), piece)
        self.assertIn("not known yet", self.new()._window_sentence())

    # ------------------------------------------------------------
    # Roles
    # ------------------------------------------------------------

    @RULES
    def test_the_secretary_works_and_closes_nothing(self):
        campaign = self.new(self.secretary_a, soltea_siret="19330994500015")
        campaign.target_amount = 5000
        campaign.action_fill_courses()
        campaign.course_ids.unlink()
        running = self.campaign.with_env(self.as_user(self.secretary_a))
        for verb in (running.action_close, running.action_reopen, running.unlink):
            with self.assertRaises(AccessError):
                verb()
        with self.assertRaises(AccessError):
            running.state = "closed"

    def test_the_head_closes_and_opens_again(self):
        campaign = self.campaign.with_env(self.as_user(self.head_a))
        campaign.action_close()
        self.assertEqual(campaign._obstacles_to_solicit(), ["This campaign is closed."])
        self.assertFalse(campaign.gaps)
        campaign.action_reopen()
        self.assertEqual(campaign.state, "running")

    @RULES
    def test_others_see_nothing(self):
        for user in (
            self.teacher_a, self.school_life_a, self.intendance_a, self.correspondent,
            self.bde_admin,
        ):  # fmt: skip
            with self.assertRaises(AccessError):
                self.campaign.with_env(self.as_user(user)).read(["target_amount"])

    @RULES
    def test_another_school(self):
        for user in (self.manager_b, self.head_b, self.two_roles):
            env = self.as_user(user)
            self.assertFalse(env["bde.tax.campaign"].search([("id", "=", self.campaign.id)]))
            with self.assertRaises(AccessError):
                self.campaign.course_ids.with_env(env).read(["name"])
            with self.assertRaises(AccessError):
                self.campaign.with_env(env).action_close()

    def test_goes_to_whom_takes_over(self):
        handover = self.as_user(self.head_a)["bde.handover"].create(
            {"from_user_id": self.manager_a.id, "to_user_id": self.secretary_a.id}
        )
        handover.action_collect()
        line = handover.line_ids.filtered(lambda one: one.res_model == "bde.tax.campaign")
        self.assertEqual((line.label, line.kind), (self.campaign.name, "campaign"))
        handover.action_give()
        self.assertEqual(self.campaign.user_id, self.secretary_a)

    # ------------------------------------------------------------
    # Home
    # ------------------------------------------------------------

    def cards(self, user, day):
        # the cast came this school year, the calendar of the tests is an older one
        self.env["bde.membership"].search([]).date_from = date(2025, 1, 1)
        with freeze_time(f"{day} 10:00:00"):
            cards = self.as_user(user)["bde.home"]._home_cards()
        return {card["label"]: card for card in cards}

    def test_home_of_the_school(self):
        self.new()
        label = "Employers choose for ten days more at most"
        before = self.cards(self.manager_a, "2025-10-13")
        self.assertEqual(before[label]["count"], 0)
        self.assertEqual(before["Campaign of the tax to prepare"]["count"], 1)
        card = self.cards(self.manager_a, "2025-10-14")[label]
        self.assertEqual(card["count"], 1)
        found = self.env["bde.tax.campaign"].search(card["action"]["domain"])
        self.assertEqual(found, self.campaign)
        self.assertNotIn(label, self.cards(self.teacher_a, "2025-10-14"))

    def test_home_says_that_a_campaign_is_missing(self):
        label = "No campaign of the tax for 2026 yet"
        self.assertEqual(self.cards(self.manager_a, "2026-03-01")[label]["count"], 1)
        self.assertEqual(self.cards(self.manager_b, "2026-03-01")[label]["count"], 0)
        self.new()
        self.assertEqual(self.cards(self.manager_a, "2026-03-01")[label]["count"], 0)

    def test_home_of_the_academie(self):
        label = "Windows of the tax without dates"
        self.assertEqual(self.cards(self.correspondent, "2026-03-01")[label]["count"], 6)
        self.assertNotIn(label, self.cards(self.manager_a, "2026-03-01"))
