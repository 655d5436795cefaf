from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..rules import identifiers


class BdeTaxComponent(models.Model):
    """A part of the school that SOLTéA shows apart: a CFA, a section with its own UAI."""

    _name = "bde.tax.component"
    _description = "Component of a school in SOLTéA"
    _inherit = ["bde.owned"]
    _order = "campaign_id, sequence, id"

    campaign_id = fields.Many2one(
        "bde.tax.campaign", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        related="campaign_id.company_id", store=True, precompute=True, default=None
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(string="Name in SOLTéA", required=True)
    uai = fields.Char(string="UAI")
    siret = fields.Char(string="SIRET")
    is_cfa = fields.Boolean(
        string="CFA", help="Trains apprentices: it alone may receive gifts in kind of the tax."
    )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._normalize_codes(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._normalize_codes(vals))

    @api.model
    def _normalize_codes(self, vals):
        """Numbers as they are compared, however they were typed."""
        vals = dict(vals)
        if vals.get("siret"):
            vals["siret"] = identifiers.normalize_siret(vals["siret"])
        if vals.get("uai"):
            vals["uai"] = identifiers.normalize_uai(vals["uai"])
        return vals

    @api.constrains("uai", "siret")
    def _check_codes(self):
        for component in self:
            if component.uai and not identifiers.is_uai(component.uai):
                raise ValidationError(
                    self.env._(
                        "%(uai)s is not a UAI: seven digits, then the check letter.",
                        uai=component.uai,
                    )
                )
            if component.siret and not identifiers.is_siret(component.siret):
                raise ValidationError(
                    self.env._(
                        "%(siret)s is not a SIRET: fourteen digits, look for a typing error.",
                        siret=component.siret,
                    )
                )


class BdeTaxCourse(models.Model):
    """A course of the school as employers find it in SOLTéA."""

    _name = "bde.tax.course"
    _description = "Course of a school in SOLTéA"
    _inherit = ["bde.owned"]
    _order = "campaign_id, sequence, name, id"

    campaign_id = fields.Many2one(
        "bde.tax.campaign", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        related="campaign_id.company_id", store=True, precompute=True, default=None
    )
    sequence = fields.Integer(default=10)
    training_id = fields.Many2one(
        "bde.training",
        check_company=True,
        ondelete="set null",
        index="btree_not_null",
        help="Training of the school that this course is.",
    )
    name = fields.Char(string="Name in SOLTéA", required=True)
    rncp = fields.Char(string="RNCP", help="Entry of the national register of certifications.")
    no_rncp = fields.Boolean(
        string="No RNCP number", help="The course is in no entry of the national register."
    )
    level = fields.Char(help="Level of the diploma, as SOLTéA shows it.")
    component_id = fields.Many2one(
        "bde.tax.component",
        check_company=True,
        ondelete="set null",
        index="btree_not_null",
        domain="[('campaign_id', '=', campaign_id)]",
    )

    @api.model_create_multi
    def create(self, vals_list):
        courses = super().create([self._normalize_codes(vals) for vals in vals_list])
        # what comes with a new campaign was compared with it
        if not self.env.context.get("bde_new_campaign"):
            courses._compare_again()
        return courses

    def write(self, vals):
        vals = self._normalize_codes(vals)
        changed = vals.keys() & {"name", "rncp", "level"} and self.filtered(
            lambda one: any(
                (one[name] or False) != (vals[name] or False)
                for name in ("name", "rncp", "level")
                if name in vals
            )
        )
        result = super().write(vals)
        if changed:
            changed._compare_again()
        return result

    def unlink(self):
        self._compare_again()
        return super().unlink()

    def _compare_again(self):
        """While a campaign is prepared, other courses are to be compared with SOLTéA again."""
        preparing = self.campaign_id.filtered(lambda one: one.state == "preparing")
        preparing._forget_comparison()

    @api.model
    def _normalize_codes(self, vals):
        vals = dict(vals)
        if vals.get("rncp"):
            vals["rncp"] = identifiers.normalize_rncp(vals["rncp"])
        return vals

    @api.constrains("rncp")
    def _check_rncp(self):
        for course in self:
            if course.rncp and not identifiers.is_rncp(course.rncp):
                raise ValidationError(
                    self.env._(
                        "%(value)s is not a valid %(code)s code.", value=course.rncp, code="RNCP"
                    )
                )

    @api.constrains("component_id", "campaign_id")
    def _check_component(self):
        for course in self:
            if course.component_id and course.component_id.campaign_id != course.campaign_id:
                raise ValidationError(
                    self.env._(
                        "%(course)s: take a component of the same campaign.", course=course.name
                    )
                )
