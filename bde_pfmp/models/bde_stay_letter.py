from odoo import api, fields, models

from odoo.addons.bde_partnerships.models.bde_bounce import REASONS


class BdeStayLetter(models.Model):
    """What was written to whom about a stay: no letter leaves twice."""

    _name = "bde.stay.letter"
    _description = "Letter about a stay"
    _inherit = ["bde.owned"]
    _order = "id desc"
    _rec_name = "kind"

    placement_id = fields.Many2one(
        "bde.placement",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    person_ref = fields.Char(required=True, readonly=True)
    signer_key = fields.Char(readonly=True, index="btree_not_null")
    role = fields.Selection(
        [("host", "Company"), ("tutor", "Tutor"), ("student", "Pupil")],
        required=True,
        readonly=True,
    )
    name = fields.Char(string="Person", readonly=True)
    kind = fields.Char(required=True, readonly=True)
    channel = fields.Selection([("email", "E-mail"), ("sms", "SMS")], readonly=True)
    sent_on = fields.Datetime(readonly=True, default=fields.Datetime.now)
    bounce_reason = fields.Selection(REASONS, string="Did not arrive because", readonly=True)

    _once_uniq = models.UniqueIndex("(placement_id, person_ref, kind)")
    # each page of a stay asks what its reader was told of; letters of years stand here
    _person_idx = models.Index("(person_ref, company_id)")
    _kind_idx = models.Index("(company_id, kind)")


class BdeBounce(models.AbstractModel):
    _inherit = "bde.bounce"

    @api.model
    def _note(self, rows):
        """Letters about stays that did not arrive show it too."""
        result = super()._note(rows)
        # sudo: nobody writes letters
        Letter = self.env["bde.stay.letter"].sudo()
        groups = {}
        for company, key, channel, reason in rows:
            groups.setdefault((company, channel, reason), set()).add(key)
        for (company, channel, reason), keys in groups.items():
            Letter.search(
                [
                    ("company_id", "=", company.id),
                    ("signer_key", "in", list(keys)),
                    ("channel", "=", channel),
                ]
            ).write({"bounce_reason": reason})
        return result
