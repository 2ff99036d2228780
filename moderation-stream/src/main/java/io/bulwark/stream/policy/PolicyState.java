package io.bulwark.stream.policy;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.bulwark.events.LabelAction;
import io.bulwark.events.LabelRule;
import io.bulwark.events.ModerationPolicy;
import io.bulwark.events.PolicyDocument;
import io.bulwark.events.UnfamiliarRule;
import jakarta.annotation.Nullable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A tenant's record of {@code moderation.policies}, as rows of the database keep it and the API shows it. Immutable.
 *
 * @param revision counts its changes, from 1
 * @param inForce what decides; null where nothing does yet
 * @param shadow what is proposed
 * @param history what was in force before, newest first
 */
public record PolicyState(
        String tenant,
        long revision,
        @Nullable Policy inForce,
        @Nullable Policy shadow,
        List<Policy> history) {

    /**
     * A policy.
     *
     * @param version SHA-256 of what it decides by
     * @param flag from this score on an image is NSFW, above 0 up to 1
     * @param safe up to this score it is SAFE, from 0 to below flag
     * @param labels what is done about each label
     * @param madeFor what it was calibrated on
     * @param author null only of another tenant's policy
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "PolicyDocument")
    public record Policy(
            String version,
            double flag,
            double safe,
            Map<String, Rule> labels,
            MadeFor madeFor,
            int k,
            double temperature,
            double floor,
            double knownSimilarity,
            String unfamiliar,
            List<String> flaggedClasses,
            Map<String, Double> calibration,
            @Nullable String author,
            @Schema(implementation = String.class) Instant proposedAt,
            @Nullable String approver,
            @Nullable @Schema(implementation = String.class) Instant approvedAt,
            @Nullable String note) {

        static Policy of(PolicyDocument document) {
            Map<String, Rule> labels = new TreeMap<>();
            document.getLabels()
                    .forEach((label, rule) ->
                            labels.put(label, new Rule(rule.getAction().name(), rule.getFlag(), rule.getSafe())));
            return new Policy(
                    document.getVersion(),
                    document.getFlag(),
                    document.getSafe(),
                    labels,
                    new MadeFor(
                            document.getMadeFor().getBank(),
                            document.getMadeFor().getModelFingerprint(),
                            document.getMadeFor().getPreprocessFingerprint()),
                    document.getK(),
                    document.getTemperature(),
                    document.getFloor(),
                    document.getKnownSimilarity(),
                    document.getUnfamiliar().name(),
                    List.copyOf(document.getFlaggedClasses()),
                    new TreeMap<>(document.getCalibration()),
                    document.getAuthor(),
                    document.getProposedAt(),
                    document.getApprover(),
                    document.getApprovedAt(),
                    document.getNote());
        }

        PolicyDocument document() {
            Map<String, LabelRule> rules = new TreeMap<>();
            labels.forEach((label, rule) ->
                    rules.put(label, new LabelRule(LabelAction.valueOf(rule.action()), rule.flag(), rule.safe())));
            return PolicyDocument.newBuilder()
                    .setVersion(version)
                    .setK(k)
                    .setTemperature(temperature)
                    .setFloor(floor)
                    .setKnownSimilarity(knownSimilarity)
                    .setFlag(flag)
                    .setSafe(safe)
                    .setLabels(rules)
                    .setUnfamiliar(UnfamiliarRule.valueOf(unfamiliar))
                    .setFlaggedClasses(flaggedClasses)
                    .setMadeFor(new io.bulwark.events.MadeFor(madeFor.bank(), madeFor.model(), madeFor.views()))
                    .setCalibration(calibration)
                    .setAuthor(author)
                    .setProposedAt(proposedAt)
                    .setApprover(approver)
                    .setApprovedAt(approvedAt)
                    .setNote(note)
                    .build();
        }

        /** What another policy decides by in place of what this one does, in the order of names. */
        List<Difference> differences(Policy other) {
            Map<String, String> before = values();
            Map<String, String> after = other.values();
            var names = new TreeSet<>(before.keySet());
            names.addAll(after.keySet());
            List<Difference> differences = new ArrayList<>();
            names.stream()
                    .filter(name -> !Objects.equals(before.get(name), after.get(name)))
                    .forEach(name -> differences.add(new Difference(name, before.get(name), after.get(name))));
            return differences;
        }

        /** By the names of the worker's settings below {@code bulwark.policy}. */
        private Map<String, String> values() {
            Map<String, String> values = new TreeMap<>();
            values.put("flag", Double.toString(flag));
            values.put("safe", Double.toString(safe));
            values.put("k", Integer.toString(k));
            values.put("temperature", Double.toString(temperature));
            values.put("floor", Double.toString(floor));
            values.put("known-similarity", Double.toString(knownSimilarity));
            values.put("unfamiliar", unfamiliar);
            values.put("flagged-classes", String.join(",", new TreeSet<>(flaggedClasses)));
            values.put("made-for", madeFor.bank() + "/" + madeFor.model() + "/" + madeFor.views());
            labels.forEach((label, rule) -> {
                values.put("labels." + label + ".action", rule.action());
                if (rule.flag() != null) {
                    values.put("labels." + label + ".flag", rule.flag().toString());
                }
                if (rule.safe() != null) {
                    values.put("labels." + label + ".safe", rule.safe().toString());
                }
            });
            return values;
        }
    }

    /**
     * What is done about a label.
     *
     * @param action FLAG, REVIEW or IGNORE
     * @param flag its own threshold in place of the policy's
     * @param safe its own threshold in place of the policy's
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "PolicyRule")
    public record Rule(
            String action, @Nullable Double flag, @Nullable Double safe) {}

    /** What a policy was calibrated on: fingerprints of the model and of decoding and views. */
    @Schema(name = "PolicyMadeFor")
    public record MadeFor(String bank, String model, String views) {}

    /**
     * A value that differs.
     *
     * @param name of the worker's setting below {@code bulwark.policy}
     * @param before null where it was not there
     * @param after null where it is not there any more
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "PolicyDifference")
    public record Difference(
            String name, @Nullable String before, @Nullable String after) {}

    static PolicyState of(ModerationPolicy record) {
        return new PolicyState(
                record.getTenant(),
                record.getRevision(),
                record.getInForce() == null ? null : Policy.of(record.getInForce()),
                record.getShadow() == null ? null : Policy.of(record.getShadow()),
                record.getHistory().stream().map(Policy::of).toList());
    }

    /** As the topic has it. */
    public ModerationPolicy record() {
        return ModerationPolicy.newBuilder()
                .setTenant(tenant)
                .setRevision(revision)
                .setInForce(inForce == null ? null : inForce.document())
                .setShadow(shadow == null ? null : shadow.document())
                .setHistory(history.stream().map(Policy::document).toList())
                .build();
    }
}
