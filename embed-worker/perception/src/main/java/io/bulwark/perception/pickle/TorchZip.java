package io.bulwark.perception.pickle;

import io.bulwark.perception.pickle.TorchFile.PickleException;
import io.bulwark.perception.pickle.TorchFile.StorageSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** The zip around a pickle: one folder with {@code data.pkl}, {@code byteorder} and storages under {@code data}. */
record TorchZip(String name, ZipFile zip, String folder, Map<String, Long> storages) implements StorageSource {

    /** Largest pickle; that of a ViT-L/14's state dict has a tenth of a megabyte. */
    static final int MAX_PICKLE_BYTES = 8 << 20;

    private static final String PICKLE = "/data.pkl";
    private static final int LONGEST_ORDER = 16;
    /** Deflate makes at most 1,032 bytes of one. */
    private static final long MOST_OF_A_BYTE = 1032;

    static TorchZip open(Path file) throws IOException {
        String name = file.toString();
        ZipFile zip;
        try {
            zip = new ZipFile(file.toFile());
        } catch (ZipException e) {
            throw new PickleException("%s: is truncated or a broken zip file: %s".formatted(name, e.getMessage()), e);
        }
        try {
            TorchZip opened = read(name, zip, Files.size(file));
            opened.requireLittleEndian();
            return opened;
        } catch (IOException | RuntimeException e) {
            zip.close();
            throw e;
        }
    }

    private static TorchZip read(String name, ZipFile zip, long fileBytes) {
        Set<String> names = new HashSet<>();
        Map<String, Long> sizes = new HashMap<>();
        String folder = null;
        for (Enumeration<? extends ZipEntry> entries = zip.entries(); entries.hasMoreElements(); ) {
            ZipEntry entry = entries.nextElement();
            if (!names.add(entry.getName())) {
                throw new PickleException("%s: has two entries '%s'".formatted(name, entry.getName()));
            }
            if (entry.getName().endsWith(PICKLE)
                    && entry.getName().indexOf('/') == entry.getName().lastIndexOf('/')) {
                if (folder != null) {
                    throw new PickleException(name + ": has two pickles");
                }
                folder = entry.getName().substring(0, entry.getName().lastIndexOf('/') + 1);
            }
            requirePossible(name, entry, fileBytes);
            sizes.put(entry.getName(), entry.getSize());
        }
        if (folder == null) {
            throw new PickleException(name + ": has no data.pkl, as a file of torch.save has");
        }
        Map<String, Long> storages = new HashMap<>();
        String data = folder + "data/";
        sizes.forEach((entry, bytes) -> {
            if (entry.startsWith(data)) {
                storages.put(entry.substring(data.length()), bytes);
            }
        });
        return new TorchZip(name, zip, folder, Map.copyOf(storages));
    }

    private static void requirePossible(String name, ZipEntry entry, long fileBytes) {
        long packed = entry.getCompressedSize();
        long most = entry.getMethod() == ZipEntry.STORED ? packed : packed * MOST_OF_A_BYTE;
        if (packed < 0 || packed > fileBytes || entry.getSize() < 0 || entry.getSize() > most) {
            throw new PickleException("%s: entry '%s' claims %d bytes in %d of a file of %d"
                    .formatted(name, entry.getName(), entry.getSize(), packed, fileBytes));
        }
    }

    private void requireLittleEndian() throws IOException {
        ZipEntry entry = zip.getEntry(folder + "byteorder");
        if (entry == null) {
            return;
        }
        byte[] bytes = read(entry, 0, (int) Math.min(entry.getSize(), LONGEST_ORDER));
        String order = new String(bytes, StandardCharsets.US_ASCII).strip();
        if (!order.equals("little")) {
            throw new PickleException("%s: its byte order is '%s'; little is read".formatted(name, order));
        }
    }

    /** Sizes in bytes by name. */
    public Map<String, Long> storages() {
        return storages;
    }

    byte[] pickle() throws IOException {
        ZipEntry entry = zip.getEntry(folder + PICKLE.substring(1));
        if (entry.getSize() > MAX_PICKLE_BYTES) {
            throw new PickleException(
                    "%s: its pickle has %d bytes, allowed are %d".formatted(name, entry.getSize(), MAX_PICKLE_BYTES));
        }
        return read(entry, 0, (int) entry.getSize());
    }

    @Override
    public ByteBuffer read(String storage, long from, int length) throws IOException {
        byte[] bytes = read(zip.getEntry(folder + "data/" + storage), from, length);
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private byte[] read(ZipEntry entry, long from, int length) throws IOException {
        try (InputStream stream = zip.getInputStream(entry)) {
            stream.skipNBytes(from);
            // Grows with what is there.
            byte[] bytes = stream.readNBytes(length);
            if (bytes.length < length) {
                throw new PickleException("%s: entry '%s' ends after %d bytes of %d"
                        .formatted(name, entry.getName(), from + bytes.length, entry.getSize()));
            }
            return bytes;
        } catch (ZipException | java.io.EOFException e) {
            throw new PickleException(
                    "%s: entry '%s' is broken: %s".formatted(name, entry.getName(), e.getMessage()), e);
        }
    }

    @Override
    public void close() {
        try {
            zip.close();
        } catch (IOException e) {
            throw new PickleException(name + ": cannot be closed", e);
        }
    }
}
