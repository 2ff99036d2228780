package io.bulwark.lab.bench;

import io.bulwark.cli.terminal.Output;
import java.util.Locale;
import java.util.Map;

/**
 * What a team did beside a number of cases, with one pause.
 *
 * @param cases in the casebook
 * @param think milliseconds for which a person looks at a picture on average
 * @param seconds of work until the queues were empty
 * @param inTime items whose first decision was made before their deadline
 * @param open items without a decision
 * @param doubled items with more than one first decision that holds
 * @param given the most items that one person was given within an hour
 * @param limit how many they may be given
 */
record TeamShift(
        int cases,
        int think,
        double seconds,
        BenchTraffic.Latencies claims,
        BenchTraffic.Latencies decisions,
        long items,
        long inTime,
        long open,
        long doubled,
        long given,
        long limit) {

    /** The part of items that has to be decided before its deadline. */
    private static final double LEAST_IN_TIME = 0.95;

    boolean holds() {
        return open == 0 && doubled == 0 && given <= limit && inTime >= LEAST_IN_TIME * items;
    }

    void print(Output output) {
        Map<String, Object> fields = Output.fields(
                "cases",
                cases,
                "thinkMillis",
                think,
                "seconds",
                seconds,
                "items",
                items,
                "inTime",
                inTime,
                "open",
                open,
                "doubled",
                doubled,
                "given",
                given,
                "limit",
                limit,
                "claimP95Millis",
                claims.p95(),
                "decisionP95Millis",
                decisions.p95());
        output.print(
                String.format(
                        Locale.ROOT,
                        "cases=%d think=%d ms items=%d in %.0f s: in-time=%d open=%d doubled=%d, a person was given %d"
                                + " of %d, claim p50=%.1f p95=%.1f ms,"
                                + " decision p50=%.1f p95=%.1f ms",
                        cases,
                        think,
                        items,
                        seconds,
                        inTime,
                        open,
                        doubled,
                        given,
                        limit,
                        claims.p50(),
                        claims.p95(),
                        decisions.p50(),
                        decisions.p95()),
                fields);
    }
}
