package io.bulwark.service;

import io.bulwark.events.ImageUploaded;
import io.bulwark.imaging.process.DecoderPool;
import io.bulwark.schemas.follow.SchemaClients;
import io.bulwark.schemas.follow.SchemaFollower;
import io.bulwark.schemas.preview.HttpRefusal;
import io.bulwark.schemas.preview.PreviewQuestion;
import io.bulwark.schemas.preview.PreviewTokens;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.service.config.WorkerConfig;
import io.bulwark.service.fetch.ImageSources;
import io.bulwark.service.preview.PreviewDesk;
import io.bulwark.service.preview.Previews;
import io.bulwark.service.preview.Previews.PreviewAnswer;
import io.bulwark.service.preview.UploadRecords;
import io.bulwark.service.telemetry.RequestTimer;
import io.bulwark.service.telemetry.WorkerLog;
import io.bulwark.service.telemetry.WorkerMetrics.IsolationGauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The worker's second mode: shows single uploads to people and judges none. It opens no model, joins no group and
 * writes nothing. {@link #ask} may be called by any thread.
 */
public final class PreviewServer extends HttpMode {

    private final WorkerConfig config;
    private final SchemaClients schemas;
    private final Supplier<org.apache.kafka.clients.consumer.Consumer<byte[], byte[]>> consumers;
    private final PreviewTokens tokens;
    private final RequestTimer metrics;
    private final IsolationGauge isolation;
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
        super("bulwark-preview-main", "The preview cannot be served", config.drainTimeout());
        this.config = config;
        this.schemas = schemas;
        this.consumers = consumers;
        this.tokens = PreviewTokens.of(
                        config.preview().secret(), config.preview().secretFile(), Clock.systemUTC())
                .orElseThrow();
        this.metrics = RequestTimer.ofPreviews(registry);
        this.isolation = new IsolationGauge(registry);
    }

    @Override
    void serve() throws InterruptedException {
        Perception perception = new Perception(config);
        try (DecoderPool pool = new DecoderPool(
                        perception.previewSettings(), perception.previewLimits(), WorkerLog::decoderDied);
                ImageSources sources = ImageSources.of(config.fetch(), clock);
                SchemaFollower follower =
                        new SchemaFollower(schemas, config.schemas().patience());
                EventDecoder<ImageUploaded> events =
                        new EventDecoder<>(ImageUploaded.class, follower.addTo(perception.serdeSettings()));
                UploadRecords records =
                        new UploadRecords(consumers, config.preview().readWithin(), clock);
                PreviewDesk made = new PreviewDesk(
                        tokens,
                        TopicNames.of(config.topics().prefix()),
                        config.preview().atOnce(),
                        new Previews(records::read, events, sources, pool)::show,
                        watch,
                        metrics,
                        clock)) {
            decoders = pool;
            pool.start();
            if (isStopping()) {
                return;
            }
            pool.isolation().ifPresent(found -> {
                WorkerLog.decodersIsolated(found.isComplete(), found.detail());
                isolation.set(found.isComplete());
            });
            follower.start();
            desk = made;
            state = State.RUNNING;
            WorkerLog.previewsServed(config.preview().atOnce());
            stopping.await();
        } finally {
            desk = null;
        }
    }

    @Override
    public void stop() {
        desk = null;
        stopping.countDown();
        DecoderPool starting = decoders;
        if (state == State.STARTING && starting != null) {
            starting.close();
        }
        super.stop();
    }

    @Override
    String starting() {
        return "The decoder processes are being started";
    }

    @Override
    Optional<String> running() {
        return Optional.ofNullable(decoders).flatMap(DecoderPool::lack);
    }

    /**
     * Answers a question for a picture.
     *
     * @param uri path and query as they were asked
     * @param token as it came, or null
     * @param answer called once, on any thread
     */
    public void ask(String uri, String token, Consumer<PreviewAnswer> answer) {
        PreviewDesk present = desk;
        if (present == null) {
            answer.accept(new PreviewAnswer.Refused(
                    HttpRefusal.BUSY, unreadiness().orElse("The preview is about to stop") + "."));
            return;
        }
        present.ask(uri, token, answer);
    }

    /** Pictures over HTTP; only where this process shows some. */
    @ApplicationScoped
    static class PreviewRoute {

        private static final String RETRY_SECONDS = "1";

        @Inject
        WorkerPod pod;

        void register(@Observes Router router) {
            pod.preview()
                    .ifPresent(server -> router.get("/preview/*")
                            .handler(context -> server.ask(
                                    context.request().uri(),
                                    context.request().getHeader(PreviewTokens.HEADER),
                                    answer -> answer(context, answer))));
        }

        private static void answer(RoutingContext context, PreviewAnswer answer) {
            HttpServerResponse response = context.response();
            if (response.closed() || response.ended()) {
                return;
            }
            response.putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                    .putHeader("X-Content-Type-Options", "nosniff")
                    .putHeader("Content-Security-Policy", "default-src 'none'");
            if (answer instanceof PreviewAnswer.Shown shown) {
                response.putHeader(HttpHeaders.CONTENT_TYPE, "image/jpeg")
                        .putHeader(PreviewQuestion.FRAMES_HEADER, Integer.toString(shown.frames()))
                        .end(Buffer.buffer(shown.jpeg()));
                return;
            }
            PreviewAnswer.Refused refused = (PreviewAnswer.Refused) answer;
            if (refused.kind().status() == 503) {
                response.putHeader(HttpHeaders.RETRY_AFTER, RETRY_SECONDS);
            }
            response.setStatusCode(refused.kind().status())
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/problem+json")
                    .end(new JsonObject(refused.kind().body(refused.detail())).encode());
        }
    }
}
