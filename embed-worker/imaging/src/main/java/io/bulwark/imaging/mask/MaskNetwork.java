package io.bulwark.imaging.mask;

import io.bulwark.imaging.mask.MaskLayers.Convolution;
import io.bulwark.imaging.mask.PlainOperations.Planes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Layers with weights: a safetensors file of 32-bit floats, whose header follows from the layers. The same pixels give
 * the same answer on every machine. Immutable; any thread.
 */
public final class MaskNetwork {

    private static final float[] INPUTS = inputs();

    private final MaskLayers layers;
    private final float[] weights;

    /**
     * @param weights of {@link MaskLayers#convolutions}, one after the other: of each
     *     {@code [out, in / groups, kernel, kernel]}, then its biases; not copied
     */
    public MaskNetwork(MaskLayers layers, float[] weights) {
        if (weights.length != layers.size()) {
            throw new IllegalArgumentException("the network of the %s has %d weights, found are %d"
                    .formatted(layers.title(), layers.size(), weights.length));
        }
        this.layers = layers;
        this.weights = weights;
    }

    /** A level of a channel as the network takes it, about -2 to 2. */
    public static float input(int level) {
        return (level - 127.5f) / 63.75f;
    }

    private static float[] inputs() {
        float[] inputs = new float[256];
        for (int level = 0; level < inputs.length; level++) {
            inputs[level] = input(level);
        }
        return inputs;
    }

    /** What the weights are of. */
    public MaskLayers layers() {
        return layers;
    }

    /**
     * Answers, in plain Java.
     *
     * @param rgb {@code [height, width, 3]} unsigned bytes
     * @return {@code [height, width]} logits
     */
    public float[] logits(byte[] rgb, int width, int height) {
        Planes answer = layers.logits(new PlainOperations(this), planes(rgb, width, height));
        float[] logits = new float[width * height];
        int side = MaskLayers.ANSWERED;
        for (int y = 0; y < height; y++) {
            for (int first = 0; first < side; first++) {
                float[] plane = answer.planes()[y % side * side + first];
                int from = answer.at(0, y / side);
                for (int x = first; x < width; x += side) {
                    logits[y * width + x] = plane[from + x / side];
                }
            }
        }
        return logits;
    }

    /** The last row and column stand for what is missing to whole steps. */
    private static Planes planes(byte[] rgb, int width, int height) {
        Planes planes = Planes.zeros(3, whole(width), whole(height));
        for (int y = 0; y < planes.height(); y++) {
            int row = Math.min(y, height - 1) * width;
            int to = planes.at(0, y);
            for (int channel = 0; channel < 3; channel++) {
                float[] plane = planes.planes()[channel];
                for (int x = 0; x < width; x++) {
                    plane[to + x] = INPUTS[rgb[3 * (row + x) + channel] & 0xff];
                }
                Arrays.fill(plane, to + width, to + planes.width(), plane[to + width - 1]);
            }
        }
        return planes;
    }

    private static int whole(int side) {
        int step = MaskLayers.STEP;
        return (side + step - 1) / step * step;
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
        byte[] header = header(layers);
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
    public static MaskNetwork ofBytes(MaskLayers layers, byte[] file) {
        byte[] header = header(layers);
        int length = header.length + Float.BYTES * layers.size();
        if (file.length != length || !Arrays.equals(header, Arrays.copyOf(file, header.length))) {
            throw new IllegalArgumentException(
                    "%d bytes are not the %d bytes of this %s's weights: `bulwark train %s` writes them"
                            .formatted(file.length, length, layers.title().replace('-', ' '), layers.title()));
        }
        float[] weights = new float[layers.size()];
        ByteBuffer.wrap(file, header.length, file.length - header.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(weights);
        return new MaskNetwork(layers, weights);
    }

    /**
     * The weights in the jar of bulwark-imaging, beside this class.
     *
     * @param setting that asks for them, for the message
     * @throws IllegalStateException if the jar has none
     */
    static MaskNetwork bundled(MaskLayers layers, String setting) {
        String name = layers.title() + ".safetensors";
        try (InputStream file = MaskNetwork.class.getResourceAsStream(name)) {
            if (file == null) {
                throw new IllegalStateException("the jar of bulwark-imaging has no " + name
                        + " beside the class MaskNetwork: build it again, or set " + setting + " to false");
            }
            return ofBytes(layers, file.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("the bundled " + name + " cannot be read", e);
        }
    }

    /** The length of the header's JSON in eight bytes, then the JSON, with spaces up to a multiple of eight. */
    private static byte[] header(MaskLayers layers) {
        StringBuilder json = new StringBuilder("{");
        int at = 0;
        for (Convolution by : layers.convolutions()) {
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
