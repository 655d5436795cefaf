from odoo import api, fields, models
from odoo.exceptions import UserError

from .base import as_id


def _stands_in(records, company):
    """Whether something of that company may point to all of these records."""
    domain = records._check_company_domain(company)
    found = records.with_context(active_test=False)
    return not domain or records == found.filtered_domain(domain)


class BdeOwned(models.AbstractModel):
    """What every record of a school carries: its school, for good.

    The rule of isolation is one flat condition on this stored column; see
    docs/architecture.md, "Isolation".
    """

    _name = "bde.owned"
    _description = "Record of a school"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company",
        string="School",
        required=True,
        index=True,
        readonly=True,
        default=lambda self: self.env.company,
        ondelete="restrict",
    )

    @api.model_create_multi
    def create(self, vals_list):
        self._bde_check_partners(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._bde_check_partners([vals])
        # Moving a record would carry its children, files and history across the wall.
        if "company_id" in vals and any(
            record.company_id.id != vals["company_id"] for record in self
        ):
            self._bde_refuse_move()
        self._bde_check_parent(vals)
        return super().write(vals)

    @api.model
    def _bde_refuse_move(self):
        raise UserError(self.env._("A record cannot move from one school to another."))

    def _bde_check_parent(self, vals):
        """Stops where another parent would carry a record into another school, or out of sight.

        A record that has the school of its parent moves with it: core checks the school of the
        new parent against the one that it has just given to the record.
        """
        related = self._fields["company_id"].related
        name = related and related.split(".")[0]
        if self.env.su or not name or not vals.get(name):
            return
        parent = self.env[self._fields[name].comodel_name].browse(as_id(vals[name]))
        # sudo: compared only
        moved = self.sudo().filtered(lambda record: record[name].id != parent.id)
        if not moved:
            return
        # sudo: compared only; no company when there is no such parent
        company = parent.sudo().exists().company_id
        if any(record.company_id != company for record in moved):
            self._bde_refuse_move()
        self._bde_stop_unreadable(parent)

    @api.model
    def _bde_check_partners(self, vals_list):
        """Stops when a partner is out of the user's sight: here its name is read in sudo.

        Where ``check_company`` is set it says so; shared companies cannot have it.
        """
        if self.env.su:
            return
        names = [
            name
            for name, field in self._fields.items()
            if field.type == "many2one" and field.comodel_name == "res.partner"
            if field.store and not field.check_company
        ]
        ids = {as_id(vals[name]) for vals in vals_list for name in names if vals.get(name)}
        self._bde_stop_unreadable(self.env["res.partner"].browse(ids))

    def _check_company(self, fnames=None):
        """As core's, school by school instead of record by record.

        Core builds and reads one domain for each record and field, more than half of the time
        of a creation in batch. What a school's records point to is looked at once; only a
        school with a fault goes through core, which says which record it is.
        """
        names = self._fields if fnames is None or "company_id" in fnames else fnames
        checked = [self._fields[name] for name in names]
        checked = [field for field in checked if field.relational and field.check_company]
        if not checked:
            return None
        if any(field.company_dependent for field in checked):
            return super()._check_company(fnames)
        faulty = self.browse()
        for company, records in self.grouped("company_id").items():
            # sudo, as core: the check holds whatever the user may read
            targets = (records.sudo()[field.name] for field in checked)
            if not all(_stands_in(target, company) for target in targets if target):
                faulty |= records
        if faulty:
            faulty._check_targets_readable(checked)
            return super(BdeOwned, faulty)._check_company(fnames)
        return None

    def _check_targets_readable(self, checked):
        """Stops before core does, who names what another school's record is called."""
        if self.env.su:
            return
        for field in checked:
            # sudo: the user may not read it, which is what is asked
            target = self.sudo()[field.name].with_env(self.env)
            if target and not target.has_access("read"):
                raise UserError(
                    self.env._(
                        "%(field)s: this is not a record of your school.",
                        field=field._description_string(self.env),
                    )
                )


class BdeYearly(models.AbstractModel):
    """What a record of one school year carries."""

    _name = "bde.yearly"
    _description = "Record of a school year"

    school_year_id = fields.Many2one(
        "bde.school.year",
        required=True,
        index=True,
        compute="_compute_school_year_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
        check_company=True,
    )

    @api.depends("company_id")
    def _compute_school_year_id(self):
        """The running year, unless the record already has one."""
        missing = self.filtered(lambda record: not record.school_year_id)
        for company, records in missing.grouped("company_id").items():
            records.school_year_id = self.env["bde.school.year"]._current(company)
