from unittest.mock import patch

from odoo.addons.bde_partnerships.models.bde_delivery import BdeDelivery


class PageMixin:
    """What tests of the page and of the letters of alumni share, beside ``AlumniCase``.

    The page itself wants ``HttpCase`` too, and ``self.authenticate(None, None)``.
    """

    def page_path(self, alumnus, channel="email"):
        """Path of the page of an alumnus, as a letter brings it."""
        [(link, url)] = alumnus._mint_page_links(channel).values()
        return url.removeprefix(link._base_url())

    def get_page(self, alumnus, key="", **query):
        """What his page shows, or the view of a section."""
        path = self.page_path(alumnus) + (f"/{key}" if key else "")
        words = "&".join(f"{name}={value}" for name, value in query.items())
        return self.url_open(f"{path}?{words}" if words else path)

    def post_page(self, alumnus, key, data=None, files=None):
        """What his page answers to what is sent from a section (after the redirect)."""
        return self.url_open(
            f"{self.page_path(alumnus)}/{key}", data=data or {"_": ""}, files=files
        )

    def letters_of(self, school):
        """The letters of a school, as its job writes them."""
        return (
            self.env["bde.alumni.letters"]
            .with_company(school)
            .with_context(allowed_company_ids=school.ids)
        )

    def catch_mails(self):
        """Letters that leave from now on: a list of the dicts of ``bde.delivery._queue``."""
        letters, queue = [], BdeDelivery._queue

        def catch(delivery, messages):
            letters.extend(messages)
            return queue(delivery, messages)

        catcher = patch.object(BdeDelivery, "_queue", catch)
        catcher.start()
        self.addCleanup(catcher.stop)
        return letters

    def add_section(self, post=None, view=None, file=None, **vals):
        """Adds a section ``trial`` to the page, with what takes its posts."""
        Alumnus = self.env.registry["bde.alumnus"]
        base = Alumnus._page_sections

        def sections(alumnus):
            one = {
                "key": "trial",
                "sequence": 1,
                "title": "A trial",
                "state": "todo",
                "template": "bde_alumni.page_trial",
                **vals,
            }
            return [*base(alumnus), one]

        self.env["ir.ui.view"].create(
            {
                "name": "page_trial",
                "key": "bde_alumni.page_trial",
                "type": "qweb",
                "arch": """<form method="post" t-att-action="action">
                    <input type="text" name="word" t-att-value="form.get('word')"/>
                    <p t-if="errors.get('word')" t-out="errors['word']"/></form>""",
            }
        )
        patches = [patch.object(Alumnus, "_page_sections", sections)]
        for name, method in {"post": post, "view": view, "file": file}.items():
            if method:
                patches.append(patch.object(Alumnus, f"_page_{name}_trial", method, create=True))
        for one in patches:
            one.start()
            self.addCleanup(one.stop)
