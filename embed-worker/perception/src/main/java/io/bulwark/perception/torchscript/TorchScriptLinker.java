package io.bulwark.perception.torchscript;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * Joins a program and its tensors into an archive that libtorch loads, once for each fingerprint. Several threads and
 * processes may link the same archive at once: each writes its own draft, and the last rename wins over equal bytes.
 */
public final class TorchScriptLinker {

    /** Part of every archive's name: raise it when what the linker writes for the same input changes. */
    public static final String VERSION = "link-2";

    private static final String FOLDER = "program/";

    private final Path folder;
    private final List<Path> shipped;

    /**
     * @param folder where archives are kept; made when first needed
     */
    public TorchScriptLinker(Path folder) {
        this(folder, List.of());
    }

    /**
     * @param folder where archives are kept; made when first needed
     * @param shipped folders to look into before anything is written, never written themselves
     */
    public TorchScriptLinker(Path folder, List<Path> shipped) {
        this.folder = folder;
        this.shipped = List.copyOf(shipped);
    }

    /**
     * The archive of that fingerprint, written now unless it is there.
     *
     * @param fingerprint hexadecimal; stands for all other arguments, which are not looked at where the archive is there
     * @param program methods of the module
     * @param attributes of the module; asked for only where the archive is not there
     * @return a file named {@code <fingerprint>.pt}
     * @throws UncheckedIOException if it cannot be written; the message names the folder and its setting
     */
    public Path link(String fingerprint, Program program, Supplier<Attributes> attributes) {
        if (!fingerprint.matches("[0-9a-f]{16,64}")) {
            throw new IllegalArgumentException("'" + fingerprint + "' is not a fingerprint");
        }
        String name = fingerprint + ".pt";
        Path archive = folder.resolve(name);
        Optional<Path> present = Stream.concat(shipped.stream().map(base -> base.resolve(name)), Stream.of(archive))
                .filter(Files::exists)
                .findFirst();
        if (present.isPresent()) {
            return present.get();
        }
        Path draft = folder.resolve(fingerprint + "." + UUID.randomUUID() + ".draft");
        try {
            Files.createDirectories(folder);
            try {
                write(draft, program, attributes.get());
                Files.move(draft, archive, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(draft);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "program '%s' cannot be linked in %s (set %s to a folder that can be written): %s"
                            .formatted(program.name(), folder, LinkCache.SETTING, e.getMessage()),
                    e);
        }
        return archive;
    }

    private static void write(Path file, Program program, Attributes attributes) throws IOException {
        try (StoredZip zip = new StoredZip(file)) {
            write(zip, program, attributes);
        }
    }

    static void write(StoredZip zip, Program program, Attributes attributes) throws IOException {
        zip.add(FOLDER + "data.pkl", attributes.pickle());
        zip.add(FOLDER + "byteorder", ascii("little"));
        List<LinkTensor> storages = attributes.storages();
        for (int i = 0; i < storages.size(); i++) {
            LinkTensor storage = storages.get(i);
            zip.add(FOLDER + "data/" + i, storage.bytes(), storage.data());
        }
        zip.add(FOLDER + "code/__torch__.py", ascii(source(program, attributes)));
        zip.add(FOLDER + "constants.pkl", new PickleWriter().emptyTuple().finish());
        zip.add(FOLDER + "version", ascii("3\n"));
        zip.finish();
    }

    /** The program with its attributes declared. */
    static String source(Program program, Attributes attributes) {
        return program.text().replace(Program.CLASS_LINE, Program.CLASS_LINE + attributes.declarations());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * A zip file of uncompressed entries whose data begin at multiples of 64 bytes, as PyTorch lays its archives out
     * (the JDK's writer cannot align). Sizes and offsets that 32 bits do not hold go into zip64 fields; a file that
     * needs none has none. Dates are zero: the same content gives the same bytes. One thread.
     *
     * @see <a href="https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT">PKWARE's APPNOTE, sections 4.3.7,
     *     4.3.12, 4.3.14 to 4.3.16 and 4.5.3</a>
     */
    static final class StoredZip implements AutoCloseable {

        private static final int ALIGNMENT = 64;
        private static final int LOCAL_HEADER_BYTES = 30;
        private static final int EXTRA_HEADER_BYTES = 4;
        /** "FB": the extra field that PyTorch pads with. */
        private static final short PADDING_FIELD = 0x4246;
        /** Bit 11: the name is UTF-8. */
        private static final short FLAGS = 1 << 11;
        /** 1980-01-01, the first date that the format can say. */
        private static final short DATE = 1 << 5 | 1;
        /** What stands in a field of 32 bits whose value is in a zip64 field, thus the first value that has to be. */
        private static final long ELSEWHERE = 0xffff_ffffL;
        /** Likewise for fields of 16 bits. */
        private static final int ELSEWHERE_16 = 0xffff;

        private static final short ZIP64_FIELD = 1;
        private static final int ZIP64_SIZES_BYTES = 4 + 2 * Long.BYTES;
        private static final short VERSION = 10;
        private static final short VERSION_ZIP64 = 45;

        private final FileChannel channel;
        private final long from64;
        private final List<Entry> entries = new ArrayList<>();

        private record Entry(byte[] name, long offset, long size, int crc) {}

        StoredZip(Path file) throws IOException {
            this(file, ELSEWHERE);
        }

        /** @param from64 the first size or offset that goes into a zip64 field; smaller ones may, too */
        StoredZip(Path file, long from64) throws IOException {
            this.from64 = from64;
            channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        }

        void add(String name, byte[] bytes) throws IOException {
            add(name, bytes.length, out -> write(out, ByteBuffer.wrap(bytes)));
        }

        /** @param size bytes that the data will have */
        void add(String name, long size, LinkTensor.Data data) throws IOException {
            byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
            long start = channel.position();
            int sizes = size >= from64 ? ZIP64_SIZES_BYTES : 0;
            long dataAt = start + LOCAL_HEADER_BYTES + utf8.length + sizes + EXTRA_HEADER_BYTES;
            int padding = (int) ((ALIGNMENT - dataAt % ALIGNMENT) % ALIGNMENT);
            channel.position(dataAt + padding);
            Checked checked = new Checked(channel);
            data.writeTo(checked);
            if (checked.written != size) {
                throw new IOException(
                        "entry '%s' has %d bytes, announced were %d".formatted(name, checked.written, size));
            }
            Entry entry = new Entry(utf8, start, size, (int) checked.crc.getValue());
            long end = channel.position();
            // The checksum is known only now: the header goes back before the data.
            channel.position(start);
            write(channel, localHeader(entry, padding));
            channel.position(end);
            entries.add(entry);
        }

        private ByteBuffer localHeader(Entry entry, int padding) {
            boolean large = entry.size() >= from64;
            int extra = (large ? ZIP64_SIZES_BYTES : 0) + EXTRA_HEADER_BYTES + padding;
            ByteBuffer header = little(LOCAL_HEADER_BYTES + entry.name().length + extra);
            header.putInt(0x04034b50).putShort(large ? VERSION_ZIP64 : VERSION);
            common(header, entry).putShort((short) entry.name().length);
            header.putShort((short) extra).put(entry.name());
            if (large) {
                header.putShort(ZIP64_FIELD).putShort((short) (2 * Long.BYTES));
                header.putLong(entry.size()).putLong(entry.size());
            }
            header.putShort(PADDING_FIELD).putShort((short) padding);
            return header.rewind();
        }

        private ByteBuffer common(ByteBuffer header, Entry entry) {
            int size = (int) shortened(entry.size());
            header.putShort(FLAGS).putShort((short) 0).putShort((short) 0).putShort(DATE);
            return header.putInt(entry.crc()).putInt(size).putInt(size);
        }

        private long shortened(long value) {
            return value >= from64 ? ELSEWHERE : value;
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }

        /** Writes the central directory. */
        void finish() throws IOException {
            long start = channel.position();
            ByteArrayOutputStream directory = new ByteArrayOutputStream();
            entries.forEach(entry -> directory.writeBytes(directoryRecord(entry)));
            write(channel, ByteBuffer.wrap(directory.toByteArray()));
            boolean large = start >= from64 || directory.size() >= from64 || entries.size() >= ELSEWHERE_16;
            if (large) {
                write(channel, zip64End(start, directory.size()));
            }
            ByteBuffer end = little(22);
            short count = (short) (large ? ELSEWHERE_16 : entries.size());
            end.putInt(0x06054b50).putShort((short) 0).putShort((short) 0);
            end.putShort(count).putShort(count);
            end.putInt((int) (large ? ELSEWHERE : directory.size()));
            end.putInt((int) (large ? ELSEWHERE : start)).putShort((short) 0);
            write(channel, end.rewind());
            channel.force(true);
        }

        private byte[] directoryRecord(Entry entry) {
            boolean largeSize = entry.size() >= from64;
            boolean far = entry.offset() >= from64;
            int values = (largeSize ? 2 * Long.BYTES : 0) + (far ? Long.BYTES : 0);
            int extra = values == 0 ? 0 : 4 + values;
            short version = values == 0 ? VERSION : VERSION_ZIP64;
            ByteBuffer record = little(46 + entry.name().length + extra);
            record.putInt(0x02014b50).putShort(version).putShort(version);
            common(record, entry).putShort((short) entry.name().length).putShort((short) extra);
            record.putShort((short) 0).putShort((short) 0).putShort((short) 0);
            record.putInt(0).putInt((int) shortened(entry.offset())).put(entry.name());
            if (extra > 0) {
                record.putShort(ZIP64_FIELD).putShort((short) values);
            }
            if (largeSize) {
                record.putLong(entry.size()).putLong(entry.size());
            }
            if (far) {
                record.putLong(entry.offset());
            }
            return record.array();
        }

        /** The zip64 end of central directory record, and its locator. */
        private ByteBuffer zip64End(long start, long directoryBytes) {
            ByteBuffer end = little(56 + 20);
            end.putInt(0x06064b50).putLong(56 - 12).putShort(VERSION_ZIP64).putShort(VERSION_ZIP64);
            end.putInt(0).putInt(0).putLong(entries.size()).putLong(entries.size());
            end.putLong(directoryBytes).putLong(start);
            end.putInt(0x07064b50).putInt(0).putLong(start + directoryBytes).putInt(1);
            return end.rewind();
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

    /**
     * Where linked archives are kept: {@code $XDG_CACHE_HOME/bulwark}, else {@code ~/.cache/bulwark}. Archives that
     * came with an installation, such as a container image, lie in {@code bulwark}
     * under one of {@code $XDG_DATA_DIRS}; those folders are only read.
     */
    public static final class LinkCache {

        /** The environment variable that names the folder above it. */
        static final String SETTING = "XDG_CACHE_HOME";

        private LinkCache() {}

        /** The folder as configured for this process. */
        public static Path folder() {
            return folder(System.getenv(SETTING), System.getProperty("user.home"));
        }

        /**
         * The folders of archives that were linked beforehand, the first to be preferred; empty unless they are named.
         */
        public static List<Path> shipped() {
            return shipped(System.getenv("XDG_DATA_DIRS"));
        }

        /** An absolute path as XDG's Base Directory Specification wants it: any other is passed over. */
        static List<Path> shipped(String xdg) {
            return Arrays.stream(xdg == null ? new String[0] : xdg.split(File.pathSeparator))
                    .map(Path::of)
                    .filter(Path::isAbsolute)
                    .map(base -> base.resolve("bulwark"))
                    .toList();
        }

        static Path folder(String xdg, String home) {
            if (xdg != null && !xdg.isBlank()) {
                return Path.of(xdg, "bulwark");
            }
            return Path.of(home, ".cache", "bulwark");
        }
    }
}
