from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .convention_common import ConventionCase

TERMINALE = "2473000433"
PREMIERE = "2473121332"


class AllowanceCase(ConventionCase):
    """The three pupils of :class:`ConventionCase` are in terminale, their stay is over.

    The period of school A: three weeks of 35 h around 11 November, 14 days of presence.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.end + timedelta(days=20)
        cls.startClassPatcher(
            patch.object(type(cls.school_a), "_bde_today", lambda company: cls.today)
        )
        cls.training_a.mef = TERMINALE
        cls.schoolings = cls.pupils.schooling_ids
        cls.schoolings.mef = TERMINALE
        # rates of the year of the tests, whatever the clock says
        cls.env["bde.allowance.rate"].search([("school_year", "=", cls.year.name)]).unlink()
        cls.rate = cls.env["bde.allowance.rate"].create(
            {
                "school_year": cls.year.name, "key": "2383", "name": "Terminale",
                "daily": 20, "cap": 400, "source": "Test", "is_own": False,
            }
        )  # fmt: skip
        cls.conventions = cls.make()
        for convention in cls.conventions:
            convention.document_id.sudo().state = "ended"
        cls.count()

    @classmethod
    def count(cls):
        """What the server does when it writes the transaction."""
        cls.env.flush_all()
        cls.env.cr.precommit.run()
        cls.env.invalidate_all()

    def sign_later_stay(self):
        """A second stay of Aline in the year, two months after the first, signed and counted."""
        later = self.period_a.copy(
            {"date_start": self.end + timedelta(days=60), "date_end": self.end + timedelta(days=72)}
        )
        second = self.env["bde.placement"].create(
            {"period_id": later.id, "schooling_id": self.aline.schooling_ids.id,
             **self.complete_vals()}
        )  # fmt: skip
        self.make(second).document_id.sudo().state = "signed"
        self.count()

    @classmethod
    def complete(cls, schoolings=None):
        """Nothing is missing any more for these pupils."""
        schoolings = cls.schoolings if schoolings is None else schoolings
        for number, student in enumerate(schoolings.student_id):
            student.write(
                {
                    "ine": f"12345678{number}AB", "sex": "f", "birth_country": "100",
                    "birth_commune": "33063", "zip": "33000", "city": "Bordeaux",
                }
            )  # fmt: skip
        schoolings.write(
            {"attribution_state": "present", "rib_state": "present", "consent_state": "present"}
        )
        for convention in schoolings.placement_ids.convention_id:
            convention.document_id.sudo().state = "attested"
        cls.count()

    def miss(self, placement, days):
        """Days of absence of a stay, wherever they were."""
        self.env["bde.absence"].create(
            {
                "placement_id": placement.id,
                "date_from": placement.date_start,
                "date_to": placement.date_end,
                "part": "total",
                "total_days": days,
                "reason": "illness",
                "source": "staff",
                "state": "confirmed",
            }
        )
        self.count()

    def left(self, pupil):
        """Whether the pupil is left to the job."""
        return (
            self.env["bde.schooling"]
            .sudo()
            .search_count([("student_id", "=", pupil.id), ("allowance_stale", "=", True)])
        )

    def allowance(self, pupil):
        return self.env["bde.allowance"].search([("student_id", "=", pupil.id)])


@tagged("post_install", "-at_install")
class TestAllowance(AllowanceCase):
    def test_one_row_for_each_signed_stay(self):
        rows = self.env["bde.allowance"].search([("company_id", "=", self.school_a.id)])
        self.assertEqual(rows.student_id, self.pupils)
        row = self.allowance(self.aline)
        # three weeks of five days, less 11 November unless it is on a weekend
        self.assertEqual(row.days, int(self.placement.presence_days))
        self.assertEqual(row.amount, row.days * 20)
        self.assertEqual((row.daily, row.cap), (20, 400))
        self.assertEqual(row.mef, TERMINALE)
        self.assertEqual(row.division_id, self.division_a)
        self.assertIn("× 20", row.working_text.replace("\xa0", " ").replace("€", ""))

    def test_absence_takes_whole_days_out(self):
        row = self.allowance(self.aline)
        days = row.days
        self.miss(self.placement, 1.5)
        self.assertEqual(row.days, days - 2)
        self.assertEqual(row.amount, (days - 2) * 20)

    def test_the_days_that_the_host_certified_are_paid(self):
        """The attestation is the paper of the payment, whatever presence had counted."""
        row = self.allowance(self.aline)
        days = row.days
        attestation = self.placement.convention_id.sudo()._ensure_attestations()
        self.count()
        self.assertEqual(row.days, days)
        attestation.write({"effective_days": days - 3, "given_on": self.today})
        self.count()
        self.assertEqual((row.days, row.amount), (days - 3, (days - 3) * 20))

    def test_what_is_missing_in_the_order_of_the_work(self):
        row = self.allowance(self.aline)
        self.assertEqual(row.status, "missing")
        self.assertEqual(
            row.missing,
            ["ine", "sex", "birth", "address", "attestation", "decision", "rib", "consent"],
        )
        self.assertIn("attestation of the host", row.missing_text)
        self.complete()
        self.assertEqual(row.status, "ready")
        self.assertEqual(row.missing, [])
        self.placement.schooling_id.rib_state = "missing"
        self.count()
        self.assertEqual((row.status, row.missing), ("missing", ["rib"]))

    def test_a_pupil_without_class_or_mef(self):
        self.aline.schooling_ids.write({"division_id": False, "mef": False})
        self.env.cr.execute(
            "UPDATE bde_allowance SET mef = NULL WHERE student_id = %s", [self.aline.id]
        )
        self.env.invalidate_all()
        self.count()
        self.env["bde.allowance"].sudo()._refresh(self.aline.schooling_ids)
        row = self.allowance(self.aline)
        self.assertIn("mef", row.missing)
        self.assertNotIn("rate", row.missing)
        self.assertIn("MEF of the pupil is not known", row.working_text)

    def test_apprentices_never(self):
        self.aline.schooling_ids.status = "AP"
        self.count()
        self.assertFalse(self.allowance(self.aline))
        self.assertTrue(self.allowance(self.boris))

    def test_unsigned_or_other_stays_have_none(self):
        self.placement.convention_id.document_id.sudo().state = "to_sign"
        self.count()
        self.assertFalse(self.allowance(self.aline))
        self.period_a.kind = "observation"
        self.count()
        self.env["bde.allowance"]._refresh(self.schoolings)
        self.assertFalse(self.allowance(self.boris))

    def test_rate_unknown_is_said_not_guessed(self):
        self.rate.unlink()
        self.count()
        row = self.allowance(self.aline)
        self.assertFalse(row.rate_known)
        self.assertFalse(row.amount)
        self.assertIn("rate", row.missing)
        self.assertIn(f"not known for {self.year.name}", row.working_text)
        # the administrator of the académie adds it: everything is counted again
        self.env["bde.allowance.rate"].with_user(self.bde_admin).create(
            {"school_year": self.year.name, "key": "2383", "name": "Terminale", "daily": 20,
             "cap": 100, "source": "Arrêté"}
        )  # fmt: skip
        self.count()
        self.assertEqual(row.amount, 100)
        self.assertNotIn("rate", row.missing)

    def test_a_pupil_who_changes_class_and_mef_keeps_the_days_of_each(self):
        """The stay that is over stays under the MEF of that time."""
        self.env["bde.allowance.rate"].create(
            {"school_year": self.year.name, "key": "2382", "name": "Première", "daily": 15,
             "cap": 600, "source": "Test", "is_own": False}
        )  # fmt: skip
        row = self.allowance(self.aline)
        amount = row.amount
        self.aline.schooling_ids.write({"division_id": self.division_a2.id, "mef": PREMIERE})
        self.count()
        self.assertEqual((row.mef, row.amount), (TERMINALE, amount))
        self.sign_later_stay()
        rows = self.allowance(self.aline)
        self.assertEqual(rows.mapped("mef"), [TERMINALE, PREMIERE])
        # another MEF has its own rate and cap
        self.assertEqual(rows[1].daily, 15)
        self.assertEqual(rows[1].amount, rows[1].days * 15)
        self.assertEqual(rows[1].status, "coming")

    def test_the_cap_of_the_year_over_two_stays(self):
        later = self.period_a.copy(
            {"date_start": self.end + timedelta(days=60), "date_end": self.end + timedelta(days=72)}
        )
        second = self.env["bde.placement"].create(
            {"period_id": later.id, "schooling_id": self.boris.schooling_ids.id,
             **self.complete_vals()}
        )  # fmt: skip
        self.make(second).document_id.sudo().state = "signed"
        self.count()
        first, last = self.allowance(self.boris)
        self.assertEqual(first.amount, first.days * 20)
        self.assertEqual(last.amount, 400 - first.amount)
        self.assertIn("is left", last.working_text)

    def test_entered_is_held_and_a_change_is_told(self):
        self.complete()
        row = self.allowance(self.aline).with_env(self.as_user(self.secretary_a))
        row.action_mark_entered()
        self.assertEqual(row.status, "entered")
        self.assertEqual(row.entered_on, self.school_a._bde_today())
        self.assertEqual(row.entered_by_id, self.secretary_a)
        entered = row.amount
        # the host corrects his attestation
        self.placement.convention_id.document_id.sudo().state = "ended"
        self.miss(self.placement, 2)
        self.assertEqual(row.status, "changed")
        self.assertEqual((row.entered_days, row.amount), (row.days + 2, entered))
        # corrected in APLyPro and marked again
        row.action_mark_entered()
        self.assertEqual((row.status, row.amount), ("entered", entered - 40))
        row.action_take_back_entry()
        self.assertEqual(row.missing, ["attestation"])

    def test_closed_without_an_attestation_pays_nothing(self):
        self.complete()
        convention = self.placement.convention_id
        convention.sudo().attestation_on = False
        convention.document_id.sudo().state = "closed"
        self.count()
        self.assertEqual(self.allowance(self.aline).missing, ["attestation"])
        convention.sudo().attestation_on = self.today
        self.count()
        self.assertEqual(self.allowance(self.aline).status, "ready")

    def test_nothing_ready_nothing_marked(self):
        rows = self.env["bde.allowance"].with_env(self.as_user(self.secretary_a)).search([])
        with self.assertRaisesRegex(UserError, "Nothing here is ready"):
            rows.action_mark_entered()

    def test_no_day_done_nothing_to_enter(self):
        self.miss(self.placement, self.placement.presence_days)
        self.complete()
        self.assertEqual(self.allowance(self.aline).status, "nothing")

    def test_dates_and_overlap(self):
        self.complete()
        schooling = self.aline.schooling_ids
        schooling.date_start = self.start + timedelta(days=3)
        self.count()
        self.assertEqual(self.allowance(self.aline).missing, ["schooling"])
        schooling.date_start = False
        other = self.period_a.copy({"name": "Other"})
        second = self.env["bde.placement"].create(
            {"period_id": other.id, "schooling_id": schooling.id, **self.complete_vals()}
        )
        self.make(second).document_id.sudo().state = "attested"
        self.count()
        for row in self.allowance(self.aline):
            self.assertEqual(row.missing, ["overlap"])

    def test_too_many_at_once_are_left_to_the_job(self):
        path = "odoo.addons.bde_pfmp.models.bde_allowance_refresh.AT_ONCE"
        self.rate.daily = 10
        row = self.allowance(self.aline)
        amount = row.amount
        with patch(path, 0):
            self.count()
        self.assertEqual(row.amount, amount)
        self.assertTrue(self.left(self.aline))
        with self.enter_registry_test_mode():
            self.env.ref("bde_pfmp.ir_cron_allowance").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(row.amount, row.days * 10)
        self.assertFalse(self.left(self.aline))

    def test_a_pupil_who_cannot_be_counted_stops_no_other(self):
        path = "odoo.addons.bde_pfmp.models.bde_allowance_refresh.AT_ONCE"
        self.rate.daily = 10
        with patch(path, 0):
            self.count()
        Allowance = type(self.env["bde.allowance"])
        row = Allowance._row

        def fails(records, placement, *args):
            if placement.student_id == self.aline:
                raise ValueError("a bad record")
            return row(records, placement, *args)

        with (
            patch.object(Allowance, "_row", fails),
            mute_logger("odoo.addons.bde_pfmp.models.bde_allowance_refresh"),
            self.enter_registry_test_mode(),
        ):
            self.env.ref("bde_pfmp.ir_cron_allowance").method_direct_trigger()
        self.env.invalidate_all()
        self.assertTrue(self.left(self.aline), "the next run tries it again")
        for pupil in self.pupils - self.aline:
            self.assertFalse(self.left(pupil))
            for other in self.allowance(pupil):
                self.assertEqual(other.daily, 10)

    def test_the_job_counts_what_ended(self):
        row = self.allowance(self.aline)
        row.sudo().write({"status": "coming"})
        self.env["bde.allowance"].search([]).flush_recordset()
        with self.enter_registry_test_mode():
            self.env.ref("bde_pfmp.ir_cron_allowance").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(row.status, "missing")

    def test_the_same_queries_for_one_and_for_all(self):
        Allowance = self.env["bde.allowance"].sudo()

        def queries(schoolings):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            Allowance._refresh(Allowance.env["bde.schooling"].browse(schoolings.ids))
            self.env.flush_all()
            return self.cr.sql_log_count - before

        queries(self.schoolings)
        # everything changes: the statement writes every row
        self.env.cr.execute("UPDATE bde_allowance SET days = 0")
        one = queries(self.schoolings[:1])
        self.env.cr.execute("UPDATE bde_allowance SET days = 0")
        self.assertEqual(queries(self.schoolings), one)
        # core reads what was not asked for by thousands of records: nothing is left to it
        with patch("odoo.orm.fields.PREFETCH_MAX", 1):
            self.env.cr.execute("UPDATE bde_allowance SET days = 0")
            self.assertEqual(queries(self.schoolings), one)


@tagged("post_install", "-at_install")
class TestAllowancePapers(AllowanceCase):
    def test_an_account_is_never_written(self):
        schooling = self.aline.schooling_ids.with_env(self.as_user(self.secretary_a))
        for name in ("rib_note", "attribution_note"):
            with (
                self.assertRaisesRegex(ValidationError, "bank account"),
                self.env.cr.savepoint(),
            ):
                schooling[name] = "FR76 3000 6000 0112 3456 7890 189"
        schooling.rib_note = "remis le 12/09"
        self.assertEqual(schooling.rib_note, "remis le 12/09")

    def test_who_is_of_age_uses_his_own_account(self):
        schooling = self.boris.schooling_ids.with_env(self.as_user(self.secretary_a))
        with self.assertRaisesRegex(ValidationError, "of age"):
            schooling.rib_state = "third"
        schooling.rib_state = "mandate"
        # a minor may: his mother's
        self.chloe.schooling_ids.with_env(self.as_user(self.secretary_a)).rib_state = "third"

    def test_a_minor_who_came_of_age_before_the_stay(self):
        """Allowed when it was noted; the stay of an adult asks for his own account."""
        self.complete()
        self.env.cr.execute(
            "UPDATE bde_schooling SET rib_state = 'third' WHERE id = %s",
            [self.boris.schooling_ids.id],
        )
        self.env.invalidate_all()
        self.env["bde.allowance"].sudo()._refresh(self.schoolings)
        self.env.invalidate_all()
        self.assertEqual(self.allowance(self.boris).missing, ["rib_third"])

    def test_who_reads_and_writes(self):
        row = self.allowance(self.aline)
        secretary = row.with_env(self.as_user(self.secretary_a))
        with self.assertRaisesRegex(AccessError, "counted"):
            secretary.amount = 1000
        secretary.mef = PREMIERE
        self.assertEqual(row.mef, PREMIERE)
        with self.assertRaisesRegex(UserError, "10 digits"):
            secretary.mef = "12"
        for user in (self.teacher_a, self.manager_b, self.bde_admin):
            with self.assertRaises(AccessError):
                row.with_env(self.as_user(user)).read(["amount"])

    def test_national_rates_are_written_by_nobody(self):
        Rate = self.env["bde.allowance.rate"]
        with self.assertRaisesRegex(AccessError, "National rates"):
            self.rate.with_user(self.bde_admin).cap = 1
        with self.assertRaises(AccessError):
            Rate.with_user(self.manager_a).create(
                {"school_year": "2027-2028", "key": "2383", "name": "x", "daily": 1, "cap": 1,
                 "source": "x"}
            )  # fmt: skip
        for vals, message in (
            ({"school_year": "2027"}, "not a school year"),
            ({"school_year": "2027-2029"}, "not a school year"),
            ({"key": "12"}, "neither a level"),
        ):
            with self.assertRaisesRegex(ValidationError, message):
                Rate.with_user(self.bde_admin).create(
                    {"school_year": "2027-2028", "key": "2383", "name": "x", "daily": 1,
                     "cap": 1, "source": "x", **vals}
                )  # fmt: skip
