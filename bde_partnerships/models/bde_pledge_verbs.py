from odoo import fields, models
from odoo.exceptions import UserError

from ..rules.texts import normalise

# what a newer word may say; all else of a pledge follows from it
SAID = (
    "amount", "percent", "window_id", "course_id", "said_by_id", "said_by", "said_on", "channel",
    "note",
)  # fmt: skip
# promises that come by the page of a link
PAGES = ("link", "accountant")
# what makes two words the same word
SAME = ("amount", "percent", "window_id", "course_id")


class BdeTaxCampaign(models.Model):
    """Noting what a company said."""

    _inherit = "bde.tax.campaign"

    pledge_ids = fields.One2many("bde.pledge", "campaign_id", string="Pledges")

    def _pledge(self, relation, vals, in_addition=False):
        """Notes the promise of a company.

        The same person's newer word replaces the older one, which is kept as cancelled; the
        same word again changes nothing.

        :param relation: bde.relation of the school
        :param dict vals: ``amount`` or ``percent`` (both empty: to be seen), and where known
            ``window_id``, ``course_id``, ``said_by_id``, ``said_by``, ``said_on``, ``channel``,
            ``note``
        :param bool in_addition: keeps what the same person said before
        :rtype: bde.pledge
        :raise UserError: the campaign is closed
        """
        self.ensure_one()
        if self.state == "closed":
            raise UserError(
                self.env._("%(campaign)s is closed: open it again first.", campaign=self.name)
            )
        vals = {name: value for name, value in vals.items() if name in SAID}
        target = self._target_of(relation)
        older = self.env["bde.pledge"]
        if not in_addition:
            older = self._pledges_of_person(relation, vals)
            same = older.filtered(lambda pledge: pledge._says(vals))[:1]
            if same:
                return same
        pledge = self.env["bde.pledge"].create(
            {"campaign_id": self.id, "target_id": target.id, "relation_id": relation.id} | vals
        )
        older._cancel(pledge)
        return pledge

    def _pledges_of_person(self, relation, vals):
        """What this person said for the company before: by contact, else by name."""
        pledges = self.env["bde.pledge"].search(
            [
                ("campaign_id", "=", self.id),
                ("relation_id", "=", relation.id),
                ("cancelled_on", "=", False),
            ]
        )
        contact, name = vals.get("said_by_id"), normalise(vals.get("said_by"))
        if vals.get("channel") in PAGES and not contact:
            # a name that is typed on a page proves nothing: what was said to the school stays
            pledges = pledges.filtered(lambda pledge: pledge.channel in PAGES)
        if contact:
            return pledges.filtered(lambda pledge: pledge.said_by_id.id == contact)
        return pledges.filtered(
            lambda pledge: not pledge.said_by_id and normalise(pledge.said_by) == name
        )


class BdePledge(models.Model):
    """What may become of a promise."""

    _inherit = "bde.pledge"

    def _says(self, vals):
        """Whether this promise says the same as ``vals``."""
        self.ensure_one()
        own = self._convert_to_write({name: self[name] for name in SAME})
        return all((own.get(name) or False) == (vals.get(name) or False) for name in SAME)

    def _cancel(self, newer=None):
        """Keeps these promises as cancelled; what they still waited for is settled again."""
        self.check_access("write")
        # sudo: what became of a promise is written by verbs alone; the right was checked
        for company, pledges in self.sudo().grouped("company_id").items():
            pledges.write(
                {
                    "cancelled_on": company._bde_today(),
                    "not_received_on": False,
                    "replaced_by_id": newer.id if newer else False,
                }
            )

    def action_cancel(self):
        """Takes promises back: the company changed its mind."""
        self.filtered(lambda pledge: not pledge.cancelled_on)._cancel()
        return True

    def action_restore(self):
        """Brings back promises that were cancelled by mistake."""
        self.check_access("write")
        # sudo: as above
        back = self.sudo().filtered("cancelled_on")
        back.write({"cancelled_on": False, "replaced_by_id": False})
        return True
