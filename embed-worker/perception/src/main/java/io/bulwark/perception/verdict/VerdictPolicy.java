package io.bulwark.perception.verdict;

import java.util.List;

/** Turns what the views say into one decision: that of the worst view. Pure; any thread. */
public interface VerdictPolicy {

    /** Changes whenever the same evidence could be decided differently: a hash of every setting. */
    String version();

    /** How many neighbours the policy wants of each view. */
    int k();

    /**
     * Decides.
     *
     * @param tenant whose thresholds apply
     * @param opinions one a view, at least one
     */
    Judgement decide(String tenant, List<Opinion> opinions);
}
