from odoo import models
from odoo.tools import format_date

from ..rules import partnership_sheet
from .bde_document_mixin import postal_lines
from .bde_document_page import trusted

STYLE = "bde_partnerships/static/src/css/partnership.css"


def iso(date):
    """A date as contents write it; None without one."""
    return date.isoformat() if date else None


class BdePartnership(models.Model):
    """What an agreement says, and who signs it: the hooks of the engine."""

    _inherit = "bde.partnership"

    # ------------------------------------------------------------
    # Content
    # ------------------------------------------------------------

    def _document_content(self):
        self.ensure_one()
        return {
            "template": self.template_id._template_content(),
            "school_year": self.school_year_id.name,
            "school": self._content_school(),
            "company": self._content_company(self.relation_id, self.signatory_id),
            "third": (
                self._content_company(self.other_relation_id, self.other_signatory_id)
                if self.other_relation_id
                else None
            ),
            "object": self.object or None,
            "axes": self.axis_ids.mapped("name"),
            "trainings": sorted(set(self.training_ids.mapped("display_name"))),
            "commitments": [
                {
                    "side": commitment.side,
                    "name": commitment.name,
                    "quantity": commitment.quantity or None,
                    "deadline": iso(commitment.deadline),
                }
                for commitment in self.commitment_ids
            ],
            "date_start": iso(self.date_start),
            "date_end": iso(self.date_end),
            "board_date": iso(self.board_date or self.template_id.deliberation_date),
            "framework": self._content_framework(),
            "renews": ", ".join(self.renewed_ids.mapped("number")) or None,
            "parties": [
                {
                    "uuid": party["uuid"],
                    "role": party["role"],
                    "name": party["name"],
                    "function": party["quality"] or None,
                }
                for party in self._document_parties()
            ],
        }

    def _content_school(self):
        values = super()._content_school()
        return values if self.company_id.head_id else values | {"head": None}

    def _content_company(self, relation, signatory):
        partner = relation.partner_id
        return {
            "name": partner.name,
            "siret": partner._bde_legal_siret() or None,
            "activity": partner.activity or None,
            "address": postal_lines(partner),
            "phone": partner.phone or None,
            "email": partner.email or None,
            "signatory": (
                {"name": signatory.name, "function": signatory.function or None}
                if signatory
                else None
            ),
        }

    def _content_framework(self):
        framework = self.framework_id
        return (
            framework
            and {
                "name": framework.name,
                "party": framework.party,
                "date_start": iso(framework.date_start),
                "date_end": iso(framework.date_end),
            }
            or None
        )

    # ------------------------------------------------------------
    # Parties
    # ------------------------------------------------------------

    def _document_parties(self):
        """The companies in the order they like, then the head."""
        self.ensure_one()
        parties = [
            self._contact_party("host", self.signatory_id),
            self._contact_party("third", self.other_signatory_id),
            self._head_party(),
        ]
        return self._identify_parties([party for party in parties if party["name"]])

    # ------------------------------------------------------------
    # Page and short forms
    # ------------------------------------------------------------

    def _document_html(self, content, proof=None):
        return self._page(content, proof, company=self.company_id)

    def _page(self, content, proof=None, company=None):
        """Complete page of a content.

        :param company: the school that keeps the logo named in the content
        :rtype: str
        """
        sheet = trusted(partnership_sheet.sheet(content, proof))
        values = self._page_values(sheet, content, proof, company, STYLE)
        return self._render_page("bde_partnerships.partnership_document", values)

    def _document_labels(self):
        years = {date.year for date in (self.date_start, self.date_end) if date}
        return {
            "title": self.env._("Partnership with %(company)s", company=self.partner_name),
            "batch_label": " – ".join(str(year) for year in sorted(years)),
        }

    def _document_summary(self, content):
        company, third = content["company"], content["third"]
        promised = {"school": [], "company": []}
        for row in content["commitments"]:
            count = f" ({row['quantity']})" if row["quantity"] else ""
            promised[row["side"]].append(row["name"] + count)
        facts = [
            (self.env._("School"), content["school"]["name"]),
            (self.env._("Company"), company["name"]),
            (self.env._("Third party"), third and third["name"]),
            (self.env._("About"), content["object"]),
            (self.env._("Together"), ", ".join(content["axes"])),
            (
                self.env._("Dates"),
                self.env._(
                    "From %(start)s to %(end)s",
                    start=format_date(self.env, content["date_start"]),
                    end=format_date(self.env, content["date_end"]),
                ),
            ),
            (self.env._("The company commits to"), ", ".join(promised["company"])),
            (self.env._("The school commits to"), ", ".join(promised["school"])),
        ]
        return {
            "title": self.env._("Partnership with %(company)s", company=company["name"]),
            "facts": [(label, value) for label, value in facts if value],
        }
