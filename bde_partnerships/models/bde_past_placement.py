from datetime import date
from hashlib import sha256

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..rules.book_values import school_year
from ..rules.lookalike import fold
from .bde_relation_figures import Hosted

# what tells two placements of one company apart
KEY_FIELDS = ("pupil", "date_start", "date_end", "year_label", "training_id", "training_label",
              "tutor_id")  # fmt: skip


class BdePastPlacement(models.Model):
    """A placement of before the suite, as the school's lists tell it.

    The pupil is optional: what is worth keeping is who hosted, when and for which training.
    """

    _name = "bde.past.placement"
    _description = "Past placement"
    _inherit = ["bde.owned"]
    _order = "year desc, date_start desc, id desc"
    _rec_name = "partner_name"

    relation_id = fields.Many2one(
        "bde.relation",
        string="Company",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="relation_id.company_id", store=True, precompute=True, default=None
    )
    partner_id = fields.Many2one(
        related="relation_id.partner_id", store=True, index=True, string="Shared company"
    )
    partner_name = fields.Char(related="partner_id.name", string="Name of the company")
    tutor_id = fields.Many2one(
        "res.partner",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        domain="[('bde_relation_id', '=', relation_id)]",
    )
    date_start = fields.Date(string="From")
    date_end = fields.Date(string="To")
    year_label = fields.Char(
        string="School year or period", help="As the list says it, for instance 2023-2024."
    )
    year = fields.Integer(
        string="School year",
        compute="_compute_year",
        store=True,
        precompute=True,
        index=True,
        aggregator=None,
        help="Calendar year in which the school year begins; 0 when nothing tells it.",
    )
    training_id = fields.Many2one(
        "bde.training",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    training_label = fields.Char(
        string="Training as listed", help="When it is none of the trainings of the school."
    )
    training_name = fields.Char(string="Training shown", compute="_compute_training_name")
    pupil = fields.Char(help="Optional, and erased once it serves no more.")
    pupil_erased_on = fields.Date(string="Name erased on", readonly=True)
    pupil_count = fields.Integer(string="Pupils", default=1, required=True)
    key = fields.Char(
        compute="_compute_key", store=True, precompute=True, help="Tells placements apart."
    )

    _relation_key_uniq = models.UniqueIndex(
        "(relation_id, key)", "This placement stands there already."
    )
    _company_year_idx = models.Index("(company_id, year DESC)")
    _count_positive = models.Constraint(
        "CHECK(pupil_count > 0)", "A placement has at least one pupil."
    )

    @api.depends("date_start", "date_end", "year_label")
    def _compute_year(self):
        for placement in self:
            first = placement.date_start or placement.date_end
            placement.year = school_year(first, placement.year_label)

    @api.depends("training_id", "training_label")
    def _compute_training_name(self):
        for placement in self:
            training = placement.training_id
            placement.training_name = training.code or training.name or placement.training_label

    @api.depends(*KEY_FIELDS)
    def _compute_key(self):
        """The same pupil, days, training and tutor are one placement, however often listed."""
        for placement in self:
            if placement.pupil_erased_on:
                # the digest of what was erased still tells the placement apart
                placement.key = placement.key
                continue
            placement.key = self._key_of({name: placement[name] for name in KEY_FIELDS})

    @api.model
    def _key_of(self, vals):
        """Digest of what tells a placement of a company apart.

        :param dict vals: values of the placement; many2one as records or ids
        """
        ids = {}
        for name in ("training_id", "tutor_id"):
            value = vals.get(name)
            ids[name] = value if isinstance(value, int) else (value.id if value else False)
        parts = (
            fold(vals.get("pupil")), vals.get("date_start") or "", vals.get("date_end") or "",
            fold(vals.get("year_label")), ids["training_id"] or fold(vals.get("training_label")),
            ids["tutor_id"] or "",
        )  # fmt: skip
        return sha256("|".join(map(str, parts)).encode()).hexdigest()

    @api.constrains("date_start", "date_end")
    def _check_dates(self):
        for placement in self:
            if placement.date_start and placement.date_end:
                if placement.date_end < placement.date_start:
                    raise ValidationError(self.env._("The last day is before the first."))

    # ------------------------------------------------------------
    # Counters of the company
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        placements = super().create(vals_list)
        placements.relation_id._refresh_hosted()
        return placements

    def write(self, vals):
        relations = self.relation_id
        result = super().write(vals)
        if vals.keys() & {"relation_id", "pupil_count", "date_start", "date_end", "year_label"}:
            (relations | self.relation_id)._refresh_hosted()
        return result

    def unlink(self):
        relations = self.relation_id
        result = super().unlink()
        relations.exists()._refresh_hosted()
        return result

    # ------------------------------------------------------------
    # Retention
    # ------------------------------------------------------------

    @api.model
    def _with_names_older_than(self, company, years):
        """Placements of a school that still name a pupil, so many school years later.

        :param int years: 0 for all, whatever their year
        """
        domain = [("company_id", "=", company.id), ("pupil", "!=", False)]
        if years:
            domain.append(("year", "<=", company._bde_today().year - years))
        return self.search(domain)

    def _erase_names(self):
        """Erases the pupils' names; what the company did stays, and is not imported twice.

        :raise AccessError: the user is no manager of the school
        """
        for company, placements in self.grouped("company_id").items():
            company.with_env(self.env)._bde_check_user_is("manager")
            # the day first: the key of an erased name stays what it was
            placements.pupil_erased_on = company._bde_today()
            placements.pupil = False


class BdeRelation(models.Model):
    _inherit = "bde.relation"

    past_placement_ids = fields.One2many(
        "bde.past.placement", "relation_id", string="Past placements"
    )
    past_placement_count = fields.Integer(compute="_compute_past_placement_count")

    def _compute_past_placement_count(self):
        counts = dict(
            self.env["bde.past.placement"]._read_group(
                [("relation_id", "in", self.ids)], ["relation_id"], ["__count"]
            )
        )
        for relation in self:
            relation.past_placement_count = counts.get(relation, 0)

    def _hosted_figures(self):
        """Pupils of past placements; a year without a day counts as ended on 30 June."""
        figures = super()._hosted_figures()
        groups = self.env["bde.past.placement"]._read_group(
            [("relation_id", "in", self._origin.ids)],
            ["relation_id", "year"],
            ["pupil_count:sum", "date_end:max", "date_start:max"],
        )
        by_id = {relation._origin.id: relation for relation in self}
        for origin, year, pupils, date_end, date_start in groups:
            relation = by_id[origin.id]
            today = relation.company_id._bde_today()
            last = date_end or date_start or (date(year + 1, 6, 30) if year else None)
            this_year = pupils if year == school_year(today, "") else 0
            hosted = Hosted(this_year, pupils, min(last, today) if last else None)
            figures[relation] = figures.get(relation, Hosted()).plus(hosted)
        return figures
