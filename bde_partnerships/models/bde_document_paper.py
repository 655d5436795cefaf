from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, format_datetime

from ..pdf import ink, paper
from ..rules import turns
from ..rules.paper_code import page_code, party_code, party_mark, sheet_code
from .bde_document import IN_SIGNATURE
from .bde_document_page import stylesheet

SHEETS_A_RENDERING = 40
STYLE = "bde_partnerships/static/src/css/paper.css"


class BdeDocumentSignature(models.Model):
    """Signing on paper: what is printed for a party."""

    _inherit = "bde.document.signature"

    printed_on = fields.Datetime(
        string="Printed on", readonly=True, help="When the paper edition was last printed for it."
    )

    def _paper_mark(self):
        self.ensure_one()
        return party_mark(self.role, self.party_uuid)

    def _paper_box(self, position):
        """Values of this party's box on a sheet."""
        self.ensure_one()
        left = ink.BOX_LEFT + ink.STEP_X * (position % ink.COLUMNS)
        top = ink.BOX_TOP + ink.STEP_Y * (position // ink.COLUMNS)
        return {
            "name": self.name,
            "role": self._role_label(),
            "required": self.required,
            "style": f"left:{left}mm;top:{top}mm",
        }

    def action_print_paper(self):
        """Prints the documents of these signatures with a sheet for these people alone.

        :raises UserError: when nobody of them has to sign any more
        """
        self.document_id._check_staff()
        return self.document_id._open_paper(self)

    def _paper_pdf(self):
        """Paper edition for these people: the text, and a sheet with their boxes.

        :rtype: bytes
        """
        return self.document_id._paper_pdf(self)


class BdeDocumentVersion(models.Model):
    _inherit = "bde.document.version"

    def _paper_parties(self):
        """Its signatures in an order that never changes: sheets name them by their position."""
        self.ensure_one()
        return self.signature_ids.sorted("id")


class BdeDocument(models.Model):
    """Signing on paper: the pages of the signed PDF with a code on each, and sheets to sign."""

    _inherit = "bde.document"

    on_paper = fields.Boolean(
        string="Paper for who has no address",
        readonly=True,
        copy=False,
        help="Sent although some have neither e-mail nor phone: these sign on paper.",
    )

    # ------------------------------------------------------------
    # VERBS
    # ------------------------------------------------------------

    def action_print_paper(self):
        """Prints these documents with a sheet for all who have not signed.

        :raises UserError: when none of them is out for signature
        """
        self._check_staff()
        return self._open_paper()

    def _open_paper(self, signatures=None):
        """Action that opens the PDF; says how many documents have nothing to print."""
        # sudo: the engine's own columns; callers checked that the user may write the documents
        documents = self.sudo()._printable()
        wanted = documents.signature_ids if signatures is None else signatures.sudo()
        wanted = wanted.filtered(
            lambda s: s.document_id in documents and s.is_current and s.state in turns.OPEN
        )
        if not wanted:
            raise UserError(
                self.env._(
                    "Nothing to print: a paper edition is made of what is out for signature, for"
                    " those who have not signed yet. Send the document first."
                )
            )
        wanted.write({"printed_on": fields.Datetime.now()})
        ids = ",".join(map(str, (wanted.document_id if signatures is None else wanted).ids))
        kind = "documents" if signatures is None else "signatures"
        opened = {
            "type": "ir.actions.act_url",
            "url": f"/bde/paper?{kind}={ids}",
            "target": "new",
        }
        left_out = len(self) - len(wanted.document_id)
        if not left_out:
            return opened
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "message": self.env._(
                    "%(count)s documents are left out: they are not out for signature.",
                    count=left_out,
                ),
                "next": opened,
            },
        }

    def _printable(self):
        return self.filtered(lambda d: d.state in IN_SIGNATURE and not d.correcting_since)

    # ------------------------------------------------------------
    # PDF
    # ------------------------------------------------------------

    def _paper_pdf(self, signatures=None):
        """Paper edition of these documents, one after the other, ready to print.

        The text is the PDF of the current version, whose hash is signed; each page bears a
        code and names that hash. Then come the sheets to sign. Documents that are not out for
        signature are left out; the caller checked the rights.

        :param signatures: whose boxes stand on the sheets; all open ones by default
        :raises UserError: when nothing is left to print
        :rtype: bytes
        """
        # sudo: the caller checked the rights; versions without PDF are rendered here
        documents = self.sudo()._printable()
        wanted = documents.signature_ids if signatures is None else signatures.sudo()
        wanted = wanted.filtered(lambda s: s.is_current and s.state in turns.OPEN)
        documents &= wanted.document_id
        if not documents:
            raise UserError(self.env._("Nothing to print: nobody has to sign on paper."))
        return paper.edition(documents._paper_parts(wanted.grouped("document_id")))

    def _paper_parts(self, boxes):
        """Parts of the edition, a batch of sheets at a time; see :func:`paper.edition`."""
        for documents in self._as_engine():
            documents.version_id._ensure_pdf()
            for start in range(0, len(documents), SHEETS_A_RENDERING):
                batch = documents[start : start + SHEETS_A_RENDERING]
                sheets = {document: document._paper_sheets(boxes[document]) for document in batch}
                pdf = batch._render_sheets(sheets)
                first = 0
                for document, own in sheets.items():
                    version = document.version_id
                    yield paper.Part(version.pdf_attachment_id.raw, document._paper_stamp())
                    yield paper.Part(pdf, pages=list(range(first, first + len(own))))
                    first += len(own)

    def _paper_stamp(self):
        """What stands below each page of the text."""
        self.ensure_one()
        version, token, number = self.version_id, self.check_token, self.number

        def stamp(page, count):
            return page_code(token, version.serial, page), [
                self.env._(
                    "%(number)s · version %(version)s · page %(page)s of %(count)s",
                    number=number,
                    version=version.serial,
                    page=page,
                    count=count,
                ),
                self.env._("Paper edition. SHA-256 of the PDF that is signed:"),
                version.pdf_sha256,
            ]

        return stamp

    def _paper_sheets(self, signatures):
        """Values of the sheets of one document, with the boxes of these signatures."""
        self.ensure_one()
        version = self.version_id
        parties = version._paper_parties()
        wanted = [s for s in parties if s in signatures]
        summary = self._concrete_one()._document_summary(version._content())
        common = {
            "document": self,
            "kind": self._kind_label(),
            "title": summary["title"],
            "facts": list(summary["facts"])[:6],
            "version": version,
            "school": self.company_id,
            "given": self._paper_given(),
            "until": format_date(self.env, self.deadline) if self.deadline else "",
        }
        chunks = [
            wanted[start : start + ink.BOXES_A_SHEET]
            for start in range(0, len(wanted), ink.BOXES_A_SHEET)
        ]
        return [
            common
            | {
                "boxes": [s._paper_box(position) for position, s in enumerate(chunk)],
                "part": f"{number}/{len(chunks)}" if len(chunks) > 1 else "",
                "qr": version._qr_svg(self._sheet_code(chunk, parties)),
            }
            for number, chunk in enumerate(chunks, 1)
        ]

    def _sheet_code(self, chunk, parties):
        token, serial = self.check_token, self.version_id.serial
        if len(chunk) == 1:
            return party_code(token, serial, chunk[0]._paper_mark())
        order = list(parties)
        return sheet_code(token, serial, [order.index(signature) for signature in chunk])

    def _paper_given(self):
        """Who has signed already, for those who sign after them."""
        zone = self.company_id.bde_tz
        done = self.signature_ids.filtered(lambda s: s.state in turns.DONE)
        return [
            (
                s.name,
                s._role_label(),
                format_datetime(self.env, s.signed_on, tz=zone, dt_format="short"),
            )
            for s in done
        ]

    def _render_sheets(self, sheets):
        """PDF of all sheets of a batch: each is one page, as its style says."""
        values = {
            "sheets": [sheet for own in sheets.values() for sheet in own],
            "css": stylesheet(STYLE),
            "lang": (self[:1].lang or "fr_FR").split("_")[0],
        }
        html = self.env["ir.qweb"]._render(
            "bde_partnerships.document_paper_sheets", values, minimal_qcontext=True
        )
        return self.env["bde.document.version"]._render_html(f"<!DOCTYPE html>\n{html}")

    # ------------------------------------------------------------
    # SCANS
    # ------------------------------------------------------------

    def _paper_scans(self):
        """Pictures (JPEG) of the recorded pages of these documents, in order.

        :return: ``ir.attachment`` in sudo
        """
        # sudo: callers may read the documents; the files hang on their versions
        scans = self.env["bde.paper.scan"].sudo()
        return scans.search([("document_id", "in", self.ids), ("state", "=", "recorded")]).mapped(
            "attachment_id"
        )


class BdeDocumentMixin(models.AbstractModel):
    """The paper road on the records that are signed."""

    _inherit = "bde.document.mixin"

    def action_print_paper(self):
        """Prints these documents, to be signed on paper."""
        return self.document_id.action_print_paper()

    def action_send_on_paper(self):
        """Sends documents although some parties have no address: these sign on paper.

        :return: the paper edition, or what stopped the documents from being sent
        """
        self.document_id._check_staff()
        # sudo: a mark of the engine, whose verb this is
        self.document_id.sudo().write({"on_paper": True})
        result = self.action_send()
        return self.action_print_paper() if result is True else result

    def _unreachable_parties(self):
        return [] if self.on_paper else super()._unreachable_parties()
