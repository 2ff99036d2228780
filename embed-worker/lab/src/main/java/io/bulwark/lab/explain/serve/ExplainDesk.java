package io.bulwark.lab.explain.serve;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.cli.terminal.Output;
import io.bulwark.lab.attack.loss.ReferenceGroups.OneSidedBankException;
import io.bulwark.lab.explain.serve.ExplainDesk.ExplainAnswer.Explained;
import io.bulwark.lab.explain.serve.ExplainDesk.ExplainAnswer.Refused;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.schemas.preview.HttpRefusal;
import io.bulwark.schemas.preview.PreviewQuestion.ExplanationQuestion;
import io.bulwark.schemas.preview.PreviewTokens;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;

/**
 * Admits questions: one is answered at a time, a bounded number waits, others are told to retry. Any thread may ask;
 * each waits for its answer until the deadline. Work under way then goes on, and its answer is there for the retry.
 */
final class ExplainDesk implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** What is guessed before anything was measured. */
    private static final Duration FIRST_GUESS = Duration.ofSeconds(10);

    private final PreviewTokens tokens;
    private final BiFunction<byte[], String, Optional<Explaining.Explanation>> explaining;
    private final Duration deadline;
    private final Output output;
    private final Remembered remembered;
    private final ThreadPoolExecutor thread;
    private volatile Duration cost = FIRST_GUESS;

    /**
     * @param explaining answers on the desk's thread
     * @param thread from {@link #thread}; stopped with this
     * @param deadline for an answer, waiting included
     */
    ExplainDesk(
            PreviewTokens tokens,
            BiFunction<byte[], String, Optional<Explaining.Explanation>> explaining,
            ThreadPoolExecutor thread,
            Duration deadline,
            Clock clock,
            Output output) {
        this.tokens = tokens;
        this.explaining = explaining;
        this.thread = thread;
        this.deadline = deadline;
        this.output = output;
        this.remembered = new Remembered(clock);
    }

    /** The desk's only thread, on which its encoder has to be opened as well. */
    static ThreadPoolExecutor thread(int waiting) {
        return new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(waiting),
                task -> new Thread(task, "bulwark-explain"));
    }

    /**
     * Answers a question.
     *
     * @param uri path and query as they were asked
     * @param token as it came, or null
     * @param body the picture; not read before the token is known to be valid
     * @throws IOException if the body cannot be read
     */
    ExplainAnswer ask(String uri, String token, InputStream body) throws IOException {
        if (!tokens.isValid(token, uri)) {
            return new Refused(HttpRefusal.NO_TOKEN, "The question is not signed with bulwark.preview.secret.", 0);
        }
        Optional<ExplanationQuestion> question = ExplanationQuestion.parse(uri);
        if (question.isEmpty()) {
            return new Refused(
                    HttpRefusal.MALFORMED_QUESTION, "A question is /explain/<sha256 of the body>?tenant=<tenant>.", 0);
        }
        Optional<byte[]> known = remembered.of(uri);
        if (known.isPresent()) {
            return new Explained(known.get());
        }
        byte[] picture = body.readNBytes(ExplanationQuestion.MOST_BYTES + 1);
        if (picture.length > ExplanationQuestion.MOST_BYTES
                || !Sha256.digest(picture).hex().equals(question.get().sha256())) {
            return new Refused(
                    HttpRefusal.MALFORMED_QUESTION,
                    "The body is not what the question names, or has more than " + ExplanationQuestion.MOST_BYTES
                            + " bytes.",
                    0);
        }
        return await(new FutureTask<>(() -> explain(uri, picture, question.get().tenant())));
    }

    private ExplainAnswer await(FutureTask<ExplainAnswer> task) {
        try {
            thread.execute(task);
        } catch (RejectedExecutionException full) {
            return new Refused(
                    HttpRefusal.BUSY,
                    String.format(
                            Locale.ROOT,
                            "One picture is being explained and %d wait; each takes about %d s.",
                            thread.getQueue().size(),
                            seconds(1)),
                    seconds(1));
        }
        try {
            return task.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            boolean untouched = thread.remove(task);
            return new Refused(
                    HttpRefusal.EXPLANATION_OVERDUE,
                    untouched
                            ? "Other pictures were explained all the while; ask again."
                            : "The picture was not explained within " + deadline.toSeconds()
                                    + " s; it is still being worked on, ask again.",
                    seconds(1 + thread.getQueue().size()));
        } catch (ExecutionException defect) {
            output.note("an explanation failed: " + defect.getCause());
            return new Refused(
                    HttpRefusal.FAILED,
                    "The picture could not be explained; the log of the explain server says why.",
                    0);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return new Refused(HttpRefusal.BUSY, "The explain server is about to stop.", seconds(1));
        }
    }

    private ExplainAnswer explain(String uri, byte[] picture, String tenant) {
        Optional<byte[]> meanwhile = remembered.of(uri);
        if (meanwhile.isPresent()) {
            return new Explained(meanwhile.get());
        }
        long begun = System.nanoTime();
        try {
            Optional<Explaining.Explanation> explanation = explaining.apply(picture, tenant);
            if (explanation.isEmpty()) {
                return new Refused(HttpRefusal.PICTURE_UNDECODABLE, "The picture cannot be decoded.", 0);
            }
            byte[] json = json(explanation.get());
            remembered.put(uri, json);
            cost = Duration.ofNanos(System.nanoTime() - begun);
            return new Explained(json);
        } catch (OneSidedBankException oneSided) {
            return new Refused(
                    HttpRefusal.NO_MARGIN, "There is no margin to explain: " + oneSided.getMessage() + ".", 0);
        }
    }

    private static byte[] json(Explaining.Explanation explanation) {
        try {
            return JSON.writeValueAsBytes(explanation);
        } catch (JsonProcessingException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** What this many explanations take, at least one second. */
    private long seconds(int explanations) {
        return Math.max(1, cost.multipliedBy(explanations).toSeconds());
    }

    /** Forgets answers that are too old; called now and then, so that nothing outlives its time without requests. */
    void forgetOld() {
        remembered.forgetOld();
    }

    /** Rejects further questions and ends the waiting ones. */
    @Override
    public void close() {
        thread.shutdownNow();
    }

    /** The answer to a question. */
    sealed interface ExplainAnswer {

        /**
         * Here it is.
         *
         * @param json an {@link Explaining.Explanation}
         */
        record Explained(byte[] json) implements ExplainAnswer {}

        /**
         * There is none.
         *
         * @param detail one sentence
         * @param retrySeconds after which to ask again; 0 where that makes no difference
         */
        record Refused(HttpRefusal kind, String detail, long retrySeconds) implements ExplainAnswer {}
    }

    /** Answers of a while, in memory, bounded by number and age; the oldest is forgotten first. Thread-safe. */
    static final class Remembered {

        /** One is some 300 kB. */
        static final int MOST = 64;

        static final Duration LONGEST = Duration.ofMinutes(10);

        private final Clock clock;
        private final Map<String, Entry> answers = new LinkedHashMap<>(); // guarded by itself

        private record Entry(byte[] answer, Instant since) {}

        Remembered(Clock clock) {
            this.clock = clock;
        }

        Optional<byte[]> of(String question) {
            synchronized (answers) {
                forgetOld();
                return Optional.ofNullable(answers.get(question)).map(Entry::answer);
            }
        }

        void put(String question, byte[] answer) {
            synchronized (answers) {
                forgetOld();
                answers.remove(question);
                answers.put(question, new Entry(answer, clock.instant()));
                if (answers.size() > MOST) {
                    forgetFirst();
                }
            }
        }

        /** What is too old; the order of entries is that of their age. */
        void forgetOld() {
            synchronized (answers) {
                Instant oldest = clock.instant().minus(LONGEST);
                while (!answers.isEmpty()
                        && answers.values().iterator().next().since().isBefore(oldest)) {
                    forgetFirst();
                }
            }
        }

        private void forgetFirst() {
            Iterator<String> first = answers.keySet().iterator();
            first.next();
            first.remove();
        }
    }
}
