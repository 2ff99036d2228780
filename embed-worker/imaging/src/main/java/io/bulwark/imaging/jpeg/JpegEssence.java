package io.bulwark.imaging.jpeg;

import io.bulwark.imaging.jpeg.JpegStructure.Colour;
import java.util.Arrays;

/**
 * A file without comments, profiles, thumbnails and trailing bytes, with one marker that states its colours: the JDK's
 * decoder guesses otherwise than libjpeg where a file has neither JFIF nor Adobe marker, and applies embedded ICC
 * profiles, which the originals do not.
 */
final class JpegEssence {

    private static final byte[] JFIF_MARKER = {
        (byte) 0xff, (byte) 0xe0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0
    };
    private static final byte[] ADOBE_MARKER = {
        (byte) 0xff, (byte) 0xee, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0
    };

    /** The marker of a file's start, and that of its end. */
    private static final int ENDS = 4;

    private final byte[] file;

    /** Where parts begin and end in the file, in turn. */
    private int[] kept = new int[8];

    private int keptCount;

    JpegEssence(byte[] file) {
        this.file = file;
    }

    /** A part of the file that belongs to it; they come in turn. */
    void keep(int from, int to) {
        if (keptCount > 0 && kept[keptCount - 1] == from) {
            kept[keptCount - 1] = to;
            return;
        }
        if (keptCount == kept.length) {
            kept = Arrays.copyOf(kept, 2 * keptCount);
        }
        kept[keptCount++] = from;
        kept[keptCount++] = to;
    }

    private static byte[] marker(Colour colour) {
        return colour == Colour.GRAY || colour == Colour.YCBCR ? JFIF_MARKER : ADOBE_MARKER;
    }

    /** Bytes that {@link #bytes} allocates. */
    int length(Colour colour) {
        int length = ENDS + marker(colour).length;
        for (int i = 0; i < keptCount; i += 2) {
            length += kept[i + 1] - kept[i];
        }
        return length;
    }

    byte[] bytes(Colour colour) {
        byte[] marker = marker(colour);
        byte[] essence = new byte[length(colour)];
        essence[0] = (byte) 0xff;
        essence[1] = (byte) 0xd8;
        int at = 2 + marker.length;
        System.arraycopy(marker, 0, essence, 2, marker.length);
        if (colour == Colour.YCCK) {
            essence[at - 1] = 2;
        }
        for (int i = 0; i < keptCount; i += 2) {
            int length = kept[i + 1] - kept[i];
            System.arraycopy(file, kept[i], essence, at, length);
            at += length;
        }
        essence[at] = (byte) 0xff;
        essence[at + 1] = (byte) 0xd9;
        return essence;
    }
}
