from odoo import api, models
from odoo.fields import Domain

# results are out at the beginning of July; a month later somebody should have them
RESULTS_MONTHS = 1
# who left longer ago is not looked for any more
LOOKED_FOR_MONTHS = 24


class BdeHome(models.AbstractModel):
    """What the follow-up of those who leave asks for."""

    _inherit = "bde.home"

    @api.model
    def _home_cards(self):
        cards = super()._home_cards()
        if schools := self._home_companies("secretary"):
            cards += self._home_alumni_cards(schools)
        return cards

    @api.model
    def _home_alumni_cards(self, schools):
        """Cards of the leavers; constant queries."""
        Alumnus = self.env["bde.alumnus"]
        own = Domain("company_id", "in", schools)
        alive = Domain([("is_deceased", "=", False), ("no_more_on", "=", False)])
        unreached = (
            own
            & alive
            & Domain("email", "=", False)
            & Domain("phone", "=", False)
            & Domain("contact_erased_on", "=", False)
            & (
                Domain([("has_left", "=", False), ("stays_on", "=", False)])
                | Domain("left_on", ">=", f"today -{LOOKED_FOR_MONTHS}m")
            )
        )
        results = (
            own
            & Domain("diploma_result", "=", "unknown")
            & Domain("has_left", "=", True)
            & Domain("left_before_end", "=", False)
            & Domain("is_deceased", "=", False)
            & Domain("left_on", "<", f"today -{RESULTS_MONTHS}m")
            & Domain("left_on", ">=", f"today -{LOOKED_FOR_MONTHS}m")
        )
        untold = (
            own
            & alive
            & Domain([("informed_on", "=", False), ("welcome_asked_on", "=", False)])
            & Domain("left_on", ">=", f"today -{LOOKED_FOR_MONTHS}m")
        )
        lines = self.env["bde.alumni.import.line"]
        waiting = own & Domain("waits", "=", True)
        action = "bde_alumni.action_alumnus"
        return [
            self._home_unprepared_card(schools),
            {
                "section": "late",
                "sequence": 60,
                "label": self.env._("Leavers without a private address"),
                "help": self.env._("Addresses of the school stop on the last day: ask in class."),
                "count": Alumnus.search_count(unreached),
                "action": {"xmlid": action, "domain": list(unreached), "context": {}},
                "tone": "warning",
            },
            {
                "section": "next",
                "sequence": 81,
                "label": self.env._("Leavers not told of the follow-up"),
                "help": self.env._("Nothing is asked of them before: sheet in class, or e-mail."),
                "count": Alumnus.search_count(untold),
                "action": {"xmlid": action, "domain": list(untold), "context": {}},
                "tone": "info",
            },
            {
                "section": "next",
                "sequence": 82,
                "label": self.env._("Diploma results missing"),
                "help": self.env._("Load the list of results: Alumni, Results and lists."),
                "count": Alumnus.search_count(results),
                "action": {"xmlid": action, "domain": list(results), "context": {}},
                "tone": "info",
            },
            {
                "section": "late",
                "sequence": 62,
                "label": self.env._("Rows of lists to resolve"),
                "help": self.env._("Nobody was found for them: say who it is."),
                "count": lines.search_count(waiting),
                "action": {
                    "xmlid": "bde_alumni.action_alumni_import_line",
                    "domain": list(waiting),
                },
                "tone": "warning",
            },
        ]

    @api.model
    def _home_unprepared_card(self, schools):
        """Final-year pupils of the running year who are no alumni yet."""
        companies = self.env["res.company"].browse(schools)
        divisions = companies._bde_final_divisions()
        students = divisions._final_students().filtered(lambda one: not one.follow_up_objected_on)
        waiting = students.filtered(lambda one: not one.alumnus_ids)
        return {
            "section": "next",
            "sequence": 80,
            "label": self.env._("Final-year pupils to prepare"),
            "help": self.env._("One click: their private address is asked while they are there."),
            "count": len(waiting),
            "action": {"xmlid": "bde_alumni.action_alumni_prepare"},
            "tone": "info",
        }
