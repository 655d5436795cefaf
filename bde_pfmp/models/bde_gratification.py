from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_amount

from ..rules import allowance
from .bde_allowance_refresh import COUNTED, READ


class BdeGratificationRate(models.Model):
    """The least that a host pays an hour beyond the threshold, by date (L124-6 C. éduc.).

    National rows come with the module; the administrator of the académie adds those of later
    years. A year without a row is unknown.
    """

    _name = "bde.gratification.rate"
    _description = "Minimum gratification of an hour"
    _inherit = ["bde.unsigned"]
    _order = "date_from desc"
    _rec_name = "date_from"

    date_from = fields.Date(string="From", required=True)
    hourly = fields.Monetary(string="Euros an hour", required=True)
    hours = fields.Float(
        string="Beyond", required=True, default=308, help="Hours with one host in a school year."
    )
    hours_masa = fields.Float(string="Beyond, agricultural education", required=True, default=462)
    source = fields.Char(required=True)
    is_own = fields.Boolean(string="Of the académie", default=True, readonly=True)
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")

    _date_uniq = models.Constraint("UNIQUE(date_from, is_own)", "This date has its rate already.")
    _amounts_check = models.Constraint(
        "CHECK(hourly > 0 AND hours > 0 AND hours_masa > 0)", "Amounts and hours are above zero."
    )

    def _compute_currency_id(self):
        euro = self.env.ref("base.EUR", raise_if_not_found=False)
        for rate in self:
            rate.currency_id = euro or self.env.company.currency_id

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            vals_list = [{**vals, "is_own": True} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        self._check_own()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_own(self):
        self._check_own()

    def _check_own(self):
        if not self.env.su and not all(self.mapped("is_own")):
            raise AccessError(
                self.env._("National rates come with the application: add a row, it wins.")
            )

    @api.model
    def _rate_on(self, rates, day):
        """The rate of a day among ``rates``, of its calendar year alone; empty when unknown."""
        known = [rate for rate in rates if rate.date_from <= day]
        last = max(known, key=lambda rate: (rate.date_from, rate.is_own), default=None)
        # the ceiling of the social security, of which it is a share, changes every January
        return last if last and last.date_from.year == day.year else self.browse()


class BdeGratification(models.Model):
    """What a host owes a pupil whom it keeps beyond the threshold in a school year.

    Apart from the State's allowance, with which it adds up. The host pays it; the school follows
    it, as the convention and the attestation name it (D124-4, D124-9).
    """

    _name = "bde.gratification"
    _description = "Gratification due by a host"
    _inherit = ["bde.owned", "bde.yearly"]
    _order = "division_id, student_name, id"
    _rec_name = "student_name"

    schooling_id = fields.Many2one(
        "bde.schooling", required=True, readonly=True, index=True, ondelete="cascade",
        check_company=True,
    )  # fmt: skip
    student_id = fields.Many2one(
        related="schooling_id.student_id", string="Pupil", store=True, precompute=True, index=True
    )
    student_name = fields.Char(
        related="schooling_id.student_name", string="Name of the pupil", store=True,
        precompute=True,
    )  # fmt: skip
    division_id = fields.Many2one(
        related="schooling_id.division_id", string="Class", store=True, precompute=True, index=True
    )
    host_id = fields.Many2one(
        "res.partner", required=True, readonly=True, index=True, ondelete="cascade",
        check_company=True,
    )  # fmt: skip
    hours = fields.Float(
        string="Hours counted",
        readonly=True,
        help="With this host in the school year, as planned or done.",
    )
    threshold = fields.Float(string="Beyond", readonly=True)
    hourly = fields.Monetary(string="Euros an hour", readonly=True, aggregator=None)
    rate_known = fields.Boolean(readonly=True)
    minimum = fields.Monetary(string="At least", readonly=True)
    agreed = fields.Char(string="Agreed in the convention", readonly=True)
    paid = fields.Monetary(
        readonly=True, help="As the attestations say: the total that the host paid."
    )
    status = fields.Selection(
        [
            ("unknown", "Rate not known"),
            ("not_agreed", "Not in the convention"),
            ("to_pay", "To be paid"),
            ("short", "Less than the minimum was paid"),
            ("paid", "Paid"),
        ],
        readonly=True,
        index=True,
    )
    is_over = fields.Boolean(string="Over", readonly=True)
    working_text = fields.Char(string="How it is counted", compute="_compute_working_text")
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")

    _schooling_host_uniq = models.Constraint(
        "UNIQUE(schooling_id, host_id)", "This pupil and this host have their line already."
    )

    def _compute_currency_id(self):
        euro = self.env.ref("base.EUR", raise_if_not_found=False)
        for record in self:
            record.currency_id = euro or self.env.company.currency_id

    @api.depends_context("lang")
    @api.depends("hours", "threshold", "hourly", "minimum", "rate_known")
    def _compute_working_text(self):
        for record in self:
            hours = f"{record.hours:g}"
            if not record.rate_known:
                record.working_text = self.env._(
                    "%(hours)s h, above %(limit)s h. The rate of this year is not known.",
                    hours=hours,
                    limit=f"{record.threshold:g}",
                )
                continue
            record.working_text = self.env._(
                "%(hours)s h, above %(limit)s h: due from the first hour, %(hours)s × %(rate)s = "
                "%(sum)s",
                hours=hours,
                limit=f"{record.threshold:g}",
                rate=format_amount(self.env, record.hourly, record.currency_id),
                sum=format_amount(self.env, record.minimum, record.currency_id),
            )

    # ------------------------------------------------------------
    # Counting
    # ------------------------------------------------------------

    @api.model
    def _refresh(self, schoolings):
        """Counts the hours of pupils with each host again, in constant queries. In sudo.

        :param schoolings: all the schoolings of some pupils in some years
        """
        placements = self.env["bde.placement"].search_fetch(
            [
                ("schooling_id", "in", schoolings.ids),
                ("schooling_id.status", "!=", "AP"),
                ("state", "in", COUNTED),
                ("host_id", "!=", False),
            ],
            READ["bde.placement"],
            order="date_start, id",
        )
        self.env["bde.allowance"]._read_all(placements.convention_id)
        found = defaultdict(self.env["bde.placement"].browse)
        for placement in placements:
            key = (placement.student_id, placement.school_year_id, placement.host_id)
            found[key] |= placement
        rates = self.env["bde.gratification.rate"].search_fetch(
            [], ["date_from", "hourly", "hours", "hours_masa", "is_own"]
        )
        wanted = {}
        for (_student, _year, host), stays in found.items():
            if vals := self._vals(stays, rates):
                wanted[stays[-1:].schooling_id, host] = vals
        self._replace(schoolings, wanted)

    def _vals(self, stays, rates):
        """Values of one pupil at one host, None below the threshold."""
        rate = rates._rate_on(rates, stays[0].date_start)
        agricultural = allowance.ministry(stays[-1:].schooling_id.mef or "") == "masa"
        last = rate or rates[:1]
        threshold = (last.hours_masa if agricultural else last.hours) if last else 308
        conventions = stays.convention_id
        hours = sum(conventions.mapped("effective_hours"))
        if hours <= threshold:
            return None
        paid = sum(conventions.mapped("gratification_total"))
        minimum = round(hours * rate.hourly, 2) if rate else 0
        agreed = "; ".join(dict.fromkeys(filter(None, stays.mapped("gratification"))))
        over = all(stay.date_end < stay.company_id._bde_today() for stay in stays)
        return {
            "school_year_id": stays[-1:].school_year_id.id,
            "hours": hours,
            "threshold": threshold,
            "hourly": rate.hourly if rate else 0,
            "rate_known": bool(rate),
            "minimum": minimum,
            "agreed": agreed or False,
            "paid": paid,
            "is_over": over,
            "status": self._status(bool(rate), agreed, paid, minimum),
        }

    def _status(self, known, agreed, paid, minimum):
        if not known:
            return "unknown"
        if paid:
            # a cent of rounding is no debt
            return "paid" if paid >= minimum - 0.01 else "short"
        return "to_pay" if agreed else "not_agreed"

    def _replace(self, schoolings, wanted):
        """Keeps one row a pupil and host, with what was counted now."""
        known = {
            (record.schooling_id, record.host_id): record
            for record in self.search([("schooling_id", "in", schoolings.ids)])
        }
        self.browse().union(*(known[key] for key in known.keys() - wanted.keys())).unlink()
        new = []
        for (schooling, host), vals in wanted.items():
            record = known.get((schooling, host))
            if not record:
                new.append(
                    vals
                    | {
                        "schooling_id": schooling.id,
                        "host_id": host.id,
                        "company_id": schooling.company_id.id,
                    }
                )
            elif changed := {
                name: value
                for name, value in vals.items()
                if record._fields[name].convert_to_write(record[name], record) != value
            }:
                record.write(changed)
        self.create(new)
