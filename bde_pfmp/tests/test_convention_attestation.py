"""What was really done, and the attestation of the host."""

from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .convention_common import ConventionCase
from .test_convention_pdf import flat, read, text_of


class AttestationCase(ConventionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.conventions = cls.make()
        cls.conventions.action_send()
        cls.sign_all(cls.conventions)
        cls.convention = cls.conventions[0]

    def finish(self, conventions=None):
        documents = (self.conventions if conventions is None else conventions).document_id
        documents._set_state("ended")

    def miss(self, days, hours=0):
        """The bureau notes days that the pupil missed, dates not known."""
        self.as_manager["bde.absence"].create(
            {
                "placement_id": self.placement.id,
                "date_from": self.placement.date_start,
                "date_to": self.placement.date_end,
                "part": "total",
                "total_days": days,
                "missed_hours": hours,
            }
        )


@tagged("post_install", "-at_install")
class TestAttestation(AttestationCase):
    def test_done_is_planned_minus_absences(self):
        planned = self.placement.presence_days
        self.assertEqual(self.convention.effective_days, planned)
        self.assertEqual(self.convention.effective_hours, self.placement.total_hours)
        self.miss(1.5, 2)
        self.assertEqual(self.convention.effective_days, planned - 1.5)
        self.assertAlmostEqual(
            self.convention.effective_hours, self.placement.total_hours - 1.5 * 7 - 2
        )

    def test_not_before_the_last_day(self):
        with freeze_time(f"{self.convention.date_end - timedelta(days=1)} 12:00:00"):
            with self.assertRaises(UserError) as caught:
                self.convention.action_print_attestation()
            self.assertIn("DUPONT Aline", str(caught.exception))
            with self.assertRaises(UserError):
                self.convention.action_record_attestation()
        with freeze_time(f"{self.convention.date_end} 12:00:00"):
            action = self.convention.action_print_attestation()
            self.assertIn(str(self.convention.id), action["url"])

    def test_unsigned_has_none(self):
        convention = self.make(self.new_placement(self.emma, **self.complete_vals()))
        self.assertFalse(convention, "Emma is a minor without guardian")
        self.conventions[1].document_id._set_state("to_sign")
        with freeze_time(f"{self.convention.date_end + timedelta(days=5)} 12:00:00"):
            with self.assertRaises(UserError):
                self.conventions[1].action_print_attestation()

    def test_pdf(self):
        self.finish()
        self.miss(2)
        self.convention.write({"gratification_total": 612.5})
        pdf = self.conventions._attestation_pdf()
        pages = read(pdf).pages
        self.assertEqual(len(pages), 3)
        text = flat(pages[0].extract_text().replace("\u00a0", " ").replace("’", "'"))
        days = self.placement.presence_days - 2
        for phrase in (
            "Attestation de période de formation en milieu professionnel",
            "Menuiserie Duval", "732 829 320 00074", "Anne Duval, Gérante",
            "DUPONT Aline", "15 août", "1MELEC", "Lycée Ampère",
            f"Durée effective totale : {days} jours de présence, soit {days * 7} heures",
            "612", "Signature et cachet".upper(), self.convention.number,
        ):  # fmt: skip
            with self.subTest(phrase=phrase):
                self.assertIn(phrase, text)
        self.assertNotIn("Boris", text)
        other = flat(pages[1].extract_text())
        self.assertNotIn("gratification", other, "none was agreed: no line")
        metadata = read(pdf).trailer["/Root"]["/Metadata"].get_object().get_data().decode()
        self.assertRegex(metadata, r"pdfaid:conformance[^A-Z]+A")

    def test_it_certifies_what_was_signed(self):
        self.finish()
        self.employer.name = "Nouvelle raison sociale"
        self.assertIn("Menuiserie Duval", text_of(self.convention._attestation_pdf()))

    def test_recorded(self):
        self.finish()
        self.conventions.with_env(self.as_manager).action_record_attestation()
        self.assertEqual(set(self.conventions.mapped("state")), {"attested"})
        self.assertEqual(set(self.placements.mapped("state")), {"attested"})

    def test_teacher_prints_and_records_not(self):
        self.finish()
        mine = self.convention.with_env(self.as_user(self.teacher_a))
        self.assertTrue(mine._attestation_pdf())
        with self.assertRaises(AccessError):
            mine.action_record_attestation()


@tagged("post_install", "-at_install")
class TestAttestationPage(AttestationCase, HttpCase):
    def test_page(self):
        self.finish()
        ids = ",".join(map(str, self.conventions.ids))
        self.authenticate("teacher_a", "teacher_a")
        response = self.url_open(f"/bde/attestations?ids={ids}")
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.headers["Content-Type"], "application/pdf")
        self.assertTrue(response.content.startswith(b"%PDF-"))
        self.assertEqual(self.url_open("/bde/attestations?ids=").status_code, 404)
        self.authenticate("manager_b", "manager_b")
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open(f"/bde/attestations?ids={ids}").status_code, 403)
