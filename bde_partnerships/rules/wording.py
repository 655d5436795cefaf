"""Two wordings side by side: what a school changed, and how it takes up a new national text.

Articles are dicts ``key`` (the same from version to version), ``number``, ``title``,
``section``, ``body`` (HTML). No import of Odoo here: the module is tested alone.
"""

import hashlib
import html
import re
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import lru_cache

_BREAKS = re.compile(r"</(?:p|li|h\d|div|tr)>|<br\s*/?>", re.IGNORECASE)
_ITEMS = re.compile(r"<li\b[^>]*>", re.IGNORECASE)
_TAGS = re.compile(r"<[^>]+>")
_WORDS = re.compile(r"\n|[^\s]+")
COMPARED = ("number", "title", "body")


@lru_cache(maxsize=1024)
def paragraphs(body):
    """The text of HTML, a paragraph or item a line, as people read it.

    >>> paragraphs("<p>Un&nbsp;:</p><ul><li>a</li><li><b>b</b> c</li></ul>")
    ('Un :', '• a', '• b c')
    """
    text = _ITEMS.sub("• ", _BREAKS.sub("\n", re.sub(r"\s+", " ", body or "")))
    text = html.unescape(_TAGS.sub("", text)).replace("\u00a0", " ")
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return tuple(line for line in lines if line)


def digest(title, body=""):
    """SHA-256 of what a text says, whatever its tags and spaces: names its translation."""
    text = "\n".join((" ".join((title or "").split()), *paragraphs(body or "")))
    return hashlib.sha256(text.encode()).hexdigest()


def same(one, other):
    """Whether two articles say the same."""
    return (one["number"] or 0, digest(one["title"], one["body"])) == (
        other["number"] or 0,
        digest(other["title"], other["body"]),
    )


def difference(old, new):
    """What became of a text, word by word.

    :param old, new: HTML
    :return: list of (kind, text): ``=`` kept, ``-`` taken out, ``+`` put in; a line break
        between paragraphs is inside the texts

    >>> difference("<p>Huit heures par jour.</p>", "<p>Sept heures par jour.</p>")
    [('-', 'Huit'), ('+', 'Sept'), ('=', 'heures par jour.')]
    """
    before, after = (_WORDS.findall("\n".join(paragraphs(body or ""))) for body in (old, new))
    result = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for kind, a_start, a_end, b_start, b_end in matcher.get_opcodes():
        if kind == "equal":
            result.append(("=", _join(before[a_start:a_end])))
            continue
        for sign, words in (("-", before[a_start:a_end]), ("+", after[b_start:b_end])):
            if words:
                result.append((sign, _join(words)))
    return result


def _join(words):
    return re.sub(r" ?\n ?", "\n", " ".join(words))


@dataclass(frozen=True)
class Pair:
    """An article of two wordings: ``old`` and ``new``, one of them None when it has none."""

    key: str
    old: dict | None
    new: dict | None

    @property
    def status(self):
        """same, changed, added, removed."""
        if self.old is None:
            return "added"
        if self.new is None:
            return "removed"
        return "same" if same(self.old, self.new) else "changed"


def compare(old, new):
    """Articles of two wordings, matched by key, in the order of the new one.

    What the new one left out stands behind the article that it followed.

    :rtype: list[Pair]
    """
    by_key = {article["key"]: article for article in old}
    kept = {article["key"] for article in new}
    gone, last = {}, None
    for article in old:
        if article["key"] in kept:
            last = article["key"]
        else:
            gone.setdefault(last, []).append(Pair(article["key"], article, None))
    result = list(gone.get(None, ()))
    for article in new:
        result.append(Pair(article["key"], by_key.get(article["key"]), article))
        result += gone.get(article["key"], ())
    return result


@dataclass
class Merge:
    """A school's wording with the new national text taken up.

    :param articles: list of (article, origin): ``national`` (theirs is taken), ``own`` (only
        the school had changed it), ``both`` (both changed it: ours is kept, to look at)
    :param dropped: articles that the nation took out and the school had left alone
    """

    articles: list = field(default_factory=list)
    dropped: list = field(default_factory=list)

    @property
    def to_review(self):
        """Articles that somebody has to decide on."""
        return [article for article, origin in self.articles if origin == "both"]


def merge(base, ours, theirs):
    """The school's wording on the new national one: its own articles kept, the rest followed.

    :param base: national text that ours was made from
    :param ours: articles of the school
    :param theirs: the new national text
    :rtype: Merge
    """
    old = {article["key"]: article for article in base}
    own = {article["key"]: article for article in ours}
    national = {article["key"] for article in theirs}
    merged = Merge()
    # what the school added, or kept of what the nation took out, follows its neighbour
    following, last = {}, None
    for article in ours:
        if article["key"] in national:
            last = article["key"]
        elif article["key"] in old and same(article, old[article["key"]]):
            merged.dropped.append(article)
        else:
            origin = "both" if article["key"] in old else "own"
            following.setdefault(last, []).append((article, origin))
    merged.articles += following.get(None, ())
    for article in theirs:
        key = article["key"]
        if key in own:
            merged.articles.append(_merge_one(old.get(key), own[key], article))
        elif key not in old:
            merged.articles.append((article, "national"))
        # left out by the school: stays out
        merged.articles += following.get(key, ())
    _renumber(merged.articles)
    return merged


def _merge_one(base, ours, theirs):
    if same(ours, theirs) or (base and same(ours, base)):
        return theirs, "national"
    if base and same(base, theirs):
        return ours, "own"
    return ours, "both"


def _renumber(articles):
    """Gives another number to an article of the school whose own the nation took."""
    taken = {a["number"] for a, origin in articles if origin == "national" and a["number"]}
    for index, (article, origin) in enumerate(articles):
        number = article["number"]
        if origin == "national" or not number:
            continue
        if number in taken and not article.get("training_ids"):
            number = max(taken) + 1
            articles[index] = (article | {"number": number}, origin)
        taken.add(number)
