from datetime import timezone
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..rules.purposes import PURPOSES
from ..rules.solicitation import address_key, polite_time
from .res_partner_solicitation import SolicitationCase

UTC = timezone.utc  # noqa: UP017 (datetime.UTC is not in Python 3.10)
# What may become of a letter. Only those that are "ready" are sent.
STATUSES = [
    ("ready", "Ready"),
    ("warned", "A reason is asked"),
    ("stopped", "Do not ask"),
    ("no_address", "No address"),
    ("capped", "Asked today already"),
    ("sent", "Sent"),
]


class BdeSolicitation(models.AbstractModel):
    """Letters by which a school asks companies for something, one or many at once.

    Nobody who said no gets one; each carries the address to say no and, the first time, what
    is done with personal data. They leave by the queue, in no chatter: the page of the company
    at the school keeps the text, all schools see that it was approached.
    """

    _name = "bde.solicitation"
    _inherit = ["bde.delivery"]
    _description = "Letters that ask companies for something"

    @api.model
    def _check(self, company, purpose, letters):
        """What would become of letters; as many queries for one or for a thousand.

        :param company: the school
        :param str purpose: of ``PURPOSES``
        :param letters: as for :meth:`_send`; ``subject`` and ``body`` do not matter
        :raise AccessError: a contact is not one of this school
        :return: (status, text) of each letter
        """
        company = company.with_env(self.env)
        self._check_contacts(company, letters)
        emails = {}
        for letter in letters:
            emails.setdefault(letter["partner"], []).append(self._address(letter))
        employers = self.env["res.partner"].union(*emails)
        case = SolicitationCase(employers, company, purpose, emails)
        keys = {key for key in map(address_key, sum(emails.values(), [])) if key}
        asked = self.env["bde.link"]._asked_today(company, purpose, keys)
        results = []
        for letter in letters:
            email = self._address(letter)
            verdict = case.verdict(letter["partner"], [email])
            status = self._status(verdict, letter, address_key(email), asked)
            results.append((status, self._reason(status) or verdict.text))
        return results

    def _status(self, verdict, letter, key, asked):
        """Where one letter stands; ``asked`` gets the address of one that would leave."""
        if verdict.level == "stop":
            return "stopped"
        if not key:
            return "no_address"
        if key in asked:
            return "capped"
        if verdict.needs_reason and not letter.get("reason"):
            return "warned"
        asked.add(key)
        return "ready"

    def _reason(self, status):
        """Why a letter does not leave, when its company has nothing to do with it."""
        if status == "no_address":
            return self.env._("There is no e-mail address: add one to a contact, or call.")
        if status == "capped":
            return self.env._("This address was asked for the same thing today.")
        return ""

    @api.model
    def _send(self, company, purpose, letters):
        """Sends letters that ask something of companies, but to nobody who said no.

        :param company: the school
        :param str purpose: of ``PURPOSES``
        :param letters: dicts ``partner`` (the employer), ``contact`` (``res.partner``; empty:
            the address of the company), ``subject``, ``body`` (Markup), and ``reason`` (of
            ``REASONS``) when the school was warned and goes on
        :raise AccessError: the user does not work at the bureau of this school
        :return: (status, text) of each letter, status of ``STATUSES``
        """
        company = company.with_env(self.env)
        company._bde_check_user_is("secretary")
        self._lock_school(company)
        results = self._check(company, purpose, letters)
        leaving = [
            letter
            for letter, (status, _text) in zip(letters, results, strict=True)
            if status == "ready"
        ]
        if leaving:
            self._queue(self._solicitation_messages(company, purpose, leaving))
            self._trigger_queue()
            self._log_letters(company, purpose, leaving)
        return [("sent" if status == "ready" else status, text) for status, text in results]

    @api.model
    def _send_service(self, company, letters):
        """Sends what is no request: a convention, a pupil on placement, safety, thanks.

        No opt-out stands against it, no approach is noted; see :meth:`_send` for the letters.
        Whoever never had one reads the notice on personal data here (GDPR, article 14).
        """
        company = company.with_env(self.env)
        company._bde_check_user_is("secretary")
        self._check_contacts(company, letters)
        leaving = [letter for letter in letters if address_key(self._address(letter))]
        newcomers = self._newcomers(company, leaving)
        messages = []
        for letter in leaving:
            reader = self._reader(letter)
            lang = self._reader_lang(reader)
            values = {
                "body": letter["body"],
                "author": self.env.user.name,
                "company": company,
                "lang": lang,
                "service": True,
                "first": reader in newcomers,
                "notice_url": company._bde_notice_url(),
            }
            messages.append(
                {
                    "company": company,
                    "email_to": self._to(reader.name, reader.email),
                    "subject": letter["subject"],
                    "body_html": self._body("mail_solicitation", lang, values),
                }
            )
        self._queue(messages)
        self._trigger_queue()
        self._note_informed(company, newcomers)
        self._log_talks(company, False, leaving)
        return [
            ("sent", "") if letter in leaving else ("no_address", self._reason("no_address"))
            for letter in letters
        ]

    def _lock_school(self, company):
        """One sending at a time per school, so that nobody is asked twice in one second."""
        self.env.cr.execute(
            SQL("SELECT pg_advisory_xact_lock(hashtext(%s), %s)", self._name, company.id)
        )

    def _check_contacts(self, company, letters):
        """Contacts are those of the school that writes, whatever ids a client sends."""
        contacts = self.env["res.partner"].union(
            *(letter["contact"] for letter in letters if letter.get("contact"))
        )
        contacts.fetch(["company_id", "email", "name", "lang", "bde_informed_on"])
        if contacts.company_id - company:
            raise AccessError(self.env._("A contact is not one of your school."))

    @api.model
    def _address(self, letter):
        return (letter.get("contact") or letter["partner"]).email or ""

    @api.model
    def _reader_lang(self, partner):
        """Language of a letter: the reader's, or else French, in which companies are written to."""
        installed = dict(self.env["res.lang"].get_installed())
        wanted = (partner.lang, "fr_FR", self.env.lang)
        return next((lang for lang in wanted if lang in installed), None)

    # ------------------------------------------------------------
    # What is written
    # ------------------------------------------------------------

    def _solicitation_messages(self, company, purpose, letters):
        """Messages for the queue, each with a link of its own."""
        recipients = []
        for letter in letters:
            person = letter.get("contact") or letter["partner"]
            lang = self._reader_lang(person)
            recipients.append((letter["partner"], person.name, person.email, lang))
        minted = self.env["bde.link"]._mint_optouts(company, purpose, recipients)
        newcomers = self._newcomers(company, letters)
        leaves_on = self._leaves_on(company)
        messages = []
        for letter, (link, token) in zip(letters, minted, strict=True):
            foot = self._foot_values(link, token, first=self._reader(letter) in newcomers)
            body = self._body(
                "mail_solicitation",
                link.lang,
                foot | {"body": letter["body"], "author": self.env.user.name, "lang": link.lang},
            )
            messages.append(
                {
                    "company": company,
                    "email_to": self._to(link.name, link.email),
                    "subject": letter["subject"],
                    "body_html": body,
                    "headers": {"List-Unsubscribe": f"<{foot['optout_url']}>"},
                    "scheduled_date": leaves_on,
                }
            )
        self._note_informed(company, newcomers)
        return messages

    @api.model
    def _leaves_on(self, company):
        """When requests of this school leave, in UTC; False: at once."""
        zone = ZoneInfo(company.bde_tz or "Europe/Paris")
        now = fields.Datetime.now().replace(tzinfo=UTC).astimezone(zone)
        polite = polite_time(now)
        if polite == now:
            return False
        return polite.astimezone(UTC).replace(tzinfo=None)

    @api.model
    def _foot_values(self, link, token, first):
        """What the foot of a request shows; see the template of that name."""
        company = link.company_id
        return {
            "company": company,
            "first": first,
            "notice_url": company._bde_notice_url(),
            "optout_url": link._url(token),
        }

    @api.model
    def _reader(self, letter):
        return letter.get("contact") or letter["partner"]

    def _newcomers(self, company, letters):
        """Readers to whom this school never wrote: they get the notice on personal data."""
        readers = self.env["res.partner"].union(*map(self._reader, letters))
        contacts = readers.filtered(lambda partner: not partner.bde_employer)
        new = contacts.filtered(lambda contact: not contact.bde_informed_on)
        employers = readers - contacts
        if employers:
            # sudo: on the page of the school that writes, which the caller works for
            told = (
                self.env["bde.relation"]
                .sudo()
                .search(
                    [
                        ("company_id", "=", company.id),
                        ("partner_id", "in", employers.ids),
                        ("informed_on", "!=", False),
                    ]
                )
            )
            new |= employers - told.partner_id.with_env(self.env)
        return new

    def _note_informed(self, company, readers):
        """The notice went out: it is not sent to them again."""
        today = company._bde_today()
        contacts = readers.filtered(lambda partner: not partner.bde_employer)
        # sudo: staff do not write contacts by hand here; those are of their school
        contacts.sudo().bde_informed_on = today
        employers = readers - contacts
        if employers:
            relations = self.env["bde.relation"]._bde_ensure(employers, company)
            relations.sudo().informed_on = today

    # ------------------------------------------------------------
    # What stays
    # ------------------------------------------------------------

    def _log_letters(self, company, purpose, letters):
        """The approach for all schools; the text and the talk at the school that wrote."""
        by_reason = {}
        for letter in letters:
            by_reason.setdefault(letter.get("reason") or None, []).append(letter)
        for reason, batch in by_reason.items():
            employers = self.env["res.partner"].union(*(letter["partner"] for letter in batch))
            employers._bde_note_approach(company, purpose, "mail", reason=reason)
        self._log_talks(company, purpose, letters)

    def _log_talks(self, company, purpose, letters):
        """What was written, on the pages of the companies at the school."""
        employers = self.env["res.partner"].union(*(letter["partner"] for letter in letters))
        relations = self.env["bde.relation"]._bde_ensure(employers, company)
        pages = {relation.partner_id: relation for relation in relations}
        self.env["bde.talk"].with_context(bde_approach_noted=True).create(
            [
                {
                    "relation_id": pages[letter["partner"]].id,
                    "channel": "mail",
                    "direction": "out",
                    "contact_id": letter["contact"].id if letter.get("contact") else False,
                    "purpose": purpose,
                    "outcome": "sent",
                    "summary": letter["subject"],
                }
                for letter in letters
            ]
        )
        by_subject = {}
        for letter in letters:
            bodies = by_subject.setdefault(letter["subject"], {})
            bodies[pages[letter["partner"]].id] = letter["body"]
        for subject, bodies in by_subject.items():
            relations.browse(bodies)._message_log_batch(
                bodies, subject=subject, message_type="comment"
            )


class BdeTalk(models.Model):
    _inherit = "bde.talk"

    # a letter that left has no answer yet
    outcome = fields.Selection(selection_add=[("sent", "Sent")], ondelete={"sent": "set default"})


class ResPartner(models.Model):
    _inherit = "res.partner"

    bde_informed_on = fields.Date(
        string="Informed on",
        readonly=True,
        copy=False,
        help="Day of the first request of the school, which says what is done with the data.",
    )


class MailTemplate(models.Model):
    _inherit = "mail.template"

    bde_purpose = fields.Selection(
        PURPOSES, string="Asks for", help="Proposed for letters of this purpose to companies."
    )

    def send_mail_batch(self, res_ids, *args, **kwargs):
        asks = self.model and isinstance(self.env[self.model], self.pool["bde.solicitation.mixin"])
        if asks and not self.env.su:
            # straight into the queue, past what companies said
            raise UserError(
                self.env._("To write to several companies, select them and use “Write”.")
            )
        return super().send_mail_batch(res_ids, *args, **kwargs)
