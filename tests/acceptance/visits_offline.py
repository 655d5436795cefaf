"""The road of a teacher without a network: the page opens, reports stay on the phone, are sent
when the network is back, and are there once.

Selectors, not words: the story works in any language.
"""

from playwright.sync_api import expect

PATH = "/bde/visits"
QUEUE = """async () => {
    const entries = await bdeVisitQueue.all();
    return entries.map(({ label, state, report }) => ({ label, state, text: report.text }));
}"""


def open_for_the_road(page, url):
    """Opens the page with a network, until it can be opened without one."""
    page.goto(f"{url}{PATH}")
    expect(page.locator("#visits_ready")).to_be_visible()


def card_of(page, pupil):
    """The card of a pupil, by a part of his name."""
    return page.locator("details.bde_visits_card", has_text=pupil)


def write_report(page, pupil, sentence, met="both", mood="fine", alert="none", **more):
    """Three taps and a sentence, then "send".

    :param more: ``kind``, ``channel``, ``done_on``, ``km`` where they are not as proposed
    """
    card = card_of(page, pupil)
    if card.get_attribute("open") is None:
        card.locator("summary").first.tap()
    card.locator(f"label:has(input[name=met][value={met}])").tap()
    card.locator(f"label:has(input[name=mood][value={mood}])").tap()
    if alert != "none":
        card.locator(f"label:has(input[name=alert][value={alert}])").tap()
    card.locator("textarea[name=text]").fill(sentence)
    if more:
        card.locator(".bde_visits_more > summary").tap()
        for name in ("kind", "channel"):
            if name in more:
                card.locator(f"select[name={name}]").select_option(more[name])
        for name in ("done_on", "km"):
            if name in more:
                card.locator(f"input[name={name}]").fill(more[name])
    card.locator("button[type=submit]").tap()


def kept(page):
    """What the phone holds: dicts ``label``, ``state``, ``text``."""
    return page.evaluate(QUEUE)


def report_without_network(page, url, pupil, sentence, shot=None, **report):
    """Plays the whole road on a signed-in phone: ready, no network, closed and opened again,
    a report, the network back, sent.

    :param page: of a context with ``has_touch``
    :param shot: called with a name at each picture worth keeping
    """
    shot = shot or (lambda name: None)
    open_for_the_road(page, url)
    page.context.set_offline(True)
    # closed and opened again on the way: nothing but the phone answers
    page.goto("about:blank")
    page.goto(f"{url}{PATH}")
    expect(page.locator("#visits_offline")).to_be_visible()
    shot("offline")
    write_report(page, pupil, sentence, **report)
    expect(page.locator(".bde_visits_waiting li")).to_have_count(1)
    assert [entry["text"] for entry in kept(page)] == [sentence]
    # it survives the page
    page.reload()
    expect(page.locator(".bde_visits_waiting li")).to_have_count(1)
    shot("kept")
    page.context.set_offline(False)
    expect(page.locator(".bde_visits_waiting")).to_have_count(0)
    assert kept(page) == []
    shot("sent")


def answer_lost_on_the_way(page, url, pupil, sentence, **report):
    """The report arrives, its answer does not: the phone sends it again, the school has one."""
    open_for_the_road(page, url)
    lost, losing = [], True

    def lose(route):
        if not losing:
            route.continue_()
            return
        # the page and its worker may both send: neither hears the answer
        lost.append(route.fetch().status)
        route.abort("connectionreset")

    page.context.route(f"**{PATH}/send", lose)
    write_report(page, pupil, sentence, **report)
    expect(page.locator(".bde_visits_waiting li")).to_have_count(1)
    assert lost and set(lost) == {200}, lost
    losing = False
    page.locator(".bde_visits_waiting button").tap()
    expect(page.locator(".bde_visits_waiting")).to_have_count(0)
    page.context.unroute_all(behavior="ignoreErrors")
    assert kept(page) == []
