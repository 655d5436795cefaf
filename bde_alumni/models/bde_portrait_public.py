import base64
import hmac

from odoo import models, tools

# a page of companies is read in a minute
MOST_ON_PAGE = 3


class BdePortraitPicture(models.Model):
    """Addresses of pictures: each time one is asked for, whether it may still be shown is too."""

    _inherit = "bde.portrait.picture"

    def _file(self):
        """(bytes, mimetype, name) of a picture; None for none."""
        if not self:
            return None
        self.ensure_one()
        data = base64.b64decode(self.with_context(bin_size=False).image)
        return data, "image/jpeg", f"portrait-{self.id}.jpg"

    def _letter_code(self):
        """What the address of a picture in a letter carries: numbers can be guessed.

        :rtype: str
        """
        self.ensure_one()
        # sudo: a secret of the instance
        return tools.hmac(self.env(su=True), "bde.portrait.picture", str(self.id))[:32]

    def _url(self, use):
        """Address of a picture on the public page; in letters, a whole one that tells nothing."""
        self.ensure_one()
        path = f"/bde/c/{self.company_id.uai}/portrait/{self.id}"
        if use == "letters":
            return f"{self.env['bde.link']._base_url()}{path}-{self._letter_code()}.jpg"
        return f"{path}.jpg"

    def _found(self, company, number, code):
        """The picture of an address, as long as it is shown there (in sudo).

        :param company: the school of the address
        :param str code: empty for the public page
        :return: (picture, use); an empty picture when there is nothing to see
        """
        picture = self.browse(number).exists()
        use = "letters" if code else "page"
        none = self.browse()
        if not picture or picture.company_id != company:
            return none, use
        if code and not hmac.compare_digest(code, picture._letter_code()):
            return none, use
        portrait, today = picture.portrait_id, company._bde_today()
        if portrait._shows(None, use, today) and portrait._shows(picture, use, today):
            return picture, use
        return none, use


class ResCompany(models.Model):
    _inherit = "res.company"

    def _bde_offer_page_values(self):
        """Portraits of former pupils, on the page where companies propose something."""
        values = super()._bde_offer_page_values()
        shown = self.env["bde.portrait"]._shown(self, "page")[:MOST_ON_PAGE]
        portraits = [
            {
                "title": portrait.title,
                "text": portrait.text,
                "training": portrait.alumnus_id.training_id.name,
                "cohort": portrait.alumnus_id.cohort,
                "pictures": [
                    {"url": picture._url("page"), "alt": picture.caption or ""}
                    for picture in pictures
                ],
            }
            for portrait, pictures in shown
        ]
        return values | {"portraits": portraits}
