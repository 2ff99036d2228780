package io.bulwark.lab.attack.loss;

import java.util.Arrays;
import java.util.List;

/**
 * Makes another picture the odd one out of three: the picture that people left out is perturbed, so that a pair with it
 * becomes more similar than the pair of the others. The loss is the margin between the two; the others stay.
 */
public final class OddOneOutLoss implements EmbeddingLoss.Row {

    private final List<float[][]> others;
    private final double[] similarity;

    /** @param others for each sample the embeddings of the two others, any length above zero; copied */
    public OddOneOutLoss(List<float[][]> others) {
        this.others = others.stream()
                .map(pair -> Arrays.stream(pair)
                        .map(row -> UnitEmbedding.of(row).values())
                        .toArray(float[][]::new))
                .toList();
        similarity = this.others.stream()
                .mapToDouble(pair -> UnitEmbedding.of(pair[0]).dot(pair[1]))
                .toArray();
    }

    @Override
    public Score of(int sample, float[] embedding, float[] slope) {
        UnitEmbedding unit = UnitEmbedding.of(embedding);
        float[][] pair = others.get(sample);
        double[] logits = {similarity[sample], unit.dot(pair[0]), unit.dot(pair[1])};
        double[] byLogit = new double[logits.length];
        Score score = LogitLoss.MARGIN.evaluate(logits, 0, 0, byLogit);
        double[] byUnit = new double[slope.length];
        for (int other = 0; other < pair.length; other++) {
            UnitEmbedding.add(byUnit, pair[other], byLogit[other + 1]);
        }
        unit.pullBack(byUnit, slope);
        return score;
    }
}
