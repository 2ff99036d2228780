package io.bulwark.perception.model.torchscript;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * A zip file of uncompressed entries whose data begin at multiples of 64 bytes, as PyTorch lays its archives out (the
 * JDK's writer cannot align). Dates are zero: the same content gives the same bytes. One thread.
 *
 * @see <a href="https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT">PKWARE's APPNOTE, sections 4.3.7, 4.3.12
 *     and 4.3.16</a>
 */
final class StoredZip implements AutoCloseable {

    private static final int ALIGNMENT = 64;
    private static final int LOCAL_HEADER_BYTES = 30;
    private static final int EXTRA_HEADER_BYTES = 4;
    /** "FB": the extra field that PyTorch pads with. */
    private static final short PADDING_FIELD = 0x4246;
    /** Bit 11: the name is UTF-8. */
    private static final short FLAGS = 1 << 11;
    /** 1980-01-01, the first date that the format can say. */
    private static final short DATE = 1 << 5 | 1;
    /** Without the zip64 extension sizes and offsets have 32 bits. */
    private static final long MAX_BYTES = 0xffff_ffffL;

    private final FileChannel channel;
    private final List<Entry> entries = new ArrayList<>();

    private record Entry(byte[] name, long offset, long size, int crc) {}

    StoredZip(Path file) throws IOException {
        channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    void add(String name, byte[] bytes) throws IOException {
        add(name, out -> write(out, ByteBuffer.wrap(bytes)));
    }

    void add(String name, LinkTensor.Data data) throws IOException {
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        long start = channel.position();
        long dataAt = start + LOCAL_HEADER_BYTES + utf8.length + EXTRA_HEADER_BYTES;
        int padding = (int) ((ALIGNMENT - dataAt % ALIGNMENT) % ALIGNMENT);
        channel.position(dataAt + padding);
        Checked checked = new Checked(channel);
        data.writeTo(checked);
        Entry entry = new Entry(utf8, start, checked.written, (int) checked.crc.getValue());
        long end = channel.position();
        if (end > MAX_BYTES) {
            throw new IOException("the archive exceeds 4 GiB with entry '" + name + "'");
        }
        // Sizes and checksum are known only now: the header goes back before the data.
        channel.position(start);
        write(channel, localHeader(entry, padding));
        channel.position(end);
        entries.add(entry);
    }

    private static ByteBuffer localHeader(Entry entry, int padding) {
        ByteBuffer header = little(LOCAL_HEADER_BYTES + entry.name().length + EXTRA_HEADER_BYTES + padding);
        header.putInt(0x04034b50).putShort((short) 10);
        common(header, entry).putShort((short) entry.name().length);
        header.putShort((short) (EXTRA_HEADER_BYTES + padding)).put(entry.name());
        header.putShort(PADDING_FIELD).putShort((short) padding);
        return header.rewind();
    }

    private static ByteBuffer common(ByteBuffer header, Entry entry) {
        header.putShort(FLAGS).putShort((short) 0).putShort((short) 0).putShort(DATE);
        return header.putInt(entry.crc()).putInt((int) entry.size()).putInt((int) entry.size());
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** Writes the central directory. */
    void finish() throws IOException {
        long start = channel.position();
        ByteArrayOutputStream directory = new ByteArrayOutputStream();
        for (Entry entry : entries) {
            ByteBuffer record = little(46 + entry.name().length);
            record.putInt(0x02014b50).putShort((short) 10).putShort((short) 10);
            common(record, entry).putShort((short) entry.name().length);
            record.putShort((short) 0).putShort((short) 0).putShort((short) 0).putShort((short) 0);
            record.putInt(0).putInt((int) entry.offset()).put(entry.name());
            directory.writeBytes(record.array());
        }
        ByteBuffer end = little(22);
        end.putInt(0x06054b50).putShort((short) 0).putShort((short) 0);
        end.putShort((short) entries.size()).putShort((short) entries.size());
        end.putInt(directory.size()).putInt((int) start).putShort((short) 0);
        write(channel, ByteBuffer.wrap(directory.toByteArray()));
        write(channel, end.rewind());
        channel.force(true);
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void write(WritableByteChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    /** Passes bytes on and keeps count and checksum. */
    private static final class Checked implements WritableByteChannel {
        private final FileChannel out;
        private final CRC32 crc = new CRC32();
        private long written;

        private Checked(FileChannel out) {
            this.out = out;
        }

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            ByteBuffer seen = bytes.duplicate();
            int count = out.write(bytes);
            crc.update(seen.limit(seen.position() + count));
            written += count;
            return count;
        }

        @Override
        public boolean isOpen() {
            return out.isOpen();
        }

        @Override
        public void close() {}
    }
}
