package io.bulwark.lab.train;

import io.bulwark.lab.attack.loss.EmbeddingLoss;
import io.bulwark.lab.attack.loss.LogitLoss;
import io.bulwark.lab.attack.loss.PrototypeLoss;
import io.bulwark.lab.attack.loss.Prototypes;
import io.bulwark.perception.encoder.Answers;
import java.util.Collections;
import java.util.stream.IntStream;

/**
 * TeCoA: the embedding of a perturbed picture is drawn to its class's text and away from the other classes' by the
 * cross-entropy of scaled cosines, which the inner attack raises (Mao et al., ICLR 2023; with the scale of 100 that CLIP
 * has, Schlarmann et al., ICML 2024, section 4). Where there are no texts, other prototypes stand for the classes.
 *
 * <p>The same loss of pictures as they are may be added.
 *
 * @param prototypes one for each class
 * @param labels of the shard's pictures
 * @param clean weight of the loss of pictures as they are
 */
record TecoaGoal(Prototypes prototypes, int[] labels, double clean) implements TrainingGoal {

    @Override
    public EmbeddingLoss inner() {
        return new PrototypeLoss(
                        LogitLoss.CROSS_ENTROPY,
                        Collections.nCopies(labels.length, prototypes),
                        labels,
                        new int[labels.length])
                .batched();
    }

    @Override
    public Lowered evaluate(Answers answers, int perturbed) {
        int rows = answers.count();
        int dimension = answers.embeddings().length / rows;
        int[] samples = IntStream.range(0, rows)
                .map(row -> row < perturbed ? row : row - perturbed)
                .toArray();
        EmbeddingLoss.Values values = inner().evaluate(answers.embeddings(), samples);
        float[] slope = values.slope();
        boolean[] right = new boolean[rows];
        double loss = 0;
        for (int row = 0; row < rows; row++) {
            double weight = row < perturbed ? 1.0 / perturbed : clean / (rows - perturbed);
            loss += weight * values.scores().losses()[row];
            right[row] = !values.scores().fooled()[row];
            for (int d = row * dimension; d < (row + 1) * dimension; d++) {
                slope[d] *= (float) weight;
            }
        }
        return new Lowered(loss, new Answers(rows, slope, new float[0]), right);
    }
}
