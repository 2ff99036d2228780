package io.bulwark.lab.explain;

import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;

/**
 * An encoder as it decides, and the same with gradients. One thread, always the same; holds native memory.
 *
 * @param deciding decides
 * @param gradients makes maps
 */
public record ExplainedEncoder(Encoder deciding, DifferentiableEncoder gradients) implements AutoCloseable {

    /**
     * Opens both.
     *
     * @param fastDecode whether the references were made for {@code bulwark.decode.fast}
     */
    public static ExplainedEncoder open(ModelPackage model, EncoderOptions options, boolean fastDecode) {
        Encoder whole = model.openEncoder(options);
        Encoder deciding =
                fastDecode ? whole.after(whole.description().preprocess().jpegReduction()) : whole;
        return new ExplainedEncoder(deciding, model.openDifferentiable(options));
    }

    /** What it is. */
    public EncoderDescription description() {
        return deciding.description();
    }

    @Override
    public void close() {
        gradients.close();
        deciding.close();
    }
}
