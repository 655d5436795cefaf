/* Service worker of /bde/visits: opens the page without a network, sends what waits when it is
   back. It serves that page and its files, nothing else. Served after queue.js. */
const PAGE = "/bde/visits";
const CACHE = "bde-visits-1";
const PATIENCE = 5000; // a network that answers nothing for so long is none
const KEPT_FOR = 7 * 24 * 3600 * 1000; // names of pupils stay no longer on a phone

/** Whether an address is one of the files of the page. */
function isFile(address) {
    const { origin, pathname } = new URL(address);
    return (
        origin === self.location.origin &&
        (pathname.startsWith("/web/assets/") || pathname === "/web/binary/company_logo")
    );
}

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (ev) => ev.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (ev) => {
    const url = new URL(ev.request.url);
    if (ev.request.method !== "GET" || url.origin !== self.location.origin) {
        return;
    }
    if (ev.request.mode === "navigate" && url.pathname === PAGE) {
        ev.respondWith(openPage(ev.request));
    } else if (isFile(url)) {
        ev.respondWith(openFile(ev.request));
    }
});

self.addEventListener("sync", (ev) => {
    if (ev.tag === PAGE) {
        ev.waitUntil(bdeVisitQueue.send(`${PAGE}/send`));
    }
});

/** The page of the school, else the one that was kept; a slow network is waited for without one. */
async function openPage(request) {
    const network = fetchPage(request);
    const slow = new Promise((resolve) => setTimeout(resolve, PATIENCE));
    const first = await Promise.race([network, slow]).catch(() => null);
    return first || (await keptPage()) || network.catch(() => Response.error());
}

async function fetchPage(request) {
    const response = await fetch(request);
    if (response.redirected || response.type === "opaqueredirect" || [401, 403].includes(response.status)) {
        // signed out: what was kept is not for whoever comes next
        await caches.delete(CACHE);
    } else if (response.ok) {
        const cache = await caches.open(CACHE);
        await cache.put(PAGE, response.clone());
    }
    return response;
}

async function keptPage() {
    const cache = await caches.open(CACHE);
    const kept = await cache.match(PAGE);
    if (kept && Date.now() - Date.parse(kept.headers.get("Date")) < KEPT_FOR) {
        return kept;
    }
    await cache.delete(PAGE);
    return null;
}

/** Style sheet, script, logo: their address changes with their content. */
async function openFile(request) {
    const cache = await caches.open(CACHE);
    const kept = await cache.match(request);
    if (kept) {
        return kept;
    }
    const response = await fetch(request);
    if (response.ok) {
        await cache.put(request, response.clone());
    }
    return response;
}

/** The page that is open and its files, which came before this worker did. */
self.addEventListener("message", (ev) => {
    if (ev.data && ev.data.keep) {
        ev.waitUntil(keepAll(ev.data.keep));
    }
});

async function keepAll(files) {
    const cache = await caches.open(CACHE);
    const page = await fetch(PAGE, { credentials: "same-origin" });
    if (page.ok && !page.redirected) {
        await cache.put(PAGE, page);
        for (const file of files.filter(isFile)) {
            if (!(await cache.match(file))) {
                await cache.add(file);
            }
        }
    }
    for (const client of await self.clients.matchAll()) {
        client.postMessage({ kept: true });
    }
}
