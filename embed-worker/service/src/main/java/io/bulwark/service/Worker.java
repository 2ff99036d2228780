package io.bulwark.service;

import io.bulwark.schemas.connection.ConnectionFaults;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.schemas.trace.SpanExport;
import io.bulwark.service.SchemaExchange.StartupStep;
import io.bulwark.service.WorkerPod.ServerMode;
import io.bulwark.service.config.WorkerConfig;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.ThreadWatch;
import io.bulwark.service.lifecycle.WorkerState;
import io.bulwark.service.lifecycle.WorkerState.StateMachine;
import io.bulwark.service.loop.KafkaClients;
import io.bulwark.service.loop.LoopSettings.Lane;
import io.bulwark.service.loop.Loops;
import io.bulwark.service.loop.WorkerLoop;
import io.bulwark.service.pipeline.Pipeline;
import io.bulwark.service.pipeline.Warmth;
import io.bulwark.service.telemetry.Tracing;
import io.bulwark.service.telemetry.WorkerLog;
import io.bulwark.service.telemetry.WorkerMetrics;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * One worker: its parts, its main thread, and its health. {@link #start} and {@link #stop} are called once each; the
 * health methods by any thread.
 */
public final class Worker implements ServerMode {

    private final WorkerConfig config;
    private final KafkaClients clients;
    private final WorkerMetrics metrics;
    private final NanoClock clock = NanoClock.SYSTEM;
    private final Clock wallClock = Clock.systemUTC();
    private final StateMachine state = new StateMachine(WorkerLog::stateChanged);
    private final ThreadWatch watch = new ThreadWatch(clock);
    private final Assembly parts;
    private final StartupStep deferredTopic;
    private final Thread main = new Thread(this::live, "bulwark-loop");
    private volatile boolean stopping;
    private volatile LoopPair loops;
    private volatile Throwable failure;

    /**
     * Makes a worker.
     *
     * @param config already checked
     * @param workerId how its verdicts name it
     */
    public Worker(WorkerConfig config, KafkaClients clients, String workerId, WorkerMetrics metrics) {
        this.config = config;
        this.clients = clients;
        this.metrics = metrics;
        this.parts =
                new Assembly(config, clients, workerId, new Following.Instruments(metrics, clock, wallClock, watch));
        this.deferredTopic = new DeferredTopic(clients).step();
    }

    @Override
    public void start() {
        main.start();
    }

    /** Finishes what was begun, leaves the group, and returns when that is done or the drain time is long over. */
    @Override
    public void stop() {
        stopping = true;
        parts.stopWaiting();
        deferredTopic.stop();
        LoopPair running = loops;
        if (running != null) {
            running.stop();
        }
        try {
            main.join(config.drainTimeout().toMillis() + TimeUnit.SECONDS.toMillis(20));
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
    }

    public WorkerState state() {
        return state.state();
    }

    @Override
    public String phase() {
        return state().name();
    }

    @Override
    public Optional<String> livenessFailure() {
        if (state() == WorkerState.FAILED) {
            Throwable cause = failure;
            return Optional.of(cannotGoOn(cause == null ? "unknown" : why(cause)));
        }
        return watch.stuck();
    }

    /** Why uploads, or those of one format, are not answered; empty while all are. */
    @Override
    public Optional<String> unreadiness() {
        Throwable cause = failure;
        if (cause != null) {
            // What one of its loops has begun may still be finished; it is not ready any more.
            return Optional.of(cannotGoOn(why(cause)));
        }
        return switch (state()) {
            case RUNNING -> parts.lack();
            case STARTING, WARMING -> Optional.of("The encoder is being opened and measured");
            case PUBLISHING_SCHEMAS ->
                parts.schemasTrouble()
                        .or(deferredTopic::trouble)
                        .or(() -> Optional.of("The schemas that verdicts are written with are being published"));
            case WAITING_FOR_BANK -> Optional.of(parts.gate().status().message());
            case JOINING -> Optional.of("The group is being joined");
            case RECOVERING -> Optional.of("A transaction failed; reading begins again at the last commit");
            case DRAINING, STOPPED -> Optional.of("The worker was told to stop");
            case FAILED -> livenessFailure();
        };
    }

    /** Whether the encoder is warm: from then on liveness counts. */
    @Override
    public boolean hasStarted() {
        WorkerState now = state();
        return now != WorkerState.STARTING && now != WorkerState.WARMING;
    }

    private void live() {
        try (SpanExport spans = spans(config.tracing());
                parts) {
            state.moveTo(WorkerState.WARMING);
            Warmth warm = parts.warmUp();
            state.moveTo(WorkerState.PUBLISHING_SCHEMAS);
            if (parts.publishSchemas() && deferredTopic.await()) {
                answer(
                        parts.begin(warm),
                        spans.spans()
                                .map(made -> Tracing.of(made, wallClock, clock))
                                .orElse(Tracing.OFF));
            } else {
                state.moveTo(WorkerState.DRAINING);
            }
            state.moveTo(WorkerState.STOPPED);
        } catch (RuntimeException | Error broken) {
            failure = broken instanceof CompletionException ? broken.getCause() : broken;
            WorkerLog.failed(failure, why(failure));
            if (!state().isTerminal()) {
                state.moveTo(WorkerState.FAILED);
            }
        }
    }

    private static SpanExport spans(WorkerConfig.Tracing tracing) {
        return SpanExport.open("bulwark-worker", tracing.exporter(), tracing.endpoint(), tracing.ratio());
    }

    private static String cannotGoOn(String why) {
        return "The worker cannot go on: " + why;
    }

    private static String why(Throwable cause) {
        return ConnectionFaults.explain(cause).orElseGet(() -> String.valueOf(cause.getMessage()));
    }

    private void answer(Pipeline pipeline, Tracing tracing) {
        Loops made = new Loops(
                config,
                clients,
                parts.perception()::serializers,
                new Loops.Environment(parts.gate(), metrics, tracing, clock, wallClock, watch));
        LoopPair pair = new LoopPair(
                LoopPair.Loop.of(made.create(Lane.UPLOADS, pipeline, state)),
                LoopPair.Loop.of(made.create(
                        Lane.DEFERRED,
                        pipeline.deferred(),
                        new StateMachine(WorkerState.PUBLISHING_SCHEMAS, WorkerLog::deferredLoopStateChanged))),
                cause -> failure = cause);
        loops = pair;
        if (stopping) {
            pair.stop();
        }
        pair.run();
    }

    /**
     * The topic to which uploads are deferred. A worker does not begin without it, or without the right to write it:
     * the first slow location would fail each transaction that it is part of.
     */
    static final class DeferredTopic {

        private static final Set<AclOperation> NEEDED = Set.of(AclOperation.READ, AclOperation.WRITE);
        private static final int CALL_MILLIS = 5_000;

        private final KafkaClients clients;
        private final String name;

        DeferredTopic(KafkaClients clients) {
            this.clients = clients;
            this.name = clients.topics().of(Topics.IMAGES_DEFERRED);
        }

        /** Waits until the topic is there and may be read and written. */
        StartupStep step() {
            return new StartupStep(
                    () -> {
                        try (Admin admin = clients.admin()) {
                            return lack(admin);
                        } catch (InterruptException stopped) {
                            throw stopped;
                        } catch (KafkaException unreachable) {
                            // Such as a name that does not resolve for a moment: to be tried again, like all else here.
                            return Optional.of(reason(unreachable));
                        }
                    },
                    WorkerLog::deferredTopicMissing);
        }

        private Optional<String> lack(Admin admin) {
            try {
                Set<AclOperation> mine = admin.describeTopics(
                                List.of(name),
                                new DescribeTopicsOptions()
                                        .includeAuthorizedOperations(true)
                                        .timeoutMs(CALL_MILLIS))
                        .allTopicNames()
                        .get()
                        .get(name)
                        .authorizedOperations();
                // A broker that checks no rights says that all are there; one that is too old to say it is not asked
                // twice.
                if (mine == null || mine.containsAll(NEEDED)) {
                    return Optional.empty();
                }
                return Optional.of(denied());
            } catch (InterruptedException stopped) {
                throw new InterruptException(stopped);
            } catch (ExecutionException failure) {
                Throwable cause = failure.getCause();
                if (cause instanceof UnknownTopicOrPartitionException) {
                    return Optional.of("Topic " + name
                            + " does not exist. Create it as the catalogue has it, with `bulwark" + " topics create`");
                }
                if (cause instanceof TopicAuthorizationException) {
                    return Optional.of(denied());
                }
                return Optional.of(reason(cause));
            }
        }

        private static String reason(Throwable cause) {
            return ConnectionFaults.explain(cause)
                    .orElseGet(() -> cause.getClass().getSimpleName() + ": " + cause.getMessage());
        }

        private String denied() {
            return "The broker denies access: a worker has to read and to write topic " + name
                    + ". Grant it the access rules of its role";
        }
    }

    /**
     * A worker's two loops: the loop of uploads on the thread that calls {@link #run}, the loop of deferred uploads on
     * a second thread. They end together: a worker needs both.
     */
    static final class LoopPair {

        private final Loop uploads;
        private final Loop deferred;
        private final Consumer<Throwable> onFailure;

        /**
         * Makes the pair.
         *
         * @param onFailure told what ended a loop, on that loop's thread, before the other one is made to finish
         */
        LoopPair(Loop uploads, Loop deferred, Consumer<Throwable> onFailure) {
            this.uploads = uploads;
            this.deferred = deferred;
            this.onFailure = onFailure;
        }

        /** Makes {@link #run} finish what was begun and return. Any thread. */
        void stop() {
            uploads.stop().run();
            deferred.stop().run();
        }

        /**
         * Works until told to stop.
         *
         * @throws RuntimeException what ended either loop before
         */
        void run() {
            CompletableFuture<Void> other = CompletableFuture.runAsync(
                    () -> work(deferred, uploads), task -> new Thread(task, "bulwark-deferred-loop").start());
            try {
                work(uploads, deferred);
            } finally {
                other.exceptionally(broken -> null).join();
            }
            try {
                other.join();
            } catch (CompletionException broken) {
                if (broken.getCause() instanceof Error error) {
                    throw error;
                }
                throw new IllegalStateException(
                        "Deferred uploads: " + broken.getCause().getMessage(), broken.getCause());
            }
        }

        private void work(Loop loop, Loop other) {
            try {
                loop.work().run();
            } catch (RuntimeException | Error broken) {
                onFailure.accept(broken);
                throw broken;
            } finally {
                other.stop().run();
            }
        }

        /**
         * One of the two.
         *
         * @param work returns when it has finished, or throws what ended it
         * @param stop makes it finish; any thread
         */
        record Loop(Runnable work, Runnable stop) {

            static Loop of(WorkerLoop loop) {
                return new Loop(loop, loop::stop);
            }
        }
    }
}
