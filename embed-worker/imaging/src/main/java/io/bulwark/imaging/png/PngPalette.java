package io.bulwark.imaging.png;

import io.bulwark.imaging.ByteCursor;
import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.RefusedException;

/**
 * A PNG's palette and what it says of transparency (PLTE and tRNS), by the rules of browsers: see the package. Chunks
 * come here in the order of the file, those after the picture's data not at all.
 */
final class PngPalette {

    private static final int LARGEST = 256;

    private final PngHeader header;
    private byte[] entries = new byte[0];
    private int[] colourKey = new int[0];
    private boolean paletteSeen;
    private boolean transparencySeen;

    PngPalette(PngHeader header) {
        this.header = header;
    }

    boolean isSeen() {
        return paletteSeen;
    }

    /** A PLTE chunk whose checksum is right. */
    void palette(byte[] file, int start, int length) {
        if (paletteSeen) {
            throw RefusedException.corrupt("PNG file holds two palettes");
        }
        paletteSeen = true;
        int count = length / 3;
        boolean isNeeded = header.colourType() == PngHeader.PALETTE;
        if (count == 0 || count > LARGEST || isNeeded && length % 3 != 0) {
            throw RefusedException.corrupt("PNG palette is " + length + " bytes long");
        }
        if (!isNeeded) {
            if (colourKey.length > 0) {
                throw RefusedException.corrupt("PNG file names its transparent colour before its palette, which some"
                        + " browsers take for none");
            }
            return;
        }
        entries = new byte[4 * count];
        for (int i = 0; i < count; i++) {
            System.arraycopy(file, start + 3 * i, entries, 4 * i, 3);
            entries[4 * i + 3] = (byte) 255;
        }
    }

    /** A tRNS chunk whose checksum is right. The first one counts; before the palette it is none. */
    void transparency(byte[] file, int start, int length) {
        boolean isAllowed = header.colourType() == PngHeader.PALETTE ? paletteSeen : header.channels() % 2 == 1;
        if (!isAllowed || transparencySeen || length == 0) {
            return;
        }
        transparencySeen = true;
        if (header.colourType() == PngHeader.PALETTE) {
            if (length > entries.length / 4) {
                throw wrongLength(length, "at most " + entries.length / 4);
            }
            for (int i = 0; i < length; i++) {
                entries[4 * i + 3] = file[start + i];
            }
        } else {
            key(new ByteCursor(file, "PNG", start, start + length), length);
        }
    }

    private void key(ByteCursor in, int length) {
        colourKey = new int[header.channels()];
        if (length != 2 * colourKey.length) {
            throw wrongLength(length, String.valueOf(2 * colourKey.length));
        }
        for (int i = 0; i < colourKey.length; i++) {
            colourKey[i] = in.u16();
            if (header.bitDepth() < 8 && colourKey[i] >> header.bitDepth() != 0) {
                throw RefusedException.corrupt("PNG file names the transparent level " + colourKey[i]
                        + ", samples have " + header.bitDepth() + " bits");
            }
        }
    }

    private static RefusedException wrongLength(int length, String allowed) {
        return RefusedException.corrupt("PNG transparency is " + length + " bytes long, allowed are " + allowed
                + ": browsers differ in what they make of it");
    }

    /** RGBA; empty without a palette, or where it stands beside true colours, for programs with fewer of them. */
    byte[] entries() {
        return entries;
    }

    /** A sample for each channel, as the file has it; empty without one. */
    int[] colourKey() {
        return colourKey;
    }

    /**
     * What {@link io.bulwark.imaging.Raster#palette} holds: the palette, or the colour key in the samples' own form.
     */
    byte[] keyOrPalette(Mode mode) {
        if (mode == Mode.P) {
            return entries;
        }
        if (colourKey.length == 0) {
            return new byte[0];
        }
        int first = colourKey[0];
        return switch (mode) {
            case BILEVEL -> new byte[] {(byte) (first == 0 ? 0 : 255), 0, 0, 0};
            case L -> new byte[] {(byte) (first * (255 / ((1 << header.bitDepth()) - 1))), 0, 0, 0};
            case I16 -> new byte[] {(byte) first, (byte) (first >> 8), 0, 0};
            case RGB -> new byte[] {(byte) first, (byte) colourKey[1], (byte) colourKey[2], 0};
            default -> new byte[0];
        };
    }
}
