import base64

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .agreement_common import AgreementCase

PDF = b"%PDF-1.4 what the rector signed"


@tagged("post_install", "-at_install")
class TestFramework(AgreementCase):
    """Framework agreements: the académie writes, all its schools read."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.framework = cls.new_framework(cls.correspondent)

    @classmethod
    def new_framework(cls, user, **vals):
        return cls.as_user(user)["bde.framework"].create(
            {
                "name": "Bois et ameublement",
                "party": "Fédération régionale du bois",
                "object": "Former aux métiers du bois",
                "commitments": "Visites d'ateliers\nPlaces de PFMP",
                "date_start": cls.day(-100),
                "date_end": cls.day(300),
                "file": base64.b64encode(PDF),
                **vals,
            }
        )

    def test_both_roles_of_the_academie_write(self):
        self.framework.name = "Bois"
        self.framework.with_env(self.as_user(self.bde_admin)).party = "Fédération du bois"
        self.assertEqual(self.framework.company_id, self.academy)

    def test_every_school_reads_it_and_its_file_and_writes_nothing(self):
        for user in (self.teacher_a, self.manager_a, self.head_b, self.secretary_a):
            with self.subTest(user=user.login):
                framework = self.as_user(user)["bde.framework"].search([])
                self.assertEqual(framework.name, "Bois et ameublement")
                self.assertEqual(base64.b64decode(framework.file), PDF)
                with self.assertRaises(AccessError):
                    framework.name = "Autre"
                with self.assertRaises(AccessError):
                    framework.unlink()
                with self.assertRaises(UserError):
                    self.new_framework(user)

    def test_a_framework_is_the_academies(self):
        with self.assertRaisesRegex(ValidationError, "is the académie's"):
            self.framework.sudo().create(
                {
                    "name": "X",
                    "party": "X",
                    "object": "X",
                    "date_start": self.today,
                    "date_end": self.today,
                    "company_id": self.school_a.id,
                }
            )

    def test_dates_hold(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                self.framework.date_end = self.day(-200)
                self.env.flush_all()

    def test_state_follows_the_dates(self):
        cases = {
            "running": (self.day(-10), self.day(300)),
            "renew": (self.day(-10), self.day(100)),
            "ended": (self.day(-10), self.day(-1)),
            "future": (self.day(1), self.day(300)),
        }
        for state, (start, end) in cases.items():
            self.framework.write({"date_start": start, "date_end": end})
            self.assertEqual(self.framework.state, state)

    def test_agreements_are_written_under_it_and_counted(self):
        framework = self.framework.with_env(self.as_manager)
        action = framework.action_new_partnership()
        agreement = self.new_agreement(framework_id=action["context"]["default_framework_id"])
        self.sign(agreement)
        agreement.sudo().invalidate_recordset()
        content = agreement.sudo().version_id._content()
        self.assertEqual(content["framework"]["party"], "Fédération régionale du bois")
        self.env.invalidate_all()
        self.assertEqual(framework.my_partnership_count, 1)
        found = self.as_manager["bde.partnership"].search(
            framework.action_open_partnerships()["domain"]
        )
        self.assertEqual(found, agreement)
        # the académie and the other schools read a figure, and no agreement
        academy = self.framework.with_env(self.as_user(self.correspondent))
        self.assertEqual((academy.partnership_count, academy.my_partnership_count), (1, 0))
        other = self.framework.with_env(self.as_user(self.manager_b))
        self.assertEqual((other.partnership_count, other.my_partnership_count), (1, 0))
        with self.assertRaises(AccessError):
            academy.partnership_ids.mapped("display_name")

    def test_its_end_is_on_the_home_screen_of_the_academie(self):
        self.new_framework(self.bde_admin, name="Bientôt", date_end=self.day(30))
        self.new_framework(self.bde_admin, name="Fini", date_end=self.day(-1))
        env = self.as_user(self.correspondent)
        cards = {card["label"]: card for card in env["bde.home"]._home_cards()}
        card = cards["Framework agreements that end soon"]
        found = env["bde.framework"].search(card["action"]["domain"])
        self.assertEqual((card["count"], found.name), (1, "Bientôt"))
        labels = [card["label"] for card in self.as_manager["bde.home"]._home_cards()]
        self.assertNotIn("Framework agreements that end soon", labels)

    def test_another_academie_sees_nothing(self):
        other = self.env["res.company"].create(
            {"name": "Autre académie", "bde_kind": "academy", "academy_code": "10"}
        )
        self.env["bde.framework"].create(
            {
                "name": "Autre",
                "party": "X",
                "object": "X",
                "date_start": self.today,
                "date_end": self.today,
                "company_id": other.id,
            }
        )
        found = self.as_manager["bde.framework"].search([])
        self.assertEqual(found.mapped("name"), ["Bois et ameublement"])
