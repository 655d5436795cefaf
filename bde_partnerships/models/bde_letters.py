import logging

from odoo import api, fields, models

from .bde_bounce import DEAD, REASONS


class BdeLetterLog(models.AbstractModel):
    """What was written to whom, with what became of it: no letter leaves twice."""

    _name = "bde.letter.log"
    _description = "Letter that was written"
    _inherit = ["bde.owned"]
    _order = "id desc"
    _rec_name = "kind"

    # it says name and address: who changes his address is written to again
    signer_key = fields.Char(readonly=True, index="btree_not_null")
    name = fields.Char(string="Person", readonly=True)
    kind = fields.Char(required=True, readonly=True)
    channel = fields.Selection([("email", "E-mail"), ("sms", "SMS")], readonly=True)
    sent_on = fields.Datetime(readonly=True, default=fields.Datetime.now)
    bounce_reason = fields.Selection(REASONS, string="Did not arrive because", readonly=True)


class BdeLetters(models.AbstractModel):
    """Letters with the link to a page: one a person and day, by mail, else by text message.

    Parts extend :meth:`_asks`. What inherits this names its log, says what stands together in
    one letter (:meth:`_gather`), what its link opens (:meth:`_link_vals`) and what is noted
    (:meth:`_log_vals`).
    """

    _name = "bde.letters"
    _description = "Letters with the link to a page"

    _letters_log = None  # model of what was written, on ``bde.letter.log``
    _letters_kind = "note"  # of ``bde.outgoing``
    _letters_template = None  # XML id of the mail
    _letters_logger = __name__

    @api.model
    def _asks(self, company, today):
        """What is due today at a school.

        Constant queries; what was written already may be given again, it is left out.

        :param company: the school, which is the company of the environment
        :param today: date at the school
        :return: list of what :meth:`_write` takes
        """
        return []

    @api.model
    def _letter_schools(self):
        """Schools where there may be something to write."""
        return self.env["res.company"].browse()

    # ------------------------------------------------------------
    # Job
    # ------------------------------------------------------------

    @api.model
    def _cron_write(self):
        """Letters of the hour, school after school, outside of quiet hours."""
        companies = self._letter_schools()
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(companies))
        for company in companies:
            school = self.with_company(company).with_context(allowed_company_ids=company.ids)
            if not company._bde_is_quiet():
                school._write_school_apart(company)
            if not progress(1):
                break

    def _write_school_apart(self, company):
        """All that is written at one school; parts may add theirs."""
        self._apart(company, self._write_school)

    @api.model
    def _apart(self, company, verb):
        """What fails at one school stops nothing else; it is tried again within the hour."""
        try:
            with self.env.cr.savepoint():
                verb(company)
        except Exception:
            logging.getLogger(self._letters_logger).exception(
                "%s failed at school %s", verb.__name__, company.id
            )

    @api.model
    def _write_school(self, company):
        """Writes what is due at one school.

        :return: the letters of the log that left
        """
        return self._write(self._asks(company, company._bde_today()))

    # ------------------------------------------------------------
    # Letters: dicts ``company``, ``key`` of the person, ``person`` (``name``, ``email``,
    # ``phone``, ``lang``), later ``channel`` and ``url``, and what their model needs
    # ------------------------------------------------------------

    @api.model
    def _write(self, asks):
        """One letter a person, whatever the number of things that are asked of him.

        What a person had already is left out. Whoever has neither mail nor mobile phone is left
        out too: lists show him to be called.

        :return: the letters of the log
        """
        letters = self._gather(asks)
        self._choose_channels(letters)
        return self._send([letter for letter in letters if letter["channel"]])

    @api.model
    def _gather(self, asks):
        """What is new for each person, as letters."""
        raise NotImplementedError

    @api.model
    def _choose_channels(self, letters):
        """Mail, else text message; not where letters came back from."""
        dead = self._dead_channels(letters)
        phones = {}
        for letter in letters:
            person, company, key = letter["person"], letter["company"], letter["key"]
            letter["channel"] = None
            if person["email"] and (company.id, key, "email") not in dead:
                letter["channel"] = "email"
            elif person["phone"] and (company.id, key, "sms") not in dead:
                phones.setdefault(company, set()).add(person["phone"])
        usable = {
            company: self.env["bde.sms"]._usable(numbers, company)
            for company, numbers in phones.items()
        }
        for letter in letters:
            person, company, key = letter["person"], letter["company"], letter["key"]
            if not letter["channel"] and (company.id, key, "sms") not in dead:
                if person["phone"] and person["phone"] in usable.get(company, ()):
                    letter["channel"] = "sms"

    @api.model
    def _dead_channels(self, letters):
        """{(school id, signer key, channel)} whose letters came back for good."""
        # sudo: nobody reads addresses here
        rows = (
            self.env[self._letters_log]
            .sudo()
            ._read_group(
                [
                    ("signer_key", "in", [letter["key"] for letter in letters]),
                    ("bounce_reason", "in", DEAD),
                ],
                ["company_id", "signer_key", "channel"],
            )
        )
        return {(company.id, key, channel) for company, key, channel in rows}

    @api.model
    def _send(self, letters):
        """Mints the links, sends, notes; constant queries."""
        minted = self.env["bde.link"]._mint([self._link_vals(letter) for letter in letters])
        for letter, (link, token) in zip(letters, minted, strict=True):
            letter["url"] = link._url(token)
        self._send_mails([letter for letter in letters if letter["channel"] == "email"])
        self._send_texts([letter for letter in letters if letter["channel"] == "sms"])
        # sudo: no role writes letters
        return (
            self.env[self._letters_log]
            .sudo()
            .create([vals for letter in letters for vals in self._log_vals(letter)])
        )

    @api.model
    def _link_vals(self, letter):
        """Values of the link that a letter carries."""
        raise NotImplementedError

    @api.model
    def _log_vals(self, letter):
        """Values of the rows of the log for a letter that leaves."""
        raise NotImplementedError

    # ------------------------------------------------------------
    # Texts
    # ------------------------------------------------------------

    @api.model
    def _send_mails(self, letters):
        """Puts the mails of letters into the queue; each letter gets its ``mail``."""
        Delivery = self.env["bde.delivery"]
        messages = [self._message(letter) for letter in letters]
        for letter, mail in zip(letters, Delivery._queue(messages), strict=True):
            letter["mail"] = mail
        if messages:
            Delivery._trigger_queue()

    @api.model
    def _message(self, letter):
        """The mail of a letter, as ``bde.delivery._queue`` wants it."""
        person, company = letter["person"], letter["company"]
        env = self.with_context(lang=person["lang"]).env
        return {
            "company": company,
            "email_to": self.env["bde.delivery"]._to(person["name"], person["email"]),
            "subject": self._subject(env, letter),
            "body_html": self._body(env, letter),
            "signer_key": letter["key"],
            "kind": self._letters_kind,
        }

    @api.model
    def _body(self, env, letter):
        """Body of a mail, in the language of its reader."""
        return env["ir.qweb"]._render(
            self._letters_template, self._mail_values(letter), minimal_qcontext=True
        )

    @api.model
    def _mail_values(self, letter):
        """What the template of the mail is given."""
        person = letter["person"]
        return {
            "company": letter["company"],
            "lang": person["lang"],
            "name": person["name"],
            "url": letter["url"],
        }

    @api.model
    def _subject(self, env, letter):
        """No name of a pupil: subjects stand in records that staff list."""
        raise NotImplementedError

    @api.model
    def _text_line(self, letter):
        """The one thing that a text message says: it is short, the page says the rest."""
        raise NotImplementedError

    @api.model
    def _send_texts(self, letters):
        self.env["bde.sms"]._send(
            [
                {
                    "company": letter["company"],
                    "phone": letter["person"]["phone"],
                    "text": self._text(
                        self.with_context(lang=letter["person"]["lang"]).env, letter
                    ),
                    "purpose": "link",
                    "signer_key": letter["key"],
                }
                for letter in letters
            ]
        )

    @api.model
    def _text(self, env, letter):
        """Text of a text message, in the language of its reader."""
        return env._(
            "%(school)s: %(line)s Your personal link: %(url)s",
            school=letter["company"].name,
            line=self._text_line(letter),
            url=letter["url"],
        )

    # ------------------------------------------------------------
    # Letters that come back
    # ------------------------------------------------------------

    @api.model
    def _note_bounces(self, rows):
        """Notes in the log what did not arrive, as ``bde.bounce._note`` is told."""
        # sudo: nobody writes letters
        Log = self.env[self._letters_log].sudo()
        groups = {}
        for company, key, channel, reason in rows:
            groups.setdefault((company, channel, reason), set()).add(key)
        for (company, channel, reason), keys in groups.items():
            Log.search(
                [
                    ("company_id", "=", company.id),
                    ("signer_key", "in", list(keys)),
                    ("channel", "=", channel),
                ]
            ).write({"bounce_reason": reason})
