from odoo import api, fields, models

from odoo.addons.bde_partnerships.rules import languages

from ..rules import mentions


class BdeTemplateLook(models.TransientModel):
    """Looks at a wording on a real placement: its mandatory mentions, and the PDF."""

    _name = "bde.template.look"
    _description = "Look at a wording on a placement"

    template_id = fields.Many2one(
        "bde.document.template", string="Wording", required=True, ondelete="cascade"
    )
    kind = fields.Selection(related="template_id.kind")
    placement_id = fields.Many2one(
        "bde.placement",
        ondelete="cascade",
        domain="[('period_id.kind', '=', kind), ('host_id', '!=', False)]",
        help="Empty: an invented one.",
    )
    second_lang = fields.Selection(languages.SECOND_LANGS, string="Second language")
    mention_check = fields.Html(
        string="Mentions of the law", compute="_compute_mention_check", sanitize=False
    )
    summary = fields.Char(compute="_compute_mention_check")
    missing_count = fields.Integer(compute="_compute_mention_check")

    @api.depends("template_id", "placement_id")
    def _compute_mention_check(self):
        for look in self:
            template = look.template_id
            look.mention_check, look.missing_count, look.summary = False, 0, False
            if not template or template.kind not in mentions.GOVERNED:
                continue
            rows = template._mention_rows(look.placement_id._origin)
            look.missing_count = sum(not present for *_row, present in rows)
            look.summary = (
                self.env._(
                    "%(count)s of the mentions of the law are missing.", count=look.missing_count
                )
                if look.missing_count
                else self.env._("Every mention of the law stands in it.")
            )
            look.mention_check = template._mention_table(rows)

    def action_open_pdf(self):
        """The PDF of this wording on the placement, or on an invented one."""
        self.ensure_one()
        query = {"placement_id": self.placement_id.id, "lang": self.second_lang}
        query = "&".join(f"{name}={value}" for name, value in query.items() if value)
        return {
            "type": "ir.actions.act_url",
            "url": f"/bde/template/{self.template_id.id}/preview{'?' if query else ''}{query}",
            "target": "new",
        }
