from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import SIRET_HOST
from .engine_common import EngineCase
from .respect_common import RespectCase

SILENT = mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")


@tagged("post_install", "-at_install")
class TestOptout(RespectCase):
    """What a company says no to, for whom, and who may change it."""

    def optouts(self, user):
        return self.as_user(user)["bde.optout"].search([])

    # ------------------------------------------------------------
    # What stops
    # ------------------------------------------------------------

    def test_whole_and_for_all_stops_every_school_and_purpose(self):
        self.say_no(everywhere=True)
        for school in self.schools:
            for purpose in ("placements", "tax", "events", "alumni", "partnership"):
                self.assertEqual(self.verdict(school, purpose).level, "stop")

    def test_one_purpose_at_one_school(self):
        self.say_no(purposes=["tax"])
        self.assertEqual(self.verdict(purpose="tax").level, "stop")
        self.assertEqual(self.verdict(purpose="placements").level, "ok")
        self.assertEqual(self.verdict(self.school_b, "tax").level, "ok")
        page = self.verdict(purpose=None)
        self.assertEqual((page.level, page.needs_reason), ("warn", False))

    @freeze_time("2026-11-16 10:00:00")
    def test_the_sentence_names_who_what_where_when(self):
        for kwargs, sentence in (
            ({}, "Menuiserie Duval said no on 16/11 to your school, for everything."),
            (
                {"everywhere": True, "purposes": ["tax"]},
                "Menuiserie Duval said no on 16/11 to all schools, for the taxe d'apprentissage.",
            ),
            (
                {"email": "Anne@Duval.example", "purposes": ["events"]},
                "anne@duval.example said no on 16/11 to your school, for events.",
            ),
        ):
            optout = self.say_no(**kwargs)
            purpose = optout.purpose or "placements"
            verdict = self.verdict(purpose=purpose, emails=["anne@duval.example"])
            self.assertEqual(verdict.messages, (sentence,))
            optout._withdraw("test")

    def test_address_hidden_under_other_forms(self):
        self.say_no(email="Anne.Durand+stages@Gmail.com")
        for email in (
            "anne.durand@gmail.com",
            "ANNE.DURAND@GMAIL.COM",
            "annedurand@googlemail.com",
            "Anne Durand <anne.durand+autre@gmail.com>",
        ):
            self.assertEqual(self.verdict(emails=[email]).level, "stop", email)
        self.assertEqual(self.verdict(emails=["anne.durand@gmail.example"]).level, "ok")
        self.assertEqual(self.verdict().level, "ok", "the person, not the company")

    def test_the_legal_entity_speaks_for_its_establishments(self):
        entity = self.new_employers(1, company_registry=SIRET_HOST[:9])
        site = self.new_employers(
            1, parent_id=self.employer.id, type="other", street="Quai 4", city="Bègles", zip="33130"
        )
        self.employer.write({"parent_id": entity.id, "type": "other"})
        entity.bde_lead_school_id = self.school_c
        self.assertEqual(self.verdict(employer=site).level, "warn")
        self.env["bde.optout"]._record(self.school_b, entity, everywhere=True)
        self.assertEqual(self.verdict().level, "stop")
        self.assertEqual(self.verdict(employer=site).level, "stop")
        self.assertEqual(self.relation_a.optout_ids.partner_id, entity)

    # ------------------------------------------------------------
    # Recording
    # ------------------------------------------------------------

    def test_two_clicks_from_the_page(self):
        env = self.as_user(self.teacher_a)
        action = env["bde.relation"].browse(self.relation_a.id).action_said_no()
        wizard = Form(env["bde.optout.wizard"].with_context(**action["context"])).save()
        wizard.action_record()
        optout = self.optouts(self.teacher_a)
        self.assertEqual(optout.partner_id.id, self.employer.id)
        self.assertFalse(optout.purpose)
        self.assertEqual(optout.company_id.id, self.school_a.id)
        self.assertEqual(optout.who, "Teacher A, Lycée Ampère")
        self.assertEqual(self.as_(self.manager_a, self.relation_a).optout_ids, optout)

    def test_one_person_for_all_schools(self):
        env = self.as_user(self.manager_a)
        form = Form(env["bde.optout.wizard"].with_context(default_partner_id=self.employer.id))
        form.who, form.contact_id = "person", env["res.partner"].browse(self.anne.id)
        form.what, form.where = "events", "all"
        form.save().action_record()
        optout = self.optouts(self.manager_b)
        self.assertEqual(optout.email_normalized, "anne@duval.example")
        self.assertEqual(optout.who, "Lycée Ampère", "no name of another school's staff")
        self.assertEqual(self.as_(self.manager_a, self.relation_a).optout_ids.ids, optout.ids)

    def test_a_person_without_address_is_refused(self):
        env = self.as_user(self.manager_a)
        wizard = env["bde.optout.wizard"].create({"partner_id": self.employer.id, "who": "person"})
        with self.assertRaisesRegex(UserError, "Choose the person"):
            wizard.action_record()
        with self.assertRaisesRegex(ValidationError, "is not an e-mail address"):
            self.say_no(email="nobody")

    def test_said_twice_is_one_line(self):
        first = self.say_no(purposes=["tax"])
        self.assertEqual(self.say_no(purposes=["tax", "tax"]), first)
        self.assertEqual(len(self.say_no(purposes=["tax", "events"])), 2)
        self.assertEqual(len(self.say_no(self.school_b, purposes=["tax"], everywhere=True)), 1)

    # ------------------------------------------------------------
    # Walls
    # ------------------------------------------------------------

    @SILENT
    def test_a_no_to_one_school_is_its_own(self):
        own = self.say_no(purposes=["tax"])
        self.say_no(self.school_b, email="bruno@duval.example")
        shared = self.say_no(self.school_c, everywhere=True)
        self.assertEqual(self.optouts(self.manager_a).ids, (shared | own).sorted("id").ids[::-1])
        self.assertNotIn(own.id, self.optouts(self.manager_b).ids)
        self.assertEqual(self.optouts(self.correspondent), shared.with_user(self.correspondent))
        with self.assertRaises(AccessError):
            self.as_(self.manager_b, own).read(["what"])
        self.assertNotIn("tax", self.verdict(self.school_b, None).text)
        self.assertNotIn(own.id, self.as_(self.manager_b, self.relation_b).optout_ids.ids)
        employer = self.as_(self.manager_b, self.employer)
        self.assertNotIn(own.id, employer.bde_optout_ids.ids)

    @SILENT
    def test_nobody_writes_past_the_verbs(self):
        own = self.say_no()
        for user in (self.head_a, self.bde_admin, self.correspondent):
            with self.assertRaises(AccessError):
                self.as_(user, own).write({"active": False})
            with self.assertRaises(AccessError):
                self.as_user(user)["bde.optout"].create(
                    {"partner_id": self.employer.id, "school_id": self.school_a.id}
                )
        with self.assertRaises(AccessError):
            self.as_user(self.manager_b)["bde.optout"]._record(self.school_a, self.employer)

    @SILENT
    def test_withdrawn_with_a_reason_by_who_recorded_it(self):
        own = self.say_no()
        shared = self.say_no(self.school_b, everywhere=True)
        self.assertTrue(self.as_(self.manager_a, own).may_withdraw)
        self.assertFalse(self.as_(self.manager_a, shared).may_withdraw)
        with self.assertRaisesRegex(AccessError, "school that recorded it"):
            self.as_(self.manager_a, shared)._withdraw("they called")
        with self.assertRaises(AccessError):
            self.as_(self.manager_b, own)._withdraw("they called")
        with self.assertRaisesRegex(UserError, "Say why"):
            self.as_(self.manager_a, own)._withdraw("  ")
        wizard = self.as_user(self.manager_a)["bde.optout.withdraw"].create(
            {"optout_id": own.id, "reason": "They want pupils again"}
        )
        wizard.action_withdraw()
        self.assertFalse(own.active)
        self.assertEqual(own.withdraw_reason, "They want pupils again")
        self.as_(self.correspondent, shared)._withdraw("A mistake of the school")
        self.assertEqual(self.verdict().level, "ok")

    def test_dates_are_those_of_the_school(self):
        self.school_a.bde_tz = "Pacific/Noumea"
        with freeze_time("2026-11-16 20:00:00"):
            self.assertEqual(self.say_no().date, date(2026, 11, 17))

    def test_pages_of_many_companies_cost_what_one_costs(self):
        employers = self.new_employers(200)
        relations = self.env["bde.relation"]._bde_ensure(employers, self.school_a)
        for employer in employers[::10]:  # the first one too
            self.say_no(partner=employer)
        counts = []
        for size in (1, 20, 200):
            page = self.as_(self.manager_a, relations[:size])
            counts.append(self.count_queries(lambda page=page: page.mapped("optout_ids.what")))
        self.assertEqual(counts[1], counts[2], counts)
        self.assertLessEqual(counts[1], counts[0] + 1, counts)


@tagged("post_install", "-at_install")
class TestOptoutStopsNoDocument(EngineCase):
    """A convention is no request: it reaches who said no to everything."""

    def test_convention_is_still_sent(self):
        Optout = self.env["bde.optout"]
        Optout._record(self.school_a, self.employer, everywhere=True)
        Optout._record(self.school_a, email="contact@duval.example", everywhere=True)
        last = self.last_mail().id
        document = self.sent()
        self.assertIn("contact@duval.example", "".join(self.mails(last).mapped("email_to")))
        self.assertEqual(document.state, "to_sign")
        document.action_remind()
        self.assertFalse(self.employer.bde_approach_ids)
