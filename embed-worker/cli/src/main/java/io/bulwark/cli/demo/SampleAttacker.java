package io.bulwark.cli.demo;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.traffic.ImageFiles;
import io.bulwark.cli.traffic.VerdictLine;
import io.bulwark.events.AttackAudit;
import io.bulwark.events.Decision;
import io.bulwark.events.Verdict;
import io.bulwark.perception.verdict.Judgement.Outcome;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.perception.verdict.PolicySettings.Thresholds;
import io.bulwark.perception.verdict.PolicySettings.Unfamiliar;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Makes attacked copies of samples: {@code lab} has one. Found by {@link java.util.ServiceLoader}; without one there
 * are no copies.
 */
public interface SampleAttacker {

    /**
     * Copies of some samples, in their order.
     *
     * @param twin that is attacked
     * @param bank the folder of pictures that its references are made of
     */
    List<AttackedCopy> attack(List<Sample> samples, TwinSettings twin, Path bank, Output output);

    /**
     * A sample changed so that the clean twin decides it wrongly.
     *
     * @param sample the original
     * @param file the changed file
     * @param before what the twin decides of the original
     * @param after what it decides of the changed file; empty where the file is refused
     * @param fooled whether that is what the attacker wants
     * @param linf largest change of a value, in [0, 1]
     */
    record AttackedCopy(
            Sample sample, byte[] file, Outcome before, Optional<Outcome> after, boolean fooled, double linf) {

        /** Whether the change made the twin give the wrong answer where it gave another one to the original. */
        boolean turnsTheTwin() {
            return fooled && after.filter(changed -> changed != before).isPresent();
        }

        /** What the twin decides of the copy. */
        String byTwin() {
            return after.map(Outcome::name).orElse("REFUSED");
        }

        /** Both answers to the copy, side by side. */
        String text(Verdict verdict, List<AttackAudit> audits) {
            return String.format(
                    Locale.ROOT,
                    "%-44s expected %-5s clean twin %-7s robust %-7s score %.3f  %s",
                    sample.name(),
                    sample.expected(),
                    byTwin(),
                    verdict.getDecision(),
                    verdict.getScore(),
                    audits.isEmpty()
                            ? "no audit"
                            : String.format(
                                    Locale.ROOT, "audit %.3f", audits.get(0).getFusedScore()));
        }

        /** The same and more for machines. */
        Map<String, Object> fields(Verdict verdict, List<AttackAudit> audits) {
            Map<String, Object> fields = new LinkedHashMap<>(VerdictLine.fields(sample.name(), verdict));
            fields.put("attacked", true);
            fields.put("expected", sample.expected().name());
            fields.put("cleanTwinDecision", byTwin());
            fields.put("turnsTheTwin", turnsTheTwin());
            fields.put("linf", linf);
            fields.put("audits", audits.size());
            return fields;
        }
    }

    /**
     * The twin that a worker's settings ask for, as the worker itself reads them.
     *
     * @param model its package
     * @param policy by which it decides
     */
    record TwinSettings(String model, PolicySettings policy) {

        /** Empty where the settings ask for no twin. */
        public static Optional<TwinSettings> of(Map<String, String> worker) {
            return Optional.ofNullable(worker.get("bulwark.twin.model"))
                    .map(model -> new TwinSettings(model, policy(worker)));
        }

        private static PolicySettings policy(Map<String, String> worker) {
            PolicySettings defaults = PolicySettings.flagging(set(worker, "flagged-labels", Set.of("nsfw")));
            return new PolicySettings(
                    Integer.parseInt(worker.getOrDefault("bulwark.policy.k", "" + PolicySettings.DEFAULT_K)),
                    number(worker, "temperature", defaults.temperature()),
                    number(worker, "floor", defaults.floor()),
                    PolicySettings.NEVER_KNOWN,
                    new Thresholds(
                            number(worker, "flag", defaults.thresholds().flag()),
                            number(worker, "safe", defaults.thresholds().safe())),
                    defaults.labels(),
                    Unfamiliar.valueOf(worker.getOrDefault("bulwark.policy.unfamiliar", "review")
                            .trim()
                            .toUpperCase(Locale.ROOT)),
                    set(worker, "flagged-classes", defaults.flaggedClasses()));
        }

        /** The twin's own where it has one, else the policy's. */
        private static double number(Map<String, String> worker, String name, double fallback) {
            String set = worker.getOrDefault("bulwark.twin." + name, worker.get("bulwark.policy." + name));
            return set == null ? fallback : Double.parseDouble(set.trim());
        }

        private static Set<String> set(Map<String, String> worker, String name, Set<String> fallback) {
            String set = worker.get("bulwark.policy." + name);
            return set == null
                    ? fallback
                    : Arrays.stream(set.trim().split("\\s*,\\s*")).collect(Collectors.toSet());
        }
    }

    /**
     * One held-out picture of the demo.
     *
     * @param file where it lies
     * @param label its folder
     * @param expected what the policy should decide of it
     */
    public record Sample(Path file, String label, Decision expected) {

        /**
         * All pictures under {@code <folder>/<label>/}, in the order of their paths.
         *
         * @param folder the held-out split
         * @param flagged labels whose pictures should be NSFW; all others should be SAFE
         */
        static List<Sample> under(Path folder, Set<String> flagged) {
            if (!Files.isDirectory(folder)) {
                throw CommandFailure.failed("the samples " + folder + " are missing from the checkout");
            }
            return ImageFiles.under(List.of(folder)).stream()
                    .map(file -> of(file, flagged))
                    .toList();
        }

        private static Sample of(Path file, Set<String> flagged) {
            String label = file.getParent().getFileName().toString();
            return new Sample(file, label, flagged.contains(label) ? Decision.NSFW : Decision.SAFE);
        }

        /** Whether the policy should flag it. */
        boolean isFlagged() {
            return expected == Decision.NSFW;
        }

        /** {@code label/file}, as it is printed. */
        String name() {
            return label + "/" + file.getFileName();
        }
    }
}
