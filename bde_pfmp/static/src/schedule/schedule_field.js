import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useBus } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component, onWillUpdateProps, useState } from "@odoo/owl";
import {
    DAYS,
    WORK_WEEK,
    dayMinutes,
    formatMinutes,
    groupDays,
    parseTime,
    readDay,
    weekMinutes,
} from "./schedule";

const EMPTY_ROW = ["", "", "", ""];

/**
 * Weekly hours: one row a day, morning and afternoon, with the total of the week while typing.
 */
export class ScheduleField extends Component {
    static template = "bde_pfmp.ScheduleField";
    static props = { ...standardFieldProps };

    setup() {
        this.days = DAYS;
        this.labels = {
            mon: _t("Monday"),
            tue: _t("Tuesday"),
            wed: _t("Wednesday"),
            thu: _t("Thursday"),
            fri: _t("Friday"),
            sat: _t("Saturday"),
            sun: _t("Sunday"),
        };
        this.boxLabels = [
            _t("morning, from"),
            _t("morning, to"),
            _t("afternoon, from"),
            _t("afternoon, to"),
        ];
        this.state = useState({ rows: {}, wrong: {} });
        this.dirty = false;
        this.load(this.value(this.props));
        onWillUpdateProps((next) => {
            // what is being typed wins over a value that comes back from the server
            const same = JSON.stringify(this.value(next)) === this.loaded;
            if (!this.dirty && !same && !Object.keys(this.state.wrong).length) {
                this.load(this.value(next));
            }
        });
        const { bus } = this.props.record.model;
        useBus(bus, "NEED_LOCAL_CHANGES", (ev) => ev.detail.proms.push(this.commit()));
        useBus(bus, "WILL_SAVE_URGENTLY", () => this.commit());
    }

    value(props) {
        return props.record.data[props.name] || {};
    }

    load(schedule) {
        this.loaded = JSON.stringify(schedule);
        this.state.wrong = {};
        for (const day of DAYS) {
            const texts = (schedule[day] || []).flat().map((text) => formatMinutes(parseTime(text)));
            // an afternoon alone goes to the column of the afternoon
            const alone = texts.length === 2 && parseTime(texts[0]) >= 12 * 60;
            const row = alone ? ["", "", ...texts] : texts;
            this.state.rows[day] = [...row, ...EMPTY_ROW.slice(row.length)];
        }
    }

    // ---------------------------------------------------------------- reading
    pairs(day) {
        const row = this.state.rows[day];
        return row.reduce((pairs, text, index) => {
            if (index % 2) {
                pairs.push([row[index - 1], text]);
            }
            return pairs;
        }, []);
    }

    get typed() {
        const schedule = {};
        const wrong = {};
        for (const day of DAYS) {
            const read = readDay(this.pairs(day));
            schedule[day] = read.slots;
            for (const [pair, side] of read.wrong) {
                wrong[`${day}_${pair * 2 + side}`] = true;
            }
        }
        return { schedule, wrong };
    }

    dayTotal(day) {
        const minutes = dayMinutes(readDay(this.pairs(day)).slots);
        return minutes ? formatMinutes(minutes) : "";
    }

    get weekTotal() {
        return formatMinutes(weekMinutes(this.typed.schedule));
    }

    shortLabel(day) {
        return this.labels[day].toString().slice(0, 3);
    }

    get summary() {
        const short = (day) => this.shortLabel(day).toLowerCase();
        return groupDays(this.value(this.props)).map((group) => ({
            days: group.first === group.last ? short(group.first) : `${short(group.first)}–${short(group.last)}`,
            text: group.text,
        }));
    }

    get savedTotal() {
        return formatMinutes(weekMinutes(this.value(this.props)));
    }

    boxId(day, index) {
        return `${this.props.id || this.props.name}_${day}_${index}`;
    }

    // ---------------------------------------------------------------- typing
    onInput(day, index, ev) {
        this.dirty = true;
        this.state.rows[day][index] = ev.target.value;
        delete this.state.wrong[`${day}_${index}`];
        this.props.record.model.bus.trigger("FIELD_IS_DIRTY", true);
    }

    async onChange(day, index) {
        const text = this.state.rows[day][index];
        const minutes = parseTime(text);
        if (typeof minutes === "number") {
            this.state.rows[day][index] = formatMinutes(minutes);
        }
        // wait for the other end of the pair before saying that it is missing
        const other = this.state.rows[day][index ^ 1];
        if (minutes !== false && text && !other) {
            return;
        }
        await this.commit();
    }

    async commit() {
        if (!this.dirty) {
            return;
        }
        const { schedule, wrong } = this.typed;
        this.state.wrong = wrong;
        const { record, name } = this.props;
        if (Object.keys(wrong).length) {
            await record.setInvalidField(name);
            return;
        }
        this.dirty = false;
        this.loaded = JSON.stringify(schedule);
        if (!record.isValid) {
            record.resetFieldValidity(name);
        }
        await record.update({ [name]: schedule });
        record.model.bus.trigger("FIELD_IS_DIRTY", false);
    }

    async copyMonday() {
        for (const day of WORK_WEEK.slice(1)) {
            this.state.rows[day] = [...this.state.rows.mon];
        }
        this.dirty = true;
        await this.commit();
    }
}

export const scheduleField = {
    component: ScheduleField,
    displayName: _t("Weekly hours"),
    supportedTypes: ["json"],
    isEmpty: () => false,
};

registry.category("fields").add("bde_schedule", scheduleField);
