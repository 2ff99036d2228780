package io.bulwark.service;

import io.bulwark.perception.audit.TwinAuditor;
import io.bulwark.perception.audit.TwinSample;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.perception.verdict.PolicySettings.LabelRule;
import io.bulwark.perception.verdict.PolicySettings.Thresholds;
import io.bulwark.service.config.TwinConfig;
import io.bulwark.service.config.WorkerConfig;
import io.bulwark.service.follow.BankTopic;
import io.bulwark.service.follow.SnapshotHolder;
import io.bulwark.service.pipeline.AuditWriter;
import io.bulwark.service.pipeline.DecisionSteps;
import io.bulwark.service.pipeline.DecisionSteps.TwinPolicies;
import io.bulwark.service.pipeline.Warmth.WarmEncoder;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The settings of the twin turned into parts. */
final class TwinSetup {

    private final Perception perception;
    private final String model;
    private final String precision;
    private final TwinPolicies policies;
    private final TwinAuditor auditor;
    private final TwinSample sample;
    private final OptionalInt heldPerHour;
    private final SnapshotHolder<Bank> shelf = BankTopic.holder();

    private TwinSetup(WorkerConfig config, Perception perception, String model) {
        this.perception = perception;
        this.model = model;
        this.precision = config.twin().precision().orElse(config.encoder().precision());
        Thresholds everybodys = perception.policySettings().thresholds();
        this.policies = new TwinPolicies(encoders -> settings(encoders, everybodys, config.twin()));
        this.auditor = new TwinAuditor(config.twin().threshold().orElseThrow());
        this.sample = new TwinSample(config.twin().sample(), perception.samplingKey());
        this.heldPerHour =
                config.twin().holdsBack() ? OptionalInt.of(config.twin().heldPerHour()) : OptionalInt.empty();
    }

    /** The twin that the settings ask for; empty where they ask for none. */
    static Optional<TwinSetup> of(WorkerConfig config, Perception perception) {
        return config.twin().model().map(model -> new TwinSetup(config, perception, model));
    }

    /** Opens and measures it; on the thread that will use it. */
    WarmEncoder openEncoder() {
        return perception.open(model, precision);
    }

    /** Whether SAFE needs its word. */
    boolean holdsBack() {
        return heldPerHour.isPresent();
    }

    /** Where its bank lies. */
    SnapshotHolder<Bank> shelf() {
        return shelf;
    }

    DecisionSteps.OfTwin steps(EncoderDescription opened) {
        return new DecisionSteps.OfTwin(
                shelf, policies, auditor, new AuditWriter(opened.fingerprint()), sample, heldPerHour);
    }

    /**
     * A twin that holds back decides by thresholds in its own metric alone: those of a tenant or a label are the
     * encoder's. One that only disagrees takes a tenant's, else it would disagree about the rules.
     *
     * @param everybodys thresholds that the twin's stand for
     */
    private static PolicySettings settings(PolicySettings encoders, Thresholds everybodys, TwinConfig twin) {
        Thresholds own = new Thresholds(
                twin.flag().orElse(everybodys.flag()), twin.safe().orElse(everybodys.safe()));
        boolean keeps = !twin.holdsBack() && !encoders.thresholds().equals(everybodys);
        return new PolicySettings(
                encoders.k(),
                twin.temperature().orElse(encoders.temperature()),
                twin.floor().orElse(encoders.floor()),
                PolicySettings.NEVER_KNOWN,
                keeps ? encoders.thresholds() : own,
                twin.holdsBack() ? withoutThresholds(encoders.labels()) : encoders.labels(),
                encoders.unfamiliar(),
                encoders.flaggedClasses());
    }

    private static Map<String, LabelRule> withoutThresholds(Map<String, LabelRule> rules) {
        Map<String, LabelRule> actions = new HashMap<>();
        rules.forEach((label, rule) -> actions.put(label, LabelRule.of(rule.action())));
        return actions;
    }
}
