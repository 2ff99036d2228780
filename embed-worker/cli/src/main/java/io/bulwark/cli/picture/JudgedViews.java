package io.bulwark.cli.picture;

import io.bulwark.imaging.preprocess.ModerationOptions;
import io.bulwark.imaging.preprocess.ViewPolicy;

/**
 * What a worker looks at of a picture.
 *
 * @param policy its {@code bulwark.views.policy}
 * @param options its other {@code bulwark.views.*}
 */
public record JudgedViews(ViewPolicy policy, ModerationOptions options) {

    /** The worker's defaults. */
    public static JudgedViews standard() {
        return new JudgedViews(ViewPolicy.COVER, ModerationOptions.standard());
    }
}
