package io.bulwark.lab.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.cli.CapturedCommands;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.perception.model.ModelPackage;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluateCommandsTest {

    @TempDir
    static Path folder;

    private final CapturedCommands commands = new CapturedCommands();

    @BeforeAll
    static void pictures() throws IOException {
        for (int i = 0; i < 3; i++) {
            stripes("references/stripes", i, true);
            stripes("references/checks", i, false);
        }
        stripes("queries/stripes", 7, true);
        stripes("queries/checks", 7, false);
    }

    @Test
    void aClassificationIsReportedAsTableJsonAndCurveAndGoesOnFromItsLedger() throws IOException {
        Path results = folder.resolve("knn-results");

        assertThat(knn(results)).as(commands.err()).isEqualTo(ExitCodes.OK);

        JsonNode json = new ObjectMapper().readTree(results.resolve("knn.json").toFile());
        assertThat(json.path("attack").asText()).isEqualTo("apgd 2 iterations x 1");
        assertThat(json.path("track").asText()).isEqualTo("pixels after resize");
        assertThat(json.path("rows").findValuesAsText("threat")).containsExactly("clean", "linf 8/255");
        JsonNode clean = json.path("rows").path(0).path("accuracy");
        JsonNode robust = json.path("rows").path(1).path("accuracy");
        assertThat(clean.path("questions").asInt()).isEqualTo(2);
        assertThat(clean.path("files").asInt()).isEqualTo(2);
        assertThat(robust.path("value").asDouble())
                .isLessThanOrEqualTo(clean.path("value").asDouble());
        assertThat(Files.readString(results.resolve("knn.md")))
                .contains("| clean |")
                .contains("| linf 8/255 |")
                .contains(ModelPackage.open(ModelPackage.DEFAULT).manifest().name());
        BufferedImage curve = ImageIO.read(results.resolve("knn-linf.png").toFile());
        assertThat(curve.getWidth()).isEqualTo(720);
        assertThat(commands.err()).contains("at most 4 gradient steps");

        commands.clearErr();
        assertThat(knn(results)).isEqualTo(ExitCodes.OK);
        assertThat(commands.err()).contains("clean: nothing left to do").contains("linf 8/255: nothing left to do");
    }

    @Test
    void anotherAttackDoesNotGoOnFromThatLedger() {
        Path results = folder.resolve("other-attack");
        knn(results);

        assertThat(run(arguments(results, "--iterations", "3"))).isEqualTo(ExitCodes.FAILED);

        assertThat(commands.err()).contains(".jsonl").contains("another").doesNotContain("\tat ");
    }

    @Test
    void allLossesAreRaisedInTurnAndAnotherLedgerIsKeptForThem() {
        Path results = folder.resolve("all-losses");

        assertThat(run(arguments(results, "--losses", "all")))
                .as(commands.err())
                .isEqualTo(ExitCodes.OK);

        // Two stand-ins of a vote between two classes.
        assertThat(commands.err()).contains("at most 8 gradient steps");
        assertThat(commands.out()).contains("apgd 2 iterations x 1, all losses");
        assertThat(knn(results)).isEqualTo(ExitCodes.FAILED);
        assertThat(run(arguments(results, "--losses", "some"))).isEqualTo(ExitCodes.USAGE);
    }

    @Test
    void filteringReportsRecallAndPrecision() throws IOException {
        Path results = folder.resolve("filter-results");

        assertThat(filter("stripes", results, "--threats", "none", "--k", "1", "--batch", "2", "--json"))
                .as(commands.err())
                .isEqualTo(ExitCodes.OK);
        JsonNode row = commands.json().path("rows").path(0);
        assertThat(row.path("recall").path("value").asDouble()).isEqualTo(1);
        assertThat(row.path("precision").path("value").asDouble()).isEqualTo(1);
    }

    @Test
    void ofFilteringWithoutAFlaggedPictureTheOptionIsNamed() {
        assertThat(filter("polka-dots", folder.resolve("x"))).isEqualTo(ExitCodes.USAGE);
        assertThat(commands.err()).contains("polka-dots").contains("--flagged");
    }

    private int filter(String flagged, Path out, String... more) {
        return onAll("filter", flagged, out, more);
    }

    private int headline(Path out, String... more) {
        return onAll("headline", "stripes", out, more);
    }

    private int onAll(String command, String flagged, Path out, String... more) {
        List<String> line = new ArrayList<>(List.of("evaluate", command, "--share", "ALL", "--final"));
        line.addAll(List.of("--references", path("references"), "--queries", path("queries")));
        line.addAll(List.of("--flagged", flagged, "--out", out.toString()));
        line.addAll(List.of(more));
        return run(line.toArray(String[]::new));
    }

    @Test
    void onesOwnPicturesMakeChoicesAndSearchesForCopies() throws IOException {
        assertThat(run(
                        "evaluate",
                        "2afc",
                        "--pictures",
                        path("references"),
                        "--threats",
                        "none",
                        "--batch",
                        "4",
                        "--out",
                        folder.resolve("choices").toString()))
                .as(commands.err())
                .isEqualTo(ExitCodes.OK);
        assertThat(commands.out()).contains("6 triplets").contains("agreement");

        assertThat(run(
                        "evaluate",
                        "retrieval",
                        "--pictures",
                        path("references"),
                        "--images",
                        "2",
                        "--threats",
                        "none",
                        "--batch",
                        "4",
                        "--out",
                        folder.resolve("copies").toString()))
                .as(commands.err())
                .isEqualTo(ExitCodes.OK);
        assertThat(commands.out())
                .contains("2 queries in a gallery of 6 pictures")
                .contains("mAP");
    }

    @Test
    void anUploadedFileIsAttackedToo() throws IOException {
        Path results = folder.resolve("upload");

        assertThat(run(arguments(results, "--track", "png", "--threats", "linf:64/255", "--iterations", "20")))
                .as(commands.err())
                .isEqualTo(ExitCodes.OK);

        JsonNode json = new ObjectMapper().readTree(results.resolve("knn.json").toFile());
        assertThat(json.path("track").asText()).isEqualTo("uploaded file, png");
        assertThat(accuracy(json, 0)).isEqualTo(1);
        assertThat(accuracy(json, 1)).isLessThan(1);
    }

    @Test
    void whatGradientsDidNotFoolIsAskedForItsScores() throws IOException {
        Path results = folder.resolve("in-turn");

        assertThat(run(arguments(results, "--attacks", "apgd,square", "--attack-queries", "4")))
                .as(commands.err())
                .isEqualTo(ExitCodes.OK);

        JsonNode json = new ObjectMapper().readTree(results.resolve("knn.json").toFile());
        assertThat(json.path("attack").asText()).isEqualTo("apgd 2 iterations x 1, then square 4 queries");
        assertThat(accuracy(json, 1)).isLessThanOrEqualTo(accuracy(json, 0));
    }

    @Test
    void anAttackThatIsNoneOrDoesNotGoWithTheTrackIsNamed() {
        assertThat(run(arguments(folder.resolve("v"), "--attacks", "deepfool"))).isEqualTo(ExitCodes.USAGE);
        assertThat(commands.err()).contains("'deepfool'").contains("apgd and square");

        assertThat(run(arguments(folder.resolve("v"), "--attacks", "square", "--track", "png")))
                .isEqualTo(ExitCodes.USAGE);
        assertThat(commands.err()).contains("--track pixels");
    }

    private static double accuracy(JsonNode json, int row) {
        return json.path("rows").path(row).path("accuracy").path("value").asDouble(Double.NaN);
    }

    @Test
    void theHeadlinesTwoKnnCellsMustAskTheSameForTheyShareALedger() {
        assertThat(headline(folder.resolve("two"), "--cells", "KNN,KNN_L2", "--subset", "KNN_L2=1"))
                .isEqualTo(ExitCodes.USAGE);
        assertThat(commands.err())
                .contains("KNN asks all questions and KNN_L2 1")
                .contains("another --out");
    }

    @Test
    void theHeadlineSetsACleanEncoderBesideARobustOneAndGoesOnFromWhatIsThere() throws IOException {
        Path results = folder.resolve("headline");
        String[] wanted = {
            "--clean",
            ModelPackage.CLASSIFIER,
            "--model",
            ModelPackage.CLASSIFIER,
            "--cells",
            "HEAD,CHOICE",
            "--subset",
            "CHOICE=1",
            "--iterations",
            "1",
            "--restarts",
            "1",
            "--k",
            "1",
            "--batch",
            "2",
            "--threads",
            "1"
        };

        assertThat(headline(results, wanted)).as(commands.err()).isEqualTo(ExitCodes.OK);

        JsonNode rows = new ObjectMapper()
                .readTree(results.resolve("headline.json").toFile())
                .path("rows");
        assertThat(rows.findValuesAsText("threat"))
                .containsExactly("clean", "linf 4/255", "clean", "linf 4/255", "l2 3.0");
        assertThat(Files.readString(results.resolve("headline.md")))
                .contains("2 pictures (all; 1 of them stripes), kNN against 6 references, k=1")
                .contains("| 2AFC agreement, pixels after resize, n=1 | clean |")
                .contains("`nsfwjs-mobilenet-v2`")
                .contains("224 px")
                .contains("not measured here");
        assertThat(rows.path(0).path("clean").path("value").asDouble())
                .as("the clean encoder's head agrees with itself")
                .isEqualTo(1);
        assertThat(commands.err()).contains("the whole table: at most 4 gradient steps");
        commands.clearErr();
        assertThat(headline(results, wanted)).isEqualTo(ExitCodes.OK);
        assertThat(commands.err()).contains("l2 3.0: nothing left to do");
    }

    @Test
    void aTwinWithTooFewCleanPicturesForItsBudgetIsRefusedWithTheNumberNeeded() {
        int code = run(
                "evaluate",
                "twin",
                "--references",
                path("references"),
                "--queries",
                path("queries"),
                "--share",
                "ALL",
                "--final",
                "--flagged",
                "stripes",
                "--k",
                "1",
                "--threads",
                "1",
                "--batch",
                "2");

        assertThat(code).isEqualTo(ExitCodes.FAILED);
        assertThat(commands.err()).contains("299").doesNotContain("\tat ");
    }

    @Test
    void aThreatModelThatIsNoneIsNamedWithAnExample() {
        assertThat(run(arguments(folder.resolve("y"), "--threats", "linf4"))).isEqualTo(ExitCodes.USAGE);
        assertThat(commands.err()).contains("'linf4'").contains("linf:4/255");
    }

    @Test
    void theHalfThatIsKeptForTheLastRunIsNotAskedUnlessItIsTheLastRun() {
        List<String> all = new java.util.ArrayList<>(List.of(arguments(folder.resolve("halves"))));
        all.remove("--final");
        assertThat(run(all.toArray(String[]::new))).isEqualTo(ExitCodes.USAGE);
        assertThat(commands.err()).contains("--share ALL").contains("add --final");

        int asked = 0;
        for (String share : List.of("DEVELOPMENT", "FINAL")) {
            commands.clearOut();
            List<String> half = new java.util.ArrayList<>(List.of(arguments(folder.resolve(share), "--json")));
            half.set(half.indexOf("ALL"), share);
            half.set(half.indexOf(path("queries")), path("references"));
            assertThat(run(half.toArray(String[]::new))).as(commands.err()).isEqualTo(ExitCodes.OK);
            assertThat(commands.out()).contains("(" + share.toLowerCase(java.util.Locale.ROOT) + " half)");
            asked += Integer.parseInt(commands.out().replaceAll("(?s).*?(\\d+) pictures \\(.*", "$1"));
        }
        assertThat(asked).as("each of the six once").isEqualTo(6);
    }

    @Test
    void aTrackThatIsNoneIsNamed() {
        assertThat(run(arguments(folder.resolve("z"), "--track", "bmp"))).isEqualTo(ExitCodes.USAGE);
        assertThat(commands.err()).contains("--track").contains("bmp");
    }

    @Test
    void aDataSetThatDoesNotLieAsItsLayoutAsksIsNamed() {
        assertThat(run("evaluate", "2afc", "--nights", path("references"), "--out", path("w")))
                .isEqualTo(ExitCodes.FAILED);
        assertThat(commands.err()).contains("data.csv").doesNotContain("\tat ");
    }

    private int knn(Path results) {
        return run(arguments(results));
    }

    private static String[] arguments(Path results, String... more) {
        List<String> all = new java.util.ArrayList<>(List.of(
                "evaluate",
                "knn",
                "--references",
                path("references"),
                "--queries",
                path("queries"),
                "--share",
                "ALL",
                "--final",
                "--k",
                "1",
                "--batch",
                "2",
                "--out",
                results.toString()));
        List<String> given = List.of(more);
        for (List<String> standard :
                List.of(List.of("--threats", "linf:8/255"), List.of("--iterations", "2"), List.of("--restarts", "1"))) {
            if (!given.contains(standard.get(0))) {
                all.addAll(standard);
            }
        }
        all.addAll(given);
        return all.toArray(String[]::new);
    }

    private static String path(String name) {
        return folder.resolve(name).toString();
    }

    private static void stripes(String where, int number, boolean onlyAcross) throws IOException {
        BufferedImage image = new BufferedImage(96, 96, BufferedImage.TYPE_INT_RGB);
        for (int x = 0; x < 96; x++) {
            for (int y = 0; y < 96; y++) {
                boolean dark = onlyAcross ? (y + number) / 12 % 2 == 0 : ((x + number) / 12 + y / 12) % 2 == 0;
                image.setRGB(x, y, (dark ? Color.BLACK : new Color(250, 200 + number, 90)).getRGB());
            }
        }
        Path file = folder.resolve(where).resolve(number + ".png");
        Files.createDirectories(file.getParent());
        ImageIO.write(image, "png", file.toFile());
    }

    private int run(String... arguments) {
        return commands.run(arguments);
    }
}
