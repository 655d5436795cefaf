from odoo import api, fields, models
from odoo.fields import Command

from ..models.res_partner import HEADCOUNTS
from ..models.res_partner_change import CHANGED_FIELDS


class BdeEmployerEdit(models.TransientModel):
    """Changes what all schools share of a company, with a line of history.

    It carries what the user saw when it opened, so that he never writes over somebody else.
    """

    _name = "bde.employer.edit"
    _description = "Change a company"

    relation_id = fields.Many2one("bde.relation", ondelete="cascade")
    partner_id = fields.Many2one("res.partner", required=True, ondelete="cascade")
    company_id = fields.Many2one(
        "res.company", string="School", required=True, default=lambda self: self.env.company
    )
    seen = fields.Json(string="Values before")
    sirene_on = fields.Datetime(related="partner_id.sirene_on")
    level = fields.Selection(related="partner_id.bde_level")
    company_registry = fields.Char(string="SIRET")
    name = fields.Char(required=True)
    naf_code = fields.Char(string="NAF")
    headcount = fields.Selection(HEADCOUNTS)
    activity = fields.Char(string="What they do")
    street = fields.Char()
    street2 = fields.Char()
    zip = fields.Char(string="Postcode")
    city = fields.Char(string="Town")
    phone = fields.Char()
    email = fields.Char(string="E-mail")
    website = fields.Char()
    closed_on = fields.Date(string="Closed on")
    bde_tag_ids = fields.Many2many("bde.employer.tag", string="Tags")
    may_tag = fields.Boolean(string="Puts tags", compute="_compute_may_tag")

    @api.depends("company_id")
    @api.depends_context("uid")
    def _compute_may_tag(self):
        own = self.env.user._bde_company_ids("manager")
        for wizard in self:
            wizard.may_tag = wizard.company_id.id in own

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        relation = self.env["bde.relation"].browse(values.get("relation_id"))
        partner = self.env["res.partner"].browse(values.get("partner_id")) or relation.partner_id
        if relation:
            # in the name of the school whose page it is, whichever the user opened first
            values.update(partner_id=partner.id, company_id=relation.company_id.id)
        if partner:
            seen = partner._bde_seen()
            values.update({name: seen[name] for name in CHANGED_FIELDS if name in fields})
            values["bde_tag_ids"] = [Command.set(seen["bde_tag_ids"] or [])]
            values["seen"] = seen
        return values

    def action_apply(self):
        """Writes what changed; see ``res.partner._bde_change_employer``."""
        self.ensure_one()
        # who may not put tags has not seen them
        names = [name for name in CHANGED_FIELDS if name != "bde_tag_ids" or self.may_tag]
        vals = {name: self[name].ids if name == "bde_tag_ids" else self[name] for name in names}
        self.partner_id._bde_change_employer(vals, self.company_id, seen=self.seen)
        return {"type": "ir.actions.act_window_close"}
