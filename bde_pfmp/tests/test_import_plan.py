"""The plan of an import, without the ORM: a school held in memory, files drawn at random."""

import random
from datetime import date

from odoo.tests import tagged
from odoo.tests.common import BaseCase

from ..rules import school_data as data
from ..rules.import_plan import MODELS as ORDER
from ..rules.import_plan import Known, Ref, build_plan
from .school_file_samples import TODAY

CONTACT = ("email", "phone", "other_phone", "street", "street2", "zip", "city", "country")
PERSON = ("lastname", "firstname", "source", "source_id", "imported", *CONTACT)
FIELDS = {
    "bde.division": ("name", "label", "training_ids", "principal_ids"),
    "bde.teacher": (*PERSON, "name"),
    "bde.teaching": ("teacher_id", "division_id", "subject", "hours"),
    "bde.student": (*PERSON, "usage_name", "birth_date", "sex", "ine"),
    "bde.schooling": ("student_id", "division_id", "training_id", "mef", "status", "regime",
                      "date_start", "date_end"),
    "bde.guardian": (*PERSON, "title", "is_institution"),
    "bde.guardianship": ("student_id", "guardian_id", "legal_rank", "rank_source", "kinship"),
}  # fmt: skip


class MemorySchool:
    """Holds what plans write, as the database would, and gives it back as ``Known``."""

    def __init__(self):
        self.records = {model: {} for model in ORDER}
        self.numbers = 0

    def apply(self, plan):
        refs = {}

        def one(value):
            if isinstance(value, tuple):
                return tuple(one(item) for item in value)
            return refs[value] if isinstance(value, Ref) else value

        for model in ORDER:
            for key, values in plan.creates[model].items():
                self.numbers += 1
                refs[Ref(model, key)] = self.numbers
                row = {name: one(value) for name, value in values.items()}
                self.records[model][self.numbers] = row
            for number, values in plan.updates[model].items():
                self.records[model][number].update(
                    {name: one(value) for name, value in values.items()}
                )
            for number in plan.deletes[model]:
                del self.records[model][number]

    def known(self):
        known = Known(TODAY, 1)

        def rows(model):
            return [
                {"id": number, **dict.fromkeys(FIELDS[model], False), **row}
                for number, row in self.records[model].items()
                if row.get("active", True)
            ]

        known.trainings = {
            row["mef"]: number for number, row in self.records["bde.training"].items()
        }
        known.divisions = {
            row["name"]: {**row, "training_ids": row["training_ids"] or (),
                          "principal_ids": row["principal_ids"] or ()}
            for row in rows("bde.division")
        }  # fmt: skip
        names = {record["id"]: code for code, record in known.divisions.items()}
        known.teachers, known.students = rows("bde.teacher"), rows("bde.student")
        known.guardians, known.guardianships = rows("bde.guardian"), rows("bde.guardianship")
        known.schoolings, known.teachings = rows("bde.schooling"), rows("bde.teaching")
        for row in known.schoolings:
            row["division"] = names.get(row["division_id"], "")
        for row in known.teachings:
            row.update(division=names.get(row["division_id"], ""), teacher="")
        for row in known.guardianships:
            row["student"] = ""
        return known


def draw_files(source):
    """Pupils, guardians and staff of a small school, drawn at random; some of them odd."""
    here = data.Position("file.xml", 1)
    pupils = data.ParsedFile(data.PUPILS, "pupils.xml")
    for number in source.sample(range(30), source.randint(0, 20)):
        pupils.pupils.append(
            data.Pupil(
                str(number), f"NOM{number % 7}", source.choice(("Lina", "Tom")),
                date(2009, 1, 1 + number), here,
                ine=source.choice(("", f"{number:09d}AB")),
                division=source.choice(("1MCV", "TMCV", "")),
                mef=source.choice(("2473121332", "2473121333", "")),
                status=source.choice(("ST", "AP")),
                date_end=source.choice((None, None, None, date(2026, 10, 9))),
                contact=data.Contact(phone=source.choice(("", "06 39 98 00 01"))),
            )
        )  # fmt: skip
    guardians = data.ParsedFile(data.GUARDIANS, "guardians.xml")
    for number in range(40):
        guardians.guardians[str(number)] = data.Guardian(
            str(number), f"NOM{number % 7}", here, firstname=f"Parent{number}",
            contact=data.Contact(email=source.choice(("", f"p{number}@example.org"))),
        )  # fmt: skip
    for pupil in range(30):
        for rank in source.sample("012", source.randint(0, 3)):
            person = str(source.randrange(40))
            guardians.add_guardianship(
                data.Guardianship(str(pupil), person, rank, here, "mother"), person
            )
    staff = data.ParsedFile(data.STS, "sts.xml")
    for number in source.sample(range(6), source.randint(1, 6)):
        key = f"epp:{number}"
        staff.teachers[key] = data.Teacher(key, f"PROF{number}", "Eva", here)
        for code in source.sample(("1MCV", "TMCV"), source.randint(0, 2)):
            staff.teachings.append(
                data.Teaching(key, code, "Vente", here, source.choice((None, 2.0, 4.0)))
            )
    for code in ("1MCV", "TMCV"):
        principals = [key for key in staff.teachers if source.random() < 0.3]
        staff.divisions[code] = data.Division(code, here, code, ["2473121332"], principals)
    staff.mefs["2473121332"] = "Vente"
    return [staff, pupils, guardians]


@tagged("post_install", "-at_install")
class TestPlan(BaseCase):
    def test_applying_then_planning_again_writes_nothing(self):
        """Whatever came before, the second import of the same files is empty."""
        for seed in range(60):
            source, school = random.Random(seed), MemorySchool()
            for _ in range(3):
                files = draw_files(source)
                school.apply(build_plan(files, school.known()))
                with self.subTest(seed):
                    again = build_plan(files, school.known())
                    self.assertTrue(again.is_empty(), (again.updates, again.deletes))

    def test_nobody_disappears(self):
        """Without an answer, an import never ends a schooling that the file does not end."""
        for seed in range(40):
            source, school = random.Random(1000 + seed), MemorySchool()
            for _ in range(3):
                before = {
                    number
                    for number, row in school.records["bde.schooling"].items()
                    if not row["date_end"]
                }
                files = draw_files(source)
                left = {pupil.source_id for pupil in files[1].pupils if pupil.date_end}
                school.apply(build_plan(files, school.known()))
                students = school.records["bde.student"]
                for number in before:
                    row = school.records["bde.schooling"][number]
                    if row["date_end"]:
                        self.assertIn(students[row["student_id"]]["source_id"], left)

    def test_a_row_is_one_pupil(self):
        """No identifier is ever held by two pupils."""
        for seed in range(40):
            source, school = random.Random(2000 + seed), MemorySchool()
            for _ in range(3):
                school.apply(build_plan(draw_files(source), school.known()))
            keys = [row["source_id"] for row in school.records["bde.student"].values()]
            self.assertEqual(len(keys), len(set(keys)))

    def test_signature(self):
        """It is that of what is shown, not of the answers."""
        school = MemorySchool()
        files = draw_files(random.Random(3))
        plan = build_plan(files, school.known())
        self.assertEqual(plan.signature(), build_plan(files, school.known()).signature())
        school.apply(plan)
        self.assertNotEqual(plan.signature(), build_plan(files, school.known()).signature())
