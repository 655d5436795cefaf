"""What became of leavers: history, employers as told, calls, figures."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged, users
from odoo.tools import mute_logger

from .survey_common import SurveyCase


@tagged("post_install", "-at_install")
class TestOutcome(SurveyCase):
    @users("secretary_a")
    def test_history_and_the_latest_of_it(self):
        gina = self.gina.with_env(self.env)
        Outcome = self.env["bde.outcome"]
        new = Outcome.create({"alumnus_id": gina.id, "date": "2026-03-01", "situation": "job"})
        old = Outcome.create({"alumnus_id": gina.id, "date": "2025-03-01", "situation": "study"})
        self.assertEqual((gina.outcome_id, gina.situation), (new, "job"))
        self.assertEqual((new.source, new.company_id), ("staff", self.school_a))
        new.date = "2024-12-01"
        self.assertEqual((gina.outcome_id, gina.situation), (old, "study"))
        with mute_logger("odoo.sql_db"), self.assertRaises(Exception):  # noqa: B017 (constraint)
            Outcome.create({"alumnus_id": gina.id, "date": "2024-12-01", "situation": "other"})

    def test_a_verb_corrects_the_same_day(self):
        self.gina._note_outcome({"situation": "job", "employer_text": "Duval", "trade": "Fitter"})
        self.gina._note_outcome({"situation": "job", "contract": "cdi"})
        outcome = self.gina.outcome_ids
        self.assertEqual(
            (outcome.employer_text, outcome.trade, outcome.contract), ("Duval", "Fitter", "cdi")
        )
        self.gina._note_outcome({"situation": "study", "study_label": "BTS", "source": "plan"})
        self.assertEqual(len(self.gina.outcome_ids), 1)
        self.assertFalse(outcome.trade or outcome.contract or outcome.employer_text)

    @users("secretary_a")
    def test_sources_are_written_by_verbs(self):
        outcome = self.gina._note_outcome({"situation": "job"}).with_env(self.env)
        for vals in ({"source": "link"}, {"months": 12}, {"wave_line_id": False}):
            with self.assertRaises(AccessError):
                outcome.write(vals)

    @users("manager_b")
    def test_another_school_sees_nothing(self):
        outcome = self.gina._note_outcome({"situation": "job"})
        self.assertFalse(self.env["bde.outcome"].search([]))
        with self.assertRaises(AccessError):
            outcome.with_env(self.env).action_not_his()

    def test_deleted_with_the_person(self):
        line = self.line(self.gina)
        line._take_answers({"situation": "job"}, "link")
        kept, outcome = line.input_ids, self.gina.outcome_id
        self.gina.unlink()
        self.assertFalse(line.exists() or kept.exists() or outcome.exists())

    @users("secretary_a")
    def test_two_records_of_one_person(self):
        self.line(self.iris)._take_answers({"situation": "job"}, "link")
        self.gina.with_env(self.env)._bde_join(self.iris.with_env(self.env))
        self.wave.invalidate_recordset()
        self.assertEqual(self.line(self.gina).situation, "job", "the answer stays")
        self.assertEqual(self.gina.situation, "job")
        self.assertEqual((self.wave.leaver_count, self.wave.answered_count), (8, 1))

    # ------------------------------------------------------------
    # Employers
    # ------------------------------------------------------------

    def relation(self, school=None):
        return self.env["bde.relation"]._bde_ensure(self.employer, school or self.school_a)

    def test_a_siret_is_an_employer(self):
        relation = self.relation()
        self.gina._note_outcome(
            {"situation": "job", "employer_text": "12 rue Duval, 732 829 320 00074 Melun"}
        )
        self.assertEqual(self.gina.outcome_id.relation_id, relation)
        self.assertEqual(self.gina.employer_id, relation)

    def test_an_employer_that_does_not_exist_stays_text(self):
        self.relation(self.school_b)
        for text in ("Nowhere & Co, Mars", "12345678901234", "732 829 320 00074"):
            self.iris._note_outcome({"situation": "job", "employer_text": text})
            self.assertEqual(self.iris.outcome_id.employer_text, text)
            # the last one is known to another school, not to this one
            self.assertFalse(self.iris.outcome_id.relation_id, text)
        self.assertFalse(self.iris.outcome_id.suggested_relation_id)
        with self.assertRaisesRegex(UserError, "New company"):
            self.iris.outcome_id.action_join_suggested()

    @users("secretary_a")
    def test_a_like_name_is_proposed_and_joined(self):
        relation = self.relation()
        name = self.employer.name
        outcome = self.gina._note_outcome(
            {"situation": "job", "employer_text": f"{name.lower()}, {self.employer.city}"}
        ).with_env(self.env)
        self.assertFalse(outcome.relation_id)
        self.assertEqual(outcome.suggested_relation_id, relation)
        self.assertIn(outcome, outcome.search(outcome._to_join_domain()))
        outcome.action_join_suggested()
        self.assertEqual(outcome.relation_id, relation)
        self.assertFalse(outcome.search_count(outcome._to_join_domain()))
        self.assertTrue(outcome.employer_text, "his words stay")
        outcome.sudo().date = "2026-01-02"
        again = self.gina._note_outcome(
            {"situation": "job", "employer_text": outcome.employer_text}
        )
        self.assertEqual(again.relation_id, relation, "the same words, joined once before")

    @users("secretary_a")
    def test_a_new_company_is_joined(self):
        outcome = self.gina._note_outcome(
            {"situation": "job", "employer_text": "Atelier Zébulon, Sens"}
        ).with_env(self.env)
        action = outcome.action_register_employer()
        Wizard = self.env[action["res_model"]].with_context(**action["context"])
        wizard = Form(Wizard).save()
        self.assertEqual((wizard.name, wizard.city), ("Atelier Zébulon", "Sens"))
        wizard.action_register()
        self.assertEqual(outcome.relation_id.partner_id.name, "Atelier Zébulon")

    # ------------------------------------------------------------
    # By telephone, for another
    # ------------------------------------------------------------

    @users("secretary_a")
    def test_one_click_a_call(self):
        line = self.line(self.gina).with_env(self.env)
        line.action_call_missed()
        self.assertEqual((line.call_count, line.called_on, line.state), (1, self.today, "to_send"))
        line.with_context(bde_situation="looking").action_call_situation()
        self.assertEqual((line.state, line.call_count), ("answered", 2))
        self.assertEqual(self.gina.outcome_id.source, "call")
        other = self.line(self.iris).with_env(self.env)
        other.action_refuse()
        self.assertEqual((other.state, other.call_count), ("refused", 1))
        with self.assertRaisesRegex(UserError, "first what"):
            other.with_context(bde_situation="nothing").action_call_situation()

    @users("secretary_a")
    def test_the_questions_by_telephone(self):
        line = self.line(self.gina).with_env(self.env)
        action = line.action_note_call()
        Call = self.env["bde.alumni.call"].with_context(**action["context"])
        call = Call.create(
            {"situation": "apprenticeship", "place": "Duval", "answered_by": "His father"}
        )
        call.action_save()
        outcome = self.gina.outcome_id
        self.assertEqual((outcome.employer_text, outcome.contract), ("Duval", "apprentice"))
        self.assertEqual((outcome.answered_by, line.state), ("His father", "partial"))
        call = Call.create({"trade": "Fitter", "linked": "yes", "study": "BTS"})
        self.assertEqual((call.place, call.situation), ("Duval", "apprenticeship"), "said before")
        call.action_save()
        self.assertEqual(line.state, "answered")

    @users("secretary_a")
    def test_nobody_is_called_who_said_no(self):
        self.gina._no_more("link")
        line = self.line(self.gina).with_env(self.env)
        with self.assertRaisesRegex(UserError, "said"):
            line.action_note_call()
        with self.assertRaises(UserError):
            line.with_context(bde_situation="job").action_call_situation()

    @users("secretary_a")
    def test_to_call(self):
        (self.gina | self.iris | self.jules | self.kim).sudo().phone = "06 12 34 56 78"
        self.ask()
        lines = self.wave.ask_ids
        lines.sudo().write({"reminder_count": 2, "reminded_on": self.today})
        Line = self.env["bde.alumni.wave.line"]
        self.assertFalse(Line.search(Line._to_call_domain(self.today)), "they may still answer")
        self.days_pass(5)
        self.line(self.iris)._take_answers({"situation": "job"}, "link")
        self.jules._no_more("link")
        self.line(self.kim).write({"called_on": self.today, "call_count": 1})
        called = Line.search(Line._to_call_domain(self.today)).alumnus_id
        self.assertEqual(called.mapped("firstname"), ["Gina"])
        action = Line.action_open_calls()
        self.assertEqual(Line.search(action["domain"]).alumnus_id, called)
        self.line(self.gina).sudo().call_count = 3
        self.assertFalse(Line.search(Line._to_call_domain(self.today)), "three calls at most")

    @users("secretary_a")
    def test_not_his_answer(self):
        self.ask()
        line = self.line(self.gina)
        line._take_answers({"situation": "job", "place": "Duval"}, "link")
        action = self.gina.outcome_id.with_env(self.env).action_not_his()
        self.assertEqual(action["res_model"], "bde.outcome", "its form has nothing to show")
        self.assertFalse(self.gina.outcome_ids)
        self.assertFalse(line.sudo().input_ids)
        self.assertEqual((line.state, line.situation), ("sent", False))
        typed = self.env["bde.outcome"].create({"alumnus_id": self.gina.id, "situation": "job"})
        with self.assertRaises(UserError):
            typed.action_not_his()


@tagged("post_install", "-at_install")
class TestOutcomeFigures(SurveyCase):
    """Nine leavers and one who objected, one died: worked out by hand.

    Gina and Iris have a job (Iris said no more than that), Jules is an apprentice, Kim studies,
    Léo is looking (by telephone); Mia did not answer, Noé cannot be reached, Ola does not wish
    to; Paul died. So 8 leavers, 5 answers, of which 2 jobs, 1, 1 and 1.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        lines = {line.alumnus_id: line for line in cls.wave.ask_ids}
        for line in lines.values():
            line.write({"state": "sent", "asked_on": cls.today})
        full = {"place": "Duval", "trade": "Fitter", "contract": "cdi", "linked": "yes"}
        lines[cls.gina]._take_answers({"situation": "job"} | full, "link")
        lines[cls.iris]._take_answers({"situation": "job"}, "sms")
        lines[cls.jules]._take_answers({"situation": "apprenticeship"} | full, "link")
        lines[cls.kim]._take_answers({"situation": "study", "study": "BTS"}, "link")
        lines[cls.leo]._take_answers({"situation": "looking"}, "call")
        lines[cls.noe].state = "unreachable"
        lines[cls.ola]._refuse()
        lines[cls.paul]._take_answers({"situation": "job"}, "link")
        cls.paul.is_deceased = True
        cls.gina.sex = cls.leo.sex = "f"
        cls.iris.sex = "m"
        cls.env["bde.alumni.count"].create(
            {"company_id": cls.school_a.id, "cohort": 2024, "objected_count": 1}
        )

    def test_counts(self):
        wave = self.wave
        self.assertEqual(
            (wave.leaver_count, wave.asked_count, wave.answered_count, wave.partial_count),
            (8, 8, 5, 3),
        )
        self.assertEqual(wave.response, "5 of 8")
        figures = wave._figures()[wave.id]
        self.assertEqual((figures.leavers, figures.answered), (8, 5))
        self.assertEqual((figures.objected, figures.deceased), (1, 1))
        self.assertEqual(
            figures.situations, {"job": 2, "apprenticeship": 1, "study": 1, "looking": 1}
        )
        self.assertEqual(figures.rate("job", "apprenticeship", "study"), (4, 5))

    def test_by_training_and_sex(self):
        values = self.wave._figure_values()
        groups = {label: (rate, counts) for label, rate, counts in values["groups"]}
        # job, apprenticeship, study, looking, other
        self.assertEqual(groups[self.training_a.display_name], ("5 of 8", [2, 1, 1, 1, 0]))
        self.assertEqual(groups["Female"], ("2 of 2", [1, 0, 0, 1, 0]))
        self.assertEqual(groups["Male"], ("1 of 1", [1, 0, 0, 0, 0]))

    def test_three_years_and_nothing_under_twenty(self):
        # 2023: 14 leavers asked, 9 answered, 7 of them a job; 2022: 9 asked, 6 answered, 5 jobs
        for cohort, asked, answered, jobs in ((2023, 14, 9, 7), (2022, 9, 6, 5), (2021, 5, 5, 5)):
            leavers = self.env["bde.alumnus"].union(
                *(self.new_alumnus(f"N{cohort}x{i}", cohort=cohort) for i in range(asked))
            )
            lines = self.new_wave(cohort).ask_ids
            self.assertEqual(lines.alumnus_id, leavers)
            lines.write({"state": "sent"})
            for rank, line in enumerate(lines[:answered]):
                line._take_answers({"situation": "job" if rank < jobs else "looking"}, "link")
        three = self.wave._three_years()
        # 8 + 14 + 9 leavers, 5 + 9 + 6 answers, 2 + 7 + 5 jobs; 2021 is four years ago
        self.assertEqual((three.response, three.rate("job")), ((20, 31), (14, 20)))
        texts = dict((row[0], row[1:]) for row in self.wave._figure_values()["rows"])
        # 14 of 20: 70 %, Wilson from 48 to 85 %
        self.assertEqual(texts["Job"], ("2 of 5", "14 of 20 – 70 % (48 to 85 %)"))
        html = self.wave.figures
        self.assertIn("2 of 5", html)
        self.assertIn("1 objected", html)
        self.assertNotIn("2 of 5 –", html)

    def test_constant_queries(self):
        waves = self.wave
        for cohort in range(2000, 2012):
            self.new_alumnus(f"N{cohort}", cohort=cohort)
            waves |= self.new_wave(cohort)
        counts = []
        for some in (waves[:1], waves):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            some.mapped("response")
            some._figures()
            counts.append(self.env.cr.sql_log_count - start)
        self.assertEqual(counts[0], counts[1])

    @users("secretary_a")
    def test_home(self):
        self.gina.outcome_id.with_env(self.env).relation_id = False
        cards = {card["label"]: card for card in self.env["bde.home"]._home_cards()}
        # Gina's and Jules's employers are words; 5 answers, Paul's among them
        self.assertEqual(cards["Employers of former pupils to join"]["count"], 2)
        self.assertEqual(cards["Answers to the surveys that run"]["count"], 6)
        self.assertEqual(cards["Leavers to call"]["count"], 0)
