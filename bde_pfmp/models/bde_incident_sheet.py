from odoo import models
from odoo.tools import format_date, format_datetime

from ..rules import schedule as hours


class BdePlacement(models.Model):
    _inherit = "bde.placement"

    def _accident_pdf(self, incidents=None):
        """The procedure of an accident for the host, one page each; blank without an accident.

        In the language of the environment.

        :param incidents: accidents of these stays
        :rtype: bytes
        """
        sheets = (
            [
                incident.placement_id.with_env(self.env)._accident_sheet(incident)
                for incident in incidents
            ]
            if incidents
            else [placement._accident_sheet() for placement in self]
        )
        lang = self.env.lang or "fr_FR"
        html = self.env["ir.qweb"]._render(
            "bde_pfmp.accident_sheets",
            {"sheets": sheets, "lang": lang},
            minimal_qcontext=True,
        )
        return self.env["bde.document.version"]._render_html(f"<!DOCTYPE html>\n{html}")

    def _accident_sheet(self, incident=None):
        """What one page shows."""
        # the declaration asks for birth date and address: the host needs them once something
        # happened, teachers do not read them
        told = bool(incident) and (self.env.su or self.is_bureau)
        # sudo: what the sheet says of the stay, to staff who read it or to the host by his link
        placement = self.sudo()
        incident = incident or placement.env["bde.incident"]
        incident = incident.sudo()
        school, student, host = placement.company_id, placement.student_id, placement.host_id
        zone = school.bde_tz or "Europe/Paris"
        slots = placement._slots_by_date()
        planned = slots.get(school._bde_date_of(incident.date)) if incident else None

        def moment(value):
            return value and format_datetime(
                self.env, value, tz=zone, dt_format="EEEE d MMMM y, HH:mm"
            )

        return {
            "placement": placement,
            "school": school,
            "incident": incident,
            "until": moment(incident.declare_until),
            "when": moment(incident.date),
            "hours": hours.format_day(planned) if planned else "",
            "student": student,
            "born": told and student.birth_date and format_date(self.env, student.birth_date),
            "student_address": _address(student) if told else "",
            "host": host,
            "host_address": placement.site_address or _address(host),
            "school_address": _address(school),
            "declares": incident.declares or "host",
        }


def _address(record):
    """Address of a record on one line."""
    street = ", ".join(filter(None, (record.street, getattr(record, "street2", False))))
    return ", ".join(filter(None, (street, f"{record.zip or ''} {record.city or ''}".strip())))
