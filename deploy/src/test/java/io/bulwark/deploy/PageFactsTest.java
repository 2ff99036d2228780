package io.bulwark.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Single statements of pages that were false once: each is held to its source, or to the other page that makes it. */
class PageFactsTest {

    private static final String GUIDE = ".github/CONTRIBUTING.md";
    private static final Pattern INTERVAL = Pattern.compile("\\d\\.\\d{3} \\[\\d\\.\\d{3}, \\d\\.\\d{3}]");

    /** Readers plan by it, so there is one figure. */
    @Test
    void readmeAndGuideSayInOneWayHowLongVerifyTakes() {
        assertThat(timesOfVerify("README.md")).hasSize(1).isEqualTo(timesOfVerify(GUIDE));
        assertThat(Pages.text(GUIDE)).doesNotContainPattern("`verify` \\d+m\\d\\d");
    }

    private static List<String> timesOfVerify(String page) {
        return Pattern.compile("verify\\b[^.\\n]*?(\\d+ minutes on two cores with AVX512)")
                .matcher(Pages.text(page))
                .results()
                .map(time -> time.group(1))
                .toList();
    }

    /** No repository has the libraries yet: a page that names one says how to get it, or links to where that stands. */
    @Test
    void aPageThatNamesALibrarySaysHowToInstallIt() {
        Pattern library = Pattern.compile("`io\\.bulwark:(bulwark-schemas[a-z-]*)`");
        List<Path> naming = Pages.all().stream()
                .filter(page -> !page.endsWith("CHANGELOG.md"))
                .filter(page -> library.matcher(Pages.text(page)).find())
                .toList();
        assertThat(naming).contains(Pages.page("README.md"), Pages.page("schemas/README.md"));
        assertThat(naming)
                .allSatisfy(page -> library.matcher(Pages.text(page))
                        .results()
                        .map(named -> named.group(1))
                        .distinct()
                        .forEach(name -> assertThat(Pages.text(page))
                                .as("%s names %s", page, name)
                                .containsPattern("mvn [^`\\n]*-pl " + module(name) + " -am install\\b")));
    }

    /** The folder whose pom has that artifact. */
    private static String module(String artifact) {
        return Stream.of("schemas", "schemas/registry")
                .filter(folder -> Pages.text(folder + "/pom.xml").contains("\n  <artifactId>" + artifact + "<"))
                .findFirst()
                .orElseThrow();
    }

    /** Java that a reader can paste stands below the command that makes it compile, and the first hour leads there. */
    @Test
    void anIntegratorIsLedToTheInstallBeforeTheJava() {
        String readme = Pages.text("README.md");
        assertThat(readme.indexOf("-pl schemas -am install"))
                .isPositive()
                .isLessThan(readme.indexOf("```java"))
                .isGreaterThan(readme.indexOf("\n## Produce events, subscribe to decisions\n"));
        assertThat(Pages.text("schemas/clients/first-hour.md"))
                .contains("[Java](../../README.md#produce-events-subscribe-to-decisions)");
    }

    /** APGD follows gradients and asks nothing. */
    @Test
    void aBudgetOfQueriesIsTheSquareAttacks() {
        OptionSpec option = command("evaluate", "knn").findOption("--attack-queries");
        assertThat(option.description()).singleElement().asString().startsWith("Queries of the Square attack");
        List<String> sentences = Pages.all().stream()
                .flatMap(page -> Stream.of(Pages.withoutCode(Pages.text(page)).split("(?<=[.:|])\\s")))
                .filter(sentence -> sentence.contains("`--attack-queries`"))
                .toList();
        assertThat(sentences)
                .hasSizeGreaterThanOrEqualTo(2)
                .allSatisfy(sentence ->
                        assertThat(sentence).containsPattern("Square attack[^;]*`--attack-queries` times a picture"));
    }

    private static CommandSpec command(String group, String name) {
        return PagesTest.BULWARK
                .getSubcommands()
                .get(group)
                .getSubcommands()
                .get(name)
                .getCommandSpec();
    }

    /** Squares of one file stand and fall together; an interval that takes them as independent says that it does. */
    @Test
    void everyIntervalOfTheHeadlinesPicturesSaysOverWhatItIs() {
        String page = Pages.text("embed-worker/docs/results-robustness.md");
        List<String> tables = PagesTest.tables(page).stream()
                .filter(table -> Pattern.compile("\\bn=\\d").matcher(table).find()
                        && INTERVAL.matcher(table).find())
                .toList();
        assertThat(tables)
                .hasSizeGreaterThanOrEqualTo(2)
                .allSatisfy(table -> assertThat(table.lines()
                                .filter(line -> line.startsWith("|"))
                                .findFirst())
                        .hasValueSatisfying(
                                head -> assertThat(head).containsPattern("intervals over (files|squares)")));
        List<String> overSquares = tables.stream()
                .filter(table -> table.contains("intervals over squares"))
                .flatMap(table -> INTERVAL.matcher(table).results())
                .map(MatchResult::group)
                .toList();
        assertThat(overSquares).isNotEmpty();
        assertThat(INTERVAL.matcher(Pages.text("README.md")).results().map(MatchResult::group))
                .as("README's figures that are only over squares")
                .doesNotContainAnyElementsOf(overSquares);
    }

    /** The views of an image that waits for a person's decision. */
    @Test
    void thePageOnDecisionsSaysHowManyViewsTheFlaggedIndexKeeps() {
        String source = Pages.text("moderation-stream/src/main/java/io/bulwark/stream/flagged/FlaggedSightings.java");
        List<String> most = Pattern.compile("static final int MOST = (\\d+);")
                .matcher(source)
                .results()
                .map(bound -> bound.group(1))
                .toList();
        assertThat(most).hasSize(1);
        assertThat(Pages.text("moderation-stream/docs/decisions.md"))
                .contains("up to " + most.get(0) + " views of what a worker called SAFE");
        assertThat(Pages.text("embed-worker/docs/flagged.md"))
                .contains("up to " + most.get(0) + " views of what is SAFE");
    }

    /** `deploy/local/bulwark local` takes a file of users as a setting of moderation-stream; both pages show the same. */
    @Test
    void theLocalNodeTakesTheFileOfUsersAsBothPagesSay() {
        String option = "--stream-set bulwark.access.users-file=$PWD/users";
        assertThat(PagesTest.BULWARK
                        .getSubcommands()
                        .get("local")
                        .getCommandSpec()
                        .findOption("--stream-set"))
                .isNotNull();
        assertThat(Pages.text("moderation-stream/docs/settings.md")).contains("| `bulwark.access.users-file` |");
        assertThat(List.of("moderation-stream/docs/first-hour.md", "moderation-stream/docs/access.md"))
                .allSatisfy(page -> assertThat(Pages.text(page)).contains(option));
    }

    /** A policy compared with itself changes nothing, so the example names two. */
    @Test
    void theFirstHourOfALeadComparesTwoPolicies() {
        String example = Pages.blocks(Pages.page("moderation-stream/docs/first-hour.md"), "sh").stream()
                .filter(block -> block.contains("casebook backtest"))
                .findFirst()
                .orElseThrow();
        assertThat(ShellBlock.read(example).commands())
                .filteredOn(command -> command.contains("backtest"))
                .singleElement()
                .satisfies(command -> assertThat(value(command, "--policy"))
                        .isNotEqualTo(value(command, "--in-force"))
                        .isIn("careful.properties"));
        assertThat(example).containsPattern("sed 's/\\^bulwark\\.policy\\.safe=\\.\\*/.*> careful\\.properties");
    }

    private static String value(List<String> command, String option) {
        assertThat(command).contains(option);
        return command.get(command.indexOf(option) + 1);
    }
}
