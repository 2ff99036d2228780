package io.bulwark.lab.evaluate.paper;

import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.imaging.preprocess.PreprocessSpec.ResizeMode;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.DifferentiableEncoder.Answers;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderDescription.Fingerprints;
import io.bulwark.perception.encoder.EncoderOptions.Precision;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Several encoders as one, as DreamSim joins DINO, CLIP and OpenCLIP (Fu et al., NeurIPS 2023, section 4.1): their
 * embeddings one behind the other, not normalised, and the cosine of the whole. Each puts its own mean and deviation on
 * the same pixels, to which the whole picture is squeezed by bicubic interpolation. One thread, as the members.
 *
 * <p>DreamSim takes DINO's class token before the last LayerNorm, a package's embedding is the one behind it.
 */
record EnsembleEncoder(EncoderDescription description, List<DifferentiableEncoder> members)
        implements DifferentiableEncoder {

    private static final String FAMILY = "ensemble";

    /**
     * Joins encoders, which are closed with this.
     *
     * @param members at least one
     * @throws IllegalArgumentException if they see pictures of different sizes
     */
    static EnsembleEncoder of(String name, List<DifferentiableEncoder> members) {
        PreprocessSpec first = members.get(0).description().preprocess();
        Fingerprints fingerprint = new Fingerprints().text(FAMILY);
        int dimension = 0;
        for (DifferentiableEncoder member : members) {
            EncoderDescription own = member.description();
            if (own.preprocess().height() != first.height() || own.preprocess().width() != first.width()) {
                throw new IllegalArgumentException("'%s' joins encoders of one input: '%s' sees %dx%d, '%s' %dx%d"
                        .formatted(
                                name,
                                members.get(0).description().name(),
                                first.height(),
                                first.width(),
                                own.name(),
                                own.preprocess().height(),
                                own.preprocess().width()));
            }
            fingerprint.text(own.fingerprint());
            dimension += own.dimension();
        }
        PreprocessSpec squeezed = new PreprocessSpec(
                first.height(),
                first.width(),
                first.height(),
                ResizeMode.SQUASH,
                Interpolation.BICUBIC,
                true,
                0,
                new float[3],
                new float[] {1, 1, 1});
        return new EnsembleEncoder(
                new EncoderDescription(
                        fingerprint.text(squeezed.canonical()).hex(),
                        name,
                        FAMILY,
                        dimension,
                        Precision.FP32.label(),
                        squeezed,
                        List.of()),
                List.copyOf(members));
    }

    @Override
    public Answers answer(float[] pixels, int count, int height, int width) {
        float[] joined = new float[count * description.dimension()];
        int column = 0;
        for (DifferentiableEncoder member : members) {
            float[] own = member.embed(pixels, count, height, width);
            int length = own.length / count;
            for (int row = 0; row < count; row++) {
                System.arraycopy(own, row * length, joined, row * description.dimension() + column, length);
            }
            column += length;
        }
        return new Answers(count, joined, new float[0]);
    }

    /** Two passes forwards: the slope by one member's embeddings depends on all of them. */
    @Override
    public Gradient gradient(float[] pixels, int count, int height, int width, UnaryOperator<float[]> slope) {
        int dimension = description.dimension();
        float[] joined = answer(pixels, count, height, width).embeddings();
        float[] byJoined = slope.apply(joined);
        float[] byPixels = new float[pixels.length];
        int column = 0;
        for (DifferentiableEncoder member : members) {
            int length = member.description().dimension();
            float[] byOwn = new float[count * length];
            for (int row = 0; row < count; row++) {
                int from = (byJoined.length == dimension ? 0 : row * dimension) + column;
                System.arraycopy(byJoined, from, byOwn, row * length, length);
            }
            float[] own = member.gradient(pixels, count, height, width, embeddings -> byOwn)
                    .inputGradient();
            for (int i = 0; i < byPixels.length; i++) {
                byPixels[i] += own[i];
            }
            column += length;
        }
        return new Gradient(joined, byPixels);
    }

    @Override
    public void close() {
        members.forEach(DifferentiableEncoder::close);
    }
}
