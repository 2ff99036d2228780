package io.bulwark.stream.review;

import io.bulwark.schemas.preview.PreviewQuestion;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.picture.PictureAnswer;
import io.bulwark.stream.review.Evidence.Due;
import io.bulwark.stream.review.Evidence.Wanted;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.JdbiException;

/**
 * Fetches the pictures of items that are open or may be appealed, and deletes those that nobody needs any more, on a thread of its own. Instances share
 * the work. After any trouble it rests and goes on.
 */
final class EvidenceKeeper implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(EvidenceKeeper.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration RETRY = Duration.ofSeconds(5);
    private static final Duration SWEEP_EVERY = Duration.ofMinutes(10);
    private static final int PAGE = 200;

    /** A location that did not have the file so often, over most of a day, is taken to have lost it. */
    private static final int MOST_TRIES = 20;

    private final Database database;
    private final Evidence evidence;
    private final Function<PreviewQuestion, PictureAnswer> preview;
    private final LegalHolds holds;
    private final EvidenceKeys keys;
    private final Duration appeal;
    private final Consumer<Outcome> counted;
    private final LongSupplier nanos;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "review-evidence");
    private long sweptAt;

    /** What became of a picture, as it is counted. */
    enum Outcome {
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
    EvidenceKeeper(
            Database database,
            Evidence evidence,
            Function<PreviewQuestion, PictureAnswer> preview,
            LegalHolds holds,
            EvidenceKeys keys,
            Duration appeal,
            Consumer<Outcome> counted,
            LongSupplier nanos) {
        this.database = database;
        this.evidence = evidence;
        this.preview = preview;
        this.holds = holds;
        this.keys = keys;
        this.appeal = appeal;
        this.counted = counted;
        this.nanos = nanos;
        this.sweptAt = nanos.getAsLong() - SWEEP_EVERY.toNanos();
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    @Override
    public void close() {
        stopping.countDown();
        thread.interrupt();
        try {
            thread.join(10_000);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (stopping.getCount() > 0) {
            try {
                rest(turn());
            } catch (Database.UnavailableException | JdbiException trouble) {
                LOG.debugf("Evidence waits for the database: %s", trouble.getMessage());
                rest(RETRY);
            } catch (RuntimeException defect) {
                LOG.error("The keeping of evidence starts anew", defect);
                rest(RETRY);
            }
        }
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
        Optional<Wanted> next = database.acrossTenants(handle -> evidence.next(handle, appeal));
        Optional<Outcome> outcome = next.map(this::keep);
        outcome.ifPresent(counted);
        return outcome;
    }

    private Outcome keep(Wanted item) {
        Optional<PreviewQuestion> question = item.question(false);
        if (question.isEmpty()) {
            return given(item, Outcome.GONE, true);
        }
        PictureAnswer picture = preview.apply(question.get());
        if (picture instanceof PictureAnswer.Found found) {
            return keep(item, found);
        }
        if (picture instanceof PictureAnswer.Gone) {
            int times = database.acrossTenants(handle -> evidence.gone(handle, item));
            return given(item, Outcome.GONE, times >= MOST_TRIES);
        }
        if (picture instanceof PictureAnswer.Changed) {
            return given(item, Outcome.CHANGED, true);
        }
        if (picture instanceof PictureAnswer.Undecodable) {
            return given(item, Outcome.UNDECODABLE, true);
        }
        return passing(picture);
    }

    /** A picture whose strip is not to be had now is kept at once, and asked for again for the strip's sake. */
    private Outcome keep(Wanted item, PictureAnswer.Found picture) {
        Optional<PictureAnswer> strip = picture.frames() > 1
                ? Optional.of(preview.apply(item.question(true).orElseThrow()))
                : Optional.empty();
        Optional<PictureAnswer> trouble = strip.filter(
                answer -> answer instanceof PictureAnswer.Silent || answer instanceof PictureAnswer.Unavailable);
        boolean later = database.acrossTenants(handle -> {
            evidence.keep(handle, keys, item, false, picture);
            if (strip.orElse(null) instanceof PictureAnswer.Found frames) {
                evidence.keep(handle, keys, item, true, frames);
            }
            boolean again = trouble.isPresent() && evidence.noStrip(handle, item) < MOST_TRIES;
            if (!again) {
                evidence.settle(handle, item);
            }
            return again;
        });
        return later ? passing(trouble.get()) : Outcome.KEPT;
    }

    /** Where a location alone is in trouble, the next item need not wait for it. */
    private static Outcome passing(PictureAnswer trouble) {
        return trouble instanceof PictureAnswer.Silent ? Outcome.SILENT : Outcome.UNAVAILABLE;
    }

    private Outcome given(Wanted item, Outcome outcome, boolean forGood) {
        if (forGood) {
            database.acrossTenants(handle -> {
                evidence.settle(handle, item);
                return null;
            });
        }
        return outcome;
    }

    /** Deletes the pictures whose appeal time has passed and that no hold keeps, and asks for none of such items any more. */
    void sweep() {
        int settled;
        do {
            settled = database.acrossTenants(handle -> evidence.settleClosed(handle, appeal, PAGE));
        } while (settled == PAGE && stopping.getCount() > 0);
        Due last = Due.FIRST;
        List<Due> page;
        do {
            Due after = last;
            page = database.acrossTenants(handle -> evidence.due(handle, appeal, after, PAGE));
            for (Due item : page) {
                last = item;
                if (holds.isHeld(item.tenant(), item.imageId(), item.uploaderId())) {
                    counted.accept(Outcome.HELD);
                } else if (database.acrossTenants(handle -> evidence.delete(handle, item))) {
                    counted.accept(Outcome.DELETED);
                }
            }
        } while (page.size() == PAGE && stopping.getCount() > 0);
    }

    private void rest(Duration time) {
        try {
            stopping.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
