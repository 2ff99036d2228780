package io.bulwark.service.pipeline;

import io.bulwark.events.ImageLocation;
import io.bulwark.events.Reason;
import io.bulwark.service.fetch.FetchResult;
import io.bulwark.service.fetch.FetchResult.Scope;
import io.bulwark.service.fetch.ImageSources;
import io.bulwark.service.fetch.SlowHosts;
import io.bulwark.service.lifecycle.Deadline;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.outcome.Outcome;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * One brief try, so that no upload waits for a stranger's server: an upload whose location is not there in time, waiting for a
 * thread included, is deferred. So is one whose host could not be reached or answered 429 or 5xx, since a later try may succeed
 * and there is no time for it here. Where either happened lately, the next upload of that host is deferred without a wait
 * ({@link SlowHosts}), but where it was another host, to which that one redirected. Every other answer is the upload's own: it
 * is refused at once and says nothing of the host ({@link FetchResult.Scope}).
 */
final class PromptFetching implements Fetching {

    private final PreparationPool pool;
    private final ImageSources sources;
    private final Guard guard;
    private final Duration prompt;
    private final NanoClock clock;
    private final SlowHosts slow;

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
        this.slow = new SlowHosts(clock);
    }

    @Override
    public void fetch(UploadWork work, ImageLocation location, Consumer<FetchResult> look) {
        String host = SlowHosts.originOf(location.getUri());
        if (!slow.mayTry(host)) {
            defer(work);
            return;
        }
        Try one = new Try(work, host, look);
        Deadline deadline = Deadline.after(prompt, clock);
        pool.submitPromptly(
                () -> guard.run(work, () -> {
                    one.begun = OptionalLong.of(clock.nanos());
                    return Optional.of(work.timedFetch(clock, () -> sources.fetchBy(location, deadline, one::leaves)));
                }),
                result -> result.ifPresent(one::hasCome),
                prompt,
                one::isOverdue);
    }

    private static void defer(UploadWork work) {
        work.flight().complete(new Outcome.Deferred());
    }

    /** One upload's wait for its host. */
    private final class Try {

        private final UploadWork work;
        private final String host;
        private final Consumer<FetchResult> look;
        private volatile OptionalLong begun = OptionalLong.empty();
        private volatile boolean elsewhere;

        Try(UploadWork work, String host, Consumer<FetchResult> look) {
            this.work = work;
            this.host = host;
            this.look = look;
        }

        /** It is another host from here on that is waited for. */
        void leaves() {
            elsewhere = true;
        }

        void hasCome(FetchResult file) {
            if (work.flight().isDone()) {
                file.release();
            } else if (file instanceof FetchResult.Refused refused && refused.mayPass()) {
                if (refused.scope() == Scope.HOST && (refused.reason() != Reason.FETCH_TIMEOUT || hadItsTime())) {
                    slow.wasSlow(host);
                }
                defer(work);
            } else {
                if (file instanceof FetchResult.Fetched) {
                    slow.wasPrompt(host);
                }
                look.accept(file);
            }
        }

        void isOverdue() {
            if (hadItsTime() && !elsewhere) {
                slow.wasSlow(host);
            }
            defer(work);
        }

        /** Who waited for a thread most of the time says nothing of its host. */
        private boolean hadItsTime() {
            return begun.isPresent() && 2 * (clock.nanos() - begun.getAsLong()) >= prompt.toNanos();
        }
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
