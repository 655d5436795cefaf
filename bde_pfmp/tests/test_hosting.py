"""The accord d'accueil at the desk: sheets, acceptance, sending back."""

import re
from base64 import b64decode, b64encode
from io import BytesIO

from PIL import Image
from pypdf import PdfReader

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from odoo.addons.bde_partnerships.tests.common import SIRET_HOST, SIRET_OTHER

from .placement_common import WEEK_35, PlacementCase


@tagged("post_install", "-at_install")
class TestHosting(PlacementCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.placement = cls.new_placement(cls.aline)
        cls.hosting = cls.placement._ensure_hostings()

    def typed(self, **vals):
        """A complete sheet of a company that nobody knows yet."""
        return {
            "siret": SIRET_OTHER,
            "host_name": "Boulangerie Martin",
            "host_street": "2 place du Pain",
            "host_zip": "33000",
            "host_city": "Bordeaux",
            "activity": "Boulangerie",
            "signatory_name": "Jean Martin",
            "signatory_function": "Gérant",
            "signatory_email": "jean@martin.example",
            "tutor_same": True,
            "schedule": WEEK_35,
            "activity_ids": [(6, 0, self.training_a.activity_ids[:2].ids)],
            "insurance_company": "Groupama",
            "insurance_policy": "P 12",
            "meals": "offerts",
            "remarks": "Chaussures de sécurité",
            **vals,
        }

    def partners(self):
        return self.env["res.partner"].with_context(active_test=False).search_count([])

    # ------------------------------------------------------------------
    # Acceptance
    # ------------------------------------------------------------------

    def test_nothing_exists_before_acceptance(self):
        before = self.partners()
        self.hosting.write(self.typed())
        self.hosting.action_desk_submit()
        self.assertEqual(self.hosting.state, "submitted")
        self.assertEqual(self.partners(), before)
        self.assertFalse(self.placement.host_id)
        self.assertEqual(self.placement.state, "hosting")

    def test_acceptance_fills_in_everything(self):
        self.hosting.write(self.typed())
        self.hosting.with_env(self.as_user(self.secretary_a)).action_accept()
        placement, host = self.placement, self.placement.host_id
        self.assertEqual(
            (host.name, host.company_registry, host.city, host.activity),
            ("Boulangerie Martin", SIRET_OTHER, "Bordeaux", "Boulangerie"),
        )
        self.assertTrue(host.bde_employer)
        self.assertFalse(host.company_id)
        contact = placement.signatory_id
        self.assertEqual(placement.tutor_id, contact, "one person, one contact")
        self.assertEqual(
            (contact.name, contact.function, contact.email, contact.company_id, contact.parent_id),
            ("Jean Martin", "Gérant", "jean@martin.example", self.school_a, host),
        )
        self.assertTrue(contact.bde_signatory and contact.bde_tutor)
        self.assertEqual(placement.weekly_hours, 35)
        self.assertEqual(len(placement.activity_ids), 2)
        self.assertEqual(
            (placement.meals, placement.remarks), ("offerts", "Chaussures de sécurité")
        )
        self.assertEqual(placement.state, "agreed")
        self.assertEqual(
            (self.hosting.state, self.hosting.accepted_by), ("accepted", self.secretary_a)
        )
        relation = self.env["bde.relation"].search(
            [("company_id", "=", self.school_a.id), ("partner_id", "=", host.id)]
        )
        self.assertEqual(relation.insurance_policy, "P 12")

    def test_tutor_of_his_own(self):
        self.hosting.write(
            self.typed(
                tutor_same=False,
                tutor_name="Lea Four",
                tutor_phone="0612345678",
            )
        )
        self.hosting.action_accept()
        self.assertEqual(self.placement.tutor_id.name, "Lea Four")
        self.assertTrue(self.placement.tutor_id.bde_tutor)
        self.assertFalse(self.placement.tutor_id.bde_signatory)
        self.assertNotEqual(self.placement.tutor_id, self.placement.signatory_id)

    def test_same_siret_is_never_registered_twice(self):
        other = self.new_placement(self.boris)._ensure_hostings()
        hostings = self.hosting | other
        hostings.write(self.typed())
        hostings.action_accept()
        self.assertEqual(len(hostings.placement_id.host_id), 1)
        self.assertEqual(len(hostings.placement_id.signatory_id), 1, "nor the same contact")
        self.assertEqual(
            self.env["res.partner"].search_count([("company_registry", "=", SIRET_OTHER)]), 1
        )

    def test_known_siret_with_another_name_asks(self):
        self.hosting.write(self.typed(siret=SIRET_HOST))
        self.assertEqual(self.hosting.employer_id, self.employer)
        self.assertTrue(self.hosting.name_differs)
        with self.assertRaisesRegex(UserError, "Menuiserie Duval"):
            self.hosting.action_accept()
        self.hosting.name_confirmed = True
        self.hosting.action_accept()
        self.assertEqual(self.placement.host_id, self.employer)
        self.assertEqual(self.employer.name, "Menuiserie Duval", "the directory keeps its name")

    def test_same_name_written_otherwise_does_not_ask(self):
        self.hosting.write(self.typed(siret=SIRET_HOST, host_name="SARL MENUISERIE DUVAL"))
        self.assertFalse(self.hosting.name_differs)
        self.hosting.action_accept()
        self.assertEqual(self.placement.host_id, self.employer)

    def test_without_siret(self):
        self.hosting.write(self.typed(siret=False, no_siret=True, host_zip="SW1A"))
        self.assertFalse(self.hosting.employer_id)
        self.hosting.chosen_employer_id = self.employer
        self.hosting.action_accept()
        self.assertEqual(self.placement.host_id, self.employer)

    def test_incomplete_is_refused(self):
        for vals, label in (
            ({"signatory_email": False}, "Signatory e-mail"),
            ({"schedule": False}, "Weekly hours"),
            ({"insurance_company": False}, "Insurer"),
            ({"activity_ids": [(5,)]}, "Other tasks"),
        ):
            with self.subTest(vals=vals):
                self.hosting.write(self.typed(**vals))
                self.assertIn(label, self.hosting.missing)
                with self.assertRaisesRegex(UserError, label):
                    self.hosting.action_accept()
                with self.assertRaisesRegex(UserError, label):
                    self.hosting.action_desk_submit()

    def test_wrong_siret_at_the_desk(self):
        with self.assertRaisesRegex(ValidationError, "is not a SIRET"):
            self.hosting.siret = "81234567600018"

    def test_accepted_form_is_closed(self):
        self.hosting.write(self.typed())
        self.hosting.action_accept()
        with self.assertRaisesRegex(UserError, "accepted already"):
            self.hosting.action_accept()
        with self.assertRaises(UserError):
            self.hosting.host_name = "Other"
        with self.assertRaises(UserError):
            self.hosting.action_return("why")
        with self.assertRaises(UserError):
            self.hosting.action_restart()

    def test_referent_accepts(self):
        self.hosting.write(self.typed())
        self.hosting.action_desk_submit()
        self.hosting.with_env(self.as_user(self.teacher_a)).action_accept()
        self.assertEqual(self.placement.host_id.name, "Boulangerie Martin")
        self.assertEqual(self.hosting.accepted_by, self.teacher_a)

    def test_alerts_before_acceptance(self):
        nine = [["08:00", "12:00"], ["13:00", "18:00"]]
        self.hosting.write(self.typed(schedule={"mon": nine}))
        self.assertIn("L3162-1", self.hosting.alerts)

    # ------------------------------------------------------------------
    # Typed at the desk
    # ------------------------------------------------------------------

    def test_siret_brings_the_name(self):
        env = self.as_user(self.secretary_a)
        with Form(env["bde.hosting"].browse(self.hosting.id)) as form:
            form.siret = "732 829 320 00074"
            self.assertEqual(form.host_name, "Menuiserie Duval")
            self.assertEqual(form.host_city, "Bordeaux")
            form.schedule = WEEK_35
        self.assertEqual(self.hosting.siret, SIRET_HOST)

    def test_photo_beside_the_form(self):
        stream = BytesIO()
        Image.new("RGB", (3000, 1500), "white").save(stream, "PNG")
        self.hosting.photo = b64encode(stream.getvalue())
        stored = Image.open(BytesIO(b64decode(self.hosting.photo)))
        self.assertLessEqual(max(stored.size), 2400)

    # ------------------------------------------------------------------
    # Sending back
    # ------------------------------------------------------------------

    def test_return_with_a_reason(self):
        self.hosting.write(self.typed())
        self.hosting.action_desk_submit()
        before = self.env["mail.mail"].search([]).ids
        wizard = self.as_user(self.teacher_a)["bde.hosting.return"].create(
            {
                "hosting_ids": [(6, 0, self.hosting.ids)],
                "code": "hours",
                "reason": "Le mardi dépasse 8 heures.",
            }
        )
        self.assertTrue(wizard.mail_known)
        wizard.action_return()
        self.assertEqual((self.hosting.state, self.hosting.return_code), ("returned", "hours"))
        mail = self.env["mail.mail"].search([("id", "not in", before)])
        self.assertEqual(len(mail), 1)
        self.assertIn("jean@martin.example", mail.email_to)
        self.assertIn("Le mardi dépasse 8 heures.", mail.body_html)
        self.assertIn("Aline D.", mail.body_html)
        self.assertNotIn("DUPONT", mail.body_html.upper().replace("ALINE D.", ""))
        self.assertEqual(len(re.findall(r"/bde/a/[\w-]{40,}", mail.body_html)), 3)
        link = self.env["bde.link"].search([("res_id", "=", self.hosting.id)])
        self.assertEqual(link.email, "jean@martin.example")

    def test_return_without_mail(self):
        self.hosting.write(self.typed(signatory_email=False, signatory_phone="0556000000"))
        before = self.env["mail.mail"].search_count([])
        self.hosting.action_return("Appelez-nous")
        self.assertEqual(self.env["mail.mail"].search_count([]), before)
        with self.assertRaisesRegex(UserError, "Say why"):
            self.hosting.action_return("  ")

    def test_another_company(self):
        self.hosting.write(self.typed())
        self.hosting.action_desk_submit()
        link = self.hosting._mint_links()[self.hosting][0]
        self.hosting.action_restart()
        self.assertFalse(self.hosting.active)
        self.assertEqual(self.hosting.host_name, "Boulangerie Martin", "kept aside")
        self.assertTrue(link.revoked)
        new = self.placement.hosting_id
        self.assertNotEqual(new, self.hosting)
        self.assertFalse(new.host_name)
        self.assertEqual(self.placement.state, "to_place")

    # ------------------------------------------------------------------
    # Sheets
    # ------------------------------------------------------------------

    def test_sheets_of_a_class(self):
        self.period_a.action_close()
        self.period_a.action_open()
        self.period_a.action_create_placements()
        self.env["bde.training.activity"].create(
            [
                {
                    "training_id": self.training_a.id,
                    "name": f"{number}. Réaliser une installation d'éclairage dans un local",
                }
                for number in range(14)  # with those of the case, more than a sheet can list
            ]
        )
        placements = self.period_a.placement_ids.with_env(self.as_user(self.teacher_a))
        action = placements.action_print_sheets()
        sheet = self.env["bde.hosting.sheet"].browse(int(action["url"].split("/")[4]))
        self.assertEqual(sheet.create_uid, self.teacher_a)
        reader = PdfReader(BytesIO(b64decode(sheet.file)))
        self.assertEqual(len(reader.pages), 3, "one page a pupil")
        text = reader.pages[0].extract_text()
        for expected in (self.aline.name, "1MELEC", "Poser une goulotte", "Lycée Ampère"):
            self.assertIn(expected, text)
        self.assertNotIn(self.boris.name, text)
        self.assertEqual(set(placements.hosting_id.mapped("state")), {"sent"})
        links = self.env["bde.link"].search([("res_id", "in", placements.hosting_id.ids)])
        self.assertEqual(len(links), 3)
        self.assertFalse(any(links.mapped("email")), "a printed link names nobody")
        [address] = {
            note.get_object()["/A"]["/URI"] for note in reader.pages[0]["/Annots"]
        }  # the code can be clicked where the sheet is read on a computer
        self.assertIn("/bde/a/", address)

    def test_link_lives_until_the_period(self):
        link = self.hosting._mint_links()[self.hosting][0]
        today = self.school_a._bde_today()
        days = max((self.start - today).days, 14)
        self.assertAlmostEqual((link.expires_on.date() - today).days, days, delta=1)

    def test_no_sheet_for_placed_pupils(self):
        self.placement.host_id = self.employer
        with self.assertRaisesRegex(UserError, "have a host already"):
            self.placement.action_print_sheets()

    def test_printing_takes_constant_queries(self):
        env = self.as_user(self.manager_a)

        def queries(number):
            placements = self.env["bde.placement"]
            for index in range(number):
                pupil = self.new_pupil(f"Q{number}{index}", self.division_a, 2009)
                placements |= self.new_placement(pupil)
            env.flush_all()
            env.invalidate_all()
            before = env.cr.sql_log_count
            placements.with_env(env).action_print_sheets()
            env.flush_all()
            return env.cr.sql_log_count - before

        queries(2)
        queries(1)  # both fill caches
        self.assertEqual(queries(1), queries(12))

    # ------------------------------------------------------------------
    # Rights
    # ------------------------------------------------------------------

    def test_who_reads_and_writes(self):
        for user, allowed in (
            (self.secretary_a, True),
            (self.manager_a, True),
            (self.head_a, True),
            (self.teacher_a, True),
            (self.school_life_a, False),
            (self.intendance_a, False),
            (self.two_roles, False),
            (self.teacher_b, False),
            (self.manager_b, False),
            (self.correspondent, False),
            (self.bde_admin, False),
        ):
            hosting = self.hosting.with_env(self.as_user(user))
            for operation in ("read", "write"):
                with self.subTest(user=user.login, operation=operation):
                    self.assertEqual(hosting.has_access(operation), allowed)
        self.assertFalse(self.hosting.with_env(self.as_user(self.head_a)).has_access("unlink"))

    def test_state_is_not_written_by_hand(self):
        """Over RPC too, an agreement is accepted by its verb and a state follows from facts."""
        env = self.as_user(self.head_a)
        hosting = self.hosting.with_env(env)
        for vals in ({"state": "accepted"}, {"active": False}, {"accepted_by": env.uid}):
            with self.assertRaisesRegex(AccessError, "Use the buttons"):
                hosting.write(vals)
        with self.assertRaises(AccessError):
            env["bde.hosting"].create(
                {"placement_id": self.new_placement(self.boris).id, "state": "accepted"}
            )
        with self.assertRaisesRegex(AccessError, "follows from its facts"):
            env["bde.placement"].create(
                {
                    "period_id": self.period_a.id,
                    "schooling_id": self.chloe.schooling_ids.id,
                    "state": "signed",
                }
            )
        placement = self.placement.with_env(env)
        for vals in ({"state": "signed"}, {"total_hours": 3}, {"hosting_id": False}):
            with self.assertRaisesRegex(AccessError, "follow from the others"):
                placement.write(vals)

    def test_other_school_cannot_accept_nor_print(self):
        self.hosting.write(self.typed())
        foreign = self.hosting.with_env(self.as_user(self.manager_b))
        for verb in (
            foreign.action_accept,
            foreign.action_restart,
            lambda: foreign.action_return("x"),
            foreign.placement_id.with_env(foreign.env).action_print_sheets,
        ):
            with self.assertRaises(AccessError):
                verb()

    def test_sheet_is_its_author_s_alone(self):
        """It holds links in clear."""
        action = self.placement.with_env(self.as_user(self.teacher_a)).action_print_sheets()
        sheet = self.env["bde.hosting.sheet"].browse(int(action["url"].split("/")[4]))
        for user in (self.manager_a, self.manager_b):
            self.assertFalse(sheet.with_env(self.as_user(user)).has_access("read"))
        wizard = self.as_user(self.teacher_a)["bde.hosting.return"].create(
            {"hosting_ids": [(6, 0, self.hosting.ids)], "reason": "x"}
        )
        self.assertFalse(wizard.with_env(self.as_user(self.manager_b)).has_access("read"))
