package io.bulwark.service.pipeline;

import io.bulwark.events.ImageLocation;
import io.bulwark.events.Reason;
import io.bulwark.service.fetch.FetchResult;
import io.bulwark.service.fetch.FetchResult.Scope;
import io.bulwark.service.fetch.ImageSources;
import io.bulwark.service.fetch.SlowHosts;
import io.bulwark.service.fetch.SlowHosts.HostTurns;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.NanoClock.Deadline;
import io.bulwark.service.telemetry.Timings.Step;
import io.bulwark.service.telemetry.Tracing.UploadSpan.SpanStep;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** How long uploads of one lane wait for what their locations name. Any thread. */
interface Fetching extends AutoCloseable {

    /**
     * Fetches soon, or completes the upload where there will be no file to look at.
     *
     * @param look takes what was fetched or why it was not, on a thread of this; not called where nothing is to be
     *     looked at
     */
    void fetch(UploadInFlight upload, ImageLocation location, Consumer<FetchResult> look);

    /** The error that ended a fetch, whose upload stays without an answer; empty if there is none. */
    Optional<Throwable> failure();

    @Override
    void close();

    /** Fetches, and records how long that took. */
    private static FetchResult timed(UploadInFlight upload, NanoClock clock, Supplier<FetchResult> fetch) {
        long start = clock.nanos();
        FetchResult result = fetch.get();
        upload.timings().add(Step.FETCH, clock.microsSince(start));
        upload.span().step(SpanStep.FETCH, start, clock.nanos());
        return result;
    }

    /**
     * One brief try, so that no upload waits for a stranger's server: an upload whose location is not there in time,
     * waiting for a thread included, is deferred. So is one whose host could not be reached or answered 429 or 5xx,
     * since a later try may succeed and there is no time for it here. Where either happened lately, the next upload of
     * that host is deferred without a wait ({@link SlowHosts}), but where it was another host, to which that one
     * redirected. Every other answer is the upload's own: it is refused at once and says nothing of the host ({@link
     * FetchResult.Scope}).
     */
    final class PromptFetching implements Fetching {

        private final PreparationPool pool;
        private final ImageSources sources;
        private final Refusals refusals;
        private final Duration prompt;
        private final NanoClock clock;
        private final SlowHosts slow;

        /**
         * Makes it.
         *
         * @param pool used by this alone and closed with it
         * @param prompt from the moment an upload asks
         */
        PromptFetching(
                PreparationPool pool, ImageSources sources, Refusals refusals, Duration prompt, NanoClock clock) {
            this.pool = pool;
            this.sources = sources;
            this.refusals = refusals;
            this.prompt = prompt;
            this.clock = clock;
            this.slow = new SlowHosts(clock);
        }

        @Override
        public void fetch(UploadInFlight upload, ImageLocation location, Consumer<FetchResult> look) {
            String host = SlowHosts.originOf(location.getUri());
            if (!slow.mayTry(host)) {
                defer(upload);
                return;
            }
            Try one = new Try(upload, host, look);
            Deadline deadline = Deadline.after(prompt, clock);
            pool.submitPromptly(
                    () -> refusals.guard(upload, () -> {
                        one.begun = OptionalLong.of(clock.nanos());
                        return Optional.of(
                                timed(upload, clock, () -> sources.fetchBy(location, deadline, one::leaves)));
                    }),
                    result -> result.ifPresent(one::hasCome),
                    prompt,
                    one::isOverdue);
        }

        private static void defer(UploadInFlight upload) {
            upload.complete(new Outcome.Deferred());
        }

        /** One upload's wait for its host. */
        private final class Try {

            private final UploadInFlight upload;
            private final String host;
            private final Consumer<FetchResult> look;
            private volatile OptionalLong begun = OptionalLong.empty();
            private volatile boolean elsewhere;

            Try(UploadInFlight upload, String host, Consumer<FetchResult> look) {
                this.upload = upload;
                this.host = host;
                this.look = look;
            }

            /** It is another host from here on that is waited for. */
            void leaves() {
                elsewhere = true;
            }

            void hasCome(FetchResult file) {
                if (upload.isDone()) {
                    file.release();
                } else if (file instanceof FetchResult.Refused refused && refused.mayPass()) {
                    if (refused.scope() == Scope.HOST && (refused.reason() != Reason.FETCH_TIMEOUT || hadItsTime())) {
                        slow.wasSlow(host);
                    }
                    defer(upload);
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
                defer(upload);
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

    /**
     * Without haste: with the full time and all the tries of the settings. A host has a limited number of turns at a
     * time, so that one cannot have all threads. Whose turn does not come within the time of a fetch is refused, unless
     * a file of its host arrived within that time: a host that is slow with many files is not to be taken for one that
     * gives none.
     */
    final class PatientFetching implements Fetching {

        /** What a fetch may take beyond its own deadline, which name resolution can overrun, before it is refused. */
        private static final Duration GRACE = Duration.ofMillis(500);

        private final PreparationPool pool;
        private final ImageSources sources;
        private final HostTurns turns;
        private final Refusals refusals;
        private final Duration allowed;
        private final NanoClock clock;

        /**
         * Makes it.
         *
         * @param pool used by this alone and closed with it
         * @param perHost fetches from one host at a time
         * @param allowed for a turn to come while the host delivers nothing, and again for the fetch
         */
        PatientFetching(
                PreparationPool pool,
                ImageSources sources,
                int perHost,
                Refusals refusals,
                Duration allowed,
                NanoClock clock) {
            this.pool = pool;
            this.sources = sources;
            this.turns = new HostTurns(perHost, clock);
            this.refusals = refusals;
            this.allowed = allowed;
            this.clock = clock;
        }

        @Override
        public void fetch(UploadInFlight upload, ImageLocation location, Consumer<FetchResult> look) {
            String host = HostTurns.hostOf(location.getUri());
            Deadline turn = Deadline.after(allowed, clock);
            turns.take(host, () -> {
                if (upload.isDone()) {
                    return false;
                }
                if (turn.hasPassed() && !turns.hasDelivered(host, allowed)) {
                    refuse(
                            upload,
                            "Its host delivered nothing for " + millis() + " to the fetches before it, allowed are "
                                    + turns.perHost() + " at a time (bulwark.fetch.deferred-per-host)");
                    return false;
                }
                begin(upload, location, host, look);
                return true;
            });
        }

        private void begin(UploadInFlight upload, ImageLocation location, String host, Consumer<FetchResult> look) {
            pool.submit(
                    () -> refusals.guard(
                            upload, () -> Optional.of(timed(upload, clock, () -> sources.fetch(location)))),
                    result -> {
                        if (result.orElse(null) instanceof FetchResult.Fetched) {
                            turns.delivered(host);
                        }
                        turns.done(host);
                        result.ifPresent(file -> {
                            if (upload.isDone()) {
                                file.release();
                            } else {
                                look.accept(file);
                            }
                        });
                    },
                    allowed.plus(GRACE),
                    () -> refuse(upload, "The file did not arrive within " + millis() + " (bulwark.fetch.deadline)"));
        }

        private void refuse(UploadInFlight upload, String detail) {
            refusals.refuse(upload, Reason.FETCH_TIMEOUT, detail);
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
}
