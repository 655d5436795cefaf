from typing import NamedTuple

from odoo import api, fields, models


class Ask(NamedTuple):
    """Something to ask of an alumnus, or to tell him, by his page."""

    alumnus: models.Model
    kind: str  # of bde.alumni.letter: never written twice to the same alumnus
    purpose: str | None  # for ``_may_write``; None: the page itself, which he asked for
    line: str  # what stands in the letter, in the language of its reader; or ``line(env)``
    subject: str | None = None  # of the letter, when nothing else stands in it; or ``subject(env)``
    section: str | None = None  # key of the section of the page that it is about


class BdeOutgoing(models.Model):
    _inherit = "bde.outgoing"

    kind = fields.Selection(
        selection_add=[("alumni", "Letter to an alumnus")], ondelete={"alumni": "cascade"}
    )


class BdeAlumniLetters(models.AbstractModel):
    """Letters to alumni: one a person and day, with the link to his page.

    Parts extend :meth:`_asks`. Whoever said no is left out when the letter is made, and once
    more when it leaves.
    """

    _name = "bde.alumni.letters"
    _description = "Letters to alumni"
    _inherit = ["bde.letters"]

    _letters_log = "bde.alumni.letter"
    _letters_kind = "alumni"
    _letters_template = "bde_alumni.mail_alumni"
    _letters_logger = __name__

    @api.model
    def _letter_schools(self):
        groups = self.env["bde.alumnus"]._read_group([], ["company_id"])
        return self.env["res.company"].union(*(company for (company,) in groups))

    @api.model
    def _gather(self, asks):
        """What is new for each alumnus: ``alumnus``, ``rows`` {kind: ``purpose``, ``lines``}."""
        known = self._known_letters({ask.alumnus.id for ask in asks})
        letters = {}
        for ask in asks:
            # sudo: names and addresses of those who are written to
            alumnus = ask.alumnus.sudo()
            if (alumnus.id, ask.kind) in known:
                continue
            if alumnus not in letters:
                person = alumnus._page_person()
                letters[alumnus] = {
                    "company": alumnus.company_id,
                    "key": alumnus._page_key(person),
                    "person": person,
                    "alumnus": alumnus,
                    "rows": {},
                }
            letter = letters[alumnus]
            env = self.with_context(lang=letter["person"]["lang"]).env
            row = letter["rows"].setdefault(
                ask.kind,
                {
                    "purpose": ask.purpose,
                    "lines": {},
                    "subject": ask.subject(env) if callable(ask.subject) else ask.subject,
                    "section": ask.section,
                },
            )
            row["lines"][ask.line(env) if callable(ask.line) else ask.line] = True
        return list(letters.values())

    @api.model
    def _known_letters(self, alumnus_ids):
        """{(alumnus id, kind)} of what was written."""
        # sudo: of alumni whom the caller writes to
        rows = (
            self.env["bde.alumni.letter"]
            .sudo()
            .search_fetch([("alumnus_id", "in", list(alumnus_ids))], ["alumnus_id", "kind"])
        )
        return {(row.alumnus_id.id, row.kind) for row in rows}

    @api.model
    def _link_vals(self, letter):
        return self.env["bde.alumnus"]._page_link_vals(letter["alumnus"], letter["channel"])

    @api.model
    def _log_vals(self, letter):
        return [
            {
                "company_id": letter["company"].id,
                "alumnus_id": letter["alumnus"].id,
                "signer_key": letter["key"],
                "name": letter["person"]["name"],
                "kind": kind,
                "purpose": row["purpose"],
                "channel": letter["channel"],
            }
            for kind, row in letter["rows"].items()
        ]

    @api.model
    def _lines(self, letter):
        """What a letter says, each thing once."""
        return list(dict.fromkeys(line for row in letter["rows"].values() for line in row["lines"]))

    @api.model
    def _mail_values(self, letter):
        return super()._mail_values(letter) | {"lines": self._lines(letter)}

    @api.model
    def _subject(self, env, letter):
        subjects = {row["subject"] for row in letter["rows"].values()}
        subject = subjects.pop() if len(subjects) == 1 else None
        return env._(
            "%(subject)s – %(school)s",
            subject=subject or env._("Your page of former pupil"),
            school=letter["company"].name,
        )

    @api.model
    def _text_line(self, letter):
        return self._lines(letter)[0]


class BdeAlumnus(models.Model):
    _inherit = "bde.alumnus"

    def _send_page_links(self):
        """Sends these alumni the link to their page, at their own address; the same minute is once.

        The caller checked who asks.

        :return: the letters (``bde.alumni.letter``), in sudo
        """
        kind = f"hand {fields.Datetime.now():%Y-%m-%d %H:%M}"
        # sudo: no role writes letters; the caller checked who asks
        letters = self.env["bde.alumni.letter"].sudo()
        for company, alumni in self.grouped("company_id").items():
            school = (
                self.env["bde.alumni.letters"]
                .with_company(company)
                .with_context(allowed_company_ids=company.ids)
            )
            letters |= school._write(
                [
                    Ask(
                        alumnus,
                        kind,
                        None,
                        lambda env: env._("Here is your page: you may look at it at any time."),
                    )
                    for alumnus in alumni
                ]
            )
        return letters
