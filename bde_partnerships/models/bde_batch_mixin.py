from datetime import timedelta

from odoo import fields, models

from .bde_batch import BATCH_FROM
from .bde_document import EDITABLE, IN_SIGNATURE
from .bde_document_signature import QUIET_HOURS

SHOWN_GROUPS = 3


class BdeBatchMixin(models.AbstractModel):
    """Records that mass work may be done to.

    ``_batch_<verb>(self)`` does one chunk, with the rights of who started it, and answers
    ``{record: (state, message)}``: ``skipped`` when there was nothing to do, ``failed`` with what
    is missing; a record that is not in the answer is done. An exception fails the chunk, which
    is then tried record by record.
    """

    _name = "bde.batch.mixin"
    _description = "Records for mass work"

    def _start_batch(self, verb, title=None):
        """What a button returns that acts on many: starts the batch and opens it."""
        return self.env["bde.batch"]._start(verb, self, title)._open()

    def _batch_wanted(self):
        """Whether a button was pressed on so many records that a batch does it."""
        return bool(self.env.context.get("bde_batch")) and len(self) > BATCH_FROM

    # ------------------------------------------------------------
    # What lines show
    # ------------------------------------------------------------

    def _batch_documents(self):
        """The document of each record.

        :rtype: dict
        """
        raise NotImplementedError

    def _batch_name(self):
        """Who or what a record is about, for reports and names of files."""
        self.ensure_one()
        return self.display_name

    def _batch_group(self):
        """The class, or what else a report groups by."""
        self.ensure_one()
        return self.group_label or ""

    def _batch_labels(self):
        return {"label": self._batch_name(), "group_label": self._batch_group()}

    def _batch_sorted(self):
        return self.sorted(lambda r: (r._batch_group(), r._batch_name(), r.id))

    def _batch_title(self):
        """What these records are, when nobody said it: their classes."""
        groups = sorted({group for record in self if (group := record._batch_group())})
        shown = ", ".join(groups[:SHOWN_GROUPS])
        if len(groups) > SHOWN_GROUPS:
            return self.env._(
                "%(names)s and %(count)s more", names=shown, count=len(groups) - SHOWN_GROUPS
            )
        return shown

    # ------------------------------------------------------------
    # Verbs
    # ------------------------------------------------------------

    def _batch_state_text(self, document):
        states = dict(document._fields["state"]._description_selection(self.env))
        return self.env._("State: %(state)s.", state=states[document.state])

    def _obstacles_to_send(self):
        """What forbids to send each record: {record: [sentences]}."""
        return {}

    def _batch_send(self):
        """Sends what is not out yet and may go; the others say what they lack."""
        result = self._batch_not_drafts()
        drafts = self.filtered(lambda record: record not in result)
        for record, found in drafts._obstacles_to_send().items():
            if found:
                result[record] = ("failed", "\n".join(found))
        documents = drafts.filtered(lambda record: record not in result)._batch_documents()
        if documents:
            self.env["bde.document"].union(*documents.values()).action_send()
        return result

    def _batch_make(self):
        """Makes the version of drafts."""
        result = self._batch_not_drafts()
        drafts = self.filtered(lambda record: record not in result)
        if drafts:
            drafts.action_make_version()
        return result

    def _batch_not_drafts(self):
        result = {}
        for record, document in self._batch_documents().items():
            if document.state in IN_SIGNATURE:
                result[record] = ("skipped", self.env._("It is out for signature already."))
            elif document.state not in EDITABLE:
                result[record] = ("skipped", self._batch_state_text(document))
        return result

    def _batch_remind(self):
        """A fresh link to everybody whose turn it is; what happened for each record."""
        documents = self._batch_documents()
        # sudo: roles do not write signatures; the records were read with their rights
        waiting = self.env["bde.document"].union(*documents.values()).sudo().signature_ids
        waiting = waiting.filtered(lambda s: s.state == "to_sign")
        sent = waiting._remind_now()
        by_document = waiting.grouped("document_id")
        return {
            record: self._batch_reminded(by_document.get(document.sudo()), sent)
            for record, document in documents.items()
        }

    def _batch_reminded(self, waiting, sent):
        """Result of one record: (state, message)."""
        if not waiting:
            return ("skipped", self.env._("Nobody has to sign it now."))
        limit = fields.Datetime.now() - timedelta(hours=QUIET_HOURS)
        told = sent | waiting.filtered(lambda s: s.notified_on and s.notified_on > limit)
        # one holder of authority is enough: the other one need not be reached
        settled = set(filter(None, (waiting & told).mapped("alternative")))
        missed = (waiting - told).filtered(lambda s: not s.user_id and s.alternative not in settled)
        # who only acknowledges (a minor) keeps nobody waiting
        stopping = missed.filtered("required")
        if stopping:
            return ("failed", self._batch_no_address(stopping))
        if waiting & sent:
            return ("done", False)
        if missed == waiting:
            return ("skipped", self._batch_no_address(missed))
        if all(s.user_id for s in waiting):
            return ("skipped", self.env._("Who has to sign finds it in the application."))
        return ("skipped", self.env._("They had a message less than a day ago."))

    def _batch_no_address(self, missed):
        names = ", ".join(sorted(set(missed.mapped("name"))))
        return self.env._("No address for: %(names)s.", names=names)

    def _batch_pdf(self):
        """Makes the PDF of each record where there is none: the sealed one, else the version's."""
        result = {}
        for record, document in self._batch_documents().items():
            if not document:
                result[record] = ("failed", self.env._("It is not made yet."))
            # sudo: the engine makes its files; the record was read with the user's rights
            for batch in document._as_engine():
                if not batch.version_id:
                    result[record] = ("failed", self.env._("It is not made yet."))
                elif not batch.sealed_attachment_id:
                    batch.version_id._ensure_pdf()
        return result

    _batch_print = _batch_pdf
    _batch_zip = _batch_pdf


class BdeDocument(models.Model):
    _name = "bde.document"
    _inherit = ["bde.document", "bde.batch.mixin"]

    def _batch_documents(self):
        return {document: document for document in self}

    def _batch_name(self):
        return self.title or self.number


class BdeDocumentMixin(models.AbstractModel):
    _name = "bde.document.mixin"
    _inherit = ["bde.document.mixin", "bde.batch.mixin"]

    def _batch_documents(self):
        return {record: record.document_id for record in self}

    def _batch_name(self):
        return self.title or self.display_name


class BdeDocumentSignature(models.Model):
    _name = "bde.document.signature"
    _inherit = ["bde.document.signature", "bde.batch.mixin"]

    def _batch_documents(self):
        # sudo: who reads a signature reads what is signed, also when the document is not his
        return {signature: signature.sudo().document_id for signature in self}

    def _batch_name(self):
        return " – ".join(filter(None, (self.name, self.title)))

    def _remind_now(self):
        """Sends fresh links to those who had no message within a day's work.

        :return: the signatures that are covered by a message
        """
        limit = fields.Datetime.now() - timedelta(hours=QUIET_HOURS)
        fresh = self.filtered(lambda s: not s.notified_on or s.notified_on <= limit)
        return self.env["bde.delivery"]._deliver(fresh, reminder=True)

    def _batch_remind(self):
        # sudo: roles do not write signatures; these were read with the user's rights
        signatures = self.sudo()
        waiting = signatures.filtered(lambda s: s.state == "to_sign" and s.is_current)
        sent = waiting._remind_now()
        return {
            signature.with_env(self.env): self._batch_reminded(signature & waiting, sent)
            for signature in signatures
        }

    def action_remind(self):
        """As before for some; for many, a batch that says what became of each."""
        if self._batch_wanted():
            return self._start_batch("remind")
        return super().action_remind()
