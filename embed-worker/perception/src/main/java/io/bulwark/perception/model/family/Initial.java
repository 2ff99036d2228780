package io.bulwark.perception.model.family;

import java.util.Arrays;
import java.util.SplittableRandom;

/** What a tensor holds before anything was learnt. */
public sealed interface Initial {

    /** Overwrites all values. */
    void fill(float[] values, SplittableRandom random);

    /** One number everywhere. */
    record Constant(float value) implements Initial {

        @Override
        public void fill(float[] values, SplittableRandom random) {
            Arrays.fill(values, value);
        }
    }

    /** Evenly from {@code -bound} to {@code bound}. */
    record Uniform(double bound) implements Initial {

        @Override
        public void fill(float[] values, SplittableRandom random) {
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (bound * (2 * random.nextDouble() - 1));
            }
        }
    }

    /** Normal with mean 0. timm's {@code trunc_normal_} cuts at two, a hundred deviations of 0.02: the same. */
    record Normal(double deviation) implements Initial {

        @Override
        public void fill(float[] values, SplittableRandom random) {
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (deviation * random.nextGaussian());
            }
        }
    }

    /** A norm's scale where {@code weight}, else zero. */
    static Initial norm(boolean weight) {
        return new Constant(weight ? 1 : 0);
    }

    /** PyTorch's own choice for weight and bias of linear layers and convolutions: {@code U(±1/sqrt(fanIn))}. */
    static Initial layer(long fanIn) {
        return new Uniform(1 / Math.sqrt(fanIn));
    }

    /** Glorot and Bengio (AISTATS 2010): {@code U(±sqrt(6/(fanIn + fanOut)))}. */
    static Initial xavier(long fanIn, long fanOut) {
        return new Uniform(Math.sqrt(6.0 / (fanIn + fanOut)));
    }
}
