from odoo import api, models


class BdeDelivery(models.AbstractModel):
    """Messages about what signers answer, and about a refusal to the person it bears."""

    _inherit = "bde.delivery"

    @api.model
    def _tell(self, template, rows):
        """Puts one letter for each row in the queue, in the language of its reader.

        :param str template: name of the body in this module
        :param rows: dicts ``company``, ``name``, ``email``, ``lang``, ``subject`` (called with
            the environment of the reader) and ``values`` of the body
        """
        messages = []
        for row in rows:
            if not row["email"]:
                continue
            env = self.with_context(lang=row["lang"]).env
            values = {"company": row["company"], "name": row["name"], "lang": row["lang"]}
            messages.append(
                {
                    "company": row["company"],
                    "email_to": self._to(row["name"], row["email"]),
                    "subject": row["subject"](env),
                    "body_html": self._body(template, row["lang"], values | row["values"](env)),
                }
            )
        if messages:
            self._queue(messages)
            self._trigger_queue()

    def _person_row(self, signature, subject, values):
        """What :meth:`_tell` needs to write to the person of a signature."""
        return {
            "company": signature.company_id,
            "name": signature.name,
            "email": signature.email,
            "lang": signature.lang or signature.document_id.lang,
            "subject": subject,
            "values": values,
        }

    def _bureau_row(self, company, lang, subject, values):
        return {
            "company": company,
            "name": company.name,
            "email": company.bde_email or company.email,
            "lang": lang,
            "subject": subject,
            "values": values,
        }

    # ------------------------------------------------------------
    # REFUSALS
    # ------------------------------------------------------------

    def _tell_refuser(self, signatures):
        """Tells the person named that a refusal was sent with his link, and how to undo it."""
        told = signatures.filtered("email")
        minted = self.env["bde.link"]._mint([self._link_vals(s, "email") for s in told])
        rows = []
        for signature, (link, token) in zip(told, minted, strict=True):
            number, url = signature.document_id.number, link._url(token)

            def subject(env, number=number):
                return env._("You refused: %(number)s", number=number)

            def values(env, signature=signature, url=url):
                return {"signature": signature.with_env(env), "url": url}

            rows.append(self._person_row(signature, subject, values))
        self._tell("mail_refuser", rows)

    def _tell_refusal_taken_back(self, signatures):
        """Tells those who read of a refusal that it does not hold."""
        rows = []
        for signature in signatures:
            document = signature.document_id

            def subject(env, document=document):
                return env._("Refusal taken back: %(number)s", number=document.number)

            def values(env, signature=signature):
                return {"signature": signature.with_env(env)}

            others = document.signature_ids.filtered(
                lambda s: s.state == "signed" and not s.user_id
            )
            rows += [self._person_row(other, subject, values) for other in others]
            rows.append(self._bureau_row(document.company_id, document.lang, subject, values))
        self._tell("mail_refusal_taken_back", rows)

    # ------------------------------------------------------------
    # ANSWERS
    # ------------------------------------------------------------

    def _tell_answered(self, answers):
        """What the school did of an answer, to the person who gave it.

        Nothing to who said "it is not me": his address is not the signer's.
        """
        rows = []
        for answer in answers.filtered(lambda a: a.kind in ("no_authority", "change")):
            rows.append(
                self._person_row(
                    answer.signature_id,
                    lambda env, answer=answer: env._(
                        "Your answer about %(number)s", number=answer.document_id.number
                    ),
                    lambda env, answer=answer: {"answer": answer.with_env(env)},
                )
            )
        self._tell("mail_answered", rows)

    def _tell_codes_closed(self, link, answers):
        """Tells the bureau, and the person, that somebody guessed codes. Once a day at most."""
        company = link.company_id

        def subject(env):
            return env._("Too many wrong codes – %(school)s", school=company.name)

        bureau = self._bureau_row(
            company,
            answers.document_id[:1].lang or link.lang,
            subject,
            lambda env: {"link": link.with_env(env), "answer": answers.with_env(env)[:1]},
        )
        person = bureau | {
            "name": link.name,
            "email": link.email,
            "lang": link.lang,
            "values": lambda env: {"link": link.with_env(env), "answer": False},
        }
        self._tell("mail_codes_closed", [bureau, person])
