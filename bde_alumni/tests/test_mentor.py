from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from ..models.bde_mentor_request_verbs import ANSWER_DAYS, ASKS_AT_ONCE, KEPT_DAYS, RUN_DAYS
from .network_common import NetworkCase

LINA_MAIL, LINA_PHONE = "lina@alumni.example", "06 11 22 33 44"


@tagged("post_install", "-at_install")
class TestMentor(NetworkCase):
    """Requests to mentors: who may ask, who reads, when addresses are shown."""

    # ------------------------------------------------------------
    # Being a mentor
    # ------------------------------------------------------------

    def test_profile_comes_and_goes_with_the_consent(self):
        self.assertEqual(len(self.lina.mentor_profile_ids), 1)
        self.lina.mentor_profile_ids.about = "Je travaille en cantine."
        request = self.ask(self.lina, self.gina)
        self.lina._withdraw(["mentoring"])
        self.assertFalse(self.lina.mentor_profile_ids.exists())
        self.assertEqual((request.state, request.closed_because), ("closed", "mentor_left"))

    def test_consent_said_twice_keeps_the_words(self):
        self.lina.mentor_profile_ids.about = "Je travaille en cantine."
        self.lina._consent("mentoring", channel="paper")
        self.assertEqual(self.lina.mentor_profile_ids.about, "Je travaille en cantine.")

    def test_who_may_be_asked(self):
        Alumnus = self.env["bde.alumnus"]
        self.ines._consent("mentoring")
        self.assertEqual(Alumnus._mentors(self.school_a).alumnus_id, self.lina)
        self.assertFalse(Alumnus._mentors(self.school_a, besides=self.lina))
        self.lina.mentor_profile_ids.is_paused = True
        self.assertFalse(Alumnus._mentors(self.school_a))

    def test_full_mentor_is_not_shown(self):
        paul = self.new_alumnus("Paul")
        for asker in (self.gina, paul):
            self.ask(self.lina, asker)
        self.assertFalse(self.env["bde.alumnus"]._mentors(self.school_a))
        with self.assertRaises(UserError):
            self.ask(self.lina, self.new_alumnus("Rose"))

    def test_who_was_reported_is_not_asked_until_the_bureau_has_looked(self):
        request = self.ask(self.lina, self.gina)
        request._report("asker", "Il m'appelle la nuit.")
        mentors = self.env["bde.alumnus"]._mentors
        self.assertFalse(mentors(self.school_a))
        request.with_user(self.secretary_a).action_report_handled()
        self.assertEqual(mentors(self.school_a).alumnus_id, self.lina)

    def test_barred_by_the_bureau_for_good(self):
        request = self.ask(self.lina, self.gina)
        self.lina.mentor_profile_ids.with_user(self.secretary_a).is_barred = True
        self.assertEqual((request.state, request.closed_because), ("closed", "bureau"))
        self.lina._withdraw(["mentoring"])
        self.lina._consent("mentoring")
        self.assertTrue(self.lina.mentor_profile_ids.is_barred)
        self.assertFalse(self.env["bde.alumnus"]._mentors(self.school_a))

    # ------------------------------------------------------------
    # Asking
    # ------------------------------------------------------------

    def test_adults_meet_without_the_bureau(self):
        request = self.ask(self.lina, self.gina)
        self.assertEqual((request.state, request.with_minor), ("sent", False))
        staff = request.with_user(self.secretary_a)
        self.assertFalse(staff.text_to_read)
        with self.assertRaises(AccessError):
            staff.read(["text"])

    def test_minor_who_asks_is_read_first(self):
        request = self.ask(self.lina, self.hugo)
        self.assertEqual((request.state, request.with_minor), ("to_check", True))
        staff = request.with_user(self.secretary_a)
        self.assertIn("cuisinier", staff.text_to_read)
        self.assertEqual(self.lina._mentor_requests()[1], [])
        staff.action_pass_on()
        self.assertEqual((request.state, request.checked_by_id), ("sent", self.secretary_a))

    def test_minor_who_is_asked_is_read_first(self):
        self.hugo._consent("mentoring")
        self.assertEqual(self.ask(self.hugo, self.gina).state, "to_check")

    def test_bureau_does_not_pass_on(self):
        request = self.ask(self.lina, self.hugo)
        request.with_user(self.secretary_a).action_refuse()
        self.assertEqual((request.state, request.closed_because), ("closed", "bureau"))

    def test_asked_for_a_pupil(self):
        pupil = self.env["bde.student"].search([("company_id", "=", self.school_a.id)], limit=1)
        profile = self.lina.mentor_profile_ids
        dialog = self.env["bde.mentor.ask"].with_user(self.secretary_a).create(
            {
                "mentor_profile_id": profile.id,
                "student_id": pupil.id,
                "text": "Il voudrait voir une cuisine de collectivité.",
            }
        )  # fmt: skip
        action = dialog.action_ask()
        request = self.env["bde.mentor.request"].browse(action["res_id"])
        self.assertEqual((request.from_student_id, request.mentor_id), (pupil, self.lina))

    def test_limits_of_who_asks(self):
        self.lina.mentor_profile_ids.max_count = 20
        self.ask(self.lina, self.gina)
        with self.assertRaises(UserError):
            self.ask(self.lina, self.gina)
        with self.assertRaises(UserError):
            self.ask(self.lina, self.hugo, text="Salut")
        with self.assertRaises(UserError):
            self.ask(self.lina, self.hugo, text="a" * 1001)
        for number in range(ASKS_AT_ONCE):
            mentor = self.new_alumnus(f"Mentor{number}")
            mentor._consent("mentoring")
            if number < ASKS_AT_ONCE - 1:
                self.ask(mentor, self.gina)
        with self.assertRaises(UserError):
            self.ask(mentor, self.gina)

    def test_nobody_asks_himself_another_school_or_who_is_no_mentor(self):
        self.ines._consent("mentoring")
        for mentor in (self.ines, self.gina, self.hugo):
            with self.subTest(mentor=mentor.firstname), self.assertRaises(UserError):
                self.ask(mentor, self.gina)
        with self.assertRaises(UserError):
            self.ask(self.lina, self.lina)

    # ------------------------------------------------------------
    # Addresses
    # ------------------------------------------------------------

    def test_no_address_before_both_agreed(self):
        request = self.ask(self.lina, self.gina, shares=["email"])
        self.assertEqual((request._shown("mentor"), request._shown("asker")), ({}, {}))
        request._accept(["phone"])
        self.assertEqual(request._shown("mentor"), {"phone": LINA_PHONE})
        self.assertEqual(request._shown("asker"), {"email": "gina@alumni.example"})

    def test_each_shows_what_he_ticked(self):
        request = self.ask(self.lina, self.gina, shares=["email"])
        request._accept([])
        self.assertEqual(request._shown("mentor"), {})

    def test_somebody_must_be_reachable(self):
        request = self.ask(self.lina, self.gina)
        with self.assertRaises(UserError):
            request._accept([])
        self.assertEqual(request.state, "sent")

    def test_addresses_go_with_the_end_and_with_the_consent(self):
        request = self.ask(self.lina, self.gina, shares=["email"])
        request._accept(["phone"])
        self.lina._withdraw(["mentoring"])
        self.assertEqual(request._shown("mentor"), {})
        self.assertEqual(request._shown("asker"), {})

    def test_declined_shows_nothing_and_frees_the_place(self):
        request = self.ask(self.lina, self.gina, shares=["email"])
        request._decline()
        self.assertEqual(request._shown("asker"), {})
        self.assertEqual(self.lina.mentor_profile_ids.current_count, 0)
        with self.assertRaises(UserError):
            request._accept(["email"])

    # ------------------------------------------------------------
    # What goes wrong
    # ------------------------------------------------------------

    def test_reported_ends_at_once_and_reaches_the_bureau(self):
        request = self.ask(self.lina, self.gina, shares=["email"])
        request._accept(["phone"])
        request._report("asker", "Il m'appelle la nuit.")
        self.assertEqual((request.state, request._shown("asker")), ("closed", {}))
        staff = request.with_user(self.secretary_a)
        self.assertIn("cuisinier", staff.text_to_read)
        cards = self.env["bde.home"].with_user(self.secretary_a).get_home()["sections"]["late"]
        card = next(card for card in cards if card["sequence"] == 15)
        self.assertEqual(card["count"], 1)
        staff.action_report_handled()
        self.assertTrue(request.report_handled_on)

    def test_nobody_of_another_school_reads_or_passes_on(self):
        request = self.ask(self.lina, self.hugo)
        other = request.with_user(self.manager_b)
        with self.assertRaises(AccessError):
            other.read(["state"])
        with self.assertRaises(AccessError):
            other.action_pass_on()
        with self.assertRaises(AccessError):
            request.with_user(self.secretary_a).write({"state": "sent"})

    def test_teachers_read_nothing(self):
        request = self.ask(self.lina, self.hugo)
        with self.assertRaises(AccessError):
            request.with_user(self.teacher_a).read(["state"])

    # ------------------------------------------------------------
    # Jobs and letters
    # ------------------------------------------------------------

    def test_what_waits_for_a_month_ends(self):
        request = self.ask(self.lina, self.gina)
        request.sent_on = fields.Datetime.now() - timedelta(days=ANSWER_DAYS, hours=1)
        other = self.ask(self.lina, self.hugo)
        self.env["bde.mentor.request"]._cron_follow_requests()
        self.assertEqual((request.state, request.closed_because), ("closed", "no_answer"))
        self.assertEqual(other.state, "to_check")

    def test_what_runs_for_half_a_year_ends_and_is_erased_a_year_later(self):
        request = self.ask(self.lina, self.gina)
        request._accept(["email"])
        request.answered_on = fields.Datetime.now() - timedelta(days=RUN_DAYS + 1)
        Request = self.env["bde.mentor.request"]
        Request._cron_follow_requests()
        self.assertEqual(request.closed_because, "over")
        request.flush_recordset()
        old = fields.Datetime.now() - timedelta(days=KEPT_DAYS + 1)
        self.env.cr.execute(
            "UPDATE bde_mentor_request SET write_date = %s WHERE id = %s", [old, request.id]
        )
        request.invalidate_recordset()
        Request._cron_follow_requests()
        self.assertFalse(request.exists())

    def test_letters_say_no_name_and_no_address(self):
        letters = self.letters_of(self.school_a)
        self.ask(self.lina, self.hugo)
        self.assertFalse(self.network_asks(letters))  # the bureau has not read it
        request = self.ask(self.lina, self.gina)
        [ask] = self.network_asks(letters)
        self.assertEqual(
            (ask.alumnus, ask.kind, ask.purpose), (self.lina, f"mentor_{request.id}", "mentoring")
        )
        mails = self.catch_mails()
        letters._write([ask])
        [mail] = mails
        for word in ("Gina", "gina@", "Dupont", "cuisinier"):
            self.assertNotIn(word, str(mail["body_html"]) + mail["subject"])
        request._accept(["email", "phone"])
        [ask] = self.network_asks(letters)
        self.assertEqual((ask.alumnus, ask.purpose), (self.gina, "inform"))
        mails.clear()
        letters._write([ask])
        for word in (LINA_MAIL, "06 11", "Lina", "Moreau"):
            self.assertNotIn(word, str(mails[0]["body_html"]) + mails[0]["subject"])

    def network_asks(self, letters):
        asks = letters._asks(self.school_a, self.today())
        return [ask for ask in asks if ask.kind.startswith("mentor_")]


@tagged("post_install", "-at_install")
class TestMentorPage(NetworkCase, HttpCase):
    """The page: the address of a mentor stands in none before he said yes."""

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)
        self.lina.mentor_profile_ids.write({"topics": "Cuisine", "about": "Cantine du port"})

    def assertHidden(self, page, *words):
        for word in words:
            self.assertNotIn(word, page.text)

    def test_from_the_list_to_the_answer(self):
        page = self.get_page(self.gina, "mentors")
        self.assertIn("Lina M.", page.text)
        self.assertIn("Cantine du port", page.text)
        self.assertHidden(page, LINA_MAIL, "06 11", "Moreau")
        text = "Bonjour, comment avez-vous trouvé votre emploi ?"
        page = self.post_page(
            self.gina,
            "mentors",
            {"do": "ask", "mentor": self.lina.id, "text": text, "share_email": "1"},
        )
        self.assertEqual(page.status_code, 200)
        self.assertHidden(page, LINA_MAIL, "06 11", "Moreau")
        request = self.env["bde.mentor.request"].search([("mentor_id", "=", self.lina.id)])
        self.assertEqual((request.text, request.state), (text, "sent"))
        page = self.get_page(self.lina)
        self.assertIn(text, page.text)
        self.assertIn("Gina D.", page.text)
        self.assertHidden(page, "gina@alumni.example", "Dupont")
        page = self.post_page(
            self.lina, "mentors", {"do": "accept", "request": request.id, "share_phone": "1"}
        )
        self.assertIn("gina@alumni.example", page.text)
        page = self.get_page(self.gina)
        self.assertIn("06 11 22 33 44", page.text)
        self.assertHidden(page, LINA_MAIL)

    def test_typed_words_are_not_lost(self):
        page = self.post_page(
            self.gina, "mentors", {"do": "ask", "mentor": self.lina.id, "text": "Trop court"}
        )
        self.assertEqual(page.status_code, 422)
        self.assertIn("Trop court", page.text)

    def test_minor_waits_for_the_bureau(self):
        self.post_page(
            self.hugo,
            "mentors",
            {"do": "ask", "mentor": self.lina.id, "text": "Je suis en terminale, aidez-moi."},
        )
        self.assertNotIn("terminale", self.get_page(self.lina).text)

    def test_others_touch_no_request(self):
        request = self.ask(self.lina, self.gina, shares=["email"])
        paul = self.new_alumnus("Paul")
        paul._consent("mentoring")
        for who in (paul, self.ines, self.hugo):
            for verb in ("accept", "decline", "end", "report"):
                data = {"do": verb, "request": request.id, "share_email": "1", "report": "x"}
                page = self.post_page(who, "mentors", data)
                self.assertIn(page.status_code, (404, 422))
        # who asks does not answer for the mentor
        page = self.post_page(self.gina, "mentors", {"do": "accept", "request": request.id})
        self.assertEqual(page.status_code, 422)
        self.assertEqual(request.state, "sent")

    def test_mentor_touches_nothing_before_the_bureau(self):
        request = self.ask(self.lina, self.hugo)
        page = self.post_page(self.lina, "mentors", {"do": "accept", "request": request.id})
        self.assertEqual((page.status_code, request.state), (422, "to_check"))

    def test_profile_by_its_owner(self):
        data = {"do": "profile", "topics": "BTS", "about": "<b>Moi</b>", "max_count": "3"}
        self.post_page(self.lina, "mentors", data)
        profile = self.lina.mentor_profile_ids
        self.assertEqual((profile.topics, profile.max_count), ("BTS", 3))
        self.assertIn("&lt;b&gt;Moi", self.get_page(self.gina, "mentors").text)
        self.assertEqual(
            self.post_page(self.lina, "mentors", data | {"max_count": "99"}).status_code, 422
        )
        self.assertEqual(self.post_page(self.gina, "mentors", data).status_code, 422)

    def test_report(self):
        request = self.ask(self.lina, self.gina)
        self.post_page(
            self.lina, "mentors", {"do": "report", "request": request.id, "report": "Insultes"}
        )
        self.assertEqual((request.reported_by, request.report_text), ("mentor", "Insultes"))
