package io.bulwark.service.pipeline;

import io.bulwark.events.ImageLocation;
import io.bulwark.events.Reason;
import io.bulwark.service.fetch.FetchResult;
import io.bulwark.service.fetch.ImageSources;
import io.bulwark.service.lifecycle.Deadline;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.outcome.Outcome;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One brief try, so that nobody waits for a stranger: whose location is not there in time, waiting for a thread included,
 * is deferred. So is one whose server failed, since a later try may succeed and there is no time for it here.
 */
final class PromptFetching implements Fetching {

    private static final Set<Reason> MAY_PASS = EnumSet.of(Reason.FETCH_TIMEOUT, Reason.FETCH_FAILED);

    private final PreparationPool pool;
    private final ImageSources sources;
    private final Guard guard;
    private final Duration prompt;
    private final NanoClock clock;

    /**
     * Makes it.
     *
     * @param pool of its own, closed with this
     * @param prompt from the moment an upload asks
     */
    PromptFetching(PreparationPool pool, ImageSources sources, Guard guard, Duration prompt, NanoClock clock) {
        this.pool = pool;
        this.sources = sources;
        this.guard = guard;
        this.prompt = prompt;
        this.clock = clock;
    }

    @Override
    public void fetch(UploadWork work, ImageLocation location, Consumer<FetchResult> look) {
        Deadline deadline = Deadline.after(prompt, clock);
        pool.submitPromptly(
                () -> guard.run(
                        work, () -> Optional.of(work.timedFetch(clock, () -> sources.fetchBy(location, deadline)))),
                result -> result.ifPresent(file -> {
                    if (file instanceof FetchResult.Refused refused && MAY_PASS.contains(refused.reason())) {
                        defer(work);
                    } else {
                        look.accept(file);
                    }
                }),
                prompt,
                () -> defer(work));
    }

    private static void defer(UploadWork work) {
        work.flight().complete(new Outcome.Deferred());
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
