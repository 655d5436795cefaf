"""Closing stays, with their papers or with a reason; the report of a period."""

import re
from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.bde_partnerships.rules import french

from ..models.bde_placement_stay import StayError
from .test_attestation import BakerCase
from .test_convention_pdf import flat, read


class ClosingCase(BakerCase):
    def wizard(self, placements=None, user=None, **vals):
        return (
            self.env["bde.closing.wizard"]
            .with_env(self.as_user(user or self.secretary_a))
            .create(
                {
                    "placement_ids": [Command.set((placements or self.placements).ids)],
                    **vals,
                }
            )
        )

    def visit(self, placement):
        """Two contacts, of which one meeting of three."""
        self.env["bde.visit"].create(
            [
                {
                    "placement_id": placement.id,
                    "teacher_id": self.prof_a.id,
                    "kind": kind,
                    "state": "done",
                    "done_on": self.start + timedelta(days=days),
                    "with_tutor": True,
                    "with_student": True,
                }
                for kind, days in (("call", 1), ("visit", 8))
            ]
        )

    def attest(self, conventions=None):
        (conventions or self.conventions).with_env(self.as_manager).action_record_attestation()


@tagged("post_install", "-at_install")
class TestClosing(ClosingCase):
    def test_lacking_asks_for_a_reason(self):
        wizard = self.wizard()
        self.assertEqual((wizard.ready_count, wizard.lacking_count), (0, 3))
        self.assertIn("attestation", wizard.lacking)
        with self.assertRaises(UserError):
            wizard.action_close()
        wizard.with_lacking = True
        with self.assertRaises(UserError):
            wizard.action_close()
        wizard.reason = "other"
        with self.assertRaises(UserError):
            wizard.action_close()
        self.assertFalse(self.env["bde.closing"].search([("company_id", "=", self.school_a.id)]))
        wizard.note = "The workshop burnt down."
        wizard.action_close()
        self.assertEqual(set(self.placements.mapped("state")), {"closed"})
        closings = self.env["bde.closing"].search([("company_id", "=", self.school_a.id)])
        self.assertEqual(closings.placement_id, self.placements)
        self.assertEqual(set(closings.mapped("reason")), {"other"})
        self.assertIn("L124-1", closings[0].lacked)
        self.assertEqual(closings.closed_by_id, self.secretary_a)

    def test_complete_closes_at_once_and_the_others_stay(self):
        self.visit(self.placement)
        self.attest(self.convention)
        wizard = self.wizard()
        self.assertEqual((wizard.ready_count, wizard.lacking_count), (1, 2))
        wizard.action_close()
        self.assertEqual(self.placement.state, "closed")
        self.assertEqual(self.placement_adult.state, "ended")
        closing = self.placement.closing_ids
        self.assertFalse(closing.reason)
        self.assertFalse(closing.lacked)

    def test_a_stay_that_runs_is_left_alone(self):
        self.adult.document_id._set_state("running")
        wizard = self.wizard(with_lacking=True, reason="proved")
        self.assertEqual(wizard.refused_count, 1)
        wizard.action_close()
        self.assertEqual(self.placement_adult.state, "running")
        self.assertEqual(self.placement.state, "closed")
        with self.assertRaises(UserError):
            self.placement_adult.with_env(self.as_manager).action_close()

    def test_opened_again_by_the_manager(self):
        self.attest(self.convention)
        self.wizard(self.placement, reason="no_visit").action_close()
        with self.assertRaises(AccessError):
            self.placement.with_env(self.as_user(self.secretary_a)).action_reopen()
        self.placement.with_env(self.as_manager).action_reopen()
        self.assertEqual(self.placement.state, "attested")
        closing = self.placement.with_context(active_test=False).closing_ids
        self.assertFalse(closing.active)
        self.assertEqual(closing.reopened_by_id, self.manager_a)
        self.wizard(self.placement, reason="no_visit").action_close()
        self.assertEqual(self.placement.state, "closed")

    def test_interrupted_comes_back_interrupted(self):
        self.convention.document_id._set_state("interrupted")
        self.wizard(self.placement, reason="interrupted").action_close()
        self.assertEqual(self.placement.state, "closed")
        self.placement.with_env(self.as_manager).action_reopen()
        self.assertEqual(self.placement.state, "interrupted")

    def test_closed_keeps_its_attestation(self):
        attestation = self.convention._ensure_attestations()
        attestation.signature_ids._sign("typed", "Anne Duval")
        self.wizard(self.placement, reason="no_visit").action_close()
        with self.assertRaises(UserError):
            attestation.with_env(self.as_manager).action_cancel("no")

    def test_closed_without_an_attestation_is_not_attested(self):
        self.attest(self.adult)
        pair = self.placement + self.placement_adult
        self.wizard(pair, with_lacking=True, reason="host_gone").action_close()
        self.assertEqual(set(pair.mapped("state")), {"closed"})
        self.assertFalse(self.convention._is_attested())
        self.assertTrue(self.adult._is_attested())
        said = (self.convention + self.adult).with_env(self.as_manager)._batch_attest()
        self.assertEqual([said[one][0] for one in (self.convention, self.adult)],
                         ["failed", "skipped"])  # fmt: skip
        section = self.placement.sudo()._attestation_section(("host",))
        self.assertEqual((section["state"], section["step"]), ("info", "closed"))
        with self.assertRaises(StayError):
            self.placement.sudo()._stay_post_attestation(("host",), {"days": "10"}, {}, {})
        stays = pair._booklet_stays()
        given = [dict(stays[one]["facts"]).get("Attestation") for one in pair]
        day = french.day((self.end + timedelta(days=1)).isoformat())
        self.assertIsNone(given[0])
        self.assertEqual(given[1], f"remise par l’organisme d’accueil le {day}")

    def test_files_of_a_class_that_was_closed(self):
        attestation = self.convention._ensure_attestations()
        attestation.signature_ids._sign("typed", "Anne Duval")
        self.attest(self.adult)  # on a sheet of paper
        self.wizard(with_lacking=True, reason="host_gone").action_close()
        conventions = self.conventions.with_env(self.as_manager)
        made = []
        with patch.object(
            type(self.env["bde.attestation"]), "_start_batch", lambda one, _verb: made.append(one)
        ):
            conventions.action_attestation_files()
            self.assertEqual(made[0].ids, attestation.ids)
            with self.assertRaises(UserError):
                (conventions - self.convention).action_attestation_files()
        self.assertEqual(len(self.conventions.sudo().attestation_ids), 1, "none is made anew")

    def test_attestation_that_comes_after_the_closing(self):
        self.wizard(self.placement, with_lacking=True, reason="host_gone").action_close()
        self.attest(self.convention)
        self.assertTrue(self.convention._is_attested())
        self.assertEqual(self.placement.attested_on, self.end + timedelta(days=1))
        self.assertEqual(self.placement.state, "closed", "it was closed, and stays so")
        self.placement.with_env(self.as_manager).action_reopen()
        self.wizard(self.placement, reason="no_visit").action_close()
        self.assertNotIn("attestation", self.placement.closing_ids.lacked)

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_others_close_nothing(self):
        for user in (self.teacher_a, self.school_life_a, self.manager_b):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.placement.with_env(self.as_user(user)).action_close()
        with self.assertRaises(AccessError):
            self.env["bde.closing"].with_env(self.as_manager).create(
                {"placement_id": self.placement.id}
            )

    def test_constant_queries(self):
        def queries(placements):
            self.env.invalidate_all()
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            placements.with_env(self.as_manager).with_prefetch()._close("proved")
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        queries(self.placement_ase)
        self.placement_ase.with_env(self.as_manager).action_reopen()
        one = queries(self.placement)
        self.placement.with_env(self.as_manager).action_reopen()
        self.assertLessEqual(queries(self.placements), one + 2)

    def test_home_cards(self):
        def counts():
            self.env.invalidate_all()
            home = self.env["bde.home"].with_env(self.as_manager)
            cards = home._home_cards_attestations(self.school_a.ids)
            cards += home._home_cards_closing(self.school_a.ids)
            return [card["count"] for card in cards]

        # to get back, overdue, due soon, to call; to close, to compare
        self.assertEqual(counts(), [3, 0, 0, 0, 0, 0])
        self.attest(self.convention)
        self.assertEqual(counts(), [2, 0, 0, 0, 1, 0])
        attestation = self.adult._ensure_attestations(
            {"effective_days": 10, "effective_hours": 70, "gratification_total": 0}
        )
        attestation.signature_ids._sign("typed", "Anne Duval")
        self.assertEqual(counts(), [1, 0, 0, 0, 2, 1])
        self.go_to(self.end + timedelta(days=50))
        self.assertEqual(counts()[:3], [1, 0, 1])
        self.go_to(self.placement_ase.attestation_due_on)
        self.assertEqual(counts()[:3], [1, 0, 1], "its last day is not late")
        self.go_to(self.placement_ase.attestation_due_on + timedelta(days=1))
        self.assertEqual(counts()[:3], [1, 1, 0])


@tagged("post_install", "-at_install")
class TestPeriodReport(ClosingCase, HttpCase):
    def report(self):
        return self.period_a.with_env(self.as_manager)._report_pdf()

    def test_a_class_on_one_page(self):
        extra = [self.new_pupil(f"Élève{n}", self.division_a, 2009) for n in range(30)]
        for pupil in extra:
            self.new_placement(pupil, host_id=self.employer.id)
        self.attest(self.convention)
        self.visit(self.placement)
        pages = read(self.report()).pages
        self.assertEqual(len(pages), 1)
        text = flat(pages[0].extract_text())
        days = self.placement.presence_days
        for phrase in ("DUPONT Aline", "Menuiserie Duval", f"{days} / {days}", "33", "1 of 3"):
            with self.subTest(phrase=phrase):
                self.assertIn(phrase, text)

    def test_counts_and_no_word_of_anybody(self):
        values = self.placements.with_env(self.as_manager)._report_page(
            self.period_a, self.division_a
        )
        figures = dict(values["figures"])
        self.assertEqual(figures["Pupils"], "3")
        self.assertEqual(figures["Went"], "3 of 3")
        self.assertEqual(figures["Attestations"], "0 of 3")
        planned = 3 * self.placement.presence_days
        self.assertEqual(figures["Days done"], f"{planned} of {planned}")

    def test_what_tutors_say_of_the_school_is_no_opinion_on_the_site(self):
        for view, placement in (
            ("student", self.placement),
            ("tutor", self.placement),
            ("tutor", self.placement_adult),
        ):
            asked = self.env["bde.question"]._asked(view, placement.date_end)
            placement.sudo()._rate(view, {one.code: 4 for one in asked}, "", "link")
        figures = dict(self.placements.with_env(self.as_manager)._report_figures())
        self.assertEqual(figures["Opinions on the site"], "1")
        self.assertEqual(figures["Tutors' opinions on the school"], "2")

    def test_route(self):
        self.authenticate("manager_a", "manager_a")
        response = self.url_open(f"/bde/period-report?ids={self.period_a.id}")
        self.assertTrue(response.content.startswith(b"%PDF-"))
        for ids in ("99999999999", "0", ""):
            self.assertEqual(self.url_open(f"/bde/period-report?ids={ids}").status_code, 404, ids)
        action = self.period_a.with_env(self.as_manager).action_report()
        self.assertTrue(re.search(rf"ids={self.period_a.id}$", action["url"]))
        self.authenticate("manager_b", "manager_b")
        with mute_logger("odoo.http"):
            response = self.url_open(f"/bde/period-report?ids={self.period_a.id}")
        self.assertEqual(response.status_code, 403)
