"""Staff of the same school, by RPC, on what is not theirs."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .quality_common import BAD, GOOD, QualityCase
from .test_claim import ClaimCase, photo
from .visit_common import VisitCase

SILENT = mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_access")


class ColleagueCase(VisitCase):
    """``colleague``: a teacher of another class of the school; ``second``: one of the class."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        users = cls.env["res.users"].create(
            [
                {
                    "name": name, "login": name, "company_id": cls.school_a.id,
                    "company_ids": [Command.set(cls.school_a.ids)],
                    "group_ids": [Command.set(cls.env.ref("base.group_user").ids)],
                }
                for name in ("colleague", "second")
            ]
        )  # fmt: skip
        cls.env["bde.membership"].create(
            [
                {"user_id": user.id, "company_id": cls.school_a.id, "role": "teacher",
                 "date_from": cls.year.date_start}
                for user in users
            ]
        )  # fmt: skip
        cls.colleague, cls.second = users
        cls.prof_c = cls.env["bde.teacher"].create(
            {"lastname": "Dupré", "firstname": "Zoé", "company_id": cls.school_a.id,
             "user_id": cls.colleague.id}
        )  # fmt: skip
        cls.prof_a2.user_id = cls.second


@tagged("post_install", "-at_install")
class TestHostileVisits(ColleagueCase):
    def test_a_visit_tells_nothing_of_a_pupil_of_others(self):
        """By a visit of his own a teacher would read where each pupil of the school is."""
        env = self.as_user(self.colleague)
        self.assertFalse(self.placement.with_env(env).has_access("read"))
        with self.assertRaises(AccessError), SILENT:
            env["bde.visit"].create(
                {"placement_id": self.placement.id, "teacher_id": self.prof_c.id,
                 "planned_on": self.start}
            )  # fmt: skip
        mine = self.new_placement(self.emma, host_id=self.employer.id, referent_id=self.prof_c.id)
        visit = env["bde.visit"].create({"placement_id": mine.id, "planned_on": self.start})
        with self.assertRaises(AccessError), SILENT:
            visit.placement_id = self.placement.id

    def test_a_colleague_who_was_asked_to_go_still_reads_and_reports(self):
        visit = self.new_visit(env=self.as_manager, teacher_id=self.prof_c.id)
        theirs = visit.with_env(self.as_user(self.colleague))
        self.assertEqual(theirs.student_name, self.placement.student_name)
        theirs.write({"with_student": True, "mood": "fine"})
        theirs.action_done()
        self.assertEqual(theirs.state, "done")

    def test_a_round_takes_no_visit_of_a_colleague(self):
        """The stops of a round become its teacher's: the referent would lose his visit."""
        visit = self.new_visit()
        env = self.as_user(self.second)
        self.assertTrue(visit.with_env(env).has_access("write"), "he teaches the class")
        values = {"teacher_id": self.prof_a2.id, "date": self.start}
        with self.assertRaises(AccessError), SILENT:
            env["bde.visit.round"].create(values | {"visit_ids": [Command.link(visit.id)]})
        one = env["bde.visit.round"].create(values)
        for road in (
            lambda: one.write({"visit_ids": [Command.link(visit.id)]}),
            lambda: visit.with_env(env).write({"round_id": one.id}),
            lambda: visit.with_env(env).write({"missed_reason": "He is never there"}),
        ):
            with self.assertRaises(AccessError), SILENT:
                road()
        self.assertEqual(visit.teacher_id, self.prof_a)
        self.assertEqual(visit.planned_on, self.start)


@tagged("post_install", "-at_install")
class TestHostileTraces(ColleagueCase):
    """What the verbs note of who said what is not erased by a write."""

    def test_absences(self):
        absence = self.env["bde.absence"].sudo().create(
            {"placement_id": self.placement.id, "date_from": self.start, "source": "student",
             "state": "contested", "contest_note": "Anne Duval: he never came"}
        )  # fmt: skip
        theirs = absence.with_env(self.as_user(self.second))
        for vals in (
            {"state": "confirmed"},
            {"source": "staff"},
            {"contest_note": False},
            {"declared_by": False},
        ):
            with self.subTest(vals), self.assertRaises(AccessError), SILENT:
                theirs.write(vals)
        self.assertEqual((absence.state, absence.source), ("contested", "student"))
        theirs.action_confirm()
        self.assertEqual(absence.decided_by_id, self.second)

    def test_incidents(self):
        incident = self.env["bde.incident"].with_env(self.as_teacher).create(
            {"placement_id": self.placement.id, "facts": "A cut", "outcome": "Seen to",
             "date": f"{self.start} 09:00:00"}
        )  # fmt: skip
        incident.action_declared()
        incident.action_close()
        for vals in ({"state": "open"}, {"closed_by_id": False}, {"declared_on": False}):
            with self.subTest(vals), self.assertRaises(AccessError), SILENT:
                incident.write(vals)
        self.assertEqual(incident.state, "closed")


@tagged("post_install", "-at_install")
class TestHostileReceipts(ClaimCase):
    def test_a_claim_takes_no_file_of_somebody_else(self):
        """A receipt is uploaded or was one: the name and bytes of other files are not read."""
        incident = self.env["bde.incident"].sudo().create(
            {"placement_id": self.placement.id, "facts": "A cut",
             "date": f"{self.start} 09:00:00"}
        )  # fmt: skip
        secret, server = self.env["ir.attachment"].sudo().create(
            [
                {"name": "declaration of Aline.pdf", "raw": photo(), "res_model": "bde.incident",
                 "res_id": incident.id},
                {"name": "server.txt", "raw": b"of the server alone"},
            ]
        )  # fmt: skip
        claim = self.claim()
        env = claim.env
        for file in (secret, server):
            with self.subTest(file.name):
                with self.assertRaises(AccessError), SILENT:
                    claim.write({"receipt_ids": [Command.link(file.id)]})
                with self.assertRaises(AccessError), SILENT:
                    claim.write({"receipt_ids": [Command.set(file.ids)]})
                with self.assertRaises(AccessError), SILENT:
                    self.claim(receipt=False, receipt_ids=[Command.link(file.id)], quantity=1)
        loose = env["ir.attachment"].create(
            {"name": "ticket.jpg", "raw": photo(), "res_model": "bde.claim", "res_id": 0}
        )
        claim.write({"receipt_ids": [Command.link(loose.id)]})
        self.assertEqual(loose.res_id, claim.id)
        self.assertEqual(len(claim.receipt_ids), 2)


@tagged("post_install", "-at_install")
class TestHostileRating(QualityCase):
    def dialog(self, user, view):
        env = self.as_user(user)
        wizard = env["bde.rating.wizard"].create({"placement_id": self.placement.id, "view": view})
        wizard.line_ids.value = str(GOOD)
        wizard.comment = "All was fine"
        return wizard

    def test_the_bureau_does_not_answer_in_the_place_of_who_answered(self):
        """What a pupil said by his link is his right (L124-4): a call does not replace it."""
        rating = self.rate(self.placement, BAD, comment="I swept the floor")
        with self.assertRaisesRegex(UserError, "himself"):
            self.dialog(self.manager_a, "student").action_save()
        self.assertEqual((rating.comment, rating.source), ("I swept the floor", "link"))
        self.assertEqual(rating.score, 0)

    def test_nor_in_the_place_of_the_referent(self):
        self.dialog(self.teacher_a, "referent").action_save()
        with self.assertRaisesRegex(UserError, "himself"):
            wizard = self.dialog(self.manager_a, "referent")
            wizard.line_ids.value = str(BAD)
            wizard.action_save()
        self.assertEqual(self.placement.rating_ids.score, 100)

    def test_what_was_told_by_telephone_is_corrected(self):
        self.dialog(self.manager_a, "student").action_save()
        wizard = self.dialog(self.secretary_a, "student")
        wizard.line_ids.value = str(BAD)
        wizard.action_save()
        rating = self.placement.rating_ids
        self.assertEqual((rating.score, rating.source), (0, "call"))
        # then he answers himself
        self.rate(self.placement, GOOD)
        self.assertEqual(rating.source, "link")


@tagged("post_install", "-at_install")
class TestHostileMoves(ColleagueCase):
    """A record is made where its author may, then moved to where he may not."""

    def evaluation(self, user, placement=None):
        start = self.as_user(user)["bde.evaluation.start"].create(
            {"placement_id": (placement or self.placement).id, "source": "call"}
        )
        number = start.action_begin()["url"].rpartition("/")[2]
        evaluation = self.as_user(user)["bde.evaluation"].browse(int(number))
        lines = evaluation._lines()
        evaluation._write_answers(lines, {line["key"]: "not_seen" for line in lines})
        return evaluation

    def placement_b(self):
        period = self.env["bde.period"].create(
            {"name": "PFMP B", "company_id": self.school_b.id, "date_start": self.start,
             "date_end": self.end, "division_ids": [Command.set(self.division_b.ids)]}
        )  # fmt: skip
        return self.env["bde.placement"].create(
            {"period_id": period.id, "schooling_id": self.farid.schooling_ids.id}
        )

    @SILENT
    def test_an_evaluation_goes_to_no_pupil_of_others(self):
        evaluation = self.evaluation(self.teacher_a)
        theirs = self.new_placement(self.emma, referent_id=self.prof_c.id)
        for target in (self.placement_b(), theirs):
            with self.assertRaises(AccessError if target == theirs else UserError):
                evaluation.placement_id = target.id
            with self.assertRaises(AccessError if target == theirs else UserError):
                evaluation.write({"placement_id": str(target.id)})
        self.assertEqual(evaluation.sudo().placement_id, self.placement)

    @SILENT
    def test_an_answer_goes_into_no_evaluation_of_others(self):
        """What a tutor handed in by his link gets no line from staff."""
        mine = self.evaluation(self.teacher_a)
        theirs = self.evaluation(self.manager_a, self.placement_adult)
        theirs.sudo().write({"source": "link", "person_ref": f"res.partner,{self.tutor.id}"})
        theirs._submit()
        count = len(theirs.answer_ids)
        theirs.sudo().answer_ids[:1].unlink()
        with self.assertRaises(AccessError):
            mine.answer_ids[:1].write({"evaluation_id": theirs.id})
        with self.assertRaises(AccessError):
            theirs.with_env(mine.env).write({"answer_ids": [Command.link(mine.answer_ids[:1].id)]})
        self.assertEqual(len(theirs.answer_ids), count - 1)

    @SILENT
    def test_a_line_goes_into_no_grid_of_the_academie(self):
        """What the académie hands down is judged at all its schools."""
        env = self.as_manager
        handed = env["bde.grid"].search([("company_id", "=", self.academy.id)], limit=1)
        self.assertTrue(handed)
        grid = env["bde.grid"].create({"name": "Ours", "company_id": self.school_a.id})
        item = env["bde.grid.item"].create({"grid_id": grid.id, "name": "Obeys"})
        scale = env["bde.grid.scale"].create({"grid_id": grid.id, "section": "attitude"})
        level = env["bde.grid.level"].create({"scale_id": scale.id, "name": "No"})
        for record, vals in (
            (item, {"grid_id": handed.id}),
            (scale, {"grid_id": handed.id}),
            (level, {"scale_id": handed.scale_ids[:1].id}),
        ):
            with self.subTest(record._name), self.assertRaises(UserError):
                record.write(vals)
        self.assertEqual(item.company_id, self.school_a)

    @SILENT
    def test_a_grid_that_was_answered_gets_no_line_from_another(self):
        env = self.as_manager
        answered = env["bde.grid"].create({"name": "Answered", "company_id": self.school_a.id})
        env["bde.grid.item"].create({"grid_id": answered.id, "name": "Works"})
        self.env["bde.evaluation"].sudo().create(
            {"placement_id": self.placement.id, "grid_id": answered.id}
        )
        other = env["bde.grid"].create({"name": "Other", "company_id": self.school_a.id})
        item = env["bde.grid.item"].create({"grid_id": other.id, "name": "Obeys"})
        with self.assertRaisesRegex(UserError, "answered this grid"):
            item.grid_id = answered

    @SILENT
    def test_nothing_moves_with_its_parent_into_another_school(self):
        """Legal representatives, schoolings, classes of teachers: each stays where it is."""
        guardianship = self.aline.guardianship_ids[:1]
        schooling = self.aline.schooling_ids
        teaching = self.env["bde.teaching"].search([("division_id", "=", self.division_a.id)])[:1]
        for record, vals in (
            (guardianship, {"student_id": self.farid.id}),
            (schooling, {"student_id": self.farid.id}),
            (teaching, {"division_id": self.division_b.id}),
        ):
            mine = record.with_env(self.as_manager)
            if not mine.has_access("write"):
                continue
            with self.subTest(record._name), self.assertRaises(UserError):
                mine.write(vals)
            self.assertEqual(record.company_id, self.school_a)


@tagged("post_install", "-at_install")
class TestHostileOracles(ColleagueCase):
    """Who reads a stay, and not what was said of it, learns nothing by searching and sorting."""

    @SILENT
    def test_searches(self):
        self.env["bde.incident"].with_env(self.as_teacher).create(
            {"placement_id": self.placement.id, "facts": "A cut of the hand",
             "date": f"{self.start} 09:00:00"}
        )  # fmt: skip
        self.env["bde.rating"].sudo().create(
            {"placement_id": self.placement.id, "view": "student", "person_ref": "x", "score": 3,
             "answers": {"tasks": 1}, "date": self.start, "company_id": self.school_a.id,
             "comment": "He shouts", "school_year_id": self.year.id}
        )  # fmt: skip
        self.env.flush_all()
        domains = [
            [("incident_ids", "!=", False)],
            [("incident_ids", "=", False)],
            [("incident_ids.facts", "ilike", "hand")],
            [("incident_ids", "any", [("kind", "=", "accident")])],
            [("incident_ids", "ilike", "accident")],
            [("rating_ids", "!=", False)],
            [("rating_ids", "=", False)],
            [("rating_ids.comment", "ilike", "shouts")],
            [("rating_ids", "any", [("score", "<", 10)])],
            [("rating_ids", "not any", [("score", "<", 10)])],
            [("rating_ids", "any!", [("score", "<", 10)])],
        ]
        number = self.env["bde.incident"].sudo().search([]).ids
        domains += [[("incident_ids", "in", number)], [("incident_ids", "not in", number)]]
        for user in (self.second, self.school_life_a, self.intendance_a):
            Placement = self.as_user(user)["bde.placement"]
            everything = Placement.search([])
            self.assertIn(self.placement, everything, user.login)
            for domain in domains:
                with self.subTest(user=user.login, domain=domain):
                    try:
                        found = Placement.search(domain)
                    except (AccessError, UserError, ValueError):
                        continue
                    # all or none: nothing tells this stay from the others
                    self.assertIn(len(found), (0, len(everything)))
            for spec in (["rating_ids:count"], ["rating_ids:array_agg"]):
                try:
                    groups = Placement.formatted_read_group([], ["id"], spec)
                except (AccessError, UserError, ValueError, KeyError):
                    continue
                values = {str(group[spec[0]]) for group in groups}
                self.assertEqual(len(values), 1, f"{user.login}: {groups}")

        pointing = {
            f"{name}.{field.name}"
            for name, model in self.env.registry.models.items()
            for field in model._fields.values()
            if field.comodel_name in ("bde.incident", "bde.rating") and field.type == "one2many"
        }
        self.assertEqual(pointing, {"bde.placement.incident_ids", "bde.placement.rating_ids"})
        mine = self.as_teacher["bde.placement"].search([("incident_ids", "!=", False)])
        self.assertEqual(mine, self.placement, "the referent finds his own")


@tagged("post_install", "-at_install")
class TestHeadWhoLeft(ColleagueCase):
    """The head has moved to another school; the académie has not yet named the new one."""

    def setUp(self):
        super().setUp()
        self.go_to(self.day(1))
        self.after = self.env["res.users"].create(
            {
                "name": "New Head", "login": "new_head", "email": "new_head@ac-test.example",
                "company_id": self.school_a.id,
                "company_ids": [Command.set(self.school_a.ids)],
                "group_ids": [Command.set(self.env.ref("base.group_user").ids)],
            }
        )  # fmt: skip
        old = self.env["bde.membership"].search(
            [("user_id", "=", self.head_a.id), ("role", "=", "head")]
        )
        self.env["bde.membership"].create(
            [
                {"user_id": user.id, "company_id": school.id, "role": "head",
                 "date_from": self.year.date_start}
                for user, school in ((self.after, self.school_a), (self.head_a, self.school_c))
            ]
        )  # fmt: skip
        old.sudo().action_revoke()
        self.assertEqual(self.school_a.head_id, self.head_a, "still named")
        self.before = self.env["mail.mail"].sudo().search([])

    def sent(self):
        """Addresses of what left since."""
        mails = self.env["mail.mail"].sudo().search([]) - self.before
        return " ".join(mails.mapped("email_to"))

    @SILENT
    def test_what_a_pupil_tells_reaches_who_is_there(self):
        Report = self.env["bde.harm.report"]
        Report._receive(self.placement, "He touches me", "", "student", "Aline")
        report = Report.sudo().search([])
        self.assertIn("new_head@", self.sent())
        self.assertNotIn("head_a@", self.sent())
        theirs = report.with_env(self.as_user(self.after))
        self.assertEqual(theirs.facts, "He touches me")
        self.assertTrue(theirs.may_follow)
        theirs.action_follow()
        gone = self.as_user(self.head_a)
        self.assertFalse(gone["bde.harm.report"].search([]))
        with self.assertRaises(AccessError):
            report.with_env(gone).read(["facts"])

    def test_no_letter_names_a_pupil_to_who_is_gone(self):
        self.env["bde.incident"].with_env(self.as_teacher).create(
            {"placement_id": self.placement.id, "facts": "A cut",
             "date": f"{self.start} 09:00:00"}
        )  # fmt: skip
        self.report(alert="urgent", text="He is never there")
        self.assertIn("new_head@", self.sent())
        self.assertNotIn("head_a@", self.sent())

    @SILENT
    def test_once_the_new_one_is_named_he_alone_reads(self):
        Report = self.env["bde.harm.report"]
        Report._receive(self.placement, "He touches me", "", "student", "Aline")
        other = self.as_user(self.after)
        self.assertTrue(other["bde.harm.report"].search([]))
        self.env["bde.membership"].create(
            {"user_id": self.manager_a.id, "company_id": self.school_a.id, "role": "head",
             "date_from": self.year.date_start}
        )  # fmt: skip
        self.assertTrue(self.as_user(self.manager_a)["bde.harm.report"].search([]))
        self.school_a.head_id = self.after
        self.assertTrue(other["bde.harm.report"].search([]))
        self.assertFalse(self.as_user(self.manager_a)["bde.harm.report"].search([]))


@tagged("post_install", "-at_install")
class TestHostileFollowers(ColleagueCase):
    """Who follows a record by mail still reads it."""

    def told(self, incident):
        """Who is told of a message that the bureau writes there."""
        message = incident.with_env(self.as_manager).message_post(
            body="The family was here", subtype_xmlid="mail.mt_comment"
        )
        return message.sudo().notified_partner_ids

    def test_a_former_referent_hears_no_more(self):
        incident = self.env["bde.incident"].with_env(self.as_teacher).create(
            {"placement_id": self.placement.id, "facts": "A cut",
             "date": f"{self.start} 09:00:00"}
        )  # fmt: skip
        teacher = self.teacher_a.partner_id
        self.assertIn(teacher, incident.sudo().message_partner_ids)
        self.assertIn(teacher, self.told(incident))
        self.placement.sudo().referent_id = self.prof_c
        self.env.flush_all()
        self.assertFalse(incident.with_env(self.as_teacher).has_access("read"))
        self.assertNotIn(teacher, self.told(incident))

    def test_nor_who_has_left(self):
        incident = self.env["bde.incident"].with_env(self.as_teacher).create(
            {"placement_id": self.placement.id, "facts": "A cut",
             "date": f"{self.start} 09:00:00"}
        )  # fmt: skip
        self.assertIn(self.teacher_a.email, self.placement.sudo()._staff_readers())
        self.env["bde.membership"].search([("user_id", "=", self.teacher_a.id)]).action_revoke()
        self.assertFalse(self.teacher_a.active)
        self.assertNotIn(self.teacher_a.partner_id, self.told(incident))
        stay = self.placement.sudo()
        self.assertEqual(stay.referent_id, self.prof_a, "not replaced yet")
        self.assertNotIn(self.teacher_a.email, stay._staff_readers())
