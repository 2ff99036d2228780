package io.bulwark.imaging.jpeg;

import io.bulwark.imaging.ByteCursor;
import io.bulwark.imaging.RefusedException;
import io.bulwark.imaging.jpeg.JpegStructure.Colour;
import java.util.Arrays;

/**
 * The scans of a JPEG file and what decoding them costs. Each visits all blocks of its components, however little data
 * it has for them, so that a small file of empty scans could buy half a minute.
 */
final class JpegScans {

    /**
     * Blocks of 64 samples that all scans of a progressive file may visit; see the package for how it was measured.
     */
    static final long MOST_BLOCKS = 13_000_000;

    /** Small pictures are cheap to visit, but every scan has tables to be built. */
    private static final int MOST_SCANS = 200;

    private static final int BLOCK_SIDE = 8;

    private final int[] components;
    private final long[] blocks;
    private final boolean[] scanned;
    private final boolean progressive;
    private int count;
    private boolean inParts;
    private long visited;

    /**
     * @param components their numbers
     * @param factors their sampling factors, the horizontal one in the high four bits
     */
    JpegScans(int width, int height, int[] components, int[] factors, boolean progressive) {
        this.components = components;
        this.progressive = progressive;
        this.scanned = new boolean[components.length];
        this.blocks = new long[components.length];
        int across = 1;
        int down = 1;
        for (int factor : factors) {
            across = Math.max(across, factor >> 4);
            down = Math.max(down, factor & 15);
        }
        for (int i = 0; i < factors.length; i++) {
            blocks[i] = units(width, factors[i] >> 4, across) * units(height, factors[i] & 15, down);
        }
    }

    private static long units(int side, int factor, int largest) {
        long unit = (long) BLOCK_SIDE * largest;
        return (side + unit - 1) / unit * factor;
    }

    int count() {
        return count;
    }

    /** Whether libjpeg holds all coefficients until the last scan, since the first one is not the whole picture. */
    boolean coefficientsAreHeld() {
        return progressive || inParts;
    }

    /**
     * Counts a scan.
     *
     * @param header what stands in its marker
     */
    void add(ByteCursor header) {
        if (++count > MOST_SCANS) {
            throw RefusedException.corrupt("JPEG file holds more than " + MOST_SCANS + " scans");
        }
        int listed = header.u8();
        inParts |= listed < components.length;
        for (int left = listed; left > 0; left--) {
            int component = index(header.u8());
            header.skip(1);
            if (scanned[component] && !progressive) {
                throw RefusedException.corrupt("JPEG file holds a component twice, of which browsers show the first");
            }
            scanned[component] = true;
            visited += blocks[component];
        }
        if (progressive && visited > MOST_BLOCKS) {
            throw RefusedException.tooLarge(
                    "JPEG file asks for more than " + MOST_BLOCKS + " blocks of 64 samples in its first " + count
                            + " scans, which is the limit of all scans together");
        }
    }

    private int index(int number) {
        for (int i = 0; i < components.length; i++) {
            if (components[i] == number) {
                return i;
            }
        }
        throw RefusedException.corrupt("JPEG scan is of component " + number + ", which the header does not name");
    }

    /**
     * A file without comments, profiles, thumbnails and trailing bytes, with one marker that states its colours: the
     * JDK's decoder guesses otherwise than libjpeg where a file has neither JFIF nor Adobe marker, and applies embedded
     * ICC profiles, which the originals do not.
     */
    static final class JpegEssence {

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
}
