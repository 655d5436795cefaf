from datetime import timedelta

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
            ``attachment_ids`` (ids), ``headers`` (dict), ``scheduled_date``; ``signer_key`` and
            ``kind`` (of ``bde.outgoing``) when the school should know that it came back
        :return: the mails
        """
        if not messages:
            return self.env["mail.mail"]
        senders, vals_list, tracked = {}, [], []
        new_message_id = self.env["bde.outgoing"]._new_message_id
        for message in messages:
            company = message["company"]
            if company not in senders:
                address = company.bde_email or company.email
                senders[company] = formataddr((company.name, address)) if address else False
            vals = {
                "subject": message["subject"],
                "body_html": message["body_html"],
                "email_to": message["email_to"],
                "email_from": senders[company],
                "reply_to": senders[company],
                "auto_delete": True,
                "scheduled_date": message.get("scheduled_date", False),
                # No author: he could read the message again, with its link.
                "author_id": False,
                "message_type": "email_outgoing",
                "headers": repr({"Auto-Submitted": "auto-generated"} | message.get("headers", {})),
                "attachment_ids": [
                    (4, attachment_id) for attachment_id in message.get("attachment_ids", ())
                ],
            }
            if message.get("signer_key"):
                vals["message_id"] = new_message_id()
                kind = message.get("kind", "note")
                tracked.append((company, message["signer_key"], kind, vals["message_id"]))
            vals_list.append(vals)
        self.env["bde.outgoing"]._note(tracked)
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

    def _deliver(self, signatures, reminder=False, asked=False, reason=None):
        """Sends each person one message with a fresh link to all that he has to sign.

        Somebody whose turn comes while a recent link waits unanswered gets no second message
        now: the link he has opens the new document too, and a job writes to him later.

        :param signatures: of those whose turn it is
        :param bool reminder: wanted by staff, who were told about the quiet hours already, or
            by the rhythm
        :param bool asked: wanted by the person himself, who waits for it, or by staff who put
            his address right
        :param str reason: why staff remind in spite of a recent message, for the journal
        :return: the signatures covered by a message
        """
        # sudo: called by the verbs of the engine
        signatures = self._open_ones(signatures.sudo())
        if not (reminder or asked):
            signatures -= self._recently_told(signatures)
        if not signatures:
            return signatures
        none = signatures.browse()
        by_signer = signatures.grouped(lambda s: (s.company_id, s.signer_key))
        channels = self._channels({key: batch[:1] for key, batch in by_signer.items()})
        self._log_unreachable(
            none.union(*(by_signer[key] for key, channel in channels.items() if not channel))
        )
        reached = {key: channel for key, channel in channels.items() if channel}
        if not reached:
            return none
        known = self._known_signers(signatures)
        pending = self._all_to_sign(signatures)
        minted = self.env["bde.link"]._mint(
            [self._link_vals(by_signer[key][:1], channel) for key, channel in reached.items()]
        )
        letters = [
            {
                "link": link,
                "url": link._url(token),
                "channel": channel,
                "signatures": pending[key],
                "reminder": bool(reminder),
                "first": key not in known,
            }
            for (key, channel), (link, token) in zip(reached.items(), minted, strict=True)
        ]
        self._send_letters(letters)
        self._log_delivered(letters, reason)
        return none.union(*(letter["signatures"] for letter in letters))

    def _open_ones(self, signatures):
        """Those that somebody can sign now: not while the school corrects the document."""
        return signatures.filtered(
            lambda s: s.state == "to_sign" and not s.document_id.correcting_since
        )

    def _channels(self, people):
        """How each person gets his link: ``email``, ``sms``, or False; constant queries.

        :param dict people: {(company, signer key): one of his signatures}
        """
        channels, by_phone = {}, {}
        for key, signature in people.items():
            if signature.email and not signature._is_dead("email"):
                channels[key] = "email"
            else:
                channels[key] = False
                if signature.phone and not signature._is_dead("sms"):
                    by_phone.setdefault(signature.company_id, {})[key] = signature.phone
        for company, phones in by_phone.items():
            usable = self.env["bde.sms"]._usable(set(phones.values()), company)
            room = self.env["bde.sms"]._room(company) if usable else 0
            for key, phone in phones.items():
                # two parts: a link is long
                if phone in usable and room >= 2:
                    channels[key] = "sms"
                    room -= 2
        return channels

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
        # sudo: whether there are any, nothing else is read
        found = (
            self.env["bde.link"]
            .sudo()
            ._read_group(self._signer_domain(signatures), ["company_id", "signer_key"])
        )
        return set(found)

    def _all_to_sign(self, signatures):
        """Everything that the people of these signatures have to sign at that school."""
        # sudo: called by the verbs of the engine
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
        return self._open_ones(found).grouped(lambda s: (s.company_id, s.signer_key))

    # ------------------------------------------------------------
    # JOURNAL
    # ------------------------------------------------------------

    def _log_delivered(self, letters, reason=None):
        now = fields.Datetime.now()
        events, reminded, ids = [], [], []
        for letter in letters:
            for signature in letter["signatures"]:
                ids.append(signature.id)
                if letter["reminder"]:
                    reminded.append(signature.id)
                payload = {"signature": signature.uuid, "channel": letter["channel"]}
                address = signature.email if letter["channel"] == "email" else signature.phone
                events.append(
                    (
                        signature.document_id,
                        "reminded" if letter["reminder"] else "delivered",
                        payload | ({"reason": reason} if reason else {}),
                        {"name": signature.name, "address": address},
                    )
                )
        told = self.env["bde.document.signature"].sudo().browse(ids)
        told.document_id._lock()
        told.write({"notified_on": now, "unreachable": False})
        for count, batch in told.browse(reminded).grouped("reminder_count").items():
            batch.write({"reminded_on": now, "reminder_count": count + 1})
        self.env["bde.journal"]._append(events)

    def _log_unreachable(self, signatures):
        # Who signs in session finds it there; a wrong address is known already.
        fresh = signatures.filtered(lambda s: not (s.unreachable or s.user_id or s.bounced_on))
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
            # nobody waits for it: at night it leaves in the morning
            self.with_company(company).with_context(
                allowed_company_ids=company.ids, bde_polite=True
            )._deliver(signatures)
            if not self.env["ir.cron"]._commit_progress(1):
                break
