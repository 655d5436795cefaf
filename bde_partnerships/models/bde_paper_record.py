import base64

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..rules import turns
from ..rules.canonical import sha256_hex


class BdePaperScan(models.Model):
    """Recording the signatures on pages.

    The ink of several people on one sheet has no order that anybody could check. What holds
    is the order of the document: those who are recorded together are recorded in their turns,
    and a page of somebody who comes after a person who has not signed waits.
    """

    _inherit = "bde.paper.scan"

    # ------------------------------------------------------------
    # VERBS
    # ------------------------------------------------------------

    def action_record(self):
        """Records the signatures on these pages; without any, on all good ones of the screen.

        :return: a notification that says what was recorded and what stays, with the reasons
        """
        scans = self or self._good_ones()
        given, stopped = scans._record()
        if len(scans) == 1 and not given and stopped:
            raise UserError(stopped[scans])
        message = self.env._("%(count)s signatures recorded.", count=len(given))
        if stopped:
            message += " " + self.env._(
                "%(count)s pages stay, with the reason.", count=len(stopped)
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if stopped else "success",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _good_ones(self):
        """Pages that the user has before him and that name who signed."""
        shown = Domain(self.env.context.get("active_domain") or Domain.TRUE)
        return self.search(
            shown & Domain("state", "=", "matched") & Domain("signature_ids", "!=", False)
        )

    def _record(self):
        """Signs, by paper, for the people named on these pages. Constant queries.

        What is recorded already is left alone: a double click, or two colleagues in the same
        second, record once.

        :return: the signatures given, and {page: why it stays}
        """
        self.check_access("write")
        given, stopped = self.env["bde.document.signature"], {}
        # sudo: roles do not write signatures; the right on the pages was checked
        for company, scans in self.sudo().grouped("company_id").items():
            scans = scans.with_company(company).with_context(allowed_company_ids=company.ids)
            given += scans._record_here(stopped)
        return given.with_env(self.env), {s.with_env(self.env): why for s, why in stopped.items()}

    def _record_here(self, stopped):
        self.document_id._lock()
        self.env["bde.document"]._lock_rows(self)
        self.env["bde.document.signature"].invalidate_model()
        open_ones = self.filtered(lambda s: s.state not in ("recorded", "put_aside"))
        open_ones._judge()
        stopped |= self._undated(open_ones)
        todo = open_ones.filtered(lambda s: s.state == "matched" and s not in stopped)
        given = todo._sign_turns()
        recorded = todo.filtered(lambda s: any(t.scan_id == s for t in s._targets()))
        waiting = recorded._split_waiting()
        (recorded + recorded._companions())._close()
        left = open_ones - recorded + waiting
        left._judge()
        for scan in left.filtered(lambda s: s.state not in ("recorded", "put_aside")):
            stopped.setdefault(scan, scan.reason or "")
        return given

    def _split_waiting(self):
        """Who signed on these pages and comes later keeps a page of his own, to record then.

        :return: these pages
        """
        rows = []
        for scan in self.with_context(bin_size=False):
            later = scan.signature_ids.filtered(
                lambda s, scan=scan: scan._target(s).state in turns.OPEN
            )
            if later:
                rows.append(scan.copy_data()[0] | {"signature_ids": [(6, 0, later.ids)]})
                scan.signature_ids -= later
        return self.create(rows)

    def _undated(self, scans):
        """Pages whose date cannot be: {page: why}."""
        return {
            scan: self.env._("%(page)s: the date is in the future.", page=scan.display_name)
            for scan in scans
            if scan.paper_date and scan.paper_date > scan.company_id._bde_today()
        }

    def _sign_turns(self):
        """Signs turn by turn: who comes next may stand on the same pages.

        :return: the signatures given
        """
        pending = {}
        for scan in self.filtered(lambda s: not s.document_id.correcting_since):
            for signature in scan.signature_ids:
                pending.setdefault(scan._target(signature), (scan, signature))
        given = self.env["bde.document.signature"]
        while ready := [s for s in pending if s.state == "to_sign"]:
            batch, earlier = given.union(*ready) - given, given.browse()
            for target in batch:
                scan, signature = pending.pop(target)
                earlier += target._note_paper(scan, signature)
            earlier._log_signed("", {})
            given += batch._sign("paper", extra={"witness_id": self.env.uid})
        return given

    def _companions(self):
        """Pages of the text that came in the same file as these sheets."""
        if not self:
            return self
        found = self.search(
            [
                ("company_id", "in", self.company_id.ids),
                ("state", "=", "matched"),
                ("file_sha256", "in", list(set(self.mapped("file_sha256")))),
                ("version_id", "in", self.version_id.ids),
                ("signature_ids", "=", False),
            ]
        )
        keys = {(scan.file_sha256, scan.version_id) for scan in self}
        return found.filtered(
            lambda s: (s.file_sha256, s.version_id) in keys and s._code() and s._code().page
        )

    def _close(self):
        """Keeps the pages with their versions, and states them in the journals.

        :raises UserError: when a picture is not the one that was read
        """
        pages = self.with_context(bin_size=False)
        if any(sha256_hex(base64.b64decode(page.file or b"")) != page.sha256 for page in pages):
            raise UserError(
                self.env._("The picture of a page was changed since it was read: scan it again.")
            )
        attachments = self.env["ir.attachment"].create(
            [
                {
                    "name": f"{scan.document_id.number}-v{scan.version_id.serial}-{scan.id}.jpg",
                    "datas": scan.file,
                    "mimetype": "image/jpeg",
                    # nobody may write versions, hence not this file either
                    "res_model": "bde.document.version",
                    "res_id": scan.version_id.id,
                    "company_id": scan.company_id.id,
                }
                for scan in pages
            ]
        )
        now = fields.Datetime.now()
        for scan, attachment in zip(self, attachments, strict=True):
            scan.write(
                {
                    "state": "recorded",
                    "reason": False,
                    "recorded_by_id": self.env.uid,
                    "recorded_on": now,
                    "attachment_id": attachment.id,
                }
            )
        actor = self.env["bde.document"]._actor()
        self.env["bde.journal"]._append(
            [(scan.document_id, "scanned", scan._journal_payload(), actor) for scan in self]
        )

    def _journal_payload(self):
        """What the chain states of a recorded page, without any name."""
        return {
            "sha256": self.sha256,
            "file_sha256": self.file_sha256,
            "page": self.page,
            "version": self.version_id.serial,
            "content_sha256": self.version_id.content_sha256,
            "paper_date": fields.Date.to_string(self.paper_date) if self.paper_date else "",
            "signatures": [s.uuid for s in self._targets()],
        }

    def action_put_aside(self):
        """Leaves pages that count for nothing; they can be taken back."""
        self.check_access("write")
        # sudo: the state, which this button sets
        self.filtered(lambda s: s.state != "recorded").sudo().write(
            {"state": "put_aside", "reason": False}
        )
        return True

    def action_take_back(self):
        """Takes back pages that were put aside."""
        self.check_access("write")
        # sudo: the state, which this button sets
        aside = self.sudo().filtered(lambda s: s.state == "put_aside")
        aside.write({"state": "to_match"})
        aside._judge()
        return True

    def action_judge(self):
        """Judges open pages again, after their documents went on."""
        self.check_access("write")
        # sudo: state and reason, which the documents decide
        self.sudo()._judge()
        return True

    def action_print_again(self):
        """Prints the current version for those whose signature does not count."""
        self.check_access("write")
        # sudo: to find the parties of the current version; the printing verb checks the rights
        targets = self.sudo()._targets().filtered(lambda s: s.state in turns.OPEN)
        if not targets:
            raise UserError(self.env._("Nobody on this page has to sign any more."))
        return targets.with_env(self.env).action_print_paper()


class BdeDocumentSignature(models.Model):
    _inherit = "bde.document.signature"

    def _note_paper(self, scan, signature):
        """Notes on this signature the page that gives it, before it is signed.

        :param signature: what the person signed, maybe on an earlier version that still counts
        :return: that signature of an earlier version, given now; else none
        """
        self.ensure_one()
        paper = {
            "scan_id": scan.id,
            "scan_sha256": scan.sha256,
            "paper_date": scan.paper_date,
        }
        if signature != self:
            # what was shown and signed is the earlier version: the proof says so
            signature.write(
                paper
                | {
                    "state": "signed" if signature.required else "acknowledged",
                    "signed_on": fields.Datetime.now(),
                    "method": "paper",
                    "witness_id": self.env.uid,
                }
            )
            paper = paper | {"kept_from_id": signature.id}
        self.write(paper)
        return signature - self
