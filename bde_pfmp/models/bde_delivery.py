from odoo import models
from odoo.tools import format_date


class BdeDelivery(models.AbstractModel):
    """The letter that says that a stay is interrupted."""

    _inherit = "bde.delivery"

    def _tell_interruption(self, conventions, undone=False):
        """Tells each party once that a stay ended, or goes on after all.

        No reason is given: it may tell of somebody's health.

        :param conventions: interrupted just now
        :param bool undone: the interruption was a mistake
        """
        messages = []
        for convention in conventions:
            company = convention.company_id
            readers = {}
            signatures = convention.signature_ids
            # a judgment may have come after the signature: no day and no place for him
            for signature in (signatures - signatures._without_authority()).sorted("id"):
                told = signature.state in ("signed", "acknowledged", "void")
                if signature.email and told and not signature._is_read_by_another():
                    readers.setdefault((signature.name, signature.email), signature)
            for signature in readers.values():
                messages.append(self._interruption_message(company, convention, signature, undone))
        self._queue(messages)
        self._trigger_queue()

    def _interruption_message(self, company, convention, signature, undone):
        lang = signature.lang
        env = self.with_context(lang=lang).env
        day = convention.date_end if undone else convention.interrupted_on
        values = {
            "company": company,
            "lang": lang,
            "name": signature.name,
            "role": signature.role,
            "number": convention.number,
            "pupil": convention.student_name,
            "host": convention.host_id.name,
            "day": format_date(env, day, lang_code=lang),
            "undone": undone,
        }
        # the subject stands in a record that staff might list: no name of a pupil in it
        subject = (
            env._("The stay goes on: %(number)s", number=convention.number)
            if undone
            else env._("The stay is interrupted: %(number)s", number=convention.number)
        )
        engine = self.env["ir.qweb"].with_context(lang=lang)
        return {
            "company": company,
            "email_to": self._to(signature.name, signature.email),
            "subject": f"{subject} – {company.name}",
            "body_html": engine._render("bde_pfmp.mail_interrupted", values, minimal_qcontext=True),
        }
