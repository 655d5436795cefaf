from ast import literal_eval
from datetime import date, timedelta

from freezegun import freeze_time
from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tests import tagged

from .pipeline_common import PipelineCase

MONDAY = date(2026, 11, 16)


@tagged("post_install", "-at_install")
@freeze_time("2026-11-16 09:00:00")
class TestCampaign(PipelineCase):
    """A selection of companies becomes leads with calls spread over the weeks."""

    def _campaign(self, partners, user=None, **vals):
        env = self.as_user(user or self.manager_a)
        return env["bde.campaign"]._from_partners(
            partners.with_env(env), {"name": "Ateliers", "date_start": MONDAY} | vals
        )

    def _states(self, campaign):
        return {
            target.partner_id: (target.state, target.skip_reason) for target in campaign.target_ids
        }

    # ------------------------------------------------------------
    # The list
    # ------------------------------------------------------------

    def test_from_the_map_or_a_list(self):
        partners = self._employers(3)
        env = self.as_user(self.secretary_a)
        contact = self.employer._bde_add_contact(self.school_b, {"name": "Madame Braille"})
        action = env["bde.campaign"].action_from_map((partners | contact).ids)
        campaign = env["bde.campaign"].browse(action["res_id"])
        self.assertEqual(campaign.target_ids.partner_id, partners)
        self.assertEqual(campaign.company_id, self.school_a)
        self.assertEqual(campaign.kept_count, 3)
        with self.assertRaises(UserError):
            env["bde.campaign"].action_from_map(contact.ids)

    def test_garages_within_15_km_that_never_hosted_a_pupil(self):
        """The filters of the directory, as the search view has them."""
        self.school_a.partner_id.write({"partner_latitude": 44.84, "partner_longitude": -0.58})
        near, far, bakery, host = self._employers(4)
        for employer in (near, bakery, host):
            employer.write({"partner_latitude": 44.80, "partner_longitude": -0.60})
        far.write({"partner_latitude": 45.20, "partner_longitude": -0.60})
        (near | far | host).naf_code = "4520A"
        bakery.naf_code = "1071C"
        for school in (self.school_a, self.school_b):
            relation = self.env["bde.relation"]._bde_ensure(
                host if school == self.school_a else near, school
            )
            self.env["bde.past.placement"].create(
                {
                    "relation_id": relation.id,
                    "date_start": date(2026, 1, 12),
                    "date_end": date(2026, 2, 6),
                }
            )
        env = self.as_user(self.manager_a)
        view = self.env.ref("bde_partnerships.view_employer_search")
        arch = etree.fromstring(env["res.partner"].get_view(view.id, "search")["arch"])
        domain = Domain("bde_employer", "=", True) & Domain("naf_code", "=like", "4520%")
        for name in ("within_15", "never_hosted"):
            [node] = arch.xpath(f"//filter[@name='{name}']")
            domain &= Domain(literal_eval(node.get("domain")))
        found = env["res.partner"].search(domain)
        self.assertEqual(found, near, "hosting at another school is not hosting here")
        action = found.action_bde_campaign()
        campaign = env["bde.campaign"].browse(action["res_id"])
        self.assertEqual(campaign.target_ids.partner_id, near)

    def test_added_from_the_directory(self):
        partners = self._employers(3)
        campaign = self._campaign(partners[:1])
        env = campaign.env
        found = partners.with_env(env).with_context(bde_campaign_id=campaign.id)
        action = found.action_bde_campaign()
        self.assertEqual(action["res_id"], campaign.id)
        self.assertEqual(campaign.target_ids.partner_id, partners)

    def test_from_the_companies_of_the_school(self):
        relation = self.relation_a.with_env(self.as_user(self.manager_a))
        action = relation.action_bde_campaign()
        campaign = relation.env["bde.campaign"].browse(action["res_id"])
        self.assertEqual(campaign.target_ids.partner_id, self.employer)
        with self.assertRaises(AccessError):
            self.relation_b.with_env(self.as_user(self.manager_a)).action_bde_campaign()

    def test_who_must_not_be_asked_is_left_out(self):
        fine, closed, no, avoided, busy, near = self._employers(6)
        closed.closed_on = MONDAY - timedelta(days=30)
        self.env["bde.optout"]._record(self.school_a, no, purposes=["placements"])
        relation = self.env["bde.relation"]._bde_ensure(avoided, self.school_a)
        relation.write(
            {
                "status": "avoid",
                "status_reason_id": self.env["bde.status.reason"].search([], limit=1).id,
                "status_until": MONDAY + timedelta(days=90),
            }
        )
        self._lead(self.env["bde.relation"]._bde_ensure(busy, self.school_a), self.manager_a)
        near._bde_note_approach(
            self.school_b, "placements", "call", date=MONDAY - timedelta(days=3)
        )
        campaign = self._campaign(fine | closed | no | avoided | busy | near)
        self.assertEqual(
            self._states(campaign),
            {
                fine: ("kept", False),
                closed: ("skipped", "stop"),
                no: ("skipped", "stop"),
                avoided: ("skipped", "stop"),
                busy: ("skipped", "progress"),
                near: ("skipped", "cooldown"),
            },
        )
        self.assertEqual((campaign.kept_count, campaign.skipped_count), (1, 5))
        messages = {target.partner_id: target.message for target in campaign.target_ids}
        self.assertIn("Braille", messages[near])
        self.assertFalse(messages[fine])
        campaign.reason = "pupil_without_place"
        self.assertEqual(self._states(campaign)[near], ("kept", False))
        self.assertEqual(self._states(campaign)[no], ("skipped", "stop"))

    def test_another_school_s_lead_is_not_in_progress_here(self):
        self._lead(self.relation_b)
        campaign = self._campaign(self.employer)
        self.assertEqual(self._states(campaign), {self.employer: ("kept", False)})

    def test_left_out_by_hand_stays_out(self):
        campaign = self._campaign(self._employers(2))
        target = campaign.target_ids[:1]
        target.action_leave_out()
        campaign.action_check()
        self.assertEqual((target.state, target.skip_reason), ("skipped", "hand"))
        target.action_keep()
        self.assertEqual((target.state, target.skip_reason), ("kept", False))

    # ------------------------------------------------------------
    # The pipeline
    # ------------------------------------------------------------

    def test_leads_with_calls_over_the_weeks(self):
        partners = self._employers(7)
        campaign = self._campaign(
            partners, per_week=5, user_ids=(self.manager_a | self.secretary_a).ids,
            training_id=self.training_a.id, pipeline_id=self.placements.id,
        )  # fmt: skip
        campaign.action_create_leads()
        leads = campaign.lead_ids.sorted("id")
        self.assertEqual(leads.mapped("name"), [f"Atelier {n:03}" for n in range(7)])
        self.assertEqual(leads.company_id, self.school_a)
        self.assertEqual(leads.bde_relation_id.company_id, self.school_a)
        self.assertEqual(leads.stage_id, self.placements._first_stage())
        self.assertEqual(leads.bde_training_ids, self.training_a)
        days = leads.mapped("activity_ids.date_deadline")
        self.assertEqual(
            [str(day) for day in sorted(days)],
            ["2026-11-16", "2026-11-17", "2026-11-18", "2026-11-19", "2026-11-20",
             "2026-11-23", "2026-11-24"],
        )  # fmt: skip
        callers = [lead.activity_ids.user_id for lead in leads]
        self.assertEqual(callers[0::2], [callers[0]] * 4)
        self.assertEqual(callers[1::2], [callers[1]] * 3)
        self.assertEqual(callers[0] | callers[1], self.manager_a | self.secretary_a)
        self.assertEqual([lead.user_id for lead in leads], callers)
        self.assertEqual(campaign.state, "running")
        self.assertEqual(set(campaign.target_ids.mapped("state")), {"done"})
        self.assertEqual(campaign.target_ids.lead_id, leads)

    @freeze_time("2026-11-22 09:00:00")
    def test_first_calls_are_proposed_on_a_working_day(self):
        proposed = self.as_user(self.manager_a)["bde.campaign"].default_get(["date_start"])
        self.assertEqual(proposed["date_start"], date(2026, 11, 23), "a Sunday waits for Monday")

    def test_school_holidays_are_left_out(self):
        self.env["bde.holiday"].search([]).unlink()
        self.env["bde.holiday"].create(
            {
                "name": "Vacances",
                "company_id": self.academy.id,
                "school_year_id": self.year.id,
                "zone": "A",
                "date_start": date(2026, 11, 21),
                "date_end": date(2026, 12, 6),
            }
        )
        campaign = self._campaign(self._employers(3), per_week=2)
        self.assertEqual(
            [str(day) for day in campaign._call_days(3)],
            ["2026-11-16", "2026-11-18", "2026-12-07"],
        )
        self.assertEqual(str(campaign.date_end), "2026-12-07")

    def test_twice_is_once(self):
        campaign = self._campaign(self._employers(4))
        campaign.action_create_leads()
        leads = campaign.lead_ids
        activities = leads.activity_ids
        campaign.action_create_leads()
        self.assertEqual(campaign.lead_ids, leads)
        self.assertEqual(campaign.lead_ids.activity_ids, activities)

    def test_resumed_with_more_companies(self):
        """What is added later goes on after the calls that are planned."""
        partners = self._employers(6)
        campaign = self._campaign(partners[:3], per_week=3)
        campaign.action_create_leads()
        first = campaign.lead_ids
        campaign._add_partners(partners.with_env(campaign.env))
        campaign.action_create_leads()
        more = campaign.lead_ids - first
        self.assertEqual(len(more), 3)
        self.assertEqual(str(min(more.mapped("bde_call_on"))), "2026-11-23")

    def test_what_was_done_meanwhile_counts(self):
        """Somebody made a lead between the list and the button."""
        one, two = self._employers(2)
        campaign = self._campaign(one | two)
        relation = self.env["bde.relation"]._bde_ensure(two, self.school_a)
        self._lead(relation, self.secretary_a)
        campaign.action_create_leads()
        self.assertEqual(campaign.lead_ids.bde_relation_id.partner_id, one)
        self.assertEqual(self._states(campaign)[two], ("skipped", "progress"))

    def test_nothing_left_says_so(self):
        closed = self._employers(1)
        closed.closed_on = MONDAY
        with self.assertRaises(UserError):
            self._campaign(closed).action_create_leads()
        with self.assertRaises(UserError):
            self._campaign(self._employers(1, "B"), user_ids=False).action_create_leads()

    def test_progress(self):
        campaign = self._campaign(self._employers(5))
        campaign.action_create_leads()
        leads = campaign.lead_ids
        for lead in leads[1:]:
            lead.bde_relation_id._bde_log_talk(
                {"outcome": "reached", "lead_id": lead.id, "purpose": "placements"}
            )
        leads[2].action_set_won()
        leads[3:5].action_set_lost(lost_reason_id=self.no_tutor.id)
        campaign.invalidate_recordset()
        self.assertEqual(
            (campaign.to_call_count, campaign.called_count, campaign.agreed_count,
             campaign.refused_count, campaign.lead_count),
            (1, 1, 1, 2, 5),
        )  # fmt: skip
        action = campaign.action_open_board()
        found = campaign.env["crm.lead"].with_context(active_test=False).search(action["domain"])
        self.assertEqual(found, leads)

    def test_home_counts_the_calls_of_today(self):
        campaign = self._campaign(self._employers(6), per_week=10)
        campaign.action_create_leads()
        sections = campaign.env["bde.home"].get_home()["sections"]
        cards = {card["label"]: card["count"] for card in sections["late"] + sections["next"]}
        self.assertEqual(cards["Calls due today"], 2)
        self.assertNotIn("Prospects without next step", cards)
        campaign.lead_ids[:1].activity_ids.unlink()
        sections = campaign.env["bde.home"].get_home()["sections"]
        cards = {card["label"]: card["count"] for card in sections["late"] + sections["next"]}
        self.assertEqual(cards["Prospects without next step"], 1)

    # ------------------------------------------------------------
    # Who, and how fast
    # ------------------------------------------------------------

    def test_campaign_is_its_school_s(self):
        campaign = self._campaign(self.employer)
        for user in (self.manager_b, self.teacher_a, self.correspondent):
            with self.subTest(user.login), self.assertRaises(AccessError):
                campaign.with_env(self.as_user(user)).read(["name"])
        theirs = self.as_user(self.two_roles)
        with self.assertRaises(AccessError):
            campaign.with_env(theirs).action_create_leads()

    def test_callers_are_of_the_school(self):
        with self.assertRaises(UserError):
            self._campaign(self.employer, user_ids=self.manager_b.ids)

    def _queries(self, verb):
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.cr.sql_log_count
        verb()
        self.env.flush_all()
        return self.cr.sql_log_count - start

    def test_constant_queries(self):
        checks, makes = [], []
        # the first one fills the caches
        for number in (1, 1, 20, 200):
            campaign = self._campaign(self._employers(number, f"Batch {number}"), per_week=20)
            checks.append(self._queries(campaign.action_check))
            makes.append(self._queries(campaign.action_create_leads))
            self.assertEqual(campaign.lead_count, number)
        self.assertLessEqual(max(checks[1:]) - min(checks[1:]), 2, checks)
        self.assertLessEqual(max(makes[1:]) - min(makes[1:]), 12, makes)
