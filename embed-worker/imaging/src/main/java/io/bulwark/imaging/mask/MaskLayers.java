package io.bulwark.imaging.mask;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The layers of a fully convolutional network that answers a question about each pixel: three scales, depth-wise
 * separable residual blocks, a way back up that adds what the finer scales saw (as U-Net concatenates it: Ronneberger
 * et al., MICCAI 2015). The order of layers is written once, {@link #logits}; who computes them is an argument, so that
 * what a worker runs and what training differentiates cannot differ in shape.
 */
public enum MaskLayers {
    /** Whether text covers the pixel. */
    TEXT("text-mask", 12, 24, 40, 1, 2, 4),
    /** Whether the pixel is inside a picture within the picture: that takes seeing far, so the coarse scale is wide. */
    INSETS("inset-mask", 12, 24, 64, 1, 2, 4, 1, 2, 4);

    /** Pixels along a side that the coarsest scale takes together: sides of an input are multiples of it. */
    public static final int STEP = 8;

    /** Along a side, the pixels for which one place of the answer holds logits. */
    public static final int ANSWERED = 2;

    private final String title;
    private final Block fineIn;
    private final Block middleOne;
    private final Block middleTwo;
    private final List<Block> coarseBlocks;
    private final Block middleOut;
    private final Block fineOut;
    private final Convolution stem;
    private final Convolution shrinkOne;
    private final Convolution widenOne;
    private final Convolution shrinkTwo;
    private final Convolution widenTwo;
    private final Convolution narrowTwo;
    private final Convolution narrowOne;
    private final Convolution answer;
    private final List<Convolution> convolutions;

    /** @param reaches dilations of the coarse blocks, 4 at most */
    MaskLayers(String title, int fine, int middle, int coarse, int... reaches) {
        this.title = title;
        this.fineIn = new Block("fine-in", fine, 1);
        this.middleOne = new Block("middle-1", middle, 1);
        this.middleTwo = new Block("middle-2", middle, 2);
        this.coarseBlocks = IntStream.range(0, reaches.length)
                .mapToObj(i -> new Block("coarse-" + (i + 1), coarse, reaches[i]))
                .toList();
        this.middleOut = new Block("middle-out", middle, 1);
        this.fineOut = new Block("fine-out", fine, 1);
        this.stem = new Convolution("stem", 3, fine, 3, 2, 1, 1);
        this.shrinkOne = Convolution.depthwise("shrink-1", fine, 2, 1);
        this.widenOne = Convolution.pointwise("widen-1", fine, middle);
        this.shrinkTwo = Convolution.depthwise("shrink-2", middle, 2, 1);
        this.widenTwo = Convolution.pointwise("widen-2", middle, coarse);
        this.narrowTwo = Convolution.pointwise("narrow-2", coarse, middle);
        this.narrowOne = Convolution.pointwise("narrow-1", middle, fine);
        this.answer = Convolution.pointwise("answer", fine, ANSWERED * ANSWERED);
        this.convolutions = inOrder();
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
     * @param pixels {@code [3, height, width]}, red, green and blue as {@link MaskNetwork#input} has them; sides are
     *     multiples of {@link #STEP}
     * @return {@code [4, height / 2, width / 2]}: the logits of two by two pixels, row by row
     */
    public <T> T logits(Operations<T> by, T pixels) {
        T fine = fineIn.of(by.relu(by.convolve(stem, pixels)), by);
        T middle = by.relu(by.convolve(widenOne, by.relu(by.convolve(shrinkOne, fine))));
        middle = middleTwo.of(middleOne.of(middle, by), by);
        T coarse = by.relu(by.convolve(widenTwo, by.relu(by.convolve(shrinkTwo, middle))));
        for (Block block : coarseBlocks) {
            coarse = block.of(coarse, by);
        }
        middle = by.relu(by.add(middle, by.enlarge(by.convolve(narrowTwo, coarse))));
        middle = middleOut.of(middle, by);
        fine = by.relu(by.add(fine, by.enlarge(by.convolve(narrowOne, middle))));
        return by.convolve(answer, fineOut.of(fine, by));
    }

    /** As files and commands name it: {@code text-mask}. */
    public String title() {
        return title;
    }

    /** All layers with weights, in their order in {@link MaskNetwork#weights}. */
    public List<Convolution> convolutions() {
        return convolutions;
    }

    private List<Convolution> inOrder() {
        List<Convolution> all = new ArrayList<>(List.of(stem));
        List<Block> blocks = new ArrayList<>(List.of(fineIn, middleOne, middleTwo));
        blocks.addAll(coarseBlocks);
        blocks.addAll(List.of(middleOut, fineOut));
        blocks.forEach(block -> all.addAll(List.of(block.seen(), block.mixed())));
        all.addAll(List.of(shrinkOne, widenOne, shrinkTwo, widenTwo, narrowTwo, narrowOne, answer));
        return List.copyOf(all);
    }

    /** Weights and biases in all. */
    public int size() {
        return convolutions.stream().mapToInt(by -> by.size() + by.out()).sum();
    }

    /** Where a layer's weights begin; its biases follow them. */
    public int offset(Convolution of) {
        int at = 0;
        for (Convolution by : convolutions) {
            if (by.equals(of)) {
                return at;
            }
            at += by.size() + by.out();
        }
        throw new IllegalArgumentException("no layer of the network: " + of);
    }

    /** Multiplications with additions for an input of this size. */
    public long operations(int width, int height) {
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
}
