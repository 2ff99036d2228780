package io.bulwark.cli.casebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.cli.casebook.BankBacktest.Case;
import io.bulwark.cli.casebook.BankBacktest.Made;
import io.bulwark.cli.casebook.DrawnRates.Rate;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.traffic.AnsweredDraws;
import io.bulwark.events.Decision;
import io.bulwark.perception.verdict.Judgement.Outcome;
import io.bulwark.schemas.promise.AnsweredDraw;
import io.bulwark.schemas.promise.PromisedRate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Draws of unequal probability, of which the proposal would miss more than the policy in force does. */
class DrawnRatesTest {

    private static final Instant BEGIN = Instant.parse("2026-11-30T00:00:00Z");

    @TempDir
    private Path folder;

    private final List<String> lines = new ArrayList<>();
    private final List<Case> cases = new ArrayList<>();

    @Test
    void eachDrawCountsByOneOverItsProbability() throws IOException {
        add(0, 0.1, Decision.NSFW, Outcome.NSFW, Outcome.SAFE);
        add(1, 0.5, Decision.NSFW, Outcome.NSFW, Outcome.NSFW);
        add(2, 0.5, Decision.NSFW, Outcome.NSFW, Outcome.REVIEW);
        add(3, 0.5, Decision.SAFE, Outcome.NSFW, Outcome.SAFE);
        cases.add(new Case("default", "not drawn", sha256(77), Decision.SAFE, made(Outcome.SAFE), made(Outcome.NSFW)));
        cases.add(new Case("another", "of another", sha256(1), Decision.SAFE, made(Outcome.SAFE), made(Outcome.SAFE)));
        lines.add(line(88, 0.5, Decision.SAFE));

        DrawnRates drawn = DrawnRates.of(cases, read(), Optional.empty());

        assertThat(drawn.answered()).isEqualTo(5);
        assertThat(drawn.known()).isEqualTo(4);
        assertThat(drawn.rates()).hasSize(4);
        assertThat(rate(drawn, "all", "would", PromisedRate.MISSED).estimate())
                .isCloseTo(10.0 / (10 + 2 + 2), within(1e-9));
        assertThat(rate(drawn, "all", "would", PromisedRate.MISSED).base()).isEqualTo(3);
        assertThat(rate(drawn, "all", "now", PromisedRate.MISSED).estimate()).isZero();
        assertThat(rate(drawn, "all", "now", PromisedRate.FALSELY_FLAGGED).estimate())
                .isEqualTo(1);
        assertThat(rate(drawn, "all", "now", PromisedRate.FALSELY_FLAGGED).line())
                .isEqualTo(
                        "drawn all    now   flags of harmless images 0 to 1000 of 1,000, estimated 1000.0 (1 of 4 draws)");
    }

    @Test
    void theRangesHoldTheRatesAndDrawsAfterTheProposalAreCountedApart() throws IOException {
        var chance = new SplittableRandom(9);
        for (int i = 0; i < 3000; i++) {
            boolean flagged = chance.nextInt(2) == 0;
            Outcome now = flagged && chance.nextInt(100) > 0 ? Outcome.NSFW : Outcome.SAFE;
            Outcome would = flagged && chance.nextInt(10) == 0 ? Outcome.SAFE : now;
            add(i, chance.nextBoolean() ? 0.01 : 0.02, flagged ? Decision.NSFW : Decision.SAFE, now, would);
        }

        DrawnRates drawn = DrawnRates.of(cases, read(), Optional.of(BEGIN.plusSeconds(1000)));

        assertThat(rate(drawn, "before", "would", PromisedRate.MISSED).draws()).isEqualTo(1000);
        Rate would = rate(drawn, "after", "would", PromisedRate.MISSED);
        Rate now = rate(drawn, "after", "now", PromisedRate.MISSED);
        assertThat(would.draws()).isEqualTo(2000);
        assertThat(would.low()).isLessThan(0.109);
        assertThat(would.high()).isGreaterThan(0.109);
        assertThat(now.low()).isLessThan(0.01);
        assertThat(now.high()).isGreaterThan(0.01).isLessThan(would.low());
    }

    @Test
    void whatNoOneAnsweredWidensARangeOnBothSides() throws IOException {
        var chance = new SplittableRandom(9);
        for (int i = 0; i < 4000; i++) {
            Outcome would = chance.nextInt(5) == 0 ? Outcome.SAFE : Outcome.NSFW;
            add(2 * i, 0.5, Decision.NSFW, Outcome.NSFW, would);
        }
        Rate before = rate(DrawnRates.of(cases, read(), Optional.empty()), "all", "would", PromisedRate.MISSED);
        lines.add(unanswered(-1));
        for (int i = 0; i < 1000; i++) {
            lines.add(unanswered(2 * i + 1));
        }
        DrawnRates drawn = DrawnRates.of(cases, read(), Optional.empty());
        assertThat(drawn.answered()).isEqualTo(4000);
        assertThat(drawn.unanswered())
                .as("without the one before the first image")
                .isEqualTo(1000);
        Rate rate = rate(drawn, "all", "would", PromisedRate.MISSED);
        assertThat(rate.low()).isLessThan(before.low()).isLessThan(800 / 5000.0);
        assertThat(rate.high()).isGreaterThan(before.high()).isGreaterThan(1800 / 5000.0);
        assertThat(rate.estimate()).isEqualTo(before.estimate());
    }

    private static String unanswered(int i) {
        return "{\"content\": null, \"decidedAt\": \"%s\", \"machine\": \"SAFE\", \"people\": null, \"labels\": [], \"probability\": 0.5}"
                .formatted(BEGIN.plusSeconds(i));
    }

    @Test
    void whatIsNoListOfDrawsIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("draws.json"), "[{\"content\": \"none\"}]");
        assertThatThrownBy(() -> AnsweredDraws.read(file))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("draws.json")
                .hasMessageContaining("GET /api/v1/promises/draws");
    }

    private void add(int i, double probability, Decision people, Outcome now, Outcome instead) {
        lines.add(line(i, probability, people));
        cases.add(new Case("default", "image " + i, sha256(i), Decision.REVIEW, made(now), made(instead)));
    }

    private static String line(int i, double probability, Decision people) {
        return "{\"content\": \"%s\", \"decidedAt\": \"%s\", \"machine\": \"REVIEW\", \"people\": \"%s\", \"labels\": [], \"probability\": %s}"
                .formatted(AnsweredDraw.content("default", sha256(i)), BEGIN.plusSeconds(i), people, probability);
    }

    private AnsweredDraws read() throws IOException {
        return AnsweredDraws.read(
                Files.writeString(folder.resolve("draws.json"), "[" + String.join(",\n", lines) + "]"));
    }

    private static Rate rate(DrawnRates drawn, String part, String side, PromisedRate rate) {
        return drawn.rates().stream()
                .filter(each -> each.part().equals(part) && each.side().equals(side) && each.rate() == rate)
                .findFirst()
                .orElseThrow();
    }

    private static Made made(Outcome outcome) {
        return new Made(outcome, 0.5);
    }

    private static String sha256(int i) {
        return "%064x".formatted(i);
    }
}
