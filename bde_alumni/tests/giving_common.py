import base64
from io import BytesIO

from PIL import Image

from odoo import fields

from .alumni_common import AlumniCase


def photo(colour="red"):
    """A photo as forms send one."""
    stream = BytesIO()
    Image.new("RGB", (40, 30), colour).save(stream, "JPEG")
    return base64.b64encode(stream.getvalue())


class GivingCase(AlumniCase):
    """``AlumniCase`` where Gina agreed to be asked and to a portrait, and works at Duval."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gina._note_informed("paper")
        for purpose in ("solicitation", "portrait"):
            cls.gina._consent(purpose, channel="paper")
        cls.contact = cls.employer._bde_add_contact(
            cls.school_a, {"name": "Gina DUPONT", "email": "atelier@duval.example"}
        )
        cls.relation = cls.contact.bde_relation_id

    @classmethod
    def link(cls, alumnus=None, contact=None, state="confirmed"):
        """The contact is this alumnus, as staff said."""
        link = cls.env["bde.alumni.contact"].create(
            {
                "alumnus_id": (alumnus or cls.gina).id,
                "partner_id": (contact or cls.contact).id,
                "reason": "name",
            }
        )
        if state == "confirmed":
            link.with_env(cls.as_user(cls.manager_a)).action_confirm()
        return link

    @classmethod
    def new_portrait(cls, alumnus=None, pictures=1, **vals):
        """A portrait that the manager wrote, with pictures of which he looked at each."""
        alumnus = alumnus or cls.gina
        return cls.as_user(cls.manager_a)["bde.portrait"].create(
            {
                "alumnus_id": alumnus.id,
                "title": "Gina, electrician",
                "text": "She wired the town hall.",
                "picture_ids": [
                    fields.Command.create(
                        {"image": photo(), "caption": f"At work {number}", "is_alone": True}
                    )
                    for number in range(pictures)
                ],
                **vals,
            }
        )

    @classmethod
    def agree(cls, portrait, uses=("page",), guardian=None, pictures=None):
        """One of those who have to agrees, to the text and to all pictures or to these."""
        kept = portrait.sudo()
        chosen = kept.picture_ids if pictures is None else pictures.sudo()
        none = cls.env["bde.portrait.picture"].sudo()
        choices = dict.fromkeys((none, *chosen), set(uses))
        kept._answer(choices, kept.until, guardian and guardian.sudo())
