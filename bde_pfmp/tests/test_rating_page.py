"""The page of a stay: what the pupil and the tutor answer, what the company is shown."""

from odoo.tests import HttpCase, tagged

from .quality_common import QualityCase


class QualityPageCase(HttpCase, QualityCase):
    def person(self, role, placement=None):
        return (placement or self.placement).sudo()._stay_person(role)

    def page(self, role, placement=None):
        """Address of the page of a stay for somebody."""
        placement = placement or self.placement
        person = self.person(role, placement)
        [(_link, token)] = self.env["bde.link"]._mint(
            [
                {
                    "company_id": placement.company_id.id,
                    "purpose": "stay",
                    "signer_key": f"{role}{placement.id}",
                    "channel": "email",
                    "res_model": "bde.placement",
                    "res_id": placement.id,
                    "lang": "en_US",
                    **{name: person[name] for name in ("person_ref", "name", "email", "phone")},
                }
            ]
        )
        return f"/bde/p/{token}/{placement.convention_id.uuid}"

    def page_text(self, page):
        answer = self.url_open(page)
        self.assertEqual(answer.status_code, 200)
        return answer.text

    def send(self, page, key="quality", **values):
        return self.url_open(f"{page}/{key}", data=values, allow_redirects=False)

    def form(self, value="4", view="student", **more):
        return {f"q_{code}": value for code in self.all_answers(4, view)} | more

    def release(self, *placements):
        """Pupils answered, their files are closed, the night has passed."""
        for placement in placements:
            self.rate(placement, comment="Words of one pupil")
            self.set_over(placement, state="closed")
        return self.env["bde.rating"]._release_to_hosts()


@tagged("post_install", "-at_install")
class TestRatingPage(QualityPageCase):
    def test_the_pupil_answers_on_his_phone(self):
        page = self.page("student")
        text = self.page_text(page)
        self.assertIn("It never counts in your marks.", text)
        self.assertIn("L124-4", text)
        answer = self.send(page, **self.form("3", comment="I learned a lot"))
        self.assertEqual(answer.status_code, 303)
        rating = self.placement.rating_ids
        self.assertEqual((rating.view, rating.source, rating.moderation),
                         ("student", "link", "to_read"))  # fmt: skip
        self.assertAlmostEqual(rating.score, 200 / 3)
        text = self.page_text(page)
        self.assertIn("Thank you. You answered on", text)
        self.assertIn("Change my answers", text)
        self.assertIn("I learned a lot", text, "his own words, for him to correct")

    def test_what_lacks_is_said_and_nothing_is_lost(self):
        page = self.page("student")
        values = self.form("2", comment="Kept words")
        del values["q_safety"]
        answer = self.send(page, **values)
        self.assertEqual(answer.status_code, 422)
        self.assertIn("Choose an answer.", answer.text)
        self.assertIn('href="#q_safety"', answer.text)
        self.assertIn("Kept words", answer.text)
        self.assertEqual(answer.text.count('checked="checked"'), 6)
        self.assertFalse(self.placement.rating_ids)

    def test_strange_values_are_refused(self):
        page = self.page("student")
        for value in ("9", "-1", "x", "", "4.5", "²"):
            with self.subTest(value):
                self.assertEqual(self.send(page, **self.form(value)).status_code, 422)
        long = self.send(page, **self.form("4", comment="x" * 601))
        self.assertIn("At most 600 characters", long.text)
        self.assertFalse(self.placement.rating_ids)

    def test_sent_twice_is_once_kept(self):
        page = self.page("student")
        for _ in range(2):
            self.assertEqual(self.send(page, **self.form()).status_code, 303)
        self.assertEqual(len(self.placement.rating_ids), 1)

    def test_after_the_deadline_the_page_says_so(self):
        self.set_over(self.placement, days=91)
        page = self.page("student")
        text = self.page_text(page)
        self.assertIn("These questions closed on", text)
        self.assertNotIn('name="q_safety"', text)
        answer = self.send(page, **self.form())
        self.assertEqual(answer.status_code, 422)
        self.assertIn("Thank you all the same", answer.text)
        self.assertFalse(self.placement.rating_ids)

    def test_before_the_end_the_page_says_when(self):
        self.set_over(self.placement, days=-10, state="running")
        self.assertIn("these questions open on", self.page_text(self.page("student")))

    def test_the_tutor_answers_on_the_school(self):
        page = self.page("tutor")
        self.assertIn("How did it go with the school?", self.page_text(page))
        self.assertEqual(self.send(page, **self.form("4", "tutor")).status_code, 303)
        self.assertEqual(self.placement.rating_ids.view, "tutor")

    def test_nobody_answers_for_another(self):
        """The signatory has no questions, a link opens the stays of its person alone."""
        host = self.page("host")
        self.assertNotIn('name="q_', self.page_text(host))
        self.assertEqual(self.send(host, **self.form()).status_code, 404)
        own = self.page("student")
        theirs = own.replace(
            self.placement.convention_id.uuid, self.placement_adult.convention_id.uuid
        )
        self.assertEqual(self.send(theirs, **self.form()).status_code, 404)
        self.assertFalse(self.placements.rating_ids)

    # ------------------------------------------------------------
    # The company
    # ------------------------------------------------------------

    def test_two_pupils_tell_the_company_nothing(self):
        self.release(self.placement, self.placement_adult)
        self.assertNotIn("What your trainees say", self.page_text(self.page("host")))

    def test_from_three_pupils_on_themes_alone(self):
        released = self.release(*self.placements)
        self.assertEqual(len(released), 3)
        text = self.page_text(self.page("host"))
        self.assertIn("What your trainees say of your company", text)
        self.assertIn("mostly yes", text)
        for secret in ("Words of one pupil", "Boris", "Chloé", "boris@", "100"):
            self.assertNotIn(secret, text.split("What your trainees say")[1], secret)
        self.assertNotIn("What your trainees say", self.page_text(self.page("tutor")),
                         "who signs, not the tutor")  # fmt: skip
        self.assertNotIn("What your trainees say", self.page_text(self.page("student")))

    def test_only_after_attestation_and_marks(self):
        for state, seen in (("ended", False), ("attested", False), ("closed", True)):
            with self.subTest(state):
                for placement in self.placements:
                    self.rate(placement)
                self.set_over(self.placements, state=state)
                self.assertEqual(bool(self.env["bde.rating"]._release_to_hosts()), seen)

    def test_an_attested_stay_of_a_year_that_is_over(self):
        for placement in self.placements:
            self.rate(placement)
        self.set_over(self.placements, state="attested")
        last_year = self.env["bde.school.year"].create(
            {"company_id": self.academy.id,
             "date_start": self.year.date_start.replace(year=self.year.date_start.year - 1)}
        )  # fmt: skip
        self.env.cr.execute(
            "UPDATE bde_placement SET school_year_id = %s WHERE id IN %s",
            [last_year.id, tuple(self.placements.ids)],
        )
        self.env.invalidate_all()
        self.assertEqual(len(self.env["bde.rating"]._release_to_hosts()), 3)

    def test_answers_join_by_groups_of_three(self):
        """Whoever compares the page before and after learns about three pupils, never one."""
        self.release(*self.placements)
        before = self.env["bde.rating"]._host_facts(self.employer)
        late = self.new_placement(self.emma, **self.complete_vals())
        rating = self.add_ratings(self.employer, [0])
        rating.answers = self.all_answers(1)
        self.env.cr.execute(
            "UPDATE bde_placement SET state = 'closed' WHERE id = %s", [rating.placement_id.id]
        )
        self.env.invalidate_all()
        self.assertFalse(self.env["bde.rating"]._release_to_hosts())
        self.assertEqual(self.env["bde.rating"]._host_facts(self.employer), before)
        self.assertFalse(late.rating_ids)

    def test_the_same_pupil_three_times_is_one_pupil(self):
        for placement in self.placements:
            self.rate(placement)
        self.set_over(self.placements, state="closed")
        self.env.cr.execute(
            "UPDATE bde_student SET person_key = 'same' WHERE id IN %s", [tuple(self.pupils.ids)]
        )
        self.env.invalidate_all()
        self.assertFalse(self.env["bde.rating"]._release_to_hosts())

    def test_the_company_answers_facts_never_a_text(self):
        self.release(*self.placements)
        page = self.page("host")
        answer = self.send(page, "site_quality", fact_tutor="changed", comment="It was Boris",
                           fact_hours="It was Boris")  # fmt: skip
        self.assertEqual(answer.status_code, 422)
        self.assertIn("Choose an answer of the list", answer.text)
        self.assertFalse(self.env["bde.site.reply"].search([]), "nothing half done")
        answer = self.send(page, "site_quality", fact_tutor="changed", comment="It was Boris")
        self.assertEqual(answer.status_code, 303)
        reply = self.env["bde.site.reply"].search([])
        self.assertEqual((reply.question_id.code, reply.fact_id.code), ("tutor", "changed"))
        texts = [str(value) for value in reply.read()[0].values()]
        self.assertFalse([text for text in texts if "Boris" in text or "Duval, Anne" in text])
        self.send(page, "site_quality", fact_tutor="planned")
        self.assertEqual(self.env["bde.site.reply"].search([]).fact_id.code, "planned")
        self.send(page, "site_quality", fact_tutor="")
        self.assertFalse(self.env["bde.site.reply"].search([]))

    def test_the_company_does_not_answer_what_it_is_not_shown(self):
        page = self.page("host")
        self.assertEqual(self.send(page, "site_quality", fact_tutor="changed").status_code, 404)
        self.assertFalse(self.env["bde.site.reply"].search([]))

    # ------------------------------------------------------------
    # Letters
    # ------------------------------------------------------------

    def asks(self, role="student"):
        stay = self.env["bde.stay"].with_company(self.school_a)
        found = stay._asks(self.school_a, self.today)
        return {(ask.placement, ask.kind) for ask in found
                if ask.role == role and ask.line == stay._quality_line}  # fmt: skip

    def test_the_pupil_is_asked_until_he_answers(self):
        for days, kind in ((-1, "end"), (3, "end_3"), (10, "end_10"), (20, "end_10")):
            with self.subTest(days):
                self.set_over(self.placements, days=days)
                self.assertIn((self.placement, kind), self.asks())
        self.rate(self.placement)
        self.assertNotIn(self.placement, {placement for placement, _kind in self.asks()})
        self.assertIn(self.placement_adult, {placement for placement, _kind in self.asks()})
        self.set_over(self.placements, days=21)
        self.assertFalse(self.asks(), "nobody is asked for ever")
