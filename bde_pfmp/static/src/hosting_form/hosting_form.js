import { rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";
import {
    DAYS,
    WORK_WEEK,
    dayMinutes,
    formatMinutes,
    parseTime,
    readDay,
} from "../schedule/schedule";

const SIDES = ["0_from", "0_to", "1_from", "1_to"];

/**
 * Help while a host fills in the accord d'accueil. The page works without it.
 */
export class HostingForm extends Interaction {
    static selector = ".o_bde_hosting_form";
    dynamicContent = {
        _root: { "t-on-submit": this.onSubmit },
        "#siret": { "t-on-change": this.onSiret },
        "#no_siret": { "t-on-change": this.updateContent },
        "[data-box='siret']": { "t-att-class": () => ({ "d-none": this.ticked("no_siret") }) },
        "#tutor_same": { "t-on-change": this.updateContent },
        ".o_bde_tutor": { "t-att-class": () => ({ "d-none": this.ticked("tutor_same") }) },
        ".o_bde_copy": {
            "t-on-click": this.copyMonday,
            "t-att-class": () => ({ "d-none": false }),
        },
        ".o_bde_schedule input": { "t-on-input": this.sumHours, "t-on-change": this.onHour },
    };

    start() {
        this.sumHours();
        // a reader of screens, and anybody on a phone, starts at what is wrong
        this.el.ownerDocument.querySelector("#errors")?.focus();
    }

    ticked(name) {
        return this.box(name).checked;
    }

    box(name) {
        return this.el.querySelector(`[name="${name}"]`);
    }

    onSubmit() {
        const button = this.el.querySelector("button[type=submit]");
        // a second tap does not send twice
        this.waitForTimeout(() => (button.disabled = true), 0);
        this.waitForTimeout(() => (button.disabled = false), 8000);
    }

    async onSiret() {
        const siret = this.box("siret").value.replace(/[\s.-]/g, "");
        const found = this.el.querySelector(".o_bde_found");
        found.classList.add("d-none");
        if (siret.length !== 14) {
            return;
        }
        const path = this.el.getAttribute("action");
        const answer = await this.waitFor(rpc(`${path}/company`, { siret })).catch(() => ({}));
        this.box("siret").classList.toggle("is-invalid", !!answer.error);
        const company = answer.company || {};
        for (const [name, value] of Object.entries(company)) {
            const box = this.box(name);
            if (value && box && !box.value) {
                box.value = value;
            }
        }
        found.classList.toggle("d-none", !company.host_name);
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
            const cell = this.el.querySelector(`tr[data-day="${day}"] .o_bde_schedule_total`);
            cell.textContent = minutes ? formatMinutes(minutes) : "";
            week += minutes;
        }
        this.el.querySelector(".o_bde_week").textContent = week ? formatMinutes(week) : "";
    }

    onHour(ev) {
        const minutes = parseTime(ev.currentTarget.value);
        if (typeof minutes === "number") {
            ev.currentTarget.value = formatMinutes(minutes);
        }
        ev.currentTarget.classList.toggle("is-invalid", minutes === false);
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

registry.category("public.interactions").add("bde_pfmp.hosting_form", HostingForm);
