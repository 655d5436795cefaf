"""“Would you…” once a year: asked, answered on the page or by telephone, and what follows."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .giving_common import GivingCase
from .page_common import PageMixin


@tagged("post_install", "-at_install")
class TestWouldYou(PageMixin, GivingCase):
    def row(self, alumnus=None):
        return (alumnus or self.gina).would_you_ids

    def ask(self, user=None):
        env = self.as_user(user or self.manager_a)
        return env["bde.would.you"].with_company(self.school_a).action_ask_year()

    def test_asked_once_those_who_agreed(self):
        self.ask()
        year = self.year.date_end.year
        rows = self.env["bde.would.you"].search([("company_id", "=", self.school_a.id)])
        self.assertEqual([(one.alumnus_id, one.year, one.state) for one in rows],
                         [(self.gina, year, "waiting")])  # fmt: skip
        with self.assertRaises(UserError):
            self.ask()
        with self.assertRaises(AccessError):
            self.ask(self.teacher_a)

    def test_two_records_of_one_person_who_answered_both(self):
        twin = self.new_alumnus("Gina", birth_year=2005, cohort=2024, email="g2@mail.fr")
        self.gina._answer_would_you("yes", ["tutor"], "", "On Mondays", "link")
        twin._consent("solicitation")
        twin._answer_would_you("yes", ["jury"], "Inn", "In June", "call")
        twin.would_you_ids.answered_on += timedelta(hours=1)
        self.gina._bde_join(twin)
        row = self.row()
        self.assertEqual((row.state, row.tutor, row.jury, row.tax), ("yes", True, True, False))
        self.assertEqual((row.employer_text, row.remark), ("Inn", "On Mondays\nIn June"))
        # the one that goes was never answered: nothing changes
        silent = self.new_alumnus("Gina", birth_year=2005, cohort=2024, email="g3@mail.fr")
        silent._consent("solicitation")
        silent._ask_would_you()
        self.gina._bde_join(silent)
        self.assertEqual(self.row(), row)
        self.assertTrue(row.tutor)
        # a later no is no yes
        gone = self.new_alumnus("Gina", birth_year=2005, cohort=2024, email="g4@mail.fr")
        gone._consent("solicitation")
        gone._answer_would_you("nothing", [], "", "", "link")
        gone.would_you_ids.answered_on += timedelta(hours=2)
        self.gina._bde_join(gone)
        self.assertEqual((row.state, row.tutor, row.jury), ("nothing", False, False))

    def test_one_letter_that_waits_is_stopped_by_a_no(self):
        self.ask()
        letters = self.letters_of(self.school_a)
        asks = letters._asks(self.school_a, self.school_a._bde_today())
        mine = [one for one in asks if one.kind.startswith("yearly_")]
        self.assertEqual(
            [(one.alumnus, one.kind, one.purpose) for one in mine],
            [(self.gina, f"yearly_{self.year.date_end.year}", "solicitation")],
        )
        written = letters._write(mine)
        self.assertEqual(written.state, "queued")
        self.gina._withdraw(["solicitation"])
        self.assertEqual(written.state, "cancelled")
        self.assertFalse(self.row(), "not asked any more")

    def test_yes_makes_a_task(self):
        self.gina._answer_would_you("yes", ["jury", "speak"], "Garage Martin, Dijon")
        row = self.row()
        self.assertEqual((row.state, row.jury, row.tutor), ("yes", True, False))
        self.assertEqual(row.employer_text, "Garage Martin, Dijon")
        self.assertFalse(row.relation_id)
        [task] = row.activity_ids
        self.assertEqual(task.user_id, self.manager_a)
        self.assertIn("Speak in class, Sit in a jury", task.summary)
        self.assertIn("Garage Martin, Dijon", task.summary)

    def test_twice_the_same_is_once(self):
        for _time in range(2):
            self.gina._answer_would_you("yes", ["jury"])
        self.assertEqual(len(self.row()), 1)
        self.assertEqual(len(self.row().activity_ids), 1)
        task = self.row().activity_ids
        task.with_user(self.manager_a).action_feedback()
        self.gina._answer_would_you("yes", ["jury"])
        self.assertFalse(self.row().activity_ids, "done is done")
        self.gina._answer_would_you("yes", ["jury", "tax"])
        self.assertEqual(len(self.row().activity_ids), 1)

    def test_a_confirmed_contact_speaks_for_the_company(self):
        self.link()
        self.gina._answer_would_you("yes", ["host", "jury"])
        self.assertEqual(self.row().relation_id, self.relation)
        [talk] = self.relation.talk_ids
        self.assertEqual(
            (talk.outcome, talk.direction, talk.contact_id), ("agreed", "in", self.contact)
        )
        self.assertEqual(set(self.relation.offer_ids.mapped("code")), {"placements", "jury"})
        self.gina._answer_would_you("yes", ["host", "jury", "tax"])
        self.assertEqual(len(self.relation.talk_ids), 2, "what is new alone")
        self.assertEqual(self.relation.talk_ids.sorted("id")[-1].offer_ids.mapped("code"), ["tax"])
        self.assertFalse(self.relation.partner_id.bde_approach_ids, "they called, not the school")

    def test_an_employee_speaks_for_himself(self):
        self.gina._note_outcome({"situation": "job", "relation_id": self.relation.id})
        self.gina._answer_would_you("yes", ["host"])
        [talk] = self.relation.talk_ids
        self.assertEqual(talk.outcome, "reached")
        self.assertFalse(self.relation.offer_ids, "nobody guesses what the company agrees to")

    def test_staff_say_which_company(self):
        self.gina._answer_would_you("yes", ["jury"], "Duval, I think")
        self.row().with_env(self.as_user(self.secretary_a)).relation_id = self.relation
        self.assertEqual(len(self.relation.talk_ids), 1)
        with self.assertRaises(AccessError):
            self.row().with_env(self.as_user(self.secretary_a)).jury = False

    def test_who_says_where_he_works_is_easier_to_recognise(self):
        link = self.link(state="proposed")
        self.gina._note_outcome({"situation": "job", "relation_id": self.relation.id})
        self.gina._answer_would_you("yes", ["tutor"])
        self.assertEqual((link.reason, link.state), ("said", "proposed"))

    def test_what_is_kept_is_read_by_the_person(self):
        self.link()
        self.gina._answer_would_you("yes", ["jury"], remark="Le lundi")
        self.new_portrait()
        groups = dict(self.gina._kept_about_me())
        self.assertEqual(len(groups["Companies where I am a contact"]), 1)
        [(year, said)] = groups["What I said I would do"]
        self.assertEqual(year, str(self.year.date_end.year))
        self.assertIn("Sit in a jury", said)
        self.assertIn("Le lundi", said)
        self.assertEqual(groups["My portraits"][0][0], "Gina, electrician")

    def test_mentor(self):
        self.assertFalse(self.gina.ok_mentoring)
        self.gina._answer_would_you("yes", ["mentor"], channel="call")
        self.assertFalse(self.gina.ok_mentoring, "the sentence was not read")
        self.gina._answer_would_you("yes", ["mentor"])
        self.assertTrue(self.gina.ok_mentoring)

    def test_nothing_this_year(self):
        self.gina._answer_would_you("yes", ["jury"])
        self.gina._answer_would_you("nothing")
        self.assertEqual((self.row().state, self.row().jury), ("nothing", False))
        self.assertFalse(self.row().activity_ids)
        self.assertTrue(self.gina.ok_solicitation, "asked again next year")

    def test_no_for_good(self):
        self.link()
        self.gina._answer_would_you("yes", ["jury"])
        self.gina._answer_would_you("no_more")
        self.assertEqual(self.row().state, "no_more")
        self.assertTrue(self.gina.no_more_on)
        self.assertFalse(self.gina.ok_solicitation)
        self.assertFalse(self.row().activity_ids)
        self.assertFalse(self.contact.bde_alumni)
        with self.assertRaises(UserError):
            self.gina._answer_would_you("yes", ["jury"])

    def test_who_did_not_agree(self):
        with self.assertRaises(UserError):
            self.hugo._answer_would_you("yes", ["jury"])
        with self.assertRaises(UserError):
            self.gina._answer_would_you("yes", [])

    def test_by_telephone(self):
        env = self.as_user(self.secretary_a)
        note = env["bde.would.you.note"].create(
            {"alumnus_id": self.gina.id, "tutor": True, "employer": "Duval", "answer": "yes"}
        )
        note.action_save()
        self.assertEqual((self.row().channel, self.row().tutor), ("call", True))
        again = env["bde.would.you.note"].with_context(default_alumnus_id=self.gina.id)
        self.assertTrue(again.new(again.default_get(["alumnus_id", "tutor"])).tutor)

    def test_erased_with_the_person(self):
        self.gina._answer_would_you("yes", ["jury"])
        task = self.row().activity_ids
        self.gina._object()
        self.assertFalse(task.exists())
        self.assertFalse(self.env["bde.would.you"].search([("company_id", "=", self.school_a.id)]))

    def test_the_tax_finds_the_employers_of_those_who_agreed(self):
        campaign = self.env["bde.tax.campaign"].search([("company_id", "=", self.school_a.id)])
        campaign = campaign[:1] or self.env["bde.tax.campaign"].create(
            {
                "company_id": self.school_a.id,
                "tax_year_id": self.env["bde.tax.year"]._of(self.school_a, 2025).id,
            }
        )
        self.gina._note_outcome({"situation": "job", "relation_id": self.relation.id})
        self.assertEqual(campaign._tax_alumni(), self.relation)
        self.gina._withdraw(["solicitation"])
        self.assertFalse(campaign._tax_alumni())
        self.link()
        self.assertEqual(campaign._tax_alumni(), self.relation, "by the role of the contact")


@tagged("post_install", "-at_install")
class TestWouldYouPage(PageMixin, GivingCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def test_the_section_is_for_those_who_agreed(self):
        self.assertIn('name="would_jury"', self.get_page(self.gina).text)
        self.assertNotIn('name="would_jury"', self.get_page(self.hugo).text)
        self.assertEqual(
            self.post_page(self.hugo, "would_you", {"would_jury": "1"}).status_code, 404
        )

    def test_yes_then_no_for_good(self):
        self.gina._ask_would_you()
        page = self.post_page(
            self.gina, "would_you", {"answer": "yes", "would_jury": "1", "remark": "Le lundi"}
        )
        self.assertEqual(page.status_code, 200)
        self.assertIn("The bureau calls or writes", page.text)
        row = self.gina.would_you_ids
        self.assertEqual((row.state, row.jury, row.remark), ("yes", True, "Le lundi"))
        self.assertEqual(row.activity_ids.user_id, self.manager_a)
        page = self.post_page(self.gina, "would_you", {"answer": "no_more"})
        self.assertIn("writes to you no more", page.text)
        self.assertTrue(self.gina.no_more_on)

    def test_nothing_ticked(self):
        page = self.post_page(self.gina, "would_you", {"answer": "yes", "employer": "Garage <b>"})
        self.assertEqual(page.status_code, 422)
        self.assertIn("Tick at least one line.", page.text)
        self.assertIn("Garage &lt;b&gt;", page.text)
        self.assertFalse(self.gina.would_you_ids)
        self.assertEqual(self.post_page(self.gina, "would_you", {"answer": "x"}).status_code, 422)
