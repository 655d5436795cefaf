from freezegun import freeze_time

from odoo.tests import HttpCase, tagged

from ..models.bde_link_optout import CHANGES_PER_DAY
from .respect_common import RespectCase


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
