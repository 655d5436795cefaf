"""Letters that nobody got: written again, and who was not told counts as not told."""

from odoo import api, models

from odoo.addons.bde_partnerships.models.bde_bounce import DEAD


class BdeAlumniLetter(models.Model):
    _inherit = "bde.alumni.letter"

    def _lost(self):
        """Nobody got these letters (in sudo): what they said may be said again."""
        self.state = "cancelled"
        welcome = self.filtered(lambda one: one.kind == "welcome")
        # the information of article 13 was not given, unless the page was opened another way
        untold = welcome.alumnus_id.filtered(
            lambda one: one.informed_how == "letter" and not one.choices_on
        )
        untold.write({"informed_on": False, "informed_how": False})


class BdeAlumniLetters(models.AbstractModel):
    _inherit = "bde.alumni.letters"

    @api.model
    def _note_bounces(self, rows):
        """The information that came back for good was not given: a new address gets it."""
        result = super()._note_bounces(rows)
        keys = [key for _company, key, _channel, reason in rows if reason in DEAD]
        # sudo: nobody writes letters
        self.env["bde.alumni.letter"].sudo().search(
            [
                ("signer_key", "in", keys),
                ("kind", "=", "welcome"),
                ("state", "=", "sent"),
                ("bounce_reason", "in", DEAD),
            ]
        )._lost()
        return result


class BdeBounce(models.AbstractModel):
    _inherit = "bde.bounce"

    def _give_up(self, mails, rows):
        """The mail server was away for days: what it never sent did not leave."""
        # sudo: nobody writes letters
        letters = self.env["bde.alumni.letter"].sudo().search(
            [("mail_id", "in", mails.ids), ("state", "=", "queued")]
        )  # fmt: skip
        result = super()._give_up(mails, rows)
        letters._lost()
        return result
