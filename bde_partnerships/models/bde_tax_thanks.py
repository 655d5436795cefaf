import base64

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..rules import french
from ..rules.solicitation import address_key
from ..rules.tax_letter import Letter, fill_line
from .bde_batch import BATCH_FROM, FILE_DAYS

THANKS_STATES = [
    ("nothing", "Nothing received"),
    ("to_thank", "To thank"),
    ("thanked", "Thanked"),
    ("more", "Gave more since"),
]
# What may become of a company in a batch of thanks; the first two are thanked now.
STATUSES = [
    ("mail", "By mail"),
    ("paper", "No address: on paper"),
    ("more", "Thanked, gave more since"),
    ("thanked", "Thanked already"),
    ("stopped", "Wants no letter"),
    ("nothing", "Nothing received"),
]
# What a mail tells of what was bought; the page behind its link tells all.
LINES_IN_MAIL = 3


class BdeTaxTarget(models.Model):
    """Thanks: once a giver and campaign, a second time only when somebody says so."""

    _inherit = "bde.tax.target"

    thanked_on = fields.Date(string="Thanked on", readonly=True, copy=False)
    thanked_amount = fields.Monetary(
        string="Thanked for", readonly=True, copy=False, help="What was received by then."
    )
    thanks_state = fields.Selection(
        THANKS_STATES,
        string="Thanks",
        compute="_compute_thanks_state",
        store=True,
        precompute=True,
    )

    @api.depends("received_amount", "thanked_on", "thanked_amount")
    def _compute_thanks_state(self):
        for target in self:
            compare = target.company_id.currency_id.compare_amounts
            if compare(target.received_amount, 0) <= 0:
                target.thanks_state = "nothing"
            elif not target.thanked_on:
                target.thanks_state = "to_thank"
            else:
                grown = compare(target.received_amount, target.thanked_amount) > 0
                target.thanks_state = "more" if grown else "thanked"

    # ------------------------------------------------------------
    # Who is thanked, and how
    # ------------------------------------------------------------

    def _thanks_verdicts(self, again=False):
        """Who would be thanked now, and why the others are not; constant queries.

        Thanks ask for nothing: no cool-down and no cap holds them back. Whoever wants no letter
        at all from the school gets none.

        :param bool again: thank those a second time who gave more since
        :return: {target: (status, text)}, status of ``STATUSES``
        """
        verdicts = {}
        for company, targets in self.grouped("company_id").items():
            emails = {t.partner_id: [t._thanks_reader().email or ""] for t in targets}
            respect = targets.partner_id._bde_solicitation(company, None, emails=emails)
            for target in targets:
                verdicts[target] = target._thanks_verdict(respect[target.partner_id], again)
        return verdicts

    def _thanks_reader(self):
        return self.contact_id or self.partner_id

    def _thanks_reader_name(self):
        """Name of the person who is thanked; empty where the company alone is known."""
        reader = self._thanks_reader()
        return reader.name or "" if reader != self.partner_id else ""

    def _thanks_verdict(self, respect, again):
        self.ensure_one()
        before = self.thanked_on and self.env._(
            "Thanked on %(date)s for %(amount)s.",
            date=format_date(self.env, self.thanked_on),
            amount=french.euros(self.thanked_amount),
        )
        if self.thanks_state in ("nothing", "thanked"):
            return self.thanks_state, before or ""
        if respect.level == "stop":
            return "stopped", respect.text
        if self.thanks_state == "more" and not again:
            return "more", before
        reader = self._thanks_reader()
        if not address_key(reader.email or ""):
            return "paper", self.env._("There is no e-mail address: print the page.")
        return "mail", reader.email

    # ------------------------------------------------------------
    # Verbs
    # ------------------------------------------------------------

    def _thank_by_mail(self, subject, body, again=False):
        """Writes to those who may be thanked by mail, each with the link to its own page.

        :param str subject: with words in braces
        :param body: HTML with words in braces, see ``rules/tax_letter.py``
        :return: those who were written to
        """
        self._check_may_thank()
        verdicts = self._thanks_verdicts(again)
        wanted = self.filtered(lambda target: verdicts[target][0] == "mail")
        sent = self.browse()
        for company, targets in wanted.grouped("company_id").items():
            letters = targets._thanks_letters(subject, body)
            results = self.env["bde.solicitation"]._send_service(company, letters)
            for target, (status, _text) in zip(targets, results, strict=True):
                if status == "sent":
                    sent |= target
        sent._note_thanks("mail")
        return sent

    def _thank_on_paper(self, again=False):
        """What opens the pages of those who may be thanked: a PDF, or mass work for many.

        :raises UserError: nobody is left to thank
        :return: an action
        """
        self._check_may_thank()
        verdicts = self._thanks_verdicts(again)
        wanted = self.filtered(lambda target: verdicts[target][0] in ("mail", "paper"))
        if not wanted:
            raise UserError(self.env._("Nobody is left to thank: see the list."))
        thanks = wanted._note_thanks("paper")
        if len(wanted) > BATCH_FROM:
            return thanks._start_batch("pdf", title=thanks.campaign_id[:1].name)
        return wanted.action_giver_pdf()

    def _check_may_thank(self):
        """Two batches of thanks at once would write twice: the second waits, and sees the first."""
        self.check_access("read")
        for company in self.company_id:
            company._bde_check_user_is("secretary")
        self.env["bde.document"]._lock_rows(self)
        self.invalidate_recordset(["thanked_on", "thanked_amount", "thanks_state"])

    def _note_thanks(self, channel):
        """Notes that these givers were thanked for what came so far.

        :return: the rows of the log
        """
        # sudo: nobody writes thanks by hand; the right was checked by the verb
        thanks = (
            self.env["bde.tax.thanks"]
            .sudo()
            .create(
                [
                    {
                        "target_id": target.id,
                        "contact_id": target.contact_id.id,
                        "channel": channel,
                        "amount": target.received_amount,
                        "date": target.company_id._bde_today(),
                        "user_id": self.env.uid,
                    }
                    for target in self
                ]
            )
        )
        for (company, amount), targets in self.grouped(
            lambda target: (target.company_id, target.received_amount)
        ).items():
            # sudo: as above
            targets.sudo().write({"thanked_on": company._bde_today(), "thanked_amount": amount})
        return thanks.with_env(self.env)

    # ------------------------------------------------------------
    # The mail
    # ------------------------------------------------------------

    def _thanks_letters(self, subject, body):
        """Letters for ``bde.solicitation._send_service``, one a giver; constant queries."""
        text, pages = Letter(body), self._giver_pages()
        urls = self._mint_giver_links()
        letters = []
        for target in self:
            values = target._thanks_words(pages[target])
            reader = target._thanks_reader()
            letters.append(
                {
                    "partner": target.partner_id,
                    "contact": reader if reader != target.partner_id else None,
                    "subject": fill_line(subject, values),
                    "body": target._thanks_body(text.fill(values), pages[target], urls[target]),
                }
            )
        return letters

    def _thanks_words(self, page):
        """{word: text} of the words that a letter of thanks may hold."""
        name = self._thanks_reader_name()
        return {
            "salutation": f"Bonjour {name}," if name else "Madame, Monsieur,",
            "entreprise": self.partner_name or "",
            "interlocuteur": name,
            "lycee": self.company_id.name,
            "annee": str(self.year),
            "recu": page["amount"],
            "don": page["amount"],
            "responsable": self.env.user.name,
            "telephone": self.company_id.phone or "",
        }

    def _thanks_body(self, text, page, url):
        """The mail: the words of the school, what was bought, the link to the page.

        :rtype: Markup
        """
        reader = self._thanks_reader()
        lang = self.env["bde.solicitation"]._reader_lang(reader)
        return (
            Markup(text)
            + self.env["bde.delivery"]._body(  # noqa: S704 (filled and escaped)
                "mail_tax_thanks", lang, {"lines": page["lines"][:LINES_IN_MAIL], "url": url}
            )
        )

    @api.model
    def _thanks_model(self, company):
        """(subject, body) that a school thanks with: its own model, else the académie's."""
        model = self.env["bde.tax.letter.model"]._for(company, "thanks")
        # sudo: words of letters are no secret in the school that writes them
        model = model.sudo()
        return model.subject or "", model.body or ""


class BdeTaxThanks(models.Model):
    """One letter of thanks: to whom, for how much, by mail or on paper. Written by the verbs."""

    _name = "bde.tax.thanks"
    _description = "Thanks for the taxe d'apprentissage"
    _inherit = ["bde.owned", "bde.batch.mixin"]
    _order = "id desc"
    _rec_name = "target_id"

    target_id = fields.Many2one(
        "bde.tax.target",
        string="Giver",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="target_id.company_id", store=True, precompute=True, default=None
    )
    campaign_id = fields.Many2one(
        related="target_id.campaign_id", store=True, precompute=True, index=True
    )
    contact_id = fields.Many2one(
        "res.partner",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    channel = fields.Selection(
        [("mail", "E-mail"), ("paper", "On paper")], required=True, readonly=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(string="Thanked for", readonly=True)
    date = fields.Date(string="Thanked on", readonly=True)
    user_id = fields.Many2one(
        "res.users",
        string="Thanked by",
        readonly=True,
        index="btree_not_null",
        check_company=True,
        ondelete="set null",
    )
    pdf = fields.Binary(string="Printed page", attachment=True, readonly=True)

    # ------------------------------------------------------------
    # Mass work: one page each
    # ------------------------------------------------------------

    def _batch_name(self):
        return self.target_id.partner_name or ""

    def _batch_group(self):
        return ""

    def _batch_title(self):
        return self.campaign_id[:1].name

    def _batch_documents(self):
        return {}

    def _batch_pdf(self):
        """Makes the page of each giver; kept until the file of the batch is."""
        for thanks in self:
            pdf = thanks.target_id._giver_pdf()
            # sudo: nobody writes thanks by hand; the page was made with the user's rights
            thanks.sudo().pdf = base64.b64encode(pdf)
        return {}

    def _batch_bytes(self):
        """The page that was made, for the file of the batch.

        :rtype: bytes
        """
        self.ensure_one()
        data = self.with_context(bin_size=False).pdf
        return base64.b64decode(data) if data else self.target_id._render_giver_pdf()

    @api.autovacuum
    def _gc_pages(self):
        """Pages go with the file that they were joined into: they can be made again."""
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=FILE_DAYS)
        self.env["ir.attachment"].search(
            [
                ("res_model", "=", self._name),
                ("res_field", "=", "pdf"),
                ("create_date", "<", limit),
            ],
            limit=1000,
        ).unlink()
