package io.bulwark.lab.evaluate.paper;

import io.bulwark.lab.attack.loss.EmbeddingLoss;
import io.bulwark.lab.attack.loss.OddOneOutLoss;
import io.bulwark.lab.data.EvaluatedEncoder;
import io.bulwark.lab.data.PictureSource;
import io.bulwark.lab.data.ThingsLayout.OddOneOut;
import io.bulwark.lab.evaluate.Task;
import io.bulwark.perception.metric.Choice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Which of three pictures does not belong. Attackers perturb the one that people left out. The perceptual-metrics code
 * asks this without an attack, so there is no published attack to compare with.
 *
 * @param triplets at least one
 */
public record OddOneOutTask(List<OddOneOut> triplets) implements Task {

    public OddOneOutTask {
        triplets = List.copyOf(triplets);
    }

    @Override
    public String name() {
        return "odd-one-out";
    }

    @Override
    public List<PictureSource> pictures() {
        return triplets.stream()
                .map(triplet -> triplet.pictures().get(triplet.odd()))
                .toList();
    }

    @Override
    public String canonical() {
        return triplets.stream()
                .map(triplet -> triplet.pictures().stream()
                        .map(PictureSource::name)
                        .collect(Collectors.joining(" ", "", ": " + triplet.odd())))
                .collect(Collectors.joining("; ", "odd-one-out ", ""));
    }

    @Override
    public int prepared() {
        return (int) triplets.stream()
                .flatMap(triplet -> others(triplet).stream())
                .distinct()
                .count();
    }

    private static List<PictureSource> others(OddOneOut triplet) {
        List<PictureSource> others = new ArrayList<>(triplet.pictures());
        others.remove(triplet.odd());
        return others;
    }

    @Override
    public Task.Scorer judge(EvaluatedEncoder encoder, IntConsumer embedded) {
        List<PictureSource> distinct = triplets.stream()
                .flatMap(triplet -> others(triplet).stream())
                .distinct()
                .toList();
        float[][] rows = encoder.embed(distinct, embedded);
        Map<PictureSource, float[]> embeddings = new HashMap<>();
        IntStream.range(0, rows.length).forEach(i -> embeddings.put(distinct.get(i), rows[i]));
        List<float[][]> pairs = triplets.stream()
                .map(triplet -> others(triplet).stream().map(embeddings::get).toArray(float[][]::new))
                .toList();
        EmbeddingLoss loss = new OddOneOutLoss(pairs).batched();
        return new Task.Scorer() {
            @Override
            public double score(int question, float[] embedding) {
                int odd = triplets.get(question).odd();
                List<float[]> three = new ArrayList<>(List.of(pairs.get(question)));
                three.add(odd, embedding);
                return Choice.OddOneOut.of(three.get(0), three.get(1), three.get(2)) == odd ? 1 : 0;
            }

            @Override
            public EmbeddingLoss loss() {
                return loss;
            }
        };
    }
}
