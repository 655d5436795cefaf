"""Interruption of a stay, the placement that goes on, and what counts one pupil once."""

import json
from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .amendment_common import AmendmentCase
from .test_convention_pdf import flat, text_of


class InterruptCase(AmendmentCase):
    def interrupt(self, number=9, convention=None, code="host", successor=10, **vals):
        """Interrupted on the n-th day; another placement from another day on, or None."""
        convention = (convention or self.convention).with_env(self.as_manager)
        self.go_to(max(number, 0))
        return convention._interrupt(
            code,
            self.day(number),
            successor_from=self.day(successor) if successor is not None else None,
            **vals,
        )


@tagged("post_install", "-at_install")
class TestInterrupt(InterruptCase):
    def test_two_clicks(self):
        self.go_to(9)
        action = self.placement.with_env(self.as_manager).action_interrupt()
        form = Form(
            self.env["bde.interrupt"].with_env(self.as_manager).with_context(**action["context"])
        )
        self.assertEqual(form.last_day, self.day(9), "today")
        self.assertEqual(form.successor_from, self.day(10))
        form.code = "host"
        result = form.save().action_apply()
        successor = self.env["bde.placement"].browse(result["res_id"])
        self.assertEqual(self.convention.state, "interrupted")
        self.assertEqual(self.convention.interrupted_on, self.day(9))
        self.assertEqual(self.convention.interruption_code, "host")
        self.assertEqual(self.convention.successor_id, successor)
        self.assertEqual((successor.date_start, successor.date_end), (self.day(10), self.end))
        self.assertEqual(successor.state, "to_place")
        self.assertEqual(successor.replaces_id, self.placement)
        self.assertEqual(successor.referent_id, self.prof_a)
        self.assertFalse(successor.host_id)

    def test_days_are_counted_once_over_the_chain(self):
        successor = self.interrupt(9)
        # two weeks less Thursday and Friday, and the public holiday
        done = 8 - self.off
        self.assertEqual(self.figures(), (done, done * 7))
        self.assertEqual(self.convention.effective_days, done)
        other = self.env["res.partner"]._bde_register_employer({"name": "Autre"}, self.school_a)
        successor.write({"host_id": other.id, "schedule": self.week()})
        # Thursday, Friday, and the third week
        self.assertEqual(self.figures(successor), (7, 49))
        self.assertEqual(done + 7, self.days, "each day once")
        for placement in (self.placement, successor):
            self.assertEqual(
                (placement.chain_days, placement.chain_hours), (self.days, self.days * 7)
            )

    def test_boards_count_the_pupil_once_without_a_place(self):
        before = self.period_a.placement_count
        self.interrupt(9)
        self.period_a.invalidate_recordset()
        self.assertEqual(self.period_a.placement_count, before)
        self.assertEqual(self.period_a.to_place_count, 1)
        self.assertEqual(self.period_a.signed_count, before - 1)
        self.assertNotIn(
            self.aline, self.period_a._missing_schoolings().student_id, "nothing to add"
        )

    def test_home_shows_the_pupil_without_a_place(self):
        successor = self.interrupt(9)
        self.go_to(12)
        home = self.env["bde.home"].with_env(self.as_manager)
        card = next(c for c in home._home_cards() if c["label"] == "Pupils without a host")
        found = self.env["bde.placement"].with_env(self.as_manager).search(card["action"]["domain"])
        self.assertIn(successor, found, "its first day is past, the pupil has no place")

    def test_period_that_moves_leaves_the_chain_apart(self):
        successor = self.interrupt(9)
        self.period_a.write({"date_end": self.day(25)})
        self.assertEqual(
            (self.placement.date_start, self.placement.date_end), (self.start, self.day(9))
        )
        self.assertEqual((successor.date_start, successor.date_end), (self.day(10), self.day(25)))

    def test_open_amendment_is_given_up(self):
        amendment = self.amend("end", new_date_end=self.day(11))
        amendment.action_send()
        self.interrupt(9)
        self.assertEqual(amendment.state, "cancelled")
        self.assertEqual(set(amendment.sudo().signature_ids.mapped("state")), {"void"})
        with self.assertRaises(UserError):
            self.amend("end", new_date_end=self.day(5))

    def test_terms_after_the_last_day_are_gone(self):
        self.agree("break", break_from=self.day(7), break_to=self.day(11))
        self.interrupt(9)
        self.assertEqual(max(self.placement.term_ids.mapped("date_to")), self.day(9))
        self.assertEqual(self.figures()[0], 5 - self.off)

    def test_each_party_gets_one_mail_without_the_reason(self):
        mails = self.env["mail.mail"].sudo()
        before = mails.search([])
        self.interrupt(9, code="illness", reason="Hospitalisée depuis lundi")
        letters = mails.search(
            [("id", "not in", before.ids), ("subject", "ilike", self.convention.number)]
        )
        addresses = letters.mapped("email_to")
        self.assertEqual(len(addresses), len(set(addresses)))
        self.assertTrue(any("sophie@family.example" in address for address in addresses))
        for letter in letters:
            self.assertNotIn("Hospitalisée", letter.body_html)
            self.assertNotIn("llness", letter.body_html)
            self.assertNotIn("DUPONT", letter.subject)

    def test_journal_says_when_and_not_why(self):
        self.interrupt(9, code="illness", reason="Hospitalisée")
        row = self.convention.sudo().journal_ids.filtered(lambda j: j.event == "interrupted")
        self.assertEqual(
            json.loads(row.payload), {"last_day": self.day(9).isoformat(), "successor": True}
        )

    def test_without_successor(self):
        self.assertFalse(self.interrupt(9, successor=None))
        self.assertFalse(self.convention.successor_id)
        self.assertFalse(self.placement.is_replaced)
        self.assertEqual(self.placement.state, "interrupted")

    def test_chosen_day(self):
        successor = self.interrupt(9, successor=14)
        self.assertEqual(successor.date_start, self.day(14))

    def test_refusals(self):
        convention = self.convention.with_env(self.as_manager)
        self.go_to(5)
        for last, successor in ((-1, None), (30, None), (9, 9), (9, 30)):
            with self.subTest(last=last, successor=successor), self.assertRaises(UserError):
                convention._interrupt(
                    "host",
                    self.day(last),
                    successor_from=self.day(successor) if successor is not None else None,
                )
        convention.document_id._set_state("ended")
        with self.assertRaises(UserError):
            convention._interrupt("host", self.day(9))

    def test_not_before_it_begins(self):
        self.go_to(-3)
        with self.assertRaises(UserError) as caught:
            self.placement.with_env(self.as_manager).action_interrupt()
        self.assertIn("cancel", str(caught.exception))

    def test_other_reason_wants_words(self):
        self.go_to(9)
        wizard = (
            self.env["bde.interrupt"]
            .with_env(self.as_manager)
            .create({"convention_id": self.convention.id, "code": "other"})
        )
        with self.assertRaises(UserError):
            wizard.action_apply()
        wizard.reason = "Fermeture du site"
        wizard.action_apply()
        self.assertEqual(self.convention.state, "interrupted")

    def test_limits_are_free_from_the_day_after(self):
        self.interrupt(9)
        late = self.new_placement(
            self.emma, date_start=self.day(10), date_end=self.end, **self.complete_vals()
        )
        gina = self.new_pupil("Gina", self.division_a, self.start.year - 17)
        self.new_placement(gina, **self.complete_vals())
        # Boris, Chloé and Gina from the first day, Emma once Aline has left
        codes = {alert.code for alert in late._get_alerts()[late]}
        self.assertIn("tutor_max", codes, "four from the tenth day on: Boris, Chloé, Gina, Emma")
        gina.schooling_ids.placement_ids.write({"date_end": self.day(9)})
        codes = {alert.code for alert in late._get_alerts()[late]}
        self.assertNotIn("tutor_max", codes)

    def test_who_broke_off_himself_makes_nobody_wait(self):
        self.interrupt(9, code="pupil")
        self.assertTrue(self.placement._broken_off_by_trainee())
        self.interrupt(9, self.adult, code="host")
        self.assertFalse(self.placement_adult._broken_off_by_trainee())

    def test_attestation_covers_what_was_done(self):
        self.interrupt(9)
        pdf = self.convention._attestation_pdf()
        text = flat(text_of(pdf).replace("\u00a0", " "))
        self.assertIn(f"{8 - self.off} jours de présence", text)
        self.assertIn("interrompu", text)
        self.assertNotIn("llness", text)
        self.convention.with_env(self.as_manager).action_record_attestation()
        self.assertEqual(self.convention.state, "interrupted", "it stays so")
        self.assertEqual(self.convention.attestation_on, self.day(9))

    def test_roles(self):
        self.go_to(9)
        for user in (self.teacher_a, self.manager_b):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.convention.with_user(user)._interrupt("host", self.day(9))
        self.interrupt(9, code="illness")
        seen = self.convention.with_user(self.teacher_a)
        self.assertTrue(seen.interrupted_text)
        with self.assertRaises(AccessError):
            seen.read(["interruption_code"])


@tagged("post_install", "-at_install")
class TestUndo(InterruptCase):
    def undo(self, user=None):
        wizard = (
            self.env["bde.interrupt"]
            .with_user(user or self.manager_a)
            .create({"convention_id": self.convention.id, "mode": "undo", "reason": "Erreur"})
        )
        wizard.action_undo()

    def test_same_day_puts_all_back(self):
        self.agree("break", break_from=self.day(14), break_to=self.day(14))
        before = self.figures()
        rows = self.placement.term_ids.mapped(lambda t: (t.date_from, t.date_to, t.amendment_id))
        successor = self.interrupt(9)
        self.undo()
        self.assertFalse(successor.exists())
        self.assertEqual(self.convention.state, "running")
        self.assertFalse(self.convention.interrupted_on)
        self.assertEqual(self.placement.date_end, self.end)
        self.assertEqual(self.figures(), before)
        self.assertFalse(self.placement.is_replaced)
        self.assertEqual(
            self.placement.term_ids.mapped(lambda t: (t.date_from, t.date_to, t.amendment_id)), rows
        )
        payloads = [json.loads(row.payload) for row in self.convention.sudo().journal_ids]
        self.assertIn("interrupted", [payload.get("undone") for payload in payloads])

    def test_not_the_day_after(self):
        self.interrupt(9)
        self.go_to(10)
        self.convention.invalidate_recordset()
        with self.assertRaises(UserError):
            self.undo()

    def test_not_once_somebody_worked_on_the_next_one(self):
        successor = self.interrupt(9)
        successor.host_id = self.employer
        with self.assertRaises(UserError):
            self.undo()

    def test_manager_alone(self):
        self.interrupt(9)
        with self.assertRaises(AccessError):
            self.undo(self.secretary_a)

    def test_a_chain_of_three(self):
        successor = self.interrupt(9)
        successor.write(self.complete_vals())
        convention = self.make(successor)
        convention.action_send()
        self.sign_all(convention)
        convention.document_id._set_state("running")
        third = self.interrupt(14, convention, successor=15)
        self.assertEqual(third.replaces_id, successor)
        self.assertEqual(self.period_a._count_by_stage()[self.period_a.id]["to_place"], 1)
        third.write({"schedule": self.week()})
        # 8 days, then Thursday, Friday and Monday, then Tuesday to Friday
        self.assertEqual(
            [one.presence_days for one in (self.placement, successor, third)], [8 - self.off, 3, 4]
        )
        self.assertEqual(third.chain_days, self.days)
        self.assertEqual(third.date_start - successor.date_end, timedelta(days=1))
