import base64
from datetime import date
from io import BytesIO

from PIL import Image

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import TransactionCase, tagged

from ..rules import french, pictures
from .tax_common import TaxCase


def photo(size=(40, 30), color="red", kind="JPEG", **options):
    """A picture in memory, base64."""
    stream = BytesIO()
    Image.new("RGB", size, color).save(stream, kind, **options)
    return base64.b64encode(stream.getvalue())


def photo_of_a_telephone(size=(40, 30)):
    """A JPEG that says where, when and with what it was taken, and that lies on its side."""
    exif = Image.Exif()
    exif[0x010F] = "Secret telephone"
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[2] = (44.0, 50.0, 0.0)
    return photo(size, exif=exif.tobytes(), comment=b"Taken at home")


def opened(data):
    return Image.open(BytesIO(base64.b64decode(data)))


@tagged("post_install", "-at_install")
class TestTaxPictureRules(TransactionCase):
    """Photos made plain, without a database."""

    def test_what_the_camera_wrote_is_dropped(self):
        raw = base64.b64decode(photo_of_a_telephone())
        self.assertIn(b"Secret telephone", raw)
        plain = pictures.plain_photo(raw)
        self.assertNotIn(b"Secret telephone", plain)
        self.assertNotIn(b"Taken at home", plain)
        picture = Image.open(BytesIO(plain))
        self.assertFalse(picture.getexif())
        self.assertEqual(picture.size, (30, 40), "set upright")

    def test_large_ones_are_reduced_small_ones_stay(self):
        large = pictures.plain_photo(base64.b64decode(photo((4000, 3000))))
        self.assertEqual(Image.open(BytesIO(large)).size, (1600, 1200))
        small = pictures.plain_photo(base64.b64decode(photo((40, 30))))
        self.assertEqual(Image.open(BytesIO(small)).size, (40, 30))

    def test_what_is_transparent_becomes_white(self):
        stream = BytesIO()
        Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(stream, "PNG")
        plain = Image.open(BytesIO(pictures.plain_photo(stream.getvalue())))
        self.assertEqual(plain.format, "JPEG")
        self.assertGreater(min(plain.getpixel((5, 5))), 250)

    def test_what_is_no_picture_is_refused(self):
        for data, code in (
            (b"", "empty"),
            (b"%PDF-1.7 ...", "type"),
            (b"\xff\xd8\xff" + b"x" * 50, "type"),
            (b"x" * (pictures.MOST_BYTES + 1), "size"),
        ):
            with self.assertRaisesRegex(pictures.PictureError, code):
                pictures.plain_photo(data)

    def test_amounts_as_people_write_them(self):
        for amount, text in (
            (1200, "1 200 €"), (0.5, "0,50 €"), (1234567.89, "1 234 567,89 €"),
            (1199.999, "1 200 €"),
        ):  # fmt: skip
            self.assertEqual(french.euros(amount).replace(french.NBSP, " "), text)


@tagged("post_install", "-at_install")
class TestTaxUse(TaxCase):
    """What the money bought: lines, pictures, the story of the next letters."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.course = cls.campaign.course_ids
        cls.as_secretary = cls.as_user(cls.secretary_a)

    def use(self, name="Fraiseuse", env=None, **vals):
        Use = (env or self.as_secretary)["bde.tax.use"]
        return Use.create({"campaign_id": self.campaign.id, "name": name} | vals)

    def picture(self, use, **vals):
        return use.env["bde.tax.picture"].create({"use_id": use.id, "image": photo()} | vals)

    # ------------------------------------------------------------
    # Pictures
    # ------------------------------------------------------------

    def test_a_picture_is_kept_without_its_secrets(self):
        picture = self.picture(self.use(), image=photo_of_a_telephone())
        self.assertFalse(opened(picture.image).getexif())
        picture.image = photo_of_a_telephone((3000, 2000))
        kept = opened(picture.image)
        self.assertFalse(kept.getexif())
        self.assertEqual(max(kept.size), 1600)

    def test_one_that_is_no_picture_is_told_in_words(self):
        use = self.use()
        for data in (base64.b64encode(b"no picture"), b"***"):
            with self.assertRaisesRegex(UserError, "JPEG or PNG"):
                self.picture(use, image=data)

    def test_the_statement_has_a_name_and_a_day(self):
        use = self.use()
        picture = self.picture(use, caption="The workshop")
        self.assertFalse(picture._showable())
        self.assertFalse(picture.checked_by_id)
        self.assertIn("1 to look at", use.picture_note)
        picture.checked = True
        self.assertEqual(picture._showable(), picture)
        self.assertEqual(picture.checked_by_id, self.secretary_a)
        self.assertTrue(picture.checked_on)
        self.assertFalse(use.picture_note)
        picture.checked = False
        self.assertFalse(picture.checked_by_id)

    def test_nobody_states_in_the_name_of_another(self):
        picture = self.picture(self.use(), checked=True, checked_by_id=self.head_a.id)
        self.assertEqual(picture.checked_by_id, self.secretary_a)
        picture.write({"checked_by_id": self.head_a.id})
        self.assertEqual(picture.checked_by_id, self.secretary_a)

    def test_another_photo_is_to_be_looked_at_again(self):
        picture = self.picture(self.use(), checked=True)
        picture.image = photo(color="blue")
        self.assertFalse(picture.checked)
        self.assertFalse(picture.checked_on)

    def test_the_first_picture_stands_for_the_line(self):
        use = self.use()
        self.assertFalse(use.cover_id)
        second = self.picture(use, sequence=20)
        first = self.picture(use, sequence=5)
        self.assertEqual(use.cover_id, first)
        first.unlink()
        self.assertEqual(use.cover_id, second)

    # ------------------------------------------------------------
    # Lines
    # ------------------------------------------------------------

    def test_the_sum_is_told_beside_what_came(self):
        self.use(amount=1500)
        self.use("Postes à souder", amount=499.99)
        self.use("Sans montant")
        self.assertEqual(self.campaign.use_count, 3)
        self.assertEqual(self.campaign.spent_amount, 1999.99)

    def test_a_course_of_another_campaign_is_refused(self):
        other = self.tax_campaign(self.school_a, self.training_a, self.manager_a, year=2024)
        with self.assertRaisesRegex(ValidationError, "same campaign"):
            self.use(course_id=other.course_ids.id)

    def test_lines_for_a_giver_begin_with_its_course(self):
        other = self.course.copy({"name": "CAP MENUISIER"})
        self.use("Pour un autre", course_id=other.id, sequence=1)
        self.use("Pour tous", sequence=2)
        self.use("Pour lui", course_id=self.course.id, sequence=3)
        names = [line["name"] for line in self.campaign._use_lines(self.course)]
        self.assertEqual(names, ["Pour lui", "Pour tous", "Pour un autre"])

    # ------------------------------------------------------------
    # The story
    # ------------------------------------------------------------

    def test_the_story_of_last_year_proposes_itself(self):
        use = self.use("Fraiseuse <3 axes>", text="Les élèves usinent.", course_id=self.course.id)
        self.picture(use)
        self.picture(use, checked=True, caption="L’atelier")
        following = self.tax_campaign(self.school_a, self.training_a, self.manager_a, year=2026)
        self.assertIn("Fraiseuse &lt;3 axes&gt;", following.story)
        self.assertIn("BAC PRO MELEC", following.story)
        self.assertTrue(following.story_picture)
        self.assertTrue(following.picture_checked)
        self.assertEqual(following.picture_checked_by_id, self.secretary_a, "who looked at it")

    def test_no_unchecked_picture_gets_into_the_story(self):
        self.picture(self.use())
        following = self.tax_campaign(self.school_a, self.training_a, self.manager_a, year=2026)
        self.assertEqual([line["name"] for line in following._story_lines()], ["Fraiseuse"])
        self.assertFalse(following._story_lines()[0]["picture"])
        self.assertFalse(following.story_picture)
        self.assertFalse(following.picture_checked)

    def test_a_story_that_was_written_stays(self):
        self.use()
        vals = {"year": 2026, "story": "<p>Ours</p>"}
        following = self.tax_campaign(self.school_a, self.training_a, self.manager_a, **vals)
        self.assertEqual(following.story, "<p>Ours</p>")
        following.with_env(self.as_user(self.manager_a)).action_propose_story()
        self.assertIn("Fraiseuse", following.story)

    def test_without_a_line_it_says_how_to_begin(self):
        with self.assertRaisesRegex(UserError, "What it bought"):
            self.campaign.with_env(self.as_user(self.manager_a)).action_propose_story()

    def test_three_lines_those_with_a_picture_first(self):
        for name in ("A", "B", "C", "D"):
            self.use(name)
        self.picture(self.use("With a picture", sequence=99), checked=True)
        following = self.tax_campaign(self.school_a, self.training_a, self.manager_a, year=2026)
        names = [line["name"] for line in following._story_lines()]
        self.assertEqual(names, ["With a picture", "A", "B"])

    def test_the_picture_of_the_story_has_no_secret_either(self):
        self.campaign.story_picture = photo_of_a_telephone()
        self.assertFalse(opened(self.campaign.story_picture).getexif())

    # ------------------------------------------------------------
    # Who sees it
    # ------------------------------------------------------------

    def test_a_teacher_and_another_school_see_nothing(self):
        use = self.use()
        picture = self.picture(use, checked=True)
        for user in (self.teacher_a, self.manager_b, self.correspondent, self.bde_admin):
            for record in (use, picture):
                with self.subTest(user=user.login, model=record._name):
                    self.assertFalse(record.with_env(self.as_user(user)).has_access("read"))
        with self.assertRaises(AccessError):
            self.use(env=self.as_user(self.teacher_a))

    def test_the_secretary_deletes_pictures_the_manager_lines(self):
        use = self.use()
        self.picture(use).unlink()
        with self.assertRaises(AccessError):
            use.unlink()
        use.with_env(self.as_user(self.manager_a)).unlink()

    def test_a_campaign_of_another_school_is_refused(self):
        other = self.tax_campaign(self.school_b, self.training_b, self.manager_b)
        with self.assertRaises(UserError):
            self.as_secretary["bde.tax.use"].create({"campaign_id": other.id, "name": "x"})

    def test_as_many_queries_for_one_as_for_many(self):
        def lines():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.campaign._use_lines(self.course)
            return self.cr.sql_log_count - before

        self.picture(self.use(), checked=True)
        lines()
        one = lines()
        for number in range(20):
            use = self.use(f"Achat {number}", picture_ids=[Command.create({"image": photo()})])
            use.picture_ids.checked = True
        self.assertEqual(lines(), one)
        self.assertEqual(self.IN_PERIOD_1, date(2025, 6, 10))
