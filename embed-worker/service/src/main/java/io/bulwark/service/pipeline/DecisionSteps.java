package io.bulwark.service.pipeline;

import io.bulwark.imaging.SamplingKey;
import io.bulwark.perception.audit.AuditSample;
import io.bulwark.perception.audit.ScalingAuditor;
import io.bulwark.perception.audit.TwinAuditor;
import io.bulwark.perception.audit.TwinSample;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.flagged.NearFlagged;
import io.bulwark.perception.verdict.Policies;
import io.bulwark.perception.verdict.Policies.TenantPolicy;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.perception.verdict.VotingPolicy;
import io.bulwark.service.follow.FlaggedTopic.FlaggedSnapshot;
import io.bulwark.service.follow.PolicySnapshot;
import io.bulwark.service.follow.SnapshotHolder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * The parts that decide an upload. All of them serve many threads at once.
 *
 * @param restricted labels whose matches are for designated staff alone; of several the first decides
 * @param twin present where a twin runs
 * @param flagged present where uploads are compared with what is flagged
 * @param scaling looks at what was found by those who read files
 * @param sample by which images leave their scores although nothing fired
 * @param embeddings whether each answer carries the image's embeddings
 * @param bounded whether an uploader has few reviews of files with too many views; false where each caller is known
 */
public record DecisionSteps(
        SnapshotHolder<Bank> shelf,
        SnapshotHolder<PolicySnapshot> policies,
        List<String> restricted,
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
    public record OfFlagged(SnapshotHolder<FlaggedSnapshot> shelf, NearFlagged rule, SamplingKey key) {}

    /**
     * The parts by which the twin decides and is compared. All of them serve many threads at once.
     *
     * @param sample which images it is asked about; all where it holds back
     * @param heldPerHour images of one uploader that it holds back in an hour; empty where it does not hold back
     */
    public record OfTwin(
            SnapshotHolder<Bank> shelf,
            TwinPolicies policies,
            TwinAuditor auditor,
            AuditWriter audits,
            TwinSample sample,
            OptionalInt heldPerHour) {}

    /**
     * How the twin decides: each tenant's images by that tenant's policy, in the twin's own metric. A twin that judged
     * by other rules than the encoder would disagree about the rules, and that would pass for an attack. Any thread.
     */
    public static final class TwinPolicies {

        /** Policies are few; more than these are forgotten and made again. */
        private static final int MOST = 1_000;

        private final UnaryOperator<PolicySettings> inTwinsMetric;
        private final Map<String, TenantPolicy> made = new ConcurrentHashMap<>();

        /** @param inTwinsMetric turns what an encoder's policy decides by into what the twin's does */
        public TwinPolicies(UnaryOperator<PolicySettings> inTwinsMetric) {
            this.inTwinsMetric = inTwinsMetric;
        }

        /** The twin's policies beside those by which the encoder decides. */
        Policies beside(Policies encoders) {
            return tenant -> {
                VotingPolicy encoder = encoders.of(tenant).inForce();
                if (made.size() >= MOST) {
                    made.clear();
                }
                return made.computeIfAbsent(
                        encoder.version(),
                        version -> TenantPolicy.of(new VotingPolicy(inTwinsMetric.apply(encoder.settings()))));
            };
        }
    }
}
