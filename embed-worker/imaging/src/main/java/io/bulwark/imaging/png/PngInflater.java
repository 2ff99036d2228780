package io.bulwark.imaging.png;

import io.bulwark.imaging.RefusedException;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** The bytes that a PNG's data chunks hold together, inflated as rows ask for them. */
final class PngInflater implements AutoCloseable {

    /** Where a chunk's data lies in the file. */
    record Span(int start, int length) {}

    private final byte[] file;
    private final List<Span> spans;
    private final Inflater inflater = new Inflater();
    private int next;

    PngInflater(byte[] file, List<Span> spans) {
        this.file = file;
        this.spans = spans;
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
        if (inflater.finished() || inflater.needsDictionary() || !inflater.needsInput() || next == spans.size()) {
            throw RefusedException.corrupt("PNG data ends before its last row");
        }
        Span span = spans.get(next++);
        inflater.setInput(file, span.start(), span.length());
    }

    @Override
    public void close() {
        inflater.end();
    }
}
