from odoo import models


class BdeDelivery(models.AbstractModel):
    _inherit = "bde.delivery"

    def _tell_referents(self, company, by_referent):
        """One letter a referent: who of the signers of his pupils does not answer, with phones.

        No name in the subject; no link but to the application, which asks who he is.

        :param dict by_referent: {user: signatures}
        """
        url = f"{self.env['bde.link']._base_url()}/odoo/bde-signatures"
        messages = []
        for user, signatures in by_referent.items():
            if not user.email:
                continue
            env = self.with_context(lang=user.lang).env
            people = [
                batch.with_context(lang=user.lang)
                for batch in signatures.grouped("signer_key").values()
            ]
            values = {
                "company": company,
                "lang": user.lang,
                "name": user.name,
                "people": people,
                "url": url,
            }
            messages.append(
                {
                    "company": company,
                    "email_to": self._to(user.name, user.email),
                    "subject": env._(
                        "%(count)s signer(s) of your pupils do not answer – %(school)s",
                        count=len(people),
                        school=company.name,
                    ),
                    "body_html": self._body("mail_referent", user.lang, values),
                }
            )
        self._queue(messages)
        if messages:
            self._trigger_queue()
