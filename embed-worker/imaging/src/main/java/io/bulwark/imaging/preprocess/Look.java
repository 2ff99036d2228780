package io.bulwark.imaging.preprocess;

import io.bulwark.imaging.preprocess.PreprocessSpec.ResizeMode;
import java.util.ArrayList;
import java.util.List;

/**
 * One part of a picture as it is to be seen, before anything is computed.
 *
 * @param name of the view
 * @param box the part, in the coordinates of the picture as seen
 * @param target what it is resized to; the window has the encoder's size
 */
record Look(String name, Rect box, Target target) {

    /** Aspect ratio, as a fraction, beyond which squeezing the whole is not enough. */
    private static final long WIDE = 3;

    private static final long TO = 2;

    /** Share of a tile that it has in common with the next, so that what a border cuts is whole in one of them. */
    private static final double OVERLAP = 0.2;

    static List<Look> of(ViewPolicy policy, PreprocessSpec spec, int width, int height, int maxTiles) {
        return switch (policy) {
            case CENTER_CROP -> List.of(centre(spec, width, height));
            case SQUASH -> List.of(whole(spec, width, height));
            case COVER -> cover(spec, width, height, maxTiles);
        };
    }

    private static Look whole(PreprocessSpec spec, int width, int height) {
        return new Look("whole", Rect.of(width, height), Target.whole(spec.width(), spec.height()));
    }

    private static Look centre(PreprocessSpec spec, int width, int height) {
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
            return new Look("centre", Rect.of(width, height), Target.whole(spec.width(), spec.height()));
        }
        return new Look("centre", Rect.of(width, height), target);
    }

    private static List<Look> cover(PreprocessSpec spec, int width, int height, int maxTiles) {
        List<Look> looks = new ArrayList<>();
        looks.add(whole(spec, width, height));
        long longSide = Math.max(width, height);
        long shortSide = Math.min(width, height);
        if (longSide * TO > shortSide * WIDE) {
            double ratio = (double) longSide / shortSide;
            int tiles = (int) Math.min(maxTiles, Math.ceil((ratio - OVERLAP) / (1 - OVERLAP)));
            int length = (int) Math.min(
                    longSide, Math.max(shortSide, Math.ceil(longSide / (tiles * (1 - OVERLAP) + OVERLAP))));
            for (int i = 0; i < tiles; i++) {
                int start = (int) Math.round((double) (longSide - length) * i / (tiles - 1));
                Rect box = width >= height ? new Rect(start, 0, length, height) : new Rect(0, start, width, length);
                looks.add(new Look("tile-" + (i + 1), box, Target.whole(spec.width(), spec.height())));
            }
        }
        return looks;
    }
}
