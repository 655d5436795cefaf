/**
 * Help while a host fills in the accord d'accueil. The page works without it.
 *
 * A module of a bundle of its own, without the web client: the page must be there at once on
 * the phone of a craftsman.
 */
import { DAYS, WORK_WEEK, dayMinutes, formatMinutes, parseTime, readDay } from "../schedule/schedule";

const SIDES = ["0_from", "0_to", "1_from", "1_to"];

class HostingForm {
    constructor(form) {
        this.form = form;
        form.addEventListener("submit", () => this.onSubmit());
        this.box("siret").addEventListener("change", () => this.onSiret());
        for (const name of ["no_siret", "tutor_same"]) {
            this.box(name).addEventListener("change", () => this.showParts());
        }
        for (const input of form.querySelectorAll(".bde_hours input")) {
            input.addEventListener("input", () => this.sumHours());
            input.addEventListener("change", () => this.onHour(input));
        }
        const copy = form.querySelector(".bde_copy");
        copy.hidden = false;
        copy.addEventListener("click", () => this.copyMonday());
        this.showParts();
        this.sumHours();
        // a reader of screens, and anybody on a phone, starts at what is wrong
        document.querySelector("#errors")?.focus();
    }

    box(name) {
        return this.form.elements[name];
    }

    showParts() {
        this.form.querySelector("[data-box=siret]").hidden = this.box("no_siret").checked;
        this.form.querySelector(".bde_tutor").hidden = this.box("tutor_same").checked;
    }

    onSubmit() {
        const button = this.form.querySelector("button[type=submit]");
        // a second tap does not send twice; back again if the network fails
        setTimeout(() => (button.disabled = true), 0);
        setTimeout(() => (button.disabled = false), 8000);
    }

    async onSiret() {
        const siret = this.box("siret").value.replace(/[\s.-]/g, "");
        const found = this.form.querySelector(".bde_found");
        found.hidden = true;
        if (siret.length !== 14) {
            return;
        }
        const answer = await this.ask("company", { siret });
        this.box("siret").setAttribute("aria-invalid", String(!!answer.error));
        const company = answer.company || {};
        for (const [name, value] of Object.entries(company)) {
            const box = this.box(name);
            if (value && box && !box.value) {
                box.value = value;
            }
        }
        found.hidden = !company.host_name;
    }

    /** Answer of a JSON route of this form; nothing when the network fails. */
    async ask(route, params) {
        try {
            const response = await fetch(`${this.form.getAttribute("action")}/${route}`, {
                method: "POST",
                headers: { "Content-Type": "application/json" },
                body: JSON.stringify({ jsonrpc: "2.0", params }),
            });
            return (await response.json()).result || {};
        } catch {
            return {};
        }
    }

    // ------------------------------------------------------------ hours
    pairs(day) {
        const texts = SIDES.map((side) => this.box(`${day}_${side}`).value);
        return [texts.slice(0, 2), texts.slice(2)];
    }

    sumHours() {
        let week = 0;
        for (const day of DAYS) {
            const minutes = dayMinutes(readDay(this.pairs(day)).slots);
            const cell = this.form.querySelector(`tr[data-day="${day}"] .bde_total`);
            cell.textContent = minutes ? formatMinutes(minutes) : "";
            week += minutes;
        }
        this.form.querySelector(".bde_week").textContent = week ? formatMinutes(week) : "";
    }

    onHour(input) {
        const minutes = parseTime(input.value);
        if (typeof minutes === "number") {
            input.value = formatMinutes(minutes);
        }
        input.setAttribute("aria-invalid", String(minutes === false));
    }

    copyMonday() {
        for (const day of WORK_WEEK.slice(1)) {
            for (const side of SIDES) {
                this.box(`${day}_${side}`).value = this.box(`mon_${side}`).value;
            }
        }
        this.sumHours();
    }
}

for (const form of document.querySelectorAll(".bde_hosting_form")) {
    new HostingForm(form);
}
