"""Names of pupils and guardians that people try to get by: tests of a hostile review."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .convention_common import ConventionCase

NAME = {"fields": {"display_name": {}}}


@tagged("post_install", "-at_install")
class TestHostileNames(ConventionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.placement_emma = cls.new_placement(cls.emma)

    def refused(self, function, *names):
        with self.assertRaises(UserError) as refusal:
            function()
        for name in ("DUPONT", "Dupont", *names):
            self.assertNotIn(name, str(refusal.exception))

    def test_forms_tell_no_name_of_a_record_that_one_may_not_read(self):
        """onchange computes related fields in sudo, for ids that the client chooses."""
        manager_b, teacher_a = self.as_user(self.manager_b), self.as_user(self.teacher_a)
        schooling = self.emma.schooling_ids
        for env, model, values in (
            (manager_b, "bde.placement", {"schooling_id": schooling.id}),
            (manager_b, "bde.hosting", {"placement_id": self.placement.id}),
            (manager_b, "bde.guardianship", {"guardian_id": self.mother.id}),
            (teacher_a, "bde.hosting", {"placement_id": self.placement_emma.id}),
        ):
            spec = {"student_id" if model != "bde.guardianship" else "display_name": NAME}
            with self.subTest(model=model, user=env.user.login):
                form = env[model]
                self.refused(lambda f=form, v=values, s=spec: f.onchange(dict(v), list(v), s))
                defaults = {f"default_{name}": value for name, value in values.items()}
                form = form.with_context(**defaults)
                self.refused(lambda f=form, s=spec: f.onchange({}, [], s))

    def test_forms_of_lines_tell_no_name_either(self):
        division = self.division_b.with_env(self.as_user(self.manager_b))
        self.refused(
            lambda: division.env["bde.student"].onchange(
                {"guardianship_ids": [[0, "virtual_1", {"guardian_id": self.mother.id}]]},
                ["guardianship_ids"],
                {"guardianship_ids": {"fields": {"guardian_id": NAME}}},
            )
        )

    def test_forms_of_one_s_own_records_work(self):
        for user in (self.secretary_a, self.teacher_a):
            env = self.as_user(user)
            values = {"placement_id": self.placement.id}
            result = env["bde.hosting"].onchange(values, ["placement_id"], {"student_id": NAME})
            self.assertEqual(result["value"]["student_id"]["id"], self.aline.id)

    def test_activities_and_messages_name_nothing(self):
        """Their models are core's and everybody writes them, correspondents too."""
        for user in (self.correspondent, self.bde_admin, self.manager_b, self.teacher_a):
            env = self.as_user(user)
            for record in (self.emma, self.mother, self.placement_emma):
                by_id = {"res_model_id": self.env["ir.model"]._get_id(record._name)}
                target = {"res_id": record.id}
                with self.subTest(user=user.login, model=record._name):
                    for values in (by_id | target, {"res_model": record._name} | target):
                        self.refused(
                            lambda e=env, v=values: e["mail.activity"].onchange(
                                dict(v), ["res_id"], {"res_name": {}}
                            )
                        )
                    message = {"model": record._name} | target
                    self.refused(
                        lambda e=env, v=message: e["mail.message"].onchange(
                            dict(v), ["res_id"], {"record_name": {}}
                        )
                    )
                    free = env["mail.activity"].create({"summary": "x", "user_id": user.id})
                    self.refused(lambda f=free, v=by_id | target: f.write(v))

    def test_refused_link_between_schools_names_nothing(self):
        env = self.as_user(self.manager_b)
        self.refused(
            lambda: env["bde.guardianship"].create(
                {"student_id": self.farid.id, "guardian_id": self.mother.id, "legal_rank": "0"}
            ),
            "Sophie",
        )

    def test_report_of_a_batch_is_its_author_s(self):
        env, other = self.as_user(self.manager_a), self.as_user(self.manager_b)
        stopped = {self.placement: ["no mail of the mother"]}
        action = env["bde.convention.report"]._open(env["bde.convention"], stopped)
        report = env["bde.convention.report"].browse(action["res_id"])
        self.assertEqual(report.line_ids.student_name, self.aline.name)
        self.assertFalse(other["bde.convention.report.line"].search([]))
        self.assertFalse(other["bde.convention.report"].search([]))
        with self.assertRaises(AccessError):
            other["bde.convention.report"].create(
                {"line_ids": [Command.create({"placement_id": self.placement.id, "reason": "x"})]}
            )


@tagged("post_install", "-at_install")
class TestHostilePreview(ConventionCase, HttpCase):
    @mute_logger("odoo.http")
    def test_preview_of_a_placement_names_guardians_to_the_bureau_alone(self):
        template = self.env["bde.document.template"].search(
            [("company_id", "=", self.academy.id), ("kind", "=", "pfmp")], limit=1
        )
        path = f"/bde/template/{template.id}/preview"
        for login in ("teacher_a", "school_life_a", "intendance_a"):
            self.authenticate(login, login)
            self.placement.with_env(self.as_user(self.cast[login])).check_access("read")
            response = self.url_open(f"{path}?placement_id={self.placement.id}")
            self.assertEqual(response.status_code, 403, login)
