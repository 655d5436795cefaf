from datetime import timedelta
from typing import NamedTuple

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize, format_date

from ..rules.solicitation import address_key
from .bde_bounce import DEAD
from .res_partner_solicitation import SolicitationCase

# What may become of a letter; only those that are "ready" leave.
STATUSES = [
    ("ready", "Ready"),
    ("sent", "Sent"),
    ("left_out", "Left out of the campaign"),
    ("answered", "Answered already"),
    ("stopped", "Do not ask"),
    ("no_address", "No address"),
    ("bounced", "The address does not work"),
    ("wrong", "Wrong person"),
    ("capped", "Written to lately"),
    ("same", "Another letter goes to this address"),
    ("no_accountant", "No accountant"),
]


class Plan(NamedTuple):
    """One letter that may leave: to one address, for one company or for the clients of a firm."""

    targets: object
    relation: object
    partner: object
    person: object
    email: str
    key: str


class BdeTaxCampaign(models.Model):
    """Who may get a letter now, and why the others do not; constant queries."""

    _inherit = "bde.tax.campaign"

    letter_gap_days = fields.Integer(
        string="Days between two letters",
        default=7,
        required=True,
        help="An address that the school wrote to gets nothing for so many days. Letters of"
        " other schools do not count.",
    )
    letter_max = fields.Integer(
        string="Letters to an address",
        default=6,
        required=True,
        help="So many requests in a campaign at most, whatever the steps say.",
    )
    letter_ids = fields.One2many("bde.tax.letter", "campaign_id", string="All letters")

    _letter_gap_check = models.Constraint(
        "CHECK(letter_gap_days BETWEEN 1 AND 90)", "Between 1 and 90 days between two letters."
    )
    _letter_max_check = models.Constraint(
        "CHECK(letter_max BETWEEN 1 AND 20)", "Between 1 and 20 letters to an address."
    )

    def _letter_window(self):
        """The window that letters speak of today: the open period, else the next one.

        :raise UserError: every period is over, or none is known
        """
        self.ensure_one()
        today = self.company_id._bde_today()
        window = self._current_window(today) or self._next_window(today)
        if window:
            return window
        # sudo: the calendar is no secret
        ends = [w.date_to for w in self.sudo()._windows() if w.is_period and w.date_to]
        if not ends:
            raise UserError(
                self.env._(
                    "The dates of %(year)s are not known yet: the académie types them under Years"
                    " and windows. A letter without a date helps nobody.",
                    year=self.year,
                )
            )
        raise UserError(
            self.env._(
                "Employers could choose until %(date)s: the windows of %(year)s are over. Thank"
                " those who gave, note what was promised, and prepare the campaign of the year"
                " after.",
                date=format_date(self.env, max(ends)),
                year=self.year,
            )
        )

    def _check_letters(self, targets, model, channel="mail"):
        """What would become of letters to these companies; nothing is sent.

        Another school's approach neither stops nor warns: the window is the same for all.

        :param targets: ``bde.tax.target`` of this campaign
        :param model: ``bde.tax.letter.model``
        :param str channel: ``mail`` or ``letter``
        :return: (list of :class:`Plan`, {target: (status, text)})
        """
        self.ensure_one()
        case = _LetterCase(self, targets, model, channel)
        return case.plans(), case.results


class _LetterCase:
    """Companies that a letter is meant for: read at once, judged from memory."""

    def __init__(self, campaign, targets, model, channel):
        self.env, self.campaign = campaign.env, campaign
        self.company = campaign.company_id
        self.today = self.company._bde_today()
        self.for_accountants = model.kind == "accountant"
        self.channel, self.results = channel, {}
        self.targets = targets
        self._read()

    def _read(self):
        targets = self.targets
        targets.fetch(
            ["state", "left_out_text", "answer", "answered_on", "refused_on", "received_amount",
             "partner_id", "partner_name", "relation_id", "contact_id", "accountant_id",
             "accountant_contact_id"]
        )  # fmt: skip
        self.people = {target: self._reader(target) for target in targets}
        persons = self.env["res.partner"].union(
            *(person for _relation, person in self.people.values() if person)
        )
        relations = targets.relation_id | targets.accountant_id
        # sudo: the shared company of pages that the caller reads
        employers = relations.sudo().partner_id
        (persons.sudo() | employers).fetch(
            ["email", "name", "bde_employer", "street", "zip", "city"]
        )
        self.addresses = {}
        emails = {}
        for relation, person in self.people.values():
            if not relation:
                continue
            # sudo: addresses of companies that all schools share, of contacts of this school
            partner = relation.sudo().partner_id
            email = (person.sudo().email or partner.email or "") if person else partner.email or ""
            self.addresses[relation, person] = email
            emails.setdefault(partner, []).append(email)
        # the company of each client says no as well as the firm that declares for it
        for target in targets:
            emails.setdefault(target.sudo().partner_id, [])
        wanted = self.env["res.partner"].union(*(p.with_env(self.env) for p in emails))
        self.case = SolicitationCase(
            wanted, self.company, "tax", {p.with_env(self.env): e for p, e in emails.items()}
        )
        keys = {address_key(email) for email in self.addresses.values()} - {""}
        self.history = self._letters_to(keys)
        self.asked = self.env["bde.link"]._asked_today(self.company, "tax", keys)

    def _reader(self, target):
        """(page, person) that a letter for a company goes to."""
        if self.for_accountants:
            return target.accountant_id, target.accountant_contact_id
        return target.relation_id, target.contact_id

    def _letters_to(self, keys):
        """Letters of the school to these addresses in this campaign, by address."""
        # sudo: whoever of the bureau asks; its own school's letters alone
        letters = (
            self.env["bde.tax.letter"]
            .sudo()
            .search_fetch(
                [
                    ("company_id", "=", self.company.id),
                    ("email_key", "in", list(keys)),
                    ("kind", "!=", "thanks"),
                    ("state", "!=", "cancelled"),
                    "|",
                    ("campaign_id", "=", self.campaign.id),
                    ("date", ">=", self.today - timedelta(days=self.campaign.letter_gap_days)),
                ],
                ["email_key", "state", "date", "bounce_code", "campaign_id"],
            )
        )
        return letters.grouped("email_key")

    # ------------------------------------------------------------
    # Judging
    # ------------------------------------------------------------

    def plans(self):
        """The letters that may leave; what becomes of each company goes to ``results``."""
        plans = {}
        for target in self.targets:
            relation, person = self.people[target]
            status, text = self._of_company(target)
            if not status and target.answer == "wrong" and not self.for_accountants:
                status, text = self._of_wrong(relation, person)
            if not status:
                place = (relation, person)
                if place not in plans:
                    status, text, plan = self._of_address(relation, person)
                    plans[place] = plan and plan._replace(targets=target)
                elif plans[place]:
                    plans[place] = plans[place]._replace(targets=plans[place].targets | target)
                    status = "ready"
                else:
                    # the same reader as another client, who gets nothing
                    status, text, _plan = self._of_address(relation, person, again=True)
            self.results[target] = (status or "ready", text or "")
        return [plan for plan in plans.values() if plan]

    def _of_company(self, target):
        """(status, text) of what stands against a company itself; (None, None) otherwise."""
        if target.state == "left_out":
            return "left_out", target.left_out_text or self.env._("Left out by hand.")
        if target.answer == "no" or target.refused_on:
            return "answered", self.env._("They said: not this year.")
        if target.answer == "chosen":
            return "answered", self.env._("They have chosen us: they are thanked, not asked again.")
        if target.received_amount > 0:
            return "answered", self.env._(
                "Their money has come in: they are thanked, not asked again."
            )
        verdict = self.case.verdict(target.partner_id, [] if self.for_accountants else None)
        if verdict.level == "stop":
            return "stopped", verdict.text
        if self.for_accountants and not target.accountant_id:
            return "no_accountant", self.env._("No firm that declares for it is noted.")
        return None, None

    def _of_wrong(self, relation, person):
        """Who said that he is the wrong person is not written to again; somebody else is."""
        if address_key(self.addresses[relation, person]) not in self.history:
            return None, None
        return "wrong", self.env._("They are not in charge of it: choose another contact.")

    def _of_address(self, relation, person, again=False):
        """(status, text, plan) of the address that a letter would go to."""
        # sudo: which company a page of this school is about
        partner = relation.sudo().partner_id.with_env(self.env)
        email = self.addresses[relation, person]
        person = person or partner
        key = address_key(email)
        plan = Plan(None, relation, partner, person, email_normalize(email) or email, key)
        verdict = self.case.verdict(partner, [email])
        if verdict.level == "stop":
            return "stopped", verdict.text, None
        if self.channel == "letter":
            # sudo: the address of a company that all schools share
            place = partner.sudo()
            if not (place.street and place.zip and place.city):
                return "no_address", self.env._("The postal address is not complete."), None
            return self._of_paper(plan)
        if not key:
            return (
                "no_address",
                self.env._(
                    "There is no e-mail address: add one to a contact, print the letter, or call."
                ),
                None,
            )
        return self._of_history(plan, again)

    def _of_paper(self, plan):
        """A company has one letter on paper in the days between two letters."""
        last = self._last_paper().get(plan.relation)
        if last and last > self.today - timedelta(days=self.campaign.letter_gap_days):
            text = self.env._("A letter was printed on %(date)s.", date=format_date(self.env, last))
            return "capped", text, None
        return "ready", "", plan

    def _last_paper(self):
        """{page: day of the last letter on paper of this campaign}: one query."""
        if not hasattr(self, "_paper"):
            # sudo: whoever of the bureau asks; its own school's letters alone
            self._paper = {
                relation.with_env(self.env): date
                for relation, date in self.env["bde.tax.letter"]
                .sudo()
                ._read_group(
                    [("campaign_id", "=", self.campaign.id), ("channel", "=", "letter")],
                    ["relation_id"],
                    ["date:max"],
                )
            }
        return self._paper

    def _of_history(self, plan, again):
        """What the school sent to this address before, and whether it arrived."""
        letters = self.history.get(plan.key, self.env["bde.tax.letter"])
        last = letters[:1]  # newest first
        if last.state == "bounced" and last.bounce_code in (*DEAD, False):
            return (
                "bounced",
                self.env._("%(email)s came back: find another.", email=plan.email),
                None,
            )
        waiting = letters.filtered(lambda letter: letter.state == "queued")
        days = [letter.date for letter in letters if letter.date and letter.state != "failed"]
        if plan.key in self.asked or waiting or again:
            return (
                "same",
                self.env._("%(email)s has a letter today already.", email=plan.email),
                None,
            )
        gap = timedelta(days=self.campaign.letter_gap_days)
        if days and max(days) > self.today - gap:
            text = self.env._(
                "%(email)s had a letter on %(date)s: the next one from %(from)s on.",
                **{
                    "email": plan.email,
                    "date": format_date(self.env, max(days)),
                    "from": format_date(self.env, max(days) + gap),
                },
            )
            return "capped", text, None
        own = letters.filtered(lambda letter: letter.campaign_id == self.campaign)
        if len(own) >= self.campaign.letter_max:
            text = self.env._(
                "%(email)s had %(count)s letters this year.", email=plan.email, count=len(own)
            )
            return "capped", text, None
        # later companies of this list see it taken
        self.asked.add(plan.key)
        return "ready", "", plan
