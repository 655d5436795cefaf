from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..rules import directory

# what a card of a person is made of
READ = (
    "firstname", "lastname", "usage_name", "birth_date", "member_shows", "cohort", "training_id",
    "city", "email", "phone", "trade", "employer_name", "study_name",
)  # fmt: skip


class BdeAlumnus(models.Model):
    """Section ``directory`` of the page, and its view: members see what members show.

    Whoever is not in the directory himself sees nobody. Searches are counted, for each person
    and not for each link: a fresh link opens no second hour.
    """

    _inherit = "bde.alumnus"

    directory_searches = fields.Integer(readonly=True, copy=False, groups=fields.NO_ACCESS)
    directory_searches_from = fields.Datetime(readonly=True, copy=False, groups=fields.NO_ACCESS)
    directory_daily = fields.Integer(readonly=True, copy=False, groups=fields.NO_ACCESS)
    directory_daily_from = fields.Datetime(readonly=True, copy=False, groups=fields.NO_ACCESS)
    directory_cards = fields.Integer(readonly=True, copy=False, groups=fields.NO_ACCESS)
    directory_cards_from = fields.Datetime(readonly=True, copy=False, groups=fields.NO_ACCESS)

    def _page_sections(self):
        sections = super()._page_sections()
        if self._may_write("inform"):
            sections.append(
                {
                    "key": "directory",
                    "sequence": 50,
                    "title": self.env._("Former pupils of the school"),
                    "state": "info",
                    "template": "bde_alumni.page_directory_section",
                    "member": bool(self.member_key),
                    "lists": self._directory_lists() if self.member_key else {},
                }
            )
        return sections

    # ------------------------------------------------------------
    # Search
    # ------------------------------------------------------------

    def _page_view_directory(self, query):
        """The people that a member looks for, or one of them (``who``)."""
        values = {
            "member": bool(self.member_key) and bool(self._may_write("directory")),
            "query": self._directory_query(query),
            "people": [],
            "pages": None,
            "told": None,
            "card": None,
        }
        if values["member"]:
            values["lists"] = self._directory_lists()
            if values["query"]["who"]:
                self._show_card(values)
            elif values["query"]["asked"]:
                self._show_found(values)
        return "bde_alumni.page_directory", values

    @api.model
    def _directory_query(self, query):
        """What was asked for, as it is kept: anything else is nothing."""

        def number(name):
            text = query.get(name) or ""
            return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

        text = (query.get("q") or "").replace("\0", " ")[:80].strip()
        found = {name: number(name) for name in ("training", "cohort", "page", "who")}
        asked = bool(text or found["training"] or found["cohort"])
        return found | {"q": text, "page": max(found["page"], 1), "asked": asked}

    def _show_found(self, values):
        query = values["query"]
        domain = self._members_domain(query)
        if domain is None:
            values["told"] = self.env._("Type at least two letters, or choose in a list.")
            return
        if not self._take_search():
            values["told"] = self.env._(
                "That is many searches within the hour. Please come back later."
            )
            return
        if query["page"] > directory.MAX_PAGES:
            values["told"] = self.env._("Say more of whom you look for: a town, a year, a trade.")
            return
        size = directory.PAGE_SIZE
        people = self.search_fetch(
            domain,
            READ,
            order="name, id",
            limit=size + 1,
            offset=(query["page"] - 1) * size,
        )
        values["people"] = [one._member_card() for one in people[:size]]
        values["pages"] = {
            "next": query["page"] + 1 if len(people) > size else None,
            "previous": query["page"] - 1 if query["page"] > 1 else None,
        }
        if not people:
            values["told"] = self.env._(
                "Nobody. Former pupils are found by what they chose to show: try a name."
            )

    def _show_card(self, values):
        """One person, with the addresses that he shows; counted apart, and fewer a day."""
        domain = self._members_domain({"who": values["query"]["who"]})
        person = self.search(domain, limit=1)
        if not person:
            values["told"] = self.env._("This person is not in the directory any more.")
        elif not self._take_card():
            values["told"] = self.env._(
                "You have opened many cards today. Please come back tomorrow."
            )
        else:
            values["card"] = person._member_card(addresses=True)

    def _members_domain(self, query):
        """Members of the same school whom all of the query is true of, by what each shows.

        :return: Domain, None when nothing is asked
        """
        self.ensure_one()
        domain = Domain("company_id", "=", self.company_id.id) & Domain("member_key", "!=", False)
        if query.get("who"):
            return domain & Domain("id", "=", query["who"])
        words = directory.parts(query["q"])
        if not words and not query["training"] and not query["cohort"]:
            return None
        domain &= Domain.AND([Domain("member_key", "like", word) for word in words])
        # of those who show it: what is hidden is no way to find somebody
        if query["cohort"]:
            domain &= Domain("cohort", "=", query["cohort"])
            domain &= Domain("member_shows", "like", ",cohort,")
        if query["training"]:
            domain &= Domain("training_id", "in", self._same_trainings(query["training"]).ids)
            domain &= Domain("member_shows", "like", ",training,")
        return domain

    def _same_trainings(self, number):
        """Trainings of this school by the name of one: a diploma has a code for each of its years.

        :param int number: id that the list of the page gave
        """
        trainings = self.env["bde.training"].search([("company_id", "=", self.company_id.id)])
        chosen = trainings.filtered(lambda one: one.id == number)
        return trainings.filtered(lambda one: one.name in chosen.mapped("name"))

    def _member_card(self, addresses=False):
        """What members see of this one: the name, and what he shows.

        Addresses of a minor are shown to nobody, whatever he ticked.

        :param bool addresses: e-mail and telephone too, where he shows them
        :rtype: dict
        """
        self.ensure_one()
        shown = set((self.member_shows or "").split(","))
        texts = {
            name: text for name, text in self._directory_texts().items() if name in shown and text
        }
        card = {"id": self.id, "name": f"{self.firstname} {self.usage_name or self.lastname}"}
        reach = {
            name: self[name] if name in shown and self.is_adult and self[name] else None
            for name in ("email", "phone")
        }
        if addresses:
            return texts | card | reach
        return texts | card | {"has_address": any(reach.values())}

    def _directory_lists(self):
        """Choices of the search: diplomas of this school, each once, and years of its leavers.

        All of them: a list of those that members show would tell what one of them hides.
        """
        self.ensure_one()
        trainings = self.env["bde.training"].search(
            [("company_id", "=", self.company_id.id)], order="name, id"
        )
        [(first, last)] = self._read_group(
            [("company_id", "=", self.company_id.id)], [], ["cohort:min", "cohort:max"]
        )
        return {
            # the first of one name stands for all of them
            "trainings": [(ones[:1].id, name) for name, ones in trainings.grouped("name").items()],
            "cohorts": list(range(last, first - 1, -1)),
        }

    # ------------------------------------------------------------
    # Limits
    # ------------------------------------------------------------

    def _take_search(self):
        # by the day too: hour after hour, a school would be copied in a night
        return self._take_turn(
            "directory_searches", timedelta(hours=1), directory.SEARCHES_PER_HOUR
        ) and self._take_turn("directory_daily", timedelta(days=1), directory.SEARCHES_PER_DAY)

    def _take_card(self):
        return self._take_turn("directory_cards", timedelta(days=1), directory.CARDS_PER_DAY)

    def _take_turn(self, name, span, limit):
        """Counts one more; False when this person had enough of them within the span."""
        self.ensure_one()
        now = fields.Datetime.now()
        count, window = name, f"{name}_from"
        if not self[window] or self[window] <= now - span:
            self.write({count: 1, window: now})
            return True
        if self[count] >= limit:
            return False
        self[count] += 1
        return True
