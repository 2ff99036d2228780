package io.bulwark.imaging.preprocess;

/**
 * What a resize makes.
 *
 * @param width of the whole resized picture
 * @param height of the whole resized picture
 * @param window the part of it that is wanted; the rest is never computed
 */
record Target(int width, int height, Rect window) {

    static Target whole(int width, int height) {
        return new Target(width, height, Rect.of(width, height));
    }
}
