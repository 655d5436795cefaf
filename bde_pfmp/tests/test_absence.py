"""Absences: who notes them, what they take away, what is refused."""

from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from ..rules.presence import Done
from .convention_common import ConventionCase


class AbsenceCase(ConventionCase):
    """Signed conventions; ``day(n)`` is the n-th day of presence, ``miss`` an absence."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.conventions = cls.make()
        cls.conventions.action_send()
        cls.sign_all(cls.conventions)
        cls.convention = cls.conventions[0]
        cls.days = sorted(cls.placement._slots_by_date())

    @classmethod
    def day(cls, number):
        return cls.days[number - 1]

    @classmethod
    def miss(cls, number=1, placement=None, user=None, **vals):
        env = cls.as_user(user or cls.manager_a)
        return env["bde.absence"].create(
            {
                "placement_id": (placement or cls.placement).id,
                "date_from": cls.day(number),
                **vals,
            }
        )


@tagged("post_install", "-at_install")
class TestAbsence(AbsenceCase):
    def test_days_done_follow_at_once(self):
        planned = self.placement.presence_days
        self.assertEqual(self.placement._days_done(), Done(planned, planned * 420))
        absence = self.miss(2, date_to=self.day(3), reason="illness")
        self.assertEqual(absence.state, "confirmed")
        self.assertEqual(absence.declared_by, "Manager A")
        self.assertEqual(absence.counts_for, "2 days, 14h")
        self.assertEqual(absence._in_words(1.5, 630), "1,5 day, 10h30", "as French counts")
        self.assertEqual(self.convention.absence_days, 2)
        self.assertEqual(self.convention.effective_days, planned - 2)
        self.assertEqual(self.convention.effective_hours, (planned - 2) * 7)
        self.miss(4, part="hours", missed_hours=1.5, reason="late")
        self.assertEqual(self.convention.absence_days, 2)
        self.assertEqual(self.convention.absence_hours, 1.5)
        self.assertEqual(self.convention.effective_days, planned - 2)
        self.assertEqual(self.convention.effective_hours, (planned - 2) * 7 - 1.5)
        absence.action_withdraw()
        self.assertEqual(self.convention.effective_days, planned)
        self.assertFalse(absence.counts_for)

    def test_calendar_of_days(self):
        self.miss(1, part="afternoon", reason="family")
        calendar = self.placement._day_calendar()
        self.assertEqual(len(calendar), self.placement.presence_days)
        self.assertEqual(calendar[self.day(1)], (420, 180, "family"))
        self.assertEqual(calendar[self.day(2)], (420, 0, None))
        self.assertEqual(self.placement._days_done(upto=self.day(2)), Done(1.5, 660))

    def test_contested_waits_and_counts_not(self):
        absence = self.miss()
        absence.sudo().state = "contested"
        planned = self.placement.presence_days
        self.assertEqual(self.convention.effective_days, planned)
        with self.assertRaises(ValidationError, msg="the same day twice"):
            self.miss()
        absence.action_confirm()
        self.assertEqual(self.convention.effective_days, planned - 1)
        self.assertEqual(absence.decided_by_id, self.manager_a)

    def test_refused_with_a_sentence(self):
        start, end = self.placement.date_start, self.placement.date_end
        sunday = start + timedelta(days=6)
        self.miss(5)
        for vals, words in (
            ({"date_from": start - timedelta(days=1)}, "is not in the stay of DUPONT Aline"),
            ({"date_from": end + timedelta(days=3)}, "is not in the stay of DUPONT Aline"),
            ({"date_from": sunday}, "had no hours then"),
            ({"date_from": self.day(5)}, "is noted already"),
            ({"date_from": self.day(4), "date_to": self.day(6)}, "is noted already"),
            ({"part": "hours"}, "how many hours"),
            ({"part": "hours", "missed_hours": 7.5}, "how many hours"),
            ({"part": "total"}, "how many days"),
            ({"part": "total", "total_days": 100}, "cannot have missed more than"),
        ):
            with self.subTest(vals=vals), self.assertRaises(ValidationError) as caught:
                self.miss(1, **vals)
            self.assertIn(words, str(caught.exception))

    def test_interrupted_twice_loses_nothing(self):
        """Days that fall out of a stay count no more; they are read, and count again if undone."""
        self.convention.document_id._set_state("running")
        absence = self.miss(3, date_to=self.day(5))
        self.assertEqual(self.convention.absence_days, 3)
        # the stay began: a day of it is over for the interruption
        self.placement._store_terms({self.placement: self._until(self.day(4))})
        self.assertEqual(self.convention.absence_days, 2)
        self.assertEqual(self.convention.effective_days, 2)
        self.placement._store_terms({self.placement: self._until(self.day(2))})
        self.assertEqual(self.convention.absence_days, 0)
        self.assertEqual(self.convention.effective_days, 2)
        self.assertTrue(absence.exists())
        with self.assertRaises(ValidationError):
            self.miss(3, date_to=self.day(3), part="hours", missed_hours=1)

    def _until(self, day):
        from ..rules import terms

        return terms.refit(self.placement._plain_terms(), self.placement.date_start, day)

    def test_each_placement_of_a_chain_has_its_own(self):
        """Broken off twice: three placements, each with its days and its absences."""
        with freeze_time(f"{self.day(6)} 12:00:00"):
            first = self.convention
            self.miss(2)
            second = first.with_env(self.as_manager)._interrupt(
                "host", self.day(3), successor_from=self.day(4)
            )
            self.assertEqual(first.effective_days, 2)
            with self.assertRaises(ValidationError) as caught:
                self.miss(4)
            self.assertIn("is not in the stay", str(caught.exception))
            with self.assertRaises(ValidationError, msg="it has no hours yet"):
                self.miss(4, placement=second)
            second.sudo().write(self.complete_vals())
            convention = self.make(second.sudo())
            convention.action_send()
            self.sign_all(convention)
            self.miss(5, placement=second)
            convention.with_env(self.as_manager)._interrupt(
                "pupil", self.day(6), successor_from=self.day(7)
            )
            self.assertEqual((first.effective_days, convention.effective_days), (2, 2))
            self.assertEqual(first.absence_days + convention.absence_days, 2)

    def test_certified_days_do_not_change(self):
        absence = self.miss()
        self.convention.document_id._set_state("attested")
        for change in (
            lambda: self.miss(2),
            absence.action_withdraw,
            lambda: absence.write({"part": "morning"}),
        ):
            with self.assertRaises(UserError) as caught:
                change()
            self.assertIn("attestation of DUPONT Aline", str(caught.exception))
        absence.excused = True

    def test_half_of_a_range_is_one_day(self):
        absence = self.miss(1, date_to=self.day(2))
        absence.part = "morning"
        self.assertEqual(absence.date_to, self.day(1))
        self.assertEqual(self.convention.absence_days, 0.5)

    def test_roles(self):
        absence = self.miss()
        teacher = absence.with_env(self.as_user(self.teacher_a))
        teacher.action_withdraw()
        self.assertEqual(absence.state, "withdrawn")
        self.miss(user=self.teacher_a, note="Vu avec la famille")
        reader = absence.with_env(self.as_user(self.school_life_a))
        self.assertEqual(reader.reason, "unknown")
        with self.assertRaises(AccessError):
            reader.read(["note"])
        with self.assertRaises(AccessError):
            reader.action_confirm()
        with self.assertRaises(AccessError):
            self.miss(2, user=self.school_life_a)
        for user in (self.intendance_a, self.manager_b, self.head_b, self.correspondent):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                absence.with_env(self.as_user(user)).read(["reason"])
        with self.assertRaises(AccessError):
            absence.with_env(self.as_manager).unlink()

    def test_verbs_alone_write_the_state(self):
        absence = self.miss()
        for vals in ({"state": "withdrawn"}, {"source": "host"}, {"declared_by": "Somebody"}):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                absence.with_env(self.as_manager).write(vals)
        with self.assertRaises(AccessError):
            self.miss(2, state="contested")
        with self.assertRaises(UserError):
            absence.with_env(self.as_manager).placement_id = self.placement_adult

    def test_of_another_school(self):
        with self.assertRaises(UserError):
            self.miss(user=self.manager_b)

    def test_what_was_typed_before_is_kept(self):
        planned = self.placement.presence_days
        self.convention.document_id._set_state("attested")
        self.env["bde.absence"]._take_typed([(self.placement.id, 2.5, 3.0)])
        self.assertEqual(self.convention.absence_days, 2.5)
        self.assertEqual(self.convention.absence_hours, 3)
        self.assertEqual(self.convention.effective_days, planned - 2.5)
        self.assertEqual(self.convention.effective_hours, planned * 7 - 2.5 * 7 - 3)

    def test_queries_do_not_grow(self):
        """Days done of many stays: the same queries as of one."""
        for placement in self.placements:
            self.miss(placement=placement)
        counts = []
        for placements in (self.placements[:1], self.placements):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            for placement in placements:
                placement._days_done()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)

    def test_form_of_the_bureau(self):
        """What the screen sends is taken: defaults, hours, a range."""
        env = self.as_manager
        context = {"default_placement_id": self.placement.id, "default_date_from": self.day(1)}
        with Form(env["bde.absence"].with_context(**context)) as form:
            form.part = "hours"
            form.missed_hours = 2.5
            form.reason = "late"
            form.note = "Bus en panne"
        absence = form.record
        self.assertEqual(
            (absence.minutes, absence.state, absence.source), (150, "confirmed", "staff")
        )
        with Form(absence) as form:
            form.part = "day"
            form.date_to = self.day(2)
        self.assertEqual(absence.counts_for, "2 days, 14h")
