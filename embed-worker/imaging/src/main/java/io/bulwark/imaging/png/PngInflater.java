package io.bulwark.imaging.png;

import io.bulwark.imaging.RefusedException;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The bytes that a PNG's data chunks hold together, inflated as rows ask for them. The chunks are found one after the
 * other in the file: a list of them would cost a multiple of a file of empty chunks.
 */
final class PngInflater implements AutoCloseable {

    /** Length and type before a chunk's data. */
    private static final int HEAD = 8;

    private static final int CHECKSUM = 4;

    private final byte[] file;
    private final int type;
    private final int skipped;
    private final Inflater inflater = new Inflater();
    private int next;

    /**
     * Begins at a chunk; the data ends before the first chunk of another type.
     *
     * @param file whose chunks were walked to the end already
     * @param first offset of the first data chunk
     * @param skipped bytes before the data in each chunk: 4 in an animation's, 0 in a still's
     */
    PngInflater(byte[] file, int first, int skipped) {
        this.file = file;
        this.next = first;
        this.skipped = skipped;
        this.type = PngChunks.typeAt(file, first);
    }

    void readFully(byte[] into, int offset, int length) {
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
        if (isOver || PngChunks.typeAt(file, next) != type) {
            throw RefusedException.corrupt("PNG data ends before its last row");
        }
        int length = PngChunks.lengthAt(file, next);
        int start = next + HEAD + skipped;
        inflater.setInput(file, start, Math.max(0, length - skipped));
        next += HEAD + length + CHECKSUM;
    }

    @Override
    public void close() {
        inflater.end();
    }
}
