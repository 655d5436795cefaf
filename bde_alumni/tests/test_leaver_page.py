from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from .leaver_common import LeaverCase
from .page_common import PageMixin


@tagged("post_install", "-at_install")
class TestLeaverPage(PageMixin, HttpCase, LeaverCase):
    """Sections ``plan`` and ``net`` of the page of a final-year pupil."""

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)
        self.alumnus = self.plan(self.marc).alumnus_id
        self.mine = self.plan(self.marc)
        self.alumni = self.plans.alumnus_id
        self.alumni.write({"email": "x@alumni.example"})
        self.alumni._note_informed("class")

    def test_says_what_he_wants(self):
        page = self.get_page(self.alumnus).text
        self.assertIn("What do you want to do after this year?", page)
        self.post_page(
            self.alumnus, "plan",
            {"do": "wish", "wish": "study", "training_label": "BTS Électrotechnique <b>"},
        )  # fmt: skip
        self.assertEqual(self.mine.wish, "study")
        self.assertEqual(self.mine.training_label, "BTS Électrotechnique <b>")
        self.assertIn("BTS Électrotechnique &lt;b&gt;", self.get_page(self.alumnus).text)

    def test_bad_answers_are_told(self):
        for data in ({"do": "wish", "wish": "king"}, {"do": "found"}, {"do": "nothing"},
                     {"do": "found", "solution": "job"}):  # fmt: skip
            with self.subTest(data):
                answer = self.post_page(self.alumnus, "plan", data)
                self.assertEqual(answer.status_code, 422)
        self.assertEqual(self.mine.solution, "none")

    def test_found_something_and_lost_it(self):
        self.post_page(
            self.alumnus, "plan", {"do": "found", "solution": "job", "solution_text": "Duval"}
        )
        self.assertEqual((self.mine.solution, self.mine.solution_source), ("job", "pupil"))
        self.post_page(self.alumnus, "plan", {"do": "lost"})
        self.assertEqual(self.mine.solution, "none")
        # what the bureau arranged is not undone by a tap
        self.mine._solve("mission_locale", "staff")
        self.post_page(self.alumnus, "plan", {"do": "lost"})
        self.assertEqual(self.mine.solution, "mission_locale")

    def test_his_cv_is_his_own(self):
        self.post_page(self.alumnus, "plan", {"do": "cv", "cv_languages": "English"})
        self.assertEqual(self.mine.cv_languages, "English")
        answer = self.get_page(self.alumnus, "plan/file")
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        self.assertTrue(answer.content.startswith(b"%PDF"))

    def test_what_the_bureau_did_is_read_by_the_person(self):
        """The right of access: plan, interviews, what an adviser was told, letters."""
        self.mine.write({"wish": "job", "wish_text": "Close to home"})
        self.mine.interview_ids = [
            (0, 0, {"agreed": "Sends <two> letters", "company_id": self.school_a.id})
        ]
        self.new_workshop("Forum of trades")
        sheet = self.env["bde.leaver.handover"].create(
            {"plan_id": self.mine.id, "note": "Likes wood", "agreed_how": "paper"}
        )
        sheet.action_agree()
        sheet.action_send()
        self.alumnus._send_page_links()
        self.alumnus.letter_ids.state = "sent"
        page = self.get_page(self.alumnus, "consents").text
        for text in ("Close to home", "Sends &lt;two&gt; letters", "Forum of trades",
                     "Mission locale", "Likes wood", "Letters that the school"):  # fmt: skip
            self.assertIn(text, page)
        self.assertNotIn("Lola", page)

    def test_workshops_are_listed(self):
        event = self.new_workshop("Mon <CV>")
        rows = event.registration_ids
        rows.filtered(lambda one: one.bde_student_id == self.marc).action_bde_came()
        page = self.get_page(self.alumnus).text
        self.assertIn("Mon &lt;CV&gt;", page)
        self.assertIn("came", page)

    def test_agrees_to_the_hand_over(self):
        sheet = self.env["bde.leaver.handover"].create({"plan_id": self.mine.id})
        self.assertIn("Mission locale", self.get_page(self.alumnus).text)
        read = {"do": "agree", "sheet": sheet.sudo()._fingerprint()}
        self.assertEqual(self.post_page(self.alumnus, "plan", read).status_code, 422)
        self.post_page(self.alumnus, "plan", read | {"read": "1"})
        self.assertEqual((sheet.state, sheet.agreed_how), ("agreed", "link"))
        self.assertNotIn("No, tell nothing", self.get_page(self.alumnus).text)

    def test_agrees_to_what_he_read_alone(self):
        """The bureau changed the sheet while he was reading it."""
        sheet = self.env["bde.leaver.handover"].create({"plan_id": self.mine.id})
        read = {"do": "agree", "read": "1", "sheet": sheet.sudo()._fingerprint()}
        sheet.write({"body": "france_travail", "note": "Seen twice"})
        answer = self.post_page(self.alumnus, "plan", read)
        self.assertEqual(answer.status_code, 422)
        self.assertIn("read it again", answer.text)
        self.assertEqual(sheet.state, "draft")

    def test_takes_the_agreement_back_where_he_gave_it(self):
        sheet = self.env["bde.leaver.handover"].create({"plan_id": self.mine.id})
        form = {"do": "agree", "read": "1", "sheet": sheet.sudo()._fingerprint()}
        self.post_page(self.alumnus, "plan", form)
        self.assertIn("I take it back", self.get_page(self.alumnus).text)
        other = self.env["bde.leaver.handover"].create({"plan_id": self.plan(self.lola).id})
        other.write({"self_agreed_on": self.school_a._bde_today()})
        page = self.post_page(self.alumnus, "plan", {"do": "take_back", "sheet": str(other.id)})
        self.assertEqual((page.status_code, other.state), (422, "draft"))
        self.post_page(self.alumnus, "plan", {"do": "take_back", "sheet": str(sheet.id)})
        self.assertEqual(sheet.state, "withdrawn")
        self.assertIn("taken back", self.mine.activity_ids.summary)
        # the safety net takes away the steps that it planned itself, and that task is none
        self.new_round()
        self.assertIn("taken back", self.mine.activity_ids.summary)
        with self.assertRaises(UserError):
            sheet.action_send()
        # of a minor, before the guardian signed
        page = {"do": "take_back", "sheet": str(other.id)}
        self.post_page(self.plan(self.lola).alumnus_id, "plan", page)
        self.assertEqual(other.state, "withdrawn")

    def test_what_was_handed_over_is_shown_and_not_taken_back(self):
        sheet = self.env["bde.leaver.handover"].create({"plan_id": self.mine.id})
        sheet.agreed_how = "paper"
        sheet.action_agree()
        sheet.action_send()
        self.assertIn("the school told Mission locale", self.get_page(self.alumnus).text)
        page = self.post_page(self.alumnus, "plan", {"do": "take_back", "sheet": str(sheet.id)})
        self.assertEqual((page.status_code, sheet.state), (422, "sent"))

    def test_a_minor_agrees_and_waits_for_the_guardian(self):
        plan = self.plan(self.lola)
        sheet = self.env["bde.leaver.handover"].create({"plan_id": plan.id})
        read = {"do": "agree", "read": "1", "sheet": sheet.sudo()._fingerprint()}
        self.post_page(plan.alumnus_id, "plan", read)
        self.assertEqual(sheet.state, "draft")
        self.assertTrue(sheet.self_agreed_on)
        sheet.guardian_name = "Anne Dupont"
        sheet.action_agree()
        self.assertEqual(sheet.state, "agreed")

    def test_refuses_the_hand_over(self):
        sheet = self.env["bde.leaver.handover"].create({"plan_id": self.mine.id})
        self.post_page(self.alumnus, "plan", {"do": "refuse"})
        self.assertEqual(sheet.state, "withdrawn")

    # ------------------------------------------------------------
    # The one question of a round
    # ------------------------------------------------------------

    def asks(self):
        """Alumni whom a round asks, by kind of letter."""
        letters = self.letters_of(self.school_a)
        asks = letters._asks(self.school_a, self.school_a._bde_today())
        return {(one.alumnus, one.kind) for one in asks if one.kind.startswith("net_")}

    def new_round(self):
        one = self.env["bde.leaver.round"].create(
            {
                "company_id": self.school_a.id,
                "cohort": self.cohort,
                "month": "06",
                "date": self.school_a._bde_today(),
            }
        )
        one.action_begin()
        return one

    def test_asked_by_link_and_answered(self):
        self.assertFalse(self.asks())
        self.assertEqual(self.post_page(self.alumnus, "net", {"answer": "job"}).status_code, 404)
        one = self.new_round()
        self.assertEqual(self.asks(), {(alumnus, "net_06") for alumnus in self.alumni})
        self.assertIn("I have a place as an apprentice", self.get_page(self.alumnus).text)
        self.assertEqual(self.post_page(self.alumnus, "net", {"answer": "x"}).status_code, 422)
        self.post_page(self.alumnus, "net", {"answer": "job", "solution_text": "Duval"})
        self.assertEqual((self.mine.solution, one.open_count), ("job", 2))
        self.assertNotIn((self.alumnus, "net_06"), self.asks())

    def test_still_looking_wants_a_call(self):
        one = self.new_round()
        self.post_page(self.alumnus, "net", {"answer": "looking", "wants_help": "1"})
        line = one.line_ids.filtered(lambda row: row.plan_id == self.mine)
        self.assertEqual(line.situation, "looking")
        self.assertTrue(line.is_open and line.wants_help)
        self.assertLessEqual((line.next_on - self.school_a._bde_today()).days, 2)
        self.assertNotIn((self.alumnus, "net_06"), self.asks())

    def test_who_said_no_gets_no_letter(self):
        self.new_round()
        self.alumnus._no_more("link")
        mails = self.catch_mails()
        letters = self.letters_of(self.school_a)
        letters._write_school(self.school_a)
        log = self.env["bde.alumni.letter"].search(
            [("kind", "=", "net_06"), ("state", "!=", "cancelled")]
        )
        self.assertNotIn(self.alumnus, log.alumnus_id)
        self.assertTrue(log.alumnus_id)
        self.assertTrue(mails)
