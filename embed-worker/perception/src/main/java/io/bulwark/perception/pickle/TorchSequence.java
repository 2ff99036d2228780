package io.bulwark.perception.pickle;

import io.bulwark.perception.pickle.Container.Kind;
import io.bulwark.perception.pickle.TorchFile.PickleException;
import io.bulwark.perception.pickle.TorchFile.StorageSource;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A file as PyTorch wrote it before 1.6: five pickles behind each other (a magic number, the format's version, what machine
 * wrote it, the object, the storages' keys), then each storage in the order of the keys, its number of elements before
 * it.
 *
 * @see <a href="https://github.com/pytorch/pytorch/blob/main/torch/serialization.py">{@code _legacy_save}</a>
 */
record TorchSequence(String name, FileChannel channel, Object object, Map<String, Long> places)
        implements StorageSource {

    private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
    private static final long VERSION = 1001;
    private static final String ORDER = "little_endian";

    static TorchSequence open(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            return read(file.toString(), channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static TorchSequence read(String name, FileChannel channel) throws IOException {
        byte[] head = new byte[(int) Math.min(channel.size(), TorchZip.MAX_PICKLE_BYTES)];
        fill(name, channel, ByteBuffer.wrap(head), 0);
        PickleInput input = new PickleInput(name, head);
        Map<String, Long> announced = new HashMap<>();
        Rebuilding none = new Rebuilding(Map.of());
        if (!MAGIC.equals(PickleReader.read(input, none))) {
            throw new PickleException(name + ": is a pickle, but none of torch.save: its magic number is missing");
        }
        Object version = PickleReader.read(input, none);
        if (!Long.valueOf(VERSION).equals(version)) {
            throw new PickleException("%s: is of version %s; %d is read".formatted(name, version, VERSION));
        }
        boolean little = PickleReader.read(input, none) instanceof Container machine
                && machine.is(Kind.DICTIONARY)
                && Boolean.TRUE.equals(machine.entries().get(ORDER));
        if (!little) {
            throw new PickleException(name + ": does not say that its byte order is little, which alone is read");
        }
        Object object = PickleReader.read(input, new Rebuilding(announced, true));
        if (!(PickleReader.read(input, none) instanceof Container keys) || !keys.is(Kind.LIST)) {
            throw new PickleException(name + ": has no list of its storages");
        }
        return new TorchSequence(
                name, channel, object, places(name, channel, input.position(), keys.items(), announced));
    }

    /** Where each storage begins; they fill the file to its end. */
    private static Map<String, Long> places(
            String name, FileChannel channel, long from, List<Object> keys, Map<String, Long> announced)
            throws IOException {
        Map<String, Long> places = new HashMap<>();
        long at = from;
        for (Object key : keys) {
            Long bytes = announced.get(key);
            if (bytes == null || places.containsKey(key)) {
                throw new PickleException(
                        "%s: lists storage '%s', which no tensor names, or twice".formatted(name, key));
            }
            long elements =
                    fill(name, channel, ByteBuffer.allocate(Long.BYTES), at).getLong();
            at += Long.BYTES;
            if (elements < 0
                    || elements > bytes
                    || elements > 0 && bytes % elements != 0
                    || bytes > channel.size() - at) {
                throw new PickleException(
                        "%s: storage '%s' is announced with %d bytes, %d elements stand there and %d bytes follow"
                                .formatted(name, key, bytes, elements, channel.size() - at));
            }
            places.put((String) key, at);
            at += bytes;
        }
        if (!places.keySet().equals(announced.keySet()) || at != channel.size()) {
            throw new PickleException("%s: %d of %d storages follow the pickle, and %d bytes beyond them"
                    .formatted(name, places.size(), announced.size(), channel.size() - at));
        }
        return places;
    }

    /** What was saved. */
    public Object object() {
        return object;
    }

    @Override
    public ByteBuffer read(String storage, long from, int length) throws IOException {
        return fill(name, channel, ByteBuffer.allocate(length), places.get(storage) + from);
    }

    private static ByteBuffer fill(String name, FileChannel channel, ByteBuffer into, long from) throws IOException {
        into.order(ByteOrder.LITTLE_ENDIAN);
        while (into.hasRemaining()) {
            if (channel.read(into, from + into.position()) < 0) {
                throw new PickleException(
                        "%s: ends at byte %d, within what is announced".formatted(name, channel.size()));
            }
        }
        return into.flip();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new PickleException(name + ": cannot be closed", e);
        }
    }
}
