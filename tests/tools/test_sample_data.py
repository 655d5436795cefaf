"""The committed sample files: made by the generator, and nobody's."""

import csv
import io
import re
import zipfile

import pytest
from stdnum.fr import siret

from data import book, companies, generate
from data.schools import SCHOOLS, UAI_LETTERS


@pytest.fixture(scope="module")
def files():
    return generate.build()


def texts(files):
    """Every text of the samples, zips opened, by name."""
    for name, content in files.items():
        if name.startswith("bad/bombe"):
            continue
        if content.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                content = b"".join(archive.read(entry) for entry in archive.namelist())
        encoding = "iso-8859-15" if b"ISO-8859-15" in content[:60] else "utf-8"
        yield name, content.decode(encoding, errors="replace")


def test_committed_files_are_those_of_the_generator(files):
    folder = generate.DEFAULT_OUT
    committed = {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
    assert committed.keys() == files.keys()
    assert [name for name in files if committed[name] != files[name]] == []


def test_another_year_moves_the_people(files):
    later = generate.build(2027)
    assert later.keys() != files.keys(), "the name of sts_emp holds the year"
    name = "0960037U/eleves.csv"
    assert later[name] != files[name]
    assert len(later[name].splitlines()) == len(files[name].splitlines())


def test_about_three_hundred_pupils_in_twelve_classes():
    classes = [klass for school in SCHOOLS for klass in school.classes]
    assert len(SCHOOLS) == 3
    assert len(classes) == 12
    assert sum(klass.size for klass in classes) == 300
    for klass in classes:
        assert re.fullmatch(r"(24[01278]|247)\d{7}", klass.mef)


def test_school_numbers():
    for school in SCHOOLS:
        assert school.uai[:3] == "096", "a département that does not exist"
        assert UAI_LETTERS[int(school.uai[:7]) % 23] == school.uai[7]


def test_telephones_are_those_of_fiction(files):
    for name, text in texts(files):
        for number in re.findall(r"\b0[1-9](?: \d\d){4}\b", text):
            assert re.match(r"06 39 98|01 99 00", number), (name, number)


def test_mail_domains_belong_to_nobody(files):
    for name, text in texts(files):
        for domain in re.findall(r"@([\w.-]+)", text):
            assert domain.endswith((".example", "example.org")), (name, domain)


def test_postal_codes_do_not_exist(files):
    for name, text in texts(files):
        for code in re.findall(r"<CODE_POSTAL>(\d+)<", text):
            assert code.startswith("96"), (name, code)


def test_companies(files):
    text = files["entreprises.csv"].decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert len(rows) == companies.COUNT == 120
    numbers = [row["siret"] for row in rows]
    assert len(set(numbers)) == 120
    assert all(siret.is_valid(number) for number in numbers)
    assert len([number for number in numbers if number.startswith(companies.LA_POSTE)]) == 1
    codes = {klass.code for school in SCHOOLS for klass in school.classes}
    hosted = {code for row in rows for code in row["classes"].split()}
    assert hosted == codes, "every class finds a host"
    shared = [row for row in rows if row["signataire_email"] == row["tuteur_email"] != ""]
    assert len(shared) > 30, "in small firms one mailbox serves all"


def test_list_of_the_acceptance_test():
    """500 rows, 40 of them bad, five of each fault; the others have their own valid SIRET."""
    made = book.book_rows()
    assert len(made.rows) == 500
    assert len(made.bad) == 40
    codes = list(made.bad.values())
    assert {codes.count(code) for code in codes} == {5}
    good = [row for line, row in enumerate(made.rows, 2) if line not in made.bad]
    numbers = [row[0] if isinstance(row[0], str) else f"{int(row[0]):014d}" for row in good]
    assert len(set(numbers)) == 460
    assert all(siret.is_valid(number) for number in numbers)
    assert len({(row[1], row[4]) for row in good}) == 460, "names are told apart"
    assert made.xlsx() == book.book_rows().xlsx()
    assert made.xlsx() != book.book_rows(1).xlsx()


def test_situations():
    """Each lycée has the cases that the demonstration needs."""
    for population in generate.populations():
        links = [link for child in population.children for link in child.family]
        assert any(kinship == "51" for _adult, _rank, kinship in links)
        assert any(adult is None for adult, _rank, _kinship in links)
        assert any(rank == "0" and kinship == "38" for _adult, rank, kinship in links)
        families = [
            tuple(adult.number for adult, _rank, _kinship in child.family if adult)
            for child in population.children
        ]
        assert len(set(families)) < len(families), "siblings share their parents"
        assert any(not child.ine for child in population.children)
        assert any(child.left_on for child in population.children)
        assert any(not child.placed for child in population.children)
