from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, formatLang

from odoo.addons.bde_partnerships.models.bde_document_page import stylesheet

from ..rules import attestation_sheet, presence
from .bde_convention_page import STYLE

ATTESTATION_STYLE = "bde_pfmp/static/src/css/attestation.css"
# States in which the stay is over, or broken off: there is something to certify.
CERTIFIABLE = ("ended", "attested", "closed", "interrupted")


class BdeConvention(models.Model):
    """What was really done, and the attestation of the host (D124-9 C. éduc.)."""

    _inherit = "bde.convention"

    absence_days = fields.Float(
        string="Days of absence",
        digits=(6, 1),
        compute="_compute_effective",
        store=True,
        precompute=True,
        help="Whatever their reason: half days count 0.5.",
    )
    absence_hours = fields.Float(
        string="Hours of absence",
        compute="_compute_effective",
        store=True,
        precompute=True,
        help="Hours that were missed besides whole days.",
    )
    effective_days = fields.Float(
        string="Days done",
        digits=(6, 1),
        compute="_compute_effective",
        store=True,
        precompute=True,
    )
    effective_hours = fields.Float(
        string="Hours done", compute="_compute_effective", store=True, precompute=True
    )
    gratification_total = fields.Monetary(
        string="Gratification paid", help="Sum that the host paid for the whole stay."
    )
    currency_id = fields.Many2one(related="company_id.currency_id")

    @api.depends(lambda self: self._effective_depends())
    def _compute_effective(self):
        """Planned, less the absences that count; most stays have none."""
        for convention in self:
            placement = convention.placement_id
            absences = placement._missed()
            slots = placement._slots_by_date() if absences else {}
            missed, beside, _minutes = presence.missed_days(slots, absences)
            done = presence.done(slots, absences)
            convention.absence_days = missed
            convention.absence_hours = beside / 60
            convention.effective_days = done.days if absences else placement.presence_days
            convention.effective_hours = done.minutes / 60 if absences else placement.total_hours

    @api.model
    def _effective_depends(self):
        """Fields that days done are counted from."""
        of_absences = ("date_from", "date_to", "part", "minutes", "total_days", "state")
        of_stay = ("presence_days", "total_hours", *self.env["bde.placement"]._hours_depends())
        return (
            *(f"placement_id.absence_ids.{name}" for name in of_absences),
            *(f"placement_id.{name}" for name in of_stay),
        )

    def _is_over(self):
        """Whether it can be certified: from the last day of the stay on."""
        self.ensure_one()
        if self.state in CERTIFIABLE:
            return True
        return self.state in ("signed", "running") and (
            self.date_end <= self.company_id._bde_today()
        )

    def _check_over(self):
        early = self.filtered(lambda convention: not convention._is_over())
        if early:
            raise UserError(
                self.env._(
                    "The attestation is given on the last day of a signed convention. "
                    "Too early for: %(pupils)s.",
                    pupils=", ".join(
                        f"{c.student_name} ({format_date(self.env, c.date_end)})" for c in early
                    ),
                )
            )

    # ------------------------------------------------------------
    # Verbs
    # ------------------------------------------------------------

    def action_print_attestation(self):
        """One PDF with a page for each of these pupils, ready for the hosts to sign.

        :raises UserError: before the last day of a stay
        """
        self._check_over()
        return {
            "type": "ir.actions.act_url",
            "url": f"/bde/attestations?ids={','.join(map(str, self.ids))}",
            "target": "new",
        }

    def action_record_attestation(self):
        """The attestations came back, signed by the hosts.

        :raises UserError: before the last day of a stay
        """
        self.document_id._check_staff()
        self._check_over()
        # what was broken off or closed stays so: the day of its attestation is noted
        todo = self.filtered(lambda one: one.state not in ("attested", "closed", "interrupted"))
        for documents in todo.document_id._as_engine():
            documents._lock()
            documents._log("state", {"state": "attested"})
            documents._set_state("attested")
        return True

    # ------------------------------------------------------------
    # Page
    # ------------------------------------------------------------

    def _stay(self):
        """What became of the stay that was signed, for :mod:`rules.attestation_sheet`."""
        self.ensure_one()
        return {
            "date_start": self.date_start.isoformat(),
            "date_end": self.date_end.isoformat(),
            "interrupted": bool(self.interrupted_on),
            "amendments": self._signed_amendments().sorted("rank").mapped("number"),
        }

    def _attestation_pdf(self):
        """PDF/A-3a of the attestations, made of what was signed and of the days done.

        :rtype: bytes
        """
        self._check_over()
        pages = []
        for convention in self:
            # sudo: the signed content; the reader was checked on the convention itself
            content = convention.sudo().version_id._content()
            total = convention.gratification_total
            done = (convention.effective_days, round(convention.effective_hours * 60))
            paid = formatLang(self.env, total, currency_obj=convention.currency_id)
            pages.append(
                {
                    "sheet": attestation_sheet.attestation(
                        content, done, paid if total else None, convention._stay()
                    ),
                    **self._page_letterhead(content, convention.company_id),
                    "qr": self._document_qr(content),
                }
            )
        names = {page["sheet"]["title"] for page in pages}
        values = {
            "pages": pages,
            "title": " · ".join([*sorted(names), *filter(None, self.mapped("division_id.name"))]),
            "css": stylesheet(STYLE, ATTESTATION_STYLE),
        }
        html = self._render_page("bde_pfmp.attestation_document", values)
        return self.env["bde.document.version"]._render_html(html)
