package io.bulwark.perception.model.family;

import io.bulwark.perception.model.family.Family.Piece;
import io.bulwark.perception.safetensors.ElementType;
import io.bulwark.perception.safetensors.ElementType.Halves;
import io.bulwark.perception.safetensors.SafetensorsFile;
import io.bulwark.perception.safetensors.SafetensorsFile.TensorInfo;
import io.bulwark.perception.torchscript.LinkTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The tensors of a checkpoint as a family wants them.
 *
 * <p>A floating-point tensor may be stored as F16, BF16, F32 or F64, or quantised for each row: as U8 of the same shape
 * with companions {@code <name>.scale} and {@code <name>.min}, both F32 {@code [rows]}; its value is then {@code
 * min[row] + scale[row] * byte}.
 */
public final class Weights {

    private static final String SCALE = ".scale";
    private static final String MIN = ".min";
    private static final int NAMED_IN_A_MESSAGE = 8;

    private final SafetensorsFile file;
    private final String prefix;

    private Weights(SafetensorsFile file, String prefix) {
        this.file = file;
        this.prefix = prefix;
    }

    /**
     * Holds a file to a family and to what lies beside it.
     *
     * @throws IllegalArgumentException if tensors are missing, left over or misshapen; one message names them all (of
     *     each kind the first few and their number)
     */
    public static Weights of(SafetensorsFile file, Tower tower) {
        Map<String, List<Long>> wanted = tower.wanted();
        Set<String> missing = new TreeSet<>(wanted.keySet());
        Set<String> leftOver = new TreeSet<>(file.tensors().keySet());
        leftOver.removeIf(tower::ignores);
        List<String> misshapen = new ArrayList<>();
        wanted.forEach((name, shape) -> {
            TensorInfo found = file.tensors().get(name);
            if (found == null) {
                return;
            }
            missing.remove(name);
            leftOver.remove(name);
            expect(found, shape, misshapen);
            if (found.type() == ElementType.U8) {
                for (String companion : List.of(name + SCALE, name + MIN)) {
                    leftOver.remove(companion);
                    TensorInfo there = file.tensors().get(companion);
                    if (there == null) {
                        missing.add(companion);
                    } else {
                        expect(there, List.of(shape.get(0)), misshapen);
                    }
                }
            } else if (!found.type().readsAsFloat()) {
                misshapen.add("%s is of type %s".formatted(name, found.type()));
            }
        });
        if (!missing.isEmpty() || !leftOver.isEmpty() || !misshapen.isEmpty()) {
            throw new IllegalArgumentException("%s does not hold the weights of %s:%s%s%s"
                    .formatted(
                            file.name(),
                            tower.family(),
                            named(" missing", missing),
                            named(" left over", leftOver),
                            named(" misshapen", misshapen)));
        }
        return new Weights(file, tower.prefix());
    }

    private static void expect(TensorInfo found, List<Long> shape, List<String> misshapen) {
        if (!found.shape().equals(shape)) {
            misshapen.add("%s is %s instead of %s".formatted(found.name(), found.shape(), shape));
        }
    }

    private static String named(String what, Iterable<String> names) {
        List<String> all = new ArrayList<>();
        names.forEach(all::add);
        if (all.isEmpty()) {
            return "";
        }
        List<String> first = all.subList(0, Math.min(NAMED_IN_A_MESSAGE, all.size()));
        return "%s %d (%s%s)"
                .formatted(what, all.size(), String.join(", ", first), first.size() < all.size() ? ", …" : "");
    }

    /** A tensor's values, row-major, dequantised where it is stored so. */
    public float[] floats(String name) {
        String stored = prefix + name;
        if (file.tensor(stored).type() != ElementType.U8) {
            return finite(stored, file.floats(stored));
        }
        float[] scale = finite(stored + SCALE, file.floats(stored + SCALE));
        float[] min = finite(stored + MIN, file.floats(stored + MIN));
        ByteBuffer bytes = file.bytes(stored);
        float[] values = new float[bytes.remaining()];
        int columns = values.length / scale.length;
        for (int i = 0; i < values.length; i++) {
            int row = i / columns;
            values[i] = min[row] + scale[row] * (bytes.get(i) & 0xff);
        }
        return values;
    }

    private float[] finite(String stored, float[] values) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new IllegalArgumentException("%s: tensor '%s' holds the weight %s, which is no finite number"
                        .formatted(file.name(), stored, value));
            }
        }
        return values;
    }

    /**
     * Tensors for an archive, one after the other, read from the file only when they are written and never whole.
     *
     * @param names of the family's tensors, not quantised
     * @param type to store them as
     */
    LinkTensor.Data data(List<String> names, ElementType type) {
        return channel -> {
            for (String name : names) {
                FiniteStream.write(file, prefix + name, type, channel);
            }
        };
    }

    /**
     * Takes a tensor's bytes from its file and hands them on in another type, a piece at a time: neither heap nor
     * resident memory grows with the checkpoint. A weight that is no finite number ends it, in the file's type and in
     * the archive's.
     */
    static final class FiniteStream implements WritableByteChannel {

        private final String file;
        private final TensorInfo info;
        private final ElementType target;
        private final WritableByteChannel out;
        private ByteBuffer piece = ByteBuffer.allocate(0);

        private FiniteStream(String file, TensorInfo info, ElementType target, WritableByteChannel out) {
            this.file = file;
            this.info = info;
            this.target = target;
            this.out = out;
        }

        static void write(SafetensorsFile file, String name, ElementType target, WritableByteChannel channel)
                throws IOException {
            TensorInfo info = file.tensor(name);
            file.copyTo(name, new FiniteStream(file.name(), info, target, channel));
        }

        /** Takes whole elements of the file's type. */
        @Override
        public int write(ByteBuffer source) throws IOException {
            int taken = source.remaining();
            source.order(ByteOrder.LITTLE_ENDIAN);
            int size = taken / info.type().bytes() * target.bytes();
            if (piece.capacity() < size) {
                piece = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
            }
            piece.clear();
            while (source.hasRemaining()) {
                put(piece, target, checked(next(source, info.type())));
            }
            piece.flip();
            while (piece.hasRemaining()) {
                out.write(piece);
            }
            return taken;
        }

        @Override
        public boolean isOpen() {
            return out.isOpen();
        }

        @Override
        public void close() {
            // The archive goes on with the next tensor.
        }

        private static float next(ByteBuffer source, ElementType type) {
            return switch (type) {
                case F16 -> Halves.fromHalf(source.getShort());
                case BF16 -> Halves.fromBfloat(source.getShort());
                case F32 -> source.getFloat();
                case F64 -> (float) source.getDouble();
                default ->
                    throw new IllegalArgumentException("weights of type " + type
                            + " are not taken by this family; known are F16, BF16, F32 and F64");
            };
        }

        private float checked(float value) {
            boolean lost = target == ElementType.F16 && Math.abs(value) >= 65520;
            if (!Float.isFinite(value) || lost) {
                throw new IllegalArgumentException("%s: tensor '%s' holds the weight %s, which is no finite number%s"
                        .formatted(file, info.name(), value, lost ? " in fp16: take bf16 or fp32" : ""));
            }
            return value;
        }

        private static void put(ByteBuffer chunk, ElementType target, float value) {
            switch (target) {
                case F16 -> chunk.putShort(Halves.toHalf(value));
                case BF16 -> chunk.putShort(Halves.toBfloat(value));
                case F64 -> chunk.putDouble(value);
                default -> chunk.putFloat(value);
            }
        }
    }

    /**
     * A family's place in a file that may hold more than it: open_clip saves the vision tower under {@code visual.}
     * beside the text tower.
     *
     * @param family whose tensors are wanted
     * @param prefix that its tensors have in the file
     * @param others shapes of the other tensors that must be there, by their names in the file
     * @param ignored names, or beginnings of names that end in a dot, that may be there or not
     */
    public record Tower(Family family, String prefix, Map<String, List<Long>> others, Set<String> ignored) {

        public Tower {
            others = Map.copyOf(others);
            ignored = Set.copyOf(ignored);
        }

        /** A family that has a file to itself. */
        public static Tower alone(Family family) {
            return new Tower(family, "", Map.of(), Set.of());
        }

        /** Shapes by name of all tensors that the file must hold. */
        Map<String, List<Long>> wanted() {
            Map<String, List<Long>> wanted = new HashMap<>(others);
            family.tensors().forEach((name, shape) -> wanted.put(prefix + name, shape));
            return wanted;
        }

        boolean ignores(String name) {
            return ignored.stream()
                    .anyMatch(entry -> entry.endsWith(".") ? name.startsWith(entry) : name.equals(entry));
        }
    }

    /** Tensors of convolutional networks as their programs want them. */
    public static final class ChannelsLast {

        private ChannelsLast() {}

        /**
         * Each under its own name, kernels channels-last and all else row-major.
         *
         * @param shapes by name, in the order that is wanted
         * @param type to store a tensor as, by its name
         */
        public static List<LinkTensor> layOut(
                Map<String, List<Long>> shapes, Weights weights, Function<String, ElementType> type) {
            List<LinkTensor> laidOut = new ArrayList<>();
            shapes.forEach((name, shape) -> {
                float[] values = weights.floats(name);
                laidOut.add(
                        shape.size() == 4
                                ? LinkTensor.channelsLast(name, type.apply(name), shape, values)
                                : LinkTensor.of(name, type.apply(name), shape, values));
            });
            return laidOut;
        }

        /** Each whole, under its own name. */
        static List<Piece> pieces(Map<String, List<Long>> shapes) {
            List<Piece> pieces = new ArrayList<>();
            shapes.forEach((name, shape) -> pieces.add(Piece.whole(name, shape, name)));
            return pieces;
        }
    }
}
