/** @odoo-module ignore
 *
 * Page of teachers: a report is kept on the phone first, then sent. Words come with the page.
 */
(function () {
    "use strict";

    const page = document.querySelector("#visits");
    if (!page || !("indexedDB" in window)) {
        return; // plain forms
    }
    const SEND = "/bde/visits/send";
    const words = {};
    for (const word of page.querySelectorAll("[data-word]")) {
        words[word.dataset.word] = word.textContent.trim();
    }
    const box = page.querySelector("#visits_queue");
    let sending = false;

    function today() {
        const now = new Date();
        const pad = (number) => String(number).padStart(2, "0");
        return `${now.getFullYear()}-${pad(now.getMonth() + 1)}-${pad(now.getDate())}`;
    }

    function newUuid() {
        // randomUUID asks for https; schools test on plain http at times
        if (crypto.randomUUID) {
            return crypto.randomUUID();
        }
        const hex = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
            byte.toString(16).padStart(2, "0")
        ).join("");
        return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
    }

    function element(tag, className, text) {
        const node = document.createElement(tag);
        node.className = className;
        node.textContent = text;
        return node;
    }

    function button(text, className, act) {
        const node = element("button", className, text);
        node.type = "button";
        node.addEventListener("click", act);
        return node;
    }

    /** What this phone still holds, and why. */
    async function show(outcome) {
        const entries = (await bdeVisitQueue.all()).filter((entry) => entry.owner === page.dataset.owner);
        box.replaceChildren();
        const waiting = entries.filter((entry) => entry.state === "waiting");
        if (waiting.length) {
            const card = element("div", "bde_card bde_visits_waiting", "");
            card.append(element("p", "bde_visits_state", words[outcome] || words.waiting));
            const list = document.createElement("ul");
            list.append(...waiting.map((entry) => element("li", "", entry.label)));
            card.append(list);
            if (outcome === "signin") {
                const link = element("a", "bde_button", words.signin_button);
                link.href = "/web/login?redirect=/bde/visits";
                card.append(link);
            } else {
                card.append(button(words.send_now, "bde_button bde_button_plain", flush));
            }
            box.append(card);
            waiting.forEach(markCard);
        }
        for (const entry of entries.filter((one) => one.state === "refused")) {
            const card = element("div", "bde_error bde_visits_refused", "");
            const told = entry.message.includes(entry.label);
            card.append(element("p", "", told ? entry.message : `${entry.label}: ${entry.message}`));
            if (entry.report.text) {
                card.append(element("p", "bde_visits_text", entry.report.text));
            }
            card.append(
                button(words.correct, "bde_button bde_button_plain", () => correct(entry)),
                button(words.discard, "bde_button bde_button_link", async () => {
                    if (confirm(words.discard_sure)) {
                        await bdeVisitQueue.forget(entry.uuid);
                        show();
                    }
                })
            );
            box.append(card);
        }
        return entries;
    }

    /** Says on the card of the pupil that this phone holds a report about him. */
    function markCard(entry) {
        const form = page.querySelector(`form[data-placement="${entry.report.placement}"]`);
        if (form) {
            const card = form.closest("details");
            const state = card.querySelector(".bde_visits_sent");
            state.hidden = false;
            state.dataset.uuid = entry.uuid;
            state.textContent = words.kept;
            card.classList.add("bde_visits_reported");
        }
    }

    /** Puts a refused report back into its form; it stays kept until it is sent again. */
    function correct(entry) {
        const form = page.querySelector(`form[data-placement="${entry.report.placement}"]`);
        if (!form) {
            alert(words.gone);
            return;
        }
        for (const [name, value] of Object.entries(entry.report)) {
            const input = form.elements[name];
            if (input && name !== "csrf_token") {
                input.value = value;
            }
        }
        form.dataset.replaces = entry.uuid;
        form.closest("details").open = true;
        form.scrollIntoView({ block: "start" });
    }

    async function flush() {
        if (sending) {
            return;
        }
        sending = true;
        try {
            const outcome = await bdeVisitQueue.send(SEND);
            const left = await show(outcome);
            for (const state of page.querySelectorAll("[data-uuid]")) {
                const entry = left.find((one) => one.uuid === state.dataset.uuid);
                state.hidden = Boolean(entry) && entry.state === "refused";
                state.closest("details").classList.toggle("bde_visits_reported", !state.hidden);
                state.textContent = entry ? words.kept : words.saved;
            }
        } finally {
            sending = false;
        }
    }

    async function onSubmit(ev) {
        ev.preventDefault();
        const form = ev.target;
        if (form.dataset.sent) {
            return; // a second tap while the first is being kept
        }
        try {
            // after the guard of public pages, which is for forms that leave their page
            await new Promise((resolve) => setTimeout(resolve));
            await takeReport(form);
        } finally {
            delete form.dataset.sent;
            const send = form.querySelector("button[type=submit]");
            send.disabled = false;
            send.removeAttribute("aria-busy");
        }
    }

    async function takeReport(form) {
        const report = Object.fromEntries(new FormData(form));
        delete report.csrf_token;
        if (report.alert !== "none" && !report.text.trim()) {
            form.elements.text.setCustomValidity(words.alert_text);
            form.elements.text.reportValidity();
            return;
        }
        const uuid = newUuid();
        const owner = page.dataset.owner;
        const entry = {
            uuid,
            owner,
            label: form.dataset.label,
            state: "waiting",
            report: { ...report, uuid, owner },
        };
        // on the disk of the phone before anything is said or sent
        await bdeVisitQueue.keep(entry);
        if (form.dataset.replaces) {
            await bdeVisitQueue.forget(form.dataset.replaces);
            delete form.dataset.replaces;
        }
        form.reset();
        setDate(form);
        const card = form.closest("details");
        card.open = false;
        markCard(entry);
        card.querySelector("summary").focus();
        if (navigator.serviceWorker && navigator.serviceWorker.controller) {
            // sent by the worker when the network is back, even if this page is closed
            const ready = await navigator.serviceWorker.ready;
            if (ready.sync) {
                ready.sync.register("/bde/visits").catch(() => {});
            }
        }
        flush();
    }

    function setDate(form) {
        form.elements.done_on.value = today();
        form.elements.done_on.max = today();
    }

    for (const form of page.querySelectorAll("form.bde_visits_form")) {
        setDate(form); // the page may have been kept since yesterday
        form.addEventListener("submit", onSubmit);
        form.elements.text.addEventListener("input", () => form.elements.text.setCustomValidity(""));
        for (const radio of form.querySelectorAll("[name=alert]")) {
            radio.addEventListener("change", () => form.elements.text.setCustomValidity(""));
        }
    }

    function showNetwork() {
        page.querySelector("#visits_offline").hidden = navigator.onLine;
        // what asks for a network waits for it
        for (const part of page.querySelectorAll(".bde_visits_online")) {
            part.hidden = !navigator.onLine;
        }
    }
    window.addEventListener("online", () => {
        showNetwork();
        flush();
    });
    window.addEventListener("offline", showNetwork);
    document.addEventListener("visibilitychange", () => document.hidden || flush());
    setInterval(flush, 30000);
    showNetwork();
    flush();

    if ("serviceWorker" in navigator) {
        navigator.serviceWorker.addEventListener("message", (ev) => {
            page.querySelector("#visits_ready").hidden = !(ev.data && ev.data.kept);
        });
        navigator.serviceWorker.register("/bde/visits/worker.js", { scope: "/bde/visits" }).then(
            async () => {
                // the first visit came before the worker: it keeps the page and its files now
                await navigator.serviceWorker.ready;
                if (!navigator.serviceWorker.controller) {
                    await new Promise((resolve) =>
                        navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true })
                    );
                }
                const files = [...document.querySelectorAll("link[rel=stylesheet], script[src], img")]
                    .map((node) => node.href || node.src)
                    .filter((url) => url.startsWith(location.origin));
                navigator.serviceWorker.controller.postMessage({ keep: files });
            },
            () => {} // a browser that refuses it shows the page with a network
        );
    }
})();
