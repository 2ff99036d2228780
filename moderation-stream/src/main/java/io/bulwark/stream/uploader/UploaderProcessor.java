package io.bulwark.stream.uploader;

import io.bulwark.events.Decision;
import io.bulwark.events.UploaderAction;
import io.bulwark.events.UploaderStats;
import io.bulwark.schemas.topic.TenantKey;
import io.bulwark.stream.state.AgeIndex;
import io.bulwark.stream.state.ClockedProcessor;
import io.bulwark.stream.state.ClockedProcessor.TaskClock;
import io.bulwark.stream.state.StoreKey;
import io.bulwark.stream.state.StoreNames;
import io.bulwark.stream.state.TopologyEvents;
import io.bulwark.stream.uploader.UploaderProcessor.Strikes.StrikeWeights;
import io.bulwark.stream.uploader.UploaderProcessor.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Adds changes to the uploaders' windows and forwards each changed window, and an action where the strikes reach
 * another threshold. A window changes until its retention is over by the task's clock, so a backlog of days loses
 * nothing. All changes of one uploader go to the same task. One stream thread calls.
 */
public final class UploaderProcessor
        extends ClockedProcessor<String, UploaderChange, String, UploaderProcessor.Output> {

    private static final Duration SWEEP_EVERY = Duration.ofSeconds(10);
    private static final Duration DECAY_EVERY = Duration.ofHours(1);

    private final Settings settings;
    private final TopologyEvents events;
    private KeyValueStore<String, UploaderStats> windows;
    private KeyValueStore<String, String> levels;
    private AgeIndex ages;

    public UploaderProcessor(Settings settings, TopologyEvents events, TaskClock.Source clocks) {
        super("uploaders", clocks);
        this.settings = settings;
        this.events = events;
    }

    /**
     * Settings of the statistics of uploaders.
     *
     * @param retention how long after its end a window is kept
     */
    public record Settings(Duration retention, StrikeWeights weights, Strikes strikes) {}

    @Override
    public void init(ProcessorContext<String, Output> context) {
        super.init(context);
        windows = context.getStateStore(StoreNames.UPLOADERS);
        levels = context.getStateStore(StoreNames.UPLOADER_LEVELS);
        ages = new AgeIndex(context.getStateStore(StoreNames.UPLOADER_AGES));
        every(SWEEP_EVERY, this::sweep);
        every(DECAY_EVERY, this::decay);
    }

    @Override
    protected void take(UploaderChange change) {
        if (change.forget()) {
            forget(change);
            return;
        }
        Instant now = newest();
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
            events.count(TopologyEvents.Count.LATE_FOR_WINDOW, 1);
            return;
        }
        String key = StoreKey.window(change.tenant(), change.uploaderId(), window.label(), start);
        UploaderStats present = windows.get(key);
        if (present == null) {
            ages.add(expires, key);
        }
        UploaderStats sum = sum(window, start, present, change);
        if (sum.getImages() <= 0 && sum.getAudits() <= 0) {
            windows.delete(key);
            ages.remove(expires, key);
            sum = null;
        } else {
            windows.put(key, sum);
        }
        send(new Output.Windowed(change.tenant(), change.uploaderId(), window.label(), start, sum));
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
        String key = StoreKey.image(tenant, uploaderId);
        List<UploaderStats> days = scan(StoreKey.prefix(tenant, uploaderId, Window.DAY.label())).stream()
                .map(entry -> entry.value)
                .toList();
        double score = settings.strikes().score(days, now);
        String level = settings.strikes().level(score).orElse(null);
        String before = levels.get(key);
        if (level == null ? before == null : level.equals(before)) {
            return;
        }
        levels.put(key, level);
        events.count(TopologyEvents.Count.UPLOADER_ACTION, 1);
        send(new Output.Acted(UploaderAction.newBuilder()
                .setTenant(tenant)
                .setUploaderId(uploaderId)
                .setLevel(level)
                .setPreviousLevel(before)
                .setStrikes(score)
                .setAt(now)
                .build()));
    }

    private List<KeyValue<String, UploaderStats>> scan(String prefix) {
        return all(windows.prefixScan(prefix, new StringSerializer()));
    }

    private void forget(UploaderChange change) {
        scan(StoreKey.prefix(change.tenant(), change.uploaderId())).forEach(entry -> {
            ages.remove(entry.value.getWindowEnd().plus(settings.retention()), entry.key);
            remove(entry.key, entry.value);
        });
        levels.delete(StoreKey.image(change.tenant(), change.uploaderId()));
    }

    private void sweep(Instant now) {
        for (AgeIndex.Due due : ages.sweep(now)) {
            UploaderStats stats = windows.get(due.key());
            if (stats != null) {
                remove(due.key(), stats);
            }
        }
    }

    private void remove(String key, UploaderStats stats) {
        windows.delete(key);
        send(new Output.Windowed(
                stats.getTenant(), stats.getUploaderId(), stats.getWindow(), stats.getWindowStart(), null));
    }

    /** Strikes decay without new changes, too. */
    private void decay(Instant now) {
        all(levels.all()).forEach(raised -> judge(StoreKey.tenant(raised.key), StoreKey.id(raised.key), now));
    }

    private void send(Output output) {
        send(output.key(), output);
    }

    /** What an uploader's task publishes. */
    public sealed interface Output {

        /** The key on its topic. */
        String key();

        /**
         * A window as it now stands.
         *
         * @param stats null: forgotten
         */
        record Windowed(String tenant, String uploaderId, String window, Instant start, UploaderStats stats)
                implements Output {

            @Override
            public String key() {
                return new TenantKey(tenant, uploaderId + "/" + window + "/" + start.toEpochMilli()).toString();
            }
        }

        /** The strikes reach another threshold. */
        record Acted(UploaderAction action) implements Output {

            @Override
            public String key() {
                return new TenantKey(action.getTenant(), action.getUploaderId()).toString();
            }
        }
    }

    /** The windows of uploader statistics: side by side from the epoch on, [start, start + length). */
    public enum Window {
        HOUR("1h", Duration.ofHours(1)),
        DAY("24h", Duration.ofHours(24)),
        WEEK("7d", Duration.ofDays(7));

        private final String label;
        private final Duration length;

        Window(String label, Duration length) {
            this.label = label;
            this.length = length;
        }

        /** As it stands in keys and records. */
        public String label() {
            return label;
        }

        /** From its start to its end. */
        public Duration length() {
            return length;
        }

        /** Start of the window that holds the instant. */
        Instant startOf(Instant instant) {
            long millis = instant.toEpochMilli();
            return Instant.ofEpochMilli(millis - Math.floorMod(millis, length.toMillis()));
        }
    }

    /**
     * What an uploader's strikes amount to: those of each day, halved for every half-life since the middle of that day.
     *
     * @param halfLife after which a strike weighs half as much
     * @param thresholds the least score of each level, by its name
     */
    public record Strikes(Duration halfLife, Map<String, Double> thresholds) {

        private static final double THOUSANDTHS = 1000;

        public Strikes {
            thresholds = Map.copyOf(thresholds);
        }

        /**
         * The score at an instant; 0 without strikes.
         *
         * @param days windows of {@link Window#DAY}, of one uploader
         */
        public double score(List<UploaderStats> days, Instant now) {
            double score = 0;
            for (UploaderStats day : days) {
                Instant middle = day.getWindowStart().plus(Window.DAY.length().dividedBy(2));
                double age = Math.max(0, Duration.between(middle, now).toMillis());
                score += day.getStrikes() / THOUSANDTHS * Math.pow(0.5, age / halfLife.toMillis());
            }
            return score;
        }

        /** The highest level that a score reaches. */
        public Optional<String> level(double score) {
            var reached = new TreeMap<Double, String>();
            thresholds.forEach((name, least) -> {
                if (score >= least) {
                    reached.put(least, name);
                }
            });
            return Optional.ofNullable(reached.lastEntry()).map(Map.Entry::getValue);
        }

        /**
         * How much an image that is NSFW in force weighs: as much as the heaviest of its labels.
         *
         * @param byLabel the weights, at least 0
         * @param otherwise of a label that is not listed, and of an image without a label
         */
        public record StrikeWeights(Map<String, Double> byLabel, double otherwise) {

            private static final double THOUSANDTHS = 1000;

            public StrikeWeights {
                byLabel = Map.copyOf(byLabel);
            }

            /** In thousandths, so that sums do not depend on their order; 0 unless it is NSFW. */
            public long strikes(Decision decision, List<String> labels) {
                if (decision != Decision.NSFW) {
                    return 0;
                }
                double heaviest = labels.stream()
                        .mapToDouble(label -> byLabel.getOrDefault(label, otherwise))
                        .max()
                        .orElse(otherwise);
                return Math.round(heaviest * THOUSANDTHS);
            }
        }
    }
}
