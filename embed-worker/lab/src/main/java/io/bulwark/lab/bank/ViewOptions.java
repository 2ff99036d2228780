package io.bulwark.lab.bank;

import io.bulwark.lab.terminal.CommandFailure;
import io.bulwark.perception.preprocess.ModerationOptions;
import io.bulwark.perception.preprocess.ViewPolicy;
import java.util.Locale;
import picocli.CommandLine.Option;

/** What the worker looks at, as its {@code bulwark.views.*} say: {@code @Mixin ViewOptions views}. */
final class ViewOptions {

    @Option(
            names = "--views",
            paramLabel = "POLICY",
            defaultValue = "cover",
            description =
                    "cover, squash or center-crop, the worker's bulwark.views.policy (default: ${DEFAULT-VALUE}).")
    private String policy;

    @Option(names = "--quarter-turns", description = "The worker's bulwark.views.quarter-turns is true.")
    private boolean quarterTurns;

    @Option(names = "--mirror", description = "The worker's bulwark.views.mirror is true.")
    private boolean mirror;

    @Option(
            names = "--max-tiles",
            paramLabel = "N",
            defaultValue = "12",
            description = "The worker's bulwark.views.max-tiles (default: ${DEFAULT-VALUE}).")
    private int maxTiles;

    @Option(
            names = "--max-tiles-of-frame",
            paramLabel = "N",
            defaultValue = "4",
            description = "The worker's bulwark.views.max-tiles-of-frame (default: ${DEFAULT-VALUE}).")
    private int maxTilesOfFrame;

    /** @throws CommandFailure if a worker would not start with them */
    JudgedViews views() {
        try {
            return new JudgedViews(
                    ViewPolicy.valueOf(policy.toUpperCase(Locale.ROOT).replace('-', '_')),
                    new ModerationOptions(quarterTurns, mirror, maxTiles, maxTilesOfFrame));
        } catch (IllegalArgumentException unknown) {
            throw CommandFailure.usage("--views is '" + policy + "' with --max-tiles " + maxTiles
                    + " and --max-tiles-of-frame " + maxTilesOfFrame
                    + ", allowed are cover, squash and center-crop, and 2 tiles or more");
        }
    }
}
