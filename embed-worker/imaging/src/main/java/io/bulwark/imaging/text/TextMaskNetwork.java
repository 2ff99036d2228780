package io.bulwark.imaging.text;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * A fully convolutional network that says of each pixel whether text covers it: three scales, depth-wise separable
 * residual blocks, a way back up that adds what the finer scales saw (as U-Net concatenates it: Ronneberger et al.,
 * MICCAI 2015). The order of layers is written once, {@link #logits}; who computes them is an argument, so that what a
 * worker runs and what training differentiates cannot differ in shape. Immutable; any thread.
 *
 * <p>Weights are a safetensors file of 32-bit floats, whose header follows from the layers.
 */
public final class TextMaskNetwork {

    /** Pixels along a side that the coarsest scale takes together: sides of an input are multiples of it. */
    public static final int STEP = 8;

    /** Along a side, the pixels for which one place of the answer holds logits. */
    public static final int ANSWERED = 2;

    private static final int FINE = 12;
    private static final int MIDDLE = 24;
    private static final int COARSE = 40;

    private static final Block FINE_IN = new Block("fine-in", FINE, 1);
    private static final Block MIDDLE_1 = new Block("middle-1", MIDDLE, 1);
    private static final Block MIDDLE_2 = new Block("middle-2", MIDDLE, 2);
    private static final List<Block> COARSE_BLOCKS = List.of(
            new Block("coarse-1", COARSE, 1), new Block("coarse-2", COARSE, 2), new Block("coarse-3", COARSE, 4));
    private static final Block MIDDLE_OUT = new Block("middle-out", MIDDLE, 1);
    private static final Block FINE_OUT = new Block("fine-out", FINE, 1);

    private static final Convolution STEM = new Convolution("stem", 3, FINE, 3, 2, 1, 1);
    private static final Convolution SHRINK_1 = Convolution.depthwise("shrink-1", FINE, 2, 1);
    private static final Convolution WIDEN_1 = Convolution.pointwise("widen-1", FINE, MIDDLE);
    private static final Convolution SHRINK_2 = Convolution.depthwise("shrink-2", MIDDLE, 2, 1);
    private static final Convolution WIDEN_2 = Convolution.pointwise("widen-2", MIDDLE, COARSE);
    private static final Convolution NARROW_2 = Convolution.pointwise("narrow-2", COARSE, MIDDLE);
    private static final Convolution NARROW_1 = Convolution.pointwise("narrow-1", MIDDLE, FINE);
    private static final Convolution ANSWER = Convolution.pointwise("answer", FINE, ANSWERED * ANSWERED);

    private static final List<Convolution> CONVOLUTIONS = inOrder();

    private final float[] weights;

    /**
     * @param weights of {@link #convolutions}, one after the other: of each {@code [out, in / groups, kernel, kernel]},
     *     then its biases; not copied
     */
    public TextMaskNetwork(float[] weights) {
        if (weights.length != size()) {
            throw new IllegalArgumentException(
                    "the text mask's network has %d weights, found are %d".formatted(size(), weights.length));
        }
        this.weights = weights;
    }

    /**
     * A convolution that keeps the size but for its stride: zeros stand around the picture.
     *
     * @param kernel 1 or 3
     * @param groups 1, or {@code in} where each channel is seen alone
     */
    public record Convolution(String name, int in, int out, int kernel, int stride, int dilation, int groups) {

        static Convolution pointwise(String name, int in, int out) {
            return new Convolution(name, in, out, 1, 1, 1, 1);
        }

        static Convolution depthwise(String name, int channels, int stride, int dilation) {
            return new Convolution(name, channels, channels, 3, stride, dilation, channels);
        }

        /** Weights without biases. */
        public int size() {
            return out * in / groups * kernel * kernel;
        }

        /** Zeros on each side. */
        public int padding() {
            return kernel / 2 * dilation;
        }
    }

    /** What is added to its own input: a depth-wise and a point-wise convolution. */
    private record Block(Convolution seen, Convolution mixed) {

        Block(String name, int channels, int dilation) {
            this(
                    Convolution.depthwise(name + ".seen", channels, 1, dilation),
                    Convolution.pointwise(name + ".mixed", channels, channels));
        }

        <T> T of(T input, Operations<T> by) {
            return by.relu(by.add(input, by.convolve(mixed, by.relu(by.convolve(seen, input)))));
        }
    }

    /**
     * Who computes.
     *
     * @param <T> activations {@code [channels, height, width]}, or a batch of them
     */
    public interface Operations<T> {

        /** With biases. */
        T convolve(Convolution by, T input);

        /** Negative values become 0. */
        T relu(T input);

        /** Of two of one size. */
        T add(T one, T other);

        /** Each value becomes two by two. */
        T enlarge(T input);
    }

    /**
     * Computes.
     *
     * @param pixels {@code [3, height, width]}, red, green and blue as {@link #input} has them; sides are multiples of
     *     {@link #STEP}
     * @return {@code [4, height / 2, width / 2]}: the logits of two by two pixels, row by row
     */
    public static <T> T logits(Operations<T> by, T pixels) {
        T fine = FINE_IN.of(by.relu(by.convolve(STEM, pixels)), by);
        T middle = by.relu(by.convolve(WIDEN_1, by.relu(by.convolve(SHRINK_1, fine))));
        middle = MIDDLE_2.of(MIDDLE_1.of(middle, by), by);
        T coarse = by.relu(by.convolve(WIDEN_2, by.relu(by.convolve(SHRINK_2, middle))));
        for (Block block : COARSE_BLOCKS) {
            coarse = block.of(coarse, by);
        }
        middle = by.relu(by.add(middle, by.enlarge(by.convolve(NARROW_2, coarse))));
        middle = MIDDLE_OUT.of(middle, by);
        fine = by.relu(by.add(fine, by.enlarge(by.convolve(NARROW_1, middle))));
        return by.convolve(ANSWER, FINE_OUT.of(fine, by));
    }

    /** A level of a channel as the network takes it, about -2 to 2. */
    public static float input(int level) {
        return (level - 127.5f) / 63.75f;
    }

    /** All layers with weights, in their order in {@link #weights}. */
    public static List<Convolution> convolutions() {
        return CONVOLUTIONS;
    }

    private static List<Convolution> inOrder() {
        List<Convolution> all = new ArrayList<>(List.of(STEM));
        List<Block> blocks = new ArrayList<>(List.of(FINE_IN, MIDDLE_1, MIDDLE_2));
        blocks.addAll(COARSE_BLOCKS);
        blocks.addAll(List.of(MIDDLE_OUT, FINE_OUT));
        blocks.forEach(block -> all.addAll(List.of(block.seen(), block.mixed())));
        all.addAll(List.of(SHRINK_1, WIDEN_1, SHRINK_2, WIDEN_2, NARROW_2, NARROW_1, ANSWER));
        return List.copyOf(all);
    }

    /** Weights and biases in all. */
    public static int size() {
        return convolutions().stream().mapToInt(by -> by.size() + by.out()).sum();
    }

    /** Where a layer's weights begin; its biases follow them. */
    public static int offset(Convolution of) {
        int at = 0;
        for (Convolution by : convolutions()) {
            if (by.equals(of)) {
                return at;
            }
            at += by.size() + by.out();
        }
        throw new IllegalArgumentException("no layer of the network: " + of);
    }

    /** Multiplications with additions for an input of this size. */
    public static long operations(int width, int height) {
        long[] sum = new long[1];
        logits(
                new Operations<int[]>() {
                    @Override
                    public int[] convolve(Convolution by, int[] size) {
                        int[] made = {size[0] / by.stride(), size[1] / by.stride()};
                        sum[0] += (long) by.size() * made[0] * made[1];
                        return made;
                    }

                    @Override
                    public int[] relu(int[] size) {
                        return size;
                    }

                    @Override
                    public int[] add(int[] one, int[] other) {
                        return one;
                    }

                    @Override
                    public int[] enlarge(int[] size) {
                        return new int[] {2 * size[0], 2 * size[1]};
                    }
                },
                new int[] {width, height});
        return sum[0];
    }

    /** Not to be modified. */
    public float[] weights() {
        return weights;
    }

    /** SHA-256 of the file, lower-case hexadecimal: what changes an answer changes it. */
    public String fingerprint() {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(toBytes()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    /** The safetensors file. */
    public byte[] toBytes() {
        byte[] header = header();
        ByteBuffer file = ByteBuffer.allocate(header.length + Float.BYTES * weights.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(header);
        file.asFloatBuffer().put(weights);
        return file.array();
    }

    /**
     * Reads what {@link #toBytes} wrote.
     *
     * @throws IllegalArgumentException if it is the file of other layers
     */
    public static TextMaskNetwork ofBytes(byte[] file) {
        byte[] header = header();
        if (file.length != header.length + Float.BYTES * size()
                || !Arrays.equals(header, Arrays.copyOf(file, header.length))) {
            throw new IllegalArgumentException(
                    "%d bytes are not the %d bytes of this text mask's weights: `bulwark train text-mask` writes them"
                            .formatted(file.length, header.length + Float.BYTES * size()));
        }
        float[] weights = new float[size()];
        ByteBuffer.wrap(file, header.length, file.length - header.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(weights);
        return new TextMaskNetwork(weights);
    }

    /** The length of the header's JSON in eight bytes, then the JSON, with spaces up to a multiple of eight. */
    private static byte[] header() {
        StringBuilder json = new StringBuilder("{");
        int at = 0;
        for (Convolution by : convolutions()) {
            String shape = "%d,%d,%d,%d".formatted(by.out(), by.in() / by.groups(), by.kernel(), by.kernel());
            at = entry(json, by.name() + ".weight", shape, by.size(), at);
            at = entry(json, by.name() + ".bias", String.valueOf(by.out()), by.out(), at);
        }
        json.setCharAt(json.length() - 1, '}');
        json.append(" ".repeat((8 - json.length() % 8) % 8));
        byte[] text = json.toString().getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(Long.BYTES + text.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(text.length)
                .put(text)
                .array();
    }

    private static int entry(StringBuilder json, String name, String shape, int count, int at) {
        int end = at + Float.BYTES * count;
        json.append(
                "\"%s\":{\"dtype\":\"F32\",\"shape\":[%s],\"data_offsets\":[%d,%d]},".formatted(name, shape, at, end));
        return end;
    }
}
