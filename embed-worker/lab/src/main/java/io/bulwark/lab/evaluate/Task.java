package io.bulwark.lab.evaluate;

import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.lab.attack.loss.EmbeddingLoss;
import io.bulwark.lab.data.EvaluatedEncoder;
import io.bulwark.lab.data.PictureSource;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Questions that an encoder answers well or badly, each about one picture, which is what attackers perturb. Immutable.
 */
public interface Task {

    /** What is asked, in a word: {@code knn}, {@code 2afc}. */
    String name();

    /** The picture of each question. */
    List<PictureSource> pictures();

    /**
     * Everything that decides what is asked and what the answers are, as text without line breaks: a run is never
     * continued with other questions.
     */
    String canonical();

    /** How pictures come to the encoder's input; as its package says unless the task's authors do otherwise. */
    default PreprocessSpec seen(PreprocessSpec own) {
        return own;
    }

    /** Pictures that {@link #judge} embeds, for progress. */
    int prepared();

    /** How many losses the judge has that attackers may raise. */
    default int losses() {
        return 1;
    }

    /**
     * Embeds what the questions are judged against.
     *
     * @param embedded told how many more pictures are embedded
     */
    Scorer judge(EvaluatedEncoder encoder, IntConsumer embedded);

    /** A task's answers for one encoder. One thread at a time; closed by who asked for it. */
    interface Scorer extends AutoCloseable {

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
}
