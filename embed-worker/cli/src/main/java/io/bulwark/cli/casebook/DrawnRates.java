package io.bulwark.cli.casebook;

import io.bulwark.cli.casebook.BankBacktest.Case;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.traffic.AnsweredDraws;
import io.bulwark.events.Decision;
import io.bulwark.schemas.promise.AnsweredDraw;
import io.bulwark.schemas.promise.PromisedRate;
import io.bulwark.schemas.promise.PromisedRate.Membership;
import io.bulwark.schemas.promise.RateBand;
import io.bulwark.schemas.promise.ReviewerError;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How often each side of a backtest would have been wrong about all traffic, from the images that were drawn and that
 * people answered: each counts by one over the probability of its draw (Horvitz and Thompson, JASA 47, 1952), with the
 * band of {@link RateBand}, which holds at every look. What a trial was chosen by does not confirm it: so draws from the
 * proposal on are counted apart. People's answers are taken for right. A draw without an answer past its deadline counts
 * as an error for the upper end and as none for the lower one, from the first drawn image on that both sides decided.
 *
 * @param answered draws
 * @param known of them, those whose image both sides decided
 * @param unanswered draws that count with all that they may be
 * @param rates each rate of each side in each part
 */
record DrawnRates(int answered, int known, int unanswered, List<Rate> rates) {

    private static final Comparator<Drawn> ORDER = Comparator.comparing(
                    (Drawn drawn) -> drawn.draw().decidedAt())
            .thenComparing(drawn -> String.valueOf(drawn.draw().content()));

    /**
     * A rate.
     *
     * @param part {@code all}, {@code before} or {@code after} the proposal
     * @param side {@code now} or {@code would}
     * @param draws that it is of, answered or not
     * @param base those of them that belong to the rate's base
     * @param estimate weighted share of errors; NaN where {@code base} is 0
     * @param low lower end of the band, 0.95
     * @param high upper end
     */
    record Rate(
            String part,
            String side,
            PromisedRate rate,
            int draws,
            int base,
            double estimate,
            double low,
            double high) {

        /** As of 1,000. */
        String line() {
            return String.format(
                    Locale.ROOT,
                    "drawn %-6s %-5s %s %.0f to %.0f of 1,000%s (%d of %d draws)",
                    part,
                    side,
                    rate == PromisedRate.MISSED ? "misses of flagged images" : "flags of harmless images",
                    Math.floor(1000 * low),
                    Math.ceil(1000 * high),
                    Double.isNaN(estimate) ? "" : String.format(Locale.ROOT, ", estimated %.1f", 1000 * estimate),
                    base,
                    draws);
        }

        Map<String, Object> fields() {
            Map<String, Object> fields = Output.fields(
                    "part",
                    part,
                    "side",
                    side,
                    "rate",
                    rate.name(),
                    "draws",
                    draws,
                    "base",
                    base,
                    "estimate",
                    estimate,
                    "low",
                    low,
                    "high",
                    high);
            return fields;
        }
    }

    /** @param image null where there is no answer, and so no digest to find it by */
    private record Drawn(AnsweredDraw draw, Case image) {}

    /** @param proposed since when draws confirm; empty to count all together */
    static DrawnRates of(List<Case> cases, AnsweredDraws draws, Optional<Instant> proposed) {
        Map<AnsweredDraw, Case> images = cases.stream()
                .filter(image -> draws.of(image.tenant(), image.contentSha256()).isPresent())
                .collect(Collectors.toMap(
                        image -> draws.of(image.tenant(), image.contentSha256()).orElseThrow(),
                        Function.identity(),
                        (one, other) -> one));
        List<Drawn> open = images.keySet().stream()
                .map(AnsweredDraw::decidedAt)
                .min(Comparator.naturalOrder())
                .map(first -> draws.unanswered().stream()
                        .filter(draw -> !draw.decidedAt().isBefore(first))
                        .map(draw -> new Drawn(draw, null))
                        .toList())
                .orElse(List.of());
        List<Drawn> drawn = Stream.concat(
                        images.entrySet().stream().map(entry -> new Drawn(entry.getKey(), entry.getValue())),
                        open.stream())
                .sorted(ORDER)
                .toList();
        Map<String, Predicate<Drawn>> parts = new LinkedHashMap<>();
        if (proposed.isEmpty()) {
            parts.put("all", each -> true);
        } else {
            parts.put("before", each -> each.draw().decidedAt().isBefore(proposed.get()));
            parts.put("after", each -> !each.draw().decidedAt().isBefore(proposed.get()));
        }
        List<Rate> rates = new ArrayList<>();
        parts.forEach((part, which) -> {
            List<Drawn> some = drawn.stream().filter(which).toList();
            for (PromisedRate rate : PromisedRate.values()) {
                rates.add(rate(
                        part, "now", rate, some, image -> image.now().outcome().name()));
                rates.add(rate(
                        part,
                        "would",
                        rate,
                        some,
                        image -> image.instead().outcome().name()));
            }
        });
        return new DrawnRates(draws.all().size(), images.size(), open.size(), rates);
    }

    private static Rate rate(
            String part, String side, PromisedRate rate, List<Drawn> drawn, Function<Case, String> outcome) {
        double least = drawn.stream()
                .mapToDouble(each -> each.draw().probability())
                .min()
                .orElse(1);
        var low = new RateBand(least, ReviewerError.NONE);
        var high = new RateBand(least, ReviewerError.NONE);
        int base = 0;
        for (Drawn each : drawn) {
            double probability = each.draw().probability();
            if (each.image() == null) {
                low.add(new PromisedRate.Draw(probability, false, Membership.OPEN));
                high.add(new PromisedRate.Draw(probability, true, Membership.OPEN));
            } else {
                PromisedRate.Draw draw = each.draw().draw(rate, Decision.valueOf(outcome.apply(each.image())));
                low.add(draw);
                high.add(draw);
                base += draw.membership() == Membership.INSIDE ? 1 : 0;
            }
        }
        return new Rate(part, side, rate, drawn.size(), base, low.estimate(), low.low(), high.high());
    }
}
