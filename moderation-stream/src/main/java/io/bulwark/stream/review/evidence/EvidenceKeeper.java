package io.bulwark.stream.review.evidence;

import io.bulwark.schemas.preview.PreviewQuestion;
import io.bulwark.stream.database.BackgroundJob;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.picture.PreviewClient.Picture;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import io.bulwark.stream.review.Retention;
import io.bulwark.stream.review.evidence.Evidence.Due;
import io.bulwark.stream.review.evidence.Evidence.Wanted;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * Fetches the pictures of items that are open or may be appealed, and deletes
 * them later, on its own thread. Instances share
 * the work. After any trouble it rests and goes on.
 */
public final class EvidenceKeeper implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(EvidenceKeeper.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration RETRY = Duration.ofSeconds(5);
    private static final Duration SWEEP_EVERY = Duration.ofMinutes(10);
    private static final int PAGE = 200;

    /** A location that did not have the file so often, over most of a day, is taken to have lost it. */
    private static final int MOST_TRIES = 20;

    private final Database database;
    private final Function<PreviewQuestion, Picture> preview;
    private final Retention.HoldCheck holds;
    private final EvidenceKeys keys;
    private final Duration appeal;
    private final Consumer<Outcome> counted;
    private final LongSupplier nanos;
    private final BackgroundJob job = new BackgroundJob("review-evidence", RETRY, this::turn);
    private long sweptAt;

    /** What became of a picture, as it is counted. */
    public enum Outcome {
        KEPT,
        GONE,
        CHANGED,
        UNDECODABLE,
        SILENT,
        UNAVAILABLE,
        DELETED,
        HELD
    }

    /**
     * @param preview gives the picture of an upload
     * @param appeal how long a closed item's picture is kept
     * @param counted told of every outcome
     * @param nanos time that only runs forward
     */
    public EvidenceKeeper(
            Database database,
            Function<PreviewQuestion, Picture> preview,
            Retention.HoldCheck holds,
            EvidenceKeys keys,
            Duration appeal,
            Consumer<Outcome> counted,
            LongSupplier nanos) {
        this.database = database;
        this.preview = preview;
        this.holds = holds;
        this.keys = keys;
        this.appeal = appeal;
        this.counted = counted;
        this.nanos = nanos;
        this.sweptAt = nanos.getAsLong() - SWEEP_EVERY.toNanos();
    }

    public void start() {
        job.start();
    }

    @Override
    public void close() {
        job.abort();
        job.close();
    }

    /** Does what is next; returns how long to rest. */
    Duration turn() {
        if (nanos.getAsLong() - sweptAt >= SWEEP_EVERY.toNanos()) {
            sweep();
            sweptAt = nanos.getAsLong();
        }
        Optional<Outcome> done = keepNext();
        if (done.isEmpty()) {
            return PAUSE;
        }
        return done.get() == Outcome.UNAVAILABLE ? RETRY : Duration.ZERO;
    }

    /** Sees to the item that has waited longest; empty where none waits. */
    Optional<Outcome> keepNext() {
        Optional<Wanted> next = database.acrossTenants(handle -> Evidence.next(handle, appeal));
        Optional<Outcome> outcome = next.map(this::keep);
        outcome.ifPresent(counted);
        return outcome;
    }

    private Outcome keep(Wanted item) {
        Optional<PreviewQuestion> question = item.question(false);
        if (question.isEmpty()) {
            return settled(item, Outcome.GONE);
        }
        Picture picture;
        try {
            picture = preview.apply(question.get());
        } catch (ProblemException none) {
            return switch (none.problem()) {
                case PICTURE_GONE -> {
                    int times = database.acrossTenants(handle -> Evidence.gone(handle, item));
                    yield times >= MOST_TRIES ? settled(item, Outcome.GONE) : Outcome.GONE;
                }
                case PICTURE_CHANGED -> settled(item, Outcome.CHANGED);
                case PICTURE_UNDECODABLE -> settled(item, Outcome.UNDECODABLE);
                default -> passing(none.problem());
            };
        }
        return keep(item, picture);
    }

    /** A picture whose strip is not available now is kept at once, and asked for again for the strip's sake. */
    private Outcome keep(Wanted item, Picture picture) {
        Picture strip = null;
        Problem trouble = null;
        if (picture.frames() > 1) {
            try {
                strip = preview.apply(item.question(true).orElseThrow());
            } catch (ProblemException none) {
                trouble = none.problem();
            }
        }
        Optional<Picture> frames = Optional.ofNullable(strip);
        boolean mayCome = trouble == Problem.LOCATION_SILENT || trouble == Problem.NO_PREVIEW;
        boolean later = database.acrossTenants(handle -> {
            Evidence.keep(handle, keys, item, false, picture);
            frames.ifPresent(all -> Evidence.keep(handle, keys, item, true, all));
            boolean again = mayCome && Evidence.noStrip(handle, item) < MOST_TRIES;
            if (!again) {
                Evidence.settle(handle, item);
            }
            return again;
        });
        return later ? passing(trouble) : Outcome.KEPT;
    }

    /** Where a location alone is in trouble, the next item need not wait for it. */
    private static Outcome passing(Problem trouble) {
        return trouble == Problem.LOCATION_SILENT ? Outcome.SILENT : Outcome.UNAVAILABLE;
    }

    private Outcome settled(Wanted item, Outcome outcome) {
        database.acrossTenants(handle -> {
            Evidence.settle(handle, item);
            return null;
        });
        return outcome;
    }

    /**
     * Deletes the pictures whose appeal time has passed and that no hold keeps, and asks for none of such items any
     * more.
     */
    void sweep() {
        int settled;
        do {
            settled = database.acrossTenants(handle -> Evidence.settleClosed(handle, appeal, PAGE));
        } while (settled == PAGE && job.isRunning());
        Due last = Due.FIRST;
        List<Due> page;
        do {
            Due after = last;
            page = database.acrossTenants(handle -> Evidence.due(handle, appeal, after, PAGE));
            for (Due item : page) {
                last = item;
                if (holds.isHeld(item.tenant(), item.imageId(), item.uploaderId())) {
                    counted.accept(Outcome.HELD);
                } else if (database.acrossTenants(handle -> Evidence.delete(handle, item))) {
                    counted.accept(Outcome.DELETED);
                }
            }
        } while (page.size() == PAGE && job.isRunning());
    }
}
