from odoo import api, fields, models

from odoo.addons.bde_partnerships.models.bde_document import EDITABLE, IN_SIGNATURE

from .bde_period import PLACEMENT_STAGES

HOST_DAYS = 35  # a host is found five weeks before the departure
LEAVE_DAYS = 7
ANSWER_DAYS = 7  # a host who was asked for a correction answers within a week
NOT_SIGNED = tuple(
    state
    for stage in ("to_place", "hosting", "to_make", "to_sign")
    for state in PLACEMENT_STAGES[stage]
)

# pupils who have a host, whose convention somebody has yet to sign
BEGUN_UNSIGNED = ("agreed", *EDITABLE, *IN_SIGNATURE)


class BdeHome(models.AbstractModel):
    """What placements ask for: pupils without a host, agreements to check, departures."""

    _inherit = "bde.home"

    @api.model
    def _home_cards(self):
        cards = super()._home_cards()
        if followed := self._home_companies("teacher", "secretary"):
            cards += self._home_cards_hosts(followed)
        if own := self._home_companies("secretary"):
            cards += self._home_cards_bureau(own) + self._home_cards_amendments(own)
        if staffed := self._home_companies("teacher", "secretary", "school_life", "intendance"):
            cards += self._home_cards_departures(staffed)
        if academies := self._home_companies("correspondent"):
            cards += self._home_cards_figures(academies)
        return cards

    @api.model
    def _home_steps(self):
        steps = super()._home_steps()
        if self._home_companies("manager"):
            steps.append(
                {
                    "sequence": 50,
                    "label": self.env._("Open the first period"),
                    "help": self.env._("Its classes and dates; the placements are made in one go."),
                    "action": {"xmlid": "bde_pfmp.action_period"},
                    "done": bool(self.env["bde.period"].search_count([], limit=1)),
                }
            )
        return sorted(steps, key=lambda step: step["sequence"])

    # ------------------------------------------------------------
    # Helpers
    # ------------------------------------------------------------

    def _home_days(self, number):
        """Today and the day in so many days, at the school, as texts of a domain."""
        today = self.env.company._bde_today()
        return [fields.Date.to_string(day) for day in (today, fields.Date.add(today, days=number))]

    def _home_placement_card(self, domain, xmlid="bde_pfmp.action_placement_to_place", **card):
        return card | {
            "count": self.env["bde.placement"].search_count(domain),
            "action": {
                "xmlid": xmlid,
                "domain": domain,
                "name": card["label"],
            },
        }

    # ------------------------------------------------------------
    # Cards
    # ------------------------------------------------------------

    def _home_cards_hosts(self, company_ids):
        today, soon = self._home_days(HOST_DAYS)
        _today, week_ago = self._home_days(-ANSWER_DAYS)
        own = ("company_id", "in", company_ids)
        count = self.env["bde.hosting"].search_count
        submitted = [own, ("state", "=", "submitted")]
        unanswered = [own, ("state", "=", "returned"), ("returned_on", "<", week_ago)]
        action = "bde_pfmp.action_hosting"
        return [
            self._home_placement_card(
                [
                    own,
                    ("state", "in", PLACEMENT_STAGES["to_place"]),
                    ("date_start", "<=", soon),
                    ("date_end", ">=", today),
                    # after an interruption the days run, with or without a host
                    "|",
                    ("date_start", ">=", today),
                    ("replaces_id", "!=", False),
                ],
                section="late",
                sequence=10,
                label=self.env._("Pupils without a host"),
                help=self.env._("Their period begins within five weeks, or was interrupted."),
                tone="danger",
            ),
            {
                "section": "next",
                "sequence": 10,
                "label": self.env._("Agreements to check"),
                "help": self.env._("Filled in by the hosts: accept them or send them back."),
                "count": count(submitted),
                "action": {"xmlid": action, "domain": submitted},
                "tone": "warning",
            },
            {
                "section": "late",
                "sequence": 30,
                "label": self.env._("Hosts who have not corrected"),
                "help": self.env._("Sent back a week ago and more: call them."),
                "count": count(unanswered),
                "action": {"xmlid": action, "domain": unanswered},
                "tone": "warning",
            },
        ]

    def _home_cards_bureau(self, company_ids):
        own = ("company_id", "in", company_ids)
        today, _soon = self._home_days(0)
        coming = [own, ("date_end", ">=", today)]
        return [
            self._home_placement_card(
                [*coming, ("state", "in", ("agreed", "draft"))],
                section="next",
                sequence=20,
                label=self.env._("Conventions to make"),
                help=self.env._("The host has agreed."),
                tone="info",
            ),
            self._home_placement_card(
                [*coming, ("state", "=", "to_check")],
                section="next",
                sequence=25,
                label=self.env._("Conventions to check and send"),
                help=self.env._("Read the PDF, then send them all in one go."),
                tone="info",
            ),
            self._home_placement_card(
                [own, ("date_start", ">=", today), ("referent_id", "=", False)],
                section="next",
                sequence=30,
                label=self.env._("Pupils without a referent teacher"),
                help=self.env._("Share them among the teachers of the class."),
                tone="info",
            ),
            self._home_placement_card(
                [*coming, ("date_start", "<", today), ("state", "in", BEGUN_UNSIGNED)],
                section="late",
                sequence=4,
                label=self.env._("Period begun, convention not signed"),
                help=self.env._("The pupil is not covered: he stays at school until all signed."),
                tone="danger",
            ),
        ]

    def _home_cards_amendments(self, company_ids):
        today, _soon = self._home_days(0)
        own = ("company_id", "in", company_ids)
        drafts = [own, ("state", "in", EDITABLE)]
        overdue = [own, ("is_open", "=", True), ("date_effect", "<=", today)]
        count = self.env["bde.amendment"].search_count
        return [
            {
                "section": "late",
                "sequence": 6,
                "label": self.env._("Amendments whose day has come, not signed"),
                "help": self.env._("What they change does not hold until all have signed."),
                "count": count(overdue),
                "action": {"xmlid": "bde_pfmp.action_amendment", "domain": overdue},
                "tone": "danger",
            },
            {
                "section": "next",
                "sequence": 27,
                "label": self.env._("Amendments to send"),
                "help": self.env._("Begun and not sent for signature yet."),
                "count": count(drafts),
                "action": {"xmlid": "bde_pfmp.action_amendment", "domain": drafts},
                "tone": "info",
            },
        ]

    def _home_cards_departures(self, company_ids):
        today, soon = self._home_days(LEAVE_DAYS)
        own = ("company_id", "in", company_ids)
        leaving = [own, ("date_start", ">=", today), ("date_start", "<=", soon)]
        away = [
            own,
            ("state", "in", ("signed", "running")),
            ("date_start", "<=", today),
            ("date_end", ">=", today),
            # days off that an amendment agreed to
            (
                "term_ids",
                "not any",
                [
                    ("is_absent", "=", True),
                    ("date_from", "<=", today),
                    ("date_to", ">=", today),
                ],
            ),
        ]
        return [
            self._home_placement_card(
                [*leaving, ("state", "in", NOT_SIGNED)],
                xmlid="bde_pfmp.action_placement_departure",
                section="late",
                sequence=5,
                label=self.env._("Leave within 7 days, not signed"),
                help=self.env._("Without a signed convention the pupil stays at school."),
                tone="danger",
            ),
            self._home_placement_card(
                away,
                section="figures",
                sequence=20,
                label=self.env._("Pupils in companies today"),
                tone="success",
            ),
        ]

    def _home_cards_figures(self, academy_ids):
        """Totals of the académie for its correspondents, from the counted figures."""
        today = fields.Date.to_string(self.env.company._bde_today())
        domain = [
            ("company_id", "in", academy_ids),
            ("school_year_id.date_start", "<=", today),
            ("school_year_id.date_end", ">=", today),
        ]
        [(pupils, placements, signed, without_host)] = self.env["bde.school.figures"]._read_group(
            domain,
            aggregates=[
                "pupil_count:sum",
                "placement_count:sum",
                "signed_count:sum",
                "to_place_count:sum",
            ],
        )
        rows = [
            (self.env._("Pupils"), pupils, "muted"),
            (self.env._("Placements"), placements, "info"),
            (self.env._("Conventions signed"), signed, "success"),
            (self.env._("Placements without a host"), without_host, "warning"),
        ]
        return [
            {
                "section": "figures",
                "sequence": 60 + rank,
                "label": label,
                "count": count or 0,
                "action": {"xmlid": "bde_pfmp.action_school_figures"},
                "tone": tone,
            }
            for rank, (label, count, tone) in enumerate(rows)
        ]
