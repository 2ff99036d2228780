package io.bulwark.imaging.preprocess;

import io.bulwark.imaging.preprocess.PreprocessSpec.ResizeMode;

/**
 * Where a resized picture lies in the encoder's input, by the originals' roundings: torchvision truncates the long
 * side, open_clip's keep-ratio resize rounds it half to even, and crop offsets round half to even.
 *
 * @param target the resize, its window the part that is seen
 * @param left columns of padding before the window
 * @param top rows of padding above the window
 */
record Fit(Target target, int left, int top) {

    static Fit of(PreprocessSpec spec, int width, int height) {
        return switch (spec.resizeMode()) {
            case SQUASH -> new Fit(Target.whole(spec.width(), spec.height()), 0, 0);
            case SHORTEST ->
                spec.width() == spec.height()
                        ? crop(spec, shortestSquare(spec.resizeTo(), width, height))
                        : crop(spec, keepRatio(spec, width, height));
            case LONGEST -> crop(spec, keepRatio(spec, width, height));
        };
    }

    private static Rect shortestSquare(int side, int width, int height) {
        return width <= height
                ? Rect.of(side, (int) ((long) side * height / width))
                : Rect.of((int) ((long) side * width / height), side);
    }

    private static Rect keepRatio(PreprocessSpec spec, int width, int height) {
        double byHeight = (double) height / spec.height();
        double byWidth = (double) width / spec.width();
        double ratio =
                spec.resizeMode() == ResizeMode.LONGEST ? Math.max(byHeight, byWidth) : Math.min(byHeight, byWidth);
        // A long strip can round to nothing, where the originals fail.
        return Rect.of(Math.max(1, (int) Math.rint(width / ratio)), Math.max(1, (int) Math.rint(height / ratio)));
    }

    private static Fit crop(PreprocessSpec spec, Rect resized) {
        int x = offset(resized.width(), spec.width());
        int y = offset(resized.height(), spec.height());
        Rect window =
                new Rect(x, y, Math.min(resized.width(), spec.width()), Math.min(resized.height(), spec.height()));
        return new Fit(
                new Target(resized.width(), resized.height(), window),
                Math.max(0, spec.width() - resized.width()) / 2,
                Math.max(0, spec.height() - resized.height()) / 2);
    }

    private static int offset(int size, int wanted) {
        return size <= wanted ? 0 : (int) Math.rint((size - wanted) / 2.0);
    }
}
