from datetime import timedelta

from markupsafe import escape

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import email_normalize, formataddr

from .bde_document_signature import QUIET_HOURS


class BdeDelivery(models.AbstractModel):
    """Messages to signers. They are outgoing mails and nothing else.

    A link or a code stands in the mail only, never in a message that others can read; the
    mail is removed once sent.
    """

    _name = "bde.delivery"
    _description = "Messages to signers"

    # ------------------------------------------------------------
    # MAILS
    # ------------------------------------------------------------

    @api.model
    def _queue(self, messages):
        """Puts messages in the outgoing queue, one creation for all.

        :param messages: dicts ``company``, ``email_to``, ``subject``, ``body_html``, and
            ``attachment_ids`` (ids), ``headers`` (dict), ``scheduled_date``
        :return: the mails
        """
        if not messages:
            return self.env["mail.mail"]
        vals_list = []
        for message in messages:
            company = message["company"]
            address = company.bde_email or company.email
            sender = formataddr((company.name, address)) if address else False
            vals_list.append(
                {
                    "subject": message["subject"],
                    "body_html": message["body_html"],
                    "email_to": message["email_to"],
                    "email_from": sender,
                    "reply_to": sender,
                    "auto_delete": True,
                    "scheduled_date": message.get("scheduled_date", False),
                    # No author: he could read the message again, with its link.
                    "author_id": False,
                    "message_type": "email_outgoing",
                    "headers": repr(
                        {"Auto-Submitted": "auto-generated"} | message.get("headers", {})
                    ),
                    "attachment_ids": [
                        (4, attachment_id) for attachment_id in message.get("attachment_ids", ())
                    ],
                }
            )
        # As the superuser: core lets the creator of a message read it.
        return self.env["mail.mail"].with_user(SUPERUSER_ID).create(vals_list)

    @api.model
    def _trigger_queue(self):
        # sudo: core's own job
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    @api.model
    def _body(self, template, lang, values):
        """Body of a message in the language of its reader."""
        engine = self.env["ir.qweb"].with_context(lang=lang)
        return engine._render(f"bde_partnerships.{template}", values, minimal_qcontext=True)

    @api.model
    def _to(self, name, email):
        return formataddr((name, email_normalize(email) or email))

    # ------------------------------------------------------------
    # LINKS
    # ------------------------------------------------------------

    def _deliver(self, signatures, reminder=False, asked=False):
        """Sends each person one message with a fresh link to all that he has to sign.

        Somebody whose turn comes while a recent link waits unanswered gets no second message
        now: the link he has opens the new document too, and a job writes to him later.

        :param signatures: of those whose turn it is
        :param bool reminder: wanted by staff, who were told about the quiet hours already
        :param bool asked: wanted by the person himself, who waits for it
        :return: the signatures covered by a message
        """
        # sudo: called by the verbs of the engine
        signatures = signatures.sudo().filtered(lambda s: s.state == "to_sign")
        covered = signatures.browse()
        if not signatures:
            return covered
        if not (reminder or asked):
            signatures -= self._recently_told(signatures)
        by_signer = signatures.grouped(lambda s: (s.company_id, s.signer_key))
        reachable, unreachable = {}, signatures.browse()
        for key, batch in by_signer.items():
            if channel := self._channel(batch[:1]):
                reachable[key] = (channel, batch)
            else:
                unreachable += batch
        self._log_unreachable(unreachable)
        if not reachable:
            return covered
        known = self._known_signers(signatures)
        pending = self._all_to_sign(signatures)
        minted = self.env["bde.link"]._mint(
            [self._link_vals(batch[:1], channel) for channel, batch in reachable.values()]
        )
        messages = []
        for (key, (channel, _batch)), (link, token) in zip(reachable.items(), minted, strict=True):
            messages.append(
                self._sign_message(
                    link, token, channel, pending[key], reminder, first=key not in known
                )
            )
            covered += pending[key]
        self._queue(messages)
        self._trigger_queue()
        self._log_delivered(reachable, pending, reminder)
        return covered

    def _channel(self, signature):
        """How this person gets his link: ``email``, ``sms``, or False."""
        if signature.email:
            return "email"
        return "sms" if self.env["bde.sms"]._available(signature.phone) else False

    def _link_vals(self, signature, channel):
        return {
            "company_id": signature.company_id.id,
            "purpose": "sign",
            "signer_key": signature.signer_key,
            "name": signature.name,
            "email": signature.email,
            "phone": signature.phone,
            "lang": signature.lang,
            "channel": channel,
        }

    def _signer_domain(self, signatures):
        return [
            ("company_id", "in", signatures.company_id.ids),
            ("signer_key", "in", list(set(signatures.mapped("signer_key")))),
        ]

    def _recently_told(self, signatures):
        """Those of these signatures whose person has an unanswered, recent message."""
        limit = fields.Datetime.now() - timedelta(hours=QUIET_HOURS)
        told = (
            self.env["bde.document.signature"]
            .sudo()
            .search(
                [
                    *self._signer_domain(signatures),
                    ("is_current", "=", True),
                    ("state", "=", "to_sign"),
                    ("notified_on", ">", limit),
                ]
            )
        )
        keys = {(s.company_id, s.signer_key) for s in told}
        return signatures.filtered(lambda s: (s.company_id, s.signer_key) in keys)

    def _known_signers(self, signatures):
        """People who had a link of that school before, and with it the privacy notice."""
        links = self.env["bde.link"].sudo().search(self._signer_domain(signatures))
        return {(link.company_id, link.signer_key) for link in links}

    def _all_to_sign(self, signatures):
        """Everything that the people of these signatures have to sign at that school."""
        found = (
            self.env["bde.document.signature"]
            .sudo()
            .search(
                [
                    *self._signer_domain(signatures),
                    ("is_current", "=", True),
                    ("state", "=", "to_sign"),
                ]
            )
        )
        return found.grouped(lambda s: (s.company_id, s.signer_key))

    def _sign_message(self, link, token, channel, signatures, reminder, first):
        """Values of the message to one person."""
        company = link.company_id
        url = link._url(token)
        count = len(signatures.document_id)  # one person may sign one in two roles
        # The subject stands in a record that staff might list: no name of a pupil in it.
        env = self.with_context(lang=link.lang).env
        if reminder:
            subject = env._("Reminder: %(count)s document(s) to sign", count=count)
        else:
            subject = env._("%(count)s document(s) to sign", count=count)
        subject = f"{subject} – {company.name}"
        if channel == "sms":
            text = env._("%(subject)s. Your personal link: %(url)s", subject=subject, url=url)
            return self.env["bde.sms"]._prepare_mail(company, link.phone, escape(text))
        values = {
            "company": company,
            "link": link,
            "url": url,
            "signatures": signatures.with_context(lang=link.lang),
            "reminder": reminder,
            "first": first,
            "notice_url": company._bde_notice_url(),
        }
        return {
            "company": company,
            "email_to": self._to(link.name, link.email),
            "subject": subject,
            "body_html": self._body("mail_sign", link.lang, values),
        }

    def _log_delivered(self, reachable, pending, reminder):
        now = fields.Datetime.now()
        events, told = [], self.env["bde.document.signature"].sudo()
        for key, (channel, _batch) in reachable.items():
            for signature in pending[key]:
                told += signature
                address = signature.email if channel == "email" else signature.phone
                events.append(
                    (
                        signature.document_id,
                        "reminded" if reminder else "delivered",
                        {"signature": signature.uuid, "channel": channel},
                        {"name": signature.name, "address": address},
                    )
                )
        told.document_id._lock()
        told.write({"notified_on": now, "unreachable": False})
        if reminder:
            for count, batch in told.grouped("reminder_count").items():
                batch.write({"reminded_on": now, "reminder_count": count + 1})
        self.env["bde.journal"]._append(events)

    def _log_unreachable(self, signatures):
        # Who signs in session finds it there.
        fresh = signatures.filtered(lambda s: not s.unreachable and not s.user_id)
        if not fresh:
            return
        fresh.document_id._lock()
        fresh.write({"unreachable": True})
        self.env["bde.journal"]._append(
            [(s.document_id, "unreachable", {"signature": s.uuid}, None) for s in fresh]
        )

    @api.model
    def _cron_deliver(self):
        """Writes to those whose turn came while an older message was still unanswered."""
        Signature = self.env["bde.document.signature"]
        waiting = Signature.search(
            [("state", "=", "to_sign"), ("notified_on", "=", False), ("unreachable", "=", False)]
        )
        by_school = waiting.grouped("company_id")
        self.env["ir.cron"]._commit_progress(remaining=len(by_school))
        for company, signatures in by_school.items():
            self.with_company(company).with_context(allowed_company_ids=company.ids)._deliver(
                signatures
            )
            if not self.env["ir.cron"]._commit_progress(1):
                break

    # ------------------------------------------------------------
    # CODES, RENEWED LINKS
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
            message = self.env["bde.sms"]._prepare_mail(company, address, escape(text))
        else:
            message = {
                "company": company,
                "email_to": self._to(link.name, address),
                "subject": env._("Your code to sign: %(code)s", code=code),
                "body_html": self._body(
                    "mail_code", link.lang, {"company": company, "link": link, "code": code}
                ),
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
                    {"signature": signature.uuid, "channel": channel},
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
            readers = [(s.name, s.email, s.lang) for s in others]
            if company.bde_email:
                readers.append((company.name, company.bde_email, document.lang))
            for name, email, lang in dict.fromkeys(readers):
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
                    }
                )
        self._queue(messages)
        self._trigger_queue()

    def _send_copies(self, documents):
        """Sends every party outside the school its sealed copies, one message a person.

        Staff who sign in session find theirs in the application.
        """
        signatures = documents.signature_ids.filtered(
            lambda s: s.state in ("signed", "acknowledged", "to_sign") and s.email and not s.user_id
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
                }
            )
        self._queue(messages)
        documents._lock()
        documents.write({"copies_sent_on": fields.Datetime.now()})
        self.env["bde.journal"]._append(
            [
                (
                    document,
                    "copies",
                    {
                        "signatures": sorted(
                            signatures.filtered(lambda s, d=document: s.document_id == d).mapped(
                                "uuid"
                            )
                        )
                    },
                    None,
                )
                for document in documents
            ]
        )
        self._trigger_queue()
