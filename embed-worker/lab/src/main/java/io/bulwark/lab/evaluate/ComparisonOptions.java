package io.bulwark.lab.evaluate;

import io.bulwark.cli.options.ModelOptions;
import io.bulwark.lab.attack.command.ApgdOptions;
import java.util.Set;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A model that is set beside a clean one on a decision of two sides: {@code @Mixin ComparisonOptions compared}. */
final class ComparisonOptions {

    @Mixin
    private ModelOptions model;

    @Mixin
    private ApgdOptions apgd;

    @Mixin
    private KnnOptions knn;

    @Option(
            names = "--flagged",
            paramLabel = "LABEL",
            split = ",",
            required = true,
            description = "Classes that are to be flagged, as their folders are called.")
    private Set<String> flagged;

    ModelOptions model() {
        return model;
    }

    ApgdOptions apgd() {
        return apgd;
    }

    KnnOptions knn() {
        return knn;
    }

    Set<String> flagged() {
        return flagged;
    }
}
