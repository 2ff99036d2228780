package io.bulwark.lab.evaluate.acceptance;

import io.bulwark.cli.report.Proportion;
import io.bulwark.cli.terminal.Output;
import io.bulwark.lab.evaluate.Curve;
import io.bulwark.lab.evaluate.Results;
import io.bulwark.lab.evaluate.acceptance.Judged.Decision;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** An acceptance report in a folder: {@code acceptance.md}, {@code acceptance.json} and a curve over the bank's size. */
record AcceptanceResults(Results results, Output output) {

    private static final String NAME = "acceptance";

    /** Writes and prints; the curve last, since drawing needs the machine's fonts. */
    void write(AcceptanceReport report) {
        String markdown = AcceptanceMarkdown.of(report);
        Map<String, Object> fields = AcceptanceFields.of(report);
        results.save(NAME, markdown, fields);
        output.print(markdown, fields);
        if (!report.bankSizes().isEmpty()) {
            results.draw(NAME + "-bank-size", curve(report.bankSizes()));
        }
    }

    private static Curve curve(List<BankSize> sizes) {
        Curve curve = new Curve("decisions over the size of the bank", "files in the bank", "share of the test files");
        curve.add("flagged decided NSFW", points(sizes, BankSize::flagged, Decision.NSFW));
        curve.add("safe decided NSFW", points(sizes, BankSize::safe, Decision.NSFW));
        curve.add("safe left to a person", points(sizes, BankSize::safe, Decision.REVIEW));
        return curve;
    }

    private static SortedMap<Double, Proportion> points(
            List<BankSize> sizes, Function<BankSize, Outcomes> kind, Decision decision) {
        SortedMap<Double, Proportion> points = new TreeMap<>();
        for (BankSize size : sizes) {
            kind.apply(size).share(decision).ifPresent(share -> points.put((double) size.files(), share));
        }
        return points;
    }
}
