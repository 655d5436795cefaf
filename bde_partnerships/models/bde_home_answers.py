from odoo import api, models


class BdeHome(models.AbstractModel):
    """What signers answered and nobody has dealt with yet."""

    _inherit = "bde.home"

    @api.model
    def _home_cards(self):
        cards = super()._home_cards()
        domain = [("state", "=", "open")]
        if secretary_of := self._home_companies("secretary"):
            domain.append(("company_id", "in", secretary_of))
        elif self._home_companies("teacher"):
            # those that the referent is asked to deal with, not those of the bureau
            domain.append(("user_id", "=", self.env.uid))
        else:
            return cards
        cards.append(
            {
                "section": "late",
                "sequence": 14,
                "label": self.env._("Answers of signers"),
                "help": self.env._("Wrong person, no authority, a change that is asked for."),
                "count": self.env["bde.document.answer"].search_count(domain),
                "action": {"xmlid": "bde_partnerships.action_document_answer", "domain": domain},
                "tone": "danger",
            }
        )
        return cards
