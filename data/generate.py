"""Writes the sample files of the invented académie, in the formats that schools really have.

    python3 -m data.generate                  the committed files, for the school year 2026-2027
    python3 -m data.generate --year 2027 --out somewhere

Standard library only. The same year and seed always give the same bytes. See data/README.md.
"""

import argparse
import csv
import io
import random
from pathlib import Path

from . import bad_files, book, companies, formats
from .people import People
from .population import Population
from .schools import SCHOOLS

DEFAULT_YEAR = 2026
DEFAULT_OUT = Path(__file__).parent / "samples"


def populations(year=DEFAULT_YEAR, seed=96):
    """The people of the three lycées; no telephone, address or name is given twice.

    :param int year: calendar year in which the school year begins
    :rtype: list[Population]
    """
    people = People(random.Random(f"{seed}-people"))
    return [
        Population(school, year, random.Random(f"{seed}-{school.uai}"), people)
        for school in SCHOOLS
    ]


def build(year=DEFAULT_YEAR, seed=96):
    """All sample files.

    :param int year: calendar year in which the school year begins
    :return: ``{relative path: bytes}``
    """
    first, second, third = populations(year, seed)
    people = first.people
    files = {}
    files.update(_state_files(first, year))
    files.update(_state_files(second, year, addresses=True, encoding="UTF-8"))
    folder = third.school.uai
    files[f"{folder}/eleves.csv"] = formats.pupils_csv(third.school, year, third.children)
    files[f"{folder}/professeurs.csv"] = formats.professors_csv(third.professors)
    files.update(bad_files.build(first.school, year, first.children))
    files["entreprises.csv"] = companies.build(random.Random(f"{seed}-companies"), people)
    files["liste_entreprises.xlsx"] = book.sample(
        random.Random(f"{seed}-book"), people, _rows(files["entreprises.csv"])[5::9]
    )
    return files


def _rows(content):
    text = content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def _state_files(population, year, addresses=False, encoding="ISO-8859-15"):
    """Exports of SIECLE and STS-web, the pupils zipped as SIECLE delivers them."""
    school, children = population.school, population.children
    name = "ElevesAvecAdresses" if addresses else "ElevesSansAdresses"
    pupils = formats.pupils_xml(school, year, children, addresses, encoding)
    return {
        f"{school.uai}/ExportXML_{name}.zip": formats.zipped(f"{name}.xml", pupils),
        f"{school.uai}/ResponsablesAvecAdresses.xml": formats.guardians_xml(
            school, year, children, encoding
        ),
        f"{school.uai}/Nomenclature.xml": formats.nomenclature_xml(school, year, encoding),
        f"{school.uai}/sts_emp_{school.uai}_{year}.xml": formats.sts_xml(
            school, year, population.professors, encoding
        ),
        f"{school.uai}/mails_professeurs.csv": formats.professor_mails_csv(population.professors),
    }


def write(out, year=DEFAULT_YEAR, seed=96):
    """Write the files below a folder; return their paths."""
    paths = []
    for name, content in sorted(build(year, seed).items()):
        path = Path(out) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        paths.append(path)
    return paths


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--year", type=int, default=DEFAULT_YEAR, help="first calendar year")
    parser.add_argument("--out", type=Path, default=DEFAULT_OUT, help="folder to write to")
    parser.add_argument("--seed", type=int, default=96)
    options = parser.parse_args()
    for path in write(options.out, options.year, options.seed):
        print(f"{path.stat().st_size:>9,}  {path}")


if __name__ == "__main__":
    main()
