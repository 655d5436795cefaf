from decimal import Decimal

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, ValidationError

from ..rules import allowance

MINISTRIES = [
    ("menj", "National education"),
    ("masa", "Agriculture"),
    ("mer", "Sea"),
]


class BdeAllowanceRate(models.Model):
    """What the State pays for a day of PFMP, and at most in a school year, dated.

    National rows come with the module and are written by nobody. The administrator of the
    académie adds rows: for a year that is not there yet, or to correct a national one, over
    which his row wins. A year without a row is unknown: nothing is guessed from the year before.
    """

    _name = "bde.allowance.rate"
    _description = "Rate of the State's allowance"
    _inherit = ["bde.cached", "bde.unsigned"]
    _order = "school_year desc, ministry, key, is_own desc"
    _rec_names_search = ["name", "key"]

    school_year = fields.Char(
        required=True, index=True, help="As the years of the académie are named: 2026-2027."
    )
    ministry = fields.Selection(MINISTRIES, required=True, default="menj")
    key = fields.Char(
        string="Level or MEF",
        required=True,
        help="Four characters: the level of the statistical code (2383 = terminale "
        "professionnelle). Ten digits: one MEF alone, which wins over its level.",
    )
    name = fields.Char(string="For", required=True, translate=True)
    daily = fields.Monetary(string="Euros a day", required=True)
    cap = fields.Monetary(string="At most in the year", required=True)
    source = fields.Char(required=True, help="Where it is written: arrêté, official list.")
    is_own = fields.Boolean(
        string="Of the académie",
        default=True,
        readonly=True,
        help="Added by the académie; it wins over the national row of the same level.",
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")

    _key_uniq = models.Constraint(
        "UNIQUE(school_year, ministry, key, is_own)",
        "There is a rate for this level and year already.",
    )
    _amounts_check = models.Constraint(
        "CHECK(daily > 0 AND cap >= daily)",
        "A day pays something, and the yearly cap covers one day at least.",
    )

    def _compute_currency_id(self):
        euro = self.env.ref("base.EUR", raise_if_not_found=False)
        for rate in self:
            rate.currency_id = euro or self.env.company.currency_id

    @api.depends("name", "school_year")
    def _compute_display_name(self):
        for rate in self:
            rate.display_name = " · ".join(filter(None, (rate.name, rate.school_year)))

    @api.constrains("school_year", "key")
    def _check_key(self):
        for rate in self:
            years = (rate.school_year or "").split("-")
            if not (
                len(years) == 2
                and all(len(year) == 4 and year.isdecimal() for year in years)
                and int(years[1]) == int(years[0]) + 1
            ):
                raise ValidationError(
                    self.env._(
                        "%(value)s is not a school year: write it as 2026-2027.",
                        value=rate.school_year,
                    )
                )
            if rate.key not in allowance.LEVELS.values() and not (
                len(rate.key) == 10 and rate.key.isdecimal()
            ):
                raise ValidationError(
                    self.env._(
                        "%(value)s is neither a level (4 characters, such as 2383) nor a MEF "
                        "(10 digits).",
                        value=rate.key,
                    )
                )

    # ------------------------------------------------------------
    # Who writes
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            vals_list = [{**vals, "is_own": True} for vals in vals_list]
        rates = super().create(vals_list)
        rates._rates_changed()
        return rates

    def write(self, vals):
        self._check_own()
        if not self.env.su:
            vals = {name: value for name, value in vals.items() if name != "is_own"}
        years = set(self.mapped("school_year"))
        before = [rate._value() for rate in self]
        result = super().write(vals)
        # an upgrade writes every row again, mostly as it was
        if before != [rate._value() for rate in self]:
            self._rates_changed(years)
        return result

    def _value(self):
        return self.school_year, self.ministry, self.key, self.daily, self.cap

    def unlink(self):
        self._check_own()
        years = set(self.mapped("school_year"))
        result = super().unlink()
        self.browse()._rates_changed(years)
        return result

    def _check_own(self):
        """National rows change with the module alone."""
        if not self.env.su and not all(self.mapped("is_own")):
            raise AccessError(
                self.env._(
                    "National rates come with the application. To correct one, add a row for "
                    "the same year and level: it wins."
                )
            )

    def _rates_changed(self, years=()):
        """What was counted with the rates of these years is counted again, by the job."""
        years = set(years) | set(self.mapped("school_year"))
        # sudo: the académie counts nothing itself, its schools' records are marked only
        schoolings = (
            self.env["bde.schooling"]
            .sudo()
            .search([("school_year_id.name", "in", list(years)), ("allowance_ids", "!=", False)])
        )
        schoolings._allowance_changed()

    # ------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------

    @api.model
    @tools.ormcache()
    def _rates(self):
        """All the rates, for :func:`rules.allowance.rate_of`.

        :rtype: tuple of :class:`..rules.allowance.Rate`
        """
        # sudo: what the State pays is the same for everybody
        return tuple(
            allowance.Rate(
                rate.school_year,
                rate.ministry,
                rate.key,
                Decimal(str(rate.daily)),
                Decimal(str(rate.cap)),
                rate.source,
                rate.is_own,
            )
            for rate in self.sudo().search([])
        )

    @api.model
    @tools.ormcache("mef", "school_year")
    def _rate(self, mef, school_year):
        """The rate of a MEF in a school year ("2026-2027"), or None when it is unknown.

        :rtype: :class:`..rules.allowance.Rate`
        """
        return allowance.rate_of(self._rates(), mef, school_year)


class BdeTraining(models.Model):
    """What a year of a training is paid."""

    _inherit = "bde.training"

    def _allowance_rate(self, year):
        """The rate of this training in a school year, or None when it is unknown.

        :param year: ``bde.school.year``
        :rtype: :class:`..rules.allowance.Rate`
        """
        self.ensure_one()
        return self.env["bde.allowance.rate"]._rate(self.mef or "", year.name)
