package io.bulwark.stream.review.intake;

import io.bulwark.events.Duty;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.review.Duties;
import io.bulwark.stream.review.QueueRouting;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/**
 * Measures queue and outbox of all tenants. Every instance measures the same database and says the same, so panels take
 * the greatest and not the sum. Without a database there are no numbers: all are NaN.
 */
public final class ReviewMeters {

    private static final Measured NOTHING = new Measured(
            Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
    private static final List<QueueMeasured> NO_QUEUES =
            List.of(new QueueMeasured(QueueRouting.DEFAULT, QueueRouting.DEFAULT, Double.NaN, Double.NaN));
    private static final String SQL = """
            SELECT count(*) FILTER (WHERE NOT held) AS waiting,
            count(*) FILTER (WHERE held) AS held,
            count(*) FILTER (WHERE stage = 'SENIOR') AS seniors,
            coalesce(extract(epoch FROM clock_timestamp() - min(arrived_at)), 0) AS oldest,
            (SELECT count(*) FROM outbox) AS outbox,
            (SELECT coalesce(extract(epoch FROM clock_timestamp()) - min((review ->> 'at')::bigint) / 1000.0, 0)
            FROM outbox) AS outbox_age,
            (SELECT count(*) FROM decision WHERE decided_at > clock_timestamp() - interval '1 hour'
            AND kind IN ('DECIDED', 'PROPOSED')) AS decided,
            (SELECT count(*) FROM decision WHERE decided_at > clock_timestamp() - interval '1 hour'
            AND kind = 'UNDONE') AS undone
            FROM (SELECT stage, arrived_at, coalesce(lease_until > clock_timestamp(), false) AS held
            FROM queue_item WHERE stage <> 'CLOSED' AND golden_for = '') items""";

    /** Looks between two counts by queue, which walk all open items. */
    private static final int QUEUES_EVERY = 6;

    /** Of tenants that have rules; others have one queue, which the sums above are about. */
    private static final String BY_QUEUE = """
            SELECT tenant, queue, count(*) AS waiting, count(*) FILTER (WHERE due_at <= clock_timestamp()) AS overdue
            FROM queue_item WHERE stage <> 'CLOSED' AND golden_for = '' AND tenant IN (SELECT tenant FROM review_queue)
            GROUP BY tenant, queue""";

    private static final List<DutyMeasured> NO_DUTIES = List.of(new DutyMeasured(
            QueueRouting.DEFAULT,
            Duty.NOTICE.name(),
            Double.NaN,
            Double.NaN,
            Double.NaN,
            Double.NaN,
            Double.NaN,
            Double.NaN));

    /** Clocks that run, or ended in the last day. */
    private static final String BY_DUTY = """
            SELECT tenant, duty, count(*) FILTER (WHERE closed_at IS NULL) AS open,
            count(*) FILTER (WHERE closed_at IS NULL AND clock_timestamp() >= due_at - (due_at - received_at) / 4) AS urgent,
            count(*) FILTER (WHERE closed_at IS NULL AND clock_timestamp() >= due_at) AS late,
            count(*) FILTER (WHERE closed_at <= due_at AND NOT (%1$s)) AS kept,
            count(*) FILTER (WHERE closed_at > due_at AND NOT (%1$s)) AS missed, count(*) FILTER (WHERE %1$s) AS unseen
            FROM duty_case WHERE closed_at IS NULL OR closed_at > (SELECT clock_timestamp()) - interval '1 day'
            GROUP BY tenant, duty""".formatted(Duties.UNSEEN);

    private final Database database;
    private final MeterRegistry registry;
    private final MultiGauge byQueue;
    private final MultiGauge overdue;
    private final Map<MultiGauge, ToDoubleFunction<DutyMeasured>> byDuty = new LinkedHashMap<>();
    private volatile Measured last = NOTHING;

    /** Of the job's thread. */
    private int looks;

    ReviewMeters(Database database, MeterRegistry registry) {
        this.database = database;
        this.registry = registry;
        byQueue = MultiGauge.builder("bulwark.review.queue.open")
                .description("Items of a queue that are not decided")
                .register(registry);
        overdue = MultiGauge.builder("bulwark.review.queue.overdue")
                .description("Those of them that are past their deadline")
                .register(registry);
        show(List.of());
        duty("open", "Duties whose clock runs", DutyMeasured::open);
        duty(
                "urgent",
                "Those of them with less than a quarter of their time left, late ones included",
                DutyMeasured::urgent);
        duty("late", "Those of them past their deadline", DutyMeasured::late);
        duty("kept", "Duties done in time, in the last day", DutyMeasured::kept);
        duty("missed", "Duties done late, in the last day", DutyMeasured::missed);
        duty(
                "unseen",
                "Notices above what one reporter has looked at in a day, ended without a look in the last day",
                DutyMeasured::unseen);
        showDuties(List.of());
        gauge("bulwark.review.waiting", null, "Items that wait for people", Measured::waiting);
        gauge("bulwark.review.held", null, "Items that a reviewer has claimed", Measured::held);
        gauge("bulwark.review.seniors", null, "Items that wait for a senior", Measured::seniors);
        gauge("bulwark.review.oldest", "seconds", "Age of the oldest item that is not decided", Measured::oldest);
        gauge("bulwark.review.outbox", null, "Decisions and references not published yet", Measured::outbox);
        gauge("bulwark.review.outbox.age", "seconds", "Age of the oldest of them", Measured::outboxAge);
        gauge("bulwark.review.decided", null, "Decisions of people in the last hour", Measured::decided);
        gauge("bulwark.review.undone", null, "Decisions taken back in the last hour", Measured::undone);
    }

    /** What one look found; ages in seconds, 0 where there is nothing. */
    record Measured(
            double waiting,
            double held,
            double seniors,
            double oldest,
            double outbox,
            double outboxAge,
            double decided,
            double undone) {}

    /** The open items of a queue and those past their deadline. */
    record QueueMeasured(String tenant, String queue, double waiting, double overdue) {}

    /** The clocks of a duty. */
    public record DutyMeasured(
            String tenant,
            String duty,
            double open,
            double urgent,
            double late,
            double kept,
            double missed,
            double unseen) {}

    private void duty(String name, String description, ToDoubleFunction<DutyMeasured> value) {
        byDuty.put(
                MultiGauge.builder("bulwark.review.duty." + name)
                        .description(description)
                        .register(registry),
                value);
    }

    private void gauge(String name, String unit, String description, ToDoubleFunction<Measured> value) {
        Gauge.builder(name, this, meters -> value.applyAsDouble(meters.last))
                .baseUnit(unit)
                .description(description)
                .register(registry);
    }

    void look() {
        try {
            last = database.acrossTenants(ReviewMeters::measure);
            if (looks++ % QUEUES_EVERY == 0) {
                show(database.acrossTenants(ReviewMeters::measureQueues));
            }
            showDuties(database.acrossTenants(ReviewMeters::measureDuties));
        } catch (RuntimeException trouble) {
            last = NOTHING;
            show(List.of());
            showDuties(List.of());
            looks = 0;
            throw trouble;
        }
    }

    /** Where no tenant has rules there is one row without a number, so that the metrics are there for alerts. */
    private void show(List<QueueMeasured> measured) {
        List<QueueMeasured> queues = measured.isEmpty() ? NO_QUEUES : measured;
        byQueue.register(
                queues.stream()
                        .map(queue -> MultiGauge.Row.of(tags(queue), queue.waiting()))
                        .collect(Collectors.toList()),
                true);
        overdue.register(
                queues.stream()
                        .map(queue -> MultiGauge.Row.of(tags(queue), queue.overdue()))
                        .collect(Collectors.toList()),
                true);
    }

    /** As {@link #show}. */
    private void showDuties(List<DutyMeasured> measured) {
        List<DutyMeasured> duties = measured.isEmpty() ? NO_DUTIES : measured;
        byDuty.forEach((gauge, value) -> gauge.register(
                duties.stream()
                        .map(duty -> MultiGauge.Row.of(
                                Tags.of("tenant", duty.tenant(), "duty", duty.duty()), value.applyAsDouble(duty)))
                        .collect(Collectors.toList()),
                true));
    }

    private static Tags tags(QueueMeasured queue) {
        return Tags.of("tenant", queue.tenant(), "queue", queue.queue());
    }

    static List<QueueMeasured> measureQueues(Handle handle) {
        return handle.createQuery(BY_QUEUE)
                .map(ConstructorMapper.of(QueueMeasured.class))
                .list();
    }

    public static List<DutyMeasured> measureDuties(Handle handle) {
        return handle.createQuery(BY_DUTY)
                .map(ConstructorMapper.of(DutyMeasured.class))
                .list();
    }

    static Measured measure(Handle handle) {
        return handle.createQuery(SQL).map(ConstructorMapper.of(Measured.class)).one();
    }
}
