package io.bulwark.service.pipeline;

import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.hash.FileDigest;
import io.bulwark.perception.verdict.Decider;
import io.bulwark.perception.verdict.ScoredImage;
import io.bulwark.service.follow.PolicySnapshot;
import io.bulwark.service.follow.SnapshotHolder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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

    /** @param restricted labels whose matches are for designated staff alone */
    KnownFiles(
            SnapshotHolder<Bank> shelf,
            SnapshotHolder<PolicySnapshot> policies,
            VerdictWriter verdicts,
            Set<String> restricted) {
        this.shelf = shelf;
        this.policies = policies;
        this.verdicts = verdicts;
        this.decider = new Decider(List.of(), restricted);
    }

    /** MD5 and SHA-1 of a file, where the bank knows such; else none. */
    List<FileDigest> digests(byte[] file) {
        return shelf.current().filter(Bank::knowsDigests).isEmpty()
                ? List.of()
                : Arrays.stream(FileDigest.Kind.values())
                        .map(kind -> FileDigest.of(kind, file))
                        .toList();
    }

    /** Completes an upload whose hashes, as far as they were made, are restricted; false where they are not. */
    boolean answers(UploadInFlight upload) {
        Optional<PolicySnapshot> inForce = policies.current();
        Optional<SnapshotHolder.Loan<Bank>> borrowed = inForce.flatMap(policy -> shelf.borrow());
        if (borrowed.isEmpty()) {
            return false;
        }
        try (SnapshotHolder.Loan<Bank> loan = borrowed.get()) {
            UploadFacts facts = upload.facts().orElseThrow();
            Optional<ScoredImage> found =
                    decider.byRestrictedHash(loan.value(), inForce.get(), facts.tenant(), upload.hashes());
            found.ifPresent(scored -> upload.complete(
                    verdicts.restricted(upload, scored, loan.value().version())));
            return found.isPresent();
        }
    }
}
