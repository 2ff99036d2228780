package io.bulwark.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.Decision;
import io.bulwark.events.Reason;
import io.bulwark.events.Reference;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.testing.TestBroker;
import io.bulwark.service.lifecycle.WorkerState;
import io.bulwark.service.testing.Pictures;
import io.bulwark.service.testing.References;
import io.bulwark.service.testing.SampleUploads;
import io.bulwark.service.testing.Traffic;
import io.bulwark.service.testing.WorkerUnderTest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The bank, live: what keeps a worker unready, and how soon a change shows in verdicts. */
class BankIT {

    private static final Duration SOON = Duration.ofSeconds(2);
    private static final Instant FAR = Instant.ofEpochMilli(4_000_000_000_000L);

    private static int number;

    private final String bank = "bank-it-" + ++number;
    private final AtomicInteger asked = new AtomicInteger();

    @AutoClose
    private Traffic traffic;

    @BeforeEach
    void openTraffic() {
        TestBroker.recreateTopics();
        traffic = new Traffic();
    }

    @Test
    void a_worker_stays_unready_with_its_message_until_the_bank_has_what_verdicts_need() {
        traffic.upload(SampleUploads.inline("waiting", Pictures.board(1)));
        traffic.reference(bank + "/other-model/r", References.board(0));
        traffic.flush();
        try (WorkerUnderTest worker = WorkerUnderTest.start(bank)) {
            awaitMessage(worker, "other-model", "bulwark bank build");

            traffic.removeReference(bank + "/other-model/r");
            traffic.flush();
            awaitMessage(worker, "no references", "bulwark bank build");

            put("board-0", References.board(0));
            awaitMessage(worker, "labelled", "at least two labels");
            assertThat(worker.worker().state()).isEqualTo(WorkerState.WAITING_FOR_BANK);
            assertThat(worker.worker().livenessFailure()).isEmpty();
            assertThat(worker.worker().hasStarted()).isTrue();

            put("discs-0", References.discs(0));
            worker.awaitReady();
            assertThat(traffic.verdictOn("waiting").getViews()).isNotEmpty();
        }
    }

    @Test
    void a_worker_whose_policy_was_never_calibrated_for_it_is_unready_with_the_command_that_does_it() {
        References.fill(traffic, bank);
        traffic.upload(SampleUploads.inline("waiting", Pictures.board(1)));
        traffic.flush();
        try (WorkerUnderTest worker = WorkerUnderTest.startWithDefaults(bank, Map.of("bulwark.policy.made-for", ""))) {
            awaitMessage(
                    worker,
                    "was never calibrated",
                    "bulwark bank calibrate --bank " + bank + " --flagged-labels nsfw -k 3 --files FOLDER");
            assertThat(worker.worker().state()).isEqualTo(WorkerState.WAITING_FOR_BANK);
        }
    }

    @Test
    void adding_disabling_and_removing_references_changes_the_next_verdict_within_two_seconds() {
        References.fill(traffic, bank);
        // Chessboards are mosaics of panels, of which a worker sees too few to call any of them SAFE.
        Map<String, String> settings = Map.of("bulwark.views.structure", "false");
        try (WorkerUnderTest worker =
                WorkerUnderTest.start(bank, settings, UnaryOperator.identity()).awaitReady()) {
            assertThat(ask().getDecision()).isEqualTo(Decision.NSFW);
            newReferencesAreNamedSoon();

            for (int i = 0; i < 6; i++) {
                put("board-" + i, References.relabelled(References.board(i), References.SAFE));
            }
            put("far-flagged", References.relabelled(References.discs(5), References.FLAGGED));
            awaitDecision(Decision.SAFE);

            for (int i = 0; i < 6; i++) {
                put("added-" + i, References.board(i));
                put(
                        "board-" + i,
                        Reference.newBuilder(References.relabelled(References.board(i), References.SAFE))
                                .setDisabledUntil(FAR)
                                .build());
            }
            awaitDecision(Decision.NSFW);

            for (int i = 0; i < 6; i++) {
                traffic.removeReference(References.key(bank, "added-" + i));
            }
            traffic.flush();
            long start = System.nanoTime();
            Verdict verdict = ask();
            while (verdict.getViews().get(0).getNeighbours().stream()
                    .anyMatch(each -> each.getReferenceId().startsWith("added"))) {
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
                verdict = ask();
            }
            assertThat(verdict.getReason()).isIn(Reason.UNFAMILIAR, null);
        }
    }

    @Test
    void a_bank_that_becomes_unusable_stops_verdicts_and_loses_no_upload() {
        References.fill(traffic, bank);
        try (WorkerUnderTest worker = WorkerUnderTest.start(bank).awaitReady()) {
            for (int i = 0; i < 6; i++) {
                traffic.removeReference(References.key(bank, "board-" + i));
            }
            traffic.flush();
            worker.awaitState(WorkerState.WAITING_FOR_BANK);
            for (int i = 0; i < 10; i++) {
                traffic.upload(SampleUploads.inline("while-away-" + i, Pictures.board(i)));
            }
            traffic.flush();
            assertThat(traffic.verdicts()).isEmpty();

            for (int i = 0; i < 6; i++) {
                put("board-" + i, References.board(i));
            }
            worker.awaitReady();
            List<Verdict> verdicts = traffic.awaitVerdicts(10);
            assertThat(verdicts).hasSize(10).allMatch(verdict -> verdict.getDecision() == Decision.NSFW);
        }
    }

    /** From the moment at which the broker has a reference to the verdict that names it as a neighbour. */
    private void newReferencesAreNamedSoon() {
        List<Long> millis = new ArrayList<>();
        List<Long> answers = new ArrayList<>();
        for (int i = 9; i > 0; i--) {
            String id = "a-" + i; // before all that are as near
            long before = System.nanoTime();
            ask();
            long start = System.nanoTime();
            put(id, References.board(2));
            while (!names(ask(), id)) {
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
            }
            millis.add((System.nanoTime() - start) / 1_000_000);
            answers.add((start - before) / 1_000_000);
        }
        for (int i = 9; i > 0; i--) {
            traffic.removeReference(References.key(bank, "a-" + i));
        }
        System.out.printf(
                "A new reference is named by a verdict after %s ms, a verdict alone takes %s ms: medians of %d%n",
                median(millis), median(answers), millis.size());
    }

    private static long median(List<Long> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private static boolean names(Verdict verdict, String id) {
        return verdict.getViews().get(0).getNeighbours().stream()
                .anyMatch(each -> each.getReferenceId().equals(id));
    }

    private void awaitDecision(Decision decision) {
        traffic.flush();
        long start = System.nanoTime();
        while (ask().getDecision() != decision) {
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
        }
    }

    private Verdict ask() {
        String image = "asked-" + asked.incrementAndGet();
        traffic.upload(SampleUploads.inline(image, Pictures.board(2)));
        return traffic.verdictOn(image);
    }

    private void put(String id, Reference reference) {
        traffic.reference(References.key(bank, id), reference);
        traffic.flush();
    }

    private static void awaitMessage(WorkerUnderTest worker, String... parts) {
        Awaitility.await("a message with " + List.of(parts))
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() ->
                        assertThat(worker.worker().unreadiness().orElse("")).contains(parts));
    }
}
