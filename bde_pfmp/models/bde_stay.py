import logging
from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models

from odoo.addons.bde_partnerships.models.bde_bounce import DEAD
from odoo.addons.bde_partnerships.rules.signer import signer_key

_logger = logging.getLogger(__name__)

# Days after the last day of a stay on which its end is asked about, and what for.
END_KINDS = ((-1, "end"), (3, "end_3"), (10, "end_10"))
# Nothing more is asked by letter after the two months of the état liquidatif.
END_DAYS = 62
FOLLOWED = ("signed", "running", "ended", "interrupted")


class Ask(NamedTuple):
    """Something to ask of somebody, or to give him, by the page of a stay."""

    placement: models.Model
    role: str  # host, tutor, student
    kind: str  # of bde.stay.letter: never written twice to the same person
    line: str  # what stands in the letter, in the language of its reader; or ``line(env)``


class BdeStay(models.AbstractModel):
    """Letters about stays: one a person and day, over all his stays, with his link.

    Parts of the follow-up extend :meth:`_asks`.
    """

    _name = "bde.stay"
    _description = "Letters about stays"

    @api.model
    def _asks(self, company, today):
        """What is due today at a school.

        Constant queries; what was written already may be given again, it is left out.

        :param company: the school, which is the company of the environment
        :return: list of :class:`Ask`
        """
        return []

    @api.model
    def _ending(self, company, today):
        """Stays of a school whose end is to be asked about, with the kind of letter that is due.

        The day before the end, 3 and 10 days after it; whoever comes late gets the last one
        alone. One search for all parts that ask.

        :return: {placement: ``end``, ``end_3`` or ``end_10``}
        """
        placements = self.env["bde.placement"].search(
            [
                ("company_id", "=", company.id),
                ("state", "in", (*FOLLOWED, "attested", "closed")),
                ("date_end", ">=", today - timedelta(days=END_DAYS)),
                ("date_end", "<=", today + timedelta(days=1)),
            ]
        )
        return {placement: self._end_kind(placement.date_end, today) for placement in placements}

    @api.model
    def _end_kind(self, last_day, today):
        """Letter that is due for a stay that ends on a day; None when it is too early."""
        days = (today - last_day).days
        due = [kind for after, kind in END_KINDS if days >= after]
        return due[-1] if due else None

    # ------------------------------------------------------------
    # Job
    # ------------------------------------------------------------

    @api.model
    def _cron_write(self):
        """Letters of the hour, school after school, outside of quiet hours."""
        groups = self.env["bde.placement"]._read_group(
            [("state", "in", (*FOLLOWED, "attested"))], ["company_id"]
        )
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(groups))
        for (company,) in groups:
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
            _logger.exception("%s failed at school %s", verb.__name__, company.id)

    @api.model
    def _write_school(self, company):
        """Writes what is due at one school.

        :return: the letters (``bde.stay.letter``) that left
        """
        return self._write(self._asks(company, company._bde_today()))

    # ------------------------------------------------------------
    # Letters
    # ------------------------------------------------------------

    @api.model
    def _write(self, asks):
        """One letter a person, whatever the number of his stays; a boss who is the tutor is one.

        What a person had already is left out. Whoever has neither mail nor mobile phone is left
        out too: lists show him to be called.

        :param asks: list of :class:`Ask`
        :return: the letters (``bde.stay.letter``)
        """
        letters = self._gather(asks)
        self._choose_channels(letters)
        return self._send([letter for letter in letters if letter["channel"]])

    @api.model
    def _gather(self, asks):
        """What is new for each person: dicts ``company``, ``key``, ``person``, ``refs``, ``rows``.

        ``rows``: {(placement, person_ref, kind): {``role``, ``lines``}}; several parts may ask
        about one thing, which is one row with several lines.
        """
        known = self._known_letters({ask.placement.id for ask in asks})
        people, letters = {}, {}
        for ask in asks:
            # sudo: names and addresses of those who are written to
            placement = ask.placement.sudo()
            if (placement, ask.role) not in people:
                people[placement, ask.role] = placement._stay_person(ask.role)
            person = people[placement, ask.role]
            if not person or (placement.id, person["person_ref"], ask.kind) in known:
                continue
            key = signer_key(person["name"], person["email"], person["phone"])
            # a pupil and who hosts him are two, even of one name and mailbox: each has his page
            letter = letters.setdefault(
                (placement.company_id, key, ask.role == "student"),
                {
                    "company": placement.company_id,
                    "key": key,
                    "person": person,
                    "refs": {},
                    "rows": {},
                },
            )
            letter["refs"][person["person_ref"]] = True
            row = letter["rows"].setdefault(
                (placement, person["person_ref"], ask.kind), {"role": ask.role, "lines": {}}
            )
            if ask.role == "host":  # what he signs for is asked of him as such
                row["role"] = ask.role
            env = self.with_context(lang=person["lang"]).env
            row["lines"][ask.line(env) if callable(ask.line) else ask.line] = True
        return list(letters.values())

    @api.model
    def _known_letters(self, placement_ids):
        """{(placement id, person_ref, kind)} of what was written."""
        # sudo: of placements that the caller writes about
        rows = (
            self.env["bde.stay.letter"]
            .sudo()
            .search_fetch([("placement_id", "in", list(placement_ids))], ["person_ref", "kind"])
        )
        return {(row.placement_id.id, row.person_ref, row.kind) for row in rows}

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
            self.env["bde.stay.letter"]
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
        minted = self.env["bde.link"]._mint([self._link_vals(letter) for letter in letters])
        for letter, (link, token) in zip(letters, minted, strict=True):
            letter["url"] = link._url(token)
        self._send_mails([letter for letter in letters if letter["channel"] == "email"])
        self._send_texts([letter for letter in letters if letter["channel"] == "sms"])
        # sudo: no role writes letters
        return (
            self.env["bde.stay.letter"]
            .sudo()
            .create(
                [
                    {
                        "company_id": letter["company"].id,
                        "placement_id": placement.id,
                        "person_ref": person_ref,
                        "signer_key": letter["key"],
                        "name": letter["person"]["name"],
                        "role": row["role"],
                        "kind": kind,
                        "channel": letter["channel"],
                    }
                    for letter in letters
                    for (placement, person_ref, kind), row in letter["rows"].items()
                ]
            )
        )

    @api.model
    def _link_vals(self, letter):
        """A link serves until the attestation is due, however long the stay is."""
        person = letter["person"]
        placements = [placement for placement, _ref, _kind in letter["rows"]]
        last = max(placement.date_end for placement in placements)
        days = timedelta(days=max(self.env["bde.link"]._validity_days(), END_DAYS))
        begin = max(fields.Datetime.now(), fields.Datetime.to_datetime(last))
        return {
            "company_id": letter["company"].id,
            "purpose": "stay",
            "signer_key": letter["key"],
            "channel": letter["channel"],
            "res_model": "bde.placement",
            "res_id": placements[0].id,
            "expires_on": begin + days,
            "person_ref": " ".join(letter["refs"]),
            **{name: person[name] for name in ("name", "email", "phone", "lang")},
        }

    @api.model
    def _send_mails(self, letters):
        Delivery = self.env["bde.delivery"]
        messages = []
        for letter in letters:
            person, company = letter["person"], letter["company"]
            env = self.with_context(lang=person["lang"]).env
            values = {
                "company": company,
                "lang": person["lang"],
                "name": person["name"],
                "url": letter["url"],
                "asks": self._mail_asks(letter),
            }
            messages.append(
                {
                    "company": company,
                    "email_to": Delivery._to(person["name"], person["email"]),
                    "subject": self._subject(env, letter),
                    "body_html": env["ir.qweb"]._render(
                        "bde_pfmp.mail_stay", values, minimal_qcontext=True
                    ),
                    "signer_key": letter["key"],
                    "kind": "stay",
                }
            )
        Delivery._queue(messages)
        if messages:
            Delivery._trigger_queue()

    @api.model
    def _mail_asks(self, letter):
        """What the letter says of each stay: dicts ``pupil``, ``lines``, ``for_pupil``."""
        stays = {}
        for (placement, _ref, _kind), row in letter["rows"].items():
            stay = stays.setdefault(
                placement,
                {
                    "pupil": placement.student_id.name,
                    "lines": [],
                    "for_pupil": row["role"] == "student",
                },
            )
            stay["lines"] += [line for line in row["lines"] if line not in stay["lines"]]
        return list(stays.values())

    @api.model
    def _subject(self, env, letter):
        """No name of a pupil: subjects stand in records that staff list."""
        if all(row["role"] == "student" for row in letter["rows"].values()):
            return env._("Your placement – %(school)s", school=letter["company"].name)
        return env._("Your trainee(s) – %(school)s", school=letter["company"].name)

    @api.model
    def _send_texts(self, letters):
        self.env["bde.sms"]._send(
            [
                {
                    "company": letter["company"],
                    "phone": letter["person"]["phone"],
                    "text": self.with_context(lang=letter["person"]["lang"]).env._(
                        "%(school)s: %(line)s Your personal link: %(url)s",
                        school=letter["company"].name,
                        # the first one: a text message is short, the page says the rest
                        line=self._mail_asks(letter)[0]["lines"][0],
                        url=letter["url"],
                    ),
                    "purpose": "link",
                    "signer_key": letter["key"],
                }
                for letter in letters
            ]
        )
