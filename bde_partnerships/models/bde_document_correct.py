from odoo import fields, models
from odoo.exceptions import UserError

from .bde_document import IN_SIGNATURE

# What can be corrected: before, a new version is simply made; after, it takes an amendment.
CORRECTABLE = (*IN_SIGNATURE, "refused")


class BdeDocument(models.Model):
    """Correcting what is out for signature: who is not concerned does not sign again.

    While a document is being corrected nobody can sign it. Signing and correcting take the
    same lock: of two people who act in the same second one comes first, and the other one is
    judged on what the first one left.
    """

    _inherit = "bde.document"

    def action_correct(self, reason=None):
        """Opens the terms of documents that are out; nobody signs until it is sent or given up.

        :param str reason: what is corrected, for the parties
        :raises UserError: for a document that is not out for signature
        """
        self._check_staff()
        for documents in self._as_engine():
            documents._lock()
            documents._check_correctable()
            documents.filtered(lambda d: not d.correcting_since)._log(
                "correcting", {"reason": reason or ""}
            )
            for document in documents:
                document.write(
                    {
                        "correcting_since": document.correcting_since or fields.Datetime.now(),
                        "correcting_reason": reason or document.correcting_reason,
                    }
                )
        return True

    def action_ask_correction(self):
        """One screen: what changed, who signs again, who is told; or the reason to begin with.

        Of many documents, those that are not out for signature are left out.

        :raises UserError: when none of them can be corrected
        """
        self._check_staff()
        documents = self.filtered(lambda d: d.state in CORRECTABLE)
        if not documents:
            self._check_correctable()
        return self.env["bde.correction"]._open(documents)

    def _incomplete(self):
        """Documents whose records cannot be put in words now: {document: [sentences]}."""
        return self._by_document("_content_obstacles")

    def _by_document(self, hook):
        """What a hook of the concrete records answers, by document instead of by record.

        Staff read it: it speaks the language of the user, not that of the document.
        """
        answers = {}
        mine = self.with_context(lang=self.env.user.lang)
        for records in mine._concrete().values():
            answers |= getattr(records, hook)()
        return {
            document: answers[record]
            for document, record in self._concrete_by_document().items()
            if answers.get(record)
        }

    def _check_correctable(self):
        if any(document.state not in CORRECTABLE for document in self):
            raise UserError(
                self.env._(
                    "Only what is out for signature is corrected: before, make a new version; "
                    "after the last signature, make an amendment."
                )
            )

    def action_resume(self):
        """Gives up a correction: the version that was out can be signed again.

        :raises UserError: when the record says something else already
        """
        self._check_staff()
        for documents in self._as_engine():
            documents._lock()
            documents = documents.filtered("correcting_since")
            changed = list(documents._incomplete())
            rest = documents.filtered(lambda d, changed=changed: d not in changed)
            changed += [d for d, plan in rest._correction_plan().items() if plan["changes"]]
            if changed:
                env = self.with_context(lang=self.env.user.lang).env
                raise UserError(
                    env._(
                        "What is to be signed was changed already: send the correction of "
                        "%(documents)s, or put back what it said.",
                        documents=", ".join(d.display_name for d in changed),
                    )
                )
            documents._log("correcting", {"over": True})
            documents.write({"correcting_since": False, "correcting_reason": False})
            # those whose turn came meanwhile get their link
            self.env["bde.document.signature"]._open_turns(
                documents.filtered(lambda d: d.state in IN_SIGNATURE)
            )
        return True

    def action_send_correction(self, seen=None):
        """Makes and sends the next version; signatures that it does not concern are kept.

        Documents that cannot be sent stay as they are, and are told line by line.

        :param dict seen: {document id: hash of the content that was shown}; what changed since
            is not sent unseen
        :return: True, or a notification that says what was not sent
        :raises UserError: when none can be sent
        """
        self._check_staff()
        stopped, sent = {}, 0
        for documents in self._as_engine():
            documents._lock()
            documents._check_correctable()
            problems = documents._incomplete()
            complete = documents.filtered(lambda d, problems=problems: d not in problems)
            plans = complete._correction_plan()
            problems |= complete._correction_obstacles(plans, seen or {})
            stopped |= problems
            good = complete.filtered(lambda d, problems=problems: d not in problems)
            if good:
                good._send_correction({document: plans[document] for document in good})
            sent += len(good)
        if stopped and not sent:
            raise UserError(self._obstacles_lines(stopped))
        return self._told_of_obstacles(sent, stopped) if stopped else True

    def _correction_obstacles(self, plans, seen):
        """Why a correction cannot be sent: {document: [sentences]}, those that can left out."""
        legal = self._by_document("_obstacles_to_send")
        env = self.with_context(lang=self.env.user.lang).env
        result = {}
        for document, plan in plans.items():
            found = list(legal.get(document, ()))
            if not plan["changes"] and not plan["again"] and document.state != "refused":
                found.append(env._("Nothing has changed."))
            if seen.get(document.id) not in (None, plan["sha256"]):
                found.append(env._("It changed while you were reading: look at it again."))
            if found:
                result[document] = found
        return result

    def _obstacles_lines(self, stopped):
        """One paragraph for each document; its name only when there are several."""
        several = len(self) > 1
        return "\n".join(
            "\n".join([*([f"{d.display_name}:"] if several else []), *found])
            for d, found in stopped.items()
        )

    def _told_of_obstacles(self, sent, stopped):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "title": self.env._(
                    "%(sent)s sent, %(stopped)s not yet", sent=sent, stopped=len(stopped)
                ),
                "message": self._obstacles_lines(stopped),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _send_correction(self, plans):
        """Stores the versions, opens the turns, tells those who have nothing to do."""
        self._store_versions(plans)
        self._log("sent", {"correction": True})
        self._after_signing()
        self._tell_correction(plans)
        self._trigger_job("ir_cron_render")

    def _tell_correction(self, plans):
        """Letters with what changed, to those whose signature is kept or not needed any more."""
        told = []
        for document, plan in plans.items():
            kept = document.signature_ids.filtered("kept_from_id")
            told += [(signature, plan["changes"]) for signature in kept]
            told += [(signature, plan["changes"]) for signature in plan["gone"]]
        self.env["bde.delivery"]._tell_changes(told)
