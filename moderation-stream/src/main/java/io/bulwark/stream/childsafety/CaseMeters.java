package io.bulwark.stream.childsafety;

import io.bulwark.stream.database.Database;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;

/** How many cases and reports wait, over all tenants and without any name of one. {@code NaN} while that is not known. */
final class CaseMeters {

    private static final Counts UNKNOWN =
            new Counts(Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);

    private final Database database;
    private volatile Counts counts = UNKNOWN;

    CaseMeters(Database database, MeterRegistry meters) {
        this.database = database;
        gauge(meters, "open", "Cases that wait for a person, or for the second one", Counts::open);
        gauge(meters, "oldest.seconds", "Age of the oldest of them", Counts::oldest);
        gauge(meters, "reports", "Reports that are not finished yet", Counts::reports);
        gauge(meters, "report.age.seconds", "Age of the oldest of them", Counts::reportAge);
        gauge(meters, "refused", "Reports that the receiver refused for good", Counts::refused);
        gauge(meters, "ending", "Cases that end within 30 days", Counts::ending);
    }

    private void gauge(MeterRegistry meters, String name, String what, ToDoubleFunction<Counts> value) {
        Gauge.builder("bulwark.restricted." + name, this, self -> value.applyAsDouble(self.counts))
                .description(what)
                .register(meters);
    }

    void look() {
        counts = UNKNOWN;
        counts = database.acrossTenants(handle -> {
            RestrictedCases.enter(handle);
            return handle.createQuery("""
                            SELECT count(*) FILTER (WHERE c.state IN ('OPEN', 'SECOND')) AS open,
                            coalesce(extract(epoch FROM clock_timestamp() - min(c.opened_at)
                            FILTER (WHERE c.state IN ('OPEN', 'SECOND'))), 0) AS oldest,
                            count(*) FILTER (WHERE r.step NOT IN ('FINISHED', 'REFUSED', 'STOPPED')) AS reports,
                            coalesce(extract(epoch FROM clock_timestamp() - min(r.wanted_at)
                            FILTER (WHERE r.step NOT IN ('FINISHED', 'STOPPED'))), 0) AS report_age,
                            count(*) FILTER (WHERE r.step = 'REFUSED') AS refused,
                            count(*) FILTER (WHERE""" + Rows.ENDS + " AND" + Rows.END + " < clock_timestamp() + interval '30 days')"
                            + " AS ending" + Rows.FROM)
                    .map((row, context) -> new Counts(
                            row.getDouble("open"),
                            row.getDouble("oldest"),
                            row.getDouble("reports"),
                            row.getDouble("report_age"),
                            row.getDouble("refused"),
                            row.getDouble("ending")))
                    .one();
        });
    }

    private record Counts(
            double open, double oldest, double reports, double reportAge, double refused, double ending) {}
}
