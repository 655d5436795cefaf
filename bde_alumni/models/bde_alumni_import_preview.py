from collections import defaultdict

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import split_every
from odoo.tools.translate import LazyTranslate

from odoo.addons.bde_pfmp.rules import persons

from ..rules import alumni_rows

_lt = LazyTranslate(__name__)

CHUNK = 1000
REASONS = {
    "name_missing": _lt("The last name or the first name is missing."),
    "birth_bad": _lt("Date of birth “%(value)s”: write it as 15/08/2006."),
    "result_unknown": _lt("Result “%(value)s”: write admis, refusé or absent."),
    "not_prepared": _lt("This pupil is not among the alumni yet: made from the pupil's file."),
    "stays_passed": _lt("On file the diploma is passed: left so. Change it by hand if need be."),
    "twice": _lt("The same person stands on line %(value)s already."),
    "objected": _lt("This person objected to the follow-up: nothing is noted."),
    "nobody": _lt("Nobody of the school has this name: choose who it is, or leave the row out."),
    "several": _lt("Several people of the school may be meant: choose who it is."),
    "year_bad": _lt("Year “%(value)s”: no school year ended then."),
    "ine_bad": _lt("INE “%(value)s” is none: names and birth date were compared."),
    "email_bad": _lt("E-mail “%(value)s” is no address: left out."),
    "email_school": _lt("E-mail “%(value)s” is of a school and stops: left out."),
    "phone_bad": _lt("Telephone “%(value)s” cannot be dialled: left out."),
    "training_unknown": _lt("Training “%(value)s” is none of the school: left out."),
}
# what a list completes where the record says nothing; what it says otherwise is left as it is
COMPLETED = (
    "usage_name", "birth_date", "sex", "training_id", "division_name", "email", "phone", "zip",
    "city",
)  # fmt: skip


class BdeAlumniImport(models.Model):
    """What each row is, beside what is on file. Writes nothing but the rows."""

    _inherit = "bde.alumni.import"

    def action_preview(self):
        """Reads every row and finds whom it is about; may be asked again.

        :raise UserError: columns that are missing or said twice
        """
        if self.state == "draft":
            self.action_read()
        self._check_step("columns", "preview", "done")
        columns = self._column_fields()
        rows = [row for row in self._read_table().rows if row[0] > self.header_line]
        answers = {
            line.line: (line.alumnus_id.id, line.decision)
            for line in self.line_ids
            if line.decision
        }
        # sudo: lines are made by the import alone
        self.sudo().line_ids.unlink()
        read = [self._read_row(line, cells, columns) for line, cells in rows]
        people = self._people(read)
        vals_list = [self._line_values(row, people) for row in read]
        self._refuse_twice(vals_list)
        for vals in vals_list:
            self._give_answer(vals, answers.get(vals["line"]))
        for chunk in split_every(CHUNK, vals_list, list):
            # sudo: as above
            self.env["bde.alumni.import.line"].sudo().create(chunk)
        # sudo: a state is written by verbs alone
        self.sudo().state = "preview"
        return True

    def _read_row(self, line, cells, columns):
        """(line, cells, values, refusal, remarks) of a row."""
        named = {
            name: cells[number]
            for number, name in enumerate(columns)
            if name and number < len(cells) and cells[number]
        }
        values, refusal, remarks = alumni_rows.read(
            named, self.company_id.bde_email or "", self.company_id._bde_today()
        )
        year = values["cohort"] or self.cohort
        if not refusal and not 1900 <= year <= self.company_id._bde_today().year + 4:
            refusal = ("year_bad", named.get("cohort", str(year)))
        return line, cells, values, refusal, remarks

    # ------------------------------------------------------------
    # Whom a row is about
    # ------------------------------------------------------------

    def _people(self, read):
        """Everybody of the school whom the rows may mean; five queries for any number.

        :return: dict of indexes: ``ine``, ``identity``, ``name`` -> ids of alumni, ``objected``
            -> keys of pupils who objected, ``pupils`` -> who is no alumnus yet, ``trainings``
        """
        # sudo: INEs and keys are compared, within the school alone
        Student, Alumnus = self.env["bde.student"].sudo(), self.env["bde.alumnus"].sudo()
        own = [("company_id", "=", self.company_id.id)]
        found = {
            "ine": defaultdict(set), "identity": defaultdict(set), "name": defaultdict(set),
            "objected": set(), "pupils": {}, "trainings": self._trainings(),
        }  # fmt: skip
        ines = [row[2]["ine"] for row in read if row[2]["ine"]]
        hashes = {
            Student._keyed_hash("identity", key): key for key in map(_said_identity, read) if key
        }
        pupils = Student.search_fetch(
            Domain(own) & (Domain("ine", "in", ines) | Domain("identity_hash", "in", [*hashes])),
            ["ine", "identity_hash"],
        )
        objected = Student.search_fetch(
            [*own, ("follow_up_objected_on", "!=", False)],
            ["ine", "lastname", "firstname", "birth_date"],
        )
        for pupil in objected:
            found["objected"] |= {pupil.ine, _identity(pupil)} - {"", False}
        alumni = Alumnus.with_context(active_test=False).search_fetch(
            own,
            ["student_id", "lastname", "usage_name", "firstname", "birth_date", "cohort",
             "former_name", *COMPLETED, "diploma_result"],
        )  # fmt: skip
        by_student = {one.student_id.id: one.id for one in alumni if one.student_id}
        for pupil in pupils:
            if pupil.id in by_student:
                found["ine"][pupil.ine].add(by_student[pupil.id])
            else:
                found["pupils"] |= {pupil.ine: pupil.id} if pupil.ine else {}
                found["pupils"] |= {hashes.get(pupil.identity_hash, ""): pupil.id}
        for one in alumni:
            found["identity"][_identity(one)].add(one.id)
            for last in {one.lastname, one.usage_name} - {False, ""}:
                found["name"][_name_key(last, one.firstname)].add(one.id)
        found["alumni"] = {one.id: one for one in alumni}
        return found

    def _trainings(self):
        """``{normalised name, code or MEF: training}`` of the school."""
        found = {}
        for training in self.env["bde.training"].with_context(active_test=False).search(
            [("company_id", "=", self.company_id.id)], order="active, id desc"
        ):  # fmt: skip
            for text in (training.name, training.code, training.mef):
                if text:
                    found[persons.normalise(text)] = training
        return found

    def _match(self, values, people):
        """Ids of those whom a row may mean, and whether it is sure."""
        if values["ine"] and people["ine"][values["ine"]]:
            return people["ine"][values["ine"]], True
        birth = fields.Date.to_date(values["birth_date"])
        identity = persons.identity(values["lastname"], values["firstname"], birth)
        if identity and people["identity"][identity]:
            return people["identity"][identity], True
        same = {
            number
            for number in people["name"][_name_key(values["lastname"], values["firstname"])]
            # two dates of birth are two persons
            if not (birth and people["alumni"][number].birth_date)
        }
        year = values["cohort"] or (self.cohort if self.kind == "result" else 0)
        of_year = {number for number in same if people["alumni"][number].cohort == year}
        same = of_year or same
        # a name and a year that one alone has: results are given so; else somebody confirms
        sure = len(same) == 1 and bool(of_year)
        return same, sure

    # ------------------------------------------------------------
    # Lines
    # ------------------------------------------------------------

    def _line_values(self, row, people):
        line, cells, values, refusal, remarks = row
        birth = fields.Date.to_date(values["birth_date"]) or False
        training = self._training_of(values, people["trainings"], remarks)
        vals = {
            "import_id": self.id,
            "line": line,
            "name": persons.full_name(values["lastname"], values["firstname"]) or values["ine"],
            "birth_date": birth,
            "diploma_result": values["result"] or False,
            "cells": list(cells),
            "said": values | {"training_id": training.id or False},
            "remark": "\n".join(self._reason(*remark) for remark in remarks) or False,
            "alumnus_id": False,
        }
        if refusal:
            return vals | {"status": "refused", "reason": self._reason(*refusal)}
        identity = persons.identity(values["lastname"], values["firstname"], birth or None)
        if {values["ine"], identity} & people["objected"]:
            return vals | {"status": "refused", "reason": self._reason("objected", "")}
        found, sure = self._match(values, people)
        if sure and len(found) == 1:
            [number] = found
            person = people["alumni"][number]
            news = self._news(person, vals["said"])
            if person.diploma_result == "passed" and values["result"] in ("failed", "absent"):
                kept = self._reason("stays_passed", "")
                vals["remark"] = "\n".join(filter(None, [vals["remark"], kept]))
            return vals | {"alumnus_id": number, "status": "changed" if news else "known"}
        pupil = people["pupils"].get(values["ine"]) or people["pupils"].get(identity)
        if pupil and (values["ine"] or identity):
            remark = [vals["remark"], self._reason("not_prepared", "")]
            return vals | {
                "status": "new",
                "said": vals["said"] | {"student_id": pupil},
                "remark": "\n".join(filter(None, remark)),
            }
        if found:
            return vals | {
                "status": "to_confirm",
                "reason": self._reason("several", ""),
                "candidate_ids": sorted(found),
                # one is proposed, several are not guessed
                "alumnus_id": min(found) if len(found) == 1 else False,
            }
        if self.kind == "result":
            return vals | {"status": "unmatched", "reason": self._reason("nobody", "")}
        return vals | {"status": "new"}

    def _training_of(self, values, trainings, remarks):
        for text in (values["mef"], values["training"]):
            if text and persons.normalise(text) in trainings:
                return trainings[persons.normalise(text)]
        if values["training"]:
            remarks.append(("training_unknown", values["training"]))
        return self.training_id if not values["training"] else self.env["bde.training"]

    def _news(self, alumnus, said):
        """What a row tells of somebody that is not on file: blanks alone are filled.

        :rtype: dict of values to write
        """
        news = {}
        for name in COMPLETED if self.kind == "people" else ():
            value = said.get(name)
            if value and not alumnus[name]:
                news[name] = value
        result = said.get("result")
        if result not in ("", "unknown", "passed") and alumnus.diploma_result == "passed":
            # an older list, or a mistake: a diploma is not taken back by a list
            return news
        if result and result != "unknown" and alumnus.diploma_result != result:
            news["diploma_result"] = result
        return news

    def _refuse_twice(self, vals_list):
        """Two rows about one person: the first counts."""
        seen = {}
        for vals in vals_list:
            if vals["status"] not in ("new", "changed", "known"):
                continue
            said = vals["said"]
            key = vals["alumnus_id"] or (
                said["ine"],
                _name_key(said["lastname"], said["firstname"]),
                said["birth_date"],
                # without a date of birth two people of one name are told apart by their year
                not said["birth_date"] and said["cohort"],
            )
            if key in seen:
                vals |= {
                    "status": "refused", "alumnus_id": False,
                    "reason": self._reason("twice", seen[key]),
                }  # fmt: skip
            else:
                seen[key] = vals["line"]

    def _give_answer(self, vals, answer):
        """What was said of a row before it was checked again."""
        if not answer or vals["status"] not in ("to_confirm", "unmatched", "new", "changed"):
            return
        person, decision = answer
        if decision == "aside":
            vals["decision"] = "aside"
        elif person and vals["status"] in ("to_confirm", "unmatched"):
            vals |= {"decision": "take", "alumnus_id": person}

    def _reason(self, code, value):
        sentence = self.env._(REASONS[code])
        return sentence % {"value": value}


def _name_key(lastname, firstname):
    """Names as they are compared: without accents, the first given name alone."""
    last = persons.normalise(lastname or "")
    return f"{last}|{persons.normalise((firstname or '').split(' ')[0])}"


def _identity(person):
    return persons.identity(person.lastname, person.firstname, person.birth_date or None)


def _said_identity(row):
    """Key of the person whom a row names by both names and a date of birth, else ""."""
    values = row[2]
    birth = fields.Date.to_date(values["birth_date"]) or None
    return persons.identity(values["lastname"], values["firstname"], birth)
