import json

from odoo.tests import tagged

from .convention_common import ConventionCase


@tagged("post_install", "-at_install")
class TestDirectoryPlacements(ConventionCase):
    """What placements say in the shared book of companies."""

    def _content(self, convention):
        return json.loads(convention.sudo().version_id.content)

    def test_signed_conventions_say_what_the_company_welcomes(self):
        conventions = self.make()
        conventions.with_env(self.as_manager).action_send()
        self.assertFalse(self.employer.bde_training_ids)
        self.sign_all(conventions)
        line = self.employer.bde_training_ids
        # three pupils of one diploma: one line, its year, no pupil and no school
        self.assertEqual(
            (line.code, line.name, line.last_year),
            (self.training_a.cfd, self.training_a.name, self.year.name),
        )
        employer = self.employer.with_env(self.as_user(self.teacher_b))
        self.assertEqual(employer.bde_training_ids.display_name, f"{line.name} ({line.last_year})")

    def test_convention_of_a_site_bears_the_siret_of_its_establishment(self):
        site = self.employer._bde_add_site({"name": "Atelier", "city": "Pessac"}, self.school_a)
        boss = site._bde_add_contact(
            self.school_a, {"name": "Anne Duval", "phone": "05 56 00 00 01", "bde_signatory": True}
        )
        self.placement.write({"host_id": site.id, "signatory_id": boss.id, "tutor_id": boss.id})
        host = self._content(self.make(self.placement))["host"]
        self.assertEqual(host["siret"], self.employer.company_registry)
        self.assertEqual(host["name"], "Menuiserie Duval – Atelier")
