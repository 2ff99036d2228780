package io.bulwark.imaging.parity;

/**
 * A file, and what is expected of it.
 *
 * @param name unique, with the extension of its format
 * @param file its bytes
 * @param closeness how close our picture has to be to Chromium's
 * @param expected what is to come of it
 * @param animated whether its frames are compared, rather than what an {@code <img>} shows
 * @param besides frames that we judge before those of the animation: the image that only viewers without animation show
 */
record ParityFile(String name, byte[] file, Closeness closeness, Expected expected, boolean animated, int besides) {

    /** What is to come of a file. */
    enum Expected {
        /** Chromium shows it, and we decode the same. */
        SAME_PICTURE,
        /** Chromium shows it, or a part of it, and we refuse it. */
        REFUSED,
        /** Chromium shows nothing. What we make of it is free, but for a crash. */
        NOT_SHOWN
    }

    /** A still whose samples survive. */
    static ParityFile lossless(String name, byte[] file) {
        return new ParityFile(name, file, Closeness.LOSSLESS, Expected.SAME_PICTURE, false, 0);
    }

    /** A still whose samples depend on a decoder's roundings. */
    static ParityFile lossy(String name, byte[] file) {
        return new ParityFile(name, file, Closeness.LOSSY, Expected.SAME_PICTURE, false, 0);
    }

    /** A still whose colours go through the table of a profile. */
    static ParityFile lookup(String name, byte[] file) {
        return new ParityFile(name, file, Closeness.LOOKUP, Expected.SAME_PICTURE, false, 0);
    }

    /** Frames whose samples survive. */
    static ParityFile animation(String name, byte[] file) {
        return new ParityFile(name, file, Closeness.LOSSLESS, Expected.SAME_PICTURE, true, 0);
    }

    ParityFile besideDefaultImage() {
        return new ParityFile(name, file, closeness, expected, animated, 1);
    }

    ParityFile refused() {
        return new ParityFile(name, file, closeness, Expected.REFUSED, animated, besides);
    }

    ParityFile notShown() {
        return new ParityFile(name, file, closeness, Expected.NOT_SHOWN, animated, besides);
    }

    /** For the browser. */
    String mediaType() {
        String extension = name.substring(name.lastIndexOf('.') + 1);
        return "image/" + (extension.equals("jpg") ? "jpeg" : extension);
    }
}
