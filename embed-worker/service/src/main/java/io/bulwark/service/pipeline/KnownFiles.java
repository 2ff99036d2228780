package io.bulwark.service.pipeline;

import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.Bank.HashMatch;
import io.bulwark.perception.hash.FileDigest;
import io.bulwark.perception.verdict.Decider;
import io.bulwark.perception.verdict.ScoredImage;
import io.bulwark.service.follow.PolicySnapshot;
import io.bulwark.service.follow.SnapshotHolder;
import java.util.List;
import java.util.Optional;

/**
 * What hashes decide before anything is made of a file: one that stands on a list of a restricted label is answered at
 * once. The exact hashes are asked before the file is decoded, those of its pictures before it is deferred or embedded,
 * so no view, embedding, audit or copy of such an upload comes to be. Any thread.
 */
final class KnownFiles {

    private final SnapshotHolder<Bank> shelf;
    private final SnapshotHolder<PolicySnapshot> policies;
    private final VerdictWriter verdicts;
    private final Decider decider;
    private final boolean asked;

    /** @param restricted labels whose matches are for designated staff alone; of several the first decides */
    KnownFiles(
            SnapshotHolder<Bank> shelf,
            SnapshotHolder<PolicySnapshot> policies,
            VerdictWriter verdicts,
            List<String> restricted) {
        this.shelf = shelf;
        this.policies = policies;
        this.verdicts = verdicts;
        this.decider = new Decider(List.of(), restricted);
        this.asked = !restricted.isEmpty();
    }

    /** MD5 and SHA-1 of a file, where the bank knows such; else none. */
    List<FileDigest> digests(byte[] file) {
        return shelf.current().filter(Bank::knowsDigests).isEmpty() ? List.of() : FileDigest.all(file);
    }

    /** Whether hashes decide anything at all: without restricted labels none does. */
    boolean isAsked() {
        return asked;
    }

    /**
     * Completes an upload whose hashes, as far as they were made, are restricted; false where they are not. Where labels
     * are restricted and there is no policy or no bank to ask, it has to come again: what is not known to be harmless
     * goes nowhere.
     */
    boolean answers(UploadInFlight upload) {
        if (!asked) {
            return false;
        }
        Optional<PolicySnapshot> inForce = policies.current();
        if (inForce.isEmpty()) {
            upload.complete(new Outcome.TryLater(policies.status().message()));
            return true;
        }
        Optional<SnapshotHolder.Loan<Bank>> borrowed = shelf.borrow();
        if (borrowed.isEmpty()) {
            upload.complete(new Outcome.TryLater(shelf.status().message()));
            return true;
        }
        try (SnapshotHolder.Loan<Bank> loan = borrowed.get()) {
            HashMatch.Found found = HashMatch.Found.in(loan.value(), upload.hashes());
            upload.isKnownAs(found);
            Optional<ScoredImage> scored = decider.byRestrictedHash(
                    found, inForce.get(), upload.facts().orElseThrow().tenant());
            scored.ifPresent(decided -> upload.complete(
                    verdicts.restricted(upload, decided, loan.value().version())));
            return scored.isPresent();
        }
    }
}
