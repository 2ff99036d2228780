package io.bulwark.service.pipeline;

import io.bulwark.imaging.SamplingKey;
import io.bulwark.perception.audit.AuditSample;
import io.bulwark.perception.audit.ScalingAuditor;
import io.bulwark.perception.audit.TwinAuditor;
import io.bulwark.perception.audit.TwinSample;
import io.bulwark.perception.flagged.NearFlagged;
import io.bulwark.service.bank.BankShelf;
import io.bulwark.service.flagged.FlaggedShelf;
import io.bulwark.service.outcome.AuditWriter;
import io.bulwark.service.outcome.VerdictWriter;
import io.bulwark.service.policy.PolicyShelf;
import java.util.Optional;

/**
 * The parts that decide an upload. All of them serve many threads at once.
 *
 * @param twin present where a twin runs
 * @param flagged present where uploads are compared with what is flagged
 * @param scaling looks at what was found by those who read files
 * @param sample by which images leave their scores although nothing fired
 * @param embeddings whether each answer carries the image's embeddings
 * @param bounded whether an uploader has few reviews of files with too many views; false where each caller is known
 */
public record DecisionSteps(
        BankShelf shelf,
        PolicyShelf policies,
        VerdictWriter verdicts,
        Optional<OfTwin> twin,
        Optional<OfFlagged> flagged,
        ScalingAuditor scaling,
        OfSample sample,
        boolean embeddings,
        boolean bounded) {

    /**
     * By which images are drawn that leave their scores in an audit although nothing fired. Immutable.
     *
     * @param scaling whether traces of hidden pictures are looked for: then one without a trace has the score 0
     */
    public record OfSample(AuditSample draw, boolean scaling) {}

    /**
     * The parts by which images are held back. All of them serve many threads at once.
     *
     * @param shelf with a snapshot from the first upload on
     * @param key by which the published score of what is held back is drawn
     */
    public record OfFlagged(FlaggedShelf shelf, NearFlagged rule, SamplingKey key) {}

    /**
     * The parts by which the twin decides and is compared. All of them serve many threads at once.
     *
     * @param sample which images it is asked about
     */
    public record OfTwin(
            BankShelf shelf, TwinPolicies policies, TwinAuditor auditor, AuditWriter audits, TwinSample sample) {}
}
