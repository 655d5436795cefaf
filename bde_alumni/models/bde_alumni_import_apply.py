from odoo import models

RESULTS = ("passed", "failed", "absent")


class BdeAlumniImport(models.Model):
    """Writing the rows that are decided: people are made, blanks filled, results noted."""

    _inherit = "bde.alumni.import"

    def _apply_chunk(self):
        """Writes the next rows; the last chunk ends the import."""
        self.company_id._bde_check_user_is("secretary")
        # sudo: rows and the facts of alumni are written by the import, which the user may write
        Line = self.env["bde.alumni.import.line"].sudo()
        lines = Line.search(
            [("import_id", "=", self.id), ("todo", "=", True)],
            limit=self._chunk_size(),
            order="line",
        )
        new = lines.filtered(lambda line: line.status == "new" and not line.alumnus_id)
        self._make_people(new)
        self._complete(lines - new)
        self._end()

    def _make_people(self, lines):
        """One alumnus for each of these rows."""
        # a message on each new page, with a follower, would tell nothing
        # sudo: what the import makes carries kept fields
        Alumnus = (
            self.env["bde.alumnus"]
            .sudo()
            .with_context(mail_create_nolog=True, mail_create_nosubscribe=True,
                          tracking_disable=True)
        )  # fmt: skip
        pupils = lines.filtered(lambda line: line.said.get("student_id"))
        typed = lines - pupils
        made = Alumnus.create([self._person_values(line.said) for line in typed])
        for line, alumnus in zip(typed, made, strict=True):
            line.alumnus_id = alumnus
        self._make_pupils(pupils)
        lines.result = "made"

    def _make_pupils(self, lines):
        """Pupils who were not prepared: made from their file, then completed."""
        # sudo: pupils of the school, found by the preview
        students = (
            self.env["bde.student"].sudo().browse([line.said["student_id"] for line in lines])
        ).exists()
        students._make_alumni()
        for line in lines:
            line.alumnus_id = students.browse(line.said["student_id"]).exists().alumnus_ids
        self._complete(lines.filtered("alumnus_id"))

    def _person_values(self, said):
        """Values of an alumnus, out of what a row says."""
        kept = ("lastname", "firstname", "usage_name", "birth_date", "sex", "email", "phone",
                "zip", "city", "division_name", "training_id")  # fmt: skip
        return {name: said.get(name) or False for name in kept} | {
            "company_id": self.company_id.id,
            "kind": said.get("kind") or "pupil",
            "cohort": said.get("cohort") or self.cohort,
            "diploma_result": said.get("result") or "unknown",
        }

    def _complete(self, lines):
        """Writes what is not on file; rows that say the same are written at once."""
        groups = {}
        for line in lines:
            news = self._news(line.alumnus_id, line.said)
            key = tuple(sorted(news.items()))
            groups[key] = groups.get(key, line.browse()) | line
        for key, group in groups.items():
            if key:
                group.alumnus_id.write(dict(key))
        lines.result = "completed"
