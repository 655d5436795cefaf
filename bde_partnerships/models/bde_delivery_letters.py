import re
import secrets

from markupsafe import Markup, escape

from odoo import fields, models
from odoo.tools import format_date

# What differs from one letter to the next, in a body that is rendered once for many.
NAME, URL, ITEMS, EXPIRES = "⟦name⟧", "⟦url⟧", "⟦items⟧", "⟦expires⟧"
MARKS = re.compile("|".join(map(re.escape, (NAME, URL, ITEMS, EXPIRES))))


class BdeDelivery(models.AbstractModel):
    """What is written to signers: links, codes, refusals, copies."""

    _inherit = "bde.delivery"

    # ------------------------------------------------------------
    # LINKS
    # ------------------------------------------------------------

    def _send_letters(self, letters):
        """Sends links, by mail or by text message; see :meth:`_deliver` for the letters."""
        mailed = [letter for letter in letters if letter["channel"] == "email"]
        texted = [letter for letter in letters if letter["channel"] == "sms"]
        if mailed:
            bodies = self._sign_bodies(mailed)
            leaves_on = self.env.context.get("bde_polite") and self.env[
                "bde.solicitation"
            ]._leaves_on(self.env.company)
            self._queue(
                [
                    {
                        "company": letter["link"].company_id,
                        "email_to": self._to(letter["link"].name, letter["link"].email),
                        "subject": subject,
                        "body_html": body,
                        "signer_key": letter["link"].signer_key,
                        "kind": "sign",
                        "scheduled_date": leaves_on,
                    }
                    for letter, subject, body in zip(
                        mailed, self._sign_subjects(mailed), bodies, strict=True
                    )
                ]
            )
            self._trigger_queue()
        self.env["bde.sms"]._send(
            [
                {
                    "company": letter["link"].company_id,
                    "phone": letter["link"].phone,
                    "text": self._sign_text(letter),
                    "purpose": "link",
                    "signer_key": letter["link"].signer_key,
                }
                for letter in texted
            ]
        )

    def _sign_subjects(self, letters):
        """How many documents and of which school; records that staff list name no pupil.

        :return: the subject of each letter, in order
        """
        texts, subjects = {}, []
        for letter in letters:
            link = letter["link"]
            count = len(letter["signatures"].document_id)  # one may sign one in two roles
            shape = (link.company_id, link.lang, letter["reminder"], count)
            if shape not in texts:
                texts[shape] = self._sign_subject(*shape)
            subjects.append(texts[shape])
        return subjects

    def _sign_subject(self, company, lang, reminder, count):
        env = self.with_context(lang=lang).env
        if reminder and count == 1:
            subject = env._("Reminder: a document to sign")
        elif reminder:
            subject = env._("Reminder: %(count)s documents to sign", count=count)
        elif count == 1:
            subject = env._("A document to sign")
        else:
            subject = env._("%(count)s documents to sign", count=count)
        return f"{subject} – {company.name}"

    def _sign_text(self, letter):
        """A link in a text message, in as few parts as can be."""
        env = self.with_context(lang=letter["link"].lang).env
        count = len(letter["signatures"].document_id)
        said = {"school": letter["link"].company_id.name, "url": letter["url"]}
        if count == 1:
            return env._(
                "%(school)s: a document to sign. Your personal link: %(url)s",
                **said,
            )
        return env._(
            "%(school)s: %(count)s documents to sign. Your personal link: %(url)s",
            count=count,
            **said,
        )

    def _sign_bodies(self, letters):
        """Bodies of letters with a link.

        What letters share is rendered once, and the lines on the documents all at once: a
        template rendered for each person would be most of the time of a sending.
        """
        lines = {}
        for lang, batch in _by_lang(letters).items():
            lines |= self._sign_lines(lang, batch)
        shells, days, bodies = {}, {}, []
        for letter in letters:
            link = letter["link"]
            shape = (link.company_id, link.lang, letter["reminder"], letter["first"])
            if shape not in shells:
                shells[shape] = self._sign_shell(*shape)
            day = (link.lang, link.expires_on.date())
            if day not in days:
                days[day] = escape(format_date(self.env, link.expires_on, lang_code=link.lang))
            parts = {
                NAME: escape(link.name or ""),
                URL: escape(letter["url"]),
                ITEMS: Markup("").join(lines[s.id] for s in letter["signatures"]),
                EXPIRES: days[day],
            }
            # in one go: a name that looks like a mark stays a name
            bodies.append(Markup(MARKS.sub(lambda mark, p=parts: p[mark[0]], shells[shape])))
        return bodies

    def _sign_shell(self, company, lang, reminder, first):
        """Letter to one kind of reader, with marks where letters differ."""
        values = {
            "company": company,
            "lang": lang,
            "name": NAME,
            "url": URL,
            "items": ITEMS,
            "expires": EXPIRES,
            "reminder": reminder,
            "first": first,
            "notice_url": company._bde_notice_url(),
        }
        return str(self._body("mail_sign", lang, values))

    def _sign_lines(self, lang, letters):
        """What stands in letters about each signature: {id: HTML}."""
        Signature = self.env["bde.document.signature"].with_context(lang=lang)
        ids = dict.fromkeys(s.id for letter in letters for s in letter["signatures"])
        signatures = Signature.sudo().browse(ids)  # sudo: of those who are written to
        kinds = dict(signatures.document_id._fields["kind"]._description_selection(Signature.env))
        dates = {
            day: format_date(Signature.env, day, lang_code=lang)
            for day in set(signatures.mapped("deadline"))
            if day
        }
        # nobody guesses it: a title that holds it would give each reader the lines of another
        between = secrets.token_hex(16)
        html = self._body(
            "mail_sign_lines",
            lang,
            {"signatures": signatures, "kinds": kinds, "dates": dates, "between": between},
        )
        return dict(zip(ids, Markup(html).split(between), strict=False))

    # ------------------------------------------------------------
    # CODES
    # ------------------------------------------------------------

    def _send_code(self, link, channel, address, code):
        """Sends a code at once: its reader waits in front of the page."""
        company = link.company_id
        env = self.with_context(lang=link.lang).env
        text = env._(
            "%(code)s is your code to sign the documents of %(school)s."
            " It is valid for 10 minutes. Give it to nobody.",
            code=code,
            school=company.name,
        )
        if channel == "sms":
            self.env["bde.sms"]._send(
                [
                    {
                        "company": company,
                        "phone": address,
                        "text": text,
                        "purpose": "code",
                        "signer_key": link.signer_key,
                    }
                ],
                now=True,
            )
        else:
            body = self._body(
                "mail_code", link.lang, {"company": company, "link": link, "code": code}
            )
            message = {
                "company": company,
                "email_to": self._to(link.name, address),
                "subject": env._("Your code to sign: %(code)s", code=code),
                "body_html": body,
                "signer_key": link.signer_key,
                "kind": "code",
            }
            self._queue([message]).send_after_commit()
        signatures = self.env["bde.document.signature"].search(
            [
                ("company_id", "=", company.id),
                ("signer_key", "=", link.signer_key),
                ("is_current", "=", True),
                ("state", "=", "to_sign"),
            ]
        )
        signatures.document_id._lock()
        self.env["bde.journal"]._append(
            [
                (
                    signature.document_id,
                    "code_sent",
                    # the digest: it proves which code it was, to who knows the server's secret
                    {"signature": signature.uuid, "channel": channel, "code": link.code_hmac},
                    {"address": address},
                )
                for signature in signatures
            ]
        )

    # ------------------------------------------------------------
    # REFUSALS, COPIES
    # ------------------------------------------------------------

    def _tell_refusal(self, signatures):
        """Tells the bureau, and those who had signed, that a document was refused and why."""
        messages = []
        for signature in signatures:
            document, company = signature.document_id, signature.company_id
            others = document.signature_ids.filtered(
                lambda s: s.state == "signed" and s.email and not s.user_id
            )
            readers = [(s.name, s.email, s.lang, s.signer_key) for s in others]
            if company.bde_email:
                readers.append((company.name, company.bde_email, document.lang, False))
            for name, email, lang, signer_key in dict.fromkeys(readers):
                env = self.with_context(lang=lang).env
                values = {
                    "company": company,
                    "name": name,
                    "signature": signature.with_context(lang=lang),
                    "document": document,
                }
                messages.append(
                    {
                        "company": company,
                        "email_to": self._to(name, email),
                        "subject": env._("Refused: %(number)s", number=document.number),
                        "body_html": self._body("mail_refused", lang, values),
                        "signer_key": signer_key,
                    }
                )
        self._queue(messages)
        self._trigger_queue()

    def _send_copies(self, documents):
        """Sends every party outside the school its sealed copies, one message a person.

        Staff who sign in session find theirs in the application.
        """
        signatures = documents.signature_ids.filtered(
            lambda s: (
                s.state in ("signed", "acknowledged", "to_sign")
                and s.email
                and not s.user_id
                and not s._is_read_by_another()
            )
        )
        messages = []
        for (company, _key), batch in signatures.grouped(
            lambda s: (s.company_id, s.signer_key)
        ).items():
            person = batch[:1]
            env = self.with_context(lang=person.lang).env
            values = {"company": company, "name": person.name, "documents": batch.document_id}
            messages.append(
                {
                    "company": company,
                    "email_to": self._to(person.name, person.email),
                    "subject": env._("Signed by all: your copy – %(school)s", school=company.name),
                    "body_html": self._body("mail_copy", person.lang, values),
                    "attachment_ids": batch.document_id.sealed_attachment_id.ids,
                    "signer_key": person.signer_key,
                    "kind": "copy",
                }
            )
        self._queue(messages)
        documents._lock()
        documents.write({"copies_sent_on": fields.Datetime.now()})
        by_document = signatures.grouped("document_id")
        self.env["bde.journal"]._append(
            [
                (
                    document,
                    "copies",
                    {"signatures": sorted(s.uuid for s in by_document.get(document, ()))},
                    None,
                )
                for document in documents
            ]
        )
        self._trigger_queue()


def _by_lang(letters):
    """Letters by the language of their reader."""
    groups = {}
    for letter in letters:
        groups.setdefault(letter["link"].lang, []).append(letter)
    return groups
