from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.image import image_data_uri


class BdeTaxCampaign(models.Model):
    """A campaign may tell the story of one adult alumnus, as long as he agrees."""

    _inherit = "bde.tax.campaign"

    portrait_id = fields.Many2one(
        "bde.portrait",
        string="Portrait of a former pupil",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        domain="[('company_id', '=', company_id), ('state', '=', 'published'),"
        " ('ask_letters', '=', True)]",
        help="Of an adult who agreed to be in letters to companies. Taken back, it leaves the "
        "letters that wait at once.",
    )

    @api.constrains("portrait_id")
    def _check_portrait(self):
        for campaign in self.filtered("portrait_id"):
            today = campaign.company_id._bde_today()
            if not campaign.portrait_id._shows(None, "letters", today):
                raise ValidationError(
                    self.env._(
                        "This portrait was not agreed to for letters to companies: choose another "
                        "one, or ask the person."
                    )
                )

    def _letter_story(self):
        """With the portrait, when it may be shown in letters at this very moment.

        :return: ``portrait``: dict ``title``, ``text``, ``picture_url``, ``data`` (a call that
            gives the picture for paper), ``alt``; or None
        """
        story = super()._letter_story()
        # sudo: portraits are read by few, letters of the campaign are made by jobs too
        portrait = self.sudo().portrait_id
        today = self.company_id._bde_today()
        if not portrait or not portrait._shows(None, "letters", today):
            return story | {"portrait": None}
        picture = portrait._shown_pictures("letters", today)[:1]
        return story | {
            "portrait": {
                "title": portrait.title,
                "text": portrait.text,
                "picture_url": picture._url("letters") if picture else "",
                "data": lambda: _data(picture),
                "alt": picture.caption or "",
            }
        }


class BdePortrait(models.Model):
    _inherit = "bde.portrait"

    def _leave_letters(self):
        """Letters about the tax that wait are made again, with what may be shown now."""
        super()._leave_letters()
        # sudo: letters and campaigns of the same school, by verbs that checked the right
        campaigns = self.env["bde.tax.campaign"].sudo().search([("portrait_id", "in", self.ids)])
        if not campaigns:
            return
        waiting = (
            self.env["bde.tax.letter"]
            .sudo()
            .search([("campaign_id", "in", campaigns.ids), ("state", "=", "queued")])
        )
        waiting._take_back()
        self._leave_by_day(waiting.mailing_id)
        gone = campaigns.filtered(
            lambda one: not one.portrait_id._shows(None, "letters", one.company_id._bde_today())
        )
        gone.portrait_id = False

    def _leave_by_day(self, mailings):
        """Letters that are made again leave when a school writes letters, not at night."""
        for mailing in mailings.filtered(lambda one: one.state == "in_queue"):
            leaves_on = self.env["bde.solicitation"]._leaves_on(mailing.company_id)
            if leaves_on and leaves_on > mailing.schedule_date:
                mailing.schedule_date = leaves_on
                # sudo: core's own job
                job = self.env.ref("mass_mailing.ir_cron_mass_mailing_queue").sudo()
                job._trigger(leaves_on)


def _data(picture):
    return image_data_uri(picture.with_context(bin_size=False).image) if picture else ""
