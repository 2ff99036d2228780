package io.bulwark.perception.verdict;

import io.bulwark.imaging.preprocess.View;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.Bank.HashMatch;
import io.bulwark.perception.bank.Bank.NearReferences;
import io.bulwark.perception.bank.Neighbour;
import io.bulwark.perception.hash.ListedHash.ListSource;
import io.bulwark.perception.verdict.Judgement.Basis;
import io.bulwark.perception.verdict.Judgement.KnownCopy;
import io.bulwark.perception.verdict.Policies.TenantPolicy;
import io.bulwark.perception.verdict.ScoredImage.Opinion;
import io.bulwark.perception.verdict.ScoredImage.ShadowJudgement;
import io.bulwark.perception.verdict.SeenImage.SeenView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The decision about an image, from its embeddings on: its neighbours in a bank, what the head says, and the tenant's
 * policy. Worker, attack, evaluation and calibration all ask here, so that what is attacked and measured is what is run.
 * Immutable; any thread.
 */
public final class Decider {

    private final List<String> headClasses;
    private final List<String> restricted;

    /** @param headClasses classes of the encoder's classifier, in the order of its probabilities; empty without one */
    public Decider(List<String> headClasses) {
        this(headClasses, List.of());
    }

    /**
     * A decider with restricted labels: a file on a list of such a label is flagged whatever the policy says,
     * and that label decides before others.
     *
     * @param headClasses classes of the encoder's classifier, in the order of its probabilities; empty without one
     * @param restricted of a file on lists of several of them the first decides
     */
    public Decider(List<String> headClasses, List<String> restricted) {
        this.headClasses = List.copyOf(headClasses);
        this.restricted = List.copyOf(restricted);
    }

    /**
     * Decides by hashes alone, without a look at the picture, where they decide for a restricted label.
     *
     * @param found what a bank knows of the image's hashes
     * @return without opinions; empty where a look is needed
     */
    public Optional<ScoredImage> byRestrictedHash(HashMatch.Found found, Policies policies, String tenant) {
        VotingPolicy policy = policies.of(tenant).inForce();
        List<KnownMatch> known = found.matches().stream().map(Decider::known).toList();
        return policy.byRestrictedHash(known, restricted)
                .map(judgement -> new ScoredImage(judgement, List.of(), policy.version(), Optional.empty()));
    }

    /** Whether what was decided is for designated staff alone. */
    public boolean isRestricted(Judgement judgement) {
        return judgement.outcome() != Judgement.Outcome.SAFE
                && judgement.decidingLabel().filter(restricted::contains).isPresent();
    }

    /**
     * Decides images by one search for all their views.
     *
     * @param bank references of the encoder that made the embeddings
     * @return one an image, in their order
     */
    public List<ScoredImage> decide(Bank bank, Policies policies, List<SeenImage> images) {
        List<TenantPolicy> asked =
                images.stream().map(image -> policies.of(image.tenant())).toList();
        int k = asked.stream().mapToInt(TenantPolicy::k).max().orElse(1);
        List<NearReferences> near = bank.near(rows(images), views(images), k);
        List<ScoredImage> scored = new ArrayList<>(images.size());
        int from = 0;
        for (int i = 0; i < images.size(); i++) {
            int to = from + images.get(i).views().size();
            scored.add(score(bank, asked.get(i), images.get(i), near.subList(from, to)));
            from = to;
        }
        return scored;
    }

    /** Decides one image. */
    public ScoredImage decide(Bank bank, Policies policies, SeenImage image) {
        return decide(bank, policies, List.of(image)).get(0);
    }

    /**
     * Decides a picture of the bank by all its other pictures.
     *
     * @param views what the bank has of the picture, at least one
     */
    public static ScoredImage decideLeftOut(VotingPolicy policy, List<LeaveOneOut> views) {
        List<Opinion> opinions = views.stream()
                .map(view -> new Opinion(view.reference().id(), view.near(), Map.of()))
                .toList();
        return scored(TenantPolicy.of(policy), opinions, List.of(), List.of());
    }

    private ScoredImage score(Bank bank, TenantPolicy policy, SeenImage image, List<NearReferences> near) {
        List<Opinion> opinions = new ArrayList<>(near.size());
        for (int view = 0; view < near.size(); view++) {
            SeenView seen = image.views().get(view);
            Opinion opinion = new Opinion(seen.name(), near.get(view), classes(seen.headProbabilities()));
            // What lies near a view without content is no evidence.
            opinions.add(View.isPlain(seen.name()) ? opinion.untold() : opinion);
        }
        // A search among listed pictures is not made twice, unless the lists changed meanwhile.
        List<HashMatch> matches = image.found()
                .filter(found -> found.bankVersion().equals(bank.version()))
                .map(HashMatch.Found::matches)
                .orElseGet(() -> bank.known(image.hashes()));
        List<KnownMatch> known = matches.stream().map(Decider::known).toList();
        return scored(policy, opinions, known, restricted);
    }

    private static ScoredImage scored(
            TenantPolicy policy, List<Opinion> opinions, List<KnownMatch> known, List<String> restricted) {
        List<Opinion> voting = voting(policy.inForce(), opinions);
        return new ScoredImage(
                policy.inForce().decide(voting, known, restricted),
                voting,
                policy.inForce().version(),
                policy.shadow()
                        .map(shadow -> new ShadowJudgement(
                                shadow.decide(voting(shadow, opinions), known, restricted), shadow.version())));
    }

    /** The opinions of as many neighbours as the policy lets vote. */
    private static List<Opinion> voting(VotingPolicy policy, List<Opinion> opinions) {
        return opinions.stream()
                .map(opinion ->
                        new Opinion(opinion.view(), opinion.near().first(policy.k()), opinion.classProbabilities()))
                .toList();
    }

    private static KnownMatch known(HashMatch match) {
        Optional<ListSource> source = match.source()
                .or(() -> match.listed()
                        ? Optional.of(new ListSource(match.label(), Optional.empty(), false, false))
                        : Optional.empty());
        return new KnownMatch(
                new KnownCopy(match.referenceId(), match.label(), source),
                switch (match.kind()) {
                    case SHA256 -> Basis.KNOWN_SHA256;
                    case SHA1 -> Basis.KNOWN_SHA1;
                    case MD5 -> Basis.KNOWN_MD5;
                    case PDQ -> Basis.KNOWN_PDQ;
                },
                match.listed());
    }

    private static int views(List<SeenImage> images) {
        return images.stream().mapToInt(image -> image.views().size()).sum();
    }

    private static float[] rows(List<SeenImage> images) {
        int dimension = images.isEmpty() ? 0 : images.get(0).views().get(0).embedding().length;
        float[] rows = new float[views(images) * dimension];
        int row = 0;
        for (SeenImage image : images) {
            for (SeenView view : image.views()) {
                System.arraycopy(view.embedding(), 0, rows, row++ * dimension, dimension);
            }
        }
        return rows;
    }

    private Map<String, Float> classes(float[] probabilities) {
        Map<String, Float> byClass = new LinkedHashMap<>();
        for (int i = 0; i < probabilities.length; i++) {
            byClass.put(headClasses.get(i), probabilities[i]);
        }
        return byClass;
    }

    /**
     * A known hash that an image has.
     *
     * @param copy whose hash it is
     * @param basis which kind of hash
     * @param listed whether it stands on a hash list
     */
    record KnownMatch(KnownCopy copy, Basis basis, boolean listed) {}

    /** Which references a picture is a copy of: one rule for deciding and for calibrating. Pure. */
    static final class Copies {

        private Copies() {}

        /**
         * The references whose own picture is near enough and nearer than any harmless one's: where both are equally
         * near, the picture is a copy of neither. Variants make nothing a copy and clear nothing: pictures of any kind
         * look alike in a frame or a corner.
         *
         * @param alike by their own rows, nearest first
         * @param known the similarity from which a picture is a copy
         * @param harmless whether a reference's label has no action
         * @return copies that are not harmless, nearest first
         */
        static List<Neighbour> among(List<Neighbour> alike, double known, Predicate<Neighbour> harmless) {
            double nearestHarmless = alike.stream()
                    .filter(harmless)
                    .mapToDouble(Neighbour::ownSimilarity)
                    .findFirst()
                    .orElse(Double.NEGATIVE_INFINITY);
            return alike.stream()
                    .takeWhile(neighbour ->
                            neighbour.ownSimilarity() >= known && neighbour.ownSimilarity() > nearestHarmless)
                    .filter(harmless.negate())
                    .toList();
        }
    }
}
