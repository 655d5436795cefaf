"""Is a page usable by everybody: axe finds nothing, nothing is wider than the screen.

from .axe import check

check(page)            # a page of Playwright, at its present size
check(page, opened=True)   # what is folded is unfolded first
"""

from axe_playwright_python.base import AXE_SCRIPT

# Frames hold our PDFs, shown by the browser's own viewer. All rules are played; what passes,
# ten times as long, is not told in full.
OPTIONS = {"iframes": False, "resultTypes": ["violations"]}


def violations(page):
    """What axe finds, one line each: rule, what it wants, and the first elements.

    :rtype: list[str]
    """
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("(options) => axe.run(options).then((all) => all.violations)", OPTIONS)
    return [
        f"{rule['id']} ({rule['impact']}): {rule['help']} – "
        + "; ".join(str(node["target"]) for node in rule["nodes"][:3])
        for rule in found
    ]


def too_wide(page):
    """By how many pixels the page is wider than the window, 0 when it fits."""
    return page.evaluate(
        "Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)"
    )


def unfold(page):
    """Opens whatever is folded, for hidden things are not looked at; but no PDF.

    :return: how many were folded
    """
    return page.evaluate(
        """() => {
            const folded = document.querySelectorAll("details:not([open]):not(:has(iframe))");
            folded.forEach((each) => { each.open = true });
            return folded.length;
        }"""
    )


def check(page, opened=False):
    """Asserts that a page has no violation and does not scroll sideways.

    :param bool opened: unfold the page first
    """
    if opened:
        unfold(page)
    title = page.title()
    wide = too_wide(page)
    assert not wide, f"{page.url} ({title}): {wide} px wider than {page.viewport_size}"
    found = violations(page)
    assert not found, f"{page.url} ({title}) at {page.viewport_size}:\n" + "\n".join(found)
