from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import split_every

from ..rules import book_file, book_titles, lookalike
from ..rules.texts import normalise
from .bde_book_reason import reason

# rows whose look-alikes are asked for, and lines that are made, in one go
CHUNK = 1000
# below, a SIRET and a name do not belong together
OTHER_NAME = 50
# below, a company of the book is not worth a question
ALIKE = 70


class BdeBookImport(models.Model):
    """What would come of each row."""

    _inherit = "bde.book.import"

    def action_preview(self):
        """Checks every row and finds its company in the book. Writes nothing of the book.

        :raise UserError: no column for the name, or two for one thing
        """
        if self.state == "draft":
            self.action_read()
        self._check_step("columns", "preview")
        # sudo: lines are made by the import alone
        self.sudo().line_ids.unlink()
        rows = self._read_rows()
        self._make_lines(rows)
        # sudo: a state is written by verbs alone; the right was checked
        self.sudo().write(
            {"state": "preview", "report": False, "seen_partner_id": self._last_employer()}
        )
        return True

    def _read_rows(self):
        """Rows of the chosen table, checked.

        :rtype: list[bde_partnerships.rules.book_file.Row]
        """
        columns = self._column_fields()
        table = self._read_table()
        titles = {column.sequence: column.title for column in self.column_ids}
        rows = [row for row in table.rows if row[0] > self.header_line]
        titles = [titles.get(number) or "" for number in range(len(columns))]
        return book_file.read_rows(rows, columns, self.kind, titles)

    def _several(self):
        return book_titles.SEVERAL

    def _check_columns(self, used):
        if not used & {"name", "brand", "siret"}:
            raise UserError(
                self.env._("Say which column holds the name of the company, or its SIRET.")
            )

    def _last_employer(self):
        """Highest id of a company: what is above it was registered since."""
        # sudo: archived and shared ones too
        Partner = self.env["res.partner"].sudo().with_context(active_test=False)
        return Partner.search([("bde_employer", "=", True)], order="id desc", limit=1).id

    def _make_lines(self, rows):
        """Stores what was found of each row."""
        verdicts = self._classify(rows)
        words = self._school_words()
        # sudo: lines are made by the import alone
        Line = self.env["bde.book.line"].sudo()
        for chunk in split_every(CHUNK, rows):
            Line.create([self._line_values(row, verdicts[row.line], words) for row in chunk])

    def _line_values(self, row, verdict, words):
        status, partner, score, said = verdict
        self._match_words(row, words)
        return {
            "import_id": self.id,
            "company_id": self.company_id.id,
            "line": row.line,
            "status": status,
            "name": row.company["name"] or partner.name or False,
            "city": row.company["city"],
            "siret": row.company.get("company_registry") or False,
            "detail": self._line_detail(row),
            "reason": "\n".join([*(reason(self.env, *problem) for problem in row.problems), *said]),
            "remark": "\n".join(reason(self.env, *remark) for remark in row.remarks),
            "partner_id": partner.id,
            "score": score,
            "same_as": row.same_as,
            "data": row.data(),
            "cells": row.cells if status == "refused" else False,
        }

    def _line_detail(self, row):
        """The placement, or the contacts: what a user recognises the row by."""
        placement = row.placement
        if placement:
            days = " – ".join(filter(None, (placement["date_start"], placement["date_end"])))
            parts = (
                placement["pupil"], placement["training"], days or placement["year_label"],
                placement["tutor"],
            )  # fmt: skip
            return ", ".join(filter(None, parts))
        return ", ".join(one["name"] for one in row.contacts)

    # ------------------------------------------------------------
    # Which company is it
    # ------------------------------------------------------------

    def _classify(self, rows):
        """What each row is, by line.

        :return: {line: (status, company of the book, score, sentences)}
        """
        Partner = self.env["res.partner"]
        good = [row for row in rows if not row.problems]
        known = Partner._bde_find_employers([row.company.get("company_registry") for row in good])
        # sudo: shared companies, archived ones too
        Partner.sudo().browse([partner.id for partner in known.values()]).fetch(
            ["name", "active", "closed_on"]
        )
        verdicts, unknown = {}, []
        for row in rows:
            partner = known.get(row.company.get("company_registry"), Partner)
            if row.problems:
                verdicts[row.line] = ("refused", Partner, 0, [])
            elif row.same_as:
                continue
            elif partner:
                verdicts[row.line] = self._verdict_of_siret(row, partner)
            else:
                unknown.append(row)
        for chunk in split_every(CHUNK, unknown):
            verdicts.update(self._verdicts_of_names(chunk))
        for row in good:
            if row.same_as:
                status, partner, score, said = verdicts[row.same_as]
                said = [*said, reason(self.env, "same_as", {"line": row.same_as})]
                verdicts[row.line] = (status, partner, score, said)
        return verdicts

    def _verdict_of_siret(self, row, partner):
        """A SIRET that is known: by its own name, another name, or closed."""
        # sudo: a shared company, which may be archived
        shown = partner.sudo()
        if shown.closed_on:
            said = reason(self.env, "closed_on", {"name": shown.name, "date": shown.closed_on})
            return ("refused", partner, 100, [said])
        if row.company["name"] and not same_name(row.company["name"], shown.name):
            return (
                "look_alike", partner, OTHER_NAME,
                [reason(self.env, "other_name", {"name": shown.name})],
            )  # fmt: skip
        said = [] if shown.active else [reason(self.env, "archived", {"name": shown.name})]
        return ("known", partner, 100, said)

    def _verdicts_of_names(self, rows):
        """Rows without a known SIRET: the same name and place, something alike, or new."""
        Partner = self.env["res.partner"]
        found = Partner._bde_lookalikes([row.company for row in rows], limit=5)
        verdicts = {}
        for row, candidates in zip(rows, found, strict=True):
            verdicts[row.line] = self._verdict_of_company(row.company, candidates)
        return verdicts

    def _verdict_of_company(self, company, candidates):
        """What the values of a company are, beside the companies that look like them.

        :return: (status, company of the book, score, sentences)
        """
        siret = company.get("company_registry")
        alike = []
        for partner, score, said in candidates:
            # sudo: shared companies
            other = partner.sudo()
            if siret and other.company_registry == siret:
                return ("known", partner, 100, [])
            if siret and other.company_registry:
                continue  # two SIRETs, two establishments
            place = {"zip": other.zip, "city": other.city, "street": other.street}
            exact = lookalike.fold(company["name"]) == lookalike.fold(other.name)
            if exact and book_file.same_place(company, place) and not other.closed_on:
                return ("known", partner, score, [])
            if score >= ALIKE:
                alike.append((partner, score, said))
        if alike:
            partner, score, said = alike[0]
            return ("look_alike", partner, score, [", ".join(said)])
        return ("new", self.env["res.partner"], 0, [])

    # ------------------------------------------------------------
    # Words of the school
    # ------------------------------------------------------------

    def _school_words(self):
        """People, tags and trainings of the school, by the words that name them."""
        company = self.company_id
        # sudo: names of the team of this school, whom the user works with
        members = (
            self.env["bde.membership"]
            .sudo()
            .search([("company_id", "=", company.id), ("is_current", "=", True)])
        )
        owners = {}
        for user in members.user_id:
            parts = normalise(user.name).split()
            for key in {" ".join(parts), " ".join(reversed(parts)), parts[-1] if parts else ""}:
                # a last name that two people have names nobody
                owners[key] = user.id if owners.get(key, user.id) == user.id else 0
        tags = self.env["bde.employer.tag"].search(Domain.TRUE)
        trainings = self.env["bde.training"].search([("company_id", "=", company.id)])
        by_word = {}
        for training in trainings:
            for word in (training.mef, training.name, training.code):
                if word:
                    by_word[normalise(word)] = training.id
        return {
            "owners": owners,
            "tags": {normalise(tag.name): tag.id for tag in tags},
            "trainings": by_word,
        }

    def _match_words(self, row, words):
        """Turns words into records; those that name none stay in the notes."""
        relation = row.relation
        notes = relation.setdefault("notes", [])
        owner = relation.pop("owner", "")
        if owner:
            relation["user_id"] = words["owners"].get(normalise(owner)) or False
            if not relation["user_id"]:
                row.remarks.append(("owner_unknown", {"value": owner}))
                notes.append(owner)
        relation["tag_ids"] = []
        for tag in relation.pop("tags", ()):
            if found := words["tags"].get(normalise(tag)):
                relation["tag_ids"].append(found)
            else:
                row.remarks.append(("tag_unknown", {"value": tag}))
                notes.append(tag)
        relation["training_ids"] = []
        for training in relation.pop("trainings", ()):
            if found := words["trainings"].get(normalise(training)):
                relation["training_ids"].append(found)
            else:
                row.remarks.append(("training_unknown", {"value": training}))
                notes.append(training)
        if label := row.placement.get("training"):
            row.placement["training_id"] = words["trainings"].get(normalise(label)) or False
            if not row.placement["training_id"]:
                row.remarks.append(("training_unknown", {"value": label}))


def same_name(first, second):
    """Whether a list's name may be the one of the company with that SIRET."""
    score = lookalike.name_score(lookalike.name_key(first), lookalike.name_key(second))
    return score >= OTHER_NAME
