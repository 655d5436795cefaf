import base64
from collections import defaultdict
from datetime import timedelta
from io import BytesIO

from PIL import Image

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..rules import french
from ..rules.solicitation import address_key
from .bde_document_mixin import postal_lines
from .bde_document_page import stylesheet

STYLE = "bde_partnerships/static/src/css/tax_giver.css"
# What the printed page holds; the page by link shows all of it.
LINES_ON_PAPER = 6
PICTURES_ON_PAPER = 3
PICTURE_SIDE = 900
# Up to so many pages are opened at once; thanks on paper make more as mass work.
PAGES_AT_ONCE = 50
# A giver opens its page again when it chooses the next time, a year later.
LINK_DAYS = 500


class BdeTaxTarget(models.Model):
    """The page of one giver and year: what its money bought, and thanks. Nothing of others."""

    _inherit = "bde.tax.target"

    def _giver_pages(self):
        """What the pages of these givers say; constant queries.

        :return: {target: dict} of texts and of ``bde.tax.picture`` that may be shown
        """
        courses = self._giver_courses()
        # sudo: lines of the campaign and pictures that may be shown, whoever reads the page;
        # the readers of targets are those of the campaign, strangers have a token
        shared = {
            campaign: campaign._giver_campaign_values() for campaign in self.sudo().campaign_id
        }
        pages = {}
        for target in self.sudo():
            campaign = target.campaign_id
            given = courses[target.id]
            pages[target.with_env(self.env)] = shared[campaign] | {
                "giver": target.partner_name or "",
                "person": target._thanks_reader_name(),
                "postal": postal_lines(target.partner_id),
                "amount": french.euros(target.received_amount),
                "has_given": target.received_amount > 0,
                "lines": campaign._use_lines(given),
                "courses": french.enumerate_words(given.mapped("name")),
            }
        return pages

    def _giver_courses(self):
        """{target id: courses that its money was given to}; one query."""
        courses = defaultdict(self.env["bde.tax.course"].sudo().browse)
        # sudo: which courses, for a page that tells a giver of its own money
        for target, course in (
            self.env["bde.tax.receipt"]
            .sudo()
            ._read_group(
                [("target_id", "in", self.ids), ("course_id", "!=", False)],
                ["target_id", "course_id"],
            )
        ):
            courses[target.id] |= course
        return courses

    def _check_givers(self):
        """Stops for a company from which nothing came: its page would speak of no money.

        :raises UserError: it names nobody that the user may not read
        """
        self.check_access("read")
        if not self:
            raise UserError(self.env._("Choose the companies first."))
        if len(self) > PAGES_AT_ONCE:
            raise UserError(
                self.env._(
                    "%(count)s pages at once: at most %(limit)s are opened here. Choose fewer, or"
                    " print the thanks from the campaign: many are made as mass work, in one"
                    " file.",
                    count=len(self),
                    limit=PAGES_AT_ONCE,
                )
            )
        for company in self.company_id:
            company._bde_check_user_is("secretary")
        nothing = self.filtered(lambda target: target.received_amount <= 0)
        if nothing:
            raise UserError(
                self.env._(
                    "Nothing was received from %(names)s in this campaign: there is nothing to "
                    "thank for yet.",
                    names=french.enumerate_words(nothing[:3].mapped("partner_name")),
                )
            )

    def _giver_pdf(self):
        """PDF/A-3a of the pages of these givers, one sheet after the other.

        :rtype: bytes
        :raises UserError: nothing came from one of them
        """
        self._check_givers()
        return self._render_giver_pdf()

    def _render_giver_pdf(self):
        """:meth:`_giver_pdf` once the reader was checked."""
        pages = self._giver_pages()
        uris = {}
        sheets = [
            page | {"lines": [self._on_paper(line, uris) for line in page["lines"]]}
            for page in pages.values()
        ]
        for sheet in sheets:
            sheet["more"] = len(sheet["lines"]) > LINES_ON_PAPER
            sheet["lines"] = sheet["lines"][:LINES_ON_PAPER]
            shown = [line for line in sheet["lines"] if line["uri"]]
            sheet["pictures"] = shown[:PICTURES_ON_PAPER]
        html = self.env["bde.document.mixin"]._render_page(
            "bde_partnerships.tax_giver_document",
            {"lang": "fr", "css": stylesheet(STYLE), "sheets": sheets},
        )
        return self.env["bde.document.version"]._render_html(html)

    @api.model
    def _on_paper(self, line, uris):
        """A line with its picture as an address ``data:``, made once for all sheets."""
        picture = line["picture"]
        if picture and picture.id not in uris:
            uris[picture.id] = picture._data_uri(PICTURE_SIDE)
        return line | {"uri": uris.get(picture.id) if picture else None}

    def action_giver_pdf(self):
        """Opens the pages of these givers in one PDF."""
        self._check_givers()
        return {
            "type": "ir.actions.act_url",
            "url": f"/bde/tax/thanks.pdf?ids={','.join(map(str, self.ids))}",
            "target": "new",
        }

    def _mint_giver_links(self):
        """A new link to the page of each giver; the tokens go into the outgoing mail alone.

        :return: {target: address}
        """
        people = [(target, target.contact_id or target.partner_id) for target in self]
        minted = self.env["bde.link"]._mint(
            [
                {
                    "company_id": target.company_id.id,
                    "purpose": "tax_thanks",
                    "res_model": target._name,
                    "res_id": target.id,
                    "signer_key": address_key(person.email),
                    "name": person.name,
                    "email": person.email,
                    "lang": self.env["bde.solicitation"]._reader_lang(person),
                    "channel": "email" if person.email else False,
                    "expires_on": fields.Datetime.now() + timedelta(days=LINK_DAYS),
                }
                for target, person in people
            ]
        )
        return {
            target: link._url(token)
            for (target, _person), (link, token) in zip(people, minted, strict=True)
        }


class BdeTaxCampaign(models.Model):
    _inherit = "bde.tax.campaign"

    def _giver_campaign_values(self):
        """What the pages of all givers of this campaign share. In sudo."""
        self.ensure_one()
        company = self.company_id
        head = company.head_id
        return {
            **company._tax_letterhead(),
            "campaign": self,
            "company": company,
            "year": self.year,
            "head": head.name or "",
            "head_function": head.partner_id.function or "Chef d’établissement",
            "place": company.city or "",
            "day": french.day(company._bde_today().isoformat()),
            "next": self._giver_next_period(),
            "steps": self._giver_steps(),
        }

    def _giver_next_period(self):
        """The next dates in which employers choose, None while nobody has published them."""
        company = self.company_id
        today = company._bde_today()
        owners = company._bde_academy() | company
        window = self.env["bde.tax.window"].search(
            [
                ("company_id", "in", owners.ids),
                ("is_period", "=", True),
                ("date_from", "!=", False),
                ("date_to", ">=", today),
            ],
            order="date_from",
            limit=1,
        )
        if not window:
            return None
        return {
            "is_open": window.date_from <= today,
            "date_from": window.date_from,
            "date_to": window.date_to,
            "from": french.day(window.date_from.isoformat()),
            "to": french.day(window.date_to.isoformat()),
        }

    def _giver_steps(self):
        """What is typed in SOLTéA, as it was last compared with SOLTéA."""
        newest = self.search([("company_id", "=", self.company_id.id)], order="year desc")
        campaign = (newest.filtered("identity_checked_on") or self)[:1]
        return self.env["bde.link"]._tax_steps(campaign) | {
            "siret_text": french.siret(campaign.soltea_siret or ""),
            "listed": campaign.course_ids,
            # two trainings of a school may be one course in SOLTéA: it is named once
            "courses": list(
                dict.fromkeys(
                    " – ".join(filter(None, (course.name, course.rncp)))
                    for course in campaign.course_ids
                )
            ),
        }


class BdeTaxPicture(models.Model):
    _inherit = "bde.tax.picture"

    def _data_uri(self, side):
        """Address ``data:`` of a picture for a printed page; None unless it may be shown."""
        self.ensure_one()
        if not self._showable():
            return None
        # sudo: the picture of a page whose reader was checked; forms ask for sizes, not bytes
        data = self.sudo().with_context(bin_size=False).image
        picture = Image.open(BytesIO(base64.b64decode(data)))
        picture.thumbnail((side, side))
        stream = BytesIO()
        picture.save(stream, "JPEG", quality=80)
        return f"data:image/jpeg;base64,{base64.b64encode(stream.getvalue()).decode()}"


class BdeLink(models.Model):
    _inherit = "bde.link"

    purpose = fields.Selection(
        selection_add=[("tax_thanks", "What the taxe d'apprentissage bought")],
        ondelete={"tax_thanks": "cascade"},
    )

    def _paths(self):
        return super()._paths() | {"tax_thanks": "y"}

    def _giver_target(self):
        """The giver that this link is of, in sudo; empty when it is gone."""
        self.ensure_one()
        if self.res_model != "bde.tax.target":
            raise AccessError(self.env._("This address leads nowhere."))
        target = self.env["bde.tax.target"].browse(self.res_id).exists()
        return target.filtered(lambda one: one.company_id == self.company_id)
