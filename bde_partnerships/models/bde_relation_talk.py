from odoo import api, fields, models


class BdeRelation(models.Model):
    """Talks are noted from the page, the card or the line of a company."""

    _inherit = "bde.relation"

    wrong_phone = fields.Char(
        readonly=True, copy=False, help="The number of the company that rang elsewhere."
    )
    is_phone_wrong = fields.Boolean(compute="_compute_is_phone_wrong")

    @api.depends("wrong_phone", "partner_id.phone")
    def _compute_is_phone_wrong(self):
        for relation in self:
            relation.is_phone_wrong = bool(
                relation.wrong_phone and relation.wrong_phone == relation.partner_id.phone
            )

    def _bde_log_talk(self, vals, reason=None, approach=True):
        """Notes a talk with each of these companies, and all that follows from it.

        :param dict vals: values of ``bde.talk`` but its relation
        :param str reason: listed reason of the approach, when the school was warned
        :param bool approach: False when the caller noted the approach himself
        :rtype: bde.talk
        """
        Talk = self.env["bde.talk"].with_context(
            bde_approach_reason=reason, bde_approach_noted=not approach
        )
        talks = Talk.create([dict(vals, relation_id=relation.id) for relation in self])
        return talks.with_env(self.env)

    def action_log_call(self):
        """Opens the small dialog whose buttons are the outcomes of a call."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.partner_name,
            "res_model": "bde.talk.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_relation_id": self.id},
        }


class ResPartner(models.Model):
    _inherit = "res.partner"

    bde_wrong_phone = fields.Char(
        string="Wrong number", readonly=True, copy=False, help="This number rang elsewhere."
    )
    bde_is_phone_wrong = fields.Boolean(
        string="Phone is wrong", compute="_compute_bde_is_phone_wrong"
    )

    @api.depends("bde_wrong_phone", "phone")
    def _compute_bde_is_phone_wrong(self):
        """The flag goes by itself once another number is typed."""
        for partner in self:
            wrong = partner.bde_wrong_phone
            partner.bde_is_phone_wrong = bool(wrong and wrong == partner.phone)
