package io.bulwark.service.pipeline;

import io.bulwark.perception.audit.Testimony;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.Neighbour;
import io.bulwark.perception.model.EncoderDescription;
import io.bulwark.perception.verdict.Opinion;
import io.bulwark.perception.verdict.VerdictPolicy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** One encoder's way from embeddings to a decision: neighbours in a bank of its own, then its policy. Any thread. */
final class Witness {

    private final List<String> headClasses;
    private final int dimension;
    private final VerdictPolicy policy;

    Witness(EncoderDescription encoder, VerdictPolicy policy) {
        this.headClasses = encoder.headClasses();
        this.dimension = encoder.dimension();
        this.policy = policy;
    }

    /**
     * Decides images by one search for all their views.
     *
     * @param answers this encoder's, whole for each of the images
     * @return one an image, in their order
     */
    List<Testimony> testify(Bank bank, List<PreparedImage> images, Function<PreparedImage, ViewAnswers> answers) {
        List<List<Neighbour>> neighbours = search(bank, images, answers);
        List<Testimony> testimonies = new ArrayList<>(images.size());
        int from = 0;
        for (PreparedImage image : images) {
            int to = from + image.views().size();
            testimonies.add(testify(image, answers.apply(image), neighbours.subList(from, to)));
            from = to;
        }
        return testimonies;
    }

    private Testimony testify(PreparedImage image, ViewAnswers answers, List<List<Neighbour>> neighbours) {
        String tenant = image.work().facts().orElseThrow().tenant();
        List<Opinion> opinions = new ArrayList<>(neighbours.size());
        for (int view = 0; view < neighbours.size(); view++) {
            opinions.add(new Opinion(
                    image.views().get(view).name(), neighbours.get(view), classes(answers.headProbabilities(view))));
        }
        return new Testimony(policy.decide(tenant, opinions), opinions);
    }

    private List<List<Neighbour>> search(
            Bank bank, List<PreparedImage> images, Function<PreparedImage, ViewAnswers> answers) {
        int count = images.stream().mapToInt(image -> image.views().size()).sum();
        float[] queries = new float[count * dimension];
        int row = 0;
        for (PreparedImage image : images) {
            for (int view = 0; view < image.views().size(); view++) {
                System.arraycopy(answers.apply(image).embedding(view), 0, queries, row++ * dimension, dimension);
            }
        }
        // A bank is searched by one thread at a time; another may embed meanwhile.
        synchronized (bank) {
            return bank.nearest(queries, count, policy.k());
        }
    }

    private Map<String, Float> classes(float[] probabilities) {
        Map<String, Float> byClass = new LinkedHashMap<>();
        for (int i = 0; i < probabilities.length; i++) {
            byClass.put(headClasses.get(i), probabilities[i]);
        }
        return byClass;
    }
}
