package io.bulwark.service.pipeline;

import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.Neighbour;
import io.bulwark.perception.bank.PerceptualKey;
import io.bulwark.perception.model.EncoderDescription;
import io.bulwark.perception.verdict.Judgement;
import io.bulwark.perception.verdict.Opinion;
import io.bulwark.perception.verdict.VerdictPolicy;
import io.bulwark.service.bank.BankShelf;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.outcome.Outcome;
import io.bulwark.service.outcome.UploadFacts;
import io.bulwark.service.outcome.VerdictWriter;
import io.bulwark.service.telemetry.Step;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * From embeddings to verdicts: one search for all views of the images that a batch completed, under one snapshot of the
 * bank, then the policy image by image. Many inference threads use it at once.
 */
final class Judge {

    private final BankShelf shelf;
    private final VerdictPolicy policy;
    private final VerdictWriter verdicts;
    private final PerceptualKey keys;
    private final List<String> headClasses;
    private final int dimension;
    private final NanoClock clock;

    Judge(BankShelf shelf, VerdictPolicy policy, VerdictWriter verdicts, EncoderDescription encoder, NanoClock clock) {
        this.shelf = shelf;
        this.policy = policy;
        this.verdicts = verdicts;
        this.keys = new PerceptualKey(encoder.dimension());
        this.headClasses = encoder.headClasses();
        this.dimension = encoder.dimension();
        this.clock = clock;
    }

    /** Completes every image; with {@code TryLater} while no bank may be used. */
    void decide(List<PreparedImage> images) {
        if (images.isEmpty()) {
            return;
        }
        Optional<BankShelf.Loan> borrowed = shelf.borrow();
        if (borrowed.isEmpty()) {
            String message = shelf.status().message();
            images.forEach(image -> image.work().flight().complete(new Outcome.TryLater(message)));
            return;
        }
        try (BankShelf.Loan loan = borrowed.get()) {
            long start = clock.nanos();
            List<List<Neighbour>> neighbours = search(loan.bank(), images);
            long micros = clock.microsSince(start) / images.size();
            int from = 0;
            for (PreparedImage image : images) {
                int to = from + image.views().size();
                image.work().timings().add(Step.SEARCH, micros);
                decide(image, neighbours.subList(from, to), loan.bank().version());
                from = to;
            }
        }
    }

    private List<List<Neighbour>> search(Bank bank, List<PreparedImage> images) {
        int count = images.stream().mapToInt(image -> image.views().size()).sum();
        float[] queries = new float[count * dimension];
        int row = 0;
        for (PreparedImage image : images) {
            for (int view = 0; view < image.views().size(); view++) {
                System.arraycopy(image.embedding(view), 0, queries, row++ * dimension, dimension);
            }
        }
        // A bank is searched by one thread at a time; another may embed meanwhile.
        synchronized (bank) {
            return bank.nearest(queries, count, policy.k());
        }
    }

    private void decide(PreparedImage image, List<List<Neighbour>> neighbours, String bankVersion) {
        UploadFacts facts = image.work().facts().orElseThrow();
        List<Opinion> opinions = new ArrayList<>(neighbours.size());
        for (int view = 0; view < neighbours.size(); view++) {
            opinions.add(new Opinion(
                    image.views().get(view).name(), neighbours.get(view), classes(image.headProbabilities(view))));
        }
        Judgement judgement = policy.decide(facts.tenant(), opinions);
        image.work()
                .flight()
                .complete(new Outcome.Answered(verdicts.judged(
                        facts,
                        image.work().sha256().orElseThrow(),
                        judgement,
                        opinions,
                        keys.of(image.embedding(0)),
                        bankVersion,
                        image.work().timings())));
    }

    private Map<String, Float> classes(float[] probabilities) {
        Map<String, Float> byClass = new LinkedHashMap<>();
        for (int i = 0; i < probabilities.length; i++) {
            byClass.put(headClasses.get(i), probabilities[i]);
        }
        return byClass;
    }
}
