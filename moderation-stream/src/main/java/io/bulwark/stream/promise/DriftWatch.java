package io.bulwark.stream.promise;

import io.bulwark.stream.database.Database;
import io.bulwark.stream.promise.Drift.Look;
import io.bulwark.stream.promise.Drift.Reference;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/**
 * Looks at the drift of all tenants, notes alarms and counts them for the metrics, and deletes what is no longer
 * needed, each tenant in separate transactions. One instance places pictures at a time; each counts what the rows
 * say. An alarm stays until another time is approved.
 * Without a database there are no numbers: all are NaN. One thread.
 */
public final class DriftWatch {

    private static final Logger LOG = Logger.getLogger(DriftWatch.class);
    private static final Measured NOTHING = new Measured(Double.NaN, Double.NaN, Double.NaN);

    /** Of each tenant the latest reference that counts. */
    private static final String MEASURED = """
            SELECT count(*) FILTER (WHERE drifted_at IS NOT NULL) AS drifted, coalesce(max(evidence), 0) AS evidence,
            (SELECT count(DISTINCT tenant) FROM drift_sample sample WHERE NOT EXISTS (
            SELECT FROM drift_reference reference WHERE reference.tenant = sample.tenant
            AND reference.model = sample.model AND %1$s)
            AND day >= (SELECT max(day) FROM drift_sample newest WHERE newest.tenant = sample.tenant)) AS unapproved
            FROM (SELECT DISTINCT ON (tenant) reference.* FROM drift_reference reference
            WHERE %1$s ORDER BY tenant, position DESC) latest""".formatted(Drift.COUNTS);

    private final Database database;
    private final Drift drift;
    private volatile Measured last = NOTHING;

    public DriftWatch(Database database, Drift drift, MeterRegistry registry) {
        this.database = database;
        this.drift = drift;
        gauge(registry, "alarmed", "Tenants whose traffic has drifted from what was approved", Measured::drifted);
        gauge(registry, "evidence", "The most evidence of drift of a tenant; 1 is an alarm", Measured::evidence);
        gauge(registry, "unapproved", "Tenants of whose traffic none was approved for the model", Measured::unapproved);
    }

    /** What the latest references say. */
    record Measured(double drifted, double evidence, double unapproved) {}

    private void gauge(MeterRegistry registry, String name, String description, ToDoubleFunction<Measured> value) {
        Gauge.builder("bulwark.drift." + name, this, watch -> value.applyAsDouble(watch.last))
                .description(description)
                .register(registry);
    }

    /** Looks once. */
    public void look() {
        try {
            for (String tenant : database.acrossTenants(DriftWatch::tenants)) {
                Optional<Reference> placed = database.inTenant(tenant, handle -> place(handle, tenant));
                placed.ifPresent(reference -> database.inTenant(tenant, handle -> note(handle, reference)));
            }
            last = database.acrossTenants(handle -> {
                if (isFirst(handle)) {
                    DriftSamples.lock(handle);
                    drift.deleteOld(handle);
                }
                return handle.createQuery(MEASURED)
                        .map(ConstructorMapper.of(Measured.class))
                        .one();
            });
        } catch (RuntimeException trouble) {
            last = NOTHING;
            throw trouble;
        }
    }

    /** Where drift is off: deletes pictures that are too old, of the time before. */
    public static void deleteAged(Database database) {
        database.acrossTenants(Drift::deleteAged);
    }

    private static List<String> tenants(Handle handle) {
        return handle.createQuery("SELECT DISTINCT tenant FROM drift_reference ORDER BY tenant")
                .mapTo(String.class)
                .list();
    }

    private static boolean isFirst(Handle handle) {
        return handle.createQuery("SELECT pg_try_advisory_xact_lock(hashtextextended('bulwark drift', 0))")
                .mapTo(Boolean.class)
                .one();
    }

    /** Keeps the intake waiting, so it does no more than that. Empty where another instance is at it. */
    private Optional<Reference> place(Handle handle, String tenant) {
        if (!isFirst(handle)) {
            return Optional.empty();
        }
        DriftSamples.lock(handle);
        Optional<Reference> reference = Reference.latest(handle, tenant);
        reference.ifPresent(latest -> drift.place(handle, latest));
        return reference;
    }

    /** Instances that note the same twice do no harm. */
    private int note(Handle handle, Reference reference) {
        Look look = drift.look(handle, reference);
        boolean drifted = look.evidence() >= 1;
        if (drifted && reference.driftedAt() == null) {
            LOG.warnf("The traffic of tenant %s has drifted from what was approved", reference.tenant());
        }
        return handle.createUpdate("""
                UPDATE drift_reference SET evidence = :evidence,
                drifted_at = coalesce(drifted_at, CASE WHEN :drifted THEN clock_timestamp() END)
                WHERE position = :position""")
                .bind("evidence", look.evidence())
                .bind("drifted", drifted)
                .bind("position", reference.position())
                .execute();
    }
}
