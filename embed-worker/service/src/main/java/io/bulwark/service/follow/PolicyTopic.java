package io.bulwark.service.follow;

import io.bulwark.events.ModerationPolicy;
import io.bulwark.events.PolicyDocument;
import io.bulwark.perception.verdict.Policies;
import io.bulwark.perception.verdict.Policies.TenantPolicy;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.perception.verdict.PolicySettings.LabelRule;
import io.bulwark.perception.verdict.PolicySettings.LabelRule.Action;
import io.bulwark.perception.verdict.PolicySettings.Thresholds;
import io.bulwark.perception.verdict.PolicySettings.Unfamiliar;
import io.bulwark.perception.verdict.SeenImage;
import io.bulwark.perception.verdict.VotingPolicy;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.service.follow.MadeFor.ConfiguredFit;
import io.bulwark.service.follow.TopicFollower.Followed;
import io.bulwark.service.lifecycle.Readiness;
import io.bulwark.service.telemetry.WorkerLog;
import io.bulwark.service.telemetry.WorkerMetrics;
import io.bulwark.service.telemetry.WorkerMetrics.Event;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The policies topic: each new state becomes a snapshot of all tenants' policies. If the topic has nothing for a tenant
 * nor for tenant {@code default}, the worker's own settings decide, if they fit; a missing topic is an empty one.
 *
 * <p>A bad record leaves its tenant with the last usable one, even if that was read before the reading began again and
 * was compacted away since.
 */
public final class PolicyTopic extends Followed.Topic<ModerationPolicy, PolicySnapshot> {

    private final Policies configured;
    private final Map<Set<String>, String> watched;
    private final ConfiguredFit fit;
    private Map<String, TenantRecord> records = new TreeMap<>();
    private Map<String, TenantRecord> before = Map.of(); // of the reading before this one
    private boolean published;
    private boolean stale;

    /**
     * Follows from the next {@link #begin} on.
     *
     * @param topic as the broker calls it
     * @param configured the policies of the worker's settings
     * @param watched sets of labels that these watch, with the settings that say so
     * @param fit whether they suit the worker
     */
    public PolicyTopic(
            String topic,
            EventDecoder<ModerationPolicy> decoder,
            Policies configured,
            Map<Set<String>, String> watched,
            ConfiguredFit fit,
            SnapshotHolder<PolicySnapshot> holder,
            WorkerMetrics metrics) {
        super(topic, decoder, holder, metrics);
        this.configured = configured;
        this.watched = watched;
        this.fit = fit;
    }

    @Override
    public void begin() {
        // A reading that failed half-way may lack tenants that an earlier one had.
        Map<String, TenantRecord> known = new TreeMap<>(before);
        known.putAll(records);
        before = known;
        records = new TreeMap<>();
        stale = true;
    }

    @Override
    public void apply(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null || record.key().length == 0) {
            reject(record, "its key is not a tenant");
            return;
        }
        String tenant = new String(record.key(), StandardCharsets.UTF_8);
        if (record.value() == null) {
            records.remove(tenant);
        } else {
            decode(record, "The policy of tenant \"" + tenant + "\"", problem -> keepLast(record, tenant, problem))
                    .ifPresent(policy -> put(record, tenant, policy));
        }
        stale = true;
    }

    private void put(ConsumerRecord<byte[], byte[]> record, String tenant, ModerationPolicy policy) {
        if (!policy.getTenant().equals(tenant)) {
            keepLast(record, tenant, "it names another tenant than its key");
            return;
        }
        try {
            TenantRecord read = TenantRecord.of(policy, fit.worker());
            read.shadowProblem().ifPresent(problem -> reject(record, "the proposed policy cannot run: " + problem));
            records.put(tenant, read);
        } catch (IllegalArgumentException unusable) {
            keepLast(record, tenant, unusable.getMessage());
        }
    }

    private void keepLast(ConsumerRecord<byte[], byte[]> record, String tenant, String problem) {
        reject(record, problem);
        records.put(
                tenant,
                Stream.of(records, before)
                        .flatMap(known -> Stream.ofNullable(known.get(tenant)))
                        .filter(TenantRecord::readable)
                        .findFirst()
                        .orElseGet(() -> TenantRecord.unreadable(problem)));
    }

    private void reject(ConsumerRecord<byte[], byte[]> record, String problem) {
        metrics.count(Event.BAD_POLICY);
        WorkerLog.badPolicy(record.partition(), record.offset(), problem);
    }

    @Override
    public boolean isStale() {
        return stale;
    }

    @Override
    public void publish() {
        published = true;
        stale = false;
        Optional<String> complaint = complaint().or(() -> decidesForAll() ? Optional.empty() : fit.complaint());
        if (complaint.isPresent()) {
            holder.withdraw(complaint.get());
            metrics.noPolicy();
            WorkerLog.policiesChanged(complaint.get());
            return;
        }
        PolicySnapshot snapshot = snapshot();
        TenantPolicy ofDefault = snapshot.of(SeenImage.DEFAULT_TENANT);
        String message = (decidesForAll() ? "Those of " + topic : "That of the worker's settings") + " decide, version "
                + ofDefault.inForce().version() + "; " + topic + " has " + tenants() + " tenants";
        holder.put(snapshot, new Readiness.Usable(message));
        metrics.policy(ofDefault.inForce().version(), ofDefault.shadow().map(VotingPolicy::version));
        WorkerLog.policiesChanged(message);
    }

    /** A snapshot in use stays in use. */
    @Override
    public void missing() {
        if (!published) {
            publish();
        }
    }

    @Override
    public void unreadable(String why) {
        holder.explainAbsence("The policies cannot be read. " + why);
    }

    /** The tenants that the topic has a record of. */
    int tenants() {
        return records.size();
    }

    /** Whether tenants without their own policy are decided by the topic and not by the worker's settings. */
    boolean decidesForAll() {
        return ofDefault().flatMap(TenantRecord::inForce).isPresent();
    }

    /** Why a tenant's record cannot decide, and the commands that fix it; empty if all can. */
    Optional<String> complaint() {
        return records.entrySet().stream()
                .flatMap(each -> each
                        .getValue()
                        .complaint()
                        .map(problem -> "The policy of tenant \"" + each.getKey() + "\" " + problem + others()
                                + ". Run `" + fit.command()
                                + " --write FILE`, then `bulwark policy propose --tenant "
                                + each.getKey() + " FILE`"
                                + (each.getValue().readable()
                                        ? ""
                                        : ", with --anew if it says that it cannot read the record")
                                + ", and have it approved with `bulwark policy approve --tenant " + each.getKey()
                                + "`.")
                        .stream())
                .findFirst();
    }

    private String others() {
        long complaints = records.values().stream()
                .filter(each -> each.complaint().isPresent())
                .count();
        return complaints > 1 ? " (and so it is with " + (complaints - 1) + " more)" : "";
    }

    /** The policies that decide now, if there is no complaint. */
    PolicySnapshot snapshot() {
        Policies others = othersPolicies();
        Map<String, TenantPolicy> tenants = new HashMap<>();
        records.forEach((tenant, record) -> {
            VotingPolicy inForce =
                    record.inForce().orElseGet(() -> others.of(tenant).inForce());
            tenants.put(tenant, new TenantPolicy(inForce, record.shadow()));
        });
        return PolicySnapshot.of(tenants, others, decidesForAll() ? Map.of() : watched);
    }

    /** Of tenants without a record. */
    private Policies othersPolicies() {
        Optional<VotingPolicy> inForce = ofDefault().flatMap(TenantRecord::inForce);
        Optional<VotingPolicy> shadow = ofDefault().flatMap(TenantRecord::shadow);
        return tenant ->
                new TenantPolicy(inForce.orElseGet(() -> configured.of(tenant).inForce()), shadow);
    }

    private Optional<TenantRecord> ofDefault() {
        return Optional.ofNullable(records.get(SeenImage.DEFAULT_TENANT));
    }

    /**
     * One tenant's record of the policies topic, read for one worker.
     *
     * @param readable whether a record was read
     * @param inForce the newest policy that was made for the worker, of the one in force and those before it
     * @param shadow the proposed policy, if it was made for the worker
     * @param complaint why no policy decides for the tenant although one should; empty also if none was ever in force
     * @param shadowProblem why the proposed policy is left out
     */
    record TenantRecord(
            boolean readable,
            Optional<VotingPolicy> inForce,
            Optional<VotingPolicy> shadow,
            Optional<String> complaint,
            Optional<String> shadowProblem) {

        /** A tenant whose only record cannot be used. */
        static TenantRecord unreadable(String problem) {
            return new TenantRecord(
                    false,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of("cannot be used: " + problem),
                    Optional.empty());
        }

        /**
         * Chooses from a record.
         *
         * @throws IllegalArgumentException if what it has in force for the worker cannot be, naming the number
         */
        static TenantRecord of(ModerationPolicy record, MadeFor worker) {
            List<PolicyDocument> approved = Stream.concat(
                            Stream.ofNullable(record.getInForce()), record.getHistory().stream())
                    .toList();
            Optional<VotingPolicy> inForce = approved.stream()
                    .filter(document -> fits(document, worker))
                    .findFirst()
                    .map(TenantRecord::policy);
            Optional<String> complaint = inForce.isPresent() || approved.isEmpty()
                    ? Optional.empty()
                    : madeFor(approved.get(0)).misfit(worker).map(differences -> "was made for " + differences);
            try {
                Optional<VotingPolicy> shadow = Optional.ofNullable(record.getShadow())
                        .filter(document -> fits(document, worker))
                        .map(TenantRecord::policy);
                return new TenantRecord(true, inForce, shadow, complaint, Optional.empty());
            } catch (IllegalArgumentException unusable) {
                return new TenantRecord(true, inForce, Optional.empty(), complaint, Optional.of(unusable.getMessage()));
            }
        }

        private static boolean fits(PolicyDocument document, MadeFor worker) {
            return madeFor(document).equals(worker);
        }

        /** What a document was made for. */
        private static MadeFor madeFor(PolicyDocument document) {
            return new MadeFor(
                    document.getMadeFor().getBank(),
                    document.getMadeFor().getModelFingerprint(),
                    document.getMadeFor().getPreprocessFingerprint());
        }

        /**
         * The policy of a document, under the document's version.
         *
         * @throws IllegalArgumentException naming the number that cannot be, or the action that this worker does
         *     not know
         */
        private static VotingPolicy policy(PolicyDocument document) {
            if (document.getVersion().isBlank()) {
                throw new IllegalArgumentException("it has no version, which verdicts would name");
            }
            Thresholds thresholds = new Thresholds(document.getFlag(), document.getSafe());
            Map<String, LabelRule> rules = new HashMap<>();
            document.getLabels().forEach((label, rule) -> rules.put(label, rule(label, rule, thresholds)));
            PolicySettings settings = new PolicySettings(
                    document.getK(),
                    document.getTemperature(),
                    document.getFloor(),
                    document.getKnownSimilarity(),
                    thresholds,
                    rules,
                    switch (document.getUnfamiliar()) {
                        case REVIEW -> Unfamiliar.REVIEW;
                        case HEAD -> Unfamiliar.HEAD;
                    },
                    Set.copyOf(document.getFlaggedClasses()));
            return new VotingPolicy(settings, document.getVersion());
        }

        private static LabelRule rule(String label, io.bulwark.events.LabelRule rule, Thresholds shared) {
            Action action = switch (rule.getAction()) {
                case FLAG -> Action.FLAG;
                case REVIEW -> Action.REVIEW;
                case IGNORE -> Action.IGNORE;
                case UNKNOWN ->
                    throw new IllegalArgumentException("label \"" + label
                            + "\" has an action that this worker does not know: it was written for a later release");
            };
            if (rule.getFlag() == null && rule.getSafe() == null) {
                return LabelRule.of(action);
            }
            double flag = rule.getFlag() == null ? shared.flag() : rule.getFlag();
            double safe = rule.getSafe() == null ? shared.safe() : rule.getSafe();
            try {
                return new LabelRule(action, Optional.of(new Thresholds(flag, safe)));
            } catch (IllegalArgumentException wrong) {
                throw new IllegalArgumentException("label \"" + label + "\": " + wrong.getMessage(), wrong);
            }
        }
    }
}
