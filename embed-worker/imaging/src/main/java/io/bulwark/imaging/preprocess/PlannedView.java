package io.bulwark.imaging.preprocess;

import io.bulwark.imaging.preprocess.PreprocessSpec.ResizeMode;
import java.util.List;

/**
 * One part of a picture as it is to be seen, before anything is computed.
 *
 * @param name of the view
 * @param box the part, in the coordinates of the picture as seen
 * @param target what it is resized to; the window has the encoder's size
 */
record PlannedView(String name, Rect box, Target target) {

    /** What is seen of a picture of which a part is not looked at, or its details are not: no first look is needed. */
    static List<PlannedView> of(ViewPolicy policy, PreprocessSpec spec, int width, int height) {
        return List.of(policy == ViewPolicy.CENTER_CROP ? centre(spec, width, height) : whole(spec, width, height));
    }

    private static PlannedView whole(PreprocessSpec spec, int width, int height) {
        return new PlannedView("whole", Rect.of(width, height), Target.whole(spec.width(), spec.height()));
    }

    private static PlannedView centre(PreprocessSpec spec, int width, int height) {
        PreprocessSpec shortest = new PreprocessSpec(
                spec.height(),
                spec.width(),
                Math.max(spec.resizeTo(), spec.height()),
                ResizeMode.SHORTEST,
                spec.interpolation(),
                true,
                0,
                spec.mean(),
                spec.std());
        Fit fit = Fit.of(shortest, width, height);
        Target target = fit.target();
        if (target.window().width() != spec.width() || target.window().height() != spec.height()) {
            // Rounding left the picture a pixel short of the encoder's input.
            return new PlannedView("centre", Rect.of(width, height), Target.whole(spec.width(), spec.height()));
        }
        return new PlannedView("centre", Rect.of(width, height), target);
    }
}
