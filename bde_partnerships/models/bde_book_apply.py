from collections import defaultdict

from markupsafe import Markup
from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.fields import Command

# rows that are written in one transaction
CHUNK = 500
TURN = "bde.book_turn"
# nothing to log nor to follow: the import tells what was made
QUIET = {"tracking_disable": True, "mail_create_nolog": True, "mail_create_nosubscribe": True}


class BdeBookImport(models.Model):
    """Writing a list into the book: chunk by chunk, each whole or not there."""

    _inherit = "bde.book.import"

    def action_apply(self):
        """Writes the rows that are decided. A short list is done at once, a long one by chunks.

        The page goes on by itself (``apply_next``), and so does the job when it is closed.

        :raise UserError: no preview yet, or nothing to write
        """
        self._check_step("preview", "running", "done")
        if self.state != "running":
            if not self.line_ids.filtered_domain([("todo", "=", True)]):
                raise UserError(self.env._("There is nothing to write: decide the rows first."))
            self.write({
                "state": "running",
                "applied_on": fields.Datetime.now(),
                "applied_by_id": self.env.uid,
            })  # fmt: skip
        if self._todo_count() <= CHUNK:
            self.apply_next()
        if self.state == "running":
            # sudo: the job takes over when nobody looks
            self.env.ref("bde_partnerships.ir_cron_book").sudo()._trigger(
                fields.Datetime.add(fields.Datetime.now(), minutes=5)
            )
        return True

    def action_pause(self):
        """Stops between two chunks: what is written stays, the rest waits."""
        self._check_step("running")
        self.state = "preview" if not self._done_count() else "done"
        return True

    def apply_next(self):
        """Writes the next chunk.

        :return: ``done``, ``total``, ``state``, and ``busy`` while another list is being written
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("write")
        busy = False
        if self.state == "running":
            busy = not self._take_turn()
            if not busy:
                try:
                    with self.env.cr.savepoint():
                        self._apply_chunk()
                except UniqueViolation as error:
                    # somebody registered one of these companies this very second: read anew
                    raise ConcurrencyError(str(error)) from error
        done = self._done_count()
        return {
            "done": done, "total": done + self._todo_count(), "state": self.state, "busy": busy,
        }  # fmt: skip

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

    def _todo_count(self):
        return self.env["bde.book.line"].search_count(
            [("import_id", "=", self.id), ("todo", "=", True)]
        )

    def _done_count(self):
        return self.env["bde.book.line"].search_count(
            [("import_id", "=", self.id), ("result", "!=", False)]
        )

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
        last = self._last_employer()
        first = lines.filtered(lambda line: not line.same_as)
        employers = self._register_lines(first, {})
        repeats = lines - first
        if repeats:
            employers |= self._register_lines(repeats, self._employers_of_lines(repeats))
        relations = self._complete_relations(lines, employers)
        contacts = self._add_contacts(lines, employers)
        placements = self._add_placements(lines, relations, contacts)
        self._note_trainings(lines, employers)
        made = {line for line in first if employers[line].id > last}
        self._note_results(lines, employers, relations, contacts, placements, made)
        if not self._todo_count():
            self.state = "done"

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

    def _employers_of_lines(self, lines):
        """Company of the first row of each of these repeats, written before or just now."""
        firsts = (
            self.env["bde.book.line"]
            .sudo()
            .search([("import_id", "=", self.id), ("line", "in", lines.mapped("same_as"))])
        )
        by_line = {line.line: line.partner_id.id for line in firsts}
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
        result = dict(zip(lines, employers, strict=True))
        for line, employer in result.items():
            if line.partner_id != employer:
                line.partner_id = employer
        return result

    @api.model
    def _relation_values(self, data, offers):
        """Values of a relation that is made with the row."""
        vals = {
            name: data[name]
            for name in ("status", "user_id", "insurance_company", "insurance_policy")
            if data.get(name)
        }
        if data.get("notes"):
            vals["notes"] = _notes_html(data["notes"])
        for name, codes in (("offer_ids", "offers"), ("declined_offer_ids", "declined")):
            ids = [offers[code] for code in data.get(codes) or () if code in offers]
            if ids:
                vals[name] = [Command.set(ids)]
        return vals

    @api.model
    def _offers(self):
        return {offer.code: offer.id for offer in self.env["bde.offer"].search([])}

    def _complete_relations(self, lines, employers):
        """Adds to relations that were there before; nothing is replaced.

        :return: {line: bde.relation}
        """
        relations = self.env["res.partner"]._bde_ensure_relations(
            {employer.id: {} for employer in employers.values()}, self.company_id
        )
        offers, added = self._offers(), defaultdict(lambda: self.env["bde.relation"])
        result = {}
        for line, employer in employers.items():
            # sudo: the import was checked to be this school's
            relation = relations[employer.id].sudo().with_context(**QUIET)
            result[line] = relation
            data = line.data["relation"]
            vals = self._relation_values(data, offers)
            missing = {
                name: vals[name]
                for name in ("user_id", "insurance_company", "insurance_policy")
                if vals.get(name) and not relation[name]
            }
            if relation.status == "prospect" and vals.get("status", "prospect") != "prospect":
                missing["status"] = vals["status"]
            new = [note for note in data.get("notes") or () if note not in (relation.notes or "")]
            new = [note for note in new if str(Markup.escape(note)) not in (relation.notes or "")]
            if new:
                missing["notes"] = (relation.notes or Markup()) + _notes_html(new)
            if missing:
                relation.write(missing)
            said = {offers[code] for code in data.get("offers") or () if code in offers}
            if said := said - set((relation.offer_ids | relation.declined_offer_ids).ids):
                added[tuple(sorted(said))] |= relation
        for offer_ids, group in added.items():
            group.write({"offer_ids": [Command.link(offer_id) for offer_id in offer_ids]})
        self._add_tags(employers)
        return result

    def _add_tags(self, employers):
        """Tags of the académie that the list gives to companies."""
        by_tag = defaultdict(list)
        for line, employer in employers.items():
            for tag_id in line.data["relation"].get("tag_ids") or ():
                by_tag[tag_id].append(employer.id)
        for tag_id, ids in by_tag.items():
            # sudo: shared companies are written by checked methods alone
            partners = self.env["res.partner"].sudo().browse(ids)
            missing = partners.filtered(lambda p, tag_id=tag_id: tag_id not in p.bde_tag_ids.ids)
            missing.write({"bde_tag_ids": [Command.link(tag_id)]})

    def _add_contacts(self, lines, employers):
        """Contacts of these rows.

        :return: {line: {name of the contact: res.partner}}
        """
        given = [(line, one) for line in lines for one in line.data["contacts"] if one.get("name")]
        contacts = self.env["res.partner"].with_context(**QUIET)._bde_add_contacts(
            [(employers[line].id, one) for line, one in given], self.company_id
        )  # fmt: skip
        result = defaultdict(dict)
        for (line, one), contact in zip(given, contacts, strict=True):
            result[line][one["name"]] = contact
        return result

    # ------------------------------------------------------------
    # Past placements, trainings
    # ------------------------------------------------------------

    def _add_placements(self, lines, relations, contacts):
        """Past placements of these rows that are not there yet; lines that made one."""
        if self.kind != "past_placements":
            return {}
        # sudo: placements of this school, whose list the user may load
        Placement = self.env["bde.past.placement"].sudo()
        vals_list, by_key = [], {}
        for line in lines:
            data = line.data["placement"]
            vals = {
                "relation_id": relations[line].id,
                "tutor_id": contacts[line].get(data["tutor"], Placement.tutor_id).id,
                "date_start": data["date_start"] or False,
                "date_end": data["date_end"] or False,
                "year_label": data["year_label"] or False,
                "training_id": data.get("training_id") or False,
                "training_label": False if data.get("training_id") else data["training"] or False,
                "pupil": data["pupil"] or False,
                "pupil_count": data["pupil_count"],
            }
            key = (relations[line].id, Placement._key_of(vals))
            if key not in by_key:
                by_key[key] = line
                vals_list.append(vals)
        known = Placement.search([
            ("relation_id", "in", [relation for relation, _key in by_key]),
            ("key", "in", [key for _relation, key in by_key]),
        ])  # fmt: skip
        there = {(placement.relation_id.id, placement.key) for placement in known}
        new = [vals for vals, key in zip(vals_list, by_key, strict=True) if key not in there]
        Placement.create(new)
        return {line: True for key, line in by_key.items() if key not in there}

    def _note_trainings(self, lines, employers):
        """Says to all schools which trainings these companies welcome; no pupil, no school."""
        labels = {}
        for line in lines:
            employer, data = employers[line], line.data
            for training_id in data["relation"].get("training_ids") or ():
                labels.setdefault((employer.id, training_id), False)
            placement = data["placement"]
            if placement.get("training_id"):
                year = placement.get("year")
                label = f"{year}-{year + 1}" if year else ""
                key = (employer.id, placement["training_id"])
                labels[key] = max(labels.get(key) or "", label) or False
        self.env["res.partner"]._bde_note_trainings_of(labels)

    # ------------------------------------------------------------
    # What was done
    # ------------------------------------------------------------

    def _note_results(self, lines, employers, relations, contacts, placements, made):
        """Notes on each line what became of it, and adds to the report."""
        counts = defaultdict(int, self.report or {})
        result = defaultdict(lambda: self.env["bde.book.line"].sudo())
        told = set()
        for line in lines:
            employer = employers[line]
            kind = "made" if line in made else "joined"
            if self.kind == "past_placements":
                counts["placements"] += bool(placements.get(line))
                counts["placements_known"] += not placements.get(line)
            result[kind] |= line
            if not line.same_as and employer.id not in told:
                told.add(employer.id)
                counts[kind] += 1
            line.relation_id = relations[line]
        for kind, group in result.items():
            group.write({"result": kind})
        counts["contacts"] += len(set().union(*(
            {contact.id for contact in found.values()} for found in contacts.values()
        )))  # fmt: skip
        self.report = dict(counts)

    @api.model
    def _cron_apply(self):
        """Goes on with lists whose page was closed, one chunk a time."""
        running = self.search([("state", "=", "running")], order="applied_on")
        for record in running:
            while record.state == "running":
                record = record.with_user(record.applied_by_id).with_company(record.company_id)
                before = record._todo_count()
                if record.apply_next()["busy"]:
                    break
                if not self.env["ir.cron"]._commit_progress(
                    before - record._todo_count(), remaining=record._todo_count()
                ):
                    return


def _notes_html(notes):
    return Markup().join(Markup("<p>%s</p>") % note for note in notes)
