package io.bulwark.lab.evaluate;

import io.bulwark.lab.attack.loss.EmbeddingLoss;
import java.util.List;

/** A task's answers for one encoder. One thread at a time; closed by who asked for it. */
public interface Scorer extends AutoCloseable {

    /**
     * How well a question is answered.
     *
     * @param embedding {@code [D]} of the question's picture, not normalised
     * @return in [0, 1]; 1 is right
     */
    double score(int question, float[] embedding);

    /**
     * What attackers raise. Its samples are the questions; who is fooled has nothing left to lose.
     */
    EmbeddingLoss loss();

    /** All that attackers may raise, {@link #loss} first: where one leads nowhere, another may lead on. */
    default List<EmbeddingLoss> losses() {
        return List.of(loss());
    }

    /** Frees native memory where some is held. */
    @Override
    default void close() {}
}
