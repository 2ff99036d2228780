package io.bulwark.lab.evaluate.acceptance;

import io.bulwark.cli.everyday.Edit;
import io.bulwark.lab.evaluate.acceptance.Judged.Decision;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * What several changes add up to: the worst of them, and of the recall the mean. Shares are in [0, 1].
 *
 * @param changes how many
 * @param caught the least share of flagged files that is decided NSFW or left to a person, and the change that it is of
 * @param meanRecall mean over the changes of the share of flagged files decided NSFW
 * @param falseFlags the greatest share of safe files decided NSFW
 * @param reviews the greatest share of safe files left to a person
 */
record ChangeSummary(int changes, Worst caught, double meanRecall, Worst falseFlags, Worst reviews) {

    /**
     * A share and whose it is.
     *
     * @param edit the change
     */
    record Worst(double share, Edit edit) {}

    /**
     * Sums up.
     *
     * @param rows of edits; one of files as they are is left out
     * @return empty where there is no edit, or no flagged or no safe file
     */
    static Optional<ChangeSummary> of(List<AcceptanceReport.EditRow> rows) {
        List<AcceptanceReport.EditRow> edits = rows.stream()
                .filter(row -> row.edit().isPresent())
                .filter(row -> row.flagged().files() > 0 && row.safe().files() > 0)
                .toList();
        if (edits.isEmpty()) {
            return Optional.empty();
        }
        Comparator<Worst> byShare = Comparator.comparingDouble(Worst::share);
        return Optional.of(new ChangeSummary(
                edits.size(),
                each(edits, row -> share(row.flagged(), Decision.NSFW) + share(row.flagged(), Decision.REVIEW)).stream()
                        .min(byShare)
                        .orElseThrow(),
                edits.stream()
                        .mapToDouble(row -> share(row.flagged(), Decision.NSFW))
                        .average()
                        .orElseThrow(),
                each(edits, row -> share(row.safe(), Decision.NSFW)).stream()
                        .max(byShare)
                        .orElseThrow(),
                each(edits, row -> share(row.safe(), Decision.REVIEW)).stream()
                        .max(byShare)
                        .orElseThrow()));
    }

    private static List<Worst> each(
            List<AcceptanceReport.EditRow> edits, ToDoubleFunction<AcceptanceReport.EditRow> share) {
        return edits.stream()
                .map(row -> new Worst(share.applyAsDouble(row), row.edit().orElseThrow()))
                .toList();
    }

    private static double share(Judged.Outcomes outcomes, Decision decision) {
        return (double) outcomes.count(decision) / outcomes.files();
    }
}
