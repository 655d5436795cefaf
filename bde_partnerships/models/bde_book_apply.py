from collections import defaultdict

from odoo import api, models
from odoo.fields import Command
from odoo.tools import SQL

from .bde_book_write import QUIET, notes_html

# rows that are written in one transaction
CHUNK = 500
TURN = "bde.book_turn"


class BdeBookImport(models.Model):
    """Writing a list into the book: chunk by chunk, each whole or not there."""

    _inherit = "bde.book.import"

    _apply_job = "bde_partnerships.ir_cron_book"

    @api.model
    def _chunk_size(self):
        return CHUNK

    def _take_turn(self):
        """One list at a time: two schools that load the same companies make each once.

        Whoever waited and read the book too early is sent back by PostgreSQL, and Odoo begins
        his request again.
        """
        self.env.cr.execute(
            "SELECT id FROM ir_config_parameter WHERE key = %s FOR UPDATE SKIP LOCKED", [TURN]
        )
        row = self.env.cr.fetchone()
        if row:
            self.env.cr.execute(
                "UPDATE ir_config_parameter SET write_date = now() WHERE id = %s", row
            )
        return bool(row)

    # ------------------------------------------------------------
    # One chunk
    # ------------------------------------------------------------

    def _apply_chunk(self):
        """Writes the next rows; the last chunk ends the import."""
        lines = self.env["bde.book.line"].search(
            [("import_id", "=", self.id), ("todo", "=", True)], limit=CHUNK, order="line"
        )
        # sudo: lines are written by the import alone, which the user may write
        lines = lines.sudo()
        self._look_again(lines.filtered(lambda line: line.status == "new" and not line.decision))
        lines = lines.filtered("todo")
        if not lines:
            self._end()
            return
        last = self._last_employer()
        first = lines.filtered(lambda line: not line.same_as)
        employers = self._register_lines(first, {})
        repeats = lines - first
        if repeats:
            known = self._employers_of_lines(repeats, employers)
            employers |= self._register_lines(repeats, known)
        relations = self._complete_relations(lines, employers)
        contacts = self._add_contacts(lines, employers)
        placements = self._add_placements(lines, relations, contacts)
        self._note_trainings(lines, employers)
        made = {line for line in first if employers[line].id > last}
        self._note_results(lines, employers, relations, contacts, placements, made)
        self._end()

    def _look_again(self, lines):
        """New companies that somebody else registered since the preview are joined or asked."""
        if lines and self._others_registered():
            self._judge_again(lines)

    def _others_registered(self):
        """Whether companies were registered since the preview, but for those of this list."""
        since = ("id", ">", self.seen_partner_id)
        # sudo: shared companies, archived ones too
        Partner = self.env["res.partner"].sudo().with_context(active_test=False)
        count = Partner.search_count(
            [("bde_employer", "=", True), ("bde_level", "!=", "entity"), since]
        )
        ours = self.env["bde.book.line"]._read_group(
            [("import_id", "=", self.id), ("partner_id", ">", self.seen_partner_id)],
            [],
            ["partner_id:count_distinct"],
        )
        return count > ours[0][0]

    def _judge_again(self, lines):
        found = self.env["res.partner"]._bde_lookalikes(
            [line.data["company"] for line in lines], limit=5
        )
        for line, candidates in zip(lines, found, strict=True):
            status, partner, score, said = self._verdict_of_company(
                line.data["company"], candidates
            )
            if status != "new":
                line.write({
                    "status": status, "partner_id": partner.id, "score": score,
                    "reason": "\n".join(said),
                })  # fmt: skip

    def _employers_of_lines(self, lines, employers):
        """Company of the first row of each of these repeats, written before or just now."""
        # sudo: lines of this import
        firsts = (
            self.env["bde.book.line"]
            .sudo()
            .search([("import_id", "=", self.id), ("line", "in", lines.mapped("same_as"))])
        )
        by_line = {line.line: employers.get(line, line.partner_id).id for line in firsts}
        return {line: by_line.get(line.same_as) for line in lines}

    def _register_lines(self, lines, known):
        """Companies of these rows, made or completed, with their relation.

        :return: {line: res.partner}
        """
        Partner = self.env["res.partner"].with_context(**QUIET)
        offers, vals_list = self._offers(), []
        for line in lines:
            vals = {name: value for name, value in line.data["company"].items() if value}
            joined = line.decision == "join" or line.status == "known"
            partner_id = known.get(line) or (line.partner_id.id if joined else False)
            if partner_id:
                vals["id"] = partner_id
            vals["relation"] = self._relation_values(line.data["relation"], offers)
            vals_list.append(vals)
        employers = Partner._bde_register_employers(vals_list, self.company_id)
        return dict(zip(lines, employers, strict=True))

    @api.model
    def _relation_values(self, data, offers):
        """Values of a relation that is made with the row."""
        vals = {
            name: data[name]
            for name in ("status", "user_id", "insurance_company", "insurance_policy")
            if data.get(name)
        }
        if data.get("notes"):
            vals["notes"] = notes_html(data["notes"])
        for name, codes in (("offer_ids", "offers"), ("declined_offer_ids", "declined")):
            ids = [offers[code] for code in data.get(codes) or () if code in offers]
            if ids:
                vals[name] = [Command.set(ids)]
        return vals

    @api.model
    def _offers(self):
        return {offer.code: offer.id for offer in self.env["bde.offer"].search([])}

    # ------------------------------------------------------------
    # What was done
    # ------------------------------------------------------------

    def _note_results(self, lines, employers, relations, contacts, placements, made):
        """Notes on each line what became of it, and adds to the report."""
        counts = defaultdict(int, self.report or {})
        told, written = set(), []
        for line in lines:
            employer = employers[line]
            kind = "made" if line in made else "joined"
            if self.kind == "past_placements":
                counts["placements"] += bool(placements.get(line))
                counts["placements_known"] += not placements.get(line)
            if not line.same_as and employer.id not in told:
                told.add(employer.id)
                counts[kind] += 1
            written.append((line.id, employer.id, relations[line].id, kind))
        self._write_results(written)
        counts["contacts"] += len(set().union(*(
            {contact.id for contact in found.values()} for found in contacts.values()
        )))  # fmt: skip
        # sudo: the report is written by the import alone, which the user may write
        self.sudo().report = dict(counts)

    def _write_results(self, written):
        """Notes what became of many lines at once: each has values of its own.

        :param list written: (id of the line, id of the company, of the relation, result)
        """
        Line = self.env["bde.book.line"]
        Line.flush_model()
        self.env.execute_query(
            SQL(
                """
                UPDATE bde_book_line line
                   SET partner_id = done.partner, relation_id = done.relation,
                       result = done.result, todo = FALSE, waits = FALSE
                  FROM unnest(%s, %s, %s, %s) AS done(line, partner, relation, result)
                 WHERE line.id = done.line AND line.import_id = %s
             RETURNING line.id
                """,
                *map(list, zip(*written, strict=True)),
                self.id,
            )
        )
        Line.invalidate_model()
        self.invalidate_recordset()
