"""Pages of alumni for ``public_states.py``: of a pupil, of somebody who agreed to everything, of
a minor, of those who said no; lists behind them, and what companies and parents see.
"""

import base64
from datetime import datetime, timedelta
from io import BytesIO

from dateutil.relativedelta import relativedelta

COHORT = 2022


def add(world, paths):
    """Adds {state: path} of these pages; the records are made with the cast of ``world``."""
    pages = _AlumniPages(world, paths)
    pages.pupil()
    pages.alumna()
    pages.answers()
    pages.links()
    pages.minor()


class _AlumniPages:
    def __init__(self, world, paths):
        self.world, self.env, self.paths = world, world.env, paths
        self.school, self.manager = world.school_a, world.as_user(world.manager_a)
        self.today = self.school._bde_today()

    # ------------------------------------------------------------
    # What they are made of
    # ------------------------------------------------------------

    def new(self, firstname, consents=(), **vals):
        """Somebody who left years ago and was told of the follow-up."""
        alumnus = self.env["bde.alumnus"].create(
            {
                "company_id": self.school.id,
                "lastname": "Durand",
                "firstname": firstname,
                "birth_date": "2003-08-15",
                "cohort": COHORT,
                "training_id": self.world.training_a.id,
                "email": f"{firstname.lower()}@alumni.example",
                "city": "Orvane",
                **vals,
            }
        )
        alumnus._note_informed("class")
        for purpose in consents:
            alumnus._consent(purpose, fields=("training", "cohort", "city", "email"))
        return alumnus

    def link(self, alumnus, channel="email"):
        [(link, url)] = alumnus._mint_page_links(channel).values()
        return link, url[url.index("/bde/") :]

    def page(self, state, alumnus, more=""):
        self.paths[f"alumni_{state}"] = self.link(alumnus)[1] + more

    def wave(self, cohort, months=6):
        wave = self.env["bde.alumni.wave"].create(
            {
                "company_id": self.school.id,
                "cohort": cohort,
                "months": months,
                "date": self.today,
            }
        )
        wave._begin()
        return wave

    def event(self, name, kind, **vals):
        begin = datetime.combine(self.today + timedelta(days=20), datetime.min.time())
        begin += timedelta(hours=16)
        return self.manager["event.event"].create(
            {
                "name": name,
                "company_id": self.school.id,
                "bde_kind": kind,
                "date_begin": begin,
                "date_end": begin + timedelta(minutes=90),
                **vals,
            }
        )

    def portrait(self, alumnus):
        """A portrait that is given to be read."""
        from PIL import Image

        stream = BytesIO()
        Image.new("RGB", (120, 90), "navy").save(stream, "JPEG")
        picture = {
            "image": base64.b64encode(stream.getvalue()),
            "caption": "À l’atelier",
            "is_alone": True,
        }
        portrait = self.manager["bde.portrait"].create(
            {
                "alumnus_id": alumnus.id,
                "title": "Câbler une mairie",
                "text": "Après le bac pro, un premier chantier.",
                "picture_ids": [(0, 0, picture)],
            }
        )
        portrait.action_ask()
        return portrait.sudo()

    # ------------------------------------------------------------
    # Pages
    # ------------------------------------------------------------

    def pupil(self):
        """In the final year: plan, workshop, the question of a round, a sheet to agree to."""
        world = self.world
        world.division_a2.is_final_year = True
        pupil = world.new_pupil("Terminale", world.division_a2, world.year.date_start.year - 19)
        pupil.schooling_ids.mef = False
        alumnus = pupil._make_alumni()
        alumnus._note_informed("class")
        event = self.event(
            "Préparer un entretien", "avenirpro", bde_division_ids=world.division_a2.ids
        )
        event.action_bde_invite_classes()
        self.env["bde.leaver.handover"].create({"plan_id": alumnus.plan_ids.id})
        self.manager["bde.leaver.round"].create(
            {"cohort": alumnus.cohort, "month": "06"}
        ).action_begin()
        self.page("pupil", alumnus)

    def alumna(self):
        """Who agreed to everything: every section, and the lists behind them."""
        everything = ("news", "directory", "mentoring", "solicitation", "portrait")
        alumna = self.new("Gina", everything)
        member = self.new("Lina", ("directory", "mentoring"))
        Request = self.env["bde.mentor.request"]
        Request._ask(member, alumna, "Comment devenir chef de chantier ?", ())
        Request._ask(alumna, member, "Quel BTS choisir après notre bac pro ?", ())
        for kind, title in (("job", "Électricien (H/F)"), ("study", "BTS électrotechnique")):
            self.manager["bde.job.offer"].create(
                {
                    "company_id": self.school.id,
                    "kind": kind,
                    "title": title,
                    "employer_text": "Ateliers du Port",
                    "contact_text": "Mme Roux, 05 56 00 00 00",
                    "expires_on": self.today + timedelta(days=30),
                }
            ).action_publish()
        self.event("Soirée des anciens", "alumni").sudo()._invite_alumni(alumna)
        self.wave(COHORT)
        alumna._ask_would_you()
        self.portrait(alumna)
        self.page("full", alumna)
        for state, view in (
            ("directory", "directory?q=durand"),
            ("card", f"directory?who={member.id}"),
            ("nobody_found", "directory?q=zzzz"),
            ("mentors", "mentors?q="),
            ("offers", "offers"),
        ):
            self.page(state, alumna, f"/{view}")
        self.paths["alumni_propose"] = f"/bde/c/{self.school.uai}/job"

    def answers(self):
        """A survey answered in part, refused; a yes; a no for good."""
        partial, refused, silent = (
            self.new(name, cohort=COHORT - 1) for name in ("Paul", "Rosa", "Yves")
        )
        lines = {one.alumnus_id: one for one in self.wave(COHORT - 1).ask_ids}
        lines[partial]._take_answers({"situation": "job"}, "link")
        lines[refused]._refuse()
        self.page("survey_partial", partial)
        self.page("survey_refused", refused)
        self.page("no_script", silent)
        willing = self.new("Yann", ("solicitation",))
        willing._answer_would_you("yes", ["tutor", "jury"], "Garage Duval", "Le lundi")
        self.page("willing", willing)
        gone = self.new("Nina", ("news",))
        gone._no_more()
        self.page("no_more", gone)

    def links(self):
        """Opened at the bureau, expired, closed, unknown; a new address to confirm."""
        one = self.new("Omar")
        self.paths["alumni_desk"] = self.link(one, "desk")[1]
        link, self.paths["alumni_expired"] = self.link(one)
        link.expires_on -= timedelta(days=800)
        link, self.paths["alumni_closed"] = self.link(one)
        link._close("school")
        self.paths["alumni_unknown"] = "/bde/m/unknown"
        one.email_pending = "omar@neuf.example"
        vals = self.env["bde.alumnus"]._page_link_vals(one, "email")
        vals |= {"purpose": "alumni_mail", "email": one.email_pending}
        [(_link, token)] = self.env["bde.link"]._mint([vals])
        self.paths["alumni_address"] = f"/bde/mc/{token}"
        self.paths["alumni_address_unknown"] = "/bde/mc/unknown"

    def minor(self):
        """A minor's page, and that of a parent who reads his portrait."""
        pupil = self.world.aline
        alumnus = self.new("Aline", student_id=pupil.id, cohort=self.today.year)
        alumnus.birth_date = self.today - relativedelta(years=17)
        alumnus._consent("portrait", by="guardians", channel="paper")
        portrait = self.portrait(alumnus)
        self.page("minor", alumnus)
        guardian = portrait.consent_ids.guardian_id[:1]
        [(_link, token)] = self.env["bde.link"]._mint(
            [portrait._guardian_link_vals(guardian, "email")]
        )
        self.paths["portrait_parent"] = f"/bde/g/{token}"
        self.paths["portrait_unknown"] = "/bde/g/unknown"
