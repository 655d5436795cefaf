"""What comes with core's surveys is granted to nobody of a school, and given back on removal."""

from odoo.tests import tagged

from ..hooks import NOT_GRANTED, NOT_RUN, uninstall_hook
from .survey_common import SurveyCase


@tagged("post_install", "-at_install")
class TestSurveyCore(SurveyCase):
    def test_badges_and_goals_are_granted_to_administrators_alone(self):
        lines = self.env["ir.model.access"].search([("model_id.model", "=like", "gamification.%")])
        granted = lines.filtered(lambda line: line.perm_read).group_id
        allowed = self.env["res.groups"].union(
            *(self.env.ref(f"base.group_{name}") for name in ("erp_manager", "system")),
            *(self.env.ref(f"survey.group_survey_{name}") for name in ("user", "manager")),
        )
        self.assertFalse(granted - allowed)

    def test_no_role_reads_the_surveys_of_core(self):
        for login in ("secretary_a", "manager_a", "head_a", "teacher_a", "bde_admin"):
            user = self.env["res.users"].search([("login", "=", login)])
            for model in ("survey.survey", "survey.user_input", "gamification.badge",
                          "gamification.goal", "gamification.challenge"):  # fmt: skip
                self.assertFalse(self.env(user=user)[model].has_access("read"), (login, model))

    def test_the_wall_stands_all_the_same(self):
        """Somebody whom an administrator makes an officer of surveys stays in his schools."""
        self.line(self.gina)._take_answers({"situation": "job"}, "link")
        kept = self.line(self.gina).input_ids
        for login, seen in (("manager_a", kept), ("manager_b", kept.browse())):
            user = self.env["res.users"].search([("login", "=", login)])
            user.group_ids += self.env.ref("survey.group_survey_user")
            own = self.as_user(user)["survey.user_input"].search([("id", "in", kept.ids)])
            self.assertEqual(own.ids, seen.ids, login)
            lines = self.as_user(user)["survey.user_input.line"]
            found = lines.search([("id", "in", kept.user_input_line_ids.ids)])
            self.assertEqual(found.ids, seen.user_input_line_ids.ids, login)

    def test_removal_gives_them_back(self):
        records = [self.env.ref(xmlid) for xmlid in (*NOT_GRANTED, *NOT_RUN)]
        self.assertFalse(any(record.active for record in records))
        uninstall_hook(self.env)
        self.assertTrue(all(record.active for record in records))
