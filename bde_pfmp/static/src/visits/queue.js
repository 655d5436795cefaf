/** @odoo-module ignore
 *
 * Reports of visits that a phone keeps until the school has them. Shared by the page and by its
 * service worker, which begins with this text. A plain script: no module, no web client.
 *
 * Each report has a uuid of its own: the school takes it once, however often it is sent.
 */
var bdeVisitQueue = (function () {
    "use strict";

    const NAME = "bde-visits";
    const STORE = "reports";

    function open() {
        return new Promise((resolve, reject) => {
            const asked = indexedDB.open(NAME, 1);
            asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "uuid" });
            asked.onsuccess = () => resolve(asked.result);
            asked.onerror = () => reject(asked.error);
        });
    }

    /** One action on the kept reports; resolved once it is on the disk of the phone. */
    async function run(mode, act) {
        const db = await open();
        try {
            return await new Promise((resolve, reject) => {
                const change = db.transaction(STORE, mode);
                const asked = act(change.objectStore(STORE));
                change.oncomplete = () => resolve(asked && asked.result);
                change.onerror = change.onabort = () => reject(change.error);
            });
        } finally {
            db.close();
        }
    }

    const all = () => run("readonly", (store) => store.getAll());
    const keep = (entry) => run("readwrite", (store) => store.put(entry));
    const forget = (uuid) => run("readwrite", (store) => store.delete(uuid));

    /**
     * Sends what waits.
     * @returns {Promise<string>} "sent", "offline", "signin" (the session is over), "error"
     */
    async function send(url) {
        const waiting = (await all()).filter((entry) => entry.state === "waiting");
        if (!waiting.length) {
            return "sent";
        }
        let answer;
        try {
            const response = await fetch(url, {
                method: "POST",
                credentials: "same-origin",
                headers: { "Content-Type": "application/json" },
                body: JSON.stringify({
                    jsonrpc: "2.0",
                    method: "call",
                    params: { reports: waiting.map((entry) => entry.report) },
                }),
            });
            answer = await response.json();
        } catch {
            return "offline";
        }
        if (answer.error) {
            return answer.error.code === 100 ? "signin" : "error";
        }
        const byUuid = new Map(waiting.map((entry) => [entry.uuid, entry]));
        for (const { uuid, state, message } of answer.result) {
            const entry = byUuid.get(uuid);
            if (state === "saved") {
                await forget(uuid);
            } else if (state === "refused" && entry) {
                await keep({ ...entry, state, message });
            }
        }
        return "sent";
    }

    return { all, keep, forget, send };
})();
