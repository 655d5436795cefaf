from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, tagged

from .network_common import NetworkCase


@tagged("post_install", "-at_install")
class TestEventInvitation(NetworkCase):
    """Alumni invited to an event of their school: who, what they answer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.gina | cls.lina | cls.ines)._consent("news")
        cls.event = cls.new_event()

    def invite(self, **vals):
        """Invites from the dialog, as the secretary."""
        event = self.event.with_user(self.secretary_a)
        action = event.action_invite_alumni()
        form = Form(self.env["bde.event.invite"].with_user(self.secretary_a).with_context(
            **action["context"]
        ))  # fmt: skip
        for name, value in vals.items():
            setattr(form, name, value)
        return form

    def invitations(self):
        return self.env["bde.event.invitation"].search([("event_id", "=", self.event.id)])

    def test_dialog_counts_then_invites_who_agreed_once(self):
        form = self.invite()
        # Hugo did not agree to news, Ines is of another school
        self.assertEqual((form.count, form.left_out_count), (2, 1))
        form.save().action_invite()
        self.assertEqual(self.invitations().alumnus_id, self.gina | self.lina)
        self.assertEqual(self.invite().count, 0)
        with self.assertRaises(UserError):
            self.invite().save().action_invite()

    def test_audience(self):
        self.assertEqual(self.invite(cohort_from=2024).count, 1)
        self.assertEqual(self.invite(cohort_to=2023).count, 1)
        self.assertEqual(self.invite(city="pessac").count, 1)
        self.assertEqual(self.invite(cohort_from=2024, city="pessac").count, 0)

    def test_another_school_invites_nobody(self):
        with self.assertRaises(AccessError):
            self.event.with_user(self.manager_b).action_invite_alumni()
        self.assertFalse(self.event._invite_alumni(self.ines))
        # nor his own school, when he did not agree to news
        self.assertFalse(self.event._invite_alumni(self.hugo))

    def test_invitations_are_made_by_the_verb_alone(self):
        Invitation = self.env["bde.event.invitation"].with_user(self.secretary_a)
        with self.assertRaises(AccessError):
            Invitation.create({"event_id": self.event.id, "alumnus_id": self.hugo.id})

    def test_yes_registers_and_no_takes_it_back(self):
        self.event._invite_alumni(self.gina)
        invitation = self.invitations()
        invitation._take_answer("yes")
        registration = invitation.registration_id
        self.assertEqual(
            (registration.bde_alumnus_id, registration.state, registration.company_id),
            (self.gina, "open", self.school_a),
        )
        self.assertFalse(registration.partner_id)
        self.assertEqual(self.event.bde_alumni_coming_count, 1)
        invitation._take_answer("no")
        self.assertEqual((invitation.answer, registration.state), ("no", "cancel"))
        invitation._take_answer("yes")
        self.assertEqual((invitation.registration_id, registration.state), (registration, "open"))

    def test_full_event(self):
        self.event.write({"seats_limited": True, "seats_max": 1})
        self.event._invite_alumni(self.gina | self.lina)
        first, second = self.invitations()
        first._take_answer("yes")
        with self.assertRaises(UserError):
            second._take_answer("yes")
        second._take_answer("no")
        self.assertEqual(second.answer, "no")

    def test_what_is_over_is_not_answered(self):
        self.event._invite_alumni(self.gina)
        self.event.write(
            {
                "date_begin": fields.Datetime.subtract(self.event.date_begin, days=40),
                "date_end": fields.Datetime.subtract(self.event.date_end, days=40),
            }
        )
        with self.assertRaises(UserError):
            self.invitations()._take_answer("yes")
        with self.assertRaises(UserError):
            self.event._invite_alumni(self.lina)

    def test_told_once_and_not_after_the_answer_nor_after_a_no(self):
        letters = self.letters_of(self.school_a)
        self.event._invite_alumni(self.gina | self.lina)
        asks = self.event_asks(letters)
        self.assertEqual([ask.alumnus for ask in asks], [self.gina, self.lina])
        self.assertEqual({ask.kind for ask in asks}, {f"event_{self.event.id}"})
        self.assertIn("Soirée des anciens", asks[0].line(self.env))
        letters._write(asks)
        mails = self.catch_mails()
        letters._write(self.event_asks(letters))
        self.assertFalse(mails)
        self.invitations()[0]._take_answer("no")
        self.assertEqual(len(self.event_asks(letters)), 1)
        self.event.active = False
        self.assertFalse(self.event_asks(letters))

    def event_asks(self, letters):
        asks = letters._asks(self.school_a, self.today())
        found = [ask for ask in asks if ask.kind.startswith("event_")]
        return sorted(found, key=lambda ask: ask.alumnus.id)

    def test_queries_do_not_grow_with_who_is_invited(self):
        counts = []
        for number in (1, 20):
            alumni = self.env["bde.alumnus"]
            for one in range(number):
                alumni |= self.new_alumnus(f"Paul{number}{one}")
            alumni._consent("news")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(len(self.event._invite_alumni(alumni)), number)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)


@tagged("post_install", "-at_install")
class TestEventPage(NetworkCase, HttpCase):
    """Section ``events`` of the page."""

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)
        (self.gina | self.lina)._consent("news")
        self.event = self.new_event()
        self.event._invite_alumni(self.gina)
        self.invitation = self.env["bde.event.invitation"].search(
            [("event_id", "=", self.event.id)]
        )

    def test_yes_by_the_page(self):
        self.assertIn("Soirée des anciens", self.get_page(self.gina).text)
        data = {"invitation": self.invitation.id, "answer": "yes"}
        self.assertEqual(self.post_page(self.gina, "events", data).status_code, 200)
        self.assertEqual(self.invitation.answer, "yes")

    def test_others_are_not_asked_and_answer_nothing(self):
        self.assertNotIn("Soirée des anciens", self.get_page(self.lina).text)
        data = {"invitation": self.invitation.id, "answer": "no"}
        self.assertEqual(self.post_page(self.lina, "events", data).status_code, 404)
        other = self.new_event(name="Forum")
        other._invite_alumni(self.lina)
        self.assertEqual(self.post_page(self.lina, "events", data).status_code, 422)
        self.assertEqual(self.invitation.answer, "waiting")

    def test_odd_answers(self):
        for data in (
            {"invitation": "x", "answer": "yes"},
            {"invitation": self.invitation.id, "answer": "waiting"},
            {"answer": "yes"},
        ):
            self.assertEqual(self.post_page(self.gina, "events", data).status_code, 422)
