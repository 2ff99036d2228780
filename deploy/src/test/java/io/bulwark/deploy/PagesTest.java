package io.bulwark.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.cli.BulwarkCommand;
import io.bulwark.cli.everyday.Edit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;

/**
 * All Markdown pages of the checkout: their sizes, links and anchors, the commands of our own that they show, and what no page
 * may say twice or in two ways.
 */
class PagesTest {

    /** Parses one command after another; to make it takes a quarter of a second. */
    static final CommandLine BULWARK = BulwarkCommand.commandLine();

    private static final Path README = Pages.page("README.md");
    private static final int LARGEST_README = 16 << 10;
    private static final int LARGEST_PAGE = 20 << 10;
    private static final int OPENING_WORDS = 8;

    /** What every shell has. */
    private static final Set<String> ENVIRONMENT = Set.of("HOME", "PATH", "PWD", "USER");

    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");
    private static final Pattern SETTING = Pattern.compile("\\bbulwark(?:\\.[a-z0-9-]+|\\.<name>)+");
    private static final Pattern LISTED = Pattern.compile("(?m)^\\| `(bulwark[^`]+)` \\|");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    static List<Path> pages() {
        return Pages.all();
    }

    static List<String> blocks() {
        return pages().stream()
                .flatMap(page -> Pages.blocks(page, "sh").stream())
                .distinct()
                .toList();
    }

    /** But the changelog, which grows with each release. */
    @Test
    void theReadmeHasAtMost16KilobytesAndNoPageMoreThan20() {
        assertThat(pages())
                .filteredOn(page -> !page.endsWith("CHANGELOG.md"))
                .hasSizeGreaterThan(20)
                .allSatisfy(page -> assertThat(Files.size(page))
                        .as("bytes of %s", page)
                        .isLessThanOrEqualTo(page.equals(README) ? LARGEST_README : LARGEST_PAGE));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyLinkLeadsToAFileAndItsAnchorToAHeading(Path page) {
        Matcher link = LINK.matcher(Pages.withoutCode(Pages.text(page)));
        while (link.find()) {
            if (!link.group(1).matches("(https?|mailto):.*")) {
                assertLeadsOn(page, link.toMatchResult());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void everyCommandOfOursIsOneThatTheProgramTakes(String block) {
        for (List<String> command : ShellBlock.read(block).commands()) {
            if (command.get(0).matches("(deploy/local/)?bulwark")) {
                assertIsTaken(command.subList(1, command.size()));
            } else if (command.get(0).equals("deploy/local/demo")) {
                assertIsTaken(Stream.concat(Stream.of("demo"), command.stream().skip(1))
                        .toList());
            }
        }
    }

    /** What {@code verify} leaves to the profile proof is in the guide's table, beside what stays. */
    @Test
    void theGuideOfContributorsNamesEveryClassWithLongProofs() throws IOException {
        String guide = Pages.text(".github/CONTRIBUTING.md");
        try (Stream<Path> files = Files.find(Pages.ROOT, 14, PagesTest::isTest)) {
            assertThat(files)
                    .filteredOn(file -> Pages.text(file).contains("@Tag(\"proof\")"))
                    .hasSizeGreaterThan(30)
                    .extracting(file -> "`" + file.getFileName().toString().replace(".java", "`"))
                    .allSatisfy(name -> assertThat(guide).contains(name));
        }
    }

    private static boolean isTest(Path file, BasicFileAttributes attributes) {
        return attributes.isRegularFile() && file.toString().matches(".*/src/test/java/.*(Test|IT)\\.java");
    }

    /** A block is copied as it stands: a variable from another block, or from nowhere, is empty then. */
    @ParameterizedTest
    @MethodSource("pages")
    void everyVariableOfABlockIsSetInItOrNamedAsYours(Path page) {
        Set<String> named = CODE.matcher(Pages.withoutCode(Pages.text(page)))
                .results()
                .map(code -> code.group(1))
                .collect(Collectors.toSet());
        named.addAll(ENVIRONMENT);
        assertThat(Pages.blocks(page, "sh"))
                .allSatisfy(block -> assertThat(ShellBlock.read(block).unset())
                        .as("variables that nothing sets in %s:%n%s", page, block)
                        .isSubsetOf(named));
    }

    /** As two versions of a page come together: each half changed the paragraph, and both stayed. */
    @ParameterizedTest
    @MethodSource("pages")
    void noTwoParagraphsOfAPageBeginAlike(Path page) {
        Map<String, Long> openings = Pages.paragraphs(page).stream()
                .map(paragraph -> paragraph.split("\\s+"))
                .filter(words -> words.length >= OPENING_WORDS)
                .map(words -> String.join(" ", List.of(words).subList(0, OPENING_WORDS)))
                .collect(Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
        assertThat(openings)
                .as("%s", page)
                .allSatisfy((opening, times) -> assertThat(times).isEqualTo(1));
    }

    /** Settings by their full names, as the tables that the programs' sources make have them. */
    @ParameterizedTest
    @MethodSource("pages")
    void everySettingThatAPageNamesIsThere(Path page) {
        List<String> known = Stream.of(
                        "embed-worker/docs/settings.md",
                        "moderation-stream/docs/settings.md",
                        "moderation-stream/docs/notifications.md",
                        "moderation-stream/docs/child-safety.md",
                        "embed-worker/docs/red-team.md")
                .flatMap(table -> LISTED.matcher(Pages.text(table)).results())
                .map(row -> row.group(1))
                .toList();
        assertThat(known).hasSizeGreaterThan(200);
        assertThat(CODE.matcher(Pages.withoutCode(Pages.text(page)))
                        .results()
                        .map(code -> code.group(1))
                        .filter(code -> !code.contains("bulwark.io/"))
                        .flatMap(code -> SETTING.matcher(code)
                                .results()
                                .filter(name -> name.start() == 0 || !isWithinAName(code, name.start())))
                        .map(MatchResult::group))
                .as("settings that %s names", page)
                .allMatch(name -> known.stream().anyMatch(key -> isOrBegins(name, key)));
    }

    /** A figure has one home; README quotes it. */
    @Test
    void everyFigureOfTheReadmeStandsOnItsResultsPage() {
        assertQuoted(
                "Robustness",
                Pattern.compile("\\b[01]\\.\\d{3}\\b(?: \\[[^]]+])?|\\d+\\.\\d % \\[[^]]+]"),
                List.of("results-photographs.md", "results-robustness.md"));
        assertQuoted("Speed", Pattern.compile("\\d+\\.\\d+|\\d+(?= (?:ms|MiB))"), List.of("results-speed.md"));
    }

    /** How many uploads a second is a figure as well, on pages that help to choose. */
    @Test
    void everyRateOfAFirstHourStandsOnTheResultsPage() {
        String results = Pages.text("embed-worker/docs/results-speed.md");
        List<Path> firstHours =
                pages().stream().filter(page -> page.endsWith("first-hour.md")).toList();
        assertThat(firstHours)
                .hasSize(4)
                .allSatisfy(page -> assertThat(Pattern.compile("(\\d[\\d.,]*|hundreds|thousands|millions) a second\\b")
                                .matcher(Pages.text(page))
                                .results()
                                .map(rate -> rate.group(1)))
                        .as("rates on %s", page)
                        .allSatisfy(rate -> assertThat(results)
                                .containsPattern("(?<![\\d.])" + Pattern.quote(rate) + " images/s")));
    }

    /** Photographs of one person stand and fall together, so an interval that takes them as independent is too narrow. */
    @Test
    void everyIntervalOfTheReadmesRobustnessTableIsOverContributors() {
        String page = Pages.text("embed-worker/docs/results-photographs.md");
        assertThat(page).contains("Brackets are 95 % intervals over contributors.");
        List<String> homes = tables(page);
        List<String> rows =
                tables(section(Pages.text(README), "Robustness")).get(0).lines().toList();
        assertThat(rows).hasSizeGreaterThan(5);
        assertThat(rows.stream()
                        .flatMap(row -> Pattern.compile("\\d\\.\\d{3} \\[[^]]+]")
                                .matcher(row)
                                .results())
                        .map(MatchResult::group))
                .hasSizeGreaterThanOrEqualTo(2)
                .allSatisfy(figure -> assertThat(homes)
                        .as("a table of intervals over contributors has %s", figure)
                        .anyMatch(table -> table.contains(figure)));
    }

    /**
     * What is decided of a picture after an everyday change has one home, so that no second page keeps the figures of older
     * code. A table of before and after shows what a feature brought, and may stand where the feature is explained.
     */
    @Test
    void onlyOnePageHasTheFiguresOfEverydayChanges() {
        String home = "embed-worker/docs/results-everyday.md";
        for (Edit edit : Edit.values()) {
            Pattern row =
                    Pattern.compile("(?m)^\\| " + Pattern.quote(edit.title()) + "(?: \\([^)]*\\))? \\|.*\\d.*\\|$");
            assertThat(pages().stream()
                            .filter(page -> tables(Pages.text(page)).stream()
                                    .anyMatch(table -> !table.contains("before")
                                            && row.matcher(table).find()))
                            .map(page -> Pages.ROOT.relativize(page).toString()))
                    .as("pages with figures on: %s", edit.title())
                    .isSubsetOf(home);
        }
        assertThat(Edit.values())
                .filteredOn(edit -> Pages.text(home).contains("\n| " + edit.title()))
                .hasSizeGreaterThan(10);
    }

    /** A page that no other names is not found by anybody. */
    @Test
    void everyPageIsLinkedFromAnother() {
        Set<Path> linked = pages().stream()
                .flatMap(page -> LINK.matcher(Pages.text(page))
                        .results()
                        .map(link -> page.resolveSibling(link.group(1).replaceFirst("#.*", ""))
                                .normalize()))
                .collect(Collectors.toSet());
        assertThat(pages().stream().filter(page -> page.getParent().endsWith("docs")))
                .isNotEmpty()
                .allSatisfy(page -> assertThat(linked).contains(page));
    }

    /** A function may be called with what its command still needs. */
    private static void assertIsTaken(List<String> words) {
        List<String> known = words.stream()
                .filter(word -> !word.equals(ShellBlock.ARGUMENTS))
                .toList();
        try {
            BULWARK.parseArgs(known.toArray(String[]::new));
        } catch (MissingParameterException missing) {
            assertThat(words).as("%s", missing.getMessage()).contains(ShellBlock.ARGUMENTS);
        }
    }

    private static void assertQuoted(String section, Pattern figure, List<String> homes) {
        String results = homes.stream()
                .map(home -> Pages.text("embed-worker/docs/" + home))
                .collect(Collectors.joining("\n"));
        assertThat(figure.matcher(section(Pages.text(README), section))
                        .results()
                        .map(MatchResult::group))
                .hasSizeGreaterThan(5)
                .allSatisfy(quoted -> assertThat(results)
                        .as("%s", homes)
                        .containsPattern("(?<![\\d.])" + Pattern.quote(quoted) + "(?!\\d)"));
    }

    private static String section(String page, String title) {
        int from = page.indexOf("\n## " + title + "\n");
        assertThat(from).as("the page has a section %s", title).isPositive();
        return page.substring(from, page.indexOf("\n## ", from + 1));
    }

    /** Each table as its lines, from its head to its last row. */
    static List<String> tables(String page) {
        return Stream.of(page.split("\n(?!\\|)"))
                .filter(part -> part.contains("\n|"))
                .toList();
    }

    /** Such as the logger io.bulwark.stream. */
    private static boolean isWithinAName(String code, int at) {
        return code.charAt(at - 1) == '.' || code.charAt(at - 1) == '/';
    }

    private static boolean isOrBegins(String name, String key) {
        String pattern = Stream.of(key.split("<name>", -1)).map(Pattern::quote).collect(Collectors.joining("[^.]+"));
        return key.equals(name) || name.matches(pattern) || key.startsWith(name + ".");
    }

    private static void assertLeadsOn(Path page, MatchResult link) {
        String[] parts = link.group(1).split("#", 2);
        Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
        assertThat(target).as("%s links to %s", page, link.group(1)).exists();
        if (parts.length == 2) {
            assertThat(anchors(target))
                    .as("%s links to %s", page, link.group(1))
                    .contains(parts[1]);
        }
    }

    /** As GitHub makes them: lower case, no punctuation, hyphens for spaces. */
    private static List<String> anchors(Path page) {
        return HEADING.matcher(Pages.withoutCode(Pages.text(page)))
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N}\\s_-]", "")
                        .replace(' ', '-'))
                .toList();
    }
}
