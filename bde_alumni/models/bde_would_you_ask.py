from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .bde_alumni_letters import Ask


class BdeWouldYou(models.Model):
    """The question of the year: asked once, of those who agreed to be asked."""

    _inherit = "bde.would.you"

    def action_ask_year(self):
        """Asks all alumni of the school who agreed and were not asked this year yet.

        :raise UserError: nobody is left
        """
        company = self.env.company
        company._bde_check_user_is("secretary")
        Alumnus = self.env["bde.alumnus"]
        agreed = Alumnus.search(
            Domain("company_id", "=", company.id) & Alumnus._may_write_domain("solicitation")
        )
        rows = agreed._ask_would_you()
        if not rows:
            raise UserError(
                self.env._(
                    "Nobody is left to ask this year. Who agrees to be asked for help says so on "
                    "his page, or on the sheet that leavers sign."
                )
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(count)s are asked: the letters leave within the hour, outside of quiet "
                    "hours.",
                    count=len(rows),
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_note_answer(self):
        """Opens the dialog where an answer is noted that came by telephone."""
        self.ensure_one()
        return self.alumnus_id.action_note_would_you()


class BdeAlumnus(models.Model):
    _inherit = "bde.alumnus"

    def action_note_would_you(self):
        """Opens the dialog where what somebody said by telephone is noted."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What would %(name)s do?", name=self.name),
            "res_model": "bde.would.you.note",
            "view_mode": "form",
            "target": "new",
            "context": {"default_alumnus_id": self.id},
        }


class BdeAlumniLetters(models.AbstractModel):
    _inherit = "bde.alumni.letters"

    @api.model
    def _asks(self, company, today):
        """The question of the year, once."""
        asks = super()._asks(company, today)
        year = self.env["bde.alumnus"]._would_year(company)
        # sudo: who is asked what
        rows = (
            self.env["bde.would.you"]
            .sudo()
            .search(
                [("company_id", "=", company.id), ("year", "=", year), ("state", "=", "waiting")]
            )
        )
        return asks + [
            Ask(row.alumnus_id, f"yearly_{year}", "solicitation", _line, _subject, "would_you")
            for row in rows
        ]


def _subject(env):
    return env._("Would you…?")


def _line(env):
    return env._(
        "Once a year the school asks its former pupils: would you be a tutor, host a pupil, speak "
        "in class, sit in a jury? One page, one minute. “Nothing this year” is an answer too."
    )
