from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .pipeline_common import PipelineCase


@tagged("post_install", "-at_install")
class TestPipelines(PipelineCase):
    """Leads of a school: whose they are, where they stand, what follows from them."""

    # ------------------------------------------------------------
    # Schools and teams
    # ------------------------------------------------------------

    def test_a_school_comes_with_its_team(self):
        teams = self.env["crm.team"]._bde_of_schools(self.schools)
        self.assertEqual(set(teams), set(self.schools))
        self.assertEqual(teams[self.school_a].company_id, self.school_a)
        self.assertFalse(self.env["crm.team"]._bde_of_schools(self.academy))
        self.school_a._bde_ensure_teams()
        count = self.env["crm.team"].search_count([("company_id", "=", self.school_a.id)])
        self.assertEqual(count, 1, "a second call makes no second team")

    def test_team_gets_its_address_once_mail_arrives(self):
        team = self.env["crm.team"]._bde_of_schools(self.school_a)[self.school_a]
        domain = self.env["mail.alias.domain"].create({"name": "bde.example"})
        self.schools.alias_domain_id = domain
        self.assertEqual(team.alias_name, "bde-0330994b")
        defaults = team._alias_get_creation_values()["alias_defaults"]
        self.assertEqual(defaults, {"type": "lead", "team_id": team.id})
        team.alias_name = "entreprises"
        self.school_a._bde_ensure_teams()
        self.assertEqual(team.alias_name, "entreprises", "a chosen address is kept")
        manager = self.as_user(self.manager_a)["res.company"].browse(self.school_a.id)
        self.assertEqual(manager.bde_alias_email, "entreprises@bde.example")

    def test_leads_from_before_the_school_find_a_pipeline(self):
        company = self.env["res.company"].create({"name": "Lycée Zola"})
        lead = self.env["crm.lead"].create({"name": "Old", "company_id": company.id})
        self.assertFalse(lead.bde_pipeline_id)
        team = self.env["crm.team"].create({"name": "Zola", "company_id": company.id})
        lead._bde_adopt({company: team})
        self.assertEqual(lead.team_id, team)
        self.assertEqual(lead.bde_pipeline_id, self.placements)
        self.assertEqual(lead.stage_id, self.placements._first_stage())

    # ------------------------------------------------------------
    # Where a lead stands
    # ------------------------------------------------------------

    def test_lead_takes_school_team_and_stage_of_its_company(self):
        lead = self._lead()
        self.assertEqual(lead.company_id, self.school_a)
        self.assertTrue(lead.team_id.bde_school_team)
        self.assertEqual(lead.team_id.company_id, self.school_a)
        self.assertEqual(lead.name, "Menuiserie Duval")
        self.assertEqual(lead.partner_id, self.employer)
        self.assertEqual(lead.stage_id.name, "To contact")
        self.assertEqual(lead.stage_id.bde_pipeline_id, self.placements)
        self.assertEqual(lead.type, "opportunity")

    def test_school_of_a_user_with_two_is_that_of_the_company(self):
        """The first of two_roles' companies is A; the relation is B's, and so is the lead."""
        lead = self._lead(self.relation_b, self.two_roles)
        self.assertEqual(lead.company_id, self.school_b)
        self.assertEqual(lead.team_id.company_id, self.school_b)

    def test_relation_of_another_school_is_refused(self):
        with self.assertRaises(UserError) as caught:
            self._lead(self.relation_b, self.manager_a, company_id=self.school_a.id)
        self.assertNotIn("Duval", str(caught.exception))

    def test_lead_never_changes_school(self):
        with self.assertRaises(UserError):
            self._lead().sudo().company_id = self.school_b

    def test_whoever_follows_it_a_lead_keeps_its_team(self):
        lead = self._lead()
        lead.user_id = self.secretary_a
        self.assertEqual(lead.team_id.company_id, self.school_a)
        self.assertEqual(lead.company_id, self.school_a)
        lead.user_id = False
        self.assertEqual(lead.company_id, self.school_a)

    def test_pipeline_is_required_and_stages_are_its_own(self):
        lead = self._lead()
        with self.assertRaises(ValidationError):
            lead.bde_pipeline_id = False
        with self.assertRaises(ValidationError):
            lead.stage_id = self.apprenticeship._first_stage()

    def test_another_pipeline_begins_at_its_first_stage(self):
        lead = self._lead()
        lead.stage_id = self.placements.stage_ids[2]
        lead.bde_pipeline_id = self.partnership
        self.assertEqual(lead.stage_id, self.partnership._first_stage())

    def test_each_pipeline_has_its_stages_and_reasons(self):
        for pipeline in (self.placements, self.apprenticeship, self.partnership):
            with self.subTest(pipeline.code):
                self.assertIn(len(pipeline.stage_ids), (5, 6))
                self.assertEqual(len(pipeline.stage_ids.filtered("is_won")), 1)
                self.assertTrue(pipeline.stage_ids[-1].is_won)
                self.assertGreaterEqual(len(pipeline.lost_reason_ids), 5)
        minors = self.env.ref("bde_partnerships.lost_reason_minors")
        self.assertNotIn(self.partnership, minors.bde_pipeline_ids)

    def test_board_shows_the_stages_of_its_pipeline(self):
        self._lead()
        env = self.as_user(self.manager_a)
        env = env(context=dict(env.context, read_group_expand=True))
        groups = env["crm.lead"].web_read_group(
            [("bde_pipeline_id", "=", self.placements.id), ("type", "=", "opportunity")],
            ["stage_id"],
        )["groups"]
        names = [group["stage_id"][1] for group in groups]
        self.assertEqual(
            names, ["To contact", "Contacted", "Interested", "Visit planned", "Places offered"]
        )
        context = {"default_bde_pipeline_id": self.apprenticeship.id}
        groups = env["crm.lead"].with_context(**context).web_read_group([], ["stage_id"])["groups"]
        self.assertEqual(len(groups), 6 + 1, "those of the pipeline, and the one in use")

    def test_core_s_board_keeps_its_own_stages(self):
        """A company that is no school sells as before, without the stages of the schools."""
        company = self.env["res.company"].create({"name": "Somebody else"})
        Lead = self.env["crm.lead"].with_context(
            allowed_company_ids=company.ids, read_group_expand=True
        )
        lead = Lead.create({"name": "Sale", "type": "opportunity"})
        self.assertFalse(lead.bde_pipeline_id or lead.stage_id.bde_pipeline_id)
        groups = Lead.web_read_group([("company_id", "=", company.id)], ["stage_id"])["groups"]
        stages = self.env["crm.stage"].browse([group["stage_id"][0] for group in groups])
        self.assertIn(lead.stage_id, stages)
        self.assertFalse(stages.bde_pipeline_id)
        lead.action_set_won()
        self.assertEqual(lead.won_status, "won")

    def test_quick_create_asks_for_a_company_alone(self):
        env = self.as_user(self.secretary_a)
        view = "bde_partnerships.view_lead_quick_create"
        Lead = env["crm.lead"].with_context(
            default_bde_pipeline_id=self.apprenticeship.id, default_type="opportunity"
        )
        with Form(Lead, view) as form:
            form.bde_relation_id = env["bde.relation"].browse(self.relation_a.id)
        lead = form.record
        self.assertEqual(lead.name, "Menuiserie Duval")
        self.assertEqual(lead.stage_id, self.apprenticeship._first_stage())

    def test_plans_of_activities_are_there_for_every_school(self):
        plans = self.as_user(self.manager_b)["mail.activity.plan"].search(
            [("res_model", "=", "crm.lead")]
        )
        self.assertIn(self.env.ref("bde_partnerships.plan_prospecting"), plans)

    def test_no_lead_is_scored(self):
        lead = self._lead()
        self.assertEqual(lead.probability, 50)
        frequency = self.env["crm.lead.scoring.frequency"].search_count([])
        lead.action_set_won()
        self.assertEqual(lead.probability, 100)
        other = self._lead(self.relation_b)
        other.action_set_lost(lost_reason_id=self.no_tutor.id)
        self.env["crm.lead"]._cron_update_automated_probabilities()
        self.assertEqual(self.env["crm.lead.scoring.frequency"].search_count([]), frequency)

    # ------------------------------------------------------------
    # Won and lost
    # ------------------------------------------------------------

    def test_won_ticks_the_offer_of_the_pipeline(self):
        offer = self.env.ref("bde_partnerships.offer_placements")
        self.assertNotIn(offer, self.relation_a.offer_ids)
        self._lead().action_set_won()
        self.assertIn(offer, self.relation_a.offer_ids)
        self.assertNotIn(offer, self.relation_b.offer_ids)
        self.assertEqual(self.relation_a.status, "active")

    def test_won_goes_to_the_last_stage_of_its_own_pipeline(self):
        lead = self._lead(bde_pipeline_id=self.apprenticeship.id)
        lead.action_set_won()
        self.assertEqual(lead.stage_id, self.env.ref("bde_partnerships.stage_apprenticeship_won"))
        self.assertEqual(lead.won_status, "won")

    def test_lost_says_why(self):
        lead = self._lead()
        env = lead.env
        wizard = env["crm.lead.lost"].create({"lead_ids": lead.ids})
        self.assertEqual(wizard.bde_pipeline_ids, self.placements)
        with self.assertRaises(UserError):
            wizard.action_lost_reason_apply()
        wizard.lost_reason_id = self.no_tutor
        wizard.action_lost_reason_apply()
        self.assertEqual(lead.won_status, "lost")
        self.assertEqual(lead.lost_reason_id, self.no_tutor)
        lead.action_restore()
        self.assertEqual((lead.won_status, lead.probability), ("pending", 50))

    def test_answers_count_on_the_company(self):
        self._lead().action_set_won()
        lost = self._lead()
        lost.action_set_lost(lost_reason_id=self.no_tutor.id)
        self.env.flush_all()
        self.assertEqual((self.relation_a.accepted_count, self.relation_a.asked_count), (1, 2))
        self.assertEqual(self.relation_b.asked_count, 0)

    # ------------------------------------------------------------
    # Talks
    # ------------------------------------------------------------

    def _talk(self, lead, outcome, **vals):
        relation = lead.bde_relation_id
        return relation._bde_log_talk(
            {"outcome": outcome, "lead_id": lead.id, "purpose": "placements"} | vals
        )

    def test_a_call_moves_the_lead_on(self):
        lead = self._lead()
        self._talk(lead, "no_answer")
        self.assertEqual(lead.stage_id.name, "To contact")
        self._talk(lead, "reached")
        self.assertEqual(lead.stage_id.name, "Contacted")

    def test_a_call_ticks_off_the_planned_one(self):
        lead = self._lead()
        today = self.school_a._bde_today()
        call, visit = "mail.mail_activity_data_call", "mail.mail_activity_data_meeting"
        lead.activity_schedule(call, today, user_id=self.secretary_a.id)
        lead.activity_schedule(visit, today, user_id=self.secretary_a.id)
        self._talk(lead, "reached", summary="Takes two in March")
        self.assertEqual(lead.activity_ids.activity_type_id, self.env.ref(visit))

    def test_who_agrees_to_placements_offers_places(self):
        lead = self._lead()
        self._talk(lead, "agreed")
        self.assertEqual(lead.won_status, "won")
        contract = self._lead(bde_pipeline_id=self.apprenticeship.id)
        self._talk(contract, "agreed", purpose="apprenticeship")
        self.assertEqual(contract.won_status, "pending", "a contract takes more than a word")
        self.assertEqual(contract.stage_id, self.apprenticeship.stage_ids[1])

    def test_a_no_asks_for_the_reason(self):
        lead = self._lead()
        wizard = lead.env["bde.talk.wizard"].create(
            {"relation_id": self.relation_a.id, "lead_id": lead.id, "reason": "they_asked"}
        )
        action = wizard.with_context(bde_outcome="refused").action_log()
        self.assertEqual(action["res_model"], "crm.lead.lost")
        self.assertEqual(lead.bde_talk_ids.outcome, "refused")
        action = wizard.with_context(bde_outcome="reached").action_log()
        self.assertEqual(action["type"], "ir.actions.act_window_close")

    def test_first_call_of_a_campaign_is_done_before_its_day(self):
        lead = self._lead()
        day = self.school_a._bde_today() + timedelta(days=9)
        lead.sudo().bde_call_on = day
        lead.activity_schedule("mail.mail_activity_data_call", day)
        self._talk(lead, "reached")
        self.assertFalse(lead.activity_ids)

    def test_call_back_is_planned_on_the_lead(self):
        lead = self._lead()
        self._talk(lead, "callback")
        self.assertEqual(len(lead.activity_ids), 1)
        self.assertFalse(self.relation_a.activity_ids)

    def test_call_button_knows_the_company(self):
        action = self._lead().action_log_call()
        self.assertEqual(action["res_model"], "bde.talk.wizard")
        self.assertEqual(action["context"]["default_relation_id"], self.relation_a.id)
        request = self._lead(type="lead", bde_relation_id=False, name="Unknown")
        with self.assertRaises(UserError):
            request.action_log_call()

    def test_agreement_is_made_from_its_card(self):
        lead = self._lead(bde_pipeline_id=self.partnership.id)
        lead.action_set_won()
        self.assertTrue(lead.bde_is_agreement)
        action = lead.action_make_agreement()
        self.assertEqual(action["context"]["default_relation_id"], self.relation_a.id)
        self.assertEqual(action["context"]["default_lead_id"], lead.id)

    # ------------------------------------------------------------
    # Who
    # ------------------------------------------------------------

    def test_who_reads_leads(self):
        lead = self._lead()
        lead_b = self._lead(self.relation_b)
        for login in ("secretary_a", "manager_a", "head_a"):
            with self.subTest(login):
                found = self.as_user(self.cast[login])["crm.lead"].search([])
                self.assertIn(lead, found)
                self.assertNotIn(lead_b, found)
                with self.assertRaises(AccessError):
                    lead_b.with_user(self.cast[login]).read(["name"])
        for login in ("teacher_a", "school_life_a", "intendance_a", "correspondent", "bde_admin"):
            with self.subTest(login), self.assertRaises(AccessError):
                self.as_user(self.cast[login])["crm.lead"].search([])

    def test_teacher_here_and_manager_there(self):
        lead, lead_b = self._lead(), self._lead(self.relation_b)
        found = self.as_user(self.two_roles)["crm.lead"].search([])
        self.assertIn(lead_b, found)
        self.assertNotIn(lead, found)

    def test_only_managers_delete(self):
        lead = self._lead()
        with self.assertRaises(AccessError):
            lead.with_user(self.secretary_a).unlink()
        lead.with_user(self.manager_a).unlink()
        self.assertFalse(lead.exists())

    def test_core_menus_stay_hidden(self):
        menus = self.as_user(self.head_a)["ir.ui.menu"].load_menus(False)
        self.assertNotIn(self.env.ref("crm.crm_menu_root").id, menus)
        self.assertIn(self.env.ref("bde_partnerships.menu_lead_placements").id, menus)
        menus = self.as_user(self.teacher_a)["ir.ui.menu"].load_menus(False)
        self.assertNotIn(self.env.ref("bde_partnerships.menu_bde_prospecting").id, menus)

    def test_staff_get_the_views_of_the_school(self):
        Lead = self.as_user(self.secretary_a)["crm.lead"]
        for view_type in ("form", "list", "kanban", "search"):
            with self.subTest(view_type):
                own = self.env.ref(f"bde_partnerships.view_lead_{view_type}")
                self.assertEqual(Lead.get_view(view_type=view_type)["id"], own.id)
        admin = self.env["crm.lead"].with_user(self.env.ref("base.user_admin"))
        core = admin.get_view(view_type="form")["id"]
        self.assertNotEqual(core, self.env.ref("bde_partnerships.view_lead_form").id)

    # ------------------------------------------------------------
    # Speed
    # ------------------------------------------------------------

    def _board(self, count):
        """Queries of the board with so many leads, their badges included."""
        relations = self.env["bde.relation"]._bde_ensure(
            self._employers(count, f"Board {count}"), self.school_a
        )
        env = self.as_user(self.manager_a)
        env = env(context=dict(env.context, read_group_expand=True))
        stages = self.placements.stage_ids
        env["crm.lead"].create(
            [
                {"bde_relation_id": one.id, "bde_pipeline_id": self.placements.id,
                 "stage_id": stages[number % 3].id}
                for number, one in enumerate(relations)
            ]
        )  # fmt: skip
        names = ("name", "city", "solicitation_level", "solicitation_text", "activity_state",
                 "bde_follower", "won_status", "priority")  # fmt: skip
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.cr.sql_log_count
        env["crm.lead"].web_read_group(
            [("bde_pipeline_id", "=", self.placements.id), ("type", "=", "opportunity")],
            ["stage_id"],
            auto_unfold=True,
            unfold_read_specification={name: {} for name in names},
            unfold_read_default_limit=40,
        )
        return self.cr.sql_log_count - start

    def test_board_costs_the_same_for_10_and_200_leads(self):
        self._board(9)  # the first one fills the caches
        few, many = self._board(10), self._board(200)
        self.assertEqual(few, many)
        self.assertLessEqual(many, 21, "core's own board with as many columns: 19")

    def test_creation_in_batch_costs_the_same(self):
        env = self.as_user(self.manager_a)
        counts = []
        # the first one fills the caches
        for number in (1, 1, 20, 200):
            relations = self.env["bde.relation"]._bde_ensure(
                self._employers(number, f"Batch {number}"), self.school_a
            )
            env.invalidate_all()
            self.env.flush_all()
            start = self.cr.sql_log_count
            env["crm.lead"].create(
                [
                    {"bde_relation_id": relation.id, "bde_pipeline_id": self.placements.id}
                    for relation in relations
                ]
            )
            env.flush_all()
            counts.append(self.cr.sql_log_count - start)
        self.assertLessEqual(max(counts[1:]) - min(counts[1:]), 6, counts)
