package io.bulwark.perception.verdict;

import io.bulwark.perception.bank.Bank.NearReferences;
import io.bulwark.perception.bank.Neighbour;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An image as one encoder and the bank scored and decided it.
 *
 * @param judgement the decision
 * @param opinions what it was decided by, one a view
 * @param policyVersion of the policy that decided
 * @param shadow what the tenant's shadow policy would have decided, where there is one
 */
public record ScoredImage(
        Judgement judgement, List<Opinion> opinions, String policyVersion, Optional<ShadowJudgement> shadow) {

    /**
     * A decision that is only recorded.
     *
     * @param judgement the decision
     * @param policyVersion of the shadow policy
     */
    public record ShadowJudgement(Judgement judgement, String policyVersion) {}

    /**
     * The decision of a pair: SAFE only where another encoder says SAFE of the same image as well; NSFW, score, labels and
     * evidence stay the first one's, on which alone every ranking rests. What is held back is left to a person as
     * UNCERTAIN, with its own score: a reader of verdicts learns which of the two was fooled. A shadow decision is held
     * back by itself.
     *
     * @param other what the other encoder says of the same image
     */
    public ScoredImage heldBackBy(ScoredImage other) {
        if (other.judgement.outcome() == Judgement.Outcome.SAFE) {
            return this;
        }
        return new ScoredImage(
                judgement.heldBack(),
                opinions,
                policyVersion,
                shadow.map(each -> new ShadowJudgement(each.judgement().heldBack(), each.policyVersion())));
    }

    /** The nearest references of a view, nearest first. */
    public List<Neighbour> neighbours(int view) {
        return opinions.get(view).neighbours();
    }

    /**
     * What one view of an image says.
     *
     * @param view the view's name
     * @param near what the bank has near it
     * @param classProbabilities the head's answer by class, empty where there is no head
     */
    public record Opinion(String view, NearReferences near, Map<String, Float> classProbabilities) {

        /** @param neighbours nearest references, nearest first, of which alone the view may be a copy */
        public Opinion(String view, List<Neighbour> neighbours, Map<String, Float> classProbabilities) {
            this(view, new NearReferences(neighbours), classProbabilities);
        }

        /** The references that vote, nearest first. */
        public List<Neighbour> neighbours() {
            return near.voting();
        }

        /** The same view with neither references nor classes, where these are not to be told. */
        public Opinion untold() {
            return new Opinion(view, List.of(), Map.of());
        }
    }
}
