from odoo import models
from odoo.exceptions import UserError

from .bde_grid import SECTIONS

NOT_SEEN = "not_seen"
MAX_APPRECIATION = 2000
MAX_NAME = 80


class BdePlacement(models.Model):
    """The lines of a grid for one pupil: those of the grid and those of his convention."""

    _inherit = "bde.placement"

    def _evaluation_lines(self, grid):
        """The lines that somebody answers about this stay, in order.

        :param grid: ``bde.grid``
        :return: list of dicts ``key`` (name of the input), ``section``, ``code``, ``name``,
            ``help``, ``block``, ``item_id`` or ``activity_id``, ``levels`` [(value, label)]
        """
        self.ensure_one()
        # sudo: the grid of the académie and the convention, for whoever may answer
        grid, placement = grid.sudo(), self.sudo()
        levels = {
            scale.section: [(str(level.id), level.name) for level in scale.level_ids]
            for scale in grid.scale_ids
        }
        lines = [
            {
                "key": f"line_{item.id}",
                "section": item.section,
                "code": item.code,
                "name": item.name,
                "help": item.help_text,
                "block": item.block,
                "item_id": item.id,
            }
            for item in grid.item_ids
        ]
        if grid.use_convention:
            there = {line["name"] for line in lines}
            lines += [
                {
                    "key": f"act_{activity.id}",
                    "section": "competence" if activity.kind == "competence" else "activity",
                    "code": activity.code,
                    "name": activity.name,
                    "help": False,
                    "block": False,
                    "activity_id": activity.id,
                }
                for activity in placement.activity_ids.sorted(lambda a: (a.sequence, a.id))
                if activity.name not in there
            ]
        order = [section for section, _label in SECTIONS]
        lines.sort(key=lambda line: order.index(line["section"]))
        for line in lines:
            line["levels"] = levels.get(line["section"], [])
        # a section without levels cannot be answered
        return [line for line in lines if line["levels"]]

    def _evaluation_groups(self, lines):
        """The same by section, with the title of each: [(title, lines)]."""
        labels = dict(self.env["bde.grid.item"]._fields["section"]._description_selection(self.env))
        groups = {}
        for line in lines:
            groups.setdefault(line["section"], []).append(line)
        return [(labels[section], found) for section, found in groups.items()]


class BdeEvaluation(models.Model):
    """How a form becomes answers; the same for a link, a call and a visit."""

    _inherit = "bde.evaluation"

    def _lines(self):
        """Lines of this evaluation: see :meth:`bde.placement._evaluation_lines`."""
        self.ensure_one()
        return self.placement_id._evaluation_lines(self.grid_id)

    def _typed(self):
        """What was answered so far, as a form holds it: {key: value}."""
        values = {"appreciation": self.appreciation or "", "author": self.author or ""}
        for answer in self.answer_ids:
            key = f"line_{answer.item_id.id}" if answer.item_id else f"act_{answer.activity_id.id}"
            values[key] = NOT_SEEN if answer.not_seen else str(answer.level_id.id or "")
        return values

    def _read_form(self, lines, form):
        """Reads what was sent.

        :param lines: see :meth:`bde.placement._evaluation_lines`
        :param form: what the browser sent
        :return: ({key: value}, {key: what is wrong}); a value that no button has counts as none
        """
        chosen, errors = {}, {}
        for line in lines:
            value = form.get(line["key"])
            if value == NOT_SEEN or value in {level for level, _label in line["levels"]}:
                chosen[line["key"]] = value
            else:
                errors[line["key"]] = self.env._("Choose a level, or “Not seen”.")
        return chosen, errors

    def _write_answers(self, lines, chosen):
        """Puts the answers in the place of those before."""
        self.ensure_one()
        Answer = self.answer_ids
        self.answer_ids.unlink()
        Answer.create(
            [
                {
                    "evaluation_id": self.id,
                    "sequence": number,
                    "item_id": line.get("item_id"),
                    "activity_id": line.get("activity_id"),
                    "section": line["section"],
                    "code": line["code"],
                    "name": line["name"],
                    "not_seen": chosen[line["key"]] == NOT_SEEN,
                    "level_id": (
                        False if chosen[line["key"]] == NOT_SEEN else int(chosen[line["key"]])
                    ),
                }
                for number, line in enumerate(lines)
                if line["key"] in chosen
            ]
        )

    def _check_texts(self, form):
        """Name and appreciation of a form, cut of blanks.

        :return: (author, appreciation, {name of the input: what is wrong})
        """
        errors = {}
        author = " ".join((form.get("author") or "").split())
        text = (form.get("appreciation") or "").replace("\r\n", "\n").strip()
        if not author or len(author) > MAX_NAME:
            errors["author"] = self.env._("Type your first and last name.")
        if len(text) > MAX_APPRECIATION:
            errors["appreciation"] = self.env._(
                "%(count)s characters: at most %(limit)s, please shorten it.",
                count=len(text),
                limit=MAX_APPRECIATION,
            )
        return author, text, errors

    def _take_form(self, form):
        """What a member of staff typed for this evaluation, with his rights.

        :param form: ``step`` draft or submit, ``author``, ``appreciation``, one value a line
        :return: {name of the input: what is wrong}, empty when it was taken
        """
        self.ensure_one()
        self.check_access("write")
        self._check_typed_by_staff()
        lines = self._lines()
        author, text, errors = self._check_texts(form)
        chosen, missing = self._read_form(lines, form)
        if not errors:
            # what was typed is kept, whether the rest is there or not
            self.write({"author": author, "appreciation": text})
            self._write_answers(lines, chosen)
        if form.get("step") == "draft":
            return errors
        errors |= missing
        if not errors:
            if not lines:
                raise UserError(self.env._("This grid has no line for this pupil."))
            self._submit()
        return errors
