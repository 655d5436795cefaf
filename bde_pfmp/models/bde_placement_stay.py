from odoo import api, models
from odoo.fields import Domain

from odoo.addons.bde_partnerships.rules.sections import SectionError

# The convention was signed by all: there is something to follow.
STAY_STATES = ("signed", "running", "ended", "attested", "closed", "interrupted")


class StayError(SectionError):
    """What somebody sent from the page of a stay cannot be taken."""


class BdePlacement(models.Model):
    """The page of a stay, ``/bde/p/<token>``: what each person has to do or to know after the
    signature.

    Each part of the follow-up adds its section by :meth:`_stay_sections` and takes what is sent
    from it in a method ``_stay_post_<key>(self, roles, form, files, proof)``, which raises
    :class:`StayError` and returns nothing. The placement is in sudo there, in the company of
    its school: the link is the right, and opens the stays of its person alone; it is
    :meth:`_stay_link`. A method ``_stay_pdf_<key>(self, roles)`` gives the PDF of a section,
    shown at ``<action>.pdf``.
    """

    _inherit = "bde.placement"

    def _stay_link(self):
        """The link by which the page was opened; empty elsewhere."""
        # sudo: set by the controller, once it has checked the token
        return self.env["bde.link"].sudo().browse(self.env.context.get("bde_stay_link"))

    @api.model
    def _stay_domain(self, person_ref):
        """Placements in which a person has a part.

        :param str person_ref: ``res.partner,<id>`` or ``bde.student,<id>``; several, for one who
            was noted twice, are parted by a blank
        """
        ids = {"res.partner": [], "bde.student": []}
        for ref in (person_ref or "").split():
            model, _comma, number = ref.partition(",")
            ids[model].append(int(number))
        return Domain.OR(
            [
                Domain("tutor_id", "in", ids["res.partner"]),
                Domain("signatory_id", "in", ids["res.partner"]),
                Domain("student_id", "in", ids["bde.student"]),
            ]
        )

    def _stay_roles(self, person_ref):
        """Parts of a person in this stay: ``host`` (signs for the company), ``tutor``,
        ``student``.

        :rtype: frozenset
        """
        self.ensure_one()
        persons = {"host": self.signatory_id, "tutor": self.tutor_id, "student": self.student_id}
        refs = (person_ref or "").split()
        return frozenset(
            role
            for role, record in persons.items()
            if record and f"{record._name},{record.id}" in refs
        )

    def _stay_person(self, role):
        """Who holds a role, as letters and links want it; None when nobody does.

        :rtype: dict with ``person_ref``, ``name``, ``email``, ``phone``, ``lang``
        """
        self.ensure_one()
        record = {"host": self.signatory_id, "tutor": self.tutor_id, "student": self.student_id}[
            role
        ]
        if not record:
            return None
        company_lang = self.company_id.partner_id.lang
        return {
            "person_ref": f"{record._name},{record.id}",
            "name": record.name,
            "email": record.email,
            "phone": record.phone,
            "lang": (record.lang if record._name == "res.partner" else False)
            or company_lang
            or "fr_FR",
        }

    def _stay_sections(self, roles):
        """What the page of this stay shows to somebody, in the order of ``sequence``.

        :param roles: parts of the reader in this stay
        :return: list of dicts ``key`` (of its address), ``sequence``, ``title``, ``state``
            (``todo``, ``done``, ``later``, ``info``), ``template`` (XML id, given ``section``,
            ``stay``, ``form``, ``errors``, ``action``), and what the template needs
        """
        self.ensure_one()
        return []

    def _stay_told(self, roles, key):
        """What the page says once it took what was sent from a section."""
        return self.env._("Thank you: it is saved.")

    def _stay_heading(self, roles):
        """Title of the page: whose stay, where, when.

        :rtype: dict
        """
        self.ensure_one()
        return {
            "pupil": self.student_id.name,
            "host": self.host_id.name,
            "date_start": self.date_start,
            "date_end": self.date_end,
        }
