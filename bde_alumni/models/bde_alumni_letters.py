from datetime import datetime, time, timezone
from typing import NamedTuple
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from odoo import api, models
from odoo.fields import Domain

UTC = timezone.utc  # noqa: UP017 (datetime.UTC is not in Python 3.10)
# What differs from one reader to the next in a mail that is rendered once for many.
NAME, URL, BUTTON = "⟦name⟧", "⟦url⟧", "⟦button⟧"
# Sent by hand, or asked for by the person: not counted as the letter of the day.
HAND = "hand "


class Ask(NamedTuple):
    """Something to ask of an alumnus, or to tell him, by his page."""

    alumnus: models.Model
    kind: str  # of bde.alumni.letter: never written twice to the same alumnus
    purpose: str | None  # of ``_may_write``; None: the person asked for the letter himself
    line: str  # what stands in the letter, in the language of its reader; or ``line(env)``
    subject: str | None = None  # of the letter, when nothing else stands in it; or ``subject(env)``
    section: str | None = None  # key of the section of the page that it is about


class BdeAlumniLetters(models.AbstractModel):
    """Letters to alumni: one a person and day, with the link to his page.

    Parts extend :meth:`_asks`. Whoever said no is left out when the letter is made, and once
    more when it leaves (``bde_alumni_letter_leave.py``).
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
    def _write_school(self, company):
        # sudo: the log of a job, or of staff who may write
        self.env["bde.alumni.letter"].sudo()._tidy(company)
        return super(BdeAlumniLetters, self.with_context(bde_letter_a_day=True))._write_school(
            company
        )

    # ------------------------------------------------------------
    # Who
    # ------------------------------------------------------------

    @api.model
    def _gather(self, asks):
        """What is new for each alumnus: ``alumnus``, ``rows`` {kind: ``purpose``, ``lines``…}."""
        asks = self._wanted(asks)
        known = self._known_letters({ask.alumnus.id for ask in asks})
        letters, envs = {}, {}
        for ask in asks:
            # sudo: names and addresses of those who are written to
            alumnus = ask.alumnus.sudo()
            if (alumnus.id, ask.kind) in known:
                continue
            letter = letters.get(alumnus)
            if not letter:
                person = alumnus._page_person()
                letter = letters[alumnus] = {
                    "company": alumnus.company_id,
                    "key": alumnus._page_key(person),
                    "person": person,
                    "alumnus": alumnus,
                    "rows": {},
                }
            lang = letter["person"]["lang"]
            env = envs.get(lang) or envs.setdefault(lang, self.with_context(lang=lang).env)
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
    def _wanted(self, asks):
        """Asks to those who may be written to now; in the job, not twice on a day."""
        alumni = {}
        for ask in asks:
            alumni.setdefault(ask.purpose, set()).add(ask.alumnus.id)
        # sudo: consents of those who are written to
        Alumnus = self.env["bde.alumnus"].sudo()
        wanted = {
            purpose: set(Alumnus.browse(ids)._wants_letters(purpose).ids)
            for purpose, ids in alumni.items()
        }
        if self.env.context.get("bde_letter_a_day"):
            today = self._written_today(set().union(*alumni.values()))
            wanted = {purpose: ids - today for purpose, ids in wanted.items()}
        return [ask for ask in asks if ask.alumnus.id in wanted[ask.purpose]]

    @api.model
    def _written_today(self, alumnus_ids):
        """Ids of those who had a letter today: the next one waits until tomorrow."""
        company = self.env.company
        midnight = datetime.combine(
            company._bde_today(), time.min, ZoneInfo(company.bde_tz or "Europe/Paris")
        )
        # sudo: no role is asked by the job
        rows = (
            self.env["bde.alumni.letter"]
            .sudo()
            ._read_group(
                Domain("alumnus_id", "in", list(alumnus_ids))
                & Domain("kind", "not =like", f"{HAND}%")
                & (
                    Domain("sent_on", ">=", midnight.astimezone(UTC).replace(tzinfo=None))
                    # news that wait for the morning
                    | Domain([("state", "=", "queued"), ("is_made", "=", False)])
                )
                & Domain("state", "!=", "cancelled"),
                ["alumnus_id"],
            )
        )
        return {alumnus.id for (alumnus,) in rows}

    @api.model
    def _known_letters(self, alumnus_ids):
        """{(alumnus id, kind)} of what was written."""
        # sudo: of alumni whom the caller writes to
        rows = (
            self.env["bde.alumni.letter"]
            .sudo()
            .search_fetch(
                [("alumnus_id", "in", list(alumnus_ids)), ("state", "!=", "cancelled")],
                ["alumnus_id", "kind"],
            )
        )
        return {(row.alumnus_id.id, row.kind) for row in rows}

    @api.model
    def _link_vals(self, letter):
        return self.env["bde.alumnus"]._page_link_vals(letter["alumnus"], letter["channel"])

    @api.model
    def _log_vals(self, letter):
        mail = letter.get("mail")
        return [
            {
                "company_id": letter["company"].id,
                "alumnus_id": letter["alumnus"].id,
                "signer_key": letter["key"],
                "name": letter["person"]["name"],
                "kind": kind,
                "purpose": row["purpose"],
                "channel": letter["channel"],
                "subject": row["subject"],
                "line": "\n".join(row["lines"]),
                "section": row["section"],
                "mail_id": mail.id if mail else False,
                "is_made": True,
                # text messages leave at once
                "state": "queued" if mail else "sent",
            }
            for kind, row in letter["rows"].items()
        ]

    # ------------------------------------------------------------
    # What
    # ------------------------------------------------------------

    @api.model
    def _lines(self, letter):
        """What a letter says, each thing once."""
        return list(dict.fromkeys(line for row in letter["rows"].values() for line in row["lines"]))

    @api.model
    def _send_mails(self, letters):
        with_pages = self.with_context(bde_letter_pages={})
        return super(BdeAlumniLetters, with_pages)._send_mails(letters)

    @api.model
    def _message(self, letter):
        headers = {"List-Unsubscribe": f"<{letter['url']}#consents>"}
        return super()._message(letter) | {"headers": headers}

    @api.model
    def _body(self, env, letter):
        """One page for all who are told the same; each has his name and his link."""
        lines = tuple(self._lines(letter))
        pages = self.env.context.get("bde_letter_pages", {})
        shape = (letter["company"].id, letter["person"]["lang"], lines)
        if shape not in pages:
            values = {
                "company": letter["company"],
                "lang": letter["person"]["lang"],
                "lines": lines,
                "name": NAME,
                "url": URL,
                "button_url": BUTTON,
            }
            pages[shape] = env["ir.qweb"]._render(
                self._letters_template, values, minimal_qcontext=True
            )
        name = str(escape(letter["person"]["name"]))
        return Markup(  # noqa: S704 (a rendered page, the name is escaped, addresses are ours)
            str(pages[shape])
            .replace(NAME, name)
            .replace(BUTTON, self._button_url(letter))
            .replace(URL, letter["url"])
        )

    @api.model
    def _button_url(self, letter):
        """The page, at the section that the letter is about when it is about one."""
        sections = {row["section"] for row in letter["rows"].values()}
        section = sections.pop() if len(sections) == 1 else None
        return f"{letter['url']}#{section}" if section else letter["url"]

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

    @api.model
    def _text(self, env, letter):
        return env._(
            "%(school)s: %(line)s %(url)s No more messages: say it on that page.",
            school=letter["company"].name,
            line=self._text_line(letter),
            url=self._button_url(letter),
        )

    @api.model
    def _rewrite(self, mail, letters):
        """A mail that waits says only what is left to say; its old link is replaced.

        :param mail: ``mail.mail`` in the queue
        :param letters: what is left, ``bde.alumni.letter`` in sudo
        """
        alumnus = letters.alumnus_id
        person = alumnus._page_person()
        letter = {
            "company": alumnus.company_id,
            "key": letters[0].signer_key,
            "person": person,
            "alumnus": alumnus,
            "channel": "email",
            "rows": {
                row.kind: {
                    "purpose": row.purpose,
                    "lines": dict.fromkeys((row.line or "").split("\n")),
                    "subject": row.subject,
                    "section": row.section,
                }
                for row in letters
            },
        }
        [(link, token)] = self.env["bde.link"]._mint([self._link_vals(letter)])
        letter["url"] = link._url(token)
        message = self._message(letter)
        mail.write({name: message[name] for name in ("subject", "body_html")})
