/** @odoo-module ignore */
/* Nothing here is needed to answer: it counts the lines, and keeps a draft when the page is left
   before the end (a call comes in, the phone is put away). */
(() => {
    const form = document.querySelector("form.bde_evaluation_form");
    if (!form) {
        return;
    }
    const progress = form.querySelector(".bde_progress");
    const count = () => {
        const done = form.querySelectorAll("input[type=radio]:checked").length;
        progress.querySelector(".bde_count").textContent = done;
    };
    if (progress) {
        progress.hidden = false;
        count();
    }
    let changed = false;
    form.addEventListener("change", () => {
        changed = true;
        if (progress) {
            count();
        }
    });
    form.addEventListener("submit", () => {
        changed = false;
    });
    document.addEventListener("visibilitychange", () => {
        if (document.visibilityState !== "hidden" || !changed || !("keepsDraft" in form.dataset)) {
            return;
        }
        const data = new FormData(form);
        data.set("step", "draft");
        if (navigator.sendBeacon(form.action, data)) {
            changed = false;
        }
    });
})();
