package io.bulwark.stream.uploader;

import io.bulwark.events.UploaderAction;
import io.bulwark.events.UploaderStats;
import io.bulwark.stream.intake.TopologyEvents;
import io.bulwark.stream.state.AgeIndex;
import io.bulwark.stream.state.StoreKey;
import io.bulwark.stream.state.StoreNames;
import io.bulwark.stream.state.TaskClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Adds changes to the uploaders' windows and sends each window on as it now stands, and where the strikes reach another
 * threshold an action. A window changes until its retention is over by the task's clock: a backlog of days, or a partition
 * that drains slowly, loses nothing. All changes of one uploader come to the same task. One stream thread calls.
 */
public final class UploaderProcessor extends ContextualProcessor<String, UploaderChange, String, UploaderOutput> {

    private static final Duration SWEEP_EVERY = Duration.ofSeconds(10);
    private static final Duration DECAY_EVERY = Duration.ofHours(1);

    /** A sweep removes at least so many, and twice as many as came since. */
    private static final long LEAST_A_SWEEP = 1_000;

    private final UploaderSettings settings;
    private final TopologyEvents events;
    private final TaskClock.Source clocks;
    private TaskClock clock;
    private KeyValueStore<String, UploaderStats> windows;
    private KeyValueStore<String, String> levels;
    private AgeIndex ages;
    private long addedSinceSweep;

    public UploaderProcessor(UploaderSettings settings, TopologyEvents events, TaskClock.Source clocks) {
        this.settings = settings;
        this.events = events;
        this.clocks = clocks;
    }

    @Override
    public void init(ProcessorContext<String, UploaderOutput> context) {
        super.init(context);
        windows = context.getStateStore(StoreNames.UPLOADERS);
        levels = context.getStateStore(StoreNames.UPLOADER_LEVELS);
        ages = new AgeIndex(context.getStateStore(StoreNames.UPLOADER_AGES));
        clock = clocks.clock(context.taskId() + " uploaders", context.currentSystemTimeMs());
        context.schedule(
                SWEEP_EVERY,
                PunctuationType.WALL_CLOCK_TIME,
                wall -> clock.look(wall).ifPresent(this::sweep));
        context.schedule(
                DECAY_EVERY,
                PunctuationType.WALL_CLOCK_TIME,
                wall -> clock.look(wall).ifPresent(this::decay));
    }

    @Override
    public void close() {
        clock.close();
    }

    @Override
    public void process(Record<String, UploaderChange> record) {
        UploaderChange change = record.value();
        clock.saw(record.timestamp());
        Instant now = clock.newest();
        if (change.forget()) {
            forget(change);
            return;
        }
        for (Window window : Window.values()) {
            add(window, change, now);
        }
        if (change.strikes() != 0) {
            judge(change.tenant(), change.uploaderId(), now);
        }
    }

    private void add(Window window, UploaderChange change, Instant now) {
        Instant start = window.startOf(change.at());
        Instant expires = start.plus(window.length()).plus(settings.retention());
        if (expires.isBefore(now)) {
            events.lateForWindow();
            return;
        }
        String key = StoreKey.window(change.tenant(), change.uploaderId(), window.label(), start);
        UploaderStats present = windows.get(key);
        if (present == null) {
            ages.add(expires, key);
            addedSinceSweep++;
        }
        UploaderStats sum = sum(window, start, present, change);
        if (sum.getImages() <= 0 && sum.getAudits() <= 0) {
            windows.delete(key);
            ages.remove(expires, key);
            send(new UploaderOutput.Windowed(change.tenant(), change.uploaderId(), window.label(), start, null));
        } else {
            windows.put(key, sum);
            send(new UploaderOutput.Windowed(change.tenant(), change.uploaderId(), window.label(), start, sum));
        }
    }

    static UploaderStats sum(Window window, Instant start, UploaderStats present, UploaderChange change) {
        UploaderStats from = present != null
                ? present
                : UploaderStats.newBuilder()
                        .setUploaderId(change.uploaderId())
                        .setTenant(change.tenant())
                        .setWindow(window.label())
                        .setWindowStart(start)
                        .setWindowEnd(start.plus(window.length()))
                        .setImages(0)
                        .setLastSeenAt(change.at())
                        .build();
        return UploaderStats.newBuilder(from)
                .setImages(from.getImages() + change.images())
                .setSafe(from.getSafe() + change.safe())
                .setNsfw(from.getNsfw() + change.nsfw())
                .setReview(from.getReview() + change.review())
                .setRefused(from.getRefused() + change.refused())
                .setAudits(from.getAudits() + change.audits())
                .setStrikes(from.getStrikes() + change.strikes())
                .setLastSeenAt(change.at().isAfter(from.getLastSeenAt()) ? change.at() : from.getLastSeenAt())
                .build();
    }

    private void judge(String tenant, String uploaderId, Instant now) {
        String key = StoreKey.uploader(tenant, uploaderId);
        double score = settings.strikes().score(days(tenant, uploaderId), now);
        String level = settings.strikes().level(score).orElse(null);
        String before = levels.get(key);
        if (level == null ? before == null : level.equals(before)) {
            return;
        }
        levels.put(key, level);
        events.uploaderAction();
        send(new UploaderOutput.Acted(UploaderAction.newBuilder()
                .setTenant(tenant)
                .setUploaderId(uploaderId)
                .setLevel(level)
                .setPreviousLevel(before)
                .setStrikes(score)
                .setAt(now)
                .build()));
    }

    private List<UploaderStats> days(String tenant, String uploaderId) {
        var days = new ArrayList<UploaderStats>();
        scan(StoreKey.prefix(tenant, uploaderId, Window.DAY.label())).forEach(entry -> days.add(entry.value));
        return days;
    }

    private List<KeyValue<String, UploaderStats>> scan(String prefix) {
        var found = new ArrayList<KeyValue<String, UploaderStats>>();
        try (KeyValueIterator<String, UploaderStats> entries =
                windows.prefixScan(prefix, Serdes.String().serializer())) {
            entries.forEachRemaining(found::add);
        }
        return found;
    }

    private void forget(UploaderChange change) {
        for (KeyValue<String, UploaderStats> entry : scan(StoreKey.prefix(change.tenant(), change.uploaderId()))) {
            UploaderStats stats = entry.value;
            windows.delete(entry.key);
            ages.remove(stats.getWindowEnd().plus(settings.retention()), entry.key);
            send(new UploaderOutput.Windowed(
                    change.tenant(), change.uploaderId(), stats.getWindow(), stats.getWindowStart(), null));
        }
        levels.delete(StoreKey.uploader(change.tenant(), change.uploaderId()));
    }

    private void sweep(Instant now) {
        long quota = LEAST_A_SWEEP + 2 * addedSinceSweep;
        addedSinceSweep = 0;
        for (AgeIndex.Due due : ages.due(now, quota)) {
            UploaderStats stats = windows.get(due.key());
            ages.remove(due.at(), due.key());
            if (stats != null) {
                windows.delete(due.key());
                send(new UploaderOutput.Windowed(
                        stats.getTenant(), stats.getUploaderId(), stats.getWindow(), stats.getWindowStart(), null));
            }
        }
    }

    /** Strikes decay also where nothing comes any more. */
    private void decay(Instant now) {
        var raised = new ArrayList<String>();
        try (KeyValueIterator<String, String> entries = levels.all()) {
            entries.forEachRemaining(entry -> raised.add(entry.key));
        }
        for (String key : raised) {
            StoreKey.Parts parts = StoreKey.parts(key);
            judge(parts.tenant(), parts.id(), now);
        }
    }

    private void send(UploaderOutput output) {
        context().forward(new Record<>(output.key(), output, clock.stamp()));
    }
}
