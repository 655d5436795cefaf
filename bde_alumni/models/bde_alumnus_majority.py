from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.bde_pfmp.rules import persons

from ..rules import consents
from .bde_alumni_letters import Ask

# somebody who turned 18 longer ago is not written to about it any more
ASK_AGAIN_DAYS = 90


class BdeAlumnus(models.Model):
    """At 18 what was agreed to as a minor ends, and is asked for again, once."""

    _inherit = "bde.alumnus"

    welcome_asked_on = fields.Date(
        string="Information by e-mail asked for on",
        readonly=True,
        copy=False,
        help="The letter leaves within the hour, outside of quiet hours.",
    )

    @api.model
    def _cron_majority(self):
        """Ends the consents that were given before the 18th birthday of who has turned 18."""
        self.env.flush_all()
        # one day more: it is tomorrow already at some schools; each has its own day below
        tomorrow = fields.Date.add(fields.Date.today(), days=1)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT consent.id
                  FROM bde_alumni_consent consent
                  JOIN bde_alumnus alumnus ON alumnus.id = consent.alumnus_id
                 WHERE consent.state = 'given'
                   AND alumnus.birth_date + interval '18 years' <= %s
                   AND consent.given_on <= alumnus.birth_date + interval '18 years'
                """,
                tomorrow,
            )
        )
        found = self.env["bde.alumni.consent"].browse([number for (number,) in rows])
        by_company = found.filtered(BdeAlumnus._ended_at_18).grouped("company_id")

        def end_at_18(company):
            ended = by_company[company]
            ended._end("expired", "job")
            for purpose, lines in ended.grouped("purpose").items():
                lines.alumnus_id._consent_ended(purpose)
            # the page asks again, first of all
            ended.alumnus_id.choices_on = False

        self.env["res.company"].union(*by_company)._bde_each(end_at_18)

    @staticmethod
    def _ended_at_18(consent):
        """Whether a consent was given as a minor by somebody who is of age now."""
        birth = consent.alumnus_id.birth_date
        return persons.is_adult(birth, consent.company_id._bde_today()) and not persons.is_adult(
            birth, consent.given_on
        )

    def _ask_welcome(self):
        """Asks for the letter that tells people of the follow-up and of their choices."""
        self.check_access("write")
        # sudo: kept field, the right was checked
        todo = self.sudo().filtered(lambda one: not one.informed_on and not one.welcome_asked_on)
        for company, alumni in todo.grouped("company_id").items():
            alumni.welcome_asked_on = company._bde_today()
        return todo.with_env(self.env)


class BdeAlumniLetters(models.AbstractModel):
    _inherit = "bde.alumni.letters"

    @api.model
    def _asks(self, company, today):
        return (
            super()._asks(company, today)
            + self._asks_welcome(company)
            + self._asks_adult(company, today)
        )

    @api.model
    def _asks_welcome(self, company):
        """The information of article 13, to those whom the bureau has it sent."""
        # sudo: a job, or staff who may write to them
        alumni = self.env["bde.alumnus"].sudo().search(
            [
                ("company_id", "=", company.id),
                ("welcome_asked_on", "!=", False),
                ("informed_on", "=", False),
                # too long for a text message
                ("email", "!=", False),
            ]
        )  # fmt: skip
        return [
            Ask(alumnus, "welcome", consents.INFORM, _welcome_line, _welcome_subject, "consents")
            for alumnus in alumni._may_write(consents.INFORM)
        ]

    @api.model
    def _asks_adult(self, company, today):
        """What ended at 18 is asked for again."""
        # sudo: as above
        ended = self.env["bde.alumni.consent"].sudo().search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "expired"),
                ("ended_on", ">=", today - timedelta(days=ASK_AGAIN_DAYS)),
                ("asked_again_on", "=", False),
            ]
        )  # fmt: skip
        return [
            Ask(alumnus, "adult", consents.INFORM, _adult_line, _adult_subject, "consents")
            for alumnus in ended.alumnus_id._may_write(consents.INFORM)
        ]

    @api.model
    def _write_school(self, company):
        """Notes who was told, and what was asked again, once the letter is on its way."""
        letters = super()._write_school(company)
        welcome = letters.filtered(lambda one: one.kind == "welcome")
        welcome.alumnus_id._note_informed("letter")
        adult = letters.filtered(lambda one: one.kind == "adult")
        # sudo: no role writes consents
        self.env["bde.alumni.consent"].sudo().search(
            [("alumnus_id", "in", adult.alumnus_id.ids), ("state", "=", "expired")]
        ).asked_again_on = company._bde_today()
        return letters


def _welcome_subject(env):
    return env._("After the school: stay in touch, or not")


def _welcome_line(env):
    return env._(
        "You are leaving the school, or have left it. For two years it asks its former pupils "
        "what becomes of them, and helps those who look for a job or a training: this is one of "
        "its public tasks. You are free not to answer, and may object: then everything about you "
        "is erased. On your page you read who sees what, give your private address, and choose "
        "what else you want: news, directory, advice to younger ones. Nothing is ticked for you."
    )


def _adult_subject(env):
    return env._("You are 18: your choices are asked again")


def _adult_line(env):
    return env._(
        "You are 18 now. What you had agreed to as a minor has ended. If you still want it, say "
        "it again on your page; if you do nothing, nothing is sent or shown."
    )
