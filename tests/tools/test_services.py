"""The outside services that tests play: they start without Odoo, and fail when they are told."""

import json
import urllib.error
import urllib.request

import pytest

from tests.services import HALF, OutsideServices

SIRET = "81234567600017"


def get(url):
    with urllib.request.urlopen(url, timeout=5) as answer:
        return answer.read()


def test_directory_of_companies():
    with OutsideServices() as services:
        services.add_company(SIRET, "GARAGE LEO", zip="33130", city="BEGLES")
        url = f"{services.companies_url}/search?q={SIRET}"
        (unit,) = json.loads(get(url))["results"]
        assert unit["matching_etablissements"][0]["libelle_commune"] == "BEGLES"
        services.remove_company(SIRET)
        assert json.loads(get(url))["results"] == []


def test_directory_of_addresses_and_tiles():
    with OutsideServices() as services:
        services.add_place("12 rue des Frênes", "33130", "Bègles", 44.8, -0.5)
        (feature,) = json.loads(get(services.ban_url + "?q=12+RUE+DES+FRENES+33130+BEGLES"))[
            "features"
        ]
        assert feature["geometry"]["coordinates"] == [-0.5, 44.8]
        assert get(services.tiles_url.format(z=1, x=0, y=0)).startswith(b"\x89PNG")


def test_faults_end():
    with OutsideServices() as services:
        url = f"{services.companies_url}/search?q={SIRET}"
        services.fail("companies", status=429, headers={"Retry-After": "3"}, times=1)
        with pytest.raises(urllib.error.HTTPError) as caught:
            get(url)
        assert (caught.value.code, caught.value.headers["Retry-After"]) == (429, "3")
        with services.failing("companies", body=HALF), pytest.raises(json.JSONDecodeError):
            json.loads(get(url))
        assert json.loads(get(url))["total_results"] == 0
        assert services.count("companies") == 3
