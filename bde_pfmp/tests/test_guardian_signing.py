"""Guardians: two holders, judgments, disagreement, and birthdays while a convention is out."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time
from markupsafe import escape

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .convention_common import ConventionCase


class GuardianCase(ConventionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.as_head = cls.as_user(cls.head_a)
        cls.link_mother = cls.mother.guardianship_ids
        cls.link_father = cls.father.guardianship_ids
        cls.father.email = "karim@family.example"
        cls.convention = cls.make(cls.placement)

    def send(self):
        self.convention.with_env(self.as_manager).action_send()
        self.serial = self.convention.version_id.serial

    def versions(self):
        """How many versions were made since it was sent."""
        return self.convention.version_id.serial - self.serial

    def signature(self, role, name=None):
        found = self.convention.sudo().signature_ids.filtered(
            lambda s: s.role == role and (not name or name in s.name)
        )
        self.assertEqual(len(found), 1, found.mapped("name"))
        return found


@tagged("post_install", "-at_install")
class TestTwoHolders(GuardianCase):
    def test_first_signature_is_enough(self):
        self.send()
        self.assertEqual(self.convention.signature_count, 5, "both guardians are one signature")
        mother, father = self.signature("guardian", "Sophie"), self.signature("guardian", "Karim")
        self.assertEqual({mother.state, father.state}, {"to_sign"})
        self.assertTrue(mother.alternative)
        self.assertEqual(mother.alternative, father.alternative)
        father._sign("typed", "Karim Dupont")
        others = self.convention.signature_ids - father - mother
        while todo := others.filtered(lambda s: s.state == "to_sign"):
            todo._sign("typed", "X")
        self.assertEqual(self.convention.state, "signed", "nobody waits for the mother")

    def test_person_is_no_name(self):
        refs = self.convention.signature_ids.mapped("person_ref")
        self.assertIn(f"bde.guardian,{self.mother.id}", refs)
        self.assertIn(f"bde.student,{self.aline.id}", refs)
        self.assertIn(f"bde.teacher,{self.prof_a.id}", refs)
        self.assertFalse([ref for ref in refs if "Dupont" in (ref or "")])

    def test_contact_never(self):
        self.send()
        self.assertNotIn("Moreau", "".join(self.convention.signature_ids.mapped("name")))

    def test_copies_go_to_both(self):
        self.send()
        self.signature("guardian", "Karim")._sign("typed", "Karim Dupont")
        self.sign_all(self.convention)
        Mail = self.env["mail.mail"].sudo()
        before = Mail.search([])
        self.env["bde.delivery"]._send_copies(self.convention.document_id.sudo())
        sent = "".join((Mail.search([]) - before).mapped("email_to"))
        self.assertIn("sophie@family.example", sent)
        self.assertIn("karim@family.example", sent)
        self.assertNotIn("jeanne@family.example", sent)


@tagged("post_install", "-at_install")
class TestJudgments(GuardianCase):
    def note(self, link, judgment, **vals):
        link.with_env(self.as_head).write(
            {
                "judgment": judgment,
                "judgment_date": self.year.date_start,
                "judgment_note": "TJ Bordeaux, RG 26/01234",
                **vals,
            }
        )

    def test_sole_authority(self):
        self.note(self.link_mother, "sole")
        self.assertEqual(self.roles(self.convention)["guardian"], [("DUPONT Sophie", True)])
        self.assertFalse(self.link_father.has_authority)
        self.assertEqual(self.aline._legal_guardians(), self.mother)
        self.assertEqual(self.convention.guardian_choice_ids, self.mother)

    def test_withdrawn(self):
        self.note(self.link_mother, "withdrawn")
        self.assertEqual(self.roles(self.convention)["guardian"], [("DUPONT Karim", True)])
        self.note(self.link_father, "withdrawn")
        self.assertFalse(self.aline.has_legal_guardian)
        reasons = "".join(self.placement._convention_obstacles()[self.placement])
        self.assertIn("legal representative", reasons)

    def test_one_who_lost_authority_is_not_chosen(self):
        self.convention.guardian_id = self.father
        self.note(self.link_father, "withdrawn")
        self.assertEqual(self.roles(self.convention)["guardian"], [("DUPONT Sophie", True)])

    def test_head_alone_writes_and_reads(self):
        for user in (self.manager_a, self.secretary_a):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.link_mother.with_env(self.as_user(user)).judgment = "sole"
        self.note(self.link_mother, "sole")
        self.assertIn("RG 26", self.link_mother.with_env(self.as_head).judgment_note)
        link = self.link_mother.with_env(self.as_manager)
        self.assertEqual(link.judgment, "sole", "the bureau knows whom to write to")
        with self.assertRaises(AccessError):
            link.read(["judgment_note"])
        with self.assertRaises(AccessError):
            link.read(["kept_judgment_note"])

    def test_head_of_another_school_who_is_secretary_here(self):
        self.env["bde.membership"].create(
            {"user_id": self.head_b.id, "company_id": self.school_a.id, "role": "secretary",
             "date_from": self.year.date_start}
        )  # fmt: skip
        self.note(self.link_mother, "sole")
        link = self.link_mother.with_env(self.as_user(self.head_b))
        self.assertTrue(link.has_access("read"))
        self.assertFalse(link.judgment_note)
        with self.assertRaises(AccessError):
            link.judgment_note = "x"

    def test_refused(self):
        def refusal(link, judgment, **vals):
            with self.assertRaises(ValidationError) as caught:
                self.note(link, judgment, **vals)
            return str(caught.exception)

        tomorrow = self.school_a._bde_today() + timedelta(days=1)
        self.assertIn("not passed yet", refusal(self.link_mother, "sole", judgment_date=tomorrow))
        self.assertIn("not of a contact", refusal(self.aunt.guardianship_ids, "withdrawn"))
        self.note(self.link_mother, "sole")
        self.assertIn("authority alone", refusal(self.link_father, "sole"))

    def test_noted_while_it_is_out(self):
        """Who lost authority signs nothing more and hears nothing more; the other one goes on."""
        self.send()
        father = self.signature("guardian", "Karim")
        before = self.env["mail.mail"].sudo().search([])
        self.note(self.link_father, "withdrawn")
        self.assertEqual(father.state, "void")
        with self.assertRaises(UserError):
            father._sign("typed", "Karim Dupont")
        self.assertEqual(self.signature("guardian").name, "DUPONT Sophie")
        self.assertEqual(self.convention.state, "to_sign")
        after = self.env["mail.mail"].sudo().search([]) - before
        self.assertNotIn("karim@", "".join(after.mapped("email_to")))

    def test_many_at_once(self):
        students = self.pupils
        self.env.invalidate_all()
        with self.assertQueryCount(1):
            students._legal_guardians_by_student()


@tagged("post_install", "-at_install")
class TestDisagreement(GuardianCase):
    def dispute(self, value=True):
        self.aline.with_env(self.as_head).guardian_dispute = value

    def test_stopped_while_out(self):
        self.send()
        mother = self.signature("guardian", "Sophie")
        self.dispute()
        self.assertTrue(self.convention.guardian_stop)
        with self.assertRaisesRegex(UserError, "head of the school"):
            mother._sign("typed", "Sophie Dupont")
        self.signature("host")._sign("typed", "Anne Duval")
        self.assertEqual(self.convention.state, "partly_signed", "the others go on")
        self.assertFalse(self.env["bde.delivery"]._deliver(mother, reminder=True))
        cards = {card["label"]: card for card in self.as_head["bde.home"]._home_cards()}
        self.assertEqual(cards["Guardians who disagree"]["count"], 1)

    def test_the_head_decides(self):
        self.send()
        self.dispute()
        with self.assertRaises(AccessError):
            self.convention.with_env(self.as_manager).action_release_guardians()
        self.convention.with_env(self.as_head).action_release_guardians()
        mother = self.signature("guardian", "Sophie")
        mother._sign("typed", "Sophie Dupont")
        self.assertEqual(mother.state, "signed")

    def test_the_proof_tells_it(self):
        document = self.convention.document_id
        tell = document._tell_state
        self.assertIn("disagree", tell({"guardians": "stopped"}, {})[0])
        self.assertIn("no authority", tell({"signature": "x", "authority": False}, {})[0])
        self.assertEqual(tell({"state": "attested"}, {}), ["Attested"])

    def test_they_agree_again(self):
        self.send()
        self.dispute()
        self.dispute(False)
        self.assertFalse(self.convention.guardian_stop)
        self.signature("guardian", "Sophie")._sign("typed", "Sophie Dupont")

    def test_sent_by_the_head_it_is_decided(self):
        self.dispute()
        self.convention.with_env(self.as_head).action_send()
        self.signature("guardian", "Sophie")._sign("typed", "Sophie Dupont")

    def test_of_age_there_is_nobody_to_stop(self):
        convention = self.make(self.placement_adult)
        convention.with_env(self.as_manager).action_send()
        self.boris.with_env(self.as_head).guardian_dispute = True
        self.assertFalse(convention.guardian_stop)


@tagged("post_install", "-at_install")
class TestComingOfAge(GuardianCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.birthday = cls.school_a._bde_today() + timedelta(days=3)
        cls.aline.birth_date = cls.birthday - relativedelta(years=18)

    def job(self):
        self.env["bde.convention"]._cron_birthdays()

    def at(self, day=None, hour="10:00:00"):
        return freeze_time(f"{day or self.birthday} {hour}")

    def test_signs_for_himself(self):
        self.send()
        self.signature("host")._sign("typed", "Anne Duval")
        with self.at(self.birthday - timedelta(days=1)):
            self.job()
            self.assertEqual(self.versions(), 0)
        before = self.env["mail.mail"].sudo().search([])
        with self.at():
            self.job()
        self.assertEqual(self.versions(), 1)
        self.assertFalse(self.convention.correcting_since)
        pupil = self.signature("student")
        self.assertEqual((pupil.required, pupil.state), (True, "to_sign"))
        self.assertFalse(self.convention.signature_ids.filtered(lambda s: s.role == "guardian"))
        host = self.signature("host")
        self.assertEqual(host.state, "signed", "nobody else signs again")
        self.assertTrue(host.kept_from_id)
        mails = self.env["mail.mail"].sudo().search([]) - before
        told = "".join(mails.mapped("email_to"))
        self.assertIn("aline@pupil.example", told)
        self.assertIn("sophie@family.example", told, "her signature is not needed any more")
        letter = mails.filtered(lambda m: "sophie@" in m.email_to)[:1].body_html
        reasons = self.convention.with_context(lang=self.convention.lang)._correction_reasons()
        self.assertIn(escape(reasons["age"]), letter)
        with self.at():
            self.sign_all(self.convention)
        self.assertEqual(self.convention.state, "signed")

    def test_whose_guardian_signed_is_left_alone(self):
        self.send()
        self.signature("guardian", "Sophie")._sign("typed", "Sophie Dupont")
        with self.at():
            self.job()
            self.assertEqual(self.versions(), 0)
            self.convention.invalidate_recordset()
            self.assertFalse(self.convention.is_changed)
            self.sign_all(self.convention)
        self.assertEqual(self.convention.state, "signed")

    def test_the_very_day_before_the_job_ran(self):
        """A guardian who opens the link on the birthday is refused, with the reason."""
        self.send()
        mother = self.signature("guardian", "Sophie")
        with self.at(), self.assertRaisesRegex(UserError, "of age now"):
            mother._sign("typed", "Sophie Dupont")
        with self.at(self.birthday - timedelta(days=1)):
            mother._sign("typed", "Sophie Dupont")
        self.assertEqual(mother.state, "signed")

    def test_midnight_is_that_of_the_school(self):
        """23:30 in Paris is the day before; in Nouméa it is the birthday since ten hours."""
        self.send()
        eve = self.birthday - timedelta(days=1)
        with self.at(eve, "22:30:00"):  # 23:30 or 0:30 in Paris
            here = self.school_a._bde_today()
            self.job()
            self.assertEqual(self.versions(), 0 if here == eve else 1)
        self.school_a.bde_tz = "Pacific/Noumea"
        with self.at(eve, "14:00:00"):
            self.job()
        self.assertEqual(self.versions(), 1)

    def test_emancipated_while_it_is_out(self):
        self.send()
        self.aline.with_env(self.as_head).is_emancipated = True
        self.job()
        self.assertEqual(self.signature("student").required, True)

    def test_who_cannot_be_reached_waits_for_the_bureau(self):
        """Nothing is lost: the convention is held in correction until the school has an address."""
        self.send()
        self.aline.write({"email": False, "phone": False})
        with self.at():
            self.job()
            self.assertEqual(self.versions(), 0)
            self.assertTrue(self.convention.correcting_since)
            self.job()  # once
            self.aline.email = "aline@pupil.example"
            self.convention.document_id.with_env(self.as_manager).action_send_correction()
        self.assertEqual(self.signature("student").state, "to_sign")

    def test_twice_changes_nothing(self):
        self.send()
        with self.at():
            self.job()
            self.job()
        self.assertEqual(self.versions(), 1)
