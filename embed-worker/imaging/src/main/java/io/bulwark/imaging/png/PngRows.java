package io.bulwark.imaging.png;

import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.RefusedException;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Reads the rows of a picture into a raster's samples: inflates the data chunks as rows ask for them, undoes the row
 * filters (PNG specification, section 9) and Adam7's interlacing (section 8) and unpacks samples of any depth. The
 * chunks are found one after the other in the file: a list of them would cost a multiple of a file of empty chunks. One
 * thread uses it.
 */
final class PngRows implements AutoCloseable {

    static final int IDAT = 0x49444154;
    static final int IEND = 0x49454e44;
    static final int ACTL = 0x6163544c;
    static final int FCTL = 0x6663544c;
    static final int FDAT = 0x66644154;

    /** Length and type before a chunk's data. */
    private static final int HEAD = 8;

    private static final int CHECKSUM = 4;
    private static final int[] X_START = {0, 4, 0, 2, 0, 1, 0};
    private static final int[] Y_START = {0, 0, 4, 0, 2, 0, 1};
    private static final int[] X_STEP = {8, 8, 4, 4, 2, 2, 1};
    private static final int[] Y_STEP = {8, 8, 8, 4, 4, 2, 2};

    private final byte[] file;
    private final int type;
    private final int skipped;
    private final Inflater inflater = new Inflater();
    private int next;

    private final PngHeader header;
    private final Mode mode;
    private final int[] colourKey;
    private final int entries;
    private final byte[] samples;
    private final int distance;

    /**
     * Begins at a chunk; the data ends before the first chunk of another type.
     *
     * @param file whose chunks were walked to the end already
     * @param first offset of the first data chunk
     * @param skipped bytes before the data in each chunk: 4 in an animation's, 0 in a still's
     * @param samples filled from the beginning
     */
    PngRows(byte[] file, int first, int skipped, PngHeader header, Mode mode, PngPalette palette, byte[] samples) {
        this.file = file;
        this.next = first;
        this.skipped = skipped;
        this.type = i32(first + Integer.BYTES);
        this.header = header;
        this.mode = mode;
        this.colourKey = palette.colourKey();
        this.entries = palette.entries().length / 4;
        this.samples = samples;
        this.distance = header.filterDistance();
    }

    /** Heap that {@link #read} takes: two rows, for each pass again where the picture is interlaced. */
    static long bytes(PngHeader header) {
        long row = header.rowBytes(header.width()) + (long) header.filterDistance();
        return 2 * row * (header.interlaced() ? X_START.length : 1);
    }

    void read() {
        if (!header.interlaced()) {
            pass(0, 0, 1, 1);
            return;
        }
        for (int pass = 0; pass < X_START.length; pass++) {
            pass(X_START[pass], Y_START[pass], X_STEP[pass], Y_STEP[pass]);
        }
    }

    private void pass(int x0, int y0, int xStep, int yStep) {
        if (header.width() <= x0 || header.height() <= y0) {
            return;
        }
        int pixels = (header.width() - x0 + xStep - 1) / xStep;
        int bytes = header.rowBytes(pixels);
        // A margin of zeros on the left is the neighbour of the first pixel; the filter byte is read apart.
        byte[] above = new byte[distance + bytes];
        byte[] row = new byte[distance + bytes];
        byte[] filter = new byte[1];
        for (int y = y0; y < header.height(); y += yStep) {
            inflate(filter, 0, 1);
            inflate(row, distance, bytes);
            unfilter(filter[0], row, above);
            unpack(row, distance, y, x0, xStep, pixels);
            byte[] spare = above;
            above = row;
            row = spare;
        }
    }

    private void unfilter(int filter, byte[] row, byte[] above) {
        switch (filter) {
            case 0 -> {}
            case 1 -> {
                for (int i = distance; i < row.length; i++) {
                    row[i] += row[i - distance];
                }
            }
            case 2 -> {
                for (int i = distance; i < row.length; i++) {
                    row[i] += above[i];
                }
            }
            case 3 -> {
                for (int i = distance; i < row.length; i++) {
                    row[i] += (byte) (((row[i - distance] & 0xff) + (above[i] & 0xff)) >> 1);
                }
            }
            case 4 -> {
                for (int i = distance; i < row.length; i++) {
                    row[i] += paeth(row[i - distance] & 0xff, above[i] & 0xff, above[i - distance] & 0xff);
                }
            }
            default -> throw RefusedException.corrupt("PNG row has the unknown filter " + filter);
        }
    }

    private static byte paeth(int left, int up, int upLeft) {
        int toLeft = Math.abs(up - upLeft);
        int toUp = Math.abs(left - upLeft);
        int toUpLeft = Math.abs(left + up - 2 * upLeft);
        // Without branches, which noise would make the processor guess in vain.
        int nearer = toLeft <= toUp ? left : up;
        return (byte) (Math.min(toLeft, toUp) <= toUpLeft ? nearer : upLeft);
    }

    private void inflate(byte[] into, int offset, int length) {
        int at = offset;
        int end = offset + length;
        try {
            while (at < end) {
                int count = inflater.inflate(into, at, end - at);
                at += count;
                if (count == 0) {
                    feed();
                }
            }
        } catch (DataFormatException e) {
            throw RefusedException.corrupt("PNG data cannot be inflated: " + e.getMessage());
        }
    }

    private void feed() {
        boolean isOver = inflater.finished() || inflater.needsDictionary() || !inflater.needsInput();
        if (isOver || i32(next + Integer.BYTES) != type) {
            throw RefusedException.corrupt("PNG data ends before its last row");
        }
        int length = i32(next);
        int start = next + HEAD + skipped;
        inflater.setInput(file, start, Math.max(0, length - skipped));
        next += HEAD + length + CHECKSUM;
    }

    private int i32(int at) {
        return (file[at] & 0xff) << 24 | (file[at + 1] & 0xff) << 16 | (file[at + 2] & 0xff) << 8 | file[at + 3] & 0xff;
    }

    @Override
    public void close() {
        inflater.end();
    }

    private void unpack(byte[] row, int offset, int y, int x0, int step, int pixels) {
        int pixelBytes = mode.bytesPerPixel();
        int to = (y * header.width() + x0) * pixelBytes;
        int toStep = step * pixelBytes;
        if (header.bitDepth() < 8) {
            packed(row, offset, to, toStep, pixels);
        } else if (header.bitDepth() == 8) {
            if (step == 1) {
                System.arraycopy(row, offset, samples, to, pixels * pixelBytes);
            } else {
                highBytes(row, offset, to, toStep, pixels, 1);
            }
        } else if (mode == Mode.I16) {
            gray16(row, offset, to, toStep, pixels);
        } else if (header.channels() == pixelBytes) {
            highBytes(row, offset, to, toStep, pixels, 2);
        } else {
            keyedRgb16(row, offset, to, toStep, pixels);
        }
        if (mode == Mode.P && entries < 1 << header.bitDepth()) {
            checkIndices(to, toStep, pixels);
        }
    }

    /** Beyond the palette's end Chromium shows its last colour and libpng black. */
    private void checkIndices(int from, int step, int pixels) {
        for (int i = 0; i < pixels; i++) {
            int index = samples[from + i * step] & 0xff;
            if (index >= entries) {
                throw RefusedException.corrupt(
                        "PNG picture has the colour " + index + " of a palette of " + entries + " colours");
            }
        }
    }

    private void packed(byte[] row, int offset, int to, int toStep, int pixels) {
        int bits = header.bitDepth();
        int mask = (1 << bits) - 1;
        int scale = mode == Mode.P ? 1 : 255 / mask;
        for (int i = 0; i < pixels; i++) {
            int bit = i * bits;
            int value = row[offset + (bit >> 3)] >> (8 - bits - (bit & 7)) & mask;
            samples[to + i * toStep] = (byte) (value * scale);
        }
    }

    private void gray16(byte[] row, int offset, int to, int toStep, int pixels) {
        for (int i = 0; i < pixels; i++) {
            samples[to + i * toStep] = row[offset + 2 * i + 1];
            samples[to + i * toStep + 1] = row[offset + 2 * i];
        }
    }

    private void highBytes(byte[] row, int offset, int to, int toStep, int pixels, int sampleBytes) {
        int channels = header.channels();
        for (int i = 0; i < pixels; i++) {
            for (int c = 0; c < channels; c++) {
                samples[to + i * toStep + c] = row[offset + sampleBytes * (i * channels + c)];
            }
        }
    }

    private void keyedRgb16(byte[] row, int offset, int to, int toStep, int pixels) {
        for (int i = 0; i < pixels; i++) {
            boolean transparent = true;
            for (int c = 0; c < 3; c++) {
                int at = offset + 2 * (3 * i + c);
                transparent &= ((row[at] & 0xff) << 8 | row[at + 1] & 0xff) == colourKey[c];
                samples[to + i * toStep + c] = row[at];
            }
            samples[to + i * toStep + 3] = (byte) (transparent ? 0 : 255);
        }
    }
}
