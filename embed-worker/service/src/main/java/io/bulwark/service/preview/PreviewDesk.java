package io.bulwark.service.preview;

import io.bulwark.schemas.preview.HttpRefusal;
import io.bulwark.schemas.preview.PreviewQuestion;
import io.bulwark.schemas.preview.PreviewTokens;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.ThreadWatch;
import io.bulwark.service.preview.Previews.PreviewAnswer;
import io.bulwark.service.preview.Previews.PreviewAnswer.Refused;
import io.bulwark.service.telemetry.RequestTimer;
import io.bulwark.service.telemetry.WorkerLog;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Lets in requests with a token, as many as there is room for: some are answered side by side, as many wait,
 * others are told to come again at once. Any thread may ask; none waits.
 */
public final class PreviewDesk implements AutoCloseable {

    private final PreviewTokens tokens;
    private final TopicNames topics;
    private final Function<PreviewQuestion, PreviewAnswer> previews;
    private final ThreadWatch watch;
    private final RequestTimer metrics;
    private final NanoClock clock;
    private final ThreadPoolExecutor threads;
    private final AtomicInteger made = new AtomicInteger();

    /**
     * @param topics what they are called on the broker: no other's uploads are shown
     * @param atOnce answered side by side
     * @param previews answers a question, as {@link Previews#show}
     */
    public PreviewDesk(
            PreviewTokens tokens,
            TopicNames topics,
            int atOnce,
            Function<PreviewQuestion, PreviewAnswer> previews,
            ThreadWatch watch,
            RequestTimer metrics,
            NanoClock clock) {
        this.tokens = tokens;
        this.topics = topics;
        this.previews = previews;
        this.watch = watch;
        this.metrics = metrics;
        this.clock = clock;
        this.threads = new ThreadPoolExecutor(
                atOnce,
                atOnce,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(atOnce),
                task -> new Thread(task, "bulwark-preview-" + made.incrementAndGet()));
    }

    /**
     * Answers a question.
     *
     * @param uri path and query as they were asked
     * @param token as it came, or null
     * @param answer told once, on the caller's thread or on one of the desk's
     */
    public void ask(String uri, String token, Consumer<PreviewAnswer> answer) {
        long start = clock.nanos();
        Consumer<PreviewAnswer> counted = given -> {
            metrics.answered(outcome(given), Duration.ofNanos(clock.nanos() - start));
            answer.accept(given);
        };
        if (!tokens.isValid(token, uri)) {
            counted.accept(
                    new Refused(HttpRefusal.NO_TOKEN, "The question is not signed with bulwark.preview.secret."));
            return;
        }
        Optional<PreviewQuestion> question = PreviewQuestion.parse(uri);
        if (question.isEmpty()) {
            counted.accept(new Refused(
                    HttpRefusal.MALFORMED_QUESTION,
                    "A question is /preview/<topic>/<partition>/<offset>?sha256=<hash>[&frames=strip]."));
            return;
        }
        if (!topics.holdsUploads(question.get().topic())) {
            counted.accept(new Refused(
                    HttpRefusal.MALFORMED_QUESTION,
                    "The topics of uploads are " + topics.of(Topics.IMAGES_UPLOADED) + " and "
                            + topics.of(Topics.IMAGES_DEFERRED) + " (bulwark.topics.prefix)."));
            return;
        }
        try {
            threads.execute(() -> counted.accept(show(question.get())));
        } catch (RejectedExecutionException full) {
            counted.accept(new Refused(
                    HttpRefusal.BUSY,
                    threads.getMaximumPoolSize() + " pictures are read and as many wait (bulwark.preview.at-once)."));
        }
    }

    private PreviewAnswer show(PreviewQuestion question) {
        watch.begin();
        try {
            return previews.apply(question);
        } catch (RuntimeException | StackOverflowError unexpected) {
            WorkerLog.previewFailed(question.partition(), question.offset(), unexpected);
            return new Refused(HttpRefusal.BUSY, "The picture could not be made; the log of the preview says why.");
        } finally {
            watch.rest();
        }
    }

    private String outcome(PreviewAnswer answer) {
        return answer instanceof Refused refused ? refused.kind().type() : metrics.success();
    }

    /** Lets no request in any more and ends the waiting ones. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
