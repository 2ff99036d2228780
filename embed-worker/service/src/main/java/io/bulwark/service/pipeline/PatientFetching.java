package io.bulwark.service.pipeline;

import io.bulwark.events.ImageLocation;
import io.bulwark.events.Reason;
import io.bulwark.service.fetch.FetchResult;
import io.bulwark.service.fetch.HostTurns;
import io.bulwark.service.fetch.ImageSources;
import io.bulwark.service.lifecycle.Deadline;
import io.bulwark.service.lifecycle.NanoClock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * At leisure: all the time and all the tries of the settings. A host has so many turns at a time, so that one cannot have all
 * threads. Whose turn does not come within the time of a fetch is refused, unless a file of its host arrived within that time:
 * a host that is slow with many files is not to be taken for one that gives none.
 */
final class PatientFetching implements Fetching {

    /** What a fetch may take beyond its own deadline, which name resolution can overrun, before it is refused. */
    private static final Duration GRACE = Duration.ofMillis(500);

    private final PreparationPool pool;
    private final ImageSources sources;
    private final HostTurns turns;
    private final Guard guard;
    private final Refusals refusals;
    private final Duration allowed;
    private final NanoClock clock;

    /**
     * Makes it.
     *
     * @param pool of its own, closed with this
     * @param perHost fetches from one host at a time
     * @param allowed for a turn to come while the host delivers nothing, and again for the fetch
     */
    PatientFetching(
            PreparationPool pool,
            ImageSources sources,
            int perHost,
            Guard guard,
            Refusals refusals,
            Duration allowed,
            NanoClock clock) {
        this.pool = pool;
        this.sources = sources;
        this.turns = new HostTurns(perHost, clock);
        this.guard = guard;
        this.refusals = refusals;
        this.allowed = allowed;
        this.clock = clock;
    }

    @Override
    public void fetch(UploadWork work, ImageLocation location, Consumer<FetchResult> look) {
        String host = HostTurns.hostOf(location.getUri());
        Deadline turn = Deadline.after(allowed, clock);
        turns.take(host, () -> {
            if (work.flight().isDone()) {
                return false;
            }
            if (turn.hasPassed() && !turns.hasDelivered(host, allowed)) {
                refuse(
                        work,
                        "Its host delivered nothing for " + millis() + " to the fetches before it, allowed are "
                                + turns.perHost() + " at a time (bulwark.fetch.deferred-per-host)");
                return false;
            }
            begin(work, location, host, look);
            return true;
        });
    }

    private void begin(UploadWork work, ImageLocation location, String host, Consumer<FetchResult> look) {
        pool.submit(
                () -> guard.run(work, () -> Optional.of(work.timedFetch(clock, () -> sources.fetch(location)))),
                result -> {
                    if (result.orElse(null) instanceof FetchResult.Fetched) {
                        turns.delivered(host);
                    }
                    turns.done(host);
                    result.ifPresent(file -> work.lookIfWanted(file, look));
                },
                allowed.plus(GRACE),
                () -> refuse(work, "The file did not arrive within " + millis() + " (bulwark.fetch.deadline)"));
    }

    private void refuse(UploadWork work, String detail) {
        refusals.refuse(work, Reason.FETCH_TIMEOUT, detail);
    }

    private String millis() {
        return allowed.toMillis() + " ms";
    }

    @Override
    public Optional<Throwable> failure() {
        return pool.failure();
    }

    @Override
    public void close() {
        pool.close();
    }
}
