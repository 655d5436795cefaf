from typing import NamedTuple

from odoo import api, fields, models

from odoo.addons.bde_partnerships.rules.signer import signer_key


class Ask(NamedTuple):
    """Something to ask of somebody, or to give him, by the page of a stay."""

    placement: models.Model
    role: str  # host, tutor, student
    kind: str  # of bde.stay.letter: never written twice
    line: str  # what stands in the letter, in the language of its reader


class BdeStayLetter(models.Model):
    """What was written to whom about a stay: no letter leaves twice."""

    _name = "bde.stay.letter"
    _description = "Letter about a stay"
    _inherit = ["bde.owned"]
    _order = "id desc"
    _rec_name = "kind"

    placement_id = fields.Many2one(
        "bde.placement",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    person_ref = fields.Char(required=True, readonly=True)
    role = fields.Selection(
        [("host", "Company"), ("tutor", "Tutor"), ("student", "Pupil")],
        required=True,
        readonly=True,
    )
    name = fields.Char(string="Person", readonly=True)
    kind = fields.Char(required=True, readonly=True)
    channel = fields.Selection([("email", "E-mail"), ("sms", "SMS")], readonly=True)
    sent_on = fields.Datetime(readonly=True, default=fields.Datetime.now)

    _once_uniq = models.UniqueIndex("(placement_id, person_ref, kind)")


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
    def _cron_write(self):
        """Letters of the hour, school after school, outside of quiet hours."""
        groups = self.env["bde.placement"]._read_group(
            [("state", "in", ("signed", "running", "ended", "interrupted"))], ["company_id"]
        )
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(groups))
        for (company,) in groups:
            school = self.with_company(company).with_context(allowed_company_ids=company.ids)
            if not company._bde_is_quiet():
                school._write_school(company)
            if not progress(1):
                break

    @api.model
    def _write_school(self, company):
        """Writes what is due at one school.

        :return: the letters (``bde.stay.letter``) that left
        """
        return self._write(self._fresh(self._asks(company, company._bde_today())))

    @api.model
    def _fresh(self, asks):
        """Those that were not written yet, each once."""
        placements = self.env["bde.placement"].browse({ask.placement.id for ask in asks})
        # sudo: of placements that the caller writes about
        known = {
            (row.placement_id.id, row.role, row.kind)
            for row in self.env["bde.stay.letter"]
            .sudo()
            .search_fetch([("placement_id", "in", placements.ids)], ["role", "kind"])
        }
        fresh = {}
        for ask in asks:
            key = (ask.placement.id, ask.role, ask.kind)
            if key not in known:
                fresh.setdefault(key, ask)
        return list(fresh.values())

    @api.model
    def _write(self, asks):
        """One letter a person, whatever the number of his stays; a boss who is the tutor is one.

        Whoever has neither mail nor mobile phone is left out: lists show him to be called.

        :param asks: list of :class:`Ask`
        :return: the letters (``bde.stay.letter``)
        """
        people = {}
        for ask in asks:
            # sudo: names and addresses of those who are written to
            placement = ask.placement.sudo()
            if person := placement._stay_person(ask.role):
                key = signer_key(person["name"], person["email"], person["phone"])
                people.setdefault((placement.company_id, key), (person, []))[1].append(ask)
        letters = [
            {"company": company, "key": key, "person": person, "asks": theirs}
            for (company, key), (person, theirs) in people.items()
        ]
        phones = {}
        for letter in letters:
            if not letter["person"]["email"]:
                phones.setdefault(letter["company"], set()).add(letter["person"]["phone"])
        usable = {
            company: self.env["bde.sms"]._usable(filter(None, numbers), company)
            for company, numbers in phones.items()
        }
        for letter in letters:
            person = letter["person"]
            letter["channel"] = (
                "email"
                if person["email"]
                else "sms" if person["phone"] in usable[letter["company"]] else None
            )
        return self._send([letter for letter in letters if letter["channel"]])

    @api.model
    def _send(self, letters):
        minted = self.env["bde.link"]._mint(
            [
                {
                    "company_id": letter["company"].id,
                    "purpose": "stay",
                    "signer_key": letter["key"],
                    "channel": letter["channel"],
                    "res_model": "bde.placement",
                    "res_id": letter["asks"][0].placement.id,
                    **{
                        name: letter["person"][name]
                        for name in ("person_ref", "name", "email", "phone", "lang")
                    },
                }
                for letter in letters
            ]
        )
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
                        "placement_id": ask.placement.id,
                        "person_ref": letter["person"]["person_ref"],
                        "name": letter["person"]["name"],
                        "role": ask.role,
                        "kind": ask.kind,
                        "channel": letter["channel"],
                    }
                    for letter in letters
                    for ask in letter["asks"]
                ]
            )
        )

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
                "asks": [
                    {
                        "pupil": ask.placement.sudo().student_id.name,
                        "line": ask.line,
                        "for_pupil": ask.role == "student",
                    }
                    for ask in letter["asks"]
                ],
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
    def _subject(self, env, letter):
        """No name of a pupil: subjects stand in records that staff list."""
        if letter["asks"][0].role == "student":
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
                        line=letter["asks"][0].line,
                        url=letter["url"],
                    ),
                    "purpose": "link",
                    "signer_key": letter["key"],
                }
                for letter in letters
            ]
        )
