from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import is_html_empty

from odoo.addons.bde_partnerships.models.bde_document_template import compact

from ..rules import country_sheet


class BdeCountrySheet(models.Model):
    """What the law of a country gives and asks of a trainee, for conventions abroad.

    L124-20 C. éduc.: a sheet on the rights and duties of the trainee in the country of the
    host is annexed to the convention. It needs no vote of the board, so it is no article: the
    académie or the school keeps one a country, and each version keeps the text of its day.
    """

    _name = "bde.country.sheet"
    _description = "Sheet on the law of a country"
    _inherit = ["bde.owned"]
    _order = "country_name, id"
    _rec_name = "title"

    active = fields.Boolean(default=True)
    country_id = fields.Many2one("res.country", required=True, index=True, ondelete="restrict")
    country_name = fields.Char(related="country_id.name", string="Name of the country")
    title = fields.Char(
        required=True, compute="_compute_words", store=True, readonly=False, precompute=True
    )
    body = fields.Html(
        string="Text",
        required=True,
        compute="_compute_words",
        store=True,
        readonly=False,
        precompute=True,
        sanitize_attributes=True,
        sanitize_style=True,
        sanitize_form=True,
        help="In French: hours, rest, night work, safety, social protection, whom to call.",
    )
    is_complete = fields.Boolean(
        string="Complete",
        compute="_compute_is_complete",
        store=True,
        help="Nothing is left to type: only then it goes into conventions.",
    )
    checked_on = fields.Date(
        string="Checked on",
        required=True,
        default=lambda self: self.env.company._bde_today(),
        help="Day on which somebody held it against the law of the country.",
    )

    _company_country_uniq = models.UniqueIndex(
        "(company_id, country_id) WHERE active", "There is a sheet for this country already."
    )

    @api.depends("country_id")
    def _compute_words(self):
        """A beginning: what the European Union sets for all its countries, and what to add."""
        for sheet in self.filtered("country_id"):
            country = sheet.country_id.with_context(lang="fr_FR")
            sheet.title = sheet.title or country_sheet.title(country.name)
            sheet.body = sheet.body or country_sheet.body(country.code)

    @api.depends("body")
    def _compute_is_complete(self):
        for sheet in self:
            sheet.is_complete = country_sheet.TO_COMPLETE not in (sheet.body or "")

    @api.constrains("body")
    def _check_body(self):
        for sheet in self:
            if is_html_empty(sheet.body):
                raise ValidationError(
                    self.env._("The sheet on %(country)s has no text.", country=sheet.country_name)
                )


class ResCompany(models.Model):
    _inherit = "res.company"

    bde_country_sheet_ids = fields.One2many(
        "bde.country.sheet", "company_id", groups="base.group_system"
    )

    def _bde_country_sheet(self, country):
        """The sheet on a country as it goes into a content: the school's, else the académie's.

        :return: dict ``country``, ``title``, ``body``, ``checked_on``, or None when there is none
        """
        self.ensure_one()
        # sudo: read for a content, with the académie's above the school; one query for a batch
        school = self.sudo()
        for owner in (school, school.parent_id):
            sheet = owner.bde_country_sheet_ids.filtered(
                lambda s: s.is_complete and s.country_id == country
            )[:1]
            if sheet:
                return {
                    "country": country.code,
                    "title": sheet.title,
                    "body": compact(sheet.body),
                    "checked_on": sheet.checked_on.isoformat(),
                }
        return None
