package io.bulwark.imaging.preview;

/**
 * What a person is shown of a file.
 *
 * @param width in pixels
 * @param height in pixels
 * @param rgb {@code [height, width, 3]} unsigned bytes in sRGB
 * @param frames frames of the file that were judged, 1 for a still
 */
public record Preview(int width, int height, byte[] rgb, int frames) {

    /** Pixels along either side of a picture. */
    public static final int LONGEST_SIDE = 1024;

    /** Pixels along either side of each picture in a strip. */
    public static final int LONGEST_SIDE_IN_STRIP = 256;

    /** Pixels along a whole strip: of more pictures each is smaller. */
    public static final int LONGEST_STRIP = 8192;

    /** Frames that a preview can tell of. */
    public static final int MOST_FRAMES = 256;

    public Preview {
        boolean picture = width <= LONGEST_SIDE && height <= LONGEST_SIDE;
        boolean strip = width <= LONGEST_STRIP && height <= LONGEST_SIDE_IN_STRIP;
        if (width < 1 || height < 1 || !(picture || strip) || rgb.length != width * height * 3) {
            throw new IllegalArgumentException(
                    "%dx%d pixels in %d bytes are no preview".formatted(width, height, rgb.length));
        }
        if (frames < 1 || frames > MOST_FRAMES) {
            throw new IllegalArgumentException(frames + " frames, allowed are 1 to " + MOST_FRAMES);
        }
    }
}
