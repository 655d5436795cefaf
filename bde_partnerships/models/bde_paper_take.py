import base64
from io import BytesIO

from PIL import Image

from odoo import api, models
from odoo.exceptions import AccessError

from ..pdf import scan as reader
from ..rules import paper_code
from ..rules.canonical import sha256_hex


class BdePaperScan(models.Model):
    """Files that are handed in: read, cut into pages, matched by the codes on them."""

    _inherit = "bde.paper.scan"

    @api.model
    def _take_in(self, company, files):
        """Reads files and makes one record of each page that is not blank.

        A file that cannot be read stops no other; constant queries.

        :param company: the school
        :param list files: (name, bytes)
        :return: the pages, and the sentences about what was left out
        """
        if not self.env.su and company.id not in self.env.user._bde_company_ids("secretary"):
            raise AccessError(self.env._("Only who keeps the documents hands in scans."))
        # sudo: pages are made by this method alone, of a school where the user is staff
        Scan = self.sudo().with_company(company).with_context(allowed_company_ids=company.ids)
        digests = {name: sha256_hex(data) for name, data in files}
        known = set(
            Scan.search(
                [("company_id", "=", company.id), ("file_sha256", "in", list(digests.values()))]
            ).mapped("file_sha256")
        )
        rows, notes, left = [], [], reader.MAX_PAGES
        for name, data in files:
            digest = digests[name]
            if digest in known:
                notes.append(self.env._("%(file)s was handed in already.", file=name))
                continue
            known.add(digest)
            try:
                pages = reader.read_pages(data, left)
            except reader.ScanError as error:
                notes.append(f"{name}: {self._why_unread(error)}")
                continue
            left -= len(pages)
            if blank := sum(page.blank for page in pages):
                notes.append(
                    self.env._("%(file)s: %(count)s blank pages left out.", file=name, count=blank)
                )
            rows += [(name, digest, page) for page in pages if not page.blank]
        return Scan._make_pages(company, rows).with_env(self.env), notes

    @api.model
    def _why_unread(self, error):
        """Sentence for a file that cannot be read, and what to do."""
        values = {"pages": reader.MAX_PAGES} | error.values
        return {
            "empty": self.env._("the file is empty."),
            "too_large": self.env._(
                "larger than 50 MB: scan in black and white, or hand it in by parts."
            ),
            "heic": self.env._(
                "HEIC pictures of iPhones cannot be read: choose “Most compatible” in the settings"
                " of the camera, or send the photo as JPEG."
            ),
            "encrypted": self.env._("protected by a password: save it without."),
            "malformed": self.env._("damaged: scan or take it again."),
            "too_many_pages": self.env._(
                "too many pages: at most %(max)s at once, hand it in by parts.",
                max=reader.MAX_PAGES,
            ),
            "too_many_pixels": self.env._(
                "page %(page)s is a picture of more than 60 million points: scan it at 200 dpi.",
                page=values.get("page", 1),
            ),
        }.get(error.kind, self.env._("neither a PDF nor a photo (JPEG or PNG)."))

    @api.model
    def _make_pages(self, company, rows):
        """Records of pages, matched and judged.

        :param rows: list of (file name, its hash, :class:`~pdf.scan.Page`)
        """
        codes = [paper_code.choose(page.codes) for _name, _digest, page in rows]
        known = self._known_codes(company, {code for code in codes if code})
        scans = self.create(
            [
                {
                    "company_id": company.id,
                    "file_name": name,
                    "file_sha256": digest,
                    "page": page.number,
                    "file": base64.b64encode(page.jpeg),
                    "sha256": sha256_hex(page.jpeg),
                    # codes of others may say anything: they are not kept
                    "code": " ".join(text for text in page.codes if paper_code.parse(text)),
                    **known.get(code, {}),
                    **self._boxes_vals(known.get(code), code, page.boxes),
                }
                for (name, digest, page), code in zip(rows, codes, strict=True)
            ]
        )
        scans._judge()
        return scans

    @api.model
    def _boxes_vals(self, known, code, boxes):
        """Who signed on a sheet of several, as far as their boxes tell."""
        if not known or not boxes:
            return {}
        parties = self.env["bde.document.version"].browse(known["version_id"])._paper_parties()
        positions = [code.positions[box] for box in boxes]
        seen = [parties[position].id for position in positions if position < len(parties)]
        return {"signature_ids": [(6, 0, seen)], "is_proposed": bool(seen)}

    @api.model
    def _known_codes(self, company, codes):
        """What is known of each code at a school: document, version, who signs on the sheet.

        A document of another school is not found, as if it did not exist.

        :return: {code: values}
        """
        documents = self.env["bde.document"].search(
            [
                ("company_id", "=", company.id),
                ("check_token", "in", list({code.check_token for code in codes})),
            ]
        )
        by_token = {document.check_token: document for document in documents}
        versions = {
            (version.document_id, version.serial): version
            for version in self.env["bde.document.version"].search(
                [("document_id", "in", documents.ids)]
            )
        }
        result = {}
        for code in codes:
            document = by_token.get(code.check_token)
            if not document:
                continue
            version = versions.get((document, code.version)) or document.version_id
            parties = version.signature_ids.filtered(lambda s, c=code: s._paper_mark() == c.part)
            result[code] = {
                "document_id": document.id,
                "version_id": version.id,
                "signature_ids": [(6, 0, parties.ids)],
            }
        return result

    def _code(self):
        """What the code of this page says, None when none could be read."""
        self.ensure_one()
        return paper_code.choose((self.code or "").split())

    def action_turn(self):
        """Turns the picture of a page a quarter to the right."""
        self.check_access("write")
        for scan in self.filtered(lambda s: s.state != "recorded"):
            picture = Image.open(BytesIO(base64.b64decode(scan.with_context(bin_size=False).file)))
            stream = BytesIO()
            picture.rotate(-90, expand=True).save(stream, "JPEG", quality=reader.JPEG_QUALITY)
            jpeg = stream.getvalue()
            # sudo: the picture and its hash change together, by this button alone
            scan.sudo().write({"file": base64.b64encode(jpeg), "sha256": sha256_hex(jpeg)})
        return True

    def _told_read(self, notes):
        """Opens the pages that were just read, with a word on what was left out."""
        opened = self.env["ir.actions.actions"]._for_xml_id("bde_partnerships.action_paper_scan")
        if not notes:
            return opened
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "message": "\n".join(notes),
                "next": opened,
            },
        }
