package io.bulwark.imaging.jpeg;

import io.bulwark.imaging.ByteCursor;
import io.bulwark.imaging.RefusedException;

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
}
