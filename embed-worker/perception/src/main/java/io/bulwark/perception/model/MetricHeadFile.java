package io.bulwark.perception.model;

import io.bulwark.perception.encoder.MetricHead;
import io.bulwark.perception.encoder.ModelPackageException;
import io.bulwark.perception.encoder.TrainableEncoder.TensorPlace;
import io.bulwark.perception.safetensors.SafetensorsFile;
import io.bulwark.perception.safetensors.SafetensorsFile.SafetensorsException;
import io.bulwark.perception.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A metric head on disk: its four tensors, and in the metadata the encoder that it belongs to.
 *
 * @param file safetensors
 */
public record MetricHeadFile(Path file) {

    /** What the file is called in the folder of a package that has its own head. */
    public static final String NAME = "metric_head.safetensors";

    private static final String ENCODER = "encoder";

    /** What it is given: heads of earlier versions were given unit embeddings and do not say. */
    private static final String INPUT = "input";

    private static final String RAW = "raw embedding";

    /**
     * Writes it.
     *
     * @param encoder fp32 fingerprint of the encoder that it was trained behind
     * @param provenance how it came about
     */
    public void write(MetricHead head, String encoder, Map<String, String> provenance) throws IOException {
        SafetensorsWriter writer =
                new SafetensorsWriter().metadata(ENCODER, encoder).metadata(INPUT, RAW);
        new TreeMap<>(provenance).forEach(writer::metadata);
        for (TensorPlace part : head.parts()) {
            float[] values = Arrays.copyOfRange(head.weights(), part.offset(), part.offset() + part.length());
            writer.add(part.name(), part.shape(), values);
        }
        writer.write(file);
    }

    /**
     * Reads one.
     *
     * @param encoder fp32 fingerprint of the encoder that it shall stand behind
     * @throws ModelPackageException if it is no head, one of another encoder, or one that was given unit embeddings
     * @throws IOException if it cannot be read
     */
    public MetricHead read(String encoder) throws IOException {
        try (SafetensorsFile stored = SafetensorsFile.open(file)) {
            String trained = stored.metadata().get(ENCODER);
            if (!encoder.equals(trained)) {
                throw new ModelPackageException("%s was trained behind an encoder of fingerprint %s; this one's is %s"
                        .formatted(file, trained, encoder));
            }
            if (!RAW.equals(stored.metadata().get(INPUT))) {
                throw new ModelPackageException(("%s was trained on embeddings at unit length, as earlier versions did;"
                                + " the original has them as they are: train it again")
                        .formatted(file));
            }
            List<Long> shape = stored.tensor("in").shape();
            if (shape.size() != 2) {
                throw new ModelPackageException("%s: tensor 'in' is %s, wanted is [D, H]".formatted(file, shape));
            }
            MetricHead head = MetricHead.fresh(Math.toIntExact(shape.get(0)), Math.toIntExact(shape.get(1)), 0);
            for (TensorPlace part : head.parts()) {
                float[] values = stored.floats(part.name());
                if (!stored.tensor(part.name()).shape().equals(part.shape())) {
                    throw new ModelPackageException("%s: tensor '%s' is %s, wanted is %s"
                            .formatted(
                                    file,
                                    part.name(),
                                    stored.tensor(part.name()).shape(),
                                    part.shape()));
                }
                System.arraycopy(values, 0, head.weights(), part.offset(), values.length);
            }
            return head;
        } catch (SafetensorsException e) {
            throw new ModelPackageException("%s is no metric head: %s".formatted(file, e.getMessage()), e);
        }
    }
}
