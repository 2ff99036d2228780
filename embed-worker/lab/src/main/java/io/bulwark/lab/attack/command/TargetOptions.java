package io.bulwark.lab.attack.command;

import io.bulwark.cli.options.ModelOptions;
import io.bulwark.cli.picture.LabelledPicture;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The moderation that is attacked, calibrated on its references: {@code @Mixin TargetOptions victim}. */
public final class TargetOptions {

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
