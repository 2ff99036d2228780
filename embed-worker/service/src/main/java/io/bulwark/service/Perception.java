package io.bulwark.service;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.ImageEmbedding;
import io.bulwark.events.Verdict;
import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeLimits.FrameSampling;
import io.bulwark.imaging.SamplingKey;
import io.bulwark.imaging.heif.HeifCommand;
import io.bulwark.imaging.isolation.IsolationLauncher.Isolation;
import io.bulwark.imaging.jpeg.JpegReduction;
import io.bulwark.imaging.preprocess.ModerationOptions;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.imaging.preview.Preview;
import io.bulwark.imaging.process.ProcessLimits;
import io.bulwark.imaging.process.ReaderSettings;
import io.bulwark.perception.audit.AuditSample;
import io.bulwark.perception.bank.PlainRows;
import io.bulwark.perception.encoder.BatchShapes;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.service.Following.ConfiguredPolicies;
import io.bulwark.service.config.ConfigCheck;
import io.bulwark.service.config.DecodeConfig;
import io.bulwark.service.config.ViewsConfig;
import io.bulwark.service.config.WorkerConfig;
import io.bulwark.service.pipeline.Outcome.AnswerSerializers;
import io.bulwark.service.pipeline.Pipeline.PreparationSteps;
import io.bulwark.service.pipeline.Warmth;
import io.bulwark.service.pipeline.Warmth.WarmEncoder;
import io.bulwark.service.telemetry.WorkerLog;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;

/** The settings turned into the parts of the perception library. */
public final class Perception {

    private static final int MOST_INSTANCES = 8;

    private final WorkerConfig config;
    private final PolicySettings policySettings;
    private final Map<List<Object>, Encoder> first = new HashMap<>();
    private final Map<String, PlainRows> plainRows = new ConcurrentHashMap<>();

    /** @param config already checked */
    public Perception(WorkerConfig config) {
        this.config = config;
        this.policySettings = ConfiguredPolicies.settings(config.policy());
    }

    PolicySettings policySettings() {
        return policySettings;
    }

    /**
     * What both encoders see of a file.
     *
     * @throws IllegalStateException if reduced decoding is asked for and the twin's input would want another reduction:
     *     its references were made with its own; or if a program is set for HEIC that is not there
     */
    public ReaderSettings readerSettings(Warmth warm) {
        PreprocessSpec spec = warm.description().preprocess();
        Optional<PreprocessSpec> twin = warm.twin().map(EncoderDescription::preprocess);
        JpegReduction reduction = reduction(spec);
        twin.map(this::reduction).ifPresent(ofTwin -> {
            if (!ofTwin.equals(reduction)) {
                throw new IllegalStateException(
                        "bulwark.decode.fast is true, but the inputs of the encoder and of its twin differ in size,"
                                + " and one decode cannot serve both: set it to false, or bulwark.twin.model to a model of"
                                + " the encoder's input size");
            }
        });
        ViewsConfig views = config.views();
        ReaderSettings settings = new ReaderSettings(
                decodeLimits(),
                reduction,
                heifCommand(),
                spec,
                twin.filter(own -> !own.makesTheSameViewsAs(spec)).orElse(null),
                ViewPolicy.valueOf(views.policy().toUpperCase(Locale.ROOT).replace('-', '_')),
                new ModerationOptions(
                        views.quarterTurns(),
                        views.mirror(),
                        views.maxTiles(),
                        views.maxTilesOfFrame(),
                        views.structure(),
                        views.detailFrom(),
                        views.details(),
                        views.middle(),
                        views.text(),
                        views.rectangles(),
                        views.insets()),
                config.scaling().enabled());
        ConfigCheck.checkViewMemory(
                preparationThreads(),
                settings.mostViews(),
                settings.viewBytes(),
                Runtime.getRuntime().maxMemory());
        return settings;
    }

    /** What people are shown of a file is bounded as what the encoder sees, and needs no encoder. */
    ReaderSettings previewSettings() {
        return new ReaderSettings(
                decodeLimits(),
                JpegReduction.none(),
                heifCommand(),
                PreprocessSpec.unit(Preview.LONGEST_SIDE_IN_STRIP, PreprocessSpec.Interpolation.BILINEAR),
                null,
                ViewPolicy.SQUASH,
                ModerationOptions.standard().withoutDetails());
    }

    /** What the processes that decode for people may take. */
    ProcessLimits previewLimits() {
        return processLimits(config.preview().atOnce());
    }

    /** What the processes that decode may take. */
    public ProcessLimits processLimits() {
        return processLimits(preparationThreads());
    }

    private ProcessLimits processLimits(int processes) {
        return ProcessLimits.of(
                        processes,
                        decodeLimits(),
                        config.fetch().maxBytes().asLongValue(),
                        config.decode().deadline())
                .isolatedBy(Isolation.labelled(config.decoder().isolation()))
                .replacedAfter(config.decoder().nativeUploads());
    }

    private HeifCommand heifCommand() {
        HeifCommand command = HeifCommand.of(config.decode().heifCommand());
        WorkerLog.heifDecodedBy(command.isNone() ? "nothing, they are refused" : command.program());
        return command;
    }

    private JpegReduction reduction(PreprocessSpec spec) {
        return config.decode().fast() ? spec.jpegReduction() : JpegReduction.none();
    }

    /** What the {@code bulwark bank} commands have to be told to make references for the encoder that runs. */
    String bankOptions() {
        return words(
                config.model().equals(ModelPackage.DEFAULT) ? "" : "--model " + config.model(),
                config.encoder().precision().equals(EncoderOptions.Precision.FP32.label())
                        ? ""
                        : "--precision " + config.encoder().precision(),
                config.decode().fast() ? "--fast-decode" : "",
                config.twin().model().map(twin -> "--twin " + twin).orElse(""),
                config.twin()
                        .precision()
                        .map(twin -> "--twin-precision " + twin)
                        .orElse(""));
    }

    private static String words(String... words) {
        return Stream.of(words).filter(word -> !word.isEmpty()).collect(Collectors.joining(" "));
    }

    /** What calibrates a policy for this worker. */
    String calibrateCommand() {
        return words(
                "bulwark bank calibrate",
                "--bank " + config.bank().name(),
                bankOptions(),
                "--flagged-labels " + String.join(",", policySettings.watchedLabels()),
                policySettings.k() == PolicySettings.DEFAULT_K ? "" : "-k " + policySettings.k(),
                config.twin().holdsBack() ? "--holds-back" : "",
                viewOptions(),
                "--files FOLDER");
    }

    /** Options of `bulwark bank calibrate` for views that are not the default. */
    private String viewOptions() {
        ViewsConfig views = config.views();
        ModerationOptions standard = ModerationOptions.standard();
        return words(
                views.policy().equals("cover") ? "" : "--views " + views.policy(),
                views.quarterTurns() ? "--quarter-turns" : "",
                views.mirror() ? "--mirror" : "",
                unless(standard.maxTiles(), "--max-tiles", views.maxTiles()),
                unless(standard.maxTilesOfFrame(), "--max-tiles-of-frame", views.maxTilesOfFrame()),
                unless(standard.detailFrom(), "--detail-from", views.detailFrom()),
                unless(standard.details(), "--details", views.details()),
                views.structure() ? "" : "--no-structure",
                views.middle() == standard.middle() ? "" : views.middle() ? "--middle" : "--no-middle",
                views.text() == standard.text() ? "" : views.text() ? "--text" : "--no-text",
                views.rectangles() == standard.rectangles()
                        ? ""
                        : views.rectangles() ? "--rectangles" : "--no-rectangles",
                views.insets() == standard.insets() ? "" : views.insets() ? "--insets" : "--no-insets");
    }

    private static String unless(int standard, String option, int value) {
        return value == standard ? "" : option + " " + value;
    }

    /** Opens and measures the encoder; on the thread that will use it. */
    WarmEncoder openEncoder() {
        return open(config.model(), config.encoder().precision());
    }

    /** Opens the encoder as it decides, unmeasured; on the thread that will use it. */
    public Encoder openPlain() {
        return openPlain(config.model(), config.encoder().precision());
    }

    /** What the twin is, where SAFE needs its word; opens it for a moment. */
    public Optional<EncoderDescription> describeHoldingBack() {
        if (!config.twin().holdsBack()) {
            return Optional.empty();
        }
        try (Encoder twin = openPlain(
                config.twin().model().orElseThrow(),
                config.twin().precision().orElse(config.encoder().precision()))) {
            return Optional.of(twin.description());
        }
    }

    private Encoder openPlain(String model, String precision) {
        Encoder bare = opened(model, encoderOptions(precision));
        Encoder encoder = bare.after(reduction(bare.description().preprocess()));
        plainRows.computeIfAbsent(encoder.description().fingerprint(), fingerprint -> PlainRows.of(encoder));
        return encoder;
    }

    /** Opens the encoder's model for gradients; on the thread that will use it. */
    public DifferentiableEncoder openGradients() {
        return ModelPackage.open(config.model())
                .openDifferentiable(encoderOptions(EncoderOptions.Precision.FP32.label()));
    }

    private EncoderOptions encoderOptions(String precision) {
        return new EncoderOptions(
                config.encoder().device(),
                encoderThreads(),
                EncoderOptions.Precision.labelled(precision),
                EncoderOptions.Engine.labelled(config.encoder().engine()),
                EncoderOptions.defaults().cache());
    }

    /** Opens and measures an encoder; on the thread that will use it. */
    WarmEncoder open(String model, String precision) {
        Encoder encoder = openPlain(model, precision);
        BatchShapes shapes = BatchShapes.measure(
                encoder, config.batch().largest(), config.batch().measure());
        WorkerLog.encoderReady(
                encoder.description().name(), encoder.description().fingerprint(), shapes);
        return new WarmEncoder(encoder, shapes.imagesPerSecond());
    }

    /** What an encoder that was opened makes of pictures of one colour. */
    PlainRows plainRows(String modelFingerprint) {
        return plainRows.get(modelFingerprint);
    }

    /**
     * One after the other: on a CPU the others take the weights of the first, where they have to have their own they
     * find the archive that it linked. They are measured side by side.
     */
    private synchronized Encoder opened(String model, EncoderOptions options) {
        List<Object> which = List.of(model, options);
        Optional<Encoder> another = Optional.ofNullable(first.get(which)).flatMap(Encoder::another);
        if (another.isPresent()) {
            return another.get();
        }
        Encoder encoder = ModelPackage.open(model).openEncoder(options);
        first.put(which, encoder);
        return encoder;
    }

    /** Encoders that run side by side. */
    int encoderInstances() {
        int instances = config.encoder().instances();
        if (instances > 0) {
            return instances;
        }
        boolean cpu = ModelPackage.runsOnCpu(
                EncoderOptions.defaults().withDevice(config.encoder().device()));
        return cpu ? Math.min(MOST_INSTANCES, Runtime.getRuntime().availableProcessors()) : 1;
    }

    PreparationSteps.Limits limits() {
        return new PreparationSteps.Limits(
                preparationThreads(),
                config.batch().maxReadyBytes().asLongValue(),
                config.fetch().threads(),
                config.fetch().prompt(),
                config.fetch().deferredThreads(),
                config.fetch().deferredPerHost(),
                config.fetch().deadline(),
                deferrableBytes());
    }

    /** A score server defers nothing: its caller waits. */
    private int deferrableBytes() {
        return config.score().enabled()
                ? 0
                : (int) Math.min(
                        config.kafka().maxRecordBytes().asLongValue() / 2,
                        topics().maxRecordBytes(Topics.IMAGES_DEFERRED) / 2);
    }

    /** How records are written and where schemas are registered. */
    public Map<String, Object> serdeSettings() {
        Map<String, Object> settings = new HashMap<>(topics().properties());
        settings.put(SerdeSettings.WRITE, config.schemas().write());
        config.schemaRegistry().url().ifPresent(url -> settings.put(SerdeSettings.REGISTRY_URL, url));
        config.cloudEvents().source().ifPresent(source -> settings.put(SerdeSettings.CLOUD_EVENTS_SOURCE, source));
        return settings;
    }

    AnswerSerializers serializers() {
        return new AnswerSerializers(
                serializer(Verdict.class), serializer(AttackAudit.class), serializer(ImageEmbedding.class), topics());
    }

    private TopicNames topics() {
        return new TopicNames(config.topics().prefix().orElse(""), (int)
                config.topics().maxUploadBytes().asLongValue());
    }

    private <T extends SpecificRecord> EventSerializer<T> serializer(Class<T> record) {
        EventSerializer<T> serializer = new EventSerializer<>(record);
        serializer.configure(serdeSettings(), false);
        return serializer;
    }

    private int encoderThreads() {
        int threads = config.encoder().threads();
        return threads == 0 ? Math.max(1, Runtime.getRuntime().availableProcessors() / encoderInstances()) : threads;
    }

    private int preparationThreads() {
        int threads = config.batch().preparationThreads();
        Runtime runtime = Runtime.getRuntime();
        return threads == 0 ? ProcessLimits.processes(runtime.availableProcessors(), runtime.maxMemory()) : threads;
    }

    /** Unless told otherwise all decoder processes together may hold as many bytes of pixels as this heap is large. */
    private DecodeLimits decodeLimits() {
        DecodeConfig decode = config.decode();
        return new DecodeLimits(
                decode.maxPixels(),
                decode.maxAnimationPixels(),
                decode.maxAnimationFrames(),
                decode.memoryBytes()
                        .map(memory -> memory.asLongValue())
                        .orElse(Runtime.getRuntime().maxMemory() / Math.max(2, preparationThreads())),
                new FrameSampling(decode.maxFrames(), samplingKey()));
    }

    /**
     * Which images leave their scores although no detector fired. Such an audit names no uploader, so whose it is is
     * known by the verdict or the embedding alone: a score server that publishes neither leaves none.
     */
    AuditSample auditSample() {
        boolean erasable = !config.score().enabled() || config.embeddings().publish();
        return erasable ? new AuditSample(config.audit().sample(), samplingKey()) : AuditSample.none();
    }

    /** The deployment's key, or the one that everybody knows. */
    SamplingKey samplingKey() {
        return config.decode().samplingKeyFile().map(SamplingKeyFile::read).orElseGet(SamplingKey::publicKey);
    }
}
