package io.bulwark.lab.bench;

import io.bulwark.lab.experiment.Fields;
import java.util.Map;

/**
 * How long independent arrivals are in a queue of several equal servers, first come, first served: M/M/c (Erlang 1917;
 * Gross and Harris, Fundamentals of Queueing Theory, section 2.4). Nothing is fitted: a pipeline that only waited for
 * cores would answer as this does. One that also waits on purpose, or for a disk, is slower; one whose uploads take
 * several cores at once, or equally long, may be quicker.
 *
 * @param servers at least 1
 * @param rate arrivals a second, above 0
 * @param serviceMillis what one takes a server on average, distributed exponentially; above 0
 */
record ErlangQueue(int servers, double rate, double serviceMillis) {

    /** Halvings of an interval, beyond what double precision tells apart. */
    private static final int STEPS = 200;

    /** Share of the time that a server is busy. */
    double load() {
        return erlangs() / servers;
    }

    /** Whether the servers keep up: else the queue grows without end. */
    boolean isStable() {
        return load() < 1;
    }

    /** Servers that are busy on average. */
    private double erlangs() {
        return rate * serviceMillis / 1e3;
    }

    /** Erlang C: the share of arrivals that find all servers busy, by Erlang B's recursion. */
    double waits() {
        double blocked = 1;
        for (int server = 1; server <= servers; server++) {
            blocked = erlangs() * blocked / (server + erlangs() * blocked);
        }
        return blocked / (1 - load() * (1 - blocked));
    }

    /** The share of arrivals that are there for longer, waiting and being served. */
    double beyond(double millis) {
        double times = millis / serviceMillis;
        double spare = servers - 1 - erlangs();
        double waiting = Math.abs(spare) < 1e-9 ? times : -Math.expm1(-spare * times) / spare;
        return Math.exp(-times) * (1 + waits() * waiting);
    }

    /**
     * Within how many milliseconds a share of the arrivals is done.
     *
     * @param percent in (0, 100)
     */
    double millis(double percent) {
        double least = 0;
        double most = serviceMillis;
        while (beyond(most) > 1 - percent / 100) {
            most *= 2;
        }
        for (int step = 0; step < STEPS; step++) {
            double middle = (least + most) / 2;
            if (beyond(middle) > 1 - percent / 100) {
                least = middle;
            } else {
                most = middle;
            }
        }
        return most;
    }

    /** For people: {@code cores 0.80 busy, p50 42 ms  p95 164 ms  p99 247 ms}. */
    String text() {
        return isStable()
                ? Fields.text(
                        "cores %.2f busy, p50 %.0f ms  p95 %.0f ms  p99 %.0f ms",
                        load(), millis(50), millis(95), millis(99))
                : Fields.text("%.2f times what %d cores can do", load(), servers);
    }

    /** For machines; percentiles are left out where the queue grows without end. */
    Map<String, Object> fields() {
        Map<String, Object> fields = Fields.of("cores", servers, "cpuMillis", serviceMillis, "load", load());
        if (isStable()) {
            fields.putAll(Fields.of("p50Millis", millis(50), "p95Millis", millis(95), "p99Millis", millis(99)));
        }
        return fields;
    }
}
