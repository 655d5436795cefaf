from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.bde_tax_target_build import FOUND_BY


class BdeTaxChoose(models.TransientModel):
    """Finds companies to ask: a tick for each source, then what became of each company."""

    _name = "bde.tax.choose"
    _description = "Choose companies to ask for the tax"

    campaign_id = fields.Many2one("bde.tax.campaign", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="campaign_id.company_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection([("choose", "Choose"), ("done", "Added")], default="choose")

    from_giver = fields.Boolean(string="Gave before", default=True)
    from_host = fields.Boolean(string="Host our pupils", default=True)
    from_alumni = fields.Boolean(string="Former pupils work there", default=True)
    from_event = fields.Boolean(string="Come to our events", default=True)
    giver_text = fields.Char(compute="_compute_texts", export_string_translation=False)
    host_text = fields.Char(compute="_compute_texts", export_string_translation=False)
    alumni_text = fields.Char(compute="_compute_texts", export_string_translation=False)
    event_text = fields.Char(compute="_compute_texts", export_string_translation=False)
    partner_ids = fields.Many2many(
        "res.partner",
        string="Others, by name",
        domain="[('bde_employer', '=', True), ('closed_on', '=', False)]",
    )

    result_ids = fields.Many2many("bde.tax.target", string="Companies added", readonly=True)
    known_count = fields.Integer(string="On the list already", readonly=True)
    added_count = fields.Integer(compute="_compute_result_counts", export_string_translation=False)
    kept_count = fields.Integer(compute="_compute_result_counts", export_string_translation=False)
    left_out_count = fields.Integer(compute="_compute_result_counts", string="Left out")
    result_text = fields.Text(compute="_compute_result_counts", export_string_translation=False)

    @api.depends("campaign_id")
    def _compute_texts(self):
        """« 42 companies, 12 not on the list yet », source by source."""
        for wizard in self:
            found = wizard.campaign_id._found_by(FOUND_BY) if wizard.campaign_id else {}
            known = set(wizard.campaign_id.target_ids.relation_id.ids)
            for source in FOUND_BY:
                ids = set(found[source].ids) if source in found else set()
                wizard[f"{source}_text"] = self.env._(
                    "%(count)s companies, %(new)s not on the list yet",
                    count=len(ids),
                    new=len(ids - known),
                )

    @api.depends("result_ids", "known_count")
    def _compute_result_counts(self):
        for wizard in self:
            kept = wizard.result_ids.filtered(lambda target: target.state == "kept")
            wizard.added_count = len(wizard.result_ids)
            wizard.kept_count = len(kept)
            wizard.left_out_count = len(wizard.result_ids) - len(kept)
            sentences = [
                self.env._(
                    "%(kept)s added, %(left)s left out, %(known)s on the list already.",
                    kept=len(kept),
                    left=wizard.left_out_count,
                    known=wizard.known_count,
                )
            ]
            if estimates := len(kept.filtered("potential_is_estimate")):
                sentences.append(
                    self.env._(
                        "The potential of %(count)s is an estimate: type the payroll where you"
                        " know it.",
                        count=estimates,
                    )
                )
            wizard.result_text = "\n".join(sentences)

    def action_add(self):
        """Adds what is ticked and named, then says what became of each company.

        :raise UserError: nothing is ticked
        """
        self.ensure_one()
        sources = [source for source in FOUND_BY if self[f"from_{source}"]]
        if not sources and not self.partner_ids:
            raise UserError(self.env._("Tick where the companies come from, or name some."))
        before = self.campaign_id.target_count
        before += self.campaign_id.left_out_count
        new = self.campaign_id._build_targets(sources, self.partner_ids)
        self.write({"state": "done", "result_ids": new.ids, "known_count": before})
        return self._open()

    def _open(self):
        """The dialog itself, as it stands."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Companies to ask"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_see(self):
        """Opens the list of the campaign."""
        return self.campaign_id.action_open_targets()
