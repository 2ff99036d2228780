package io.bulwark.lab.evaluate.photograph;

import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.DifferentiableEncoder.Answers;
import io.bulwark.perception.encoder.EncoderDescription;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The trivial baseline: a thumbnail. The embedding is the mean colour of each block of a grid, less 0.5, so that a
 * cosine compares what is bright and what is dark. What an encoder does no better needs no network. Any thread; holds
 * nothing.
 *
 * @param blocks rows and columns of the grid; divides {@value #SIDE}
 */
public record BlockMeans(int blocks) implements DifferentiableEncoder {

    private static final int SIDE = 128;
    private static final int CHANNELS = 3;
    private static final float GREY = 0.5f;

    public BlockMeans {
        if (blocks < 1 || SIDE % blocks != 0) {
            throw new IllegalArgumentException("%d blocks do not divide %d pixels".formatted(blocks, SIDE));
        }
    }

    @Override
    public EncoderDescription description() {
        String name = "block-means-%d".formatted(blocks);
        return new EncoderDescription(
                name,
                name,
                "block-means",
                CHANNELS * blocks * blocks,
                "fp32",
                PreprocessSpec.unit(SIDE, PreprocessSpec.Interpolation.BILINEAR),
                List.of());
    }

    @Override
    public Answers answer(float[] pixels, int count, int height, int width) {
        float[] embeddings = new float[count * CHANNELS * blocks * blocks];
        Arrays.fill(embeddings, -GREY);
        int area = height / blocks * (width / blocks);
        for (int line = 0; line < count * CHANNELS * height; line++) {
            int row = firstBlock(line, height);
            for (int x = 0, pixel = line * width; x < width; x++, pixel++) {
                embeddings[row + x * blocks / width] += pixels[pixel] / area;
            }
        }
        return new Answers(count, embeddings, new float[0]);
    }

    /** The place in the embeddings of the leftmost block that a line of pixels runs through. */
    private int firstBlock(int line, int height) {
        return (line / height * blocks + line % height / (height / blocks)) * blocks;
    }

    @Override
    public Gradient gradient(float[] pixels, int count, int height, int width, UnaryOperator<float[]> slope) {
        float[] embeddings = answer(pixels, count, height, width).embeddings();
        float[] byEmbedding = slope.apply(embeddings);
        int area = height / blocks * (width / blocks);
        float[] gradient = new float[pixels.length];
        for (int line = 0; line < count * CHANNELS * height; line++) {
            int row = firstBlock(line, height);
            for (int x = 0, pixel = line * width; x < width; x++, pixel++) {
                gradient[pixel] = byEmbedding[row + x * blocks / width] / area;
            }
        }
        return new Gradient(embeddings, gradient);
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}
