from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .convention_common import ConventionCase
from .placement_common import WEEK_35


@tagged("post_install", "-at_install")
class TestConventionCorrection(ConventionCase):
    """Corrections of conventions that are out: who signs again, what is said of it."""

    def out(self, placement=None, *signed):
        """A convention that is out, signed by some roles."""
        convention = self.make(placement or self.placement)
        convention.with_env(self.as_manager).action_send()
        for role in signed:
            self.of(convention, role).filtered("required")._sign("typed", role)
        return convention.sudo()

    def of(self, convention, role):
        return convention.sudo().signature_ids.filtered(lambda s: s.role == role)

    def required(self, convention):
        """{role: state} of those whose signature is asked."""
        return {s.role: s.state for s in convention.signature_ids if s.required}

    def correct(self, convention, values=None, reason="Correction"):
        mine = convention.with_env(self.as_manager)
        mine.document_id.action_correct(reason)
        if values:
            mine.placement_id.write(values)
        mine.document_id.action_send_correction()
        convention.invalidate_recordset()

    def said(self, convention):
        """What the last version changed: {label: (old, new)}."""
        new, old = convention.document_id.version_ids.sorted("serial", reverse=True)[:2]
        return {c["label"]: (c["old"], c["new"]) for c in new._differences(old)}

    # ------------------------------------------------------------
    # Classes
    # ------------------------------------------------------------

    def test_a_typo_in_a_name_after_three_signatures(self):
        """The name of the pupil was misspelt: nobody signs again, each one is told."""
        convention = self.out(None, "host", "tutor", "guardian")
        self.aline.sudo().write({"firstname": "Alyne"})
        self.correct(convention)
        self.assertEqual(
            self.required(convention),
            {"host": "signed", "tutor": "signed", "guardian": "signed", "referent": "to_sign",
             "head": "waiting"},
        )  # fmt: skip
        old_name, new_name = self.said(convention)["Pupil"]
        self.assertNotEqual(old_name, new_name)
        self.assertEqual(list(self.said(convention)), ["Pupil"], "told once")
        self.sign_all(convention)
        self.assertEqual(convention.state, "signed")
        document = convention.document_id
        self.assertFalse(self.env["bde.journal.check"]._check_documents(document))

    def test_hours_concern_host_and_pupils_side(self):
        convention = self.out(None, "host", "tutor", "guardian", "referent")
        later = WEEK_35 | {"tue": [["09:00", "12:00"], *WEEK_35["tue"][1:]]}
        self.correct(convention, {"schedule": later})
        self.assertEqual(
            self.required(convention),
            {"host": "to_sign", "tutor": "to_sign", "guardian": "to_sign", "referent": "signed",
             "head": "waiting"},
        )  # fmt: skip
        said = self.said(convention)
        first = "–".join(WEEK_35["tue"][0])
        self.assertEqual(said["Hours on Tuesday"], (first, "09:00–12:00"))
        self.assertEqual(set(said), {"Hours on Tuesday", "Hours a week"})

    def test_dates_concern_everybody(self):
        convention = self.out(None, "host", "tutor", "guardian", "referent")
        end = self.placement.date_end
        self.correct(convention, {"date_end": end - timedelta(days=7)})
        self.assertEqual(
            set(self.required(convention).values()), {"to_sign", "waiting"}, "all sign again"
        )
        said = self.said(convention)
        self.assertEqual(list(said), ["Last day"], "totals follow from the dates")
        self.assertIn(str(end.year), said["Last day"][0])

    def test_another_tutor_concerns_everybody_and_his_name_is_corrected_for_free(self):
        convention = self.out(None, "host", "tutor", "referent")
        self.tutor.sudo().write({"name": "Yves Rabaud"})
        self.correct(convention)
        self.assertEqual(self.required(convention)["tutor"], "signed")
        self.assertEqual(list(self.said(convention)), ["Tutor"])
        other = self.new_contact("Inès Morel", bde_tutor=True, bde_signatory=False)
        self.correct(convention, {"tutor_id": other.id})
        self.assertEqual(set(self.required(convention).values()), {"to_sign", "waiting"})

    def test_another_signatory_signs_and_the_others_are_kept(self):
        convention = self.out(None, "host", "tutor", "guardian")
        other = self.new_contact("Inès Morel", function="Directrice")
        self.correct(convention, {"signatory_id": other.id})
        self.assertEqual(
            {role: self.required(convention)[role] for role in ("host", "tutor", "guardian")},
            {"host": "to_sign", "tutor": "signed", "guardian": "signed"},
        )

    def test_the_pupil_came_of_age(self):
        """Who turned 18 signs himself; the others keep theirs, the parents are not asked."""
        convention = self.out(None, "host", "tutor")
        today = self.school_a._bde_today()
        self.aline.sudo().birth_date = today.replace(year=today.year - 18)
        self.correct(convention)
        required = self.required(convention)
        self.assertNotIn("guardian", required)
        self.assertEqual(required["student"], "to_sign")
        self.assertEqual((required["host"], required["tutor"]), ("signed", "signed"))

    # ------------------------------------------------------------
    # Locks
    # ------------------------------------------------------------

    def test_terms_are_open_only_while_it_is_corrected(self):
        convention = self.out()
        placement = self.placement.with_env(self.as_manager)
        with self.assertRaisesRegex(UserError, "Press “Correct”"):
            placement.write({"meals": "Cantine"})
        action = placement.action_correct()
        wizard = self.as_manager["bde.correction"].browse(action["res_id"])
        opened = wizard.action_open_terms()
        self.assertEqual((opened["res_model"], opened["res_id"]), ("bde.placement", placement.id))
        placement.write({"meals": "Cantine"})
        convention.with_env(self.as_manager).document_id.action_send_correction()
        with self.assertRaisesRegex(UserError, "Press “Correct”"):
            placement.write({"meals": "Panier"})
        self.sign_all(convention)
        with self.assertRaisesRegex(UserError, "amendment"):
            placement.write({"meals": "Panier"})

    def test_what_is_not_complete_is_not_sent(self):
        convention = self.out()
        mine = convention.with_env(self.as_manager)
        mine.document_id.action_correct("Tutor")
        mine.placement_id.write({"tutor_id": False})
        self.assertTrue(mine.is_changed)
        with self.assertRaisesRegex(UserError, "To complete"):
            mine.document_id.action_send_correction()
        [line] = self.as_manager["bde.correction"].browse(mine.action_correct()["res_id"]).line_ids
        self.assertFalse(line.can_send)
        self.assertIn("To complete", line.obstacle)

    def test_the_law_is_checked_before_a_correction_too(self):
        convention = self.out(None, "host")
        mine = convention.with_env(self.as_manager)
        mine.document_id.action_correct("Hours")
        mine.placement_id.write({"schedule": WEEK_35 | {"sun": [["08:00", "12:00"]]}})
        with self.assertRaises(UserError):
            mine.document_id.action_send_correction()
        self.assertEqual(convention.version_id.serial, 1)

    def test_dates_follow_the_period_while_they_are_corrected(self):
        """The dates of a class move: the whole class is corrected in one go."""
        conventions = self.out(self.placements)
        documents = conventions.with_env(self.as_manager).document_id
        documents.action_correct("Dates")
        period = self.placements.period_id
        period.date_end -= timedelta(days=7)
        self.assertEqual(set(self.placements.mapped("date_end")), {period.date_end})
        documents.action_send_correction()
        self.assertEqual(set(conventions.mapped("version_id.serial")), {2})

    def test_a_teacher_reads_the_difference_and_corrects_nothing(self):
        convention = self.out()
        self.correct(convention, {"meals": "Cantine"})
        teacher = self.as_user(self.teacher_a)
        mine = convention.with_env(teacher)
        action = mine.action_compare_versions()
        wizard = teacher["bde.version.compare"].browse(action["res_id"])
        self.assertIn("Cantine", wizard.difference)
        with self.assertRaises(AccessError):
            mine.action_correct()
        stranger = self.as_user(self.manager_b)
        with self.assertRaises(AccessError):
            convention.with_env(stranger).document_id.version_id.action_compare()

    def test_a_refusal_and_its_correction(self):
        convention = self.out(None, "tutor", "guardian")
        self.of(convention, "host")._refuse("Not on Mondays")
        self.correct(convention, {"remarks": "Pas le lundi matin"})
        self.assertEqual(convention.state, "to_sign")
        self.assertEqual(self.of(convention, "host").state, "to_sign")


@tagged("post_install", "-at_install")
class TestPersonRefs(ConventionCase):
    def test_upgraded_signatures_know_their_person(self):
        """Rows made before corrections existed: the first correction keeps them."""
        convention = self.make(self.placement).sudo()
        convention.action_send()
        host = convention.signature_ids.filtered(lambda s: s.role == "host")
        student = convention.signature_ids.filtered(lambda s: s.role == "student")
        host._sign("typed", "Anne Duval")
        convention.signature_ids.write({"person_ref": False})
        self.env["bde.document"]._refresh_person_refs("bde.convention")
        self.assertEqual(host.person_ref, f"res.partner,{self.boss.id}")
        self.assertEqual(student.person_ref, f"bde.student,{self.aline.id}")
