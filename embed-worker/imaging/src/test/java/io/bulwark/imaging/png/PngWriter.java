package io.bulwark.imaging.png;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/** Writes PNGs chunk by chunk, broken ones included. */
public final class PngWriter {

    private static final int BLOCK = 1 << 20;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);

    private PngWriter() {
        bytes.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    }

    /** Begins a file whose header is still to be written. */
    static PngWriter headless() {
        return new PngWriter();
    }

    /** Begins a file. */
    public PngWriter(int width, int height, int bitDepth, int colourType, boolean interlaced) {
        this();
        byte[] header = new byte[13];
        java.nio.ByteBuffer.wrap(header)
                .putInt(width)
                .putInt(height)
                .put((byte) bitDepth)
                .put((byte) colourType)
                .put((byte) 0)
                .put((byte) 0)
                .put((byte) (interlaced ? 1 : 0));
        chunk("IHDR", header);
    }

    public PngWriter chunk(String type, byte[] data) {
        return chunk(type, data, 0);
    }

    /** A chunk whose checksum is wrong. */
    public PngWriter damagedChunk(String type, byte[] data) {
        return chunk(type, data, 1);
    }

    private PngWriter chunk(String type, byte[] data, int damage) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(data);
        try {
            out.writeInt(data.length);
            out.write(name);
            out.write(data);
            out.writeInt((int) crc.getValue() ^ damage);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Deflates rows, each with its filter byte. */
    public PngWriter rows(byte[] filtered) {
        return chunk("IDAT", deflate(filtered));
    }

    public byte[] end() {
        chunk("IEND", new byte[0]);
        return soFar();
    }

    /** The file up to here. */
    public byte[] soFar() {
        return bytes.toByteArray();
    }

    public static byte[] deflate(byte[] data) {
        ByteArrayOutputStream deflated = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(deflated)) {
            out.write(data);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return deflated.toByteArray();
    }

    /**
     * Deflates {@code length} zeros without holding them. A full flush forgets what lies before it, so that all blocks
     * of zeros are the same bytes and are deflated once.
     */
    public static byte[] deflatedZeros(long length) {
        ByteArrayOutputStream deflated = new ByteArrayOutputStream();
        deflated.writeBytes(new byte[] {0x78, (byte) 0xda});
        byte[] block = deflatedZeros((int) Math.min(length, BLOCK), Deflater.FULL_FLUSH);
        for (long i = 0; i < length / BLOCK; i++) {
            deflated.writeBytes(block);
        }
        deflated.writeBytes(deflatedZeros((int) (length % BLOCK), Deflater.NO_FLUSH));
        // Adler-32 of zeros: the sum of bytes stays 1, the sum of sums grows by that with each.
        long sums = length % 65_521;
        deflated.writeBytes(new byte[] {(byte) (sums >> 8), (byte) sums, 0, 1});
        return deflated.toByteArray();
    }

    /** Without header and checksum; the end of the data, where it is not flushed. */
    private static byte[] deflatedZeros(int length, int flush) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        deflater.setInput(new byte[length]);
        if (flush == Deflater.NO_FLUSH) {
            deflater.finish();
        }
        byte[] buffer = new byte[1 << 16];
        int count = deflater.deflate(buffer, 0, buffer.length, flush);
        deflater.end();
        return Arrays.copyOf(buffer, count);
    }
}
