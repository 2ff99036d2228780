package io.bulwark.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.Verdict;
import io.bulwark.imaging.jpeg.JpegReduction;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.schemas.testing.TestBroker;
import io.bulwark.service.lifecycle.WorkerState;
import io.bulwark.service.testing.Pictures;
import io.bulwark.service.testing.References;
import io.bulwark.service.testing.SampleUploads;
import io.bulwark.service.testing.Traffic;
import io.bulwark.service.testing.WorkerUnderTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A worker of each family by one setting, and of each a bank that another model made. */
class ModelFamiliesIT {

    private static final Path RESOURCES = Path.of("../perception/src/test/resources");

    @TempDir
    static Path folder;

    private static int number;

    private final String bank = "families-it-" + ++number;

    @AutoClose
    private Traffic traffic;

    /**
     * A worker's settings.
     *
     * @param model {@code bulwark.model}
     * @param fast {@code bulwark.decode.fast}
     * @param options that the message about a bank of another model has to name
     */
    private record Case(String model, boolean fast, String options) {

        static Case of(Path model) {
            return new Case(model.toString(), false, "--model " + model);
        }

        JpegReduction reduction(Encoder encoder) {
            return fast ? encoder.description().preprocess().jpegReduction() : JpegReduction.none();
        }
    }

    static Stream<Case> families() throws IOException {
        return Stream.of(
                Case.of(RESOURCES.resolve("golden/convnext_a")),
                Case.of(RESOURCES.resolve("golden/dino_a")),
                Case.of(exported()),
                new Case(ModelPackage.DEFAULT, true, "--fast-decode"));
    }

    /** A program that PyTorch exported. */
    private static Path exported() throws IOException {
        Path model = folder.resolve("exported");
        if (Files.notExists(model)) {
            Files.createDirectory(model);
            Files.copy(RESOURCES.resolve("exported/model.json"), model.resolve("model.json"));
            Files.copy(RESOURCES.resolve("exported/traced.pt"), model.resolve("model.pt"));
        }
        return model;
    }

    @BeforeEach
    void openTraffic() {
        TestBroker.recreateTopics();
        traffic = new Traffic();
    }

    @Test
    void the_worker_refuses_another_models_bank_with_the_command_that_rebuilds_it_and_judges_by_its_own() {
        assertJudgesByItsOwnBankAlone(Case.of(RESOURCES.resolve("golden/vit_b")));
    }

    @ParameterizedTest
    @MethodSource("families")
    @Tag("proof")
    void so_does_a_worker_of_each_family(Case family) {
        assertJudgesByItsOwnBankAlone(family);
    }

    private void assertJudgesByItsOwnBankAlone(Case family) {
        References.fill(traffic, bank);
        traffic.upload(SampleUploads.inline("waiting", Pictures.board(1)));
        traffic.flush();
        try (WorkerUnderTest worker = WorkerUnderTest.start(bank, settings(family), clients -> clients)) {
            awaitRefusal(
                    worker,
                    References.modelFingerprint(),
                    "`bulwark bank build --bank " + bank + " " + family.options() + " FOLDER`");
            assertThat(worker.worker().state()).isEqualTo(WorkerState.WAITING_FOR_BANK);

            String fingerprint;
            try (Encoder encoder = ModelPackage.open(family.model())
                    .openEncoder(EncoderOptions.defaults().withThreads(1))) {
                fingerprint = References.fill(traffic, bank, encoder.after(family.reduction(encoder)));
            }
            worker.awaitReady();

            Verdict verdict = traffic.verdictOn("waiting");
            assertThat(verdict.getModelFingerprint()).isEqualTo(fingerprint);
            assertThat(verdict.getViews().get(0).getNeighbours()).hasSize(3);
            assertThat(verdict.getViews().get(0).getNeighbours().get(0).getReferenceId())
                    .isEqualTo("board-1");
        }
    }

    private static Map<String, String> settings(Case family) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "bulwark.model", family.model(),
                "bulwark.batch.largest", "2",
                "bulwark.batch.measure", "5ms"));
        settings.put("bulwark.decode.fast", Boolean.toString(family.fast()));
        return settings;
    }

    private static void awaitRefusal(WorkerUnderTest worker, String... words) {
        Awaitility.await("a refused bank")
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() ->
                        assertThat(worker.worker().unreadiness().orElse("")).contains(words));
    }
}
