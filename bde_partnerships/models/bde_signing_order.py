from odoo import api, fields, models


class BdeSigningOrder(models.Model):
    """Who signs before whom at a school, where it wants something else than the head last.

    Roles of one number sign in any order; a number waits for all lower ones.
    """

    _name = "bde.signing.order"
    _description = "Order of the signatures"
    _inherit = ["bde.owned"]
    _order = "kind, sequence, id"
    _rec_name = "role"

    kind = fields.Selection(
        lambda self: self.env["bde.document"]._fields["kind"]._description_selection(self.env),
        string="Document",
        required=True,
        default=lambda self: self._default_kind(),
    )
    role = fields.Selection(
        lambda self: (
            self.env["bde.document.signature"]._fields["role"]._description_selection(self.env)
        ),
        string="Who",
        required=True,
    )
    sequence = fields.Integer(
        string="Order",
        required=True,
        default=10,
        help="Lower numbers sign first; without a line: 10, and 20 for the head of school.",
    )

    _role_uniq = models.UniqueIndex(
        "(company_id, kind, role)", "This role has its place in the order already."
    )
    _sequence_check = models.Constraint(
        "CHECK(sequence BETWEEN 1 AND 99)", "The order is a number from 1 to 99."
    )

    @api.model
    def _default_kind(self):
        """Conventions where there are some, what most schools mean."""
        kinds = self._fields["kind"].get_values(self.env)
        return "convention" if "convention" in kinds else "partnership"

    @api.model
    def _orders(self, companies):
        """{(company id, kind, role): {"sequence": number}} of schools; one query."""
        # sudo: the engine asks, for a school whose documents the caller may sign
        lines = self.sudo().search([("company_id", "in", companies.ids)])
        return {
            (line.company_id.id, line.kind, line.role): {"sequence": line.sequence}
            for line in lines
        }
