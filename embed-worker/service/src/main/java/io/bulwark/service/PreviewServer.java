package io.bulwark.service;

import io.bulwark.events.ImageUploaded;
import io.bulwark.imaging.process.DecoderPool;
import io.bulwark.schemas.follow.SchemaClients;
import io.bulwark.schemas.follow.SchemaFollower;
import io.bulwark.schemas.preview.PreviewTokens;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.service.config.WorkerConfig;
import io.bulwark.service.fetch.ImageSources;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.ThreadWatch;
import io.bulwark.service.preview.PreviewAnswer;
import io.bulwark.service.preview.PreviewDesk;
import io.bulwark.service.preview.Previews;
import io.bulwark.service.preview.UploadRecords;
import io.bulwark.service.telemetry.PreviewMetrics;
import io.bulwark.service.telemetry.WorkerLog;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The worker's second mode: shows single uploads to people and judges none. It opens no model, joins no group and writes
 * nothing. {@link #ask} may be called by any thread.
 */
public final class PreviewServer implements Duty {

    private enum State {
        STARTING,
        RUNNING,
        STOPPED,
        FAILED
    }

    private final WorkerConfig config;
    private final SchemaClients schemas;
    private final Supplier<org.apache.kafka.clients.consumer.Consumer<byte[], byte[]>> consumers;
    private final PreviewTokens tokens;
    private final PreviewMetrics metrics;
    private final NanoClock clock = NanoClock.SYSTEM;
    private final ThreadWatch watch = new ThreadWatch(clock);
    private final Deque<AutoCloseable> open = new ArrayDeque<>(); // guarded by itself
    private final Thread starter = new Thread(this::open, "bulwark-preview-start");
    private volatile State state = State.STARTING;
    private volatile String failure = "";
    private volatile PreviewDesk desk;
    private volatile DecoderPool decoders;

    /**
     * Makes a server.
     *
     * @param config already checked, with previews enabled
     * @param consumers makes a read_committed consumer without a group
     */
    public PreviewServer(
            WorkerConfig config,
            SchemaClients schemas,
            Supplier<org.apache.kafka.clients.consumer.Consumer<byte[], byte[]>> consumers,
            MeterRegistry registry) {
        this.config = config;
        this.schemas = schemas;
        this.consumers = consumers;
        this.tokens = PreviewTokens.of(
                        config.preview().secret(), config.preview().secretFile(), Clock.systemUTC())
                .orElseThrow();
        this.metrics = new PreviewMetrics(registry);
    }

    @Override
    public void start() {
        starter.start();
    }

    @Override
    public void stop() {
        synchronized (open) {
            state = State.STOPPED;
            desk = null;
            while (!open.isEmpty()) {
                close(open.pop());
            }
        }
    }

    @Override
    public String phase() {
        return state.name();
    }

    @Override
    public Optional<String> ailment() {
        return state == State.FAILED ? Optional.of(failure) : watch.stuck();
    }

    @Override
    public Optional<String> unreadiness() {
        return switch (state) {
            case RUNNING -> Optional.ofNullable(decoders).flatMap(DecoderPool::lack);
            case STARTING -> Optional.of("The decoder processes are being started");
            case STOPPED -> Optional.of("The preview was told to stop");
            case FAILED -> Optional.of(failure);
        };
    }

    @Override
    public boolean hasStarted() {
        return state != State.STARTING;
    }

    /**
     * Answers a question for a picture.
     *
     * @param uri path and query as they were asked
     * @param token as it came, or null
     * @param answer told once, on any thread
     */
    public void ask(String uri, String token, Consumer<PreviewAnswer> answer) {
        PreviewDesk present = desk;
        if (present == null) {
            answer.accept(new PreviewAnswer.Refused(
                    PreviewAnswer.Kind.BUSY, unreadiness().orElse("The preview is about to stop") + "."));
            return;
        }
        present.ask(uri, token, answer);
    }

    private void open() {
        try {
            Perception perception = new Perception(config);
            DecoderPool pool =
                    new DecoderPool(perception.previewSettings(), perception.previewLimits(), WorkerLog::decoderDied);
            decoders = keep(pool);
            pool.start();
            pool.isolation().ifPresent(state -> {
                WorkerLog.decodersIsolated(state.isComplete(), state.detail());
                metrics.decodersIsolated(state.isComplete());
            });
            ImageSources sources = keep(ImageSources.of(config.fetch(), clock));
            SchemaFollower follower =
                    keep(new SchemaFollower(schemas, config.schemas().patience()));
            follower.start();
            EventDecoder<ImageUploaded> events =
                    keep(new EventDecoder<>(ImageUploaded.class, follower.addTo(perception.serdeSettings())));
            UploadRecords records =
                    keep(new UploadRecords(consumers, config.preview().readWithin(), clock));
            int atOnce = config.preview().atOnce();
            PreviewDesk made = keep(new PreviewDesk(
                    tokens,
                    TopicNames.of(config.topics().prefix()),
                    atOnce,
                    new Previews(records::read, events, sources, pool)::show,
                    watch,
                    metrics,
                    clock));
            run(made, atOnce);
        } catch (RuntimeException | Error broken) {
            if (state != State.STOPPED) {
                failure = "The preview cannot be served: " + broken.getMessage();
                state = State.FAILED;
                WorkerLog.failed(broken, failure);
            }
        }
    }

    private void run(PreviewDesk made, int atOnce) {
        synchronized (open) {
            if (state == State.STARTING) {
                desk = made;
                state = State.RUNNING;
                WorkerLog.previewsServed(atOnce);
            }
        }
    }

    /** Closed when the server stops, last made first; at once where it has stopped already. */
    private <T extends AutoCloseable> T keep(T part) {
        synchronized (open) {
            if (state == State.STOPPED) {
                close(part);
                throw new IllegalStateException("The preview was told to stop");
            }
            open.push(part);
        }
        return part;
    }

    private static void close(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception unclosed) {
            WorkerLog.notClosed(part.getClass().getSimpleName(), unclosed);
        }
    }
}
