package io.bulwark.imaging.preprocess;

import io.bulwark.imaging.structure.Area;

/**
 * Where a resized picture lies in the encoder's input, by the originals' roundings: torchvision truncates the long
 * side, open_clip's keep-ratio resize rounds it half to even, and crop offsets round half to even.
 *
 * @param target the resize, its window the part that is seen
 * @param left columns of padding before the window
 * @param top rows of padding above the window
 */
record Fit(Resampler.Target target, int left, int top) {

    static Fit of(PreprocessSpec spec, int width, int height) {
        return switch (spec.resizeMode()) {
            case SQUASH -> new Fit(Resampler.Target.whole(spec.width(), spec.height()), 0, 0);
            case SHORTEST ->
                spec.width() == spec.height()
                        ? crop(spec, shortestSquare(spec.resizeTo(), width, height))
                        : crop(spec, keepRatio(spec, width, height));
            case LONGEST -> crop(spec, keepRatio(spec, width, height));
        };
    }

    private static Area shortestSquare(int side, int width, int height) {
        return width <= height
                ? Area.of(side, (int) ((long) side * height / width))
                : Area.of((int) ((long) side * width / height), side);
    }

    private static Area keepRatio(PreprocessSpec spec, int width, int height) {
        double byHeight = (double) height / spec.height();
        double byWidth = (double) width / spec.width();
        double ratio = spec.resizeMode() == PreprocessSpec.ResizeMode.LONGEST
                ? Math.max(byHeight, byWidth)
                : Math.min(byHeight, byWidth);
        // A long strip can round to nothing, where the originals fail.
        return Area.of(Math.max(1, (int) Math.rint(width / ratio)), Math.max(1, (int) Math.rint(height / ratio)));
    }

    private static Fit crop(PreprocessSpec spec, Area resized) {
        int x = offset(resized.width(), spec.width());
        int y = offset(resized.height(), spec.height());
        Area window =
                new Area(x, y, Math.min(resized.width(), spec.width()), Math.min(resized.height(), spec.height()));
        return new Fit(
                new Resampler.Target(resized.width(), resized.height(), window),
                Math.max(0, spec.width() - resized.width()) / 2,
                Math.max(0, spec.height() - resized.height()) / 2);
    }

    private static int offset(int size, int wanted) {
        return size <= wanted ? 0 : (int) Math.rint((size - wanted) / 2.0);
    }
}
