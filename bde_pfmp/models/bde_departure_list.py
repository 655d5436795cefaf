from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date, format_datetime

from odoo.addons.bde_partnerships.models.bde_document_page import stylesheet

from ..rules import departure as rules

STYLE = "bde_pfmp/static/src/css/departure.css"
HEADER_BUTTONS = ("action_release", "action_hold", "action_forget_decision")


class BdePlacement(models.Model):
    """The list of departures: on the screen, on a phone, on paper."""

    _inherit = "bde.placement"

    leaves_next = fields.Boolean(
        string="Leaves on the next school day",
        compute="_compute_leaves_next",
        search="_search_leaves_next",
        help="On the eve of a break, its whole length and the first day after it.",
    )

    @api.depends("date_start", "company_id")
    def _compute_leaves_next(self):
        spans = {company: company._bde_until_next_class() for company in self.company_id}
        for placement in self:
            today, until = spans[placement.company_id]
            placement.leaves_next = today < placement.date_start <= until

    @api.model
    def _search_leaves_next(self, operator, value):
        if operator != "in":
            return NotImplemented
        domains = []
        for company in self.env.companies:
            today, until = company._bde_until_next_class()
            domains.append(
                Domain("company_id", "=", company.id)
                & Domain("date_start", ">", today)
                & Domain("date_start", "<=", until)
            )
        found = Domain.OR(domains)
        if set(value) >= {True, False}:
            return Domain.TRUE
        return found if True in value else ~found

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return (*key, bool(view_type == "list" and self._companies_to_decide()))

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """The buttons of the head are his and his delegate's: a delegate is no group."""
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "list" and not self._companies_to_decide():
            for button in arch.xpath("//header/button"):
                if button.get("name") in HEADER_BUTTONS:
                    button.getparent().remove(button)
        return arch, view

    # ------------------------------------------------------------
    # Paper
    # ------------------------------------------------------------

    def action_print_departures(self):
        """The list of departures of these pupils as a PDF, a page a class."""
        if not self:
            raise UserError(self.env._("Choose the pupils first."))
        return {
            "type": "ir.actions.act_url",
            "url": f"/bde/departures?ids={','.join(map(str, self.ids))}",
            "target": "new",
        }

    def _departures_pdf(self):
        """PDF of the departures, a page a class and school.

        :rtype: bytes
        """
        self.check_access("read")
        values = {
            "classes": self._departure_classes(),
            "lang": (self.env.lang or "fr").partition("_")[0],
            "printed": format_datetime(
                self.env, fields.Datetime.now(), tz=self.company_id[:1].bde_tz or "Europe/Paris"
            ),
            "css": stylesheet(STYLE),
        }
        html = self.env["bde.document.mixin"]._render_page("bde_pfmp.departure_document", values)
        return self.env["bde.document.version"]._render_html(html)

    def _departure_classes(self):
        """The pages of the list, class by class: dicts of what stands on each."""
        groups = dict(self._fields["departure_group"]._description_selection(self.env))
        regimes = dict(self.env["bde.schooling"]._fields["regime"]._description_selection(self.env))
        # sudo: name of the school, for the head of the page
        schools = {company: company.sudo().name for company in self.company_id}
        ordered = self.sorted(
            lambda one: (one.division_id.name or "", one.date_start, one.student_name or "")
        )
        pages = []
        for (company, division), placements in ordered.grouped(
            lambda one: (one.company_id, one.division_id)
        ).items():
            parts = placements.grouped("departure_group")
            pages.append(
                {
                    "school": schools[company],
                    "division": division.name or self.env._("Without a class"),
                    # sudo: who heads the class, for the head of the page
                    "principals": ", ".join(division.sudo().principal_ids.mapped("name")),
                    "count": len(placements),
                    "groups": [
                        {
                            "key": key,
                            "label": label,
                            "lines": [one._departure_line(regimes) for one in parts[key]],
                        }
                        for key, label in groups.items()
                        if key in parts
                    ],
                }
            )
        return pages

    def _departure_line(self, regimes):
        """One pupil on paper."""
        return {
            "pupil": self.student_name,
            "regime": regimes.get(self.regime, ""),
            "from": format_date(self.env, self.date_start, date_format="EEE d MMM"),
            "to": format_date(self.env, self.date_end, date_format="EEE d MMM"),
            "host": self.host_id.name or "",
            "town": self.host_id.city or "",
            "referent": self.referent_id.name or "",
            "missing": self.departure_missing or "",
            "decision": self.departure_decision if self.departure in ("released", "held") else "",
        }


class BdePeriod(models.Model):
    _inherit = "bde.period"

    def action_departure_list(self):
        """Who leaves for these periods and who stays, class by class."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "bde_pfmp.action_placement_departure"
        )
        action["domain"] = [("period_id", "in", self.ids), ("is_replaced", "=", False)]
        action["context"] = {"search_default_group_division": 1}
        if len(self) == 1:
            action["display_name"] = self.env._("Departures – %(period)s", period=self.name)
        return action


class ResCompany(models.Model):
    _inherit = "res.company"

    def _bde_until_next_class(self):
        """Today and the first day with class after it, at the school.

        :rtype: tuple of dates
        """
        self.ensure_one()
        today = self._bde_today()
        last = fields.Date.add(today, days=rules.LONGEST_BREAK)
        closed = self._bde_days_without_class(today, last)
        return today, rules.next_school_day(today, closed.__contains__)
