from collections import defaultdict

from markupsafe import Markup

from odoo import models
from odoo.fields import Command

# nothing to log nor to follow: the import tells what was made
QUIET = {"tracking_disable": True, "mail_create_nolog": True, "mail_create_nosubscribe": True}


class BdeBookImport(models.Model):
    """What the rows of a chunk add to the companies that they are about."""

    _inherit = "bde.book.import"

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
                missing["notes"] = (relation.notes or Markup()) + notes_html(new)
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


def notes_html(notes):
    """Paragraphs of a relation's notes."""
    return Markup().join(Markup("<p>%s</p>") % note for note in notes)
