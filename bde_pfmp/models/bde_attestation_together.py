from odoo import fields, models

from odoo.addons.bde_partnerships.models.bde_document import IN_SIGNATURE, SIGNED
from odoo.addons.bde_partnerships.rules.signer import fold_phone

# Beside the one of the page: each is made and rendered before the code leaves, while the person
# waits. The others are offered once these are signed.
MOST_BESIDE = 9


class BdeLink(models.Model):
    """One code for several attestations: what it was asked for, and links of other schools."""

    _inherit = "bde.link"

    code_for = fields.Char(
        string="Code asked for",
        readonly=True,
        groups=fields.NO_ACCESS,
        help="Attestations that the last code was asked for: it signs these and no other.",
    )

    def _elsewhere(self):
        """Links by which other schools wrote to the same person, the last one of each.

        Name and address are the same (the key of the person), each of these schools sent its own
        link there, and this one came by the same road: whoever holds it holds the others.
        """
        self.ensure_one()
        road = "email" if self.email else "sms"
        if not self.signer_key or self.channel != road:
            return self.browse()
        links = self.search(
            [
                ("purpose", "=", "stay"),
                ("signer_key", "=", self.signer_key),
                ("company_id", "!=", self.company_id.id),
                ("channel", "=", road),
                ("revoked", "=", False),
                ("expires_on", ">", fields.Datetime.now()),
            ],
            order="id desc",
        )
        last = {}
        for link in links:
            last.setdefault(link.company_id, link)
        return self.browse().union(*last.values())

    def _shares_code(self, link):
        """Whether the code of a link goes to an address that this school knows too, and may be
        used here: codes are not closed.
        """
        channel, address = link._code_target()
        if channel == "sms":
            known = fold_phone(self.phone) == fold_phone(address)
        else:
            known = (self.email or "").strip().casefold() == (address or "").strip().casefold()
        return bool(channel) and known and not self._locked_until()


class BdePlacement(models.Model):
    """One code for the attestations of all trainees of a person, of all schools.

    As on the signing page: each school has its own document, its own version and its own
    signature; the person reads them all and signs them in one act.
    """

    _inherit = "bde.placement"

    def _attestation_is_waited_for(self):
        """Whether the host of one stay may certify it now."""
        convention = self.convention_id
        return (
            convention.state != "closed" and convention._is_over() and not convention._is_attested()
        )

    def _attestations_beside(self, link):
        """Other stays whose attestation the reader may sign in the same act.

        :return: ({placement: the link of its school}, schools where something waits but whose
            code would go elsewhere); placements are in the company of their school
        """
        beside, apart = {}, self.env["res.company"]
        employer = self.host_id.commercial_partner_id
        for own in link | link._elsewhere():
            own = own._as_school().with_context(lang=link.lang)
            waiting = own._stays().filtered(
                lambda one, own=own: (
                    one.id != self.id
                    and "host" in one._stay_roles(own._person_refs())
                    # another school is not told of his other companies
                    and (own == link or one.host_id.commercial_partner_id == employer)
                    and one._attestation_is_waited_for()
                )
            )
            if own == link or not waiting or own._shares_code(link):
                beside |= dict.fromkeys(waiting, own)
            else:
                apart |= own.company_id
        # what is out for signature comes first: a code that was asked for it must find it
        first = sorted(beside, key=lambda one: not one._attestation_out())[:MOST_BESIDE]
        return {stay: beside[stay] for stay in first}, apart

    def _attestation_entries(self, beside, apart, link):
        """The other stays as the form of the days shows them."""
        several = any(own != link for own in beside.values())
        return {
            "beside": [
                {
                    "uuid": stay.convention_id.uuid,
                    "pupil": stay.student_id.name,
                    "school": several and own.company_id.name,
                    **stay._attestation_days_entry(),
                }
                for stay, own in beside.items()
            ],
            "apart": ", ".join(apart.mapped("name")),
        }

    def _attestation_days_entry(self):
        """What is filled in of one stay: days, how they were counted, gratification."""
        convention = self.convention_id
        attestation = convention._attestation()
        return {
            "days": (attestation or convention).effective_days,
            "text": self._attestation_counted_text(),
            "asks_gratification": bool(self.gratification),
            "paid": attestation.gratification_total or convention.gratification_total,
        }

    def _attestation_papers(self, link):
        """What the running code signs, this stay first: {placement: the link of its school}."""
        wanted = (link.code_for or "").split()
        papers = {self: link} | self._attestations_beside(link)[0]
        return {
            stay: own
            for stay, own in papers.items()
            if stay._attestation_out() and stay.convention_id._attestation().uuid in wanted
        }

    def _attestation_out(self):
        return self.convention_id._attestation().state in IN_SIGNATURE

    def _attestation_paper_entries(self, papers):
        """The papers as the form of the code shows them; the first one is of this page."""
        several = len(set(papers.values())) > 1
        entries = []
        for stay, own in papers.items():
            attestation = stay.convention_id._attestation()
            version = attestation.version_id
            summary = attestation._document_summary(version._content())
            entries.append(
                {
                    "uuid": attestation.uuid,
                    "title": summary["title"],
                    "school": several and own.company_id.name,
                    "facts": summary["facts"],
                    "sha256": version.content_sha256,
                    "value": f"{attestation.uuid}:{version.content_sha256}",
                }
            )
        return entries

    def _attestations_signed_together(self, link):
        """How many attestations the last code of a link signed."""
        uuids = (link.code_for or "").split()
        # sudo: counted for who signed them, over his schools
        documents = self.env["bde.document"].sudo().search([("uuid", "in", uuids)])
        return len(documents.filtered(lambda document: document.state in SIGNED))
