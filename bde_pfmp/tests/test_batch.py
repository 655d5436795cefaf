import io
import zipfile

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.bde_partnerships.models import bde_batch_mixin

from .convention_common import ConventionCase


@tagged("post_install", "-at_install")
class TestConventionBatch(ConventionCase):
    """A class is made, sent, reminded and printed in one go, with what each pupil lacks."""

    def run_jobs(self):
        with self.enter_registry_test_mode():
            self.env.ref("bde_partnerships.ir_cron_batch_1").method_direct_trigger()
        self.env.invalidate_all()

    def batch_of(self, action):
        self.assertEqual(action["res_model"], "bde.batch")
        return self.env["bde.batch"].browse(action["res_id"])

    def started(self, verb, records):
        return self.batch_of(records.with_env(self.as_manager)._start_batch(verb))

    def few(self):
        """Two records are many."""
        self.patch(bde_batch_mixin, "BATCH_FROM", 2)

    def as_button(self, records):
        return records.with_env(self.as_manager).with_context(bde_batch=True)

    def test_makes_what_is_ready_and_says_what_the_others_lack(self):
        self.placement_adult.tutor_id = False
        batch = self.started("make", self.placements)
        self.run_jobs()
        self.assertEqual((batch.done_count, batch.failed_count), (2, 1))
        failed = batch.failed_line_ids
        self.assertEqual(failed.res_id, self.placement_adult.id)
        self.assertIn("To complete", failed.message)
        self.assertEqual(failed.label, self.placement_adult.student_name)
        self.assertEqual(failed.group_label, self.placement_adult.division_id.name)
        self.assertFalse(self.placement_adult.convention_id)
        self.placement_adult.tutor_id = self.tutor
        batch.with_env(self.as_manager).action_retry()
        self.run_jobs()
        self.assertEqual((batch.state, batch.done_count), ("done", 3))

    def test_what_is_out_is_not_made_again(self):
        self.make().with_env(self.as_manager).action_send()
        batch = self.started("make", self.placements)
        self.run_jobs()
        self.assertEqual(batch.skipped_count, 3)

    def test_sends_and_says_who_cannot_be_reached(self):
        self.make()
        self.mother.email = self.father.phone = False
        batch = self.started("send", self.placements.convention_id)
        self.run_jobs()
        self.assertEqual((batch.done_count, batch.failed_count), (2, 1))
        self.assertIn("Neither e-mail nor phone", batch.failed_line_ids.message)
        self.assertEqual(self.placement.convention_id.state, "to_check")

    def test_placements_stand_for_their_conventions(self):
        batch = self.started("send", self.placements)
        self.run_jobs()
        self.assertEqual(batch.failed_count, 3)
        self.assertIn("no convention yet", batch.line_ids[0].message)
        self.make()
        self.started("send", self.placements)
        self.run_jobs()
        self.assertEqual(set(self.placements.convention_id.mapped("state")), {"to_sign"})
        batch = self.started("remind", self.placements)
        self.run_jobs()
        self.assertEqual(batch.skipped_count, 3)

    def test_buttons_of_lists_start_a_batch_for_many_alone(self):
        self.few()
        two, all_three = self.placements[:2], self.placements
        self.assertNotEqual(self.as_button(two).action_make_conventions()["res_model"], "bde.batch")
        in_code = all_three.with_env(self.as_manager).action_make_conventions()
        self.assertNotEqual(in_code["res_model"], "bde.batch")
        batch = self.batch_of(self.as_button(all_three).action_make_conventions())
        self.assertEqual((batch.verb, batch.total_count), ("make", 3))
        conventions = all_three.convention_id
        self.assertEqual(self.batch_of(self.as_button(conventions).action_send()).verb, "send")
        self.assertEqual(
            self.batch_of(self.as_button(conventions).action_make_again()).verb, "make"
        )
        self.run_jobs()
        self.assertEqual(set(conventions.mapped("state")), {"to_sign"})
        self.assertEqual(self.batch_of(self.as_button(conventions).action_remind()).verb, "remind")
        self.batch_of(self.as_button(self.placement.period_id).action_remind_signers())

    def wizard(self, records):
        action = records.with_env(self.as_manager).action_open_batch()
        return self.env["bde.batch.wizard"].with_env(self.as_manager).browse(action["res_id"])

    def test_wizard_counts_what_is_left_for_a_period(self):
        period = self.placement.period_id
        self.assertEqual(self.wizard(period).make_count, 3)
        self.make()
        wizard = self.wizard(period)
        self.assertEqual((wizard.send_count, wizard.remind_count, wizard.file_count), (3, 0, 3))
        batch = self.batch_of(wizard.with_context(verb="send").action_start())
        self.assertEqual(batch.title, period.name)
        self.run_jobs()
        wizard = self.wizard(period)
        self.assertEqual((wizard.make_count, wizard.send_count, wizard.remind_count), (0, 0, 3))

    def test_wizard_for_a_class_and_for_the_school(self):
        self.make()
        division = self.placement.division_id
        of_class = self.wizard(division)
        expected = len(self.placements.filtered(lambda p: p.division_id == division))
        self.assertEqual(of_class.file_count, expected)
        action = self.as_manager["bde.batch"].action_open_wizard()
        school = self.as_manager["bde.batch.wizard"].browse(action["res_id"])
        self.assertEqual(school.file_count, 3)
        self.placement.period_id.action_close()
        school.invalidate_recordset()
        self.assertEqual(school.file_count, 0, "closed periods are left out")

    def test_names_in_the_archive(self):
        self.make()
        batch = self.started("zip", self.placement.convention_id)
        self.run_jobs()
        self.assertEqual(batch.done_count, 1, batch.line_ids.mapped("message"))
        attachment = self.env["ir.attachment"].search(
            [("res_model", "=", "bde.batch"), ("res_id", "=", batch.id), ("res_field", "=", "file")]
        )
        with zipfile.ZipFile(io.BytesIO(attachment.raw)) as archive:
            [name] = archive.namelist()
        convention = self.placement.convention_id
        self.assertEqual(
            name,
            f"{convention.division_id.name} - {convention.student_name} - {convention.number}.pdf",
        )

    def test_teacher_works_on_his_own_pupils(self):
        self.make()
        env = self.as_user(self.teacher_a)
        action = env["bde.batch"].action_open_wizard()
        wizard = env["bde.batch.wizard"].browse(action["res_id"])
        mine = env["bde.placement"].search([]).convention_id
        self.assertEqual(wizard.file_count, len(mine))
        if mine:
            batch = self.batch_of(wizard.with_context(verb="pdf").action_start())
            self.assertEqual(batch.user_id, self.teacher_a)

    # ------------------------------------------------------------
    # Menu of actions
    # ------------------------------------------------------------

    def run_menu(self, name, records, user=None):
        """Runs an entry of the menu of actions on these records, as the user."""
        env = self.as_user(user or self.manager_a)
        action = env.ref(f"bde_pfmp.{name}").with_context(
            active_model=records._name, active_id=records[:1].id, active_ids=records.ids
        )
        return action.sudo(False).run()

    def test_menu_prints_for_paper_and_makes_again(self):
        conventions = self.make()
        self.few()
        batch = self.batch_of(self.run_menu("action_convention_make_again", conventions))
        self.assertEqual((batch.verb, batch.total_count), ("make", 3))
        conventions.with_env(self.as_manager).action_send()
        action = self.run_menu("action_convention_print_paper", conventions[:1])
        self.assertEqual(action["type"], "ir.actions.act_url")

    def test_menu_is_for_those_of_the_buttons(self):
        conventions = self.make()
        bindings = self.as_user(self.teacher_a)["ir.actions.actions"].get_bindings("bde.convention")
        names = {action["xml_id"] for action in bindings.get("action", ()) if "xml_id" in action}
        names = names or {action["name"] for action in bindings["action"]}
        self.assertNotIn("Make again", names)
        for name in (
            "action_convention_make_again",
            "action_convention_print_paper",
            "action_convention_attestations_back",
        ):
            with self.subTest(name), self.assertRaises(AccessError):
                self.run_menu(name, conventions, self.teacher_a)
        with self.assertRaisesRegex(UserError, "last day"):
            self.run_menu("action_convention_attestations", conventions, self.teacher_a)
