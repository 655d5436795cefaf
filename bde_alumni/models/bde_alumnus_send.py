from odoo import fields, models
from odoo.exceptions import UserError

from .bde_alumni_letters import HAND, Ask


class BdeAlumnus(models.Model):
    """The link to the page of an alumnus, sent or opened by the bureau."""

    _inherit = "bde.alumnus"

    letter_ids = fields.One2many("bde.alumni.letter", "alumnus_id", string="Letters")

    def _send_page_links(self, purpose=None):
        """Sends these alumni the link to their page, at their own address; the same minute is once.

        The caller checked who asks.

        :param purpose: of ``_may_write``; None: they ask for it themselves
        :return: the letters (``bde.alumni.letter``), in sudo
        """
        kind = f"{HAND}{fields.Datetime.now():%Y-%m-%d %H:%M}"
        # sudo: no role writes letters; the caller checked who asks
        letters = self.env["bde.alumni.letter"].sudo()
        for company, alumni in self.grouped("company_id").items():
            school = (
                self.env["bde.alumni.letters"]
                .with_company(company)
                .with_context(allowed_company_ids=company.ids)
            )
            letters |= school._write(
                [Ask(alumnus, kind, purpose, _hand_line) for alumnus in alumni]
            )
        return letters

    def _check_page_links(self):
        """Stops unless the user works at the bureau of the school of these alumni."""
        self.check_access("read")
        for company in self.company_id:
            company._bde_check_user_is("secretary")

    def action_send_page_link(self):
        """Sends these alumni the link to their page, to their own address."""
        self._check_page_links()
        letters = self._send_page_links("inform")
        missed = self - letters.alumnus_id.with_env(self.env)
        if not letters:
            raise UserError(missed._why_not_reached())
        message = self.env._("Links sent: %(count)s.", count=len(letters))
        if missed:
            message += " " + missed._why_not_reached()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if missed else "success",
                "message": message,
                "sticky": bool(missed),
            },
        }

    def _why_not_reached(self):
        """Who gets no letter, and what to do."""
        names = ", ".join(self[:10].mapped("name")) + (", …" if len(self) > 10 else "")
        return self.env._(
            "Nothing was sent to %(names)s: no address that works, or no message is wanted any"
            " more. Add a private e-mail or a mobile phone, or call.",
            names=names,
        )

    def action_open_page(self):
        """Opens the page of an alumnus who is at the bureau; its link serves for a day."""
        self.ensure_one()
        self._check_page_links()
        if self.is_deceased:
            raise UserError(self.env._("Nothing is noted any more for this person."))
        [(_link, url)] = self._mint_page_links("desk").values()
        return {"type": "ir.actions.act_url", "url": url, "target": "new"}


def _hand_line(env):
    return env._(
        "Here is the link to your page: what the school asks you and offers you, and your choices."
    )
