from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, HttpCase, tagged
from odoo.tools import mute_logger

from ..models.bde_link_optout import CHANGES_PER_DAY
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
class TestOptoutPage(RespectCase, HttpCase):
    """The page at the foot of each letter, as a company opens it on a phone."""

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)
        self.token = self.mint(self.anne)

    def mint(self, contact, school=None):
        [(_link, token)] = self.env["bde.link"]._mint_optouts(
            school or contact.company_id,
            "tax",
            [(self.employer, contact.name, contact.email, "fr_FR")],
        )
        return token

    def get(self, token=None, query=""):
        return self.url_open(f"/bde/o/{token or self.token}{query}", allow_redirects=False)

    def post(self, token=None, **data):
        """Posts as the form does: a choice has always a company or a person, and a place."""
        data = {"who": "company", "where": "school"} | data
        url = f"/bde/o/{token or self.token}"
        response = self.url_open(url, data=data, allow_redirects=False)
        self.env.invalidate_all()
        return response

    def lines(self):
        return self.env["bde.optout"].search([])

    # ------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------

    def test_one_screen_with_short_choices(self):
        page = self.get()
        self.assertEqual(page.status_code, 200)
        for text in ("Menuiserie Duval", "Lycée Ampère", 'value="placements"', 'value="all"'):
            self.assertIn(text, page.text)
        self.assertRegex(page.text, r'value="tax"\s+checked')
        self.assertNotIn("anne@duval.example", page.text, "no address in clear")
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")

    def test_opening_it_does_nothing(self):
        """Scanners open every address of a mail, some with what they find in forms."""
        for query in ("", "?what=all&who=company&where=all", "?undo=1", "?done=1", ""):
            self.assertEqual(self.get(query=query).status_code, 200)
        head = self.url_open(f"/bde/o/{self.token}", method="HEAD")
        self.assertEqual(head.status_code, 200)
        self.assertFalse(self.lines())

    def test_forged_tokens_open_nothing(self):
        [(_link, sign)] = self.env["bde.link"]._mint([{"company_id": self.school_a.id}])
        for token in ("x" * 43, self.token[:-1], self.token + "a", sign, "%00", "1"):
            self.assertEqual(self.get(token).status_code, 404, token)
            self.assertEqual(self.post(token, what="all").status_code, 404, token)
        self.assertFalse(self.lines())

    def test_a_letter_found_again_years_later_still_works(self):
        with freeze_time("2031-03-01"):
            self.assertEqual(self.get().status_code, 200)
        self.env["bde.link"]._find(self.token, "optout").expires_on = "2020-01-01"
        self.assertEqual(self.post(what="all").status_code, 303)
        self.env["bde.link"]._find(self.token, "optout").revoked = True
        self.assertEqual(self.get().status_code, 410)

    # ------------------------------------------------------------
    # Choosing
    # ------------------------------------------------------------

    def test_choices_are_recorded(self):
        response = self.post(what=["tax", "events"])
        self.assertEqual(response.status_code, 303)
        lines = self.lines()
        self.assertEqual(set(lines.mapped("purpose")), {"tax", "events"})
        self.assertEqual(lines.company_id, self.school_a)
        self.assertEqual(lines.partner_id, self.employer)
        self.assertEqual(set(lines.mapped("source")), {"link"})
        self.assertEqual(self.verdict(purpose="tax").level, "stop")
        self.assertRegex(self.get(query="?done=1").text, r'value="events"\s+checked')
        note = self.relation_a.message_ids[:1]
        self.assertIn("Anne Duval", note.body)

    def test_everything_for_all_schools_and_back(self):
        self.post(what=["all", "tax"], where="all")
        self.assertEqual(self.lines().company_id, self.academy)
        self.assertFalse(self.lines().purpose)
        self.assertEqual(self.verdict(self.school_c, "alumni").level, "stop")
        self.post(undo="1")
        self.assertFalse(self.lines())
        self.assertEqual(self.verdict(self.school_c, "alumni").level, "ok")
        withdrawn = self.env["bde.optout"].with_context(active_test=False).search([])
        self.assertTrue(withdrawn.withdraw_reason)

    def test_staff_do_not_close_the_way_to_say_no(self):
        link = self.env["bde.link"]._find(self.token, "optout")
        self.as_(self.manager_a, link).action_revoke()
        self.assertEqual(self.get().status_code, 200)

    def test_me_alone(self):
        self.post(what="all", who="person")
        self.assertEqual(self.lines().email_normalized, "anne@duval.example")
        self.assertEqual(self.verdict().level, "ok")
        self.assertEqual(self.verdict(emails=["ANNE+x@duval.example"]).level, "stop")

    def test_narrower_choice_replaces_the_wider_one(self):
        self.post(what="all", where="all")
        self.post(what="tax")
        self.assertEqual(self.lines().mapped("purpose"), ["tax"])
        self.assertEqual(self.lines().company_id, self.school_a)

    def test_same_link_several_times(self):
        for _again in range(3):
            self.assertEqual(self.post(what="tax").status_code, 303)
        self.assertEqual(len(self.lines()), 1)

    def test_nothing_ticked_says_so(self):
        response = self.post()
        self.assertEqual(response.status_code, 422)
        self.assertFalse(self.lines())
        self.assertEqual(self.post(what="no such thing").status_code, 422)

    def test_nobody_takes_back_the_no_of_another(self):
        """The tutor's old letter does not undo what the boss or the school recorded."""
        self.say_no(purposes=["events"])
        boss = self.env["res.partner"].create(
            {"name": "La gérante", "email": "boss@duval.example", "parent_id": self.employer.id,
             "company_id": self.school_a.id}
        )  # fmt: skip
        self.post(self.mint(boss), what="tax", where="all")
        self.assertEqual(self.post(undo="1").status_code, 422)
        self.assertEqual(set(self.lines().mapped("purpose")), {"events", "tax"})
        self.post(what="alumni")
        self.post(undo="1")
        self.assertEqual(set(self.lines().mapped("purpose")), {"events", "tax"})
        self.assertIn("Menuiserie Duval", self.get().text)

    def test_a_link_of_one_school_tells_nothing_of_another(self):
        self.say_no(self.school_b, purposes=["partnership"])
        page = self.get().text
        self.assertNotIn("Braille", page)
        self.assertNotIn('class="bde_note"', page)
        self.post(undo="1")
        self.assertEqual(len(self.lines()), 1)

    def test_a_robot_is_stopped(self):
        link = self.env["bde.link"]._find(self.token, "optout")
        self.env["bde.optout"].create(
            [
                {"partner_id": self.employer.id, "school_id": self.school_a.id, "active": False,
                 "company_id": self.school_a.id, "link_email": "anne@duval.example",
                 "date": link.company_id._bde_today()}
                for _line in range(CHANGES_PER_DAY)
            ]
        )  # fmt: skip
        self.assertEqual(self.post(what="all").status_code, 429)

    def test_company_that_is_gone_leaves_the_person(self):
        self.env["bde.link"]._find(self.token, "optout").res_id = 0
        self.assertEqual(self.get().status_code, 200)
        self.post(what="all")
        self.assertEqual(self.lines().email_normalized, "anne@duval.example")


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
