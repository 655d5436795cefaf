from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date, formatLang

from odoo.addons.bde_partnerships.models.bde_document_page import stylesheet

from ..rules import attestation_sheet
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
        help="Whatever their reason: half days count 0.5.",
    )
    absence_hours = fields.Float(
        string="Hours of absence", help="Hours that were missed besides whole days."
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

    @api.depends(
        "absence_days",
        "absence_hours",
        "placement_id.presence_days",
        "placement_id.total_hours",
    )
    def _compute_effective(self):
        for convention in self:
            placement = convention.placement_id
            days, minutes = attestation_sheet.effective(
                placement.presence_days,
                round(placement.total_hours * 60),
                convention.absence_days,
                round(convention.absence_hours * 60),
            )
            convention.effective_days = days
            convention.effective_hours = minutes / 60

    @api.constrains("absence_days", "absence_hours")
    def _check_absences(self):
        for convention in self:
            placement = convention.placement_id
            missed = convention.absence_days * placement.total_hours
            mean_missed = missed / placement.presence_days if placement.presence_days else 0
            if (
                convention.absence_days < 0
                or convention.absence_hours < 0
                or mean_missed + convention.absence_hours > placement.total_hours
            ):
                raise ValidationError(
                    self.env._(
                        "%(pupil)s cannot have missed more than the %(days)s days of the stay.",
                        pupil=convention.student_name,
                        days=placement.presence_days,
                    )
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
        todo = self.filtered(lambda convention: convention.state != "attested")
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
        """PDF/A-3a of the attestations, made of what was signed and of the presence typed.

        :rtype: bytes
        """
        self._check_over()
        pages = []
        for convention in self:
            # sudo: the signed content; the reader was checked on the convention itself
            content = convention.sudo().version_id._content()
            total = convention.gratification_total
            presence = (convention.effective_days, round(convention.effective_hours * 60))
            paid = formatLang(self.env, total, currency_obj=convention.currency_id)
            pages.append(
                {
                    "sheet": attestation_sheet.attestation(
                        content, presence, paid if total else None, convention._stay()
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
