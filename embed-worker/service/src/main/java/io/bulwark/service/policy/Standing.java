package io.bulwark.service.policy;

import io.bulwark.events.ModerationPolicy;
import io.bulwark.events.PolicyDocument;
import io.bulwark.perception.verdict.VotingPolicy;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What one tenant's record comes to for one worker.
 *
 * @param readable whether a record was read, of which the rest speaks
 * @param inForce the newest policy that was made for the worker, of the one in force and those before it
 * @param shadow what was proposed, if it was made for the worker
 * @param complaint why nothing decides for the tenant though something should; empty also where nothing ever was in force
 * @param shadowProblem why what was proposed is left out
 */
record Standing(
        boolean readable,
        Optional<VotingPolicy> inForce,
        Optional<VotingPolicy> shadow,
        Optional<String> complaint,
        Optional<String> shadowProblem) {

    /** A tenant whose record nobody can use, and of which no other is known. */
    static Standing unreadable(String problem) {
        return new Standing(
                false, Optional.empty(), Optional.empty(), Optional.of("cannot be used: " + problem), Optional.empty());
    }

    /**
     * Chooses from a record.
     *
     * @throws IllegalArgumentException if what it has in force for the worker cannot be, naming the number
     */
    static Standing of(ModerationPolicy record, MadeFor worker) {
        List<PolicyDocument> approved = Stream.concat(
                        Stream.ofNullable(record.getInForce()), record.getHistory().stream())
                .toList();
        Optional<VotingPolicy> inForce = approved.stream()
                .filter(document -> fits(document, worker))
                .findFirst()
                .map(PolicyDocuments::policy);
        Optional<String> complaint = inForce.isPresent() || approved.isEmpty()
                ? Optional.empty()
                : PolicyDocuments.madeFor(approved.get(0))
                        .misfit(worker)
                        .map(differences -> "was made for " + differences);
        try {
            Optional<VotingPolicy> shadow = Optional.ofNullable(record.getShadow())
                    .filter(document -> fits(document, worker))
                    .map(PolicyDocuments::policy);
            return new Standing(true, inForce, shadow, complaint, Optional.empty());
        } catch (IllegalArgumentException unusable) {
            return new Standing(true, inForce, Optional.empty(), complaint, Optional.of(unusable.getMessage()));
        }
    }

    private static boolean fits(PolicyDocument document, MadeFor worker) {
        return PolicyDocuments.madeFor(document).equals(worker);
    }
}
