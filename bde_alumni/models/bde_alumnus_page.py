from odoo import models


class BdeAlumnus(models.Model):
    """The page of an alumnus, ``/bde/m/<token>``: what the school asks of him and offers him.

    Each part adds its section by :meth:`_page_sections` and takes what is sent from it in a
    method ``_page_post_<key>(self, form, files, proof)``, which raises
    :class:`~odoo.addons.bde_partnerships.rules.sections.SectionError` and returns nothing. More
    is shown on a page of its own, ``<action>``: ``_page_view_<key>(self, query)`` -> (template,
    values; the template is given ``link``, ``company``, ``alumnus``, ``page_url`` and ``action``
    too); a PDF or a picture at ``<action>/file``: ``_page_file_<key>(self, query)`` -> (bytes,
    mimetype, name) or None. A section without a form or a screen of its own is left out of the
    sections: then none of its methods can be reached.

    The alumnus is in sudo there, in the company of his school: the link is the right.
    ``_page_link().channel`` is ``desk`` when the bureau opened the page in front of him.
    """

    _inherit = "bde.alumnus"

    def _page_link(self):
        """The link by which the page was opened; empty elsewhere."""
        # sudo: set by the controller, once it has checked the token
        return self.env["bde.link"].sudo().browse(self.env.context.get("bde_alumni_link"))

    def _page_sections(self):
        """What the page shows, in the order of ``sequence``.

        :return: list of dicts ``key`` (of its address), ``sequence``, ``title``, ``state``
            (``todo``, ``done``, ``later``, ``info``), ``template`` (XML id, given ``section``,
            ``alumnus``, ``form``, ``errors``, ``action``), and what the template needs
        """
        self.ensure_one()
        return []

    def _page_told(self, key):
        """What the page says once it took what was sent from a section."""
        return self.env._("Thank you: it is saved.")
