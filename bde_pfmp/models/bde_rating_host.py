from odoo import api, models
from odoo.fields import Domain

from .bde_placement_stay import StayError

WORDS = ("no", "rather_no", "rather_yes", "yes")


class BdeRating(models.Model):
    """What a company is shown of what its trainees said: themes, never a person.

    Only answers of files that are over: attested, and closed by the school or of a school year
    that has ended, so that the marks are given. They join what is shown in groups of three
    pupils at least: whoever looks before and after learns about a group, never about one.
    """

    _inherit = "bde.rating"

    @api.model
    def _release_to_hosts(self):
        """Adds the answers of groups that are complete; each night.

        :return: the ratings that were added
        """
        minimum = self.env["bde.quality.term"]._terms().minimum
        today = self.env.company._bde_today()
        over = Domain("placement_id.state", "=", "closed") | (
            Domain("placement_id.state", "=", "attested")
            & Domain("placement_id.school_year_id.date_end", "<", today)
        )
        waiting = (
            Domain("view", "=", "student")
            & Domain("is_counted", "=", True)
            & Domain("released_on", "=", False)
            & over
        )
        # sudo: a job over all schools
        job = self.sudo()
        # most companies welcome one pupil or two, whose answers wait for years: left unread
        hosts = job._read_group(waiting, ["host_id"], having=[("__count", ">=", minimum)])
        ready = job.search(waiting & Domain("host_id", "in", [host.id for (host,) in hosts]))
        # read at once for all
        keys = {rating: rating.placement_id.student_id.person_key for rating in ready}
        complete = job.concat(
            *(
                ratings
                for ratings in ready.grouped("host_id").values()
                if len({keys[rating] for rating in ratings}) >= minimum
            )
        )
        complete.write({"released_on": today})
        return complete

    @api.model
    def _host_facts(self, host):
        """What a company is shown: for each theme how its trainees found it, in one word.

        :param host: ``res.partner``
        :return: list of (question, one of ``WORDS``), empty below three pupils
        """
        minimum = self.env["bde.quality.term"]._terms().minimum
        # sudo: of all schools, by numbers alone; nothing of a person leaves this method
        ratings = self.sudo().search(
            [
                ("host_id", "=", host.id),
                ("view", "=", "student"),
                ("is_counted", "=", True),
                ("released_on", "!=", False),
            ]
        )
        groups = {}
        for rating in ratings:
            key = rating.placement_id.student_id.person_key
            pupils = groups.setdefault(rating.released_on, {})
            pupils.setdefault(key, []).append(rating.answers or {})
        facts = []
        # sudo: shared data
        for question in self.env["bde.question"].sudo().search([("view", "=", "student")]):
            values = self._theme_values(question.code, groups.values(), minimum)
            if values:
                share = (sum(values) / len(values) - 1) / 3
                facts.append((question, WORDS[min(int(share * 4), 3)]))
        return facts

    @api.model
    def _theme_values(self, code, groups, minimum):
        """What each pupil answered on a theme: of a group that joined, three at least or none.

        Whom a theme does not concern leaves it out: one answer of a group would stand alone.

        :param groups: {pupil: answer sheets} of each group
        """
        found = {}
        for pupils in groups:
            told = {
                key: [sheet[code] for sheet in sheets if sheet.get(code)]
                for key, sheets in pupils.items()
            }
            told = {key: values for key, values in told.items() if values}
            if len(told) >= minimum:
                for key, values in told.items():
                    found.setdefault(key, []).extend(values)
        return [sum(values) / len(values) for values in found.values()]


class BdePlacement(models.Model):
    """Section ``site_quality`` of the page of a stay, for who signs for the company."""

    _inherit = "bde.placement"

    def _stay_sections(self, roles):
        sections = super()._stay_sections(roles)
        if "host" in roles and (section := self._site_quality_section()):
            sections.append(section)
        return sections

    def _site_quality_section(self):
        facts = self.env["bde.rating"]._host_facts(self.host_id)
        if not facts:
            return None
        # sudo: what the company itself answered
        replies = self.env["bde.site.reply"].sudo().search([("partner_id", "=", self.host_id.id)])
        known = {reply.question_id: reply.fact_id for reply in replies}
        words = {
            "yes": self.env._("mostly yes"),
            "rather_yes": self.env._("rather yes"),
            "rather_no": self.env._("rather no"),
            "no": self.env._("mostly no"),
        }
        return {
            "key": "site_quality",
            "sequence": 52,
            "title": self.env._("What your trainees say of your company"),
            "state": "info",
            "template": "bde_pfmp.stay_site_quality",
            "facts": [
                {
                    "code": question.code,
                    "name": question.name,
                    "text": question.text,
                    "word": words[word],
                    "reply": known.get(question),
                }
                for question, word in facts
            ],
            "choices": [(fact.code, fact.name) for fact in self._site_facts()],
        }

    @api.model
    def _site_facts(self):
        # sudo: a list of the module
        return self.env["bde.site.fact"].sudo().search([("code", "!=", False)])

    def _stay_post_site_quality(self, roles, form, _files, _proof):
        """The company answers by facts of the list; a text that is sent along is not read."""
        if "host" not in roles:
            raise StayError(self.env._("This is for the person who signs for the company."))
        listed = {fact.code: fact for fact in self._site_facts()}
        # sudo: no role writes answers of companies; the link is the right
        Reply = self.env["bde.site.reply"].sudo()
        shown = [question for question, _word in self.env["bde.rating"]._host_facts(self.host_id)]
        known = {
            reply.question_id: reply
            for reply in Reply.search([("partner_id", "=", self.host_id.id)])
        }
        for question in shown:
            chosen = form.get(f"fact_{question.code}", "")
            if chosen and chosen not in listed:
                raise StayError(
                    self.env._("Choose an answer of the list."),
                    {f"fact_{question.code}": self.env._("Choose an answer of the list.")},
                )
            fact, reply = listed.get(chosen), known.get(question)
            if reply and not fact:
                reply.unlink()
            elif reply and reply.fact_id != fact:
                reply.write({"fact_id": fact.id, "date": self.company_id._bde_today()})
            elif fact and not reply:
                Reply.create(
                    {
                        "partner_id": self.host_id.id,
                        "question_id": question.id,
                        "fact_id": fact.id,
                        "date": self.company_id._bde_today(),
                    }
                )
