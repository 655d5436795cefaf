from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.bde_partnerships.rules.signer import signer_key

from .bde_link_alumni import DESK_DAYS, PAGE_DAYS
from .bde_portrait_verbs import LIVE


class BdeLink(models.Model):
    """The link of a holder of parental authority to the portrait of his child, ``/bde/g/…``."""

    _inherit = "bde.link"

    purpose = fields.Selection(
        selection_add=[("portrait", "Portrait of a minor")], ondelete={"portrait": "cascade"}
    )

    def _paths(self):
        return super()._paths() | {"portrait": "g"}

    def _portrait(self):
        """(portrait, guardian) that this link opens, empty when there is nothing to say any more.

        An address that was put right closes what went to the wrong one; at 18 the person
        decides alone.

        :return: both in sudo, in the company of the school
        """
        self.ensure_one()
        portrait = self.env["bde.portrait"].browse(self.res_id).exists()
        guardian = self.env["bde.guardian"]
        if self.purpose != "portrait" or portrait.company_id != self.company_id:
            return portrait.browse(), guardian
        for one in portrait._current_rows().guardian_id:
            if one._portrait_key() == self.signer_key:
                guardian = one
        if not guardian or portrait.state not in LIVE or not portrait.is_minor:
            return portrait.browse(), guardian
        student = portrait.alumnus_id.student_id
        if student and guardian not in student._legal_guardians():
            # a judgment took the authority away: what is told of the child is not theirs
            return portrait.browse(), guardian.browse()
        return portrait, guardian

    def _renew_portrait(self):
        """Sends a fresh link to the same holder of authority.

        :return: ``sent``, or what :meth:`_renewal_stopped` says
        """
        if stopped := self._renewal_stopped(
            lambda: self.channel in ("email", "sms") and self._portrait()[0]
        ):
            return stopped
        portrait, guardian = self._portrait()
        portrait._send_guardian_link(guardian, self.channel)
        return "sent"


class BdeGuardian(models.Model):
    _inherit = "bde.guardian"

    def _portrait_name(self):
        """As one writes to somebody: the first name first."""
        self.ensure_one()
        return " ".join(filter(None, (self.firstname, self.lastname)))

    def _portrait_key(self):
        """Key of a guardian and his address: two who share a mailbox are two."""
        self.ensure_one()
        return signer_key(f"guardian {self.id}", self.email, self.phone)


class BdePortrait(models.Model):
    """Holders of parental authority answer by a link of their own."""

    _inherit = "bde.portrait"

    def _guardian_link_vals(self, guardian, channel):
        days = DESK_DAYS if channel == "desk" else PAGE_DAYS
        return {
            "company_id": self.company_id.id,
            "purpose": "portrait",
            "signer_key": guardian._portrait_key(),
            "channel": channel,
            "res_model": self._name,
            "res_id": self.id,
            "name": guardian.name,
            "email": guardian.email or False,
            "phone": guardian.phone or False,
            "lang": self.company_id.partner_id.lang or "fr_FR",
            # he may take it back as long as it is shown
            "expires_on": max(
                fields.Datetime.now() + timedelta(days=days),
                fields.Datetime.to_datetime(self.until)
                if channel != "desk"
                else fields.Datetime.now(),
            ),
        }

    def _asked_guardians(self):
        """Rows of holders of authority who have not answered."""
        return self._current_rows().filtered(
            lambda one: one.by == "guardian" and one.state == "asked"
        )

    def _send_guardian_links(self):
        """Sends each holder of authority who has not answered his link (in sudo).

        :return: names of those whom no letter reaches
        """
        missed = []
        now = fields.Datetime.now()
        for portrait in self:
            asked = portrait._asked_guardians()
            company = portrait.company_id
            # nights and Sundays: the job of the letters sends them when the school may write
            waits = company._bde_is_quiet()
            asked.told_on = False if waits else now
            for guardian in asked.guardian_id:
                usable = self.env["bde.sms"]._usable([guardian.phone or ""], company)
                channel = "email" if guardian.email else None
                if not channel and guardian.phone and guardian.phone in usable:
                    channel = "sms"
                if not channel:
                    missed.append(guardian.name)
                    continue
                if waits:
                    continue
                portrait._send_guardian_link(guardian, channel)
        return missed

    def _send_guardian_link(self, guardian, channel):
        [(link, token)] = self.env["bde.link"]._mint([self._guardian_link_vals(guardian, channel)])
        self._send_guardian(guardian, channel, link._url(token))

    def _send_guardian(self, guardian, channel, url):
        company = self.company_id
        lang = company.partner_id.lang or "fr_FR"
        env = self.with_context(lang=lang).env
        key = guardian._portrait_key()
        if channel == "sms":
            text = env._(
                "%(school)s: a portrait of your child is to be read. Nothing is shown before you "
                "agree: %(url)s",
                school=company.name,
                url=url,
            )
            self.env["bde.sms"]._send(
                [
                    {
                        "company": company,
                        "phone": guardian.phone,
                        "text": text,
                        "purpose": "link",
                        "signer_key": key,
                    }
                ]
            )
            return
        Delivery = self.env["bde.delivery"]
        values = {
            "company": company,
            "lang": lang,
            "name": guardian._portrait_name(),
            "child": self.alumnus_id.firstname,
            "url": url,
        }
        Delivery._queue(
            [
                {
                    "company": company,
                    "email_to": Delivery._to(guardian.name, guardian.email),
                    # no name of the child: subjects stand in records that staff list
                    "subject": env._(
                        "A portrait to be read, before anything is shown – %(school)s",
                        school=company.name,
                    ),
                    "body_html": env["ir.qweb"]._render(
                        "bde_alumni.mail_portrait_guardian", values, minimal_qcontext=True
                    ),
                    "signer_key": key,
                    "kind": "alumni",
                }
            ]
        )
        Delivery._trigger_queue()

    def action_send_again(self):
        """Sends their link once more to holders of authority who have not answered."""
        self._check_staff()
        if not self._asked_guardians():
            raise UserError(self.env._("Every holder of parental authority has answered."))
        # sudo: links and letters are no role's; the right was checked
        return self._told_asked(self.sudo()._send_guardian_links())


class BdePortraitConsent(models.Model):
    _inherit = "bde.portrait.consent"

    def action_open_page(self):
        """Opens the page of this person, who is at the bureau; its link serves for a day."""
        self.ensure_one()
        portrait = self.portrait_id
        portrait._check_staff()
        if self.by == "self":
            return portrait.alumnus_id.action_open_page()
        if not self.guardian_id or portrait.state not in LIVE or not portrait.is_minor:
            raise UserError(self.env._("Nothing is to be said of this portrait any more."))
        # sudo: links are no role's; the right was checked
        kept = portrait.sudo()
        [(link, token)] = self.env["bde.link"]._mint(
            [kept._guardian_link_vals(self.sudo().guardian_id, "desk")]
        )
        return {"type": "ir.actions.act_url", "url": link._url(token), "target": "new"}


class BdeAlumniLetters(models.AbstractModel):
    _inherit = "bde.alumni.letters"

    @api.model
    def _write_school_apart(self, company):
        result = super()._write_school_apart(company)
        self._apart(company, self._write_guardians)
        return result

    @api.model
    def _write_guardians(self, company):
        """Holders of authority who were asked while the school writes to nobody."""
        # sudo: a job
        rows = self.env["bde.portrait.consent"].sudo().search(
            [
                ("company_id", "=", company.id),
                ("by", "=", "guardian"),
                ("state", "=", "asked"),
                ("told_on", "=", False),
                ("guardian_id", "!=", False),
                ("portrait_id.state", "=", "to_approve"),
            ]
        )  # fmt: skip
        for portrait in rows.portrait_id:
            portrait._send_guardian_links()
