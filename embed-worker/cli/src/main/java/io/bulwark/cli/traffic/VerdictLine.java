package io.bulwark.cli.traffic;

import io.bulwark.cli.terminal.Output;
import io.bulwark.events.Neighbour;
import io.bulwark.events.Verdict;
import io.bulwark.events.ViewEvidence;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** How a verdict is printed, for people and for machines. */
public final class VerdictLine {

    private VerdictLine() {}

    /** Prints a verdict under the name that the reader knows the image by, such as its file. */
    public static void print(Output output, String name, Verdict verdict) {
        output.print(text(name, verdict), fields(name, verdict));
    }

    /**
     * One line: name, decision, label, score, reason where there is one, and the nearest reference of the deciding
     * view.
     */
    public static String text(String name, Verdict whole) {
        Verdict verdict = told(whole);
        StringBuilder line = new StringBuilder(
                String.format(Locale.ROOT, "%-40s %s %.3f", name, decision(verdict), verdict.getScore()));
        if (verdict.getReason() != null) {
            line.append("  ").append(verdict.getReason());
        }
        nearest(verdict).ifPresent(neighbour -> line.append("  ").append(nearest(neighbour)));
        return line.toString();
    }

    /** A reference and how near it is; by which variant, where it is not by the picture itself. */
    public static String nearest(Neighbour neighbour) {
        return String.format(
                Locale.ROOT,
                "nearest %s %.3f%s",
                neighbour.getLabel(),
                neighbour.getSimilarity(),
                neighbour.getVariant() == null ? "" : " as " + neighbour.getVariant());
    }

    /** Of a restricted verdict that the image must not be shown, and neither why nor by what hash: lines are kept. */
    private static Verdict told(Verdict verdict) {
        return verdict.getRestricted()
                ? Verdict.newBuilder(verdict)
                        .setReason(null)
                        .setDecidingLabel("restricted")
                        .setBasis(null)
                        .setKnownReference(null)
                        .build()
                : verdict;
    }

    /** The decision and the label that it is about, in columns. */
    public static String decision(Verdict verdict) {
        return String.format(
                Locale.ROOT,
                "%-7s %-10s",
                verdict.getDecision(),
                Optional.ofNullable(verdict.getDecidingLabel()).orElse("-"));
    }

    /** The same and more as fields. */
    public static Map<String, Object> fields(String name, Verdict whole) {
        Verdict verdict = told(whole);
        Map<String, Object> fields = Output.fields(
                "name",
                name,
                "imageId",
                verdict.getImageId(),
                "uploaderId",
                verdict.getUploaderId(),
                "decision",
                verdict.getDecision().name(),
                "score",
                verdict.getScore(),
                "margin",
                verdict.getMargin(),
                "reason",
                verdict.getReason() == null ? null : verdict.getReason().name(),
                "reasonDetail",
                verdict.getReasonDetail(),
                "label",
                verdict.getDecidingLabel(),
                "view",
                verdict.getDecidingView(),
                "basis",
                verdict.getBasis() == null ? null : verdict.getBasis().name(),
                "knownReference",
                verdict.getKnownReference());
        Map<String, Double> labels = new LinkedHashMap<>();
        verdict.getLabels().forEach(each -> labels.put(each.getLabel(), each.getScore()));
        fields.put("labels", labels);
        fields.put("insertionsToTurn", verdict.getInsertionsToTurn());
        fields.put("relabelsToTurn", verdict.getRelabelsToTurn());
        nearest(verdict).ifPresent(neighbour -> {
            fields.put("nearestId", neighbour.getReferenceId());
            fields.put("nearestLabel", neighbour.getLabel());
            fields.put("nearestSimilarity", neighbour.getSimilarity());
            fields.put("nearestVariant", neighbour.getVariant());
        });
        fields.put("bankVersion", verdict.getBankVersion());
        fields.put("policyVersion", verdict.getPolicyVersion());
        fields.put("decidedAt", verdict.getDecidedAt().toString());
        return fields;
    }

    /**
     * The nearest reference of the view that decided; empty where nothing was compared. A verdict of an older release
     * does not name the view, there it is the one with the highest score.
     */
    public static Optional<Neighbour> nearest(Verdict verdict) {
        return verdict.getViews().stream()
                .filter(view -> view.getView().equals(verdict.getDecidingView()))
                .findFirst()
                .or(() -> verdict.getViews().stream().max(Comparator.comparingDouble(ViewEvidence::getScore)))
                .flatMap(view -> view.getNeighbours().stream().findFirst());
    }
}
