from odoo import api, fields, models

from ..rules.purposes import CHANNELS, PURPOSES
from ..rules.solicitation import REASONS


class BdeApproach(models.Model):
    """That a company was approached: when, by which school, for what. Never what was said.

    Shared: schools see each other's, so that five do not call the same baker on one Monday.
    """

    _name = "bde.approach"
    _description = "Approach of a company"
    _inherit = ["bde.unsigned"]
    _order = "date desc, id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner",
        string="Company",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    school_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    date = fields.Date(required=True, readonly=True)
    purpose = fields.Selection(PURPOSES, required=True, readonly=True)
    channel = fields.Selection(CHANNELS, required=True, readonly=True)
    reason = fields.Selection(
        REASONS, string="In spite of a warning", readonly=True,
        help="Why the school went on although the company had just been approached.",
    )  # fmt: skip

    _partner_date_idx = models.Index("(partner_id, date DESC)")


class ResPartner(models.Model):
    _inherit = "res.partner"

    bde_approach_ids = fields.One2many("bde.approach", "partner_id", string="Approaches")

    def _bde_note_approach(self, company, purpose, channel, date=None, reason=None):
        """Writes down that a school approached these companies; once a day, purpose and road.

        :param company: the school
        :param str purpose: of ``PURPOSES``
        :param str channel: of ``CHANNELS``
        :param date: ``datetime.date``, today at the school by default
        :param str reason: of ``REASONS``, when the school was warned and went on
        :raise AccessError: the user has no role at this school
        :return: the new approaches
        """
        company = company.with_env(self.env)
        company._bde_check_user_is("staff")
        # a day to come would keep other schools away until then
        date = min(date or company._bde_today(), company._bde_today())
        # sudo: no role writes what all schools read; the right was checked above
        Approach = self.env["bde.approach"].sudo()
        domain = [
            ("partner_id", "in", self.ids),
            ("school_id", "=", company.id),
            ("date", "=", date),
            ("purpose", "=", purpose),
            ("channel", "=", channel),
        ]
        noted = Approach.search(domain)
        if reason:
            noted.filtered(lambda approach: not approach.reason).reason = reason
        return Approach.create(
            [
                {
                    "partner_id": employer.id,
                    "school_id": company.id,
                    "date": date,
                    "purpose": purpose,
                    "channel": channel,
                    "reason": reason or False,
                }
                for employer in self - noted.partner_id
            ]
        ).with_env(self.env)

    @api.model
    def _bde_purpose_words(self):
        """Purposes as they stand in the middle of a sentence.

        :rtype: dict
        """
        return {
            "placements": self.env._("placements"),
            "apprenticeship": self.env._("apprenticeship contracts"),
            "partnership": self.env._("partnership agreements"),
            "tax": self.env._("the taxe d'apprentissage"),
            "events": self.env._("events"),
            "alumni": self.env._("former pupils"),
        }
