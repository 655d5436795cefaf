from dateutil.relativedelta import relativedelta

from odoo import models
from odoo.tools import format_date

from ..rules.solicitation import KNOWN_HOST_MONTHS, address_key, cooldown_end, judge

# Schools named on a screen; a busy baker may have had ten of them.
SHOWN_SCHOOLS = 3


class ResPartner(models.Model):
    """Whether a school may ask companies for something now, and why not."""

    _inherit = "res.partner"

    def _bde_solicitation(self, company, purpose=None, emails=()):
        """Judges a request of a school to these companies; as many queries for one or 2,000.

        Opt-outs, closed companies and those to avoid stop it. A recent approach or another
        school that leads warn, unless the school hosted a pupil there within 24 months.

        :param company: the school that asks
        :param str purpose: of ``PURPOSES``; None for a page that shows them all
        :param emails: addresses that it would write to, for all these companies; or a dict
            of the addresses of each
        :rtype: dict[res.partner, rules.solicitation.Verdict]
        """
        case = SolicitationCase(self, company, purpose, emails)
        return {employer: case.verdict(employer) for employer in self}


class SolicitationCase:
    """What is known about the companies of one question, read at once."""

    def __init__(self, employers, company, purpose, emails):
        self.env = employers.env
        self.company, self.purpose = company, purpose
        self.today = company._bde_today()
        self.words = employers._bde_purpose_words()
        # sudo: facts that hold for the school, whoever asks in its name
        self.employers = employers.sudo()
        self.employers.fetch(["name", "closed_on", "parent_id", "bde_lead_school_id"])
        self.parents = self._read_parents()
        self.emails = self._by_employer(emails)
        self._read_relations()
        self._read_optouts()
        self._read_approaches()

    def _read_parents(self):
        """Establishments above the sites, legal entities above those."""
        above = self.employers.parent_id
        above.fetch(["name", "bde_employer", "parent_id", "bde_lead_school_id"])
        top = above.parent_id
        top.fetch(["name", "bde_employer", "parent_id", "bde_lead_school_id"])
        return above | top

    def _by_employer(self, emails):
        """Keys of the addresses of each company."""
        if not isinstance(emails, dict):
            keys = {address_key(email): email for email in emails}
            return {employer.id: keys for employer in self.employers}
        return {
            employer.id: {address_key(email): email for email in addresses}
            for employer, addresses in emails.items()
        }

    # ------------------------------------------------------------
    # Reading: one query each
    # ------------------------------------------------------------

    def _read_relations(self):
        # sudo: the verdict holds for whoever of the school asks; its page alone is read
        relations = (
            self.env["bde.relation"]
            .sudo()
            .search_fetch(
                [("company_id", "=", self.company.id), ("partner_id", "in", self.employers.ids)],
                ["partner_id", "status", "status_until", "last_hosted_on"],
            )
        )
        self.relations = relations.grouped("partner_id")
        since = self.today - relativedelta(months=KNOWN_HOST_MONTHS)
        self.hosts = {
            relation.partner_id
            for relation in relations
            if relation.last_hosted_on and relation.last_hosted_on >= since
        }

    def _read_optouts(self):
        emails = {email for keys in self.emails.values() for email in keys.values()}
        above = self.parents.filtered("bde_employer")
        optouts = self.env["bde.optout"]._standing(
            self.company, self.employers | above, emails, self.purpose
        )
        self.by_company = optouts.filtered("partner_id").grouped("partner_id")
        self.by_person = (optouts - optouts.filtered("partner_id")).grouped("email_normalized")

    def _read_approaches(self):
        self.days = self.env["bde.cooldown"]._days(self.company)
        purposes = [self.purpose] if self.purpose else list(self.days)
        longest = max(self.days[purpose] for purpose in purposes)
        # sudo: all schools may read them; the rules of the asker are not looked up each time
        approaches = (
            self.env["bde.approach"]
            .sudo()
            .search_fetch(
                [
                    ("partner_id", "in", self.employers.ids),
                    ("date", ">=", self.today - relativedelta(days=longest)),
                    ("purpose", "in", purposes),
                ],
                ["partner_id", "school_id", "date", "purpose", "channel"],
            )
        )
        approaches = approaches.filtered(lambda a: self._runs_until(a))
        leads = self.employers.bde_lead_school_id | self.parents.bde_lead_school_id
        (approaches.school_id | leads).fetch(["name"])
        self.approaches = approaches.grouped("partner_id")

    def _runs_until(self, approach):
        """Last day of the cool-down that an approach started; None when it is over."""
        end = cooldown_end(approach.date, self.days[approach.purpose])
        return end if end and end >= self.today else None

    # ------------------------------------------------------------
    # Judging: from memory
    # ------------------------------------------------------------

    def verdict(self, employer, emails=None):
        """What is said about one of the companies.

        :param emails: those of its addresses that are written to; None: all of them
        :rtype: rules.solicitation.Verdict
        """
        employer = employer.sudo()  # as what was read
        stops = [*self._closed(employer), *self._to_avoid(employer)]
        reminders = []
        for optout in self._optouts_of(employer, emails):
            # a page for all purposes recalls those that hold for one of them
            partial = optout.purpose and not self.purpose
            (reminders if partial else stops).append(self._said_no(optout, employer))
        warnings = []
        if employer not in self.hosts:
            warnings += self._lead(employer)
            others, own = self._recent(employer)
            warnings += others
            reminders += own
        return judge(stops, warnings, reminders)

    def _family(self, employer):
        """The company, then what stands above it and speaks for it."""
        return employer, employer.parent_id, employer.parent_id.parent_id

    def _date(self, date):
        pattern = "dd/MM" if date.year == self.today.year else "dd/MM/yyyy"
        return format_date(self.env, date, date_format=pattern)

    def _closed(self, employer):
        if employer.closed_on and employer.closed_on <= self.today:
            yield self.env._("Closed since %(date)s.", date=self._date(employer.closed_on))

    def _to_avoid(self, employer):
        relation = self.relations.get(employer)
        if not relation or relation.status != "avoid":
            return
        until = relation.status_until
        if not until:
            yield self.env._("Your school avoids this company.")
        elif until >= self.today:
            yield self.env._(
                "Your school avoids this company until %(date)s.", date=self._date(until)
            )

    def _optouts_of(self, employer, emails):
        lines = self.env["bde.optout"].sudo()
        if not self.by_company and not self.by_person:
            return lines
        for partner in self._family(employer):
            lines |= self.by_company.get(partner, lines.browse())
        known = self.emails.get(employer.id, ())
        for key in known if emails is None else map(address_key, emails):
            lines |= self.by_person.get(key, lines.browse())
        return lines

    def _said_no(self, optout, employer):
        """The sentence that names an opt-out: who, to what, to whom, when."""
        words = {
            "name": (optout.partner_id or employer).name
            if optout.partner_id
            else self.emails[employer.id].get(optout.email_normalized),
            "date": self._date(optout.date),
            "purpose": self.words.get(optout.purpose, ""),
        }
        everywhere = optout.company_id != self.company
        if optout.purpose and everywhere:
            return self.env._(
                "%(name)s said no on %(date)s to all schools, for %(purpose)s.", **words
            )
        if optout.purpose:
            return self.env._(
                "%(name)s said no on %(date)s to your school, for %(purpose)s.", **words
            )
        if everywhere:
            return self.env._(
                "%(name)s said no on %(date)s to all schools, for everything.", **words
            )
        return self.env._("%(name)s said no on %(date)s to your school, for everything.", **words)

    def _lead(self, employer):
        leads = [partner.bde_lead_school_id for partner in self._family(employer)]
        lead = next(filter(None, leads), None)
        if lead and lead != self.company:
            yield self.env._(
                "%(school)s leads with this company: agree with them first.", school=lead.name
            )

    def _recent(self, employer):
        """Sentences about the last approach of each other school, and of one's own."""
        latest = {}
        if employer not in self.approaches:
            return [], []
        for approach in self.approaches[employer]:  # newest first
            latest.setdefault(approach.school_id, approach)
        own = latest.pop(self.company.sudo(), None)
        sentences = [self._approached(approach) for approach in latest.values()]
        if len(sentences) > SHOWN_SCHOOLS:
            more = len(sentences) - SHOWN_SCHOOLS
            sentences[SHOWN_SCHOOLS:] = [
                self.env._("%(count)s other schools approached them too.", count=more)
            ]
        return sentences, [self._approached(own)] if own else []

    def _approached(self, approach):
        school = approach.school_id
        words = {
            "school": self.env._("Your school") if school == self.company else school.name,
            "date": self._date(approach.date),
            "purpose": self.words[approach.purpose],
            "until": self._date(self._runs_until(approach)),
        }
        return {
            "call": lambda: self.env._(
                "%(school)s called on %(date)s for %(purpose)s. Cool-down until %(until)s.",
                **words,
            ),
            "mail": lambda: self.env._(
                "%(school)s wrote on %(date)s for %(purpose)s. Cool-down until %(until)s.",
                **words,
            ),
            "letter": lambda: self.env._(
                "%(school)s sent a letter on %(date)s for %(purpose)s. Cool-down until %(until)s.",
                **words,
            ),
            "sms": lambda: self.env._(
                "%(school)s sent a text message on %(date)s for %(purpose)s."
                " Cool-down until %(until)s.",
                **words,
            ),
            "visit": lambda: self.env._(
                "%(school)s visited them on %(date)s for %(purpose)s. Cool-down until %(until)s.",
                **words,
            ),
            "meeting": lambda: self.env._(
                "%(school)s met them on %(date)s for %(purpose)s. Cool-down until %(until)s.",
                **words,
            ),
        }[approach.channel]()
