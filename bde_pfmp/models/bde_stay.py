from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models

from odoo.addons.bde_partnerships.rules.signer import signer_key

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
    _inherit = ["bde.letters"]

    _letters_log = "bde.stay.letter"
    _letters_kind = "stay"
    _letters_template = "bde_pfmp.mail_stay"
    _letters_logger = __name__

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

    @api.model
    def _letter_schools(self):
        groups = self.env["bde.placement"]._read_group(
            [("state", "in", (*FOLLOWED, "attested"))], ["company_id"]
        )
        return self.env["res.company"].union(*(company for (company,) in groups))

    # ------------------------------------------------------------
    # Letters
    # ------------------------------------------------------------

    @api.model
    def _gather(self, asks):
        """What is new for each person, whatever the number of his stays; with ``refs``, ``rows``.

        A boss who is the tutor is one person. ``rows``: {(placement, person_ref, kind):
        {``role``, ``lines``}}; several parts may ask about one thing, which is one row with
        several lines.
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
    def _log_vals(self, letter):
        return [
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
            for (placement, person_ref, kind), row in letter["rows"].items()
        ]

    @api.model
    def _mail_values(self, letter):
        return super()._mail_values(letter) | {"asks": self._mail_asks(letter)}

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
    def _text_line(self, letter):
        return self._mail_asks(letter)[0]["lines"][0]
