package io.bulwark.perception.verdict;

import io.bulwark.perception.bank.Neighbour;
import java.util.List;
import java.util.Optional;

/**
 * What one encoder says of an image.
 *
 * @param judgement the decision
 * @param opinions what it was decided by, one a view
 * @param policyVersion of the policy that decided
 * @param shadow what the tenant's shadow policy would have decided, where there is one
 */
public record Testimony(
        Judgement judgement, List<Opinion> opinions, String policyVersion, Optional<ShadowJudgement> shadow) {

    /**
     * What was decided for nobody's sake.
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
