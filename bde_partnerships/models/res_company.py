from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..rules import identifiers

SCHOOL_TIME_ZONES = [
    ("Europe/Paris", "Paris"),
    ("America/Guadeloupe", "Guadeloupe"),
    ("America/Martinique", "Martinique"),
    ("America/Cayenne", "Guyane"),
    ("Indian/Reunion", "La Réunion"),
    ("Indian/Mayotte", "Mayotte"),
    ("America/Miquelon", "Saint-Pierre-et-Miquelon"),
    ("Pacific/Noumea", "Nouvelle-Calédonie"),
    ("Pacific/Tahiti", "Polynésie française"),
    ("Pacific/Wallis", "Wallis-et-Futuna"),
]


class ResCompany(models.Model):
    _inherit = "res.company"

    bde_kind = fields.Selection(
        [("academy", "Académie"), ("school", "School")],
        string="Kind",
        index=True,
        help="A school stands below its académie, which hands down years and templates.",
    )
    uai = fields.Char(
        string="UAI",
        index="btree_not_null",
        help="Number of the school in the national directory: seven digits and a check letter.",
    )
    academy_code = fields.Char(help="Two digits, for instance 04 for Bordeaux.")
    holiday_zone = fields.Selection(
        [
            ("A", "Zone A"),
            ("B", "Zone B"),
            ("C", "Zone C"),
            ("corse", "Corse"),
            ("guadeloupe", "Guadeloupe"),
            ("guyane", "Guyane"),
            ("martinique", "Martinique"),
            ("mayotte", "Mayotte"),
            ("reunion", "La Réunion"),
            ("other", "Other territory"),
        ],
    )
    bde_tz = fields.Selection(
        SCHOOL_TIME_ZONES,
        string="Time zone",
        default="Europe/Paris",
        required=True,
        help="Deadlines and birthdays are counted in the time of the school.",
    )
    head_id = fields.Many2one(
        "res.users",
        string="Head of school",
        help="The proviseur: signs the conventions in the name of the school.",
    )
    bde_email = fields.Char(
        string="Address of the bureau",
        help="Functional mailbox, bde-…@ac-….fr; letters of the suite are answered there.",
    )
    opening_hours = fields.Char()
    insurance_company = fields.Char(string="Insurer of the school")
    insurance_policy = fields.Char(string="Policy of the school")

    _uai_uniq = models.UniqueIndex(
        "(uai) WHERE uai IS NOT NULL", "This UAI already belongs to another school."
    )

    @api.constrains("uai")
    def _check_uai(self):
        for company in self.filtered("uai"):
            if not identifiers.is_uai(company.uai):
                raise ValidationError(
                    self.env._(
                        "%(uai)s is not a UAI: seven digits, then the check letter.",
                        uai=company.uai,
                    )
                )

    def _bde_today(self):
        """Date of today at the school.

        :rtype: datetime.date
        """
        zone = ZoneInfo(self.bde_tz or "Europe/Paris")
        return fields.Datetime.now().replace(tzinfo=ZoneInfo("UTC")).astimezone(zone).date()

    def _bde_academy(self):
        """The académie of these companies, itself for an académie.

        :rtype: res.company
        """
        # sudo: a school user does not read the parent company, only its handed-down records
        companies = self.sudo()
        return companies.filtered(lambda c: c.bde_kind == "academy") | companies.filtered(
            lambda c: c.bde_kind != "academy"
        ).parent_id
