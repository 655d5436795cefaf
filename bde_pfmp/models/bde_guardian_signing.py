from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.bde_partnerships.models.bde_document import IN_SIGNATURE
from odoo.addons.bde_partnerships.rules import turns


class BdeStudent(models.Model):
    """What happens to conventions that are out when who signs for a pupil changes."""

    _inherit = "bde.student"

    def _open_conventions(self):
        """Conventions of these pupils that are out for signature; one query."""
        # sudo: whoever notes the change, the conventions follow
        return (
            self.env["bde.convention"]
            .sudo()
            .search([("student_id", "in", self.ids), ("state", "in", IN_SIGNATURE)])
        )

    def _follow_authority(self):
        """Who lost authority over these pupils is asked nothing more; the school corrects."""
        conventions = self._open_conventions() if self else self.env["bde.convention"]
        for convention in conventions:
            holders = {f"bde.guardian,{g.id}" for g in convention.student_id._legal_guardians()}
            lost = convention.signature_ids.filtered(
                lambda s, holders=holders: (
                    s.role == "guardian" and s.person_ref and s.person_ref not in holders
                )
            )
            if not lost:
                continue
            for documents in convention.document_id._as_engine():
                documents._lock()
                for signature in lost:
                    documents._log("state", {"signature": signature.uuid, "authority": False})
            # not of the current version any more: no letter speaks of it to this person
            lost.filtered(lambda s: s.state in (*turns.OPEN, "acknowledged")).write(
                {"state": "void", "is_current": False}
            )
            convention._correct_and_send("authority")

    def _follow_dispute(self):
        """Guardians who disagree sign nothing until the head decides (372-2 C. civ.)."""
        for disputed, students in self.sudo().grouped("guardian_dispute").items():
            conventions = students._open_conventions()
            if disputed:
                conventions = conventions.filtered(lambda c: not c._pupil_signs_alone())
                conventions._stop_guardians()
            else:
                conventions.filtered("guardian_stop")._release_guardians()


class BdeConvention(models.Model):
    """Guardians who disagree, and pupils who come of age, while a convention is out."""

    _inherit = "bde.convention"

    guardian_stop = fields.Boolean(
        string="Guardians stopped",
        readonly=True,
        copy=False,
        help="A disagreement was noted while they were signing: the head decides.",
    )

    _guardian_stop_idx = models.Index("(company_id) WHERE guardian_stop")

    def _stopped_by_dispute(self):
        """Whether guardians who disagree stop it for this user (C. civ. 372-2)."""
        self.ensure_one()
        # sudo: the mark is the secretary's and the head's, the answer is for whoever sends
        if not self.sudo().student_id.guardian_dispute or self._pupil_signs_alone():
            return False
        return self.company_id.id not in self.env.user._bde_company_ids("head")

    def _stop_guardians(self):
        todo = self.filtered(lambda c: not c.guardian_stop)
        for documents in todo.document_id._as_engine():
            documents._lock()
            documents._log("state", {"guardians": "stopped"})
        todo.write({"guardian_stop": True})

    def _release_guardians(self):
        """Lets the guardians sign again, and sends them their link."""
        # sudo: the mark is written by the verbs alone
        self.sudo().write({"guardian_stop": False})
        for documents in self.document_id._as_engine():
            documents._lock()
            documents._log("state", {"guardians": "released"})
            guardians = documents.signature_ids.filtered(
                lambda s: s.role == "guardian" and s.state == "to_sign" and s.required
            )
            self.env["bde.delivery"]._deliver(guardians)

    def action_release_guardians(self):
        """The head decides that the guardians may sign although they disagree.

        :raises AccessError: for anybody but the head
        """
        stopped = self.filtered("guardian_stop")
        stopped.student_id._check_head(stopped.company_id)
        stopped._release_guardians()
        return True

    # ------------------------------------------------------------
    # Coming of age
    # ------------------------------------------------------------

    @api.model
    def _cron_birthdays(self):
        """Pupils who came of age while a convention is out sign for themselves.

        In the time of each school; whose guardian has signed is left alone. The emancipated
        are found likewise.
        """
        Signature = self.env["bde.document.signature"]
        domain = [
            ("is_current", "=", True),
            ("role", "=", "guardian"),
            ("state", "in", turns.OPEN),
        ]
        for company, documents in Signature._read_group(
            domain, ["company_id"], ["document_id:recordset"]
        ):
            latest = fields.Date.subtract(company._bde_today(), years=18)
            conventions = self.search(
                [
                    ("document_id", "in", documents.ids),
                    ("state", "in", IN_SIGNATURE),
                    ("correcting_since", "=", False),
                    "|",
                    ("student_id.birth_date", "<=", latest),
                    ("student_id.is_emancipated", "=", True),
                ]
            )
            grown = conventions.filtered(lambda c: c._pupil_signs_alone())
            grown._correct_and_send("age")

    @api.model
    def _correction_reasons(self):
        return {
            "age": self.env._("The pupil is of age: he signs for himself, his guardians do not."),
            "authority": self.env._("Who has authority over the pupil is not the same any more."),
        }

    def _correct_and_send(self, why):
        """Makes and sends the next version in the name of the school.

        What cannot be sent, for instance because nobody knows how to reach the pupil, stays
        in correction: the bureau sees why and sends it.

        :param str why: ``age`` or ``authority``; the parties read it in their documents' language
        """
        # sudo: jobs and changes of authority go on whoever caused them
        for documents in self.sudo().document_id._as_engine():
            reasons = self.with_env(documents.env)._correction_reasons()
            documents.action_correct(reasons[why])
            for document in documents:
                try:
                    with self.env.cr.savepoint():
                        document.action_send_correction()
                except UserError:
                    continue  # it stays in correction, which the bureau's lists show


class BdeDocumentSignature(models.Model):
    _inherit = "bde.document.signature"

    def _pupils(self):
        """{signature: (record to sign, pupil)} of what is signed for a pupil."""
        concrete = self.document_id._concrete_by_document()
        found = {}
        for signature in self:
            record = concrete.get(signature.document_id)
            if record is not None and record._name in ("bde.convention", "bde.amendment"):
                convention = record if record._name == "bde.convention" else record.convention_id
                found[signature] = (convention, convention.student_id)
        return found

    def _stopped_guardians(self):
        """Those of these of guardians who may not sign now, because they disagree."""
        # sudo: the engine asks, whoever signs
        guardians = self.sudo().filtered(lambda s: s.role == "guardian" and s.required)
        stopped = [s.id for s, (record, _pupil) in guardians._pupils().items()
                   if record.guardian_stop]  # fmt: skip
        return self.browse(stopped)

    def _without_authority(self):
        """Those of these of guardians whose authority over the pupil ended: by a judgment."""
        # sudo: the engine asks, whoever corrects
        guardians = self.sudo().filtered(lambda s: s.role == "guardian" and s.person_ref)
        pupils = guardians._pupils() if guardians else {}
        holders = {
            student: {
                f"bde.guardian,{link.guardian_id.id}"
                for link in student.guardianship_ids._with_authority()
            }
            for student in {student for _record, student in pupils.values()}
        }
        lost = [s.id for s, (_record, student) in pupils.items()
                if s.person_ref not in holders[student]]  # fmt: skip
        return self.browse(lost)

    def _check_turn(self):
        todo = super()._check_turn()
        guardians = todo.filtered(lambda s: s.role == "guardian" and s.required)
        if guardians:
            guardians._check_guardians()
        return todo

    def _check_guardians(self):
        """Refuses guardians who disagree, and those of a pupil who came of age.

        :raises UserError: with what happens next
        """
        if self._stopped_guardians():
            raise UserError(
                self.env._(
                    "The school has stopped the signature of the legal representatives: the head "
                    "of the school will contact you."
                )
            )
        for signature, (_record, student) in self.sudo()._pupils().items():
            today = signature.company_id._bde_today()
            others = signature.version_id.signature_ids
            if student._signs_alone_on(today) and not any(
                s.role == "guardian" and s.state == "signed" for s in others
            ):
                raise UserError(
                    self.env._(
                        "%(pupil)s is of age now and signs for himself: your signature is not "
                        "needed any more. He receives his own link.",
                        pupil=student.name,
                    )
                )


class BdeDocument(models.Model):
    _inherit = "bde.document"

    def _tell_state(self, payload, detail):
        """What the proof file tells of guardians who were stopped, or who lost authority."""
        told = {
            "stopped": self.env._("The guardians disagree: their signature is stopped"),
            "released": self.env._("The head decided: the guardians may sign"),
        }
        if "guardians" in payload:
            return [told.get(payload["guardians"])]
        if payload.get("authority") is False:
            return [self.env._("This person has no authority over the pupil any more")]
        return super()._tell_state(payload, detail)


class BdeDelivery(models.AbstractModel):
    _inherit = "bde.delivery"

    def _deliver(self, signatures, *args, **kwargs):
        """Guardians who were stopped get no link and no reminder."""
        return super()._deliver(signatures - signatures._stopped_guardians(), *args, **kwargs)

    @api.model
    def _tell_changes(self, told):
        """Who has no authority over the pupil any more receives nothing, whatever he signed."""
        lost = self.env["bde.document.signature"].union(*(s for s, _changes in told))
        lost = lost._without_authority()
        return super()._tell_changes([(s, changes) for s, changes in told if s not in lost])
