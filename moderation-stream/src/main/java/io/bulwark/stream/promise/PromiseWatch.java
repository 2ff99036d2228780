package io.bulwark.stream.promise;

import io.bulwark.schemas.promise.FalseAlarmBudget;
import io.bulwark.schemas.promise.PromisedRate;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.promise.Promises.Epoch;
import io.bulwark.stream.promise.Promises.Known;
import io.bulwark.stream.promise.Promises.Look;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/**
 * Looks at the rates of all tenants, notes alarms and counts them for the metrics. One instance looks at a time; each
 * counts what the rows say, so panels take the greatest. An alarm that is noted stays, whatever is corrected later.
 * Without a database there are no numbers: all are NaN. One thread.
 */
public final class PromiseWatch {

    private static final Logger LOG = Logger.getLogger(PromiseWatch.class);
    private static final double NAMED_WRONGLY = 0.05;
    private static final Measured NOTHING = new Measured(Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);

    /** Of each tenant and rate the latest epoch of what this instance promises. */
    private static final String MEASURED = """
            SELECT count(*) FILTER (WHERE broken_at IS NOT NULL) AS broken,
            count(*) FILTER (WHERE changed_at IS NOT NULL) AS changed,
            count(*) FILTER (WHERE NOT watched) AS unwatched,
            coalesce(max(evidence), 0) AS evidence, coalesce(max(overdue), 0) AS overdue
            FROM (SELECT DISTINCT ON (tenant, rate) epoch.* FROM promise_epoch epoch
            JOIN unnest(:rates, :promises) AS own (rate, promise) USING (rate, promise)
            ORDER BY tenant, rate, begins DESC) latest""";

    private final Database database;
    private final Promises promises;
    private volatile Measured last = NOTHING;

    public PromiseWatch(Database database, Promises promises, MeterRegistry registry) {
        this.database = database;
        this.promises = promises;
        gauge(registry, "broken", "Promised rates that evidence has alarmed on", Measured::broken);
        gauge(registry, "changed", "Promised rates that rose after a good time", Measured::changed);
        gauge(registry, "unwatched", "Promised rates without enough golden items to watch them", Measured::unwatched);
        gauge(registry, "evidence", "The most evidence against a promised rate; 1 is an alarm", Measured::evidence);
        gauge(registry, "overdue", "Draws of a rate without an answer past the deadline", Measured::overdue);
    }

    /** What the latest epochs say; {@code evidence} as a share of the one that alarms. */
    record Measured(double broken, double changed, double unwatched, double evidence, double overdue) {}

    private void gauge(MeterRegistry registry, String name, String description, ToDoubleFunction<Measured> value) {
        Gauge.builder("bulwark.promises." + name, this, watch -> value.applyAsDouble(watch.last))
                .description(description)
                .register(registry);
    }

    /** Looks once. */
    public void look() {
        try {
            last = database.acrossTenants(handle -> {
                boolean first = handle.createQuery(
                                "SELECT pg_try_advisory_xact_lock(hashtextextended('bulwark promises', 0))")
                        .mapTo(Boolean.class)
                        .one();
                if (first) {
                    watch(handle);
                }
                return measure(handle);
            });
        } catch (RuntimeException trouble) {
            last = NOTHING;
            throw trouble;
        }
    }

    private void watch(Handle handle) {
        List<Epoch> epochs = new ArrayList<>();
        List<Double> logs = new ArrayList<>();
        for (String tenant : handle.createQuery("SELECT DISTINCT tenant FROM promise_draw ORDER BY tenant")
                .mapTo(String.class)
                .list()) {
            Known known = Known.of(handle, tenant);
            for (PromisedRate rate : PromisedRate.values()) {
                OptionalDouble promise = promises.settings().promise(rate);
                if (promise.isPresent()) {
                    Epoch epoch = epoch(handle, tenant, rate, promise.getAsDouble());
                    Look look = promises.look(handle, tenant, rate, Optional.of(epoch), known);
                    note(handle, epoch, look);
                    epochs.add(epoch);
                    logs.add(look.standing().log());
                }
            }
        }
        Set<Integer> standOut = FalseAlarmBudget.standOut(logs, NAMED_WRONGLY);
        for (int i = 0; i < epochs.size(); i++) {
            handle.execute(
                    "UPDATE promise_epoch SET stands_out = ? WHERE position = ?",
                    standOut.contains(i),
                    epochs.get(i).position());
        }
    }

    /**
     * The latest epoch of this promise, which goes on where it is promised again. One that was never made begins now,
     * because past draws may have suggested it; the first of a rate has all draws.
     */
    private static Epoch epoch(Handle handle, String tenant, PromisedRate rate, double promise) {
        return Epoch.latest(handle, tenant, rate, promise).orElseGet(() -> {
            boolean first = handle.select(
                            "SELECT NOT EXISTS (SELECT FROM promise_epoch WHERE tenant = ? AND rate = ?)",
                            tenant,
                            rate.name())
                    .mapTo(Boolean.class)
                    .one();
            Epoch.open(handle, tenant, rate, promise, first ? Instant.EPOCH : Promises.now(handle), "settings");
            return Epoch.latest(handle, tenant, rate, promise).orElseThrow();
        });
    }

    private void note(Handle handle, Epoch epoch, Look look) {
        boolean broken = look.standing().greatestLog() >= epoch.needed();
        boolean changed =
                look.standing().greatestDetected() >= promises.settings().runLength();
        if (broken && epoch.brokenAt() == null) {
            LOG.warnf("The promise %s of tenant %s is broken", epoch.rate(), epoch.tenant());
        }
        handle.createUpdate("""
                UPDATE promise_epoch SET evidence = :evidence, watched = :watched, overdue = :overdue,
                broken_at = coalesce(broken_at, CASE WHEN :broken THEN clock_timestamp() END),
                changed_at = coalesce(changed_at, CASE WHEN :changed THEN clock_timestamp() END)
                WHERE position = :position""")
                .bind("evidence", look.standing().greatestLog() / epoch.needed())
                .bind("watched", look.bounds().isUsable())
                .bind("overdue", look.standing().overdue())
                .bind("broken", broken)
                .bind("changed", changed)
                .bind("position", epoch.position())
                .execute();
    }

    private Measured measure(Handle handle) {
        List<String> rates = new ArrayList<>();
        List<Double> promised = new ArrayList<>();
        for (PromisedRate rate : PromisedRate.values()) {
            promises.settings().promise(rate).ifPresent(promise -> {
                rates.add(rate.name());
                promised.add(promise);
            });
        }
        return handle.createQuery(MEASURED)
                .bindArray("rates", String.class, rates)
                .bindArray("promises", Double.class, promised)
                .map(ConstructorMapper.of(Measured.class))
                .one();
    }
}
