package io.bulwark.imaging.preprocess;

/** A rectangle of whole pixels, origin at the top left. */
record Rect(int x, int y, int width, int height) {

    static Rect of(int width, int height) {
        return new Rect(0, 0, width, height);
    }
}
