"""The survey on the page of an alumnus: one tap, then what follows from it."""

from odoo.tests import HttpCase, tagged

from .survey_common import SurveyCase


@tagged("post_install", "-at_install")
class TestSurveyPage(SurveyCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def answer(self, alumnus=None, channel="email", **form):
        page = self.page_path(alumnus or self.gina, channel)
        response = self.url_open(f"{page}/survey", data=form)
        self.wave.ask_ids.invalidate_recordset()
        return response

    def test_one_question_first(self):
        page = self.get_page(self.gina)
        self.assertIn("What are you doing today?", page.text)
        self.assertIn('value="apprenticeship"', page.text)
        self.assertNotIn('name="contract"', page.text, "what follows waits")

    def test_one_tap_is_an_answer(self):
        page = self.answer(situation="job")
        self.assertEqual(page.status_code, 200)
        line = self.line(self.gina)
        self.assertEqual((line.state, line.situation), ("partial", "job"))
        outcome = self.gina.outcome_id
        self.assertEqual((outcome.situation, outcome.source, outcome.months), ("job", "link", 6))
        self.assertEqual(outcome.date, self.today)
        self.assertEqual(self.gina.situation, "job")
        for name in ("place", "trade", "contract", "linked"):
            self.assertIn(f'name="{name}"', page.text)
        self.assertNotIn('name="study"', page.text, "of those who study alone")

    def test_the_other_questions(self):
        self.answer(situation="job")
        page = self.answer(
            of="job",
            place="Garage Duval,  Melun",
            trade="Electrician",
            contract="cdi",
            linked="yes",
        )
        self.assertEqual(page.status_code, 200)
        outcome = self.gina.outcome_id
        self.assertEqual(
            (outcome.employer_text, outcome.trade, outcome.contract, outcome.linked_to_training),
            ("Garage Duval, Melun", "Electrician", "cdi", "yes"),
        )
        self.assertFalse(outcome.relation_id, "a name is proposed, never guessed")
        self.assertEqual(self.line(self.gina).state, "answered")
        self.assertEqual(len(self.gina.outcome_ids), 1)
        kept = self.line(self.gina).sudo().input_ids
        self.assertEqual((kept.state, kept.company_id), ("done", self.school_a))
        self.assertEqual(len(kept.user_input_line_ids), 5)
        self.assertEqual(kept.user_input_line_ids.company_id, self.school_a)

    def test_partial_answers_stay(self):
        self.answer(situation="study")
        self.answer(of="study", place="Lycée Curie, Sens", linked="", study="")
        line = self.line(self.gina)
        self.assertEqual(
            (line.state, self.gina.outcome_id.study_place), ("partial", "Lycée Curie, Sens")
        )
        self.answer(of="study", place="", linked="", study="BTS")
        self.assertFalse(self.gina.outcome_id.study_place, "taken back")
        self.assertEqual((line.state, self.gina.outcome_id.study_label), ("partial", "BTS"))
        self.answer(of="study", place="Lycée Curie, Sens", linked="no", study="BTS")
        self.assertEqual((line.state, self.gina.outcome_id.study_label), ("answered", "BTS"))

    def test_nothing_follows_from_looking(self):
        self.answer(situation="looking")
        self.assertEqual(self.line(self.gina).state, "answered")

    def test_answered_twice(self):
        self.answer(situation="job")
        self.answer(of="job", place="Duval", trade="Fitter", contract="cdd", linked="no")
        self.answer(situation="study")
        outcome = self.gina.outcome_ids
        self.assertEqual((len(outcome), outcome.situation), (1, "study"), "the same day replaces")
        self.assertFalse(outcome.employer_text or outcome.contract or outcome.trade)
        kept = self.line(self.gina).sudo().input_ids
        self.assertEqual(kept.user_input_line_ids.question_id.mapped("bde_code"), ["situation"])
        outcome.date = "2026-01-02"
        self.answer(situation="looking")
        self.assertEqual(len(self.gina.outcome_ids), 2, "another day stands beside it")
        self.assertEqual(self.gina.situation, "looking")
        self.assertEqual(self.line(self.gina).situation, "looking")
        self.assertEqual(self.wave.answered_count, 1, "one leaver, one answer")

    def test_bad_answers_lose_nothing(self):
        self.assertEqual(self.answer(situation="astronaut").status_code, 422)
        self.assertFalse(self.gina.outcome_ids)
        self.answer(situation="job")
        page = self.answer(of="job", place="x" * 121, trade="Fitter", contract="apprentice")
        self.assertEqual(page.status_code, 422)
        self.assertIn('value="Fitter"', page.text)
        self.assertIn("At most 120", page.text)
        self.assertEqual(self.line(self.gina).state, "partial")
        page = self.answer(of="study", study="BTS")
        self.assertEqual(page.status_code, 422, "an old page of another situation")
        self.assertFalse(self.gina.outcome_id.study_label)

    def test_answered_for_another(self):
        self.answer(situation="job", answered_by="His mother")
        self.answer(of="job", place="Duval")
        self.assertEqual(self.gina.outcome_id.answered_by, "His mother")
        self.answer(situation="job")
        self.assertFalse(self.gina.outcome_id.answered_by, "now herself")

    def test_by_text_message(self):
        self.gina.phone = "06 12 34 56 78"
        self.answer(channel="sms", situation="other")
        self.assertEqual(self.gina.outcome_id.source, "sms")

    def test_does_not_wish(self):
        page = self.answer(refuse="1")
        self.assertEqual(page.status_code, 200)
        self.assertEqual(self.line(self.gina).state, "refused")
        self.answer(situation="study")
        self.assertEqual(self.line(self.gina).state, "partial", "may change his mind")

    def test_over(self):
        self.wave.state = "over"
        self.assertNotIn('name="situation"', self.get_page(self.gina).text)
        self.assertEqual(self.answer(situation="job").status_code, 404)
        self.assertFalse(self.gina.outcome_ids)

    def test_two_with_one_mail(self):
        self.iris.email = self.gina.email
        self.answer(self.iris, situation="study")
        self.assertFalse(self.gina.situation)
        self.assertEqual(self.iris.situation, "study")
        self.assertIn("You are not Iris Dupont?", self.get_page(self.iris).text)

    def test_addresses_of_core_are_closed(self):
        survey = self.env["survey.survey"]._bde_insertion()
        self.answer(situation="job")
        kept = self.line(self.gina).sudo().input_ids
        count = survey.env["survey.user_input"].search_count([])
        for path in (
            f"/survey/start/{survey.access_token}",
            f"/survey/start/{survey.access_token}?answer_token={kept.access_token}",
            f"/survey/{survey.access_token}/{kept.access_token}",
            f"/survey/print/{survey.access_token}?answer_token={kept.access_token}",
        ):
            self.assertNotIn("I have a job", self.url_open(path).text, path)
        self.assertEqual(survey.env["survey.user_input"].search_count([]), count)
