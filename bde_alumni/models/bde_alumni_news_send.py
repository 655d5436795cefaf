import logging

from markupsafe import Markup
from psycopg2 import OperationalError

from odoo import fields, models, modules
from odoo.exceptions import UserError
from odoo.tools import SQL, formataddr

from odoo.addons.bde_partnerships.models.bde_tax_letter_send import AT_ONCE, CHUNK
from odoo.addons.bde_partnerships.rules.tax_letter import Letter, fill_line

from ..rules.news import words_of

_logger = logging.getLogger(__name__)


class BdeAlumniNews(models.Model):
    """Sending: a letter is noted for each reader, then mails are made of them, chunk by chunk.

    Whoever withdraws meanwhile gets nothing: it is asked when the mail is made, and once more
    when it leaves.
    """

    _inherit = "bde.alumni.news"

    def action_send(self):
        """Sends the news to all who agreed; at night and at week-ends they wait until morning."""
        self.ensure_one()
        self.company_id._bde_check_user_is("secretary")
        self.check_access("write")
        self.env["bde.document"]._lock_rows(self)
        if self.state != "draft":
            raise UserError(self.env._("These news have left already."))
        readers = self.env["bde.alumnus"].search(self._audience_domain() & self._reached_domain())
        if not readers:
            raise UserError(
                self.env._(
                    "Nobody of these agreed to get the news, or nobody has an address. Alumni"
                    " agree on their own page."
                )
            )
        # sudo: letters, mailings and what was sent are written here alone
        news = self.sudo()
        news._note_letters(readers.sudo())
        leaves_on = self.env["bde.solicitation"]._leaves_on(self.company_id)
        news.write(
            {
                "state": "queued",
                "user_id": self.env.uid,
                "leaves_on": leaves_on or fields.Datetime.now(),
            }
        )
        news.mailing_id = news._make_mailing()
        if not leaves_on and len(readers) <= AT_ONCE:
            news.mailing_id._action_send_mail()
        else:
            self.env.ref("mass_mailing.ir_cron_mass_mailing_queue").sudo()._trigger(news.leaves_on)
        return True

    def action_test(self):
        """Sends the news to the user alone, as a reader of the school would get them."""
        self.ensure_one()
        self.company_id._bde_check_user_is("secretary")
        self.check_access("read")
        user = self.env.user
        if not user.email:
            raise UserError(self.env._("You have no e-mail address: add one to your preferences."))
        # sudo: one of those who would read it, for the words
        reader = self.env["bde.alumnus"].sudo().search(self._audience_domain(), limit=1)
        words = (
            reader._news_words()
            if reader
            else words_of("Camille", "Exemple", self.company_id.name, self.cohort_to, "")
        )
        if reader:
            words |= {"prenom": user.name, "nom": ""}
        subject, body = self._fill_in(Letter(self.body), words, "#", user.lang)
        Delivery = self.env["bde.delivery"]
        Delivery._queue(
            [
                {
                    "company": self.company_id,
                    "email_to": Delivery._to(user.name, user.email),
                    "subject": self.env._("Test: %(subject)s", subject=subject),
                    "body_html": body,
                }
            ]
        )
        Delivery._trigger_queue()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Sent to %(email)s alone.", email=user.email),
            },
        }

    def _note_letters(self, readers):
        """One row a reader, before any mail is made: nothing leaves twice, whatever crashes."""
        kind = self._kind()
        self.env["bde.alumni.letter"].create(
            [
                {
                    "company_id": self.company_id.id,
                    "alumnus_id": reader.id,
                    "signer_key": reader._page_key(),
                    "name": reader._page_person()["name"],
                    "kind": kind,
                    "purpose": "news",
                    "channel": "email",
                    "subject": self.subject,
                    "line": self.subject,
                    "state": "queued",
                    "is_made": False,
                }
                for reader in readers
            ]
        )

    def _make_mailing(self):
        """The mailing of core that carries the news, in the queue of core (in sudo).

        It has no body: core would render it; our mails are made of our own letters.
        """
        company = self.company_id
        address = company.bde_email or company.email
        sender = formataddr((company.name, address)) if address else self.env.user.email_formatted
        return self.env["mailing.mailing"].create(
            {
                "subject": self.subject,
                "company_id": company.id,
                "bde_news_id": self.id,
                "mailing_model_id": self.env["ir.model"]._get_id("bde.alumnus"),
                "mailing_domain": "[]",
                "email_from": sender or "bureau@localhost",
                "reply_to_mode": "new",
                "reply_to": sender,
                "user_id": self.env.uid,
                "use_exclusion_list": False,
                "schedule_type": "scheduled",
                "schedule_date": self.leaves_on,
                "state": "in_queue",
            }
        )

    # ------------------------------------------------------------
    # Mails. In sudo, in the company of the school
    # ------------------------------------------------------------

    def _waiting_letters(self):
        """Letters of which no mail was made yet."""
        return self.env["bde.alumni.letter"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("kind", "=", self._kind()),
                ("state", "=", "queued"),
                ("is_made", "=", False),
            ]
        )

    def _take_letters(self):
        """Locks the next letters that nobody else works on."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "SELECT id FROM bde_alumni_letter WHERE company_id = %s AND kind = %s"
                " AND state = 'queued' AND is_made IS NOT TRUE"
                " ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED",
                self.company_id.id,
                self._kind(),
                CHUNK,
            )
        )
        return self.env["bde.alumni.letter"].browse([row[0] for row in self.env.cr.fetchall()])

    def _run(self, commit=False):
        """Makes the mails that are missing; may be stopped and begun again at any time.

        :param bool commit: after each chunk, in a job
        """
        compiled = Letter(self.body)
        while letters := self._take_letters():
            self._attempt(letters, compiled)
            if commit:
                self.env["ir.cron"]._commit_progress(len(letters))
        if not self._waiting_letters():
            now = fields.Datetime.now()
            self.write({"state": "sent", "sent_on": now})
            self.mailing_id.write({"state": "done", "sent_date": now, "kpi_mail_required": False})

    def _attempt(self, letters, compiled):
        """Makes mails of letters; one that fails stops no other."""
        try:
            with self.env.cr.savepoint():
                self._make_mails(letters, compiled)
                self.env.flush_all()
        except OperationalError:
            # somebody else was first: the whole chunk is done again
            raise
        except Exception as error:  # one that fails must not stop the others
            self.env.invalidate_all(flush=False)
            if len(letters) == 1:
                _logger.error("News %s, letter %s", self.id, letters.id, exc_info=error)
                letters.write({"state": "cancelled", "bounce_reason": "not_sent"})
                return
            half = len(letters) // 2
            self._attempt(letters[:half], compiled)
            self._attempt(letters[half:], compiled)

    def _make_mails(self, letters, compiled):
        """Mails of a chunk, each with the link of its reader; constant queries."""
        wanted = letters._wanted()
        (letters - wanted).state = "cancelled"
        alumni = wanted.alumnus_id
        urls = alumni._mint_page_links("email")
        alumni.training_id.fetch(["name"])
        Delivery = self.env["bde.delivery"]
        messages = []
        for letter in wanted:
            alumnus = letter.alumnus_id
            person = alumnus._page_person()
            url = urls[alumnus][1]
            subject, body = self._fill_in(compiled, alumnus._news_words(), url, person["lang"])
            messages.append(
                {
                    "company": self.company_id,
                    "email_to": Delivery._to(person["name"], person["email"]),
                    "subject": subject,
                    "body_html": body,
                    "headers": {"List-Unsubscribe": f"<{url}#consents>"},
                    "signer_key": letter.signer_key,
                    "kind": "alumni",
                }
            )
        for letter, mail in zip(wanted, Delivery._queue(messages), strict=True):
            letter.write({"mail_id": mail.id, "is_made": True, "sent_on": fields.Datetime.now()})
        Delivery._trigger_queue()

    def _fill_in(self, compiled, words, url, lang):
        """(subject, body) for one reader."""
        pages = self.env.context.get("bde_news_pages", {})
        if lang not in pages:
            pages[lang] = (
                self.env["ir.qweb"]
                .with_context(lang=lang)
                ._render(
                    "bde_alumni.mail_news",
                    {"company": self.company_id, "lang": lang, "body": "⟦body⟧", "url": "⟦url⟧"},
                    minimal_qcontext=True,
                )
            )
        # the text last: what stands in it is never taken for a mark
        page = str(pages[lang]).replace("⟦url⟧", url).replace("⟦body⟧", str(compiled.fill(words)))
        return fill_line(self.subject, words), Markup(page)  # noqa: S704 (sanitized, escaped)


class BdeAlumnus(models.Model):
    _inherit = "bde.alumnus"

    def _news_words(self):
        """{word: text} of one reader; see ``rules/news.py``."""
        self.ensure_one()
        return words_of(
            self.firstname,
            self.usage_name or self.lastname,
            self.company_id.name,
            self.cohort,
            self.training_id.name,
        )


class MailingMailing(models.Model):
    """Mailings of news are run by our own verbs: no pixel, no rewritten link, no blacklist."""

    _inherit = "mailing.mailing"

    bde_news_id = fields.Many2one(
        "bde.alumni.news",
        string="News to alumni",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
    )

    def _get_remaining_recipients(self):
        if not self.bde_news_id:
            return super()._get_remaining_recipients()
        return self.bde_news_id._waiting_letters().alumnus_id.ids

    def _action_send_mail(self, res_ids=None):
        ours = self.filtered("bde_news_id")
        for mailing in ours:
            news = mailing._bde_as_school().with_context(bde_news_pages={}).bde_news_id
            news._run(commit=not modules.module.current_test)
        others = self - ours
        return super(MailingMailing, others)._action_send_mail(res_ids) if others else True

    def action_retry_failed(self):
        others = self.filtered(lambda mailing: not mailing.bde_news_id)
        return super(MailingMailing, others).action_retry_failed() if others else None

    def _action_send_statistics(self):
        ours = self.filtered("bde_news_id")
        ours.kpi_mail_required = False
        others = self - ours
        if not others:
            return self.env["mail.mail"]
        return super(MailingMailing, others)._action_send_statistics()
