"""The clients of the outside services, without Odoo's models: limits, faults, shapes."""

import doctest
from datetime import date, datetime, timezone
from unittest.mock import patch

import requests

from odoo.tests import BaseCase, tagged
from odoo.tests.common import _super_send

from ..rules import ban, outside
from ..rules import recherche_entreprises as sirene
from .common import SIRET_HOST, SIRET_OTHER
from .services import HALF, SLOW, OutsideServices

COPEAUX = ban.Address("3 rue des Copeaux", "33000", "Bordeaux")


class FakeTime:
    """A clock that moves when somebody sleeps, and by itself never."""

    def __init__(self):
        self.now = 0.0
        self.waits = []

    def clock(self):
        return self.now

    def sleep(self, seconds):
        self.waits.append(round(seconds, 6))
        self.now += seconds


class ClientCase(BaseCase):
    def setUp(self):
        super().setUp()
        self.services = OutsideServices()
        self.addCleanup(self.services.close)

    def assertUnavailable(self, call, *args, **kwargs):
        with self.assertRaises(outside.Unavailable) as caught:
            call(*args, **kwargs)
        return caught.exception


@tagged("post_install", "-at_install")
class TestThrottle(BaseCase):
    def test_examples_of_the_modules(self):
        for module in (outside, ban):
            self.assertEqual(doctest.testmod(module).failed, 0)

    def test_seven_a_second(self):
        time = FakeTime()
        throttle = outside.Throttle(7, clock=time.clock, sleep=time.sleep)
        moments = []
        for _call in range(15):
            throttle.wait()
            moments.append(time.now)
        self.assertEqual(moments, [0.0] * 7 + [1.0] * 7 + [2.0])
        self.assertEqual(time.waits, [1.0, 1.0])

    def test_slow_calls_do_not_wait(self):
        time = FakeTime()
        throttle = outside.Throttle(7, clock=time.clock, sleep=time.sleep)
        for _call in range(20):
            throttle.wait()
            time.now += 0.2
        self.assertEqual(time.waits, [])

    def test_retry_after_as_date(self):
        now = datetime(2026, 11, 21, 10, 0, 0, tzinfo=timezone.utc)
        self.assertEqual(outside.seconds("Sat, 21 Nov 2026 10:00:12 GMT", now), 12)
        self.assertEqual(outside.seconds("Sat, 21 Nov 2026 09:00:00 GMT", now), 0, "gone by")
        self.assertEqual(outside.seconds(" 3 "), 3)
        for nonsense in (None, "", "in a while", "-4"):
            self.assertIsNone(outside.seconds(nonsense), nonsense)


@tagged("post_install", "-at_install")
class TestRechercheEntreprises(ClientCase):
    def search(self, query, **kwargs):
        return sirene.search(query, base_url=self.services.companies_url, **kwargs)

    def test_establishments_of_a_name(self):
        self.services.add_company(
            SIRET_OTHER, "GARAGE LEO", street="12 RUE DES FRENES", zip="33130", city="BEGLES",
            naf="45.20A", headcount="02",
        )  # fmt: skip
        self.services.add_company(
            "81234567600025", "GARAGE LEO", street="3 ZONE DES PINS", zip="33600", city="PESSAC",
            closed_on="2024-03-31", brand="LEO POIDS LOURDS",
        )  # fmt: skip
        seat, closed = self.search("garage leo")
        self.assertEqual((seat.siret, seat.name, seat.naf), (SIRET_OTHER, "GARAGE LEO", "4520A"))
        self.assertEqual(
            (seat.street, seat.zip, seat.city), ("12 RUE DES FRENES", "33130", "BEGLES")
        )
        self.assertEqual((seat.headcount, seat.closed, seat.closed_on), ("02", False, None))
        self.assertEqual((closed.closed, closed.closed_on), (True, date(2024, 3, 31)))
        self.assertEqual(closed.brand, "LEO POIDS LOURDS")
        self.assertEqual(
            self.services.requests[-1][1], "/companies/search?q=garage+leo&page=1&per_page=10"
        )

    def test_siret_gives_that_establishment_alone(self):
        self.services.add_company(SIRET_OTHER, "GARAGE LEO", city="BEGLES")
        self.services.add_company("81234567600025", "GARAGE LEO", city="PESSAC")
        (found,) = self.search("812 345 676 00025")
        self.assertEqual(found.city, "PESSAC")
        self.assertEqual(self.search(SIRET_HOST), [])

    def test_masked_firm_shows_its_town_alone(self):
        self.services.add_company(
            SIRET_OTHER, "LEO FRENE", street="12 RUE DES FRENES", zip="33130", city="BEGLES",
            masked=True,
        )  # fmt: skip
        (found,) = self.search(SIRET_OTHER)
        self.assertTrue(found.masked)
        self.assertEqual((found.name, found.street, found.zip), ("", "", ""))
        self.assertEqual(found.city, "BEGLES")

    def test_closed_without_a_date_is_closed(self):
        raw = self.services.add_company(SIRET_OTHER, "GARAGE LEO", closed_on="2024-03-31")
        raw["date_fermeture"] = None
        (found,) = self.search(SIRET_OTHER)
        self.assertEqual((found.closed, found.closed_on), (True, None))

    def test_faults(self):
        self.services.add_company(SIRET_OTHER, "GARAGE LEO")
        for fault in (
            {"status": 500},
            {"body": b"<html>"},
            {"body": b"{}"},
            {"body": b'{"results": [1]}'},
            {"body": b'{"results": null}'},
            {"body": HALF},
        ):
            with self.subTest(fault), self.services.failing("companies", **fault):
                error = self.assertUnavailable(self.search, SIRET_OTHER)
                self.assertFalse(error.refused or error.off)
        self.assertTrue(self.search(SIRET_OTHER))

    def test_slow_service_is_given_up(self):
        # Odoo's tests make short limits ten seconds: here the limit itself is tested
        real = patch.object(requests.Session, "send", _super_send)
        with self.services.failing("companies", body=SLOW), real:
            self.assertUnavailable(self.search, SIRET_OTHER, timeout=0.1)

    def test_too_many_requests_say_when_to_come_back(self):
        self.services.fail("companies", status=429, headers={"Retry-After": "7"})
        self.assertEqual(self.assertUnavailable(self.search, "leo").retry_after, 7)
        self.services.fail(
            "companies", status=429, headers={"Retry-After": "Sat, 21 Nov 2020 10:00:00 GMT"}
        )
        self.assertEqual(self.assertUnavailable(self.search, "leo").retry_after, 0)
        self.services.fail("companies", status=429)
        self.assertIsNone(self.assertUnavailable(self.search, "leo").retry_after)

    def test_question_that_is_refused_says_so(self):
        self.assertTrue(self.assertUnavailable(self.search, "ab").refused)

    def test_no_network_is_unavailable(self):
        self.services.close()
        self.assertUnavailable(self.search, "leo")


@tagged("post_install", "-at_install")
class TestBan(ClientCase):
    def setUp(self):
        super().setUp()
        self.services.add_place("3 rue des Copeaux", "33000", "Bordeaux", 44.8401, -0.5801)
        self.services.add_place("", "33000", "Bordeaux", 44.84, -0.58)

    def search(self, address, **kwargs):
        return ban.search(address, base_url=self.services.ban_url, **kwargs)

    def search_many(self, addresses, **kwargs):
        return ban.search_many(addresses, base_url=self.services.ban_url, **kwargs)

    def test_door_and_town(self):
        point = self.search(COPEAUX)
        self.assertEqual((point.latitude, point.longitude), (44.8401, -0.5801))
        self.assertEqual(
            (point.kind, point.label), ("housenumber", "3 rue des Copeaux 33000 Bordeaux")
        )
        path = self.services.requests[0][1]
        self.assertIn("postcode=33000", path)
        self.assertIn("limit=1", path)
        town = self.search(ban.Address("impasse inconnue du bout", "33000", "Bordeaux"))
        self.assertEqual((town.kind, town.latitude), ("municipality", 44.84))

    def test_nothing_known(self):
        self.assertIsNone(self.search(ban.Address("1 rue X", "75001", "Paris")))
        asked = len(self.services.requests)
        self.assertIsNone(self.search(ban.Address()))
        self.assertEqual(len(self.services.requests), asked, "nothing to ask")

    def test_point_of_another_text_is_not_taken(self):
        self.services.places[:] = []
        self.services.add_place("3 rue des Copeaux", "33000", "Bordeaux", 44.8, -0.5, score=0.3)
        self.assertIsNone(self.search(COPEAUX))
        self.assertEqual(self.search_many([COPEAUX]), [None])

    def test_cedex_is_no_postcode(self):
        address = ban.Address("3 rue des Copeaux", "33072", "Bordeaux CEDEX 9")
        self.assertEqual(address.query, "3 rue des Copeaux Bordeaux")
        self.assertEqual(self.search(address).kind, "housenumber")

    def test_many_in_one_call(self):
        unknown = ban.Address("1 rue X", "75001", "Paris")
        street = ban.Address('9 allée, "des" Pins\n', "33000", "Bordeaux")
        points = self.search_many([unknown, COPEAUX, street])
        self.assertEqual(
            [point and point.kind for point in points], [None, "housenumber", "municipality"]
        )
        self.assertEqual(self.services.count("ban_csv"), 2, "then the towns of the two others")
        self.assertEqual(self.services.count("ban"), 0)

    def test_faults(self):
        for service, call, args in (
            ("ban", self.search, COPEAUX),
            ("ban_csv", self.search_many, [COPEAUX] * 9),
        ):
            for fault in ({"status": 500}, {"body": b"<html>"}, {"body": b"{}"}, {"body": HALF}):
                with self.subTest(service, fault=fault), self.services.failing(service, **fault):
                    self.assertUnavailable(call, args)
            with self.services.failing(service, status=429, headers={"Retry-After": "5"}):
                self.assertEqual(self.assertUnavailable(call, args).retry_after, 5)
            with self.services.failing(service, status=404):
                self.assertTrue(self.assertUnavailable(call, args).refused)
