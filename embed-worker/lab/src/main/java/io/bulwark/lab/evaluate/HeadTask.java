package io.bulwark.lab.evaluate;

import io.bulwark.lab.attack.loss.EmbeddingLoss;
import io.bulwark.lab.attack.loss.LogitLoss;
import io.bulwark.lab.data.EvaluatedEncoder;
import io.bulwark.lab.data.PictureSource;
import io.bulwark.perception.encoder.DenseHead;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Whether the clean parent's classifier head says of an encoder's embedding what it says of the parent's own on the
 * clean picture: how much of the parent tuning has left, and attackers leave. The head is the parent's for every
 * encoder.
 *
 * @param pictures that are classified
 * @param head the parent's
 * @param answers the class of each picture by head and parent
 * @param parent the parent's fingerprint
 */
record HeadTask(List<PictureSource> pictures, DenseHead head, List<Integer> answers, String parent) implements Task {

    public HeadTask {
        pictures = List.copyOf(pictures);
        answers = List.copyOf(answers);
    }

    /**
     * Asks the parent.
     *
     * @param head the parent's
     * @param embedded told how many more pictures are embedded
     */
    public static HeadTask of(
            EvaluatedEncoder parent, DenseHead head, List<PictureSource> pictures, IntConsumer embedded) {
        List<Integer> answers = Arrays.stream(parent.embed(pictures, embedded))
                .map(embedding -> head.answer(embedding).top())
                .toList();
        return new HeadTask(pictures, head, answers, parent.description().fingerprint());
    }

    @Override
    public String name() {
        return "head";
    }

    @Override
    public String canonical() {
        return IntStream.range(0, pictures.size())
                .mapToObj(i -> pictures.get(i).name() + "=" + answers.get(i))
                .collect(Collectors.joining(" ", "head of " + parent + "; ", ""));
    }

    @Override
    public int prepared() {
        return 0;
    }

    /** @throws IllegalArgumentException if the encoder's embeddings have another length than the parent's */
    @Override
    public Task.Scorer judge(EvaluatedEncoder encoder, IntConsumer embedded) {
        int dimension = encoder.description().dimension();
        if (dimension != head.dimension()) {
            throw new IllegalArgumentException("embeddings of '%s' have %d values, the head takes %d"
                    .formatted(encoder.description().name(), dimension, head.dimension()));
        }
        EmbeddingLoss.Row loss = this::loss;
        return new Task.Scorer() {
            @Override
            public double score(int question, float[] embedding) {
                return head.answer(embedding).top() == answers.get(question) ? 1 : 0;
            }

            @Override
            public EmbeddingLoss loss() {
                return loss.batched();
            }
        };
    }

    /** The margin: logits have no softmax that could flatten the slope of a head that is sure of itself. */
    private EmbeddingLoss.Row.Score loss(int question, float[] embedding, float[] slope) {
        DenseHead.Answer answer = head.answer(embedding);
        double[] logits = answer.logits();
        double[] byLogit = new double[logits.length];
        EmbeddingLoss.Row.Score score =
                LogitLoss.MARGIN.evaluate(logits, answers.get(question), answers.get(question), byLogit);
        answer.pullBack(byLogit, slope);
        return score;
    }
}
