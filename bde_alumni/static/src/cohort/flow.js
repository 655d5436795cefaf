/** @odoo-module **/

import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

const WIDTH = 940;
const BAR = 12;
const GAP = 12;
const NODE_HEIGHT = 30;
// where the three columns stand, and on which side of the bar the names are written
const COLUMNS = [
    { x: 230, anchor: "end", dx: -8 },
    { x: 480, anchor: "start", dx: BAR + 8 },
    { x: 700, anchor: "start", dx: BAR + 8 },
];
const LONGEST = 30;
// the titles of the columns stand above the bars
const TOP = 28;

/**
 * People from their training to their situation, and to their employer: bars as high as the
 * number of people, ribbons between them. A bar opens the people behind it. On a phone, and for
 * who reads with a screen reader, the same is a list.
 */
export class BdeAlumniFlow extends Component {
    static template = "bde_alumni.Flow";
    static props = {
        streams: Array,
        situations: Array,
        open: Function,
    };

    get total() {
        return this.props.streams.reduce((sum, one) => sum + one.count, 0);
    }

    /** The nodes of the three columns, the largest first; situations keep their order. */
    get groups() {
        const labels = Object.fromEntries(this.props.situations.map((one) => [one.code, one.label]));
        const columns = [
            this.group((one) => one.training, (one) => one.label),
            this.group((one) => one.situation, (one) => labels[one.situation]),
            this.group((one) => one.employer, (one) => one.employer_label),
        ];
        const order = this.props.situations.map((one) => one.code);
        columns[0].sort((a, b) => b.count - a.count || a.label.localeCompare(b.label));
        columns[1].sort((a, b) => order.indexOf(a.key) - order.indexOf(b.key));
        // what is no company by name comes last
        columns[2].sort((a, b) => (b.key > 0) - (a.key > 0) || b.count - a.count);
        return columns;
    }

    group(key, label) {
        const found = new Map();
        for (const stream of this.props.streams) {
            const value = key(stream);
            if (value === null) {
                continue;
            }
            const node = found.get(value) || { key: value, label: label(stream), count: 0 };
            node.count += stream.count;
            found.set(value, node);
        }
        return [...found.values()];
    }

    /** Everything that is drawn, placed. */
    get drawing() {
        const columns = this.groups;
        const most = Math.max(...columns.map((nodes) => nodes.length));
        const height = Math.max(200, most * (NODE_HEIGHT + GAP));
        const scale = (height - GAP * (most - 1)) / Math.max(1, this.total);
        const nodes = columns.flatMap((column, number) => this.place(column, number, scale, height));
        const byKey = Object.fromEntries(nodes.map((node) => [node.id, node]));
        return {
            viewBox: `0 0 ${WIDTH} ${height + TOP + 4}`,
            heads: [_t("Training"), _t("Situation"), _t("Employer")].map((text, number) => ({
                text,
                x: COLUMNS[number].x + (number ? 0 : BAR),
                anchor: number ? "start" : "end",
            })),
            nodes,
            ribbons: [
                ...this.ribbons(byKey, 0, (one) => one.training, (one) => one.situation, scale),
                ...this.ribbons(byKey, 1, (one) => one.situation, (one) => one.employer, scale),
            ],
        };
    }

    place(column, number, scale, height) {
        const { x, anchor, dx } = COLUMNS[number];
        const used = column.reduce((sum, node) => sum + node.count * scale, 0);
        let y = TOP + (height - used - GAP * Math.max(0, column.length - 1)) / 2;
        return column.map((node) => {
            const size = Math.max(2, node.count * scale);
            const placed = {
                ...node,
                id: `${number}:${node.key}`,
                column: number,
                x,
                y,
                size,
                bar: BAR,
                anchor,
                textX: x + dx,
                textY: y + size / 2,
                text: this.shorten(node.label),
                title: _t("%(name)s: %(count)s", { name: node.label, count: node.count }),
                css: number === 1 ? `o_bde_flow_${node.key}` : "o_bde_flow_end",
                // the small employers together have no list of their own
                opens: node.key !== -1,
                // ribbons leave and arrive from the top of the bar down
                out: y,
                into: y,
            };
            y += size + GAP;
            return placed;
        });
    }

    ribbons(nodes, number, from, to, scale) {
        const sums = new Map();
        for (const stream of this.props.streams) {
            if (to(stream) === null) {
                continue;
            }
            const key = `${number}:${from(stream)}|${number + 1}:${to(stream)}`;
            sums.set(key, (sums.get(key) || 0) + stream.count);
        }
        const pairs = [...sums].map(([key, count]) => {
            const [source, target] = key.split("|").map((id) => nodes[id]);
            return { key, count, source, target };
        });
        pairs.sort((a, b) => a.source.y - b.source.y || a.target.y - b.target.y);
        return pairs.map(({ key, count, source, target }) => {
            const size = count * scale;
            const [x0, x1] = [source.x + BAR, target.x];
            const middle = (x0 + x1) / 2;
            const [a, b] = [source.out, target.into];
            source.out += size;
            target.into += size;
            const situation = number ? source : target;
            return {
                key,
                css: `o_bde_flow_ribbon o_bde_flow_${situation.key}`,
                path:
                    `M${x0},${a} C${middle},${a} ${middle},${b} ${x1},${b} ` +
                    `L${x1},${b + size} C${middle},${b + size} ${middle},${a + size} ${x0},${a + size} Z`,
                title: _t("%(from)s, %(to)s: %(count)s", {
                    from: source.label,
                    to: target.label,
                    count,
                }),
            };
        });
    }

    /** The same as sentences: a training, then its situations with their employers. */
    get list() {
        const [trainings, situations] = this.groups;
        return trainings.map((training) => ({
            ...training,
            lines: situations
                .map((situation) => {
                    const streams = this.props.streams.filter(
                        (one) => one.training === training.key && one.situation === situation.key
                    );
                    return {
                        key: situation.key,
                        label: situation.label,
                        count: streams.reduce((sum, one) => sum + one.count, 0),
                        employers: streams
                            .filter((one) => one.employer !== null)
                            .map((one) => `${one.employer_label} (${one.count})`)
                            .join(", "),
                    };
                })
                .filter((line) => line.count),
        }));
    }

    shorten(text) {
        return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
    }

    onNode(node) {
        if (!node.opens) {
            return;
        }
        const names = ["training_id", "situation", "relation_id"];
        this.props.open({ [names[node.column]]: node.key });
    }

    onKey(ev, node) {
        if (ev.key === "Enter" || ev.key === " ") {
            ev.preventDefault();
            this.onNode(node);
        }
    }
}
