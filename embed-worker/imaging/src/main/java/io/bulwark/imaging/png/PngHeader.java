package io.bulwark.imaging.png;

import io.bulwark.imaging.ByteCursor;
import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.RefusedException;

/**
 * A PNG's IHDR chunk (PNG specification, 11.2.2).
 *
 * @param bitDepth bits a sample
 * @param colourType 0 gray, 2 RGB, 3 palette, 4 gray with alpha, 6 RGB with alpha
 * @param interlaced whether the rows come in Adam7's seven passes
 */
record PngHeader(int width, int height, int bitDepth, int colourType, boolean interlaced) {

    static final int PALETTE = 3;

    private static final int LENGTH = 13;

    static PngHeader parse(ByteCursor in) {
        if (in.remaining() != LENGTH) {
            throw RefusedException.corrupt("PNG header is " + in.remaining() + " bytes long, allowed are " + LENGTH);
        }
        int width = in.i32();
        int height = in.i32();
        int bitDepth = in.u8();
        int colourType = in.u8();
        int compression = in.u8();
        int filter = in.u8();
        int interlace = in.u8();
        if (compression != 0 || filter != 0 || interlace > 1 || !isAllowed(colourType, bitDepth)) {
            throw RefusedException.corrupt("PNG header says colour type " + colourType + ", " + bitDepth
                    + " bits, compression " + compression + ", filter " + filter + ", interlace " + interlace);
        }
        return new PngHeader(width, height, bitDepth, colourType, interlace == 1);
    }

    private static boolean isAllowed(int colourType, int bitDepth) {
        return switch (colourType) {
            case 0 -> bitDepth == 1 || bitDepth == 2 || bitDepth == 4 || bitDepth == 8 || bitDepth == 16;
            case 3 -> bitDepth == 1 || bitDepth == 2 || bitDepth == 4 || bitDepth == 8;
            case 2, 4, 6 -> bitDepth == 8 || bitDepth == 16;
            default -> false;
        };
    }

    /** The header of an animation's frame, which differs in size alone. */
    PngHeader resized(int frameWidth, int frameHeight) {
        if (frameWidth < 1 || frameHeight < 1 || frameWidth > width || frameHeight > height) {
            throw RefusedException.corrupt("PNG animation of " + width + "x" + height + " pixels holds a frame of "
                    + frameWidth + "x" + frameHeight);
        }
        return new PngHeader(frameWidth, frameHeight, bitDepth, colourType, interlaced);
    }

    int channels() {
        return switch (colourType) {
            case 2 -> 3;
            case 4 -> 2;
            case 6 -> 4;
            default -> 1;
        };
    }

    boolean isGray() {
        return colourType == 0 || colourType == 4;
    }

    /** Bytes between a byte and its left neighbour in filters. */
    int filterDistance() {
        return Math.max(1, channels() * bitDepth / 8);
    }

    /** Packed bytes of a row of {@code pixels}. */
    int rowBytes(int pixels) {
        return (int) (((long) pixels * channels() * bitDepth + 7) / 8);
    }

    /**
     * The mode Pillow gives. A colour key beside 16-bit RGB, which Pillow drops, needs an alpha channel: the samples
     * are cut to eight bits and could not be told from the key afterwards.
     */
    Mode mode(boolean hasColourKey) {
        return switch (colourType) {
            case 0 -> bitDepth == 1 ? Mode.BILEVEL : bitDepth == 16 ? Mode.I16 : Mode.L;
            case 2 -> bitDepth == 16 && hasColourKey ? Mode.RGBA : Mode.RGB;
            case PALETTE -> Mode.P;
            case 4 -> Mode.LA;
            default -> Mode.RGBA;
        };
    }
}
