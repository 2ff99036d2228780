package io.bulwark.cli.options;

import io.bulwark.cli.picture.FileViewer.JudgedViews;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.imaging.preprocess.ModerationOptions;
import io.bulwark.imaging.preprocess.ViewPolicy;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What the worker looks at, as its {@code bulwark.views.*} say: {@code @Mixin ViewOptions views}. */
public final class ViewOptions {

    @Option(
            names = "--views",
            paramLabel = "POLICY",
            converter = ViewPolicyName.class,
            defaultValue = "cover",
            description = "cover, squash or center-crop, the worker's bulwark.views.policy.")
    private ViewPolicy policy;

    @Option(names = "--quarter-turns", description = "The worker's bulwark.views.quarter-turns is true.")
    private boolean quarterTurns;

    @Option(names = "--mirror", description = "The worker's bulwark.views.mirror is true.")
    private boolean mirror;

    @Option(names = "--max-tiles", description = "The worker's bulwark.views.max-tiles.")
    private int maxTiles = 12;

    @Option(names = "--max-tiles-of-frame", description = "The worker's bulwark.views.max-tiles-of-frame.")
    private int maxTilesOfFrame = 4;

    @Option(names = "--detail-from", paramLabel = "PIXELS", description = "The worker's bulwark.views.detail-from.")
    private int detailFrom = 640;

    @Option(names = "--details", description = "The worker's bulwark.views.details.")
    private int details = 2;

    @Option(names = "--no-structure", description = "The worker's bulwark.views.structure is false.")
    private boolean noStructure;

    @Option(
            names = "--middle",
            negatable = true,
            fallbackValue = "true",
            description = "The worker's bulwark.views.middle.")
    private boolean middle = ModerationOptions.standard().middle();

    @Option(
            names = "--text",
            negatable = true,
            fallbackValue = "true",
            description = "The worker's bulwark.views.text.")
    private boolean text = ModerationOptions.standard().text();

    @Option(
            names = "--rectangles",
            negatable = true,
            fallbackValue = "true",
            description = "The worker's bulwark.views.rectangles.")
    private boolean rectangles = ModerationOptions.standard().rectangles();

    @Option(
            names = "--insets",
            negatable = true,
            fallbackValue = "true",
            description = "The worker's bulwark.views.insets.")
    private boolean insets = ModerationOptions.standard().insets();

    /** @throws CommandFailure if a worker would not start with them */
    public JudgedViews views() {
        try {
            return new JudgedViews(
                    policy,
                    new ModerationOptions(
                            quarterTurns,
                            mirror,
                            maxTiles,
                            maxTilesOfFrame,
                            !noStructure,
                            detailFrom,
                            details,
                            middle,
                            text,
                            rectangles,
                            insets));
        } catch (IllegalArgumentException tooFew) {
            throw CommandFailure.usage(
                    "--max-tiles, --max-tiles-of-frame, --detail-from, --details: " + tooFew.getMessage());
        }
    }

    /** View policies by the names of the worker's setting {@code bulwark.views.policy}. */
    public static final class ViewPolicyName implements ITypeConverter<ViewPolicy> {

        @Override
        public ViewPolicy convert(String name) {
            for (ViewPolicy policy : ViewPolicy.values()) {
                if (policy.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(name)) {
                    return policy;
                }
            }
            throw new TypeConversionException("'" + name + "' is none of cover, squash and center-crop");
        }
    }
}
