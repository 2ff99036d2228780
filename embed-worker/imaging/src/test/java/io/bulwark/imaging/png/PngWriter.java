package io.bulwark.imaging.png;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/** Writes PNGs chunk by chunk, broken ones included. */
public final class PngWriter {

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

    /** Deflates {@code length} zeros without holding them. */
    public static byte[] deflatedZeros(long length) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
        ByteArrayOutputStream deflated = new ByteArrayOutputStream();
        byte[] zeros = new byte[1 << 16];
        byte[] buffer = new byte[1 << 16];
        long left = length;
        while (!deflater.finished()) {
            if (deflater.needsInput()) {
                int count = (int) Math.min(left, zeros.length);
                deflater.setInput(zeros, 0, count);
                left -= count;
                if (left == 0) {
                    deflater.finish();
                }
            }
            deflated.write(buffer, 0, deflater.deflate(buffer));
        }
        deflater.end();
        return deflated.toByteArray();
    }
}
