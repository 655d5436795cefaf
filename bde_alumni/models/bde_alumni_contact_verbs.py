from odoo import api, models
from odoo.exceptions import UserError

# of two rows about the same two people, the one that says more
STRENGTH = {"proposed": 0, "refused": 1, "confirmed": 2}


class BdeAlumniContact(models.Model):
    """Staff say who is the same person; the contact's role “Former pupil” follows."""

    _inherit = "bde.alumni.contact"

    @api.model_create_multi
    def create(self, vals_list):
        links = super().create(vals_list)
        if not self.env.su:
            # whoever names both says that they are one person
            links._confirm()
        return links

    def action_confirm(self):
        """It is the same person: shown on the page of the company from now on."""
        self._confirm()

    def action_refuse(self):
        """It is somebody else: never proposed again."""
        self._decide("refused")

    def action_undo(self):
        """It was said by mistake: to be looked at again."""
        self._decide("proposed")

    def _confirm(self):
        """Says that contact and alumnus are one person; other proposals for him are refused.

        :raise UserError: the contact was confirmed as another alumnus already
        """
        self.check_access("write")
        # sudo: of the same school, which the user may write
        others = self.sudo().search(
            [("partner_id", "in", self.partner_id.ids), ("id", "not in", self.ids)]
        )
        if taken := others.filtered(lambda one: one.state == "confirmed")[:1]:
            raise UserError(
                self.env._(
                    "%(contact)s is already said to be %(alumnus)s: undo that first.",
                    contact=taken.partner_id.name,
                    alumnus=taken.alumnus_id.name,
                )
            )
        self._check_one_each()
        self._decide("confirmed")
        others.with_env(self.env)._decide("refused")

    def _check_one_each(self):
        if len(self.partner_id) < len(self):
            raise UserError(
                self.env._("One contact is one person: choose one of the proposals for each.")
            )

    def _decide(self, state):
        self.check_access("write")
        decided = state != "proposed"
        by = not self.env.user._is_superuser() and self.env.uid
        # sudo: states are written by these verbs alone; the right was checked
        for company, links in self.sudo().grouped("company_id").items():
            links.write(
                {
                    "state": state,
                    "decided_on": company._bde_today() if decided else False,
                    "decided_by_id": decided and by,
                }
            )
        self.partner_id._bde_follow_alumni()

    def _bde_join_into(self, mapping):
        """Two entries of one contact are joined: what was said of one holds for both."""
        result = super()._bde_join_into(mapping)
        for link in self:
            link._strengthen(self.browse(mapping[link.id]))
        return result

    def _strengthen(self, kept):
        """Carries the stronger word over to the row that stays (in sudo)."""
        if STRENGTH[self.state] > STRENGTH[kept.state]:
            kept.write(
                {
                    "state": self.state,
                    "reason": self.reason,
                    "decided_on": self.decided_on,
                    "decided_by_id": self.decided_by_id.id,
                }
            )


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _bde_follow_alumni(self):
        """The role “Former pupil” of contacts that were looked at is what was said of them.

        Nobody bears it who said no for good: no source of a campaign finds him any more.
        """
        # sudo: contacts of the school, by verbs that checked the right
        links = self.env["bde.alumni.contact"].sudo().search([("partner_id", "in", self.ids)])
        shown = links.alumnus_id._may_write("inform")
        wanted = links.filtered(
            lambda one: one.state == "confirmed" and one.alumnus_id in shown
        ).partner_id
        seen = links.partner_id
        wanted.filtered(lambda one: not one.bde_alumni).bde_alumni = True
        (seen - wanted).filtered("bde_alumni").bde_alumni = False
