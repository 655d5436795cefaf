from datetime import date

from odoo.fields import Command

from .common import BdeCase


class TaxCase(BdeCase):
    """A school whose campaign of the taxe d'apprentissage may write to companies.

    The year is 2025, whose calendar is published: period 1 from 26 May to 27 June, period 2 from
    14 July to 24 October.
    """

    IN_PERIOD_1 = date(2025, 6, 10)
    IN_PERIOD_2 = date(2025, 9, 15)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # the year of the tests is before that of the cast
        cls.env["bde.membership"].search([]).date_from = "2024-09-01"
        cls.tax_year = cls.env["bde.tax.year"]._of(cls.school_a, 2025)
        cls.campaign = cls.tax_campaign(cls.school_a, cls.training_a, cls.manager_a)

    @classmethod
    def tax_campaign(cls, school, training, user, year=2025, **vals):
        """A running campaign of that school, complete: nothing forbids to write."""
        return cls.env["bde.tax.campaign"].create(
            {
                "company_id": school.id,
                "tax_year_id": cls.env["bde.tax.year"]._of(school, year).id,
                "user_id": user.id,
                "soltea_name": f"LYCEE {school.name.split()[-1].upper()}",
                "soltea_siret": "19330994500015",
                "soltea_uai": school.uai,
                "identity_checked_on": f"{year}-05-20",
                "identity_checked_by_id": user.id,
                "eligible_state": "listed",
                "eligible_reference": "Arrêté du 12 décembre",
                "state": "running",
                "course_ids": [
                    Command.create(
                        {
                            "training_id": training.id,
                            "name": "BAC PRO MELEC",
                            "rncp": "RNCP38878",
                            "level": "4",
                        }
                    )
                ],
            }
            | vals
        )

    def window(self, kind, year=None):
        """The window of that kind in the year of the tests, or in another one."""
        year = year or self.tax_year
        return year.window_ids.filtered(lambda one: one.kind == kind)
