from babel.dates import format_date

from odoo import api, fields, models
from odoo.tools import get_lang

SECTIONS = ("late", "next", "figures")
SETUP_FIELDS = ("street", "zip", "city", "phone", "bde_email", "head_id", "insurance_company")


class BdeHome(models.AbstractModel):
    """The home screen: what is late, what is next, and how to begin.

    Each module adds its own lines by overriding :meth:`_home_cards` and
    :meth:`_home_steps`; a counter belongs to the module that owns the fact.
    """

    _name = "bde.home"
    _description = "Home of the bureau des entreprises"

    @api.model
    @api.readonly
    def get_home(self):
        """What the home screen shows to the user, for his active schools.

        :return: dict with ``greeting``, ``school``, ``week``, ``holiday``, ``sections`` (dict of
            lists of cards) and ``steps`` (what is left to begin, empty once all is done)
        """
        cards = self._home_cards()
        steps = self._home_steps()
        sections = {name: [] for name in SECTIONS}
        for card in sorted(cards, key=lambda card: card.get("sequence", 50)):
            # late and next show what asks for an action, figures show zero too
            if card["count"] or card["section"] == "figures":
                sections[card["section"]].append(card)
        return {
            "greeting": self._home_greeting(),
            "school": ", ".join(self.env.companies.mapped("name")),
            "week": self._home_week(),
            "holiday": self._home_holiday(),
            "sections": sections,
            "steps": [] if all(step["done"] for step in steps) else steps,
        }

    # ------------------------------------------------------------
    # To extend
    # ------------------------------------------------------------

    @api.model
    def _home_cards(self):
        """Counters that open the filtered list; modules extend the list.

        A card is a dict: ``section`` (late, next or figures), ``label``, ``count``, ``help``,
        ``action`` (dict with ``xmlid`` and, when needed, ``domain``, ``context``, ``name``),
        ``tone`` (danger, warning, info, success, muted) and ``sequence``. Each card costs a
        constant number of queries.

        :rtype: list[dict]
        """
        cards = []
        if self._home_companies("staff"):
            cards += self._home_relation_cards()
        if self._home_companies("admin", "correspondent"):
            cards += self._home_academy_cards()
        return cards

    @api.model
    def _home_steps(self):
        """What a school does first: dicts with ``label``, ``help``, ``action``, ``done``.

        :rtype: list[dict]
        """
        steps = []
        if self._home_companies("manager"):
            steps.append(
                {
                    "sequence": 10,
                    "label": self.env._("Complete the page of your school"),
                    "help": self.env._("Address, functional mailbox, head, insurer of the school."),
                    "action": {"xmlid": "bde_partnerships.action_my_school"},
                    "done": all(self.env.company[name] for name in SETUP_FIELDS),
                }
            )
            steps.append(
                {
                    "sequence": 40,
                    "label": self.env._("Register your first company"),
                    "help": self.env._("Its SIRET fills in the rest."),
                    "action": {"xmlid": "bde_partnerships.action_employer_register"},
                    "done": bool(self.env["bde.relation"].search_count([], limit=1)),
                }
            )
        if head_of := self._home_companies("head"):
            members = self.env["bde.membership"].search_count(
                [("company_id", "in", head_of), ("is_current", "=", True)], limit=2
            )
            steps.append(
                {
                    "sequence": 20,
                    "label": self.env._("Invite your colleagues"),
                    "help": self.env._("Each gets a role and a link to choose a password."),
                    "action": {"xmlid": "bde_partnerships.action_team"},
                    "done": members > 1,
                }
            )
        if self._home_companies("admin"):
            steps += self._home_academy_steps()
        return sorted(steps, key=lambda step: step["sequence"])

    # ------------------------------------------------------------
    # Helpers for the modules
    # ------------------------------------------------------------

    @api.model
    def _home_companies(self, *roles):
        """Active companies where the user holds one of the roles.

        :rtype: list[int]
        """
        held = {cid for role in roles for cid in self.env.user._bde_company_ids(role)}
        return [company_id for company_id in self.env.companies.ids if company_id in held]

    # ------------------------------------------------------------
    # Cards of this module
    # ------------------------------------------------------------

    def _home_relation_cards(self):
        """Cards of the companies that a school follows: ``bde_home_relations.py``."""
        return []

    def _home_academy_cards(self):
        schools = [
            ("bde_kind", "=", "school"),
            ("id", "child_of", self._home_companies("admin", "correspondent")),
        ]
        headless = schools + [("head_id", "=", False)]
        Company = self.env["res.company"]
        action = "bde_partnerships.action_schools"
        return [
            {
                "section": "figures",
                "label": self.env._("Schools"),
                "count": Company.search_count(schools),
                "action": {"xmlid": action, "domain": schools},
                "tone": "muted",
            },
            {
                "section": "late",
                "label": self.env._("Schools without head"),
                "help": self.env._("Nobody can sign there."),
                "count": Company.search_count(headless),
                "action": {"xmlid": action, "domain": headless},
                "tone": "danger",
            },
        ]

    def _home_academy_steps(self):
        academies = self.env["res.company"].browse(self._home_companies("admin"))
        Year = self.env["bde.school.year"]
        return [
            {
                "sequence": 10,
                "label": self.env._("Add the school year"),
                "help": self.env._("It comes with the published school holidays."),
                "action": {"xmlid": "bde_partnerships.action_school_year"},
                "done": all(Year._search_current(academy) for academy in academies),
            },
            {
                "sequence": 20,
                "label": self.env._("Open the first school"),
                "help": self.env._("With its UAI and its head, who invites the others."),
                "action": {"xmlid": "bde_partnerships.action_school_create"},
                "done": bool(
                    self.env["res.company"].search_count([("bde_kind", "=", "school")], limit=1)
                ),
            },
        ]

    # ------------------------------------------------------------
    # Heading
    # ------------------------------------------------------------

    def _home_greeting(self):
        name = self.env.user.name
        return self.env._("Hello %(name)s", name=name)

    def _home_week(self):
        """« Week 47, Saturday 21 November 2026 » in the user's language."""
        today = self.env.company._bde_today()
        day = format_date(today, "EEEE d MMMM y", locale=get_lang(self.env).code)
        return self.env._("Week %(week)s, %(day)s", week=today.isocalendar().week, day=day)

    def _home_holiday(self):
        """The school holidays that run, or the next ones of the coming five weeks."""
        company = self.env.company
        if company.bde_kind != "school":
            return ""
        today = company._bde_today()
        holiday = self.env["bde.holiday"]._between(company, today, fields.Date.add(today, days=35))
        if not holiday:
            return ""
        holiday = holiday[0]
        locale = get_lang(self.env).code
        if holiday.date_start <= today:
            until = format_date(holiday.date_end, "d MMMM", locale=locale)
            return self.env._("%(holiday)s until %(day)s", holiday=holiday.name, day=until)
        start = format_date(holiday.date_start, "d MMMM", locale=locale)
        return self.env._("%(holiday)s from %(day)s", holiday=holiday.name, day=start)
