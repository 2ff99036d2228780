package io.bulwark.lab.attack.command;

import io.bulwark.cli.options.ModelOptions;
import io.bulwark.cli.picture.LabelledPicture;
import io.bulwark.cli.picture.PictureEmbedder;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.SamplingKey;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.lab.attack.upload.FileModerator;
import io.bulwark.lab.attack.upload.UploadAttack;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.bank.MatrixBank;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.flagged.FlaggedContents.FlaggedEntry;
import io.bulwark.perception.flagged.FlaggedIndex;
import io.bulwark.perception.flagged.NearFlagged;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.verdict.Calibration;
import io.bulwark.perception.verdict.Calibration.CalibrationGoal;
import io.bulwark.perception.verdict.Policies;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.perception.verdict.SeenImage;
import io.bulwark.perception.verdict.VotingPolicy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * A moderation as a worker runs it, through all views, with a bank made of a folder: what attacks are run against. One
 * thread, always the same; holds native memory.
 */
public final class ModerationTarget implements AutoCloseable {

    private final List<LabelledEmbedding> references;
    private final PolicySettings policy;
    private final Encoder encoder;
    private final DifferentiableEncoder gradients;
    private final MatrixBank bank;
    private final UploadAttack attack;

    /**
     * Embeds the references and opens what decides and what is differentiated.
     *
     * @param options in fp32: what decides must be what is attacked
     * @param pictures of the references
     * @param policy made from the embedded references
     * @param embedded told of each picture that was embedded
     * @throws IllegalArgumentException if the options are of another precision, or the references make no policy
     */
    public ModerationTarget(
            ModelPackage model,
            EncoderOptions options,
            List<LabelledPicture> pictures,
            Function<List<LabelledEmbedding>, PolicySettings> policy,
            Consumer<LabelledPicture> embedded) {
        try (PictureEmbedder embedder = new PictureEmbedder(model.openEncoder(options))) {
            references = List.copyOf(embedder.references(pictures, embedded));
        }
        this.policy = policy.apply(references);
        encoder = model.openEncoder(options);
        gradients = model.openDifferentiable(options);
        bank = MatrixBank.of(encoder.description().fingerprint(), references);
        attack = new UploadAttack(moderator(), gradients, references, this.policy, ViewPolicy.COVER);
    }

    /**
     * With a policy that is calibrated on the references.
     *
     * @param flagged labels that are flagged
     * @throws IllegalArgumentException as the constructor
     */
    public static ModerationTarget calibrated(
            ModelPackage model, EncoderOptions options, List<LabelledPicture> pictures, Set<String> flagged) {
        return new ModerationTarget(
                model,
                options,
                pictures,
                references -> Calibration.of(references, CalibrationGoal.flagging(flagged))
                        .appliedTo(PolicySettings.flagging(flagged)),
                picture -> {});
    }

    /** What decides, without a flagged index. */
    public FileModerator moderator() {
        return new FileModerator(
                new StandardImageDecoder(DecodeLimits.standard()),
                Preprocessor.moderation(encoder.description().preprocess(), ViewPolicy.COVER),
                encoder,
                bank,
                Policies.always(new VotingPolicy(policy)),
                SeenImage.DEFAULT_TENANT);
    }

    /**
     * The same with a flagged index that has one picture. To be closed before this.
     *
     * @throws IllegalArgumentException if it is no picture
     */
    public FlaggedTarget flagging(byte[] content, NearFlagged rule) {
        return new FlaggedTarget(moderator(), entry(content), rule);
    }

    /**
     * What the flagged index has of a picture: the unit embedding of the view that decides.
     *
     * @throws IllegalArgumentException if it is no picture
     */
    public float[] entry(byte[] content) {
        return moderator()
                .result(content)
                .orElseThrow(() -> new IllegalArgumentException("the file is refused: it is no picture"))
                .deciding();
    }

    /** What it searches, in the order of the pictures. */
    public List<LabelledEmbedding> references() {
        return references;
    }

    /** By which it decides. */
    public PolicySettings policy() {
        return policy;
    }

    /** The version of the policy, which names all of its settings. */
    public String policyVersion() {
        return new VotingPolicy(policy).version();
    }

    /** Attacks against it, through all its views. */
    public UploadAttack attack() {
        return attack;
    }

    @Override
    public void close() {
        attack.close();
        bank.close();
        gradients.close();
        encoder.close();
    }

    /** A moderation whose flagged index has one content. Holds native memory; not its moderator's. */
    public static final class FlaggedTarget implements AutoCloseable {

        private final FlaggedIndex index;
        private final FileModerator moderator;

        /** @param content the embedding of the view that decides */
        FlaggedTarget(FileModerator without, float[] content, NearFlagged rule) {
            index = FlaggedIndex.of(Map.of(
                    SeenImage.DEFAULT_TENANT,
                    new FlaggedIndex.Contents(
                            List.of(new FlaggedEntry("flagged", Optional.empty(), content, 0)), Set.of())));
            moderator = without.with(new FileModerator.Flagged(index, rule, SamplingKey.publicKey()));
        }

        /** What decides. */
        public FileModerator moderator() {
            return moderator;
        }

        @Override
        public void close() {
            index.close();
        }
    }

    /** The moderation that is attacked, calibrated on its references: {@code @Mixin TargetOptions victim}. */
    public static final class TargetOptions {

        @Mixin
        private ModelOptions model;

        @Option(
                names = "--references",
                paramLabel = "DIR",
                required = true,
                description = "A folder with one folder of pictures for each label, which the moderation searches.")
        private Path references;

        @Option(names = "--flagged-labels", paramLabel = "LABEL", split = ",", description = "Labels that are flagged.")
        private Set<String> flagged = Set.of("nsfw");

        @Option(
                names = "--threads",
                description = "Threads within an operation; -1 for all cores, which takes more CPU time.")
        private int threads = 1;

        /**
         * Opens it.
         *
         * @throws IllegalArgumentException if the precision is none to attack in, or the references make no policy
         */
        public ModerationTarget open(Output output) {
            return open(model.location(), output);
        }

        /** As {@link #open(Output)}, with a model of another location and the same references. */
        public ModerationTarget open(String location, Output output) {
            List<LabelledPicture> pictures = LabelledPicture.below(references);
            ModelPackage opened = ModelOptions.open(location, output);
            return ModerationTarget.calibrated(opened, options(), pictures, flagged);
        }

        /** The first of the references that are not flagged. */
        public List<LabelledPicture> harmless(int limit) {
            return LabelledPicture.below(references).stream()
                    .filter(picture -> !flagged.contains(picture.label()))
                    .limit(limit)
                    .toList();
        }

        private EncoderOptions options() {
            return CommandFailure.orUsage("--threads", () -> model.options().withThreads(threads));
        }
    }
}
