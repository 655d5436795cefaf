from odoo import fields, models

from ..rules.solicitation import address_key

REACHED = ("sent",)
COUNTED = ("sent", "bounced")
LOST = ("bounced", "failed")
# what is counted of a company without any letter
NO_LETTER = (0,) + (None,) * 5


class BdeTaxLetter(models.Model):
    """What became of letters: sent, come back; the companies learn it. Nothing is tracked."""

    _inherit = "bde.tax.letter"

    def _of_mails(self, mails):
        """Letters of outgoing mails, in sudo."""
        # sudo: no role reads which mail a letter is
        digest = self.env["bde.outgoing"]._digest
        hashes = [digest(mail.message_id) for mail in mails if mail.message_id]
        letters = self.sudo()
        return letters.search([("mail_message_ref", "in", hashes)]) if hashes else letters.browse()

    def _mark_sent(self):
        """These letters left: who did not bounce is reached."""
        waiting = self.filtered(lambda letter: letter.state == "queued")
        if not waiting:
            return
        waiting.state = "sent"
        waiting.trace_id.set_sent()
        waiting.target_ids._note_letters()

    def _mark_bounced(self, reason):
        """These letters did not arrive: somebody looks for another address.

        :param str reason: of ``bde_bounce.REASONS``
        """
        letters = self.filtered(lambda letter: letter.state in ("queued", "sent"))
        if not letters:
            return
        text = dict(self.env["bde.bounce"]._labels()).get(reason, "")
        for company, batch in letters.grouped("company_id").items():
            state = "failed" if reason == "not_sent" else "bounced"
            batch.write(
                {
                    "state": state,
                    "reason": text,
                    "bounce_code": reason,
                    "bounced_on": company._bde_today(),
                }
            )
            if state == "bounced":
                batch.trace_id.set_bounced(bounce_message=text)
            else:
                batch.trace_id.set_failed(failure_type="mail_smtp")
        letters.target_ids._note_letters()
        letters.filtered(lambda letter: letter.state == "bounced")._ask_other_address()

    def _ask_other_address(self):
        """A task on each company: the address bounced, find another; one at a time."""
        summaries = {}
        for letter in self:
            lang = letter.campaign_id._responsible().lang or "fr_FR"
            summaries[letter] = letter.with_context(lang=lang).env._(
                "%(email)s came back: find another address", email=letter.email_normalized
            )
        known = {
            (activity.res_id, activity.summary)
            for activity in self.env["mail.activity"].search(
                [("res_model", "=", "bde.tax.target"), ("res_id", "in", self.target_ids.ids)]
            )
        }
        for letter, summary in summaries.items():
            # an accountant's address is one task, not one for each client
            target = letter.target_id or letter.target_ids[:1]
            user = letter.campaign_id._responsible() or letter.user_id
            if target and (target.id, summary) not in known:
                target.activity_schedule(
                    "mail.mail_activity_data_todo", summary=summary, user_id=user.id
                )


class BdeTaxTarget(models.Model):
    _inherit = "bde.tax.target"

    letter_ids = fields.Many2many(
        "bde.tax.letter",
        "bde_tax_letter_target_rel",
        "target_id",
        "letter_id",
        string="Letters",
        readonly=True,
        check_company=True,
    )

    def _note_letters(self):
        """Counts the letters of these companies again; constant queries.

        Reached: the first letter that did not come back, or the first talk. Bounced: the last
        letter came back; whoever an earlier one reached stays reached.
        """
        rows = {}
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT rel.target_id, count(*) FILTER (WHERE letter.state IN %s),
                   min(letter.date) FILTER (WHERE letter.state IN %s),
                   max(letter.date) FILTER (WHERE letter.state IN %s),
                   max(letter.bounced_on) FILTER (WHERE letter.state = 'bounced'),
                   max(letter.date) FILTER (WHERE letter.state = 'bounced'),
                   array_agg(letter.date) FILTER (WHERE letter.state IN %s)
              FROM bde_tax_letter_target_rel rel
              JOIN bde_tax_letter letter ON letter.id = rel.letter_id
             WHERE rel.target_id IN %s
             GROUP BY rel.target_id
            """,
            (COUNTED, REACHED, REACHED, LOST, tuple(self.ids) or (0,)),
        )
        for target_id, *row in self.env.cr.fetchall():
            rows[target_id] = row
        # what was taken for an arrival did not arrive: a talk may have reached them all the same
        lost = self.filtered(lambda one: one.reached_on in (rows.get(one.id, NO_LETTER)[-1] or ()))
        spoken = lost._spoken_on() if lost else {}
        groups = {}
        for target in self:
            count, first, last, bounced_on, bounced_letter, _lost = rows.get(target.id, NO_LETTER)
            if bounced_on and last and last > bounced_letter:
                bounced_on = None  # another address was found since
            before = spoken.get(target) if target in lost else target.reached_on
            reached = min(filter(None, (first, before)), default=None)
            groups.setdefault((count, reached, bounced_on), []).append(target.id)
        for (count, reached, bounced_on), ids in groups.items():
            # sudo: counted from the letters, whoever printed or sent them
            self.sudo().browse(ids).write(
                {
                    "message_sent_count": count,
                    "reached_on": reached or False,
                    "bounced_on": bounced_on or False,
                }
            )


class BdeOutgoing(models.Model):
    _inherit = "bde.outgoing"

    kind = fields.Selection(
        selection_add=[("tax", "Letter about the tax")], ondelete={"tax": "cascade"}
    )


class BdeBounce(models.AbstractModel):
    _inherit = "bde.bounce"

    def _note_rows(self, rows, reason):
        """Letters about the tax have their own history; the others are signers'."""
        ours = [row.message_hash for row in rows if row.kind == "tax"]
        if ours:
            # sudo: the gateway of mails works for nobody
            letters = self.env["bde.tax.letter"].sudo()
            letters.search([("mail_message_ref", "in", ours)])._mark_bounced(reason)
        others = [row for row in rows if row.kind != "tax"]
        return super()._note_rows(others, reason) if others else None

    def _labels(self):
        """Why a letter did not arrive, in the language of the environment."""
        field = self.env["bde.tax.letter"]._fields["bounce_code"]
        return field._description_selection(self.env)


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        # before core removes the mail
        letters = self.env["bde.tax.letter"]
        if not failure_type:
            letters = letters._of_mails(self)
        result = super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason=failure_reason, failure_type=failure_type
        )
        letters._mark_sent()
        return result


class ResPartner(models.Model):
    _inherit = "res.partner"

    def write(self, vals):
        result = super().write(vals)
        if vals.get("email") and address_key(vals["email"]):
            self._bde_tick_bounced(vals["email"])
        return result

    def _bde_tick_bounced(self, email):
        """A new address answers the task of the letter that came back."""
        # sudo: tasks of the school of the contact that was written, whoever they are for
        targets = (
            self.env["bde.tax.target"]
            .sudo()
            .search([("contact_id", "in", self.ids), ("bounced_on", "!=", False)])
        )
        if not targets:
            return
        letters = targets.letter_ids.filtered(
            lambda one: one.state == "bounced" and one.email_key != address_key(email)
        )
        summaries = set()
        for letter in letters:
            lang = letter.campaign_id._responsible().lang or "fr_FR"
            summaries.add(
                letter.with_context(lang=lang).env._(
                    "%(email)s came back: find another address", email=letter.email_normalized
                )
            )
        # sudo: tasks of anybody in the school, so that none is planned twice
        open_ones = (
            self.env["mail.activity"]
            .sudo()
            .search([("res_model", "=", "bde.tax.target"), ("res_id", "in", targets.ids)])
        )
        open_ones.filtered(lambda one: one.summary in summaries).action_done()


class BdeTaxWindow(models.Model):
    _inherit = "bde.tax.window"

    def write(self, vals):
        """Letters that have not left yet are made again: they print the dates."""
        before = {window: (window.date_from, window.date_to) for window in self}
        result = super().write(vals)
        moved = self.filtered(lambda one: (one.date_from, one.date_to) != before[one])
        if moved:
            # sudo: the académie reads no letter; their dates alone change
            letters = self.env["bde.tax.letter"].sudo()
            letters.search(
                [
                    ("campaign_id.tax_year_id", "in", moved.tax_year_id.ids),
                    ("state", "=", "queued"),
                    ("mail_message_ref", "!=", False),
                ]
            )._take_back()
        return result
