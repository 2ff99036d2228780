package io.bulwark.cli.policy;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.events.LabelRule;
import io.bulwark.events.PolicyDocument;
import io.bulwark.perception.verdict.SeenImage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine.Option;

/** A policy as people and as machines are told of it. */
final class DocumentText {

    private DocumentText() {}

    /** One line: its version, who proposed and who approved it, and when. */
    static String provenance(PolicyDocument document) {
        String approval = document.getApprover() == null
                ? ""
                : ", approved by " + document.getApprover() + " at " + document.getApprovedAt();
        return PolicyRecord.Versions.shortened(document) + "  proposed by " + document.getAuthor() + " at "
                + document.getProposedAt() + approval;
    }

    /** What it is in full. */
    static List<String> lines(PolicyDocument document) {
        List<String> lines = new ArrayList<>();
        lines.add("version " + document.getVersion());
        Optional.ofNullable(document.getNote()).ifPresent(note -> lines.add("note: " + note));
        lines.add(
                "calibration: " + (document.getCalibration().isEmpty() ? "none" : measured(document.getCalibration())));
        PolicyLines.of(document).values().forEach((key, value) -> lines.add(PolicyLines.PREFIX + key + "=" + value));
        return lines;
    }

    /** The same for machines. */
    static Map<String, Object> fields(PolicyDocument document) {
        Map<String, Object> fields = Output.fields(
                "version",
                document.getVersion(),
                "author",
                document.getAuthor(),
                "proposedAt",
                document.getProposedAt().toString());
        Optional.ofNullable(document.getApprover()).ifPresent(approver -> fields.put("approver", approver));
        Optional.ofNullable(document.getApprovedAt()).ifPresent(at -> fields.put("approvedAt", at.toString()));
        Optional.ofNullable(document.getNote()).ifPresent(note -> fields.put("note", note));
        fields.put(
                "madeFor",
                Map.of(
                        "bank", document.getMadeFor().getBank(),
                        "modelFingerprint", document.getMadeFor().getModelFingerprint(),
                        "preprocessFingerprint", document.getMadeFor().getPreprocessFingerprint()));
        fields.put("k", document.getK());
        fields.put("temperature", document.getTemperature());
        fields.put("flag", document.getFlag());
        fields.put("safe", document.getSafe());
        fields.put("floor", document.getFloor());
        fields.put("knownSimilarity", document.getKnownSimilarity());
        Map<String, Object> labels = new TreeMap<>();
        document.getLabels().forEach((label, rule) -> labels.put(label, fields(rule)));
        fields.put("labels", labels);
        fields.put("unfamiliar", document.getUnfamiliar().name().toLowerCase(Locale.ROOT));
        fields.put("flaggedClasses", document.getFlaggedClasses());
        fields.put("calibration", new TreeMap<>(document.getCalibration()));
        return fields;
    }

    private static Map<String, Object> fields(LabelRule rule) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("action", rule.getAction().name().toLowerCase(Locale.ROOT));
        Optional.ofNullable(rule.getFlag()).ifPresent(flag -> fields.put("flag", flag));
        Optional.ofNullable(rule.getSafe()).ifPresent(safe -> fields.put("safe", safe));
        return fields;
    }

    private static String measured(Map<String, Double> calibration) {
        List<String> parts = new ArrayList<>();
        new TreeMap<>(calibration).forEach((name, value) -> parts.add(name + "=" + value));
        return String.join(", ", parts);
    }

    /** Whose policy a command is about: {@code @Mixin TenantOptions tenant}. */
    static final class TenantOptions {

        @Option(
                names = "--tenant",
                paramLabel = "NAME",
                defaultValue = SeenImage.DEFAULT_TENANT,
                description =
                        "Whose policy (default: ${DEFAULT-VALUE}, which also decides for tenants that have none).")
        private String name;

        /** @throws CommandFailure if it is no name */
        String name() {
            if (name.isBlank()) {
                throw CommandFailure.usage("--tenant is blank, allowed is a tenant's name");
            }
            return name;
        }
    }
}
