from odoo import fields, models


class DiscussChannel(models.Model):
    """Core shows an open channel to every internal user: a channel is its school's."""

    _inherit = "discuss.channel"

    company_id = fields.Many2one(
        "res.company",
        string="School",
        index=True,
        default=lambda self: self.env.company,
        help="People of this school may find the channel, and whoever was invited.",
    )
