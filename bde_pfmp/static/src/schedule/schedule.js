/**
 * Weekly hours in the browser: the counterpart of rules/schedule.py, shared by the desk widget
 * and the public form. The server checks everything again.
 */

export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
export const WORK_WEEK = DAYS.slice(0, 5);
const DAY_MINUTES = 24 * 60;

/**
 * @param {string} text "8", "8h", "8h30", "08:30", "0830"
 * @returns {number|null|false} minutes since midnight, null when empty, false when unreadable
 */
export function parseTime(text) {
    text = (text || "").trim();
    if (!text) {
        return null;
    }
    const match =
        text.match(/^(\d{1,2})\s*(?:[hH:]\s*(\d{2})?)?$/) || text.match(/^(\d{1,2})(\d{2})$/);
    if (!match) {
        return false;
    }
    const minutes = parseInt(match[2] || "0", 10);
    const total = parseInt(match[1], 10) * 60 + minutes;
    return minutes > 59 || total > DAY_MINUTES ? false : total;
}

/** @returns {string} "08:30", the form kept in the JSON */
export function formatTime(minutes) {
    const pad = (value) => String(value).padStart(2, "0");
    return `${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
}

/** @returns {string} "8h30" or "35h", as the French write it */
export function formatMinutes(minutes) {
    const rest = minutes % 60;
    return `${Math.floor(minutes / 60)}h${rest ? String(rest).padStart(2, "0") : ""}`;
}

/**
 * @param {number} start minutes since midnight
 * @param {number} end minutes since midnight
 * @returns {number|false} end counted from the midnight before the start, false when it is an error
 */
export function realEnd(start, end) {
    if (end > start) {
        return end;
    }
    // only an evening may run into the night
    return start >= 12 * 60 && end <= 6 * 60 ? end + DAY_MINUTES : false;
}

/** @returns {number} minutes of presence of one day */
export function dayMinutes(slots) {
    return (slots || []).reduce((sum, [from, to]) => {
        const start = parseTime(from);
        return sum + realEnd(start, parseTime(to)) - start;
    }, 0);
}

/** @returns {number} minutes of presence of the week */
export function weekMinutes(schedule) {
    return DAYS.reduce((sum, day) => sum + dayMinutes((schedule || {})[day]), 0);
}

/** @returns {string} "8h-12h / 13h-17h" */
export function formatDay(slots) {
    return (slots || [])
        .map(([from, to]) => `${formatMinutes(parseTime(from))}-${formatMinutes(parseTime(to))}`)
        .join(" / ");
}

/**
 * Days that are alike and follow each other, for a compact reading.
 *
 * @returns {Array<{first: string, last: string, text: string}>}
 */
export function groupDays(schedule) {
    const groups = [];
    for (const [index, day] of DAYS.entries()) {
        const text = formatDay((schedule || {})[day]);
        const previous = groups[groups.length - 1];
        if (!text) {
            continue;
        }
        if (previous && previous.text === text && DAYS.indexOf(previous.last) === index - 1) {
            previous.last = day;
        } else {
            groups.push({ first: day, last: day, text });
        }
    }
    return groups;
}

/**
 * Reads a day from its typed pairs.
 *
 * @param {Array<[string, string]>} pairs
 * @returns {{slots: Array, wrong: Array<[number, number]>}} wrong: [pair, side] of each bad box
 */
export function readDay(pairs) {
    const slots = [];
    const wrong = [];
    pairs.forEach(([from, to], index) => {
        const start = parseTime(from);
        const end = parseTime(to);
        if (start === null && end === null) {
            return;
        }
        if (start === null || start === false) {
            wrong.push([index, 0]);
        } else if (end === null || end === false || realEnd(start, end) === false) {
            wrong.push([index, 1]);
        } else {
            const last = slots[slots.length - 1];
            if (last && realEnd(parseTime(last[0]), parseTime(last[1])) > start) {
                wrong.push([index, 0]);
            }
            slots.push([formatTime(start), formatTime(end)]);
        }
    });
    return { slots, wrong };
}
