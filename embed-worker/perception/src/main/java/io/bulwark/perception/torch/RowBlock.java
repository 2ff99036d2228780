package io.bulwark.perception.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.bulwark.perception.encoder.EncoderDescription.Fingerprints;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.safetensors.ElementType.Halves;
import io.bulwark.perception.torchscript.Attributes;
import io.bulwark.perception.torchscript.Program;
import io.bulwark.perception.torchscript.TorchScriptLinker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A block of rows in native memory, freed by {@link #close()}: each {@code [D]} in bf16, and some bytes beside it. The
 * system gives the memory when it is first written. One thread writes rows while any others multiply and read rows that
 * were written before. No call may follow after {@link #close()}.
 */
public final class RowBlock implements AutoCloseable {

    /** A block is multiplied in this many shapes at most: libtorch prepares code for each when it first sees it. */
    private static final int SHAPES = 8;

    /** Multiplications that are done sooner than libtorch has woken its threads. */
    private static final int FEW = 50_000;

    private final int dimension;
    private final int rows;
    private final NDManager memory = NDManager.newBaseManager(Device.cpu(), "PyTorch");
    private final NDArray matrix;
    private final ShortBuffer high;
    private final ByteBuffer low;

    /**
     * Room for rows.
     *
     * @param rows at least 1
     * @param dimension elements of a row, at least 1
     * @param lowBytes bytes beside each row, at least 1
     */
    public RowBlock(int rows, int dimension, int lowBytes) {
        this.rows = rows;
        this.dimension = dimension;
        try (NDArray sizes = memory.create(new long[] {rows, dimension})) {
            matrix = RowProduct.empty(sizes);
        }
        high = own(matrix).asShortBuffer();
        low = own(memory.create(new Shape(rows, lowBytes), DataType.UINT8));
    }

    /** The array's memory itself. */
    private static ByteBuffer own(NDArray array) {
        return array.toByteBuffer(true).order(ByteOrder.nativeOrder());
    }

    /** Rows that there is room for. */
    public int rows() {
        return rows;
    }

    /** The bf16 elements, {@code [rows, D]} row-major; for absolute access alone. */
    public ShortBuffer high() {
        return high;
    }

    /** The bytes beside them, {@code [rows, lowBytes]} row-major; for absolute access alone. */
    public ByteBuffer low() {
        return low;
    }

    /** Takes the products of one query. */
    @FunctionalInterface
    public interface Products {

        /**
         * @param query which
         * @param products with each row plus the offset, the first of the array; overwritten by the next query's
         */
        void take(int query, float[] products);
    }

    /**
     * Multiplies the first rows with queries.
     *
     * @param queries {@code [Q, D]} row-major, of numbers that bf16 can hold
     * @param queryCount Q
     * @param count rows, at least 1
     * @param offset what to add to products before they are rounded: a number that bf16 can hold
     * @param products told of each query in their order, on this thread
     */
    public void multiply(float[] queries, int queryCount, int count, float offset, Products products) {
        float[] part = new float[count];
        if ((long) count * dimension * queryCount <= FEW) {
            for (int query = 0; query < queryCount; query++) {
                for (int row = 0; row < count; row++) {
                    part[row] = product(row, queries, query * dimension) + offset;
                }
                products.take(query, part);
            }
            return;
        }
        int step = (rows + SHAPES - 1) / SHAPES;
        // Memory behind the last row is multiplied, too, and the result is ignored.
        int some = Math.min(rows, (count + step - 1) / step * step);
        try (NDManager batch = memory.newSubManager()) {
            NDArray asked = batch.create(queries, new Shape(queryCount, dimension));
            NDArray number = batch.create((long) some);
            NDArray added = batch.create(new float[] {offset});
            try (NDArray product = RowProduct.multiply(matrix, number, asked, added)) {
                FloatBuffer all = own(product).asFloatBuffer();
                for (int query = 0; query < queryCount; query++) {
                    all.get(query * some, part);
                    products.take(query, part);
                }
            }
        }
    }

    private float product(int row, float[] queries, int from) {
        float sum = 0;
        for (int i = 0; i < dimension; i++) {
            sum += Halves.fromBfloat(high.get(row * dimension + i)) * queries[from + i];
        }
        return sum;
    }

    /**
     * Whether an offset is added before a product is rounded and so saves digits: else it is to be 0. Kernels differ in that, so
     * it is tried once.
     */
    public static boolean addsFirst() {
        return Tried.ADDS_FIRST;
    }

    /** A product of 1 + 2^-9, which bf16 rounds to 1, and an offset of -1. */
    private static final class Tried {

        private static final int ROWS = 64;
        private static final int DIMENSION = 2 * FEW / ROWS;
        private static final float SMALL = 0x1p-9f;

        static final boolean ADDS_FIRST = addsFirst();

        private static boolean addsFirst() {
            float[] query = new float[DIMENSION];
            query[0] = 1;
            query[1] = 1;
            boolean[] first = {true};
            try (RowBlock block = new RowBlock(ROWS, DIMENSION, 1)) {
                for (int i = 0; i < ROWS * DIMENSION; i++) {
                    float value = i % DIMENSION == 0 ? 1 : i % DIMENSION == 1 ? SMALL : 0;
                    block.high().put(i, (short) (Float.floatToRawIntBits(value) >>> 16));
                }
                block.multiply(query, 1, ROWS, -1, (number, products) -> {
                    for (float product : products) {
                        first[0] &= product == SMALL;
                    }
                });
            }
            return first[0];
        }
    }

    /** How far the sum of a product of two rows of about unit length and this many elements may be off. */
    public static double summing(int dimension) {
        return RowProduct.summing(dimension);
    }

    /** How far a product and offset may be off by having been rounded, as a share of it. */
    public static double rounding() {
        return RowProduct.ROUNDING;
    }

    @Override
    public void close() {
        memory.close();
    }

    /**
     * Products of bf16 rows with queries. DJL has no bf16, but a program that it runs has. Loaded once in a process;
     * any thread.
     *
     * <p>A product's error has two parts: the sum is made in fp32 in any order, and what comes out is rounded to bf16.
     * An offset is added in between, so that the products that are near its opposite keep more of their digits.
     * {@link #summing} and {@link #ROUNDING} bound the two.
     */
    static final class RowProduct {

        /** Half a unit in the last place of bf16: what rounding a value costs at most, as a share of it. */
        static final double ROUNDING = 0x1p-8;

        private static final Program PROGRAM = Program.beside(RowProduct.class, "row_product.py");

        private RowProduct() {}

        /**
         * What summing the products of a row of this many elements may be off, both of about unit length: D u / (1 - D
         * u) with u = 2^-24, in any order (Higham, Accuracy and Stability of Numerical Algorithms, 3.1), and a quarter
         * more, so that lengths that are not quite 1, an offset and rounding the exact cosine to fp32 are in it, too.
         */
        static double summing(int dimension) {
            return (dimension + 4) * 1.25 * 0x1p-24;
        }

        static NDArray empty(NDArray sizes) {
            return Loaded.PROGRAM.call("empty", sizes).get(0);
        }

        static NDArray multiply(NDArray rows, NDArray count, NDArray queries, NDArray offset) {
            return Loaded.PROGRAM.compute(rows, count, queries, offset);
        }

        /** Loaded when it is first needed. */
        private static final class Loaded {

            static final LoadedProgram PROGRAM = load();

            /** By a file that is not needed afterwards: a bank writes to the temporary folder alone. */
            private static LoadedProgram load() {
                String key = new Fingerprints()
                        .text(TorchScriptLinker.VERSION)
                        .text(RowProduct.PROGRAM.text())
                        .hex();
                try {
                    Path folder = Files.createTempDirectory("bulwark-rows");
                    Path archive =
                            new TorchScriptLinker(folder).link(key, RowProduct.PROGRAM, () -> Attributes.of(List.of()));
                    try {
                        return LoadedProgram.load(
                                "rows", archive, EncoderOptions.defaults().withThreads(-1), false);
                    } finally {
                        Files.delete(archive);
                        Files.delete(folder);
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException("The program that multiplies a bank's rows cannot be written", e);
                }
            }
        }
    }
}
