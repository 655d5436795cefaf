import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rules import french
from .bde_batch import FILE_DAYS
from .bde_document_page import qr_picture, stylesheet

STYLE = "bde_partnerships/static/src/css/tax_letter.css"
# Up to so many letters are printed while the reader waits.
PRINT_AT_ONCE = 50


class BdeTaxCampaign(models.Model):
    _inherit = "bde.tax.campaign"

    def _print_letters(self, targets, model):
        """Letters on paper to these companies: noted, then one PDF, or mass work for many.

        :param targets: ``bde.tax.target`` of this campaign
        :param model: ``bde.tax.letter.model``
        :raise UserError: the campaign may not ask yet, the windows are over, nobody is left
        :return: an action
        """
        self.ensure_one()
        self._check_letters_may_leave(targets, model)
        self._letter_window()
        self.env["bde.solicitation"]._lock_school(self.company_id)
        plans, results = self._check_letters(targets, model, channel="letter")
        if not plans:
            reasons = dict.fromkeys(text for _status, text in results.values() if text)
            raise UserError(
                self.env._(
                    "No letter can be printed:\n%(reasons)s",
                    reasons="\n".join(list(reasons)[:10]),
                )
            )
        letters = self._note_letters(plans, model, None, channel="letter")
        letters._note_printed()
        letters = letters.with_env(self.env)
        if len(letters) > PRINT_AT_ONCE:
            return letters._start_batch("pdf", title=self.name)
        return letters.action_print()


class BdeTaxLetter(models.Model):
    """Letters on paper: the same words on the letterhead, with a code to answer by."""

    _name = "bde.tax.letter"
    _inherit = ["bde.tax.letter", "bde.batch.mixin"]

    pdf = fields.Binary(string="Printed letter", attachment=True, readonly=True)

    def _note_printed(self):
        """Printed is sent: nothing comes back from the post but the envelope."""
        campaign = self.campaign_id
        texts = self._write_texts(campaign, campaign._letter_window())
        today = campaign.company_id._bde_today()
        for letter, (subject, text) in texts.items():
            letter.write({"subject": subject, "text": text, "state": "sent", "date": today})
        self._note_asked(campaign.company_id, self.env.user)
        self.target_ids._note_letters()

    def action_print(self):
        """Opens these letters as one PDF, a page each."""
        self.check_access("read")
        self._check_printable()
        if len(self) > PRINT_AT_ONCE:
            return self._start_batch("pdf", title=self.campaign_id[:1].name)
        return {
            "type": "ir.actions.act_url",
            "url": "/bde/tax/letters?ids=" + ",".join(map(str, self.ids)),
            "target": "new",
        }

    def _check_printable(self):
        """Stops for what is no letter on paper of one campaign.

        :raise UserError: says which letters to choose
        """
        if self.filtered(lambda letter: letter.channel != "letter"):
            raise UserError(self.env._("Choose letters on paper: mails are not printed."))
        if len(self.campaign_id) > 1:
            raise UserError(self.env._("Choose letters of one campaign: each has its own words."))

    @api.model
    def _check_print_count(self, count):
        """Stops where a reader would wait for too many letters at once.

        :raise UserError: says how many, and how more are printed
        """
        if count > PRINT_AT_ONCE:
            raise UserError(
                self.env._(
                    "%(count)s letters at once: at most %(limit)s are opened here. Choose fewer, or"
                    " choose them in the list of letters and press “Print again”: many are made as"
                    " mass work, in one file.",
                    count=count,
                    limit=PRINT_AT_ONCE,
                )
            )

    def _letters_pdf(self):
        """PDF of these letters on paper, of one campaign; each with a code of its own.

        :raises AccessError: the user does not read one of them
        :rtype: bytes
        """
        self.check_access("read")
        campaign = self.campaign_id
        campaign.ensure_one()
        company = campaign.company_id
        window = campaign._next_window() or campaign._windows().filtered("is_period")[-1:]
        # sudo: links are minted for the readers of letters that the user may read
        minted = (
            self.env["bde.link"]
            .sudo()
            ._mint_tax([(letter.target_id or letter, letter._reader()) for letter in self])
        )
        story = campaign._letter_story()
        html = self.env["bde.document.mixin"]._render_page(
            "bde_partnerships.tax_letter_document",
            {
                **company._tax_letterhead(),
                "qr": None,
                "lang": "fr",
                "css": stylesheet(STYLE),
                "year": campaign.year,
                "place": company.city or "",
                "day": french.day(company._bde_today().isoformat()),
                "author": self.user_id[:1].name or "",
                "block": campaign._soltea_block(window),
                "story": story,
                "picture": campaign._picture_data(story["picture"]),
                "contact": company.bde_email or company.email or company.name,
                "notice_url": company._bde_notice_url(),
                "sheets": [
                    letter._sheet(link._url(token))
                    for letter, (link, token) in zip(self, minted, strict=True)
                ],
            },
        )
        return self.env["bde.document.version"]._render_html(html)

    def _sheet(self, url):
        """What one page says of its own."""
        # sudo: the address of a company whose page the school has
        partner, reader = self.relation_id.sudo().partner_id, self._reader().sudo()
        town = " ".join(filter(None, (partner.zip, partner.city)))
        return {
            "name": partner.name,
            "person": "" if reader.bde_employer else reader.name,
            "address": [line for line in (partner.street, partner.street2, town) if line],
            "subject": self.subject,
            "text": self.text,
            "qr": qr_picture(url),
        }

    # ------------------------------------------------------------
    # Mass work: one page each
    # ------------------------------------------------------------

    def _batch_name(self):
        return self.relation_id.partner_name or ""

    def _batch_group(self):
        return ""

    def _batch_title(self):
        return self.campaign_id[:1].name

    def _batch_documents(self):
        return {}

    def _batch_pdf(self):
        """Makes the page of each letter; kept until the file of the batch is."""
        for letter in self:
            data = letter._letters_pdf()
            # sudo: nobody writes letters by hand; the page was made with the user's rights
            letter.sudo().pdf = base64.b64encode(data)
        return {}

    def _batch_bytes(self):
        """The page that was made, for the file of the batch.

        :rtype: bytes
        """
        self.ensure_one()
        data = self.with_context(bin_size=False).pdf
        return base64.b64decode(data) if data else self._letters_pdf()

    @api.autovacuum
    def _gc_pages(self):
        """Pages hold a link each: they go with the file that they were joined into."""
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=FILE_DAYS)
        self.env["ir.attachment"].search(
            [
                ("res_model", "=", self._name),
                ("res_field", "=", "pdf"),
                ("create_date", "<", limit),
            ],
            limit=1000,
        ).unlink()
