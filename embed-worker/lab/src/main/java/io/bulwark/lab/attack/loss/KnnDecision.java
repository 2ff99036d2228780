package io.bulwark.lab.attack.loss;

/** The real decision about embeddings: what success is judged by. One thread at a time. */
@FunctionalInterface
public interface KnnDecision {

    /**
     * Decides.
     *
     * @param units {@code [samples.length, D]} unit rows
     * @param samples whose they are
     * @return whether each decision is the attacker's
     */
    boolean[] fooled(float[] units, int[] samples);
}
