package io.bulwark.perception.verdict;

import io.bulwark.perception.bank.Neighbour;
import java.util.List;
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

    /** The nearest references of a view, nearest first. */
    public List<Neighbour> neighbours(int view) {
        return opinions.get(view).neighbours();
    }
}
