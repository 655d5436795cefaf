"""The evaluation at the end of a stay: by link, on the telephone, at the visit."""

import re
from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .test_stay import StayCase


class EvaluationCase(StayCase):
    """The tutor Yves Rabot answers about Boris; the day is the last one of the stay."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Grid = cls.env["bde.grid"]
        cls.formative, cls.own_view = (
            Grid.search([("company_id", "=", cls.academy.id), ("kind", "=", kind)])
            for kind in ("formative", "self")
        )
        cls.boris_stay = cls.placement_adult
        cls.certifying = Grid.create(
            {
                "name": "CCF MELEC",
                "kind": "certifying",
                "company_id": cls.academy.id,
                "cfd_codes": "40025521",
                "scale_ids": [
                    Command.create(
                        {
                            "section": "competence",
                            "level_ids": [
                                Command.create({"sequence": n, "name": f"{n}/3"}) for n in (1, 2, 3)
                            ],
                        }
                    )
                ],
                "item_ids": [
                    Command.create({"section": "competence", "code": "C9", "name": "Mesurer"})
                ],
            }
        )

    def setUp(self):
        super().setUp()
        self.go_to(self.end)

    def lines(self, grid=None, placement=None):
        return (placement or self.boris_stay)._evaluation_lines(grid or self.formative)

    def answers(self, level=0, grid=None, **vals):
        """A complete form: the same level on every line."""
        form = {line["key"]: line["levels"][level][0] for line in self.lines(grid)}
        return {"author": "Yves Rabot", "step": "submit", **form, **vals}

    def evaluations(self, view="tutor"):
        self.boris_stay.invalidate_recordset()
        return self.boris_stay.evaluation_ids.filtered(lambda one: one.view == view)


def taps(page):
    """How many buttons of levels a page shows; other sections have theirs."""
    return len(re.findall(r'name="(?:line|act)_\d+"', page))


@tagged("post_install", "-at_install")
class TestEvaluationPage(EvaluationCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.authenticate(None, None)
        _link, path = self.link(self.tutor)
        self.page_url = f"{path}/{self.adult.uuid}"
        self.url = f"{self.page_url}/evaluation"

    def test_lines_are_those_of_the_grid_and_of_the_convention(self):
        names = [(line["section"], line["name"]) for line in self.lines()]
        self.assertEqual(len(names), 9)
        self.assertEqual(names[0], ("attitude", "Habileté professionnelle"))
        self.assertEqual(names[6], ("competence", "Analyser"))
        self.assertEqual(
            {name for section, name in names if section == "activity"},
            {"Poser une goulotte", "Câbler un tableau"},
        )
        page = self.url_open(self.page_url).text
        # five levels and "not seen" for six attitudes, three and one for the rest
        self.assertEqual(taps(page), 6 * 6 + 3 * 4)
        self.assertIn("Non vu", page)

    def test_handed_in(self):
        self.assertEqual(self.boris_stay._evaluation_state(), "none")
        page = self.url_open(self.url, data=self.answers(appreciation="Sérieux <b>"))
        self.assertEqual(page.status_code, 200)
        [evaluation] = self.evaluations()
        self.assertEqual(evaluation.state, "submitted")
        self.assertEqual(evaluation.source, "link")
        self.assertEqual(len(evaluation.answer_ids), 9)
        self.assertEqual(evaluation.answer_ids[0].level_id.name, "Insuffisant")
        self.assertEqual(evaluation.school_year_id, self.boris_stay.school_year_id)
        self.assertEqual(self.boris_stay._evaluation_state(), "submitted")
        self.assertEqual(self.placement._evaluation_state(), "none", "that of Aline")
        self.assertNotIn("Sérieux <b>", page.text)
        # the second time corrects the same one
        self.url_open(self.url, data=self.answers(1))
        [again] = self.evaluations()
        self.assertEqual(again, evaluation)
        self.assertEqual(again.answer_ids[0].level_id.name, "Fragile")
        self.assertTrue(again.changed_on)

    def test_not_seen_is_an_answer(self):
        form = dict.fromkeys(self.answers(), "not_seen") | {"author": "Yves", "step": "submit"}
        self.assertEqual(self.url_open(self.url, data=form).status_code, 200)
        [evaluation] = self.evaluations()
        self.assertEqual(evaluation.state, "submitted")
        self.assertTrue(all(evaluation.answer_ids.mapped("not_seen")))
        self.assertFalse(evaluation.answer_ids.level_id)

    def test_draft_is_kept_and_shown_again(self):
        first, second = self.lines()[:2]
        level = first["levels"][2][0]
        form = {"author": "Yves Rabot", "step": "draft", first["key"]: level}
        page = self.url_open(self.url, data=form)
        self.assertEqual(page.status_code, 200)
        self.assertEqual(self.evaluations().state, "draft")
        self.assertEqual(self.boris_stay._evaluation_state(), "draft")
        shown = self.url_open(self.page_url).text
        self.assertRegex(shown, rf'name="{first["key"]}" value="{level}" checked')
        self.assertNotRegex(shown, rf'name="{second["key"]}" value="\w+" checked')

    def test_missing_lines_are_named_and_the_rest_is_kept(self):
        form = self.answers()
        missing = self.lines()[3]["key"]
        del form[missing]
        page = self.url_open(self.url, data=form)
        self.assertEqual(page.status_code, 422)
        self.assertEqual(re.findall(r'id="(\w+)_error"', page.text), [missing])
        [evaluation] = self.evaluations()
        self.assertEqual(evaluation.state, "draft")
        self.assertEqual(len(evaluation.answer_ids), 8)

    def test_a_correction_with_a_hole_leaves_what_the_school_has(self):
        self.url_open(self.url, data=self.answers())
        form = self.answers(1)
        del form[self.lines()[0]["key"]]
        self.assertEqual(self.url_open(self.url, data=form).status_code, 422)
        [evaluation] = self.evaluations()
        self.assertEqual(evaluation.answer_ids[1].level_id.name, "Insuffisant")

    def test_forged_values_and_long_texts(self):
        other = self.certifying.scale_ids.level_ids[0].id
        form = self.answers() | {self.lines()[0]["key"]: str(other)}
        self.assertEqual(self.url_open(self.url, data=form).status_code, 422)
        self.assertFalse(self.evaluations().filtered(lambda one: one.state == "submitted"))
        page = self.url_open(self.url, data=self.answers(appreciation="x" * 2001))
        self.assertEqual(page.status_code, 422)
        self.assertIn("appreciation_error", page.text)
        page = self.url_open(self.url, data=self.answers(author=" "))
        self.assertIn("author_error", page.text)

    def test_two_tutors_side_by_side(self):
        self.url_open(self.url, data=self.answers())
        self.url_open(self.url, data=self.answers(2, author="Léa Scie"))
        self.assertEqual(len(self.evaluations()), 2)
        table = self.boris_stay.with_user(self.manager_a).evaluation_table
        for text in ("Yves Rabot", "Léa Scie", "Insuffisant", "Convenable"):
            self.assertIn(text, table)

    def test_a_host_does_not_answer_about_anothers_trainee(self):
        """Neither a tutor of another company nor the pupil himself, whose own view is another."""
        stranger = self.new_contact(
            "Luc Autre", email="luc@other.example", bde_signatory=False, bde_tutor=True
        )
        path = self.link(stranger)[1]
        answer = self.url_open(f"{path}/{self.adult.uuid}/evaluation", data=self.answers())
        self.assertEqual(answer.status_code, 404)
        path = self.link(self.aline)[1]
        answer = self.url_open(f"{path}/{self.adult.uuid}/evaluation", data=self.answers())
        self.assertEqual(answer.status_code, 404)
        self.assertFalse(self.boris_stay.evaluation_ids)

    def test_not_before_the_last_week_nor_after_closing(self):
        self.go_to(self.boris_stay.date_end - timedelta(days=8))
        self.assertFalse(taps(self.url_open(self.page_url).text))
        self.assertEqual(self.url_open(self.url, data=self.answers()).status_code, 422)
        self.assertFalse(self.evaluations())
        self.go_to(self.boris_stay.date_end - timedelta(days=7))
        self.assertEqual(self.url_open(self.url, data=self.answers()).status_code, 200)
        self.adult.document_id._set_state("closed")
        self.assertFalse(taps(self.url_open(self.page_url).text))
        self.url_open(self.url, data=self.answers(1))
        self.assertEqual(self.evaluations().answer_ids[0].level_id.name, "Insuffisant")

    def test_the_boss_is_asked_only_when_nobody_reaches_the_tutor(self):
        _link, path = self.link(self.boss)
        self.assertFalse(taps(self.url_open(f"{path}/{self.adult.uuid}").text))
        self.tutor.write({"email": False, "phone": False})
        self.assertTrue(taps(self.url_open(f"{path}/{self.adult.uuid}").text))
        self.url_open(f"{path}/{self.adult.uuid}/evaluation", data=self.answers(author="Anne"))
        self.assertEqual(self.evaluations().author, "Anne")

    def test_self_evaluation_is_the_pupils(self):
        _link, path = self.link(self.boris)
        url = f"{path}/{self.adult.uuid}"
        self.assertTrue(taps(self.url_open(url).text))
        form = self.answers(grid=self.own_view)
        page = self.url_open(f"{url}/evaluation", data=form)
        self.assertEqual(page.status_code, 200)
        [own] = self.evaluations("self")
        self.assertEqual((own.author, own.state), (self.boris.name, "submitted"))
        self.assertFalse(self.evaluations(), "it is no evaluation by the tutor")
        self.assertEqual(self.boris_stay._evaluation_state(), "none")
        self.assertEqual(self.boris_stay.self_evaluation_state, "submitted")
        # another pupil, by his own link
        _link, path = self.link(self.aline)
        self.assertEqual(
            self.url_open(f"{path}/{self.adult.uuid}/evaluation", data=form).status_code, 404
        )


@tagged("post_install", "-at_install")
class TestEvaluationStaff(EvaluationCase, HttpCase):
    def begin(self, user, **vals):
        return (
            self.as_user(user)["bde.evaluation.start"]
            .with_company(self.school_a)
            .create({"placement_id": self.boris_stay.id, **vals})
        )

    def test_a_call_is_noted(self):
        wizard = self.begin(self.secretary_a, source="call")
        self.assertEqual(wizard.grid_id, self.formative)
        self.assertEqual(wizard.author, "Yves Rabot")
        url = wizard.action_begin()["url"]
        self.authenticate("secretary_a", "secretary_a")
        page = self.url_open(url)
        self.assertEqual(taps(page.text), 6 * 6 + 3 * 4)
        token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
        form = self.answers(csrf_token=token)
        del form[self.lines()[0]["key"]]
        self.assertEqual(self.url_open(url, data=form).status_code, 422)
        self.assertEqual(len(self.evaluations().answer_ids), 8, "kept all the same")
        form = self.answers(csrf_token=token)
        self.url_open(url, data=form, allow_redirects=False)
        [evaluation] = self.evaluations()
        self.assertEqual(
            (evaluation.state, evaluation.source, evaluation.user_id),
            ("submitted", "call", self.secretary_a),
        )
        # begun again, it is another answer; the one there is corrected by its button
        theirs = evaluation.with_user(self.secretary_a)
        with self.assertRaises(UserError):
            theirs.appreciation = "typed over"
        theirs.action_reopen()
        theirs.appreciation = "corrected"

    def test_certifying_grid_is_the_teachers_with_the_tutor(self):
        self.certifying.with_user(self.bde_admin).action_use()
        wizard = self.begin(self.teacher_a, source="visit")
        self.assertEqual(wizard.grid_id, self.certifying)
        self.assertIn(self.formative, wizard.choice_ids)
        self.assertNotIn(self.certifying, self.begin(self.teacher_a, source="call").choice_ids)
        number = int(wizard.action_begin()["url"].rpartition("/")[2])
        evaluation = self.env["bde.evaluation"].browse(number)
        self.assertEqual(evaluation.view, "teacher")
        self.assertEqual([line["name"] for line in evaluation._lines()], ["Mesurer"])
        theirs = evaluation.with_user(self.teacher_a)
        self.assertTrue(theirs._take_form({"step": "submit", "author": "P. Ampoule, Y. Rabot"}))
        self.assertEqual(theirs.state, "draft")
        self.assertFalse(theirs._take_form(self.answers(grid=self.certifying)))
        self.assertEqual(theirs.state, "submitted")
        self.assertEqual(self.boris_stay._evaluation_state(), "submitted")
        with self.assertRaises(ValidationError):
            self.env["bde.evaluation"].create(
                {
                    "placement_id": self.boris_stay.id,
                    "grid_id": self.certifying.id,
                    "view": "teacher",
                    "source": "link",
                }
            )

    def test_draft_goes_on(self):
        first = self.begin(self.teacher_a, source="visit").action_begin()
        again = self.begin(self.teacher_a, source="visit")
        self.assertTrue(again.begun_id)
        self.assertEqual(first, again.action_begin())

    def test_words_of_a_tutor_are_his(self):
        evaluation = self.boris_stay.sudo()._evaluation_by_link("tutor", "tutor", "Yves Rabot")
        evaluation._write_answers(self.lines(), self.answers())
        evaluation._submit()
        theirs = evaluation.with_user(self.manager_a)
        for act in (
            lambda: theirs.write({"appreciation": "typed over"}),
            lambda: theirs.answer_ids[0].write({"not_seen": True, "level_id": False}),
            lambda: theirs.answer_ids.unlink(),
            lambda: theirs.action_reopen(),
            lambda: theirs.write({"state": "draft"}),
            lambda: theirs.create(
                {
                    "placement_id": self.boris_stay.id,
                    "grid_id": self.formative.id,
                    "source": "link",
                }
            ),
        ):
            with self.assertRaises(AccessError):
                act()
        with self.assertRaises(UserError):
            theirs.unlink()

    def test_set_aside_and_taken_back(self):
        evaluation = self.boris_stay.sudo()._evaluation_by_link("tutor", "tutor", "Yves Rabot")
        evaluation._submit()
        wizard = self.as_user(self.secretary_a)["bde.evaluation.aside"].create(
            {"evaluation_ids": [Command.set(evaluation.ids)], "reason": "about Aline"}
        )
        wizard.action_apply()
        self.assertEqual(self.boris_stay._evaluation_state(), "none")
        self.assertFalse(self.evaluations())
        # the tutor answers again
        again = self.boris_stay.sudo()._evaluation_by_link("tutor", "tutor", "Yves Rabot")
        self.assertNotEqual(again, evaluation)
        again.unlink()
        evaluation.with_user(self.secretary_a).action_take_back()
        self.assertEqual(self.boris_stay._evaluation_state(), "submitted")
        with self.assertRaises(AccessError):
            evaluation.with_user(self.teacher_a)._set_aside("no")

    def test_who_reads(self):
        evaluation = self.boris_stay.sudo()._evaluation_by_link("tutor", "tutor", "Yves Rabot")
        for user, may in (
            (self.teacher_a, True),
            (self.secretary_a, True),
            (self.head_a, True),
            (self.school_life_a, False),
            (self.intendance_a, False),
            (self.manager_b, False),
            (self.correspondent, False),
        ):
            with self.subTest(user=user.login):
                self.assertEqual(evaluation.with_user(user).has_access("read"), may)
        self.prof_a.user_id = False
        self.assertFalse(evaluation.with_user(self.teacher_a).has_access("read"))
        self.authenticate("teacher_b", "teacher_b")
        self.assertEqual(self.url_open(f"/bde/evaluation/{evaluation.id}").status_code, 404)


@tagged("post_install", "-at_install")
class TestEvaluationLetters(EvaluationCase):
    def asked(self):
        """(pupil, role, kind) of today."""
        asks = self.school()._evaluation_asks(self.school_a, self.school_a._bde_today())
        return {(ask.placement.student_id.firstname, ask.role, ask.kind) for ask in asks}

    def test_day_before_then_three_and_ten_days_after(self):
        end = self.boris_stay.date_end
        for days, kind in ((-2, None), (-1, "end"), (0, "end"), (3, "end_3"), (10, "end_10")):
            with self.subTest(days=days):
                self.go_to(end + timedelta(days=days))
                expected = {
                    (name, role, kind)
                    for name in ("Aline", "Boris", "Chloé")
                    for role in ("tutor", "student")
                    if kind
                }
                self.assertEqual(self.asked(), expected)
        self.go_to(end + timedelta(days=31))
        self.assertFalse(self.asked())

    def test_none_for_what_is_done(self):
        self.boris_stay.sudo()._evaluation_by_link("tutor", "tutor", "Yves Rabot")._submit()
        asked = self.asked()
        self.assertNotIn(("Boris", "tutor", "end"), asked)
        self.assertIn(("Boris", "student", "end"), asked)
        self.assertIn(("Aline", "tutor", "end"), asked)

    def test_written_once(self):
        mails = self.catch_mails()
        self.school()._write_school(self.school_a)
        written = len(mails)
        self.assertTrue(written)
        self.school()._write_school(self.school_a)
        self.assertEqual(len(mails), written)

    def test_constant_queries(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            found = self.school()._evaluation_asks(self.school_a, self.school_a._bde_today())
            return len(found), self.env.cr.sql_log_count - start

        count()  # fills what a worker keeps
        six, queries = count()
        for placement in self.placements[1:]:
            for role, view in (("tutor", "tutor"), ("student", "self")):
                placement.sudo()._evaluation_by_link(view, role, "X")._submit()
        two, fewer = count()
        self.assertEqual((six, two), (6, 2))
        self.assertEqual(queries, fewer)
