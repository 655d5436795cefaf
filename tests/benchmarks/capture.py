"""What Chromium really asks of the server when an action opens; a check of ``webclient.py``.

    python -m tests.benchmarks.capture http://127.0.0.1:8069 LOGIN PASSWORD crm.action_xmlid

Prints the data calls as JSON, one a line. Nothing here is part of a measure.
"""

import json
import sys

DATA_METHODS = {
    "get_home",
    "read_progress_bar",
    "search_panel_select_multi_range",
    "search_panel_select_range",
    "web_read",
    "web_read_group",
    "web_search_read",
}


def capture(url, login, password, action, path=None):
    """Data calls of the web client, as ``(model, method, args, kwargs)``.

    :param path: address to open instead of that of the action
    """
    from playwright.sync_api import sync_playwright

    calls, others = [], []
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.goto(f"{url}/web/login")
        page.fill("input[name=login]", login)
        page.fill("input[name=password]", password)
        page.click("button[type=submit]")
        page.wait_for_selector(".o_web_client")
        page.on("request", lambda request: _keep(request, calls, others))
        page.goto(path or f"{url}/odoo/action-{action}")
        page.wait_for_selector(".o_kanban_view, .o_list_view, .o_form_view, .o_action")
        page.wait_for_timeout(3000)  # its bus never falls silent
        browser.close()
    return calls, others


def _keep(request, calls, others):
    if "/web/dataset/call_kw/" not in request.url or not request.post_data:
        return
    params = json.loads(request.post_data)["params"]
    call = (params["model"], params["method"], params["args"], params["kwargs"])
    (calls if params["method"] in DATA_METHODS else others).append(call)


if __name__ == "__main__":
    found, beside = capture(*sys.argv[1:])
    for call in found:
        print(json.dumps(call, ensure_ascii=False))
    for model, method, *_rest in beside:
        print(f"# {model}.{method}")
